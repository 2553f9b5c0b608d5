"""Files of the ledger that are not what they should be, and texts that are not either."""

import os

import pytest
from tests.lifecycle.ledger import (
    BASE,
    EDITED,
    Files,
    approval,
    base,
    digest_of,
    entry,
    gist,
    judged,
    name_of,
    review,
    row,
    said,
    text,
)
from tests.lifecycle.sops import PATH
from tests.repository import BEN, CAT, GitRepository

FOLDER = "ledger/sops/AC-001"


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"x" * 300_000, "over 262144 bytes"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a: [1\n", "not YAML"),
        (b"- a\n", "not a mapping of keys to values"),
        (b"", "not a mapping of keys to values"),
        (b"kind: review\n", "`schema` is missing"),
        (b"schema: sopkit/entry/2\n", "`schema` "),
        (next(iter(review(id="AC-002").values())), "its id is AC-002, its folder AC-001"),
    ],
    ids=["large", "bytes", "yaml", "list", "empty", "keys", "schema", "id"],
)
def test_what_is_no_entry_is_named_and_counts_nothing(repository: GitRepository, data: bytes, detail: str) -> None:
    base(repository)
    repository.commit("2024-06-01", {f"{FOLDER}/2024-06-01-review-ben-00000000.yaml": data}, author=BEN)
    assert said(repository) == BASE.but(invalid=("schema",))
    assert row(repository.root).invalid[0].detail.startswith(detail) or detail in row(repository.root).invalid[0].detail


def test_a_symbolic_link_is_no_entry(repository: GitRepository) -> None:
    base(repository)
    (repository.root / FOLDER / "link.yaml").symlink_to(name_of(review()))
    repository.commit("2024-06-01", author=BEN)
    assert said(repository) == BASE.but(invalid=("schema",))
    assert row(repository.root).invalid[0].detail == "a symbolic link or a submodule, not a file"


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [f"{FOLDER}/a.yaml/b.yaml", f"{FOLDER}/a.txt", "ledger/sops/x.yaml", "ledger/other/AC-001/x.yaml"]
)
def test_other_files_below_the_ledger_are_none_of_it(repository: GitRepository, path: str) -> None:
    base(repository)
    (data,) = entry("withdrawal", "cat", "2024-06-01", text()).values()
    repository.commit("2024-06-01", {path: data}, author=CAT)
    repository.commit("2024-06-02", {path: b"other"}, author=CAT)
    assert said(repository) == BASE


@pytest.mark.slow
def test_a_name_that_does_not_fit_is_a_finding(repository: GitRepository) -> None:
    base(repository)
    ((path, data),) = review("2024-06-01").items()
    repository.commit("2024-06-01", {f"{FOLDER}/mine.yaml": data}, author=BEN)
    assert said(repository) == BASE._replace(due="2025-06-01")
    assert row(repository.root).findings == (
        f"{FOLDER}/mine.yaml: the name does not fit the bytes, which are those of {path.rpartition('/')[2]}",
    )


@pytest.mark.slow
def test_a_file_name_of_odd_bytes(repository: GitRepository) -> None:
    base(repository)
    (data,) = review("2024-06-01").values()
    odd = os.fsdecode(b"\xff\n.yaml")
    repository.commit("2024-06-01", {f"{FOLDER}/{odd}": data}, author=BEN)
    assert said(repository) == BASE._replace(due="2025-06-01")


@pytest.mark.slow
def test_an_entry_moved_to_another_name_is_tampering(repository: GitRepository) -> None:
    base(repository)
    (path,) = review()
    repository.git("mv", path, f"{FOLDER}/other.yaml")
    repository.commit("2024-06-01", author=BEN)
    assert said(repository) == BASE.but("entry-tampered", invalid=("repeated",))


@pytest.mark.slow
def test_entries_of_an_sop_that_is_gone_stay_with_the_id(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-06-01", {PATH: None})
    repository.commit("2024-06-02", review("2024-06-02", note="from memory"), author=BEN)
    repository.commit("2024-07-01", {"sops/back.md": text()})
    assert said(repository) == BASE._replace(due="2025-06-02")


@pytest.mark.slow
def test_an_id_that_two_files_share_is_judged_by_the_first(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-06-01", {"sops/copy.md": EDITED})
    repository.commit("2024-06-02", review("2024-06-02", EDITED), author=BEN)
    report = judged(repository.root)
    assert [(one.path, *gist(one)[:2], gist(one).invalid) for one in report.rows] == [
        (PATH, "duplicate-id", ("duplicate-id",), ("digest-not-landed",)),
        ("sops/copy.md", "duplicate-id", ("duplicate-id", "changed-since-review"), ("digest-not-landed",)),
    ]


@pytest.mark.slow
def test_a_text_that_cannot_be_read_is_never_current(repository: GitRepository) -> None:
    base(repository)
    broken = b"---\nid: [AC-001\n---\n\nText\n"
    repository.commit("2024-06-01", {PATH: broken})
    expected = BASE.but("approval-missing", "changed-since-review", revision="r2", changed="2024-06-01")
    assert said(repository) == expected
    assert digest_of(broken).startswith("raw1:")
    repository.commit("2024-06-02", review("2024-06-02", broken), author=BEN)
    repository.commit("2024-06-03", approval("2024-06-03", broken), author=CAT)
    assert said(repository).state != "current"
    assert "role-missing" in said(repository).invalid


def reviews(count: int) -> Files:
    files: Files = {}
    for at in range(count):
        files |= review(data=text(id=f"AC-{at:03}"), id=f"AC-{at:03}")
    return files


@pytest.mark.slow
@pytest.mark.parametrize(("count", "minutes", "bulk"), [(4, 0, 0), (5, 0, 5), (5, 2, 5), (5, 3, 0), (6, 2, 6)])
def test_many_reviews_by_one_person_within_ten_minutes(
    repository: GitRepository, count: int, minutes: int, bulk: int
) -> None:
    base(repository, text(id="AC-900"))
    repository.commit("2024-03-03", {f"sops/{at}.md": text(id=f"AC-{at:03}") for at in range(count)})
    for at, (path, data) in enumerate(reviews(count).items()):
        repository.commit(f"2024-03-05T12:{at * minutes:02}:00+0000", {path: data}, author=BEN)
    marked = [one for one in judged(repository.root).rows if "bulk-review" in one.flags]
    assert len(marked) == bulk
    if bulk == 5:
        assert marked[0].reason.endswith("Ben Roy recorded 5 reviews within ten minutes on 2024-03-05")
