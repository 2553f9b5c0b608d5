"""The plan for all documents: ids and places given out, each one drafted, the files of the library that change."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sopkit.authoring.adopt.decisions import Decisions, DocumentDecision
from sopkit.authoring.adopt.destinations import destinations_of
from sopkit.authoring.adopt.drafting import drafted
from sopkit.authoring.adopt.foreign import Foreign, gather, read
from sopkit.authoring.adopt.naming import path_of
from sopkit.authoring.adopt.origin import adopted_from, earlier
from sopkit.authoring.adopt.plan import AdoptedDraft, AdoptionPlan, Progress, Refused
from sopkit.authoring.adopt.roles import RoleNames
from sopkit.authoring.adopt.rows import gained, grown_registers
from sopkit.authoring.adopt.settings import tolerating
from sopkit.authoring.adopt.surveying import Surveyed, survey
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
class _Batch:
    """What could be read: documents to draft, those that are refused, and names and places of all."""

    surveyed: tuple[Surveyed, ...]
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]
    names: tuple[str, ...]
    targets: Mapping[Path, str]
    """Files that links may lead to, and the SOPs that they have become."""


def plan_of(
    paths: Iterable[Path],
    library: Library,
    options: AdoptOptions,
    decisions: Decisions,
    progress: Progress = lambda _done, _total: None,
    ask: Callable[[AdoptedDraft], str] = lambda _draft: "",
) -> AdoptionPlan:
    """All that adopting some files and folders would do; nothing is written.

    `ask` is asked of each draft with plain bullets whether they are steps: "steps", "keep" or nothing.
    """
    _known(library, options, decisions)
    found = gather(paths, library.root)
    count = len(found.files)
    batch = _batch(found.files, library, options, decisions, lambda done, _: progress(done, 2 * count))
    destinations, clashes = destinations_of(batch.surveyed, library, options.to)
    role_names = RoleNames(library)
    targets = {**batch.targets, **{path: destination.target for path, destination in destinations.items()}}
    drafts: list[AdoptedDraft] = []
    broken: list[Refused] = []
    for done, one in enumerate(batch.surveyed, count + 1):
        progress(done, 2 * count)
        destination = destinations.get(one.foreign.path)
        if destination is None:
            continue
        try:
            draft = drafted(one, destination, library, role_names, targets)
            if draft.asked_bullets and (answer := ask(draft)):
                draft = drafted(one.deciding(answer), destination, library, role_names, targets)
        except SopkitError as error:
            broken.append(Refused(one.foreign.name, f"{error.message}; {error.hint}"))
            continue
        drafts.append(draft)
    shared = {**tolerating(library, drafts), **grown_registers(library, drafts, role_names)}
    refused = sorted((*found.refused, *batch.refused, *clashes, *broken), key=lambda one: one.source)
    notes = (
        *(f"left out, as it is about its folder: {name}; name it to adopt it" for name in found.left_out),
        *batch.notes,
        *decisions.idle(batch.names, {draft.source: draft.headings for draft in drafts}),
        *gained(library, shared),
    )
    return AdoptionPlan(tuple(drafts), tuple(refused), shared, notes)


def _batch(
    files: Iterable[Path], library: Library, options: AdoptOptions, decisions: Decisions, progress: Progress
) -> _Batch:
    adopted = adopted_from(library.sops)
    targets = {(library.root / name).resolve(): sop.path for name, sop in adopted.items()}
    surveyed: list[Surveyed] = []
    refused: list[Refused] = []
    notes, names = [], []
    for done, path in enumerate(files, 1):
        progress(done, done)
        foreign = read(path, library.root)
        if isinstance(foreign, Refused):
            refused.append(foreign)
            continue
        names.append(foreign.name)
        if there := earlier(foreign.name, adopted):
            targets[foreign.path] = there.path
        decision = decisions.of(foreign.name).with_bullets(options.bullets)
        if decision.skip:
            notes.append(f"skipped, as it was decided: {foreign.name}")
            continue
        looked = _looked_through(foreign, library, decision, options, adopted)
        if isinstance(looked, Surveyed):
            surveyed.append(looked)
        else:
            refused.append(looked)
    return _Batch(tuple(surveyed), tuple(refused), tuple(notes), tuple(names), targets)


def _known(library: Library, options: AdoptOptions, decisions: Decisions) -> None:
    """Raise SopkitError for an area that the library has not, and for a pattern that gives no paths of SOPs."""
    for area in (options.area, *(row.area for _, _, row, _ in decisions.rows)):
        if area and area not in library.config.all_areas:
            raise unknown_area(area, library.config.all_areas)
    if options.to:
        path_of(library, options.to, next(iter(library.config.all_areas), ""), "x-001", "x")


def _looked_through(
    foreign: Foreign, library: Library, decision: DocumentDecision, options: AdoptOptions, adopted: Mapping[str, Sop]
) -> Surveyed | Refused:
    """What can be known of a document, or why it is not adopted."""
    if there := earlier(foreign.name, adopted):
        why = f"adopted already, as {there.id or there.path}: delete that one to adopt it anew"
        return Refused(foreign.name, why, adopted=True)
    one = survey(foreign, library, decision, options.area)
    if one.adopted:
        return Refused(foreign.name, "an SOP already: nothing to do; sopkit lint says what it lacks", adopted=True)
    return one
