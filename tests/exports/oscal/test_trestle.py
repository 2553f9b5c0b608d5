"""Trestle, a tool of others, imports everything and gives back what it was given."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.build import AS_OF

from sopkit.data import shipped
from sopkit.exports.oscal import write
from sopkit.lifecycle.standing import standings

TRESTLE = Path(__file__).parents[3] / ".venv-trestle" / "bin" / "trestle"
FOLDERS = {
    "catalog": "catalogs",
    "component-definition": "component-definitions",
    "mapping-collection": "mapping-collections",
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not TRESTLE.exists(), reason="needs compliance-trestle: bash scripts/test_setup.sh"),
]


def trestle(workspace: Path, *arguments: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(TRESTLE), *arguments], cwd=workspace, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_trestle_speaks_our_version_of_oscal(tmp_path: Path) -> None:
    assert "OSCAL version 1.2.1" in trestle(tmp_path, "version")


def test_trestle_imports_and_validates_the_example_company_and_loses_nothing(tmp_path: Path) -> None:
    with standings(shipped("examples") / "acme", AS_OF, AS_OF, tree_only=True) as ground:
        files = write(ground, "1").files
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    trestle(workspace, "init", "--full")
    back: dict[str, Any] = {}
    for name, data in files.items():
        file = tmp_path / "out" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        [kind] = json.loads(data)
        title = file.stem.replace(".", "_")  # trestle allows no dot in the name of a folder
        trestle(workspace, "import", "-f", str(file), "-o", title)
        back[name] = json.loads((workspace / FOLDERS[kind] / title / f"{kind}.json").read_bytes())
    valid = trestle(workspace, "validate", "-a")
    assert valid.count("VALID") == len(files)
    assert "INVALID" not in valid
    assert back == {name: json.loads(data) for name, data in files.items()}
