"""Which SOPs a build shows, and which text of each."""

from datetime import date
from pathlib import Path

import pytest
from tests.build import complete
from tests.lifecycle.ledger import TODAY, added, approval, base, review, text
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.handbook.build import build
from sopkit.handbook.pages.due import due_sops
from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.selection import Authority, BuildOptions, BuildSelection, ExclusionReason, select_texts
from sopkit.handbook.status import StatusSign, status_banner
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.errors import SopkitError
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

PATH = "sops/ac-001.md"
DAY = date(2024, 5, 10)
PUBLIC, CONFIDENTIAL = Classification.PUBLIC, Classification.CONFIDENTIAL


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    """AC-001, internal, whose one text is approved."""
    found = GitRepository.start(tmp_path / "library")
    base(found)
    return found


def choice(repository: GitRepository, options: BuildOptions | None = None) -> BuildSelection:
    with read_library_status(repository.root, TODAY, TODAY) as found:
        return select_texts(found, options or BuildOptions())


def gist(found: BuildSelection) -> tuple[list[tuple[str, Authority, bool]], list[tuple[ExclusionReason, str]]]:
    shown = [(one.text.text("version"), one.authority, one.awaits) for one in found.chosen]
    return shown, list(found.left_out)


def test_the_approved_text_is_shown(repository: GitRepository) -> None:
    assert gist(choice(repository)) == ([("1.0", Authority.APPROVED, False)], [])
    repository.commit("2024-05-01", {PATH: text("## Purpose\n\nMore.\n", version='"1.1"')}, author=BEN)
    assert gist(choice(repository)) == ([("1.0", Authority.APPROVED, True)], [])
    [one] = choice(repository, BuildOptions(drafts=True)).chosen
    assert one.newer is not None
    assert one.newer.text("version") == "1.1"


def test_what_is_approved_for_a_later_day_is_not_in_force_yet(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "later")
    base(repository, text(effective="2099-01-01"))
    assert gist(choice(repository)) == ([], [(ExclusionReason.NOT_YET, PATH)])
    page = written(repository, "sop/AC-001/index.html", drafts=True)
    assert "Approved 1.0, not in force yet" in page
    assert "It takes effect on 1 Jan 2099; nothing is in force yet." in page
    assert "Nobody has approved" not in page


def test_a_newer_text_that_is_approved_for_a_later_day_does_not_wait_for_approval(repository: GitRepository) -> None:
    newer = text("## Purpose\n\nMore.\n", version='"1.1"', effective="2099-01-01")
    repository.commit("2024-05-01", {PATH: newer}, author=ANN)
    repository.commit("2024-05-02", approval("2024-05-02", newer, version="1.1"), author=CAT)
    assert gist(choice(repository)) == ([("1.0", Authority.APPROVED, False)], [])
    page = written(repository, "sop/AC-001/index.html", drafts=True)
    assert "Approved 1.0" in page
    assert "Version 1.1 takes effect on 1 Jan 2099" in page
    assert "awaits approval" not in page
    assert 'href="newer.html">Read the newer text' in page
    page = written(repository, "sop/AC-001/newer.html", drafts=True)
    assert (
        "It takes effect on 1 Jan 2099; until then follow version 1.0. 2 May 2024 by Cat Diaz (Security lead)" in page
    )
    assert "waits for approval" not in page
    assert 'href="index.html">Read the text in force' in page
    assert '"awaits": false' in written(repository, "handbook.json")

    repository.commit("2024-05-03", {PATH: newer.replace("More.", "Even more.")}, author=ANN)
    assert gist(choice(repository)) == ([("1.0", Authority.APPROVED, True)], [])


def test_a_text_that_changed_after_its_review_is_not_told_in_green(repository: GitRepository) -> None:
    newer = text("## Purpose\n\nMore.\n", version='"1.1"')
    repository.commit("2024-05-01", {PATH: newer}, author=ANN)
    with read_library_status(repository.root, DAY, TODAY) as status:
        ground = published_library(status, BuildOptions())
        assert [one.tone for one in signs(ground)] == ["ok", "ok"]  # the review is of the text that is shown
    repository.commit("2024-05-02", approval("2024-05-02", newer, version="1.1"), author=CAT)
    with read_library_status(repository.root, DAY, TODAY) as status:
        ground = published_library(status, BuildOptions())
        assert [one.tone for one in signs(ground)] == ["ok", "warn"]
        assert (
            signs(ground)[1].says == "Last reviewed 1 Mar 2024 by Ben Roy · the text changed on 1 May 2024, after that"
        )


def test_the_reason_of_a_text_without_any_approval_names_none_that_is_in_force(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "never")
    added(repository)
    repository.commit("2024-03-01", review(), author=BEN)
    page = written(repository, "due/index.html", drafts=True)
    assert "The text of 1 Feb 2024 is not approved, and no approved text is in force." in page
    assert "the last approved text is in force" not in page


def test_a_claim_of_a_review_in_the_future_explains_nothing(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "claims")
    claims = '[review]\nbasis = "claims"\n[front_matter.claims]\nreviewed = "seen"\nnext = "next"\n'
    claimed = text(seen="2031-05-07", next="2024-04-01", status="approved")
    repository.commit("2024-02-01", {"sopkit.toml": claims, PATH: claimed}, author=ANN)
    with read_library_status(repository.root, DAY, TODAY) as status:
        standing, review_sign = signs(published_library(status, BuildOptions()))
        [due] = due_sops(published_library(status, BuildOptions()))
    assert standing.says == "Its file says “approved”; this library keeps no record of approvals."
    assert (review_sign.tone, review_sign.word) == ("bad", "Review overdue since")
    assert review_sign.says == "Its file claims a review on 7 May 2031, which is in the future and proves nothing."
    assert due.age is None


def signs(ground: PublishedLibrary) -> list[StatusSign]:
    banner = status_banner(ground, ground.shown[0])
    assert banner.review is not None
    return [banner.standing, banner.review]


def written(repository: GitRepository, path: str, *, drafts: bool = False) -> str:
    """A file of the handbook, on a day in May 2024."""
    with read_library_status(repository.root, DAY, TODAY) as found:
        return build(found, BuildOptions(drafts=drafts)).files[path].decode()


def test_what_has_no_id_or_cannot_be_read_is_left_out(repository: GitRepository) -> None:
    repository.write("sops/nameless.md", "# Nameless\n")
    repository.write("sops/unreadable.md", b"---\nid: ZZ-001\n---\n\xff\xfe\x00")
    left_out = [(ExclusionReason.NAMELESS, "sops/nameless.md"), (ExclusionReason.UNREADABLE, "sops/unreadable.md")]
    assert gist(choice(repository)) == ([("1.0", Authority.APPROVED, False)], left_out)


def test_what_is_more_secret_is_left_out(repository: GitRepository) -> None:
    assert gist(choice(repository, BuildOptions(PUBLIC))) == ([], [(ExclusionReason.ABOVE, PATH)])


@pytest.mark.parametrize("committed", [True, False])
def test_a_newer_text_that_is_more_secret_hides_the_approved_one(committed: bool, repository: GitRepository) -> None:
    secret = text(classification="confidential")
    if committed:
        repository.commit("2024-05-01", {PATH: secret}, author=BEN)
    else:
        repository.write(PATH, secret)
    assert gist(choice(repository)) == ([], [(ExclusionReason.ABOVE, PATH)])
    assert gist(choice(repository, BuildOptions(CONFIDENTIAL))) == ([("1.0", Authority.APPROVED, True)], [])


def test_an_edit_in_the_folder_makes_nothing_less_secret_than_it_was_committed(repository: GitRepository) -> None:
    repository.commit("2024-05-01", {PATH: text(classification="confidential")}, author=BEN)
    repository.write(PATH, text())
    assert gist(choice(repository)) == ([], [(ExclusionReason.ABOVE, PATH)])


def test_of_two_files_with_one_id_the_approved_text_is_shown(repository: GitRepository) -> None:
    repository.commit("2024-05-01", {"sops/a.md": text("## Purpose\n\nElse.\n", version='"2.0"')}, author=BEN)
    found = choice(repository)
    assert gist(found) == ([("1.0", Authority.APPROVED, False)], [])
    assert found.warnings == (
        "sops/a.md and sops/ac-001.md have the id AC-001; shown is its approved text; give one of them another id",
    )


def test_of_two_files_with_one_id_both_must_be_such_as_may_be_shown(repository: GitRepository) -> None:
    repository.commit("2024-05-01", {"sops/a.md": text(classification="restricted")}, author=BEN)
    assert gist(choice(repository)) == ([], [(ExclusionReason.ABOVE, "sops/a.md"), (ExclusionReason.ABOVE, PATH)])


def test_ids_that_differ_only_by_case_are_one_page_on_many_disks(tmp_path: Path) -> None:
    files = {"sopkit.toml": "", "sops/a.md": complete(id="AC-001"), "sops/b.md": complete(id="ac-001")}
    ground(tmp_path, files)
    with (
        read_library_status(tmp_path, TODAY, TODAY, tree_only=True) as found,
        pytest.raises(SopkitError) as error,
    ):
        build(found, BuildOptions(drafts=True))
    assert error.value.message == (
        "the ids AC-001 of sops/a.md and ac-001 of sops/b.md differ only by case, and their pages would be one file on "
        "many disks"
    )


def test_a_library_without_ids_has_pages_by_path(tmp_path: Path) -> None:
    config = '[library]\nidentity = "path"\n[review]\nbasis = "claims"\n[front_matter.claims]\nreviewed = "seen"\n'
    found = ground(tmp_path, {"sopkit.toml": config, "sops/it/a.md": "---\ntitle: Reset\nstatus: active\n---\n# x\n"})
    assert [(one.id, one.authority) for one in found.shown] == [("sops/it/a.md", Authority.UNKEPT)]


def test_front_matter_loses_what_must_not_be_named(tmp_path: Path) -> None:
    rows = "- {id: laptop, title: Laptop}\n- {id: vault, title: Vault, classification: restricted}\n"
    files = {
        "sopkit.toml": "",
        "registers/assets.yaml": rows,
        "sops/a.md": complete(assets="[laptop, vault]", related="[AC-002, AC-003]", risks="[RSK-001]"),
        "sops/b.md": complete(id="AC-002"),
        "sops/c.md": complete(id="AC-003", classification="restricted"),
    }
    found = ground(tmp_path, files)
    front = found.by_id["AC-001"].sop.front
    assert {key: front.values[key] for key in ("assets", "related", "risks")} == {
        "assets": ["laptop"],
        "related": ["AC-002"],
        "risks": ["RSK-001"],  # there is no register of risks that could hide it
    }
    assert [row.key for row in found.library.registers["assets"].rows] == ["laptop"]
    assert found.status.judged is None


def ground(root: Path, files: dict[str, str]) -> PublishedLibrary:
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    with read_library_status(root, TODAY, TODAY, tree_only=True) as found:
        return published_library(found, BuildOptions(drafts=True))
