"""Which texts may be shown at all."""

import pytest
from tests.build import COMPLETE, read

from sopkit.model.clearance import is_visible_to, is_within_clearance
from sopkit.model.sop_document import Classification
from sopkit.parsing.config import read_config

ALIASES = '[front_matter.aliases]\nvertraulich = "classification"\n'
DEFAULT = '[front_matter.defaults]\nclassification = "restricted"\n'
LOW_DEFAULT = '[front_matter.defaults]\nclassification = "public"\n'


def shown(front: str, clearance: str = "internal", config: str = "") -> bool:
    text = COMPLETE.replace("status: active\n", f"status: active\n{front}\n")
    return is_visible_to(
        read(text, config=config), Classification(clearance), read_config(config.encode(), "sopkit.toml")
    )


@pytest.mark.parametrize(
    ("front", "config"),
    [
        ("tags: [a]", ""),
        ("classification: internal", ""),
        ("classification: public", ""),
        ("class: secret", ""),
        ("vertraulich: internal", ALIASES),
        ("vertraulich: internal\nclassification: public", ALIASES),
        ("classification: internal", DEFAULT),
        ("tags: [a]", LOW_DEFAULT),
        ("classification:", LOW_DEFAULT),
    ],
)
def test_shown(front: str, config: str) -> None:
    assert shown(front, config=config)


@pytest.mark.parametrize(
    ("front", "config"),
    [
        ("classification: restricted", ""),
        ("classification: confidential", ""),
        ("classification: Public", ""),
        ("classification:", ""),
        ("classification: ~", ""),
        ("classification: [internal]", ""),
        ("classification: public\nclassification: restricted", ""),
        ("Classification: secret", ""),
        ("clasification: secret", ""),
        ("classification\u00a0: secret", ""),
        ("class: Restricted ", ""),
        ("x-class: confidential\nclassification: internal", ""),
        ("document: {about: {classification: restricted}}", ""),
        ("document: {clasification: secret}\nclassification: internal", ""),
        ("base: &base {classification: restricted}\n<<: *base", ""),
        ("classification: internal\n<<: {classification: restricted}", ""),
        ("vertraulich: restricted\nclassification: public", ALIASES),
        ("vertraulich: geheim", ALIASES),
        ("tags: [a]", DEFAULT),
        ("a: [", ""),
    ],
)
def test_hidden(front: str, config: str) -> None:
    assert not shown(front, config=config)


def test_public_is_only_what_says_so() -> None:
    assert shown("classification: public", "public")
    assert not shown("tags: [a]", "public")
    assert not shown("classification: internal", "public")
    assert shown("classification: restricted", "restricted")


@pytest.mark.parametrize("clearance", Classification)
def test_each_clearance_includes_its_own_level_and_those_below(clearance: Classification) -> None:
    levels = list(Classification)
    within = [level for level in levels if is_within_clearance(level, clearance)]
    assert within == levels[: levels.index(clearance) + 1]
