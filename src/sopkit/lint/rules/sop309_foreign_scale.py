"""SOP309: foreign scale."""

import re
from collections.abc import Iterator
from functools import cache

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase

# the first letter before the look behind it: so the pattern is tried at these letters only
_LABEL = re.compile(
    r"[PpSs](?<![\w/.-].)(?:(?<=P)[- ]?|(?:(?<=S)EV|(?<=[Ss])ev(?:erity)?|(?<=[Pp])rio(?:rity)?)[- ]?)"
    r"([0-5])(?![\w%-]|[.:]\d)"
)
_NEEDLES = (b"sev", b"prio", *(f"p{dash}{digit}".encode() for dash in ("", "-") for digit in range(6)))


@rule(
    "SOP309",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad="""
        ## Escalation

        Tell the security lead of every P1 incident at once.
        """,
    good="""
        ## Escalation

        Tell the security lead of every SEV1 incident at once.
        """,
)
def foreign_scale(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The severity of an incident is written as `[scales] severity` of sopkit.toml has it: SEV1, not P1 or "Sev-1".

    `P1` may be a priority of something else: it counts in a paragraph with a word such as incident, alert or outage,
    and `priority 1` before such a word. A paragraph or cell that has a label of the scale as well explains how two
    scales match, and is let be. A library of documents that were not written as SOPs (`identity = "path"`) is judged
    once its sopkit.toml has the table `[scales]`.

    Why: at 03:00 nobody translates; who reads P1 as the second of five does not wake the people that SEV1 asks for.
    Mend: write the label of the scale. `--fix --unsafe` does where the scale has one with that number.
    """
    # in a library that has written another scale for years, ours is not the library's own
    is_own_scale = context.config.library.identity != "path" or "scales" in context.config.model_fields_set
    if not is_own_scale or not sop.source.has(*_NEEDLES):
        return
    scale = context.config.scales.severity
    about = any_phrase(words_of(sop, context).incidents)
    prose = sop.body.prose
    context_of: dict[int, tuple[bool, bool]] = {}
    for match in _LABEL.finditer(prose.text):
        if match[0] in scale:
            continue
        block = prose.block(match.start())
        if id(block) not in context_of:
            is_about = about.search(block.text) is not None
            context_of[id(block)] = any(label in block.text for label in scale), is_about
        explained, near = context_of[id(block)]
        if explained or not _is_about_incident(match, near, about):
            continue
        span = prose.span(*match.span())
        label = _labels_by_number(scale).get(match[1], "")
        fix = Fix(f"write `{label}`", (Edit(*span, label),), FixClass.SUGGESTION) if label else None
        yield sop.finding(span, f"`{match[0]}` is of another scale; write {label or ', '.join(scale)}", fix=fix)


def _is_about_incident(match: re.Match[str], near: object, about: re.Pattern[str]) -> bool:
    """Whether a label is of an incident: `Sev-1` always, `P1` in a paragraph about one, `priority 1` before one."""
    if match[0][:1] not in "Pp":
        return True
    if match[0][1:2].casefold() != "r":
        return bool(near)
    return about.match(match.string, match.end() + 1) is not None


@cache
def _labels_by_number(scale: tuple[str, ...]) -> dict[str, str]:
    """The labels of a scale by the number that they end with; none where a number stands in two."""
    found = [(match[0], label) for label in scale if (match := re.search(r"\d$", label))]
    return dict(found) if len({number for number, _ in found}) == len(found) else {}
