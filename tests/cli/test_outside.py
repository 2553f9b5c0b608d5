"""No command opens, lists, prints or changes anything outside of a library, wherever a symbolic link leads out of it.

Every place of a library is once a link to the same place of another library, in which everything bears a word that
is never printed. Two witnesses watch that other library: an audit hook of Python, which names the command, and
inotify of Linux, which sees git and compiled libraries as well.
"""

import ctypes
import json
import os
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from urllib.request import urlopen

import pytest
from tests.build import COMPLETE, PATH, REGISTERS, complete, write
from tests.repository import GitRepository, isolated
from typer.main import get_command

from sopkit.cli.app import BUG, app
from sopkit.reports import report_names

SECRET = "CanaryWord"
AUDITED = Path(__file__).with_name("audited.py")
PNG = b"\x89PNG\r\n\x1a\n" + SECRET.encode()
FRAMEWORK = f"id: own\ntitle: {SECRET}\nedition: '1'\npublisher: {SECRET}\nstatus: current\ncontrols:\n  - id: X-1\n    title: {SECRET}\n"
ENTRY = "ledger/sops/AC-001/2025-01-05-review-ann-0123456789ab.yaml"
THEME = {"css": "theme/own.css", "logo": "theme/logo.png", "templates": "theme/pages"}
STEPS = "\n## Purpose\n\n![A map](map.png)\n\nGive people the access that their work needs.\n"

INSIDE: dict[str, str | bytes] = {
    "sopkit.toml": "",
    PATH: complete(STEPS),
    **REGISTERS,
    "doc.md": "# Lend a laptop\n\nText, ![a picture](picture.png).\n\n1. Ask the owner.\n2. Hand it over.\n",
    "rows.csv": "id,title\nV-1,Vendor\n",
}
OUTSIDE: dict[str, str | bytes] = {
    "sopkit.toml": f"[library]\nname = '{SECRET}'\nkey = {SECRET}\n",
    "sops/access-control/ac-002.md": COMPLETE.replace("AC-001", "AC-002").replace("Grant access", SECRET),
    "sops/more/ac-003.md": COMPLETE.replace("AC-001", "AC-003").replace("Grant access", SECRET),
    "sops/access-control/map.png": PNG,
    **{
        f"registers/{name}.yaml": f"- id: {SECRET}\n  title: {SECRET}\n  broken: [{SECRET}\n"
        for name in ("people", "roles", "policies", "assets", "risks", "vendors", "glossary", "exceptions", "external")
    },
    "registers/soa.yaml": f"- control: A.5.18\n  reason: {SECRET}\n",
    "controls/own.yaml": FRAMEWORK,
    "controls/mapping-own.yaml": f"{SECRET}: [\n",
    "templates/own.md": f"---\ntitle: {SECRET}\n---\n---\n{SECRET}\n",
    "templates/registers/roles.yaml": f"- id: {SECRET}\n",
    "theme/own.css": f"/* {SECRET} */",
    "theme/logo.png": PNG,
    "theme/pages/areas.html.j2": SECRET,
    "known.txt": f"# sopkit baseline 1\n{SECRET}\n",
    "quizzes/AC-001.yaml": f"sop: AC-001\nabout: {SECRET}\n",
    ENTRY: f"schema: sopkit/entry/1\nnote: {SECRET}\n",
    ".github/CODEOWNERS": f"* @{SECRET}\n",
    ".github/workflows/sopkit.yml": f"{SECRET}: [sopkit lint\n",
    ".gitlab-ci.yml": f"{SECRET}: [sopkit lint\n",
    ".gitignore": f"{SECRET}\n",
    "sops/.gitignore": f"{SECRET}\n",
    ".mailmap": f"{SECRET} <ann@acme.example>\n",
    ".gitattributes": f"{SECRET} text\n",
    "picture.png": PNG,
    "runs/open/T-1.yaml": f"next: {SECRET}\n",
    "exercises/scenarios/own.yaml": f"title: {SECRET}\n",
    "README.md": f"{SECRET}\n",
}
FILES = sorted(
    OUTSIDE.keys() - {"sopkit.toml"} - {path for path in OUTSIDE if path.startswith(("controls/", "theme/"))}
)
FOLDERS = ("sops/more", "registers", "ledger/sops", "templates", "quizzes", ".github/workflows", "theme")
GIT_READS = {".gitignore", "sops/.gitignore", ".mailmap", ".gitattributes"}  # and waits, where that is a pipe
PIPES = tuple(path for path in FILES if path not in GIT_READS)
PARENTS = ("ledger", "templates/registers", ".github", "sops/more", "quizzes", "registers/policies.yaml")
READERS = ("lint", "build", "doctor", "control list", "control check")
"""Commands that between them read every place; where one place is a link, the others stop as these do."""


@dataclass(frozen=True)
class HostileLibrary:
    """What of a library is a link or a pipe, what sopkit.toml says, and which commands are called there; none: all."""

    links: tuple[str, ...]
    config: str = ""
    commands: tuple[str, ...] = READERS
    pipes: bool = False


LIBRARIES = {
    "files": HostileLibrary(tuple(FILES), "", ()),
    "folders": HostileLibrary(FOLDERS, "", ()),
    "parents": HostileLibrary(PARENTS, "", (*READERS, "new", "adopt", "review", "approve", "verify", "register init")),
    "controls": HostileLibrary(("controls",), "", (*READERS, "control import")),
    "framework": HostileLibrary(
        ("controls/own.yaml", "controls/mapping-own.yaml"), '[library]\nframeworks = ["own"]\n', (*READERS, "export")
    ),
    "configuration": HostileLibrary(("sopkit.toml",), "", (*READERS, "adopt")),
    "baseline": HostileLibrary(("known.txt",), '[lint]\nbaseline = "known.txt"\n', ("lint", "report")),
    **{
        f"theme {key}": HostileLibrary((path,), f'[handbook]\n{key} = "{path}"\n', ("build",))
        for key, path in THEME.items()
    },
    "page": HostileLibrary(("theme/pages/areas.html.j2",), '[handbook]\ntemplates = "theme/pages"\n', ("build",)),
    "pipes": HostileLibrary(PIPES, "", (*READERS, "new", "adopt", "stale", "register list"), pipes=True),
    "theme": HostileLibrary(("theme",), '[handbook]\ncss = "theme/own.css"\n', ("build",)),
}

COMMANDS = {
    "init": "init TMP/bare -y",
    "new": "new own -y --id AC-100; new access-provisioning -y --id AC-101; new -y --interview Sales -o TMP/form.md",
    "adopt": "adopt doc.md --write; adopt . --dry-run; adopt doc.md --in-place-legacy --write",
    "lint": "lint; lint --fix --unsafe --meaning; lint --write-baseline; lint --profile audit --changed HEAD",
    "explain": "explain SOP001",
    "render": "render AC-001; render AC-001 --at 2026-01-29",
    "build": "build -o TMP/site --with-drafts --tree-only",
    "serve": "",
    "status": "status",
    "stale": "stale; stale --tree-only; stale --remind email --all",
    "history": "history AC-001; history AC-002",
    "diff": "diff AC-001",
    "review": "review AC-001 --note Good. -y --as ann; review AC-001 --note Good. -y --as ann --no-commit",
    "approve": "approve AC-001 --note Good. -y --as ann",
    "verify": "verify",
    "report": "; ".join(f"report {'trace AC-001' if name == 'trace' else name}" for name in report_names()),
    "run start": "run start AC-001 --as ann",
    "run resume": "run resume; run resume T-1 --as ann",
    "run list": "run list --all",
    "run show": "run show T-1",
    "run checklist": "run checklist AC-001",
    "run record": "run record doc.md --as ann -y",
    "run import": "run import AC-001 rows.csv --system desk --map case=id,started=title --as ann",
    "exercise new": "exercise new --list; exercise new AC-001 --draft -o TMP/sheet.md",
    "exercise record": "exercise record doc.md --as ann -y",
    "exercise list": "exercise list",
    "feedback add": "feedback add AC-001 --text Unclear. --as ann",
    "feedback list": "feedback list",
    "feedback close": "feedback close x.yaml --declined No. --as ann -y",
    "feedback import": "feedback import rows.csv --as ann",
    "train status": "train status; train status --each",
    "train acknowledge": "train acknowledge AC-001 --as ann -y",
    "train record": "train record ann AC-001 --as ann -y",
    "quiz check": "quiz check; quiz check AC-001",
    "quiz export": "quiz export AC-001 -f gift",
    "quiz take": "quiz take AC-001 --no-record",
    "train plan": "train plan; train plan --sheet 2027-Q1 --role line-manager -o TMP/sheet.csv",
    "train remind": "train remind --all; train remind -f email --all",
    "train card": "train card line-manager; train card --all -o TMP/cards",
    "train session": "train session rows.csv --as ann --dry-run",
    "train export": "train export --person ann",
    "train import": "train import rows.csv --as ann --dry-run",
    "export": "export json; export csv -o TMP/tables",
    "control check": "control check",
    "control import": "control import rows.csv --id own-1 --columns id=id,title=title",
    "control list": "control list; control list own",
    "control show": "control show A.5.18; control show X-1",
    "control map": "control map A.5.18 --to soc2-tsc-2017",
    "register check": "register check",
    "register list": "register list; register list roles; register list soa",
    "register init": "register init; register init soa",
    "register import": "register import vendors rows.csv",
    "register export": "register export people roles -o TMP/registers; register export soa",
    "template list": "template list",
    "template show": "template show own",
    "demo": "",  # reads no library
    "doctor": "doctor; doctor --codeowners; doctor --codeowners --write",
    "schema": "schema",
    "lsp": "",
    "mcp": "",
}
"""Calls of each command, as somebody types them in the library; servers have tests of their own below."""


def test_every_command_is_called() -> None:
    def names(command: object, words: tuple[str, ...]) -> Iterator[str]:
        if not hasattr(command, "list_commands"):
            yield " ".join(words)
            return
        for name in command.list_commands(None):
            yield from names(command.get_command(None, name), (*words, name))  # type: ignore[attr-defined] - a group

    assert sorted(COMMANDS) == sorted(names(get_command(app), ()))


class Watch:
    """What the kernel saw in a folder and below it; nothing on systems without inotify."""

    EVENTS = 0xFFF & ~0x18  # all of IN_ALL_EVENTS but IN_CLOSE_*, which follow on IN_OPEN

    def __init__(self, top: Path) -> None:
        self.folders: dict[int, Path] = {}
        if sys.platform != "linux":
            return
        libc = ctypes.CDLL(None, use_errno=True)
        self.handle = libc.inotify_init1(os.O_NONBLOCK)
        for folder in (top, *(path for path in top.rglob("*") if path.is_dir())):
            self.folders[libc.inotify_add_watch(self.handle, os.fsencode(folder), self.EVENTS)] = folder

    def seen(self) -> set[str]:
        found, data = set(), b""
        while self.folders:
            try:
                data += os.read(self.handle, 65536)
            except BlockingIOError:
                break
        while data:
            number, mask, _, size = struct.unpack_from("iIII", data)
            name = data[16 : 16 + size].rstrip(b"\0").decode()
            found.add(f"{self.folders[number] / name} {mask:#x}")
            data = data[16 + size :]
        return found

    def close(self) -> None:
        if self.folders:
            os.close(self.handle)


def make_library(folder: Path, hostile: HostileLibrary) -> None:
    """A library, committed, in which places are links to the same places of `outside`."""
    links, config = hostile.links, hostile.config
    root, outside = folder / "library", folder / "outside"
    repository = GitRepository.start(root)
    for path, content in OUTSIDE.items():
        write(outside, path, content)
    for path in (*INSIDE, *OUTSIDE):
        link = next((one for one in (path, *map(str, Path(path).parents)) if one in links), "")
        if link and not os.path.lexists(root / link):
            (root / link).parent.mkdir(parents=True, exist_ok=True)
            os.mkfifo(root / link) if hostile.pipes else (root / link).symlink_to(outside / link)
        elif not link and path in INSIDE:
            write(root, path, config if path == "sopkit.toml" else INSIDE[path])
    for path in ("README.md", ".gitattributes", "templates/registers", "registers"):  # for init
        (folder / "made/bare" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "made/bare" / path).symlink_to(outside / path)
    repository.git("config", "user.name", "Ann Lee")
    repository.git("config", "user.email", "ann@acme.example")
    repository.git("add", "-A", "-f")
    repository.git("commit", "-q", "-m", "All")


def calls_in(folder: Path, name: str) -> list[list[str]]:
    """The words of each call in a library."""
    commands = LIBRARIES[name].commands or tuple(COMMANDS)
    calls = [call.split() for command in commands for call in COMMANDS[command].split("; ") if call]
    return [[word.replace("TMP", str(folder / "made")) for word in call] for call in calls]


def read_all(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path: path.read_bytes() for path in files if ".git" not in path.parts}


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT", "CI"))}
    return kept | isolated(folder) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@dataclass(frozen=True)
class Outcome:
    """What the calls in one library did: words, exit code, what was touched outside, what was printed."""

    calls: list[tuple[list[str], int, list[str], str]]
    seen: set[str]  # by the kernel
    changed: bool  # outside
    written: dict[Path, bytes]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """All calls in all libraries, in one process: most of the time goes into its start."""
    top = tmp_path_factory.mktemp("libraries")
    folders = {name: top / name.replace(" ", "-") for name in LIBRARIES}
    for name, folder in folders.items():
        make_library(folder, LIBRARIES[name])
    before = {name: read_all(folder / "outside") for name, folder in folders.items()}
    watches = {name: Watch(folder / "outside") for name, folder in folders.items()}
    calls = [(name, words) for name, folder in folders.items() for words in calls_in(folder, name)]
    runs = [(str(folders[name] / "library"), words) for name, words in calls]
    done = subprocess.run(
        [sys.executable, AUDITED],
        input=json.dumps(runs).encode(),
        capture_output=True,
        env=environment(top),
        timeout=240,  # a command that waits for a pipe would never end
    )
    assert not done.returncode, done.stderr.decode()
    seen = {name: watch.seen() for name, watch in watches.items()}
    results = json.loads(done.stdout)
    found = {}
    for name, folder in folders.items():
        watches[name].close()
        mine = [(words, *result) for (one, words), result in zip(calls, results, strict=True) if one == name]
        changed = read_all(folder / "outside") != before[name]
        found[name] = Outcome(mine, seen[name], changed, read_all(folder / "library") | read_all(folder / "made"))
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="links")
@pytest.mark.parametrize("name", LIBRARIES)
def test_no_command_follows_a_link_out_of_the_library(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[name]
    assert [(words, touched) for words, _, touched, _ in outcome.calls if touched] == []
    assert (outcome.seen, outcome.changed) == (set(), False)
    assert [(words, text) for words, _, _, text in outcome.calls if SECRET in text] == []
    assert [path for path, data in outcome.written.items() if SECRET.encode() in data] == []
    assert [(words, text) for words, code, _, text in outcome.calls if code == BUG] == []


SERVED = HostileLibrary((*(one for one in PARENTS if one != "ledger"), "ledger/sops", "sops/access-control/map.png"))


def lsp_messages(root: Path) -> bytes:
    document = {"uri": (root / PATH).as_uri()}
    text = (root / PATH).read_text("utf-8")
    at = {"textDocument": document, "position": {"line": 1, "character": 5}}
    asked: list[tuple[str, dict[str, object]]] = [
        ("initialize", {"capabilities": {}, "processId": None, "rootUri": root.as_uri()}),
        ("textDocument/hover", at),
        ("textDocument/completion", at),
        ("textDocument/rename", {**at, "newName": "AC-055"}),
        ("textDocument/documentSymbol", {"textDocument": document}),
        ("workspace/symbol", {"query": SECRET}),
    ]
    opened = {"textDocument": {**document, "languageId": "markdown", "version": 1, "text": text}}
    messages: list[dict[str, object]] = [
        {"id": number, "method": method, "params": params} for number, (method, params) in enumerate(asked)
    ]
    messages.insert(1, {"method": "initialized", "params": {}})
    messages.insert(2, {"method": "textDocument/didOpen", "params": opened})
    bodies = (json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages)
    return b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)


def mcp_messages(_: Path) -> bytes:
    begin = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    tools: dict[str, dict[str, object]] = {
        "get_sop": {"sop": "AC-001", "unapproved": True},
        "sops_for_control": {"control": "A.5.18"},
        "stale_sops": {},
        "duties_of_role": {"role": "it operations"},
    }
    messages: list[dict[str, object]] = [
        {"id": 0, "method": "initialize", "params": begin},
        {"method": "notifications/initialized"},
        *(
            {"id": number, "method": "tools/call", "params": {"name": name, "arguments": given}}
            for number, (name, given) in enumerate(tools.items(), 1)
        ),
    ]
    return b"".join(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n" for message in messages)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="links")
@pytest.mark.parametrize(
    ("command", "messages", "answered"),
    [("lsp", lsp_messages, b'"newText": "AC-055"'), ("mcp", mcp_messages, b"AC-001 1.0, Procedure, step 3")],
)
def test_no_server_follows_a_link_out_of_the_library(
    tmp_path: Path, command: str, messages: Callable[[Path], bytes], answered: bytes
) -> None:
    make_library(tmp_path, SERVED)
    root = tmp_path / "library"
    watch = Watch(tmp_path / "outside")
    given, answers = messages(root), b""
    with start(command, root) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(given)
        process.stdin.flush()
        while set(_ID.findall(answers)) < set(_ID.findall(given)):
            answers += process.stdout.read1(65536)  # type: ignore[attr-defined] - it is buffered
        errors = process.communicate()[1]
    seen = watch.seen()
    watch.close()
    assert answered in answers
    assert (seen, b"TOUCHED" in errors, SECRET.encode() in answers + errors) == (set(), False, False)


_ID = re.compile(rb'"id": ?(\d+)')


def start(command: str, root: Path) -> "subprocess.Popen[bytes]":
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, AUDITED, *command.split()], cwd=root, env=environment(root.parent), **pipes
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_the_preview_follows_no_link_out_of_the_library(tmp_path: Path) -> None:
    make_library(tmp_path, SERVED)
    root = tmp_path / "library"
    watch = Watch(tmp_path / "outside")
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with start(f"serve --port {port}", root) as process:
        assert process.stdout is not None
        opened = next(line for line in process.stdout if line.startswith(b"open "))
        address = opened.split()[1].rstrip(b";").decode()
        with urlopen(address) as page:
            text = page.read()
        write(root, "sops/access-control/ac-004.md", COMPLETE.replace("AC-001", "AC-004"))
        line = next(line for line in process.stdout if line.endswith(b" changed\n"))
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate()
    seen = watch.seen()
    watch.close()
    assert b"Grant access" in text
    assert line == b"sops/access-control/ac-004.md changed\n"
    assert (seen, b"TOUCHED" in errors) == (set(), False)
    assert SECRET.encode() not in text + rest + errors
