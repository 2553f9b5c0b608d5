"""Reading a body part by part gives the canonical form of the whole, whatever was read before."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopkit.lifecycle.snapshot import BodyCanonicaliser, split_body
from sopkit.parsing.digest import canonical_body

CORPUS = Path(__file__).parents[1] / "corpus"
LINES = [
    *("", "", "", "  ", "\t", "# One", "## Two `x`", "###### Six #", "#nothing", " # Indented", "    # code", "#\tTab"),
    *(
        "text",
        "more *text*",
        "- item",
        "  - inner",
        "1. one",
        "    deep",
        "> quote",
        "> # quoted",
        "* * *",
        "---",
        "===",
    ),
    *("```", "~~~ sh", "````", "    ```", "`tick", "<!-- open", "close -->", "<div>", "</div>", "<pre>", "</pre>"),
    *(
        "<?php",
        "?>",
        "<script>",
        "</script>",
        "[a]: /b",
        "[a]",
        "[^1]: note",
        "[^1]",
        "| a | b |",
        "|---|---|",
        "- [ ] do",
    ),
    *(
        "<a",
        "title='",
        "<![CDATA[",
        "]]>",
        "\u00e9 e\u0301",
        "\u0301",
        "[!NOTE]",
        "> [!NOTE]",
        "\\",
        "&amp;",
        "\r",
        "x\\",
    ),
]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", [""]),
        ("## A\n\ntext\n\n## B\n", ["## A\n\ntext\n\n", "## B\n"]),
        ("a\n\n```\n\n# no heading\n\n```\n\n# B\n", ["a\n\n```\n\n# no heading\n\n```\n\n# B\n"]),
        ("a\n\n# B\n\n```\n# c\n```\n\n# D\n", ["a\n\n", "# B\n\n```\n# c\n```\n\n# D\n"]),
        ("[a]\n\n# B\n\n[a]: /x\n", ["[a]\n\n# B\n\n[a]: /x\n"]),
        ("a\n# B\n", ["a\n# B\n"]),
    ],
)
def test_parts(body: str, expected: list[str]) -> None:
    assert split_body(body) == expected


@pytest.mark.slow
@given(st.lists(st.lists(st.sampled_from(LINES), max_size=14).map("\n".join), min_size=1, max_size=3))
def test_parts_give_the_canonical_form_of_the_whole(bodies: list[str]) -> None:
    reader = BodyCanonicaliser()
    for body in (*bodies, *bodies):
        assert reader.canonical(body) == canonical_body(body)


def test_real_documents() -> None:
    reader = BodyCanonicaliser()
    split = 0
    for file in sorted(CORPUS.rglob("*.md*")):
        body = file.read_bytes().decode("utf-8", "replace")
        for text in (body, body.replace("\n\n#", "\n\nNew.\n\n#", 3), body):
            assert reader.canonical(text) == canonical_body(text)
        split += len(split_body(body)) > 2
    assert split > 20
