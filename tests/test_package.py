"""What is built runs: the wheel, which is built from the sdist, installed alone into an empty environment."""

import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    words = ["bash", "scripts/dist.sh", sys.executable, str(out)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=300)
    return out


def clean_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "CI"))}


def installed(folder: Path, package: Path) -> Path:
    venv.create(folder)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(folder / "bin" / "python"),
        "install",
        "--quiet",
        "--disable-pip-version-check",
        str(package),
    ]
    subprocess.run(pip, check=True, capture_output=True, timeout=400, env=clean_environment())
    return folder / "bin" / "sopkit"


def test_runs_in_an_empty_environment(built: Path, tmp_path: Path) -> None:
    sopkit = installed(tmp_path / "env", next(built.glob("*.whl")))

    def run(*words: str, cwd: Path = tmp_path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(sopkit), *words], cwd=cwd, capture_output=True, text=True, env=clean_environment(), timeout=120
        )

    assert run("--version").stdout == "sopkit 0.1.0\n"
    assert run("demo", "acme").returncode == 0
    (tmp_path / "acme" / "sops/asset-management/am-003-check-devices.md").unlink()  # a seeded fault: a copied id
    linted = run("lint", "--tree-only", "--profile", "publish", "--as-of", "2026-11-24", cwd=tmp_path / "acme")
    assert (linted.returncode, linted.stderr) == (0, "")
    assert "Access rights" in run("control", "show", "A.5.18").stdout
    assert "<h1" in run("render", "AC-001", "--as-of", "2026-11-24", cwd=tmp_path / "acme").stdout
    stale = run("stale", "--as-of", "2026-11-24", "-f", "json", cwd=tmp_path / "acme")
    assert '"schema": "sopkit/stale/1"' in stale.stdout
    assert run("init", "own", "--yes", "--org", "Example").returncode == 0
    own = tmp_path / "own"
    assert run("new", "offboarding", "--yes", cwd=own).returncode == 0
    assert run("new", "--interview", "HR", "-o", "hr.html", cwd=own).returncode == 0
    word = run("new", "--interview", "HR", "-o", "hr.docx", cwd=own)
    assert (word.returncode, "pip install 'sopkit[docx]'" in word.stderr) == (2, True)
    (tmp_path / "grant.md").write_text("# Grant access\n\n## Steps\n\n1. Ask.\n2. Grant.\n3. Close.\n")
    assert run("adopt", "../grant.md", cwd=own).returncode == 0
    assert run("lint", cwd=own).returncode == 0


def test_wheel_holds_the_shipped_folders_and_types(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    for folder in ("controls", "templates", "examples"):
        assert any(name.startswith(f"sopkit/_data/{folder}/") for name in names), folder
    assert "sopkit/py.typed" in names
    assert [name for name in names if not name.startswith(("sopkit/", "sopkit-0.1.0.dist-info/"))] == []


def test_wheel_contains_an_sbom_with_each_dependency(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        [text] = [wheel.read(name).decode() for name in wheel.namelist() if ".dist-info/sboms/" in name]
        metadata = message_from_bytes(wheel.read("sopkit-0.1.0.dist-info/METADATA"))
    assert text == (built / "sopkit-0.1.0.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    sbom = json.loads(text)
    assert (sbom["metadata"]["component"]["name"], sbom["metadata"]["component"]["version"]) == ("sopkit", "0.1.0")
    versions = {part["name"]: part["version"] for part in sbom["components"]}
    declared = [Requirement(line) for line in metadata.get_all("Requires-Dist", ())]
    declared = [one for one in declared if one.marker is None]
    assert len(declared) > 9
    for one in declared:
        assert versions[one.name] in one.specifier, one
    hashes = {digest["content"] for part in sbom["components"] for digest in part["externalReferences"][0]["hashes"]}
    assert hashes == set(re.findall(r"sha256:(\w+)", (ROOT / "requirements.txt").read_text()))


def test_sdist_holds_what_is_needed_to_test(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        tops = {name.split("/")[1] for name in sdist.getnames() if "/" in name}
    assert {
        "src",
        "controls",
        "templates",
        "examples",
        "tests",
        "docs",
        "pyproject.toml",
        "requirements.txt",
        "SECURITY.md",
        "README.md",
        "LICENSE",
    } <= tops
