"""Trestle, a tool of others, does what docs/oscal.md says, and gives back what it was given."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import DAY

from sopkit.data import shipped_folder

ROOT = Path(__file__).parents[3]
ENVIRONMENT = ROOT / ".venv-trestle"
FOLDERS = {
    "catalog": "catalogs",
    "component-definition": "component-definitions",
    "mapping-collection": "mapping-collections",
}
NAMES = {"component-definition": "procedures", "mapping-collection": "mappings"}
FRAMEWORKS = [f"--framework={name}" for name in ("iso27001-2022", "nist-800-53-r5", "nist-csf-2.0")]
"""Both ends of a mapping, controls within controls and withdrawn ones, and a name with a dot."""
INSTALLATION = "python3 -m venv trestle && trestle/bin/pip install compliance-trestle\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ENVIRONMENT / "bin" / "trestle").exists(), reason="needs compliance-trestle: bash scripts/test_setup.sh"
    ),
]


def commands() -> str:
    """The commands of the page, but for those that install trestle."""
    page = (ROOT / "docs" / "oscal.md").read_text("utf-8")
    found = "".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
    assert INSTALLATION in found
    return found.replace(INSTALLATION, "")


def run(folder: Path, script: str) -> str:
    (folder / "trestle").symlink_to(ENVIRONMENT)
    called = shlex.join([sys.executable, "-m", "sopkit"])
    where = shlex.join(["-C", str(shipped_folder("examples") / "acme"), *DAY, "--tree-only", *FRAMEWORKS])
    paths = f"PYTHONPATH={shlex.quote(os.pathsep.join(sys.path))}"
    shim = folder / "bin" / "sopkit"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\n{paths} exec {called} "$@" {where}\n', "utf-8")
    shim.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment["PATH"] = f"{shim.parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_trestle_does_what_the_page_says_and_loses_nothing(tmp_path: Path) -> None:
    version = "from trestle.oscal import OSCAL_VERSION as version; print(f'OSCAL version {version}')"
    told = run(tmp_path, f'{commands()}\n../trestle/bin/python -c "{version}"\n')
    assert "OSCAL version 1.2.1" in told
    files = sorted((tmp_path / "oscal").rglob("*.json"))
    assert told.count("\nVALID") == len(files)
    for file in files:
        given = json.loads(file.read_bytes())
        [kind] = given
        name = NAMES.get(kind, file.stem.replace(".", "_"))
        back = tmp_path / "workspace" / FOLDERS[kind] / name / f"{kind}.json"
        assert json.loads(back.read_bytes()) == given
    page = tmp_path / "workspace/markdown/Grant, change and remove access/iso27001-2022/A.5/A.5.18.md"
    assert "AC-001 carries out this control. Steps: 4," in page.read_text("utf-8")
