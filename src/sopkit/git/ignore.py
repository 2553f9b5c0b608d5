"""The files of a folder that git does not ignore, found without starting git; and whether globs match any."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from sopkit.git.checkout import find_git_top, git_folders
from sopkit.git.globs import Pattern, compile_expression, compile_globs, read_pattern
from sopkit.model.errors import SopkitError
from sopkit.reading import read_file

SITE_MARK = ".sopkit-handbook"
"""Name of the file by which a folder with a built handbook is known; nothing in such a folder is a document."""

_SIZE_LIMIT = 1 << 20  # nobody writes a longer .gitignore; git itself stops at 100 MB


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found below a library's root; paths are relative to it, with `/`, and sorted."""

    files: tuple[str, ...]
    links: tuple[str, ...]  # symbolic links that bear the name of a wanted file; not followed
    repositories: tuple[str, ...]  # folders that are repositories of their own (submodules); not entered
    unreadable: tuple[str, ...]  # folders that cannot be listed


@dataclass(frozen=True, slots=True)
class _Rules:
    """The patterns of one ignore file, whose paths are relative to `folder`."""

    patterns: tuple[tuple[Pattern, re.Pattern[str]], ...]  # from the last, which counts most
    any_name: re.Pattern[str] | None
    any_path: re.Pattern[str] | None
    offset: int  # length of the folder's path, as paths given to `verdict` are written

    def verdict(self, path: str, name: str, *, folder: bool) -> bool | None:
        """True when ignored, False when taken back in by `!`, None when no pattern is about the path."""
        inner = path[self.offset :]
        if not (
            (self.any_name is not None and self.any_name.search(name))
            or (self.any_path is not None and self.any_path.search(inner))
        ):
            return None
        for pattern, compiled in self.patterns:
            if (folder or not pattern.folders_only) and compiled.search(name if pattern.by_name else inner):
                return pattern.includes
        return None


def enter_every_folder(_folder: str) -> bool:
    """Enter every folder."""
    return True


def survey(root: Path, matches: Callable[[str], bool], enters: Callable[[str], bool] = enter_every_folder) -> Survey:
    """Look through the root and the folders that may be entered, as git would see them.

    Read are `.gitignore` from the top of the repository down and `.git/info/exclude`, not the user's own list
    of ignored files: a result depends on nobody's configuration. The root itself and the folders above it
    are never ignored: they were asked for. A file that is ignored and yet tracked counts as ignored: only the
    index could tell. Outside of git nothing is ignored.
    """
    root = root.resolve()
    top = find_git_top(root)
    if top is None:
        return _Walk(matches, enters, str(root), None).run(())
    prefix = "" if root == top else f"{root.relative_to(top).as_posix()}/"
    rules = _read_rules(git_folders(top / ".git")[1], "info/exclude", 0)
    above = ""
    for part in prefix.split("/")[:-1]:
        rules += _read_rules(top, f"{above}.gitignore", len(above))
        above += f"{part}/"
    return _Walk(matches, enters, str(root), prefix).run(rules)


class _Walk:
    """One walk; `prefix` is the root's path below the top of the repository, None outside of git."""

    def __init__(
        self, matches: Callable[[str], bool], enters: Callable[[str], bool], root: str, prefix: str | None
    ) -> None:
        self.matches, self.enters, self.root = matches, enters, root
        self.in_git, self.prefix = prefix is not None, prefix or ""
        self.files: list[str] = []
        self.links: list[str] = []
        self.repositories: list[str] = []
        self.unreadable: list[str] = []

    def run(self, rules: tuple[_Rules, ...]) -> Survey:
        pending = [("", rules)]
        while pending:
            folder, above = pending.pop()
            pending.extend(self._list(folder, above))
        found = (self.files, self.links, self.repositories, self.unreadable)
        return Survey(*(tuple(sorted(paths)) for paths in found))

    def _list(self, folder: str, above: tuple[_Rules, ...]) -> Iterator[tuple[str, tuple[_Rules, ...]]]:
        """Sort the entries of a folder (relative to the root, with a last `/`); gives the folders in it."""
        entries = self._entries(folder)
        names = {entry.name for entry in entries}
        if folder and ".git" in names:
            self.repositories.append(folder.rstrip("/"))
            return
        rules = above
        if self.in_git and ".gitignore" in names:
            rules += _read_rules(self.root, f"{folder}.gitignore", len(self.prefix) + len(folder))
        for entry in entries:
            path = folder + entry.name
            if entry.name == ".git":
                continue
            if entry.is_dir(follow_symlinks=False):
                if self.enters(path) and not self._ignored(path, entry.name, rules, folder=True):
                    yield f"{path}/", rules
            elif self.matches(path) and not self._ignored(path, entry.name, rules, folder=False):
                if entry.is_symlink():
                    self.links.append(path)
                elif entry.is_file(follow_symlinks=False):
                    self.files.append(path)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(f"{self.root}/{folder}") as listing:
                entries = list(listing)
        except FileNotFoundError:  # removed meanwhile
            return []
        except OSError:
            self.unreadable.append(folder.rstrip("/"))
            return []
        is_site = bool(folder) and any(entry.name == SITE_MARK for entry in entries)
        return [] if is_site else entries

    def _ignored(self, path: str, name: str, rules: tuple[_Rules, ...], *, folder: bool) -> bool:
        for one in reversed(rules):  # the nearest file decides
            verdict = one.verdict(self.prefix + path, name, folder=folder)
            if verdict is not None:
                return verdict
        return False


def _read_rules(root: Path | str, path: str, offset: int) -> tuple[_Rules, ...]:
    """The rules of an ignore file, if any; as in git, a symbolic link is not followed, a malformed line is void."""
    try:
        text = read_file(root, path, _SIZE_LIMIT).decode("utf-8-sig", "surrogateescape")
    except OSError:
        return ()
    patterns = []
    for line in text.split("\n"):
        try:
            pattern = read_pattern(line.removesuffix("\r"))
            if pattern is not None:
                patterns.append((pattern, compile_expression([pattern.entry])))
        except ValueError:
            continue
    if not patterns:
        return ()
    by_name = [pattern.entry for pattern, _ in patterns if pattern.by_name]
    by_path = [pattern.entry for pattern, _ in patterns if not pattern.by_name]
    any_name = compile_expression(by_name) if by_name else None
    any_path = compile_expression(by_path) if by_path else None
    return (_Rules(tuple(reversed(patterns)), any_name, any_path, offset),)


class WatchedFolder:
    """Answers about the files below the top of a library's repository, or below the library outside of git.

    Seen is what git would commit: files and symbolic links that are not ignored, and submodules. A file that is named
    without a wildcard only has to be there.
    """

    def __init__(self, root: Path) -> None:
        root = root.resolve()
        self._top = find_git_top(root) or root
        self.matches = cache(self._matches)

    def _matches(self, glob: str) -> bool:
        try:
            globs = compile_globs([glob])
        except SopkitError:
            return False
        if not set("*?[\\!") & set(glob) and os.path.lexists(self._top / glob.strip("/")):
            return True
        if "" in globs.starts:
            return any(map(globs, self._everything))
        return any(map(globs, _paths_of(survey(self._top, globs, globs.enters))))

    @cached_property
    def _everything(self) -> tuple[str, ...]:
        return _paths_of(survey(self._top, enter_every_folder, enter_every_folder))


def _paths_of(found: Survey) -> tuple[str, ...]:
    return (*found.files, *found.links, *found.repositories)
