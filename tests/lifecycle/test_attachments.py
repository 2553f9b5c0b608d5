"""Pictures and attachments of a text are part of what was reviewed and approved."""

import pytest
from tests.lifecycle.ledger import SET_UP, TODAY, Files, approval, gist, review, row, text
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.git.repository import open_repository
from sopkit.lifecycle.attachments import read_targets, resolve_targets
from sopkit.lifecycle.history import read_history
from sopkit.lifecycle.tracked_sops import collect_from_history
from sopkit.parsing.digest import canonical_body

pytestmark = pytest.mark.slow

WITH = text("## Purpose\n\nGrant access.\n\n![Screen](pics/screen.png)\n\n1. Fill in [the form](../forms/form.docx).\n")
PICTURE, FORM = "sops/pics/screen.png", "forms/form.docx"
ROLES = "registers/roles.yaml"


def approved(repository: GitRepository, **keys: object) -> None:
    repository.commit("2024-01-15", SET_UP | {PICTURE: "one", FORM: "one", "sops/pics/other.png": "one"})
    repository.commit("2024-02-01", {PATH: WITH}, author=ANN)
    repository.commit("2024-03-01", review(data=WITH, **keys), author=BEN)
    repository.commit("2024-03-02", approval(data=WITH, **keys), author=CAT)


def row_digest(repository: GitRepository) -> str:
    """The digest of the attachments of the one SOP, as an entry would name it now."""
    opened = open_repository(repository.root)
    assert opened is not None
    (subject,) = collect_from_history(read_history(opened, TODAY, TODAY))
    return subject.attachments


@pytest.mark.parametrize("said", [False, True])
@pytest.mark.parametrize("path", [PICTURE, FORM])
def test_an_attachment_that_is_swapped(repository: GitRepository, path: str, said: bool) -> None:
    repository.commit("2024-01-15", SET_UP | {PICTURE: "one", FORM: "one"})
    repository.commit("2024-02-01", {PATH: WITH}, author=ANN)
    keys = {"attachments": row_digest(repository)} if said else {}
    approved(repository, **keys)
    assert str(row(repository.root).state) == "current"
    swapped = repository.commit("2024-04-01", {path: "two"}, author=ANN)
    found = row(repository.root)
    assert (str(found.state), f"{found.watched_changed}") == ("watched-code-changed", "2024-04-01")
    what = f"{path} changed on 2024-04-01 by Ann Lee (commit {swapped[:12]}) after"
    assert found.reason == (
        f"{what} the review of 2024-03-01 by Ben Roy; run: sopkit review AC-001 --watched; "
        f"{what} the approval of 2024-03-02 by Cat Diaz; run: sopkit approve AC-001"
    )
    now = row_digest(repository)
    seen = review("2024-04-02", WITH, scope="watched", attachments=now)
    repository.commit("2024-04-02", seen, author=BEN)
    assert row(repository.root).reason == f"{what} the approval of 2024-03-02 by Cat Diaz; run: sopkit approve AC-001"
    repository.commit("2024-04-03", approval("2024-04-03", WITH, attachments=now), author=CAT)
    assert gist(row(repository.root)).flags == ()


def test_what_does_not_change_an_attachment(repository: GitRepository) -> None:
    approved(repository)
    changes: list[Files] = [
        {PICTURE: "two"},
        {PICTURE: "one"},  # and back
        {"sops/pics/other.png": "two"},  # nothing refers to it
        {ROLES: str(SET_UP[ROLES]) + "- {id: other}\n"},
    ]
    for day, files in enumerate(changes, 1):
        repository.commit(f"2024-04-0{day}", files, author=ANN)
    assert str(row(repository.root).state) == "current"
    (repository.root / "sops/below").mkdir()
    for old, new in ((PATH, "sops/below/ac-001.md"), ("sops/pics", "sops/below/pics")):
        repository.git("mv", old, new)
    repository.write("sops/forms/form.docx", "one")
    repository.commit("2024-05-01")
    assert str(row(repository.root).state) == "current"


def test_an_attachment_that_is_removed(repository: GitRepository) -> None:
    approved(repository)
    repository.commit("2024-04-01", {PICTURE: None})
    assert str(row(repository.root).state) == "watched-code-changed"


def test_an_attachment_that_was_another_on_the_branch(repository: GitRepository) -> None:
    approved(repository, attachments=f"attach1:{'0' * 64}")
    assert row(repository.root).reason == (
        "the files that the text refers to are not those of the review of 2024-03-01 by Ben Roy; "
        "run: sopkit review AC-001 --watched; the files that the text refers to are not those of "
        "the approval of 2024-03-02 by Cat Diaz; run: sopkit approve AC-001"
    )


@pytest.mark.parametrize("approve_by", ["all", "any"])
def test_every_role_approves_again(repository: GitRepository, approve_by: str) -> None:
    both = WITH.replace("[ciso]", "[ciso, lead]")
    config = f'[approval]\napprove_by = "{approve_by}"\n'
    repository.commit("2024-01-15", SET_UP | {PICTURE: "one", FORM: "one", "sopkit.toml": config})
    repository.commit("2024-02-01", {PATH: both}, author=ANN)
    repository.commit("2024-03-01", review(data=both), author=BEN)
    repository.commit("2024-03-02", approval(data=both), author=CAT)
    repository.commit("2024-03-02", approval(data=both, by="ben"), author=BEN)
    repository.commit("2024-04-01", {PICTURE: "two"}, author=ANN)
    now = row_digest(repository)
    repository.commit("2024-04-02", review("2024-04-02", both, attachments=now), author=BEN)
    repository.commit("2024-04-03", approval("2024-04-03", both, attachments=now), author=CAT)
    state = "current" if approve_by == "any" else "watched-code-changed"
    assert str(row(repository.root).state) == state


@pytest.mark.parametrize(
    ("body", "targets"),
    [
        ("![a](a.png) [b](b.pdf 'title') <https://x.example/c.png>", ["a.png", "b.pdf"]),
        ("![a][r]\n\n[r]: ../a%20b.png", ["../a%20b.png"]),
        ('<img alt="x" src="c.png"> and <a\nhref=d.pdf>d</a>', ["c.png", "d.pdf"]),
        ("<p>\n<img SRC='e.svg'>\n</p>\n", ["e.svg"]),
        ("[x](#here) [y](mailto:a@b.example) [z](//host/a.png) [w](/root.png) `![no](no.png)`", []),
        ("```\n![no](no.png)\n```\n\n![two words](<two words.png>)", ["two words.png"]),
    ],
)
def test_targets(body: str, targets: list[str]) -> None:
    assert read_targets(canonical_body(body)).split("\n") == (targets or [""])


def test_the_files_of_targets() -> None:
    targets = "a%20b.png#x\n../../infra/net.tf\n../../../out.png\nother.md\n../registers/roles.yaml"
    assert resolve_targets(targets, "sops/ac-001.md", "docs/", lambda path: path.endswith(".md")) == {
        "a%20b.png#x": "docs/sops/a b.png",
        "../../infra/net.tf": "infra/net.tf",
    }
