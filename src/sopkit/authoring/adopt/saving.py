"""The decisions of a plan as a map file, to be edited and replayed."""

import re
from collections.abc import Iterable, Iterator

from sopkit.authoring.adopt.decisions import NOT_A_SECTION
from sopkit.authoring.adopt.plan import AdoptedDraft, AdoptionPlan, Refused
from sopkit.model.body import is_undecided
from sopkit.parsing.yaml import double_quote, yaml_scalar
from sopkit.tables.escape import escape_controls

_LONGEST_KEY = 500
_ABOUT = """\
# What `sopkit adopt` decided, document by document: edit it, then run `sopkit adopt PATHS --map` with this file.
# Keys: id, title, area, owner, sections (heading: Section, or none), bullets (steps or keep), skip (true).
# A path may be a pattern, such as "docs/**/*.md"; of several that match, the later counts more.
"""


def map_of(plan: AdoptionPlan) -> str:
    """The text of the map file: what was decided, and what must be before more documents can be adopted."""
    rows = [line for draft in plan.drafts for line in _row(draft)]
    return _ABOUT + "".join(f"{line}\n" for line in (*rows, *_open(plan.refused)))


def _name(source: str) -> str:
    """The name of a document as a key: what a pattern would read otherwise escaped.

    Bytes that are not UTF-8 stand as the plan shows them, since YAML has no such text.
    """
    if any("\ud800" <= char <= "\udfff" for char in source):
        return double_quote(escape_controls(source))
    return double_quote(re.sub(r"[*?\[\\]", r"\\\g<0>", source))


def _pair(key: str, value: str) -> Iterator[str]:
    """A key with its value; YAML reads no key on the line of its value that is longer than 1,024 signs."""
    if len(key) < _LONGEST_KEY:
        yield f"    {key}: {value}"
    else:
        yield f"    ? {key}"
        yield f"    : {value}"


def _open(refused: Iterable[Refused]) -> Iterator[str]:
    for one in refused:
        if one.lacks:
            yield f"{_name(one.source)}:"
            yield f"  # {one.lacks}:   # decide, else it is not adopted: {' '.join(one.why.partition(';')[0].split())}"


def _row(draft: AdoptedDraft) -> Iterator[str]:
    yield f"{_name(draft.source)}:"
    for key, value in (("id", draft.id), ("title", draft.title), ("area", draft.area), ("owner", draft.owner)):
        if value and not is_undecided(value):
            yield f"  {key}: {yaml_scalar(value)}"
    if draft.sections:
        yield "  sections:"
        for heading, name in draft.sections.items():
            if heading.strip():
                yield from _pair(double_quote(heading), name or NOT_A_SECTION)
    if draft.bullets:
        yield f"  bullets: {draft.bullets}"
    elif draft.asked_bullets:
        under = ", ".join(dict.fromkeys(heading or "the title" for heading in draft.asked_bullets))
        yield f"  # bullets: steps   # or keep; under {' '.join(under.split())}"
