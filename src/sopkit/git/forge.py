"""The forge that a clone came from, read from its configuration without starting git."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path, PurePosixPath

from sopkit.git.checkout import checkout

_SECTION = re.compile(r'\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_WEB = re.compile(r"https?://[\w.:/~%-]+", re.ASCII)
_URL = re.compile(r"\s*url\s*=\s*(.*)", re.IGNORECASE)


class Forge(StrEnum):
    """Where pull requests are reviewed."""

    GITHUB = "github"
    GITLAB = "gitlab"
    UNKNOWN = ""


def top_of(root: Path) -> Path:
    """The top of the repository around a folder; the folder itself outside of one."""
    root = root.resolve()
    depth = len(PurePosixPath(checkout(root).prefix).parts)
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


def origin(top: Path) -> str:
    """Address of the remote `origin` in the configuration of the clone; empty without one."""
    mine = False
    for line in _read(_configuration(top)).splitlines():
        section = _SECTION.match(line)
        if section is not None:
            mine = section[1].casefold() == "remote" and section[2] == "origin"
        elif mine and (url := _URL.match(line)) is not None:
            return url[1].strip().strip('"')
    return ""


def _configuration(top: Path) -> Path:
    folder = top / ".git"
    if folder.is_file():  # a worktree or a submodule
        folder = top / _read(folder).removeprefix("gitdir:").strip()
    if (folder / "commondir").is_file():
        folder /= _read(folder / "commondir").strip()
    return folder / "config"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
