"""One entry of the ledger in and out: its fields, the bytes that are signed, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import yaml
from pydantic import ValidationError

from sopkit.model.entries import Entry
from sopkit.model.errors import SopkitError
from sopkit.text.yaml import load_yaml

MOST_BYTES = 262_144
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
    if len(data) > MOST_BYTES:
        return EntryReading(digest, fault=f"over {MOST_BYTES} bytes", size=len(data))
    try:
        values = load_yaml(data, "line")
    except SopkitError as error:
        return EntryReading(digest, fault=error.message, size=len(data))
    if not isinstance(values, dict):
        return EntryReading(digest, fault="not a mapping of keys to values", size=len(data))
    typed = {key: value for key, value in values.items() if value is not None}
    by = typed.get("by")
    who = by if isinstance(by, str) else ""
    try:
        entry = Entry.model_validate(typed)
    except ValidationError as error:
        return EntryReading(digest, fault=_words(error), by=who, size=len(data))
    signed = b""
    if entry.signature:
        signed = signed_bytes(data)
        if not signed or list(typed)[-1] != "signature":
            return EntryReading(digest, fault="`signature` is not the last key", by=who, size=len(data))
    return EntryReading(digest, entry, signed=signed, by=who, size=len(data))


def keep_reading(reading: EntryReading) -> list[object]:
    """A reading as JSON can hold it."""
    entry = reading.entry
    values = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True) if entry is not None else None
    signed = reading.signed.decode("utf-8", "surrogateescape")
    return [reading.sha256, values, reading.fault, signed, reading.by, reading.size]


def kept_reading(kept: Sequence[Any]) -> EntryReading:
    """The reading that was kept."""
    digest, values, fault, signed, by, size = kept
    entry = Entry.model_validate(values) if values is not None else None
    return EntryReading(digest, entry, fault, signed.encode("utf-8", "surrogateescape"), by, size)


def signed_bytes(data: bytes) -> bytes:
    """The bytes before the line of the signature; none when there is no such line."""
    at = data.rfind(b"\n" + _SIGNATURE)
    return data[: at + 1] if at >= 0 else b""


def _words(error: ValidationError) -> str:
    said = []
    for detail in error.errors(include_url=False, include_context=False):
        where = ".".join(str(part) for part in detail["loc"])
        what = {"missing": "is missing", "extra_forbidden": "is no key of an entry"}.get(detail["type"], detail["msg"])
        said.append(f"`{where}` {what}" if where else what)
    return "; ".join(said)


def write_entry(entry: Entry) -> bytes:
    """The bytes of an entry's file: every key that says something, the signature last.

    Raises SopkitError for text that YAML cannot hold, such as a note in another encoding.
    """
    values = entry.model_dump(mode="python", by_alias=True, exclude_defaults=True, exclude={"signature"})
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    for key, value in plain.items():
        if isinstance(value, StrEnum):
            plain[key] = str(value)
    data = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100).encode("utf-8")
    if read_entry(data).entry != entry.model_copy(update={"signature": ""}):
        raise SopkitError("the entry would not be read as it was meant", "write its note and role in plain UTF-8")
    return with_signature(data, entry.signature) if entry.signature else data


def with_signature(data: bytes, armored: str) -> bytes:
    """The bytes of an unsigned entry with a signature over them at their end."""
    lines = "".join(f"  {line}\n" for line in armored.strip().splitlines())
    return data + _SIGNATURE + b" |\n" + lines.encode("ascii")


def entry_name(entry: Entry, data: bytes) -> str:
    """The file name of an entry: its day, kind and person, and eight hex digits of the SHA-256 of its bytes."""
    return name_of(entry, sha256(data).hexdigest())


def name_of(entry: Entry, digest: str) -> str:
    """The file name of an entry whose bytes have that SHA-256."""
    return f"{entry.date}-{entry.kind}-{entry.by}-{digest[:8]}.yaml"
