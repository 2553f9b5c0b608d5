"""sopkit.toml with more keys in it, however it is written."""

import tomllib

import pytest

from sopkit.adopt.settings import add_settings
from sopkit.model.errors import SopkitError


def add_extra_keys(before: bytes, keys: list[str]) -> bytes:
    return add_settings(before, {("front_matter", "extra"): tuple(keys)})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[front_matter]\nextra = ["a", "b"]\n'),
        ("# ours\n", '# ours\n\n[front_matter]\nextra = ["a", "b"]\n'),
        ('[front_matter]\nextra = ["a"] # why\n', '[front_matter]\nextra = ["a", "b"] # why\n'),
        (
            '[front_matter]\nextra = [\n  "x", # why\n]\n',
            '[front_matter]\nextra = [\n  "x", # why\n  "a",\n  "b",\n]\n',
        ),
        ('front_matter.extra = ["x"]\n', 'front_matter.extra = ["x", "a", "b"]\n'),
        ('front_matter = { extra = ["x"] }\n', 'front_matter = { extra = ["x", "a", "b"] }\n'),
        ("[library]\r\nname = 'A'\r\n", '[library]\r\nname = \'A\'\r\n\r\n[front_matter]\r\nextra = ["a", "b"]\r\n'),
    ],
)
def test_keys_to_tolerate(before: str, after: str) -> None:
    grown = add_extra_keys(before.encode(), ["a", "b"]).decode()
    assert grown == after
    assert add_extra_keys(grown.encode(), ["a", "b"]).decode() == grown
    tomllib.loads(grown)


def test_what_is_set_is_left() -> None:
    before = b'[library]\nidentity = "id"\n'
    assert add_settings(before, {("library", "identity"): "path"}) == before


def test_a_form_that_cannot_grow_is_said() -> None:
    with pytest.raises(SopkitError, match="cannot be added to"):
        add_extra_keys(b'[front_matter.extra]\nx = "y"\n', ["a"])


def test_many_keys_stand_on_lines_of_their_own() -> None:
    grown = add_extra_keys(b"", list("abcdef")).decode()
    assert grown == '[front_matter]\nextra = [\n    "a",\n    "b",\n    "c",\n    "d",\n    "e",\n    "f",\n]\n'
