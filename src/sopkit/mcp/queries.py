"""The queries: read and search SOPs, coverage of a control, what is due, duties of a role; none changes anything."""

import re
from collections.abc import Collection, Iterator
from itertools import islice
from math import log

from sopkit.analysis.control_claims import controls_of_step
from sopkit.analysis.responsibilities import actors_of
from sopkit.analysis.status_list import status_list
from sopkit.lifecycle.status import SopState
from sopkit.mcp.library import AssistantLibrary, AssistantSop
from sopkit.mcp.results import ControlClaimResult, DueSopResult, RoleDuty, SectionText, SopPassage, SopText, StepText
from sopkit.model.body import Procedure, Section, Step
from sopkit.model.errors import SopkitError
from sopkit.model.registers import Role
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Status
from sopkit.parsing.roles import EVERYONE

NOT_APPROVED_NOTE = (
    "No approved text of this SOP is in force. Ask with unapproved=true to read what stands in the folder."
)
UNAPPROVED_NOTE = "This text is NOT approved. Do not give it out as what holds."
RETIRED_NOTE = "This SOP is retired. Do not give it out as what holds."
_OK_STATES = {SopState.CURRENT, SopState.UNPROVEN_FRESH, SopState.DRAFT, SopState.TRIAL, SopState.RETIRED}


def read_sop(shelf: AssistantLibrary, name: str, *, unapproved: bool = False) -> SopText:
    """An SOP as approved; what stands in the folder only where that is asked for. Raises SopkitError."""
    book = shelf.book(name)
    shown = book.approved or unapproved
    sop, row = book.sop, shelf.rows.get(book.folder.id)
    return SopText(
        **_source_fields(shelf, book),
        approval=shelf.approval(sop),
        owner=shelf.library.role_title(sop.text("owner")),
        classification=sop.classification,
        due=row.due if row else None,
        note=_note(book, shown=shown),
        sections=tuple(_sections(sop)) if shown else (),
        steps=tuple(_step_text(sop, procedure, step) for procedure, step in _steps(sop)) if shown else (),
    )


def _note(book: AssistantSop, *, shown: bool) -> str:
    if book.folder.status == Status.RETIRED:
        return RETIRED_NOTE
    return "" if book.approved else UNAPPROVED_NOTE if shown else NOT_APPROVED_NOTE


def find_coverage(shelf: AssistantLibrary, control: str) -> tuple[ControlClaimResult, ...]:
    """The SOPs that claim a control, which is written with or without its framework. Raises SopkitError."""
    asked = set(_resolve_control(shelf, control))
    found = []
    for row in status_list(shelf.library, controls=(control,)):
        book = shelf.books.get(row.id)
        if book is None or row.status == Status.RETIRED:
            continue
        found.append(
            ControlClaimResult(
                **_source_fields(shelf, book),
                controls=tuple(claim for claim in row.controls if claim in asked),
                owner=shelf.library.role_title(row.owner),
                steps=tuple(_passages_naming(shelf, book, asked)),
            )
        )
    return tuple(found)


def find_due_sops(shelf: AssistantLibrary, within_days: int = 0) -> tuple[DueSopResult, ...]:
    """The SOPs that need something, and those whose review is due within some days."""
    return tuple(
        DueSopResult(
            **_source_fields(shelf, shelf.books[row.id]),
            owner=shelf.library.role_title(row.owner),
            due=row.due,
            days=row.days,
            reason=row.reason,
        )
        for row in shelf.rows.values()
        if row.state not in _OK_STATES or (row.days is not None and row.days <= within_days)
    )


def find_duties(shelf: AssistantLibrary, role: str) -> tuple[RoleDuty, ...]:
    """What a role, named by id, title or alias, does, owns, approves and is trained on. Raises SopkitError."""
    known = shelf.library.role(role)
    if known is None:
        near = nearest(role.casefold(), list(shelf.library.roles.by_name), 1, 0.5)
        raise SopkitError(f"no role {role}", f"did you mean {near[0]}?" if near else "the register of roles names them")
    return tuple(duty for book in shelf.books.values() for duty in _duties_in(shelf, book, known))


def _duties_in(shelf: AssistantLibrary, book: AssistantSop, role: Role) -> Iterator[RoleDuty]:
    sop = book.sop
    if book.folder.status in {Status.RETIRED, Status.DRAFT}:
        return

    def duty(kind: str, text: str, where: str = "front matter", within: tuple[str, ...] = ()) -> RoleDuty:
        return RoleDuty(**_source_fields(shelf, book), cite=_citation(sop, where), text=text, kind=kind, within=within)

    if sop.text("owner") == role.id:
        row = shelf.rows.get(book.folder.id)
        yield duty("owns", f"review it by {row.due}" if row and row.due else "keep it reviewed")
    if role.id in {name for name, _ in sop.texts("approvers")}:
        yield duty("approves", "approve each new version")
    audience = {name.casefold() for name, _ in sop.texts("audience")}
    if role.id.casefold() in audience or audience & EVERYONE:
        yield duty("is trained", "know it")
    for run, step, roles, *_ in actors_of(sop, shelf.library):
        if role.id in roles:
            limits = tuple(limit.text for limit in step.limits)
            yield duty("step", step.text, f"{_procedure_heading(run)}, step {step.number}", limits)


def _resolve_control(shelf: AssistantLibrary, control: str) -> Iterator[str]:
    """The controls that are asked for, as framework:id."""
    match = shelf.library.control(control)
    yield from (f"{match.framework}:{one}" for one in match.ids)
    yield from (f"{framework}:{one}" for framework, one in match.choices)


def _passages_naming(shelf: AssistantLibrary, book: AssistantSop, asked: set[str]) -> Iterator[SopPassage]:
    for procedure, step in _steps(book.sop):
        if asked & {":".join(control) for control in controls_of_step(step, shelf.library)}:
            cite = _citation(book.sop, f"{_procedure_heading(procedure)}, step {step.number}")
            yield SopPassage(**_source_fields(shelf, book), cite=cite, text=step.text)


def _source_fields(shelf: AssistantLibrary, book: AssistantSop) -> dict[str, object]:
    sop = book.sop
    return {
        "sop": book.folder.id,
        "title": sop.text("title"),
        "version": sop.text("version"),
        "status": book.folder.status,
        "approved": book.approved,
        "state": shelf.state(book.folder.id),
    }


def _sections(sop: Sop) -> Iterator[SectionText]:
    for section in sop.body.sections:
        yield SectionText(
            cite=_citation(sop, section.heading.text), heading=section.heading.text, text=plain_markdown(sop, section)
        )


def plain_markdown(sop: Sop, section: Section) -> str:
    """The Markdown of a section without HTML, whose comments readers of the page never see either."""
    data, at = bytearray(), section.start
    for start, end in sorted(_html_spans(section)):
        data += sop.source.data[at : max(start, at)]
        at = max(at, end)
    return (data + sop.source.data[at : section.end]).decode("utf-8", "replace").strip()


def _html_spans(section: Section) -> Iterator[tuple[int, int]]:
    for top in section.blocks:
        for block in top.walk():
            if block.kind == "html":
                yield block.start, block.end
            yield from ((part.start, part.end) for part in block.inlines if part.kind == "html")


def _steps(sop: Sop) -> Iterator[tuple[Procedure, Step]]:
    for procedure in sop.body.procedures:
        for top in procedure.steps:
            yield from ((procedure, step) for step in top.walk())


def _step_text(sop: Sop, procedure: Procedure, step: Step) -> StepText:
    return StepText(
        cite=_citation(sop, f"{_procedure_heading(procedure)}, step {step.number}"),
        number=step.number,
        actor=step.actor,
        text=step.text,
        within=tuple(limit.text for limit in step.limits),
        expects=step.expects,
        evidence=step.evidence,
        otherwise=step.otherwise,
    )


def _procedure_heading(procedure: Procedure) -> str:
    return procedure.heading.text


def _citation(sop: Sop, where: str) -> str:
    return f"{sop.id} {sop.text('version')}, {where}"


_WORD = re.compile(r"\w(?:[\w.-]*\w)?")
_MAX_EXCERPT_LETTERS = 300
_IN_ID, _IN_TITLE, _IN_TEXT, _MOST_OFTEN = 20, 8, 1, 5


def search_sops(
    shelf: AssistantLibrary, words: str, limit: int = 10, known: dict[bytes, str] | None = None
) -> tuple[SopPassage, ...]:
    """The SOPs that hold the words, best first; a word matches the beginning of another, retired SOPs never match.

    `known` are the words of texts that were searched before, by the bytes of their files; it is brought up to date.
    """
    asked = tuple(dict.fromkeys(_WORD.findall(words.casefold())))
    books = [book for book in shelf.books.values() if book.folder.status != Status.RETIRED]
    known = {} if known is None else known
    prose = {book.sop.source.data: known.get(book.sop.source.data) or _searchable_text(book.sop) for book in books}
    known.clear()
    known.update(prose)
    texts = {book.folder.id: f"{book.sop.text('summary').casefold()}\n{prose[book.sop.source.data]}" for book in books}
    rarity = {word: _rarity(word, texts.values()) for word in asked}
    ranked = []
    for book in books:
        weights = [_weight(book.sop, texts[book.folder.id], word) * rarity[word] for word in asked]
        if any(weights):
            ranked.append((-sum(map(bool, weights)), -sum(weights), book.folder.id, book))
    return tuple(
        SopPassage(
            sop=sop_id,
            title=book.sop.text("title"),
            version=book.sop.text("version"),
            status=book.folder.status,
            approved=book.approved,
            state=shelf.state(sop_id),
            **dict(zip(("cite", "text"), _best_passage(book.sop, asked), strict=True)),
        )
        for _, _, sop_id, book in sorted(ranked, key=lambda row: row[:3])[: max(limit, 0)]
    )


def _searchable_text(sop: Sop) -> str:
    return sop.body.prose.text.casefold()


def _weight(sop: Sop, text: str, word: str) -> float:
    in_text = sum(1 for _ in islice(_word_starts(word, text), _MOST_OFTEN))
    title = any(_word_starts(word, sop.text("title").casefold()))
    return _IN_ID * (sop.id.casefold() == word) + _IN_TITLE * title + _IN_TEXT * in_text


def _word_starts(word: str, text: str) -> Iterator[bool]:
    """A truth for each place at which a word of the text begins with the word."""
    at = text.find(word)  # a pattern that begins with `\b` tries every character
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_"):
            yield True
        at = text.find(word, at + len(word))


def _rarity(word: str, texts: Collection[str]) -> float:
    """How telling a word is: the inverse document frequency (Spärck Jones 1972)."""
    return 1 + log((1 + len(texts)) / (1 + sum(word in text for text in texts)))


def _best_passage(sop: Sop, asked: tuple[str, ...]) -> tuple[str, str]:
    """Where the most of the words stand together, and what stands there."""
    found = [
        (-sum(word in text.casefold() for word in asked), at, cite, text) for at, (cite, text) in _passage_places(sop)
    ]
    _, _, cite, text = min(found, default=(0, 0, f"{sop.id} {sop.text('version')}", sop.text("title")))
    return cite, text if len(text) <= _MAX_EXCERPT_LETTERS else f"{text[:_MAX_EXCERPT_LETTERS]}…"


def _passage_places(sop: Sop) -> Iterator[tuple[int, tuple[str, str]]]:
    """Each step, and each section with the others of its words, in the order of the file."""
    name = f"{sop.id} {sop.text('version')}"
    for procedure in sop.body.procedures:
        for top in procedure.steps:
            for step in top.walk():
                yield step.start, (f"{name}, {procedure.heading.text}, step {step.number}", step.text)
    for section in sop.body.sections:
        if "Procedure" not in section.names:
            yield section.start, (f"{name}, {section.heading.text}", " ".join(plain_markdown(sop, section).split()))
