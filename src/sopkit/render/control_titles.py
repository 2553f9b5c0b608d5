"""Titles of controls for places where an author wrote only ids: the References and the `Control:` lines."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sopkit.library import Library
from sopkit.model.body import Block
from sopkit.model.catalogue import Catalogue
from sopkit.model.mentions import find_controls
from sopkit.model.sop import Sop

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
    more = tuple(_known_frameworks(claimed, library)) if isinstance(claimed, dict) else ()
    return tuple(dict.fromkeys((*library.config.library.frameworks, *more)))


def _known_frameworks(claimed: dict[object, object], library: Library) -> Iterator[str]:
    for name in claimed:
        if isinstance(name, str) and name in library.catalogue.ids:
            yield name
