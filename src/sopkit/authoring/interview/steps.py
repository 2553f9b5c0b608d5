"""What a team wrote about its steps, as the steps of an SOP."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_ITEM = re.compile(r"^(?P<indent>\s*)(?:[-*+\u2022]|\(?\d{1,3}[.):])\s+(?P<text>.*)$")
_ACTOR = re.compile(r"^\*{0,2}(?P<who>[A-Z\u00c0-\u00de][^:.*|]{1,60}?)\*{0,2}\s*:\*{0,2}\s+(?P<what>\S.*)$")
_PART = re.compile(r"^(?:if|else|otherwise|evidence|expect|expected|within|note|warning|control)\b", re.IGNORECASE)
_BRANCH = re.compile(r"(?<=[.;])\s+(?=(?:If|Else|Otherwise)\b)|\s*<br>\s*")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*[a-z+#-]*\s*")
NOBODY = "[decide: who does this]"
_BREAK = re.compile(r"\s*(?:<br>\s*)+")
_MOST_ACTOR_WORDS = 5


@dataclass(frozen=True)
class ToldStep:
    """A step as it was told."""

    who: str
    what: str
    parts: tuple[str, ...] = ()

    def lines(self, number: int) -> tuple[str, ...]:
        """The lines of the step as an item of a numbered list."""
        lead = f"**{self.who}**: {self.what}" if self.who else self.what
        count = f"{number}. "
        return (f"{count}{lead}", *(f"{' ' * len(count)}- {part}" for part in self.parts))


def steps_of(rows: tuple[tuple[str, ...], ...], text: str) -> tuple[ToldStep, ...]:
    """The steps of a table (who, what, within, sign that it worked, proof), then those of a list or of lines."""
    told = [step for row in rows for step in _of_row(row)]
    if any(step.who for step in told):
        told = [replace(step, who=step.who or NOBODY) for step in told]
    return (*told, *_of_lines(text.split("\n")))


def _of_row(row: tuple[str, ...]) -> Iterator[ToldStep]:
    """The step of a row; a list in its cell is several, of which the last has what else the row tells."""
    who, what, within, sign, proof, *more = (" ".join(cell.split()) for cell in row)
    who = _BREAK.sub(" and ", who)
    if not who and (match := _ACTOR.match(what)):
        who, what = match["who"], match["what"]
    *before, (what, *branches) = _items(what)
    for lead, *below in before:
        yield ToldStep(who, lead, tuple(below))
    parts = [*branches]
    if within:
        limit = re.sub(r"^within\s+", "", within, flags=re.IGNORECASE)
        parts.insert(0, f"Within: {limit}")
    parts += [f"Expect: {sign}"] if sign else []
    parts += [f"Evidence: {proof}"] if proof else []
    parts += [f"Note: {each}" for each in more if each]
    yield ToldStep(who, what or "[decide: what is done here]", tuple(part.replace("<br>", " ") for part in parts))


def _items(what: str) -> list[list[str]]:
    """What a cell says, with the branches below it: in one piece, or item by item when it begins as a list."""
    pieces = [piece for piece in _BRANCH.split(what) if piece] or [""]
    listed = _ITEM.match(pieces[0]) is not None
    found: list[list[str]] = []
    for piece in pieces:
        item = _ITEM.match(piece)
        words = item["text"] if item else piece
        if not found or (listed and item and not _PART.match(words)):
            found.append([words])
        else:
            found[-1].append(words)
    return found


def _of_lines(lines: list[str]) -> Iterator[ToldStep]:
    """One step a line or item; what is indented below it, or begins with "If", "Else" and the like, is a part of it."""
    who, what, parts = "", "", list[str]()
    fenced = False
    for given in lines:
        line = given.lstrip("> ") if given.startswith(">") else given
        if what and _FENCE.fullmatch(line):
            fenced = not fenced
            continue
        if fenced:
            parts += [f"`{line.strip()}`"] if line.strip() else []
            continue
        if not line.strip():
            continue
        item = _ITEM.match(line)
        words = (item["text"] if item else line).strip()
        inner = bool(line[: len(line) - len(line.lstrip())])
        if what and (inner or _PART.match(words)):
            parts.append(words)
            continue
        if what:
            yield ToldStep(who, what, tuple(parts))
        match = _ACTOR.match(words)
        named = match is not None and len(match["who"].split()) <= _MOST_ACTOR_WORDS and not _PART.match(words)
        who, what, parts = (match["who"], match["what"], []) if match is not None and named else ("", words, [])
    if what:
        yield ToldStep(who, what, tuple(parts))
