"""`sopkit run import`: the exports of Jira, GitHub, GitLab and spreadsheets in their own shapes, and bad ones."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests.authoring.ledger import CONFIG, library, status, text, user
from tests.cli.conftest import Done, Run
from tests.repository import GitRepository

from sopkit.parsing.entry import read_record

pytestmark = pytest.mark.slow  # about half a second each

LIMITS = "{grant: {limit: PT4H, source: policy}, remove: {limit: P1D, source: policy}}"
WHEN = ("--exported", "2026-10-02 08:00")
JIRA = """\
Summary,Issue key,Issue id,Status,Resolution,Assignee,Created,Resolved,Labels,Labels,Custom field (Granted)
Access for Eve,ACC-2,11,Done,Done,Ben Roy,06/Aug/26 9:15 AM,06/Aug/26 5:00 PM,a,b,06/Aug/26 12:30 PM
No longer needed,ACC-10,12,Done,Won't Do,Ben Roy,07/Aug/26 9:15 AM,07/Aug/26 5:00 PM,,,
Waits,ACC-1,13,In Progress,,,30/Sep/26 11:45 PM,,,,
"""
GRANT = ("--map", "grant.from=Created,grant.to=Custom field (Granted)")
Import = Callable[..., Done]


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    config = f'{CONFIG}[practice]\nimporters = ["rob"]\n[library]\ntimezone = "Europe/Berlin"\n'
    return library(tmp_path / "library", **{"sopkit.toml": config, "sops/ac-001.md": text(time_limits=LIMITS)})


@pytest.fixture
def take(run: Run, there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Writes an export and imports it as Ben, who owns the SOP."""

    def call(content: str | bytes, *words: str, name: str = "export.csv", who: str = "ben") -> Done:
        user(monkeypatch, tmp_path, who)
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return run("run", "import", "AC-001", str(file), *words, "-C", there.root)

    return call


def tables(there: GitRepository) -> list[list[list[str]]]:
    """The tables of cases, the oldest first, without their heads."""
    names = there.git("log", "--reverse", "--format=", "--name-only", "--diff-filter=A").splitlines()
    texts = [(there.root / name).read_text() for name in names if name.endswith(".cases.csv")]
    return [list(csv.reader(io.StringIO(one)))[1:] for one in texts]


def refused(there: GitRepository, done: Done, *words: str) -> bool:
    """Whether it was refused with these words, and nothing was written."""
    assert done.code == 2
    for word in words:
        assert word in done.err
    return not (there.root / "ledger").exists() and status(there) == []


def test_jiras_csv_without_people_titles_and_texts(take: Import, there: GitRepository) -> None:
    done = take(JIRA, *GRANT, *WHEN, "--period", "2026-07-01..2026-09-30", "--query", "project = ACC")
    assert done.code == 0, done.err
    assert "3 cases of AC-001 from jira, 2026-07-01 to 2026-09-30: 1 cancelled, 1 done, 1 open" in done.out
    assert "time limit grant: an end in 1 of 3" in done.out
    assert "taken as cancelled: won't do (1)" in done.err
    assert "time limits without columns, so not measured: remove" in done.err
    since, until = "2026-08-06T07:15:00Z", "2026-08-06T15:00:00Z"
    # what was cancelled was not granted when its ticket was closed
    assert tables(there) == [
        [
            ["ACC-1", "", "2026-09-30T21:45:00Z", "", "", "2026-09-30T21:45:00Z", ""],
            ["ACC-10", "", "2026-08-07T07:15:00Z", "2026-08-07T15:00:00Z", "cancelled", "2026-08-07T07:15:00Z", ""],
            ["ACC-2", "", since, until, "done", since, "2026-08-06T10:30:00Z"],
        ]
    ]
    [path] = [path for path in there.git("show", "--format=", "--name-only").splitlines() if path.endswith(".yaml")]
    record = read_record((there.root / path).read_bytes()).entry
    assert record is not None
    kept = record.model_dump(mode="json", by_alias=True)
    assert (kept["by"], kept["query"], kept["source"], kept["rows"]) == ("ben", "project = ACC", "export.csv", 3)
    assert (kept["exported"], kept["timezone"]) == ("2026-10-02T06:00:00Z", "Europe/Berlin")
    written = there.git("show", "HEAD")
    assert not any(word in written for word in ("Access for Eve", "No longer needed", "11,Done", "Waits"))
    assert (
        there.git("log", "-1", "--format=%an %s") == "Ben Import 3 cases of AC-001 from jira, 2026-07-01 to 2026-09-30"
    )


def test_a_kept_map_is_used_by_the_next_export_and_names_a_column_that_is_gone(
    take: Import, there: GitRepository
) -> None:
    assert take(JIRA, *GRANT, *WHEN, "--cancelled", "Parked", "--save-map").code == 0
    kept = (there.root / "sopkit.toml").read_text()
    assert '"grant.to" = "Custom field (Granted)"' in kept
    assert 'cancelled = ["Parked"]' in kept
    there.commit("2026-10-03", {"sopkit.toml": kept})
    done = take(JIRA.replace(",In Progress,", ",Parked,").replace("ACC-1,", "ACC-3,"), *WHEN)
    assert done.code == 0, done.err
    assert "parked (1)" in done.err
    assert [row[0] for row in tables(there)[1]] == ["ACC-10", "ACC-2", "ACC-3"]
    done = take(JIRA.replace("(Granted)", "(Given)"), *WHEN)
    assert done.code == 2
    assert 'no column `Custom field (Granted)`, which sopkit.toml: [runs."AC-001"] columns names' in done.err
    assert "did you mean `Custom field (Given)`?" in done.err


def jira_issue(key: str, created: str, resolved: str | None, resolution: str | None, **fields: object) -> object:
    category = "done" if resolution else "indeterminate"
    own = {
        "summary": "Access for Eve",
        "created": created,
        "resolutiondate": resolved,
        "resolution": {"id": "1", "name": resolution} if resolution else None,
        "status": {"name": "Any", "statusCategory": {"id": 3, "key": category, "name": "Any"}},
        "assignee": {"displayName": "Ben Roy", "emailAddress": "ben@acme.example"},
    }
    return {"id": "10", "key": key, "self": "https://acme.example/rest/api/3/issue/10", "fields": {**own, **fields}}


def test_jiras_search_result_as_pages_one_behind_the_other(take: Import, there: GitRepository) -> None:
    issues = [
        jira_issue("ACC-1", "2026-08-06T09:15:30.123+0200", "2026-08-06T17:00:00.000+0200", "Done", customfield_7=None),
        jira_issue("ACC-2", "2026-08-07T09:15:30.000+0200", "2026-08-08T17:00:00.000+0200", "Duplicate"),
        jira_issue("ACC-3", "2026-08-09T09:15:30.000+0200", None, None, customfield_7="2026-08-09T10:00:00.000+0200"),
    ]
    pages = [
        {"expand": "names", "startAt": at, "maxResults": 2, "total": 3, "issues": issues[at : at + 2]} for at in (0, 2)
    ]
    first, both = json.dumps(pages[0]), "\n".join(map(json.dumps, pages))
    assert refused(there, take(first, *WHEN, name="x.json"), "x.json: it holds 2 of 3 issues", "export all pages")
    cloud = json.dumps({"issues": issues[:2], "nextPageToken": "x", "isLast": False})
    assert refused(there, take(cloud, *WHEN, name="x.json"), "2 issues and not the last page")
    limits = ("--map", "grant.from=fields.created", "--map", "grant.to=fields.customfield_7")
    assert take(both, *limits, *WHEN, name="x.json").code == 0
    address = "https://acme.example/browse/ACC-"
    one, two, three = "2026-08-06T07:15:30Z", "2026-08-07T07:15:30Z", "2026-08-09T07:15:30Z"
    assert tables(there) == [
        [
            ["ACC-1", f"{address}1", one, "2026-08-06T15:00:00Z", "done", one, ""],
            ["ACC-2", f"{address}2", two, "2026-08-08T15:00:00Z", "cancelled", two, ""],
            ["ACC-3", f"{address}3", three, "", "", three, "2026-08-09T08:00:00Z"],
        ]
    ]
    gone = take(both, "--map", "grant.to=fields.customfield_9", *WHEN, name="x.json")
    assert gone.code == 2
    assert "no column `fields.customfield_9`: no issue has this field" in gone.err


def test_issues_of_github_from_the_api_and_from_gh(take: Import, there: GitRepository) -> None:
    base = "https://github.com/acme/ops/issues"
    api = [
        {"number": 7, "html_url": f"{base}/7", "state": "closed", "state_reason": "completed", "title": "Eve",
         "created_at": "2026-08-01T10:00:00Z", "closed_at": "2026-08-01T12:00:00Z", "user": {"login": "eve"}},
        {"number": 8, "html_url": f"{base}/8", "state": "closed", "state_reason": "not_planned",
         "created_at": "2026-08-02T10:00:00Z", "closed_at": "2026-08-02T12:00:00Z"},
        {"number": 9, "html_url": f"{base}/9", "state": "open", "state_reason": "reopened",
         "created_at": "2026-08-03T10:00:00Z", "closed_at": None},
        {"number": 10, "html_url": f"{base.replace('issues', 'pull')}/10", "state": "open", "pull_request": {"url": "x"},
         "created_at": "2026-08-03T10:00:00Z", "closed_at": None},
    ]  # fmt: skip
    gh = [
        {"number": 7, "url": f"{base}/7", "state": "CLOSED", "stateReason": "COMPLETED",
         "createdAt": "2026-08-01T10:00:00Z", "closedAt": "2026-08-01T12:00:00Z"},
        {"number": 8, "url": f"{base}/8", "state": "CLOSED", "stateReason": "NOT_PLANNED",
         "createdAt": "2026-08-02T10:00:00Z", "closedAt": "2026-08-02T12:00:00Z"},
        {"number": 9, "url": f"{base}/9", "state": "OPEN", "stateReason": "",
         "createdAt": "2026-08-03T10:00:00Z", "closedAt": None},
    ]  # fmt: skip
    done = take(json.dumps([api[:2], api[2:]]), *WHEN, name="x.json")  # gh api --paginate --slurp
    assert done.code == 0, done.err
    assert "1 pull requests left out" in done.err
    again = take("\n".join(map(json.dumps, gh)), "--exported", "2026-10-03", name="y.json")  # one a line, as jq writes
    assert again.code == 0, again.err
    assert (
        tables(there)
        == [
            [
                ["acme/ops#7", f"{base}/7", "2026-08-01T10:00:00Z", "2026-08-01T12:00:00Z", "done"],
                ["acme/ops#8", f"{base}/8", "2026-08-02T10:00:00Z", "2026-08-02T12:00:00Z", "cancelled"],
                ["acme/ops#9", f"{base}/9", "2026-08-03T10:00:00Z", "", ""],
            ]
        ]
        * 2
    )
    assert "0 of them new" in again.out


def test_issues_of_gitlab_from_the_api_and_its_csv(take: Import, there: GitRepository) -> None:
    url = "https://gitlab.example/acme/ops/-/issues"
    api = [
        {"id": 99, "iid": 4, "web_url": f"{url}/4", "state": "closed", "created_at": "2026-08-01T12:00:00.000+02:00",
         "closed_at": "2026-08-01T14:00:00.000+02:00", "moved_to_id": None},
        {"id": 98, "iid": 5, "web_url": f"{url}/5", "state": "closed", "created_at": "2026-08-02T12:00:00.000+02:00",
         "closed_at": "2026-08-02T14:00:00.000+02:00", "moved_to_id": 7},
        {"id": 97, "iid": 6, "web_url": f"{url}/6", "state": "opened", "created_at": "2026-08-03T12:00:00.000+02:00",
         "closed_at": None, "moved_to_id": None},
    ]  # fmt: skip
    sheet = f"""\
Title,Description,Issue ID,URL,State,Author,Created At (UTC),Closed At (UTC)
"Eve, again","a
b",4,{url}/4,Closed,eve,2026-08-01 10:00:00,2026-08-01 12:00:00
"""
    assert take(json.dumps(api), *WHEN, name="x.json").code == 0
    assert take(sheet, "--exported", "2026-10-03").code == 0
    first = ["acme/ops#4", f"{url}/4", "2026-08-01T10:00:00Z", "2026-08-01T12:00:00Z", "done"]
    assert tables(there)[0][0] == first
    assert [row[4] for row in tables(there)[0]] == ["done", "cancelled", ""]
    assert tables(there)[1] == [["4", *first[1:]]]


def test_csv_of_excel_with_a_mark_semicolons_and_its_own_dates(take: Import, there: GitRepository) -> None:
    sheet = "\ufeffNummer;Beginn;Ende\r\n17;24.08.2026 09:15;46259,5\r\n18;46260.25;\r\n"
    columns = ("--map", "case=Nummer", "--map", "started=Beginn,finished=Ende", "--system", "desk", *WHEN)
    done = take(sheet.replace("46259,5", "46259.5"), *columns)
    assert done.code == 0, done.err
    assert tables(there) == [
        [
            ["17", "", "2026-08-24T07:15:00Z", "2026-08-25T10:00:00Z", "done"],
            ["18", "", "2026-08-26T04:00:00Z", "", ""],
        ]
    ]
    assert take(sheet, *columns).err.startswith(f"sopkit: {take_path(there)}:2: Ende: `46259,5` is not a time")


def take_path(there: GitRepository) -> Path:
    return there.root.parent / "export.csv"


def test_an_excel_workbook_with_a_title_above_the_head(take: Import, there: GitRepository) -> None:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Requests of the quarter"],
        ["case", "started", "finished"],
        ["R-1", datetime(2026, 8, 24, 9, 15), datetime(2026, 8, 25)],  # noqa: DTZ001 - Excel knows no zones
        ["R-2", "2026-08-26", None],
    ):
        sheet.append(row)
    book.save(out)
    done = take(out.getvalue(), "--system", "desk", *WHEN, name="x.xlsx")
    assert done.code == 0, done.err
    assert tables(there) == [
        [["R-1", "", "2026-08-24T07:15:00Z", "2026-08-25", "done"], ["R-2", "", "2026-08-26", "", ""]]
    ]


OWN = ("--system", "desk", *WHEN)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            "R-1,2026-08-01,\nR-2,2026-08-02,\nR-1,2026-08-03,\n",
            "export.csv:4: case R-1 is there twice, also in line 2",
        ),
        (",2026-08-01,\n", "export.csv:2: no id of a case"),
        ("R-1,,\n", "export.csv:2: started is empty"),
        ("R-1,yesterday,\n", "export.csv:2: started: `yesterday` is not a time"),
        ("R-1,2026-02-30,\n", "`2026-02-30` is not a time"),
        ("R-1,2026-08-01 10:00 CET,\n", "`2026-08-01 10:00 CET` is not a time"),
        ("R-1,2026-08-01,2026-10-04\n", "export.csv:2: 2026-10-04 is after the export"),
        ("R-1,2027-08-01 10:00,\n", "is after the export, which was made at 2026-10-02T06:00:00Z"),
        ("Eve and Ben Roy,2026-08-01,\n", "names a person"),
        ("off-ben.roy-2,2026-08-01,\n", "names a person"),
        ("ben@acme.example/3,2026-08-01,\n", "names a person"),
        ("ben,2026-08-01,\n", "names a person"),
        ("R\x1b[2J,2026-08-01,\n", r"export.csv:2: `R\x1b[2J` cannot be the id of a case"),
        ("R-1,03/04/2026,\n", "do not show whether the day comes first"),
        ("R-1,24/04/2026,04/24/2026\n", "dates of two kinds: `24/04/2026` and `04/24/2026`"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_row(
    take: Import, there: GitRepository, rows: str, words: str
) -> None:
    assert refused(there, take(f"case,started,finished\n{rows}", *OWN), words)


def test_every_fault_is_named_up_to_ten(take: Import, there: GitRepository) -> None:
    rows = "".join(f"R-{number},soon,\n" for number in range(12))
    done = take(f"case,started,finished\n{rows}", *OWN)
    assert refused(there, done, "export.csv:2: started", "export.csv:11: started", "and 2 more")
    assert "export.csv:12" not in done.err


def test_what_is_odd_is_taken_and_said(take: Import, there: GitRepository) -> None:
    rows = """\
R-1,2026-08-02,2026-08-01
R-2,2026-03-29 02:30,2026-03-29T05:00:00+02:00
R-3,2025-10-26 02:30,2025-10-26 04:00 PM
=T(1),24/08/2026,
"""
    done = take(f"case,started,finished\n{rows}", *OWN)
    assert done.code == 0, done.err
    assert "finished before it started: line 2" in done.err
    assert "so not measured: 2026-03-29 02:30, 2025-10-26 02:30" in done.err
    assert tables(there)[0] == [
        ["'=T(1)", "", "2026-08-24", "", ""],
        ["R-1", "", "2026-08-02", "2026-08-01", "done"],
        ["R-2", "", "2026-03-29T02:30:00[Europe/Berlin]", "2026-03-29T03:00:00Z", "done"],
        ["R-3", "", "2025-10-26T02:30:00[Europe/Berlin]", "2025-10-26T15:00:00Z", "done"],
    ]


def test_an_order_of_day_and_month_that_the_user_names(take: Import, there: GitRepository) -> None:
    assert take("case,started\nR-1,03/04/2026\n", *OWN, "--dates", "month-first").code == 0
    assert tables(there) == [[["R-1", "", "2026-03-04", "", ""]]]


def test_no_case_needs_its_period_and_is_a_record(take: Import, there: GitRepository) -> None:
    assert refused(there, take("case,started\n", *OWN), "holds no case", "--period")
    assert refused(there, take("[]", *WHEN, "--system", "desk", name="x.json"), "x.json: holds no case")
    done = take("case,started\n", *OWN, "--period", "2026-07-01..2026-09-30")
    assert done.code == 0, done.err
    assert "0 cases of AC-001 from desk, 2026-07-01 to 2026-09-30: none began" in done.out
    assert tables(there) == [[]]


def test_a_period_is_that_of_the_export(take: Import, there: GitRepository) -> None:
    case = "case,started\nR-1,2026-06-30 23:30\n"  # in Berlin
    done = take(case, *OWN, "--period", "2026-07-01..2026-09-30")
    assert refused(there, done, "export.csv:2: it began on 2026-06-30, outside of 2026-07-01 to 2026-09-30")
    done = take(case, *OWN, "--period", "2026-06-01..2026-12-31")
    assert refused(there, done, "the period ends on 2026-12-31, after the export, which was made on 2026-10-02")
    assert (
        take(case.replace("23:30", "23:59"), *OWN, "--timezone", "UTC", "--period", "2026-07-01..2026-07-01").code == 0
    )
    assert tables(there) == [[["R-1", "", "2026-06-30T23:59:00Z", "", ""]]]  # 1 July in the library's zone


def test_the_same_again_is_nothing_new_but_open_cases_are_judged_again(take: Import, there: GitRepository) -> None:
    open_case, done_case = (
        "case,started,finished\nR-1,2026-08-01,\n",
        "case,started,finished\nR-1,2026-08-01,2026-08-02\n",
    )
    assert "recorded" in take(open_case, *OWN).out
    assert "nothing new" in take(open_case, *OWN).out
    assert "nothing new" in take(open_case, "--system", "desk", "--exported", "2026-10-01").out
    assert "recorded" in take(open_case, "--system", "desk", "--exported", "2026-10-03").out
    assert "1 cases" in take(done_case, "--system", "desk", "--exported", "2026-10-04").out
    assert "nothing new" in take(done_case, "--system", "desk", "--exported", "2026-10-05").out
    assert len(tables(there)) == 3


def test_who_may_import(take: Import, there: GitRepository) -> None:
    case = "case,started\nR-1,2026-08-01\n"
    assert refused(
        there,
        take(case, *OWN, who="ann"),
        "role-missing",
        "ann did not hold it-operations",
        "it-operations: Ben Roy (ben)",
    )
    assert take(case, *OWN, who="rob").code == 0  # a bot that the configuration names
    assert len(tables(there)) == 1


def test_people_only_when_asked_for(take: Import, there: GitRepository) -> None:
    sheet = "case,started,Who\nR-1,2026-08-01,Ben Roy\nR-2,2026-08-01,Eve\nR-3,2026-08-01,CAT@acme.example\n"
    assert refused(there, take(sheet, *OWN, "--map", "by=Who"), "--keep-people")
    done = take(sheet, *OWN, "--map", "by=Who", "--keep-people")
    assert done.code == 0
    assert "1 cases by people who are not in the people register" in done.err
    assert [row[5] for row in tables(there)[0]] == ["ben", "", "cat"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", '[{"key": "A-1", "fields": {"created": "2026-08-01T10:00:00.000+0000"', "x.json:1: not JSON"),
        ("x.json", '{"issues": 3}', "the shape of no system that sopkit knows"),
        ("x.json", "[1, 2]", "x.json:1: issue 1 is not an object"),
        ("x.json", "[" * 100_000, "nested too deeply"),
        ("x.json", '[{"a": ' + "9" * 5000 + "}]", "not JSON"),
        ("x.json", b'[{"key": "\xff"}]', "x.json:1: not UTF-8"),
        ("x.csv", "", "x.csv: empty"),
        ("x.csv", "a,b\n1,2\n", "no column says the id of the case"),
        ("x.csv", 'case,started\n"R-1,2026-08-01\n', "a quotation mark opens a cell that never ends"),
        ("x.csv", "<html><table></table>", "a web page or XML"),
        ("x.xlsx", "PK\x03\x04", "x.xlsx"),
    ],
)
def test_a_file_that_is_no_export(
    take: Import, there: GitRepository, name: str, content: str | bytes, words: str
) -> None:
    assert refused(there, take(content, *OWN, name=name), words)


def test_options_that_mean_nothing(take: Import, there: GitRepository) -> None:
    case = "case,started\nR-1,2026-08-01\n"
    assert refused(there, take(case, *OWN, "--map", "grnt.from=started"), "did you mean grant.from?")
    assert refused(there, take(case, *OWN, "--timezone", "Mars/Olympus"), "no time zone 'Mars/Olympus'")
    assert refused(there, take(case, *WHEN), "nothing tells from which system", "--system jira")
    assert refused(there, take(case, "--system", "desk", "--exported", "soon"), "--exported: `soon` is not a time")
    assert take(case, *OWN, "--map", "case").code == 2
    done = take(case, *OWN, "--dry-run", "--save-map")
    assert (done.code, status(there)) == (0, [])
    assert "nothing was written: --dry-run" in done.out


def test_two_imports_at_once_count_each_case_once(take: Import, there: GitRepository, tmp_path: Path) -> None:
    file = tmp_path / "both.csv"
    file.write_text("case,started,finished\n" + "".join(f"R-{n},2026-08-01,2026-08-02\n" for n in range(2000)))
    take("", name="none.csv")  # git commits as Ben from now on
    command = [sys.executable, "-m", "sopkit", "run", "import", "AC-001", str(file), *OWN, "-C", str(there.root)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
        for _ in range(2)
    ]
    outputs = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sorted("nothing new" in one for one in outputs) == [False, True]
    assert [len(one) for one in tables(there)] == [2000]
    assert status(there) == []


def test_a_large_export_is_read_row_by_row(take: Import, there: GitRepository) -> None:
    """200,000 rows with a long text in each: memory grows with the cases, not with the file."""
    words = "x" * 200
    lines = (f"ACC-{n},{words},2026-08-01T10:{n % 60:02}:00Z,2026-08-02T10:00:00Z\n" for n in range(200_000))
    code = (
        "import sys\nfrom sopkit.cli.app import app\n"
        "try:\n    app(sys.argv[1:], standalone_mode=False)\nfinally:\n"
        "    status = open('/proc/self/status').read()\n"
        "    print(int(status.partition('VmHWM:')[2].split()[0]) // 1024, file=sys.stderr)\n"
    )
    take("", name="none.csv")
    file = there.root.parent / "large.csv"
    file.write_text("Issue key,Summary,Created,Resolved\n" + "".join(lines))
    command = [sys.executable, "-c", code, "run", "import", "AC-001", str(file), *WHEN, "-C", str(there.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    assert "200000 cases of AC-001 from jira" in done.stdout
    assert int(done.stderr.splitlines()[-1]) < 350  # MB, of a file of 50 MB
    assert len(tables(there)[0]) == 200_000
