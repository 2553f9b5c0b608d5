"""A procedure as a checklist in Markdown: written from the steps of a text, and read back when it is filled in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple
from urllib.parse import quote, unquote

from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.tables.escape import GAP, escape_markdown, one_line

HEAD_LABELS = ("Case", "URL", "Who", "Started", "Finished", "Outcome", "Remarks")
"""Fields at the top of a checklist."""
SKIPPED, EVIDENCE = "Skipped because", "Evidence kept"
QUOTE = "\u203a"
"""Begins a line of ours in a Word file, where Markdown has a quotation."""
DEVIATION_COLUMNS = ("Step", "What was done instead", "Why")
DEVIATION_ROWS = 3
MAX_CHECKLIST_CHARACTERS = 400_000
_MAX_LINE = 10_000


class ChecklistLimit(NamedTuple):
    """A time limit that a step mentions: its id, its length in words, and what starts it."""

    id: str
    length: str
    starts: str

    @property
    def about(self) -> str:
        """The limit in words."""
        return f"Limit {self.id}: {self.length}{f', from: {self.starts}' if self.starts else ''}"


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """A step as people tick it. `parts` are the texts below its own: kind (text or code) and words.

    `anchor` identifies it in records: that of the text, or its number. `heading` is set on the first of a procedure.
    """

    anchor: str
    number: str
    who: str
    text: str
    parts: tuple[tuple[str, str], ...] = ()
    limits: tuple[ChecklistLimit, ...] = ()
    heading: str = ""

    @property
    def depth(self) -> int:
        """0 for a step, 1 for a sub-step and so on."""
        return self.number.count(".")


@dataclass(frozen=True, slots=True)
class Checklist:
    """The steps of one text of an SOP; `made` is the date on which the checklist was made."""

    id: str
    title: str
    version: str
    digest: str
    since: date
    made: date
    zone: str
    steps: tuple[ChecklistStep, ...]
    case: str = ""
    url: str = ""

    @property
    def marker(self) -> str:
        """What identifies the text in a file; nobody needs to read it."""
        return f"sopkit checklist: id={quote(self.id)} digest={quote(self.digest, ':')} version={quote(self.version)}"

    @property
    def about(self) -> str:
        """Version, date and digest in words."""
        version = f"Version {self.version}" if self.version else "This text"
        return f"{version}, in force since {self.since}. Checklist made on {self.made}. Text: {self.digest}"

    @property
    def help(self) -> tuple[str, ...]:
        """How to fill it in, for people."""
        return (
            "Tick what was done. For a step that was skipped, leave the box empty and write the reason.",
            "Leave everything empty in branches that were not taken.",
            f"Write times as 2026-12-04 09:30 ({self.zone}), and as outcome: done or cancelled.",
        )

    def value(self, label: str) -> str:
        """What a field at the top contains from the start."""
        return {"Case": self.case, "URL": self.url}.get(label, "")


def limit_labels(limit: ChecklistLimit) -> tuple[str, str]:
    """The labels of the two fields of a time limit."""
    return f"Limit {limit.id} started", f"Limit {limit.id} ended"


def step_labels(step: ChecklistStep) -> tuple[str, ...]:
    """The fields of a step."""
    return (*(label for limit in step.limits for label in limit_labels(limit)), SKIPPED, EVIDENCE)


def write_checklist(checklist: Checklist) -> str:
    """The checklist as Markdown with a task list, for a file or the body of an issue."""
    return "\n".join(_lines(checklist)) + "\n"


def _lines(checklist: Checklist) -> Iterator[str]:
    yield from (f"# {escape_markdown(f'{checklist.id} {checklist.title}')}", "", f"<!-- {checklist.marker} -->", "")
    for line in (checklist.about, *checklist.help):
        yield from (f"> {escape_markdown(line)}", ">")
    yield ""
    for label in HEAD_LABELS:
        yield f"- {label}: {escape_markdown(checklist.value(label))}".rstrip()
    for step in checklist.steps:
        if step.heading:
            yield from ("", f"## {escape_markdown(step.heading)}", "")
        yield from _step_lines(step)
    yield from ("", "## Deviations", "", "> What was done in another way than the text says, one row each.", "")
    yield from (_row(DEVIATION_COLUMNS), _row(("---",) * len(DEVIATION_COLUMNS)))
    yield from (_row(("",) * len(DEVIATION_COLUMNS)) for _ in range(DEVIATION_ROWS))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _step_lines(step: ChecklistStep) -> Iterator[str]:
    indent = "  " * step.depth
    who = f"**{escape_markdown(step.who)}**: " if step.who else ""
    anchor = quote(step.anchor)
    yield f"{indent}- [ ] {step.number}. {who}{escape_markdown(step.text)} <!-- step: {anchor} -->"
    for kind, words in step.parts:
        yield f"{indent}  >"
        if kind == "code":
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", words) or [""]))
            yield f"{indent}  > {fence}"
            yield from (f"{indent}  > {one_line(line) if not line.strip() else line}" for line in words.split("\n"))
            yield f"{indent}  > {fence}"
        else:
            yield f"{indent}  > {escape_markdown(words)}"
    for limit in step.limits:
        yield from (f"{indent}  >", f"{indent}  > {escape_markdown(limit.about)}")
    yield from (f"{indent}  - {label}:" for label in step_labels(step))


class FilledField(NamedTuple):
    """What somebody wrote into a field, and in which line of the file."""

    value: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FilledStep:
    """A line with a box; `anchor` is empty where the line does not say which step it is."""

    anchor: str
    ticked: bool
    words: str
    line: int
    fields: dict[str, FilledField] = field(default_factory=dict)

    def value(self, label: str) -> str:
        """What was written into a field."""
        return self.fields.get(label, FilledField()).value


@dataclass(frozen=True, slots=True)
class FilledChecklist:
    """A checklist that came back. `other` are the lines that are none of a checklist's, each with its number."""

    path: str
    id: str
    digest: str
    version: str
    fields: dict[str, FilledField]
    steps: tuple[FilledStep, ...]
    deviations: tuple[tuple[FilledField, FilledField, FilledField], ...]
    other: tuple[FilledField, ...]

    @property
    def empty(self) -> bool:
        """Whether nobody has ticked or written anything about a step."""
        return not self.deviations and not any(
            step.ticked or any(one.value for one in step.fields.values()) for step in self.steps
        )

    def where(self, line: int) -> str:
        """The place in the file, for a message."""
        return f"{self.path}:{line}" if line else self.path


_MARKER = re.compile(r"sopkit checklist: id=(\S+) digest=(\S+) version=(\S*)")
_TICKS = {"[ ]": False, "[~]": False, "[x]": True, "[X]": True, "☐": False, "□": False, "☑": True, "☒": True, "■": True}
_TASK = re.compile(rf"(?:[-*+]\s+)?({'|'.join(map(re.escape, _TICKS))})\s+(.*)")
_ANCHOR = re.compile(r"<!--\s*step:\s*(\S+?)\s*-->|\[step:\s*(\S+?)\]")
_LABELS = "|".join(map(re.escape, (*HEAD_LABELS, SKIPPED, EVIDENCE)))
_FIELD = re.compile(rf"(?:[-*+]\s+)?\**({_LABELS}|Limit \S+ (?:started|ended))\s*:\**\s*(.*)", re.IGNORECASE)
_CANONICAL = {label.casefold(): label for label in (*HEAD_LABELS, SKIPPED, EVIDENCE)}
_OURS = re.compile(rf"[>{QUOTE}]|#{{1,6}}\s")
_FENCE = re.compile(r"(?:>\s*)?(`{3,}|~{3,})")
_UNESCAPED = re.compile(r"\\([\\`*_{}\[\]<>()|#&~!$+.@-])")
_CELL = re.compile(r"(?<!\\)\|")


def has_marker(text: str) -> bool:
    """Whether a text says that it is a checklist of ours."""
    return _MARKER.search(text) is not None


def read_checklist(text: str, path: str) -> FilledChecklist:
    """The checklist in a Markdown text or the body of an issue. Raises SopkitError when it is none."""
    if len(text) > MAX_CHECKLIST_CHARACTERS:
        raise SopkitError(f"{path}: larger than any checklist: {len(text)} characters", "specify the checklist alone")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    marks = {(unquote(one[1]), unquote(one[2]), unquote(one[3])) for one in _MARKER.finditer(_unescape(text))}
    if not marks:
        raise SopkitError(
            f"{path}: no checklist: the line `sopkit checklist: id=… digest=…` is missing",
            "make a checklist with `sopkit run checklist ID`, and leave that line as it is",
        )
    if len(marks) > 1:
        names = ", ".join(sorted(f"{name} {version}".rstrip() for name, _, version in marks))
        raise SopkitError(f"{path}: contains several checklists: {names}", "put each into its own file")
    [(sop_id, digest, version)] = marks
    return _Reader(path).read(text, FilledChecklist(path, sop_id, digest, version, {}, (), (), ()))


class _Reader:
    """Reads a checklist line by line; a field belongs to the last step above it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.fields: dict[str, FilledField] = {}
        self.steps: list[FilledStep] = []
        self.deviations: list[tuple[FilledField, FilledField, FilledField]] = []
        self.other: list[FilledField] = []
        self.pending: tuple[dict[str, FilledField], str] | None = None  # the field that the next line may go on with

    def read(self, text: str, empty: FilledChecklist) -> FilledChecklist:
        """Everything in the text."""
        fence = ""
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > _MAX_LINE:
                raise SopkitError(f"{self.path}:{number}: a line of {len(line)} characters", "shorten it")
            typed = line.strip()
            mark = _FENCE.match(typed)
            if fence or mark:
                if mark is not None:
                    fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
                self.pending = None
            else:
                self._take(typed, number)
        return replace(
            empty,
            fields=self.fields,
            steps=tuple(self.steps),
            deviations=tuple(self.deviations),
            other=tuple(self.other),
        )

    def _take(self, typed: str, number: int) -> None:
        plain = _unescape(typed)
        if not typed or _OURS.match(typed) or _MARKER.search(plain):
            self.pending = None
        elif (task := _TASK.fullmatch(plain)) is not None:
            anchor = _ANCHOR.search(task[2])
            words = _ANCHOR.sub("", task[2]).strip()
            name = unquote(anchor[1] or anchor[2]) if anchor else ""
            self.steps.append(FilledStep(name, _TICKS[task[1]], words, number))
            self.pending = None
        elif (found := _FIELD.fullmatch(plain)) is not None:
            self._take_field(_CANONICAL.get(found[1].casefold(), found[1]), FilledField(found[2].strip(), number))
        elif typed.startswith("|"):
            self._take_row(typed, number)
        elif self.pending is not None:
            fields, label = self.pending
            fields[label] = fields[label]._replace(value=f"{fields[label].value} {plain}".strip())
        else:
            self.other.append(FilledField(plain, number))

    def _take_field(self, label: str, typed: FilledField) -> None:
        at_top = label in HEAD_LABELS
        fields = self.fields if at_top or not self.steps else self.steps[-1].fields
        if (earlier := fields.get(label)) is not None and earlier.value and typed.value:
            message = f"{self.path}:{typed.line}: {label} is filled in twice, first in line {earlier.line}"
            raise SopkitError(message, "leave one of them")
        if earlier is None or typed.value:
            fields[label] = typed
        self.pending = (fields, label) if fields[label] is typed else None

    def _take_row(self, typed: str, number: int) -> None:
        self.pending = None
        cells = [_unescape(cell.strip()) for cell in _CELL.split(typed.strip().strip("|") if typed.strip("| ") else "")]
        if (
            not any(cells)
            or set("".join(cells)) <= set("-: ")
            or tuple(cell.strip("*") for cell in cells) == DEVIATION_COLUMNS
        ):
            return
        if len(cells) != len(DEVIATION_COLUMNS):
            self.other.append(FilledField(_unescape(typed), number))
            return
        step, what, why = (FilledField(cell, number) for cell in cells)
        self.deviations.append((step, what, why))


def _unescape(text: str) -> str:
    return _UNESCAPED.sub(r"\1", text).replace(GAP, "").replace("\xa0", " ")


def plain_words(text: str) -> str:
    """The words of a text, without marks, for comparing."""
    return " ".join(re.findall(r"\w+", _unescape(text).casefold()))


def match_steps(filled: FilledChecklist, checklist: Checklist) -> tuple[FilledStep, ...]:
    """The steps that came back, each with its anchor. Raises SopkitError for one that the text does not have.

    A line that lost its anchor is known by its words; where it is not, it must not be filled in.
    """
    known = {step.anchor: step for step in checklist.steps}
    by_words: dict[str, list[str]] = {}
    for step in checklist.steps:
        by_words.setdefault(plain_words(f"{step.number} {step.who} {step.text}"), []).append(step.anchor)
    found: dict[str, FilledStep] = {}
    for one in filled.steps:
        alike = by_words.get(plain_words(one.words), [])
        anchor = one.anchor or (alike[0] if len(alike) == 1 else "")
        if not anchor and not one.ticked and not any(typed.value for typed in one.fields.values()):
            continue
        where = filled.where(one.line)
        if anchor not in known:
            near = nearest(anchor, tuple(known), 1, 0.6)
            hint = f"did you mean `{near[0]}`? " if near else ""
            what = f"{filled.id} has no step `{anchor}`" if anchor else "the line does not say which step it is"
            raise SopkitError(
                f"{where}: {what}", f"{hint}write `<!-- step: ANCHOR -->` at its end; known: {', '.join(known)}"
            )
        if anchor in found:
            raise SopkitError(
                f"{where}: step `{anchor}` is there twice, first in line {found[anchor].line}", "leave one of them"
            )
        found[anchor] = replace(one, anchor=anchor)
    return tuple(found[step.anchor] for step in checklist.steps if step.anchor in found)
