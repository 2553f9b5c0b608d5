"""Read a completed questionnaire: limits on its text, and the answer to each question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from sopkit.authoring.interview.questionnaire import QUESTIONS, AnswerKind, Question, find_hint
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

MAX_CHARACTERS = 200_000
"""Far more than anybody writes in an afternoon."""
_MAX_LINE = 10_000
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff]")
_INVISIBLE_CHARACTERS = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Where a word may be broken: Word writes them, nobody typed them."""
_WIDE_SPACE = re.compile(r"[ \t\xa0]{200,}")


def clean_answers(text: str, path: str) -> str:
    """The text without characters that nobody typed. Raises SopkitError with the line of what no answer can hold."""
    if len(text) > MAX_CHARACTERS:
        raise SopkitError(
            f"{path}: {len(text)} characters, more than the {MAX_CHARACTERS} that are read as answers",
            "shorten the answers; what is long can be written into the SOP itself",
        )
    text = _WIDE_SPACE.sub(" ", _INVISIBLE_CHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _MAX_LINE:
            raise SopkitError(
                f"{path}:{number}: a line of {len(line)} characters", f"divide it, at most {_MAX_LINE} a line"
            )
        if found := _CONTROL_CHARACTERS.search(line):
            raise SopkitError(f"{path}:{number}: a control character U+{ord(found[0]):04X}", "delete it")
    return text


_HEADING = re.compile(r"^#{1,3}\s+[*_]*(?:\d{1,2}(?:[.)]\s*|\s+))?(?P<words>.*?)\s*#*$")
_BARE_HEADING = re.compile(r"^[*_]*(?:Q?\d{1,2}(?:[.):]\s*|\s+))?(?P<words>\w.*)$")
_ABOUT_LINE = re.compile(r"^[-*]?\s*(?P<key>Team|Area):\s*(?P<value>.*)$", re.IGNORECASE)
_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+\s*")
_CELLS = re.compile(r"(?<!\\)\|")
_MIN_SIMILARITY = 0.7
_EDGE_CHARACTERS = " ?*_:>\u2192-\u2013\u2014"
_WORD = re.compile(r"\w+")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")


@dataclass(frozen=True)
class InterviewAnswers:
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


def read_answers(text: str, path: str) -> InterviewAnswers:
    """The answers in a questionnaire as Markdown. Raises SopkitError when it is none, or nothing is answered."""
    about: dict[str, str] = {}
    answers: dict[str, str] = {}
    rows: dict[str, tuple[tuple[str, ...], ...]] = {}
    other: list[tuple[str, str]] = []
    question_count = 0
    for heading, question, lines in _split_questions(clean_answers(text, path).split("\n")):
        if question is None:
            for line in lines:
                if match := _ABOUT_LINE.match(line):
                    about.setdefault(match["key"].lower(), match["value"].strip())
            words = "\n".join(lines).strip()
            if question_count and (heading or words):
                other.append((heading, words))
            continue
        question_count += 1
        table, rest = _read_answer(question, lines, about.get("team", ""))
        answers[question.key] = "\n\n".join(filter(None, (answers.get(question.key, ""), rest)))
        rows[question.key] = (*rows.get(question.key, ()), *table)
    if not question_count:
        raise SopkitError(
            f"{path}: no questionnaire: none of its headings is one of our questions",
            "make one with `sopkit new --interview TEAM`; other documents are brought in with `sopkit adopt`",
        )
    if not any(answers.values()) and not any(rows.values()):
        raise SopkitError(f"{path}: no question is answered", "send it back to the team")
    return InterviewAnswers(about.get("team", ""), about.get("area", ""), answers, rows, tuple(other))


def _split_questions(lines: Sequence[str]) -> Iterator[tuple[str, Question | None, list[str]]]:
    """Headings that are questions, or look like some, with the lines below; an answer may have sub-headings."""
    heading, question = "", None
    below: list[str] = []
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark:
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        match = None if fence or mark else _HEADING.match(line)
        found, rest = _match_question(match["words"]) if match else (None, "")
        if not match and not fence and (bare := _BARE_HEADING.match(line)):  # the heading lost its style
            found, rest = _match_question(bare["words"], exactly=True)
        if found or (match and line.startswith(("# ", "## "))):
            yield heading, question, below
            heading, question, below = match["words"] if match else line, found, [rest] if rest else []
        else:
            below.append(line)
    yield heading, question, below


def _match_question(words: str, *, exactly: bool = False) -> tuple[Question | None, str]:
    """The question that a heading asks, in its words or similar ones, and the answer that stands behind it."""
    for question in QUESTIONS:
        answer = _text_after(words, {_plain_words(question.ask)})
        if answer is not None and (not exactly or "?" in words):
            return question, answer.strip(_EDGE_CHARACTERS)
    if exactly:
        return None, ""
    heading, _, rest = words.partition("?")
    plain = _plain_words(heading)
    ratios = [SequenceMatcher(None, plain, _plain_words(question.ask)).ratio() for question in QUESTIONS]
    best = max(ratios)
    near = QUESTIONS[ratios.index(best)]
    return (near, rest.strip(_EDGE_CHARACTERS)) if best >= _MIN_SIMILARITY else (None, "")


def _plain_words(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]", " ", text.replace("\\", "")).casefold().split())


def _text_after(words: str, texts: set[str]) -> str | None:
    """What stands behind one of some texts; None when it begins with none of them."""
    found = list(_WORD.finditer(words))
    plain = _plain_words(words).split()
    for text in sorted(texts, key=len, reverse=True):
        start = text.split()
        if start and plain[: len(start)] == start and len(plain) == len(found):
            return words[found[len(start) - 1].end() :].lstrip(" .,:;\u2026")
    return None


def _read_answer(question: Question, lines: list[str], team: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    hints = {_plain_words(find_hint(question, name)) for name in (team, "devops", "people", "support", "")}
    rows: list[tuple[str, ...]] = []
    rest: list[str] = []
    below_hint = False
    for raw in lines:
        line = raw
        if line.startswith(">"):  # typed behind the hint, an answer is of its style
            answer = _text_after(line[1:].strip(), hints)
            below_hint = below_hint or answer is not None
            line = line if not below_hint else line[1:].strip() if answer is None else answer
            if answer == "":
                continue
        else:
            below_hint = False
        if question.kind is AnswerKind.ROWS and line.lstrip().startswith("|"):
            cells = tuple(cell.strip().replace("\\|", "|") for cell in _CELLS.split(line.strip().strip("|")))
            head = [_plain_words(cell) for cell in cells] == [_plain_words(cell) for cell in question.columns]
            if not _RULE.fullmatch(line.strip()) and not head and any(cells):
                rows.append((*cells, *("",) * len(question.columns))[: max(len(question.columns), len(cells))])
            continue
        rest.append(line)
    return tuple(rows), re.sub(r"\n{3,}", "\n\n", "\n".join(rest)).strip()


_MAX_BYTES = 64_000_000


def read_form(path: Path) -> bytes:
    """The bytes of a form that came back. Raises SopkitError when it cannot be read, or is too large."""
    try:
        if not path.is_file():
            raise SopkitError(f"{path}: no such file" if not path.exists() else f"{path}: no file")
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise SopkitError(f"{path}: cannot be read: {error.strerror}", "check its permissions") from error
    if len(data) > _MAX_BYTES:
        raise SopkitError(f"{path}: larger than {_MAX_BYTES // 1_000_000} MB", "take out large pictures")
    return data


_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(picture-(?P<number>\d+)\.\w+\)")


def read_answers_file(path: Path) -> InterviewAnswers:
    """The answers in a file. Raises SopkitError when it cannot be read, or is no questionnaire."""
    data = read_form(path)
    if path.suffix.lower() == ".docx" or data.startswith(b"PK\x03\x04"):
        from sopkit.parsing.word import read_word  # an extra

        return read_answers(_replace_pictures(read_word(data, str(path), "").markdown, path.name), str(path))
    if path.suffix.lower() in {".html", ".htm"}:
        raise SopkitError(
            f"{path}: the form holds no answers", "open it in a browser; its button saves them as a Markdown file"
        )
    try:
        return read_answers(data.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise SopkitError(f"{path}: not UTF-8 text", "save it as UTF-8, or send it as .docx") from error


def _replace_pictures(markdown: str, file: str) -> str:
    """The text with a mark for each picture: it stays in the Word file, and a link would lead nowhere."""
    where = re.sub(r"[][|]", " ", escape_controls(file))

    def replace_one(match: re.Match[str]) -> str:
        mark = f"[decide: what picture {match['number']} of {where} shows, or where it is kept]"
        before = " " if match.start() and match.string[match.start() - 1].isalnum() else ""
        return before + (f"{match['alt']} {mark}" if match["alt"] else mark)

    return _PICTURE.sub(replace_one, markdown)
