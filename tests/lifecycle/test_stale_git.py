"""What text and landing alone say of an SOP, scenario by scenario, on real repositories."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.lifecycle.sops import AS_OF, BODY, CONFIG, PATH, gist, report, row, sop
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.lifecycle.status import StaleRow
from sopkit.model.errors import SopkitError
from sopkit.parsing.sop import MAX_SOP_BYTES

pytestmark = pytest.mark.slow

FRESH = "unproven-fresh"
BASE = (FRESH, "r1 2024-02-01", ())
REWRITTEN = "## Purpose\n\n" + "".join(f"Another line number {number} of the rewrite.\n" for number in range(20))


def start(repository: GitRepository, **keys: str) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, PATH: sop(**keys)}, author=ANN)


def second(repository: GitRepository, as_of: date = AS_OF) -> tuple[str, str, tuple[str, ...]]:
    return gist(row(repository.root, as_of))


def test_baseline(repository: GitRepository) -> None:
    start(repository, owner="ops", version='"1.0"')
    head = repository.git("rev-parse", "HEAD")
    found = row(repository.root)
    assert found == StaleRow(
        id="AC-001",
        title="Grant access",
        path=PATH,
        area="access-control",
        owner="ops",
        status="active",
        version="1.0",
        revision="r1",
        state=found.state,
        flags=(),
        reviewed=None,
        reviewed_by="",
        evidence="",
        approved=None,
        approved_by=(),
        in_force="",
        awaiting=(),
        due=date(2025, 2, 1),
        days=62,
        changed=date(2024, 2, 1),
        changed_by=("Ann Lee",),
        commit=head,
        digest=found.digest,
        watched="",
        watched_changed=None,
        restores="",
        lapsed=None,
        invalid=(),
        findings=(),
        reason="review is due on 2025-02-01, 12 months after the text landed on 2024-02-01 by Ann Lee",
    )
    assert (found.state, found.digest[:5]) == (FRESH, "sop1:")
    assert report(repository.root).head == head


@pytest.mark.parametrize(
    ("as_of", "state", "days", "reason"),
    [
        ("2025-01-01", FRESH, 31, "review is due on 2025-02-01, "),
        ("2025-01-02", "due-soon", 30, "review is due on 2025-02-01, in 30 days, "),
        ("2025-01-31", "due-soon", 1, "review is due on 2025-02-01, in 1 day, "),
        ("2025-02-01", "due-soon", 0, "review is due on 2025-02-01, today, "),
        ("2025-02-02", "unproven-overdue", -1, "review was due on 2025-02-01, 1 day ago, "),
    ],
)
def test_the_due_day_itself_is_in_time(
    repository: GitRepository, as_of: str, state: str, days: int, reason: str
) -> None:
    start(repository)
    found = row(repository.root, date.fromisoformat(as_of))
    assert (found.state, found.days) == (state, days)
    assert found.reason == f"{reason}12 months after the text landed on 2024-02-01 by Ann Lee"


def test_a_text_of_the_29th_of_february_is_due_on_the_28th(repository: GitRepository) -> None:
    repository.commit("2024-02-29", {"sopkit.toml": CONFIG, PATH: sop()})
    assert row(repository.root).due == date(2025, 2, 28)


def rename(repository: GitRepository) -> None:
    repository.git("mv", PATH, "sops/zz-renamed.md")


def change_case(repository: GitRepository) -> None:
    repository.git("mv", PATH, PATH.replace("ac", "AC"))


def change_mode(repository: GitRepository) -> None:
    (repository.root / PATH).chmod(0o755)


def reformat(repository: GitRepository) -> None:
    body = BODY.replace(" people", "\npeople").replace("1. ", "7) ").replace("2. ", "8) ")
    repository.write(PATH, sop(body).replace("\n", "\r\n"))


def retag(repository: GitRepository) -> None:
    repository.write(PATH, sop(tags="[one, two]", summary="Short.", version='"1.2"'))


@pytest.mark.parametrize("event", [rename, change_case, change_mode, reformat, retag])
def test_what_leaves_the_text_as_it_was_is_no_revision(repository: GitRepository, event) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    start(repository)
    event(repository)
    assert repository.git("status", "--porcelain")
    repository.commit("2024-06-01", author="Bot <bot@acme.example>")
    assert second(repository) == BASE


def test_a_rename_with_a_rewrite_is_another_revision_of_the_same_sop(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-06-01", {PATH: None, "sops/new.md": sop(REWRITTEN)}, author=BEN)
    found = row(repository.root)
    assert (*gist(found), found.id, found.path, found.changed_by) == (
        *(FRESH, "r2 2024-06-01", ()),
        *("AC-001", "sops/new.md", ("Ben Roy",)),
    )


def test_an_edit_on_a_branch_lands_with_its_merge_and_keeps_its_author(repository: GitRepository) -> None:
    start(repository)
    repository.switch("edit", "main")
    repository.commit("2024-04-01", {PATH: sop(BODY + "\nMore.\n")}, author=BEN)
    repository.commit("2024-04-02", {PATH: sop(BODY + "\nMore still.\n")}, author=CAT)
    repository.commit("2024-04-03", {"other.txt": "x"}, author="Dan <dan@acme.example>")
    repository.switch("main")
    repository.commit("2024-05-01", {"unrelated.txt": "x"})
    repository.merge("2024-10-01", "edit", author=ANN)
    found = row(repository.root)
    assert (*gist(found), found.changed_by) == (FRESH, "r2 2024-10-01", (), ("Ben Roy", "Cat Diaz"))
    assert found.due == date(2025, 10, 1)


def test_text_that_only_the_merge_adds_is_written_by_the_merger(repository: GitRepository) -> None:
    start(repository)
    repository.switch("edit", "main")
    repository.commit("2024-04-01", {"other.txt": "x"}, author=BEN)
    repository.switch("main")
    repository.merge("2024-10-01", "edit", author=CAT, files={PATH: sop(BODY + "\nSmuggled.\n")})
    found = row(repository.root)
    assert (*gist(found), found.changed_by) == (FRESH, "r2 2024-10-01", (), ("Cat Diaz",))


def test_a_merge_that_drops_the_edit_changes_nothing(repository: GitRepository) -> None:
    start(repository)
    repository.switch("edit", "main")
    repository.commit("2024-04-01", {PATH: sop(REWRITTEN)}, author=BEN)
    repository.switch("main")
    repository.merge("2024-10-01", "edit", options=("--no-ff", "-s", "ours"))
    assert second(repository) == BASE


def test_co_authors_wrote_a_revision_as_well(repository: GitRepository) -> None:
    start(repository)
    message = f"change\n\nCo-authored-by: {CAT}\nCo-Authored-By: {BEN}"
    repository.commit("2024-06-01", {PATH: sop(REWRITTEN)}, author=BEN, message=message)
    assert row(repository.root).changed_by == ("Ben Roy", "Cat Diaz")


def test_a_revert_restores_the_first_revision_with_that_text(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-06-01", {PATH: sop(REWRITTEN)})
    repository.commit("2024-07-01", {PATH: sop()})
    found = row(repository.root)
    assert (*gist(found), found.restores) == (FRESH, "r3 2024-07-01", (), "r1")
    repository.commit("2024-08-01", {PATH: sop(REWRITTEN)})
    repository.commit("2024-09-01", {PATH: sop()})
    found = row(repository.root)
    assert (found.revision, found.restores) == ("r5", "r1")


def test_an_author_date_months_before_is_flagged_and_does_not_count(repository: GitRepository) -> None:
    start(repository)
    oid = repository.commit("2024-10-01", {PATH: sop(REWRITTEN)}, author_date="2024-03-01")
    found = row(repository.root)
    assert gist(found) == (FRESH, "r2 2024-10-01", ("author-date-backdated",))
    assert found.reason.endswith(
        f"; commit {oid[:12]} is marked author-date-backdated and counts as landed on 2024-10-01"
    )


def test_a_commit_dated_before_its_parent_landed_with_it(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-05-01", {"x.txt": "x"})
    repository.commit("2024-03-01", {PATH: sop(REWRITTEN)}, author_date="2024-05-01")
    assert second(repository) == (FRESH, "r2 2024-05-01", ("clock-regression",))


def test_a_commit_dated_2099_moves_no_other(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2099-01-01", {PATH: sop(REWRITTEN)})
    assert second(repository) == (FRESH, "r2 2024-02-01", ("future-dated",))
    repository.commit("2024-06-01", {PATH: sop()})
    assert second(repository) == (FRESH, "r3 2024-06-01", ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (sop("Reboot it. You must reboot.\n"), sop("Reboot it. You must not reboot.\n")),
        (sop("```yaml\na:\n  b: 1\n```\n"), sop("```yaml\na:\n    b: 1\n```\n")),
        (sop(owner="ops"), sop(owner="security")),
        (sop(), sop(unheard_of="key")),
    ],
)
def test_a_word_code_or_a_key_is_material(repository: GitRepository, before: str, after: str) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, PATH: before})
    repository.commit("2024-06-01", {PATH: after})
    assert second(repository) == (FRESH, "r2 2024-06-01", ())


def test_removed_and_restored_is_the_same_revision(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-03-01", {PATH: None})
    assert second(repository) == ("removed", "r1 2024-03-01", ("removed",))
    repository.commit("2024-06-01", {PATH: sop()})
    assert second(repository) == BASE


def test_symbolic_links_are_no_sops(repository: GitRepository) -> None:
    start(repository)
    (repository.root / "sops/link.md").symlink_to("ac-001.md")
    repository.commit("2024-06-01")
    assert [found.path for found in report(repository.root).rows] == [PATH]


def test_a_copy_without_a_new_id_is_a_failed_integrity(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-06-01", {"sops/copy.md": sop(REWRITTEN)})
    judged = report(repository.root)
    assert [(found.path, found.state, found.revision) for found in judged.rows] == [
        (PATH, "duplicate-id", "r1"),
        ("sops/copy.md", "duplicate-id", ""),
    ]
    assert judged.rows[1].reason.startswith(f"the id is also that of {PATH}")
    assert judged.failed()
    repository.commit("2024-07-01", {"sops/copy.md": None})
    assert second(repository) == BASE


@pytest.mark.parametrize("name", [b'quote".md', b"line\nbreak.md", b"\xff\xfe.md", "ü ü.md".encode()])
def test_odd_paths(repository: GitRepository, name: bytes) -> None:
    path = f"sops/{os.fsdecode(name)}"
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, path: sop()})
    for _ in range(2):  # the second time from the cache
        found = row(repository.root)
        assert (gist(found), found.path, found.changed_by) == (BASE, path, ("Ann Lee",))


def test_an_edit_that_is_not_committed_is_flagged_and_head_judged(repository: GitRepository) -> None:
    start(repository)
    repository.write(PATH, sop(BODY.replace("1. ", "1) ").replace("2. ", "2) ")))
    assert second(repository) == BASE
    repository.write(PATH, sop(REWRITTEN))
    assert second(repository) == (FRESH, "r1 2024-02-01", ("uncommitted-edit",))
    assert row(repository.root).reason.endswith("; the file holds another text than the commit that was judged")
    repository.write(PATH, b"\xff not text")
    assert second(repository) == (FRESH, "r1 2024-02-01", ("uncommitted-edit",))


def test_a_file_too_large_to_read_is_no_edit_until_it_is_one(repository: GitRepository) -> None:
    large = sop().encode() + b"x" * MAX_SOP_BYTES
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, PATH: large})
    assert row(repository.root).flags == ("never-reviewed",)
    repository.commit("2024-03-01", {PATH: sop()})
    repository.write(PATH, large)
    assert "uncommitted-edit" in row(repository.root).flags


def test_a_shallow_clone_gives_no_dates(repository: GitRepository, tmp_path: Path) -> None:
    start(repository)
    repository.commit("2024-06-01", {PATH: sop(REWRITTEN)})
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "clone"))
    with pytest.raises(SopkitError, match="the clone is shallow, so no date can be told") as caught:
        report(tmp_path / "clone")
    assert caught.value.hint == "run: git fetch --unshallow"


def test_replaced_commits_are_ignored(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-06-01", {PATH: sop(REWRITTEN)})
    head = repository.commit("2024-07-01", {"x.txt": "x"})
    repository.git("replace", "--graft", head)
    assert second(repository) == (FRESH, "r2 2024-06-01", ())


def test_a_split_sop_begins_anew_and_leaves_the_old_one_its_past(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-06-01", {"sops/ac-002.md": sop(id="AC-002")})
    assert [(found.id, *gist(found)) for found in report(repository.root).rows] == [
        ("AC-001", *BASE),
        ("AC-002", FRESH, "r1 2024-06-01", ()),
    ]


def test_two_sops_merged_leave_one(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-03-01", {"sops/ac-002.md": sop("Two.\n", id="AC-002")})
    repository.commit("2024-06-01", {"sops/ac-002.md": None, PATH: sop(BODY + "\nTwo.\n")})
    assert [gist(one) for one in report(repository.root).rows] == [
        (FRESH, "r2 2024-06-01", ()),
        ("removed", "r1 2024-06-01", ("removed",)),
    ]


def test_an_id_that_moves_into_another_file_takes_its_past_along(repository: GitRepository) -> None:
    start(repository)
    repository.commit("2024-03-01", {"sops/ac-002.md": sop("Two.\n", id="AC-002")})
    repository.commit("2024-06-01", {PATH: sop("Two.\n", id="AC-002"), "sops/ac-002.md": sop()})
    assert [(found.id, found.path, *gist(found)) for found in report(repository.root).rows] == [
        ("AC-001", "sops/ac-002.md", *BASE),
        ("AC-002", PATH, FRESH, "r1 2024-03-01", ()),
    ]


def test_an_interval_over_the_ceiling_is_capped(repository: GitRepository) -> None:
    start(repository, review_every="3 years", criticality="high")
    found = row(repository.root)
    assert (found.due, found.findings) == (
        date(2024, 8, 1),
        ("review_every: `3 years` is over the ceiling; 6 months counts",),
    )
    assert found.reason.startswith("review was due on 2024-08-01, 122 days ago, 6 months after the text landed")


def test_values_that_cannot_be_read_fall_back_and_say_so(repository: GitRepository) -> None:
    start(repository, review_every="soon", criticality="enormous", area="nowhere")
    found = row(repository.root)
    assert (found.due, len(found.findings)) == (date(2025, 2, 1), 2)
    assert found.findings[1] == "criticality: `enormous` is none; medium counts"


def test_a_submodule_is_named_and_not_judged(repository: GitRepository, tmp_path: Path) -> None:
    inner = GitRepository.start(tmp_path / "inner")
    inner.commit("2024-01-01", {"x.md": sop(id="AC-009")})
    start(repository)
    repository.git("submodule", "add", "-q", str(inner.root), "sops/shared")
    repository.commit("2024-06-01")
    judged = report(repository.root)
    assert [found.path for found in judged.rows] == [PATH]
    assert judged.notes == ("sops/shared is a submodule: what lies in it was not judged",)


def test_a_foxtrot_merge_has_the_right_text_dated_at_the_merge(repository: GitRepository) -> None:
    start(repository)
    repository.switch("mine", "main")
    repository.commit("2024-03-01", {"mine.txt": "x"}, author=CAT)
    repository.switch("main")
    repository.commit("2024-04-01", {PATH: sop(REWRITTEN)}, author=BEN)
    repository.switch("mine")
    repository.merge("2024-06-01", "main", author=CAT)
    repository.switch("main")
    repository.git("merge", "-q", "--ff-only", "mine")
    found = row(repository.root)
    assert (*gist(found), found.changed_by) == (FRESH, "r2 2024-06-01", (), ("Ben Roy",))


def test_days_are_those_of_the_zone_of_the_library(repository: GitRepository) -> None:
    zone = '[library]\ntimezone = "America/Los_Angeles"\n'
    repository.commit("2024-03-01T23:30:00-0800", {"sopkit.toml": zone + CONFIG, PATH: sop()})
    assert row(repository.root).changed == date(2024, 3, 1)
    repository.commit("2024-06-01", {"sopkit.toml": CONFIG})
    assert row(repository.root).changed == date(2024, 3, 2)


def test_a_worktree_a_subfolder_and_a_sparse_checkout(repository: GitRepository, tmp_path: Path) -> None:
    repository.commit("2024-02-01", {"docs/sopkit.toml": CONFIG, f"docs/{PATH}": sop(), "x/y.txt": "x"})
    repository.git("worktree", "add", "-q", str(tmp_path / "other"))
    repository.git("sparse-checkout", "set", "x")
    assert not (repository.root / "docs").exists()
    (repository.root / "docs").mkdir()
    for root in (tmp_path / "other/docs", repository.root / "docs"):
        assert gist(row(root)) == BASE


def test_octopus_merges_and_several_roots(repository: GitRepository) -> None:
    start(repository)
    for name, author in (("one", BEN), ("two", CAT)):
        repository.switch(name, "main")
        repository.commit("2024-04-01", {f"sops/{name}.md": sop(id=f"AC-{name.upper()}")}, author=author)
    repository.switch("main")
    repository.git("checkout", "-q", "--orphan", "other")
    repository.git("rm", "-rfq", ".")
    repository.commit("2024-04-01", {"sops/root.md": sop(id="AC-ROOT")}, author="Dan <dan@acme.example>")
    repository.switch("main")
    repository.merge("2024-06-01", "one", "two")
    repository.merge("2024-07-01", "other", options=("--no-ff", "--allow-unrelated-histories"))
    assert [(found.id, f"{found.changed}", found.changed_by) for found in report(repository.root).rows] == [
        ("AC-001", "2024-02-01", ("Ann Lee",)),
        ("AC-ONE", "2024-06-01", ("Ben Roy",)),
        ("AC-ROOT", "2024-07-01", ("Dan",)),
        ("AC-TWO", "2024-06-01", ("Cat Diaz",)),
    ]


def test_a_partial_clone_says_what_mends_it(repository: GitRepository, tmp_path: Path) -> None:
    start(repository)
    repository.commit("2024-06-01", {PATH: sop(REWRITTEN)})
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--filter=blob:none", f"file://{repository.root}", str(clone))
    with pytest.raises(SopkitError, match="left on the server by a partial clone") as caught:
        report(clone)
    assert caught.value.hint == "fetch what is missing: git fetch --refetch --no-filter"


def test_as_of_judges_the_last_commit_landed_by_that_day(repository: GitRepository) -> None:
    start(repository)
    longer = CONFIG + 'due_soon = "300 days"\n'
    repository.commit("2024-06-01", {PATH: sop(REWRITTEN), "sopkit.toml": longer, "sops/n.md": sop(id="AC-002")})
    assert second(repository, date(2024, 5, 31)) == BASE
    assert [gist(found) for found in report(repository.root, date(2024, 8, 6)).rows] == [
        ("due-soon", "r2 2024-06-01", ("due-soon",)),
        ("due-soon", "r1 2024-06-01", ("due-soon",)),
    ]
    repository.write(PATH, sop("Edited.\n"))
    assert second(repository, date(2024, 5, 31)) == BASE  # the folder is not of that day


def test_as_of_takes_the_globs_of_that_day(repository: GitRepository) -> None:
    old = '[library]\nsops = ["old/*.md"]\n'
    repository.commit("2024-02-01", {"sopkit.toml": old + CONFIG, "old/a.md": sop()})
    repository.commit("2024-06-01", {"sopkit.toml": CONFIG, "old/a.md": None, PATH: sop()})
    assert gist(row(repository.root, date(2024, 3, 1))) == BASE
    assert gist(row(repository.root)) == (FRESH, "r1 2024-06-01", ())


def test_as_of_before_anything_was_there(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {PATH: sop()})
    repository.commit("2024-03-01", {"sopkit.toml": CONFIG})
    with pytest.raises(SopkitError, match="on 2024-01-31 nothing was committed yet") as caught:
        report(repository.root, date(2024, 1, 31))
    assert caught.value.hint == "the first commit landed on 2024-02-01"
    with pytest.raises(SopkitError, match=r"sopkit\.toml is not part of commit ") as caught:
        report(repository.root, date(2024, 2, 1))
    assert caught.value.hint == "commit it; `stale` and `lint` judge the folder alone with --tree-only"


def test_a_committed_link_is_no_configuration(repository: GitRepository) -> None:
    """What a link is committed as is the path that it leads to."""
    repository.commit("2024-02-01", {PATH: sop()})
    (repository.root / "sopkit.toml").symlink_to("[library]")
    repository.commit("2024-03-01")
    with pytest.raises(SopkitError, match=r"sopkit\.toml is no file in commit "):
        report(repository.root)


@pytest.mark.parametrize("status", ["draft", "trial", "retired"])
def test_what_is_not_in_force_is_not_due(repository: GitRepository, status: str) -> None:
    start(repository, status=status)
    found = row(repository.root, date(2030, 1, 1))
    assert (found.state, found.flags, found.due, found.reason) == (
        *(status, (status,), None),
        f"status is {status}: no review is due",
    )


def test_a_status_that_is_none_counts_as_active(repository: GitRepository) -> None:
    start(repository, status="actve")
    assert row(repository.root, date(2030, 1, 1)).state == "unproven-overdue"


def test_a_text_that_cannot_be_read_is_a_revision_and_never_fresh(repository: GitRepository) -> None:
    start(repository, owner="ops")
    repository.commit("2024-06-01", {PATH: "---\nid: [AC-001\n---\n\nText\n"})
    found = row(repository.root)
    assert gist(found) == ("never-reviewed", "r2 2024-06-01", ("never-reviewed",))
    assert (found.id, found.owner, found.due, found.digest[:5]) == ("AC-001", "ops", date(2025, 2, 1), "raw1:")
    assert found.findings == ("the text cannot be read; its keys are those of the last readable text",)
    repository.commit("2024-07-01", {PATH: sop(owner="ops")})
    assert (row(repository.root).revision, row(repository.root).restores) == ("r3", "r1")


def test_a_file_without_an_id_has_a_row(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, PATH: sop(id=""), "sops/b.md": "No front matter.\n"})
    assert [(found.id, found.path, found.state) for found in report(repository.root).rows] == [
        ("", PATH, FRESH),
        ("", "sops/b.md", "never-reviewed"),
    ]


def test_no_process_per_file(repository: GitRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = {f"sops/{number}.md": sop(id=f"AC-{number}") for number in range(30)}
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, **files})
    for number in range(5):
        repository.switch(f"b{number}", "main")
        repository.commit("2024-03-01", {f"sops/{number}.md": sop("Edited.\n", id=f"AC-{number}")})
        repository.switch("main")
        repository.merge("2024-04-01", f"b{number}")
    report(repository.root)  # GitPython starts git once when it is first imported
    log = tmp_path / "counted"
    real = os.environ["PATH"]
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "git").write_text(f'#!/bin/sh\necho x >> "{log}"\nPATH="{real}" exec git "$@"\n')
    (fake / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake}:{real}")
    assert len(report(repository.root).rows) == 30
    cached = len(log.read_text().splitlines())
    shutil.rmtree(repository.root / ".git/sopkit")
    log.unlink()
    report(repository.root)
    assert (cached, len(log.read_text().splitlines())) == (4, 8)
