"""`sopkit lint` as its users call it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import ACME, DAY, Run
from tests.repository import GitRepository


@pytest.mark.slow
def test_acme_is_clean_under_audit_without_an_ignore(run: Run) -> None:
    done = run("lint", "-C", ACME, "--tree-only", "--profile", "audit", *DAY)
    assert (done.code, done.err) == (0, "")
    assert "no findings in 16 SOPs" in done.out
    for file in ACME.rglob("*"):
        if file.is_file() and file.suffix in {".md", ".yaml", ".toml"}:
            assert "sopkit: ignore" not in file.read_text("utf-8")
            assert "lint.ignores" not in file.read_text("utf-8")


def test_a_finding_fails_with_one(run: Run, legacy: Path) -> None:
    done = run("lint")
    assert done.code == 1
    assert "sops/ac-001.md:1:1: error SOP006" in done.out
    assert done.err == ""


@pytest.mark.slow
def test_fail_on_and_profile(run: Run, acme: Path) -> None:
    sop = next(acme.rglob("ac-001*.md"))
    sop.write_text(sop.read_text("utf-8").replace("within 4 hours", "promptly", 1), "utf-8")
    assert run("lint", "-C", acme, *DAY, "--select", "SOP208").code == 0
    assert run("lint", "-C", acme, *DAY, "--select", "SOP208", "--fail-on", "warning").code == 1
    assert run("lint", "-C", acme, *DAY, "--select", "SOP208", "--profile", "audit").code == 1


@pytest.mark.slow
def test_ci_means_publish_and_the_configuration_wins(run: Run, acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert json.loads(run("lint", "-C", acme, *DAY, "-f", "json").out)["summary"]["profile"] == "publish"
    (acme / "sopkit.toml").write_text((acme / "sopkit.toml").read_text() + '\n[lint]\nprofile = "draft"\n')
    assert json.loads(run("lint", "-C", acme, *DAY, "-f", "json").out)["summary"]["profile"] == "draft"


def test_select_by_code_name_and_family(run: Run, legacy: Path) -> None:
    def codes(*words: str) -> set[str]:
        rows = json.loads(run("lint", "-f", "json", *words).out)["findings"]
        return {row["code"] for row in rows}

    assert codes("--select", "SOP101") == {"SOP101"}
    assert codes("--select", "missing-section") == {"SOP101"}
    assert codes("--select", "SOP1") == {"SOP101"}
    assert codes("--ignore", "SOP1,missing-key") == set()
    assert codes("--select", "SOP2", "--extend-select", "SOP006") == {"SOP006"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lint", "--select", "SOP999"), "no rule `SOP999`"),
        (("lint", "--select", "bare-hegde"), "did you mean bare-hedge?"),
        (("lint", "-f", "sarf"), "did you mean sarif?"),
        (("lint", "--profile", "adit"), "adit"),
        (("lint", "--as-of", "2026-13-01"), "'2026-13-01' is not a date"),
        (("lint", "nowhere.md"), "nowhere.md: no such file or folder"),
        (("explain", "SOP999"), "no rule `SOP999`"),
        (("render", "AC-010"), "did you mean AC-001?"),
        (("lint", "-C", "nowhere"), "nowhere: no such folder"),
        (("lnt",), "did you mean lint?"),
        (("schema", "front"), "no schema 'front'"),
        (("control", "show", "A.5.99"), "A.5.9"),
        (("control", "map", "A.5.18", "--to", "nist"), "no framework `nist`"),
    ],
)
def test_a_wrong_call_is_two_and_names_the_nearest(run: Run, legacy: Path, words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_not_a_library(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("lint")
    assert done.code == 2
    assert "not a library of SOPs" in done.err
    assert "begin one here: sopkit init" in done.err
    assert "-C DIR" in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[librry]\n", "sopkit.toml:1: unknown key `librry`; did you mean `library`?"),
        ('[library]\nname = "A"\nsop = ["x"]\n', "sopkit.toml:3: unknown key `library.sop`; did you mean `sops`?"),
        ("[library]\nname = 3\n", "sopkit.toml:2: library.name"),
        ('[review]\nbasis = "git"\ndue_soon = "soon"\n', "sopkit.toml:3: review.due_soon: `soon` is not a duration"),
        ("[library\n", "sopkit.toml:1: not valid TOML"),
        ('[library]\nframeworks = ["iso27001"]\n', "no framework iso27001"),
        ('[library]\ntimezone = "Mars/Base"\n', "sopkit.toml:2: library.timezone: no time zone 'Mars/Base'"),
        ('[library]\nid_pattern = "["\n', "sopkit.toml:2: library.id_pattern: not a regular expression"),
        ('[areas.x]\nprefx = "X"\n', "sopkit.toml:2: unknown key `areas.x.prefx`; did you mean `prefix`?"),
        (
            '[[lint.ignores]]\npaths = ["a"]\ncode = "SOP1"\nreason = "x"\n\n[[lint.ignores]]\npaths = ["a"]\ncod = "x"\n',
            "sopkit.toml:8: unknown key `lint.ignores.1.cod`; did you mean `code`?",
        ),
    ],
)
def test_broken_configuration(run: Run, legacy: Path, text: str, said: str) -> None:
    (legacy / "sopkit.toml").write_text(text)
    done = run("lint")
    assert done.code == 2
    assert said in done.err + done.out


def test_output_goes_to_a_file_whole_or_not_at_all(run: Run, legacy: Path) -> None:
    done = run("lint", "-f", "json", "-o", "out.json")
    assert (done.code, done.out) == (1, "")
    assert json.loads((legacy / "out.json").read_text("utf-8"))["schema"] == "sopkit/lint/1"
    assert run("lint", "-o", "missing/out.json").code == 2
    (legacy / "folder").mkdir()
    assert run("lint", "-o", "folder").code == 2
    assert [path.name for path in legacy.iterdir() if path.name.startswith(".")] == []


def test_statistics(run: Run, legacy: Path) -> None:
    assert run("lint", "--statistics").out.splitlines()[:2] == ["6  SOP101  missing-section", "4  SOP006  missing-key"]


def test_a_path_is_judged_against_the_whole_library(run: Run, acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(acme)
    for sop in acme.rglob("*.md"):
        sop.write_text(sop.read_text("utf-8").replace("owner: ", "onwer: ", 1), "utf-8")
    done = run("lint", "sops/access-control", *DAY)
    assert done.code == 1
    assert {line.split(":")[0] for line in done.out.splitlines() if ": error" in line} == {
        path.relative_to(acme).as_posix() for path in acme.rglob("ac-00*.md")
    }


@pytest.mark.slow
def test_fix_mends_drafts_and_leaves_active_text_alone(run: Run, legacy: Path, acme: Path) -> None:
    done = run("lint", "--fix")
    text = (legacy / "sops" / "ac-001.md").read_text("utf-8")
    assert "status: draft" in text
    assert "## Scope\n\n[decide: scope]\n" in text
    assert "mended" in done.err
    assert (legacy / "sops" / "ac-001.md").read_bytes() == text.encode()

    sop = next(acme.rglob("ac-001*.md"))
    before = sop.read_text("utf-8").replace("- A.5.18\n", "- A.9.2.2\n", 1)
    sop.write_text(before, "utf-8")
    done = run("lint", "-C", acme, "--fix", *DAY)
    assert (done.code, sop.read_text("utf-8")) == (1, before)
    assert "active SOPs left alone" in done.err
    shown = run("lint", "-C", acme, "--diff", "--meaning", *DAY)
    assert shown.code == 1
    assert "-    - A.9.2.2\n+    - A.5.18\n" in shown.out
    assert run("lint", "-C", acme, "--fix", "--meaning", *DAY).code == 0
    assert sop.read_text("utf-8") == before.replace("- A.9.2.2\n", "- A.5.18\n", 1)


@pytest.mark.slow
def test_suggestions_are_shown_and_applied_when_asked_for(run: Run, acme: Path) -> None:
    register, sop = acme / "registers/risks.yaml", next(acme.rglob("ac-001*.md"))
    row, text = register.read_text("utf-8"), sop.read_text("utf-8")
    register.write_text(row.replace("owner: ", "onwer: ", 1), "utf-8")
    sop.write_text(text.replace("owner: ", "onwer: ", 1), "utf-8")
    done = run("lint", "-C", acme, *DAY)
    assert "= suggestion: write `owner` (sopkit lint --fix --unsafe)\n" in done.out
    assert "= suggestion: write `owner` (sopkit lint --fix --unsafe --meaning)\n" in done.out
    assert "; 1 can be mended with sopkit lint --fix --unsafe" in done.out
    shown = run("lint", "-C", acme, "--diff", "--unsafe", *DAY)
    assert (shown.code, shown.out.count("\n+++ b/registers/risks.yaml\n")) == (1, 1)
    done = run("lint", "-C", acme, "--fix", "--unsafe", *DAY)
    assert (done.code, register.read_text("utf-8")) == (1, row)
    assert "mended 1 in 1 file; 1 in active SOPs left alone (--meaning)" in done.err
    assert run("lint", "-C", acme, "--fix", "--unsafe", "--meaning", *DAY).code == 0
    assert sop.read_text("utf-8") == text


@pytest.mark.parametrize("option", ["--unsafe", "--meaning"])
def test_what_may_be_mended_is_no_order_to_mend(option: str, run: Run, acme: Path) -> None:
    done = run("lint", "-C", acme, option)
    assert done.code == 2
    assert "add one of these" in done.err


@pytest.mark.slow
def test_a_closed_pipe_is_no_error() -> None:
    import subprocess
    import sys

    command = f"{sys.executable} -m sopkit lint -C {ACME} -f sarif --as-of 2026-11-24 | head -c 10 >/dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": ""}
    )
    assert (done.stdout.strip(), done.stderr) in {("0", ""), ("1", "")}


@pytest.mark.slow
@pytest.mark.parametrize("words", ["lint", "--help"])
def test_a_full_disk_is_said_and_no_bug(words: str) -> None:
    import subprocess
    import sys

    command = f"cd {ACME} && {sys.executable} -m sopkit {words} > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    said = "sopkit: the output cannot be written: No space left on device"
    assert (done.returncode, done.stderr) == (2, f"{said}\n  make room, or write to another place with -o FILE\n")


@pytest.mark.slow
@pytest.mark.parametrize("words", ["lint --tree-only -f json --as-of 2026-11-24", "status"])
def test_a_closed_output_is_no_bug(words: str) -> None:
    import subprocess
    import sys

    command = f"cd {ACME} && {sys.executable} -m sopkit {words} >&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_colour_only_on_a_terminal(run: Run, legacy: Path) -> None:
    assert "\x1b" not in run("lint").out


@pytest.mark.slow
def test_changed_reports_what_a_branch_answers_for(run: Run, acme: Path) -> None:
    repository = GitRepository.start(acme)
    repository.commit("2026-11-01", {})
    repository.switch("topic", "main")
    text = next(file for file in acme.glob("sops/*/ac-001-*.md"))
    path = text.relative_to(acme).as_posix()
    text.write_text(text.read_text().replace("\n## Scope\n", "\n## Scope\n\nAct as appropriate.\n"))
    done = run("lint", "-C", acme, *DAY, "--changed", "main", "--profile", "publish", "-f", "json")
    found = json.loads(done.out)["findings"]
    assert {(one["path"], one["code"]) for one in found} == {(path, "SOP602")}
    assert (done.code, done.err) == (0, "")


def test_changed_does_not_mend(run: Run, acme: Path) -> None:
    done = run("lint", "-C", acme, "--changed", "main", "--fix")
    assert (done.code, "leave --fix and --diff out" in done.err) == (2, True)


@pytest.mark.slow
def test_a_shallow_clone_names_the_line_that_mends_it(
    run: Run, acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = GitRepository.start(acme)
    repository.commit("2026-11-01", {})
    repository.commit("2026-11-02", {})
    GitRepository(tmp_path).git("clone", "-q", "--depth", "1", acme.as_uri(), "clone")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for words in (("--profile", "publish"), ("--changed", "origin/main")):
        done = run("lint", "-C", tmp_path / "clone", *DAY, *words)
        assert (done.code, done.out) == (2, "")
        assert "the clone is shallow" in done.err
        assert "`fetch-depth: 0`" in done.err
    assert run("lint", "-C", tmp_path / "clone", *DAY, "--profile", "publish", "--tree-only").code == 0


@pytest.mark.slow
def test_lint_under_review_loads_no_git(acme: Path) -> None:
    GitRepository.start(acme).commit("2026-11-01", {})
    code = (
        "import sys; from sopkit.cli.app import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted(name for name in ('git', 'dateutil', 'sopkit.lifecycle.history') if name in sys.modules))\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    for profile, loaded in (("review", []), ("publish", ["dateutil", "git", "sopkit.lifecycle.history"])):
        words = ("lint", "-C", str(acme), *DAY, "--profile", profile)
        done = subprocess.run(
            [sys.executable, "-c", code, *words], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == str(loaded)
