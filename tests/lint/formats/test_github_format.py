"""Workflow commands, read back the way GitHub's runner reads them."""

from dataclasses import replace

from sopkit.lint.format import LintOutput
from sopkit.lint.formats import all_formats

DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))


def unescape(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for escaped, char in table:
        text = text.replace(escaped, char)
    return text


def read(line: str) -> tuple[str, dict[str, str], str]:
    """The command, its properties and its data."""
    assert line.startswith("::")
    info, _, data = line[2:].partition("::")
    command, _, listed = info.partition(" ")
    pairs = [pair.split("=", 1) for pair in listed.strip().split(",") if pair]
    return command, {name: unescape(value, PROPERTY) for name, value in pairs}, unescape(data, DATA)


def commands(output: LintOutput) -> list[tuple[str, dict[str, str], str]]:
    *lines, told = all_formats()["github"].write(output).splitlines()
    assert told.startswith("5 errors, 10 warnings, 3 info in 6 SOPs (profile review); ")
    return [read(line) for line in lines]


def test_every_finding_comes_back(output: LintOutput) -> None:
    kinds = {"error": "error", "warning": "warning", "info": "notice"}
    read_back = [
        (kind, named["file"], int(named["line"]), int(named["endLine"]), named["title"])
        for kind, named, _ in commands(output)
    ]
    assert read_back == [
        (
            kinds[f.severity],
            f.path.replace("\udce9", "\\xe9"),
            f.place.line,
            f.place.end_line - (f.place.end_column == 1 and f.place.end_line > f.place.line),
            f"{f.code} {output.report.rules[f.code].name}",
        )
        for f in output.report.findings
    ]


def test_columns_stand_only_on_one_line(output: LintOutput) -> None:
    for (_, named, _), finding in zip(commands(output), output.report.findings, strict=True):
        if finding.place.line == finding.place.end_line:
            assert (int(named["col"]), int(named["endColumn"])) == (
                finding.place.column,
                finding.place.end_column,
            )
        else:
            assert not {"col", "endColumn"} & set(named)


def test_messages_come_back(output: LintOutput) -> None:
    messages = [message for _, _, message in commands(output)]
    assert "sops/hostile.md:1:14: SOP208 colour \\x1b[31m and a line end\r\nin the message; mend it" in messages
    assert "sops/50% off, #1: naïve [draft].md:3:1: SOP203 odd, is it not: 100%; mend" in messages


def test_files_are_named_from_the_repository(output: LintOutput) -> None:
    _, named, _ = commands(replace(output, prefix="docs/isms/"))[-1]
    assert named["file"] == "docs/isms/sops/wide.md"


def test_nothing_found_is_told_in_the_log(empty: LintOutput) -> None:
    assert all_formats()["github"].write(empty) == "no findings in 6 SOPs (profile review)\n"
