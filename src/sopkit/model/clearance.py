"""The classification of a text, and whether readers with a clearance may see the text."""

from collections.abc import Iterator, Mapping, Sequence

from sopkit.model.config import Config
from sopkit.model.finding import Finding
from sopkit.model.similarity import nearest
from sopkit.model.sop import FrontMatter, Sop
from sopkit.model.sop_document import Classification, SopDocument

_KEY = "classification"
_MERGE = "<<"  # YAML takes keys in by it that we do not read
_ORDER = list(Classification)
_NAMES = frozenset(_ORDER)
_MIN_SIMILARITY = 0.8


def is_visible_to(sop: Sop, clearance: Classification, config: Config) -> bool:
    """Whether nothing in the front matter of a text says, or may be meant to say, that it is more secret."""
    least = required_clearance(sop.front, sop.reading, config)
    return least is not None and is_within_clearance(least, clearance)


def is_within_clearance(least: Classification, clearance: Classification) -> bool:
    """Whether readers with a clearance may see what asks for at least another."""
    return _ORDER.index(least) <= _ORDER.index(clearance)


def required_clearance(front: FrontMatter, reading: Sequence[Finding], config: Config) -> Classification | None:
    """The clearance that a text asks for; None where its front matter cannot be read in one way only.

    A key that is only nearly `classification` counts, and so does any whose value is the name of a secret one: whoever
    wrote it meant it, though the linter has a finding for it.
    """
    if not front.present or not front.readable or any(one.code == "SOP003" for one in reading):
        return None
    if _MERGE in front.typed:
        return None
    values = [*_classification_values(front.typed, config)]
    if (used := front.values.get(_KEY)) is not None:
        values = [*(value for value in values if value is not None), used]
    names = [value for value in values if isinstance(value, str) and value in _NAMES]
    if len(names) < len(values):
        return None
    texts = (value.strip().casefold() for value in front.typed.values() if isinstance(value, str))
    levels = [*(names or [Classification.INTERNAL]), *(text for text in texts if text in _NAMES)]
    return max(map(Classification, levels), key=_ORDER.index)


def _classification_values(typed: Mapping[str, object], config: Config) -> Iterator[object]:
    """What stands behind each key that is, or may be, the classification; in keys of others, at any depth."""
    for key, value in typed.items():
        name = config.front_matter.aliases.get(key, key)
        letters = "".join(filter(str.isalnum, key.casefold()))
        if name == _KEY or (name not in SopDocument.model_fields and nearest(letters, (_KEY,), 1, _MIN_SIMILARITY)):
            yield value
        elif isinstance(value, dict) and name not in SopDocument.model_fields:
            yield from _classification_values(value, config)
