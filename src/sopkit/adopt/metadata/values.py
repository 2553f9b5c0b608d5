"""Convert the text of a metadata value to the value of a key: roles, dates, versions, classifications."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import unescape

from sopkit.adopt.metadata.dates import read_date, read_interval
from sopkit.adopt.metadata.labels import Confidence, StatementValue, label_words
from sopkit.parsing.sections import make_slug

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
_MAX_ROLE_TEXT = 500
_ABBREVIATION = re.compile(r"[A-Z]{2,6}s?")
_PERSON = re.compile(r"[^\W\d_a-z][^\W\d_]*[a-z.'’-]*(?: [^\W\d_a-z][\w.'’-]*){1,3}")  # noqa: RUF001 - as people type it
_COMPANY = re.compile(r"\b(?:llc|ltd|limited|inc|corp|plc|gmbh|ag|sas|sarl|bv|ab|oy)\.?$", re.IGNORECASE)
_CHANNEL = re.compile(r"#[\w-]{2,}")
_ADDRESS = re.compile(r"<?(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+>?|@[\w-]+")
_ENTITY = re.compile(r"\b(?:group|team):(?:[\w-]+/)?")
"""How a catalogue of software names a team: `group:default/platform`."""
_SHORT_FORM = re.compile(r"([^,;/()]{4,})\([A-Z]{2,6}\)")
"""`Data Protection Officer (DPO)` is one role."""
_ROLE_SEPARATOR = re.compile(r"\s*[;/,\n]\s*")
_AND = re.compile(r"\s+(?:and|&)\s+")


@dataclass(frozen=True, slots=True)
class RoleIds:
    """The role ids that words name, the channels among them, and what a person must know."""

    ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    confidence: Confidence = Confidence.CERTAIN
    note: str = ""


def read_roles(text: str) -> RoleIds:
    """The roles in a text such as `Jane Roe, CISO / IT Operations Manager`."""
    text = _ENTITY.sub("", text[:_MAX_ROLE_TEXT])
    text = _SHORT_FORM.sub(lambda match: match[1] if _is_role(match[1].strip()) else match[0], text)
    channels = tuple(_CHANNEL.findall(text))
    addresses = _ADDRESS.findall(_CHANNEL.sub(" ", text))
    rest = _ADDRESS.sub(" ", _CHANNEL.sub(" ", text)).replace("(", ", ").replace(")", " ")
    parts = tuple(part for piece in _ROLE_SEPARATOR.split(rest) for part in _split_at_and(piece.strip(" .,:-")) if part)
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
        return RoleIds(
            tuple(dict.fromkeys(map(_to_id, roles))),
            channels,
            Confidence.CERTAIN if not others or people else Confidence.LIKELY,
            "; ".join(notes),
        )
    if people and len(people) == len(others):
        notes.append(f"{' and '.join(people)} seems to be a person: name the role instead")
        return RoleIds((), channels, Confidence.GUESS, "; ".join(notes))
    sure = Confidence.LIKELY if others else Confidence.GUESS
    return RoleIds(tuple(dict.fromkeys(map(_to_id, others))), channels, sure, "; ".join(notes))


def is_role_name(text: str) -> bool:
    """Whether the words of a text are those of a role, and not only a name or a handle."""
    return any(_is_role(part.strip(" .,:-")) for part in _ROLE_SEPARATOR.split(text[:_MAX_ROLE_TEXT]))


def _split_at_and(piece: str) -> tuple[str, ...]:
    """A piece at its "and", when there are roles on both sides: "Research and Development Lead" is one."""
    parts = tuple(_AND.split(piece))
    return parts if all(len(part.split()) > 1 or _ABBREVIATION.fullmatch(part) for part in parts) else (piece,)


def _is_role(part: str) -> bool:
    if _COMPANY.search(part):
        return False
    words = re.findall(r"[^\W_]+", part)
    return any(_ROLE_WORD.fullmatch(word) for word in words) or bool(_ABBREVIATION.fullmatch(part))


def _to_id(name: str) -> str:
    return make_slug(name) or "sop"


_MAX_LENGTH = 2000
"""What is longer says nothing in a word, and no pattern is to work on it for long."""
_IMAGE = re.compile(r"!\[((?:[^\[\]]|\[[^\]]*\])*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^>]*)?/?>|<!--.*?-->")
_MARKS = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_EDGES = re.compile(r"^[^\w\[(<{\"'#@$+/-]+|[^\w\])>}\"'.!?%]+$")
_PLACEHOLDER = re.compile(
    r"\[[^\]]*\]|<[^>@]*>|\{\{?[^}]*\}?\}|\$\{[^}]*\}|[-\u2013\u2014_.?\s]*|v?x+(?:[.\-/]x+)*|tb[acd]|todo\b.*|fixme"
    r"|pending|n\.?/?a\.?|none|null|unknown|true|false|yes|no|unassigned|not (?:set|assigned|applicable|yet \w+)"
    r"|to be \w+|(?:yyyy|dd|mm)[-/. ](?:yyyy|dd|mm)(?:[-/. ](?:yyyy|dd|mm))?|insert\b.*|enter\b.*|your\b.*|lorem\b.*",
    re.IGNORECASE,
)
_INNER_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z _-]{2,}[^\]]*\]|\{\{[^}]*\}\}")
_VERSION = re.compile(
    r"(?:version|ver|rev|revision|release|[vr])?[. ]*(\d{1,4}(?:\.\d{1,4}){0,2})\b(.*)", re.IGNORECASE
)
_CLASSES = {
    "restricted": r"restricted|secret|strictly confidential|highly confidential|tlp:? ?red",
    "confidential": r"confidential|sensitive|tlp:? ?amber(?:\+strict)?",
    "internal": r"internal|company only|staff only|private|proprietary|tlp:? ?green",
    "public": r"public|open|unclassified|external|tlp:? ?(?:clear|white)",
}
"""Class to the words that mean it, alone or within a sentence."""
_FOREIGN_CLASSES = {
    "restricted": r"streng vertraulich|geheim|strictement confidentiel|diffusion restreinte|restreint|restringido",
    "confidential": r"vertraulich|confidentiel(?:le)?|confidencial",
    "internal": r"intern|interne|usage interne|nur intern|interna?o?|uso interno",
    "public": r"öffentlich|publique?|público",
}
"""The same in German, French and Spanish, alone."""
_LABEL_OF_CLASS = re.compile(r"^(?:confidentiality|classification)\s*[:-]\s*", re.IGNORECASE)
_LANGUAGES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "dutch": "nl", "portuguese": "pt", "swedish": "sv", "polish": "pl",
}  # fmt: skip
_REFERENCE_LABELS = ("reference", "ref", "référence")
_MAX_ID_WORDS = 4
_LEVELS = {"low": "low", "medium": "medium", "moderate": "medium", "high": "high", "critical": "high"}


@dataclass(frozen=True, slots=True)
class ReadValue:
    """What a value says: the key that it fits, or None with a note on why it is left."""

    key: str | None
    value: StatementValue
    confidence: Confidence = Confidence.CERTAIN
    note: str = ""


_Reader = Callable[[str, str], ReadValue]


def plain_text(text: str) -> str:
    """The words of a piece of Markdown or HTML on one line, without emoji around them."""
    text = _IMAGE.sub(r"\1", text[:_MAX_LENGTH])
    text = _TAG.sub(" ", _LINK.sub(r"\1", text))
    text = unescape(_MARKS.sub("", text))
    return _EDGES.sub("", " ".join(text.split())).strip()


def is_placeholder(text: str) -> bool:
    """Whether a value only holds the place of one: `[ROLE - e.g., CISO]`, TBD, YYYY-MM-DD."""
    text = text[:_MAX_LENGTH].strip().rstrip(".")
    text = text.strip("()\"' ") or text
    return _PLACEHOLDER.fullmatch(text) is not None or _INNER_PLACEHOLDER.search(text) is not None


def read_value(key: str, text: str, label: str) -> ReadValue:
    """What a text says for one of our keys; `label` is what it stands under, which may name a unit."""
    return _READERS[key](text, label) if key in _READERS else ReadValue(key, text)


def _read_date(key: str, text: str, _: str) -> ReadValue:
    found, why = read_date(text)
    return ReadValue(key, found) if found else ReadValue(None, text, note=why)


def _read_next_review(text: str, label: str) -> ReadValue:
    result = _read_date("next_review", text, label)
    words = label_words(label)
    if result.key and words.endswith("review date") and "next" not in words:
        return ReadValue(result.key, result.value, Confidence.GUESS, "the last review, or the next?")
    return result


def _read_review_interval(text: str, label: str) -> ReadValue:
    unit = next((unit for unit in ("month", "week", "day", "year") if f"{unit}s" in label_words(label)), "")
    found, note = read_interval(text, unit)
    if not found:
        return ReadValue(None, text, note=note)
    return ReadValue("review_every", found, Confidence.LIKELY if note else Confidence.CERTAIN, note)


def _read_version(text: str, _: str) -> ReadValue:
    match = _VERSION.fullmatch(text)
    if match is None:
        return ReadValue(None, text, note=f"`{text}` is no version such as 1.2")
    version = match[1] if "." in match[1] else f"{match[1]}.0"
    if match[2].strip(" ,;-()"):
        return ReadValue("version", version, Confidence.LIKELY, f"it says `{text}`")
    return ReadValue("version", version)


def _read_classification(text: str, label: str) -> ReadValue:
    bare = _LABEL_OF_CLASS.sub("", text)
    for name, words in (*_CLASSES.items(), *_FOREIGN_CLASSES.items()):
        if re.fullmatch(rf"\W*(?:{words})\W*", bare, re.IGNORECASE):
            spread = label_words(label) in {"distribution", "visibility"}
            return ReadValue("classification", name, Confidence.LIKELY if spread else Confidence.CERTAIN)
    for name, words in _CLASSES.items():
        if re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE):
            return ReadValue("classification", name, Confidence.LIKELY, f"it says `{text}`")
    return ReadValue(None, text, note=f"`{text}` is none of public, internal, confidential and restricted")


def _read_owner(text: str, _: str) -> ReadValue:
    roles = read_roles(text)
    if roles.ids:
        more = f"it names {', '.join(roles.ids)}; an SOP has one owner" if len(roles.ids) > 1 else ""
        sure = Confidence.LIKELY if more and roles.confidence is Confidence.CERTAIN else roles.confidence
        return ReadValue("owner", roles.ids[0], sure, "; ".join(filter(None, (more, roles.note))))
    if roles.channels:
        return ReadValue("owner_channel", roles.channels[0], note=roles.note)
    return ReadValue(None, text, note=roles.note or f"`{text}` names no role")


def _read_role_list(key: str, text: str, _: str) -> ReadValue:
    roles = read_roles(text)
    if roles.ids and (key != "contributors" or is_role_name(text)):  # authors are people, and seldom named by role
        return ReadValue(key, roles.ids, roles.confidence, roles.note)
    return ReadValue(None, text, note=roles.note or f"`{text}` names no role")


def _read_id(text: str, label: str) -> ReadValue:
    if label_words(label).endswith(_REFERENCE_LABELS) and re.search(r"\s", text):
        return ReadValue(None, text, note=f"`{text}` is what it refers to, and no id")
    return ReadValue("id", text)


def _read_status(text: str, _: str) -> ReadValue:
    if len(text.split()) > _MAX_ID_WORDS:
        return ReadValue(None, text, note="a sentence, and no status")
    return ReadValue("status", text.casefold(), note="a draft is written, whatever it says")


def _read_level(text: str, _: str) -> ReadValue:
    level = _LEVELS.get(text.casefold())
    if level is None:
        return ReadValue(None, text, note=f"`{text}` is none of low, medium and high")
    return ReadValue("criticality", level)


def _read_language(text: str, _: str) -> ReadValue:
    words = text.casefold()
    short = _LANGUAGES.get(words, words)
    if re.fullmatch(r"[a-z]{2}(?:[-_][a-z]{2,4})?", short):
        return ReadValue("language", short.replace("_", "-"))
    return ReadValue(None, text, note=f"`{text}` is no language such as en or de-ch")


def _read_list(key: str, text: str, _: str) -> ReadValue:
    parts = [part for piece in re.split(r"[,;\n]", text) if (part := piece.strip())]
    return ReadValue(key, tuple(map(_to_id, parts) if key == "policies" else parts))


_READERS: dict[str, _Reader] = {
    **{key: partial(_read_date, key) for key in ("reviewed", "updated", "effective")},
    **{key: partial(_read_role_list, key) for key in ("approvers", "contributors", "audience")},
    **{key: partial(_read_list, key) for key in ("tags", "policies")},
    "id": _read_id,
    "next_review": _read_next_review,
    "review_every": _read_review_interval,
    "version": _read_version,
    "classification": _read_classification,
    "owner": _read_owner,
    "status": _read_status,
    "criticality": _read_level,
    "language": _read_language,
}
