"""What the reports of the life cycle say of the demo, whole."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import DAY, Run
from tests.repository import GitRepository

from sopkit.authoring.demo import make_demo

pytestmark = pytest.mark.slow

FORMS = ("table", "csv", "markdown")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "acme"
    make_demo(folder)
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_history(run: Run, demo: Path, golden: Callable[[str, str], None], form: str) -> None:
    done = run("history", "AC-001", "-C", demo, *DAY, "-f", form)
    assert (done.code, done.err) == (0, "")
    golden(f"demo-history.{form}", done.out)


@pytest.mark.parametrize("form", FORMS)
def test_verify(run: Run, demo: Path, golden: Callable[[str, str], None], form: str) -> None:
    anchor = GitRepository(demo).git("rev-parse", "audit-2026-10")
    done = run("verify", "-C", demo, *DAY, "-f", form, "--anchor", anchor)
    assert (done.code, done.err) == (1, "")
    golden(f"demo-verify.{form}", done.out)


def test_lint_by_the_history(run: Run, demo: Path, golden: Callable[[str, str], None]) -> None:
    done = run("lint", "-C", demo, *DAY, "--profile", "publish", "--select", "SOP6")
    assert (done.code, done.err) == (1, "")
    golden("demo-lint.text", done.out)


@pytest.mark.parametrize("by", ["control", "policy", "sop", "owner", "group"])
def test_coverage(run: Run, demo: Path, golden: Callable[[str, str], None], by: str) -> None:
    asked = [] if by == "control" else ["--by", by]
    done = run("report", "coverage", "-C", demo, *DAY, "--framework", "iso27001-2022", *asked)
    assert done.code == 0
    golden(f"reports/coverage-{by}-demo.txt", done.out + done.err)


def test_the_picture_of_coverage(run: Run, demo: Path, golden: Callable[[str, str], None]) -> None:
    done = run("report", "coverage", "-C", demo, *DAY, "-f", "picture")
    golden("reports/coverage-demo.picture", done.out)


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_the_statement_of_applicability(run: Run, demo: Path, golden: Callable[[str, str], None], form: str) -> None:
    done = run("report", "soa", "-C", demo, *DAY, "-f", form)
    assert done.code == 0
    golden(f"reports/soa-demo.{form}", done.out + done.err)


def test_gaps(run: Run, demo: Path, golden: Callable[[str, str], None]) -> None:
    done = run("report", "gaps", "-C", demo, *DAY, "--fail-on", "warning")
    assert done.code == 0, "an open action names each gap"
    golden("reports/gaps-demo.txt", done.out + done.err)


@pytest.mark.parametrize(("subject", "form"), [("RSK-009", "table"), ("A.8.13", "markdown"), ("BK-002", "table")])
def test_a_trace(run: Run, demo: Path, golden: Callable[[str, str], None], subject: str, form: str) -> None:
    done = run("report", "trace", subject, "-C", demo, *DAY, "-f", form)
    assert done.code == 0
    golden(f"reports/trace-{subject}-demo.{form}", done.out)
