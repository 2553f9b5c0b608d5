"""Roles in the words of other documents, and what is none: a person's name, an address, a chat channel."""

import re
from dataclasses import dataclass

from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.naming import slug_of

_ROLE_WORD = re.compile(
    r"administrator|administrators|admin|admins|analyst|architect|assistant|associate|auditor|"
    r"board|ceo|cfo|ciso|cio|coo|cpo|cro|cto|dpo|chief|chair|committee|compliance|"
    r"consultant|controller|coordinator|council|crew|customer|department|desk|development|devops|"
    r"director|directors|division|engineer|engineering|engineers|executive|finance|founder|group|"
    r"guild|head|helpdesk|hr|infrastructure|it|isms|lead|leader|leads|legal|management|"
    r"maintainer|maintainers|manager|managers|office|officer|operations|ops|owner|owners|people|personnel|platform|"
    r"president|principal|privacy|procurement|product|quality|reliability|representative|risk|"
    r"secops|secretariat|security|service|specialist|squad|sre|staff|supervisor|support|sysadmin|team|"
    r"teams|technology|unit|vp|vice|working",
    re.IGNORECASE,
)
_LONGEST = 500
_ABBREVIATION = re.compile(r"[A-Z]{2,6}s?")
_PERSON = re.compile(r"[^\W\d_a-z][^\W\d_]*[a-z.'’-]*(?: [^\W\d_a-z][\w.'’-]*){1,3}")  # noqa: RUF001 - as people type it
_COMPANY = re.compile(r"\b(?:llc|ltd|limited|inc|corp|plc|gmbh|ag|sas|sarl|bv|ab|oy)\.?$", re.IGNORECASE)
_CHANNEL = re.compile(r"#[\w-]{2,}")
_ADDRESS = re.compile(r"<?(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+>?|@[\w-]+")
_ENTITY = re.compile(r"\b(?:group|team):(?:[\w-]+/)?")
"""How a catalogue of software names a team: `group:default/platform`."""
_SHORT_FORM = re.compile(r"([^,;/()]{4,})\([A-Z]{2,6}\)")
"""`Data Protection Officer (DPO)` is one role."""
_SEVERAL = re.compile(r"\s*[;/,\n]\s*")
_AND = re.compile(r"\s+(?:and|&)\s+")


@dataclass(frozen=True, slots=True)
class Roles:
    """The role ids that words name, the channels among them, and what a person must know."""

    ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    confidence: Confidence = Confidence.CERTAIN
    note: str = ""


def read_roles(text: str) -> Roles:
    """The roles in a text such as `Jane Roe, CISO / IT Operations Manager`."""
    text = _ENTITY.sub("", text[:_LONGEST])
    text = _SHORT_FORM.sub(lambda match: match[1] if _is_role(match[1].strip()) else match[0], text)
    channels = tuple(_CHANNEL.findall(text))
    addresses = _ADDRESS.findall(_CHANNEL.sub(" ", text))
    rest = _ADDRESS.sub(" ", _CHANNEL.sub(" ", text)).replace("(", ", ").replace(")", " ")
    parts = tuple(part for piece in _SEVERAL.split(rest) for part in _apart(piece.strip(" .,:-")) if part)
    roles = tuple(part for part in parts if _is_role(part))
    others = tuple(part for part in parts if part not in roles)
    people = tuple(part for part in others if _PERSON.fullmatch(part))
    notes = []
    if channels:
        notes.append(f"{' and '.join(channels)} is a chat channel, no role")
    if addresses:
        notes.append(f"{' and '.join(addresses)} is an address or a handle, no role")
    if roles:
        if people:
            notes.append(f"{' and '.join(people)} is a person: whoever holds the role stands in registers/people.yaml")
        return Roles(
            _ids(roles), channels, Confidence.CERTAIN if not others or people else Confidence.LIKELY, _told(notes)
        )
    if people and len(people) == len(others):
        notes.append(f"{' and '.join(people)} seems to be a person: name the role instead")
        return Roles((), channels, Confidence.GUESS, _told(notes))
    sure = Confidence.LIKELY if others else Confidence.GUESS
    return Roles(_ids(others), channels, sure, _told(notes))


def names_a_role(text: str) -> bool:
    """Whether the words of a text are those of a role, and not only a name or a handle."""
    return any(_is_role(part.strip(" .,:-")) for part in _SEVERAL.split(text[:_LONGEST]))


def _apart(piece: str) -> tuple[str, ...]:
    """A piece at its "and", when there are roles on both sides: "Research and Development Lead" is one."""
    parts = tuple(_AND.split(piece))
    return parts if all(len(part.split()) > 1 or _ABBREVIATION.fullmatch(part) for part in parts) else (piece,)


def _is_role(part: str) -> bool:
    if _COMPANY.search(part):
        return False
    words = re.findall(r"[^\W_]+", part)
    return any(_ROLE_WORD.fullmatch(word) for word in words) or bool(_ABBREVIATION.fullmatch(part))


def _ids(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(slug_of(part) for part in parts))


def _told(notes: list[str]) -> str:
    return "; ".join(notes)
