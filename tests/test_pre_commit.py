"""The hook that we offer, in the real pre-commit, in a real repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.repository import isolated

ROOT = Path(__file__).parent.parent
SOMEBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ann Lee"), ("EMAIL", "ann@acme.example"))
}


def run(*words: str, cwd: Path, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        words,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=500,
        env={**os.environ, **isolated(cwd.parent / "home"), **SOMEBODY, **environment},
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture
def hook(tmp_path: Path) -> Path:
    """A repository with the hook, made from what git holds of this checkout and from the working tree."""
    offered = tmp_path / "sopkit"
    offered.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "CHANGELOG.md", "hatch_build.py"):
        shutil.copy(ROOT / name, offered / name)
    for name in ("src", "controls", "templates", "examples"):
        shutil.copytree(ROOT / name, offered / name, ignore=shutil.ignore_patterns("__pycache__"))
    run("git", "init", "-q", "-b", "main", cwd=offered)
    run("git", "add", ".", cwd=offered)
    run("git", "commit", "-q", "-m", "Offer the hook", cwd=offered)
    return offered


@pytest.mark.slow
def test_hook_passes_clean_text_and_stops_broken_text(hook: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    shutil.copytree(ROOT / "examples" / "acme", library)
    head = run("git", "rev-parse", "HEAD", cwd=hook).stdout.strip()
    (library / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {hook}\n    rev: {head}\n    hooks:\n      - id: sopkit-lint\n        args: [--profile, review, --as-of, '2026-11-24']\n"
    )
    run("git", "init", "-q", "-b", "main", cwd=library)
    run("git", "add", ".", cwd=library)
    pre_commit = (sys.executable, "-m", "pre_commit")
    home = str(tmp_path / "pre-commit-home")
    run(*pre_commit, "install", cwd=library, PRE_COMMIT_HOME=home)
    committed = run("git", "commit", "-q", "-m", "Begin the library", cwd=library, PRE_COMMIT_HOME=home)
    assert "Passed" in committed.stderr

    sop = next((library / "sops").rglob("ac-001*.md"))
    sop.write_text(sop.read_text("utf-8").replace("owner: ", "onwer: ", 1), "utf-8")
    run("git", "add", ".", cwd=library)
    stopped = run("git", "commit", "-q", "-m", "Break it", cwd=library, check=False, PRE_COMMIT_HOME=home)
    assert stopped.returncode == 1
    assert "SOP004" in stopped.stderr
    assert "did you mean `owner`?" in stopped.stderr

    (library / "note.txt").write_text("not our business\n")
    run("git", "checkout", "-q", "HEAD", "--", ".", cwd=library)
    run("git", "add", "note.txt", cwd=library)
    skipped = run("git", "commit", "-q", "-m", "Add a note", cwd=library, PRE_COMMIT_HOME=home)
    assert "Skipped" in skipped.stderr


def test_hook_file_is_valid(tmp_path: Path) -> None:
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", tmp_path / ".pre-commit-hooks.yaml")
    run(sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml", cwd=tmp_path)
