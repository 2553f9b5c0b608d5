"""SOP010: each pair of classes, what is left unsaid, and the place."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

CLASSES = ("public", "internal", "confidential", "restricted")
ROWS = "".join(f"- {{id: {name}, title: {name}, classification: {name}}}\n" for name in CLASSES) + "- {id: open}\n"


def told(root: Path, overlay: str, rows: str = ROWS) -> list[tuple[str, str]]:
    text = complete(overlay)
    files = {PATH: text, "registers/assets.yaml": rows}
    found = lint(library(root, files), LintOptions(select=("SOP010",))).findings
    return [(text[one.place.start : one.place.end], one.message.partition(";")[0]) for one in found]


@pytest.mark.parametrize("own", CLASSES)
@pytest.mark.parametrize("asset", CLASSES)
def test_only_a_lower_class_is_found(own: str, asset: str, tmp_path: Path) -> None:
    found = told(tmp_path, f"---\nclassification: {own}\nassets: [{asset}]\n---\n")
    message = f"`{own}` is below `{asset}`, the class of asset `{asset}`"
    assert found == ([(own, message)] if CLASSES.index(own) < CLASSES.index(asset) else [])


def test_without_a_class_an_sop_is_internal(tmp_path: Path) -> None:
    message = "`internal` is below `confidential`, the class of asset `confidential`"
    assert told(tmp_path / "above", "---\nassets: [confidential]\n---\n") == [("[confidential]", message)]
    assert told(tmp_path / "same", "---\nassets: [internal, open, unknown]\n---\n") == []


def test_the_highest_of_several_is_named(tmp_path: Path) -> None:
    [(_, message)] = told(tmp_path, "---\nassets: [public, confidential, restricted]\n---\n")
    assert message == "`internal` is below `restricted`, the class of asset `restricted` (1 more)"


def test_a_class_or_a_register_that_is_wrong_itself_is_not_judged(tmp_path: Path) -> None:
    assert told(tmp_path / "class", "---\nclassification: secret\nassets: [restricted]\n---\n") == []
    assert told(tmp_path / "rows", "---\nassets: [restricted]\n---\n", ROWS + ROWS) == []
