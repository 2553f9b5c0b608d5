"""Additions to `sopkit.toml`: keys of adopted documents, and spellings of documents that are linted as they are."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sopkit.adopt.body import find_meanings
from sopkit.adopt.decisions import Decisions
from sopkit.adopt.documents import SUFFIXES, SourceDocument, find_source_files, read_source
from sopkit.adopt.front_matter import read_front_keys
from sopkit.adopt.front_rewrite import SOP_KEYS
from sopkit.adopt.metadata.labels import Confidence
from sopkit.adopt.metadata.reader import read_metadata
from sopkit.adopt.plan import AdoptedDraft, ProgressCallback, RefusedDocument
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop
from sopkit.model.source import BOM
from sopkit.parsing.config import read_config
from sopkit.reading import read_file
from sopkit.registers.edits import files_diff

KeyPath = tuple[str, ...]
"""The tables that lead to a key, and the key."""
Setting = str | tuple[str, ...]
_MAX_INLINE = 4


def tolerate_keys(library: Library, drafts: Iterable[AdoptedDraft]) -> dict[str, tuple[bytes | None, bytes]]:
    """sopkit.toml with the foreign keys of all drafts under `[front_matter] extra`; nothing when it has them."""
    known = {*library.config.front_matter.extra}
    extra = sorted({key for draft in drafts for key in draft.extra} - known)
    if not extra:
        return {}
    before = read_file(library.root, CONFIG_NAME)
    return {CONFIG_NAME: (before, add_settings(before, {("front_matter", "extra"): tuple(extra)}))}


def add_settings(before: bytes, settings: Mapping[KeyPath, Setting], *, replace: bool = False) -> bytes:
    """The bytes of sopkit.toml with other settings: lists grow; what is set already is left as it is, or replaced.

    Raises SopkitError when the file has a form in which they cannot be put there.
    """
    import tomlkit  # only when something is written
    from tomlkit.exceptions import TOMLKitError

    document = tomlkit.parse(before.decode("utf-8-sig"))
    try:
        for (*tables, key), value in settings.items():
            table: Any = document
            for name in tables:
                table = table.setdefault(name, tomlkit.table())
            if isinstance(value, str):
                if replace or key not in table:
                    table[key] = value
                continue
            there = table.setdefault(key, tomlkit.array())
            known = {str(item) for item in there}
            for item in dict.fromkeys(value):
                if item not in known:
                    there.append(item)
            if len(there) > _MAX_INLINE:
                there.multiline(multiline=True)
        after = tomlkit.dumps(document).encode()
        if before.count(b"\n") == before.count(b"\r\n") > 0:
            after = after.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        read_config(after, CONFIG_NAME)
    except (TOMLKitError, SopkitError, TypeError, AttributeError) as error:
        words = "; ".join(f"{'.'.join(path)} = {value!r}" for path, value in settings.items())
        raise SopkitError(f"{CONFIG_NAME}: cannot be added to as it is written", f"add it yourself: {words}") from error
    return BOM + after if before.startswith(BOM) else after


_CLAIM_KEYS = {"reviewed": "reviewed", "review_every": "every", "next_review": "next"}
_RAW_KEYS = frozenset({*_CLAIM_KEYS, "owner_channel"})
_DEFAULTS = {"status": "active", "version": "1.0", "area": "legacy"}
_MIN_SHARED = 2
_MAX_SMALL_FOLDER = 3


@dataclass(frozen=True)
class LegacySettings:
    """sopkit.toml before and after, what was added, and what could not be read."""

    before: bytes
    after: bytes
    lines: tuple[str, ...]
    documents: int
    refused: tuple[RefusedDocument, ...]
    notes: tuple[str, ...]

    @property
    def difference(self) -> str:
        """The change as a unified diff."""
        return files_diff([(CONFIG_NAME, CONFIG_NAME, self.before, self.after)])

    def summary(self, *, written: bool) -> str:
        """What is added, in words."""
        state = "written" if written else "planned, nothing is written: --write does it"
        if self.after == self.before:
            state = "as it must be already: nothing is written" if self.documents else "left as it is"
        lines = (*self.lines, *(f"not read: {one.source}: {one.why}" for one in self.refused))
        return "\n".join((*lines, f"{self.documents} documents stay as they are; {CONFIG_NAME} is {state}")) + "\n"


def find_legacy_settings(
    paths: Iterable[Path], library: Library, decisions: Decisions, progress: ProgressCallback
) -> LegacySettings:
    """What sopkit.toml must say so that the documents below some paths can be linted as they are.

    Raises SopkitError for documents outside of the library, and where it has SOPs with ids of their own.
    """
    named = tuple(paths)
    found = find_source_files(named, library.root)
    refused = list(found.refused)
    documents: list[SourceDocument] = []
    seen = _SpellingCounter()
    for done, path in enumerate(found.files, 1):
        progress(done, len(found.files))
        one = read_source(path, library.root)
        if isinstance(one, RefusedDocument):
            refused.append(one)
        elif one.inside is None:
            refused.append(RefusedDocument(one.name, "not in the library; move it there, or adopt it as a draft"))
        elif not decisions.of(one.name).skip:
            documents.append(one)
            seen.add(library, library.read(one.inside, one.data), one.inside, decisions)
    inside = {one.inside for one in documents}
    with_ids = [sop.path for sop in library.sops if sop.path not in inside and sop.id]
    if with_ids and library.config.library.identity == "id":
        raise SopkitError(
            f"{with_ids[0]} has an id, and with documents that have none the path is the id",
            f"put an empty {CONFIG_NAME} into the folder of the documents and name that library: -C DIR",
        )
    before = read_file(library.root, CONFIG_NAME)
    if not documents:
        return LegacySettings(before, before, (), 0, tuple(refused), ())
    settings = dict(seen.settings(library, tuple(_document_globs(named, documents, library.root))))
    after = add_settings(before, settings)
    texts = {path: value if isinstance(value, str) else ", ".join(value) for path, value in settings.items()}
    lines = tuple(f"{'.'.join(path)}: {text}" for path, text in texts.items())
    notes = tuple(f"left out, as it is about its folder: {name}" for name in found.left_out)
    return LegacySettings(before, after, lines, len(documents), tuple(refused), notes)


def _document_globs(paths: Iterable[Path], documents: Iterable[SourceDocument], root: Path) -> Iterator[str]:
    files = [one.path for one in documents]
    for path in (one.resolve() for one in paths):
        if not path.is_relative_to(root):
            continue
        pattern = re.sub(r"[*?\[\\]", r"\\\g<0>", path.relative_to(root).as_posix())
        if path in files:
            yield pattern
        folder = "" if path == root else f"{pattern}/"
        for suffix in SUFFIXES if path.is_dir() else ():
            if any(file.is_relative_to(path) and file.name.lower().endswith(suffix) for file in files):
                yield f"{folder}**/*{suffix}"


class _SpellingCounter:
    """What the documents call our keys and sections."""

    def __init__(self) -> None:
        self.meanings: dict[str, Counter[str]] = {}
        self.key_names: dict[str, None] = {}
        self.missing_keys: set[str] = set()
        self.headings: dict[str, Counter[str]] = {}
        self.count = 0

    def add(self, library: Library, sop: Sop, name: str, decisions: Decisions) -> None:
        self.count += 1
        found = read_metadata(sop, library.config, library.catalogue)
        keys = tuple(read_front_keys(sop))
        for key in keys:
            self.key_names.setdefault(key.name)
            for one in found:
                typed = tuple(key.value) if isinstance(key.value, list) else key.value
                if one.key and one.start == key.start and (one.key in _RAW_KEYS or one.value == typed):
                    self.meanings.setdefault(key.name, Counter())[one.key] += 1
        self.missing_keys |= set(_DEFAULTS) - {key.name for key in keys}
        decision = decisions.of(name)
        for heading, meaning in find_meanings(sop.body, library, decision):
            if meaning.confidence is Confidence.LIKELY and len(meaning.names) == 1:
                self.headings.setdefault(heading, Counter())[meaning.names[0]] += 1

    def settings(self, library: Library, globs: tuple[str, ...]) -> Iterator[tuple[KeyPath, Setting]]:
        yield ("library", "identity"), "path"
        yield ("library", "sops"), globs
        if "legacy" not in library.config.all_areas and "area" in self.missing_keys:
            yield ("areas", "legacy", "title"), "Documents written for other tools"
            yield ("areas", "legacy", "prefix"), "LEG"
        for key in sorted(self.missing_keys):
            yield ("front_matter", "defaults", key), _DEFAULTS[key]
        aliases, claims = self._find_aliases()
        for key, name in aliases.items():
            yield ("front_matter", "aliases", key), name
        for what, key in claims.items():
            yield ("front_matter", "claims", what), key
        extra = [
            key for key in self.key_names if key not in SOP_KEYS and key not in aliases and key not in claims.values()
        ]
        if extra:
            yield ("front_matter", "extra"), tuple(sorted(extra))
        if claims:
            yield ("review", "basis"), "claims"
        by_section: dict[str, list[str]] = {}
        for heading, names in sorted(self.headings.items()):
            name, times = names.most_common(1)[0]
            if len(names) == 1 and (times >= _MIN_SHARED or self.count <= _MAX_SMALL_FOLDER):
                by_section.setdefault(name, []).append(heading)
        for name, spelled in by_section.items():
            yield ("sections", "aliases", name), tuple(spelled)

    def _find_aliases(self) -> tuple[dict[str, str], dict[str, str]]:
        aliases: dict[str, str] = {}
        claims: dict[str, str] = {}
        for key, meanings in self.meanings.items():
            sop_key = meanings.most_common(1)[0][0]
            if sop_key in _CLAIM_KEYS:
                claims.setdefault(_CLAIM_KEYS[sop_key], key)
            if sop_key in SOP_KEYS and key not in SOP_KEYS:
                aliases[key] = sop_key
        channel = next((key for key, meanings in self.meanings.items() if "owner_channel" in meanings), None)
        if channel and channel not in SOP_KEYS and "owner" not in (*aliases.values(), *self.key_names):
            aliases[channel] = "owner"
        return {key: aliases[key] for key in self.key_names if key in aliases}, claims
