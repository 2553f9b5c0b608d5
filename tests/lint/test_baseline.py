"""The baseline: what it knows again, what it does not, and what is gone from it."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import PATH, REGISTERS, complete, library
from tests.examples import examples

from sopkit.library import Library
from sopkit.lint.baseline import HEAD, baseline_entries, baseline_text, load_baseline, read_baseline, split_by_baseline
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.lint.select import Profile
from sopkit.model.errors import SopkitError
from sopkit.model.finding import NO_BASELINE, Baseline, BaselineEntry, Finding
from sopkit.model.source import Source

HEDGE = "1. **IT operations**: Wipe the laptop if necessary.\n"
OTHER = HEDGE.replace("if necessary", "as appropriate")
STEPS = "## Procedure\n\n1. **IT operations**: Disable the account.\n{}1. **IT operations**: End.\n"
OPTIONS = LintOptions(profile=Profile.AUDIT, baseline=NO_BASELINE)


def sop(steps: str = HEDGE, **keys: str) -> str:
    return complete(STEPS.format(steps), **keys)


def written(shelf: Library, options: LintOptions = OPTIONS) -> Baseline:
    """The baseline of what is found now, by way of its bytes."""
    entries = baseline_entries(lint(shelf, options).findings, shelf.sources)
    return read_baseline(baseline_text(entries).encode(), "known.txt")


def judged(shelf: Library, baseline: Baseline, **options: object) -> tuple[list[str], list[str], list[str]]:
    """Codes of what is new and of what is known, and the message about what is gone."""
    report = lint(shelf, replace(OPTIONS, baseline=baseline, **options))  # type: ignore[arg-type] - as asked
    gone = [one.message for one in report.findings if one.path == "known.txt"]
    return [one.code for one in report.findings if one.path != "known.txt"], [one.code for one in report.known], gone


GONE = ["1 known finding is gone; take what is gone out of the baseline: sopkit lint --write-baseline"]


def test_what_is_known_is_set_apart_and_fails_nothing(tmp_path: Path) -> None:
    shelf = library(tmp_path, {PATH: sop()})
    report = lint(shelf, replace(OPTIONS, baseline=written(shelf)))
    assert (report.findings, [one.code for one in report.known], report.failed) == ((), ["SOP207"], False)
    assert all(one.known for one in report.known)
    assert lint(shelf, OPTIONS).failed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1. **IT operations**", "1. **Line manager**: Tell the asset owner.\n1. **IT operations**"),
        ("## Purpose", "## Purpose\n\nMore words.\n\n"),
        ("Wipe the laptop if necessary.", "Wipe  the laptop if\tnecessary. "),
        ("\n", "\r\n"),
    ],
    ids=["step-before", "lines-before", "blanks", "line-ends"],
)
def test_it_is_known_again_when_lines_move(before: str, after: str, tmp_path: Path) -> None:
    baseline = written(library(tmp_path, {PATH: sop()}))
    shelf = library(tmp_path, {PATH: sop().replace(before, after)})
    assert judged(shelf, baseline) == ([], ["SOP207"], [])


def test_another_of_its_kind_is_new(tmp_path: Path) -> None:
    baseline = written(library(tmp_path, {PATH: sop()}))
    assert judged(library(tmp_path, {PATH: sop(HEDGE + OTHER)}), baseline) == (["SOP207"], ["SOP207"], [])
    assert judged(library(tmp_path, {PATH: sop(HEDGE + HEDGE)}), baseline) == (["SOP207"], ["SOP207"], [])
    assert judged(library(tmp_path, {PATH: sop(OTHER)}), baseline) == (["SOP207"], [], GONE)


def test_what_is_mended_is_told_in_the_line_of_the_baseline(tmp_path: Path) -> None:
    baseline = written(library(tmp_path, {PATH: sop(HEDGE + OTHER)}))
    shelf = library(tmp_path, {PATH: sop(HEDGE)})
    report = lint(shelf, replace(OPTIONS, baseline=baseline))
    (finding,) = report.findings
    line = baseline.source.line_text(finding.place.line)
    assert (finding.code, finding.path, finding.message) == ("SOP017", "known.txt", GONE[0])
    assert "as appropriate" in line
    both = judged(library(tmp_path, {PATH: complete()}), baseline)[2]
    assert both == [GONE[0].replace("1 known finding is", "2 known findings are")]


@pytest.mark.parametrize(
    ("options", "gone"),
    [
        ({"paths": ("registers",)}, []),
        ({"paths": ("sops",)}, GONE),
        ({"paths": ("",)}, GONE),
        ({"select": ("SOP1", "SOP017")}, []),
        ({"ignore": ("bare-hedge",)}, []),
        ({"ignore": ("SOP017",)}, []),
        ({"profile": Profile.DRAFT}, []),
        ({"profile": Profile.REVIEW}, GONE),
    ],
)
def test_what_was_not_looked_for_is_not_gone(options: dict[str, object], gone: list[str], tmp_path: Path) -> None:
    baseline = written(library(tmp_path, {PATH: sop()}))
    assert judged(library(tmp_path, {PATH: complete()}), baseline, **options) == ([], [], gone)


def test_a_whole_file_that_is_gone_is_told(tmp_path: Path) -> None:
    second = "sops/access-control/ac-002-wipe.md"
    baseline = written(library(tmp_path / "a", {PATH: complete(), second: sop(id="AC-002")}))
    assert judged(library(tmp_path / "b", {PATH: complete()}), baseline) == ([], [], GONE)


def test_a_file_of_another_name_is_known_again(tmp_path: Path) -> None:
    text = sop(HEDGE + OTHER, without=("owner",)).replace("owner: security-lead\n", "")
    baseline = written(library(tmp_path / "a", {PATH: text}))
    shelf = library(tmp_path / "b", {"sops/others/ac-001-grant.md": text.replace("as appropriate", "as needed")})
    new, known, gone = judged(shelf, baseline)
    assert (new, known, gone) == (["SOP207"], ["SOP006", "SOP207"], GONE)


def test_a_file_with_little_in_common_is_another_document(tmp_path: Path) -> None:
    """It lacks an owner too, by which alone nobody is known again."""
    lacking = complete().replace("owner: security-lead\n", "")
    old = sop(HEDGE + OTHER).replace("owner: security-lead\n", "")
    baseline = written(library(tmp_path / "a", {PATH: old}))
    new, known, _ = judged(library(tmp_path / "b", {"sops/new.md": lacking}), baseline, ignore=("SOP1", "SOP0"))
    assert (new, known) == ([], [])
    new, known, gone = judged(library(tmp_path / "b", {"sops/new.md": lacking}), baseline, select=("SOP006", "SOP017"))
    assert (new, known, gone) == (["SOP006"], [], GONE)


def test_a_file_is_not_taken_for_one_that_is_still_there(tmp_path: Path) -> None:
    second = "sops/access-control/ac-002-wipe.md"
    baseline = written(library(tmp_path / "a", {PATH: sop()}))
    shelf = library(tmp_path / "b", {PATH: complete(), second: sop(id="AC-002")})
    assert judged(shelf, baseline) == (["SOP207"], [], GONE)


def test_namesakes_come_first_when_folders_move(tmp_path: Path) -> None:
    names = [f"ac-{at:03}-x.md" for at in range(1, 6)]
    texts = {name: sop(id=name[:6].upper()) for name in names}
    baseline = written(library(tmp_path / "a", {f"sops/old/{name}": text for name, text in texts.items()}))
    moved = library(tmp_path / "b", {f"sops/new/{name}": text for name, text in texts.items()})
    assert judged(moved, baseline) == ([], ["SOP207"] * 5, [])


def findings(*messages: str, path: str = "a.md", line: str = "Wipe it.\n") -> tuple[list[Finding], dict[str, Source]]:
    source = Source(line.encode())
    return [Finding(path, source.place(0, 4), message, "SOP207") for message in messages], {path: source}


def everything(_: BaselineEntry) -> bool:
    return True


def test_another_wording_of_the_message_is_known_again_where_the_line_has_words() -> None:
    for line, known in (("Wipe it.\n", 1), ("---\n", 0)):
        old, sources = findings("say when", line=line)
        baseline = Baseline("b", Source(b""), baseline_entries(old, sources))
        new, _ = findings("say when, as a number", line=line)
        parted = split_by_baseline(baseline, new, sources, everything)
        assert (len(parted.known), len(parted.new), len(parted.gone)) == (known, 1 - known, 1 - known)


def test_the_same_wording_comes_before_another() -> None:
    old, sources = findings("one", "two")
    baseline = Baseline("b", Source(b""), baseline_entries(old, sources))
    new, _ = findings("three", "two", "one")
    parted = split_by_baseline(baseline, new, sources, everything)
    assert [one.message for one in parted.new] == ["three"]
    assert (len(parted.known), parted.gone) == (2, ())


def test_the_file_is_sorted_with_an_entry_a_line(tmp_path: Path) -> None:
    found, sources = findings("say\nwhen: \x1b[31m" + "x" * 300, path="sops/b: SOP1.md")
    more, other = findings("say", path="sops/a.md")
    entries = baseline_entries([*found, *more], sources | other)
    text = baseline_text(entries)
    assert text == baseline_text(reversed(entries))
    head, about, *lines, last = text.split("\n")
    assert (head, about[:2], last) == (HEAD, "# ", "")
    assert lines == [
        f"sops/a.md: SOP207 {entries[1].words}{entries[1].said} say",
        f"sops/b: SOP1.md: SOP207 {entries[0].words}{entries[0].said} say when: \\x1b[31m{'x' * 141}…",
    ]
    read = read_baseline(text.encode(), "known.txt")
    assert set(read.entries) == set(entries)
    assert [one.line for one in read.entries] == [3, 4]


def test_a_name_that_is_not_utf8_is_known_again() -> None:
    found, sources = findings("say", path="sops/caf\udce9.md")
    text = baseline_text(baseline_entries(found, sources))
    parted = split_by_baseline(read_baseline(text.encode(), "b"), found, sources, everything)
    assert (len(parted.known), parted.gone) == (1, ())


ENTRY = "a.md: SOP207 0123456789abcdef say when"


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"", "b.txt:1: is no baseline: its first line is not `# sopkit baseline 1`", "name another file"),
        (b"# AC-001\n", "b.txt:1: is no baseline: its first line is not `# sopkit baseline 1`", "name another file"),
        (b"# sopkit baseline 2\n", "b.txt:1: is of a newer sopkit", "upgrade sopkit"),
        (b"# sopkit baseline 1\n\nx\xff\n", "b.txt:3: is not UTF-8, so this is no baseline", "write it anew"),
        (f"{HEAD}\n{ENTRY}\n<<<<<<< ours\n".encode(), "b.txt:3: a merge was left here", "keep the lines of both"),
        (f"{HEAD}\n=======\n".encode(), "b.txt:2: a merge was left here", "keep the lines of both"),
        (f"{HEAD}\n{ENTRY}\nwhat\n".encode(), "b.txt:3: no entry of a baseline", "delete the line, or write it anew"),
        (f"{HEAD}\n{ENTRY.replace('f', '')}\n".encode(), "b.txt:2: no entry of a baseline", "delete the line"),
        (f"{HEAD}\n{ENTRY.replace('SOP', 'SOX')}\n".encode(), "b.txt:2: no entry of a baseline", "delete the line"),
    ],
)
def test_a_file_that_is_no_baseline_is_told_with_the_line(data: bytes, message: str, hint: str) -> None:
    with pytest.raises(SopkitError) as caught:
        read_baseline(data, "b.txt")
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize("text", [f"{HEAD}\n{ENTRY}", f"\ufeff{HEAD}\r\n{ENTRY}\r\n", f"{HEAD}\n\n# why\n{ENTRY}  \n"])
def test_what_editors_do_to_a_file_is_read(text: str) -> None:
    (entry,) = read_baseline(text.encode(), "b.txt").entries
    assert entry == BaselineEntry("a.md", "SOP207", "0123456789", "abcdef")
    assert entry.message == "say when"


def test_what_is_written_anew_may_be_broken_but_not_another_file() -> None:
    text = f"{HEAD}\n<<<<<<< a\n{ENTRY}\n=======\n>>>>>>> b\n"
    assert len(read_baseline(text.encode(), "b.txt", rewritten=True).entries) == 1
    with pytest.raises(SopkitError):
        read_baseline(b"# An SOP\n", "b.txt", rewritten=True)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SopkitError, match=r"b\.txt: no such file"):
        load_baseline((tmp_path / "b.txt").read_bytes, "b.txt")
    assert load_baseline((tmp_path / "b.txt").read_bytes, "b.txt", rewritten=True).entries == ()
    with pytest.raises(SopkitError, match="cannot be read: Is a directory"):
        load_baseline(tmp_path.read_bytes, "b.txt", rewritten=True)


def test_the_configuration_names_a_baseline(tmp_path: Path) -> None:
    shelf = library(tmp_path, {PATH: sop(), "known.txt": ""}, config='[lint]\nbaseline = "known.txt"\n')
    (tmp_path / "known.txt").write_bytes(written(shelf).source.data)
    report = lint(shelf, LintOptions(profile=Profile.AUDIT))
    assert ([one.code for one in report.findings], [one.code for one in report.known]) == ([], ["SOP207"])
    (tmp_path / "known.txt").unlink()
    with pytest.raises(SopkitError, match=r"known\.txt: no such file"):
        lint(shelf)


def test_a_baseline_of_another_profile_is_used_for_what_runs(tmp_path: Path) -> None:
    text = sop().replace("owner: security-lead\n", "")
    shelf = library(tmp_path, {PATH: text})
    baseline = written(shelf)
    assert len(baseline.entries) == 2
    assert judged(shelf, baseline, profile=Profile.DRAFT) == ([], ["SOP006"], [])


def test_an_ignore_comes_before_the_baseline(tmp_path: Path) -> None:
    baseline = written(library(tmp_path, {PATH: sop()}))
    text = sop(HEDGE.replace(".\n", ". <!-- sopkit: ignore SOP207 kept on purpose -->\n"))
    report: LintReport = lint(library(tmp_path, {PATH: text}), replace(OPTIONS, baseline=baseline))
    assert [one.code for one in report.ignored] == ["SOP207"]
    assert [one.message for one in report.findings] == GONE


words = st.sampled_from(["Wipe it if necessary.", "Do so as appropriate.", "---", "", "End promptly."])
lines = st.lists(st.tuples(words, st.sampled_from(["one", "two"])), max_size=12)


@pytest.mark.slow
@examples(60)
@given(lines, lines, st.randoms())
def test_counts_always_add_up(
    before: list[tuple[str, str]], after: list[tuple[str, str]], shuffle: random.Random
) -> None:
    """Whatever moved: an entry stands for one finding at most, and the same findings in any order are all known."""

    def made(rows: list[tuple[str, str]]) -> tuple[list[Finding], dict[str, Source]]:
        source = Source("".join(f"{line}\n" for line, _ in rows).encode())
        found = [Finding("a.md", source.line_place(at), said, "SOP207") for at, (_, said) in enumerate(rows, 1)]
        return found, {"a.md": source}

    entries = baseline_entries(*made(before))
    baseline = Baseline("b", Source(b""), entries)
    parted = split_by_baseline(baseline, *made(after), everything)
    assert len(parted.known) + len(parted.new) == len(after)
    assert len(parted.known) + len(parted.gone) == len(before)
    again = before.copy()
    shuffle.shuffle(again)
    parted = split_by_baseline(baseline, *made(again), everything)
    assert (len(parted.known), parted.new, parted.gone) == (len(before), (), ())


def test_registers_are_in_it_as_well(tmp_path: Path) -> None:
    rows = REGISTERS["registers/roles.yaml"].replace("{person: ann}", "{person: zoe}", 1)
    shelf = library(tmp_path, {"registers/roles.yaml": rows})
    baseline = written(shelf)
    assert [one.path for one in baseline.entries] == ["registers/roles.yaml"] * len(baseline.entries)
    assert baseline.entries
    assert judged(shelf, baseline)[0] == []
