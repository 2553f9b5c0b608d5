"""`sopkit export json`: the whole library as one document."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from sopkit.exports._export import Export, Exported
from sopkit.exports._library.registers import registers, registers_schema
from sopkit.exports._library.sops import sop_object, sop_schema
from sopkit.exports._library.steps import step_schema
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.parallel import spread
from sopkit.reports import report_named
from sopkit.reports._report import Asked, Told
from sopkit.tables.rows import Schema, array_schema, document_schema, dump_json, row_schema, to_json

_WORTH_SHARING = 200  # SOPs; for fewer, a second process costs more than it saves
_LEFT_OUT = "names, addresses, logins and signing keys of people are left out; people are named by key"


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


def write(standings: LibraryStatus, version: str) -> Exported:
    """The library as JSON of schema sopkit/library/1: SOPs in the order of ids, registers in that of their files."""
    sops = standings.library.in_order
    data: dict[str, Any] = {
        "schema": "sopkit/library/1",
        "tool": f"sopkit {version}",
        "head": standings.head,
        "as_of": standings.as_of.isoformat(),
        "notes": [*standings.notes, _LEFT_OUT],
        "library": to_json(_about(standings)),
        "sops": spread(lambda some: [sop_object(sop, standings) for sop in some], sops, _WORTH_SHARING),
        "registers": registers(standings.library),
        "coverage": [to_json(row) for row in _rows("coverage", "totals", standings)],
        "soa": [to_json(row) for row in _rows("soa", "rows", standings)],
    }
    return Exported({"library.json": dump_json(data).encode("utf-8")}, (_LEFT_OUT,))


def _about(standings: LibraryStatus) -> AboutRow:
    config = standings.library.config
    about = config.library
    areas, frameworks = tuple(_areas(standings)), tuple(_frameworks(standings))
    basis = str(config.review.basis)
    return AboutRow(about.name, about.language, about.timezone, about.identity, basis, areas, frameworks)


def _areas(standings: LibraryStatus) -> Iterator[AreaRow]:
    library = standings.library
    held = [sop.text("area") for sop in library.sops]
    for name, area in library.config.all_areas.items():
        if name in held or name in library.config.areas:
            interval = str(area.review_every)
            yield AreaRow(name, area.title, area.prefix, area.approvers, interval, held.count(name))


def _frameworks(standings: LibraryStatus) -> Iterator[FrameworkRow]:
    catalogue = standings.library.catalogue
    for name in standings.library.config.library.frameworks:
        one = catalogue.get(name)
        count = sum(not (control.withdrawn or control.heading_only) for control in one.controls)
        yield FrameworkRow(one.id, one.title, one.edition, one.publisher, count)


def _rows(report: str, table: str, standings: LibraryStatus) -> tuple[object, ...]:
    """The rows of a table of a report; a library without frameworks has none to tell of."""
    if not standings.library.config.library.frameworks:
        return ()
    told: Told = report_named(report).make(standings, Asked())
    return next((one.rows for one in told.tables if one.name == table), ())


def schema() -> Schema:
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
    "json", "The whole library as one JSON document with a published schema.", write, schemas={"library": schema}
)
