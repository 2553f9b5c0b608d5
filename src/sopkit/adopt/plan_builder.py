"""Build the plan for all documents: survey, ids and paths, drafts, and changes of shared files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from sopkit.adopt.decisions import Decisions
from sopkit.adopt.documents import find_adopted, find_earlier_draft, find_source_files, read_source
from sopkit.adopt.draft import make_draft
from sopkit.adopt.naming import fill_draft_path
from sopkit.adopt.plan import AdoptedDraft, AdoptionPlan, ProgressCallback, RefusedDocument
from sopkit.adopt.register_rows import RoleIndex, describe_additions, extend_registers
from sopkit.adopt.settings import tolerate_keys
from sopkit.adopt.survey import DocumentSurvey, assign_destinations, survey_document
from sopkit.library import Library
from sopkit.model.config import unknown_area
from sopkit.model.errors import SopkitError


@dataclass(frozen=True)
class AdoptOptions:
    """What was asked for on the command line, for all documents."""

    area: str = ""
    to: str = ""
    bullets: str = ""


@dataclass
class _DocumentBatch:
    """The documents that can be drafted, the refused ones, and the names of all that could be read."""

    surveyed: list[DocumentSurvey] = field(default_factory=list)
    refused: list[RefusedDocument] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    targets: dict[Path, str] = field(default_factory=dict)
    """Files that links may lead to, and the SOPs that they have become."""


def build_plan(
    paths: Iterable[Path],
    library: Library,
    options: AdoptOptions,
    decisions: Decisions,
    progress: ProgressCallback = lambda _done, _total: None,
    ask: Callable[[AdoptedDraft], str] = lambda _draft: "",
) -> AdoptionPlan:
    """All that adopting some files and folders would do; nothing is written.

    `ask` is asked of each draft with plain bullets whether they are steps: "steps", "keep" or nothing.
    """
    _check_options(library, options, decisions)
    found = find_source_files(paths, library.root)
    count = len(found.files)
    batch = _read_batch(found.files, library, options, decisions, lambda done, _: progress(done, 2 * count))
    destinations, clashes = assign_destinations(batch.surveyed, library, options.to)
    role_names = RoleIndex(library)
    targets = {**batch.targets, **{path: destination.target for path, destination in destinations.items()}}
    drafts: list[AdoptedDraft] = []
    for done, one in enumerate(batch.surveyed, count + 1):
        progress(done, 2 * count)
        if (destination := destinations.get(one.foreign.path)) is None:
            continue
        try:
            draft = make_draft(one, destination, library, role_names, targets)
            if draft.undecided_bullets and (answer := ask(draft)):
                draft = make_draft(
                    replace(one, decision=one.decision.with_bullets(answer)), destination, library, role_names, targets
                )
        except SopkitError as error:
            batch.refused.append(RefusedDocument(one.foreign.name, f"{error.message}; {error.hint}"))
        else:
            drafts.append(draft)
    shared = {**tolerate_keys(library, drafts), **extend_registers(library, drafts, role_names)}
    refused = sorted((*found.refused, *batch.refused, *clashes), key=lambda one: one.source)
    notes = (
        *(f"left out, as it is about its folder: {name}; name it to adopt it" for name in found.left_out),
        *batch.notes,
        *decisions.idle(batch.names, {draft.source: draft.headings for draft in drafts}),
        *describe_additions(library, shared),
    )
    return AdoptionPlan(tuple(drafts), tuple(refused), shared, notes)


def _read_batch(
    files: Iterable[Path], library: Library, options: AdoptOptions, decisions: Decisions, progress: ProgressCallback
) -> _DocumentBatch:
    adopted = find_adopted(library.sops)
    batch = _DocumentBatch(targets={(library.root / name).resolve(): sop.path for name, sop in adopted.items()})
    for done, path in enumerate(files, 1):
        progress(done, done)
        document = read_source(path, library.root)
        if isinstance(document, RefusedDocument):
            batch.refused.append(document)
            continue
        name = document.name
        batch.names.append(name)
        if earlier := find_earlier_draft(name, adopted):
            batch.targets[document.path] = earlier.path
        decision = decisions.of(name).with_bullets(options.bullets)
        if decision.skip:
            batch.notes.append(f"skipped, as it was decided: {name}")
            continue
        if earlier:
            why = f"adopted already, as {earlier.id or earlier.path}: delete that one to adopt it anew"
            batch.refused.append(RefusedDocument(name, why, adopted=True))
            continue
        survey = survey_document(document, library, decision, options.area)
        if survey.adopted:
            why = "an SOP already: nothing to do; sopkit lint says what it lacks"
            batch.refused.append(RefusedDocument(name, why, adopted=True))
        else:
            batch.surveyed.append(survey)
    return batch


def _check_options(library: Library, options: AdoptOptions, decisions: Decisions) -> None:
    """Raise SopkitError for an area that the library has not, and for a pattern that gives no paths of SOPs."""
    for area in (options.area, *(row.area for _, _, row, _ in decisions.rows)):
        if area and area not in library.config.all_areas:
            raise unknown_area(area, library.config.all_areas)
    if options.to:
        fill_draft_path(library, options.to, next(iter(library.config.all_areas), ""), "x-001", "x")
