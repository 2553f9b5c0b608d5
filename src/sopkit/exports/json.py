"""`sopkit export json`: the whole library as one document."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.exports._export import Export, Exported
from sopkit.lifecycle.standing import Standings
from sopkit.model.dump import dump
from sopkit.rows import Schema, array, document_schema, plain, row_schema


@dataclass(frozen=True, slots=True)
class SopRow:
    """One SOP."""

    id: Annotated[str, "Id as typed."]
    title: Annotated[str, "Title as typed."]
    path: Annotated[str, "File, relative to the library."]
    state: Annotated[str, "State as `sopkit stale` tells it."]
    due: Annotated[date | None, "Last day on which the next review is in time."]


def write(standings: Standings, version: str) -> Exported:
    """The library as JSON of schema sopkit/library/1."""
    rows = [
        SopRow(sop.id, sop.text("title"), sop.path, standings.of(sop).state, standings.of(sop).due)
        for sop in sorted(standings.library.sops, key=lambda sop: (sop.id, sop.path))
    ]
    data = {
        "schema": "sopkit/library/1",
        "tool": f"sopkit {version}",
        "head": standings.head,
        "as_of": standings.as_of.isoformat(),
        "sops": [plain(row) for row in rows],
    }
    return Exported({"library.json": dump(data).encode("utf-8")})


def schema() -> Schema:
    """JSON Schema of the document."""
    text: Schema = {"type": "string"}
    parts: dict[str, tuple[str, Schema]] = {
        "schema": ("Name and version of this schema.", {"const": "sopkit/library/1"}),
        "tool": ("Name and version of the program.", text),
        "head": ("The last commit, empty when no history was read.", text),
        "as_of": ("The day that is judged.", {"type": "string", "format": "date"}),
        "sops": ("The SOPs in the order of their ids.", array(row_schema(SopRow))),
    }
    return document_schema("sopkit export json", "A library of SOPs.", parts)


EXPORT = Export(
    "json", "The whole library as one JSON document with a published schema.", write, schemas={"library": schema}
)
