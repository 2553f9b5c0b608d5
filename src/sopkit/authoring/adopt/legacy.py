"""Documents of others linted as they are: what sopkit.toml must say of how they spell things."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from sopkit.authoring.adopt.decisions import Decisions
from sopkit.authoring.adopt.foreign import SUFFIXES, Foreign, gather, read
from sopkit.authoring.adopt.front.head import OURS
from sopkit.authoring.adopt.metadata.front_keys import front_keys
from sopkit.authoring.adopt.metadata.reading import metadata
from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.outline.body import meanings
from sopkit.authoring.adopt.plan import Progress, Refused
from sopkit.authoring.adopt.settings import KeyPath, Setting, with_settings
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop

_CLAIMS = {"reviewed": "reviewed", "review_every": "every", "next_review": "next"}
_AS_THEY_ARE = frozenset({*_CLAIMS, "owner_channel"})
_DEFAULTS = {"status": "active", "version": "1.0", "area": "legacy"}
_SHARED = 2
_SMALL = 3


@dataclass(frozen=True)
class Legacy:
    """sopkit.toml before and after, what was added, and what could not be read."""

    before: bytes
    after: bytes
    lines: tuple[str, ...]
    documents: int
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]

    @property
    def difference(self) -> str:
        """The change as a unified diff."""
        old, new = (side.decode("utf-8", "replace").splitlines(keepends=True) for side in (self.before, self.after))
        return "".join(unified_diff(old, new, f"a/{CONFIG_NAME}", f"b/{CONFIG_NAME}"))

    def told(self, *, written: bool) -> str:
        """What is added, in words."""
        state = "written" if written else "planned, nothing is written: --write does it"
        if self.after == self.before:
            state = "as it must be already: nothing is written" if self.documents else "left as it is"
        lines = (*self.lines, *(f"not read: {one.source}: {one.why}" for one in self.refused))
        return "\n".join((*lines, f"{self.documents} documents stay as they are; {CONFIG_NAME} is {state}")) + "\n"


def legacy_settings(paths: Iterable[Path], library: Library, decisions: Decisions, progress: Progress) -> Legacy:
    """What sopkit.toml must say so that the documents below some paths can be linted as they are.

    Raises SopkitError for documents outside of the library, and where it has SOPs with ids of their own.
    """
    given = tuple(paths)
    found = gather(given, library.root)
    refused = list(found.refused)
    documents: list[Foreign] = []
    seen = _Seen()
    for done, path in enumerate(found.files, 1):
        progress(done, len(found.files))
        one = read(path, library.root)
        if isinstance(one, Refused):
            refused.append(one)
        elif one.inside is None:
            refused.append(Refused(one.name, "not in the library; move it there, or adopt it as a draft"))
        elif not decisions.of(one.name).skip:
            documents.append(one)
            seen.add(library, library.read(one.inside, one.data), one.inside, decisions)
    inside = {one.inside for one in documents}
    own = [sop.path for sop in library.sops if sop.path not in inside and sop.id]
    if own and library.config.library.identity == "id":
        raise SopkitError(
            f"{own[0]} has an id, and with documents that have none the path is the id",
            f"put an empty {CONFIG_NAME} into the folder of the documents and name that library: -C DIR",
        )
    before = (library.root / CONFIG_NAME).read_bytes()
    if not documents:
        return Legacy(before, before, (), 0, tuple(refused), ())
    settings = dict(seen.settings(library, tuple(_globs(given, documents, library.root))))
    after = with_settings(before, settings)
    lines = tuple(f"{'.'.join(path)}: {_shown(value)}" for path, value in settings.items())
    left = tuple(f"left out, as it is about its folder: {name}" for name in found.left_out)
    return Legacy(before, after, lines, len(documents), tuple(refused), left)


def _globs(given: Iterable[Path], documents: Iterable[Foreign], root: Path) -> Iterator[str]:
    """Patterns of the documents: of a folder by the ends of their names."""
    names = [one.path for one in documents]
    for path in (one.resolve() for one in given):
        if not path.is_dir():
            if path in names:
                yield _literal(path.relative_to(root))
            continue
        folder = "" if path == root else f"{_literal(path.relative_to(root))}/" if path.is_relative_to(root) else None
        for suffix in SUFFIXES if folder is not None else ():
            if any(name.is_relative_to(path) and name.name.lower().endswith(suffix) for name in names):
                yield f"{folder}**/*{suffix}"


def _literal(path: Path) -> str:
    """A path as a pattern that means only this one."""
    return re.sub(r"[*?\[\\]", r"\\\g<0>", path.as_posix())


def _shown(value: Setting) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _same(value: object, typed: object) -> bool:
    """Whether a key of ours would read from what is typed there what is meant by it."""
    return value == (tuple(typed) if isinstance(typed, list) else typed)


class _Seen:
    """What the documents call our keys and sections."""

    def __init__(self) -> None:
        self.meant: dict[str, Counter[str]] = {}
        self.every: dict[str, None] = {}
        self.lacking: set[str] = set()
        self.headings: dict[str, Counter[str]] = {}
        self.count = 0

    def add(self, library: Library, sop: Sop, name: str, decisions: Decisions) -> None:
        self.count += 1
        found = metadata(sop, library.config, library.catalogue)
        keys = front_keys(sop)
        for key in keys:
            self.every.setdefault(key.name)
            for one in found:
                if one.key and one.start == key.start and (one.key in _AS_THEY_ARE or _same(one.value, key.value)):
                    self.meant.setdefault(key.name, Counter())[one.key] += 1
        self.lacking |= set(_DEFAULTS) - {key.name for key in keys}
        decision = decisions.of(name)
        for heading, meaning in meanings(sop.body, library, decision):
            if meaning.confidence is Confidence.LIKELY and len(meaning.names) == 1:
                self.headings.setdefault(heading, Counter())[meaning.names[0]] += 1

    def settings(self, library: Library, globs: tuple[str, ...]) -> Iterator[tuple[KeyPath, Setting]]:
        yield ("library", "identity"), "path"
        yield ("library", "sops"), globs
        if "legacy" not in library.config.all_areas and "area" in self.lacking:
            yield ("areas", "legacy", "title"), "Documents written for other tools"
            yield ("areas", "legacy", "prefix"), "LEG"
        for key in sorted(self.lacking):
            yield ("front_matter", "defaults", key), _DEFAULTS[key]
        aliases, claims = self._spelled()
        for key, name in aliases.items():
            yield ("front_matter", "aliases", key), name
        for what, key in claims.items():
            yield ("front_matter", "claims", what), key
        extra = [key for key in self.every if key not in OURS and key not in aliases and key not in claims.values()]
        if extra:
            yield ("front_matter", "extra"), tuple(sorted(extra))
        if claims:
            yield ("review", "basis"), "claims"
        by_section: dict[str, list[str]] = {}
        for heading, names in sorted(self.headings.items()):
            name, times = names.most_common(1)[0]
            if len(names) == 1 and (times >= _SHARED or self.count <= _SMALL):
                by_section.setdefault(name, []).append(heading)
        for name, spelled in by_section.items():
            yield ("sections", "aliases", name), tuple(spelled)

    def _spelled(self) -> tuple[dict[str, str], dict[str, str]]:
        """Key of theirs to ours, and what is claimed to the key that claims it."""
        aliases: dict[str, str] = {}
        claims: dict[str, str] = {}
        for key, meant in self.meant.items():
            ours = meant.most_common(1)[0][0]
            if ours in _CLAIMS:
                claims.setdefault(_CLAIMS[ours], key)
            if ours in OURS and key not in OURS:
                aliases[key] = ours
        channel = next((key for key, meant in self.meant.items() if "owner_channel" in meant), None)
        if channel and channel not in OURS and "owner" not in (*aliases.values(), *self.every):
            aliases[channel] = "owner"
        return {key: aliases[key] for key in self.every if key in aliases}, claims
