"""`sopkit export json`: the whole library with its registers as one document."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from sopkit.exports import Export, ExportResult
from sopkit.exports._sops import FlawRow, flaw_rows, sop_object, sop_schema, step_schema
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.removed_sops import RemovedRow, removed_rows
from sopkit.model.registers import REGISTERS
from sopkit.model.registers import register_json_schema as register_schema
from sopkit.parallel import spread
from sopkit.reports import report_named
from sopkit.reports.report import ReportOptions
from sopkit.tables.document import Schema, array_schema, document_schema, dump_json, object_schema, row_schema, to_json

_PERSON_KEYS = ("key", "from", "to", "bot")
"""What of a person may leave the house."""


def registers_object(library: Library) -> dict[str, Any]:
    """Every register by name, those without a file too."""
    found = {}
    for name in REGISTERS:
        register = library.registers[name]
        rows = (row.model_dump(mode="json", by_alias=True) for row in register.rows)
        flaws = flaw_rows(register.findings)
        if name == "people":  # only where: a message quotes what is typed
            flaws = tuple(replace(row, message="what it is: sopkit lint") for row in flaws)
        found[name] = {
            "path": register.path,
            "rows": [_without_personal_data(name, row) for row in rows],
            "invalid": [_without_personal_data(name, item) for item in register.invalid],
            "flaws": [to_json(row) for row in flaws],
        }
    return found


def _without_personal_data(name: str, item: object) -> object:
    """A row without what is personal: people are told by key."""
    if name != "people":
        return item
    return {key: item[key] for key in _PERSON_KEYS if key in item} if isinstance(item, Mapping) else {}


def registers_schema() -> tuple[Schema, Schema]:
    """The schema of the registers, and the definitions that it needs in its document."""
    parts: dict[str, tuple[str, Schema]] = {}
    definitions: Schema = {}
    for name, model in REGISTERS.items():
        of_rows = register_schema(name)
        definitions |= of_rows["$defs"]
        items = of_rows["items"]
        if name == "people":
            items = items | {"properties": {key: items["properties"][key] for key in _PERSON_KEYS}}
        register: dict[str, tuple[str, Schema]] = {
            "path": ("File; empty where there is none.", {"type": "string"}),
            "rows": ("The rows in the order of the file, every key written out.", array_schema(items)),
            "invalid": ("Rows that are not as the schema asks, as they stand in the file.", {"type": "array"}),
            "flaws": ("What is wrong with the file.", array_schema(row_schema(FlawRow))),
        }
        parts[name] = ((model.__doc__ or "").splitlines()[0], object_schema(register))
    return object_schema(parts), definitions


_MIN_SOPS_TO_SHARE = 200  # SOPs; for fewer, a second process costs more than it saves
_PRIVACY_NOTE = "names, addresses, logins and signing keys of people are left out; people are named by key"


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area that has SOPs, or that the configuration names."""

    id: Annotated[str, "Id of the area."]
    title: Annotated[str, "Name shown to readers."]
    prefix: Annotated[str, "Prefix of the ids of its SOPs."]
    approvers: Annotated[tuple[str, ...], "Roles that approve unless an SOP names its own."]
    review_every: Annotated[str, "Default review interval."]
    sops: Annotated[int, "SOPs that it holds."]


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """A framework of the library. Its controls are not repeated: `sopkit control list` shows them."""

    id: Annotated[str, "Id of the framework."]
    title: Annotated[str, "Title."]
    edition: Annotated[str, "Edition."]
    publisher: Annotated[str, "Who publishes it."]
    controls: Annotated[int, "Controls in force."]


@dataclass(frozen=True, slots=True)
class AboutRow:
    """What the configuration says of the library."""

    name: Annotated[str, "Name of the organisation or library."]
    language: Annotated[str, "Language of SOPs that name none."]
    timezone: Annotated[str, "Time zone of its days."]
    identity: Annotated[str, "Whether an SOP is known by `id` or `path`."]
    basis: Annotated[str, "What reviews are believed from: records, claims or git."]
    areas: Annotated[tuple[AreaRow, ...], "Areas."]
    frameworks: Annotated[tuple[FrameworkRow, ...], "Frameworks, the first is meant by a bare list of controls."]


def write_json(status: LibraryStatus, version: str) -> ExportResult:
    """The library as JSON of schema sopkit/library/1: SOPs in the order of ids, registers in that of their files."""
    sops = status.library.in_order
    data: dict[str, Any] = {
        "schema": "sopkit/library/1",
        "tool": f"sopkit {version}",
        "head": status.head,
        "as_of": status.as_of.isoformat(),
        "notes": [*status.notes, _PRIVACY_NOTE],
        "library": to_json(_about_row(status)),
        "sops": spread(lambda some: [sop_object(sop, status) for sop in some], sops, _MIN_SOPS_TO_SHARE),
        "removed": [to_json(row) for row in removed_rows(status.removed)],
        "registers": registers_object(status.library),
        "coverage": [to_json(row) for row in _report_rows("coverage", "totals", status)],
        "soa": [to_json(row) for row in _report_rows("soa", "rows", status)],
    }
    return ExportResult({"library.json": dump_json(data).encode("utf-8")}, (_PRIVACY_NOTE,))


def _about_row(status: LibraryStatus) -> AboutRow:
    library, config = status.library, status.library.config
    counts = Counter(sop.text("area") for sop in library.sops)
    areas = tuple(
        AreaRow(name, area.title, area.prefix, area.approvers, str(area.review_every), counts[name])
        for name, area in config.all_areas.items()
        if name in counts or name in config.areas
    )
    frameworks = []
    for name in config.library.frameworks:
        one = library.catalogue.get(name)
        count = sum(not (control.withdrawn or control.heading_only) for control in one.controls)
        frameworks.append(FrameworkRow(one.id, one.title, one.edition, one.publisher, count))
    about, basis = config.library, str(config.review.basis)
    return AboutRow(about.name, about.language, about.timezone, about.identity, basis, areas, tuple(frameworks))


def _report_rows(report: str, table: str, status: LibraryStatus) -> tuple[object, ...]:
    """The rows of a table of a report; a library without frameworks has none to tell of."""
    if not status.library.config.library.frameworks:
        return ()
    tables = report_named(report).make(status, ReportOptions()).tables
    return next((one.rows for one in tables if one.name == table), ())


def library_schema() -> Schema:
    """JSON Schema of the document."""
    text: Schema = {"type": "string"}
    of_registers, definitions = registers_schema()
    parts: dict[str, tuple[str, Schema]] = {
        "schema": ("Name and version of this schema.", {"const": "sopkit/library/1"}),
        "tool": ("Name and version of the program.", text),
        "head": ("The last commit, empty when no history was read.", text),
        "as_of": ("The day that is judged.", {"type": "string", "format": "date"}),
        "notes": ("What the reader must know of the document as a whole.", array_schema(text)),
        "library": ("The library itself.", row_schema(AboutRow)),
        "sops": ("Every SOP in the order of ids, whatever its status, class and state.", array_schema(sop_schema())),
        "removed": (
            "The SOPs that were active once and have no file any more, in the order of ids.",
            array_schema(row_schema(RemovedRow)),
        ),
        "registers": ("The registers by name.", of_registers),
        "coverage": (
            "How much of each framework, and of each group of it, is covered, as `sopkit report coverage` counts.",
            array_schema(row_schema(report_named("coverage").kinds["totals"])),
        ),
        "soa": (
            "The statement of applicability of the first framework, as `sopkit report soa` tells it.",
            array_schema(row_schema(report_named("soa").kinds["rows"])),
        ),
    }
    whole = document_schema("sopkit export json", "A library of SOPs with its registers on one day.", parts)
    return whole | {"$defs": {"step": step_schema(), **definitions}}


EXPORT = Export(
    "json",
    "The whole library as one JSON document with a published schema.",
    write_json,
    schemas={"library": library_schema},
)
