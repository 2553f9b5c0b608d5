"""Which leads of steps name who acts, and which are titles: `**Check the logs:** look for errors`."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sopkit.model.body import Procedure, Step
from sopkit.model.nearest import nearest
from sopkit.text.lexicon import Lexicon

JOINED = re.compile(r"\s+(?:and|or|with)\s+|\s*[,/&+;]\s*")
"""What stands between two roles that act together."""
EVERYONE = frozenset({"everyone", "all", "all staff", "anyone", "every employee", "all employees"})
"""Names that stand for no role, but for all people."""
_REMARK = re.compile(r"\s*\([^)]*\)$")
_LAST_WORD = re.compile(r"[^\s/]+$")
_DIGIT = re.compile(r"\d")
_MOST_WORDS, _ALIKE = 5, 0.8
_LONGEST, _MOST_PAIRS = 200, 2000
"""A longer text is no name, and more pairs of names are not compared letter by letter."""


def without_titles(runs: Iterable[Procedure], declared: frozenset[str], words: Lexicon | None) -> Iterator[Procedure]:
    """The runs of steps, in which leads that are titles name nobody and belong to the text.

    `declared` are the roles of the Roles section in lower case. A language without words for roles keeps all leads.
    """
    for run in runs:
        leads = Counter(step.actor for top in run.steps for step in top.walk() if _leads(step))
        if not leads or words is None or not words.role_ends:
            yield run
            continue
        titles = _titles(leads, declared, words)
        yield replace(run, steps=tuple(_told(step, titles) for step in run.steps)) if titles else run


def named_like_a_role(name: str, words: Lexicon) -> bool:
    """Whether a name ends with a word for a role, as "Release manager" does."""
    last = _LAST_WORD.search(bare(name))
    return last is not None and last[0] in words.role_ends


def bare(name: str) -> str:
    """A name in lower case without "the" and without a remark in brackets."""
    plain = " ".join(name.split()).casefold()
    return _REMARK.sub("", plain).removeprefix("the ") if len(plain) < _LONGEST else plain


def parts_of(name: str) -> list[str]:
    """The names that are joined in one, such as "HR and Legal"."""
    plain = " ".join(name.split())
    return [part for part in JOINED.split(plain) if part] if len(plain) < _LONGEST else [plain]


def _leads(step: Step) -> bool:
    return bool(step.actor) and step.start <= step.actor_start < step.end


def _titles(leads: Counter[str], declared: frozenset[str], words: Lexicon) -> frozenset[str]:
    """The leads that are titles.

    A lead is a role when it ends like one, is declared or much like one that is, or comes back; where most leads are
    roles, all others are that do not read like a sentence, a date or a count.
    """
    like = declared if len(leads) * len(declared) <= _MOST_PAIRS else frozenset[str]()
    sure = {lead for lead, count in leads.items() if count > 1 or _is_role(lead, declared, like, words)}
    if len(sure) * 2 >= len(leads):
        return frozenset(lead for lead in leads if lead not in sure and _reads_like_a_title(lead, words))
    return frozenset(leads) - sure


def _is_role(lead: str, declared: frozenset[str], like: frozenset[str], words: Lexicon) -> bool:
    parts = {bare(lead), *map(bare, parts_of(lead))}
    return (
        not parts.isdisjoint(declared)
        or named_like_a_role(lead, words)
        or bool(nearest(bare(lead), list(like), 1, _ALIKE))
    )


def _reads_like_a_title(lead: str, words: Lexicon) -> bool:
    parts = lead.casefold().split()
    return len(parts) > _MOST_WORDS or parts[1:2] in ([word] for word in words.articles) or bool(_DIGIT.search(lead))


def _told(step: Step, titles: frozenset[str]) -> Step:
    children = tuple(_told(child, titles) for child in step.children)
    if _leads(step) and step.actor in titles:
        return replace(step, actor="", actor_start=-1, text=f"{step.actor}: {step.text}", children=children)
    return replace(step, children=children) if children else step
