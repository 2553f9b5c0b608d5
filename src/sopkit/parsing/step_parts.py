"""The parts of one step: actor, condition, time limits, expected result, records and controls."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from sopkit.model.body import Block, ControlLine, Limit, NamedControl, Step, prose
from sopkit.model.durations import Duration

_LABEL = re.compile(
    r"^\s*(evidence|expect(?:ed)?(?: result)?|within|if|else|otherwise|controls?|note|warning|caution)\b\s*[:,]?\s*",
    re.IGNORECASE,
)
_LABEL_LETTERS = frozenset("eEwWiIoOcCnN \t\n")
_RESPONSIBLE = re.compile(
    r"^\s*(?:responsible(?: party| role)?|responsibility|who|actor|role|performed by|owner)\s*:\s*(?=\S)", re.IGNORECASE
)
_CONDITION = re.compile(r"^\s*(?:if|when|unless|where)\b(.+?)(?:,|\bthen\b|:)", re.IGNORECASE | re.DOTALL)
_CONDITION_LETTERS = frozenset("iIwWuU \t")
_PLAIN_ACTOR = re.compile(r"^\s*([A-Z][\w/&'’-]*(?:[ \t][\w/&'’()-]+){0,5}):\s+\S")  # noqa: RUF001 - as people type it
_LABEL_WORDS = frozenset({
    "evidence", "expect", "expected", "within", "if", "else", "otherwise", "control", "controls", "note", "warning",
    "caution", "example", "tip", "important", "optional",
})  # fmt: skip
_LIST_LABELS = frozenset({
    "action", "actions", "activities", "agenda", "checks", "checklist", "commands", "details", "for", "goal", "input",
    "inputs", "output", "outputs", "prerequisites", "procedure", "purpose", "requirements", "steps", "tasks",
    "timeline", "to", "tools", "verify", "when",
})  # fmt: skip
"""What a bold line above a list names when it does not name who acts."""
_MAX_ACTOR_WORDS, _MAX_NAME_WORDS = 5, 7
_LIMIT = re.compile(
    r"\bwithin:?\s+(?:the\s+|a\s+|an\s+)?(?P<count>\d{1,4}|one|two|three|four|five|six|seven|eight|ten|twelve|twenty-four"
    r"|thirty|sixty|ninety)[\s-]+(?:\([^)]{1,8}\)\s*)?(?:(?:(?P<working>business|working)|calendar|clock)\s+)?"
    r"(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10, "twelve": 12,
    "twenty-four": 24, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_ASSUMPTION = re.compile(
    r"(?:^|[.;:!?]\s+)if\b(?![^,]*\b(?:no|not|nobody|none|never|fails?|cannot)\b)[^,.;!?]*$", re.IGNORECASE
)
"""Words before a length of time that is a case, not a limit: "if you leave within 120 days of a review"."""
_MAX_CONDITION = 300
_CONTROL_ID = re.compile(r"[^,;]+")
_ID = re.compile(r"(?=[^A-Za-z.]*[A-Za-z.])\D*\d.*")
_CITATION_WORDS = frozenset({"to", "through", "-", "\u2013", "Annex", "Art.", "Article", "Rev."})
"""Words without a digit that a control id may contain, besides names in capitals."""
_ANCHOR = re.compile(r"<a\s+(?:id|name)\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)
_TEXT_KINDS = frozenset({"text", "code", "break"})


class Lead(NamedTuple):
    """The words of a step or of one of its parts, and where they stand."""

    text: str
    start: int
    end: int


def block_lead(block: Block) -> Lead:
    """The running text of a block."""
    ends = [last for kind, first, last, _ in block.inlines if kind in _TEXT_KINDS and last > first]
    start = lead_start(block)
    return Lead(block.text.strip(), start, max(ends or [block.end, start]))


def lead_start(block: Block) -> int:
    """Where the running text of a block begins."""
    starts = (first for kind, first, last, _ in block.inlines if last > first and kind in _TEXT_KINDS)
    return next(starts, max(block.start, 0))


def find_time_limits(block: Block) -> Iterator[Limit]:
    """Every "within 4 hours" in the running text of a block that says by when something is done."""
    if "ithin" not in block.text and "WITHIN" not in block.text:
        return
    words = (part for part in block.inlines if part.kind in _TEXT_KINDS)
    text = "".join(part.text if part.kind == "text" else " " * len(part.text) for part in words)
    for limit in time_limits_in(text):
        start, end = _byte_range(block, limit.start, limit.end)
        yield replace(limit, start=start, end=end)


def time_limits_in(text: str) -> Iterator[Limit]:
    """Every "within 4 hours" in a text, with its range of characters."""
    for match in _LIMIT.finditer(text):
        if _ASSUMPTION.search(text, max(match.start() - _MAX_CONDITION, 0), match.start()):
            continue
        count = match["count"].lower()
        try:
            length = Duration(f"{_NUMBER_WORDS.get(count, count)} {match['unit']}")
        except ValueError:
            continue
        words, working = " ".join(match[0].split()), match["working"] is not None
        yield Limit(words, length.text, length.minutes, *match.span(), working)


def _byte_range(block: Block, start: int, end: int) -> tuple[int, int]:
    """The bytes of a range of the text of a block that is not empty."""
    size, first, last = 0, block.start, block.end
    for part in block.inlines:
        if part.kind not in _TEXT_KINDS:
            continue
        text = part.text if part.kind != "break" else " "
        length = len(part.text.encode("utf-8"))
        before = size
        size += len(text)
        # the marks around code are no part of its text
        begin = part.start + (max(part.end - part.start - length, 0) // 2 if part.kind == "code" else 0)
        if before <= start < size:
            first = min(begin + len(text[: start - before].encode("utf-8")), part.end)
        if before < end <= size:
            last = min(begin + len(text[: end - before].encode("utf-8")), part.end)
            break
    return first, last


def parse_step(number: str, head: Block, below: Sequence[Block], children: tuple[Step, ...] = ()) -> Step:
    """The step whose lead is `head` and whose parts are the bullets and paragraphs below it."""
    lead = block_lead(head)
    actor, actor_start, text = _split_actor(head, lead)
    parts: dict[str, list[str]] = {key: [] for key in ("evidence", "expect", "note", "else")}
    controls = []
    condition_match = _CONDITION.match(text) if text[:1] in _CONDITION_LETTERS else None
    condition = condition_match[1].strip() if condition_match else ""
    limits = list(find_time_limits(head))
    for block in _step_paragraphs(below):
        limits += find_time_limits(block)
        label, words, at = _split_label(block)
        if label == "control":
            controls.append(ControlLine(words, tuple(_named_controls(block, at))))
        elif label == "if" and not condition:
            condition = words
        elif label in parts:
            parts[label].append(words)
    markup = (part.text for part in head.inlines if part.kind == "html")
    return Step(
        number=number,
        text=text,
        start=lead.start,
        end=lead.end,
        anchor=next((match[1] for text in markup if (match := _ANCHOR.search(text))), ""),
        actor=actor,
        actor_start=actor_start,
        condition=condition,
        limits=tuple(limits),
        expects=tuple(parts["expect"]),
        evidence=tuple(parts["evidence"]),
        controls=tuple(controls),
        notes=tuple(parts["note"]),
        otherwise=" ".join(parts["else"]),
        children=children,
    )


def _step_paragraphs(below: Sequence[Block]) -> Iterator[Block]:
    for block in below:
        if block.kind == "paragraph":
            yield block
        elif block.kind == "quote" or (block.kind == "list" and block.ordered is None):
            for holder in block.children if block.kind == "list" else [block]:
                yield from (child for child in holder.children if child.kind == "paragraph")


def actor_of_label(below: Sequence[Block]) -> Lead | None:
    """Who a line such as `**Responsible:** Requester` names, or None."""
    for block in _step_paragraphs(below):
        line = takewhile(lambda part: part.kind != "break", block.inlines)
        words = prose([Block("paragraph", block.start, block.end, inlines=list(line))])
        if match := _RESPONSIBLE.match(words.text):
            name = words.text[match.end() :].rstrip(" .\n")
            if len(name.split()) > _MAX_NAME_WORDS:
                continue  # "Role: choose user or admin, by what the business needs" says what to fill in
            return Lead(name, *words.span(match.end(), match.end() + len(name)))
    return None


def actor_of_bold_line(below: Sequence[Block]) -> Lead | None:
    """Who a first paragraph that is nothing but `**IT operations:**` names, or None."""
    head = below[0] if below else None
    first = head.inlines[0] if head is not None and head.kind == "paragraph" and head.inlines else None
    if head is None or first is None or first.kind != "strong" or not head.text.rstrip().endswith(":"):
        return None
    name = head.text.strip().rstrip(":").strip()
    after = "".join(part.text for part in head.inlines if part.start >= first.end)
    words = name.casefold().split()
    if after.strip(" :\n") or not name[:1].isalnum() or len(words) > _MAX_ACTOR_WORDS:
        return None
    if words[0] in _LABEL_WORDS | _LIST_LABELS:
        return None
    return Lead(name, block_lead(head).start, first.end)


def _split_label(block: Block) -> tuple[str, str, int]:
    """The label of a part of a step, the words behind it, and where in the text of the block they begin."""
    text = block.text
    match = _LABEL.match(text) if text[:1] in _LABEL_LETTERS else None
    if match is None:
        return "", text, 0
    word = match[1].lower()
    label = {"otherwise": "else", "warning": "note", "caution": "note", "controls": "control"}.get(word, word)
    label = "expect" if label.startswith("expect") else label
    return label, " ".join(text[match.end() :].split()), match.end()


def _named_controls(block: Block, at: int) -> Iterator[NamedControl]:
    """The ids behind a label `Control` that ends at a position of the text of a block."""
    text = block.text
    has_colon = text[:at].rstrip().endswith(":")
    for match in _CONTROL_ID.finditer(text, at):
        typed = match[0].strip().rstrip(".")
        words = typed.split()
        if words:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            # the form of an id: `A.5.18`, `SOC 2 CC6.1`, `A.5.18 to A.5.20`; not `24/7`
            is_id = _ID.fullmatch(words[-1]) is not None and all(
                word.isupper() or word in _CITATION_WORDS or any(char.isdigit() for char in word) for word in words
            )
            certain = has_colon or is_id
            yield NamedControl(" ".join(words), *_byte_range(block, start, start + len(typed)), certain)


def _split_actor(head: Block, lead: Lead) -> tuple[str, int, str]:
    """Actor, its offset (-1: none) and the text without it: `**IT operations**: …` or `IT operations: …`."""
    inlines = [
        part for part in head.inlines if part.kind != "html" and not (part.kind == "text" and not part.text.strip())
    ]
    if inlines and inlines[0].kind == "strong":
        strong = inlines[0]
        inside = [part for part in inlines[1:] if part.end <= strong.end]
        words = "".join(part.text for part in inside if part.kind in {"text", "code"}).strip()
        behind = (part for part in inlines if part.start >= strong.end and part.kind in _TEXT_KINDS)
        after = "".join(" " if part.kind == "break" else part.text for part in behind).lstrip()
        name = words.rstrip(":").strip()
        # "📋 Initial validation:" is a label: roles are not written with a pictogram
        is_name = name[:1].isalnum() and name.split()[0].casefold() not in _LABEL_WORDS
        if is_name and (words.endswith(":") or after.startswith((":", "–", "—"))):  # noqa: RUF001 - dashes as people type them
            return name, inside[0].start if inside else strong.start, after.lstrip(":–—").strip()  # noqa: RUF001
        return "", -1, lead.text
    match = _PLAIN_ACTOR.match(lead.text)
    # in "Choose `Next: Networks`" the first colon is one of the code
    kind = next((part.kind for part in inlines if ":" in part.text and part.kind in {"text", "code"}), "")
    if match and kind != "code" and match[1].split()[0].casefold() not in _LABEL_WORDS:
        return match[1], lead.start, lead.text[match.end(1) + 1 :].strip()
    return "", -1, lead.text
