"""What lint and verify say of practice records: in the folder by their bytes, in history by their landing."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run, run
from tests.practice.records import SOP, TABLE, land, record, start
from tests.repository import GitRepository

from sopkit.parsing.entry import read_entry_file

__all__ = ["run"]
DAY = ("--as-of", "2026-11-24")
PLACE = f"ledger/runs/{SOP}/x.yaml"
GOOD = """\
schema: sopkit/practice/1
kind: run
by: ben
date: 2026-03-02
id: AC-001
digest: sop1:%s
case: T-1
started: 2026-03-02
""" % ("0" * 64)


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    return start(tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        ("kind: walk\n", 1, "SOP005", "`kind` is none of: run, population, exercise"),
        (GOOD.replace("case:", "cases:"), 7, "SOP004", "unknown key `cases`; did you mean `case`?"),
        (GOOD.replace("started: 2026-03-02", "started: soon"), 8, "SOP005", "`soon` is neither a day"),
        (GOOD.replace("id: AC-001", "id: AC-002"), 5, "SOP005", "lies in ledger/runs/AC-002/, not here"),
        ("- 1\n", 1, "SOP002", "record is not a set of `key: value` lines"),
    ],
)
def test_a_record_in_the_folder_is_read_with_places(text: str, line: int, code: str, words: str) -> None:
    findings = read_entry_file(PLACE, text.encode()).findings
    assert (line, code) in [(one.place.line, one.code) for one in findings]
    assert words in "\n".join(one.message for one in findings)


def test_a_whole_record_has_no_finding_and_knows_its_name() -> None:
    file = read_entry_file(PLACE, GOOD.encode())
    assert (file.findings, file.name[:18]) == ((), "2026-03-02-run-ben")


def test_verify_lists_records_and_says_what_is_wrong(run: Run, there: GitRepository) -> None:
    good = land(there, record(there, "population"))
    bad = land(there, record(there, "population", "cat", day="2026-03-04"))
    there.commit("2026-03-05", {"ledger/runs/notes.txt": "x\n", "ledger/feedback/AC-001/odd.yaml": "1\n"})
    there.commit("2026-03-06", {good.replace(".yaml", ".cases.csv"): TABLE + "T-2,,,,\n"})
    done = run("verify", "-C", there.root, "-f", "json", *DAY)
    report = json.loads(done.out)
    assert [(row["record"], row["proof"], row["reason"]) for row in report["records"]] == [
        ("ledger/feedback/AC-001/odd.yaml", "", "schema"),
        (good, "own commit", ""),
        (bad, "", "role-missing"),
    ]
    codes = {(one["path"], one["code"]) for one in report["findings"] if one["path"].startswith("ledger")}
    assert codes == {
        (good.replace(".yaml", ".cases.csv"), "entry-tampered"),
        (bad, "invalid"),
        ("ledger/feedback/AC-001/odd.yaml", "invalid"),
        ("ledger/runs/notes.txt", "stray-file"),
    }
    assert done.code == 1
    assert "3 practice records: 2 invalid, 1 own commit" in run("verify", "-C", there.root, *DAY).out


def test_a_record_that_does_not_count_is_found_until_another_corrects_it(run: Run, there: GitRepository) -> None:
    path = land(there, record(there, "run", "cat", digest=f"sop1:{'0' * 64}"))
    told = run("lint", "-C", there.root, "--select", "SOP612", *DAY).out
    assert f"{path}:1" in told
    assert "this record does not count (digest-not-landed)" in told
    land(there, record(there, "run", "cat", corrects=path.rpartition("/")[2]))
    assert "SOP612" not in run("lint", "-C", there.root, "--select", "SOP612", *DAY).out


def test_practice_needs_the_basis_of_records(run: Run, there: GitRepository) -> None:
    there.commit("2026-04-01", {"sopkit.toml": '[practice]\npeople = "../other"\n'})
    done = run("verify", "-C", there.root, *DAY)
    assert (done.code, "nothing can be said of the records about people" in done.err) == (2, True)
    assert run("lint", "-C", there.root, "--select", "SOP612", *DAY).code == 0
