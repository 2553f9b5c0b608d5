"""`sopkit init`: as it is typed, on a terminal and elsewhere, and what the library that it makes says to do."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import Done, Run
from tests.cli.terminal import on_a_terminal
from tests.repository import GitRepository, isolated

from sopkit.authoring.init_files import DECISION_RULES, InitOptions
from sopkit.library import load_config

pytestmark = pytest.mark.slow

BIN = Path(sys.executable).parent
SOP = "sops/access-control/ac-001-grant-and-change-access.md"
QUESTIONS = ["Organisation", "Areas", "Control frameworks", "Forge", "Signed approvals"]
ADDRESS = "git@gitlab.acme.example:isms/procedures.git"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in isolated(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    (tmp_path / "isms").mkdir()
    monkeypatch.chdir(tmp_path / "isms")


def asked(screen: str) -> list[str]:
    return [line for line in screen.splitlines() if line in QUESTIONS]


def test_without_arguments_it_is_small_and_clean(run: Run) -> None:
    done = run("init", "--yes", "--org", "Example")
    assert (done.code, done.err) == (0, "")
    assert f"  {SOP}\n" in done.out
    assert "there already" not in done.out
    assert [path.name for path in Path("sops").rglob("*.md")] == [Path(SOP).name]
    linted = run("lint")
    assert linted.code == 0
    assert "[decide: where access tickets are kept" in linted.out
    assert " error " not in linted.out
    assert re.search(r'^uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4', Path("sopkit.toml").read_text("utf-8"), re.MULTILINE)


def test_what_is_printed_at_the_end(run: Run) -> None:
    Path("README.md").write_text("ours\n")
    out = run("init", "--yes", "--area", "access-control").out
    parts = out.split("\n\n")
    assert parts[0].startswith(f"made in {Path.cwd()}:\n")
    assert parts[1] == "there already, and left as it was:\n  README.md"
    count = len(run("lint", "--select", DECISION_RULES, "-f", "concise").out.splitlines())
    first, *marks, more = parts[2].splitlines()
    assert first.startswith(
        f"{count} places await your decision; DECISIONS.md lists them, `sopkit lint --select {DECISION_RULES}`"
    )
    assert len(marks) == 5
    assert more == f"  and {count - 5} more"
    assert parts[3] == "Next:"
    steps = [line.split("  # ") for line in parts[4].splitlines()]
    assert [step[0].strip() for step in steps] == [
        "sopkit lint",
        "git init -b main && git add . && git commit -m 'Begin the library'",
        "sopkit template list",
    ]
    assert len({len(step[0]) for step in steps}) == 1


def test_options_may_be_repeated_or_joined(run: Run) -> None:
    areas = ("--area", "backup-recovery,incident-handling", "--area", "access-control", "--area", "backup-recovery")
    done = run("init", "a b/c", *areas, "--framework", "soc2-tsc-2017", "--framework", "gdpr", "--signed", "-y")
    assert done.code == 0
    assert "  cd " + shlex.quote(str(Path("a b/c").resolve())) in done.out
    config = load_config(Path("a b/c"))
    assert config.library.frameworks == ("soc2-tsc-2017", "gdpr")
    assert config.approval.min_evidence.high == "E3"
    assert {path.parent.name for path in Path("a b/c/sops").rglob("*.md")} == {
        "access-control",
        "backup-recovery",
        "incident-handling",
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--area", "acces-control"), "no area 'acces-control'; did you mean access-control? known: access-control,"),
        (("--area", "access-control,it"), "no area 'it'; known: access-control,"),
        (("--framework", "iso27001"), "no framework 'iso27001'; did you mean iso27001-2022? known: gdpr,"),
        (("--forge", "GitHub"), "no forge 'GitHub'; did you mean github? known: github, gitlab, none"),
        (("--org", "a\nb"), r"holds a line end or another character that is not seen: '\n'"),
        (("--org", "x" * 201), "the name of the organisation has 201 characters, more than 200"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(words: tuple[str, str], said: str, run: Run) -> None:
    done = run("init", "new", "--yes", *words)
    assert done.code == 2
    assert said in " ".join(done.err.split())
    assert list(Path().iterdir()) == []


def test_in_a_library_it_says_what_to_do(run: Run) -> None:
    assert run("init", "--yes").code == 0
    for folder in (".", "sops", "sops/access-control/new"):
        done = run("init", folder, "--yes")
        assert (done.code, done.out) == (2, "")
        assert (
            done.err.splitlines()[1]
            == "  begin another procedure in it, also of another area: sopkit template list, then sopkit new"
        )


def test_without_a_terminal_the_defaults_are_taken_and_that_is_said(run: Run) -> None:
    done = run("init")
    assert done.code == 0
    assert done.err == "note: no terminal to ask on, so the default of all that is not given is taken\n"
    assert load_config(Path()).library.name == ""
    assert (Path(".github/workflows/sopkit.yml")).is_file()


def test_the_forge_is_that_of_the_remote(run: Run) -> None:
    GitRepository.start(Path.cwd()).git("remote", "add", "origin", ADDRESS)
    done = run("init", "--yes", "--git")
    assert f"there is a repository already, {Path.cwd()}, so git init was not run" in done.out
    assert Path(".gitlab-ci.yml").is_file()
    assert not Path(".github").exists()


def test_git_is_begun_when_asked_for(run: Run) -> None:
    out = run("init", "new", "--yes", "--git").out
    assert "git init" not in out
    assert "git add . && git commit" in out
    assert (
        subprocess.run(["git", "symbolic-ref", "HEAD"], cwd="new", capture_output=True).stdout == b"refs/heads/main\n"
    )


def test_on_a_terminal_it_asks_for_what_is_not_given() -> None:
    code, screen = on_a_terminal(
        "init", typed=("Acme ] 'Cloud'", "backup", "backup-recovery, privacy", "", "gitlab", "y")
    )
    assert (code, asked(screen)) == (0, QUESTIONS)
    assert "Error: no area 'backup'; did you mean backup-recovery?" in screen
    config = load_config(Path())
    assert (config.library.name, config.library.frameworks) == ("Acme ] 'Cloud'", InitOptions().frameworks)
    assert config.approval.min_evidence.high == "E3"
    assert {path.name for path in Path("sops").iterdir()} == {"backup-recovery", "privacy"}
    assert Path(".gitlab-ci.yml").is_file()


def test_enter_takes_the_defaults_and_a_name_is_asked_again_until_it_can_be_kept() -> None:
    code, screen = on_a_terminal("init", typed=("x" * 201, "", "", "", "", ""))
    assert (code, asked(screen)) == (0, QUESTIONS)
    assert "Error: the name of the organisation has 201 characters" in screen
    assert load_config(Path()).library.name == ""
    assert load_config(Path()).approval.min_evidence.high == "E1"


def test_what_is_given_is_not_asked_for() -> None:
    given = ("--org", "Acme", "--area", "privacy", "--forge", "none", "--no-signed")
    code, screen = on_a_terminal("init", *given, typed=("gdpr",))
    assert (code, asked(screen)) == (0, ["Control frameworks"])
    assert load_config(Path()).library.frameworks == ("gdpr",)


def test_yes_asks_nothing_on_a_terminal() -> None:
    code, screen = on_a_terminal("init", "--yes", typed=())
    assert (code, asked(screen)) == (0, [])
    assert "note:" not in screen


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_leaving_at_a_question_writes_nothing(key: str) -> None:
    code, screen = on_a_terminal("init", typed=("Acme", key))
    assert code == 130
    assert "nothing was written" in screen
    assert list(Path().iterdir()) == []


def committed(run: Run, *words: str) -> GitRepository:
    """A library that was begun here and is committed, with a remote branch to compare with."""
    repository = GitRepository.start(Path.cwd())
    assert run("init", "--yes", "--org", "Example", *words).code == 0
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Begin the library")
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    return repository


def scripts(forge: str) -> list[str]:
    """The lines that the pipeline runs with sopkit."""
    if forge == "github":
        jobs = yaml.safe_load(Path(".github/workflows/sopkit.yml").read_text("utf-8"))["jobs"]
        lines = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    else:
        jobs = yaml.safe_load(Path(".gitlab-ci.yml").read_text("utf-8"))
        lines = [line for job in jobs.values() for line in job.get("script", ())]
    return [line for line in lines if line.startswith("python -I -m sopkit ")]


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_the_pipeline_runs_what_there_is_and_is_green(forge: str, run: Run, tmp_path: Path) -> None:
    head = committed(run, "--forge", forge).git("rev-parse", "HEAD")
    lines = scripts(forge)
    assert sorted(line.split()[4] for line in lines) == ["lint", "lint", "stale", "stale", "verify"]
    given = {"CI": "true", "GITHUB_BASE_REF": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": head}
    given |= {"PATH": f"{BIN}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": os.devnull, "CI_PROJECT_DIR": str(tmp_path)}
    for line in lines:
        done = subprocess.run(["bash", "-euc", line], env={**os.environ, **given}, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), line


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_the_doctor_finds_no_error_and_writes_the_code_owners_later(forge: str, run: Run) -> None:
    committed(run, "--forge", forge)
    done = run("doctor")
    assert done.code == 0
    assert "where sopkit runs it has the whole history" in done.out
    owners = Path(".github/CODEOWNERS" if forge == "github" else ".gitlab/CODEOWNERS")
    before = owners.read_bytes()
    assert all(line.startswith(b"#") for line in before.splitlines())
    people = "- {key: ann, name: Ann Lee, emails: [ann@acme.example], logins: {github: ann, gitlab: ann}}\n"
    with Path("registers/people.yaml").open("a") as file:
        file.write(people)
    roles = Path("registers/roles.yaml")
    roles.write_text(re.sub(r"holders: \[\].*", "holders: [{person: ann}]", roles.read_text("utf-8")))
    assert run("doctor", "--codeowners", "--write").code == 0
    assert owners.read_bytes().startswith(before)
    assert f"/{SOP} @ann\n" in owners.read_text("utf-8")
    assert "SOP608" not in run("lint", "--profile", "publish").out


def test_the_readme_and_the_checklist_name_commands_that_there_are(run: Run) -> None:
    assert run("init", "--yes").code == 0
    words = [
        line
        for name in ("README.md", "DECISIONS.md")
        for line in re.findall(r"`(sopkit [^`]+)`", Path(name).read_text("utf-8"))
    ]
    assert len(words) > 15
    for line in words:
        assert run(*shlex.split(line)[1:], "--help").code == 0, line


def test_the_help_has_an_example_that_works(run: Run) -> None:
    [example] = re.findall(r"Example: sopkit (.*(?:\n +.*)*?)\n\n", run("init", "--help").out)
    done: Done = run(*shlex.split(example), "--yes")
    assert done.code == 0
    assert Path("procedures/.git").is_dir()
    assert load_config(Path("procedures")).library.name == "Acme Cloud"
