"""Everything that a library records about one person, for a request of access (GDPR, article 15)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.people import PEOPLE
from sopkit.model.registers import Holder, Person, Role
from sopkit.practice.landing import practice_of
from sopkit.practice.training_records import training_records
from sopkit.reports.training.states import how_trained, training_notes
from sopkit.tables.document import Document, DocumentType, ReportTable

_ROLES = "registers/roles.yaml"


@dataclass(frozen=True, slots=True)
class PersonalDataRow:
    """One thing that is recorded about the person."""

    kind: Annotated[str, "What kind of thing: register, role, training, exemption, or the kind of the record."]
    date: Annotated[dt.date | None, "Its day; empty where it has none."]
    about: Annotated[str, "The SOP, role or field that it is about."]
    what: Annotated[str, "What is recorded, in words."]
    record: Annotated[str, "The file that holds it."]


PERSONAL_DATA = DocumentType(
    "train-export",
    "sopkit train export",
    "Everything that a library records about one person, as `sopkit train export -f json` writes it.",
    {"rows": PersonalDataRow},
)
"""The published document."""


def personal_data_document(status: LibraryStatus, key: str) -> Document:
    """Everything that is recorded about the person of a key, up to the day judged."""
    rows = (*_register(status, key), *_training(status, key), *_records(status, key), *_entries(status, key))
    ordered = sorted(rows, key=lambda row: (row.date or dt.date.min, row.kind, row.about, row.record))
    notes = (
        *training_notes(status),
        "git also keeps who made each commit, by name and address, and every earlier state of these files",
    )
    table = ReportTable("rows", f"What is recorded about {key}", PersonalDataRow, tuple(ordered))
    name = status.library.config.library.name
    commit = status.commit.oid if status.commit else ""
    return Document(PERSONAL_DATA, table.title, status.head, status.as_of, (table,), notes, library=name, commit=commit)


def _register(status: LibraryStatus, key: str) -> Iterator[PersonalDataRow]:
    row = status.library.registers["people"].by_key.get(key)
    if isinstance(row, Person):
        logins = (f"{forge} {login}" for forge, login in row.logins.items())
        keys = (one.key for one in row.signing_keys)
        known = {
            "name": row.name,
            "emails": ", ".join(row.emails),
            "logins": ", ".join(logins),
            "keys": ", ".join(keys),
        }
        known |= {"there from": str(row.since or ""), "there until": str(row.until or "")}
        for name, what in known.items():
            if what:
                yield PersonalDataRow("register", None, name, what, PEOPLE)
    for role in status.library.registers["roles"].rows:
        if isinstance(role, Role):
            for what, holders in (("holder", role.holders), ("deputy", role.deputies)):
                for one in holders:
                    if one.person == key:
                        yield PersonalDataRow("role", one.since, role.id, f"{what}{_span(one)}", _ROLES)


def _span(holder: Holder) -> str:
    since = f" from {holder.since}" if holder.since else ""
    return f"{since} until {holder.until}" if holder.until else since


def _training(status: LibraryStatus, key: str) -> Iterator[PersonalDataRow]:
    records = training_records(status)
    for sop_id, people in records.by_sop.items():
        for one in people.get(key, ()):
            tried = f", attempt {one.attempt}" if one.method == "quiz" else ""
            what = f"{one.version}, {how_trained(one)}{tried} ({one.proof})"
            yield PersonalDataRow("training", one.day, sop_id, what, one.record)
    for (sop_id, person), exemptions in records.exemptions.items():
        for exemption in exemptions if person == key else ():
            what = f"{exemption.reason} until {exemption.until}"
            yield PersonalDataRow("exemption", exemption.date, sop_id, what, "")


def _records(status: LibraryStatus, key: str) -> Iterator[PersonalDataRow]:
    """What the person recorded, and the runs and exercises that they took part in."""
    practice = practice_of(status)
    for result in practice.results:
        if not result.counts:
            continue
        record = result.record
        what = ["recorded it"] if record.by == key else []
        what += ["took part"] if key in practice.participants(result) else []
        if what:
            about = str(getattr(record, "id", ""))
            yield PersonalDataRow(str(record.kind), record.date, about, ", ".join(what), result.file.path)


def _entries(status: LibraryStatus, key: str) -> Iterator[PersonalDataRow]:
    """Reviews and approvals."""
    for sop in status.library.in_order:
        for verdict in status.history.ledger(sop.id).verdicts if sop.id else ():
            entry = verdict.entry
            if entry.by == key:
                what = ", ".join(filter(None, (entry.version, str(entry.outcome or ""))))
                yield PersonalDataRow(str(entry.kind), entry.date, sop.id, what, verdict.file.path)
