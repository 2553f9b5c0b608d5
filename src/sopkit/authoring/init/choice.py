"""What is chosen for a new library."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

from sopkit.git.checkout import Forge
from sopkit.model.errors import SopkitError
from sopkit.model.template import DEFAULT_COMPANY

AREA = "access-control"
FRAMEWORK = "iso27001-2022"
Evidence = Literal["E1", "E3"]

_LONGEST = 200
_HIDDEN = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Choice:
    """The answers of whoever begins a library; as it is made without arguments, the smallest beginning."""

    organisation: str = ""
    areas: tuple[str, ...] = (AREA,)
    frameworks: tuple[str, ...] = (FRAMEWORK,)
    forge: Forge = Forge.GITHUB
    evidence: Evidence = "E1"

    @property
    def company(self) -> str:
        """The organisation as it is called within a sentence."""
        return self.organisation or DEFAULT_COMPANY


def organisation(text: str) -> str:
    """The name of an organisation as it is kept. Raises SopkitError for one that no line of text can hold."""
    name = text.strip()
    strange = [char for char in name if unicodedata.category(char) in _HIDDEN or char in _TURNING]
    if strange:
        raise SopkitError(
            f"the name of the organisation holds a line end or another character that is not seen: {strange[0]!r}",
            "write it on one line",
        )
    if len(name) > _LONGEST:
        raise SopkitError(
            f"the name of the organisation has {len(name)} characters, more than {_LONGEST}", "use a shorter form"
        )
    return name
