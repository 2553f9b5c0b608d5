from datetime import date

import pytest
from tests.lifecycle.sops import AS_OF, PATH, sop
from tests.repository import GitRepository

from sopkit.git.repository import open_repository
from sopkit.lifecycle.history import History, read_history
from sopkit.lifecycle.text_lookup import TextAtCommit, library_at_text, resolve, resolve_defaults, resolve_newest
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

ONE = sop(version='"1.0"')
TAGGED = sop(version='"1.0"', tags="[a]")
TWO = sop("## Purpose\n\nAnother.\n", version='"2.0"')
ROLES = "- {id: lead, title: Lead, holders: []}\n"


@pytest.fixture
def judged(repository: GitRepository) -> History:
    repository.commit("2024-01-01", {"sopkit.toml": "", PATH: ONE, "registers/roles.yaml": ROLES})
    repository.commit("2024-02-01", {PATH: TAGGED})
    repository.commit(
        "2024-03-01", {PATH: None, "sops/new.md": TWO, "registers/roles.yaml": ROLES.replace("Lead", "Boss")}
    )
    return judged_at(repository)


def judged_at(repository: GitRepository, as_of: date = AS_OF) -> History:
    opened = open_repository(repository.root)
    assert opened is not None
    return read_history(opened, as_of, AS_OF)


def gist(text: TextAtCommit) -> tuple[int | None, str, str, str, bytes]:
    return text.revision, text.version, str(text.day), text.path, text.data


FIRST = (1, "1.0", "2024-01-01", PATH, ONE.encode())
SECOND = (1, "1.0", "2024-02-01", PATH, TAGGED.encode())
THIRD = (2, "2.0", "2024-03-01", "sops/new.md", TWO.encode())


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("r1", FIRST), ("r2", THIRD), ("HEAD", THIRD), ("2.0", THIRD), ("1.0", SECOND),
        ("2024-01-31", FIRST), ("2024-02-01", SECOND), ("2024-11-30", THIRD),
    ],
)  # fmt: skip
def test_addresses(judged: History, address: str, expected: tuple[object, ...]) -> None:
    assert gist(resolve(judged, "ac-001", address)) == expected


def test_a_commit_by_the_beginning_of_its_id(judged: History) -> None:
    oid = judged.log.commits[1].oid
    assert gist(resolve(judged, "AC-001", oid[:8])) == SECOND
    assert (
        resolve(judged, "AC-001", "r1").label
        == f"r1, version 1.0, landed on 2024-01-01, commit {judged.log.commits[0].oid[:12]}"
    )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("r3", "AC-001 has no revision r3"),
        ("9.9", "AC-001 has no text 9.9"),
        ("main", "AC-001 has no text main"),
        ("2023-12-31", "AC-001 has no text at 2023-12-31: it had not landed yet"),
        ("approved", "no approval of AC-001 has landed"),
    ],
)
def test_a_miss_lists_the_revisions(judged: History, address: str, said: str) -> None:
    with pytest.raises(SopkitError) as missed:
        resolve(judged, "AC-001", address)
    assert missed.value.message == said
    lines = "its revisions:\nr1  version 1.0, landed on 2024-01-01\nr2  version 2.0, landed on 2024-03-01"
    named = "\na branch or a tag is named by its commit: git rev-parse NAME" if address == "main" else ""
    assert missed.value.hint == lines + named


def test_a_label_of_two_texts_is_ambiguous_and_an_unknown_id_has_a_neighbour(repository: GitRepository) -> None:
    repository.commit("2024-01-01", {"sopkit.toml": "", PATH: ONE})
    repository.commit("2024-02-01", {PATH: TWO.replace("2.0", "1.0")})
    with pytest.raises(SopkitError, match="AC-001 had several texts of version"):
        resolve(judged_at(repository), "AC-001", "1.0")
    with pytest.raises(SopkitError) as missed:
        resolve(judged_at(repository), "AC-002", "HEAD")
    assert missed.value.hint == "did you mean AC-001?"


def test_what_is_gone_still_has_a_history(repository: GitRepository, judged: History) -> None:
    repository.commit("2024-04-01", {"sops/new.md": None})
    later = judged_at(repository)
    assert gist(resolve(later, "AC-001", "r2")) == THIRD
    with pytest.raises(SopkitError, match="it had been removed"):
        resolve(later, "AC-001", "HEAD")


def test_defaults(repository: GitRepository, judged: History) -> None:
    assert [gist(text) for text in resolve_defaults(judged, "AC-001")] == [FIRST, THIRD]
    repository.write("sops/new.md", TWO + "More.\n")
    old, new = resolve_defaults(judged_at(repository), "AC-001")
    assert (gist(old), new.name, new.revision, new.commit) == (THIRD, "tree", None, "")
    assert resolve_newest(judged_at(repository, date(2024, 2, 1)), "AC-001").data == TAGGED.encode()


def test_the_library_of_that_moment(judged: History) -> None:
    text = resolve(judged, "AC-001", "2024-02-15")
    with library_at_text(judged, text, date(2024, 2, 15)) as (library, found):
        assert [one.path for one in library.sops] == [PATH]
        assert found.source.data == TAGGED.encode()
        role = library.role("lead")
        assert role is not None
        assert role.title == "Lead"
