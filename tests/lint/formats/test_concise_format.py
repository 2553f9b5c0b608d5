"""One line a finding, read back with the error format of an editor."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from sopkit.lint.format import LintOutput
from sopkit.lint.formats import all_formats
from sopkit.tables.escape import escape_controls

LINE = re.compile(r"^(?P<path>.+?):(?P<line>\d+):(?P<column>\d+): (?P<code>[A-Z]+\d+) (?P<message>.*)$")


def written(output: LintOutput) -> list[str]:
    return all_formats()["concise"].write(output).splitlines()


def test_lines_are_read_back(output: LintOutput) -> None:
    read = [match.groups() for match in map(LINE.match, written(output)) if match]
    assert read == [
        (escape_controls(f.path), str(f.place.line), str(f.place.column), f.code, escape_controls(f.message))
        for f in output.report.findings
    ]


def test_ignored_findings_are_told_as_such_when_asked_for(output: LintOutput) -> None:
    lines = written(replace(output, show_ignored=True))
    assert len(lines) == len(output.report.findings) + len(output.report.ignored)
    assert "sops/plain.md:7:32: SOP208 vague; say when (ignored: the register says it so)" in lines


def test_nothing_is_no_line(empty: LintOutput) -> None:
    assert written(empty) == []


@pytest.mark.skipif(shutil.which("vim") is None, reason="needs vim")
def test_quickfix_list_of_vim(output: LintOutput, tmp_path: Path) -> None:
    """The usual `errorformat` for such lines; a path with a colon is beyond it."""
    lines = [line for line in written(output) if "#1: " not in line]
    (tmp_path / "found").write_text("\n".join(lines) + "\n", "utf-8")
    script = [
        "set encoding=utf-8 errorformat=%f:%l:%c:\\ %m",
        "cgetfile found",
        'call writefile(map(getqflist(), \'bufname(v:val.bufnr) .. "|" .. v:val.lnum .. "|" .. v:val.col .. "|" .. v:val.text\'), \'read\')',
        "qall!",
    ]
    words = [word for line in script for word in ("-c", line)]
    subprocess.run(
        ["vim", "-u", "NONE", "-es", "-n", *words], cwd=tmp_path, check=True, stdin=subprocess.DEVNULL, timeout=60
    )
    read = (tmp_path / "read").read_text("utf-8").splitlines()
    assert read == [
        f"{escape_controls(f.path)}|{f.place.line}|{f.place.column}|{f.code} {escape_controls(f.message)}"
        for f in output.report.findings
        if "#1: " not in f.path
    ]
