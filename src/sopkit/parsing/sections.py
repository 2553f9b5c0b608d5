"""Which heading is which section, stubs of missing sections, and anchors of headings and steps."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from sopkit.model.body import Block, Body, Heading, Procedure, Section, Step
from sopkit.model.finding import Edit, Finding, Fix, FixClass
from sopkit.model.sop import Sop
from sopkit.model.sop_document import REQUIRED_SECTIONS, SECTION_ORDER
from sopkit.model.source import Place
from sopkit.parsing.markdown import heading_of_html

SHIPPED_ALIASES: dict[str, tuple[str, ...]] = {
    "Purpose": (
        "purpose", "purpose statement", "overview", "introduction", "summary", "background", "objective", "objectives",
    ),
    "Scope": ("scope", "applicability", "out of scope"),
    "Roles": ("roles", "roles and responsibilities", "responsibilities", "raci"),
    "Inputs": (
        "inputs", "prerequisites", "pre requisites", "requirements", "preparation", "tools", "before you begin",
    ),
    "Triggers": ("triggers", "trigger", "when to use"),
    "Procedure": (
        "procedure", "steps", "process", "checklist", "instructions", "workflow", "resolution", "procedures",
    ),
    "Outputs": ("outputs", "output"),
    "Records": ("records", "evidence", "documentation", "retention", "records and retention"),
    "Exceptions": ("exceptions", "exception handling"),
    "Escalation": ("escalation", "escalations"),
    "Rollback": ("rollback", "roll back", "back out"),
    "Definitions": ("definitions", "glossary", "terms and definitions"),
    "Metrics": ("metrics", "measures", "kpis"),
    "Feedback": ("feedback",),
    "References": (
        "references", "related documents", "see also", "resources", "useful resources", "additional reading",
        "further reading", "related controls",
    ),
}  # fmt: skip
"""Section name to the headings that mean it; `[sections] aliases` adds to it."""

_COMBINED_SECTIONS = {"purpose and scope": ("Purpose", "Scope"), "scope and purpose": ("Purpose", "Scope")}
_LIKE_PROCEDURE = re.compile(r"(?<!\bto)(?<!\bnot)(?<!\bwe)(?<!\byou) (?:procedure|process|steps|checklist|workflow)$")
"""A heading such as "Backup process"; in "what we do not process" it is a verb."""
_UNLIKE_PROCEDURE = re.compile(
    r"^(?:q|who|why|when|what (?:will|happens))\b|\b(?:this|next|related) |\bpolic(?:y|ies) and procedures?$"
    r"|\b(?:about|after|before|during|for|in|of|throughout|with) (?:an?|our|the|your)\b"
)
"""One that is about a procedure, or about what follows it: "After the interview process", "Next steps"."""
_NUMBERING = re.compile(r"^(?:section\s+)?(?:\d+(?:\.\d+)*|[ivxIVX]+)[.):]?\s+", re.IGNORECASE)
STEP_HEADING = re.compile(r"^(?:step\s+)?(\d{1,3})(?![\d.]*\d)\b[\s.:)–—-]*", re.IGNORECASE)  # noqa: RUF001 - dashes as people type them
"""A heading that numbers a step: `1. …`, `Step 2: …`; not a numbered section such as `3.1`."""
_PUNCTUATION = re.compile(r"[^\w\s]|_")


@lru_cache(maxsize=4096)
def heading_words(text: str) -> str:
    """A heading's words alone: without case, numbering, emoji and marks, `&` as "and"."""
    text = _NUMBERING.sub("", text.strip().lstrip("#").strip())
    text = _PUNCTUATION.sub(" ", text.replace("&", " and ")).casefold()
    text = _NUMBERING.sub("", " ".join(text.split()))
    return " ".join(text.split())


def alias_table(extra: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Words of a heading to the sections that it fills."""
    table: dict[str, tuple[str, ...]] = dict(_COMBINED_SECTIONS)
    for name, spellings in SHIPPED_ALIASES.items():
        for spelling in (name, *spellings):
            table.setdefault(heading_words(spelling), (name,))
    for name, spellings in extra.items():
        known = next((shipped for shipped in SHIPPED_ALIASES if shipped.casefold() == name.casefold()), name)
        for spelling in spellings:
            table[heading_words(spelling)] = (known,)
    return table


def find_headings(root: Block) -> list[tuple[int, Heading]]:
    """Headings at the top of the document, each with its index among the root's blocks."""
    found = []
    for index, block in enumerate(root.children):
        if block.kind == "heading":
            found.append((index, Heading(block.level, block.text.strip(), block.start, block.end)))
        elif block.kind == "html" and (html := heading_of_html(block)) is not None:
            found.append((index, Heading(html[0], html[1], block.start, block.end)))
    return found


def find_title(found: list[tuple[int, Heading]], table: dict[str, tuple[str, ...]]) -> Heading | None:
    """The title: the first heading when it is of the first level, unless it names a section among equals."""
    if not found or found[0][1].level != 1:
        return None
    first = found[0][1]
    alone = sum(heading.level == 1 for _, heading in found) == 1
    return first if alone or heading_words(first.text) not in table else None


def find_sections(
    root: Block, found: list[tuple[int, Heading]], table: dict[str, tuple[str, ...]]
) -> tuple[Section, ...]:
    """The recognised sections: headings of the table that do not lie inside another recognised section.

    Without any heading that means Procedure, headings such as "Backup process" stand for it; where they hold no
    steps, those above headings that number steps do as well.
    """
    recognised = tuple(_section_names(root, found, table))
    if any("Procedure" in section.names for section in recognised):
        return recognised
    recognised = tuple(_section_names(root, found, table, like_procedure=True))
    if any(_has_steps(block) for section in recognised if "Procedure" in section.names for block in section.blocks):
        return recognised
    stepped = _step_sections(root, found, recognised)
    return tuple(sorted((*recognised, *stepped), key=lambda section: section.start))


def heading_names(body: Body) -> dict[str, str]:
    """The headings below the title by the words that mean them: their own, and the names of sections they begin."""
    names: dict[str, str] = {}
    for heading in body.headings:
        if heading != body.title:
            names.setdefault(heading_words(heading.text), heading.text)
    for section in body.sections:
        for name in section.names:
            names.setdefault(heading_words(name), section.heading.text)
    return names


def _has_steps(block: Block) -> bool:
    if block.kind == "list":
        return block.ordered is not None or any(item.checked is not None for item in block.children)
    return block.kind == "table" or (block.kind == "heading" and STEP_HEADING.match(block.text.strip()) is not None)


def _step_sections(root: Block, found: list[tuple[int, Heading]], recognised: tuple[Section, ...]) -> Iterator[Section]:
    """Headings without a name of ours right above `1. …`, `2. …` headings: they are procedures as well.

    A document whose numbered headings are its sections is none.
    """
    used = {section.heading for section in recognised}
    for position, (_, heading) in enumerate(found):
        below = []
        for _, other in found[position + 1 :]:
            if other.level <= heading.level:
                break
            below.append(other)
        least = min((other.level for other in below), default=0)
        numbered = {
            other: match[1] for other in below if other.level == least and (match := STEP_HEADING.match(other.text))
        }
        if heading in used or [*numbered.values()][:2] != ["1", "2"] or not used.isdisjoint(numbered):
            continue
        yield _section(("Procedure",), root, found, position)


def _section(names: tuple[str, ...], root: Block, found: list[tuple[int, Heading]], position: int) -> Section:
    index, heading = found[position]
    until = next((at for at, other in found[position + 1 :] if other.level <= heading.level), len(root.children))
    end = root.children[until].start if until < len(root.children) else root.end
    return Section(names, heading, heading.end, end, tuple(root.children[index + 1 : until]))


def _section_names(
    root: Block, found: list[tuple[int, Heading]], table: dict[str, tuple[str, ...]], *, like_procedure: bool = False
) -> Iterator[Section]:
    title = find_title(found, table)
    inside = 0
    for position, (_, heading) in enumerate(found):
        if heading is title or (inside and heading.level > inside):
            continue
        words = heading_words(heading.text)
        names = table.get(words)
        if names is None and like_procedure and _LIKE_PROCEDURE.search(words) and not _UNLIKE_PROCEDURE.search(words):
            names = ("Procedure",)
        inside = heading.level if names else 0
        if names:
            yield _section(names, root, found, position)


_MIN_PROCEDURE_ITEMS = 3
"""Numbered items that may be meant as steps."""


def missing_sections(sop: Sop) -> Iterable[Finding]:
    """A finding for each of the six sections that the body lacks, with a stub as its fix."""
    if not are_sections_certain(sop):
        return
    for name in REQUIRED_SECTIONS:
        if sop.body.section(name) is None:
            advice = f"add a heading `## {name}`"
            lists = (block for block in sop.body.root.children if block.kind == "list" and block.ordered is not None)
            steps = next((block for block in lists if len(block.children) >= _MIN_PROCEDURE_ITEMS), None)
            if name == "Procedure" and steps is not None:
                advice = f"put the steps (line {sop.source.line_of(steps.start)}) below a heading `## {name}`"
            message = f"no section {name}; {advice}"
            yield Finding(sop.path, title_place(sop), message, "SOP101", fix=add_stubs(sop, (name,)))


def are_sections_certain(sop: Sop) -> bool:
    """Whether the text tells which sections are there: an open fence swallows headings."""
    return sop.readable and not any(finding.code == "SOP111" for finding in sop.body.findings)


def title_place(sop: Sop) -> Place:
    """Where to say that something is missing: the line of the title, or of the first heading, or the first."""
    body = sop.body
    heading = body.title or (body.headings[0] if body.headings else None)
    return sop.source.line_place(sop.source.line_of(heading.start if heading else sop.body_start))


def add_stubs(
    sop: Sop, names: Sequence[str], kind: FixClass = FixClass.MATERIAL, more: tuple[Edit, ...] = ()
) -> Fix | None:
    """The fix that puts a stub of each section into its place, with more edits; None where it has no place."""
    added: dict[int, str] = {}
    for name in names:
        stub = _stub_text(sop, name)
        if stub is None:
            return None
        added[stub[0]] = added.get(stub[0], "") + stub[1]
    edits = (Edit(at, at, text.replace("\n", sop.source.line_end)) for at, text in added.items())
    label = f"add a stub of the section {names[0]}" if len(names) == 1 else f"add stubs of {', '.join(names)}"
    return Fix(label, (*edits, *more), kind)


def _stub_text(sop: Sop, name: str) -> tuple[int, str] | None:
    """Where the stub of a section stands: above the next one in the order of sections, else at the end."""
    body, data = sop.body, sop.source.data
    later = SECTION_ORDER[SECTION_ORDER.index(name) + 1 :] if name in SECTION_ORDER else SECTION_ORDER[-1:]
    following = next((section for section in body.sections if not set(later).isdisjoint(section.names)), None)
    # At the end, a heading of a deeper level than another section's would be a part of that one.
    highest = min((section.heading.level for section in body.sections), default=2)
    level = following.heading.level if following else highest
    if level == 1 and sum(heading.level == 1 for heading in body.headings) == 1:
        return None  # it would be a second title
    stub = f"{'#' * level} {name}\n\n[decide: {name.lower()}]\n"
    if following is not None:
        return following.heading.start, stub + "\n"
    last = body.root.children[-1] if body.root.children else None
    if last is not None and last.kind == "html":
        return None  # a comment or an element that is never closed would swallow it
    return len(data), ("" if data.endswith((b"\n", b"\r")) or not data else "\n") + "\n" + stub


_MAX_SLUG = 60


def make_slug(title: str) -> str:
    """The words of a title in lower case, joined by hyphens; letters of any script stay."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(char))
    words = re.sub(r"[\W_]+", "-", plain).strip("-")
    if len(words) > _MAX_SLUG:
        words = words[: _MAX_SLUG + 1].rpartition("-")[0] or words[:_MAX_SLUG]
    return unicodedata.normalize("NFC", words)


_NON_SLUG = re.compile(r"[^\w\- ]")
_ID = re.compile(r"<[a-z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def heading_slug(text: str) -> str:
    """The anchor of a heading with a text."""
    return _NON_SLUG.sub("", text.strip().lower()).replace(" ", "-")


@lru_cache(maxsize=16)
def heading_anchors(headings: tuple[Heading, ...]) -> tuple[str, ...]:
    """One anchor a heading; a repeated one gets -1, -2 and so on. Remembered, as a page needs them again and again."""
    seen: Counter[str] = Counter()
    anchors = []
    for heading in headings:
        slug = heading_slug(heading.text)
        anchors.append(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return tuple(anchors)


def html_anchors(blocks: Iterable[Block]) -> Iterator[str]:
    """Anchors that the author wrote as HTML: `<a id="…"></a>`."""
    for block in blocks:
        for part in block.inlines:
            if part.kind == "html":
                yield from _ID.findall(part.text)


def step_anchors(body: Body) -> Iterator[tuple[Procedure, Step, str]]:
    """Every step and sub-step with its procedure and the name by which it can be linked to."""
    marked: set[str] = set()
    for count, procedure in enumerate(body.procedures, 1):
        for step in procedure.steps:
            plain = f"step-{step.number}"
            prefix = "" if plain not in marked else f"procedure-{count}-"
            marked.add(plain)
            for each in step.walk():
                yield procedure, each, f"{prefix}step-{each.number}"
