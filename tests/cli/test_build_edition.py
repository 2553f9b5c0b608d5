"""`sopkit build --edition`."""

from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.lifecycle.ledger import base
from tests.repository import GitRepository, isolated


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in isolated(tmp_path).items():
        monkeypatch.setenv(name, value)
    repository = GitRepository.start(tmp_path / "library")
    base(repository)
    repository.git("tag", "audit-2024")
    repository.commit("2024-06-01", {"registers/roles.yaml": "[]\n"})
    return repository.root


@pytest.mark.slow
def test_the_edition_is_named_on_the_pages(run: Run, library: Path, tmp_path: Path) -> None:
    done = run("build", "-C", library, "--edition", "audit-2024", "-o", tmp_path / "site")
    page = " ".join((tmp_path / "site/index.html").read_text("utf-8").split())
    assert (done.code, done.err) == (0, "")
    assert 'Edition audit-2024, as of <time datetime="2024-03-02">' in page
    assert (tmp_path / "site/roles/lead/index.html").is_file()  # the register of today is empty


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--edition", "audit-2042"), "no tag is called audit-2042\n  did you mean audit-2024?"),
        (
            ("--edition", "audit-2024", "--as-of", "2024-03-01"),
            "audit-2024 landed on 2024-03-02, so it cannot be judged",
        ),
        (("--edition", "audit-2024", "--tree-only"), "--edition reads what was committed, --tree-only does not"),
        (("--base-url", "acme"), "'acme' is no address at which a site can stand"),
    ],
)
def test_what_cannot_be_built_is_told(
    run: Run, library: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = run("build", "-C", library, "-o", tmp_path / "site", *words)
    assert (done.code, said in done.err, (tmp_path / "site").exists()) == (2, True, False)
