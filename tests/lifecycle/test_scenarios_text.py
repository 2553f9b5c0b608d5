"""The scenarios of the life cycle, each on a real repository: what happens to the text."""

import os

import pytest
from tests.lifecycle.ledger import (
    BASE,
    DAN,
    EDITED,
    NEVER,
    SET_UP,
    TEXT,
    added,
    approval,
    base,
    gist,
    judged,
    review,
    row,
    said,
    text,
)
from tests.lifecycle.sops import BODY, PATH
from tests.repository import ANN, BEN, CAT, GitRepository

pytestmark = pytest.mark.slow

CHANGED = ("approval-missing", "changed-since-review")
REWRITTEN = text("## Purpose\n\n" + "".join(f"Another line number {number} of it.\n" for number in range(20)))


def rename(repository: GitRepository) -> None:
    repository.git("mv", PATH, "sops/zz-renamed.md")


def change_case(repository: GitRepository) -> None:
    repository.git("mv", PATH, PATH.replace("ac", "AC"))


def change_mode(repository: GitRepository) -> None:
    (repository.root / PATH).chmod(0o755)


def reformat(repository: GitRepository) -> None:
    body = BODY.replace(" people", "\npeople").replace("1. ", "7) ").replace("2. ", "8) ")
    repository.write(PATH, text(body).replace("\n", "\r\n"))


def retag(repository: GitRepository) -> None:
    repository.write(PATH, text(tags="[one, two]", summary="Short.", version='"1.0"'))


def restatus(repository: GitRepository) -> None:
    repository.write(PATH, text(status="in-use"))


def test_01_reviewed_and_approved(repository: GitRepository) -> None:
    base(repository)
    assert said(repository) == BASE
    found = row(repository.root)
    assert (f"{found.approved}", found.approved_by, found.in_force, found.lapsed) == ("2024-03-02", ("cat",), "r1", 29)
    assert found.reason == (
        "review is due on 2025-03-01, 12 months after the review of 2024-03-01 by Ben Roy; approved on 2024-03-02 by Cat Diaz"
    )


def test_04_no_review_at_all(repository: GitRepository) -> None:
    added(repository)
    assert said(repository) == NEVER
    assert row(repository.root).reason == (
        "no review counts yet; run: sopkit review AC-001; r1 of 2024-02-01 by Ann Lee is not approved, "
        "and nothing else is (still to approve: ciso)"
    )


@pytest.mark.parametrize("event", [rename, change_case, change_mode, reformat])
def test_05_a_new_name_mode_or_layout_by_a_bot(repository: GitRepository, event) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    base(repository)
    event(repository)
    repository.commit("2024-06-01", author="Bot <bot@acme.example>")
    assert said(repository) == BASE


def test_06_a_new_name_and_a_rewrite(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-06-01", {PATH: None, "sops/new.md": REWRITTEN})
    assert said(repository) == BASE.but(*CHANGED, revision="r2", changed="2024-06-01")
    found = row(repository.root)
    assert (found.id, found.path, found.in_force) == ("AC-001", "sops/new.md", "r1")
    assert found.reason.startswith(
        "r2 of 2024-06-01 by Ann Lee is not approved (still to approve: ciso); in force is r1 1.0 of 2024-03-02; "
        "text changed on 2024-06-01 by Ann Lee after the review of 2024-03-01 by Ben Roy; see sopkit diff AC-001 r1"
    )


def test_07_edited_in_april_and_merged_in_october(repository: GitRepository) -> None:
    base(repository)
    repository.switch("edit", "main")
    repository.commit("2024-04-01", {PATH: EDITED}, author=ANN)
    repository.switch("main")
    repository.commit("2024-05-01", {"other.txt": "x"})
    repository.merge("2024-10-01", "edit", author=DAN)
    assert said(repository) == BASE.but(*CHANGED, revision="r2", changed="2024-10-01")
    assert row(repository.root).changed_by == ("Ann Lee",)


def test_08_text_that_only_the_merge_adds(repository: GitRepository) -> None:
    base(repository)
    repository.switch("edit", "main")
    repository.commit("2024-04-01", {"other.txt": "x"}, author=ANN)
    repository.switch("main")
    repository.merge("2024-10-01", "edit", author=CAT, files={PATH: EDITED})
    repository.commit("2024-10-02", approval("2024-10-02", EDITED), author=CAT)
    assert said(repository) == BASE.but(*CHANGED, revision="r2", changed="2024-10-01", invalid=("self-approval",))
    assert row(repository.root).changed_by == ("Cat Diaz",)


def test_09_a_merge_that_drops_the_edit(repository: GitRepository) -> None:
    base(repository)
    repository.switch("edit", "main")
    repository.commit("2024-04-01", {PATH: EDITED})
    repository.switch("main")
    repository.merge("2024-10-01", "edit", options=("--no-ff", "-s", "ours"))
    assert said(repository) == BASE


def test_11_a_bad_change_and_its_revert_before_any_review(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-06-01", {PATH: EDITED})
    repository.commit("2024-06-02", {PATH: TEXT})
    assert said(repository) == BASE.but("approval-missing", revision="r3", changed="2024-06-02")
    assert row(repository.root).restores == "r1"
    assert row(repository.root).reason.startswith("r3 of 2024-06-02 by Ann Lee, which restores r1, is not approved")
    repository.commit("2024-06-03", approval("2024-06-03"), author=CAT)
    assert said(repository) == BASE.but(revision="r3", changed="2024-06-02")


def test_12_the_revert_of_a_reviewed_and_approved_change(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-06-01", {PATH: EDITED})
    repository.commit("2024-06-02", review("2024-06-02", EDITED), author=BEN)
    repository.commit("2024-06-03", approval("2024-06-03", EDITED), author=CAT)
    assert said(repository) == BASE.but(revision="r2", changed="2024-06-01", due="2025-06-02")
    repository.commit("2024-07-01", {PATH: TEXT})
    assert said(repository) == BASE.but(*CHANGED, revision="r3", changed="2024-07-01", due="2025-06-02")
    assert (row(repository.root).restores, row(repository.root).in_force) == ("r1", "r2")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (text("Reboot it. You must reboot.\n"), text("Reboot it. You must not reboot.\n")),
        (text("```yaml\na:\n  b: 1\n```\n"), text("```yaml\na:\n    b: 1\n```\n")),
        (TEXT, text(owner="cto")),
    ],
    ids=["negation", "indented-code", "owner"],
)
def test_18_a_word_code_or_the_owner_changed(repository: GitRepository, before: str, after: str) -> None:
    base(repository, before)
    repository.commit("2024-06-01", {PATH: after})
    assert said(repository) == BASE.but(*CHANGED, revision="r2", changed="2024-06-01")


@pytest.mark.parametrize("event", [retag, restatus])
def test_19_only_tags_or_status_changed(repository: GitRepository, event) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    base(repository)
    event(repository)
    repository.commit("2024-06-01", author=CAT)
    assert said(repository) == BASE


def test_20_removed_and_restored_the_same(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-06-01", {PATH: None})
    assert said(repository) == BASE.but("removed", due="", changed="2024-06-01")
    repository.commit("2024-07-01", {PATH: TEXT})
    assert said(repository) == BASE


def test_26_a_symbolic_link_to_an_sop(repository: GitRepository) -> None:
    base(repository)
    (repository.root / "sops/link.md").symlink_to("ac-001.md")
    repository.commit("2024-06-01")
    assert said(repository) == BASE


def test_27_copied_without_a_new_id(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-06-01", {"sops/copy.md": EDITED})
    report = judged(repository.root)
    first, copy = map(gist, report.rows)
    assert first == BASE.but("duplicate-id")
    assert copy == BASE.but("duplicate-id", "changed-since-review", revision="", changed="")
    assert report.failed()


@pytest.mark.parametrize("name", [b'quote".md', b"line\nbreak.md", b"\xff\xfe.md", "ü ü.md".encode()])
def test_28_odd_paths(repository: GitRepository, name: bytes) -> None:
    base(repository, path=f"sops/{os.fsdecode(name)}")
    for _ in range(2):  # the second time from the cache
        assert said(repository) == BASE


def test_32_a_split_and_two_sops_merged(repository: GitRepository) -> None:
    base(repository)
    other = text(id="AC-002")
    repository.commit("2024-06-01", {"sops/ac-002.md": other})
    first, second = map(gist, judged(repository.root).rows)
    assert (first, second) == (BASE, NEVER.but(changed="2024-06-01", due="2025-06-01"))
    repository.commit("2024-07-01", {"sops/ac-002.md": None, PATH: EDITED})
    first, second = map(gist, judged(repository.root).rows)
    assert first == BASE.but(*CHANGED, revision="r2", changed="2024-07-01")
    assert second == NEVER.but("removed", due="", changed="2024-07-01")


def test_33_an_interval_over_the_ceiling(repository: GitRepository) -> None:
    base(repository, text(review_every="3 years"))
    assert said(repository) == BASE
    assert row(repository.root).findings == ("review_every: `3 years` is over the ceiling; 12 months counts",)


def test_38_several_roots_and_an_octopus(repository: GitRepository) -> None:
    repository.commit("2024-01-15", SET_UP)
    for name, author in (("one", ANN), ("two", BEN)):
        repository.switch(name, "main")
        files = {PATH: TEXT} if name == "one" else {"sops/two.md": text(id="AC-002", owner="cto")}
        repository.commit("2024-01-20", files, author=author)
    repository.switch("main")
    repository.merge("2024-02-01", "one", "two")
    repository.git("checkout", "-q", "--orphan", "other")
    repository.git("rm", "-rfq", ".")
    repository.commit("2024-02-10", approval(), author=CAT)  # lands with the merge, though its own line has no people
    repository.switch("main")
    repository.merge("2024-03-02", "other", options=("--no-ff", "--allow-unrelated-histories"))
    repository.commit("2024-03-03", review(), author=BEN)
    first, second = map(gist, judged(repository.root).rows)
    assert (first, second) == (BASE, NEVER)
