"""Find the steps of a procedure: lists, lettered paragraphs, tables and numbered headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sopkit.model.body import Block, Heading, Procedure, Section, Step
from sopkit.parsing.sections import STEP_HEADING
from sopkit.parsing.step_parts import Lead, actor_of_bold_line, actor_of_label, block_lead, parse_step

_LETTER = re.compile(r"^\(?([a-z])[.)]\s+", re.ASCII)
_NUMBER_COLUMN = frozenset({"#", "no", "no.", "nr", "step", "steps", "number"})
_WHO_COLUMN = frozenset(
    {"who", "role", "roles", "responsible", "responsibility", "owner", "actor", "performed by", "by"}
)
_TEXT_COLUMN = ("action", "task", "description", "what", "activity", "instruction", "step", "details")
_MAX_DEPTH = 12
_BOLD_STEP_LEVEL = 7
_BOLD_STEP = re.compile(r"step\s+\d{1,3}\b", re.IGNORECASE)


def find_procedures(section: Section) -> tuple[Procedure, ...]:
    """The runs of steps in a procedure section, one for each sub-heading that has any."""
    numbered = tuple(_heading_runs(section))
    used = {start for _, starts in numbered for start in starts}
    found = [procedure for procedure, _ in numbered]
    for heading, blocks in _procedure_parts(section):
        if numbered and (heading.start in used or heading is section.heading):
            continue
        actor = actor_of_heading(heading, section)
        for shape, steps in _runs(blocks):
            found.append(Procedure(tuple(steps), heading, actor, shape))
    return tuple(sorted(found, key=lambda procedure: procedure.steps[0].start))


def actor_of_heading(heading: Heading, section: Section) -> str:
    """Who a sub-heading such as "Notify (IT operations)" or "Day 1: HR" names, as written; rules look it up."""
    if heading is section.heading:
        return ""
    match = re.search(r"\(([^()]+)\)\s*$|[:–—]\s*([^:–—]+)$", heading.text)  # noqa: RUF001 - dashes as people type them
    return (match[1] or match[2]).strip() if match else heading.text.strip()


def _procedure_parts(section: Section) -> Iterator[tuple[Heading, list[Block]]]:
    heading = section.heading
    blocks: list[Block] = []
    for block in section.blocks:
        if block.kind == "heading":
            yield heading, blocks
            heading, blocks = Heading(block.level, block.text.strip(), block.start, block.end), []
        else:
            blocks.append(block)
    yield heading, blocks


def _heading_runs(section: Section) -> Iterator[tuple[Procedure, frozenset[int]]]:
    """The steps that headings number, as one run for each sub-heading above them, and where those headings begin.

    With the steps' own headings come those above and below them: what stands there is no run of its own.
    """
    blocks = [_as_heading(block) for block in section.blocks]
    levels = [block.level for block in blocks if block.kind == "heading"]
    for level in sorted(set(levels)):
        above = _headings_above(section, blocks, level)
        at = _numbered_headings(blocks, level, above)
        if not at:
            continue
        runs: dict[Heading, list[tuple[Step, Lead | None]]] = {}
        used: dict[Heading, set[int]] = {}
        stops = [*(index for index, _ in at[1:]), len(blocks)]
        for (index, match), stop in zip(at, stops, strict=True):
            body = blocks[index + 1 : stop]
            ends = (at for at, block in enumerate(body) if block.kind == "heading" and block.level <= level)
            body = body[: next(ends, None)]
            step = _heading_step(blocks[index], match, body)
            runs.setdefault(above[index], []).append((step, actor_of_bold_line(body)))
            own = used.setdefault(above[index], {above[index].start})
            own.update(block.start for block in (blocks[index], *body) if block.kind == "heading")
        leads = {lead.text for steps in runs.values() for _, lead in steps if lead is not None}
        for heading, steps in runs.items():
            # one and the same lead under every step ("Tasks:") is a label, not who acts
            acted = tuple(
                replace(step, actor=lead.text, actor_start=lead.start)
                if lead is not None and len(leads) > 1 and not step.actor
                else step
                for step, lead in steps
            )
            actor = actor_of_heading(heading, section)
            yield Procedure(acted, heading, actor, "headings"), frozenset(used[heading])
        return


def _numbered_headings(
    blocks: Sequence[Block], level: int, above: Sequence[Heading]
) -> list[tuple[int, re.Match[str]]]:
    """The headings of a level that count steps, with their indices: from one on, anew or on under each heading above.

    Where some say "Step 2", those that are only numbered are parts of the document.
    """
    at = [
        (index, match)
        for index, block in enumerate(blocks)
        if block.kind == "heading" and block.level == level and (match := STEP_HEADING.match(block.text.strip()))
    ]
    explicit = [(index, match) for index, match in at if match[0][:4].casefold() == "step"]
    at = explicit if len(explicit) > 1 else at
    before, last = None, 0
    for index, match in at:
        number = int(match[1])
        if number != last + 1 and (number > 1 or above[index] is before):
            return []
        before, last = above[index], number
    return at if len(at) > 1 else []


def _as_heading(block: Block) -> Block:
    """A paragraph of nothing but a bold "Step 2: …" as the heading that its author meant."""
    first = block.inlines[0] if block.kind == "paragraph" and block.inlines else None
    is_bold = first is not None and first.kind == "strong" and all(part.end <= first.end for part in block.inlines)
    if is_bold and _BOLD_STEP.match(block.text.strip()):
        return Block("heading", block.start, block.end, level=_BOLD_STEP_LEVEL, inlines=block.inlines)
    return block


def _headings_above(section: Section, blocks: Sequence[Block], level: int) -> list[Heading]:
    """For each block the nearest heading before it that is above a level; the section's own where there is none."""
    above = []
    nearest = section.heading
    for block in blocks:
        above.append(nearest)
        if block.kind == "heading" and block.level < level:
            nearest = Heading(block.level, block.text.strip(), block.start, block.end)
    return above


def _heading_step(head: Block, match: re.Match[str], body: Sequence[Block]) -> Step:
    number = str(int(match[1]))
    runs = _runs([block for block in body if block.kind != "heading"], number)
    actor = actor_of_label(body)
    return replace(
        parse_step(number, head, body, tuple(child for _, steps in runs for child in steps)),
        text=head.text.strip()[match.end() :].strip(),
        actor=actor.text if actor else "",
        actor_start=actor.start if actor else -1,
    )


def _runs(blocks: Sequence[Block], above: str = "") -> Iterator[tuple[str, list[Step]]]:
    steps: list[Step] = []
    all_ones = False  # lists of one item each, all numbered 1, count on
    for block in blocks:
        if is_step_list(block):
            is_single_one = block.ordered == 1 and len(block.children) == 1
            if steps and block.ordered != len(steps) + 1 and not (is_single_one and all_ones):
                yield "list", steps
                steps = []
            all_ones = is_single_one and (not steps or all_ones)
            first = len(steps) + 1 if steps else (block.ordered if block.ordered is not None else 1)
            steps += list_steps(block, above, first)
        elif block.kind == "table" and (rows := table_steps(block)):
            yield "table", rows
        elif block.kind == "paragraph" and (lettered := letter_steps(block, above)):
            yield "list", lettered
    if steps:
        yield "list", steps


def is_step_list(block: Block) -> bool:
    """Whether a block is an ordered or a task list, and no table of contents."""
    is_list = block.kind == "list" and (block.ordered is not None or is_task_list(block))
    return is_list and not is_contents(block)


def is_contents(block: Block) -> bool:
    """Whether a list is a table of contents: each item a link within the page, perhaps with the number of a page."""
    items = [item for item in block.walk() if item.kind == "item"]
    return bool(items) and all(any(map(_is_page_link, item.children)) for item in items)


def _is_page_link(block: Block) -> bool:
    """Whether a paragraph is a link within the page, with nothing but digits, dots and the like beside it."""
    links = [part for part in block.inlines if part.kind == "link" and part.text.startswith("#")]
    beside = (part for part in block.inlines if not any(link.start <= part.start < link.end for link in links))
    return bool(links) and all(part.kind != "code" and not re.search(r"[^\W\d_]", part.text) for part in beside)


def is_task_list(block: Block) -> bool:
    """Whether every item of a list is a task."""
    return bool(block.children) and all(item.checked is not None for item in block.children)


def list_steps(block: Block, above: str = "", first: int = 1, depth: int = 0) -> list[Step]:
    """Steps of an ordered or a task list; nested ordered lists are their sub-steps."""
    steps = []
    for count, item in enumerate(block.children):
        number = f"{above}.{first + count}" if above else str(first + count)
        head = next((child for child in item.children if child.kind == "paragraph"), item)
        below = [child for child in item.children if child is not head]
        nested: list[Step] = []
        for child in below:
            if child.kind == "list" and child.ordered is not None and not is_contents(child) and depth < _MAX_DEPTH:
                nested += list_steps(child, number, len(nested) + 1, depth + 1)
            elif child.kind == "paragraph":
                nested += letter_steps(child, number)
        steps.append(parse_step(number, head, below, tuple(nested)))
    return steps


def letter_steps(block: Block, above: str) -> list[Step]:
    """Steps of a paragraph whose lines begin with letters: `a. …`, which CommonMark does not take for a list."""
    if not _LETTER.match(block.text):
        return []
    lines: list[Block] = [Block("paragraph", block.start, block.end)]
    for part in block.inlines:
        if part.kind == "break":
            lines.append(Block("paragraph", part.end, block.end))
        else:
            lines[-1].inlines.append(part)
    letters = [match[1] for line in lines if (match := _LETTER.match(line.text))]
    ordered = letters in ([chr(97 + index) for index in range(len(letters))], ["a"] * len(letters))
    if len(letters) < 2 or not ordered or not _LETTER.match(lines[0].text):  # noqa: PLR2004 - one is no list
        return []
    items: list[Block] = []
    for line in lines:
        if _LETTER.match(line.text):
            items.append(line)
        else:
            items[-1] = Block("paragraph", items[-1].start, block.end, inlines=[*items[-1].inlines, *line.inlines])
    steps = []
    for index, item in enumerate(items):
        item.start = item.inlines[0].start
        item.end = max(part.end for part in item.inlines)
        step = parse_step(f"{above}{chr(97 + index)}", item, [])
        steps.append(replace(step, text=_LETTER.sub("", step.text)))
    return steps


def table_steps(table: Block) -> list[Step]:
    """Steps of a table with a column of numbers and a column of who, or one `Step` that counts from one on."""
    if not table.children:
        return []
    names = [cell.text.strip().casefold().rstrip(":") for cell in table.children[0].children]
    number_at = next((at for at, name in enumerate(names) if name in _NUMBER_COLUMN), None)
    who_at = next((at for at, name in enumerate(names) if name in _WHO_COLUMN), None)
    if number_at is None:
        return []
    if who_at is None:
        numbers = [_number(row.children[number_at]) for row in table.children[1:] if len(row.children) > number_at]
        counts = len(numbers) > 1 and numbers == [str(number) for number in range(1, len(numbers) + 1)]
        if names[number_at] not in {"step", "steps"} or not counts:
            return []
    others = [at for at in range(len(names)) if at not in {number_at, who_at}]
    text_at = next((at for word in _TEXT_COLUMN for at in others if names[at].startswith(word)), None)
    text_at = text_at if text_at is not None else (others[0] if others else number_at)
    steps = []
    for count, row in enumerate(table.children[1:], 1):
        cells = row.children
        if len(cells) <= max(number_at, who_at or 0, text_at):
            continue
        written = _number(cells[number_at])
        number = written if re.fullmatch(r"\d{1,4}(\.\d{1,4})*|[a-z]", written) else str(count)
        step = parse_step(number, cells[text_at], [])
        if who_at is not None:
            who = cells[who_at]
            actor = block_lead(who).text.strip()
            step = replace(step, actor=actor, actor_start=who.inlines[0].start if who.inlines else who.start)
        steps.append(step)
    return steps


def _number(cell: Block) -> str:
    return cell.text.strip().rstrip(".")
