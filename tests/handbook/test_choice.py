"""Which SOPs a build shows, and which text of each."""

from pathlib import Path

import pytest
from tests.build import complete
from tests.lifecycle.ledger import TODAY, base, text
from tests.repository import BEN, GitRepository

from sopkit.handbook.build import build
from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.selection import Authority, BuildOptions, BuildSelection, ExclusionReason, select_texts
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.errors import SopkitError
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

PATH = "sops/ac-001.md"
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
