"""An entry's file as the linter reads it: the entry, and what is wrong with it at its line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from sopkit.model.entries import LEDGER, Entry, Evidence
from sopkit.model.finding import Finding
from sopkit.model.nearest import nearest
from sopkit.model.source import Source
from sopkit.text.entry import MOST_BYTES, entry_name, read_entry
from sopkit.text.mistakes import grouped
from sopkit.text.nodes import YamlTree, read_yaml
from sopkit.text.parse import unreadable
from sopkit.text.schema_words import plain
from sopkit.text.validate import code_of

_KEYS = tuple(info.alias or name for name, info in Entry.model_fields.items())


@dataclass(frozen=True)
class EntryFile:
    """One entry in the folder; `name` is what its file has to be called, empty when the entry is none."""

    path: str
    source: Source
    findings: tuple[Finding, ...] = ()
    name: str = ""


def read_entry_file(path: str, data: bytes) -> EntryFile:
    """Read the bytes of an entry's file; any bytes give findings or an entry."""
    source = Source(data)
    reading = read_entry(data)
    if reading.entry is not None and path.rpartition("/")[0] == f"{LEDGER}/{reading.entry.id}":
        return EntryFile(path, source, name=entry_name(reading.entry, data))
    found = _looked_at(path, source)
    if found.findings:
        return found
    return EntryFile(
        path, source, (Finding(path, source.line_place(1), f"entry cannot be read: {reading.fault}", "SOP002"),)
    )


def _looked_at(path: str, source: Source) -> EntryFile:
    """The file read with the place of everything in it, which takes longer."""
    data = source.data
    trouble = unreadable(source, path)
    if len(data) > MOST_BYTES:
        words = f"file is larger than {MOST_BYTES // 1024} KiB; an entry is a form with a note"
        trouble = Finding(path, source.place(0), words, "SOP001")
    if trouble is not None:
        return EntryFile(path, source, (trouble,))
    tree = read_yaml(source, source.text_start, len(data), path, "entry")
    if tree.broken:
        return EntryFile(path, source, tuple(tree.findings))
    if not isinstance(tree.value, dict):
        words = "entry is not a set of `key: value` lines"
        return EntryFile(path, source, (*tree.findings, Finding(path, source.line_place(1), words, "SOP002")))
    typed = {key: value for key, value in tree.value.items() if value is not None}
    try:
        entry = Entry.model_validate(typed)
    except ValidationError as error:
        return EntryFile(path, source, (*tree.findings, *_findings(error, tree, path, source)))
    return EntryFile(path, source, (*tree.findings, *_misplaced(entry, tree, path, source)), entry_name(entry, data))


def _misplaced(entry: Entry, tree: YamlTree, path: str, source: Source) -> Iterator[Finding]:
    first = source.line_place(1)
    folder = f"{LEDGER}/{entry.id}"
    if path.rpartition("/")[0] != folder:
        words = f"an entry about {entry.id} lies in {folder}/, not here; nobody reads it"
        yield Finding(path, tree.place(("id",)) or first, words, "SOP005")
    if entry.signature and isinstance(tree.value, dict) and list(tree.value)[-1] != "signature":
        words = "`signature` is not the last key, so it is over nothing; sign the entry again"
        yield Finding(path, tree.key_place(("signature",)) or first, words, "SOP005")


def _findings(error: ValidationError, tree: YamlTree, path: str, source: Source) -> Iterator[Finding]:
    first = source.line_place(1)
    for detail in grouped(error.errors(include_url=False), least=0):
        code, loc = code_of(detail), detail["loc"]
        place = tree.key_place(loc) if code == "SOP004" else tree.place(loc)
        yield Finding(path, first if code == "SOP006" or not loc else place or first, _words(detail), code)


def _words(detail: dict[str, Any]) -> str:
    """What is wrong and what to do; the sentences for the keys of an SOP do not fit an entry."""
    kind, loc = detail["type"], detail["loc"]
    key = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        known = _KEYS if len(loc) == 1 else tuple(Evidence.model_fields)
        near = nearest(key, known, 1, 0.6)
        return f"unknown key `{key}`; {f'did you mean `{near[0]}`?' if near else 'delete it'}"
    if kind == "string_pattern_mismatch":
        what = "git object id" if key == "blob" else "digest such as sop1:9f2c…"
        return f"`{detail.get('input')}` is no {what}; write the one that sopkit review wrote"
    return plain({**detail, "loc": loc if len(loc) > 1 or not loc else ("entry", *loc)}, ())
