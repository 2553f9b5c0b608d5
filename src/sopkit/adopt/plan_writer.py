"""Write the files of a plan, all or none; commit them; show them as a diff."""

import os
from contextlib import suppress

from sopkit.adopt.plan import AdoptedDraft, AdoptionPlan, ProgressCallback
from sopkit.files import library_lock, make_folder, refuse_outside, restore_file, write_file
from sopkit.git.globs import compile_globs
from sopkit.library import CONFIG_NAME, Library, load
from sopkit.model.errors import SopkitError

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
        if os.path.lexists(full) and not (full.is_file() and full.read_bytes() == after):
            raise SopkitError(f"{path} is there already; nothing was written", "move it away, or choose another --to")
    elif not full.is_file() or full.read_bytes() != before:
        raise SopkitError(f"{path}: changed while it was being read; nothing was written", "run it again")


def commit_plan(
    plan: AdoptionPlan, library: Library, progress: ProgressCallback = lambda _done, _total: None
) -> tuple[str, str]:
    """Write all files and commit them alone; the commit's id, and a warning if any.

    Raises SopkitError outside of git and when git refuses; the files are then as they were before.
    """
    from sopkit.git.commit import (
        commit_existing,  # git costs 70 ms
        read_branch_state,  # git costs 70 ms
        read_identity,  # git costs 70 ms
    )
    from sopkit.git.repository import open_repository

    repository = open_repository(library.root)
    if repository is None:
        raise SopkitError(f"{library.root} is not in a git repository", "leave --commit out, or run: git init")
    if under_way := read_branch_state(repository).under_way:
        raise SopkitError(f"a {under_way} is under way", f"end it first: git {under_way} --continue, or --abort")
    read_identity(repository)
    files = list_files(plan)
    ours = {
        path for path, (before, _) in files.items() if before is not None or not os.path.lexists(library.root / path)
    }
    made = {folder for path in files for folder in (library.root / path).parents if not folder.exists()}
    try:
        write_plan(plan, library, progress)
        return commit_existing(
            repository, _commit_message(plan.drafts), {path: after for path, (_, after) in files.items()}
        )
    except BaseException:
        for path, (before, after) in files.items():
            full = library.root / path
            with suppress(OSError, SopkitError):
                if path in ours and full.read_bytes() == after:
                    restore_file(full, before)
        for folder in sorted(made, reverse=True):
            with suppress(OSError):
                folder.rmdir()
        raise


def describe_leftovers(library: Library) -> str:
    """What to do about drafts, registers and settings that are not committed, as a run that was cut off leaves them."""
    from sopkit.git.commit import list_uncommitted
    from sopkit.git.repository import open_repository  # git costs 70 ms

    repository = open_repository(library.root)
    is_sop = compile_globs(library.config.library.sops)
    paths = () if repository is None else list_uncommitted(repository)
    found = [path for path in paths if path == CONFIG_NAME or path.startswith("registers/") or is_sop(path)]
    if not found:
        return ""
    shown = ", ".join(found[:_MAX_SHOWN]) + (f" and {len(found) - _MAX_SHOWN} more" if len(found) > _MAX_SHOWN else "")
    return (
        f"not committed, perhaps of a run that was cut off: {shown}; look at git status, and commit what belongs to it"
    )


def _commit_message(drafts: tuple[AdoptedDraft, ...]) -> str:
    if len(drafts) == 1:
        return f"Adopt {drafts[0].title} as a draft"
    listed = "\n".join(f"* {draft.id or draft.target}: {draft.title}" for draft in drafts)
    return f"Adopt {len(drafts)} documents as drafts\n\n{listed}\n"


def plan_diff(plan: AdoptionPlan) -> str:
    """All changes as a unified diff; a file that is new is compared with its source."""
    from difflib import unified_diff  # only for --diff

    pairs = [(draft.source, draft.target, draft.before, draft.after) for draft in plan.drafts]
    pairs += [(path, path, before or b"", after) for path, (before, after) in sorted(plan.shared.items())]
    lines: list[str] = []
    for source, target, before, after in pairs:
        old, new = (side.decode("utf-8", "replace").split("\n") for side in (before, after))
        old, new = ([f"{line}\n" for line in side[:-1]] + ([side[-1]] if side[-1] else []) for side in (old, new))
        name = source.lstrip("/")
        lines += (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(old, new, f"a/{name}", f"b/{target}")
        )
    return "".join(lines)
