"""The text format: parsed back, narrow, wide, cut."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sopkit.lint.format import LintOutput
from sopkit.lint.formats import all_formats
from sopkit.lint.formats.text import excerpt
from sopkit.model.source import Source
from sopkit.tables.escape import cell_width, escape_controls, wrap_cells

HEAD = re.compile(
    r"^(?P<path>\S.*?):(?P<line>\d+):(?P<column>\d+): (?P<severity>error|warning|info|ignored) "
    r"(?P<code>SOP\d{3}) (?P<name>[a-z-]+): (?P<message>.*)$",
    re.MULTILINE,
)


def written(output: LintOutput) -> str:
    return all_formats()["text"].write(output)


def test_heads_are_read_back(output: LintOutput) -> None:
    read = [
        (m["path"], int(m["line"]), int(m["column"]), m["severity"], m["code"], m["name"], m["message"])
        for m in HEAD.finditer(written(output))
    ]
    assert read == [
        (
            escape_controls(f.path),
            f.place.line,
            f.place.column,
            f.severity,
            f.code,
            output.report.rules[f.code].name,
            escape_controls(f.message),
        )
        for f in output.report.findings
    ]


def test_ignored_findings_are_shown_when_asked_for(output: LintOutput) -> None:
    text = written(replace(output, show_ignored=True))
    assert [(m["severity"], m["code"]) for m in HEAD.finditer(text)].count(("ignored", "SOP208")) == 1
    assert "    = ignored: the register says it so\n" in text


def test_statistics_stand_in_place_of_findings(output: LintOutput) -> None:
    lines = written(replace(output, statistics=True)).splitlines()
    assert lines[0] == "8  SOP203  step-without-actor"
    assert len(lines) == len(output.report.rules) + 1
    assert lines[-1].startswith("5 errors, 10 warnings, 3 info in 6 SOPs (profile review); ")


@pytest.mark.parametrize("width", [40, 80])
def test_golden_at_a_terminal(output: LintOutput, golden: Callable[[str, str], None], width: int) -> None:
    text = written(replace(output, width=width, show_ignored=True))
    golden(f"formats/findings-{width}.text", text)
    assert [line for line in text.splitlines() if cell_width(line) > width] == []


def test_source_line_is_shown_once_for_a_place(output: LintOutput) -> None:
    first = output.report.findings[0]
    second = replace(first, code="SOP402", message="again; mend")
    text = written(replace(output, report=replace(output.report, findings=(first, second), ignored=(), left_out=())))
    assert text.count("| Short") == 1
    assert text.count("\n\n") == 2


def test_findings_of_one_rule_and_place_are_one_paragraph(output: LintOutput) -> None:
    first = output.report.findings[0]
    second = replace(first, message="again; mend")
    elsewhere = replace(second, path="other.md")
    shown = (first, second, elsewhere)
    text = written(replace(output, report=replace(output.report, findings=shown, ignored=(), left_out=())))
    assert text.count("\n\n") == 2


def marked(data: bytes, start: int, end: int, room: int = 120) -> list[str]:
    source = Source(data)
    return list(excerpt(source, source.place(start, end), room))


@pytest.mark.parametrize(
    ("data", "start", "end", "expected"),
    [
        (b"one two\n", 4, 7, ["one two", "    ^^^"]),
        (b"one\n", 3, 3, ["one", "   ^"]),
        (b"one\n", 4, 4, ["", "^"]),
        (b"", 0, 0, ["", "^"]),
        (b"\xef\xbb\xbfone\r\ntwo", 3, 8, ["one", "^^^"]),
        (b"a\tb", 2, 3, ["a    b", "     ^"]),
        ("漢字 x".encode(), 3, 6, ["漢字 x", "  ^^"]),
        ("e\u0301x".encode(), 3, 4, ["e\u0301x", " ^"]),
        (b"\x1b[2Jx", 4, 5, ["\\x1b[2Jx", "       ^"]),
        (b"\xff\xfex", 2, 3, ["\\xff\\xfex", "        ^"]),
    ],
)
def test_excerpt(data: bytes, start: int, end: int, expected: list[str]) -> None:
    assert marked(data, start, end) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 2, ["0123456789a…", "^^"]),
        (20, 22, ["…ghijklmnop…", "     ^^"]),
        (34, 36, ["…pqrstuvwxyz", "          ^^"]),
        (4, 30, ["…456789abcd…", " ^^^^^^^^^^"]),
    ],
)
def test_long_line_is_cut_around_the_marker(start: int, end: int, expected: list[str]) -> None:
    assert marked(b"0123456789abcdefghijklmnopqrstuvwxyz", start, end, room=12) == expected


def test_huge_line_is_not_read_whole() -> None:
    data = b"x" * 5_000_000 + b"HERE" + "漢".encode() * 1_000_000
    line, marks = marked(data, 5_000_000, 5_000_004, room=40)
    assert line[marks.index("^") :].startswith("HERE漢")
    assert cell_width(line) <= 40


@given(st.binary(max_size=200), st.integers(0, 200), st.integers(0, 200), st.integers(8, 60))
def test_excerpt_fits_and_is_safe(data: bytes, start: int, end: int, room: int) -> None:
    line, marks = marked(data, start, end, room)
    assert re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", line) is None
    assert set(marks.lstrip(" ")) == {"^"}
    assert max(cell_width(line), len(marks)) <= room


# Made wide by Unicode 16, which Python 3.11 does not know yet (trigrams, hexagrams, counting rods), and fillers.
OF_TWO_EDITIONS = [*range(0x2630, 0x2638), *range(0x268A, 0x2690), 0x3164, *range(0x4DC0, 0x4E00), 0xFFA0, *range(0x1D300, 0x1D380)]  # fmt: skip
NOT_COMPARED = ("Cc", "Cs", "Cf", "Cn", "Co", "Me", "Mn", "Mc", "Lm", "Sk", "Zl", "Zp")


@pytest.mark.slow
def test_cells_agree_with_another_table() -> None:
    """`rich` has its own table of widths, of another edition of Unicode."""
    compared = [
        char
        for char in map(chr, sorted({*range(0x110000)} - {*OF_TWO_EDITIONS}))
        if unicodedata.category(char) not in NOT_COMPARED
    ]
    assert [char for char in compared if cell_width(char) != cell_len(char)] == []
    assert cell_width("".join(compared[:1000])) == sum(cell_len(char) for char in compared[:1000])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain – ünï 漢", "plain – ünï 漢"),
        ("\x1b]0;t\x07", "\\x1b]0;t\\x07"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x9b31m", "\\x9b31m"),
        ("\udcff\ud800", "\\xff\\ud800"),
        ("\u202e\U000e0041", "\\u202e\\U000e0041"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
    ],
)
def test_visible(text: str, expected: str) -> None:
    assert escape_controls(text) == expected


def test_wrapped() -> None:
    assert wrap_cells("one two three", None) == ["one two three"]
    assert wrap_cells("one two three", 9) == ["one two", "  three"]
    assert wrap_cells("漢字 漢字 a", 9, "> ", "  ") == ["> 漢字", "  漢字 a"]
    assert wrap_cells("a-path/that-is/too-long b", 8) == ["a-path/that-is/too-long", "  b"]
