"""The facts about a clone, in whatever state it is, with nothing run that its configuration names."""

import os
from pathlib import Path

import pytest
from tests.repository import GitRepository

from sopkit.git.repository import GitConfiguration, GitSetting, read_git_configuration


def test_an_ordinary_clone(repository: GitRepository, tmp_path: Path) -> None:
    head = repository.commit("2024-02-01", {"docs/a.md": "one", ".gitattributes": "docs/ledger/** -text merge=union\n"})
    repository.git("clone", "-q", str(repository.root), str(tmp_path / "clone"))
    clone = GitRepository(tmp_path / "clone")
    clone.git("config", "user.email", "ann@acme.example")
    found = read_git_configuration(clone.root / "docs")
    assert found.version
    assert found == GitConfiguration(
        version=found.version,
        inside=True,
        head=head,
        branch="main",
        default_branch="main",
        settings=found.settings,
        attributes=(("text", "unset"), ("eol", "unspecified"), ("merge", "union")),
    )
    assert GitSetting("local", "user.email", "ann@acme.example") in found.settings
    assert (found.setting("user.email"), found.setting("user.name")) == ("ann@acme.example", "")
    assert not [one for one in found.settings if one.names_program]


def test_outside_of_git_and_before_the_first_commit(repository: GitRepository, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    outside, empty = read_git_configuration(tmp_path / "plain"), read_git_configuration(repository.root)
    assert (outside.inside, outside.refusal, outside.head) == (False, None, "")
    assert (empty.inside, empty.refusal, empty.head, empty.branch) == (True, None, "", "main")


def test_a_bare_repository(repository: GitRepository, tmp_path: Path) -> None:
    head = repository.commit("2024-02-01", {"a.md": "one"})
    repository.git("clone", "-q", "--bare", str(repository.root), str(tmp_path / "bare.git"))
    refusal = read_git_configuration(tmp_path / "bare.git").refusal
    assert refusal is not None
    assert refusal.message == "a bare repository has no files to read"
    repository.git("config", "core.bare", "true")
    found = read_git_configuration(repository.root)
    assert (found.inside, found.bare, found.head, found.attributes) == (True, True, head, ())


def test_a_shallow_partial_clone_with_grafts_and_replacements(repository: GitRepository, tmp_path: Path) -> None:
    first = repository.commit("2024-02-01", {"a.md": "one"})
    second = repository.commit("2024-03-01", {"a.md": "two"})
    repository.git("config", "uploadpack.allowFilter", "true")
    options = ("--depth", "1", "--filter=blob:none", "--no-local")
    repository.git("clone", "-q", *options, f"file://{repository.root}", str(tmp_path / "clone"))
    clone = read_git_configuration(tmp_path / "clone")
    assert (clone.shallow, clone.partial, clone.grafted, clone.replaced) == (True, True, False, 0)
    repository.git("replace", second, first)
    repository.write(".git/info/grafts", f"{second}\n")
    repository.git("checkout", "-q", first)
    found = read_git_configuration(repository.root)
    assert (found.shallow, found.partial, found.grafted, found.replaced) == (False, False, True, 1)
    assert (found.head, found.branch) == (first, "")


def test_a_repository_of_somebody_else_is_refused_with_the_mend(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("2024-02-01", {"a.md": "one"})
    # what git's own tests use to make an owner foreign; sopkit hands no other variable of git on
    monkeypatch.setattr("sopkit.git.run.ENVIRONMENT", {**_environment(), "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    found = read_git_configuration(repository.root)
    assert found.refusal is not None
    assert found.refusal.message == "git refuses a repository that belongs to somebody else"
    assert f"safe.directory {repository.root}" in found.refusal.hint


def _environment() -> dict[str, str]:
    from sopkit.git.run import ENVIRONMENT

    return ENVIRONMENT


def test_a_damaged_repository_is_no_folder_outside_of_git(repository: GitRepository) -> None:
    (repository.root / ".git" / "HEAD").write_text("nonsense")
    found = read_git_configuration(repository.root)
    assert (found.inside, found.refusal is None) == (False, False)


def test_without_git(repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess
    import sys

    code = "import sys; from pathlib import Path; from sopkit.git.repository import *; print(read_git_configuration(Path(sys.argv[1])))"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {"PATH": "/none"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(repository.root)], env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == repr(GitConfiguration()), done.stderr


def test_what_the_configuration_names_is_told_and_not_run(repository: GitRepository, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    trap.chmod(0o755)
    repository.commit("2024-02-01", {"a.md": "one", ".gitattributes": "* filter=x diff=x\n"})
    keys = ("core.fsmonitor", "core.hooksPath", "gpg.program", "diff.x.textconv", "filter.x.clean", "core.pager")
    for key in keys:
        repository.git("config", key, str(trap))
    repository.git("config", "alias.x", f"!{trap}")
    repository.git("config", "alias.co", "checkout")
    repository.git("config", "pager.log", "false")
    found = read_git_configuration(repository.root)
    named = {one.key for one in found.settings if one.of_clone and one.names_program}
    assert named == {*(key.lower() for key in keys), "alias.x"}
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("core.fsmonitor", "true", False),
        ("core.fsmonitor", "/bin/x", True),
        ("credential.https://x.example.helper", "store", True),
        ("includeif.gitdir:/x.path", "other", True),
        ("core.autocrlf", "input", False),
        ("user.name", "!x", False),
    ],
)
def test_which_settings_can_run_something(key: str, value: str, expected: bool) -> None:
    assert GitSetting("local", key, value).names_program is expected
