"""`sopkit build` as its users call it."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.cli.conftest import DAY, Run

from sopkit.authoring.demo import make_demo

SECRET = "sops/access-control/ac-002-plan.md"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "acme"
    make_demo(folder)
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library outside of git, the current folder: an SOP that nobody approved, and one more secret."""
    library(tmp_path, {PATH: complete(), SECRET: complete(id="AC-002", classification="restricted")})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_it_tells_what_is_shown_and_how_to_open_it(run: Run, company: Path, tmp_path: Path) -> None:
    done = run("build", "-C", company, "-o", tmp_path / "site", *DAY)
    assert done.code == 0
    assert done.out.splitlines() == [
        "11 SOPs shown, internal at most",
        "left out: 4 more secret, 1 not approved",
        f"open {tmp_path}/site/index.html",
    ]
    assert "have the id AC-002; shown is its approved text; give one of them another id" in done.err


@pytest.mark.slow
def test_strict_writes_nothing_when_there_is_a_warning(run: Run, company: Path, tmp_path: Path) -> None:
    done = run("build", "-C", company, "-o", tmp_path / "site", "--strict", *DAY)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("warning: ")
    assert not (tmp_path / "site").exists()


def test_nothing_to_show_is_told_with_what_to_do(run: Run, here: Path) -> None:
    done = run("build", *DAY)
    assert (done.code, done.err.splitlines()) == (
        2,
        [
            "sopkit: no approved SOP may be shown in a handbook that is internal: 1 more secret, 1 not approved",
            "  approve one with `sopkit approve ID`, or show what is not approved, marked as such, with --with-drafts",
        ],
    )
    assert not (here / "site").exists()


@pytest.mark.slow
def test_a_former_site_stays_when_a_link_leads_nowhere(run: Run, here: Path) -> None:
    assert run("build", "--with-drafts", *DAY).code == 0
    before = (here / "site/index.html").read_bytes()
    broken = complete("## References\n\n- ISO 27001:2022 A.5.18\n- [x](gone.md)\n")
    (here / PATH).write_text(broken)
    done = run("build", "--with-drafts", *DAY)
    line = broken.splitlines().index("- [x](gone.md)") + 1
    assert (done.code, done.err.splitlines()) == (
        2,
        [
            "sopkit: a link leads nowhere",
            f"  {PATH}:{line}: no file `gone.md` beside {PATH}",
            "  correct them; `sopkit lint --select SOP506` helps",
        ],
    )
    assert (here / "site/index.html").read_bytes() == before


@pytest.mark.parametrize("folder", ["registers", "ledger/x", ".git/x", "."])
def test_a_folder_of_the_library_is_no_place_for_a_site(folder: str, run: Run, here: Path) -> None:
    before = sorted(file for file in here.rglob("*"))
    done = run("build", "--with-drafts", "-o", folder, *DAY)
    assert done.code == 2
    assert folder in done.err
    assert sorted(file for file in here.rglob("*")) == before
