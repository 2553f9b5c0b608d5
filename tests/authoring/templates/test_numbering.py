"""Ids and files of new SOPs."""

from pathlib import Path

import pytest
from tests.authoring.templates.plants import IN_AREA, drafted, front, library
from tests.build import complete

from sopkit.model.errors import SopkitError


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "AC-001"),
        ({f"{IN_AREA}/a.md": complete(id="AC-004")}, "AC-005"),
        ({f"{IN_AREA}/a.md": complete(id="AC-004", status="retired")}, "AC-005"),
        ({f"{IN_AREA}/ac-007-lost.md": "no front matter"}, "AC-008"),
        ({f"{IN_AREA}/a.md": complete(supersedes="[AC-011]")}, "AC-012"),
        ({"ledger/sops/AC-020/x.yaml": ""}, "AC-021"),
        ({"ledger/sops/AC-999/x.yaml": ""}, "AC-1000"),
        ({"ledger/sops/VM-020/x.yaml": ""}, "AC-001"),
        ({f"{IN_AREA}/a.md": complete(id="AC-0004")}, "AC-0005"),
        ({"sopkit.toml": '[library]\nid_pattern = "[A-Z]+\\\\d+"\n'}, "AC001"),
        ({"sopkit.toml": '[library]\nid_pattern = "SOP-\\\\d{4}"\n[areas.access-control]\nprefix = "SOP"\n'}, "SOP-0001"),
        ({"sopkit.toml": '[library]\nidentity = "path"\n', f"{IN_AREA}/a.md": complete(id="AC-004")}, "AC-005"),
    ],
)  # fmt: skip
def test_the_next_free_id(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert drafted(library(tmp_path, **files)).id == expected


def test_a_prefix_that_does_not_fit_the_pattern_is_said(tmp_path: Path) -> None:
    there = library(tmp_path, **{"sopkit.toml": '[library]\nid_pattern = "SOP-\\\\d{4}"\n'})
    with pytest.raises(SopkitError) as stopped:
        drafted(there)
    assert stopped.value.message == (
        "sopkit.toml: library.id_pattern does not fit the prefix AC of the area access-control: AC-001 is no id for it"
    )
    assert drafted(there, id="SOP-0001").id == "SOP-0001"


def test_an_area_of_the_library_may_lack_a_prefix(tmp_path: Path) -> None:
    there = library(tmp_path, **{"sopkit.toml": '[areas.garden]\ntitle = "Garden"\n'})
    with pytest.raises(SopkitError, match="the area garden has no prefix") as stopped:
        drafted(there, area="garden")
    assert '[areas.garden] prefix = "GA"' in stopped.value.hint
    there = library(tmp_path, **{"sopkit.toml": '[areas.garden]\nprefix = "GA"\napprovers = ["gardener"]\n'})
    made = drafted(there, area="garden")
    assert (made.id, made.path) == ("GA-001", "sops/garden/ga-001-water-the-plants.md")
    assert front(there, made)["approvers"] == ["gardener"]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("ac-004", "no id of this library"),
        ("../x", "no id of this library"),
        ("AC-004", r"the id AC-004 is taken by sops/access-control/a\.md"),
        ("AC-020", "the id AC-020 is taken or was"),
    ],
)
def test_an_id_that_is_asked_for_is_checked(tmp_path: Path, wanted: str, said: str) -> None:
    there = library(tmp_path, **{f"{IN_AREA}/a.md": complete(id="AC-004"), "ledger/sops/AC-020/x.yaml": ""})
    with pytest.raises(SopkitError, match=said):
        drafted(there, id=wanted)


@pytest.mark.parametrize(
    ("pattern", "result"),
    [
        ("sops/{id}.md", "sops/ac-001.md"),
        ("sops/{area}/{slug}.md", "sops/access-control/water-the-plants.md"),
        ("sops/fixed.md", "gives every SOP the same name"),
        ("sops/{title}.md", "knows {area}, {id} and {slug} only"),
        ("docs/{id}.md", "which library.sops does not take for an SOP"),
        ("sops/out/{id}.md", "which a symbolic link leads out of the library"),
        ("sops/" + "x" * 300 + "/{id}.md", "a name of more than 240 bytes"),
    ],
)
def test_the_file_goes_by_the_pattern(tmp_path: Path, pattern: str, result: str) -> None:
    root = tmp_path / "library"
    there = library(root, **{"sopkit.toml": f'[library]\nfile = "{pattern}"\n', "sops/x.txt": ""})
    (root / "sops" / "out").symlink_to(tmp_path)
    if result.endswith(".md"):
        assert drafted(there).path == result
        return
    with pytest.raises(SopkitError) as stopped:
        drafted(there)
    assert stopped.value.message.startswith("sopkit.toml: library.file ")
    assert result in stopped.value.message


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Über die Brücke: #1!", "uber-die-brucke-1"),
        ("緑の 手順", "緑の-手順"),
        ("🎉", "sop"),
        ("a/../../b", "a-b"),
        ("word " * 40, "word" + "-word" * 11),
    ],
)
def test_the_slug(tmp_path: Path, title: str, name: str) -> None:
    assert drafted(library(tmp_path), title=title).path == f"{IN_AREA}/ac-001-{name}.md"


def test_numbers_without_end_count_nothing(tmp_path: Path) -> None:
    there = library(tmp_path, **{"sops/a.md": complete(id="AC-001", related=f"[AC-{'9' * 5000}]")})
    assert drafted(there).id == "AC-002"
