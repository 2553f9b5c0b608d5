"""Nothing that differs is lost, and nothing is told that does not differ, whatever the two texts are."""

import re
from collections.abc import Iterable
from functools import cache
from random import Random
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.build import complete, read
from tests.examples import examples
from tests.parsing.changes import CHANGES, Change
from tests.parsing.layouts import LAYOUTS, Layout
from tests.parsing.test_digest_documents import DOCUMENTS
from tests.parsing.written import BLOCKS, Tree, altered, written

from sopkit.diff import compare
from sopkit.diff.compare import format_flow_value
from sopkit.diff.model import ChangeKind, TextDiff, TextRun
from sopkit.model.config import Config
from sopkit.model.sop import Sop
from sopkit.parsing.digest import canonical_body, digest

FRONT = b"---\nid: V-001\n---\n"
ENOUGH = examples(40)
SEEDS = st.integers(0, 2**32).map(Random)
SPLINTERS = (
    "\n",
    "---\n",
    "# ",
    "## Procedure\n\n",
    "1. ",
    "- [ ] ",
    "> ",
    "| a |\n| - |\n",
    "```\n",
    "<!--",
    "-->",
    "<b>",
)
SPLINTERS += (
    "[x](y)",
    "**",
    "*",
    "`",
    "word",
    "two words",
    "\\",
    "[^1]: ",
    "id: A\n",
    "\x00",
    "\r",
    "  ",
    "é",
    "e\u0301",
)
WRITING = st.lists(st.sampled_from(SPLINTERS), max_size=30).map("".join)


def typed(tree: tuple[Tree, ...], random: Random) -> bytes:
    return written(tree, random).encode()


def runs_of(found: TextDiff) -> Iterable[TextRun]:
    for change in (*found.keys, *found.administrative, *found.blocks):
        yield from change.runs


def words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"\w+", normalize("NFC", text))}


def faithful(old: Sop, new: Sop) -> TextDiff:
    """The redline, after seeing that it is empty exactly when it should be and that it has every new and lost word."""
    found = compare(old, new)
    config = Config()
    lines = not all(sop.readable and sop.front.readable for sop in (old, new))
    assert found.material == (digest(old, config) != digest(new, config))
    for runs, fate, here, there in ((1, ChangeKind.ADDED, new, old), (2, ChangeKind.REMOVED, old, new)):
        told = words(text for run in runs_of(found) if run.how is fate for text in (run.text, *run.style))
        told |= words(shape for block in found.blocks for shape in (block.shape, block.old_shape))
        told |= words(key.key for key in found.keys if key.how is fate)  # the name of a key that came or went
        missing = said(here, lines=lines) - said(there, lines=lines) - told
        # `[x](y)[x](y)` is read as the one word "xx", which the canonical form has in two
        assert not [word for word in missing if not any(word in longer for longer in told)], runs
    return found


def said(sop: Sop, *, lines: bool) -> set[str]:
    """The words of a text that surely count: of the front matter and the running text, or of all its lines."""
    if lines:
        return words([sop.source.data.decode("utf-8", "backslashreplace")])
    canonical = canonical_body(sop.source.data[sop.body_start :].decode("utf-8", "replace"))
    bare = re.sub(rb"\xfe[kf]|\xfe[^\xfd]{0,20}?\xfd|\xff.|[\xf8-\xfc]", b" ", canonical, flags=re.DOTALL)
    return words((format_flow_value(sop.front.typed), bare.decode()))


@cache
def bodies() -> list[bytes]:
    found = (read(path.read_bytes()) for path in DOCUMENTS)
    return [sop.source.data[sop.body_start :].replace(b"\r\n", b"\n") for sop in found if sop.readable]


def part_of_bodies(number: int) -> list[tuple[int, bytes]]:
    """Every fourth document, starting at another one for each number, and its seed."""
    return list(enumerate(bodies()))[number % 4 :: 4]


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_another_layout_of_real_documents_is_no_change(layout: Layout) -> None:
    for seed, body in part_of_bodies(LAYOUTS.index(layout)):
        assert not faithful(read(FRONT + body), read(FRONT + layout(body, Random(seed)))).material


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_of_real_documents_is_told_and_little_else(change: Change) -> None:
    for seed, body in part_of_bodies(CHANGES.index(change)):
        other = change(body, Random(seed))
        if other is not None:
            found = faithful(read(FRONT + body), read(FRONT + other))
            assert sum(not block.kept for block in found.blocks) <= 30


@pytest.mark.slow
@ENOUGH
@given(BLOCKS, BLOCKS, SEEDS)
def test_two_trees(one: tuple[Tree, ...], two: tuple[Tree, ...], random: Random) -> None:
    faithful(read(FRONT + typed(one, random)), read(FRONT + typed(two, random)))


@pytest.mark.slow
@ENOUGH
@given(BLOCKS, SEEDS, SEEDS)
def test_a_tree_typed_twice_and_altered_once(tree: tuple[Tree, ...], one: Random, two: Random) -> None:
    first = read(FRONT + typed(tree, one))
    assert not faithful(first, read(FRONT + typed(tree, two))).material
    faithful(first, read(FRONT + typed(altered(tree, two), two)))


@pytest.mark.slow
@ENOUGH
@given(WRITING, WRITING, st.booleans(), st.booleans())
@example(one="", two="---\n---\n", front=True, other=False)
@example(one="", two="[x](y)[x](y)", front=True, other=True)
@example(one="", two="1. [^1]: ", front=True, other=True)
@example(one="1. ", two="1. [^1]: ", front=True, other=True)
def test_any_two_writings(one: str, two: str, front: bool, other: bool) -> None:
    faithful(*(read((FRONT if has else b"") + text.encode()) for text, has in ((one, front), (two, other))))


@ENOUGH
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes(one: bytes, two: bytes) -> None:
    faithful(read(one), read(two))


@cache
def _large() -> dict[str, tuple[str, str]]:
    random = Random(1)
    vocabulary = [f"w{number}" for number in range(3000)]

    def prose(size: int) -> str:
        return " ".join(random.choice(vocabulary) for _ in range(size))

    def paragraphs() -> str:
        return "\n\n".join(prose(40) for _ in range(300))

    one = prose(12_000)
    return {
        "paragraphs": (paragraphs(), paragraphs()),
        "one paragraph": (one, " ".join(word for word in one.split() if random.random() > 0.2)),
        "two words": ("a b " * 16_000, "a a b " * 11_000),
        "many like lines": ("\n\n".join(["a b " * 40] * 400), "\n\n".join(["b a a " * 27] * 400)),
        "code": ("```\n" + "x = 1\ny = 2\n" * 4_000, "```\n" + "y = 2\nx = 1\nx = 3\n" * 2_600),
        "steps": tuple("\n".join(f"1. Do {prose(5)}" for _ in range(1_400)) for _ in range(2)),  # type: ignore[dict-item]
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["paragraphs", "one paragraph", "two words", "many like lines", "code", "steps"])
def test_large_texts_that_differ_nearly_everywhere(name: str) -> None:
    assert faithful(*(read(complete("## Procedure\n\n") + text) for text in _large()[name])).material
