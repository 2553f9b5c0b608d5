"""Ids of SOPs and controls as people type them: `A.8.13`, `a8.13` and `A 8.13` are one code."""

import re
from typing import TYPE_CHECKING

from sopkit.handbook.search.terms import folded

if TYPE_CHECKING:
    from sopkit.library import Library

_PARTS = re.compile(r"[^\W\d_]+|\d+")
_NUMBER = re.compile(r"\d+(?:[.\-(]+[0-9a-z]{1,3}\)?)*(?![^\W_])")
_LETTERS = re.compile(r"(?<![^\W_])[a-z]{1,7}(?:\.[a-z]{1,3})?[.\- ]{0,2}\Z")
_BEFORE = 13
_PADDED = 2
_SPELLED_OUT = {"article": "art", "articles": "art"}


def code_of(text: str) -> str:
    """The code of an id: its words and numbers with `.` between; a number may be padded to two digits."""
    return ".".join(map(_part, _PARTS.findall(folded(text))))


def _part(part: str) -> str:
    if part[0] == "0" and len(part) == _PADDED:
        return part[1]
    return _SPELLED_OUT.get(part, part)


class Codes:
    """The codes that a library knows: those of its SOPs and of the controls of its frameworks."""

    def __init__(self, library: "Library") -> None:
        frameworks = [library.catalogue.framework(name) for name in library.config.library.frameworks]
        found = [framework for framework in frameworks if framework is not None]
        self.leads = sorted({framework.lead for framework in found if framework.lead})
        self._known = {code_of(sop.id) for sop in library.sops}
        self._known |= {code_of(control) for framework in found for control in framework.by_id}
        self._read: dict[str, str] = {}

    def taken_from(self, text: str) -> tuple[str, list[str]]:
        """A folded text without the codes that are known, and those codes."""
        rest: list[str] = []
        codes: list[str] = []
        end = 0
        for number in _NUMBER.finditer(text):
            before = _LETTERS.search(text, max(end, number.start() - _BEFORE), number.start())
            for start in (before.start(), number.start()) if before else (number.start(),):
                if code := self._code(text[start : number.end()]):
                    codes.append(code)
                    rest.append(text[end:start])
                    end = number.end()
                    break
        return " ".join((*rest, text[end:])), codes

    def _code(self, written: str) -> str:
        """The code that is written, empty when it is none that is known."""
        if written not in self._read:
            code = code_of(written)
            self._read[written] = code if "." in code and code in self._known else ""
        return self._read[written]
