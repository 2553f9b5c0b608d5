"""The folder of a site: written next to the existing one, then swapped in one step; foreign files are kept."""

import ctypes
import errno
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sopkit.files import make_folder
from sopkit.git.ignore import SITE_MARK
from sopkit.handbook.build import DiskFiles
from sopkit.model.errors import SopkitError
from sopkit.reading import read_file

_AT_FDCWD = -100  # AT_FDCWD: paths as they are
_RENAME_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
_UNSUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM})
Exchange = Callable[[Path, Path], bool]


def exchange_folders(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system or the disk cannot. Raises OSError."""
    if sys.platform == "win32":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            failed = libc.renamex_np(first, second, _RENAME_EXCHANGE)
        else:
            failed = libc.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
    except AttributeError:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(one))


def replace_folder(fresh: Path, folder: Path, aside: Path, change: Exchange = exchange_folders) -> Path | None:
    """Put a folder in the place of another, if there is one, and tell where that one is now. Raises OSError.

    Where folders cannot change places, the other one goes aside first.
    """
    if not folder.exists():
        fresh.rename(folder)
        return None
    if change(fresh, folder):
        return fresh
    folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        with suppress(OSError):
            aside.rename(folder)
        raise
    return aside


_EVERYTHING = "*"
"""In the manifest of a site that is being written: everything in its folder is sopkit's."""
_MANIFEST_HEADER = "files of a handbook that sopkit wrote; it replaces and deletes these alone\n"


def manifest(paths: Iterable[str]) -> bytes:
    """The text of the file that names what sopkit wrote into a site."""
    return (_MANIFEST_HEADER + "".join(f"{path}\n" for path in sorted(paths))).encode()


def is_site(folder: Path) -> bool:
    """Whether sopkit wrote a site into a folder."""
    return _read_manifest(folder) is not None


def manifest_paths(folder: Path) -> frozenset[str]:
    """The paths that sopkit wrote into a folder, as its manifest has them; none where there is no manifest."""
    return frozenset((_read_manifest(folder) or "").splitlines())


def keep_foreign_files(site: Path, fresh: Path) -> None:
    """Let a new site have what in the former one is not sopkit's. Raises OSError; FileExistsError has a path of both.

    Files are shared between the two until the former one is gone, so neither loses anything.
    """
    own = manifest_paths(site)
    for path, is_folder in _walk(site):
        target = fresh / path
        if path in own or path == SITE_MARK:
            continue
        try:
            (target if is_folder else target.parent).mkdir(parents=True, exist_ok=True)
            if not is_folder:
                _link_or_copy(site / path, target)
        except (FileExistsError, NotADirectoryError) as error:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path) from error


def delete_site(former: Path, site: Path) -> bool:
    """Delete a former site; what in it is not sopkit's, and not in the present one as well, is moved there.

    False when something stays where it is, because the present site has another file of that name. Raises OSError.
    """
    own = manifest_paths(former)
    for path, is_folder in list(_walk(former)):
        file, other = former / path, site / path
        if is_folder or path == SITE_MARK:
            continue
        if path in own or _EVERYTHING in own or _is_same_file(file, other):
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


def _read_manifest(folder: Path) -> str | None:
    """The paths in the manifest of a folder; None where it has none of ours."""
    try:
        text = read_file(folder, SITE_MARK).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return text.removeprefix(_MANIFEST_HEADER) if text.startswith(_MANIFEST_HEADER) else None


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


def _link_or_copy(file: Path, target: Path) -> None:
    """Make a file stand at a second place too: as the same file, or as a copy where there are no links."""
    try:
        os.link(file, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        shutil.copy2(file, target, follow_symlinks=False)


def _is_same_file(file: Path, other: Path) -> bool:
    """Whether two places hold one file, or one is an untouched copy of the other."""
    try:
        one, two = file.lstat(), other.lstat()
    except OSError:
        return False
    keys = [(info.st_size, info.st_mtime_ns, stat.S_IFMT(info.st_mode)) for info in (one, two)]
    return os.path.samestat(one, two) or keys[0] == keys[1]


@dataclass(eq=False)
class StagedSite:
    """A site that is being written beside the former one; `files` is where to, `finish` puts it in its place."""

    target: Path
    fresh: Path
    aside: Path
    change: Exchange
    files: DiskFiles

    def finish(self) -> tuple[str, ...]:
        """Put the new site in the place of the former one, and tell what is odd."""
        written = self.fresh / f"{SITE_MARK}.part"  # a run that ends here leaves the manifest of everything
        written.write_bytes(manifest(self.files))
        written.replace(self.fresh / SITE_MARK)
        if self.target.exists():
            keep_foreign_files(self.target, self.fresh)
        former = replace_folder(self.fresh, self.target, self.aside, self.change)
        if former is not None and not delete_site(former, self.target):
            return (f"{former}: holds files that came while the site was written; move them where they belong",)
        return ()


@contextmanager
def stage_site(folder: Path, library: Path, change: Exchange = exchange_folders) -> Iterator[StagedSite]:
    """A place to write a site for a folder, where a former one stays whole until the new one is.

    What sopkit did not write is kept. A run that is ended at any moment leaves the former site or the new one, and the
    next one tidies up. Raises SopkitError when the folder is none to write into, or cannot be written.
    """
    with _explain_os_errors(folder):
        target = _resolve_folder(folder, library)
    make_folder(target.parent)
    fresh, aside = (target.with_name(f".{target.name[:200]}.sopkit-{name}") for name in ("new", "old"))
    with _explain_os_errors(folder), _site_lock(target.parent):
        for left in (aside, fresh):
            if left.is_symlink():  # else the files that it leads to would be moved into the site
                raise SopkitError(f"{left}: is a symbolic link, which sopkit did not make", "delete it")
        if aside.is_dir() and not target.exists():  # an earlier run ended between the two steps
            aside.rename(target)
        for left in (aside, fresh):
            if left.exists() and not delete_site(left, target):
                raise SopkitError(f"{left}: holds files that sopkit did not write", "move them elsewhere")
        if target.exists() and not is_site(target) and any(target.iterdir()):
            raise SopkitError(
                f"{folder}: is not empty, and sopkit did not write what is in it",
                "name another folder with -o DIR, or empty this one",
            )
        try:
            fresh.mkdir()
            (fresh / SITE_MARK).write_bytes(manifest([_EVERYTHING]))
            if target.exists():
                fresh.chmod(target.stat().st_mode & 0o7777)
            yield StagedSite(target, fresh, aside, change, DiskFiles(fresh))
        except BaseException:
            with suppress(OSError):
                if fresh.exists():
                    delete_site(fresh, target)
            raise


def publish_site(
    files: Mapping[str, bytes], folder: Path, library: Path, change: Exchange = exchange_folders
) -> tuple[str, ...]:
    """Write a site that is in memory into a folder, as `staged` says, and tell what is odd."""
    with stage_site(folder, library, change) as stage:
        for path, data in files.items():
            stage.files[path] = data
        return stage.finish()


def _resolve_folder(folder: Path, library: Path) -> Path:
    """The whole path of a folder for a site. Raises SopkitError where that can be none."""
    target = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow the link that is refused
    if target.is_symlink():
        raise SopkitError(
            f"{folder}: is a symbolic link, which a site cannot take the place of", "name the folder itself"
        )
    if target.exists() and not target.is_dir():
        raise SopkitError(f"{folder}: is a file", "name a folder with -o DIR")
    real = target.resolve()
    if library.resolve().is_relative_to(real):
        raise SopkitError(f"{folder}: holds the library itself", "name a folder of its own with -o DIR, such as site")
    if ".git" in real.parts:
        raise SopkitError(f"{folder}: belongs to git", "name a folder outside of .git with -o DIR")
    if real == Path.home().resolve():
        raise SopkitError(f"{folder}: is your own folder", "name a folder in it with -o DIR")
    return target


@contextmanager
def _site_lock(parent: Path) -> Iterator[None]:
    """Wait until no other run writes a site into a folder, and keep others waiting."""
    try:
        import fcntl  # not on every system
    except ImportError:
        yield
        return
    handle = os.open(parent, os.O_RDONLY)
    try:
        with suppress(OSError):  # a disk without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _explain_os_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise SopkitError(
            f"{folder}: sopkit did not write {error.filename} in it, and the handbook has a file of that name",
            "move it elsewhere, or build into another folder",
        ) from error
    except OSError as error:
        hint = {
            errno.ENOSPC: "free some space, then build again; the former site is as it was",
            errno.ENAMETOOLONG: "give it a shorter name",
            errno.EBUSY: f"it is a disk of its own; name a folder in it: -o {folder}/handbook",
        }.get(error.errno or 0, f"sopkit writes beside it first: mend the rights of {folder.absolute().parent}")
        raise SopkitError(f"{folder}: cannot be written: {error.strerror}", hint) from error
