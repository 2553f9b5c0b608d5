"""The clone around a folder: its top, its commit and its forge, read from files without starting git."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

_MAX_LINKS = 5
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Checkout:
    """`head` is the commit checked out, empty when there is none; `prefix` leads from the top to the folder."""

    head: str = ""
    prefix: str = ""


def read_checkout(root: Path) -> Checkout:
    """What the repository around a folder says; all empty outside of one."""
    top = find_git_top(root)
    if top is None:
        return Checkout()
    prefix = root.relative_to(top).as_posix()
    return Checkout(_read_head(top / ".git"), "" if prefix == "." else prefix)


def find_git_top(root: Path) -> Path | None:
    """The folder that contains `.git`, which in worktrees and submodules is a file."""
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)


def git_folders(mark: Path) -> tuple[Path, Path]:
    """The git folder that a `.git` is or, in a worktree or submodule, names; and the one that all worktrees share."""
    folder = mark
    if mark.is_file():
        folder = mark.parent / _read_stripped(mark).removeprefix("gitdir:").strip()
    return folder, folder / _read_stripped(folder / "commondir")


def _read_head(mark: Path) -> str:
    folder, common = git_folders(mark)
    name = _read_stripped(folder / "HEAD")
    for _ in range(_MAX_LINKS):
        if not name.startswith("ref:"):
            return name if _OID.fullmatch(name) else ""
        ref = name.removeprefix("ref:").strip()
        packed = (line.partition(" ") for line in _read_stripped(common / "packed-refs").splitlines())
        packed_oid = next((oid for oid, _, other in packed if other == ref), "")
        name = _read_stripped(folder / ref) or _read_stripped(common / ref) or packed_oid
    return ""


def _read_stripped(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except (OSError, ValueError):  # a link with a NUL in it
        return ""


_SECTION = re.compile(r'\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_WEB = re.compile(r"https?://[\w.:/~%-]+", re.ASCII)
_URL = re.compile(r"\s*url\s*=\s*(.*)", re.IGNORECASE)


class Forge(StrEnum):
    """Where pull requests are reviewed."""

    GITHUB = "github"
    GITLAB = "gitlab"
    UNKNOWN = ""


def find_top(root: Path) -> Path:
    """The top of the repository around a folder; the folder itself outside of one."""
    root = root.resolve()
    depth = len(PurePosixPath(read_checkout(root).prefix).parts)
    return root.parents[depth - 1] if depth else root


def forge_of(url: str) -> Forge:
    """The forge behind the address of a remote, as far as its host's name tells."""
    host = re.sub(r"^\w+://", "", url.casefold()).rpartition("@")[2]
    host = re.split(r"[:/]", host, maxsplit=1)[0]
    return next((forge for forge in (Forge.GITLAB, Forge.GITHUB) if forge in host), Forge.UNKNOWN)


def files_url(environment: Mapping[str, str], commit: str) -> str:
    """The address below which the forge shows the files of a commit, from what a pipeline is told; empty elsewhere."""
    server, name = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    address, middle = (f"{server}/{name}", "blob") if name else (environment.get("CI_PROJECT_URL", ""), "-/blob")
    return f"{address}/{middle}/{commit}" if commit and _WEB.fullmatch(address) else ""


def read_origin(top: Path) -> str:
    """Address of the remote `origin` in the configuration of the clone; empty without one."""
    mine = False
    for line in _read_stripped(git_folders(top / ".git")[1] / "config").splitlines():
        section = _SECTION.match(line)
        if section is not None:
            mine = section[1].casefold() == "remote" and section[2] == "origin"
        elif mine and (url := _URL.match(line)) is not None:
            return url[1].strip().strip('"')
    return ""
