"""SOP505: what is the same thing, what is another length, and which of two SOPs has the finding."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

OTHER = "sops/ac-002-other.md"
ASSETS = """\
- {id: customer-data, title: "Customer data (Amazon RDS)", rpo: PT15M, rto: PT4H}
- {id: code, title: Source code, rpo: PT24H}
- {id: old, title: Old store, rpo: PT1H, retired: 2026-01-01}
- {id: mail-eu, title: Mail (EU), rpo: PT1H}
- {id: mail-us, title: Mail (US), rpo: PT1H}
"""


def told(root: Path, one: str, other: str, assets: str = "[]\n", status: str = "active") -> list[tuple[str, str, str]]:
    """Path, words at the place and first half of the message of each finding in two SOPs."""
    head = f"---\nid: AC-002\nstatus: {status}\n"
    texts = {PATH: complete(one), OTHER: complete(other.replace("---\n", head, 1))}
    found = lint(library(root, {**texts, "registers/assets.yaml": assets}), LintOptions(select=("SOP505",))).findings
    return [
        (at.path, texts[at.path].encode()[at.place.start : at.place.end].decode(), at.message.partition(";")[0])
        for at in found
    ]


def limit(value: str) -> str:
    return f"---\ntime_limits:\n  grant: {{{value}}}\n---\n"


def record(value: str) -> str:
    return f"---\nrecords:\n  - {{id: ticket, where: Jira, {value}}}\n---\n"


def table(*rows: str, head: str = "| System | Kept | RPO | RTO |") -> str:
    lines = [head, "| --- | --- | --- | --- |", *rows]
    return "---\nassets: []\n---\n## Scope\n\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("limit: PT4H, starts: the request", "limit: 8 hours, starts: The  Request"),
        ("limit: P100D, starts: the request", "starts: the request, limit: P103D"),
    ],
)
def test_a_time_limit_with_another_value(one: str, other: str, tmp_path: Path) -> None:
    [(path, words, message)] = told(tmp_path, limit(one), limit(other))
    assert (path, words) == (PATH, one.split()[1].rstrip(","))
    assert message.startswith(f"time limit `grant` is `{words}` here and `")
    assert message.endswith("` in AC-002")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("limit: PT4H, starts: the request", "limit: 240 minutes, starts: the request"),
        ("limit: P1M, starts: the request", "limit: 30 days, starts: the request"),
        ("limit: P100D, starts: the request", "limit: P102D, starts: the request"),
        ("limit: PT4H, starts: the request", "limit: PT8H, starts: the approval"),
        ("limit: PT4H", "limit: PT8H"),
        ("limit: PT4H, starts: the request", "limit: PT8H"),
        ("limit: PT4H, starts: the request", "limit: soon, starts: the request"),
        ("limit: PT4H, starts: the request", "limit: [PT8H], starts: the request"),
    ],
)
def test_a_time_limit_that_is_the_same_or_may_be_another(one: str, other: str, tmp_path: Path) -> None:
    assert told(tmp_path, limit(one), limit(other)) == []


def test_a_limit_that_is_called_after_a_step_is_of_that_step(tmp_path: Path) -> None:
    step = '## Procedure\n\n1. <a id="grant"></a>**IT operations**: Grant the access.\n'
    one, other = (limit(f"limit: {value}, starts: the request") for value in ("PT4H", "PT8H"))
    assert told(tmp_path / "both", one + step, other + step) == []
    assert told(tmp_path / "one", one + step, other) == []


def test_limits_without_a_start_are_of_their_own_steps(tmp_path: Path) -> None:
    assert told(tmp_path, "---\ntime_limits: {grant: PT4H}\n---\n", "---\ntime_limits: {grant: PT8H}\n---\n") == []


@pytest.mark.parametrize("typed", ["{grant: {limit: %s, starts: x}}", "\n  grant:\n    limit: %s\n    starts: x"])
def test_limits_are_seen_in_whatever_way_they_are_written(typed: str, tmp_path: Path) -> None:
    one, other = (f"---\ntime_limits: {typed % value}\n---\n" for value in ("PT4H", '"8 hours"'))
    assert [words for _, words, _ in told(tmp_path, one, other)] == ["PT4H"]


@pytest.mark.parametrize(("status", "path"), [("active", PATH), ("trial", OTHER), ("draft", OTHER), ("retired", "")])
def test_the_finding_is_in_the_one_that_is_further_from_being_in_force(status: str, path: str, tmp_path: Path) -> None:
    found = told(tmp_path, limit("limit: PT4H, starts: x"), limit("limit: PT8H, starts: x"), status=status)
    assert [where for where, _, _ in found] == [path] * bool(path)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("name: Ticket, retention: P3Y", "name: ticket, retention: 6 years", True),
        ("name: Ticket, retention: P3Y", "name: ticket, retention: 36 months", False),
        ("name: Ticket, retention: P3Y", "name: Change ticket, retention: P6Y", False),
        ("name: Ticket, retention: P3Y", "name: Ticket, retention: as long as the law says", False),
        ("name: Ticket, retention: P3Y", "name: Ticket", False),
    ],
)
def test_the_retention_of_one_record(one: str, other: str, found: bool, tmp_path: Path) -> None:
    message = "retention of record `ticket` is `P3Y` here and `6 years` in AC-002"
    assert told(tmp_path, record(one), record(other)) == [(PATH, "P3Y", message)] * found


@pytest.mark.parametrize(
    "name", ["customer-data", "Customer data (Amazon RDS)", "customer data", "Customer data (PostgreSQL)"]
)
def test_a_target_that_is_not_the_one_of_the_register(name: str, tmp_path: Path) -> None:
    row = f"| {name} | a day | 24 hours | 4 h |"
    message = "RPO of `customer-data` is `24 hours` here and `PT15M` in registers/assets.yaml"
    assert told(tmp_path, table(row), "---\n---\n", ASSETS) == [(PATH, "24 hours", message)]


@pytest.mark.parametrize(
    "row",
    [
        "| customer-data | a day | 15 minutes | 4 hours |",
        "| customer-data | a day | at most an hour | |",
        "| code | a day | 1 day | 2 days |",
        "| Old store | a day | 24 hours | 24 hours |",
        "| Mail | a day | 24 hours | 24 hours |",
        "| Customers | a day | 24 hours | 24 hours |",
    ],
)
def test_a_row_that_says_the_same_or_is_of_no_asset(row: str, tmp_path: Path) -> None:
    assert told(tmp_path, table(row), "---\n---\n", ASSETS) == []


def test_a_target_that_the_register_does_not_have_is_compared_with_other_sops(tmp_path: Path) -> None:
    one, other = table("| code | a day | 1 day | 2 days |"), table("| Source code | a day | 1 day | 3 days |")
    message = "RTO of `code` is `2 days` here and `3 days` in AC-002"
    assert told(tmp_path, one, other, ASSETS) == [(PATH, "2 days", message)]


def test_a_table_without_such_a_column_is_none(tmp_path: Path) -> None:
    row = "| customer-data | a day | 24 hours | 9 hours |"
    assert told(tmp_path, table(row, head="| System | Kept | Loss | Time |"), "---\n---\n", ASSETS) == []
