"""A folder with a site: which of its files sopkit wrote, and what in it is somebody else's."""

import errno
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from sopkit.git.ignore import SITE_MARK

_ALL = "*"
_HEAD = "files of a handbook that sopkit wrote; it replaces and deletes these alone\n"


def manifest(paths: Iterable[str]) -> bytes:
    """The text of the file that names what sopkit wrote into a site."""
    return (_HEAD + "".join(f"{path}\n" for path in sorted(paths))).encode()


def unfinished() -> bytes:
    """The text of that file while the site is being written and everything in its folder is sopkit's."""
    return manifest([_ALL])


def is_site(folder: Path) -> bool:
    """Whether sopkit wrote a site into a folder."""
    return _manifest_of(folder) is not None


def written(folder: Path) -> frozenset[str]:
    """The paths that sopkit wrote into a folder, as its manifest has them; none where there is no manifest."""
    return frozenset((_manifest_of(folder) or "").splitlines())


def carry_over(site: Path, fresh: Path) -> None:
    """Let a new site have what in the former one is not sopkit's. Raises OSError; FileExistsError has a path of both.

    Files are shared between the two until the former one is gone, so neither loses anything.
    """
    own = written(site)
    for path, is_folder in _walk(site):
        target = fresh / path
        if path in own or path == SITE_MARK:
            continue
        _make_room(target if is_folder else target.parent, path)
        if not is_folder:
            _share(site / path, target, path)


def clear(former: Path, site: Path) -> bool:
    """Delete a former site; what in it is not sopkit's, and not in the present one as well, is moved there.

    False when something stays where it is, because the present site has another file of that name. Raises OSError.
    """
    own = written(former)
    for path, is_folder in list(_walk(former)):
        file, other = former / path, site / path
        if is_folder or path == SITE_MARK:
            continue
        if path in own or _ALL in own or _same(file, other):
            file.unlink()
        elif not os.path.lexists(other):
            other.parent.mkdir(parents=True, exist_ok=True)
            file.rename(other)
    for folder, _, _ in os.walk(former, topdown=False):
        if Path(folder) != former:
            with suppress(OSError):  # not empty
                Path(folder).rmdir()
    if {one.name for one in former.iterdir()} <= {SITE_MARK}:
        (former / SITE_MARK).unlink(missing_ok=True)
        former.rmdir()
        return True
    return False


def _manifest_of(folder: Path) -> str | None:
    """The paths in the manifest of a folder; None where it has none of ours."""
    file = folder / SITE_MARK
    try:
        if file.is_symlink():
            return None
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return text.removeprefix(_HEAD) if text.startswith(_HEAD) else None


def _walk(folder: Path) -> Iterator[tuple[str, bool]]:
    """Every file, every link and every empty folder below a folder, by path; True for a folder. No link is followed."""
    pending = [("", str(folder))]
    while pending:
        prefix, full = pending.pop()
        with os.scandir(full) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        if not entries and prefix:
            yield prefix.rstrip("/"), True
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                pending.append((f"{path}/", entry.path))
            else:
                yield path, False


def _make_room(folder: Path, path: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path) from error


def _share(file: Path, target: Path, path: str) -> None:
    """Make a file stand at a second place too: as the same file, or as a copy where there are no links."""
    try:
        os.link(file, target, follow_symlinks=False)
    except FileExistsError as error:
        raise FileExistsError(error.errno, error.strerror, path) from error
    except OSError:
        shutil.copy2(file, target, follow_symlinks=False)


def _same(file: Path, other: Path) -> bool:
    """Whether two places hold one file, or one is an untouched copy of the other."""
    try:
        one, two = file.lstat(), other.lstat()
    except OSError:
        return False
    alike = (one.st_size, one.st_mtime_ns, stat.S_IFMT(one.st_mode)) == (
        *(two.st_size, two.st_mtime_ns, stat.S_IFMT(two.st_mode)),
    )
    return os.path.samestat(one, two) or alike
