"""The action, the pipelines of `sopkit init` and those of the page about CI: valid for their makers' schemas."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sopkit.authoring.init_files import InitOptions, format_forge_files
from sopkit.git.checkout import Forge

ROOT = Path(__file__).parents[2]
PAGES = ("docs/ci.md", "docs/publish.md", "docs/reminders.md", "README.md")
SCHEMAS = {
    "action.yml": "vendor.github-actions",
    ".github/workflows/": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    "azure-pipelines.yml": "vendor.azure-pipelines",
    "bitbucket-pipelines.yml": "vendor.bitbucket-pipelines",
}
_BLOCK = re.compile(r"^```yaml\n# (\S+\.ya?ml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shipped() -> Iterator[tuple[str, str, str]]:
    """Where each file comes from, its name, and its text."""
    yield "the repository", "action.yml", (ROOT / "action.yml").read_text()
    for page in PAGES:
        for name, text in _BLOCK.findall((ROOT / page).read_text()):
            if schema_of(name):
                yield page, name, text
    for forge in (Forge.GITHUB, Forge.GITLAB):
        for folder in ("", 'my docs/it\'s "isms"'):
            for name, text in format_forge_files(InitOptions(forge=forge), folder).items():
                if schema_of(name):
                    yield f"init in {folder or 'the top'}", name, text


def schema_of(name: str) -> str:
    return next((schema for start, schema in SCHEMAS.items() if name.startswith(start)), "")


EVERY = list(shipped())


def file_of(root: Path, name: str, text: str) -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_every_kind_of_pipeline_is_there() -> None:
    assert {schema_of(name) for _, name, _ in EVERY} == set(SCHEMAS.values())


@pytest.mark.slow
@pytest.mark.parametrize("schema", SCHEMAS.values())
def test_the_schema_of_its_maker_takes_all(schema: str, tmp_path: Path) -> None:
    shaped = [row for row in EVERY if schema_of(row[1]) == schema]
    files = [file_of(tmp_path / str(number), name, text) for number, (_, name, text) in enumerate(shaped)]
    words = ["--regex-variant", "python", "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", *words], capture_output=True, text=True)
    sources = {str(file): source for file, (source, _, _) in zip(files, shaped, strict=True)}
    assert done.returncode == 0, f"{sources}: {done.stdout}{done.stderr}"


def test_the_schema_bites(tmp_path: Path) -> None:
    file = file_of(tmp_path, "action.yml", EVERY[0][2].replace("using: composite", "using: magic"))
    words = ["check_jsonschema", "--builtin-schema", "vendor.github-actions", str(file)]
    assert subprocess.run([sys.executable, "-m", *words], capture_output=True).returncode == 1


def test_a_security_linter_of_workflows_finds_nothing(tmp_path: Path) -> None:
    linted = [row for row in EVERY if schema_of(row[1]).startswith("vendor.github")]
    files = [file_of(tmp_path / str(number), name, text) for number, (_, name, text) in enumerate(linted)]
    words = [str(Path(sys.executable).parent / "zizmor"), "--offline", "--no-progress", *map(str, files)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_security_linter_bites(tmp_path: Path) -> None:
    bad = EVERY[0][2].replace('"$REQUIREMENT"', "${{ inputs.requirement }}")
    words = [str(Path(sys.executable).parent / "zizmor"), "--offline", str(file_of(tmp_path, "action.yml", bad))]
    assert "template-injection" in subprocess.run(words, capture_output=True, text=True).stdout


def test_the_action_uses_no_other_action() -> None:
    assert "uses:" not in (ROOT / "action.yml").read_text()
