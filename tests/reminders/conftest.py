"""Reports and registers from which reminders are made."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.build import library as build_library

from sopkit.library import Library
from sopkit.lifecycle.status import SopState, StaleReport, StaleRow
from sopkit.model.config import Basis, RemindTable
from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.reminders.selection import select_reminders

PEOPLE = """\
- {key: ann, name: Ann Lee, emails: [ann@acme.example], logins: {github: ann-acme}}
- {key: ben, name: Ben Roy, emails: [ben@acme.example]}
- {key: cat, name: Cat Diaz, emails: [cat@acme.example]}
- {key: dan, name: Dan Ek, to: 2026-06-30}
- {key: eve, name: Eve Ash}
"""
ROLES = """\
- {id: lead, title: Security lead, holders: [{person: ann}], deputies: [{person: ben}], reports_to: boss}
- {id: boss, title: Boss, holders: [{person: cat}]}
- {id: left, title: Left, holders: [{person: dan}], deputies: [{person: ben}]}
- {id: void, title: Void, holders: [{person: ann, to: 2025-01-01}]}
- {id: mute, title: Mute, holders: [{person: eve}]}
"""
AS_OF = date(2026, 11, 24)


class Word(str):
    """A state that this version may not know yet."""

    __slots__ = ()


def a_row(**changes: Any) -> StaleRow:
    values: dict[str, Any] = {field.name: "" for field in fields(StaleRow)}
    values |= {
        "id": "AC-001",
        "title": "Grant access",
        "path": "sops/ac-001.md",
        "area": "access-control",
        "owner": "lead",
        "state": SopState.UNPROVEN_FRESH,
        "flags": (),
        "reviewed": None,
        "due": None,
        "days": None,
        "changed": date(2026, 1, 5),
        "changed_by": ("Ann Lee",),
        "commit": "ab" * 20,
        "lapsed": None,
        "invalid": (),
        "findings": (),
        "reason": "because",
    }
    values |= changes
    if values["due"] is not None:
        values["days"] = (values["due"] - AS_OF).days
    return StaleRow(**values)


def a_report(*rows: StaleRow, as_of: date = AS_OF) -> StaleReport:
    moved = (replace(row, days=(row.due - as_of).days) if row.due else row for row in rows)
    return StaleReport("c0ffee" * 6 + "c0ff", as_of, Basis.GIT, tuple(moved))


@pytest.fixture
def people(tmp_path: Path) -> Library:
    files: dict[str, str | bytes] = {"registers/people.yaml": PEOPLE, "registers/roles.yaml": ROLES}
    return build_library(tmp_path / "library", files, config='[library]\nname = "Acme Cloud"\n')


Made = Callable[..., tuple[Reminder, ...]]


@pytest.fixture
def made(people: Library) -> Made:
    def make(*rows: StaleRow, as_of: date = AS_OF, **options: Any) -> tuple[Reminder, ...]:
        return select_reminders(a_report(*rows, as_of=as_of), people, RemindTable.default(), **options)

    return make


def an_output(*found: Reminder, **changes: Any) -> RemindOutput:
    values: dict[str, Any] = {
        "as_of": AS_OF,
        "head": "c0ffee" * 6 + "c0ff",
        "tool": "sopkit 9.9.9",
        "library": "Acme Cloud",
        "thresholds": (30, 14, 7, 1, 0),
    }
    return RemindOutput(found, **(values | changes))
