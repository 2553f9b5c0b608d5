"""What can be asked of a shelf: each question is a function that gives answers and changes nothing."""

from collections.abc import Iterator

from sopkit.analysis.control_claims import controls_of_step
from sopkit.analysis.responsibilities import actors_of
from sopkit.analysis.status_list import status_list
from sopkit.lifecycle.status import SopState
from sopkit.model.body import Procedure, Section, Step
from sopkit.model.errors import SopkitError
from sopkit.model.registers import Role
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Status
from sopkit.parsing.roles import EVERYONE
from sopkit.server.mcp.answers import Coverage, Due, Duty, Passage, SectionText, SopText, StepText
from sopkit.server.mcp.shelf import Book, Shelf

NOT_APPROVED = "No approved text of this SOP is in force. Ask with unapproved=true to read what stands in the folder."
UNAPPROVED = "This text is NOT approved. Do not give it out as what holds."
RETIRED = "This SOP is retired. Do not give it out as what holds."
_FINE = {SopState.CURRENT, SopState.UNPROVEN_FRESH, SopState.DRAFT, SopState.TRIAL, SopState.RETIRED}


def read_sop(shelf: Shelf, name: str, *, unapproved: bool = False) -> SopText:
    """An SOP as approved; what stands in the folder only where that is asked for. Raises SopkitError."""
    book = shelf.book(name)
    shown = book.approved or unapproved
    sop, row = book.sop, shelf.rows.get(book.folder.id)
    return SopText(
        **_source(shelf, book),
        approval=shelf.approval(sop),
        owner=shelf.library.role_title(sop.text("owner")),
        classification=sop.classification,
        due=row.due if row else None,
        note=_note(book, shown=shown),
        sections=tuple(_sections(sop)) if shown else (),
        steps=tuple(_step(sop, procedure, step) for procedure, step in _steps(sop)) if shown else (),
    )


def _note(book: Book, *, shown: bool) -> str:
    if book.folder.status == Status.RETIRED:
        return RETIRED
    return "" if book.approved else UNAPPROVED if shown else NOT_APPROVED


def covering(shelf: Shelf, control: str) -> tuple[Coverage, ...]:
    """The SOPs that claim a control, which is written with or without its framework. Raises SopkitError."""
    asked = set(_claims_asked(shelf, control))
    found = []
    for row in status_list(shelf.library, controls=(control,)):
        book = shelf.books.get(row.id)
        if book is None or row.status == Status.RETIRED:
            continue
        found.append(
            Coverage(
                **_source(shelf, book),
                controls=tuple(claim for claim in row.controls if claim in asked),
                owner=shelf.library.role_title(row.owner),
                steps=tuple(_naming(shelf, book, asked)),
            )
        )
    return tuple(found)


def stale_sops(shelf: Shelf, within_days: int = 0) -> tuple[Due, ...]:
    """The SOPs that need something, and those whose review is due within some days."""
    return tuple(
        Due(
            **_source(shelf, shelf.books[row.id]),
            owner=shelf.library.role_title(row.owner),
            due=row.due,
            days=row.days,
            reason=row.reason,
        )
        for row in shelf.rows.values()
        if row.state not in _FINE or (row.days is not None and row.days <= within_days)
    )


def duties(shelf: Shelf, role: str) -> tuple[Duty, ...]:
    """What a role, named by id, title or alias, does, owns, approves and is trained on. Raises SopkitError."""
    known = shelf.library.role(role)
    if known is None:
        near = nearest(role.casefold(), list(shelf.library.roles.by_name), 1, 0.5)
        raise SopkitError(f"no role {role}", f"did you mean {near[0]}?" if near else "the register of roles names them")
    return tuple(duty for book in shelf.books.values() for duty in _duties_in(shelf, book, known))


def _duties_in(shelf: Shelf, book: Book, role: Role) -> Iterator[Duty]:
    sop = book.sop
    if book.folder.status in {Status.RETIRED, Status.DRAFT}:
        return

    def duty(kind: str, text: str, where: str = "front matter", within: tuple[str, ...] = ()) -> Duty:
        return Duty(**_source(shelf, book), cite=_cite(sop, where), text=text, kind=kind, within=within)

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
            yield duty("step", step.text, f"{_heading(run)}, step {step.number}", limits)


def _claims_asked(shelf: Shelf, control: str) -> Iterator[str]:
    """The controls that are asked for, as framework:id."""
    match = shelf.library.control(control)
    yield from (f"{match.framework}:{one}" for one in match.ids)
    yield from (f"{framework}:{one}" for framework, one in match.choices)


def _naming(shelf: Shelf, book: Book, asked: set[str]) -> Iterator[Passage]:
    for procedure, step in _steps(book.sop):
        if asked & {":".join(control) for control in controls_of_step(step, shelf.library)}:
            cite = _cite(book.sop, f"{_heading(procedure)}, step {step.number}")
            yield Passage(**_source(shelf, book), cite=cite, text=step.text)


def _source(shelf: Shelf, book: Book) -> dict[str, object]:
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
        yield SectionText(cite=_cite(sop, section.heading.text), heading=section.heading.text, text=plain(sop, section))


def plain(sop: Sop, section: Section) -> str:
    """The Markdown of a section without HTML, whose comments readers of the page never see either."""
    data, at = bytearray(), section.start
    for start, end in sorted(_html(section)):
        data += sop.source.data[at : max(start, at)]
        at = max(at, end)
    return (data + sop.source.data[at : section.end]).decode("utf-8", "replace").strip()


def _html(section: Section) -> Iterator[tuple[int, int]]:
    for top in section.blocks:
        for block in top.walk():
            if block.kind == "html":
                yield block.start, block.end
            yield from ((part.start, part.end) for part in block.inlines if part.kind == "html")


def _steps(sop: Sop) -> Iterator[tuple[Procedure, Step]]:
    for procedure in sop.body.procedures:
        for top in procedure.steps:
            yield from ((procedure, step) for step in top.walk())


def _step(sop: Sop, procedure: Procedure, step: Step) -> StepText:
    return StepText(
        cite=_cite(sop, f"{_heading(procedure)}, step {step.number}"),
        number=step.number,
        actor=step.actor,
        text=step.text,
        within=tuple(limit.text for limit in step.limits),
        expects=step.expects,
        evidence=step.evidence,
        otherwise=step.otherwise,
    )


def _heading(procedure: Procedure) -> str:
    return procedure.heading.text


def _cite(sop: Sop, where: str) -> str:
    return f"{sop.id} {sop.text('version')}, {where}"
