"""Attacks on the ledger: using what somebody signed or approved once for another text. Each is refused."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from tests.git.keys import ssh_key
from tests.lifecycle.ledger import BASE, EDITED, SET_UP, TEXT, Files, approval, keyed, review, said, unapproved
from tests.lifecycle.sops import PATH
from tests.lifecycle.verified import checked
from tests.repository import ANN, BEN, CAT, GitRepository

OURS, THEIRS = "7c1f2a54-3d0e-4b86-9a57-52e6c0d8f1ab", "f16043b8-acad-4bc8-a339-c761132c90db"
MISSING = BASE.but("approval-missing")


def imported(day: str, text: str) -> Files:
    """An approval that rests on one review of GitHub, whatever the text."""
    about = {"id": 7, "user": {"login": "cat-d"}, "state": "APPROVED", "submitted_at": "2024-03-02T10:00:00Z"}
    payload = json.dumps(about).encode()
    evidence = {"type": "github-review", "review": "7", "payload": f"sha256:{sha256(payload).hexdigest()}"}
    files = approval(day, text, evidence=evidence)
    (path,) = files
    return files | {f"{path.removesuffix('.yaml')}.payload.json": payload}


def test_one_review_on_the_forge_for_two_texts(repository: GitRepository) -> None:
    unapproved(repository, config='[approval]\nimporters = ["ann"]\n')
    repository.commit("2024-03-02", imported("2024-03-02", TEXT))
    assert said(repository) == BASE
    repository.commit("2024-04-01", {PATH: EDITED})
    repository.commit("2024-04-02", review("2024-04-02", EDITED), author=BEN)
    repository.commit("2024-04-03", imported("2024-04-03", EDITED))
    expected = MISSING._replace(revision="r2", changed="2024-04-01", due="2025-04-02", invalid=("repeated",))
    assert said(repository) == expected


@pytest.mark.slow
def test_a_signed_entry_in_other_files(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    repository.commit("2024-01-15", SET_UP | {"registers/people.yaml": keyed(cat=key)})
    repository.commit("2024-02-01", {PATH: TEXT})
    repository.commit("2024-03-01", review(), author=BEN)
    signed = approval(key=key)
    ((path, data),) = signed.items()
    assert isinstance(data, bytes)
    repository.commit("2024-03-02", signed, author=ANN)
    assert said(repository) == BASE
    repository.commit("2024-04-01", {PATH: EDITED})
    repository.commit("2024-04-01", {PATH: TEXT})
    stem = path.removesuffix(".yaml")
    copies: Files = {
        f"{stem}-1.yaml": data + b"# once more\n",
        f"{stem}-2.yaml": data.replace(b"signature: |", b"signature: |-"),
        f"{stem}-3.yaml": data + b"role:\n",
        f"{stem}-4.yaml": data + b"note: once more\n",
        f"{stem}-5.yaml": data.replace(b"date: '2024-03-02'", b"date: '2024-04-01'").replace(b"03-02", b"04-01"),
    }
    repository.commit("2024-04-01", copies)
    invalid = ("repeated", "repeated", "repeated", "schema", "author-unproved")
    assert said(repository) == MISSING._replace(revision="r3", changed="2024-04-01", invalid=invalid)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("uuid", "named", "detail"),
    [
        (OURS, OURS, ""),
        ("", "", ""),
        (OURS, THEIRS, f"it is of the library {THEIRS}; the uuid of this one in sopkit.toml is {OURS}"),
        ("", THEIRS, f"it is of the library {THEIRS}; the uuid of this one in sopkit.toml is not set"),
        (
            OURS,
            "",
            f"its signature does not name the library, which has the uuid {OURS} in sopkit.toml; sign it again",
        ),
    ],
)
def test_an_entry_that_was_signed_in_another_library(
    repository: GitRepository, tmp_path: Path, uuid: str, named: str, detail: str
) -> None:
    key = ssh_key(tmp_path)
    unapproved(repository, keyed(cat=key), f'[library]\nuuid = "{uuid}"\n')
    signed = approval(key=key, library=named)
    repository.commit("2024-03-02", signed, author=ANN)
    expected = MISSING._replace(invalid=("other-library",)) if detail else BASE
    assert said(repository)._replace(evidence="E1") == expected
    report = checked(repository.root)
    assert [one.message for one in report.findings] == ([f"other-library: {detail}"] if detail else [])


@pytest.mark.slow
def test_what_was_signed_before_the_library_had_a_uuid(repository: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path)
    unapproved(repository, keyed(cat=key))
    repository.commit("2024-03-02", approval(key=key), author=ANN)
    repository.commit("2024-03-03", {"sopkit.toml": f'[library]\nuuid = "{OURS}"\n'})
    assert said(repository) == BASE


@pytest.mark.slow
def test_a_uuid_that_is_anothers_for_one_approval(repository: GitRepository, tmp_path: Path) -> None:
    key, own = ssh_key(tmp_path), f'[library]\nuuid = "{OURS}"\n'
    unapproved(repository, keyed(cat=key), own)
    repository.commit("2024-03-02", {"sopkit.toml": own.replace(OURS, THEIRS)})
    repository.commit("2024-03-02", approval(key=key, library=THEIRS), author=ANN)
    repository.commit("2024-03-03", {"sopkit.toml": own})
    assert said(repository).flags == ("register-window",)


def test_an_unsigned_entry_that_names_another_library(repository: GitRepository) -> None:
    unapproved(repository, config=f'[library]\nuuid = "{OURS}"\n')
    repository.commit("2024-03-02", approval(library=THEIRS), author=CAT)
    assert said(repository) == MISSING._replace(invalid=("other-library",))
