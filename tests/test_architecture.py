"""Imports go one way, each third-party library has its homes, and names and sizes keep the codebase easy to enter."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

SRC = Path(__file__).parent.parent / "src" / "sopkit"

LAYERS = (
    ("model",),
    ("data", "files", "parallel", "reading", "registry", "tables"),
    ("parsing",),
    ("git",),
    ("frameworks",),
    ("library",),
    ("diff", "registers"),
    ("analysis",),
    ("lifecycle",),
    ("practice",),
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
    "docx": {"authoring", "render"},
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


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a module; the module itself is the first."""
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def imports(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
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


def test_imports_go_down() -> None:
    assert {name: found for name, path in BY_NAME.items() if (found := faults(path))} == {}


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
        for node in nodes_of(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in words, f"{path}:{node.lineno}: {node.func.id}()"
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
            ):
                owner = node.func.value.id
                assert not (owner in {"date", "datetime", "time"} and node.func.attr in clock), f"{path}:{node.lineno}"


MAX_LOOSE_MODULES, MAX_LINES, MIN_MEDIAN = 7, 400, 60
VAGUE = {"utils", "helpers", "common", "misc", "manager"}
PARTICIPLE = re.compile(r"told|said|shown|known|begun|made|held|given|taken|found|[a-z]+ed")


def internal_imports(path: Path) -> Iterator[tuple[str, str]]:
    """The module of ours that each import reads, and the name that it takes from there."""
    for node in nodes_of(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sopkit":
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield (submodule if submodule in BY_NAME else node.module or ""), alias.name


BY_NAME = {name_of(path): path for path in modules()}


def is_private(name: str) -> bool:
    return any(word.startswith("_") and not word.startswith("__") for word in name.split("."))


def test_nothing_private_is_imported_from_another_package() -> None:
    assert [
        f"{module} imports {source}.{name}"
        for module, path in BY_NAME.items()
        for source, name in internal_imports(path)
        if part_of(source) != part_of(module) and (is_private(source) or is_private(name))
    ] == []


def cycles(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """The modules that import themselves through others, with what each imports of these."""
    left = {module: found & graph.keys() for module, found in graph.items()}
    while True:
        imported = set().union(*left.values())
        kept = {
            module: found & left.keys() for module, found in left.items() if found & left.keys() and module in imported
        }
        if kept == left:
            return kept
        left = kept


def test_no_module_imports_itself_through_others() -> None:
    graph = {module: {source for source, _ in internal_imports(path)} - {module} for module, path in BY_NAME.items()}
    assert cycles(graph) == {}
    assert cycles({"a": {"b"}, "b": {"a", "d"}, "c": {"a"}, "d": set()}) == {"a": {"b"}, "b": {"a"}}


def test_no_two_public_classes_share_a_name() -> None:
    places: dict[str, list[str]] = {}
    for module, path in BY_NAME.items():
        tree = nodes_of(path)[0]
        for node in tree.body if isinstance(tree, ast.Module) else ():
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(module)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_modules_are_named_with_nouns() -> None:
    names = {path.stem for path in modules() if not re.match(r"sop\d{3}_", path.stem)}
    assert sorted(name for name in names if name in VAGUE or PARTICIPLE.fullmatch(name)) == []
    assert PARTICIPLE.fullmatch("judged")


def test_there_are_few_loose_modules() -> None:
    assert len([path for path in SRC.glob("*.py") if not path.stem.startswith("__")]) <= MAX_LOOSE_MODULES


def test_a_file_covers_one_idea_and_can_be_read_in_one_go() -> None:
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {str(path): size for path, size in sizes.items() if size > MAX_LINES} == {}
    packages: dict[str, list[int]] = {}
    for path, size in sizes.items():
        if path.parent != SRC and path.stem != "__init__":
            packages.setdefault(part_of(name_of(path)), []).append(size)
    assert {name: median(found) for name, found in packages.items() if median(found) < MIN_MEDIAN} == {}


OPENERS = {
    "open",
    "read_text",
    "read_bytes",
    "iterdir",
    "glob",
    "rglob",
    "scandir",
    "listdir",
    "walk",
    "copyfile",
    "copy2",
}
SHIPPED = "reads what sopkit ships"
NAMED = "reads what the user names on the command line"
GIT = "reads git's own folder, or what git was asked to write"
MADE = "reads back what sopkit has just written"
OTHER_OPENERS = {
    "adopt.documents": NAMED,
    "authoring.demo": SHIPPED,
    "authoring.init_files": SHIPPED,
    "authoring.interview.answers": NAMED,
    "cli.adopt_run": NAMED,
    "cli.app": "opens /dev/null",
    "cli.approve": NAMED,
    "cli.console": "opens standard output once more",
    "cli.lint": NAMED,
    "frameworks.loader": SHIPPED,
    "git.checkout": GIT,
    "git.ignore": "lists the folders of a library, and enters no link",
    "git.journal": GIT,
    "git.repository": GIT,
    "git.signatures": MADE,
    "git.transaction": "reads git's own folder, and files of the library after it refused links",
    "handbook.build": MADE,
    "handbook.publish": MADE,
    "handbook.sandbox": SHIPPED,
    "handbook.search.passages": SHIPPED,
    "handbook.serve": SHIPPED,
    "handbook.theme": SHIPPED,
    "handbook.translations": SHIPPED,
    "lifecycle.cache": GIT,
    "lifecycle.library_at_commit": GIT,
    "lifecycle.record.approval_import": NAMED,
    "lifecycle.record.entries": "reads the user's own ssh key",
    "parsing.lexicon": SHIPPED,
    "parsing.template": SHIPPED,
    "practice.scenarios": SHIPPED,
    "render.document": SHIPPED,
    "tables.reader": NAMED,
}
"""The modules that open files by themselves, and which: all others have those of a library from `files`."""
NO_FILES = {"cli.new", "diff.outline", "lsp.server", "parsing.word", "reminders.transports", "tables.xlsx_reader"}
"""Modules whose `open` opens no file of the disk."""


def opens_files(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        of_os = isinstance(node.value, ast.Name) and node.value.id == "os"
        return node.attr in OPENERS if node.attr != "walk" else of_os
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"


def test_one_module_opens_the_files_of_a_library() -> None:
    found = {name for name, path in BY_NAME.items() if any(map(opens_files, nodes_of(path)))}
    assert {name.removeprefix("sopkit.") for name in found} - NO_FILES == {"files", "reading", *OTHER_OPENERS}
