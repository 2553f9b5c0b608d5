"""What assistants are answered, asked by the reference client: in this process, or over standard input and output."""

import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.build import COMPLETE, PATH, REGISTERS, complete
from tests.repository import ANN, BEN, GitRepository

from mcp import Client, StdioServerParameters
from sopkit.git.repository import blob_id
from sopkit.lifecycle.snapshot import SnapshotReader
from sopkit.mcp.queries import open_published_library
from sopkit.mcp.server import create_server
from sopkit.model.config import Config
from sopkit.model.entry import LEDGER, Entry
from sopkit.model.sop_document import Classification
from sopkit.parsing.entry import entry_file_name, write_entry

SECRET = "canary"
HIDDEN = "sops/access-control/ac-009-canary-name.md"
STEPS = """
## Procedure

1. **Line manager**: Ask for access in Jira.
2. **Asset owner**: Approve the request.
   - Control: A.5.18
3. **IT operations**: Grant the access within 4 hours. <!-- canary in a comment -->
"""


def approval(text: str) -> dict[str, str | bytes | None]:
    """The entry by which Ann approves a text."""
    snapshot = SnapshotReader(Config()).read(text.encode())
    entry = Entry.model_validate(
        {"schema": "sopkit/entry/1", "kind": "approval", "id": snapshot.id, "digest": snapshot.digest}
        | {"blob": blob_id(text.encode()), "version": snapshot.version, "by": "ann", "date": "2026-01-05"}
        | {"role": "security-lead"}
    )
    written = write_entry(entry)
    return {f"{LEDGER}/{snapshot.id}/{entry_file_name(entry, written)}": written}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """AC-001 approved and edited since, AC-002 never approved, AC-009 restricted with a canary in every part."""
    root = tmp_path_factory.mktemp("library") / "isms"
    repository = GitRepository.start(root)
    first = complete(STEPS)
    second = complete(id="AC-002", title="Lend a laptop", status="trial").replace("Okta", "Kandji")
    hidden = COMPLETE.replace("AC-001", "AC-009").replace("Grant access", f"{SECRET} title")
    hidden = hidden.replace("status: active", f"status: active\nclassification: restricted\ntags: [{SECRET}]")
    hidden = hidden.replace("Okta", f"{SECRET}").replace("Access ticket", f"{SECRET} record")
    registers = {name: text.encode() for name, text in REGISTERS.items()}
    files = {"sopkit.toml": b"", **registers, PATH: first, PATH.replace("001", "002"): second, HIDDEN: hidden}
    repository.commit("2026-01-02", dict(files), author=BEN, message=f"{SECRET} message")
    repository.commit("2026-01-05", approval(first) | approval(hidden), author=ANN)
    changed = first.replace("Ask for access", "Beg for access").replace('version: "1.0"', 'version: "1.1"')
    repository.commit("2026-02-02", {PATH: changed}, author=BEN)
    return root


Ask = Callable[[Client], Awaitable[Any]]
DAY = date(2026, 11, 24)


def session(root: Path, ask: Ask, classification: Classification = Classification.INTERNAL) -> Any:
    """What a client gets to hear from a server of its own in this process."""
    server = create_server(lambda: open_published_library(root, DAY, DAY, classification))

    async def talk() -> Any:
        async with Client(server) as client:
            return await ask(client)

    return anyio_run(talk)


def session_with_process(root: Path, ask: Ask, *words: str) -> Any:
    """What a client gets to hear from `sopkit mcp`, which it starts."""
    given = ["-m", "sopkit", "mcp", "-C", str(root), "--as-of", str(DAY), *words]

    async def talk() -> Any:
        async with Client(StdioServerParameters(command=sys.executable, args=given, env=dict(os.environ))) as client:
            return await ask(client)

    return anyio_run(talk)


def anyio_run(talk: Callable[[], Awaitable[Any]]) -> Any:
    with ThreadPoolExecutor(1) as pool:  # a browser of other tests may have this thread's event loop
        return pool.submit(anyio.run, talk).result()


def call(root: Path, tool: str, given: dict[str, Any]) -> Any:
    """The structured answer of a tool, or its error."""
    return content(session(root, lambda client: client.call_tool(tool, given)))


def content(result: Any) -> Any:
    if result.is_error:
        return result.content[0].text
    answer = result.structured_content
    return answer.get("result", answer) if set(answer) == {"result"} else answer


@pytest.mark.slow
def test_the_command_serves_a_client_that_starts_it(library: Path) -> None:
    async def ask(client: Client) -> Any:
        return (await client.list_tools()).tools, content(await client.call_tool("search_sops", {"words": "access"}))

    tools, found = session_with_process(library, ask)
    assert {tool.name for tool in tools} == {
        "search_sops",
        "get_sop",
        "sops_for_control",
        "stale_sops",
        "duties_of_role",
    }
    assert found[0]["sop"] == "AC-001"
    _, found = session_with_process(library, ask, "--classification", "public")
    assert found == []  # public means what says so


def test_the_tools_are_described_and_read_only(library: Path) -> None:
    async def ask(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = session(library, ask)
    assert len(tools) == 5
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.description
        assert tool.output_schema
        assert all(part.get("description") for part in tool.input_schema["properties"].values())


def test_an_sop_is_given_as_approved_with_places_to_cite(library: Path) -> None:
    sop = call(library, "get_sop", {"sop": "ac-001"})
    assert (sop["approved"], sop["version"], sop["state"]) == (True, "1.0", "never-reviewed")
    assert sop["approval"] == "Approved on 2026-01-05 by Ann Lee (E1), in force since 2026-01-05."
    assert sop["steps"][0] == {
        "cite": "AC-001 1.0, Procedure, step 1",
        "number": "1",
        "actor": "Line manager",
        "text": "Ask for access in Jira.",
        "within": [],
        "expects": [],
        "evidence": [],
        "otherwise": "",
    }
    assert [section["heading"] for section in sop["sections"]] == [
        *("Purpose", "Scope", "Roles", "Inputs", "Procedure", "Records", "References"),
    ]
    assert SECRET not in json.dumps(sop)


def test_what_nobody_approved_is_given_only_when_asked_for(library: Path) -> None:
    sop = call(library, "get_sop", {"sop": "AC-002"})
    assert (sop["approved"], sop["sections"], sop["steps"]) == (False, [], [])
    assert sop["note"].startswith("No approved text")
    sop = call(library, "get_sop", {"sop": "AC-002", "unapproved": True})
    assert len(sop["steps"]) == 3
    assert sop["note"] == "This text is NOT approved. Do not give it out as what holds."


def test_a_control_leads_to_sops_and_steps(library: Path) -> None:
    first, second = call(library, "sops_for_control", {"control": "A.5.18"})
    assert (first["sop"], first["controls"], first["owner"]) == ("AC-001", ["iso27001-2022:A.5.18"], "Security lead")
    assert [step["cite"] for step in first["steps"]] == ["AC-001 1.0, Procedure, step 2"]
    assert (second["sop"], second["status"], second["steps"]) == ("AC-002", "trial", [])


def test_what_is_stale_is_told_with_its_reason(library: Path) -> None:
    [due] = call(library, "stale_sops", {})
    assert (due["sop"], due["state"]) == ("AC-001", "never-reviewed")


def test_a_role_hears_what_it_must_do(library: Path) -> None:
    told = call(library, "duties_of_role", {"role": "it operations"})
    steps = [(duty["cite"], duty["within"]) for duty in told if duty["kind"] == "step"]
    assert steps == [
        ("AC-001 1.0, Procedure, step 3", ["within 4 hours"]),
        ("AC-002 1.0, Procedure, step 3", ["within 4 hours"]),
    ]
    kinds = {duty["kind"] for duty in call(library, "duties_of_role", {"role": "CISO"})}
    assert kinds == {"owns", "approves"}


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("get_sop", {"sop": "AC-01"}, "no SOP AC-01; did you mean AC-001?"),
        ("duties_of_role", {"role": "Line manger"}, "no role Line manger; did you mean line manager?"),
        ("sops_for_control", {"control": "A.99"}, "no control A.99"),
        ("search_sops", {"words": "x", "limit": 0}, "limit"),
    ],
)
def test_a_question_without_an_answer_says_why(library: Path, tool: str, given: dict[str, Any], said: str) -> None:
    assert said in call(library, tool, given)


@pytest.mark.slow
def test_search_finds_by_id_title_word_and_beginning(library: Path) -> None:
    def found(words: str) -> list[str]:
        return [hit["sop"] for hit in call(library, "search_sops", {"words": words})]

    assert found("ac-002") == ["AC-002"]
    assert found("laptop lend")[0] == "AC-002"
    assert found("Kand") == ["AC-002"]
    assert found("Beg") == []  # the newer text is not approved
    assert found("nothingofthekind") == found("") == []


def questions() -> Iterator[tuple[str, dict[str, Any]]]:
    for words in (SECRET, "title", "AC-009", "access", "a", "record", "A.5.18"):
        yield "search_sops", {"words": words, "limit": 50}
    for sop in ("AC-009", "AC-008", "ac-009", HIDDEN, SECRET):
        yield "get_sop", {"sop": sop, "unapproved": True}
    yield from (("sops_for_control", {"control": control}) for control in ("A.5.18", "A.5.19", "CC6.1", "x"))
    yield "stale_sops", {"within_days": 3660}
    yield from (("duties_of_role", {"role": role}) for role in ("it-operations", "CISO", "asset owner", "x"))


@pytest.mark.slow
def test_what_is_above_the_classification_does_not_exist(library: Path) -> None:
    """The canary stands in title, tags, body, record, file name and commit message."""

    async def ask(client: Client) -> list[str]:
        return [(await client.call_tool(tool, given)).model_dump_json() for tool, given in questions()]

    asked = [json.dumps(given) for _, given in questions()]
    for question, answer in zip(asked, session(library, ask), strict=True):
        told = answer.replace(f"no SOP {SECRET}", "").replace(f"no SOP {HIDDEN}", "")
        assert SECRET not in told.casefold(), question
        assert "AC-009" not in told or "AC-009" in question.upper(), question
    whole = session(library, ask, Classification.RESTRICTED)
    assert sum(SECRET in answer for answer in whole) > len(whole) / 3


def test_answers_follow_the_files(tmp_path: Path) -> None:
    root = tmp_path / "isms"
    (root / "sops").mkdir(parents=True)
    (root / "sopkit.toml").write_text("")
    (root / "sops" / "ac-001.md").write_text(COMPLETE)

    async def ask(client: Client) -> tuple[Any, Any]:
        before = await client.call_tool("search_sops", {"words": "Okta"})
        (root / "sopkit.toml").write_text("[libary]\n")
        broken = await client.call_tool("search_sops", {"words": "Okta"})
        (root / "sopkit.toml").write_text("")
        (root / "sops" / "ac-001.md").unlink()
        after = await client.call_tool("search_sops", {"words": "Okta"})
        return before.structured_content, (broken.is_error, broken.content[0].text, after.structured_content)

    before, (failed, said, after) = session(root, ask)
    [hit] = before["result"]
    assert (hit["sop"], hit["approved"], hit["state"]) == ("AC-001", False, "never-reviewed")
    assert failed
    assert "libary" in said
    assert after == {"result": []}
