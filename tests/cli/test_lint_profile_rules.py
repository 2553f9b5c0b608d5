"""`sopkit lint --profile-rules`: what each rule costs, and the rest, so that the sum is the whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.cli.conftest import ACME, DAY, Run

from sopkit.cli.lint import LOADING, LOADING_RULES, REST, Stopwatch, format_costs
from sopkit.lint.engine import PARSING, READING_REGISTERS, LintOptions, lint

SOPS = 16


def rows(out: str) -> list[tuple[float, float, str, str]]:
    """Milliseconds, share in percent, calls and name of each line below the head."""
    head, *lines = out.splitlines()
    assert head.split() == ["ms", "share", "calls", "rule"]
    *work, whole = lines
    assert whole.split()[1:] == ["100.0%", "all"]
    cells = [line.split(maxsplit=3) for line in work]
    return [(float(ms), float(share.rstrip("%")), calls, name) for ms, share, calls, name in cells]


def test_every_rule_that_ran_is_a_row_and_the_sum_is_the_whole(run: Run) -> None:
    done = run("lint", "-C", ACME, *DAY, "--profile-rules")
    assert (done.code, done.err) == (0, "")
    found = rows(done.out)
    assert [row[0] for row in found] == sorted((row[0] for row in found), reverse=True)
    whole = float(done.out.splitlines()[-1].split()[0])
    assert abs(sum(row[0] for row in found) - whole) <= 0.005 * (len(found) + 1) + 1e-6
    assert abs(sum(row[1] for row in found) - 100) <= 0.05 * len(found) + 1e-6
    calls = {name: int(calls) for _, _, calls, name in found}
    assert calls["SOP207 bare-hedge"] == SOPS
    assert calls[PARSING] == SOPS
    assert {LOADING, LOADING_RULES, READING_REGISTERS, REST} <= calls.keys()
    assert not any(name.startswith("SOP6") for name in calls)  # the profile is review


def test_what_is_selected_is_what_is_measured(run: Run) -> None:
    out = run("lint", "-C", ACME, *DAY, "--select", "SOP207", "--profile-rules").out
    assert [name for *_, name in rows(out) if name.startswith("SOP")] == ["SOP207 bare-hedge"]


def test_the_findings_decide_the_exit_code(run: Run, legacy: Path) -> None:
    assert run("lint", "--profile-rules").code == 1
    assert run("lint", "--profile-rules", "-o", "costs.txt").out == ""
    assert rows((legacy / "costs.txt").read_text("utf-8"))


@pytest.mark.parametrize("more", [("-f", "json"), ("--fix",), ("--diff",), ("--changed", "main"), ("--statistics",)])
def test_it_stands_alone(run: Run, legacy: Path, more: tuple[str, ...]) -> None:
    done = run("lint", "--profile-rules", *more)
    assert (done.code, "--profile-rules prints a table of its own" in done.err.replace("\n", " ")) == (2, True)


def test_the_table() -> None:
    assert format_costs({"SOP207": (2, 0.003), PARSING: (1, 0.001), REST: (1, 0.0)}) == (
        "       ms   share    calls  rule\n"
        "     3.00   75.0%        2  SOP207 bare-hedge\n"
        "     1.00   25.0%        1  (parsing SOPs)\n"
        "     0.00    0.0%        1  (the rest)\n"
        "     4.00  100.0%           all\n"
    )


def test_a_stopwatch_counts_and_leaves_nothing_out() -> None:
    watch = Stopwatch()
    for name in ("a", "b", "a"):
        with watch.measure(name):
            pass
    assert {name: calls for name, (calls, _) in watch.costs.items()} == {"a": 2, "b": 1}
    assert 0 <= sum(seconds for _, seconds in watch.costs.values()) <= watch.elapsed


@pytest.mark.slow
def test_measured_findings_are_the_same_and_found_in_one_process(tmp_path: Path) -> None:
    """More SOPs than are shared among processes: each is parsed here."""
    texts = {f"sops/access-control/ac-{at:03}-x.md": complete(id=f"AC-{at:03}") for at in range(2, 251)}
    shelf = library(tmp_path, {PATH: complete(), **texts})
    entered: list[str] = []

    @contextmanager
    def measure(name: str) -> Iterator[None]:
        entered.append(name)
        yield

    options = LintOptions(select=("SOP2", "SOP007", "SOP012"))
    measured = lint(shelf, LintOptions(select=options.select, measure=measure))
    assert measured.findings == lint(shelf, options).findings
    assert entered.count(PARSING) == entered.count("SOP207") == 250
