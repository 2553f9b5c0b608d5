"""`sopkit export json`: as its schema says, whatever the library; nothing lost, nobody named."""

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.build import AS_OF, COMPLETE, PATH, complete, library
from tests.cli.conftest import ACME
from tests.repository import ANN, GitRepository

from sopkit.exports.json import library_schema, write_json
from sopkit.lifecycle.library_status import read_library_status

pytestmark = pytest.mark.slow

CORPUS = Path(__file__).parent.parent / "corpus"
SCHEMA = jsonschema.Draft202012Validator(library_schema(), format_checker=jsonschema.FormatChecker())


def exported(root: Path, as_of: date = AS_OF, *, tree_only: bool = False) -> dict[str, Any]:
    """The document of the library in a folder, held against its schema."""
    with read_library_status(root, as_of, AS_OF, tree_only=tree_only) as ground:
        [data] = write_json(ground, "1").files.values()
    document: dict[str, Any] = json.loads(data)
    SCHEMA.validate(document)
    return document


def built(root: Path, files: Mapping[str, str | bytes] | None = None, *, config: str = "") -> dict[str, Any]:
    library(root, files, config=config)
    return exported(root)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(library_schema())


def test_the_example_company(tmp_path: Path) -> None:
    shutil.copytree(ACME, tmp_path / "acme")
    document = exported(tmp_path / "acme")
    paths = sorted(str(path.relative_to(ACME)) for path in ACME.glob("sops/**/*.md"))
    assert sorted(sop["path"] for sop in document["sops"]) == paths
    assert all(sop["valid"] and not sop["flaws"] for sop in document["sops"])
    assert len(document["soa"]) == 93
    assert {row["framework"] for row in document["coverage"]} == {
        row["id"] for row in document["library"]["frameworks"]
    }


def test_a_step_whole(tmp_path: Path) -> None:
    bullets = (
        "   - Control: A.5.18\n   - If it is late, then page the CISO.\n   - Evidence: Access ticket\n   1. Look.\n"
    )
    text = f'## Procedure\n\n1. <a id="grant"></a>**IT operations**: Grant it within 4 hours.\n{bullets}'
    [sop] = built(tmp_path, {PATH: complete(text)})["sops"]
    [run] = sop["procedures"]
    [step] = run["steps"]
    inside = step.pop("steps")
    assert step == {
        "number": "1",
        "anchor": "grant",
        "line": step["line"],
        "actor": "IT operations",
        "roles": ["it-operations"],
        "text": "Grant it within 4 hours.",
        "condition": "it is late, then page the CISO.",
        "otherwise": "",
        "limits": [{"text": "within 4 hours", "minutes": 240, "time_limits": ["grant"]}],
        "expects": [],
        "evidence": ["Access ticket"],
        "controls": ["A.5.18"],
        "notes": [],
    }
    assert [(one["number"], one["text"], one["steps"]) for one in inside] == [("1.1", "Look.", [])]
    claim = {
        "framework": "iso27001-2022",
        "control": "A.5.18",
        "strength": "full",
        "note": "",
        "section": "",
        "claimed": True,
    }
    assert sop["controls"] == [claim | {"steps": ["1"]}]


def test_front_matter_stands_as_typed_and_under_its_own_keys(tmp_path: Path) -> None:
    text = complete(related="AC-002", tags="[a, b]", colour="blue")
    [sop] = built(tmp_path, {PATH: text}, config='[front_matter]\nextra = ["colour"]\n')["sops"]
    assert sop["body"] == text.split("---\n", 2)[2]
    assert (sop["related"], sop["tags"], sop["valid"]) == (["AC-002"], ["a", "b"], True)
    assert (sop["front_matter"]["related"], sop["front_matter"]["colour"]) == ("AC-002", "blue")
    assert sop["records"] == [
        {"id": "access-ticket", "name": "Access ticket", "where": "Jira project ACCESS", "retention": "P3Y"}
    ]
    assert sop["time_limits"] == [
        {"id": "grant", "limit": "PT4H", "minutes": 240, "starts": "", "source": "", "steps": ["3"]}
    ]


HOSTILE = {
    "no front matter": b"just words\n",
    "empty": b"",
    "not text": b"---\nid: \xff\xfe\x00\n---\n",
    "no utf-8 at all": bytes(range(256)),
    "never closed": b"---\nid: AC-001\ntitle: [\n",
    "wrong types": b"---\nid: [1]\ntitle: {a: b}\nrecords: now\ntime_limits: [x]\ntriggers: 3\ncontrols: 7\n---\n# T\n",
    "keys of all kinds": b"---\n1: a\n? [a, b]\n: c\nnull: d\n~: e\n---\n",
    "deep": b"---\na: " + b"[" * 60 + b"]" * 60 + b"\n---\n",
    "escapes": '---\nid: "\u202e\\ud800\\x1b[31m"\n---\n# \x1b[31m\u2028\n'.encode(),
    "broken sections": complete(without=["Purpose", "Procedure", "owner"], status="live").encode(),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_broken_sop_is_there_with_what_is_wrong(data: bytes, tmp_path: Path) -> None:
    document = built(tmp_path, {PATH: data, "sops/other.md": COMPLETE})
    assert {sop["path"] for sop in document["sops"]} == {PATH, "sops/other.md"}
    [broken] = [sop for sop in document["sops"] if sop["path"] == PATH]
    assert not broken["valid"]
    assert broken["flaws"]


def test_documents_of_others() -> None:
    sops = exported(CORPUS, tree_only=True)["sops"]
    assert len(sops) > 40
    assert sum(len(run["steps"]) for sop in sops for run in sop["procedures"]) > 100


def test_rows_that_are_invalid_are_there_as_typed(tmp_path: Path) -> None:
    risks = "- {id: RSK-1, title: Loss}\n- {id: RSK-1, treatment: pray}\n- words\n"
    register = built(tmp_path, {PATH: COMPLETE, "registers/risks.yaml": risks})["registers"]["risks"]
    assert [row["id"] for row in register["rows"]] == ["RSK-1"]
    assert register["invalid"] == [{"id": "RSK-1", "treatment": "pray"}, "words"]
    assert [flaw["line"] for flaw in register["flaws"]] == [2, 2, 3]


def test_a_register_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    files = {PATH: COMPLETE, "registers/risks.yaml": b"\xff\xfe", "registers/vendors.yaml": "- {id: [\n"}
    found = built(tmp_path, files)["registers"]
    assert (bool(found["risks"]["flaws"]), bool(found["vendors"]["flaws"])) == (True, True)


def test_people_are_told_by_key_alone(tmp_path: Path) -> None:
    people = (
        "- {key: ann, name: Canary Lee, emails: [canary@acme.example], logins: {github: canary-1}, from: 2020-01-01}\n"
        "- {key: bob, name: Canary Roy, emails: canary@acme.example, to: soon canary}\n- Canary Poe\n"
        "- {key: eve, name: Canary Fox, signing_keys: [{key: ssh-ed25519 CANARY}]}\n"
    )
    text = json.dumps(built(tmp_path, {PATH: COMPLETE, "registers/people.yaml": people}))
    assert "canary" not in text.casefold().replace("soon canary", "")
    rows = built(tmp_path, {PATH: COMPLETE, "registers/people.yaml": people})["registers"]["people"]
    assert rows["rows"][0] == {"key": "ann", "from": "2020-01-01", "to": None, "bot": False}


def test_a_restricted_sop_is_there(tmp_path: Path) -> None:
    [sop] = built(tmp_path, {PATH: complete(classification="restricted")})["sops"]
    assert (sop["classification"], bool(sop["procedures"])) == ("restricted", True)


def test_two_of_one_id_are_both_there_in_the_order_of_paths(tmp_path: Path) -> None:
    document = built(tmp_path, {"sops/b.md": COMPLETE, "sops/a.md": COMPLETE})
    assert [sop["path"] for sop in document["sops"]] == ["sops/a.md", "sops/b.md"]


def test_a_library_without_frameworks_sops_or_registers(tmp_path: Path) -> None:
    (tmp_path / "sopkit.toml").write_text("[library]\nframeworks = []\n")
    document = exported(tmp_path)
    assert (document["sops"], document["coverage"], document["soa"]) == ([], [], [])
    assert {register["path"] for register in document["registers"].values()} == {""}


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    library(tmp_path)
    with read_library_status(tmp_path, AS_OF, AS_OF) as ground:
        assert write_json(ground, "1").files == write_json(ground, "1").files


def test_with_history_each_sop_has_its_revision(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path)
    repository.commit("2026-01-02", {"sopkit.toml": "", PATH: complete()}, author=ANN)
    repository.commit("2026-03-02", {PATH: complete(title="Grant access to all")}, author=ANN)
    document = exported(tmp_path)
    [standing] = [sop["standing"] for sop in document["sops"]]
    assert (len(document["head"]), standing["revision"], standing["in_force"]) == (40, "r2", "")
    past = exported(tmp_path, date(2026, 2, 1))
    assert [sop["title"] for sop in past["sops"]] == ["Grant access"]
