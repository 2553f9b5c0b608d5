"""The Markdown of an SOP from the answers of a team, with a mark for each missing answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from sopkit.authoring.interview.answers import InterviewAnswers
from sopkit.authoring.interview.questionnaire import QUESTIONS_BY_KEY, Question
from sopkit.authoring.request import format_head_lines
from sopkit.model.durations import Duration
from sopkit.parsing.sections import make_slug
from sopkit.parsing.yaml import double_quote, flow_list, yaml_scalar

_ITEM = re.compile(r"^(?P<indent>\s*)(?:[-*+\u2022]|\(?\d{1,3}[.):])\s+(?P<text>.*)$")
_ACTOR = re.compile(r"^\*{0,2}(?P<who>[A-Z\u00c0-\u00de][^:.*|]{1,60}?)\*{0,2}\s*:\*{0,2}\s+(?P<what>\S.*)$")
_PART_START = re.compile(
    r"^(?:if|else|otherwise|evidence|expect|expected|within|note|warning|control)\b", re.IGNORECASE
)
_BRANCH_START = re.compile(r"(?<=[.;])\s+(?=(?:If|Else|Otherwise)\b)|\s*<br>\s*")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*[a-z+#-]*\s*")
ACTOR_MARK = "[decide: who does this]"
_BREAK = re.compile(r"\s*(?:<br>\s*)+")
_MAX_ACTOR_WORDS = 5


@dataclass(frozen=True)
class AnswerStep:
    """A step as it was told."""

    actor: str
    action: str
    parts: tuple[str, ...] = ()

    def lines(self, number: int) -> tuple[str, ...]:
        """The lines of the step as an item of a numbered list."""
        lead = f"**{self.actor}**: {self.action}" if self.actor else self.action
        count = f"{number}. "
        return (f"{count}{lead}", *(f"{' ' * len(count)}- {part}" for part in self.parts))


def read_steps(rows: tuple[tuple[str, ...], ...], text: str) -> tuple[AnswerStep, ...]:
    """The steps of a table (who, what, within, sign that it worked, proof), then those of a list or of lines."""
    interview = [step for row in rows for step in _steps_of_row(row)]
    if any(step.actor for step in interview):
        interview = [replace(step, actor=step.actor or ACTOR_MARK) for step in interview]
    return (*interview, *_steps_of_lines(text.split("\n")))


def _steps_of_row(row: tuple[str, ...]) -> Iterator[AnswerStep]:
    actor, action, within, sign, proof, *more = (" ".join(cell.split()) for cell in row)
    actor = _BREAK.sub(" and ", actor)
    if not actor and (match := _ACTOR.match(action)):
        actor, action = match["who"], match["what"]
    *before, (action, *branches) = _split_items(action)
    for lead, *below in before:
        yield AnswerStep(actor, lead, tuple(below))
    parts = [*branches]
    if within:
        limit = re.sub(r"^within\s+", "", within, flags=re.IGNORECASE)
        parts.insert(0, f"Within: {limit}")
    parts += [f"Expect: {sign}"] if sign else []
    parts += [f"Evidence: {proof}"] if proof else []
    parts += [f"Note: {each}" for each in more if each]
    yield AnswerStep(actor, action or "[decide: what is done here]", tuple(part.replace("<br>", " ") for part in parts))


def _split_items(action: str) -> list[list[str]]:
    """What a cell says, with the branches below it: in one piece, or item by item when it begins as a list."""
    pieces = [piece for piece in _BRANCH_START.split(action) if piece] or [""]
    listed = _ITEM.match(pieces[0]) is not None
    found: list[list[str]] = []
    for piece in pieces:
        item = _ITEM.match(piece)
        words = item["text"] if item else piece
        if not found or (listed and item and not _PART_START.match(words)):
            found.append([words])
        else:
            found[-1].append(words)
    return found


def _steps_of_lines(lines: list[str]) -> Iterator[AnswerStep]:
    """One step a line or item; what is indented below it, or begins with "If", "Else" and the like, is a part of it."""
    actor, action, parts = "", "", list[str]()
    fenced = False
    for raw in lines:
        line = raw.lstrip("> ") if raw.startswith(">") else raw
        if action and _FENCE.fullmatch(line):
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
        if action and (inner or _PART_START.match(words)):
            parts.append(words)
            continue
        if action:
            yield AnswerStep(actor, action, tuple(parts))
        match = _ACTOR.match(words)
        if match and (len(match["who"].split()) > _MAX_ACTOR_WORDS or _PART_START.match(words)):
            match = None
        actor, action, parts = (match["who"], match["what"], []) if match else ("", words, [])
    if action:
        yield AnswerStep(actor, action, tuple(parts))


_TITLES = (
    "Purpose", "Scope", "Roles", "Inputs", "Procedure", "Records", "Exceptions", "Escalation", "Rollback",
    "Metrics", "Feedback", "References",
)  # fmt: skip
_HEADING = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)


@dataclass(frozen=True)
class DraftHead:
    """What whoever makes the draft decides: id, title, place and roles."""

    id: str
    title: str
    area: str
    owner: str
    approvers: tuple[str, ...]
    contributors: tuple[str, ...]


def decision_mark(question: Question) -> str:
    """The mark of a question that was not answered."""
    return f"[decide: {question.ask[0].lower()}{question.ask[1:].rstrip('?')}]"


def format_draft(interview: InterviewAnswers, head: DraftHead, steps: tuple[AnswerStep, ...]) -> str:
    """The Markdown of the draft, front matter included."""
    sections = {title: text for title, text in _format_sections(interview, steps) if text}
    body = "\n\n".join(f"## {title}\n\n{sections[title]}" for title in _TITLES if title in sections)
    return f"---\n{_format_front(interview, head)}---\n\n# {head.title}\n\n{body}\n"


def _format_front(interview: InterviewAnswers, head: DraftHead) -> str:
    lines = format_head_lines(head.id, head.title, head.area, head.owner)
    lines += [f"approvers: {flow_list(head.approvers)}"] if head.approvers else []
    lines += [f"contributors: {flow_list(head.contributors)}"] if head.contributors else []
    answers = interview.answers.get("trigger", "").split("\n")
    events = [event for line in answers if (event := line.lstrip("-*\u2022 ").strip())]
    events = events or [decision_mark(QUESTIONS_BY_KEY["trigger"])]
    lines += ["triggers:", *(f"  - event: {yaml_scalar(event)}" for event in events), *_format_records(interview)]
    return "".join(f"{line}\n" for line in lines)


def _format_records(interview: InterviewAnswers) -> Iterator[str]:
    rows = [row for row in interview.rows.get("records", ()) if row[0]]
    if rows:
        yield "records:"
    seen: set[str] = set()
    for row in rows:
        name, where, keep = (" ".join(cell.replace("<br>", " ").split()) for cell in row[:3])
        plain = make_slug(name) or "record"
        key = next(each for at in count(1) if (each := plain if at == 1 else f"{plain}-{at}") not in seen)
        seen.add(key)
        where, retention = double_quote(where or "[decide: where it is kept]"), double_quote(_format_retention(keep))
        yield f"  - {{id: {yaml_scalar(key)}, name: {double_quote(name)}, where: {where}, retention: {retention}}}"


def _format_retention(words: str) -> str:
    try:
        months, days, _ = Duration(words).parts
    except ValueError:
        return words or "[decide: how long it is kept]"
    return words if months % 12 or days or not months else f"P{months // 12}Y"


def _format_sections(interview: InterviewAnswers, steps: tuple[AnswerStep, ...]) -> Iterator[tuple[str, str]]:
    def answer(key: str) -> str:
        return _lower_headings(interview.answers.get(key, "")) or decision_mark(QUESTIONS_BY_KEY[key])

    yield "Purpose", answer("purpose")
    outside = _lower_headings(interview.answers.get("outside", ""))
    yield "Scope", f"{answer('scope')}\n\nOut of scope: {outside or decision_mark(QUESTIONS_BY_KEY['outside'])}"
    actors = [actor for actor in dict.fromkeys(step.actor for step in steps) if actor and actor != ACTOR_MARK]
    roles = tuple((actor, "[decide: what this role does]") for actor in actors)
    yield "Roles", _format_table(interview, "roles", ("Role", "Does"), roles)
    inputs = _format_list(interview.answers.get("inputs", ""))
    yield "Inputs", inputs or f"* {decision_mark(QUESTIONS_BY_KEY['inputs'])}"
    lines = "\n".join(line for number, step in enumerate(steps, 1) for line in step.lines(number))
    yield "Procedure", lines or f"1. {decision_mark(QUESTIONS_BY_KEY['steps'])}"
    yield "Records", _format_table(interview, "records", ("Record", "Where", "Kept"))
    yield "Exceptions", answer("exceptions")
    yield "Escalation", _format_table(interview, "trouble", ("When", "To whom", "How"))
    yield "Rollback", answer("undo")
    yield "Metrics", _format_table(interview, "metrics", ("Metric", "Target", "Source"))
    wishes = _lower_headings(interview.answers.get("wishes", ""))
    others = "\n\n".join(f"### {heading}\n\n{_lower_headings(text)}".rstrip() for heading, text in interview.other)
    yield "Feedback", "\n\n".join(filter(None, (wishes, others)))
    documents = _format_list(interview.answers.get("documents", ""))
    documents = documents or f"* {decision_mark(QUESTIONS_BY_KEY['documents'])}"
    yield "References", f"{documents}\n* [decide: which controls it carries out; put them under `controls` as well]"


def _format_table(
    interview: InterviewAnswers, key: str, columns: tuple[str, ...], fallback: tuple[tuple[str, ...], ...] = ()
) -> str:
    rows = interview.rows.get(key, ()) or (() if interview.answers.get(key) else fallback)
    text = _lower_headings(interview.answers.get(key, ""))
    if "\n" in text and "\n\n" not in text:
        text = _format_list(text)  # as lines of one paragraph they would run into each other
    if not rows:
        return text or decision_mark(QUESTIONS_BY_KEY[key])
    marks = [f"[decide: {ask[0].lower()}{ask[1:]}]" for ask in (*QUESTIONS_BY_KEY[key].columns, *("more",) * 9)]
    cells = ([cell.replace("|", "\\|") or mark for cell, mark in zip(row, marks, strict=False)] for row in rows)
    lines = [columns, ("---",) * len(columns), *cells]
    table = "\n".join(f"| {' | '.join(row)} |" for row in lines)
    return f"{table}\n\n{text}".rstrip()


def _format_list(text: str) -> str:
    lines = [line for line in _lower_headings(text).split("\n") if line.strip()]
    if any(line.lstrip()[:1] in "-*+|>#" or line.startswith(" ") for line in lines):
        return "\n".join(lines)
    return "\n".join(f"* {line.strip()}" for line in lines)


def _lower_headings(text: str) -> str:
    return _HEADING.sub(lambda match: "#" * min(len(match[1]) + 2, 6), text)
