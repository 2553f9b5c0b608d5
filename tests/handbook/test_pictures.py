"""Pictures become files of the site, those alone that a shown text shows."""

from datetime import date
from pathlib import Path

import pytest
from tests.build import complete, library

from sopkit.handbook.build import Site, build
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

DAY = date(2026, 1, 1)
PNG = b"\x89PNG\r\n\x1a\n picture"


def site(root: Path, scope: str, files: dict[str, bytes], classification: str = "internal") -> Site:
    text = complete(f"## Scope\n\n{scope}\n", classification=classification)
    library(root, {"sops/access-control/ac-001-grant-access.md": text, **files})
    with read_library_status(root, DAY, DAY, tree_only=True) as found:
        return build(found, BuildOptions(Classification.INTERNAL, drafts=True))


def page(found: Site) -> str:
    return found.files["sop/AC-001/index.html"].decode()


def pictures(found: Site) -> list[str]:
    return [path for path in found.files if path.startswith("assets/pictures/")]


@pytest.mark.parametrize(
    "written", ["![A map](map.png)", '<img src="map.png" alt="A map">', "![A map][m]\n\n[m]: map.png"]
)
def test_a_picture_is_a_file_whose_name_tells_nothing(tmp_path: Path, written: str) -> None:
    found = site(tmp_path, written, {"sops/access-control/map.png": PNG})
    [path] = pictures(found)
    assert found.files[path] == PNG
    assert "map" not in path
    assert f'<img src="../../{path}" alt="A map">' in page(found)


@pytest.mark.parametrize(
    ("target", "data"),
    [
        ("map.svg", b"<svg onload=alert(1)>"),
        ("fake.png", b"<script>alert(1)</script>"),
        ("../../../out.png", PNG),
        (".map.png", PNG),
        (".hidden/map.png", PNG),
        ("https://acme.example/map.png", PNG),
        ("gone.png", b""),
    ],
)
def test_what_is_no_picture_of_the_library_is_a_description(tmp_path: Path, target: str, data: bytes) -> None:
    inside = {f"sops/access-control/{target}": data} if data and ":" not in target and ".." not in target else {}
    (tmp_path / "out.png").write_bytes(PNG)
    found = site(tmp_path / "library", f"![A map]({target})", inside)
    assert pictures(found) == []
    assert "Picture not shown: A map" in page(found)


def test_a_picture_behind_a_link_is_a_description(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/map.png").write_bytes(PNG)
    (tmp_path / "library/sops/access-control").mkdir(parents=True)
    (tmp_path / "library/sops/access-control/map.png").symlink_to(tmp_path / "out/map.png")
    (tmp_path / "library/sops/access-control/folder").symlink_to(tmp_path / "out")
    assert pictures(site(tmp_path / "library", "![A map](map.png) ![The same](folder/map.png)", {})) == []


def test_a_picture_that_code_names_is_not_in_the_site(tmp_path: Path) -> None:
    found = site(tmp_path, "`![A map](map.png)`", {"sops/access-control/map.png": PNG})
    assert pictures(found) == []


def test_pictures_of_what_is_hidden_are_not_in_the_site(tmp_path: Path) -> None:
    other = complete("## Scope\n\n![Secret](secret.png)\n", id="AC-002", classification="restricted")
    files = {"sops/access-control/ac-002-x.md": other.encode(), "sops/access-control/secret.png": PNG}
    assert pictures(site(tmp_path, "Nothing.", files)) == []
