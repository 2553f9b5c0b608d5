"""Any bytes give an SOP with findings, soon."""

import pytest
from tests.build import COMPLETE, complete, read

from sopkit.model.body import Link
from sopkit.model.sop import Sop
from sopkit.model.source import Place
from sopkit.parsing.sop import MAX_SOP_BYTES


def codes(document: Sop) -> list[str]:
    return [finding.code for finding in document.findings]


@pytest.mark.parametrize(
    ("data", "place", "said"),
    [
        (b"a\xff\n", Place(1, 2, 1, 3, 1, 2), "byte 0xff is not UTF-8; save the file as UTF-8"),
        (b"\xc3\xa4\n\xed\xa0\x80\n", Place(2, 1, 2, 2, 3, 4), "byte 0xed is not UTF-8; save the file as UTF-8"),
        (COMPLETE.encode("utf-16"), Place(1, 1, 1, 2, 0, 1), "byte 0xff is not UTF-8; save the file as UTF-8"),
        (b"---\nid: \0\n---\n", Place(2, 5, 2, 6, 8, 9), "NUL byte in the text; delete it"),
        (b"a\n<<<<<<< HEAD\nb\n", Place(2, 1, 2, 13, 2, 14), "merge-conflict markers; decide between the two texts"),
        (b"a\r\n>>>>>>> main\r\n", Place(2, 1, 2, 13, 3, 15), "merge-conflict markers; decide between the two texts"),
    ],
)
def test_an_unreadable_file_is_one_finding(data: bytes, place: Place, said: str) -> None:
    document = read(data)
    assert [(one.code, one.place, one.message) for one in document.findings] == [("SOP001", place, said)]
    assert (document.readable, document.document, document.id, list(document.body.steps)) == (False, None, "", [])


@pytest.mark.slow
def test_too_large_a_file_is_one_finding() -> None:
    document = read(COMPLETE.encode().ljust(MAX_SOP_BYTES + 1, b"\n"))
    assert codes(document) == ["SOP001"]
    assert codes(read(COMPLETE.encode().ljust(MAX_SOP_BYTES, b"\n"))) == []


@pytest.mark.parametrize(
    "text",
    ["a <<<<<<< b\n", "<<<<<<<\n", "    <<<<<<< HEAD\n", "Title\n=======\n", "> > > > > > > x\n", ">>>>>>>>> x\n"],
)
def test_what_looks_like_a_conflict_is_none(text: str) -> None:
    assert "SOP001" not in codes(read(f"{COMPLETE}\n{text}"))


def test_links_with_targets_and_places() -> None:
    document = read('---\n---\n# É [a *b*](x.md#y "t") ![i](p.png)\n\n[r][ref] <https://x.example>\n\n[ref]: z.md\n')
    data = document.source.data
    assert document.body.links == tuple(
        Link(target, text, data.index(shown), data.index(shown) + len(shown), image=image)
        for target, text, shown, image in [
            ("x.md#y", "a b", b'[a *b*](x.md#y "t")', False),
            ("p.png", "i", b"![i](p.png)", True),
            ("z.md", "r", b"[r][ref]", False),
            ("https://x.example", "https://x.example", b"<https://x.example>", False),
        ]
    )


def test_anchors_as_github_makes_them() -> None:
    document = read('## Roles & Duties\n\n## Roles & Duties\n\n## Äb c_d-e.f\n\n<a id="x"></a>\n\n1. <a name=y></a>z\n')
    assert document.body.anchors == {"roles--duties", "roles--duties-1", "äb-c_d-ef", "x", "y"}


@pytest.mark.parametrize(
    ("tail", "line"),
    [
        ("```sh\ntrue\n", 45),
        ("```sh\ntrue\n``\n", 45),
        ("~~~\n```\n", 45),
        ("````\n```\n", 45),
        ("```sh", 45),
        ("- a\n\n  ```sh\n  true\n", 47),
    ],
)
def test_an_unclosed_fence_is_found_where_it_opens(tail: str, line: int) -> None:
    text = complete("## References\n\n- ISO 27001:2022 A.5.18 Access rights\n")
    lines = text.count("\n")
    document = read(f"{text}\n{tail}")
    assert [(one.code, one.place.line - lines) for one in document.findings] == [("SOP111", line - 43)]


@pytest.mark.parametrize(
    "tail", ["```sh\ntrue\n```", "~~~\n~~~~~\n", "> ```\n> x\n> ```\n", "words\n\n    ```\n", "`` ` ``\n", "```a`b\n"]
)
def test_a_closed_fence_is_none(tail: str) -> None:
    assert codes(read(f"{COMPLETE}\n{tail}")) == []
