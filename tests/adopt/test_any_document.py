"""Whatever the bytes: a draft in which every word is kept, or a reason; only what the plan names is changed."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.adopt.adopting import empty_library, reader, words
from tests.examples import examples

from sopkit.adopt.adoption import AdoptOptions, build_plan
from sopkit.adopt.decisions import Decisions, read_decisions, write_map
from sopkit.adopt.documents import find_adopted
from sopkit.adopt.plan import AdoptedDraft
from sopkit.library import Library
from sopkit.model.sop_document import REQUIRED_SECTIONS
from sopkit.model.source import Source
from sopkit.registers.edits import apply_edits

pytestmark = pytest.mark.slow

FRONTS = (
    "", "---\ntitle: Access\nlayout: page\n---\n", "title: Access\nowner: ciso\n---\n", "+++\ntitle = 'A'\nn = 3\n+++\n",
    "---\nid: X\nid: AC-009\nversion: 7\nstatus: live\n---\n", "---\ntitle: A: b\n\tweight: 2\n---\n", "---\n\n---\n",
    "# Early\n\n---\nlayout: page\n---\n", "---\nHello\n---\n", "---\ntitle: open\nlayout: x\n", "---\n---\ntitle: two\n---\n",
)  # fmt: skip
LINES = (
    "# Title", "## Purpose", "## Scope", "### Roles", "## 2. Steps", "## Backup", "## Why", "### Step 1: Ask",
    "### Step 2: Do", "#### Deep", "###### Deepest", "Some words.", "For instance:", "- one\n- two\n  more", "* a\n* b",
    "1. first\n2. second", "1. [ ] task\n2. [ ] other", "- [ ] t\n- [x] u", "| # | Task | Who |\n|--|--|--|\n| 1 | Do | HR |",
    "Under\n=====", "Lined\n---", "---", "<h2>Html</h2>", "<!-- note -->", "> quoted", "```\ncode\n```", "```\n□ box\n□ other\n  □ in\n```", "```sh\nopen",
    "**Owner:** CISO", "[x](y.md) ![i](i.png)", "[ref]: there.md", "\tindented", "Changelog\n---------", "é – “q”",
)  # fmt: skip
DOCUMENT = st.tuples(
    st.sampled_from(FRONTS), st.lists(st.sampled_from(LINES), max_size=14), st.sampled_from(("\n", "\r\n"))
).map(lambda parts: (parts[0] + "\n\n".join(parts[1])).replace("\n", parts[2]).encode())


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    root = tmp_path_factory.mktemp("library")
    (root / "sops").mkdir()
    return empty_library(root)


def draft_of(library: Library, data: bytes, name: str = "sops/access.md", **wishes: str) -> AdoptedDraft | None:
    file = library.root / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    plan = build_plan((file,), library, AdoptOptions(**{"area": "access-control", **wishes}), Decisions())
    assert len(plan.drafts) + len(plan.refused) == 1
    return plan.drafts[0] if plan.drafts else None


def unnamed_lines(draft: AdoptedDraft) -> list[bytes]:
    """The lines of the source with its fences mended of which no change says anything."""
    data = draft.fixed
    source = Source(data)
    named = set()
    for change in draft.changes:
        whole = change.start in source.line_starts and change.text.endswith(("\n", "\r"))
        if change.end > change.start or not whole:
            first, last = source.line_of(change.start), source.line_of(max(change.end - 1, change.start))
            named |= set(range(first, last + 1))
    ends = [*source.line_starts[1:], len(data)]
    lines = [data[start:end] for start, end in zip(source.line_starts, ends, strict=True)]
    return [line.strip() for number, line in enumerate(lines, 1) if number not in named and line.strip()]


def is_in_order(lines: list[bytes], data: bytes) -> bool:
    there = iter([line.strip() for line in re.split(rb"\r\n|\n|\r", data)])
    return all(line in there for line in lines)


@pytest.mark.slow
@examples(100)
@given(data=DOCUMENT, bullets=st.sampled_from(("", "steps", "keep")))
@example(b"---\ntitle: open\nlayout: x", "")
@example(b"Lined\n---\n\n- a\n- b\n", "steps")
def test_every_word_stays_and_other_lines_stay_in_order(library: Library, data: bytes, bullets: str) -> None:
    draft = draft_of(library, data, bullets=bullets)
    if draft is None:
        assert not data.strip() or set(data.split()) <= {b"---"} or b"<<<" in data
        return
    assert Counter(words(data)) - Counter(words(draft.after)) == Counter()
    assert apply_edits(draft.fixed, draft.changes) == draft.after
    assert is_in_order(unnamed_lines(draft), draft.after)
    sop = library.read(draft.target, draft.after)
    assert sop.front.readable
    assert [name for name in REQUIRED_SECTIONS if sop.body.section(name) is None] == []
    assert sop.document is not None or {finding.code for finding in sop.findings} <= {"SOP004"}


@examples(40)
@given(data=st.binary(max_size=300))
def test_any_bytes_give_a_draft_or_a_reason(library: Library, data: bytes) -> None:
    draft = draft_of(library, data)
    if draft is not None:
        assert Counter(words(data)) - Counter(words(draft.after)) == Counter()


@pytest.mark.slow
@examples(40)
@given(data=st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")), front=st.sampled_from(FRONTS))
def test_any_text_below_any_front_matter_is_kept(library: Library, data: bytes, front: str) -> None:
    draft = draft_of(library, front.encode() + data)
    if draft is not None:
        assert Counter(words(front.encode() + data)) - Counter(words(draft.after)) == Counter()


def test_a_document_that_moves_loses_nothing(library: Library) -> None:
    draft = draft_of(library, b"# Grant access\n\nWhy.\n\n## Steps\n\n1. Ask.\n2. Grant.\n", "notes/grant.md")
    assert draft is not None
    assert (draft.moved, draft.target) == (True, "sops/access-control/ac-001-grant-access.md")


def test_folders_are_not_changed_by_planning(library: Library) -> None:
    data = b"# Grant access\n\n## Steps\n\n1. Ask.\n2. Grant.\n"
    draft_of(library, data)
    assert (library.root / "sops/access.md").read_bytes() == data
    assert not Path(library.root / "registers").exists()


@pytest.mark.parametrize(
    "data",
    [
        "---\nключ: 2\n日本: x\n2fa: y\n$schema: z\nog:title: t\n---\n# T\n".encode(),
        b'---\n"quoted key": 1\n\'other\': 2\n"title": "X"\n---\n# T\n',
        b"---\n{title: X, status: live, layout: p}\n---\n# T\n",
        b"---\na: 1\n? b\n: 2\n---\n# T\n",
        b"---\n" + b"".join(b"key%d: v\n" % number for number in range(380)) + b"---\n# T\n",
    ],
)
def test_keys_of_any_form_stay_and_are_tolerated(library: Library, data: bytes) -> None:
    draft = draft_of(library, data)
    assert draft is not None
    assert Counter(words(data)) - Counter(words(draft.after)) == Counter()
    sop = reader(draft)(draft.target, draft.after)
    assert {finding.code for finding in sop.findings} <= {"SOP004"}
    assert [one.message for one in sop.findings if "unknown key" in one.message] == []
    assert sop.front.readable


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        b"---\n" + b"".join(b"key%d: v\n" % number for number in range(395)) + b"---\n# T\n",
        b"---\n" + b"".join(b"key%d: v\n" % number for number in range(5000)) + b"---\n# T\n",
        b"# T\n\n" + b"words " * ((2 * 1024 * 1024 - 10) // 6),
    ],
)
def test_what_would_be_no_readable_sop_is_refused(library: Library, data: bytes) -> None:
    assert draft_of(library, data) is None


@pytest.mark.parametrize("data", [b"# T\n\n## Steps\n\n1. Ask.\n", b"# T\r\r## Steps\r\r1. Ask.\r"])
def test_the_source_of_a_copy_is_found_again(library: Library, data: bytes) -> None:
    draft = draft_of(library, data, "docs/access.md")
    assert draft is not None
    sop = library.read(draft.target, draft.after)
    assert find_adopted([sop]) == {"docs/access.md": sop}


SIX = b"".join(b"### %s\n\nx\n\n" % name.encode() for name in REQUIRED_SECTIONS)


@pytest.mark.parametrize(
    "data",
    [
        b"#\n\n##\n\n## \n\n1. a\n\n## " + b"x y " * 500 + b"\n\n1. b\n",
        b"# T\n\n- one\n- two\n\n## Backup\n\n## Backup\n\n- one\n- two\n",
        b"# T\n\n## 1\n\n" + SIX + b"## 2\n\n" + SIX,
    ],
)
def test_headings_of_any_form_are_replayed(library: Library, data: bytes) -> None:
    (library.root / "sops/access.md").write_bytes(data)
    plan = build_plan((library.root / "sops/access.md",), library, AdoptOptions(area="access-control"), Decisions())
    decisions = read_decisions(write_map(plan).encode(), "map.yaml")
    again = build_plan((library.root / "sops/access.md",), library, AdoptOptions(), decisions)
    assert again.drafts[0].after == plan.drafts[0].after


@pytest.mark.parametrize("opening", [b"<!-- open", b"<pre>\nopen", b'<script type="x">', b"<!-- open\n\n```\n"])
def test_html_that_never_ends_swallows_no_section(library: Library, opening: bytes) -> None:
    draft = draft_of(library, b"# T\n\n1. Ask.\n\n" + opening)
    assert draft is not None
    sop = library.read(draft.target, draft.after)
    assert [name for name in REQUIRED_SECTIONS if sop.body.section(name) is None] == []
    assert "HTML" in [line.about for line in draft.plan_lines]


@pytest.mark.slow
@examples(40)
@given(data=DOCUMENT, name=st.sampled_from(("sops/access.md", "docs/access.md")))
def test_a_saved_map_gives_the_same_bytes_and_a_draft_is_never_adopted_again(
    library: Library, data: bytes, name: str
) -> None:
    file = library.root / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)
    plan = build_plan((file,), library, AdoptOptions(area="access-control"), Decisions())
    if not plan.drafts:
        return
    (draft,) = plan.drafts
    replayed = build_plan((file,), library, AdoptOptions(), read_decisions(write_map(plan).encode(), "map.yaml"))
    assert [one.after for one in replayed.drafts] == [draft.after]
    there = replace(library, sops=(library.read(draft.target, draft.after),))
    file.write_bytes(data if draft.moved else draft.after)
    again = build_plan((file,), there, AdoptOptions(area="access-control"), Decisions())
    assert (again.drafts, [one.adopted for one in again.refused]) == ((), [True])
