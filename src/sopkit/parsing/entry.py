"""Read, check and write the files of the ledger, entries and practice records: fields, signed bytes, name, findings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Generic, Protocol, TypeVar

import yaml
from pydantic import ValidationError

from sopkit.model.entry import LEDGER, Entry, Evidence
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding
from sopkit.model.practice import AnyRecord, record_fields, validate_record
from sopkit.model.practice_base import PracticeKind, is_record
from sopkit.model.similarity import nearest
from sopkit.model.source import Source
from sopkit.parsing.sop import unreadable_finding
from sopkit.parsing.validation import code_of, explain_error, group_errors
from sopkit.parsing.yaml import load_yaml, read_yaml

MAX_ENTRY_BYTES = 262_144
"""An entry is a form with a note: more than this is none."""

_SIGNATURE = b"signature:"


class LedgerDocument(Protocol):
    """What an entry and a practice record have in common."""

    @property
    def kind(self) -> StrEnum:
        """What it tells of."""

    @property
    def by(self) -> str:
        """Who made it, by key of the people register."""

    @property
    def date(self) -> date:
        """Its day."""

    @property
    def library(self) -> str:
        """UUID of the library."""

    @property
    def evidence(self) -> Evidence | None:
        """What proves it beside its author."""

    @property
    def signature(self) -> str:
        """An armoured SSH signature, or nothing."""


Content = TypeVar("Content", bound=LedgerDocument)


@dataclass(frozen=True)  # a generic class with slots cannot be called by another name
class DocumentReading(Generic[Content]):
    """What the bytes of a file of the ledger say; `entry` is None, and `fault` says why, when that is not valid."""

    sha256: str
    entry: Content | None = None
    fault: str = ""
    signed: bytes = b""  # what the signature is over; nothing without one
    by: str = ""  # as typed, also when the rest is no entry
    size: int = 0


EntryReading = DocumentReading[Entry]
RecordReading = DocumentReading[AnyRecord]


def read_entry(data: bytes) -> EntryReading:
    """Read the bytes of an entry's file: any bytes give a reading."""
    return _read_document(data, Entry.model_validate, "an entry")


def read_record(data: bytes) -> RecordReading:
    """Read the bytes of a practice record's file: any bytes give a reading."""
    return _read_document(data, validate_record, "a practice record")


def _read_document(
    data: bytes, validate: Callable[[Mapping[str, object]], Content], what: str
) -> DocumentReading[Content]:
    digest = sha256(data).hexdigest()
    if len(data) > MAX_ENTRY_BYTES:
        return DocumentReading(digest, fault=f"over {MAX_ENTRY_BYTES} bytes", size=len(data))
    try:
        values = load_yaml(data, "line")
    except SopkitError as error:
        return DocumentReading(digest, fault=error.message, size=len(data))
    if not isinstance(values, dict):
        return DocumentReading(digest, fault="not a mapping of keys to values", size=len(data))
    typed = {key: value for key, value in values.items() if value is not None}
    by = values.get("by")
    by = by if isinstance(by, str) else ""
    try:
        entry = validate(typed)
    except ValidationError as error:
        faults = []
        for detail in error.errors(include_url=False, include_context=False):
            loc = detail["loc"]
            key = ".".join(map(str, loc[1:] if loc[:1] == (typed.get("kind"),) else loc))  # a union names its member
            texts = {"missing": "is missing", "extra_forbidden": f"is no key of {what}"}
            text = texts.get(detail["type"], detail["msg"])
            faults.append(f"`{key}` {text}" if key else text)
        return DocumentReading(digest, fault="; ".join(faults), by=by, size=len(data))
    signed = b""
    if entry.signature:
        signed = bytes_to_sign(data)
        if not signed or list(typed)[-1] != "signature":
            return DocumentReading(digest, fault="`signature` is not the last key", by=by, size=len(data))
    return DocumentReading(digest, entry, signed=signed, by=by, size=len(data))


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
    data = _write_document(values, read_entry, entry.model_copy(update={"signature": ""}))
    return add_signature(data, entry.signature) if entry.signature else data


def write_record(record: AnyRecord) -> bytes:
    """The same of a practice record's file."""
    values = record.model_dump(mode="python", by_alias=True, exclude_defaults=True, exclude={"signature"})
    data = _write_document(values, read_record, record.model_copy(update={"signature": ""}))
    return add_signature(data, record.signature) if record.signature else data


def _write_document(
    values: Mapping[str, object], read: Callable[[bytes], DocumentReading[Content]], unsigned: Content
) -> bytes:
    data = yaml.safe_dump(_to_plain(values), sort_keys=False, allow_unicode=True, width=100).encode("utf-8")
    if read(data).entry != unsigned:
        raise SopkitError("the entry would not be read as it was meant", "write its note and role in plain UTF-8")
    return data


def _to_plain(value: object) -> object:
    """A value as `yaml.safe_dump` takes it."""
    if isinstance(value, Mapping):
        return {str(key): _to_plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_to_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.replace()  # a copy: of one that is there twice, YAML would write a reference
    return str(value) if isinstance(value, StrEnum) else value


def add_signature(data: bytes, armored: str) -> bytes:
    """The bytes of an unsigned entry with a signature over them at their end."""
    lines = "".join(f"  {line}\n" for line in armored.strip().splitlines())
    return data + _SIGNATURE + b" |\n" + lines.encode("ascii")


def entry_file_name(entry: LedgerDocument, data: bytes) -> str:
    """The file name of an entry: its day, kind and person, and eight hex digits of the SHA-256 of its bytes."""
    return entry_file_name_of(entry, sha256(data).hexdigest())


def entry_file_name_of(entry: LedgerDocument, digest: str) -> str:
    """The file name of an entry whose bytes have that SHA-256."""
    return f"{entry.date}-{entry.kind}-{entry.by}-{digest[:8]}.yaml"


@dataclass(frozen=True)
class EntryFile:
    """One entry or practice record in the folder; `name` is what its file has to be called, empty when it is none."""

    path: str
    source: Source
    findings: tuple[Finding, ...] = ()
    name: str = ""


def read_entry_file(path: str, data: bytes) -> EntryFile:
    """Read the bytes of the file of an entry or practice record; any bytes give findings or one of them."""
    source = Source(data)
    reading: EntryReading | RecordReading = read_record(data) if is_record(path) else read_entry(data)
    if reading.entry is not None and path.rpartition("/")[0] == _folder_of(reading.entry):
        return EntryFile(path, source, name=entry_file_name(reading.entry, data))
    entry, findings = _check_with_places(path, source)
    if not findings:
        message = f"entry cannot be read: {reading.fault}"
        return EntryFile(path, source, (Finding(path, source.line_place(1), message, "SOP002"),))
    return EntryFile(path, source, tuple(findings), entry_file_name(entry, data) if entry is not None else "")


def known_keys(values: Mapping[str, object]) -> tuple[str, ...]:
    """The keys of an entry, or of a practice record of the kind that the values name."""
    fields = record_fields(str(values.get("kind"))) or Entry.model_fields
    return tuple(info.alias or name for name, info in fields.items())


def _folder_of(entry: Entry | AnyRecord) -> str:
    return f"{LEDGER}/{entry.id}" if isinstance(entry, Entry) else entry.folder


def _check_with_places(path: str, source: Source) -> tuple[Entry | AnyRecord | None, list[Finding]]:
    """The entry, and findings at the place of what is wrong in its file; this takes longer."""
    first, data, what = source.line_place(1), source.data, "record" if is_record(path) else "entry"
    if len(data) > MAX_ENTRY_BYTES:
        message = f"file is larger than {MAX_ENTRY_BYTES // 1024} KiB; an {what} is a form with a note"
        return None, [Finding(path, source.place(0), message.replace("an record", "a record"), "SOP001")]
    if (unreadable := unreadable_finding(source, path)) is not None:
        return None, [unreadable]
    tree = read_yaml(source, source.text_start, len(data), path, what)
    findings = tree.findings
    if not isinstance(tree.value, dict):
        if not tree.broken:
            findings.append(Finding(path, first, f"{what} is not a set of `key: value` lines", "SOP002"))
        return None, findings
    values = {key: value for key, value in tree.value.items() if value is not None}
    validate: Callable[[object], Entry | AnyRecord] = validate_record if is_record(path) else Entry.model_validate
    try:
        entry = validate(values)
    except ValidationError as error:
        for detail in group_errors(error.errors(include_url=False), least=0):
            loc = detail["loc"]
            loc = loc[1:] if loc[:1] == (values.get("kind"),) else loc  # a union names its member
            code = code_of({**detail, "loc": loc})
            place = tree.key_place(loc) if code == "SOP004" else tree.place(loc)
            place = first if code == "SOP006" or not loc else place or first
            findings.append(Finding(path, place, _entry_error_text({**detail, "loc": loc}, values), code))
        return None, findings
    folder = _folder_of(entry)
    if path.rpartition("/")[0] != folder:
        message = f"{_about(entry)} lies in {folder}/, not here; nobody reads it"
        findings.append(Finding(path, tree.place(("id",)) or first, message, "SOP005"))
    if entry.signature and list(tree.value)[-1] != "signature":
        message = f"`signature` is not the last key, so it is over nothing; sign the {what} again"
        findings.append(Finding(path, tree.key_place(("signature",)) or first, message, "SOP005"))
    return entry, findings


def _about(entry: Entry | AnyRecord) -> str:
    return f"an entry about {entry.id}" if isinstance(entry, Entry) else f"a record of kind {entry.kind}"


def _entry_error_text(detail: dict[str, Any], values: Mapping[str, object]) -> str:
    """What is wrong and what to do; the sentences for the keys of an SOP do not fit an entry."""
    kind, loc = detail["type"], detail["loc"]
    key = str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        known = known_keys(values) if len(loc) == 1 else tuple(Evidence.model_fields) if loc[0] == "evidence" else ()
        near = nearest(key, known, 1, 0.6)
        return f"unknown key `{key}`; {f'did you mean `{near[0]}`?' if near else 'delete it'}"
    if kind == "string_pattern_mismatch":
        names = {"blob": "git object id", "table": "SHA-256 in hex", "by": "key of the people register"}
        what = names.get(key, "digest such as sop1:9f2c…")
        return f"`{detail.get('input')}` is no {what}; write the one that sopkit wrote"
    if kind.startswith("union_tag"):
        return f"`kind` is none of: {', '.join(PracticeKind)}"
    return explain_error({**detail, "loc": loc if len(loc) > 1 or not loc else ("entry", *loc)}, ())
