"""The sheet of an exercise: its parts in order, from the texts that are tried and a scenario."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import get_args

from sopkit.analysis.responsibilities import ANYBODY, actors_of
from sopkit.git.blobs import read_blobs
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.body import Step
from sopkit.model.errors import SopkitError
from sopkit.model.practice import ExerciseGap, ExerciseType, Objective
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.practice.landing import require_records
from sopkit.practice.scenarios import NamedScenario
from sopkit.tables.escape import clip, one_line

RATINGS = get_args(get_args(Objective.model_fields["rating"].annotation)[0])
"""How an objective went, the best first."""
SEVERITIES = get_args(ExerciseGap.model_fields["severity"].annotation)
_MAX_STEP = 90  # characters of a step: enough to know which one it is


@dataclass(frozen=True)
class ExercisedText:
    """A text that is to be tried: of the SOP, with the version and digest that the record will have."""

    sop: Sop
    version: str
    digest: str

    @property
    def steps(self) -> tuple[tuple[str, Step], ...]:
        """All steps by anchor, sub-steps included; by its number where a step has no anchor."""
        return tuple((step.anchor or step.number, step) for step in self.sop.body.steps)


@dataclass(frozen=True)
class SheetPart:
    """A part of the sheet: lines to be read, or a table whose `open` columns are filled in.

    `choices` are the values that a column takes; `tall` says which open column takes sentences.
    """

    title: str
    hint: str = ""
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    open: tuple[str, ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    small: bool = False

    def options(self, column: str) -> tuple[str, ...]:
        """The values that a column takes; none where it takes any."""
        return dict(self.choices).get(column, ())


@dataclass(frozen=True)
class ExerciseSheet:
    """The whole sheet."""

    title: str
    advice: str
    parts: tuple[SheetPart, ...]


FACTS, TEXTS, PEOPLE, OBJECTIVES = "Facts", "Texts", "Who took part", "Objectives"
TIMELINE, DEVIATIONS, GAPS, FEEDBACK = "Timeline", "Deviations by step", "Gaps", "Feedback"
READ_BACK = (FACTS, TEXTS, PEOPLE, OBJECTIVES, TIMELINE, DEVIATIONS, GAPS, FEEDBACK)
"""The parts that are read back; the others are for the people in the room."""

DATE, TYPE, TITLE, SCENARIO, SITUATION = "Date", "Type", "Title", "Scenario", "Situation"
AUDITORS, APPROVED, NEXT = "Auditors", "Approved by", "Next exercise"
CLARITY, USEFULNESS, WORDS = "Clarity", "Usefulness", "In words"
_ADVICE = (
    "Print this sheet or fill it in on screen, and leave empty what did not happen. To bring it back, save the file and"
    " run: sopkit exercise record FILE"
)
_EMPTY_ROWS = 3


def read_texts(status: LibraryStatus, ids: Sequence[str], *, draft: bool) -> tuple[ExercisedText, ...]:
    """The texts in force of some SOPs, or with `draft` the committed ones. Raises SopkitError for what has none."""
    if status.judged is None:
        raise SopkitError(
            f"{status.library.root} has no history in git", "commit the SOPs first: a record names the digest of a text"
        )
    require_records(status.history.config)
    return tuple(_read_text(status, name, draft=draft) for name in dict.fromkeys(ids))


def _read_text(status: LibraryStatus, name: str, *, draft: bool) -> ExercisedText:
    library = status.library
    sop = next(iter(library.by_id.get(name, ()) or library.by_id.get(name.upper(), ())), None)
    if sop is None:
        near = nearest(name.upper(), library.ids, 1, 0.5)
        raise SopkitError(f"no SOP {name}", f"did you mean {near[0]}?" if near else "see: sopkit status")
    if sop.status == "retired":
        then = [text for text, _ in sop.texts("superseded_by")]
        raise SopkitError(f"{sop.id} is retired", f"its successor: {', '.join(then)}" if then else "choose another SOP")
    if draft:
        return _committed_text(status, sop)
    approval, text = status.approval_in_force(sop), status.text_in_force(sop)
    if approval is None or text is None:
        raise SopkitError(
            f"{sop.id} has no approved text in force", "to try the committed text before it is approved: --draft"
        )
    past = status.history.pasts.by_key[sop.id, ""]
    return ExercisedText(text, approval.label or text.text("version"), past.revisions[approval.revision - 1].digest)


def _committed_text(status: LibraryStatus, sop: Sop) -> ExercisedText:
    past = status.history.pasts.by_key.get((sop.id, ""))
    if past is None or not past.paths:
        raise SopkitError(f"{sop.path} is not committed", "commit it first: a record names the digest of a text")
    blob = next(iter(past.paths.values()))
    [(_, data)] = read_blobs(status.history.repository, [blob])
    text = status.library.read(sop.path, data or b"")
    return ExercisedText(text, text.text("version"), status.history.snapshots[blob].digest)


def build_sheet(
    library: Library, texts: Sequence[ExercisedText], kind: ExerciseType | None, chosen: NamedScenario | None
) -> ExerciseSheet:
    """The sheet for some texts; without a scenario its situation is left to the facilitator."""
    scenario = chosen.scenario if chosen else None
    kind = kind or (scenario.type if scenario else ExerciseType.TABLETOP)
    is_audit = kind is ExerciseType.INTERNAL_AUDIT
    names = ", ".join(f"{one.sop.id} {one.version}".rstrip() for one in texts)
    title = scenario.title if scenario else f"{'Internal audit' if is_audit else 'Exercise'} of {names}"
    facts = [(DATE, ""), (TYPE, kind.value), (TITLE, title), (SCENARIO, chosen.name if chosen else "")]
    facts += [(AUDITORS, "")] if is_audit else []
    facts += [] if chosen or is_audit else [(SITUATION, "")]
    facts += [(APPROVED, ""), (NEXT, "")]
    objectives = scenario.objectives if scenario else _usual_objectives(texts, is_audit=is_audit)
    parts = [
        SheetPart(
            FACTS,
            "Dates as YYYY-MM-DD. Names as in the people register. Types: " + ", ".join(ExerciseType) + ".",
            columns=("Field", "Value"),
            rows=tuple(facts),
            open=("Value",),
        ),
        SheetPart(
            TEXTS,
            columns=("SOP", "Version", "Title", "Digest"),
            rows=tuple((one.sop.id, one.version, one.sop.title, one.digest) for one in texts),
            small=True,
        ),
        SheetPart(
            PEOPLE,
            "Who was there, by role. Leave a role empty if nobody took part in it. Separate several names by commas.",
            columns=("Role", "People"),
            rows=(*((title, "") for title in _role_titles(library, texts)), *(("", ""),) * _EMPTY_ROWS),
            open=("Role", "People"),
        ),
        *_scenario_parts(chosen),
        SheetPart(
            OBJECTIVES,
            f"Rate each: {', '.join(RATINGS)}.",
            columns=("Objective", "Rating"),
            rows=tuple((text, "") for text in objectives),
            open=("Rating",),
            choices=(("Rating", RATINGS),),
        ),
        SheetPart(
            TIMELINE,
            "Key moments: a time of day, or minutes from the start.",
            columns=("When", "What happened"),
            rows=(("", ""),) * (_EMPTY_ROWS + 1),
            open=("When", "What happened"),
        ),
        _deviation_part(library, texts),
        SheetPart(
            GAPS,
            f"What is missing or wrong in a text. Severity: {', '.join(SEVERITIES)}. The step by its name from above.",
            columns=("Id", "Severity", "Step", "What is missing"),
            rows=tuple((f"G{number}", "", "", "") for number in range(1, _EMPTY_ROWS + 2)),
            open=("Id", "Severity", "Step", "What is missing"),
            choices=(("Severity", SEVERITIES),),
        ),
        SheetPart(
            FEEDBACK,
            "What the people who took part think of the texts, from 1 (poor) to 5 (very good).",
            columns=("Field", "Value"),
            rows=((CLARITY, ""), (USEFULNESS, ""), (WORDS, "")),
            open=("Value",),
        ),
    ]
    return ExerciseSheet(f"Exercise: {title}" if scenario else title, _ADVICE, tuple(parts))


def _usual_objectives(texts: Sequence[ExercisedText], *, is_audit: bool) -> tuple[str, ...]:
    ids = ", ".join(one.sop.id for one in texts)
    if is_audit:
        return (
            f"People in the roles of {ids} know their steps and where the text is",
            "The cases of the sample followed the text, or the deviation was approved",
            "The time limits are kept, and late cases have a reason",
            "The records exist and are complete",
        )
    return (
        f"The roles know when {ids} applies and who starts",
        "Each step can be done as written, with the access that people have",
        "The time limits can be kept",
        "The records show afterwards what was done",
    )


def _role_titles(library: Library, texts: Sequence[ExercisedText]) -> Iterator[str]:
    """The roles that act in the texts, then those that own them, each once, by title."""
    acting = chain.from_iterable(one.roles for text in texts for one in actors_of(text.sop, library))
    owners = (text.sop.text("owner").strip() for text in texts)
    yield from dict.fromkeys(library.role_title(role) for role in (*acting, *owners) if role not in {"", ANYBODY})


def _scenario_parts(chosen: NamedScenario | None) -> Iterator[SheetPart]:
    if chosen is None:
        return
    scenario = chosen.scenario
    yield SheetPart("Situation", lines=(scenario.situation,))
    yield SheetPart(
        "Injects",
        "Read out at the minute given. Ask the question, and let people use the procedure.",
        columns=("Minute", "What happens", "Key question"),
        rows=tuple((str(one.minute), one.text, one.question) for one in scenario.injects),
    )
    if scenario.questions:
        yield SheetPart("Questions at the end", lines=scenario.questions)
    if scenario.good:
        yield SheetPart("What good looks like", "For the facilitator.", lines=scenario.good)


def _deviation_part(library: Library, texts: Sequence[ExercisedText]) -> SheetPart:
    several = len(texts) > 1
    rows: list[tuple[str, ...]] = []
    for text in texts:
        prefix = f"{text.sop.id}#" if several else ""
        top = {id(step) for run in text.sop.body.procedures for step in run.steps}
        rows += (
            (f"{prefix}{anchor}", clip(one_line(_lead(library, anchor, step)), _MAX_STEP), "", "")
            for anchor, step in text.steps
            if id(step) in top
        )
    return SheetPart(
        DEVIATIONS,
        "Only where somebody did something else than the text says.",
        columns=("Step", "The text says", "What was done instead", "Why"),
        rows=(*rows, ("", "", "", "")),
        open=("What was done instead", "Why"),
        small=True,
    )


def _lead(library: Library, anchor: str, step: Step) -> str:
    number = "" if anchor == step.number else f"{step.number}. "
    return number + (f"{library.role_title(step.actor)}: {step.text}" if step.actor else step.text)


def sheet_markdown(sheet: ExerciseSheet) -> str:
    """The sheet as Markdown, to be filled in between the bars of its tables."""
    lines = [f"# {_cell(sheet.title)}", "", f"> {sheet.advice}", ""]
    for part in sheet.parts:
        lines += [f"## {part.title}", ""]
        lines += [f"> {part.hint}", ""] if part.hint else []
        if part.columns:
            lines += [_format_row(part.columns), _format_row(("---",) * len(part.columns))]
            lines += map(_format_row, part.rows)
        else:
            lines += (f"- {_cell(line)}".rstrip() for line in part.lines)
        lines.append("")
    return "\n".join(lines)


def _format_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    """A text as it is shown in Markdown, without the marks that a cell needs not be protected from."""
    return "".join(f"\\{char}" if char in "\\|<>`*_[]&!$" else char for char in one_line(text))
