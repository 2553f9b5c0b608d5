"""Where a folder lies in its repository and which commit is checked out, read from files: no process, no import."""

from dataclasses import dataclass
from pathlib import Path

_MOST_JUMPS = 5


@dataclass(frozen=True, slots=True)
class Checkout:
    """`head` is the commit checked out, empty when there is none; `prefix` leads from the top to the folder."""

    head: str = ""
    prefix: str = ""


def checkout(root: Path) -> Checkout:
    """What the repository around a folder says; all empty outside of one."""
    for top in (root, *root.parents):
        mark = top / ".git"
        if mark.is_dir():
            folder = mark
        elif mark.is_file():
            folder = _linked(mark)
        else:
            continue
        prefix = root.relative_to(top).as_posix()
        return Checkout(_head(folder), "" if prefix == "." else prefix)
    return Checkout()


def _linked(mark: Path) -> Path:
    """The git folder of a worktree or a submodule, which a file names."""
    text = _read(mark)
    return (mark.parent / text.removeprefix("gitdir:").strip()) if text.startswith("gitdir:") else mark


def _head(folder: Path) -> str:
    common = folder / _read(folder / "commondir") if (folder / "commondir").is_file() else folder
    name = _read(folder / "HEAD")
    for _ in range(_MOST_JUMPS):
        if not name.startswith("ref:"):
            return name if _is_oid(name) else ""
        ref = name.removeprefix("ref:").strip()
        name = _read(folder / ref) or _read(common / ref) or _packed(common, ref)
    return ""


def _packed(common: Path, ref: str) -> str:
    for line in _read(common / "packed-refs").splitlines():
        oid, _, name = line.partition(" ")
        if name == ref:
            return oid
    return ""


def _is_oid(text: str) -> bool:
    return len(text) in {40, 64} and all(letter in "0123456789abcdef" for letter in text)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""
