"""The roles in an SOP: actors of steps, the Roles section, and RACI tables."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sopkit.model.body import Block, Procedure, Section, Step
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon

ROLE_SEPARATOR = re.compile(r"\s+(?:and|or|with)\s+|\s*[,/&+;]\s*")
"""What stands between two roles that act together."""
EVERYONE = frozenset({"everyone", "all", "all staff", "anyone", "every employee", "all employees"})
"""Names that stand for no role, but for all people."""
_REMARK = re.compile(r"\s*\([^)]*\)$")
_LAST_WORD = re.compile(r"[^\s/]+$")
_DIGIT = re.compile(r"\d")
_MAX_LEAD_WORDS, _MIN_SIMILARITY = 5, 0.8
_MAX_NAME_LENGTH, _MAX_PAIRS = 200, 2000
"""A longer text is no name, and more pairs of names are not compared letter by letter."""


def remove_titles(runs: Iterable[Procedure], declared: frozenset[str], words: Lexicon | None) -> Iterator[Procedure]:
    """The runs of steps, in which leads that are titles name nobody and belong to the text.

    `declared` are the roles of the Roles section in lower case. A language without words for roles keeps all leads.
    """
    for run in runs:
        leads = Counter(step.actor for top in run.steps for step in top.walk() if _has_lead(step))
        if not leads or words is None or not words.role_ends:
            yield run
            continue
        titles = _title_leads(leads, declared, words)
        yield replace(run, steps=tuple(_without_titles(step, titles) for step in run.steps)) if titles else run


def is_role_like(name: str, words: Lexicon) -> bool:
    """Whether a name ends with a word for a role, as "Release manager" does."""
    last = _LAST_WORD.search(normal_name(name))
    return last is not None and last[0] in words.role_ends


def normal_name(name: str) -> str:
    """A name in lower case without "the" and without a remark in brackets."""
    plain = " ".join(name.split()).casefold()
    return _REMARK.sub("", plain).removeprefix("the ") if len(plain) < _MAX_NAME_LENGTH else plain


def split_names(name: str) -> list[str]:
    """The names that are joined in one, such as "HR and Legal"."""
    plain = " ".join(name.split())
    return [part for part in ROLE_SEPARATOR.split(plain) if part] if len(plain) < _MAX_NAME_LENGTH else [plain]


def _has_lead(step: Step) -> bool:
    return bool(step.actor) and step.start <= step.actor_start < step.end


def _title_leads(leads: Counter[str], declared: frozenset[str], words: Lexicon) -> frozenset[str]:
    """The leads that are titles.

    A lead is a role when it ends like one, is declared or much like one that is, or comes back; where most leads are
    roles, all others are that do not read like a sentence, a date or a count.
    """
    like = list(declared) if len(leads) * len(declared) <= _MAX_PAIRS else []

    def is_role(lead: str) -> bool:
        parts = {normal_name(lead), *map(normal_name, split_names(lead))}
        if not parts.isdisjoint(declared) or is_role_like(lead, words):
            return True
        return bool(nearest(normal_name(lead), like, 1, _MIN_SIMILARITY))

    def is_title_like(lead: str) -> bool:
        parts = lead.casefold().split()
        return (
            len(parts) > _MAX_LEAD_WORDS
            or parts[1:2] in ([word] for word in words.articles)
            or bool(_DIGIT.search(lead))
        )

    sure = {lead for lead, count in leads.items() if count > 1 or is_role(lead)}
    if len(sure) * 2 >= len(leads):
        return frozenset(lead for lead in leads if lead not in sure and is_title_like(lead))
    return frozenset(leads) - sure


def _without_titles(step: Step, titles: frozenset[str]) -> Step:
    children = tuple(_without_titles(child, titles) for child in step.children)
    if _has_lead(step) and step.actor in titles:
        return replace(step, actor="", actor_start=-1, text=f"{step.actor}: {step.text}", children=children)
    return replace(step, children=children) if children else step


_ROLE_COLUMN = frozenset({"role", "roles", "who", "actor", "responsible", "responsible role", "team", "function"})
_LEAD = re.compile(r"^\s*([A-Z][\w/&'’ -]{1,50}?)\s*(?::|–|—)\s")  # noqa: RUF001 - dashes as people type them
_ROLE_LABELS = frozenset({
    "responsibilities", "responsibility", "duties", "tasks", "note", "accountability", "authority", "contact",
    "contacts", "email", "e-mail", "phone", "slack",
})  # fmt: skip
"""What a line below the name of a role begins with."""

RoleMention = tuple[str, int, int]


def find_roles(section: Section | None) -> tuple[RoleMention, ...]:
    """Name and byte range of each role: the column of a table of roles, else the leads of lists and paragraphs."""
    if section is None:
        return ()
    found = [role for top in section.blocks if top.kind == "table" for role in _roles_of_table(top)]
    if found:
        return tuple(found)
    for top in section.blocks:
        groups = [item.children for item in top.children] if top.kind == "list" else [[top]]
        heads = (next((block for block in group if block.kind == "paragraph"), None) for group in groups)
        found += (role for head in heads if head is not None and (role := _role_of_lead(head)) is not None)
    return tuple(role for role in found if role[0].casefold() not in _ROLE_LABELS)


def _roles_of_table(table: Block) -> Iterator[RoleMention]:
    names = [cell.text.strip().casefold() for cell in table.children[0].children] if table.children else []
    at = next((index for index, name in enumerate(names) if name in _ROLE_COLUMN), None)
    if at is None:
        return
    for row in table.children[1:]:
        if len(row.children) > at and (text := row.children[at].text.strip()):
            words = [part for part in row.children[at].inlines if part.kind in {"text", "code"}]
            yield text, words[0].start, words[-1].end


def _role_of_lead(block: Block) -> RoleMention | None:
    first = next((part for part in block.inlines if part.kind != "html"), None)
    if first is None:
        return None
    if first.kind == "strong":
        inside = [part for part in block.inlines if part.kind == "text" and first.start <= part.start < first.end]
        text = "".join(part.text for part in inside).strip().rstrip(":").strip()
        return (text, inside[0].start, inside[0].start + len(text.encode())) if text else None
    if first.kind == "text" and (match := _LEAD.match(block.text)):
        begin = first.start + len(block.text[: match.start(1)].encode())
        return match[1], begin, begin + len(match[1].encode())
    return None


_RACI_CELL = re.compile(r"^\W*([RASCIV](?:(?:\s*[/,&+]\s*|\s*)[RASCIV])*)\W*(?:\([^)]*\)\W*)?$")
"""A cell of a matrix: `R`, `A/R`, `RA`, `R, C`, `R (backup)`. RASCI has S for support, RACI-VS V for verify."""
_CHECK_MARK = re.compile(r"[xX\u2713\u2714\u2611\u2705\u25cf\u2022]")
_RACI_WORDS = {"R": "responsible", "A": "accountable", "C": "consulted", "I": "informed"}
_MIN_COLUMNS, _MIN_SHARE, _MAX_CELL = 3, 0.5, 60


@dataclass(frozen=True, slots=True)
class RaciAssignment:
    """What a table assigns to a role, as it is named there: one of the letters R, A, C and I for the title of a row."""

    role: str
    letter: str
    title: str
    start: int
    end: int


def raci_assignments(sop: Sop) -> Iterator[RaciAssignment]:
    """Everything that the RACI tables of an SOP assign."""
    for table in sop.body.blocks:
        if table.kind != "table":
            continue
        columns = raci_columns(table)
        if "R" in columns and "A" in columns:
            yield from _assignments_of_names(table, columns)
        elif is_raci_matrix(sop, table):
            yield from _assignments_of_letters(table)


def raci_columns(table: Block) -> dict[str, int]:
    """Letter to the column whose head is its word, such as "Responsible", or the letter beside C or I."""
    heads = [cell.text.strip().casefold() for cell in table.children[0].children]
    short = not {"c", "i"}.isdisjoint(heads)  # | Step | R | A | C | I |
    found = {}
    for letter, word in _RACI_WORDS.items():
        names = (at for at, head in enumerate(heads) if head.startswith(word) or (short and head == letter.casefold()))
        if (at := next(names, None)) is not None:
            found[letter] = at
    return found


def is_raci_matrix(sop: Sop, table: Block) -> bool:
    """Whether most cells of a table are the letters, both A and R among them."""
    cells = [cell.text.strip() for row in table.children[1:] for cell in row.children[1:] if cell.text.strip()]
    found = [match for text in cells if (match := raci_letters(text))]
    every = set("".join(found))
    return (
        len(table.children[0].children) >= _MIN_COLUMNS
        and len(found) > len(cells) * _MIN_SHARE
        and {"A", "R"} <= every
        and (not every.isdisjoint("SCI") or sop.source.has(b"raci", b"rasci"))
    )


def raci_letters(text: str) -> str:
    """The letters in a cell of a matrix, or nothing."""
    match = _RACI_CELL.match(text) if len(text) <= _MAX_CELL else None
    return match[1] if match else ""


def is_check_mark(text: str) -> bool:
    """Whether a cell is a mark: then the rows are roles."""
    return _CHECK_MARK.fullmatch(text) is not None


def row_title(row: Block) -> str:
    """What a row is about."""
    return " ".join(row.children[0].text.split())


def row_place(row: Block) -> tuple[int, int]:
    """The bytes of its title."""
    first = row.children[0]
    return (first.inlines[0].start, first.inlines[-1].end) if first.inlines else (row.start, row.end)


def _assignments_of_letters(table: Block) -> Iterator[RaciAssignment]:
    heads = [cell.text.strip() for cell in table.children[0].children]
    for row in table.children[1:]:
        for role, cell in zip(heads[1:], row.children[1:], strict=False):
            for letter in dict.fromkeys(raci_letters(cell.text.strip())):
                if role and letter in _RACI_WORDS:
                    yield RaciAssignment(role, letter, row_title(row), *row_place(row))


def _assignments_of_names(table: Block, columns: dict[str, int]) -> Iterator[RaciAssignment]:
    for row in table.children[1:]:
        for letter, at in columns.items():
            name = row.children[at].text.strip(" \t-–—") if at < len(row.children) else ""  # noqa: RUF001 - as people type them
            if name and not is_check_mark(name):
                yield RaciAssignment(" ".join(name.split()), letter, row_title(row), *row_place(row))
