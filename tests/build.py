"""Builds SOPs and libraries: a test states only what differs from a complete, clean SOP."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import yaml
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.frameworks.loader import load_catalogue
from sopkit.git.blobs import WatchedTree
from sopkit.git.repository import blob_id
from sopkit.library import Library, load, sop_reader
from sopkit.lifecycle.library_status import LibraryStatus, read_committed_status
from sopkit.lifecycle.snapshot import Snapshot, SnapshotReader
from sopkit.lint.rule import EXAMPLE_DATE, Example, ExampleCommit
from sopkit.model.catalogue import Catalogue
from sopkit.model.commits import REGULAR_MODES
from sopkit.model.config import Config
from sopkit.model.entry import LEDGER, Entry
from sopkit.model.practice import validate_record
from sopkit.model.practice_base import PRACTICE_SCHEMA
from sopkit.model.sop import Sop
from sopkit.parsing.config import read_config
from sopkit.parsing.entry import entry_file_name, write_entry, write_record
from sopkit.practice.landing import TABLE_SUFFIX

AS_OF = date.fromisoformat(EXAMPLE_DATE)
PATH = "sops/access-control/ac-001-grant-access.md"

REGISTERS = {
    "registers/people.yaml": """\
- {key: ann, name: Ann Lee, emails: [ann@acme.example]}
- {key: ben, name: Ben Roy, emails: [ben@acme.example]}
- {key: dee, name: Dee Poe, emails: [dee@acme.example]}
- {key: cat, name: Cat Diaz, emails: [cat@acme.example], to: 2025-12-31}
""",
    "registers/roles.yaml": """\
- {id: security-lead, title: Security lead, aliases: [CISO], holders: [{person: ann}], deputies: [{person: dee}]}
- {id: it-operations, title: IT operations, holders: [{person: ben}], deputies: [{person: dee}]}
- {id: line-manager, title: Line manager, holders: [{person: ann}], deputies: [{person: dee}]}
- {id: asset-owner, title: Asset owner, holders: [{person: ben}], deputies: [{person: dee}]}
- {id: auditor, title: Auditor, holders: [{person: cat, to: 2025-12-31}]}
""",
}

COMPLETE = """\
---
id: AC-001
title: Grant access
version: "1.0"
status: active
area: access-control
owner: security-lead
approvers: [security-lead]
contributors: [it-operations]
criticality: medium
effective: 2026-01-05
controls:
  iso27001-2022: [A.5.18]
triggers:
  - event: a person asks for access
records:
  - id: access-ticket
    name: Access ticket
    where: Jira project ACCESS
    retention: P3Y
time_limits:
  grant: PT4H
audience: [it-operations]
---

# Grant access

## Purpose

Give people the access that their work needs.

## Scope

All staff accounts in Okta. Service accounts are out of scope.

## Roles

- **Line manager**: asks for access.
- **Asset owner**: approves the request.
- **IT operations**: grants the access.

## Inputs

- Administrator rights in Okta.

## Procedure

1. **Line manager**: Ask for access in Jira.
2. **Asset owner**: Approve the request.
3. **IT operations**: Grant the access within 4 hours.

## Records

- The access ticket in the Jira project ACCESS, kept for 3 years; line manager, asset owner and IT operations read it.

## References

- ISO 27001:2022 A.5.18 Access rights
"""

_KEY = re.compile(r"^(?=[A-Za-z_][\w-]*:)", re.MULTILINE)
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)


def complete(overlay: str = "", *, without: Iterable[str] = (), **keys: str) -> str:
    """The text of a complete SOP with the keys and `## Section` blocks of the overlay, and without the named ones.

    Key words are values of the front matter, as typed in YAML.
    """
    front, body = _halves(COMPLETE)
    new_front, new_body = _halves(overlay) if overlay.startswith("---\n") else ("", overlay)
    new_front += "".join(f"{key}: {value}\n" for key, value in keys.items())
    head, *base = _SECTION.split(body)
    lead, *sections = _SECTION.split(new_body)
    assert not lead.strip(), "an overlay has sections only"
    gone = set(without)
    kept = _laid_over(_KEY.split(front)[1:], _KEY.split(new_front)[1:], gone, lambda part: part.partition(":")[0])
    told = _laid_over(base, sections, gone, _section_name)
    return f"---\n{''.join(kept)}---\n{head}{''.join(_references_last(told, sections))}".rstrip("\n") + "\n"


def sop(overlay: str = "", *, without: Iterable[str] = (), path: str = PATH, config: str = "", **keys: str) -> Sop:
    """A complete SOP with what differs, read in memory."""
    return read(complete(overlay, without=without, **keys), path=path, config=config)


def read(text: str | bytes, *, path: str = PATH, config: str = "") -> Sop:
    """The SOP of a whole file, read in memory."""
    reader = sop_reader(read_config(config.encode(), "sopkit.toml"), _catalogue())
    return reader(path, text.encode() if isinstance(text, str) else text)


def library(
    root: Path, files: Mapping[str, str | bytes] | None = None, *, config: str = "", as_of: date = AS_OF
) -> Library:
    """A library in a folder: the registers of this module, and one complete SOP unless `files` has others."""
    given = dict(files or {})
    if not any(name.endswith(".md") for name in given):
        given[PATH] = COMPLETE
    for name, content in {"sopkit.toml": config, **REGISTERS, **given}.items():
        write(root, name, content)
    return load(root, as_of)


def write(root: Path, name: str, content: str | bytes) -> Path:
    """Write one file below a folder, with the folders above it."""
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def example_library(root: Path, example: Example) -> tuple[Library, Callable[[], LibraryStatus | None]]:
    """The library of an example, and what gives its history: None when the example has none."""
    files = example_files(example)
    if not example.history:
        return library(root, files), lambda: None
    repository = GitRepository.start(root)
    set_up: dict[str, str | bytes | None] = {"sopkit.toml": "", **REGISTERS, **example.files}
    repository.commit("2025-01-02", set_up, author=CAT)
    reader, approved = SnapshotReader(Config()), ""
    for past in example.history:
        author = next(person for person in (ANN, BEN, CAT) if f"<{past.by}@" in person)
        changed: dict[str, str | bytes | None] = dict(past.files)
        if past.text is not None:
            changed[PATH] = complete(past.text)
        if past.entry:
            data = (root / PATH).read_bytes()
            snapshot = reader.read(data)
            globs = tuple(name for name in snapshot.watches.split("\n") if name)
            values = {"schema": "sopkit/entry/1", "id": snapshot.id, "digest": snapshot.digest, "blob": blob_id(data)}
            values |= {"version": snapshot.version, "by": past.by, "date": past.day}
            values |= dict(part.split(": ", 1) for part in past.entry.split(", "))  # type: ignore[arg-type] - pairs
            if globs and values["kind"] == "review":
                watched = {
                    path: (REGULAR_MODES[0], blob_id((root / path).read_bytes())) for path in globs if "*" not in path
                }
                values.setdefault("watched", WatchedTree(watched, "").digest(snapshot.watches))
            if values.get("outcome") == "editorial":
                values["from_digest"] = approved
            elif values["kind"] == "approval":
                approved = snapshot.digest
            entry = Entry.model_validate(values)
            written = write_entry(entry)
            changed[f"{LEDGER}/{entry.id}/{entry_file_name(entry, written)}"] = written
        if past.record:
            changed |= _record_files(past, reader.read((root / PATH).read_bytes()))
        repository.commit(past.day, changed, author=author)
    for name, content in files.items():
        if name == PATH:
            write(root, name, content)
    return load(root, AS_OF), lambda: read_committed_status(load(root, AS_OF), AS_OF, {})


def _record_files(past: ExampleCommit, snapshot: Snapshot) -> dict[str, str | bytes | None]:
    """The files of a practice record about the text as it is."""
    values = yaml.load(f"{{{past.record}}}", yaml.BaseLoader)
    text = {"id": snapshot.id, "digest": snapshot.digest, "version": snapshot.version}
    if values["kind"] in {"exercise", "session"} or (values["kind"] == "result" and "table" not in values):
        values.setdefault("sops", [text])
    elif values["kind"] == "run":
        values |= text
    elif values["kind"] == "population":
        digest, rows = sha256(past.table.encode()).hexdigest(), str(past.table.count("\n") - 1)
        values |= {"id": snapshot.id, "timezone": "UTC", "system": "jira", "table": digest, "rows": rows}
        values.setdefault("exported", past.day)
    elif values["kind"] in {"feedback", "decision", "exemption"}:
        values["id"] = snapshot.id
    record = validate_record({"schema": PRACTICE_SCHEMA, "by": past.by, "date": past.day} | values)
    data = write_record(record)
    path = f"{record.folder}/{entry_file_name(record, data)}"
    table = {path.removesuffix(".yaml") + TABLE_SUFFIX: past.table} if past.table else {}
    return {path: data, **table}


def example_files(example: Example) -> dict[str, str]:
    """The files of the library that an example of a rule stands for; SOPs among its `files` are overlays as well."""
    text = example.text if example.whole else complete(example.text, without=example.without)
    others = {name: complete(content) if name.endswith(".md") else content for name, content in example.files.items()}
    return {PATH: text, **others}


@cache
def _catalogue() -> Catalogue:
    return load_catalogue()


def _section_name(part: str) -> str:
    return part.splitlines()[0].removeprefix("## ")


def _references_last(parts: list[str], new: list[str]) -> list[str]:
    """The sections with References at the end, unless the overlay itself has some behind it."""
    names = [_section_name(part) for part in new]
    if "References" in names[:-1]:
        return parts
    return sorted(parts, key=lambda part: _section_name(part) == "References")


def _halves(text: str) -> tuple[str, str]:
    front, body = text.removeprefix("---\n").split("---\n", 1)
    return front, body


def _laid_over(base: list[str], new: list[str], gone: set[str], name_of: Callable[[str], str]) -> list[str]:
    """The parts of `base`; those that `new` has as well are replaced in their place, the others come at the end."""
    by_name: dict[str, list[str]] = {}
    for part in new:
        by_name.setdefault(name_of(part), []).append(part.rstrip("\n") + ("\n\n" if part.startswith("#") else "\n"))
    parts = []
    for part in base:
        name = name_of(part)
        if name not in gone:
            parts += by_name.pop(name, [part])
    return parts + [part for parts_of in by_name.values() for part in parts_of]
