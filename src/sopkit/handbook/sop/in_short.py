"""An SOP in short: what it is for, in so many words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sopkit.model.sop import Sop

MOST_WORDS = 60


def in_short(sop: "Sop") -> str:
    """Its summary, else the first paragraph of its purpose, cut where it is long."""
    return _cut(sop.text("summary")) or _cut(purpose_of(sop))


def starts_with_purpose(sop: "Sop") -> bool:
    """Whether the text itself begins with what would be told in short, so that it would be read twice."""
    sections = sop.body.sections if sop.readable else ()
    return not sop.text("summary") and bool(sections) and "Purpose" in sections[0].names


def purpose_of(sop: "Sop") -> str:
    """The first paragraph of its purpose."""
    section = sop.body.section("Purpose") if sop.readable else None
    return next((block.text for block in section.blocks if block.kind == "paragraph"), "") if section else ""


def _cut(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= MOST_WORDS else f"{' '.join(words[:MOST_WORDS])} …"
