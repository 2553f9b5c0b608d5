"""Links of a document that goes elsewhere: they lead to the same files from there, or the files come along."""

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from sopkit.authoring.adopt.changes import TextChange
from sopkit.authoring.adopt.destinations import Destination
from sopkit.authoring.adopt.plan import How, PlanLine
from sopkit.authoring.adopt.surveying import Surveyed
from sopkit.authoring.adopt.targets import targets
from sopkit.library import Library
from sopkit.model.body import Body
from sopkit.model.sop import Sop
from sopkit.model.source import Source

_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|/|#|\{|%7B|<%", re.IGNORECASE)
_DOCUMENTS = (".md", ".markdown", ".erb", ".html")
_MOST_BYTES = 20 * 1024 * 1024
_PLAIN = "/:@!$*+,;=~"
"""What stays as it is in a target, wherever that stands: no brackets, quotes or ampersands."""


@dataclass(frozen=True)
class Moved:
    """The changes of links, the files that come along by path in the library, and what the plan says."""

    changes: tuple[TextChange, ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict)
    told: tuple[PlanLine, ...] = ()


def moved_links(
    one: Surveyed, destination: Destination, body: Body, library: Library, targets: Mapping[Path, str]
) -> Moved:
    """What the links of a document need so that they lead to the same from its new place.

    `targets` are the drafts that other documents become, by path in the library.
    """
    work = _Work(one, destination, library, targets)
    changes = tuple(dict.fromkeys(work.changes(Source(one.data), body)))
    return Moved(changes, work.beside, tuple(work.told))


class _Work:
    def __init__(self, one: Surveyed, destination: Destination, library: Library, targets: Mapping[Path, str]) -> None:
        self.foreign, self.destination, self.root, self.targets = one.foreign, destination, library.root, targets
        self.folder = posixpath.dirname(destination.target)
        self.kept = f"{posixpath.splitext(posixpath.basename(destination.target))[0]}-files"
        self.beside: dict[str, bytes] = {}
        self.told: list[PlanLine] = []
        self.known: dict[str, str | None] = {}

    def changes(self, source: Source, body: Body) -> Iterator[TextChange]:
        for one in targets(source, body):
            if one.meant not in self.known:
                self.known[one.meant] = self.new(one.meant, source.line_of(one.start))
            there = self.known[one.meant]
            if there is not None and there != one.meant:
                yield TextChange(one.start, one.end, there, f"link {one.meant}")

    def new(self, written: str, line: int) -> str | None:
        """How a link reads from the new place; None when it stays as it is."""
        bare = re.split(r"[?#]", written, maxsplit=1)[0]
        if not bare or _ELSEWHERE.match(written):
            return None
        rest = written[len(bare) :]
        name = unquote(bare)
        if name in self.foreign.images:
            return self._along(name, self.foreign.images[name], line) + rest
        full = Path(os.path.normpath(self.foreign.path.parent / name))
        target = self.targets.get(full)
        if target is None and full.is_relative_to(self.root):
            target = full.relative_to(self.root).as_posix()
        if target is not None:
            there = posixpath.relpath(target, self.folder or ".")
            if full not in self.targets and not os.path.lexists(full):
                self.told.append(PlanLine(How.LEFT, f"link {written}", "leads to nothing, and did so before", line))
            elif there != posixpath.normpath(name):
                self.told.append(PlanLine(How.MAPPED, f"link {written}", f"reads {there} from the new place", line))
            return None if there == posixpath.normpath(name) else quote(there, safe=_PLAIN) + rest
        if name.startswith("/") or not _is_near(full, self.foreign.path):
            words = "leads far from the document, so it is not copied: put the file beside it, if it belongs to it"
            self.told.append(PlanLine(How.LEFT, f"link {written}", words, line))
            return None
        data = self._file(full)
        if data is None:
            self.told.append(PlanLine(How.LEFT, f"link {written}", "leads to nothing that could come along", line))
            return None
        return self._along(full.name, data, line) + rest

    def _file(self, full: Path) -> bytes | None:
        try:
            if not full.is_file() or full.name.lower().endswith(_DOCUMENTS) or full.stat().st_size > _MOST_BYTES:
                return None
            return full.read_bytes()
        except (OSError, ValueError):
            return None

    def _along(self, name: str, data: bytes, line: int) -> str:
        name = posixpath.basename(name)
        stem, suffix = posixpath.splitext(name)
        path, count = posixpath.join(self.folder, self.kept, name), 1
        while self.beside.get(path, data) != data:
            count += 1
            path = posixpath.join(self.folder, self.kept, f"{stem}-{count}{suffix}")
        self.beside[path] = data
        self.told.append(PlanLine(How.MAPPED, f"file {name}", f"comes along as {path}", line))
        return quote(f"{self.kept}/{posixpath.basename(path)}", safe=_PLAIN)


def _is_near(file: Path, document: Path) -> bool:
    """Whether a file is one that a document may bring along: of its repository, or of the folder around its own.

    A text from elsewhere shall not fetch the keys and settings of whoever adopts it.
    """
    around = next((folder for folder in document.parents if (folder / ".git").exists()), document.parent.parent)
    return file.is_relative_to(around) and not any(part.startswith(".") for part in file.relative_to(around).parts)


def dead_links(sop: Sop, library: Library, *, moved: bool) -> Iterator[PlanLine]:
    """Links of a draft that lead to nothing: within it, and for one that is changed in place to other files."""
    for target in dict.fromkeys(link.target for link in sop.body.links):
        path, _, anchor = target.partition("#")
        if not path and anchor and unquote(anchor) not in sop.anchors and anchor != "top":
            yield PlanLine(How.LEFT, f"link {target}", "leads to no heading, and did so before")
        bare = unquote(path.partition("?")[0])
        if moved or not bare or _ELSEWHERE.match(target):
            continue
        full = posixpath.normpath(posixpath.join(posixpath.dirname(sop.path), bare))
        if not full.startswith("..") and not library.exists(full):
            yield PlanLine(How.LEFT, f"link {target}", "leads to nothing, and did so before")
