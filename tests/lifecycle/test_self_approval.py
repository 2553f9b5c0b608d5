"""Who wrote a text does not approve it, even after somebody else did."""

from tests.lifecycle.ledger import DAN, EDITED, SET_UP, approval, row, text
from tests.lifecycle.sops import PATH
from tests.repository import ANN, CAT, GitRepository

BOTH = "[ciso, cto]"


def test_an_author_of_a_text_that_is_approved_already_approves_it_too(repository: GitRepository) -> None:
    first, second = (data.replace("[ciso]", BOTH) for data in (text(), EDITED))
    repository.commit("2024-01-15", SET_UP | {"sopkit.toml": '[approval]\napprove_by = "any"\n'})
    repository.commit("2024-02-01", {PATH: first}, author=ANN)
    repository.commit("2024-02-02", approval("2024-02-02", first, "dan"), author=DAN)
    repository.commit("2024-03-01", {PATH: second}, author=CAT)
    repository.commit("2024-03-02", approval("2024-03-02", second, "dan"), author=DAN)
    repository.commit("2024-03-03", approval("2024-03-03", second, "cat"), author=CAT)
    found = row(repository.root)
    assert (found.in_force, found.approved_by) == ("r2", ("dan",))
    assert [(one.reason, one.detail) for one in found.invalid] == [
        ("self-approval", "cat is an author of r2, which this approves")
    ]
