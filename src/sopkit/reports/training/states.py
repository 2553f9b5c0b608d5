"""Who is trained on which SOP on the day judged, in groups and person by person."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.practice.landing import practice_of
from sopkit.practice.training import Membership, SopTraining, TrainingState, TrainingStatus, share_of, training_of
from sopkit.practice.training_records import TrainingRecord, training_records
from sopkit.reports.runs import history_notes, practised_sops
from sopkit.tables.document import Document, DocumentType, ReportTable

GROUPINGS = ("sop", "role", "area", "person")


@dataclass(frozen=True, slots=True)
class TrainingGroupRow:
    """How an audience stands: that of one SOP, or of all SOPs of a role, an area or a person."""

    group: Annotated[str, "The SOP, role, area or person."]
    title: Annotated[str, "Its title or name."]
    version: Annotated[str, "Of an SOP: the version in force."]
    method: Annotated[str, "Of an SOP: how it is trained."]
    audience: Annotated[int, "How many are asked; of a role, an area or a person each SOP counts."]
    current: Annotated[int, "Trained on the text in force, or on one after which nobody is trained again."]
    due: Annotated[int, "Not trained, and the deadline has not passed."]
    overdue: Annotated[int, "Trained once, and the deadline has passed."]
    never: Annotated[int, "Never trained, and the deadline has passed."]
    exempt: Annotated[int, "Exempt for a time."]
    unknown: Annotated[int, "Not known: the records about people cannot be read."]
    share: Annotated[float | None, "Percent of current + overdue + never that is current; null where nobody is."]
    target: Annotated[int, "Percent that is wanted."]


@dataclass(frozen=True, slots=True)
class PersonTrainingRow:
    """How one person stands with one SOP."""

    person: Annotated[str, "Key of the people register."]
    name: Annotated[str, "Name."]
    sop: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Its title."]
    version: Annotated[str, "The version in force."]
    roles: Annotated[tuple[str, ...], "Roles by which the person is in the audience."]
    method: Annotated[str, "How the SOP is trained."]
    state: Annotated[TrainingState, "The state on the day."]
    since: Annotated[dt.date | None, "Day from which the time runs; empty when it is not known."]
    deadline: Annotated[dt.date | None, "Last day in time; empty where there is none."]
    trained: Annotated[dt.date | None, "Date of the record that counts, else of the newest one."]
    trained_on: Annotated[str, "The version of that record."]
    how: Annotated[str, "Its method, and of a quiz the result."]
    proof: Annotated[str, "How it is known."]
    record: Annotated[str, "File of that record."]


class AudiencePlace(NamedTuple):
    """One person in the audience of one SOP."""

    training: SopTraining
    row: TrainingStatus


def training_notes(status: LibraryStatus) -> tuple[str, ...]:
    """What stands between the records and the states: what cannot be read, and the head of another repository."""
    records, practice = training_records(status), practice_of(status)
    unknown = (f"nobody's training is known: {records.unknown}",) if records.unknown else ()
    heads = (f"people's records: commit {practice.people_head[:12]}",) if practice.people_head else ()
    return (*unknown, *records.faults, *heads, *history_notes(status))


def find_places(
    status: LibraryStatus, *, sop_id: str = "", role: str = "", area: str = "", person: str = ""
) -> tuple[AudiencePlace, ...]:
    """Each person of each audience, narrowed down. Raises SopkitError for what the library does not know."""
    practised_sops(status, sop_id)
    if role and status.library.roles.by_name.get(" ".join(role.casefold().split())) is None and role != "everyone":
        raise _unknown("role", role, [row.key for row in status.library.registers["roles"].rows])
    if area and area not in status.library.config.all_areas:
        raise _unknown("area", area, list(status.library.config.all_areas))
    if person and person not in status.library.registers["people"].by_key:
        raise _unknown("person", person, list(status.library.registers["people"].by_key))
    row = status.library.roles.by_name.get(" ".join(role.casefold().split()))
    role_id = row.key if row is not None else role
    places = (AudiencePlace(one, row) for one in training_of(status) if sop_id in {"", one.sop.id} for row in one.rows)
    members = Membership.of(status)
    return tuple(
        one
        for one in places
        if person in {"", one.row.person}
        and area in {"", one.training.sop.text("area")}
        and (not role or role_id in _roles(status, members, one))
    )


def _roles(status: LibraryStatus, members: Membership, place: AudiencePlace) -> tuple[str, ...]:
    return members.roles_of(place.training.text.roles, place.row.person, status.as_of)


def _unknown(what: str, name: str, known: Sequence[str]) -> SopkitError:
    near = nearest(name, known, 1, 0.5)
    return SopkitError(f"no {what} `{name}`", f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}")


def group_table(status: LibraryStatus, places: Sequence[AudiencePlace], by: str) -> ReportTable:
    """The states in groups, in the order of their names."""
    groups: dict[str, list[AudiencePlace]] = defaultdict(list)
    members = Membership.of(status)
    for place in places:
        if by == "role":
            for name in _roles(status, members, place):
                groups[name].append(place)
        else:
            groups[_group(place, by)].append(place)
    rows = tuple(_group_row(status, name, groups[name], by) for name in sorted(groups))
    states = ("current", "due", "overdue", "never", "exempt")
    seen = ("group", *(("version", "method") if by == "sop" else ()), "title", "audience", *states, "share", "target")
    unknown = ("unknown",) if any(row.unknown for row in rows) else ()
    return ReportTable(
        "rows", "Training", TrainingGroupRow, rows, (*seen, *unknown), empty="no SOP in force has an audience"
    )


def _group(place: AudiencePlace, by: str) -> str:
    if by == "area":
        return place.training.sop.text("area")
    return place.row.person if by == "person" else place.row.sop_id


def _group_row(status: LibraryStatus, name: str, places: Sequence[AudiencePlace], by: str) -> TrainingGroupRow:
    counts = Counter(one.row.state for one in places)
    first = places[0].training
    titles = {
        "sop": first.sop.text("title"),
        "role": status.library.role_title(name),
        "area": getattr(status.library.config.all_areas.get(name), "title", "") or name,
        "person": status.history.organisation.name_of(name),
    }
    return TrainingGroupRow(
        group=name,
        title=titles[by],
        version=first.text.label if by == "sop" else "",
        method=first.method if by == "sop" else "",
        audience=len(places),
        current=counts[TrainingState.CURRENT],
        due=counts[TrainingState.DUE],
        overdue=counts[TrainingState.OVERDUE],
        never=counts[TrainingState.NEVER],
        exempt=counts[TrainingState.EXEMPT],
        unknown=counts[TrainingState.UNKNOWN],
        share=share_of([one.row for one in places]),
        target=status.history.config.training.target,
    )


def person_rows(status: LibraryStatus, places: Sequence[AudiencePlace]) -> tuple[PersonTrainingRow, ...]:
    """Each person and SOP, by key and id."""
    ordered = sorted(places, key=lambda one: (one.row.person, one.row.sop_id))
    members = Membership.of(status)
    return tuple(_person_row(status, one, _roles(status, members, one)) for one in ordered)


def _person_row(status: LibraryStatus, place: AudiencePlace, roles: tuple[str, ...]) -> PersonTrainingRow:
    row, record = place.row, place.row.record
    return PersonTrainingRow(
        person=row.person,
        name=status.history.organisation.name_of(row.person),
        sop=row.sop_id,
        title=place.training.sop.text("title"),
        version=place.training.text.label,
        roles=roles,
        method=place.training.method,
        state=row.state,
        since=None if row.since == dt.date.min else row.since,
        deadline=row.deadline,
        trained=record.day if record else None,
        trained_on=record.version if record else "",
        how=how_trained(record),
        proof=record.proof if record else "",
        record=record.record if record else "",
    )


def how_trained(record: TrainingRecord | None) -> str:
    """The method of a record, and of a quiz the result, in words; empty without a record."""
    if record is None:
        return ""
    return record.method + {True: ": passed", False: ": not passed", None: ""}[record.passed]


STATUS = DocumentType(
    "train-status",
    "sopkit train status",
    "Who is trained on the texts in force, in groups, as `sopkit train status -f json` writes it.",
    {"rows": TrainingGroupRow},
)
"""The published document of groups."""
PEOPLE_STATUS = DocumentType(
    "train-status-people",
    "sopkit train status --each",
    "Who is trained on the texts in force: each person and SOP, as with --person or --each.",
    {"rows": PersonTrainingRow},
)
"""The published document of people."""
_SEEN = ("sop", "title", "version", "state", "deadline", "trained", "trained_on", "how", "proof")


def status_document(status: LibraryStatus, places: Sequence[AudiencePlace], by: str) -> Document:
    """The states in groups by something, or else of each person and SOP."""
    if by:
        table = group_table(status, places, by)
    else:
        several = len({one.row.person for one in places}) != 1
        columns = ("person", "name", *_SEEN) if several else _SEEN
        rows = person_rows(status, places)
        table = ReportTable("rows", "People", PersonTrainingRow, rows, columns, empty="no SOP in force is theirs")
    commit = status.commit.oid if status.commit else ""
    notes = (*status.notes, *training_notes(status))
    kind, name = STATUS if by else PEOPLE_STATUS, status.library.config.library.name
    return Document(kind, "Training", status.head, status.as_of, (table,), notes, library=name, commit=commit)
