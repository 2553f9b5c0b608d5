"""Documents as trees, and a writer that types one tree in many ways."""

from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import strategies as st

Tree = tuple[Any, ...]

_WORD = st.sampled_from(["must", "not", "4", "40", "Okta", "é", "A.5.18", "&amp;", "now"])
_WORDS = st.lists(_WORD, min_size=1, max_size=3).map(tuple)
_INLINE = st.one_of(
    st.tuples(st.just("word"), _WORD),
    st.tuples(st.just("strong"), _WORDS),
    st.tuples(st.just("emphasis"), _WORDS),
    st.tuples(st.just("code"), st.sampled_from(["a b", "a  b", "ab", "A"])),
    st.tuples(st.just("link"), _WORDS, st.sampled_from(["a.md", "b.md#x", "https://c.example/?d=1"])),
)
_RUN = st.lists(_INLINE, min_size=1, max_size=4).map(tuple)
_PARAGRAPH = st.tuples(st.just("paragraph"), _RUN)
_CODE = st.tuples(
    st.just("code"),
    st.sampled_from(["", "sh", "yaml"]),
    st.lists(st.sampled_from(["a:", "  b: 1", "\tc", "d  e", "4"]), min_size=1, max_size=3).map(
        lambda lines: ("x", *lines)
    ),
)
_LEAF = st.one_of(
    _PARAGRAPH,
    _CODE,
    st.tuples(st.just("heading"), st.integers(1, 6), _RUN),
    st.tuples(st.just("rule")),
    st.tuples(
        st.just("table"), st.lists(st.tuples(_RUN, st.one_of(st.just(()), _RUN)), min_size=1, max_size=3).map(tuple)
    ),
)


def _apart(blocks: list[Tree]) -> tuple[Tree, ...]:
    """Without lists that follow each other: two of a kind are one list for the digest."""
    kept: list[Tree] = []
    for block in blocks:
        if not (kept and kept[-1][0] == block[0] == "list"):
            kept.append(block)
    return tuple(kept)


def _holders(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    item = st.tuples(
        st.sampled_from([None, None, False, True]),
        st.tuples(_PARAGRAPH, st.lists(inner, max_size=2).map(_apart)).map(lambda both: (both[0], *both[1])),
    )
    return st.one_of(
        st.tuples(st.just("list"), st.booleans(), st.lists(item, min_size=1, max_size=3).map(tuple)),
        st.tuples(st.just("quote"), st.lists(inner, min_size=1, max_size=2).map(_apart)),
    )


BLOCKS = st.lists(st.recursive(_LEAF, _holders, max_leaves=6), min_size=1, max_size=4).map(_apart)
"""The blocks of a document."""


_OTHER_KIND = {"strong": "emphasis", "emphasis": "strong"}
_KINDS = {"paragraph", "heading", "list", "code", "quote", "table", "rule", "word", "strong", "emphasis", "link"}


def altered(tree: tuple[Tree, ...], random: Random) -> tuple[Tree, ...]:
    """The tree with one word, level, kind, mark or target of it changed; only rules have none."""
    kinds: dict[str, list[tuple[int, ...]]] = {}
    for kind, path in _leaves(tree):
        kinds.setdefault(kind, []).append(path)
    return _with(tree, random.choice(kinds[random.choice(sorted(kinds))])) if kinds else tree


def _leaves(tree: Any, path: tuple[int, ...] = (), kind: str = "") -> Iterator[tuple[str, tuple[int, ...]]]:
    """What can be changed, each with its kind, so that rare kinds are tried as often as words."""
    if isinstance(tree, tuple):
        if tree and isinstance(tree[0], str) and tree[0] in _KINDS:
            kind = tree[0]
        for at, part in enumerate(tree):
            yield from _leaves(part, (*path, at), f"{kind.split()[0]} {at}" if kind else "")
    elif tree not in _KINDS or tree in _OTHER_KIND:
        yield kind, path


def _with(tree: Any, path: tuple[int, ...]) -> Any:
    if path:
        return tuple(_with(part, path[1:]) if at == path[0] else part for at, part in enumerate(tree))
    match tree:
        case None:
            return False
        case bool():
            return not tree
        case int():
            return tree % 6 + 1
    return _OTHER_KIND.get(tree, f"{tree}z")


def written(blocks: tuple[Tree, ...], random: Random) -> str:
    """The Markdown of a tree, typed in one of many ways."""
    lines = _blocks(blocks, random)
    return random.choice(["\n", "\r\n", "\r"]).join(lines) + random.choice(["", "\n"])


def _blocks(blocks: tuple[Tree, ...], random: Random) -> list[str]:
    lines: list[str] = []
    before = ""
    for block in blocks:
        if lines:
            lines += [""] * random.choice([1, 1, 2])
            if random.random() < 0.2:
                lines += ["<!-- between -->", ""]
        lines += _block(block, before, random)
        before = block[0]
    return lines


def _block(block: Tree, before: str, random: Random) -> list[str]:
    match block:
        case ("paragraph", run):
            return _run(run, random, breaks=True).split("\n")
        case ("heading", level, run):
            text = _run(run, random)
            if level <= 2 and random.random() < 0.5:
                return [text, ("=" if level == 1 else "-") * random.choice([3, 9])]
            return ["#" * level + random.choice([" ", "   "]) + text + random.choice(["", " ##"])]
        case ("rule",):
            return [random.choice(["***", "___", "* * *", "-----"])]
        case ("code", info, code):
            if not info and before in {"paragraph", "heading"} and random.random() < 0.5:
                return ["    " + line for line in code]
            fence = random.choice(["```", "~~~", "`````"])
            return [fence + random.choice(["", " "]) * bool(info) + info, *code, fence]
        case ("table", rows):
            return _table(rows, random)
        case ("quote", inner):
            return [f"> {line}".rstrip(" ") for line in _blocks(inner, random)]
        case ("list", ordered, items):
            return _list(items, random, ordered=ordered)
    raise AssertionError(block)


def _list(items: tuple[Tree, ...], random: Random, *, ordered: bool) -> list[str]:
    bullet, point = random.choice("-*+"), random.choice(".)")
    first = random.choice([1, 1, 7])
    tight = random.random() < 0.6 and all(len(blocks) == 1 for _, blocks in items)
    lines: list[str] = []
    for at, (done, blocks) in enumerate(items):
        mark = f"{first + random.choice([0, at])}{point}" if ordered else bullet
        mark += " " * random.choice([1, 2, 3])
        inner = _blocks(blocks, random)
        task = "" if done is None else f"[{random.choice('xX') if done else ' '}] "
        if lines and not tight:
            lines.append("")
        lines.append(mark + task + inner[0])
        lines += [" " * len(mark) + line if line else "" for line in inner[1:]]
    return lines


def _table(rows: tuple[Tree, ...], random: Random) -> list[str]:
    lines = []
    for row in rows:
        pad = [" " * random.choice([1, 1, 3]) for _ in range(4)]
        first, second = (_run(cell, random) for cell in row)
        lines.append(f"|{pad[0]}{first}{pad[1]}|{pad[2]}{second}{pad[3]}|")
    lines.insert(1, random.choice(["|---|---|", "| :-- | --: |", "|:-:|-|"]))
    return lines


def _run(run: Tree, random: Random, *, breaks: bool = False) -> str:
    out = ""
    for part in run:
        if out:
            out += random.choice(
                [" ", " ", "  ", "\n", "  \n", "\\\n", " <!-- c --> "] if breaks else [" ", "  ", " <!-- c --> "]
            )
        out += _inline(part, random)
    return out


def _inline(part: Tree, random: Random) -> str:
    match part:
        case ("word", word):
            return random.choice([word, "e\u0301"]) if word == "é" else str(word)
        case ("strong" | "emphasis" as kind, words):
            mark = random.choice("*_") * (2 if kind == "strong" else 1)
            return mark + " ".join(words) + mark
        case ("code", code):
            mark = random.choice(["`", "``"])
            return f"{mark}{code}{mark}"
        case ("link", words, target):
            return f"[{' '.join(words)}]({random.choice([target, f'<{target}>'])})"
    raise AssertionError(part)
