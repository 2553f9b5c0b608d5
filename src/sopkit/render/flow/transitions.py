"""Where the text of a step leads: "If it fails, then go back to [the report](#report)"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sopkit.model.body import Block

END = "end"
_LABEL = re.compile(r"\s*(?P<word>if|else|otherwise)\b\s*[:,]?\s*", re.IGNORECASE)
_REMARK = re.compile(r"\s*(?:evidence|expect(?:ed)?(?: result)?|controls?|note|warning|caution)\s*:", re.IGNORECASE)
_CUT = re.compile(r"[.;!?]\s+|,\s*(?=else\b)", re.IGNORECASE)
_CUT_OTHERWISE = re.compile(rf"{_CUT.pattern}|\b(?=otherwise\b)", re.IGNORECASE)
_CASE = re.compile(r"\b(if|when|unless|until|while)\b\s+", re.IGNORECASE)
_THEN = re.compile(r",?\s*\bthen\b|:", re.IGNORECASE)
_GO = re.compile(
    r"\b(?:(?:goes|go|continue|proceed|return|jump|skip|move|restart|resume|carry on|repeat|switch|hand over)"
    r"(?:\s+(?:on|back|over|straight|directly|again|ahead|to|with|at|from|by|in|the|step|steps|section|sop|procedure))*"
    r"|(?:start|begin)(?:\s+(?!and\b)[\w-]+){0,5}?(?:\s+(?:with|at|from))?|follow)\s+$",
    re.IGNORECASE,
)
_STEP_REFERENCE = re.compile(
    r"\b(?:go|goes|continue|proceed|return|jump|skip|move|restart|resume|carry on|repeat|start again|begin again)\s+"
    r"(?:(?:on|back|over|straight|directly|again|ahead|to|with|at|from)\s+){0,3}steps?\s+(?P<number>\d{1,4}(?:\.\d{1,4})*[a-z]?)\b",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"(?:\b(?:then|and|else|otherwise)\b[\s:,]*|[:,]\s*|^\s*)(?:stop|end|finish)(?: here)?\s*[.!]?\s*$", re.IGNORECASE
)
_ENDS = ("stop", "end", "finish", "here")
_ORDER = re.compile(r"\s*(?:then\s+)?(?:go|continue|proceed|return|skip)\b", re.IGNORECASE)
"""What begins a remark that does send the reader elsewhere: "Note: Go on with [the deployment](#deploy)"."""
_JOINER = re.compile(r"\s*(?:,|/)?\s*(?:and|or)?\s*", re.IGNORECASE)
_LEADING_WORDS = ("if", "when", "unless", "until", "while", "else", "otherwise", "step")
"""Without one of these a text that has no links leads nowhere."""
_MAX_LOOK_BACK, _MAX_TEXT, _MAX_TARGETS, _MAX_CONDITION = 120, 20_000, 8, 120


class TransitionTarget(NamedTuple):
    """A word that sends the reader elsewhere: `target` is a link as written, the number of a step, or END."""

    target: str
    words: str = ""
    bare: bool = False


class Transition(NamedTuple):
    """One case of a step ("if it fails", "else", or nothing when there is no case) and where it leads.

    `labelled` tells a part such as "If it fails, …" or "Else: …" from a case in the middle of prose.
    """

    condition: str
    jumps: tuple[TransitionTarget, ...] = ()
    otherwise: bool = False
    labelled: bool = False


def find_transitions(block: Block) -> tuple[Transition, ...]:
    """The cases of a paragraph; a case without jumps goes on with the next step."""
    text = block.text[:_MAX_TEXT]
    links = list(_find_links(block, text))
    if not links and not any(map(text.casefold().__contains__, _LEADING_WORDS)):
        return ()
    if remark := _REMARK.match(text):
        clauses = list(_clauses(text, remark.end()))
        sent = [
            jump
            for start, end in clauses
            if _ORDER.match(text, start)
            for jump in _find_targets(text, start, end, links)
        ]
        return (Transition("", tuple(sent[:_MAX_TARGETS])),) if sent else ()
    label = _LABEL.match(text)
    found: list[Transition] = []
    for start, end in _clauses(text, label.end() if label else 0):
        clause = text[start:end]
        jumps = tuple(_find_targets(text, start, end, links))[:_MAX_TARGETS]
        if (branch := _transition(clause, jumps, label["word"] if label and not found else "")) is not None:
            if branch.labelled or jumps or (found and branch.otherwise):
                found.append(branch)
        elif jumps and label and found and not found[-1].jumps:
            found[-1] = found[-1]._replace(jumps=jumps)
        elif jumps:
            found.append(found[-1]._replace(jumps=jumps) if label and found else Transition("", jumps))
    return tuple(found)


def _transition(clause: str, jumps: tuple[TransitionTarget, ...], label: str) -> Transition | None:
    opening = _LABEL.match(clause)
    words = (label or (opening["word"] if opening else "")).lower()
    if words in {"else", "otherwise"}:
        return Transition("else", jumps or _stop_target(clause), otherwise=True, labelled=bool(label))
    match = None if label else _CASE.search(clause)
    condition = _condition(clause, "if") if label else ""
    if match:
        condition = _condition(clause[match.end() :], match[1].lower())
    if not condition:
        return None
    return Transition(condition, jumps or _stop_target(clause), labelled=bool(label or opening))


def _clauses(text: str, start: int) -> Iterator[tuple[int, int]]:
    cut = _CUT_OTHERWISE if "otherwise" in text.casefold() else _CUT
    for match in cut.finditer(text, start + 1):
        if match.end() > start:
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)


def _condition(words: str, opening: str) -> str:
    """The condition alone: up to "then", else up to the first comma."""
    then = _THEN.search(words)
    end = then.start() if then else words.find(",")
    condition = (words[:end] if end >= 0 else words).strip(" .,;!?")
    return f"{opening} {condition[:_MAX_CONDITION]}" if condition else ""


def _stop_target(clause: str) -> tuple[TransitionTarget, ...]:
    last = clause[-_MAX_LOOK_BACK:].rstrip().rstrip(".!").rstrip().casefold()
    return (TransitionTarget(END),) if last.endswith(_ENDS) and _STOP.search(clause[-_MAX_LOOK_BACK:]) else ()


def _find_links(block: Block, text: str) -> Iterator[tuple[int, int, str]]:
    """The links of a paragraph: where their words stand in its text, and the target."""
    at = 0
    open_links: list[tuple[int, int, str]] = []
    for part in block.inlines:
        while open_links and part.start >= open_links[0][1]:
            start, _, target = open_links.pop(0)
            yield start, at, target
        if part.kind == "link":
            open_links.append((at, part.end, part.text))
        elif part.kind in {"text", "code", "break"}:
            at += 1 if part.kind == "break" else len(part.text)
        if at > len(text):
            return
    for start, _, target in open_links:
        yield start, at, target


def _find_targets(text: str, start: int, end: int, links: list[tuple[int, int, str]]) -> Iterator[TransitionTarget]:
    last = -1
    inside = [link for link in links if start <= link[0] < end]
    for begin, stop, target in inside:
        near = text[max(start, begin - _MAX_LOOK_BACK) : begin]
        goes = _GO.search(near) is not None
        if goes or (last >= 0 and _JOINER.fullmatch(text, last, begin)):
            last = stop
            yield TransitionTarget(target, text[begin:stop])
    for match in _STEP_REFERENCE.finditer(text, start, end) if "step" in text[start:end].casefold() else ():
        if not any(begin <= match.start("number") < stop for begin, stop, _ in inside):
            yield TransitionTarget(match["number"], f"step {match['number']}", bare=True)
