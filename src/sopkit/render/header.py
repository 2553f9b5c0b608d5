"""The header of a document, from the front matter of an SOP, valid or not; and the titles of controls beside ids."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sopkit.library import Library
from sopkit.model.body import Block
from sopkit.model.catalogue import Catalogue
from sopkit.model.config import Criticality
from sopkit.model.mentions import find_controls
from sopkit.model.sop import Sop


@dataclass(frozen=True)
class StatusLabel:
    """A status as a shape and words, for readers who do not see colour."""

    word: str
    glyph: str
    says: str
    tone: str


@dataclass(frozen=True)
class HeaderField:
    """One line of the head: a term with what is known about it."""

    term: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class HeaderControl:
    """A control that the SOP claims; `remark` is its strength, note and section."""

    id: str
    title: str
    remark: str = ""


@dataclass(frozen=True)
class DocumentHeader:
    """The head of a document."""

    id: str
    title: str
    version: str
    standing: StatusLabel
    summary: str
    lines: tuple[HeaderField, ...]
    more: tuple[HeaderField, ...]
    controls: tuple[tuple[str, tuple[HeaderControl, ...]], ...]
    footer: str


_STATUS_LABELS = {
    "draft": StatusLabel("Draft", "■", "Do not follow it yet.", "warn"),
    "trial": StatusLabel("Trial", "◆", "Being tried out and commented on.", "warn"),
    "active": StatusLabel("Active", "●", "Its owner says that it is in force.", "ok"),
    "retired": StatusLabel("Retired", "✕", "No longer in force.", "bad"),
}
NO_HISTORY = "Approval unknown: no history was read."


def build_header(sop: Sop, library: Library) -> DocumentHeader:
    """Everything that the head of a document says about an SOP."""
    status = sop.text("status")
    unknown = StatusLabel(status or "No status", "▲", "This is none of draft, trial, active and retired.", "bad")
    version = sop.text("version")
    parts = (sop.name, f"version {version}" if version else "no version", f"as of {library.as_of}")
    return DocumentHeader(
        id=sop.id,
        title=sop.title or sop.name,
        version=version,
        standing=_STATUS_LABELS.get(status, unknown),
        summary=sop.text("summary"),
        lines=tuple(_main_fields(sop, library)),
        more=tuple(_other_fields(sop, library)),
        controls=tuple(_control_groups(sop, library)),
        footer=" · ".join((*parts, "printed copies are uncontrolled")),
    )


def _main_fields(sop: Sop, library: Library) -> list[HeaderField]:
    area, owner = library.area(sop), sop.text("owner")
    lines = [
        ("Id", [sop.id or "none"]),
        ("Version", [sop.text("version") or "none"]),
        ("Status", [sop.text("status") or "none"]),
        ("Owner", [library.role_title(owner)] if owner else ["nobody"]),
        ("Approvers", [library.role_title(name) for name in library.approvers(sop)]),
        ("Classification", [sop.text("classification") or "internal (default)"]),
        ("Criticality", [sop.text("criticality")]),
        ("Area", [(area.title if area else "") or sop.text("area")]),
        ("Effective", [sop.text("effective")]),
        ("Review every", [_review_interval(sop, library)]),
    ]
    return _drop_empty_fields(lines)


def _other_fields(sop: Sop, library: Library) -> list[HeaderField]:
    lines = [("Described by", [library.role_title(name) for name, _ in sop.texts("contributors")])]
    for register in ("policies", "risks", "assets", "vendors"):
        rows = [(key, library.registers[register].by_key.get(key)) for key, _ in sop.texts(register)]
        titles = [str(getattr(row, "title", "") or getattr(row, "name", "") or key) for key, row in rows]
        lines.append((register.capitalize(), titles))
    for term, key in (("Replaces", "supersedes"), ("Replaced by", "superseded_by")):
        sops = [(name, library.by_id.get(name, ())) for name, _ in sop.texts(key)]
        lines.append((term, [f"{name} {found[0].text('title')}".strip() if found else name for name, found in sops]))
    return _drop_empty_fields(lines)


def _drop_empty_fields(lines: list[tuple[str, list[str]]]) -> list[HeaderField]:
    return [HeaderField(term, values) for term, given in lines if (values := tuple(value for value in given if value))]


def _review_interval(sop: Sop, library: Library) -> str:
    if written := sop.text("review_every"):
        return written
    area = library.area(sop)
    if area is None:
        return ""
    criticality = sop.text("criticality")
    known = Criticality(criticality) if criticality in list(Criticality) else Criticality.MEDIUM
    ceiling = library.config.review.ceiling.of(known)
    return f"{min(area.review_every, ceiling, key=lambda duration: duration.minutes)} (default)"


def _control_groups(sop: Sop, library: Library) -> list[tuple[str, tuple[HeaderControl, ...]]]:
    given = sop.front.values.get("controls")
    found: dict[str, list[HeaderControl]] = {}
    if isinstance(given, dict):
        for name, entries in given.items():
            if name not in library.catalogue.ids:
                items = entries if isinstance(entries, list) else [entries]
                found[str(name)] = [HeaderControl(item, "") for item in items if isinstance(item, str)]
    for claim in library.claims(sop) if given else ():
        head = library.catalogue.heads[claim.framework]
        remark = _claim_remark(given, claim.loc)
        here = found.setdefault(head.cited_as[0] if head.cited_as else head.title, [])
        here += [
            HeaderControl(name, control_title(claim.framework, name, library.catalogue), remark)
            for name in claim.ids or (claim.typed,)
        ]
    return [(name, tuple(claims)) for name, claims in found.items() if claims]


def _claim_remark(given: object, loc: tuple[str | int, ...]) -> str:
    """Strength, note and section of the claim whose id stands at `loc`."""
    if loc[-1] != "id":
        return ""
    entry: Any = given
    for step in loc[1:-1]:
        entry = entry[step]
    if not isinstance(entry, dict):
        return ""
    words = [entry.get("strength"), entry.get("note")]
    where = [f"(section {entry['section']})"] if isinstance(entry.get("section"), str) else []
    return " ".join([*filter(None, [": ".join(word for word in words if isinstance(word, str) and word)]), *where])


_NO_TITLE = re.compile(
    r"controls?|clauses?|criteria|criterion|articles?|annex|section|see|and|or|to|[^\w]+|_", re.IGNORECASE
)
_TEXT_KINDS = frozenset({"paragraph", "cell"})


def reference_titles(sop: Sop, library: Library) -> Iterator[tuple[Block, str]]:
    """What to add to which running text, so that every id in the References stands beside its title."""
    frameworks = _frameworks(sop, library)
    for block in _running_text(sop, "References"):
        if words := _titles_to_add(block.text, library.catalogue, frameworks):
            yield block, words


def control_titles(sop: Sop, library: Library) -> Iterator[tuple[Block, str]]:
    """The same, and for the `Control:` lines of steps."""
    yield from reference_titles(sop, library)
    frameworks = _frameworks(sop, library)
    named = [control.start for control in sop.body.named_controls]
    for block in _running_text(sop, "Procedure") if named else ():
        is_named = block.kind == "paragraph" and any(block.start <= start < block.end for start in named)
        if is_named and (words := _titles_to_add(block.text, library.catalogue, frameworks)):
            yield block, words


def _running_text(sop: Sop, name: str) -> Iterator[Block]:
    for section in sop.body.sections:
        if name in section.names:
            yield from (block for top in section.blocks for block in top.walk() if block.kind in _TEXT_KINDS)


def control_title(framework_id: str, control_id: str, catalogue: Catalogue) -> str:
    """The short title of a control, or the empty string."""
    framework = catalogue.framework(framework_id)
    control = framework.by_id.get(control_id) if framework else None
    return control.title if control else ""


@lru_cache(maxsize=4096)
def _titles_to_add(text: str, catalogue: Catalogue, frameworks: tuple[str, ...]) -> str:
    """The titles of the controls in a text that holds their ids and nothing else of meaning, else nothing.

    Remembered, because SOPs of an area name the same few controls.
    """
    found = list(find_controls(text, catalogue, frameworks)) if text else []
    if not found:
        return ""
    rest, at = "", 0
    for mention in found:
        rest += text[at : mention.start]
        at = mention.end
    if _NO_TITLE.sub("", rest + text[at:]):
        return ""
    known = [
        (control, title)
        for mention in found
        for control in mention.ids
        if (title := control_title(mention.framework, control, catalogue))
    ]
    if len(known) == 1:
        return f" {known[0][1]}"
    return f" ({'; '.join(f'{control} {title}' for control, title in known)})" if known else ""


def _frameworks(sop: Sop, library: Library) -> tuple[str, ...]:
    claimed = sop.front.values.get("controls")
    names = claimed if isinstance(claimed, dict) else ()
    known = (name for name in names if isinstance(name, str) and name in library.catalogue.ids)
    return tuple(dict.fromkeys((*library.config.library.frameworks, *known)))
