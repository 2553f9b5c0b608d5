"""Who wrote a revision, as far as that decides who may approve it."""

import pytest
from tests.lifecycle.ledger import BASE, DAN, SET_UP, TEXT, approval, base, entry, review, row, said, text
from tests.lifecycle.sops import PATH
from tests.repository import ANN, BEN, CAT, GitRepository

BODY = "## Purpose\n\nGrant access.\n\n## Scope\n\nAll staff.\n\n## Procedure\n\n- Grant it.\n"
FIRST = text(BODY)
OURS = text(BODY.replace("Grant it.", "Grant it, and say so."))
THEIRS = text(BODY.replace("Grant access.", "Grant access to staff."))
MORE = text(BODY.replace("Grant it.", "Grant it, and say so.").replace("Grant access.", "Grant access to all staff."))


def approved(repository: GitRepository, data: str) -> tuple[str, ...]:
    """Why the approval by cat of a text does not count; nothing when it does."""
    repository.commit("2024-05-01", approval("2024-05-01", data), author=CAT)
    return said(repository).invalid


@pytest.mark.slow
@pytest.mark.parametrize(
    ("author", "message", "invalid"),
    [
        ("Cat Diaz <cat@new.example>", "x", ("self-approval",)),  # in doubt an equal name is enough
        ("CAT  DIAZ <cat@new.example>", "x", ("self-approval",)),
        ("Cat Diaz <dan@acme.example>", "x", ()),  # the register knows whose address it is
        ("Somebody <cat@ACME.example>", "x", ("self-approval",)),
        (ANN, "x\n\nco-authored-by: CAT@acme.example", ("self-approval",)),
        (ANN, "x\n\nCo-authored-by: Cat Diaz <other@new.example>", ("self-approval",)),
        (ANN, "x\n\nCo-authored-by:\n", ()),
        (ANN, "x\n\nReviewed-by: Cat Diaz <cat@acme.example>", ()),
    ],
)
def test_an_author_is_known_by_address_or_name(
    repository: GitRepository, author: str, message: str, invalid: tuple[str, ...]
) -> None:
    base(repository, FIRST)
    repository.commit("2024-04-01", {PATH: OURS}, author=author, message=message)
    assert approved(repository, OURS) == invalid


NICK = "Nick <nick@old.example>"


@pytest.mark.parametrize("author", ["ann", "cat"])
def test_a_mailmap_makes_nobody_known_and_nobody_an_author(repository: GitRepository, author: str) -> None:
    base(repository, FIRST)
    repository.commit("2024-03-10", {".mailmap": f"<{author}@acme.example> <nick@old.example>\n"})
    repository.commit("2024-04-01", {PATH: OURS}, author=NICK)
    assert approved(repository, OURS) == ("unknown-author",)


@pytest.mark.parametrize(
    ("author", "message"), [(NICK, "x"), (ANN, "x\n\nCo-authored-by: Nick <nick@old.example>"), ("Nick <>", "x")]
)
def test_an_author_whom_the_register_does_not_list(repository: GitRepository, author: str, message: str) -> None:
    base(repository, FIRST)
    repository.commit("2024-04-01", {PATH: OURS}, author=author, message=message)
    repository.commit("2024-05-01", review("2024-05-01", OURS), author=BEN)
    assert approved(repository, OURS) == ("unknown-author",)
    found = row(repository.root)
    assert str(found.state) == "approval-missing"
    name = f"{'Nick <>' if author == 'Nick <>' else NICK}"
    assert found.invalid[0].detail == f"r2 was written by {name}, whom the people register does not list"


def test_an_author_who_was_listed_when_the_text_landed_or_is_when_it_is_approved(repository: GitRepository) -> None:
    base(repository, FIRST)
    people = str(SET_UP["registers/people.yaml"])
    repository.commit("2024-03-10", {"registers/people.yaml": f"{people}- {{key: nick, emails: [nick@old.example]}}\n"})
    repository.commit("2024-04-01", {PATH: OURS}, author=NICK)
    repository.commit("2024-04-02", {"registers/people.yaml": people})
    repository.commit("2024-04-03", {PATH: MORE}, author="Eve <eve@new.example>")
    repository.commit("2024-04-04", {"registers/people.yaml": people.replace("eve@acme", "eve@new")})
    assert approved(repository, MORE) == ()


def test_a_library_that_takes_any_author(repository: GitRepository) -> None:
    base(repository, FIRST)
    repository.commit("2024-03-10", {"sopkit.toml": '[approval]\nauthors = "any"\n'})
    repository.commit("2024-04-01", {PATH: OURS}, author=NICK)
    assert approved(repository, OURS) == ()


def test_who_adds_text_while_merging_two_edits_is_an_author(repository: GitRepository) -> None:
    base(repository, FIRST)
    repository.switch("edit", "main")
    repository.commit("2024-04-01", {PATH: OURS}, author=ANN)
    repository.switch("main")
    repository.commit("2024-04-02", {PATH: THEIRS}, author=DAN)
    repository.merge("2024-04-03", "edit", author=CAT, files={PATH: MORE})
    assert row(repository.root).changed_by == ("Ann Lee", "Cat Diaz")
    assert approved(repository, MORE) == ("self-approval",)


def test_who_edits_the_text_after_it_had_begun_is_no_author_of_it(repository: GitRepository) -> None:
    base(repository, FIRST)
    repository.commit("2024-04-01", {PATH: OURS}, author=ANN)
    repository.commit("2024-04-02", {PATH: OURS.replace("- Grant", "* Grant")}, author=CAT)
    assert approved(repository, OURS) == ()


def test_who_wrote_what_was_approved_before_may_approve_what_others_wrote_since(repository: GitRepository) -> None:
    base(repository, FIRST)
    repository.commit("2024-03-10", {PATH: THEIRS}, author=CAT)
    deputies = "{person: cat}], deputies: [{person: dan}]"
    roles = {"registers/roles.yaml": str(SET_UP["registers/roles.yaml"]).replace("{person: cat}]", deputies)}
    repository.commit("2024-03-11", roles)
    repository.commit("2024-03-12", approval("2024-03-12", THEIRS, "dan"), author=DAN)
    repository.commit("2024-04-01", {PATH: OURS}, author=ANN)
    assert approved(repository, OURS) == ()


def test_what_was_written_elsewhere_and_renamed_in_a_merge_has_its_authors(repository: GitRepository) -> None:
    base(repository, FIRST)
    repository.switch("edit", "main")
    repository.commit("2024-04-01", {PATH: None, "sops/new.md": OURS}, author=CAT)
    repository.commit("2024-04-02", {"sops/new.md": None, "sops/newer.md": OURS}, author=ANN)
    repository.switch("main")
    repository.merge("2024-04-03", "edit", author=DAN)
    assert approved(repository, OURS) == ("self-approval",)


@pytest.mark.parametrize(
    ("reviews", "due", "by"),
    [
        ((("2024-06-01", "2024-06-01", "ben"), ("2024-06-02", "2024-05-30", "ben")), "2025-06-01", "ben"),
        ((("2024-06-01", "2024-06-01", "ben"), ("2024-06-01", "2024-06-02", "dan")), "2025-06-01", "dan"),
        ((("2024-06-02", "2024-06-01", "dan"), ("2024-06-01", "2024-06-01", "ben")), "2025-06-01", "dan"),
    ],
)
def test_the_latest_review(
    repository: GitRepository, reviews: tuple[tuple[str, str, str], ...], due: str, by: str
) -> None:
    """By the earlier of its date and its landing, then by its landing, then by its file name."""
    base(repository)
    owners = "{person: ben}, {person: dan}]"
    roles = {"registers/roles.yaml": str(SET_UP["registers/roles.yaml"]).replace("{person: ben}]", owners)}
    repository.commit("2024-05-01", roles)
    for landing, day, person in sorted(reviews):
        author = BEN if person == "ben" else DAN
        repository.commit(landing, entry("review", person, day, TEXT), author=author)
    assert said(repository) == BASE._replace(due=due, reviewed_by=by)
