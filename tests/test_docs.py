"""The generated pages are what the code says now, and the hand-written ones name what exists."""

import json
import re
from pathlib import Path

import pytest

from sopkit.cli.app import PANELS
from sopkit.cli.reference import format_cli_page
from sopkit.docs import pages, schemas
from sopkit.lint.rules import all_rules

ROOT = Path(__file__).parent.parent
PAGES = dict(pages())


@pytest.mark.parametrize("name", [*PAGES, "cli.md"])
def test_generated_page_is_current(name: str) -> None:
    text = format_cli_page() if name == "cli.md" else PAGES[name]
    assert (ROOT / "docs" / name).read_text("utf-8") == text, "run: make docs"


def test_nothing_else_is_generated() -> None:
    made = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.json")}
    assert made == {name for name in PAGES if name.endswith(".json")}


@pytest.mark.parametrize("name", list(schemas()))
def test_schemas_are_schemas(name: str) -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(json.loads(PAGES[f"schemas/{name}.schema.json"]))


def test_a_default_of_a_schema_is_what_people_type() -> None:
    review = schemas()["config"]["$defs"]["ReviewTable"]["properties"]
    assert review["due_soon"]["default"] == "30 days"
    mark = schemas()["front-matter"]["$defs"]["TrainingNeed"]["properties"]["pass_mark"]["anyOf"][0]
    assert (mark["minimum"], mark["maximum"]) == (0, 100)


def test_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for command in [name for names in PANELS.values() for name in names if name != "schema"]:
        assert f"sopkit {command}" in readme


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
    ],
)
def test_links_of_pages_lead_somewhere(name: str) -> None:
    page = ROOT / name
    text = re.sub(r"^(`{3,})[^\n]*\n.*?^\1", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


def test_rule_codes_in_pages_exist() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "docs" / "staleness.md"):
        for code in re.findall(r"\bSOP\d{3}\b", page.read_text("utf-8")):
            assert code in all_rules()


def test_changelog_counts_the_rules() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"{len(all_rules())} rules" in text


def test_each_sentence_about_practice_names_a_test_that_is_there() -> None:
    page = (ROOT / "docs" / "practice.md").read_text()
    named = re.findall(r"^\| .* \| `(test_\w+)` \|$", page, re.MULTILINE)
    tests = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 20
    assert [name for name in named if f"def {name}(" not in tests] == []
