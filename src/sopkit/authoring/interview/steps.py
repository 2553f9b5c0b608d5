"""What a team wrote about its steps, as the steps of an SOP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ITEM = re.compile(r"^(?P<indent>\s*)(?:[-*+\u2022]|\(?\d{1,3}[.):])\s+(?P<text>.*)$")
_ACTOR = re.compile(r"^\*{0,2}(?P<who>[A-Z\u00c0-\u00de][^:.*|]{1,60}?)\*{0,2}\s*:\*{0,2}\s+(?P<what>\S.*)$")
_PART = re.compile(r"^(?:if|else|otherwise|evidence|expect|expected|within|note|warning|control)\b", re.IGNORECASE)
_BRANCH = re.compile(r"(?<=[.;])\s+(?=(?:If|Else|Otherwise)\b)|\s*<br>\s*")
_MOST_ACTOR_WORDS = 5


@dataclass(frozen=True)
class Told:
    """A step as it was told."""

    who: str
    what: str
    parts: tuple[str, ...] = ()

    def lines(self, number: int) -> tuple[str, ...]:
        """The lines of the step as an item of a numbered list."""
        lead = f"**{self.who}**: {self.what}" if self.who else self.what
        count = f"{number}. "
        return (f"{count}{lead}", *(f"{' ' * len(count)}- {part}" for part in self.parts))


def steps_of(rows: tuple[tuple[str, ...], ...], text: str) -> tuple[Told, ...]:
    """The steps of a table (who, what, within, sign that it worked, proof), then those of a list or of lines."""
    return (*(_of_row(row) for row in rows), *_of_lines(text.split("\n")))


def _of_row(row: tuple[str, ...]) -> Told:
    who, what, within, sign, proof, *more = (" ".join(cell.split()) for cell in row)
    what, *branches = (part for part in _BRANCH.split(what) if part) if what else ("",)
    if not who and (match := _ACTOR.match(what)):
        who, what = match["who"], match["what"]
    parts = [*branches]
    if within:
        limit = re.sub(r"^within\s+", "", within, flags=re.IGNORECASE)
        parts.insert(0, f"Within: {limit}")
    parts += [f"Expect: {sign}"] if sign else []
    parts += [f"Evidence: {proof}"] if proof else []
    parts += [f"Note: {each}" for each in more if each]
    return Told(who, what or "[decide: what is done here]", tuple(part.replace("<br>", " ") for part in parts))


def _of_lines(lines: list[str]) -> Iterator[Told]:
    """One step a line or item; what is indented below it, or begins with "If", "Else" and the like, is a part of it."""
    who, what, parts = "", "", list[str]()
    for line in lines:
        if not line.strip() or line.lstrip().startswith(("|", ">")):
            continue
        item = _ITEM.match(line)
        words = (item["text"] if item else line).strip()
        inner = bool(line[: len(line) - len(line.lstrip())])
        if what and (inner or _PART.match(words)):
            parts.append(words)
            continue
        if what:
            yield Told(who, what, tuple(parts))
        match = _ACTOR.match(words)
        named = match is not None and len(match["who"].split()) <= _MOST_ACTOR_WORDS and not _PART.match(words)
        who, what, parts = (match["who"], match["what"], []) if match is not None and named else ("", words, [])
    if what:
        yield Told(who, what, tuple(parts))
