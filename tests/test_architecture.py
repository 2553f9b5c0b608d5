"""Imports go one way, each third-party library has its homes, and every module is known."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "sopkit"

LAYERS = (
    ("model",),
    ("data", "files", "parallel", "registry", "tables"),
    ("parsing",),
    ("git",),
    ("frameworks",),
    ("library",),
    ("diff", "registers"),
    ("analysis",),
    ("lifecycle",),
    ("lint",),
    ("reports",),
    ("exports", "render", "reminders"),
    ("doctor",),
    ("handbook",),
    ("authoring",),
    ("adopt",),
    ("lsp", "mcp"),
    ("docs",),
    ("cli",),
)
ANYWHERE = {"__init__", "__main__"}
HOMES = {
    "pydantic": {"model", "registers", "parsing", "frameworks", "lint", "mcp"},
    "pydantic_core": {"model"},
    "yaml": {"parsing"},
    "pyromark": {"parsing"},
    "git": {"git"},
    "gitdb": {"git"},
    "pathspec": {"git"},
    "dateutil": {"lifecycle"},
    "icalendar": {"reminders", "handbook"},
    "jinja2": {"render", "handbook", "authoring"},
    "markupsafe": {"render", "handbook"},
    "nh3": {"render"},
    "tomlkit": {"adopt"},
    "docx": {"authoring"},
    "mammoth": {"parsing"},
    "markdownify": {"parsing"},
    "bs4": {"parsing"},
    "mcp": {"mcp", "cli"},
    "mcp_types": {"mcp"},
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "watchfiles": {"handbook", "cli"},
    "openpyxl": {"tables"},
    "xlsxwriter": {"tables"},
    "typer": {"cli"},
    "rich": {"cli"},
}
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def modules() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(SRC.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path}: relative import"
            yield from (
                (f"{node.module}.{alias.name}" for alias in node.names) if node.module == "sopkit" else (node.module,)
            )


def faults(path: Path) -> list[str]:
    own = part_of(name_of(path))
    if own in ANYWHERE:
        return []
    if own not in LEVEL:
        return [f"{own} is in no layer; decide where it belongs"]
    found = []
    for imported in imports(path):
        top = imported.split(".")[0]
        if top == "sopkit":
            other = part_of(imported)
            if other == "__version__":
                continue
            if LEVEL.get(other, -1) > LEVEL[own]:
                found.append(f"{own} imports {other}, which is above it")
            elif other != own and LEVEL.get(other) == LEVEL[own]:
                found.append(f"{own} imports {other}, which is beside it")
        elif top in HOMES and own not in HOMES[top]:
            found.append(f"{own} imports {top}, whose home is {', '.join(sorted(HOMES[top]))}")
        elif top not in HOMES and top not in sys_modules():
            found.append(f"{own} imports {top}, which has no home")
    return found


def sys_modules() -> frozenset[str]:
    import sys

    return sys.stdlib_module_names


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_go_down(path: Path) -> None:
    assert faults(path) == []


@pytest.mark.parametrize(
    ("place", "text", "fault"),
    [
        ("parsing", "from sopkit.lint.engine import lint", "parsing imports lint, which is above it"),
        ("lint", "import git", "lint imports git, whose home is git"),
        ("git", "import requests", "git imports requests, which has no home"),
        ("helpers", "import os", "helpers is in no layer; decide where it belongs"),
    ],
)
def test_the_test_bites(place: str, text: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "sopkit" / place / "__init__.py"
    module.parent.mkdir(parents=True)
    module.write_text(text)
    monkeypatch.setattr(f"{__name__}.SRC", tmp_path / "sopkit")
    assert faults(module) == [fault]


def test_only_the_command_line_prints_exits_and_reads_the_clock() -> None:
    words = {"print", "exit", "input"}
    clock = {"today", "now", "utcnow", "time", "monotonic"}
    for path in modules():
        if part_of(name_of(path)) in {"cli", "__main__"}:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in words, f"{path}:{node.lineno}: {node.func.id}()"
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
            ):
                owner = node.func.value.id
                assert not (owner in {"date", "datetime", "time"} and node.func.attr in clock), f"{path}:{node.lineno}"


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "common", "misc", "manager"}
    assert [path for path in modules() if path.stem in empty] == []
