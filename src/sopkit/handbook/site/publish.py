"""The files of a handbook onto the disk: written beside the former ones, then put in their place in one step."""

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sopkit.files import make_folder
from sopkit.git.ignore import SITE_MARK
from sopkit.handbook.site.files import FilesOnDisk
from sopkit.handbook.site.site_folder import carry_over, clear, is_site, manifest, unfinished
from sopkit.handbook.site.swap import Exchange, exchange, put_in_place, restored
from sopkit.model.errors import SopkitError


@dataclass(eq=False)
class Stage:
    """A site that is being written beside the former one; `files` is where to, `finish` puts it in its place."""

    target: Path
    fresh: Path
    aside: Path
    change: Exchange
    files: FilesOnDisk

    def finish(self) -> tuple[str, ...]:
        """Put the new site in the place of the former one, and tell what is odd."""
        (self.fresh / SITE_MARK).write_bytes(manifest(self.files))
        if self.target.exists():
            carry_over(self.target, self.fresh)
        former = put_in_place(self.fresh, self.target, self.aside, self.change)
        if former is not None and not clear(former, self.target):
            return (f"{former}: holds files that came while the site was written; move them where they belong",)
        return ()


@contextmanager
def staged(folder: Path, library: Path, change: Exchange = exchange) -> Iterator[Stage]:
    """A place to write a site for a folder, where a former one stays whole until the new one is.

    What sopkit did not write is kept. A run that is ended at any moment leaves the former site or the new one, and the
    next one tidies up. Raises SopkitError when the folder is none to write into, or cannot be written.
    """
    with _told(folder):
        target = _wanted(folder, library)
    make_folder(target.parent)
    fresh, aside = (target.with_name(f".{target.name[:200]}.sopkit-{name}") for name in ("new", "old"))
    with _told(folder), _alone(target.parent):
        restored(target, aside)
        for left in (aside, fresh):
            if left.exists() and not clear(left, target):
                raise SopkitError(f"{left}: holds files that sopkit did not write", "move them elsewhere")
        _refuse_foreign(target, folder)
        try:
            _begin(fresh, target)
            yield Stage(target, fresh, aside, change, FilesOnDisk(fresh))
        except BaseException:
            with suppress(OSError):
                if fresh.exists():
                    clear(fresh, target)
            raise


def publish(files: Mapping[str, bytes], folder: Path, library: Path, change: Exchange = exchange) -> tuple[str, ...]:
    """Write a site that is in memory into a folder, as `staged` says, and tell what is odd."""
    with staged(folder, library, change) as stage:
        for path, data in files.items():
            stage.files[path] = data
        return stage.finish()


def _begin(fresh: Path, site: Path) -> None:
    fresh.mkdir()
    (fresh / SITE_MARK).write_bytes(unfinished())
    if site.exists():
        fresh.chmod(site.stat().st_mode & 0o7777)


def _wanted(folder: Path, library: Path) -> Path:
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


def _refuse_foreign(target: Path, folder: Path) -> None:
    if target.exists() and not is_site(target) and any(target.iterdir()):
        raise SopkitError(
            f"{folder}: is not empty, and sopkit did not write what is in it",
            "name another folder with -o DIR, or empty this one",
        )


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
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
def _told(folder: Path) -> Iterator[None]:
    """Say in words why a site cannot be written."""
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
