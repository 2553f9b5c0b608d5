"""The list of cases: snapshots laid over each other, runs beside them, and the order of a sample."""

from datetime import UTC, date
from hashlib import sha256
from pathlib import Path

import pytest
from tests.practice.records import SOP, TODAY, history_of, land, practice, record, start
from tests.repository import GitRepository

from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.durations import DateRange
from sopkit.model.errors import SopkitError
from sopkit.practice.cases import Case, CaseList, read_cases, read_table, sample_rank, write_table
from sopkit.reports.report import ReportOptions
from sopkit.reports.runs import runs
from sopkit.reports.sample import SampleRow, sample

HEAD = ("case", "url", "started", "finished", "outcome", "grant.from", "grant.to")


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    return start(tmp_path)


def export(there: GitRepository, day: str, *rows: str, system: str = "jira", until: str = "2026-02-28") -> str:
    """Land a population of the rows, each `case started finished outcome`."""
    cells = [(*one.split(" "), "", "", "", "")[:4] for one in rows]
    full = [(name, "", begun, end, outcome, begun, end) for name, begun, end, outcome in cells]
    data = write_table(HEAD, full)
    values = {"rows": str(len(rows)), "table": sha256(data).hexdigest(), "system": system, "to": until}
    return land(there, record(there, "population", "ben", day, **values), table=data.decode())


def cases(there: GitRepository) -> CaseList:
    return read_cases(history_of(there).repository, practice(there), SOP, UTC)


def by_id(there: GitRepository) -> dict[str, Case]:
    return {one.id: one for one in cases(there).cases}


def test_the_newest_export_counts_and_a_change_is_shown(there: GitRepository) -> None:
    export(there, "2026-03-01", "T-1 2026-02-03", "T-2 2026-02-04 2026-02-05 done")
    export(there, "2026-03-10", "T-1 2026-02-03 2026-03-02 done", "T-2 2026-02-04 2026-02-05 done")
    found = by_id(there)
    assert (found["T-1"].finished, found["T-1"].before) == ("2026-03-02", ("2026-02-03",))
    assert (found["T-2"].before, found["T-2"].late, len(found)) == ((), False, 2)


def test_a_case_that_a_newer_export_lacks_stays_and_is_gone(there: GitRepository) -> None:
    export(there, "2026-03-01", "T-1 2026-02-03 2026-02-04 done", "T-2 2026-02-04 2026-02-05 done")
    export(there, "2026-03-10", "T-2 2026-02-04 2026-02-05 done")
    export(there, "2026-03-11", "T-9 2026-02-04 2026-02-05 done", system="github")  # another system covers nothing
    assert {name: one.gone for name, one in by_id(there).items()} == {"T-1": True, "T-2": False, "T-9": False}


def test_a_case_that_an_older_export_of_its_day_lacks_is_late(there: GitRepository) -> None:
    export(there, "2026-02-16", "T-1 2026-02-03 2026-02-04 done", until="2026-02-15")
    export(there, "2026-03-10", "T-1 2026-02-03 2026-02-04 done", "T-2 2026-02-10", "T-3 2026-02-20")
    export(there, "2026-03-11", "T-1 2026-02-03 2026-02-04 done", "T-2 2026-02-10", "T-3 2026-02-20")
    assert {name: one.late for name, one in by_id(there).items()} == {"T-1": False, "T-2": True, "T-3": False}


def test_a_run_of_a_listed_case_is_not_counted_twice(there: GitRepository) -> None:
    export(there, "2026-03-01", "T-1 2026-02-03 2026-02-04 done")
    land(there, record(there, "run", case="T-1"))
    land(there, record(there, "run", case="T-7", day="2026-03-05"))
    assert {name: one.system for name, one in by_id(there).items()} == {"T-1": "jira", "T-7": "sopkit"}


def test_a_table_with_other_bytes_is_not_read_and_said(there: GitRepository) -> None:
    path = land(there, record(there, "population"), table="case,url,started,finished,outcome\n")
    fault = "the table is not the one that the record names"
    assert (cases(there).cases, cases(there).faults) == ((), (f"{path}: {fault}",))
    with pytest.raises(SopkitError, match="other columns"):
        read_table(b"a,b\n1,2\n", sha256(b"a,b\n1,2\n").hexdigest())
    with pytest.raises(SopkitError, match="cannot be read"):
        read_table(b"\xff\n", sha256(b"\xff\n").hexdigest())


def test_cells_that_a_spreadsheet_would_obey_come_back_as_they_were() -> None:
    row = ("=T(1)", "'x", "2026-02-03", "", "@done", "", "")
    data = write_table(HEAD, [row])
    assert b"'=T(1)" in data
    assert [tuple(one) for one in read_table(data, sha256(data).hexdigest()).rows] == [row]


def drawn(there: GitRepository, count: int = 5) -> list[SampleRow]:
    options = ReportOptions(
        sop=SOP, period=DateRange(date(2026, 2, 1), date(2026, 2, 28)), count=count, seed="2026 audit"
    )
    with read_library_status(there.root, TODAY, TODAY) as status:
        return [row for row in sample(status, options).table.rows if isinstance(row, SampleRow)]


def test_the_order_of_a_sample_stays_when_late_cases_come(there: GitRepository) -> None:
    first = [f"T-{number} 2026-02-03 2026-02-04 done" for number in range(100)]
    export(there, "2026-03-01", *first)
    before = [row.case for row in drawn(there, 100)]
    assert before == sorted(before, key=lambda name: sha256(f"2026 audit\n{SOP}\njira\n{name}".encode()).hexdigest())
    assert before[:5] == [row.case for row in drawn(there)]
    export(there, "2026-03-10", *first, *(f"L-{number} 2026-02-05 2026-02-06 done" for number in range(50)))
    after = drawn(there, 150)
    assert [row.case for row in after if row.case in before] == before
    assert {row.case[0]: row.marks for row in after} == {"T": (), "L": ("late",)}


def test_a_sample_says_what_it_needs(there: GitRepository) -> None:
    with (
        read_library_status(there.root, TODAY, TODAY) as status,
        pytest.raises(SopkitError, match=r"needs --period A\.\.B, -n N, --seed TEXT"),
    ):
        sample(status, ReportOptions(sop=SOP))


def test_the_list_of_cases_names_the_version_that_was_in_force(there: GitRepository) -> None:
    export(there, "2026-03-01", "T-1 2026-02-03 2026-02-04 done")
    with read_library_status(there.root, TODAY, TODAY) as status:
        result = runs(status, ReportOptions(sop=SOP))
    [row] = result.table.rows
    assert (row.case, row.version, row.outcome) == ("T-1", "", "done")  # type: ignore[attr-defined]
    assert [(one.system, one.cases, one.by, one.proof) for one in result.more[0].rows] == [  # type: ignore[attr-defined]
        ("jira", 1, "Ben Roy", "own commit")
    ]


def test_rank_is_a_hash_of_four_lines() -> None:
    one = Case("jira", "T-1", "", "", "", "", {}, TODAY, "")
    assert sample_rank("s", SOP, one) == sha256(b"s\nAC-001\njira\nT-1").hexdigest()
