"""YAML with places: every key and value where it stands, whatever it is written in."""

import pytest

from sopkit.model.source import Source
from sopkit.parsing.yaml import YamlTree, read_yaml


def tree(text: str | bytes) -> tuple[YamlTree, bytes]:
    data = text.encode() if isinstance(text, str) else text
    source = Source(data)
    return read_yaml(source, source.text_start, len(data), "x.yaml", "register x"), data


@pytest.mark.parametrize(
    ("text", "loc", "shown"),
    [
        ("a: b\n", ("a",), "b"),
        ("ä: ö # ü\nb: [c, 'd ä', {e: f}]\n", ("b", 1), "'d ä'"),
        ("ä: ö # ü\nb: [c, 'd ä', {e: f}]\n", ("b", 2, "e"), "f"),
        ("\ufeffé: \U0001f642\r\nb: c\r\n", ("b",), "c"),
        ("a:\n  - b\n  - c: d\n    e: |\n      long\n      text\nf: g\n", ("a", 1, "c"), "d"),
        ("a:\n  b: c\n\n# end\nd: e\n", ("a",), "b: c"),
        ('a: "x\\ty\u2028z"\nb: c\n', ("b",), "c"),
        ("a: &x [b]\nc: *x\n", ("a", 0), "b"),
    ],
)
def test_a_value_has_its_bytes(text: str, loc: tuple[str | int, ...], shown: str) -> None:
    read, data = tree(text)
    place = read.place(loc)
    assert place is not None
    assert data[place.start : place.end].decode().split("\n\n# end")[0] == shown
    assert read.findings == []


def test_a_key_has_its_bytes() -> None:
    read, data = tree("ä: b\nñandú: {x: y}\n")
    place = read.key_places["ñandú",]
    assert (data[place.start : place.end].decode(), place.line, place.column) == ("ñandú", 2, 1)
    inner = read.key_places["ñandú", "x"]
    assert data[inner.start : inner.end] == b"x"


def test_what_has_no_place_takes_the_nearest_around_it() -> None:
    read, data = tree("a:\n  - b: c\n")
    assert read.place(("a", 0, "missing")) == read.place(("a", 0))
    assert read.place(("nothing",)) == read.place(())
    assert read.key_place(("a", 0, "zz")) == read.place(("a", 0))
    assert data == b"a:\n  - b: c\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("- NO\n- 5.10\n- 012\n- 2026-01-01\n- 'null'\n", ["NO", "5.10", "012", "2026-01-01", "null"]),
        ("- ~\n- null\n- NULL\n-\n- ''\n", [None, None, None, None, ""]),
        ("{a: {b: [c]}}", {"a": {"b": ["c"]}}),
        ("|\n  a\n  b\n", "a\nb\n"),
        ("- !!int 3\n- !x y\n", ["3", "y"]),
        ("", None),
        ("# only\n", None),
    ],
)
def test_values_are_what_was_typed(text: str, value: object) -> None:
    assert tree(text)[0].value == value


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: b: c",
        "\t- a",
        "a: 'b",
        "- a\nb: c",
        "%TAG",
        "--- a\n--- b\n",
        "a: *b",
        "\x07",
        "@",
        "`x`",
        "{a",
        "[" * 9_000,
    ],
)
def test_what_is_no_yaml_is_one_finding(text: str) -> None:
    read, data = tree(text)
    assert [(one.code, one.path) for one in read.findings] == [("SOP002", "x.yaml")]
    assert read.broken
    assert read.value is None
    assert 0 <= read.findings[0].place.start <= read.findings[0].place.end <= len(data)


@pytest.mark.slow
def test_many_values_without_an_alias_are_read() -> None:
    read, _ = tree("".join(f"- {{id: a{at}, title: b}}\n" for at in range(9_000)) + "- [" + "a," * 9_000 + "]")
    assert isinstance(read.value, list)
    assert (len(read.value), read.findings) == (9_001, [])
