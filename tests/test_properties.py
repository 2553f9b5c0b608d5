"""What holds for any bytes, with real documents as the seeds. `make fuzz` looks further."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from sopkit.authoring.fix import fix_findings
from sopkit.data import shipped_folder
from sopkit.library import Library, load
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.select import Profile
from sopkit.model.finding import Finding
from sopkit.model.sop import Sop
from sopkit.model.source import Place
from sopkit.parsing.register import read_register

AS_OF = date(2026, 11, 24)
CORPUS = Path(__file__).parent / "corpus"
AUDIT = LintOptions(profile=Profile.AUDIT, tree_only=True)


def budget(count: int) -> settings:
    return examples(count, *HealthCheck)


@cache
def acme() -> Library:
    return load(shipped_folder("examples") / "acme", AS_OF)


@cache
def corpus() -> Library:
    return load(CORPUS, AS_OF)


def seeds() -> list[tuple[str, bytes]]:
    return [(sop.path, sop.source.data) for sop in (*acme().sops, *corpus().sops) if len(sop.source.data) < 30_000]


# Whatever an editor, a merge or a bad transfer may put into a file.
SPLINTERS = [
    *(b"```\n", b"~~~\n", b"\n\n", b"\r", b"\r\n", b"\0", b"\t", b"---\n", b"...\n", b"+++\n", b"\xef\xbb\xbf", b"\xff"),
    *(b"\xed\xa0\x80", "\u2028".encode(), "\u0085".encode(), "é\U0001f642".encode(), b"\\", b"&amp;", b"&#0;", b"\x1b[31m"),
    *(b"&a [*a]", b"x: &a {<<: *a}\n", b"? [a, b]\n", b"<<: *b\n", b"key: !!python/object:x\n", b"- ", b"1. ", b"a. ", b"# "),
    *(b"> " * 60, b"[" * 60, b"{" * 60, b"- [ ] ", b"| a | b |\n| - | - |\n", b"<script>", b"</script>", b"<!--", b"-->"),
    *(b"<a id=x>", b"[x](", b"](javascript:1)", b"![", b"**", b"`", b"within 4 hours", b"if necessary", b"step 99", b"A.9.2.2"),
    *(b"## Procedure\n", b"## References\n", b"<<<<<<< x\n", b"review_every: 9 years\n", b"TODO", b"<!-- sopkit: ignore SOP207 x -->"),
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """The path of a real document and its bytes after one to four damages."""
    path, data = draw(st.sampled_from(seeds()))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(["insert", "insert", "line", "flip", "cut", "delete", "swap", "truncate"]))
        if kind == "insert":
            data = data[:at] + draw(st.sampled_from(SPLINTERS)) + data[at:]
        elif kind == "line":
            start = data.rfind(b"\n", 0, at) + 1
            data = data[:start] + draw(st.sampled_from(SPLINTERS)) + data[start:]
        elif kind == "flip":
            data = data[:at] + draw(st.binary(min_size=1, max_size=1)) + data[at + 1 :]
        elif kind == "cut":
            data = data[:at] + data[at + draw(st.integers(1, 200)) :]
        elif kind == "truncate":
            data = data[:at]
        else:
            lines = data.splitlines(keepends=True) or [b""]
            one = draw(st.integers(0, len(lines) - 1))
            if kind == "delete":
                del lines[one]
            else:
                two = draw(st.integers(0, len(lines) - 1))
                lines[one], lines[two] = lines[two], lines[one]
            data = b"".join(lines)
    return path, data


def home(path: str) -> Library:
    return acme() if path in acme().by_path else corpus()


def position(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column of a byte, worked out from the definition."""
    ends = [match.end() for match in re.finditer(rb"\r\n|\r|\n", data) if match.end() <= offset]
    head = data[ends[-1] if ends else 0 : offset]
    head = head if ends else head.removeprefix(b"\xef\xbb\xbf")
    return len(ends) + 1, len(head.decode("utf-8", "replace")) + 1


def check_place(place: Place, data: bytes) -> None:
    assert 0 <= place.start <= place.end <= len(data)
    assert (place.line, place.column) == position(data, place.start)
    assert (place.end_line, place.end_column) == position(data, place.end)


def check_named(sop: Sop) -> None:
    """Places in the body hold what they are said to hold."""
    body, data = sop.body, sop.source.data
    for heading in body.headings:
        for word in plain_words(heading.text, data, heading.start, heading.end):
            assert word in data[heading.start : heading.end].decode()
    for link in body.links:
        shown = data[link.start : link.end].decode()
        if shown.endswith(")") and not re.search(r"[\\&\0]", shown):
            assert link.target in shown
    for step in body.steps:
        assert sop.body_start <= step.start <= step.end <= len(data)
        assert step.actor_start <= len(data)
        for limit in step.limits:
            for word in plain_words(limit.text, data, limit.start, limit.end):
                assert word in data[limit.start : limit.end].decode()
    for section in body.sections:
        assert sop.body_start <= section.heading.start <= section.start <= section.end <= len(data)


def plain_words(text: str, data: bytes, start: int, end: int) -> Iterator[str]:
    assert 0 <= start <= end <= len(data)
    if not re.search(rb"[\\&<\0]", data[start:end]):
        yield from re.findall(r"[A-Za-z]{3,}|\d+", text)


def check_total(path: str, data: bytes, library: Library) -> None:
    changed = library.with_texts({path: data})
    report = lint(changed, replace(AUDIT, paths=(path,)))
    for finding in (*report.findings, *report.ignored):
        check_place(finding.place, data)
        assert finding.message.isprintable() or finding.message
        for edit in finding.fix.edits if finding.fix else ():
            assert 0 <= edit.start <= edit.end <= len(data)
    sop = changed.by_path[path]
    if sop.readable:
        check_named(sop)


@pytest.mark.slow
@budget(120)
@given(damaged())
def test_a_damaged_document_gives_findings_inside_it(document: tuple[str, bytes]) -> None:
    path, data = document
    check_total(path, data, home(path))


@pytest.mark.slow
@budget(60)
@given(st.binary(max_size=400) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_findings_inside_them(data: bytes) -> None:
    check_total(acme().sops[0].path, data, acme())


PIECES = [piece.decode() for piece in SPLINTERS if piece not in {b"\xff", b"\xed\xa0\x80"}]


@pytest.mark.slow
@budget(80)
@given(st.lists(st.sampled_from(["id: AC-001\n", "a: b\n", "  - c\n", "text\n", *PIECES]), max_size=14).map("".join))
def test_any_pieces_of_documents_give_findings_inside_them(text: str) -> None:
    check_total(acme().sops[0].path, text.encode(), acme())
    check_total(acme().sops[0].path, f"---\n{text}---\n{text}".encode(), acme())


@pytest.mark.slow
def test_every_seed_gives_findings_inside_it() -> None:
    for path, data in seeds():
        check_total(path, data, home(path))


REGISTERS = [(register.name, register.source.data) for register in acme().registers.values() if register.path]


@budget(120)
@given(
    st.sampled_from(REGISTERS),
    st.integers(0, 20_000),
    st.integers(0, 40),
    st.sampled_from([*SPLINTERS, b"- x\n", b"- [a]\n", b"- {id: {a: b}}\n", b"null", b"{}", b"- \n"]),
)
def test_a_damaged_register_gives_findings_inside_it(
    register: tuple[str, bytes], where: int, gone: int, splinter: bytes
) -> None:
    name, data = register
    at = where % (len(data) + 1)
    for text in (data[:at] + splinter + data[at + gone :], splinter + data[:at], data[:at]):
        read = read_register(name, f"registers/{name}.yaml", text)
        for finding in read.findings:
            check_place(finding.place, text)


def counts(findings: tuple[Finding, ...]) -> Counter[str]:
    return Counter(finding.code for finding in findings)


def check_mending(path: str, data: bytes, library: Library) -> None:
    options = replace(AUDIT, paths=(path,))
    library = library.with_texts({path: data})
    before = counts(lint(library, options).findings)
    once = fix_findings(library, options, meaning=True)
    after = counts(once.report.findings)
    assert after == counts(lint(once.library, options).findings)
    assert {code: count for code, count in (after - before).items() if code != "SOP103"} == {}
    assert fix_findings(once.library, options, meaning=True).files == {}


@pytest.mark.slow
@budget(60)
@given(damaged())
def test_mending_is_done_once_and_breaks_nothing(document: tuple[str, bytes]) -> None:
    path, data = document
    check_mending(path, data, home(path))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["acme", "corpus"])
def test_mending_real_documents_is_done_once_and_breaks_nothing(name: str) -> None:
    for path, data in seeds():
        if (home(path) is acme()) == (name == "acme"):
            check_mending(path, data, home(path))


@pytest.mark.slow
@budget(8)
@given(damaged(), st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(document: tuple[str, bytes], shuffler: random.Random) -> None:
    path, data = document
    library = home(path).with_texts({path: data})
    sops = list(library.sops)
    shuffler.shuffle(sops)
    assert lint(replace(library, sops=tuple(sops)), AUDIT) == lint(library, AUDIT)


@pytest.mark.slow
@budget(8)
@given(damaged())
def test_linting_a_path_gives_what_the_whole_gives_there(document: tuple[str, bytes]) -> None:
    path, data = document
    library = home(path).with_texts({path: data})
    whole = lint(library, AUDIT)
    for asked in (path, path.partition("/")[0], "registers"):
        part = lint(library, replace(AUDIT, paths=(asked,)))
        inside = tuple(finding for finding in whole.findings if f"{finding.path}/".startswith(f"{asked}/"))
        assert part.findings == inside
