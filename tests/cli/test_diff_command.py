"""`sopkit diff` and `sopkit render --at` as their users call them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.build import PATH, REGISTERS, complete
from tests.cli.conftest import Run
from tests.render.rendered import Page
from tests.repository import GitRepository

from sopkit.authoring.demo import make_demo
from sopkit.docs import schemas

pytestmark = pytest.mark.slow

DAY = ("--as-of", "2026-11-24")


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A library whose one SOP has two texts."""
    repository = GitRepository.start(tmp_path / "company")
    repository.commit("2026-01-05", {"sopkit.toml": "", PATH: complete(), **REGISTERS})
    later = complete(version='"2.0"').replace("within 4 hours", "within [-2-] hours <now>")
    repository.commit("2026-02-05", {PATH: later})
    return repository.root


def test_text_is_plain_and_unambiguous(run: Run, company: Path) -> None:
    done = run("diff", "AC-001", "-C", company, *DAY)
    assert done.code == 0
    assert r"{+[+}" not in done.out
    lines = done.out.splitlines()
    assert lines[0] == "AC-001 Grant access"
    assert lines[1].startswith("--- r1, version 1.0, landed on 2026-01-05, commit ")
    assert lines[2].startswith("+++ r2, version 2.0, landed on 2026-02-05, commit ")
    assert "  version: [-1.0-]{+2.0+}" in lines
    assert "  step 3: changed" in lines
    assert run("diff", "AC-001", "-C", company, *DAY).out == done.out


def test_exit_code_and_no_material_change(run: Run, company: Path) -> None:
    assert run("diff", "AC-001", "1.0", "2.0", "-C", company, *DAY, "--exit-code").code == 1
    done = run("diff", "AC-001", "1.0", "r1", "-C", company, *DAY, "--exit-code")
    assert (done.code, "No material change." in done.out) == (0, True)


def test_json_keeps_its_schema(run: Run, company: Path) -> None:
    found = json.loads(run("diff", "AC-001", "r1", "HEAD", "-C", company, "-f", "json", *DAY).out)
    Draft202012Validator(schemas()["diff"]).validate(found)
    assert (found["schema"], found["id"], found["material"]) == ("sopkit/diff/1", "AC-001", True)
    assert [(step["how"], step["old"], step["new"]) for step in found["steps"]] == [(["changed"], "3", "3")]
    assert found["old"]["landed"] == "2026-01-05"


def test_html_asks_for_nothing_and_marks_words(run: Run, company: Path, tmp_path: Path) -> None:
    run("diff", "AC-001", "1.0", "-C", company, "-f", "html", "-o", tmp_path / "a.html", *DAY)
    html = (tmp_path / "a.html").read_text("utf-8")
    page = Page(html)
    assert (page.ill, page.fetched) == ([], [])
    assert "<del>1.0</del><ins>2.0</ins>" in html
    assert "<now>" not in html
    assert page.headings[0] == 1


def test_markdown(run: Run, company: Path) -> None:
    assert "- version: ~~1.0~~**2.0**" in run("diff", "AC-001", "-C", company, "-f", "markdown", *DAY).out


def test_a_miss_is_told_with_the_revisions(run: Run, company: Path) -> None:
    done = run("diff", "AC-001", "7.0", "-C", company, *DAY)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "sopkit: AC-001 has no text 7.0",
        "  its revisions:",
        "  r1  version 1.0, landed on 2026-01-05",
        "  r2  version 2.0, landed on 2026-02-05",
    ]


@pytest.mark.parametrize("words", [("--at", "2026-01-20"), ("--version", "1.0"), ("--version", "r1")])
def test_render_shows_the_document_as_it_was(run: Run, company: Path, words: tuple[str, ...]) -> None:
    (company / "registers" / "roles.yaml").write_text("[]\n")
    done = run("render", "AC-001", "-C", company, *words, *DAY)
    assert done.code == 0
    text = Page(done.out).text
    assert "r1, version 1.0, landed on 2026-01-05, commit" in text
    assert "within 4 hours" in text
    assert "Security lead" in text
    assert "r1, version 1.0" in run("render", "AC-001", "-f", "markdown", "-C", company, *words, *DAY).out


def test_render_of_what_is_not_there(run: Run, company: Path) -> None:
    assert (
        "on 2025-01-01 nothing was committed yet"
        in run("render", "AC-001", "-C", company, "--at", "2025-01-01", *DAY).err
    )
    assert "no approval of AC-001 has landed" in run("render", "AC-001", "-C", company, "--approved", *DAY).err
    both = run("render", "AC-001", "-C", company, "--at", "2026-01-20", "--approved", *DAY)
    assert (both.code, "exclude each other" in both.err) == (2, True)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "acme"
    make_demo(folder)
    return folder


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("AC-001",), "Approved on 2026-09-11 by Catarina Lopes (E1), in force since 2026-09-14."),
        (("BK-002",), "Not approved: this is not the text in force, which is version 1.1, approved on 2026-09-23."),
        (("AC-001", "--at", "2026-09-13"), "As in force on 2026-09-13, since 2026-03-16: r6, version 2.0"),
        (("AC-001", "--at", "2026-09-14"), "As in force on 2026-09-14, since 2026-09-14: r7, version 2.1"),
        # the approval of 1.2 was withdrawn on 28 January, so that 1.1 was in force again
        (("AC-001", "--at", "2026-01-27"), "As in force on 2026-01-27, since 2026-01-26: r4, version 1.2"),
        (("AC-001", "--at", "2026-01-28"), "As in force on 2026-01-28, since 2025-06-23: r3, version 1.1"),
        (
            ("AC-001", "--at", "2024-12-20"),
            "As landed by 2024-12-20, when no approved text was in force: r1, version 0.1",
        ),
        # r5 restores r3 and is not approved yet: in force is r3 by its own approval
        (
            ("AC-001", "--at", "2026-01-29"),
            "As in force on 2026-01-29, since 2025-06-23: r3, version 1.1, landed on 2025-06-19",
        ),
        (("AC-001", "--at", "2026-01-29"), "Approved on 2025-06-20 by Ana Kowalczyk (E1), in force since 2025-06-23."),
        (("CM-001", "--at", "2025-05-10"), "As landed by 2025-05-10, when no approved text was in force: r2"),
        (("AC-001", "--approved"), "As approved: r7, version 2.1"),
        (("BK-002", "--approved"), "As approved: r3, version 1.1"),
        (("AC-001", "--version", "1.1"), "As 1.1: r5, version 1.1, landed on 2026-01-29"),
    ],
)
def test_render_knows_what_the_ledger_says(run: Run, demo: Path, words: tuple[str, ...], told: str) -> None:
    done = run("render", *words, "-C", demo, *DAY, "-f", "markdown")
    assert (done.code, done.err) == (0, "")
    assert told in done.out


@pytest.mark.parametrize("form", ["text", "html", "markdown", "json"])
def test_diff_of_the_demo(run: Run, demo: Path, golden: Callable[[str, str], None], form: str) -> None:
    golden(f"demo-diff.{form}", run("diff", "CM-001", "2.0", "3.0", "-C", demo, *DAY, "-f", form).out)
