"""The roles that a Roles section names."""

import re

from sopkit.model.blocks import Block
from sopkit.model.body import Section

_ROLE_COLUMN = frozenset({"role", "roles", "who", "actor", "responsible", "responsible role", "team", "function"})
_LEAD = re.compile(r"^\s*([A-Z][\w/&'’ -]{1,50}?)\s*(?::|–|—)\s")  # noqa: RUF001 - dashes as people type them
_OF_A_ROLE = frozenset(
    (
        *("responsibilities", "responsibility", "duties", "tasks", "note", "accountability", "authority"),
        *("contact", "contacts", "email", "e-mail", "phone", "slack"),
    )
)
"""What a line below the name of a role begins with."""

Named = tuple[str, int, int]


def roles_named(section: Section | None) -> tuple[Named, ...]:
    """Name and byte range of each role: the column of a table of roles, else the leads of lists and paragraphs."""
    if section is None:
        return ()
    found: list[Named] = []
    for top in section.blocks:
        if top.kind == "table":
            found += _of_table(top)
    if found:
        return tuple(found)
    for top in section.blocks:
        if top.kind == "list":
            for item in top.children:
                lead = next((block for block in item.children if block.kind == "paragraph"), None)
                if lead is not None and (named := _of_lead(lead)) is not None:
                    found.append(named)
        elif top.kind == "paragraph" and (named := _of_lead(top)) is not None:
            found.append(named)
    return tuple(named for named in found if named[0].casefold() not in _OF_A_ROLE)


def _of_table(table: Block) -> list[Named]:
    if not table.children:
        return []
    names = [cell.text.strip().casefold() for cell in table.children[0].children]
    at = next((index for index, name in enumerate(names) if name in _ROLE_COLUMN), None)
    if at is None:
        return []
    found = []
    for row in table.children[1:]:
        if len(row.children) > at and (text := row.children[at].text.strip()):
            words = [part for part in row.children[at].inlines if part.kind in {"text", "code"}]
            found.append((text, words[0].start, words[-1].end))
    return found


def _of_lead(block: Block) -> Named | None:
    first = next((part for part in block.inlines if part.kind != "html"), None)
    if first is None:
        return None
    if first.kind == "strong":
        inside = [part for part in block.inlines if part.kind == "text" and first.start <= part.start < first.end]
        text = "".join(part.text for part in inside).strip().rstrip(":").strip()
        return (text, inside[0].start, inside[0].start + len(text.encode())) if text else None
    if first.kind == "text" and (match := _LEAD.match(block.text)):
        begin = first.start + len(block.text[: match.start(1)].encode())
        return match[1], begin, begin + len(match[1].encode())
    return None
