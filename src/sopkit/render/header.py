"""The header of a document: what the front matter of an SOP states, valid or not."""

from dataclasses import dataclass
from typing import Any

from sopkit.library import Library
from sopkit.model.config import Criticality
from sopkit.model.sop import Sop
from sopkit.render.control_titles import control_title


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
    title = sop.title or sop.name
    status = sop.text("status")
    unknown = StatusLabel(status or "No status", "▲", "This is none of draft, trial, active and retired.", "bad")
    standing = _STATUS_LABELS.get(status, unknown)
    version = sop.text("version")
    parts = (sop.name, f"version {version}" if version else "no version", f"as of {library.as_of}")
    return DocumentHeader(
        id=sop.id,
        title=title,
        version=version,
        standing=standing,
        summary=sop.text("summary"),
        lines=tuple(_main_fields(sop, library)),
        more=tuple(_other_fields(sop, library)),
        controls=tuple(_control_groups(sop, library)),
        footer=" · ".join((*parts, "printed copies are uncontrolled")),
    )


def _main_fields(sop: Sop, library: Library) -> list[HeaderField]:
    area = library.area(sop)
    approvers = library.approvers(sop)
    owner = sop.text("owner")
    lines = [
        ("Id", [sop.id or "none"]),
        ("Version", [sop.text("version") or "none"]),
        ("Status", [sop.text("status") or "none"]),
        ("Owner", [_role_title(owner, library)] if owner else ["nobody"]),
        ("Approvers", [_role_title(name, library) for name in approvers]),
        ("Classification", [sop.text("classification") or "internal (default)"]),
        ("Criticality", [sop.text("criticality")]),
        ("Area", [(area.title if area else "") or sop.text("area")]),
        ("Effective", [sop.text("effective")]),
        ("Review every", [_review_interval(sop, library)]),
    ]
    return _drop_empty_fields(lines)


def _other_fields(sop: Sop, library: Library) -> list[HeaderField]:
    lines = [("Described by", [_role_title(name, library) for name, _ in sop.texts("contributors")])]
    lines += [
        (register.capitalize(), [_register_title(register, name, library) for name, _ in sop.texts(register)])
        for register in ("policies", "risks", "assets", "vendors")
    ]
    for term, key in (("Replaces", "supersedes"), ("Replaced by", "superseded_by")):
        lines.append((term, [_sop_title(name, library) for name, _ in sop.texts(key)]))
    return _drop_empty_fields(lines)


def _drop_empty_fields(lines: list[tuple[str, list[str]]]) -> list[HeaderField]:
    return [HeaderField(term, values) for term, given in lines if (values := tuple(value for value in given if value))]


def _role_title(name: str, library: Library) -> str:
    role = library.role(name)
    return role.title or role.id if role else name


def _register_title(register: str, key: str, library: Library) -> str:
    row = library.registers[register].by_key.get(key)
    title = str(getattr(row, "title", "") or getattr(row, "name", "") or "")
    return title or key


def _sop_title(name: str, library: Library) -> str:
    others = library.by_id.get(name, ())
    return f"{name} {others[0].text('title')}".strip() if others else name


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
