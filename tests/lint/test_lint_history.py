"""Rules that need history: when it is read, and what is said where it is not."""

import re
from datetime import date
from pathlib import Path

import pytest
from tests.build import AS_OF, PATH, REGISTERS, complete, example_library, library
from tests.repository import BEN, GitRepository

from sopkit.authoring.demo import AS_OF as DEMO_DAY
from sopkit.authoring.demo import make_demo
from sopkit.library import load
from sopkit.lifecycle.library_status import LibraryStatus, read_committed_status
from sopkit.lint.advice import APPROVED_HISTORY
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.rule import Example
from sopkit.lint.rules import all_rules
from sopkit.lint.select import Profile
from sopkit.model.errors import SopkitError

HISTORICAL = tuple(code for code, rule in all_rules().items() if rule.needs == "history")


def forbidden() -> LibraryStatus | None:
    raise AssertionError("the history was read")


def life_of(root: Path) -> LibraryStatus | None:
    return read_committed_status(load(root, AS_OF), AS_OF, {})


@pytest.mark.parametrize(
    "options",
    [
        {"profile": Profile.DRAFT},
        {"profile": Profile.REVIEW},
        {"select": ("SOP608", "SOP610", "SOP201", "SOP3")},
    ],
)
def test_history_is_not_read_where_no_rule_needs_it(options: dict[str, object], tmp_path: Path) -> None:
    report = lint(library(tmp_path), LintOptions(history=forbidden, **options))  # type: ignore[arg-type] - as asked
    assert (report.findings, report.left_out) == ((), ())


def test_the_tree_alone_is_judged_by_the_rules_that_need_no_history_and_it_is_said(tmp_path: Path) -> None:
    found = library(tmp_path, {".github/CODEOWNERS": "/sops/ ben@acme.example\n"})
    report = lint(found, LintOptions(profile=Profile.AUDIT, tree_only=True, history=forbidden))
    assert ([one.code for one in report.findings], report.left_out) == (["SOP608"], HISTORICAL)


@pytest.mark.parametrize("options", [{"profile": Profile.PUBLISH}, {"profile": Profile.AUDIT}, {"select": ("SOP603",)}])
def test_history_is_read_once(options: dict[str, object], tmp_path: Path) -> None:
    found, life = example_library(tmp_path, Example("", history=APPROVED_HISTORY))
    asked: list[LibraryStatus | None] = []

    def history() -> LibraryStatus | None:
        asked.append(life())
        return asked[-1]

    report = lint(found, LintOptions(history=history, **options))  # type: ignore[arg-type] - as asked
    assert (len(asked), report.findings, report.left_out) == (1, (), ())


def test_outside_of_git_the_rules_are_left_out(tmp_path: Path) -> None:
    report = lint(library(tmp_path), LintOptions(profile=Profile.PUBLISH, history=lambda: life_of(tmp_path)))
    assert (report.findings, report.left_out) == ((), HISTORICAL)
    assert set(report.rules).isdisjoint(HISTORICAL)


def test_before_the_library_is_committed_there_is_no_history(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "r")
    library(repository.root)
    assert life_of(repository.root) is None
    repository.git("commit", "-q", "--allow-empty", "-m", "nothing of the library")
    assert life_of(repository.root) is None


@pytest.mark.parametrize(
    "config", ['[library]\nidentity = "path"\n', '[review]\nbasis = "claims"\n'], ids=["no ids", "no claims"]
)
def test_a_configuration_that_gives_nothing_to_judge_by(config: str, tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "r")
    repository.commit("2026-02-01", {"sopkit.toml": config, **REGISTERS, PATH: complete()})
    assert life_of(repository.root) is None


def test_a_shallow_clone_is_an_error(tmp_path: Path) -> None:
    example_library(tmp_path / "r", Example("", history=APPROVED_HISTORY))
    GitRepository(tmp_path).git("clone", "-q", "--depth", "1", (tmp_path / "r").as_uri(), "clone")
    found = load(tmp_path / "clone", AS_OF)
    with pytest.raises(SopkitError, match="the clone is shallow"):
        lint(found, LintOptions(profile=Profile.PUBLISH, history=lambda: life_of(found.root)))


@pytest.mark.slow
def test_processes_that_share_the_work_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = GitRepository.start(tmp_path / "r")
    texts = {f"sops/ac-{number:03}.md": complete(id=f"AC-{number:03}") for number in range(1, 9)}
    repository.commit("2025-02-01", {"sopkit.toml": "", **REGISTERS, **texts}, author=BEN)
    found = load(repository.root, AS_OF)
    options = LintOptions(select=("SOP602", "SOP603"), history=lambda: life_of(repository.root))
    alone = lint(found, options).findings
    monkeypatch.setattr("sopkit.lint.engine._WORTH_SHARING", 4)
    monkeypatch.setattr("sopkit.parallel.processors", lambda: 3)
    assert lint(load(repository.root, AS_OF), options).findings == alone
    assert [one.code for one in alone] == ["SOP603", "SOP602"] * 8


@pytest.mark.slow
def test_the_demo_shows_the_rules(tmp_path: Path) -> None:
    make_demo(tmp_path / "demo")
    found = load(tmp_path / "demo", DEMO_DAY)
    history = lambda: read_committed_status(load(found.root, DEMO_DAY), DEMO_DAY, {})  # noqa: E731 - as the command does
    practice = ("SOP804", "SOP805", "SOP808", "SOP809", "SOP810")
    report = lint(found, LintOptions(select=("SOP6", *practice), history=history))
    named = {(one.code, *re.findall(r"/([A-Za-z]{2}-\d{3})", one.path)) for one in report.findings}
    assert {(code, name.upper()) for code, name in named} == {
        ("SOP602", "BK-002"),
        ("SOP603", "IH-002"),
        ("SOP603", "VM-001"),
        ("SOP604", "CM-002"),
        ("SOP604", "IH-001"),
        ("SOP605", "BK-002"),
        ("SOP605", "IH-001"),
        ("SOP606", "BK-001"),
        ("SOP607", "SD-001"),
        ("SOP612", "AM-001"),
        ("SOP612", "BK-002"),
        ("SOP612", "CM-001"),
        ("SOP612", "IH-001"),
        ("SOP804", "AM-001"),
        ("SOP804", "VM-001"),
        ("SOP805", "CM-002"),
        ("SOP808", "AC-002"),
        ("SOP808", "AM-003"),
        ("SOP808", "CM-001"),
        ("SOP809", "AM-001"),
        ("SOP810", "AM-001"),
    }


def test_history_up_to_a_day(tmp_path: Path) -> None:
    example_library(tmp_path, Example("", history=APPROVED_HISTORY))
    found = load(tmp_path, AS_OF)
    before = date.fromisoformat(APPROVED_HISTORY[0].day)
    options = LintOptions(select=("SOP602",), history=lambda: read_committed_status(load(tmp_path, before), AS_OF, {}))
    report = lint(found, options)
    assert [one.code for one in report.findings] == ["SOP602"]


def test_a_library_of_paths_is_judged_by_git(tmp_path: Path) -> None:
    config = '[library]\nidentity = "path"\n[review]\nbasis = "git"\n'
    repository = GitRepository.start(tmp_path / "r")
    repository.commit("2025-02-01", {"sopkit.toml": config, **REGISTERS, PATH: complete(without=["id"])}, author=BEN)
    options = LintOptions(select=("SOP6",), history=lambda: life_of(repository.root))
    message = (
        "review was due on 2026-02-01, 296 days ago, 12 months after the text landed on 2025-02-01 by Ben Roy; "
        "review it, and change what is no longer so"
    )
    report = lint(load(repository.root, AS_OF), options)
    assert [(one.code, one.message) for one in report.findings] == [("SOP603", message)]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (None, ["SOP006"]),
        (("",), ["SOP006"]),
        (("ledger",), ["SOP006"]),
        (("ledger/sops/AC-001",), ["SOP006"]),
        (("ledger/sops/AC-001/a.yaml",), ["SOP006"]),
        (("ledger/sops/AC-002",), []),
        (("sops",), []),
        (("ledge",), []),
    ],
)
def test_entries_in_the_folder_are_judged_as_asked(
    paths: tuple[str, ...] | None, expected: list[str], tmp_path: Path
) -> None:
    entry = f"schema: sopkit/entry/1\nid: AC-001\ndigest: sop1:{'0' * 64}\nby: ann\ndate: 2026-01-06\n"
    found = library(tmp_path, {PATH: complete(), "ledger/sops/AC-001/a.yaml": entry})
    report = lint(found, LintOptions(paths=paths))
    assert [one.code for one in report.findings] == expected
    if expected:
        assert found.sources["ledger/sops/AC-001/a.yaml"].data == entry.encode()


def test_links_in_the_ledger_are_not_followed(tmp_path: Path) -> None:
    found = library(tmp_path / "r", {PATH: complete(), "ledger/sops/AC-001/note.txt": "kind: x\n"})
    (tmp_path / "else.yaml").write_text("kind: x\n")
    (tmp_path / "r/ledger/sops/AC-001/a.yaml").symlink_to(tmp_path / "else.yaml")
    assert [(one.path, one.message) for one in lint(found, LintOptions()).findings] == [
        ("ledger/sops/AC-001/a.yaml", "file is a symbolic link, so it is not read; put the file itself there")
    ]


def test_entries_that_another_process_read_can_be_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {f"ledger/sops/AC-001/{number}.yaml": "kind: reveiw\n" for number in range(8)}
    found = library(tmp_path, {PATH: complete(), **entries})
    monkeypatch.setattr("sopkit.lint.engine._ENTRIES_WORTH_SHARING", 4)
    monkeypatch.setattr("sopkit.parallel.processors", lambda: 3)
    report = lint(found, LintOptions(select=("SOP005",)))
    assert [one.path for one in report.findings] == list(entries)
    assert {found.sources[path].data for path in entries} == {b"kind: reveiw\n"}
