"""A library on disk with a finding of every kind that is hard to write."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sopkit.library import Library, load
from sopkit.lint.engine import LintReport
from sopkit.lint.format import LintOutput
from sopkit.lint.rule import Rule, rule
from sopkit.lint.select import Profile
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity

CONFIG = """\
[[lint.ignores]]
paths = ["sops/plain.md"]
code = "SOP208"
reason = "the register says it so"
"""

PLAIN = """\
---
id: AC-001
status: active
---
# Grant access

1. The owner checks the ticket promptly.
2. Check  it
3. Check it

```sh
echo never closed
"""
WIDE = "﻿# Zugänge 漢字 e\u0301 and \U0001f469\u200d\U0001f4bb sperren\r\n\r\n\tKonto\tsperren, falls nötig\r\n"
LONG = "one word " * 40 + "if necessary " + "more words " * 40 + "\n"
HOSTILE = b"# Title \x1b[31mred\x1b[0m \xff bell\x07 \xe2\x80\xaereversed\n\ntoken: ghp_0123456789abcdefABCDEF here\n"
ODD_NAME = "sops/50% off, #1: naïve [draft].md"
BYTES_NAME = os.fsdecode(b"sops/caf\xe9.md")


def _nothing(*_: Any) -> Iterator[Finding]:
    return iter(())


def _rule(code: str, name: str, severity: Severity, page: str, **more: Any) -> Rule:
    def check(*_: Any) -> Iterator[Finding]:
        return _nothing()

    check.__name__ = name.replace("-", "_")
    check.__doc__ = page
    return rule(code, severity=severity, bad="", good="", **more)(check)


RULES = {
    made.code: made
    for made in (
        _rule(
            "SOP111",
            "unclosed-fence",
            Severity.ERROR,
            "A fence is closed.\n\n    Why: an open one swallows the rest.\n    Mend: close the fence. Or delete it.",
        ),
        _rule("SOP203", "step-without-actor", Severity.WARNING, "A step says who.", fix=FixClass.SUGGESTION),
        _rule(
            "SOP207",
            "bare-hedge",
            Severity.WARNING,
            "A condition has a criterion.\n\n    Mend: say when; be exact.",
        ),
        _rule("SOP208", "vague-time", Severity.INFO, "A time is a number.", default=False),
        _rule(
            "SOP402",
            "superseded-control",
            Severity.ERROR,
            "Controls are those in force.",
            fix=FixClass.MATERIAL,
        ),
        _rule("SOP701", "secret", Severity.ERROR, "No secret stands in an SOP."),
    )
}


@dataclass(frozen=True)
class Marker:
    """Makes findings at text that is searched for in the files of a library."""

    library: Library

    def at(self, path: str, text: str | bytes, code: str, message: str, **more: Any) -> Finding:
        source = self.library.sources[path]
        wanted = text.encode() if isinstance(text, str) else text
        start = source.data.index(wanted)
        place = source.place(start, start + len(wanted))
        return Finding(path, place, message, code, more.pop("severity", RULES[code].severity), **more)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    contents: dict[str, bytes] = {
        "sopkit.toml": CONFIG.encode(),
        "sops/plain.md": PLAIN.encode(),
        "sops/wide.md": WIDE.encode(),
        "sops/long.md": LONG.encode(),
        "sops/hostile.md": HOSTILE,
        ODD_NAME: b"# Odd\n\nShort\n",
        BYTES_NAME: b"# Coffee\n",
    }
    for name, data in contents.items():
        file = tmp_path / "library" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return load(tmp_path / "library", date(2026, 3, 2))


@pytest.fixture
def output(library: Library) -> LintOutput:
    mark = Marker(library)
    plain, wide, long, hostile = (library.sources[f"sops/{name}.md"] for name in ("plain", "wide", "long", "hostile"))
    three = plain.data.index(b"3. Check it")
    suggestion = Fix("name the owner as the actor", (Edit(three + 3, three + 3, "The owner: "),), FixClass.SUGGESTION)
    renamed = Fix(
        "write A.5.18",
        (Edit(len("# ".encode("utf-8-sig")), len("# Zugänge".encode("utf-8-sig")), "Zugriffe"),),
    )
    found = [
        mark.at("sops/plain.md", "```sh\necho never closed\n", "SOP111", "fence is not closed"),
        mark.at("sops/plain.md", "Check  it", "SOP203", "step names no actor; begin with a role"),
        mark.at("sops/plain.md", "Check it", "SOP203", "step names no actor; begin with a role", fix=suggestion),
        mark.at(
            "sops/plain.md",
            "AC-001",
            "SOP402",
            "A.9.2.2 is of 2013; write A.5.18",
            fix=Fix("write A.5.18", ()),
        ),
        Finding("sops/plain.md", plain.place(len(plain.data)), "ends too early", "SOP111", Severity.ERROR),
        mark.at("sops/wide.md", "Zugänge", "SOP402", "A.9 is of 2013; write A.5.18", fix=renamed),
        mark.at("sops/wide.md", "e\u0301 and \U0001f469\u200d\U0001f4bb", "SOP203", "combined, joined; look"),
        mark.at("sops/wide.md", "sperren, falls nötig", "SOP207", "“falls nötig” has no criterion"),
        mark.at("sops/wide.md", "sperren, falls nötig\r\n", "SOP208", "the range has the line end in it; 50%"),
        mark.at("sops/long.md", "if necessary", "SOP207", "“if necessary” has no criterion"),
        Finding("sops/long.md", long.place(9, len(long.data) - 1), "too long; cut it", "SOP203", Severity.WARNING),
        mark.at("sops/hostile.md", b"red", "SOP208", "colour \x1b[31m and a line end\r\nin the message; mend it"),
        mark.at("sops/hostile.md", b"\xe2\x80\xae", "SOP203", "text is turned round; delete it"),
        mark.at("sops/hostile.md", "ghp_0123456789abcdefABCDEF", "SOP701", "a GitHub token; revoke it"),
        mark.at("sops/hostile.md", "here", "SOP208", "where is here? say it: there; ok"),
        mark.at(ODD_NAME, "Short", "SOP203", "odd, is it not: 100%; mend"),
        mark.at(BYTES_NAME, "Coffee", "SOP203", f"see {BYTES_NAME}; mend"),
        Finding(
            "sops/gone.md",
            hostile.place(0),
            "refers to a file that is gone; mend",
            "SOP203",
            Severity.WARNING,
        ),
    ]
    ignored = [
        mark.at("sops/plain.md", "promptly", "SOP208", "vague; say when", ignored="the register says it so"),
        mark.at("sops/wide.md", "Konto", "SOP203", "step names no actor; begin", ignored="the vendor's wording: –"),
    ]
    assert wide.data.startswith(b"\xef\xbb\xbf")
    report = LintReport(
        findings=tuple(sorted(found, key=lambda finding: finding.sort_key)),
        ignored=tuple(sorted(ignored, key=lambda finding: finding.sort_key)),
        checked=6,
        profile=Profile.REVIEW,
        fail_on=Severity.ERROR,
        rules=RULES,
        left_out=("SOP603", "SOP604"),
    )
    return LintOutput(report, library, "1.2.3", head="0123456789abcdef0123456789abcdef01234567")


@pytest.fixture
def empty(output: LintOutput) -> LintOutput:
    return replace(output, head="", report=replace(output.report, findings=(), ignored=(), left_out=()))
