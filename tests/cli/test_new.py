"""`sopkit new`, at the command line and on a terminal."""

import re
from datetime import date
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.terminal import on_a_terminal
from tests.parsing.quizzes import QUIZ

from sopkit.library import load
from sopkit.parsing.template import find_template, read_template_file

SOP = "sops/access-control/ac-001-offboard-a-leaver.md"


@pytest.fixture(autouse=True)
def _in_an_empty_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "isms").mkdir()
    (tmp_path / "isms" / "sopkit.toml").write_text('[library]\nname = "Example"\n')
    monkeypatch.chdir(tmp_path / "isms")


def files() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path().rglob("*")) if path.is_file()}


def test_a_new_sop_has_no_error_and_says_what_is_open(run: Run) -> None:
    done = run("new", "offboarding")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    label = find_template(None, "offboarding").label
    assert lines[0] == f"made {SOP}: AC-001 Offboard a leaver, from the template {label}"
    assert lines[-1] == f"next: write what is open, then sopkit lint {SOP}"
    marks = re.findall(r"^  (\S+):(\d+): (\[decide: [^\]]*\])(?: \(and on line ([\d, ]+)\))?$", done.out, re.MULTILINE)
    assert len(marks) > 5
    for path, first, mark, others in marks:
        text = Path(path).read_text().splitlines()
        for line in (first, *others.replace(" ", "").split(",")) if others else (first,):
            assert mark in text[int(line) - 1]
    assert all(Path(path).is_file() for path in ("registers/roles.yaml", "registers/risks.yaml", SOP))
    linted = run("lint")
    assert linted.code == 0
    assert " error " not in linted.out


def test_a_second_one_is_the_next_and_adds_nothing_twice(run: Run) -> None:
    run("new", "offboarding")
    before = files()
    done = run("new", "offboarding", "--title", "Offboard a contractor")
    assert "made sops/access-control/ac-002-offboard-a-contractor.md: AC-002" in done.out
    assert "added" not in done.out
    made = ("sops/access-control/ac-002-offboard-a-contractor.md", "quizzes/AC-002.yaml")
    assert files() == before | {name: Path(name).read_bytes() for name in made}


def test_everything_can_be_said(run: Run) -> None:
    words = ("--id", "PV-017", "--title", 'Say: "no" #1', "--owner", "DPO", "--area", "privacy", "--yes")
    done = run("new", "blank", *words, "--set", "tickets=Jira: = project", "--set", "aim=everybody knows")
    assert done.code == 0, done.err
    sop = load(Path.cwd(), date(2026, 11, 24)).by_id["PV-017"][0]
    assert sop.path == "sops/privacy/pv-017-say-no-1.md"
    typed = sop.front.typed
    assert (typed["title"], typed["owner"], typed["area"]) == ('Say: "no" #1', "data-protection-officer", "privacy")
    assert "| Work ticket | Jira: = project | 3 years |" in Path(sop.path).read_text()


def test_a_dry_run_writes_nothing(run: Run) -> None:
    before = files()
    dry = run("new", "offboarding", "--dry-run")
    assert files() == before
    assert dry.code == 0
    assert "note: would add to registers/assets.yaml: identity-provider, " in dry.err
    run("new", "offboarding")
    assert Path(SOP).read_text() == dry.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ofboarding",), "no template 'ofboarding'; did you mean offboarding?\n  known: access-provisioning, "),
        (("blank", "--area", "privcy"), "no area 'privcy'\n  did you mean privacy? known: access-control, "),
        (("blank", "--set", "aim"), "--set 'aim' is not of the form NAME=VALUE"),
        (("blank", "--set", "aim=a", "--set", "aim=b"), "--set 'aim=b' is there twice"),
        (("blank", "--set", "aims=a"), "the template blank has no decision 'aims'\n  did you mean aim?"),
        (("blank", "--title", "a\nb"), "title: `a\\nb` is no line of plain text"),
        (("blank", "--id", "x"), "'x' is no id of this library"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(run: Run, words: tuple[str, ...], said: str) -> None:
    before = files()
    done = run("new", *words)
    assert (done.code, files()) == (2, before)
    assert said in done.err


def test_a_broken_register_is_named(run: Run) -> None:
    Path("registers").mkdir()
    Path("registers/roles.yaml").write_text("- id: x\n  title: [\n")
    before = files()
    done = run("new", "blank", "--yes")
    assert (done.code, files()) == (2, before)
    assert "registers/roles.yaml:3: register roles is not valid YAML" in done.err


def test_outside_of_a_library(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("new", "blank")
    assert done.code == 2
    assert "not a library of SOPs" in done.err
    done = run("new", "blank", "-C", "isms")
    assert "next: write what is open, then sopkit lint isms/sops/document-control/dc-001-new-procedure.md" in done.out


def test_a_new_role_is_told(run: Run) -> None:
    done = run("new", "blank", "--owner", "secruity-lead")
    assert done.err == "note: the role secruity-lead is new; did you mean security-lead?\n"


@pytest.mark.slow
def test_on_a_terminal_it_asks_for_what_is_missing() -> None:
    count = len(find_template(None, "offboarding").header.decisions)
    typed = ("Part ways", "HR partner", "Jira: #1", *[""] * (count - 1))
    code, seen = on_a_terminal("new", "offboarding", typed=typed)
    assert code == 0, seen
    assert "[Offboard a leaver]" in seen
    assert "[it-operations-lead]" in seen
    assert seen.count("Enter leaves it open.") == count
    text = Path("sops/access-control/ac-001-part-ways.md").read_text()
    assert "\nowner: people-partner\n" in text
    assert '"Jira: #1"' in text
    assert "[decide: " in text
    code, seen = on_a_terminal("new", "offboarding", "--title", "Again", "--owner", "ciso", typed=("",) * count)
    assert (code, "Title\n" in seen, "Owner\n" in seen) == (0, False, False)


@pytest.mark.slow
def test_on_a_terminal_an_answer_that_will_not_do_is_asked_for_again() -> None:
    count = len(find_template(None, "blank").header.decisions)
    code, seen = on_a_terminal("new", "blank", typed=("x" * 501, "Good", "", *[""] * count))
    assert (code, "is no line of plain text" in seen) == (0, True)
    assert Path("sops/document-control/dc-001-good.md").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_leaving_in_between_makes_nothing(key: str) -> None:
    before = files()
    code, seen = on_a_terminal("new", "blank", typed=("Title", key))
    assert (code, files()) == (130, before)
    assert seen.endswith("\nnothing was made\n")


@pytest.mark.slow
def test_with_yes_nothing_is_asked() -> None:
    code, seen = on_a_terminal("new", "blank", "--yes", typed=())
    assert (code, "> " in seen) == (0, False)


@pytest.mark.slow
def test_a_template_that_was_used_already_is_told(run: Run) -> None:
    assert run("new", "offboarding").err == ""
    assert run("new", "offboarding").err == "note: AC-001 was made from the same template; keep one of them\n"
    assert run("new", "offboarding").err == "note: AC-001, AC-002 were made from the same template; keep one of them\n"


def test_the_quiz_of_a_template_comes_along_with_the_id_of_the_sop(run: Run) -> None:
    Path("templates/quizzes").mkdir(parents=True)
    Path("templates/own.md").write_bytes(read_template_file(None, "offboarding.md"))
    quiz = QUIZ.replace("sop: AC-001", "template: own  # by hand").replace('">=1.0 <2.0"', '">=1.0"')
    Path("templates/quizzes/own.yaml").write_text(quiz)
    done = run("new", "own", "--id", "AC-007", "-y")
    assert done.code == 0, done.err
    assert "made quizzes/AC-007.yaml: its quiz\n" in done.out
    made = quiz.replace("template: own ", "sop: AC-007 ").replace('">=1.0"', '">=0.1 <2.0"')
    assert Path("quizzes/AC-007.yaml").read_text() == made
    Path("quizzes/AC-008.yaml").write_text("# ours\n")
    done = run("new", "own", "--id", "AC-008", "-y")
    assert (done.code, "quizzes/AC-008.yaml" in done.out) == (0, False)
    assert "quizzes/AC-008.yaml is there already, and was left as it is" in done.err
    assert Path("quizzes/AC-008.yaml").read_text() == "# ours\n"


def test_a_broken_quiz_of_a_template_is_named_and_nothing_written(run: Run) -> None:
    Path("templates/quizzes").mkdir(parents=True)
    Path("templates/own.md").write_bytes(read_template_file(None, "offboarding.md"))
    Path("templates/quizzes/own.yaml").write_text(QUIZ.replace("sop: AC-001", "template: own").replace("multi", "many"))
    before = files()
    done = run("new", "own", "-y")
    assert (done.code, "templates/quizzes/own.yaml:21: `many` is no known type" in done.err) == (2, True)
    assert files() == before
