"""docs/lint.md: its commands run, its settings are read, its ignores count, its entry is one."""

import re
import shlex
from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.cli.conftest import DAY, Run
from tests.repository import GitRepository

from sopkit.lint.baseline import HEAD, read_baseline
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.formats import format_names
from sopkit.lint.select import Profile
from sopkit.parsing.config import read_config

PAGE = (Path(__file__).parent.parent.parent / "docs" / "lint.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


COMMANDS = [line.partition("#")[0].strip() for text in blocks("sh") for line in text.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted(set(COMMANDS)))
def test_commands_run(command: str, run: Run, acme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(acme)
    config = acme / "sopkit.toml"
    config.write_text(config.read_text("utf-8") + f"\n{blocks('toml')[3]}", "utf-8")
    (acme / "lint-baseline.txt").write_text(f"{HEAD}\n", "utf-8")
    GitRepository.start(acme).commit("2026-11-01", {})
    program, *words = shlex.split(command)
    done = run(*words, *DAY)
    assert program == "sopkit"
    assert (done.code, [line for line in done.err.splitlines() if "lint-baseline.txt: 0" not in line]) == (0, [])


def test_every_option_shown_is_tried() -> None:
    shown = {word for command in COMMANDS for word in command.split() if word.startswith("--")}
    assert {"--write-baseline", "--show-known", "--fix", "--unsafe", "--summary", "--profile-rules"} <= shown


@pytest.mark.parametrize("text", blocks("toml"))
def test_settings_are_read(text: str, tmp_path: Path) -> None:
    read_config(text.encode(), "sopkit.toml")
    (tmp_path / "lint-baseline.txt").write_text(f"{HEAD}\n", "utf-8")
    found = lint(library(tmp_path, config=text), LintOptions(ignore=("SOP017",)))
    assert (found.findings, found.checked) == ((), 1)


def test_the_last_that_names_a_rule_decides(tmp_path: Path) -> None:
    text = complete(
        "## Procedure\n\n1. **IT operations**: Look promptly.\n2. **Line manager**: End.\n3. **Asset owner**: End.\n"
    )
    weights = {}
    for name, path in (("new", "sops/access-control/a.md"), ("old", "sops/legacy/b.md")):
        shelf = library(tmp_path / name, {path: text}, config=blocks("toml")[1])
        found = lint(shelf, LintOptions(select=("SOP208",))).findings
        weights[name] = [one.severity.value for one in found]
    assert weights == {"new": ["error"], "old": []}


def test_the_ignore_counts(tmp_path: Path) -> None:
    step = blocks("markdown")[0]
    steps = f"## Procedure\n\n1. **IT operations**: Look.\n{step}3. **Asset owner**: End.\n"
    options = LintOptions(profile=Profile.AUDIT, select=("SOP207", "SOP017"))
    report = lint(library(tmp_path, {PATH: complete(steps)}), options)
    assert ([one.code for one in report.ignored], report.findings) == (["SOP207"], ())


def test_the_entry_shown_is_one() -> None:
    (entry,) = read_baseline(f"{HEAD}\n{blocks('text')[0]}".encode(), "b").entries
    assert (entry.path, entry.code, entry.message) == (
        "sops/ac-001.md",
        "SOP207",
        "“if necessary” has no criterion; say when",
    )


def test_every_format_and_profile_has_a_row() -> None:
    rows = [line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("| ")]
    assert sorted(set(rows) - {"profile", "format", "---", *Profile}) == sorted(format_names())
    assert [row for row in rows if row in set(Profile)] == list(Profile)
