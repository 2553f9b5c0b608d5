"""The queries: read and search SOPs, coverage of a control, what is due, duties of a role; none changes anything."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice
from math import log
from pathlib import Path

from sopkit.analysis.control_claims import controls_of_step
from sopkit.analysis.responsibilities import actors_of
from sopkit.analysis.status_list import claimed_controls, resolve_control
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop, published_library
from sopkit.handbook.selection import Authority, BuildOptions
from sopkit.library import load
from sopkit.lifecycle.library_status import LibraryStatus, read_library_status
from sopkit.lifecycle.status import SopState
from sopkit.lifecycle.text_in_force import describe_approval
from sopkit.mcp.results import ControlClaimResult, DueSopResult, RoleDuty, SectionText, SopPassage, SopText, StepText
from sopkit.mcp.visible_text import visible_markdown, visible_sop
from sopkit.model.body import Step
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import sort_key
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Classification, Status
from sopkit.parsing.roles import EVERYONE

NO_HISTORY = "Approval unknown: the library has no history in git that tells it."
NOT_APPROVED_NOTE = (
    "No approved text of this SOP is in force. Ask with unapproved=true to read what stands in the folder."
)
UNAPPROVED_NOTE = "This text is NOT approved. Do not give it out as what holds."
RETIRED_NOTE = "This SOP is retired. Do not give it out as what holds."
_OK_STATES = {SopState.CURRENT, SopState.UNPROVEN_FRESH, SopState.DRAFT, SopState.TRIAL, SopState.RETIRED}


@contextmanager
def open_published_library(
    root: Path, as_of: date, today: date, classification: Classification
) -> Iterator[PublishedLibrary]:
    """The library in a folder as far as an assistant may see it, to be read until the end of the block.

    An SOP whose id another has as well is left out. Where history cannot be read, nothing is known of approvals and
    reviews. Raises SopkitError as `load` does.
    """
    with ExitStack() as stack:
        try:
            status = stack.enter_context(read_library_status(root, as_of, today))
        except SopkitError:
            status = LibraryStatus(load(root, as_of), "", {}, keeps_approvals=True)
        handbook = published_library(status, BuildOptions(classification, drafts=True))
        alone = tuple(one for one in handbook.shown if len(status.library.by_id[one.id]) == 1)
        yield replace(handbook, shown=alone)


def _status_of(one: PublishedSop) -> str:
    """The status as the file says today, approved or not."""
    return (one.newer or one.sop).status


def read_sop(handbook: PublishedLibrary, name: str, *, unapproved: bool = False) -> SopText:
    """An SOP as approved; what stands in the folder only where that is asked for. Raises SopkitError."""
    one = handbook.by_id.get(name) or handbook.by_id.get(name.strip().upper())
    if one is None:
        near = nearest(name.upper(), list(handbook.by_id), 1, 0.5)
        raise SopkitError(f"no SOP {name}", f"did you mean {near[0]}?" if near else "search for it by its words")
    sop, history = visible_sop(one.sop, handbook.library), handbook.status.judged
    approval, note, shown = NO_HISTORY, "", one.authority is Authority.APPROVED or unapproved
    if history is not None:
        people = handbook.options.classification is not Classification.PUBLIC
        day = handbook.status.as_of
        approval = describe_approval(history, (sop.id, ""), handbook.status.digest(one.sop), day, people=people)
    if _status_of(one) == Status.RETIRED:
        note = RETIRED_NOTE
    elif one.authority is not Authority.APPROVED:
        note = UNAPPROVED_NOTE if shown else NOT_APPROVED_NOTE
    return SopText(
        **_source_fields(one),
        approval=approval,
        owner=handbook.library.role_title(sop.text("owner")),
        classification=sop.classification,
        due=one.standing.due,
        note=note,
        sections=tuple(
            SectionText(
                cite=_citation(sop, section.heading.text),
                heading=section.heading.text,
                text=visible_markdown(sop, section),
            )
            for section in (sop.body.sections if shown else ())
        ),
        steps=tuple(
            StepText(
                cite=cite,
                number=step.number,
                actor=step.actor,
                text=step.text,
                within=_limits(step),
                expects=step.expects,
                evidence=step.evidence,
                otherwise=step.otherwise,
            )
            for cite, step in (_cited_steps(sop) if shown else ())
        ),
    )


def find_coverage(handbook: PublishedLibrary, control: str) -> tuple[ControlClaimResult, ...]:
    """The SOPs that claim a control, which is written with or without its framework. Raises SopkitError."""
    library, wanted = handbook.library, set(resolve_control(control, handbook.library))
    found = []
    for one in handbook.shown:
        sop = visible_sop(one.sop, library)
        claimed = sorted(wanted & claimed_controls(sop, library), key=lambda claim: (claim[0], sort_key(claim[1])))
        if not claimed or _status_of(one) == Status.RETIRED:
            continue
        steps = (
            SopPassage(**_source_fields(one), cite=cite, text=step.text)
            for cite, step in _cited_steps(sop)
            if wanted & set(controls_of_step(step, library))
        )
        found.append(
            ControlClaimResult(
                **_source_fields(one),
                controls=tuple(map(":".join, claimed)),
                owner=library.role_title(sop.text("owner")),
                steps=tuple(steps),
            )
        )
    return tuple(found)


def find_due_sops(handbook: PublishedLibrary, within_days: int = 0) -> tuple[DueSopResult, ...]:
    """The SOPs that need something, and those whose review is due within some days."""
    return tuple(
        DueSopResult(
            **_source_fields(one),
            owner=handbook.library.role_title(row.owner),
            due=row.due,
            days=row.days,
            reason=row.reason,
        )
        for one in handbook.shown
        if (row := one.row) is not None
        and (row.state not in _OK_STATES or (row.days is not None and row.days <= within_days))
    )


def find_duties(handbook: PublishedLibrary, role: str) -> tuple[RoleDuty, ...]:
    """What a role, named by id, title or alias, does, owns, approves and is trained on. Raises SopkitError."""
    library, known = handbook.library, handbook.library.role(role)
    if known is None:
        near = nearest(role.casefold(), list(library.roles.by_name), 1, 0.5)
        raise SopkitError(f"no role {role}", f"did you mean {near[0]}?" if near else "the register of roles names them")
    duties = []
    for one in handbook.shown:
        if _status_of(one) in {Status.RETIRED, Status.DRAFT}:
            continue
        sop, due = visible_sop(one.sop, library), one.standing.due
        front = _citation(sop, "front matter")
        audience = {name.casefold() for name, _ in sop.texts("audience")}
        found: list[tuple[str, str, str, tuple[str, ...]]] = []
        if sop.text("owner") == known.id:
            found.append(("owns", front, f"review it by {due}" if due else "keep it reviewed", ()))
        if known.id in library.approvers(sop):
            found.append(("approves", front, "approve each new version", ()))
        if known.id.casefold() in audience or audience & EVERYONE:
            found.append(("is trained", front, "know it", ()))
        found += [
            ("step", _citation(sop, f"{run.heading.text}, step {step.number}"), step.text, _limits(step))
            for run, step, roles, *_ in actors_of(sop, library)
            if known.id in roles
        ]
        duties += [
            RoleDuty(**_source_fields(one), kind=kind, cite=cite, text=text, within=within)
            for kind, cite, text, within in found
        ]
    return tuple(duties)


def _source_fields(one: PublishedSop) -> dict[str, object]:
    sop = one.sop
    return {
        "sop": one.id,
        "title": sop.text("title"),
        "version": sop.text("version"),
        "status": _status_of(one),
        "approved": one.authority is Authority.APPROVED,
        "state": one.standing.state if one.row else "unknown",
    }


def _cited_steps(sop: Sop) -> Iterator[tuple[str, Step]]:
    """Each step and sub-step with the place to cite."""
    for procedure in sop.body.procedures:
        for top in procedure.steps:
            for step in top.walk():
                yield _citation(sop, f"{procedure.heading.text}, step {step.number}"), step


def _limits(step: Step) -> tuple[str, ...]:
    return tuple(limit.text for limit in step.limits)


def _citation(sop: Sop, where: str) -> str:
    return f"{sop.id} {sop.text('version')}, {where}"


_WORD = re.compile(r"\w(?:[\w.-]*\w)?")
_MAX_EXCERPT_LETTERS = 300
_ID_WEIGHT, _TITLE_WEIGHT, _MAX_COUNT = 20, 8, 5


def search_sops(
    handbook: PublishedLibrary, words: str, limit: int = 10, known: dict[bytes, str] | None = None
) -> tuple[SopPassage, ...]:
    """The SOPs that hold the words, best first; a word matches the beginning of another, retired SOPs never match.

    `known` are the words of texts that were searched before, by the bytes of their files; it is brought up to date.
    """
    wanted = tuple(dict.fromkeys(_WORD.findall(words.casefold())))
    searched = [
        (one, visible_sop(one.sop, handbook.library)) for one in handbook.shown if _status_of(one) != Status.RETIRED
    ]
    known = {} if known is None else known
    prose = {sop.source.data: known.get(sop.source.data) or sop.body.prose.text.casefold() for _, sop in searched}
    known.clear()
    known.update(prose)
    texts = {one.id: f"{sop.text('summary').casefold()}\n{prose[sop.source.data]}" for one, sop in searched}
    holding = {word: sum(word in text for text in texts.values()) for word in wanted}
    # The inverse document frequency (Spärck Jones 1972).
    rarity = {word: 1 + log((1 + len(texts)) / (1 + count)) for word, count in holding.items()}
    ranked = []
    for one, sop in searched:
        weights = [_weight(sop, texts[one.id], word) * rarity[word] for word in wanted]
        if any(weights):
            ranked.append((-sum(map(bool, weights)), -sum(weights), one.id))
    sops = {one.id: sop for one, sop in searched}
    found = (handbook.by_id[sop_id] for _, _, sop_id in sorted(ranked)[: max(limit, 0)])
    return tuple(SopPassage(**_source_fields(one), **_best_passage(sops[one.id], wanted)) for one in found)


def _weight(sop: Sop, text: str, word: str) -> float:
    in_text = sum(1 for _ in islice(_word_starts(word, text), _MAX_COUNT))
    in_title = any(_word_starts(word, sop.text("title").casefold()))
    return _ID_WEIGHT * (sop.id.casefold() == word) + _TITLE_WEIGHT * in_title + in_text


def _word_starts(word: str, text: str) -> Iterator[bool]:
    """A truth for each place at which a word of the text begins with the word."""
    at = text.find(word)  # a pattern that begins with `\b` tries every character
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_"):
            yield True
        at = text.find(word, at + len(word))


def _best_passage(sop: Sop, wanted: tuple[str, ...]) -> dict[str, str]:
    """The step, or the section that has no steps, with most of the words: the place to cite, and its text."""
    places = [(step.start, cite, step.text) for cite, step in _cited_steps(sop)]
    for section in sop.body.sections:
        if "Procedure" not in section.names:
            text = " ".join(visible_markdown(sop, section).split())
            places.append((section.start, _citation(sop, section.heading.text), text))
    ranked = [(-sum(word in text.casefold() for word in wanted), at, cite, text) for at, cite, text in places]
    _, _, cite, text = min(ranked, default=(0, 0, f"{sop.id} {sop.text('version')}", sop.text("title")))
    return {"cite": cite, "text": text if len(text) <= _MAX_EXCERPT_LETTERS else f"{text[:_MAX_EXCERPT_LETTERS]}…"}
