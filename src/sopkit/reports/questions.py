"""`sopkit report questions`: what an internal auditor asks about an SOP, and where the answer is found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from sopkit.analysis.responsibilities import ANYBODY, StepActors, actors_of
from sopkit.analysis.wording import words_of
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.durations import Duration
from sopkit.model.errors import SopkitError
from sopkit.model.registers import Role
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.parsing.lexicon import any_phrase
from sopkit.practice.limits import limit_terms
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.tables.document import ReportTable
from sopkit.tables.escape import clip, one_line

_THEN = re.compile(r",?\s+then\b")
_MAX_WORDS = 120  # characters of a step or condition in a question


class QuestionKind(StrEnum):
    """What a question is about."""

    APPROVAL = "approval"
    PEOPLE = "people"
    CASE = "case"
    DECISION = "decision"
    EVIDENCE = "evidence"
    LIMIT = "limit"
    RECORD = "record"
    DEVIATION = "deviation"
    EXERCISE = "exercise"


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question, with room for what the auditor saw."""

    sop: Annotated[str, "Id of the SOP."]
    version: Annotated[str, "Version in force; empty when no text is."]
    kind: Annotated[QuestionKind, "What it is about."]
    step: Annotated[str, "Number of the step; empty for a question on the whole SOP."]
    role: Annotated[str, "Whom to ask: title of the role."]
    question: Annotated[str, "The question."]
    where: Annotated[str, "Where the answer is found: a command, a system, or the place of a record."]
    path: Annotated[str, "File of the SOP."]
    line: Annotated[int, "Line in the file on which the question rests."]
    seen: Annotated[str, "What was looked at; to be filled in."] = ""
    result: Annotated[str, "What was found; to be filled in."] = ""


def questions(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """The questions for an SOP, a role, or the SOPs that claim a control; for all without an option."""
    library = status.library
    role = _find_role(library, options.role) if options.role else None
    controls = _find_controls(library, options.control) if options.control else frozenset()
    rows: list[QuestionRow] = []
    for sop in library.in_order:
        is_wanted = options.sop in {"", sop.id} and sop.id and sop.status != "retired"
        claimed = {(claim.framework, control) for claim in library.claims(sop) for control in claim.ids}
        if is_wanted and (not controls or controls & claimed):
            rows += _Questions(status, sop, role.id if role else "", controls).rows()
            sop.forget_body()
    if options.sop and not library.by_id.get(options.sop):
        near = nearest(options.sop, library.ids, 1, 0.5)
        raise SopkitError(f"no SOP {options.sop}", f"did you mean {near[0]}?" if near else "see: sopkit status")
    columns = ("sop", "step", "role", "question", "where")
    printed = (*columns, "seen", "result")
    table = ReportTable(
        "rows", "Questions", QuestionRow, tuple(rows), columns, printed=printed, empty="no SOP in use has this"
    )
    return ReportResult(table)


def _find_role(library: Library, name: str) -> Role:
    role = library.role(name)
    if role is None:
        known = [row.id for row in library.roles.rows if isinstance(row, Role)]
        near = nearest(name.lower(), known, 1, 0.5)
        raise SopkitError(f"no role {name!r}", f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}")
    return role


def _find_controls(library: Library, name: str) -> frozenset[tuple[str, str]]:
    match = library.control(name)
    if not match.controls:
        near = [*match.nearest, *(f"{framework} {control}" for framework, control in match.choices)]
        raise SopkitError(f"no control {name!r}", f"did you mean {near[0]}?" if near else "see: sopkit control list")
    return frozenset(match.controls)


class _Questions:
    """The questions for one SOP, from the text in force, else from its file."""

    def __init__(self, status: LibraryStatus, sop: Sop, role: str, controls: frozenset[tuple[str, str]]) -> None:
        self.library, self.role, self.controls = status.library, role, controls
        approval = status.approval_in_force(sop)
        self.text = (status.text_in_force(sop) if approval else None) or sop
        self.version = (approval.label or self.text.text("version")) if approval else ""
        self.has_history = status.judged is not None
        self.owner = self.text.text("owner").strip()

    def rows(self) -> Iterator[QuestionRow]:
        """All of them, in the order of an audit: who approved it, who knows it, cases, steps, limits, records."""
        steps = list(self._steps())
        owner = self.library.role(self.owner)
        if not self.role or (owner is not None and owner.id == self.role):
            yield from self._whole()
            yield from self._triggers()
        yield from self._people(steps)
        for one in steps:
            yield from self._step(one)
        if not self.role or (owner is not None and owner.id == self.role):
            yield from self._limits()
            yield from self._records()
            yield from self._end()

    def _row(
        self,
        kind: QuestionKind,
        question: str,
        where: str,
        *,
        loc: Loc | tuple[int, int] = (),
        step: str = "",
        role: str = "",
    ) -> QuestionRow:
        return QuestionRow(
            sop=self.text.id,
            version=self.version,
            kind=kind,
            step=step,
            role=self.library.role_title(role or self.owner),
            question=one_line(question),
            where=one_line(where),
            path=self.text.path,
            line=self.text.place(loc).line if loc else 1,
        )

    def _steps(self) -> Iterator[StepActors]:
        """The steps of the role that is asked for, and of those the ones that name the control where any does."""
        found = [one for one in actors_of(self.text, self.library) if not self.role or self.role in one.roles]
        naming = [
            one
            for one in found
            if any(
                self.controls.intersection(self.library.control(id_.text).controls) for id_ in one.step.named_controls
            )
        ]
        yield from naming or found

    def _whole(self) -> Iterator[QuestionRow]:
        name = self.text.id
        if self.version:
            yield self._row(
                QuestionKind.APPROVAL,
                f"Who approved version {self.version}, on which date, and how is it known that it was this person?",
                f"sopkit history {name}",
                loc=("approvers",),
            )
            yield self._row(
                QuestionKind.APPROVAL,
                "When was the text last reviewed, what was found, and who may not approve it because they wrote it?",
                f"sopkit history {name}; sopkit stale",
                loc=("owner",),
            )
        else:
            yield self._row(
                QuestionKind.APPROVAL,
                "No text of this SOP is approved and in force. Which text do people follow, and who decided that?",
                f"sopkit history {name}",
                loc=("status",),
            )
        yield self._row(
            QuestionKind.CASE,
            "Show me the complete list of cases of the last 12 months. I choose five of them and look at each.",
            f"sopkit report sample --sop {name} --period A..B -n 5 --seed TEXT",
        )

    def _triggers(self) -> Iterator[QuestionRow]:
        for row, loc in self.text.mappings("triggers"):
            event, every = str(row.get("event") or "").strip(), str(row.get("every") or "").strip()
            where = f"sopkit report runs --sop {self.text.id}; {self._record_places()}"
            if event:
                question = (
                    f"Show me the last case where this happened: {clip(event, _MAX_WORDS)}. When did you learn of it?"
                )
                yield self._row(QuestionKind.CASE, question, where, loc=loc)
            elif every:
                question = f"This is done every {_words(every)}. Show me the last four times, with their dates."
                yield self._row(QuestionKind.CASE, question, where, loc=loc)

    def _people(self, steps: list[StepActors]) -> Iterator[QuestionRow]:
        for role in dict.fromkeys(role for one in steps for role in one.roles if role != ANYBODY):
            numbers = ", ".join(one.step.number for one in steps if role in one.roles)
            question = "Where do you find this SOP, and which version do you follow? What do you do in"
            question += f" step{'s' * (', ' in numbers)} {numbers}?"
            yield self._row(
                QuestionKind.PEOPLE, question, f"sopkit report roles; sopkit render {self.text.id}", role=role
            )

    def _step(self, one: StepActors) -> Iterator[QuestionRow]:
        step, span = one.step, (one.step.start, one.step.end)
        role = next(iter(one.roles), "")
        label = f"step {step.number}" + (f" (#{step.anchor})" if step.anchor else "")
        approves = any_phrase(words_of(self.text, self.library).duties.get("approve", ())).match(step.text)
        question = ""
        if condition := _THEN.split(step.condition)[0].strip(" .,:"):
            question = f'Show me the last case in which this applied in {label}: "{clip(condition, _MAX_WORDS)}".'
            question += " What was decided, and by whom?"
        elif approves:
            question = f"Show me the last case in which this was not approved in {label}. What happened then?"
        if question:
            yield self._row(
                QuestionKind.DECISION, question, self._place_of(step.evidence), loc=span, step=step.number, role=role
            )
        for evidence in step.evidence:
            question = f'Show me for the last case the evidence of {label}: "{clip(evidence, _MAX_WORDS)}".'
            yield self._row(
                QuestionKind.EVIDENCE, question, self._place_of((evidence,)), loc=span, step=step.number, role=role
            )

    def _limits(self) -> Iterator[QuestionRow]:
        for one in limit_terms(self.text):
            question = f"You promise {one.length.words} for `{one.id}`. Show me the figures of the last quarter."
            where = f"sopkit report limits --sop {self.text.id}"
            yield self._row(QuestionKind.LIMIT, question, where, loc=("time_limits", one.id))

    def _records(self) -> Iterator[QuestionRow]:
        for row, loc in self.text.mappings("records"):
            name, kept = str(row.get("name") or "").strip(), str(row.get("retention") or "").strip()
            if not name:
                continue
            age = f" It is kept for {_words(kept)}: show me the oldest one, and who may delete it." if kept else ""
            where = str(row.get("where") or "").strip() or "ask the owner"
            yield self._row(
                QuestionKind.RECORD, f"Show me the record {name!r} of a case that I choose.{age}", where, loc=loc
            )

    def _end(self) -> Iterator[QuestionRow]:
        name = self.text.id
        yield self._row(
            QuestionKind.DEVIATION,
            "Show me a case in which the text was not followed. Who allowed it, and where is that recorded?",
            f"registers/exceptions.yaml; sopkit exercise list --sop {name}",
        )
        yield self._row(
            QuestionKind.EXERCISE,
            "When was this text last tried by people who did not write it, and what became of the gaps?",
            f"sopkit exercise list --sop {name}; registers/actions.yaml",
        )

    def _record_places(self) -> str:
        places = (str(row.get("where") or "").strip() for row, _ in self.text.mappings("records"))
        return "; ".join(dict.fromkeys(filter(None, places))) or "ask the owner"

    def _place_of(self, evidence: tuple[str, ...]) -> str:
        """Where the records are that some evidence names; all places where it names none."""
        plain = " ".join(evidence).casefold()
        named = [
            str(row.get("where") or "").strip()
            for row, _ in self.text.mappings("records")
            if str(row.get("name") or "").strip().casefold() in plain and row.get("name")
        ]
        return "; ".join(dict.fromkeys(filter(None, named))) or self._record_places()


def _words(length: str) -> str:
    try:
        return Duration(length).words
    except ValueError:
        return length


REPORT = Report(
    "questions",
    "What an internal auditor asks about each SOP, whom to ask, and where the answer is found.",
    questions,
    {"rows": QuestionRow},
    takes=("sop", "role", "control"),
)
