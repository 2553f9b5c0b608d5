"""Git, the clone, and who commits: each state and its mend."""

from pathlib import Path
from typing import Any

import pytest
from tests.build import library, write
from tests.doctor.facts import facts, said

from sopkit.git.repository import GitSetting
from sopkit.model.errors import SopkitError


@pytest.mark.parametrize(
    ("git", "check", "expected"),
    [
        ({"version": ""}, "git", ["error: git cannot be run -> install git, or put it on PATH"]),
        ({"version": "2.30.9"}, "git", ["error: git 2.30.9 is too old -> install git 2.31 or newer"]),
        ({"version": "2.31"}, "git", ["ok: git 2.31"]),
        ({"version": "3.0"}, "git", ["ok: git 3.0"]),
        ({"refusal": SopkitError("no", "so"), "inside": False}, "repository", ["error: no -> so"]),
        (
            {"inside": False},
            "repository",
            ["warning: the folder is in no git repository, so nothing proves a review -> run: git init"],
        ),
        ({"head": ""}, "repository", ["warning: the repository has no commit yet -> commit the library"]),
        (
            {"bare": True},
            "repository",
            ["error: a bare repository has no files to read -> run sopkit in a clone or worktree of it"],
        ),
        (
            {"shallow": True},
            "history",
            ["error: the clone is shallow, so no date can be told -> run: git fetch --unshallow"],
        ),
        ({"grafted": True}, "history", ["error: a grafts file alters the history -> remove .git/info/grafts"]),
        (
            {"partial": True},
            "history",
            [
                (
                    "warning: the clone is partial; sopkit fetches no object that is missing"
                    " -> run: git fetch --refetch --no-filter, or clone without --filter"
                )
            ],
        ),
        (
            {"replaced": 2},
            "history",
            [
                (
                    "hint: 2 replace references would alter what git shows; sopkit ignores them"
                    " -> git replace --list names them"
                ),
                "ok: the whole history is here",
            ],
        ),
        (
            {"branch": ""},
            "branch",
            [
                (
                    "hint: HEAD is detached; the commit that is checked out is judged"
                    " -> run: git switch BRANCH, to commit reviews"
                )
            ],
        ),
        (
            {"branch": "topic"},
            "branch",
            ["hint: `topic` is checked out; entries count when they have landed on `main`"],
        ),
        ({"default_branch": ""}, "branch", ["ok: `main` is checked out"]),
        (
            {"settings": (GitSetting("local", "gpg.program", "x"), GitSetting("global", "diff.external", "y"))},
            "configuration",
            ["hint: the clone's configuration names what git may run: gpg.program; not used by sopkit on reads"],
        ),
        ({"settings": ()}, "identity", ["hint: git has no user.email, so nobody can commit a review here"]),
        ({}, "identity", ["ok: ann@acme.example is `ann` of the people register"]),
        (
            {"settings": (GitSetting("local", "user.email", "zoe@acme.example"),)},
            "identity",
            [
                (
                    "warning: zoe@acme.example (user.email) is in no row of registers/people.yaml,"
                    " so an entry committed here does not count"
                    " -> add it to `emails` of its person, or set user.email"
                )
            ],
        ),
        ({}, "signing", ["ok: commits are signed (ssh)"]),
        (
            {"settings": (GitSetting("local", "user.signingkey", "~/.ssh/sopkit"),)},
            "signing",
            ["hint: commits are not signed -> run: git config --global commit.gpgsign true"],
        ),
        (
            {"settings": ()},
            "signing",
            [
                (
                    "hint: commits are not signed -> run: git config --global gpg.format ssh;"
                    " git config --global user.signingkey FILE; git config --global commit.gpgsign true"
                )
            ],
        ),
        ({}, "attributes", ["ok: line ends of entries are kept as they are"]),
        (
            {"attributes": (("text", "unset"), ("merge", "union"))},
            "attributes",
            [
                (
                    "warning: `merge=union` could join two entries into one file that is neither"
                    " -> take it off ledger/** in .gitattributes"
                ),
                "ok: line ends of entries are kept as they are",
            ],
        ),
    ],
)
def test_each_state(git: dict[str, Any], check: str, expected: list[str], tmp_path: Path) -> None:
    assert said(facts(tmp_path, git=git), check) == expected


@pytest.mark.parametrize(
    ("environment", "mend"),
    [("GITHUB_ACTIONS", "under `with:` of actions/checkout: `fetch-depth: 0`"), ("GITLAB_CI", "GIT_DEPTH")],
)
def test_the_mend_of_a_shallow_clone_is_that_of_the_pipeline(environment: str, mend: str, tmp_path: Path) -> None:
    one = facts(tmp_path, git={"shallow": True}, environment={environment: "true"})
    assert mend in said(one, "history")[0]


@pytest.mark.parametrize(("ledger", "state"), [(False, "hint"), (True, "warning")])
def test_line_ends_matter_once_there_is_a_ledger(ledger: bool, state: str, tmp_path: Path) -> None:
    root = tmp_path / "docs"
    loaded = library(root)
    if ledger:
        write(root, "ledger/sops/AC-001/x.yaml", "")
    one = facts(root, loaded, git={"attributes": (("text", "auto"),)}, top=tmp_path)
    assert said(one, "attributes") == [
        (
            f"{state}: git may convert the line ends of entries, which changes their bytes"
            " -> add to .gitattributes: docs/ledger/** -text"
        )
    ]


@pytest.mark.parametrize(("config", "state"), [("", "hint"), ('[approval]\nmin_evidence = {high = "E3"}\n', "error")])
def test_ssh_keygen_is_needed_for_signed_entries_only(config: str, state: str, tmp_path: Path) -> None:
    one = facts(tmp_path, library(tmp_path, config=config), ssh_keygen=False)
    assert said(one, "ssh-keygen") == [
        f"{state}: ssh-keygen is missing; only signed entries need it -> install the OpenSSH client"
    ]
