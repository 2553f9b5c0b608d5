"""Build the plan for all documents: survey, ids and paths, drafts, and changes of shared files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sopkit.adopt.decisions import Decisions, DocumentDecision
from sopkit.adopt.documents import SourceDocument, find_adopted, find_earlier_draft, find_source_files, read_source
from sopkit.adopt.draft import make_draft
from sopkit.adopt.naming import fill_draft_path
from sopkit.adopt.plan import AdoptedDraft, AdoptionPlan, ProgressCallback, RefusedDocument
from sopkit.adopt.register_rows import RoleIndex, describe_additions, extend_registers
from sopkit.adopt.settings import tolerate_keys
from sopkit.adopt.survey import DocumentSurvey, assign_destinations, survey_document
from sopkit.library import Library
from sopkit.model.config import unknown_area
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop


@dataclass(frozen=True)
class AdoptOptions:
    """What was asked for on the command line, for all documents."""

    area: str = ""
    to: str = ""
    bullets: str = ""


@dataclass(frozen=True)
class _DocumentBatch:
    """What could be read: documents to draft, those that are refused, and names and places of all."""

    surveyed: tuple[DocumentSurvey, ...]
    refused: tuple[RefusedDocument, ...]
    notes: tuple[str, ...]
    names: tuple[str, ...]
    targets: Mapping[Path, str]
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
    broken: list[RefusedDocument] = []
    for done, one in enumerate(batch.surveyed, count + 1):
        progress(done, 2 * count)
        destination = destinations.get(one.foreign.path)
        if destination is None:
            continue
        try:
            draft = make_draft(one, destination, library, role_names, targets)
            if draft.asked_bullets and (answer := ask(draft)):
                draft = make_draft(one.deciding(answer), destination, library, role_names, targets)
        except SopkitError as error:
            broken.append(RefusedDocument(one.foreign.name, f"{error.message}; {error.hint}"))
            continue
        drafts.append(draft)
    shared = {**tolerate_keys(library, drafts), **extend_registers(library, drafts, role_names)}
    refused = sorted((*found.refused, *batch.refused, *clashes, *broken), key=lambda one: one.source)
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
    targets = {(library.root / name).resolve(): sop.path for name, sop in adopted.items()}
    surveyed: list[DocumentSurvey] = []
    refused: list[RefusedDocument] = []
    notes, names = [], []
    for done, path in enumerate(files, 1):
        progress(done, done)
        foreign = read_source(path, library.root)
        if isinstance(foreign, RefusedDocument):
            refused.append(foreign)
            continue
        names.append(foreign.name)
        if there := find_earlier_draft(foreign.name, adopted):
            targets[foreign.path] = there.path
        decision = decisions.of(foreign.name).with_bullets(options.bullets)
        if decision.skip:
            notes.append(f"skipped, as it was decided: {foreign.name}")
            continue
        looked = _survey_source(foreign, library, decision, options, adopted)
        if isinstance(looked, DocumentSurvey):
            surveyed.append(looked)
        else:
            refused.append(looked)
    return _DocumentBatch(tuple(surveyed), tuple(refused), tuple(notes), tuple(names), targets)


def _check_options(library: Library, options: AdoptOptions, decisions: Decisions) -> None:
    """Raise SopkitError for an area that the library has not, and for a pattern that gives no paths of SOPs."""
    for area in (options.area, *(row.area for _, _, row, _ in decisions.rows)):
        if area and area not in library.config.all_areas:
            raise unknown_area(area, library.config.all_areas)
    if options.to:
        fill_draft_path(library, options.to, next(iter(library.config.all_areas), ""), "x-001", "x")


def _survey_source(
    foreign: SourceDocument,
    library: Library,
    decision: DocumentDecision,
    options: AdoptOptions,
    adopted: Mapping[str, Sop],
) -> DocumentSurvey | RefusedDocument:
    """What can be known of a document, or why it is not adopted."""
    if there := find_earlier_draft(foreign.name, adopted):
        why = f"adopted already, as {there.id or there.path}: delete that one to adopt it anew"
        return RefusedDocument(foreign.name, why, adopted=True)
    one = survey_document(foreign, library, decision, options.area)
    if one.adopted:
        return RefusedDocument(
            foreign.name, "an SOP already: nothing to do; sopkit lint says what it lacks", adopted=True
        )
    return one
