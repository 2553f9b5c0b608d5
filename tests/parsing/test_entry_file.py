"""Entries in the folder: what is wrong with them, at which line."""

import json

import pytest

from sopkit.parsing.entry import read_entry_file

DIGEST = f"sop1:{'0' * 64}"
GOOD = f"""\
schema: sopkit/entry/1
kind: review
id: AC-001
digest: {DIGEST}
by: ann
date: 2026-01-06
"""
PATH = "ledger/sops/AC-001/2026-01-06-review-ann-7e2b1c11.yaml"


def found(text: str | bytes, path: str = PATH) -> list[tuple[int, str, str]]:
    entry = read_entry_file(path, text.encode() if isinstance(text, str) else text)
    return [(one.place.line, one.code, one.message) for one in entry.findings]


def test_a_good_entry_has_no_findings_and_a_name() -> None:
    entry = read_entry_file(PATH, GOOD.encode())
    assert (entry.findings, entry.name[:22], len(entry.name)) == ((), "2026-01-06-review-ann-", 35)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: review", "kind: reveiw", (2, "SOP005", "`reveiw` is no known kind; did you mean `review`?")),
        ("kind: review", "", (1, "SOP006", "no `kind` in `entry`; add it")),
        ("by: ann\n", "by: ann\nnoet: read\n", (6, "SOP004", "unknown key `noet`; did you mean `note`?")),
        ("by: ann\n", "by: ann\ncolour: red\n", (6, "SOP004", "unknown key `colour`; delete it")),
        ("2026-01-06", "6 January", (6, "SOP005", "`6 January` is not a date; write YYYY-MM-DD")),
        ("by: ann\n", "by: ann\nby: ben\n", (6, "SOP003", "entry has the key `by` twice; keep one of the two lines")),
        (
            DIGEST,
            "9f2c",
            (4, "SOP005", "`9f2c` is no digest such as sop1:9f2c…; write the one that sopkit wrote"),
        ),
        (f"digest: {DIGEST}\n", "", (1, "SOP005", "a review needs the `digest` of the text")),
        (
            "by: ann\n",
            "by: ann\nevidence: {type: document, path: a.pdf, sha: 00}\n",
            (6, "SOP004", "unknown key `sha`; did you mean `sha256`?"),
        ),
        (
            "id: AC-001",
            "id: AC-002",
            (3, "SOP005", "an entry about AC-002 lies in ledger/sops/AC-002/, not here; nobody reads it"),
        ),
        (
            "by: ann\n",
            "signature: x\nby: ann\n",
            (5, "SOP005", "`signature` is not the last key, so it is over nothing; sign the entry again"),
        ),
    ],
)
def test_what_is_wrong_is_named_at_its_line(old: str, new: str, expected: tuple[int, str, str]) -> None:
    assert old in GOOD
    assert found(GOOD.replace(old, new)) == [expected]


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"", 1, "SOP002"),
        (b"- a\n", 1, "SOP002"),
        (b"kind: [\n", 2, "SOP002"),
        (b"kind: \xff\n", 1, "SOP001"),
        (b"kind: \0\n", 1, "SOP001"),
        (b"note: " + b"x" * 262_144, 1, "SOP001"),
    ],
)
def test_bytes_that_are_no_entry(data: bytes, line: int, code: str) -> None:
    assert [(at, name) for at, name, _ in found(data)] == [(line, code)]


def test_an_entry_that_lies_elsewhere_is_read_by_nobody() -> None:
    where = "ledger/sops/2026/AC-001/a.yaml"
    words = "an entry about AC-001 lies in ledger/sops/AC-001/, not here; nobody reads it"
    assert found(GOOD, where) == [(3, "SOP005", words)]


def test_what_only_the_ledger_cannot_read_is_said_all_the_same() -> None:
    values = dict(line.split(": ", 1) for line in GOOD.splitlines())
    text = json.dumps({**values, "signature": "x"})
    assert found(text) == [(1, "SOP002", "entry cannot be read: `signature` is not the last key")]
