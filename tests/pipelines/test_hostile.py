"""No command of a pipeline that we show or write runs a file of the checkout, whatever a pull request put there."""

import hashlib
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.pipelines.hostile import fill, what_ran
from tests.pipelines.runner import ROOT
from tests.pipelines.test_shapes import PAGES
from tests.repository import GitRepository, isolated

from sopkit.authoring.init_files import InitOptions, format_forge_files
from sopkit.git.checkout import Forge

pytestmark = pytest.mark.slow
_YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r"^python .*$", re.MULTILINE)


def commands_of(part: Any) -> Iterator[str]:
    """The shell commands in a pipeline of any forge."""
    if isinstance(part, list):
        for one in part:
            yield from commands_of(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in {"run", "script", "before_script"}:
                yield from (
                    [value] if isinstance(value, str) else value if isinstance(value, list) else commands_of(value)
                )
            else:
                yield from commands_of(value)


def shown() -> Iterator[str]:
    """The commands of the pages and of the pipelines that `sopkit init` writes."""
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        for block in _YAML.findall(text):
            yield from commands_of(yaml.safe_load(block))
        yield from _SHELL.findall(text)
    for forge in (Forge.GITHUB, Forge.GITLAB):
        for name, text in format_forge_files(InitOptions(forge=forge), "").items():
            if name.endswith(".yml"):
                yield from commands_of(yaml.safe_load(text))


COMMANDS = sorted(set(shown()) - {"mkdir -p test-results"})
DISTINCT = {" ".join(command.split()[:6]): command for command in COMMANDS}
"""One command of each kind: those that differ only in later options start in the same way."""


def test_every_pipeline_isolates_python() -> None:
    assert len(COMMANDS) > 20
    assert [command for command in COMMANDS if not re.match(r"python -I -m (pip|sopkit) ", command)] == []


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a wheel that is called sopkit and has no files; sopkit itself comes from the action's step."""
    folder = tmp_path_factory.mktemp("packages")
    with zipfile.ZipFile(folder / "sopkit-0.1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("sopkit-0.1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: sopkit\nVersion: 0.1.0\n")
        wheel.writestr("sopkit-0.1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("sopkit-0.1.0.dist-info/RECORD", "")
    return folder


@pytest.fixture(scope="module")
def checkout(installed: Path, packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new library, its main branch, the file with hashes for each forge, and the hostile files on top."""
    root = tmp_path_factory.mktemp("hostile") / "checkout"
    repository = GitRepository.start(root)
    sopkit = [installed / "sopkit/bin/python", "-I", "-m", "sopkit"]
    done = subprocess.run([*sopkit, "init", "--yes", "--org", "Example"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    hashed = hashlib.sha256(next(packages.iterdir()).read_bytes()).hexdigest()
    pins = f"--only-binary :all:\nsopkit==0.1.0 --hash=sha256:{hashed}\n{(ROOT / 'requirements.txt').read_text()}"
    for folder in (".github", ".gitlab", "ci"):
        (root / folder).mkdir(exist_ok=True)
        (root / folder / "sopkit-requirements.txt").write_text(pins)
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "Create the library")
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    fill(root, root.parent / "canary")
    return root


@pytest.fixture(scope="module")
def environment(checkout: Path, installed: Path, packages: Path) -> dict[str, str]:
    """What a pipeline sets, with a PYTHONPATH that leads into the checkout."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    set_by_forges = {
        "CI": "true", "GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(checkout.parent / "summary.md"),
        "RUNNER_TEMP": str(checkout.parent), "CI_MERGE_REQUEST_DIFF_BASE_SHA": "origin/main",
        "CI_PROJECT_DIR": str(checkout.parent), "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
        "BITBUCKET_PR_DESTINATION_BRANCH": "main",
    }  # fmt: skip
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(packages), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    (checkout / "test-results").mkdir(exist_ok=True)
    path = f"{installed / 'sopkit/bin'}:{os.environ['PATH']}"
    return around | isolated(checkout.parent) | set_by_forges | pip | {"PATH": path, "PYTHONPATH": str(checkout)}


@pytest.mark.parametrize("command", list(DISTINCT.values()), ids=list(DISTINCT))
def test_a_command_runs_nothing_of_the_checkout(command: str, checkout: Path, environment: dict[str, str]) -> None:
    if command.endswith("pip install sopkit"):  # the README leaves the version to the reader
        command += "==0.1.0"
    done = subprocess.run(
        ["bash", "-euc", command], cwd=checkout, env=environment, capture_output=True, text=True, timeout=100
    )
    assert what_ran(checkout.parent / "canary") == ""
    # Without the secret `--send` stops; a new library has nothing to publish and does not pass the gates.
    fails = {"--send": 2, "build": 2, "report": 1}
    expected = {0, *(code for word, code in fails.items() if word in command)}
    assert done.returncode in expected, done.stdout + done.stderr


def test_the_plain_command_imports_nothing_from_the_current_folder(
    checkout: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    script = tmp_path / "sopkit"  # what pip makes of the entry point
    script.write_text("from sopkit.cli.main import main\nmain()\n")
    plain = {name: value for name, value in environment.items() if name != "PYTHONPATH"}
    done = subprocess.run(["python", script, "lint"], cwd=checkout, env=plain, capture_output=True, text=True)
    assert (done.returncode, what_ran(checkout.parent / "canary")) == (0, "")


def test_the_hostile_files_would_run_without_isolation(checkout: Path, environment: dict[str, str]) -> None:
    canary = checkout.parent / "canary"
    for words, name in (("-m venv --help", "venv"), ("-m pip --version", "pip"), ("-m sopkit --version", "sopkit")):
        plain = environment | {"PYTHONPATH": ""}
        subprocess.run(["python", *words.split()], cwd=checkout, env=plain, capture_output=True)
        ran = what_ran(canary)
        canary.unlink()
        assert ran, name
