from pathlib import Path

import pytest
from tests.build import PATH, REGISTERS, complete, library

from sopkit.library import Library
from sopkit.lsp.completion import completions

RISKS = "registers/risks.yaml"
OTHER = "sops/access-control/ac-002-review.md"
ROWS = {
    RISKS: "- {id: RSK-001, title: Loss of data}\n- {id: RSK-002, title: Over, closed: 2020-01-01}\n",
    "registers/assets.yaml": "- {id: okta, title: Okta}\n",
    "registers/policies.yaml": "- {id: POL-1, title: Access policy}\n",
    OTHER: complete(id="AC-002", title="Review access").replace("1. **Line", '1. <a id="ask"></a>**Line'),
}


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    return library(tmp_path, {PATH: complete(), **ROWS})


def offered(shelf: Library, path: str, text: str) -> list[str]:
    """What is offered at the mark `|`, as label and inserted text where they differ."""
    data = text.replace("|", "", 1).encode()
    at = text.encode().index(b"|")
    typed = shelf.with_texts({path: data})
    source = typed.by_path[path].source if path in typed.by_path else typed.registers[path[10:-5]].source
    return [
        one.label if one.text == one.label else f"{one.label} > {one.text}"
        for one in completions(typed, path, source, at)
    ]


def front(shelf: Library, lines: str, more: str = "") -> list[str]:
    return offered(shelf, PATH, f"---\nid: AC-001\n{lines}\n{more}---\n\n# Grant access\n")


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("cri|", ["criticality > criticality: "]),
        ("st|", ["status > status: "]),
        ("i|", ["inputs > inputs: "]),
        ("status: |", ["draft", "trial", "active", "retired"]),
        ("status: a|", ["active"]),
        ('status: "a|', ["active"]),
        ("status:|", []),
        ("criticality: h|", ["high"]),
        ("classification: |", ["public", "internal", "confidential", "restricted"]),
        ("area: backup|", ["backup-recovery"]),
        ("owner: op|", ["it-operations"]),
        ("owner: ciso|", []),
        ("approvers: [security-lead, line|", ["line-manager"]),
        ("approvers:\n  - asset|", ["asset-owner"]),
        ("approvers:\n- asset|", ["asset-owner"]),
        ("audience: every|", ["everyone"]),
        ("risks: |", ["RSK-001"]),
        ("risks: [|", ["RSK-001"]),
        ("risks: [loss data|", ["RSK-001"]),
        ("risks: [RSK-001]|", []),
        ("assets: [|]", ["okta"]),
        ("policies:\n  - |", ["POL-1"]),
        ("related: [review|", ["AC-002"]),
        ("controls: [backup|", ["A.8.13"]),
        ("controls:\n  iso27001-2022: [A.5.15, backup|", ["A.8.13"]),
        ("controls:\n  iso27001-2022: [A.5.15,\n    backup|", ["A.8.13"]),
        ("controls:\n  iso27001-2022:\n    - A.5.15\n    - backup|", ["A.8.13"]),
        ("controls:\n  iso27001-2022:\n    - id: backup|", ["A.8.13"]),
        ("controls:\n  iso27001-2022:\n    - {id: A.8.13, strength: p|", ["partial"]),
        ("controls:\n  iso27001-2022:\n    - id: A.8.13\n      strength: |", ["full", "partial", "supporting"]),
        (
            "controls:\n  iso27001-2022:\n    - id: A.8.13\n      |",
            ["strength > strength: ", "note > note: ", "section > section: "],
        ),
        ("controls:\n  gdpr: [security of|", ["Art. 32"]),
        ("controls:\n  soc|", ["soc2-tsc-2017 > soc2-tsc-2017: "]),
        ("training: {method: q|", ["quiz"]),
        ("training:\n  me|", ["method > method: "]),
        ("training:\n  method: quiz\n  pass_mark: 8\n  |", ["refresh > refresh: ", "again_on > again_on: "]),
        ("time_limits:\n  grant:\n    source: l|", ["law"]),
        ("time_limits:\n  grant: {limit: PT4H, s|", ["starts > starts: ", "source > source: "]),
        ("triggers:\n  - e|", ["event > event: ", "every > every: "]),
        ("records:\n  - id: x\n    name: y\n    w|", ["where > where: "]),
        ("title: Any words |", []),
        ("summary: |", []),
    ],
)
def test_front_matter(shelf: Library, lines: str, wanted: list[str]) -> None:
    assert front(shelf, lines) == wanted


def test_headings_are_offered_for_the_section_of_a_claim(shelf: Library) -> None:
    claim = "controls:\n  iso27001-2022:\n    - id: A.8.13\n      section: "
    for typed, wanted in (("", ["Purpose", "Scope"]), ("sc", ["Scope"]), ("x", [])):
        data = f"---\n{claim}{typed}\n---\n# Title\n\n## Purpose\n\nx\n\n## Scope\n\ny\n".encode()
        library = shelf.with_texts({PATH: data})
        at = data.index(b"section: ") + len(b"section: ") + len(typed)
        assert [one.label for one in completions(library, PATH, library.by_path[PATH].source, at)] == wanted


def test_keys_that_are_there_are_not_offered_again(shelf: Library) -> None:
    assert front(shelf, "|", "title: x\nowner: y\n")[:4] == [
        "version > version: ",
        "status > status: ",
        "area > area: ",
        "approvers > approvers: ",
    ]
    assert "id > id: " not in front(shelf, "|")


def test_keys_tell_what_they_are_for(shelf: Library) -> None:
    data = b"---\nver\n---\n"
    typed = shelf.with_texts({PATH: data})
    (found,) = completions(typed, PATH, typed.by_path[PATH].source, 7)
    assert (found.start, found.end, found.detail, found.about) == (
        4,
        7,
        "required",
        "MAJOR.MINOR or MAJOR.MINOR.PATCH.",
    )


@pytest.mark.parametrize(
    ("before", "text", "wanted"),
    [
        ("", "## Ro|", ["Roles", "Rollback"]),
        ("## Roles\n\n", "## ro|", ["Rollback"]),
        ("## Responsibilities\n\n## Rollback\n\n", "## ro|", []),
        ("## Procedure\n\n", "1. **line|", ["Line manager > Line manager**: "]),
        ("## Procedure\n\n", "1. **line|**", ["Line manager"]),
        ("## Procedure\n\n", "- [ ] **ciso|", ["Security lead > Security lead**: "]),
        ("## Procedure\n\n", "1. see AC-|", ["AC-001", "AC-002"]),
        ("## Procedure\n\n", "1. see RSK|", ["RSK-001"]),
        ("## Procedure\n\n", "1. see P|", []),
        ("## Procedure\n\n", "1. see access|", []),
        ("## Procedure\n\n", "1. see [it](|", ["ac-002-review.md"]),
        ("## Procedure\n\n", "1. see [it](ac-002-review.md#as|", ["ac-002-review.md#ask"]),
        ("## References\n\n", "- backup|", ["A.8.13 > ISO/IEC 27001:2022 A.8.13 Information backup"]),
        ("## References\n\n", "- access policy|", ["POL-1 > POL-1 Access policy"]),
        ("## References\n\n## Records\n\n", "- backup|", []),
    ],
)
def test_text(shelf: Library, before: str, text: str, wanted: list[str]) -> None:
    found = offered(shelf, PATH, f"---\nid: AC-001\n---\n\n{before}{text}\n")
    assert [one for one in found if not one.startswith("ac-002-review.md#") or one in wanted] == wanted


@pytest.mark.parametrize(
    ("register", "text", "wanted"),
    [
        ("risks", "- {id: RSK-003, owner: secur|", ["security-lead"]),
        ("risks", "- id: RSK-003\n  owner: secur|", ["security-lead"]),
        ("risks", "- id: RSK-003\n  treatment: |", ["mitigate", "accept", "transfer", "avoid"]),
        ("risks", "- id: RSK-003\n  likelihood: un|", ["unlikely"]),
        ("risks", "- id: RSK-003\n  controls: {iso27001-2022: [backup|", ["A.8.13"]),
        ("risks", "- id: RSK-003\n  controls:\n    iso27001-2022: [backup|", ["A.8.13"]),
        ("risks", "- id: RSK-003\n  title: x\n  tr|\n  owner: y\n", ["treatment > treatment: "]),
        ("risks", "- id: RSK-003\n  title: x\n- ti|\n", ["title > title: "]),
        ("risks", "- id: RSK-003\n  ow|\n- owner: y\n", ["owner > owner: "]),
        ("assets", "- {id: x, class|", ["classification > classification: "]),
        ("roles", "- id: x\n  holders: [{person: be|", ["ben"]),
        ("roles", "- id: x\n  holders:\n    - person: be|", ["ben"]),
        ("roles", "- id: x\n  holders:\n    - person: ben\n      t|", ["to > to: "]),
        ("soa", "- control: backup|", ["A.8.13"]),
        ("exceptions", "- id: EXC-1\n  sop: review|", ["AC-002"]),
        ("people", "- {key: x, bot: |", []),
    ],
)
def test_registers(tmp_path: Path, register: str, text: str, wanted: list[str]) -> None:
    path = f"registers/{register}.yaml"
    given = {**REGISTERS, PATH: complete(), **ROWS}
    if register in {"roles", "people"}:
        text = given[path] + text
    assert offered(library(tmp_path, given), path, text) == wanted


@pytest.mark.parametrize(
    "text", ["|", "---|", "---\n|", "|---\nid: x\n---\n", "---\nid: x\n---|\n", "no front matter own|"]
)
def test_where_nothing_can_be_told_nothing_breaks(shelf: Library, text: str) -> None:
    assert isinstance(offered(shelf, PATH, text), list)


def test_a_value_that_yaml_would_misread_is_put_in_quotes(tmp_path: Path) -> None:
    shelf = library(tmp_path, {PATH: complete(), "registers/assets.yaml": '- {id: "a, b", title: Odd}\n'})
    assert front(shelf, "assets: [odd|") == ['a, b > "a, b"']
    assert front(shelf, 'assets: ["odd|') == ["a, b"]
