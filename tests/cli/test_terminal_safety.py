"""A library whose every text, path, author and message holds what a terminal or the log of a pipeline obeys."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.handbook.hostile import library
from tests.repository import isolated

from sopkit.cli.app import PANELS

pytestmark = pytest.mark.slow

POISON = (
    "\x1b]0;owned\x07\x1b[35m\x1b[2J\x9b35m\x08\x7f\x0b\r \u202ea\u2066b\u200bc\u00add\u2028e\ufefff\U000e0041\U000e0100"
    " [red]x[/red] [link=https://evil.example]y[/link] :smile: ##vso[task.setvariable]x ##[add-mask]y\n::error::z"
)
COMMANDS = """
init new-\x1b[35m
new access-review --dry-run
new --id \x1b[35m ##vso[x
adopt DOCS --area access-control
adopt DOCS --area access-control --diff
lint
lint --fix --diff --unsafe --meaning
lint nothing-\x1b[35m
lint -f github
lint -f junit
lint -f sarif
explain SOP7\x1b[35m
render AC-001 -f html
render AC-001 -f markdown
build -o OUT
status
status -f csv
status -f json
status -f markdown
stale
stale --remind email --as-of 2025-04-03
stale --remind ics --as-of 2025-04-03
stale --remind markdown --as-of 2025-04-03
stale --remind slack --as-of 2025-04-03
history AC-001
diff AC-001 r1 r2
diff AC-001 r1 r2 -f html
diff AC-001 r1 r2 -f markdown
diff AC-001 \x1b[35m r2
review AC-001 --no-change --note x --yes
approve AC-002 --yes
verify
report trace RSK-001 -f csv
run list --all
run checklist AC-001
run show \x1b[35m
run start AC-001 --case \x1b[35m
exercise new AC-001 --draft
exercise list
train status
train status --each
train export --person ann
train plan --year 2025
train remind --all
train card it-operations -f markdown
train card \x1b[35m
train remind -f email --all
train plan --role \x1b[35m
train record \x1b[35m AC-001 --yes
train import registers/people.yaml --map person=\x1b[35m
quiz check
quiz export AC-001
quiz take \x1b[35m
feedback list
feedback close \x1b[35m --declined x
export csv -o TABLES
export json
control show A.5.18
register list risks
register check
register export risks
template show \x1b[35m
doctor
doctor --codeowners
schema \x1b[35m
nothing-\x1b[35m
""".strip().split("\n")
UNTRIED = {"demo", "serve", "lsp", "mcp"}
"""Commands that make a library of their own, or whose output is no text for people."""
IN_A_LOG = ("lint", "status", "stale", "history", "diff AC-001 r1 r2", "control show", "report trace", "review")
"""What a pipeline prints; not the documents, patches and tables that another program takes as they are."""
NOT_IN_A_LOG = ("lint --fix", "lint -f github", "lint -f sarif", "status -f json", "diff AC-001 r1 r2 -f html")

_DRIVER = """
import json, os, sys
from importlib import import_module
from sopkit.cli.app import PANELS, main
from sopkit.lint.formats import load_format
from sopkit.lint.rules import all_rules
modules = "adopt.adoption authoring.fix authoring.init_library diff.formats doctor.report exports.json handbook.build"
modules += " lifecycle.verify render.document reports.report tables.workbook"
for name in [f"cli.{name}" for names in PANELS.values() for name in names] + modules.split():
    import_module(f"sopkit.{name}")
import_module("sopkit.cli.console")._DELAY = 1e9  # no progress bar: it moves the cursor
all_rules(), load_format("sarif"), import_module("rich.console"), import_module("dateutil.relativedelta")
for words in json.loads(sys.argv[1]):
    sys.stdout.write("\\0"); sys.stdout.flush()
    child = os.fork()
    if not child:
        os.dup2(1, 2)
        sys.argv = ["sopkit", *words]
        try:
            main()
        except SystemExit as left:
            code = left.code
        except BaseException as error:
            print("ESCAPED EXCEPTION", repr(error)); code = 99
        sys.stdout.flush()
        os._exit(code or 0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.stdout.write(f"\\0{code}\\0"); sys.stdout.flush()
"""


class Shown(NamedTuple):
    code: int
    text: str


def run_all(root: Path, lines: list[str], *, terminal: bool) -> Mapping[str, Shown]:
    """What each command shows on a terminal or in a pipe, standard error as well."""
    places = {
        "DOCS": str(root.parent / "docs"),
        "OUT": str(root.parent / "site"),
        "TABLES": str(root.parent / "tables"),
    }
    words = [[places.get(word, word) for word in line.split(" ")] for line in lines]
    source = str(Path(sys.modules["sopkit"].__file__ or "").parent.parent)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": source,
        "TERM": "xterm",
        **isolated(root.parent / "nobody"),
    }
    command = [sys.executable, "-c", _DRIVER, json.dumps(words)]
    if terminal:
        screen, end = pty.openpty()
    else:
        screen, end = os.pipe()
    with subprocess.Popen(command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=end, stderr=end):
        os.close(end)
        seen = b""
        while part := _read(screen):
            seen += part
    os.close(screen)
    pieces = seen.split(b"\0")
    assert pieces[0] == b""
    texts = [Shown(int(code), text.decode()) for text, code in zip(pieces[1::3], pieces[2::3], strict=False)]
    return dict(zip(lines, texts, strict=True))


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:  # all have left
        return b""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    root = library(folder / "library", POISON)
    for key, value in (("name", "Ben Roy"), ("email", "ben@acme.example")):
        subprocess.run(["git", "-C", root, "config", f"user.{key}", value], check=True)
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\ncat <<'X'\n{POISON}\nX\nexit 1\n")
    hook.chmod(0o755)
    (folder / "docs").mkdir()
    (folder / "docs" / "a\x1b[35m.md").write_text(f"# {POISON}\n\n## {POISON}\n\n{POISON}\n")
    return root


_OURS = re.compile(r"\x1b\[(?:0|1|31|32|33|34|1;31|9;31|4;32)m")
_COMMAND = re.compile(r"^\s*::|##(?:vso)?\[", re.MULTILINE)


def test_a_terminal_obeys_nothing(hostile: Path) -> None:
    shown = run_all(hostile, COMMANDS, terminal=True)
    assert {line.split(" ")[0] for line in shown} >= {name for names in PANELS.values() for name in names} - UNTRIED
    assert {line for line, done in shown.items() if done.code not in {0, 1, 2}} == set()
    assert sum("owned" in done.text for done in shown.values()) > len(shown) // 2
    for line, done in shown.items():
        plain = _OURS.sub("", done.text.replace("\r\n", "\n"))
        assert sorted({char for char in plain if not char.isprintable() and char not in "\n\t "}) == [], line
        assert _COMMAND.findall(plain) == [], line
    assert "git did not commit" in shown["review AC-001 --no-change --note x --yes"].text
    assert (
        "[red]x[/red] [link=https://evil.example]y[/link] :smile:"
        in shown["review AC-001 --no-change --note x --yes"].text
    )


def test_the_log_of_a_pipeline_obeys_nothing(hostile: Path) -> None:
    lines = [line for line in COMMANDS if line.startswith(IN_A_LOG) and not line.startswith(NOT_IN_A_LOG)]
    for line, done in run_all(hostile, lines, terminal=False).items():
        assert _COMMAND.findall(done.text) == [], line
        assert "\x1b" not in done.text, line
