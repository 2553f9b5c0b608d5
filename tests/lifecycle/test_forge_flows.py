"""The ways in which forges land a change, on real repositories, against the table in docs/approvals.md."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.git.keys import ssh_key
from tests.lifecycle.ledger import DAN, SET_UP, Files, approval, keyed, review, row, text
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository, Tree, people

from sopkit.lifecycle.ledger import Reason

FORGE = "GitHub <noreply@github.com>"
PAGE = Path(__file__).parents[2] / "docs/approvals.md"
BODY = "## Purpose\n\nGrant access.\n\n## Scope\n\nAll staff.\n\n## Procedure\n\n- Ask the owner.\n\n- Grant it.\n"
TEXT = text(BODY)
OURS = text(BODY.replace("Grant it.", "Grant it, and say so."))
THEIRS = text(BODY.replace("Grant access.", "Grant access to staff."))
BOTH = text(BODY.replace("Grant it.", "Grant it, and say so.").replace("Grant access.", "Grant access to staff."))
SAME_LINE = text(BODY.replace("Grant it.", "Grant it today."))
SOLVED = text(BODY.replace("Grant it.", "Grant it today, and say so."))

Flow = Callable[[GitRepository, Files], str]
"""Lands what is on the branch `edit`, with the entries of an approval in it; gives the text that is there then."""


def proposed(repository: GitRepository, entries: Files, main: Files | None = None) -> None:
    """Ann's change on a branch with an entry that cat commits there, while main goes on."""
    repository.switch("edit", "main")
    repository.commit("2024-04-01", {PATH: OURS}, author=ANN)
    if entries:
        repository.commit("2024-04-02", entries, author=CAT)
    repository.switch("main")
    if main is not None:
        repository.commit("2024-04-03", main, author=DAN)


def merged(repository: GitRepository, by: str) -> None:
    repository.switch("main")
    repository.merge("2024-04-10", "edit", author=by)


def rebased(repository: GitRepository, by: str) -> None:
    repository.git("rebase", "-q", "main", "edit", **people(by, by, "2024-04-10", "2024-04-10"))
    forwarded(repository)


def forwarded(repository: GitRepository) -> None:
    repository.switch("main")
    repository.git("merge", "-q", "--ff-only", "edit")


def merge_commit(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {"x.txt": "x"})
    merged(repository, DAN)
    return OURS


def approver_merges(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {"x.txt": "x"})
    merged(repository, CAT)
    return OURS


def approver_merges_two_edits(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {PATH: THEIRS})
    merged(repository, CAT)
    return BOTH


def approver_settles_a_conflict(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {PATH: SAME_LINE})
    repository.switch("main")
    with pytest.raises(AssertionError):
        repository.git("merge", "-q", "edit")
    repository.commit("2024-04-10", {PATH: SOLVED}, author=CAT)
    return SOLVED


def fast_forward(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries)
    forwarded(repository)
    return OURS


def rebase(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {"x.txt": "x"})
    rebased(repository, CAT)
    return OURS


def rebase_by_the_approver_with_a_conflict(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {PATH: SAME_LINE})
    variables = people(CAT, CAT, "2024-04-10", "2024-04-10")
    with pytest.raises(AssertionError):
        repository.git("rebase", "-q", "main", "edit", **variables)
    repository.write(PATH, SOLVED)
    repository.git("add", PATH)
    repository.git(
        "rebase", "--continue", **{name: variables[name] for name in variables if "COMM" in name}, GIT_EDITOR="true"
    )
    forwarded(repository)
    return SOLVED


def squashed(repository: GitRepository, author: str, message: str) -> str:
    repository.git("merge", "-q", "--squash", "edit")
    repository.commit("2024-04-10", author=author, committer=FORGE, message=message)
    return OURS


def squash(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {"x.txt": "x"})
    trailer = f"\n\nCo-authored-by: {CAT}" if entries else ""
    return squashed(repository, ANN, f"Change (#5){trailer}")


def squash_of_a_change_to_which_the_approver_contributed(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {"x.txt": "x"})
    repository.switch("edit")
    repository.commit("2024-04-02", {"note.txt": "by cat"}, author=CAT)
    repository.switch("main")
    return squashed(repository, ANN, f"Change (#5)\n\nCo-authored-by: {CAT}")


def squash_by_the_approver(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {"x.txt": "x"})
    return squashed(repository, CAT, "Change (#5)")


def updated_branch(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {"x.txt": "x"})
    repository.switch("edit")
    repository.merge("2024-04-05", "main", author=CAT)
    merged(repository, DAN)
    return OURS


def updated_branch_with_two_edits(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {PATH: THEIRS})
    repository.switch("edit")
    repository.merge("2024-04-05", "main", author=CAT)
    merged(repository, DAN)
    return BOTH


def one_more_push(repository: GitRepository, entries: Files) -> str:
    proposed(repository, entries, {"x.txt": "x"})
    repository.switch("edit")
    repository.commit("2024-04-04", {PATH: SOLVED}, author=ANN)
    merged(repository, DAN)
    return SOLVED


def revert_button(repository: GitRepository, entries: Files) -> str:
    repository.commit("2024-03-20", {PATH: THEIRS}, author=ANN)
    repository.switch("edit", "main")
    repository.git("revert", "--no-edit", "HEAD", **people(DAN, FORGE, "2024-04-01", "2024-04-01"))
    if entries:
        repository.commit("2024-04-02", entries, author=CAT)
    repository.switch("main")
    merged(repository, DAN)
    return TEXT


def cherry_pick(repository: GitRepository, entries: Files) -> str:
    repository.switch("release", "main")
    repository.commit("2024-04-03", {"x.txt": "x"}, author=DAN)
    repository.switch("main")
    proposed(repository, entries)
    repository.switch("release")
    repository.git("cherry-pick", "-x", "main..edit", **people(DAN, DAN, "2024-04-10", "2024-04-10"))
    return OURS


FLOWS: dict[str, Flow] = {
    "Merge commit": merge_commit,
    "Merge commit; the approver presses Merge": approver_merges,
    "Merge commit of two edits of one SOP; the approver presses Merge": approver_merges_two_edits,
    "Merge commit in which the approver settles a conflict": approver_settles_a_conflict,
    "Fast-forward": fast_forward,
    "Rebase; the approver presses it": rebase,
    "Rebase in which the approver settles a conflict": rebase_by_the_approver_with_a_conflict,
    "Squash": squash,
    "Squash, with `Co-authored-by:` the approver for a commit on the branch": (
        squash_of_a_change_to_which_the_approver_contributed
    ),
    "Squash whose author is the approver": squash_by_the_approver,
    "Update branch, then merge": updated_branch,
    "Update branch with two edits of one SOP; the approver presses it": updated_branch_with_two_edits,
    "One more push after the approval, then merge": one_more_push,
    "Revert button": revert_button,
    "Cherry-pick of text and entry to a release branch": cherry_pick,
}
HEAD = ("how it lands", "approved in the pull request", "the same, signed", "approved afterwards", "authors")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ssh_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def approved(key: Path, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A text that ben reviewed and cat, who can sign, approved."""
    repository = GitRepository.start(tmp_path_factory.mktemp("approved"))
    repository.commit("2024-01-15", SET_UP | {"registers/people.yaml": keyed(cat=key)})
    repository.commit("2024-02-01", {PATH: TEXT}, author=ANN)
    repository.commit("2024-03-01", review(data=TEXT), author=BEN)
    repository.commit("2024-03-02", approval(data=TEXT), author=CAT)
    return repository.read_all()


def table() -> dict[str, tuple[str, ...]]:
    """The rows of the table by how a change lands."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = lines.index(f"| {' | '.join(HEAD)} |")
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
    return {row[0]: row[1:] for row in rows}


def test_the_table_has_every_flow() -> None:
    assert list(table()) == list(FLOWS)


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOWS)
def test_what_counts(name: str, key: Path, approved: Tree, tmp_path: Path) -> None:
    found = []
    authors = ""
    for column in ("unsigned", "signed", "afterwards"):
        repository = GitRepository.start(tmp_path / column)
        repository.fill(approved)
        text_there = TEXT if FLOWS[name] is revert_button else OURS
        entries = (
            {}
            if column == "afterwards"
            else approval("2024-04-02", text_there, key=key if column == "signed" else None)
        )
        landed = FLOWS[name](repository, entries)
        if column == "afterwards":
            repository.commit("2024-04-11", approval("2024-04-11", landed), author=CAT)
        judged = row(repository.root)
        assert (repository.root / PATH).read_text() == landed
        assert (judged.approved_by == ("cat",)) is not bool(judged.invalid)
        found.append(" ".join(f"`{one.reason}`" for one in judged.invalid) or "counts")
        authors = ", ".join(sorted(person.partition(" ")[0].lower() for person in judged.changed_by))
    assert table()[name] == (*found, authors)


def test_every_reason_is_explained() -> None:
    page = PAGE.read_text("utf-8") + (PAGE.parent / "practice.md").read_text("utf-8")
    assert [reason for reason in Reason if f"`{reason}`" not in page] == []
