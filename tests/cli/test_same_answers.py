"""Commands that are asked the same give the same answer, on the demo and on several days of its history."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import DAY, Run

from sopkit.authoring.demo import make_demo

pytestmark = pytest.mark.slow

DAYS = ("2025-05-10", "2026-01-29", DAY[1])
SHARED = ("id", "path", "title", "version", "status", "area", "owner")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "acme"
    make_demo(folder)
    return folder


def read(run: Run, *words: str | Path) -> dict[str, Any]:
    done = run(*words)
    assert done.code in {0, 1}, done.err
    return dict(json.loads(done.out))


def of(rows: list[dict[str, Any]], *keys: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row[key] for key in keys) for row in rows)


@pytest.mark.parametrize("day", DAYS)
def test_what_sops_are_there(run: Run, demo: Path, day: str) -> None:
    asked = ("-C", demo, "--as-of", day)
    listed = read(run, "status", *asked, "-f", "json")["rows"]
    judged = read(run, "stale", *asked, "-f", "json")["rows"]
    exported = read(run, "export", "json", *asked)["sops"]
    assert of(listed, *SHARED) == of(judged, *SHARED) == of(exported, *SHARED)
    claimed = {
        one["path"]: {f"{claim['framework']}:{claim['control']}" for claim in one["controls"] if claim["claimed"]}
        for one in exported
    }
    assert {one["path"]: set(one["controls"]) for one in listed} == claimed
    states = [one | one["standing"] for one in exported]
    for key in ("state", "revision", "in_force", "approved", "approved_by", "reviewed", "reviewed_by", "due"):
        assert of(judged, "path", key) == of(states, "path", key)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("sop", ["AC-001", "CM-001"])
def test_which_text_is_in_force_and_who_approved_it(run: Run, demo: Path, sop: str, day: str) -> None:
    [judged] = [row for row in read(run, "stale", "-C", demo, "--as-of", day, "-f", "json")["rows"] if row["id"] == sop]
    told = read(run, "history", sop, "-C", demo, "--as-of", day, "-f", "json")["rows"]
    [*standing] = [row for row in told if row["stands"]]
    page = run("render", sop, "-C", demo, "--at", day, "-f", "markdown").out
    assert [row["revision"] for row in standing] == [judged["in_force"]] * bool(judged["in_force"])
    assert re.search(r"^> \*\*As .*: (r\d+)", page, re.MULTILINE)[1] == (judged["in_force"] or judged["revision"])  # type: ignore[index]
    for row in standing:
        approvers = ", ".join(re.sub(r" \(.*", "", who) for who in row["approved_by"])
        words = f"Approved on {row['approved']} by {approvers} ({row['level']}), in force since {row['in_force']}."
        assert words in page
    [newest] = [row for row in told if row["revision"] == judged["revision"] and row["kind"] == "revision"]
    assert (newest["approved"], newest["landed"], newest["by"]) == (
        judged["approved"],
        judged["changed"],
        judged["changed_by"],
    )


def test_how_many_findings(run: Run, demo: Path) -> None:
    found = Counter(row["path"] for row in read(run, "lint", "-C", demo, *DAY, "-f", "json")["findings"])
    listed = read(run, "status", "-C", demo, *DAY, "-f", "json")["rows"]
    assert {row["path"]: row["findings"] for row in listed if row["findings"]} == {
        path: count for path, count in found.items() if path.startswith("sops/")
    }
    assert any(row["findings"] for row in listed)


def registers(run: Run, demo: Path, day: str) -> Iterator[int]:
    for name in ("risks", "actions"):
        yield len(read(run, "register", "list", name, "--all", "-C", demo, "--as-of", day, "-f", "json")["rows"])


def test_registers_and_the_list_are_those_of_the_day(run: Run, demo: Path, acme: Path) -> None:
    assert [*registers(run, demo, "2025-05-10")] == [12, 0]
    assert [*registers(run, demo, DAY[1])] > [12, 0]
    done = run("status", "-C", demo, "--as-of", "2025-05-10")
    assert (done.code, "AC-002" in done.out, "judged is commit" in done.err) == (0, False, True)
    for words in (("status",), ("register", "list"), ("register", "export", "risks")):
        refused = run(*words, "-C", acme, *DAY)
        assert (refused.code, "nothing tells what the library was on 2026-11-24" in refused.err) == (2, True)


def test_who_claims_a_control_of_the_edition_before(run: Run, demo: Path) -> None:
    now, before = (run("status", "-C", demo, "--control", control).out for control in ("A.5.18", "A.9.2.2"))
    assert now == before
    assert "AC-001" in before
    shown = run("control", "show", "A.9.2.2", "-C", demo)
    assert "AC-001 Grant, change and remove access (A.5.18, full, active; IT operations lead)" in shown.out
    assert shown.err.endswith("sopkit report trace A.5.18\n")
    assert "now iso27001-2022:A.5.18" in run("report", "trace", "A.9.2.2", "-C", demo).out
