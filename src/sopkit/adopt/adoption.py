"""Build the plan for all documents, show it as a diff, and write its files, all or none."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from sopkit.adopt.decisions import Decisions
from sopkit.adopt.documents import find_adopted, find_earlier_draft, find_source_files, read_source
from sopkit.adopt.draft import make_draft
from sopkit.adopt.plan import AdoptedDraft, AdoptionPlan, ProgressCallback, RefusedDocument
from sopkit.adopt.register_rows import RoleIndex, describe_additions, extend_registers
from sopkit.adopt.settings import tolerate_keys
from sopkit.adopt.survey import DocumentSurvey, assign_destinations, fill_draft_path, survey_document
from sopkit.files import library_lock, make_folder, refuse_outside, restore_file, write_file
from sopkit.git.globs import compile_sop_globs
from sopkit.library import CONFIG_NAME, Library, load
from sopkit.model.areas import unknown_area
from sopkit.model.errors import SopkitError
from sopkit.reading import read_file
from sopkit.registers.edits import files_diff


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
        try:
            survey = survey_document(document, library, decision, options.area)
        except SopkitError as error:
            batch.refused.append(RefusedDocument(name, f"{error.message}; {error.hint}"))
            continue
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


_MAX_SHOWN = 4


def list_files(plan: AdoptionPlan) -> dict[str, tuple[bytes | None, bytes]]:
    """Every file that a plan writes, by path in the library, with its bytes before (None: there is none) and after."""
    files = dict(plan.shared)
    for draft in plan.drafts:
        files |= {path: (None, data) for path, data in draft.beside.items()}
        files[draft.target] = (None if draft.moved else draft.before, draft.after)
    return files


def write_plan(plan: AdoptionPlan, library: Library, progress: ProgressCallback = lambda _done, _total: None) -> None:
    """Write all files of a plan. Raises SopkitError before the first when one changed since it was read.

    A run that is cut off leaves every file either as it was or as it shall be; the next run does the rest.
    """
    files = list_files(plan)
    with library_lock(library.root):
        _check_ids_free(plan, library)
        for path, (before, after) in files.items():
            _check_unchanged(library, path, before, after)
        for done, (path, (_, after)) in enumerate(files.items(), 1):
            progress(done, len(files))
            full = library.root / path
            try:
                refuse_outside(library.root, path)
                make_folder(full.parent)
                write_file(full, after)
            except SopkitError as error:
                there = f"{done - 1} of {len(files)} files were written before"
                raise SopkitError(
                    error.message, f"{error.hint}; {there}: run the same again, it does the rest"
                ) from error


def _check_ids_free(plan: AdoptionPlan, library: Library) -> None:
    now = load(library.root, library.as_of, library.config)
    new = {sop.id: sop.path for sop in now.sops if sop.path not in library.by_path and sop.id}
    for draft in plan.drafts:
        if new.get(draft.id, draft.target) != draft.target:
            raise SopkitError(
                f"{draft.id} was taken by {new[draft.id]} in the meantime; nothing was written", "run it again"
            )


def _check_unchanged(library: Library, path: str, before: bytes | None, after: bytes) -> None:
    full = library.root / path
    if before is None:
        if os.path.lexists(full) and _read(library, path) != after:
            raise SopkitError(f"{path} is there already; nothing was written", "move it away, or choose another --to")
    elif _read(library, path) != before:
        raise SopkitError(f"{path}: changed while it was being read; nothing was written", "run it again")


def _read(library: Library, path: str) -> bytes | None:
    try:
        return read_file(library.root, path)
    except OSError:
        return None


def commit_plan(
    plan: AdoptionPlan, library: Library, progress: ProgressCallback = lambda _done, _total: None
) -> tuple[str, str]:
    """Write all files and commit them alone; the commit's id, and a warning if any.

    Raises SopkitError outside of git and when git refuses; the files are then as they were before.
    """
    from sopkit.git.commit import commit_existing, read_branch_state, read_identity  # git costs 70 ms
    from sopkit.git.repository import open_repository

    repository = open_repository(library.root)
    if repository is None:
        raise SopkitError(f"{library.root} is not in a git repository", "leave --commit out, or run: git init")
    if under_way := read_branch_state(repository).under_way:
        raise SopkitError(f"a {under_way} is under way", f"end it first: git {under_way} --continue, or --abort")
    read_identity(repository)
    files = list_files(plan)
    own_files = {
        path for path, (before, _) in files.items() if before is not None or not os.path.lexists(library.root / path)
    }
    new_folders = {folder for path in files for folder in (library.root / path).parents if not folder.exists()}
    try:
        write_plan(plan, library, progress)
        return commit_existing(
            repository, _commit_message(plan.drafts), {path: after for path, (_, after) in files.items()}
        )
    except BaseException:
        for path, (before, after) in files.items():
            full = library.root / path
            with suppress(OSError, SopkitError):
                if path in own_files and _read(library, path) == after:
                    restore_file(full, before)
        for folder in sorted(new_folders, reverse=True):
            with suppress(OSError):
                folder.rmdir()
        raise


def settle_leftovers(library: Library) -> str:
    """Undo a commit that was cut off; gives what to do about drafts, registers and settings that are not committed."""
    from sopkit.git.commit import list_uncommitted
    from sopkit.git.journal import settle_interrupted
    from sopkit.git.repository import open_repository  # git costs 70 ms

    repository = open_repository(library.root)
    is_sop = compile_sop_globs(library.config.library.sops)
    if repository is not None:
        settle_interrupted(repository)
    paths = () if repository is None else list_uncommitted(repository)
    found = [path for path in paths if path == CONFIG_NAME or path.startswith("registers/") or is_sop(path)]
    if not found:
        return ""
    first = ", ".join(found[:_MAX_SHOWN]) + (f" and {len(found) - _MAX_SHOWN} more" if len(found) > _MAX_SHOWN else "")
    return (
        f"not committed, perhaps of a run that was cut off: {first}; look at git status, and commit what belongs to it"
    )


def _commit_message(drafts: tuple[AdoptedDraft, ...]) -> str:
    if len(drafts) == 1:
        return f"Adopt {drafts[0].title} as a draft"
    listed = "\n".join(f"* {draft.id or draft.target}: {draft.title}" for draft in drafts)
    return f"Adopt {len(drafts)} documents as drafts\n\n{listed}\n"


def plan_diff(plan: AdoptionPlan) -> str:
    """All changes as a unified diff; a file that is new is compared with its source."""
    drafts = ((draft.source.lstrip("/"), draft.target, draft.before, draft.after) for draft in plan.drafts)
    shared = ((path, path, before or b"", after) for path, (before, after) in sorted(plan.shared.items()))
    return files_diff((*drafts, *shared))
