"""What `sopkit report` takes, refuses and fails on."""

from pathlib import Path

import pytest
from tests.build import library
from tests.cli.conftest import Run

CONFIG = '[review]\nbasis = "claims"\n[front_matter]\nclaims = {reviewed = "reviewed_on"}\n'
SOA = "- {control: A.5.18, reason: x}\n- {control: A.8.13, reason: x}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    library(tmp_path, {"registers/soa.yaml": SOA}, config=CONFIG)
    return tmp_path


@pytest.mark.parametrize(("least", "code"), [("0", 0), ("1", 0), ("1.1", 1), ("100", 1)])
def test_less_covered_than_asked_for_fails(run: Run, folder: Path, least: str, code: int) -> None:
    done = run("report", "coverage", "-C", folder, "--fail-under", least)
    assert done.code == code
    assert (f"1 % is covered, less than {float(least):g} %\n" in done.err) is bool(code)


def test_of_several_frameworks_the_one_that_is_covered_least_is_named(run: Run, folder: Path) -> None:
    done = run("report", "coverage", "-C", folder, "--framework", "iso27001-2022,gdpr", "--fail-under", "0.5")
    assert done.code == 1
    assert "gdpr: 0 % is covered, less than 0.5 %; --framework ID measures one alone\n" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("coverage", "--fail-under", "101"), "should be less than or equal to 100"),
        (("coverage", "--by", "polcy"), "no grouping 'polcy'; did you mean policy?"),
        (("coverage", "--fail-on", "error"), "report coverage takes no --fail-on"),
        (("coverage", "A.8.13"), "report coverage takes no ID; for that one alone: sopkit report trace A.8.13"),
        (("gaps", "--framework", "gdpr"), "report gaps takes no --framework"),
        (("coverage", "--framework", "gdrp"), "no framework `gdrp`\n  did you mean `gdpr`?"),
        (("coverge",), "no report 'coverge'; did you mean coverage?"),
    ],
)
def test_what_means_nothing_is_refused(run: Run, folder: Path, words: tuple[str, ...], said: str) -> None:
    done = run("report", *words, "-C", folder)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize(("severity", "code"), [("warning", 1), ("error", 0)])
def test_a_gap_that_nobody_plans_to_close_fails(run: Run, folder: Path, severity: str, code: int) -> None:
    done = run("report", "gaps", "-C", folder, "--fail-on", severity)
    assert done.code == code
    assert "registers/soa.yaml:2: warning gap-without-action A.8.13 Information backup: " in done.out
