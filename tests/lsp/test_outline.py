import itertools
from pathlib import Path

import pytest
from lsprotocol.types import SymbolKind
from tests.build import PATH, REGISTERS, complete, library, read

from sopkit.lsp.outline import OutlinePart, outline_of_register, outline_of_sop, symbols
from sopkit.parsing.register import read_register

STEPS = """\
## Procedure

1. **Line manager**: Ask. <a id="ask"></a>
   - In Jira.
2. **Asset owner**: Look:
   1. at the role,
   2. at the need.

### When it is urgent

1. Call.
"""


def told(parts: tuple[OutlinePart, ...], indent: str = "") -> list[str]:
    lines = []
    for part in parts:
        lines.append(f"{indent}{part.name}{f' ({part.detail})' if part.detail else ''}")
        lines += told(part.children, f"{indent}  ")
    return lines


def test_front_matter_sections_and_steps_with_their_anchors() -> None:
    assert told(outline_of_sop(read(f"---\nid: AC-001\n---\n\n# Grant\n\n## Scope\n\nAll.\n\n{STEPS}"))) == [
        "Front matter (AC-001)",
        "Grant",
        "  Scope",
        "  Procedure",
        "    1 Ask. (Line manager #ask)",
        "    2 Look: (Asset owner)",
        "      2.1 at the role,",
        "      2.2 at the need.",
        "    When it is urgent",
        "      1 Call.",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_part_lies_in_the_one_above_and_is_shown_within_itself(end: str) -> None:
    sop = read(complete(STEPS).replace("\n", end))

    def check(parts: tuple[OutlinePart, ...], start: int, stop: int) -> None:
        for part in parts:
            assert start <= part.start <= part.first <= part.last <= part.end <= stop
            check(part.children, part.start, part.end)
        assert all(one.end <= other.start for one, other in itertools.pairwise(parts))

    check(outline_of_sop(sop), 0, len(sop.source.data))


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"# \n", b"---\nid: [\n---\n# A\n\n### B\n\n## C\n", b"1. a\n\n   ## b\n"]
)
def test_any_bytes_have_an_outline(data: bytes) -> None:
    assert isinstance(outline_of_sop(read(data)), tuple)


def test_rows_of_a_register() -> None:
    data = b"- {id: a, title: A thing}\n- title: no id\n- x\n- id: b\n  what: Odd\n"
    parts = outline_of_register(read_register("exceptions", "registers/exceptions.yaml", data))
    assert told(parts) == ["a (A thing)", "(no id) (no id)", "(no id)", "b (Odd)"]
    assert data[parts[0].first : parts[0].last] == b"a"
    assert outline_of_register(read_register("risks", "registers/risks.yaml", b"a: [")) == ()


def test_symbols_are_found_by_any_words(tmp_path: Path) -> None:
    shelf = library(tmp_path, {PATH: complete(), **REGISTERS})
    assert [(one.name, one.title, one.kind) for one in symbols(shelf, "access GRANT")] == [
        ("AC-001", "Grant access", SymbolKind.File)
    ]
    assert [one.name for one in symbols(shelf, "lead")] == ["security-lead"]
    assert len(symbols(shelf, "")) == 10
    assert len(symbols(shelf, "", most=4)) == 4
