"""Read the file of a quiz, with every fault at its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ValidationError

from sopkit.data import shipped_folder
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding
from sopkit.model.quiz import MAX_QUESTIONS, QUIZ_FOLDER, Quiz, QuizOption, QuizQuestion
from sopkit.model.similarity import nearest
from sopkit.model.source import Place, Source
from sopkit.parsing.sop import unreadable_finding
from sopkit.parsing.template import TEMPLATE_FOLDER, read_template_file
from sopkit.parsing.validation import code_of, explain_error
from sopkit.parsing.yaml import YamlTree, double_quote, read_yaml, yaml_scalar
from sopkit.reading import explain_unread, list_files, read_file

MAX_QUIZ_BYTES = 256 * 1024
"""Largest file of a quiz, in bytes."""

_MODELS: Mapping[int, type[BaseModel]] = {1: Quiz, 3: QuizQuestion, 5: QuizOption}
"""By how deep a key of it is."""


@dataclass(frozen=True, eq=False)
class QuizFile:
    """The file of a quiz; `quiz` is None when something in it is invalid."""

    path: str
    source: Source
    quiz: Quiz | None = None
    findings: tuple[Finding, ...] = ()
    tree: YamlTree = field(default_factory=YamlTree)

    @property
    def name(self) -> str:
        """The file's name without its ending: the id of the SOP."""
        return PurePosixPath(self.path).stem

    def place(self, *loc: str | int) -> Place:
        """Where a value is, or the nearest thing around it."""
        return self.tree.place(loc) or self.source.line_place(1)

    def finding(self, message: str, *loc: str | int) -> Finding:
        """A finding at a value."""
        return Finding(self.path, self.place(*loc), message)


def read_quiz_file(root: Path, path: str) -> QuizFile:
    """Read a quiz of a library; a file that cannot be read gives a finding."""
    try:
        return read_quiz(path, read_file(root, path, MAX_QUIZ_BYTES + 1))
    except OSError as error:
        source = Source(b"")
        words = "file {}; {}".format(*explain_unread(error))
        return QuizFile(path, source, findings=(Finding(path, source.place(0), words, "SOP001"),))


def read_quiz(path: str, data: bytes) -> QuizFile:
    """Read a quiz from the bytes of its file; any bytes give a quiz or findings."""
    source = Source(data)
    if len(data) > MAX_QUIZ_BYTES:
        message = f"file is larger than {MAX_QUIZ_BYTES // 1024} KiB; a quiz has {MAX_QUESTIONS} questions at most"
        return QuizFile(path, source, findings=(Finding(path, source.place(0), message, "SOP001"),))
    if (unreadable := unreadable_finding(source, path)) is not None:
        return QuizFile(path, source, findings=(unreadable,))
    tree = read_yaml(source, source.text_start, len(data), path, "quiz")
    if tree.broken or not isinstance(tree.value, dict):
        message = "a quiz is a set of `key: value` lines, such as `sop: AC-001`"
        shape = () if tree.broken else (Finding(path, source.line_place(1), message, "SOP002"),)
        return QuizFile(path, source, findings=(*tree.findings, *shape))
    questions = tree.value.get("questions")
    if isinstance(questions, list) and len(questions) > MAX_QUESTIONS:
        message = (
            f"{len(questions)} questions; a quiz has {MAX_QUESTIONS} at most: delete some, and `draw` from the rest"
        )
        place = tree.key_place(("questions",)) or source.line_place(1)
        return QuizFile(path, source, findings=(*tree.findings, Finding(path, place, message, "SOP005")))
    try:
        quiz = Quiz.model_validate(_without_empty(tree.value))
    except ValidationError as error:
        found = [_fault(detail, path, tree) for detail in _outermost(error.errors(include_url=False))]
        return QuizFile(path, source, findings=(*tree.findings, *found), tree=tree)
    findings = [*tree.findings]
    name = PurePosixPath(path).stem
    if quiz.sop and quiz.sop != name:
        message = f"`sop` is {quiz.sop}, and the file is named {name}.yaml; name both after the SOP's id"
        findings.append(Finding(path, tree.place(("sop",)) or source.line_place(1), message, "SOP005"))
    return QuizFile(path, source, None if findings else quiz, tuple(findings), tree)


def quiz_of_template(root: Path | None, name: str) -> QuizFile | None:
    """The quiz of a template, the library's own or (without a root) a shipped one; None when there is none.

    Raises SopkitError, with file and line, for one that has faults.
    """
    path = f"{QUIZ_FOLDER}/{name}.yaml"
    if root is None:
        if not (shipped_folder(TEMPLATE_FOLDER) / path).is_file():
            return None
    elif f"{TEMPLATE_FOLDER}/{path}" not in list_files(root, f"{TEMPLATE_FOLDER}/{QUIZ_FOLDER}"):
        return None
    found = read_quiz(f"{TEMPLATE_FOLDER}/{path}", read_template_file(root, path))
    for fault in found.findings:
        raise SopkitError(f"{fault.path}:{fault.place.line}: {fault.message}", "fix the quiz of the template")
    return found


def quiz_for_sop(found: QuizFile, sop_id: str, versions: str) -> bytes:
    """The bytes of a template's quiz as that of an SOP, for a range of versions; the rest stays as it is written."""
    data = found.source.data
    key, value, old = (found.tree.key_place(("template",)), found.place("template"), found.place("for_version"))
    edits = [(old.start, old.end, double_quote(versions))]
    if key is not None and found.quiz is not None and found.quiz.template:
        edits.append((key.start, value.end, f"sop: {yaml_scalar(sop_id)}"))
    for start, end, words in sorted(edits, reverse=True):
        data = data[:start] + words.encode() + data[end:]
    return data


def _without_empty(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_empty(part) for key, part in value.items() if part is not None}
    return [_without_empty(part) for part in value] if isinstance(value, list) else value


def _outermost(details: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The errors without those that only follow from one further in."""
    found = list(details)
    inside = {one["loc"][:size] for one in found for size in range(len(one["loc"]))}
    return [one for one in found if one["type"] != "too_short" or one["loc"] not in inside]


def _fault(detail: Mapping[str, Any], path: str, tree: YamlTree) -> Finding:
    kind = detail["type"]
    loc = tuple(detail["ctx"]["at"] if kind == "quiz" else detail["loc"])
    code, key = code_of(detail), str(loc[-1]) if loc else ""
    place = (tree.key_place(loc) if kind == "extra_forbidden" else tree.place(loc)) or tree.place(loc[:-1])
    message = explain_error(detail, ())
    if kind == "extra_forbidden":
        known = _MODELS[len(loc)].model_fields if len(loc) in _MODELS else {}
        near = nearest(key, known, 1, 0.5)
        message = f"unknown key `{key}`; {f'did you mean `{near[0]}`?' if near else 'known: ' + ', '.join(known)}"
    elif kind == "missing":
        message = f"no `{key}`; add it"
    elif kind in {"string_too_short", "too_short"}:
        message = f"`{key}` is empty; fill it in"
    elif kind in {"string_too_long", "too_long"}:
        message = f"`{key}` is too long; shorten it"
    elif kind.startswith("decimal") or kind == "finite_number":
        message = f"`{key}` is not a number; write digits, such as 4 or 0.5"
    elif kind == "string_pattern_mismatch":
        message = f"`{detail['input']}` is not an id; write letters, digits, `-`, `_` and `.`"
    elif kind in {"question", "about"}:
        message = f"the question {message}"
    return Finding(path, place or tree.places.source.line_place(1), message, code)
