"""Whether a text may be shown up to a classification: only where its front matter can be read in one way."""

from collections.abc import Iterator

from sopkit.model.config import Config
from sopkit.model.document import Classification, SopDocument
from sopkit.model.nearest import nearest
from sopkit.model.sop import Sop

_KEY = "classification"
_MERGE = "<<"  # YAML takes keys in by it that we do not read
_ORDER = list(Classification)
_ALIKE = 0.8


def may_show(sop: Sop, clearance: Classification, config: Config) -> bool:
    """Whether nothing in the front matter of a text says, or may be meant to say, that it is more secret.

    A key that is only nearly `classification` counts, and so does any whose value is the name of a secret one: whoever
    wrote it meant it, though the linter has a finding for it.
    """
    front = sop.front
    if not front.present or not front.readable or any(one.code == "SOP003" for one in sop.reading):
        return False
    if _MERGE in front.typed:
        return False
    above = {one.value for one in _ORDER[_ORDER.index(clearance) + 1 :]}
    if any(isinstance(value, str) and value.strip().casefold() in above for value in front.typed.values()):
        return False
    said = [*_said(front.typed, config)]
    if (used := front.values.get(_KEY)) is not None:
        said = [*(value for value in said if value is not None), used]
    if not said:
        return clearance is not Classification.PUBLIC
    return all(isinstance(value, str) and value in set(_ORDER) and value not in above for value in said)


def _said(typed: dict[str, object], config: Config) -> Iterator[object]:
    """What stands behind each key that is, or may be, the classification."""
    for key, value in typed.items():
        name = config.front_matter.aliases.get(key, key)
        if name == _KEY or (name not in SopDocument.model_fields and nearest(_plain(key), (_KEY,), 1, _ALIKE)):
            yield value


def _plain(key: str) -> str:
    return "".join(filter(str.isalnum, key.casefold()))
