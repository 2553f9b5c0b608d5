"""A questionnaire that came back: which answer belongs to which question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from sopkit.authoring.interview.bounds import bounded
from sopkit.authoring.interview.questions import QUESTIONS, AnswerKind, Question, hint_of
from sopkit.model.errors import SopkitError

_HEADING = re.compile(r"^#{1,3}\s+[*_]*(?:\d{1,2}(?:[.)]\s*|\s+))?(?P<words>.*?)\s*#*$")
_BARE = re.compile(r"^[*_]*(?:Q?\d{1,2}(?:[.):]\s*|\s+))?(?P<words>\w.*)$")
_ABOUT = re.compile(r"^[-*]?\s*(?P<key>Team|Area):\s*(?P<value>.*)$", re.IGNORECASE)
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+\s*")
_CELLS = re.compile(r"(?<!\\)\|")
_ALIKE = 0.7
_AROUND = " ?*_:>\u2192-\u2013\u2014"
_WORD = re.compile(r"\w+")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")


@dataclass(frozen=True)
class Returned:
    """What came back: the text of each answer by question; `rows` of those that are tables, without empty ones.

    `other` is what stands under headings that are no question of ours.
    """

    team: str
    area: str
    answers: dict[str, str]
    rows: dict[str, tuple[tuple[str, ...], ...]]
    other: tuple[tuple[str, str], ...]

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """The questions without an answer."""
        return tuple(
            question for question in QUESTIONS if not self.answers.get(question.key) and not self.rows.get(question.key)
        )


def read_answers(text: str, path: str) -> Returned:
    """The answers in a questionnaire as Markdown. Raises SopkitError when it is none, or nothing is answered."""
    about: dict[str, str] = {}
    answers: dict[str, str] = {}
    rows: dict[str, tuple[tuple[str, ...], ...]] = {}
    other: list[tuple[str, str]] = []
    asked = 0
    for heading, question, lines in _parts(bounded(text, path).split("\n")):
        if question is None:
            for line in lines:
                if match := _ABOUT.match(line):
                    about.setdefault(match["key"].lower(), match["value"].strip())
            words = "\n".join(lines).strip()
            if asked and (heading or words):
                other.append((heading, words))
            continue
        asked += 1
        table, rest = _answer(question, lines, about.get("team", ""))
        answers[question.key] = "\n\n".join(filter(None, (answers.get(question.key, ""), rest)))
        rows[question.key] = (*rows.get(question.key, ()), *table)
    if not asked:
        raise SopkitError(
            f"{path}: no questionnaire: none of its headings is one of our questions",
            "make one with `sopkit new --interview TEAM`; other documents are brought in with `sopkit adopt`",
        )
    if not any(answers.values()) and not any(rows.values()):
        raise SopkitError(f"{path}: no question is answered", "send it back to the team")
    return Returned(about.get("team", ""), about.get("area", ""), answers, rows, tuple(other))


def _parts(lines: Sequence[str]) -> Iterator[tuple[str, Question | None, list[str]]]:
    """Headings that are questions, or look like some, with the lines below; an answer may have sub-headings."""
    heading, question = "", None
    below: list[str] = []
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        match = None if fence or mark else _HEADING.match(line)
        found, rest = _asked(match["words"]) if match else (None, "")
        if not match and not fence and (bare := _BARE.match(line)):  # the heading lost its style
            found, rest = _asked(bare["words"], exactly=True)
        if found or (match and line.startswith(("# ", "## "))):
            yield heading, question, below
            heading, question, below = match["words"] if match else line, found, [rest] if rest else []
        else:
            below.append(line)
    yield heading, question, below


def _asked(words: str, *, exactly: bool = False) -> tuple[Question | None, str]:
    """The question that a heading asks, in its words or similar ones, and the answer that stands behind it."""
    for question in QUESTIONS:
        rest = _behind(words, {_plain(question.ask)})
        if rest is not None and (not exactly or "?" in words):
            return question, rest.strip(_AROUND)
    asked, _, rest = words.partition("?")
    plain = _plain(asked)
    near = max(QUESTIONS, key=lambda question: _likeness(plain, question))
    return (near, rest.strip(_AROUND)) if not exactly and _likeness(plain, near) >= _ALIKE else (None, "")


def _likeness(plain: str, question: Question) -> float:
    return SequenceMatcher(None, plain, _plain(question.ask)).ratio()


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]", " ", text.replace("\\", "")).casefold().split())


def _behind(words: str, texts: set[str]) -> str | None:
    """What stands behind one of some texts; None when it begins with none of them."""
    found = list(_WORD.finditer(words))
    plain = _plain(words).split()
    for text in sorted(texts, key=len, reverse=True):
        asked = text.split()
        if asked and plain[: len(asked)] == asked and len(plain) == len(found):
            return words[found[len(asked) - 1].end() :].lstrip(" .,:;\u2026")
    return None


def _answer(question: Question, lines: list[str], team: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    hints = {_plain(hint_of(question, name)) for name in (team, "devops", "people", "support", "")}
    rows: list[tuple[str, ...]] = []
    rest: list[str] = []
    below_hint = False
    for given in lines:
        line = given
        if line.startswith(">"):  # typed behind the hint, an answer is of its style
            said = _behind(line[1:].strip(), hints)
            below_hint = below_hint or said is not None
            line = line if not below_hint else line[1:].strip() if said is None else said
            if said == "":
                continue
        else:
            below_hint = False
        if question.kind is AnswerKind.ROWS and line.lstrip().startswith("|"):
            cells = tuple(cell.strip().replace("\\|", "|") for cell in _CELLS.split(line.strip().strip("|")))
            head = [_plain(cell) for cell in cells] == [_plain(cell) for cell in question.columns]
            if not _RULE.fullmatch(line.strip()) and not head and any(cells):
                rows.append((*cells, *("",) * len(question.columns))[: max(len(question.columns), len(cells))])
            continue
        rest.append(line)
    return tuple(rows), re.sub(r"\n{3,}", "\n\n", "\n".join(rest)).strip()
