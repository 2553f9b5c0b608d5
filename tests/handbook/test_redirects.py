"""Old paths lead to the pages of SOPs, and to nothing that is not shown."""

import re
from pathlib import Path

import pytest
from tests.handbook.conftest import Sites
from tests.lifecycle.ledger import SET_UP, TEXT, TODAY, approval, base, review, text
from tests.lifecycle.sops import PATH, sop
from tests.repository import ANN, BEN, CAT, GitRepository

from sopkit.handbook.build import Site, build
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

INTERNAL, CONFIDENTIAL = BuildOptions(), BuildOptions(Classification.CONFIDENTIAL)


def made(repository: GitRepository, options: BuildOptions = INTERNAL) -> Site:
    with read_library_status(repository.root, TODAY, TODAY) as ground:
        return build(ground, options)


def led(site: Site) -> dict[str, str]:
    """Where each page that leads on leads to, as it is written there."""
    found = {
        path: re.search(rb'http-equiv="refresh" content="0; url=([^"]*)"', data) for path, data in site.files.items()
    }
    return {path: match[1].decode() for path, match in found.items() if match}


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository.start(tmp_path / "library")


def moved(repository: GitRepository, *paths: str) -> None:
    """An approved SOP whose file was moved to each of these paths, one after another."""
    base(repository)
    before = PATH
    for month, path in enumerate(paths, start=4):
        repository.commit(f"2024-{month:02}-01", {before: None, path: TEXT})
        before = path


def test_every_path_that_the_file_has_had_leads_to_the_page(sites: Sites) -> None:
    page = sites().files["sops/access-control/ac-001-user-access/index.html"].decode()
    assert '<link rel="canonical" href="../../../sop/AC-001/index.html">' in page
    assert '<a href="../../../sop/AC-001/index.html">Go to the page</a>' in page
    assert '<meta name="robots" content="noindex">' in page
    table = sites().files["_redirects"].decode().splitlines()
    assert "/sops/access-control/ac-001-user-access.md /sop/AC-001/index.html 301" in table
    assert "/sops/access-control/ac-001-user-access /sop/AC-001/index.html 301" in table


def test_a_handbook_with_an_address_names_it(repository: GitRepository) -> None:
    base(repository)
    page = made(repository, BuildOptions(base_url="https://acme.example/hb/")).files[
        f"{PATH.removesuffix('.md')}/index.html"
    ]
    assert b'<link rel="canonical" href="https://acme.example/hb/sop/AC-001/index.html">' in page


def test_a_path_that_another_sop_has_now_leads_to_that_one(repository: GitRepository) -> None:
    moved(repository, "sops/b.md")
    second = sop(id="AC-002", owner="lead", approvers="[ciso]", version='"1.0"')
    repository.commit("2024-05-01", {PATH: second}, author=ANN)
    repository.commit("2024-05-02", {**review("2024-05-02", second, id="AC-002")}, author=BEN)
    repository.commit("2024-05-03", {**approval("2024-05-03", second, id="AC-002")}, author=CAT)
    old = f"{PATH.removesuffix('.md')}/index.html"
    assert led(made(repository))[old].endswith("sop/AC-002/index.html")


def test_a_path_of_more_secret_days_is_not_told(repository: GitRepository) -> None:
    repository.commit("2024-01-15", SET_UP)
    repository.commit("2024-02-01", {"sops/buy-globex.md": text(classification="confidential")}, author=ANN)
    repository.commit("2024-02-10", {"sops/buy-globex.md": None, PATH: TEXT}, author=ANN)
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(), author=CAT)
    site = made(repository)
    assert [path for path, data in site.files.items() if "globex" in path or b"globex" in data] == []
    assert "sops/buy-globex/index.html" in led(made(repository, CONFIDENTIAL))


def test_names_that_no_disk_or_address_takes_are_left_out_with_a_warning(repository: GitRepository) -> None:
    odd = ("sops/a:b.md", "sops/con.md", "sops/what?.md", "sops/\u202egnp.md", "sops/trailing .md", 'sops/a"><b.md')
    moved(repository, *odd, "sops/cafe\u0301.md", "sops/caf\u00e9.md", "sops/fine & small.md")
    site = made(repository)
    said = [warning.split(": no redirect")[0] for warning in site.warnings]
    assert said == sorted((*odd, "sops/caf\u00e9.md"))
    assert led(site)["sops/fine & small/index.html"] == "../../sop/AC-001/index.html"
    assert "/sops/fine%20%26%20small.md /sop/AC-001/index.html 301" in site.files["_redirects"].decode()


def test_no_redirect_takes_the_place_of_a_page(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    wide = {"sopkit.toml": '[library]\nsops = ["**/*.md"]\n'}
    repository.commit("2024-01-15", SET_UP | wide)
    repository.commit("2024-02-01", {"due.md": TEXT}, author=ANN)
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", approval(), author=CAT)
    for month, (old, new) in enumerate(
        (("due.md", "DUE.md"), ("DUE.md", "sop/AC-001.md"), ("sop/AC-001.md", "x.md")), 4
    ):
        repository.commit(f"2024-{month:02}-01", {old: None, new: TEXT})
    for month, (old, new) in enumerate((("x.md", "_redirects.md"), ("_redirects.md", "assets/handbook.css.md")), 8):
        repository.commit(f"2024-{month:02}-01", {old: None, new: TEXT})
    repository.commit("2024-10-01", {"assets/handbook.css.md": None, "index.html.md": TEXT})
    site = made(repository)
    assert b"http-equiv" not in site.files["due/index.html"] + site.files["sop/AC-001/index.html"]
    assert list(led(site)) == ["x/index.html"]
    faults = {warning.split(": ")[0]: warning.split(": ")[2] for warning in site.warnings}
    page, file = "a page stands there, or one that differs by case alone", "a file stands where its folder would"
    assert faults == {
        "DUE.md": page,
        "_redirects.md": file,
        "assets/handbook.css.md": file,
        "due.md": page,
        "index.html.md": file,
    }
