"""Where shipped files are found: inside the wheel, else in the checkout."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sopkit.data
from sopkit.data import shipped_folder

PACKAGE = Path(sopkit.data.__file__).resolve().parent


@pytest.mark.parametrize("name", ["templates", "controls", "examples"])
def test_editable_install_reads_the_checkout(name: str) -> None:
    assert shipped_folder(name) == PACKAGE.parents[1] / name


def test_only_known_folders_are_shipped() -> None:
    with pytest.raises(ValueError, match="sopkit ships no `secrets`"):
        shipped_folder("secrets")


def installed(site: Path) -> Path:
    """A copy of the modules as a wheel would put them."""
    package = site / "sopkit"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(PACKAGE / "data.py", package)
    for module in ("__init__.py", "errors.py"):
        shutil.copy(PACKAGE / "model" / module, package / "model")
    return package


def run(site: Path, code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(site)!r}); {code}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_wheel_reads_its_own_copy(tmp_path: Path) -> None:
    package = installed(tmp_path / "site")
    (package / "_data" / "controls").mkdir(parents=True)
    done = run(tmp_path / "site", "from sopkit.data import shipped_folder as shipped; print(shipped('controls'))")
    assert (done.stdout.strip(), done.stderr) == (str(package / "_data" / "controls"), "")


def test_broken_install_says_what_to_do(tmp_path: Path) -> None:
    installed(tmp_path / "site")
    done = run(tmp_path / "site", "from sopkit.data import shipped_folder as shipped; shipped('controls')")
    assert done.stderr.endswith("SopkitError: the shipped folder `controls` is missing\n")
