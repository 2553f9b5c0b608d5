"""The status list: one row of metadata for each SOP, as a document and as table cells."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated

from sopkit.library import Library
from sopkit.model.control_ids import MatchKind
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import sort_key
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Status
from sopkit.tables.document import Document, DocumentType, ReportTable

COLUMNS = ("id", "title", "version", "status", "area", "owner", "classification", "findings")
"""Columns of the table that people read; the machine formats have every field."""


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One SOP, values as typed."""

    id: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Title, else the first heading."]
    version: Annotated[str, "Label of the version."]
    status: Annotated[str, "draft, trial, active or retired; `removed` for one that was active and has no file."]
    area: Annotated[str, "Area."]
    area_title: Annotated[str, "Title of the area, where it has one."]
    owner: Annotated[str, "Role that owns it."]
    owner_title: Annotated[str, "Title of that role, where the register has it."]
    approvers: Annotated[tuple[str, ...], "Roles that approve it, its own or those of its area."]
    approver_titles: Annotated[tuple[str, ...], "Titles of these roles; what is typed where the register lacks one."]
    classification: Annotated[str, "Who may read it; `internal` where nothing is said."]
    criticality: Annotated[str, "How much depends on it."]
    review_every: Annotated[str, "Review interval of its own."]
    effective: Annotated[str, "In force since this day, once approved."]
    controls: Annotated[tuple[str, ...], "Controls that it claims, as framework:id."]
    path: Annotated[str, "File, relative to the library."]


@dataclass(frozen=True, slots=True)
class CheckedStatusRow(StatusRow):
    """One SOP, with the number of its findings, and what it owes in practice."""

    findings: Annotated[int, "What `sopkit lint` finds in it."]
    practice: Annotated[tuple[str, ...], "What is overdue or missed in practice: runs, exports, exercises, limits."]


def status_list(
    library: Library,
    findings: Mapping[str, int],
    removed: Iterable[StatusRow] = (),
    practice: Mapping[str, tuple[str, ...]] | None = None,
    *,
    areas: tuple[str, ...] = (),
    owners: tuple[str, ...] = (),
    statuses: tuple[str, ...] = (),
    controls: tuple[str, ...] = (),
) -> tuple[CheckedStatusRow, ...]:
    """The rows that pass every filter given, in the order of ids, then the removed SOPs.

    `findings` are counted by file, `practice` is what is owed by file.

    The id of an older edition finds the SOPs that claim its successors as well. Raises SopkitError for an unknown
    control.
    """
    wanted = {":".join(pair) for control in controls for pair in resolve_control(control, library)}
    listed = (*(status_row(sop, library) for sop in library.in_order), *removed)
    return tuple(
        CheckedStatusRow(**asdict(row), findings=findings.get(row.path, 0), practice=(practice or {}).get(row.path, ()))
        for row in listed
        if (not areas or row.area in areas)
        and (not owners or row.owner in owners)
        and (not statuses or row.status in statuses)
        and (not wanted or not wanted.isdisjoint(row.controls))
    )


def filter_values(library: Library, key: str) -> tuple[str, ...]:
    """What can be asked for in `area`, `owner` or `status`: what is defined, and what the SOPs say themselves."""
    defined: dict[str, Iterable[str]] = {
        "area": library.config.all_areas,
        "owner": sorted(library.roles.keys),
        "status": Status,
    }
    used = (sop.status if key == "status" else sop.text(key) for sop in library.sops)
    return tuple(dict.fromkeys(str(value) for value in (*defined[key], *sorted(used)) if value))


def resolve_control(written: str, library: Library) -> tuple[tuple[str, str], ...]:
    """The controls that an id means, those of a group and the successors of each among them, as framework and id.

    Raises SopkitError for an unknown control.
    """
    match = library.control(written)
    found = match.choices
    if match.framework is not None and match.ids:
        framework = library.catalogue.get(match.framework)
        ids = match.ids
        if match.kind is MatchKind.GROUP:
            ids = tuple(control.id for control in framework.within(match.ids[0]))
        found = tuple((framework.id, control) for control in ids)
    if not found:
        near = f"did you mean {match.nearest[0]}?" if match.nearest else "sopkit control list shows them"
        raise SopkitError(f"no control {written}", near)
    return tuple(
        dict.fromkeys(pair for control in found for pair in (control, *library.catalogue.successors(*control)))
    )


def claimed_controls(sop: Sop, library: Library) -> set[tuple[str, str]]:
    """The controls that an SOP claims, as framework and id."""
    return {(claim.framework, control) for claim in library.claims(sop) for control in claim.ids}


def status_row(sop: Sop, library: Library) -> StatusRow:
    """The row of an SOP."""
    role, area, approvers = library.role(sop.text("owner")), library.area(sop), library.approvers(sop)
    claimed = sorted(claimed_controls(sop, library), key=lambda claim: (claim[0], sort_key(claim[1])))
    sop.forget_body()
    return StatusRow(
        id=sop.id,
        title=sop.title,
        version=sop.text("version"),
        status=sop.status,
        area=sop.text("area"),
        area_title=area.title if area else "",
        owner=sop.text("owner"),
        owner_title=role.title if role else "",
        approvers=approvers,
        approver_titles=tuple(map(library.role_title, approvers)),
        classification=sop.classification,
        criticality=sop.text("criticality"),
        review_every=sop.text("review_every"),
        effective=sop.text("effective"),
        controls=tuple(f"{framework}:{control}" for framework, control in claimed),
        path=sop.path,
    )


STATUS = DocumentType(
    "status",
    "sopkit status",
    "The master list, as `sopkit status -f json` writes it, in the order of ids.",
    {"rows": CheckedStatusRow},
)
"""The published document."""


def status_document(
    rows: tuple[CheckedStatusRow, ...], library: Library, head: str, notes: tuple[str, ...]
) -> Document:
    """The rows as a document; `head` is the commit of the folder, `notes` name another that the rows are from."""
    return Document(
        STATUS,
        "Master list",
        head,
        library.as_of,
        (ReportTable("rows", "Master list", CheckedStatusRow, rows, list_columns(rows), empty="no SOP matches"),),
        notes,
        library=library.config.library.name,
    )


def list_columns(rows: Iterable[CheckedStatusRow]) -> tuple[str, ...]:
    """The columns that people read; what is owed in practice is one where there is something."""
    return (*COLUMNS, "practice") if any(row.practice for row in rows) else COLUMNS


def as_cells(rows: tuple[CheckedStatusRow, ...]) -> list[tuple[str, ...]]:
    """The cells of these columns for each row; no findings are a dash, and a path stands for an id that is missing."""
    return [tuple(_cell(row, name) for name in list_columns(rows)) for row in rows]


def _cell(row: CheckedStatusRow, name: str) -> str:
    value = getattr(row, name)
    if name == "id":
        return row.id or row.path
    if name == "practice":
        return "; ".join(value)
    return str(value or ("-" if name == "findings" else ""))
