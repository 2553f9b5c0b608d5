"""`lint --changed`: what a branch answers for, on real repositories."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.build import AS_OF, PATH, REGISTERS, complete, example_library
from tests.repository import BEN, GitRepository

from sopkit.library import load
from sopkit.lifecycle.library_status import read_committed_status
from sopkit.lint.changes import lint_changes
from sopkit.lint.engine import LintOptions, LintReport
from sopkit.lint.rule import Example, ExampleCommit
from sopkit.lint.select import Profile
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

SECOND = "sops/access-control/ac-002-review-access.md"
HEDGE = "## Procedure\n\n1. **IT operations**: Act if needed.\n2. **Line manager**: Look.\n3. **Asset owner**: End.\n"
VAGUE = "## Procedure\n\n1. **IT operations**: Act.\n2. **Line manager**: Look promptly.\n3. **Asset owner**: End.\n"


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    """A library with a hedge in one SOP and none in the other, and a branch that has begun."""
    made = GitRepository.start(tmp_path / "r")
    texts = {PATH: complete(HEDGE), SECOND: complete(id="AC-002", title="Review access")}
    made.commit("2026-02-01", {"sopkit.toml": "", **REGISTERS, **texts}, author=BEN)
    made.switch("topic", "main")
    return made


def report(root: Path, base: str = "main", **options: object) -> LintReport:
    library = load(root, AS_OF)
    plain = LintOptions(profile=Profile.PUBLISH, history=lambda: read_committed_status(load(root, AS_OF), AS_OF, {}))
    return lint_changes(library, replace(plain, **options), base, {})  # type: ignore[arg-type] - as asked


def gist(found: LintReport) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in found.findings]


def test_nothing_changed_nothing_found(repository: GitRepository) -> None:
    assert gist(report(repository.root)) == []


def test_all_that_stands_in_a_changed_file_is_reported(repository: GitRepository) -> None:
    repository.commit("2026-02-02", {PATH: complete(HEDGE, title="Give access")}, author=BEN)
    assert gist(report(repository.root)) == [("SOP602", PATH), ("SOP207", PATH)]


def test_the_folder_counts_untracked_files_too(repository: GitRepository) -> None:
    third = "sops/access-control/ac-003-more.md"
    repository.write(third, complete(VAGUE, id="AC-003", title="More"))
    assert gist(report(repository.root)) == [("SOP602", third), ("SOP208", third)]


def test_what_a_change_breaks_elsewhere_is_reported_and_what_was_there_is_not(repository: GitRepository) -> None:
    repository.commit("2026-02-02", {"registers/roles.yaml": REGISTERS["registers/roles.yaml"].split("\n", 1)[1]})
    found = report(repository.root, select=("SOP012", "SOP207"))
    assert gist(found) == [("SOP012", PATH), ("SOP012", PATH), ("SOP012", SECOND), ("SOP012", SECOND)]
    assert found.failed


def test_a_file_that_was_moved_is_changed(repository: GitRepository) -> None:
    moved = PATH.replace("grant", "give")
    text = (repository.root / PATH).read_text()
    repository.commit("2026-02-02", {PATH: None, moved: text}, author=BEN)
    assert gist(report(repository.root, select=("SOP207",))) == [("SOP207", moved)]


def test_a_link_to_a_file_that_went_is_broken_elsewhere(repository: GitRepository) -> None:
    link = complete("## Inputs\n\n- [Review](ac-002-review-access.md), [lost](gone.md)\n")
    repository.git("switch", "-q", "main")
    repository.commit("2026-02-02", {PATH: link})
    repository.switch("other", "main")
    repository.commit("2026-02-03", {SECOND: None})
    assert [(one.path, one.message) for one in report(repository.root, select=("SOP506",)).findings] == [
        (PATH, f"no file `ac-002-review-access.md` beside {PATH}; correct the path")
    ]


def test_what_is_due_or_awaited_is_shown_and_fails_nothing(repository: GitRepository) -> None:
    repository.commit("2026-02-02", {SECOND: complete(id="AC-002", title="Review all access")}, author=BEN)
    found = report(repository.root, profile=Profile.AUDIT)
    assert gist(found) == [("SOP602", SECOND)]
    assert not found.failed


def test_an_entry_is_a_change_and_so_is_its_sop(repository: GitRepository) -> None:
    entry = "ledger/sops/AC-002/2026-02-02-review-ben-00000000.yaml"
    repository.commit("2026-02-02", {entry: "kind: reveiw\n"}, author=BEN)
    found = report(repository.root, select=("SOP00", "SOP602", "SOP612"))
    assert {(code, path) for code, path in gist(found)} == {
        ("SOP005", entry),
        ("SOP006", entry),
        ("SOP612", entry),
        ("SOP602", SECOND),
    }


def test_an_entry_of_the_base_is_nobodys_fault_here(repository: GitRepository) -> None:
    repository.git("switch", "-q", "main")
    repository.commit("2026-02-02", {"ledger/sops/AC-002/2026-02-02-review-ben-00000000.yaml": "kind: reveiw\n"})
    repository.switch("other", "main")
    assert gist(report(repository.root, select=("SOP00", "SOP612"))) == []


def test_an_sop_that_watches_what_the_change_touches_is_shown(tmp_path: Path) -> None:
    text = "---\nwatches: [infra/*]\n---\n"
    history = (
        ExampleCommit("2026-01-05", "ben", text=text, files={"infra/a.tf": "a\n", "infra/b.tf": "b\n"}),
        ExampleCommit("2026-01-06", "ann", entry="kind: review, watched: watch1:other"),
    )
    example_library(tmp_path / "r", Example(text, history=history))
    made = GitRepository(tmp_path / "r")
    made.switch("elsewhere", "main")
    made.commit("2026-02-02", {"notes.txt": "n\n"})
    assert gist(report(made.root, select=("SOP606",))) == []
    made.commit("2026-02-03", {"infra/b.tf": "c\n"})
    found = report(made.root, select=("SOP606",))
    assert (gist(found), found.failed) == ([("SOP606", PATH)], False)


def test_an_ignore_in_the_configuration_that_went_lets_findings_out(repository: GitRepository) -> None:
    ignore = '[[lint.ignores]]\npaths = ["sops/**"]\ncode = "SOP207"\nreason = "old"\n'
    repository.git("switch", "-q", "main")
    repository.commit("2026-02-02", {"sopkit.toml": ignore})
    repository.switch("other", "main")
    found = report(repository.root, select=("SOP207", "SOP017"))
    assert (gist(found), found.ignored) == ([], ())
    repository.commit("2026-02-03", {"sopkit.toml": ""})
    assert gist(report(repository.root, select=("SOP207", "SOP017"))) == [("SOP207", PATH)]


def test_a_base_without_a_library_has_no_findings_to_forgive(tmp_path: Path) -> None:
    made = GitRepository.start(tmp_path / "r")
    made.commit("2026-01-01", {"README.md": "Hello\n"})
    made.switch("topic", "main")
    made.commit("2026-02-01", {"sopkit.toml": "", **REGISTERS, PATH: complete(HEDGE)}, author=BEN)
    assert gist(report(made.root, select=("SOP207",))) == [("SOP207", PATH)]


def test_a_library_that_begins_over_texts_that_were_there_answers_for_all(tmp_path: Path) -> None:
    made = GitRepository.start(tmp_path / "r")
    made.commit("2026-01-01", {**REGISTERS, PATH: complete(HEDGE)})
    made.switch("topic", "main")
    made.commit("2026-02-01", {"sopkit.toml": ""}, author=BEN)
    assert gist(report(made.root, select=("SOP207",))) == [("SOP207", PATH)]


def test_the_base_is_linted_under_the_same_profile(repository: GitRepository) -> None:
    repository.git("switch", "-q", "main")
    repository.commit("2026-02-02", {"sopkit.toml": '[lint]\nprofile = "draft"\n'})
    repository.switch("other", "main")
    repository.commit("2026-02-03", {"sopkit.toml": '[lint]\nprofile = "review"\n'})
    assert gist(report(repository.root, profile=None)) == []


def test_an_entry_that_went_is_the_fault_of_the_change(repository: GitRepository) -> None:
    entry = "ledger/sops/AC-002/2026-02-02-review-ben-00000000.yaml"
    repository.git("switch", "-q", "main")
    repository.commit("2026-02-02", {entry: "kind: reveiw\n"})
    repository.switch("other", "main")
    repository.commit("2026-02-03", {entry: None})
    found = report(repository.root, select=("SOP612",))
    assert {(one.code, one.path, str(one.severity)) for one in found.findings} == {
        ("SOP612", SECOND, "error"),
        ("SOP612", SECOND, "warning"),
    }


def test_a_picture_that_went_is_missing_elsewhere(repository: GitRepository) -> None:
    picture = "sops/access-control/flow.png"
    repository.git("switch", "-q", "main")
    repository.commit("2026-02-02", {SECOND: complete("## Inputs\n\n- ![The flow](flow.png)\n"), picture: b"\x89"})
    repository.switch("other", "main")
    assert gist(report(repository.root, select=("SOP506",))) == []
    repository.commit("2026-02-03", {picture: None})
    assert gist(report(repository.root, select=("SOP506",))) == [("SOP506", SECOND)]


def test_a_file_that_is_too_large_is_known_again(repository: GitRepository) -> None:
    repository.git("switch", "-q", "main")
    repository.commit("2026-02-02", {SECOND: complete(id="AC-002") + "x" * 2_200_000})
    repository.switch("other", "main")
    assert gist(report(repository.root, select=("SOP001",))) == []
    repository.write(SECOND, complete(id="AC-002") + "x" * 2_200_001)
    assert gist(report(repository.root, select=("SOP001",))) == [("SOP001", SECOND)]


def test_a_library_below_the_top_of_its_repository(tmp_path: Path) -> None:
    made = GitRepository.start(tmp_path / "r")
    files = {"sopkit.toml": "", **REGISTERS, PATH: complete(HEDGE), SECOND: complete(id="AC-002")}
    made.commit("2026-02-01", {f"docs/isms/{path}": text for path, text in files.items()}, author=BEN)
    made.switch("topic", "main")
    made.commit("2026-02-02", {f"docs/isms/{SECOND}": complete(VAGUE, id="AC-002")}, author=BEN)
    assert gist(report(made.root / "docs/isms", select=("SOP2",))) == [("SOP208", SECOND)]


def test_code_owners_of_the_base_are_those_of_its_forge(repository: GitRepository) -> None:
    repository.git("switch", "-q", "main")
    owners = {".github/CODEOWNERS": "/sops/ ann@acme.example\n", ".gitlab/CODEOWNERS": "/sops/ ben@acme.example\n"}
    repository.commit("2026-02-02", owners)
    repository.switch("other", "main")
    repository.git("remote", "add", "origin", "https://gitlab.com/acme/isms.git")
    assert gist(report(repository.root, select=("SOP608",))) == []
    repository.commit("2026-02-03", {".gitlab/CODEOWNERS": "/else/ ben@acme.example\n"})
    assert gist(report(repository.root, select=("SOP608",))) == [("SOP608", PATH), ("SOP608", SECOND)]


def test_outside_of_git_no_change_can_be_told(tmp_path: Path) -> None:
    (tmp_path / "sopkit.toml").write_text("")
    with pytest.raises(SopkitError, match="not in a git repository"):
        report(tmp_path)


def test_a_base_that_nobody_knows_is_an_error(repository: GitRepository) -> None:
    with pytest.raises(SopkitError, match="no branch, tag or commit is called 'nowhere'"):
        report(repository.root, "nowhere")
