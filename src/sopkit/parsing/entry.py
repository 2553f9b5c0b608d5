"""Read, check and write the file of a ledger entry: fields, signed bytes, file name, findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import yaml
from pydantic import ValidationError

from sopkit.model.entry import LEDGER, Entry, Evidence
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding
from sopkit.model.similarity import nearest
from sopkit.model.source import Source
from sopkit.parsing.sop import unreadable_finding
from sopkit.parsing.validation import code_of, explain_error, group_errors
from sopkit.parsing.yaml import load_yaml, read_yaml

MAX_ENTRY_BYTES = 262_144
"""An entry is a form with a note: more than this is none."""

_SIGNATURE = b"signature:"


@dataclass(frozen=True, slots=True)
class EntryReading:
    """What the bytes of an entry's file say; `entry` is None, and `fault` says why, when they are none."""

    sha256: str
    entry: Entry | None = None
    fault: str = ""
    signed: bytes = b""  # what the signature is over; nothing without one
    by: str = ""  # as typed, also when the rest is no entry
    size: int = 0


def read_entry(data: bytes) -> EntryReading:
    """Read the bytes of an entry's file: any bytes give a reading."""
    digest = sha256(data).hexdigest()
    if len(data) > MAX_ENTRY_BYTES:
        return EntryReading(digest, fault=f"over {MAX_ENTRY_BYTES} bytes", size=len(data))
    try:
        values = load_yaml(data, "line")
    except SopkitError as error:
        return EntryReading(digest, fault=error.message, size=len(data))
    if not isinstance(values, dict):
        return EntryReading(digest, fault="not a mapping of keys to values", size=len(data))
    typed = {key: value for key, value in values.items() if value is not None}
    by = values.get("by")
    by = by if isinstance(by, str) else ""
    try:
        entry = Entry.model_validate(typed)
    except ValidationError as error:
        faults = []
        for detail in error.errors(include_url=False, include_context=False):
            key = ".".join(map(str, detail["loc"]))
            texts = {"missing": "is missing", "extra_forbidden": "is no key of an entry"}
            text = texts.get(detail["type"], detail["msg"])
            faults.append(f"`{key}` {text}" if key else text)
        return EntryReading(digest, fault="; ".join(faults), by=by, size=len(data))
    signed = b""
    if entry.signature:
        signed = bytes_to_sign(data)
        if not signed or list(typed)[-1] != "signature":
            return EntryReading(digest, fault="`signature` is not the last key", by=by, size=len(data))
    return EntryReading(digest, entry, signed=signed, by=by, size=len(data))


def reading_to_json(reading: EntryReading) -> list[object]:
    """A reading as JSON can hold it."""
    entry = reading.entry
    values = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True) if entry is not None else None
    signed = reading.signed.decode("utf-8", "surrogateescape")
    return [reading.sha256, values, reading.fault, signed, reading.by, reading.size]


def reading_from_json(stored: Sequence[Any]) -> EntryReading:
    """The reading that such JSON stands for."""
    digest, values, fault, signed, by, size = stored
    entry = Entry.model_validate(values) if values is not None else None
    return EntryReading(digest, entry, fault, signed.encode("utf-8", "surrogateescape"), by, size)


def bytes_to_sign(data: bytes) -> bytes:
    """The bytes before the line of the signature; none when there is no such line."""
    at = data.rfind(b"\n" + _SIGNATURE)
    return data[: at + 1] if at >= 0 else b""


def write_entry(entry: Entry) -> bytes:
    """The bytes of an entry's file: every key that says something, the signature last.

    Raises SopkitError for text that YAML cannot hold, such as a note in another encoding.
    """
    values = entry.model_dump(mode="python", by_alias=True, exclude_defaults=True, exclude={"signature"})
    plain = {
        key: list(value) if isinstance(value, tuple) else str(value) if isinstance(value, StrEnum) else value
        for key, value in values.items()
    }
    data = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100).encode("utf-8")
    if read_entry(data).entry != entry.model_copy(update={"signature": ""}):
        raise SopkitError("the entry would not be read as it was meant", "write its note and role in plain UTF-8")
    return add_signature(data, entry.signature) if entry.signature else data


def add_signature(data: bytes, armored: str) -> bytes:
    """The bytes of an unsigned entry with a signature over them at their end."""
    lines = "".join(f"  {line}\n" for line in armored.strip().splitlines())
    return data + _SIGNATURE + b" |\n" + lines.encode("ascii")


def entry_file_name(entry: Entry, data: bytes) -> str:
    """The file name of an entry: its day, kind and person, and eight hex digits of the SHA-256 of its bytes."""
    return entry_file_name_of(entry, sha256(data).hexdigest())


def entry_file_name_of(entry: Entry, digest: str) -> str:
    """The file name of an entry whose bytes have that SHA-256."""
    return f"{entry.date}-{entry.kind}-{entry.by}-{digest[:8]}.yaml"


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
        return EntryFile(path, source, name=entry_file_name(reading.entry, data))
    entry, findings = _check_with_places(path, source)
    if not findings:
        message = f"entry cannot be read: {reading.fault}"
        return EntryFile(path, source, (Finding(path, source.line_place(1), message, "SOP002"),))
    return EntryFile(path, source, tuple(findings), entry_file_name(entry, data) if entry is not None else "")


def _check_with_places(path: str, source: Source) -> tuple[Entry | None, list[Finding]]:
    """The entry, and findings at the place of what is wrong in its file; this takes longer."""
    first, data = source.line_place(1), source.data
    if len(data) > MAX_ENTRY_BYTES:
        message = f"file is larger than {MAX_ENTRY_BYTES // 1024} KiB; an entry is a form with a note"
        return None, [Finding(path, source.place(0), message, "SOP001")]
    if (unreadable := unreadable_finding(source, path)) is not None:
        return None, [unreadable]
    tree = read_yaml(source, source.text_start, len(data), path, "entry")
    findings = tree.findings
    if not isinstance(tree.value, dict):
        if not tree.broken:
            findings.append(Finding(path, first, "entry is not a set of `key: value` lines", "SOP002"))
        return None, findings
    try:
        entry = Entry.model_validate({key: value for key, value in tree.value.items() if value is not None})
    except ValidationError as error:
        for detail in group_errors(error.errors(include_url=False), least=0):
            code, loc = code_of(detail), detail["loc"]
            place = tree.key_place(loc) if code == "SOP004" else tree.place(loc)
            place = first if code == "SOP006" or not loc else place or first
            findings.append(Finding(path, place, _entry_error_text(detail), code))
        return None, findings
    folder = f"{LEDGER}/{entry.id}"
    if path.rpartition("/")[0] != folder:
        message = f"an entry about {entry.id} lies in {folder}/, not here; nobody reads it"
        findings.append(Finding(path, tree.place(("id",)) or first, message, "SOP005"))
    if entry.signature and list(tree.value)[-1] != "signature":
        message = "`signature` is not the last key, so it is over nothing; sign the entry again"
        findings.append(Finding(path, tree.key_place(("signature",)) or first, message, "SOP005"))
    return entry, findings


def _entry_error_text(detail: dict[str, Any]) -> str:
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
    return explain_error({**detail, "loc": loc if len(loc) > 1 or not loc else ("entry", *loc)}, ())
