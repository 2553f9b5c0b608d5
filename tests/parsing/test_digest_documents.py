"""On real and on generated documents, layout keeps the digest and a change of what is said changes it."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.examples import examples
from tests.parsing.changes import CHANGES, Change
from tests.parsing.layouts import LAYOUTS, Layout, page
from tests.parsing.written import BLOCKS, Tree, altered, written

from sopkit.model.config import Config
from sopkit.parsing.digest import IMMATERIAL_KEYS, digest
from sopkit.parsing.sop import parse

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FRONT = b"---\nid: V-001\n---\n"
DOCUMENTS = sorted(
    path
    for folder in ("tests/corpus", "examples/acme/sops")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".md", ".erb"}
)


ENOUGH = examples(60)
SEEDS = st.integers(0, 2**32).map(Random)


def digest_of(data: bytes) -> str:
    config = Config()
    return digest(parse("a.md", data, config, lambda _: (None, ()), {}), config)


@pytest.fixture(scope="module")
def bodies() -> list[bytes]:
    """The bodies of the real documents that can be read at all."""
    if not any("corpus" in path.parts for path in DOCUMENTS):
        pytest.skip("the corpus of public documents is not here; copy it to tests/corpus")
    found = []
    for path in DOCUMENTS:
        sop = parse(path.name, path.read_bytes(), Config(), lambda _: (None, ()), {})
        if sop.readable:
            found.append(sop.source.data[sop.body_start :].replace(b"\r\n", b"\n"))
    return found


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_layout_keeps_the_digest_of_real_documents(layout: Layout, bodies: list[bytes]) -> None:
    tried = 0
    for seed, body in enumerate(bodies):
        other = layout(body, Random(seed))
        if other != body:
            assert page(other) == page(body), "the rewriting itself is wrong"
            assert digest_of(FRONT + other) == digest_of(FRONT + body), other.decode()
            tried += 1

    assert tried >= 15


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_of_real_documents_changes_the_digest(change: Change, bodies: list[bytes]) -> None:
    tried = 0
    for seed, body in enumerate(bodies):
        other = change(body, Random(seed))
        if other is not None:
            assert page(other) != page(body), "the change itself is wrong"
            assert digest_of(FRONT + other) != digest_of(FRONT + body), other.decode()
            tried += 1

    assert tried >= 10


@given(tree=BLOCKS, one=SEEDS, two=SEEDS)
@ENOUGH
def test_a_tree_has_one_digest_however_it_is_typed(tree: tuple[Tree, ...], one: Random, two: Random) -> None:
    first, second = (FRONT + written(tree, random).encode() for random in (one, two))

    assert digest_of(first) == digest_of(second)


@given(one=BLOCKS, two=BLOCKS, random=SEEDS)
@ENOUGH
def test_two_trees_have_two_digests(one: tuple[Tree, ...], two: tuple[Tree, ...], random: Random) -> None:
    assume(one != two)

    first, second = (FRONT + written(tree, random).encode() for tree in (one, two))

    assert digest_of(first) != digest_of(second)


@given(tree=BLOCKS, one=SEEDS, two=SEEDS)
@ENOUGH
def test_one_change_in_a_tree_changes_the_digest(tree: tuple[Tree, ...], one: Random, two: Random) -> None:
    other = altered(tree, one)
    assume(other != tree)

    first, second = FRONT + written(tree, one).encode(), FRONT + written(other, two).encode()

    assert digest_of(first) != digest_of(second)


_KEY = st.sampled_from(["id", "owner", "title", "risks", "x", "y-z", "notes"])
_TEXT = st.text(st.sampled_from("ab 1:#'\"{[-.é~"), max_size=6) | st.sampled_from(["null", "no", "1.10", "~"])
_VALUE = st.recursive(
    _TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEY, inner, max_size=3), max_leaves=6
)
_FRONT = st.dictionaries(_KEY, _VALUE, min_size=1, max_size=5)


def typed(front: dict[str, Any], random: Random) -> bytes:
    """The same keys and values in another order and style; every text quoted where YAML could misread it."""
    style = random.choice([None, "'", '"', '"'])
    flow = random.choice([True, False, None])
    text = yaml.safe_dump(
        _shuffled(front, random), sort_keys=False, default_style=style, default_flow_style=flow,
        width=random.choice([20, 80, 1000]), allow_unicode=random.choice([True, False]),
    )  # fmt: skip
    line = random.choice(["\n", "\r\n"])
    return f"---\n{text}---\nBody.\n".replace("\n", line).encode()


def _shuffled(value: Any, random: Random) -> Any:
    if isinstance(value, dict):
        keys = sorted(value)
        random.shuffle(keys)
        return {key: _shuffled(value[key], random) for key in keys}
    return [_shuffled(item, random) for item in value] if isinstance(value, list) else value


def _meant(value: Any) -> Any:
    """A value without what counts as absent."""
    if isinstance(value, dict):
        return {key: kept for key, item in value.items() if (kept := _meant(item))}
    return [_meant(item) or "" for item in value] if isinstance(value, list) else value


@given(front=_FRONT, one=SEEDS, two=SEEDS)
@ENOUGH
def test_front_matter_has_one_digest_however_it_is_typed(front: dict[str, Any], one: Random, two: Random) -> None:
    assert digest_of(typed(front, one)) == digest_of(typed(front, two))


@given(one=_FRONT, two=_FRONT, random=SEEDS)
@ENOUGH
def test_other_front_matter_has_another_digest(one: dict[str, Any], two: dict[str, Any], random: Random) -> None:
    assert (digest_of(typed(one, random)) == digest_of(typed(two, random))) == (_meant(one) == _meant(two))


@given(front=_FRONT, random=SEEDS, key=st.sampled_from(sorted(IMMATERIAL_KEYS)), value=_VALUE)
@ENOUGH
def test_immaterial_keys_do_not_count(front: dict[str, Any], random: Random, key: str, value: Any) -> None:
    assert digest_of(typed({**front, key: value}, random)) == digest_of(typed(front, random))
