"""The draft of an SOP out of the answers of a team: what was told, and a mark where nothing was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from sopkit.authoring.interview.answers import Returned
from sopkit.authoring.interview.questions import BY_KEY, Question
from sopkit.authoring.interview.steps import NOBODY, ToldStep
from sopkit.model.durations import Duration
from sopkit.parsing.anchors import make_slug
from sopkit.parsing.yaml import double_quote, flow_list, yaml_scalar

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


def mark(question: Question) -> str:
    """The mark of a question that was not answered."""
    return f"[decide: {question.ask[0].lower()}{question.ask[1:].rstrip('?')}]"


def draft_text(told: Returned, head: DraftHead, steps: tuple[ToldStep, ...]) -> str:
    """The Markdown of the draft, front matter included."""
    sections = {title: text for title, text in _sections(told, steps) if text}
    body = "\n\n".join(f"## {title}\n\n{sections[title]}" for title in _TITLES if title in sections)
    return f"---\n{_front(told, head)}---\n\n# {head.title}\n\n{body}\n"


def _front(told: Returned, head: DraftHead) -> str:
    lines = [
        f"id: {yaml_scalar(head.id)}",
        f"title: {yaml_scalar(head.title)}",
        'version: "0.1"',
        "status: draft",
        f"area: {yaml_scalar(head.area)}",
        f"owner: {yaml_scalar(head.owner)}",
    ]
    lines += [f"approvers: {flow_list(head.approvers)}"] if head.approvers else []
    lines += [f"contributors: {flow_list(head.contributors)}"] if head.contributors else []
    lines += [*_triggers(told), *_records(told)]
    return "".join(f"{line}\n" for line in lines)


def _triggers(told: Returned) -> Iterator[str]:
    lines = [line.lstrip("-*\u2022 ").strip() for line in told.answers.get("trigger", "").split("\n")]
    events = [line for line in lines if line]
    yield "triggers:"
    yield from (f"  - event: {yaml_scalar(event)}" for event in events or (mark(BY_KEY["trigger"]),))


def _records(told: Returned) -> Iterator[str]:
    kept = [row for row in told.rows.get("records", ()) if row[0]]
    if kept:
        yield "records:"
    seen: set[str] = set()
    for row in kept:
        name, where, keep = (" ".join(cell.replace("<br>", " ").split()) for cell in row[:3])
        plain = make_slug(name) or "record"
        key = next(each for at in count(1) if (each := plain if at == 1 else f"{plain}-{at}") not in seen)
        seen.add(key)
        where, retention = double_quote(where or "[decide: where it is kept]"), double_quote(_length(keep))
        yield f"  - {{id: {yaml_scalar(key)}, name: {double_quote(name)}, where: {where}, retention: {retention}}}"


def _length(words: str) -> str:
    """A length of time as ISO 8601 where it is one, else the words."""
    try:
        months, days, _ = Duration(words).parts
    except ValueError:
        return words or "[decide: how long it is kept]"
    return words if months % 12 or days or not months else f"P{months // 12}Y"


def _sections(told: Returned, steps: tuple[ToldStep, ...]) -> Iterator[tuple[str, str]]:
    def answer(key: str) -> str:
        return _below(told.answers.get(key, "")) or mark(BY_KEY[key])

    yield "Purpose", answer("purpose")
    outside = _below(told.answers.get("outside", ""))
    yield "Scope", f"{answer('scope')}\n\nOut of scope: {outside or mark(BY_KEY['outside'])}"
    yield "Roles", _table(told, "roles", ("Role", "Does"), _acting(steps))
    yield "Inputs", _list(told.answers.get("inputs", "")) or f"* {mark(BY_KEY['inputs'])}"
    lines = "\n".join(line for number, step in enumerate(steps, 1) for line in step.lines(number))
    yield "Procedure", lines or f"1. {mark(BY_KEY['steps'])}"
    yield "Records", _table(told, "records", ("Record", "Where", "Kept"))
    yield "Exceptions", answer("exceptions")
    yield "Escalation", _table(told, "trouble", ("When", "To whom", "How"))
    yield "Rollback", answer("undo")
    yield "Metrics", _table(told, "metrics", ("Metric", "Target", "Source"))
    wishes = _below(told.answers.get("wishes", ""))
    others = "\n\n".join(f"### {heading}\n\n{_below(text)}".rstrip() for heading, text in told.other)
    yield "Feedback", "\n\n".join(filter(None, (wishes, others)))
    documents = _list(told.answers.get("documents", "")) or f"* {mark(BY_KEY['documents'])}"
    yield "References", f"{documents}\n* [decide: which controls it carries out; put them under `controls` as well]"


def _table(told: Returned, key: str, columns: tuple[str, ...], fallback: tuple[tuple[str, ...], ...] = ()) -> str:
    rows = told.rows.get(key, ()) or (() if told.answers.get(key) else fallback)
    text = _below(told.answers.get(key, ""))
    if "\n" in text and "\n\n" not in text:
        text = _list(text)  # as lines of one paragraph they would run into each other
    if not rows:
        return text or mark(BY_KEY[key])
    asked = [*BY_KEY[key].columns, *("more",) * 9]
    cells = (tuple(_cell(cell, ask) for cell, ask in zip(row, asked, strict=False)) for row in rows)
    lines = [columns, ("---",) * len(columns), *cells]
    table = "\n".join(f"| {' | '.join(row)} |" for row in lines)
    return f"{table}\n\n{text}".rstrip()


def _cell(text: str, ask: str) -> str:
    return text.replace("|", "\\|") or f"[decide: {ask[0].lower()}{ask[1:]}]"


def _acting(steps: tuple[ToldStep, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (who, "[decide: what this role does]")
        for who in dict.fromkeys(step.who for step in steps)
        if who and who != NOBODY
    )


def _list(text: str) -> str:
    """Lines as a list, unless they are Markdown of another kind."""
    lines = [line for line in _below(text).split("\n") if line.strip()]
    if any(line.lstrip()[:1] in "-*+|>#" or line.startswith(" ") for line in lines):
        return "\n".join(lines)
    return "\n".join(f"* {line.strip()}" for line in lines)


def _below(text: str) -> str:
    """An answer with its own headings two levels down, below those of the SOP."""
    return _HEADING.sub(lambda match: "#" * min(len(match[1]) + 2, 6), text)
