"""`sopkit lint` where a forge reads what it prints."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import ACME, DAY, Run
from tests.repository import GitRepository

from sopkit.lint.formats.markdown import MAX_BYTES


@pytest.fixture
def on_github(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    return run


def test_github_gets_annotations_unless_another_format_is_asked_for(on_github: Run, legacy: Path) -> None:
    assert on_github("lint").out.startswith("::error file=sops/ac-001.md,line=1,")
    assert on_github("lint", "-f", "text").out.startswith("sops/ac-001.md:1:1: error SOP006 ")
    assert json.loads(on_github("lint", "-f", "json").out)["schema"] == "sopkit/lint/1"
    assert on_github("lint", "--statistics").out.startswith("6  SOP101  missing-section\n")


def test_a_file_gets_text(on_github: Run, legacy: Path) -> None:
    assert on_github("lint", "-o", "found.txt").out == ""
    assert (legacy / "found.txt").read_text("utf-8").startswith("sops/ac-001.md:1:1: error SOP006 ")


@pytest.mark.parametrize("value", ["", "false"])
def test_elsewhere_people_get_text(run: Run, legacy: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", value)
    assert run("lint").out.startswith("sops/ac-001.md:1:1: error SOP006 ")


def test_the_summary_goes_behind_what_is_there(run: Run, legacy: Path) -> None:
    file = legacy / "summary.md"
    first = run("lint", "--summary", file)
    text = file.read_text("utf-8")
    assert first == run("lint")
    assert text.startswith("## sopkit lint\n\n10 errors")
    assert "| error | sops/ac-001.md:1 | SOP006 missing-key |" in text
    run("lint", "--summary", file, "-f", "json")
    assert file.read_text("utf-8") == f"{text}\n{text}"


def test_a_summary_that_is_full_stays_readable(run: Run, legacy: Path) -> None:
    file = legacy / "summary.md"
    file.write_bytes(b"x" * (MAX_BYTES - 700))
    run("lint", "--summary", file)
    assert file.stat().st_size <= MAX_BYTES
    assert file.read_text("utf-8").endswith("more findings are left out: there is no room for them here.\n")


def test_a_summary_that_cannot_be_written_is_told(run: Run, legacy: Path) -> None:
    done = run("lint", "--summary", legacy)
    assert (done.code, "cannot be written: Is a directory" in done.err) == (2, True)


FORGES = [
    (
        {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "acme/isms"},
        "https://github.example/acme/isms/blob/{head}/",
    ),
    ({"CI_PROJECT_URL": "https://gitlab.example/a/b/isms"}, "https://gitlab.example/a/b/isms/-/blob/{head}/"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("environment", "address"), FORGES, ids=["github", "gitlab"])
def test_places_link_to_the_forge(
    run: Run, acme: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], address: str
) -> None:
    repository = GitRepository.start(acme.parent)
    sop = next(acme.rglob("ac-001*.md"))
    sop.write_text(sop.read_text("utf-8").replace("within 4 hours", "promptly", 1), "utf-8")
    head = repository.commit("2026-11-01", {})
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    out = run("lint", "-C", acme, *DAY, "-f", "markdown").out
    path = sop.relative_to(acme.parent).as_posix()
    assert f"]({address.format(head=head)}{path}?plain=1#L" in out


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)//", "https://x.example/a)](https://evil.example", "https://x.example/ y", "ftp://x/y"],
)
def test_an_address_that_is_none_is_not_linked(
    run: Run, legacy: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    GitRepository.start(legacy).commit("2026-11-01", {})
    monkeypatch.setenv("CI_PROJECT_URL", address)
    out = run("lint", *DAY, "-f", "markdown").out
    assert "| severity | where |" in out
    assert "](" not in out


@pytest.mark.slow
def test_acme_is_clean_in_every_format(run: Run, tmp_path: Path) -> None:
    forms = ("gitlab", "junit", "markdown", "rdjson", "github")
    also = [word for form in forms for word in ("--also", f"{form}={tmp_path / form}")]
    assert run("lint", "-C", ACME, "--tree-only", *DAY, "-f", "concise", *also).code == 0
    assert {file.name for file in tmp_path.iterdir()} == set(forms)
