"""Reading one text after another gives for each what reading it alone gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lifecycle.sops import CLAIMS, CONFIG, sop

from sopkit.lifecycle.snapshot import SnapshotReader, find_changed_value
from sopkit.parsing.config import read_config
from sopkit.parsing.digest import digest
from sopkit.parsing.sop import parse

ALIASED = (
    '[front_matter]\naliases = { label = "version", state = "status", seen = "summary" }\ndefaults = { status = "active" }\n'
    'claims = { reviewed = "last_reviewed", every = "tags", next = "version" }\n[review]\nbasis = "claims"\n'
)
CONFIGS = [read_config(text.encode(), "sopkit.toml") for text in (CONFIG, CLAIMS, ALIASED)]
HEAD = b'---\nid: AC-001\nversion: "1.0"\ncontrols:\n- A.5.1\nsummary: One.\ntags: [a, b]\n---\n'


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (HEAD, HEAD.replace(b'"1.0"', b'"1.1"'), ("version", "1.1")),
        (HEAD, HEAD.replace(b'"1.0"', b"1.10 "), ("version", "1.10")),
        (HEAD, HEAD.replace(b"One.", b"at http://x:1/y"), ("summary", "at http://x:1/y")),
        (HEAD, HEAD, None),
        (HEAD, HEAD.replace(b'"1.0"', b"null"), None),
        (HEAD, HEAD.replace(b'"1.0"', b"a: b"), None),
        (HEAD, HEAD.replace(b'"1.0"', b"a #b"), None),
        (HEAD, HEAD.replace(b'"1.0"', b'"1\\n"'), None),
        (HEAD, HEAD.replace(b'"1.0"', b"\xc2\x85"), None),
        (HEAD, HEAD.replace(b'"1.0"', '"\u00fc"'.encode()), None),
        (HEAD, HEAD.replace(b"version:", b"status:"), None),
        (HEAD, HEAD.replace(b"One.", b"Two.").replace(b"1.0", b"1.1"), None),
        (HEAD, HEAD.replace(b"- A.5.1", b"- A.5.2"), None),
    ],
)
def test_one_value(before: bytes, after: bytes, expected: tuple[str, str] | None) -> None:
    assert find_changed_value(before, after) == expected


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace(b"summary: One.\n", b"summary: One.\n  and more\n"),
        HEAD.replace(b"summary: One.\n", b"summary: One.\nsummary: Two.\n"),
        HEAD.replace(b"tags: [a, b]", b'tags: "\nsummary: x"'),
        HEAD.replace(b"tags: [a, b]", b"tags: [a,\nb]"),
        HEAD.replace(b"id: AC-001", b"id: &a AC-001"),
        HEAD.replace(b"id: AC-001", b"id: |\n AC-001"),
        HEAD.replace(b"id: AC-001", b"# comment"),
    ],
)
def test_what_may_reach_over_a_line_is_not_sure(head: bytes) -> None:
    assert find_changed_value(head, head.replace(b"One.", b"Other.")) is None


VALUES = [
    "1.0",
    '"1.1"',
    "'2'",
    "draft",
    "2024-03-01",
    "null",
    "~",
    "",
    "a b",
    "a: b",
    "[a, b]",
    '"',
    "x\u00fc",
    "|",
    "a # b",
    "- a",
]
KEYS = [
    "id",
    "version",
    "status",
    "summary",
    "tags",
    "language",
    "owner",
    "last_reviewed",
    "next_review",
    "label",
    "state",
    "seen",
]
LINES = st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)).map(lambda pair: f"{pair[0]}: {pair[1]}".rstrip())
OTHERS = st.sampled_from(["  more", "- item", "- key: x", "  key: 'y'", "", "# note", '"', "...", "key:"])


def changed(key: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"{key}: {value}" for value in VALUES]) | LINES | OTHERS


@st.composite
def histories(draw: st.DrawFn) -> list[str]:
    """Texts each of which changes a line or two of the one before."""
    lines = draw(st.lists(LINES | OTHERS, max_size=7))
    texts = []
    for _ in range(draw(st.integers(2, 5))):
        texts.append("\n".join(["---", *lines, "---", draw(st.sampled_from(["", "Text.\n"]))]))
        for _ in range(draw(st.integers(0, 2))):
            if lines:
                at = draw(st.integers(0, len(lines) - 1))
                lines = [*lines[:at], draw(changed(lines[at].partition(":")[0])), *lines[at + 1 :]]
    return texts


@given(histories(), st.sampled_from(CONFIGS))
def test_texts_one_after_another(texts: list[str], config) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    reader = SnapshotReader(config)
    for text in texts:
        data = text.encode()
        assert reader.read(data) == SnapshotReader(config).read(data)
        assert reader.read(data).digest == digest(parse("x.md", data, config, lambda _: (None, ()), {}), config)


def test_an_edit_of_a_light_key_is_seen() -> None:
    reader = SnapshotReader(CONFIGS[1])
    first = reader.read(sop(version="1.0", last_reviewed="2024-01-01", status="draft").encode())
    second = reader.read(sop(version="1.0", last_reviewed="2024-03-01", status="draft").encode())
    third = reader.read(sop(version="1.0", last_reviewed="2024-03-01").encode())
    assert (second, third) == (first._replace(reviewed="2024-03-01"), second._replace(status="active"))
