"""The value of a key of ours in the words of another document."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from sopkit.authoring.adopt.metadata.dates import read_date
from sopkit.authoring.adopt.metadata.intervals import read_interval
from sopkit.authoring.adopt.metadata.labels import words_of_label
from sopkit.authoring.adopt.metadata.people import names_a_role, read_roles
from sopkit.authoring.adopt.metadata.statement import Confidence, Value
from sopkit.authoring.adopt.naming import slug_of
from sopkit.authoring.adopt.words_abroad import CLASSES_ABROAD

_LONGEST = 2000
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
_HOLE = re.compile(r"\[[A-Z][A-Z _-]{2,}[^\]]*\]|\{\{[^}]*\}\}")
_VERSION = re.compile(
    r"(?:version|ver|rev|revision|release|[vr])?[. ]*(\d{1,4}(?:\.\d{1,4}){0,2})\b(.*)", re.IGNORECASE
)
_CLASSES: tuple[tuple[str, str], ...] = (
    ("restricted", r"restricted|secret|strictly confidential|highly confidential|tlp:? ?red"),
    ("confidential", r"confidential|sensitive|tlp:? ?amber(?:\+strict)?"),
    ("internal", r"internal|company only|staff only|private|proprietary|tlp:? ?green"),
    ("public", r"public|open|unclassified|external|tlp:? ?(?:clear|white)"),
)
_LABEL_OF_CLASS = re.compile(r"^(?:confidentiality|classification)\s*[:-]\s*", re.IGNORECASE)
_LANGUAGES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "dutch": "nl", "portuguese": "pt", "swedish": "sv", "polish": "pl",
}  # fmt: skip
_CITING = ("reference", "ref", "référence")
_FEW_WORDS = 4
_LEVELS = {"low": "low", "medium": "medium", "moderate": "medium", "high": "high", "critical": "high"}


@dataclass(frozen=True, slots=True)
class ReadValue:
    """What a value says: the key that it fits, or None with a note on why it is left."""

    key: str | None
    value: Value
    confidence: Confidence = Confidence.CERTAIN
    note: str = ""


_Reader = Callable[[str, str], ReadValue]


def plain(text: str) -> str:
    """The words of a piece of Markdown or HTML on one line, without emoji around them."""
    text = _IMAGE.sub(r"\1", text[:_LONGEST])
    text = _TAG.sub(" ", _LINK.sub(r"\1", text))
    text = unescape(_MARKS.sub("", text))
    return _EDGES.sub("", " ".join(text.split())).strip()


def is_placeholder(text: str) -> bool:
    """Whether a value only holds the place of one: `[ROLE - e.g., CISO]`, TBD, YYYY-MM-DD."""
    text = text[:_LONGEST].strip().rstrip(".")
    return _PLACEHOLDER.fullmatch(text) is not None or _HOLE.search(text) is not None


def read_value(key: str, text: str, label: str) -> ReadValue:
    """What a text says for one of our keys; `label` is what it stands under, which may name a unit."""
    return _READERS[key](text, label) if key in _READERS else ReadValue(key, text)


def _date(key: str) -> _Reader:
    def read(text: str, _: str) -> ReadValue:
        found, why = read_date(text)
        return ReadValue(key, found) if found else ReadValue(None, text, note=why)

    return read


def _next_review(text: str, label: str) -> ReadValue:
    said = _date("next_review")(text, label)
    words = words_of_label(label)
    if said.key and words.endswith("review date") and "next" not in words:
        return ReadValue(said.key, said.value, Confidence.GUESS, "the last review, or the next?")
    return said


def _interval(text: str, label: str) -> ReadValue:
    unit = next((unit for unit in ("month", "week", "day", "year") if f"{unit}s" in words_of_label(label)), "")
    found, note = read_interval(text, unit)
    if not found:
        return ReadValue(None, text, note=note)
    return ReadValue("review_every", found, Confidence.LIKELY if note else Confidence.CERTAIN, note)


def _version(text: str, _: str) -> ReadValue:
    match = _VERSION.fullmatch(text)
    if match is None:
        return ReadValue(None, text, note=f"`{text}` is no version such as 1.2")
    version = match[1] if "." in match[1] else f"{match[1]}.0"
    if match[2].strip(" ,;-()"):
        return ReadValue("version", version, Confidence.LIKELY, f"it says `{text}`")
    return ReadValue("version", version)


def _classification(text: str, label: str) -> ReadValue:
    bare = _LABEL_OF_CLASS.sub("", text)
    for name, words in (*_CLASSES, *CLASSES_ABROAD.items()):
        if re.fullmatch(rf"\W*(?:{words})\W*", bare, re.IGNORECASE):
            spread = words_of_label(label) in {"distribution", "visibility"}
            return ReadValue("classification", name, Confidence.LIKELY if spread else Confidence.CERTAIN)
    for name, words in _CLASSES:
        if re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE):
            return ReadValue("classification", name, Confidence.LIKELY, f"it says `{text}`")
    return ReadValue(None, text, note=f"`{text}` is none of public, internal, confidential and restricted")


def _owner(text: str, _: str) -> ReadValue:
    roles = read_roles(text)
    if roles.ids:
        more = f"it names {', '.join(roles.ids)}; an SOP has one owner" if len(roles.ids) > 1 else ""
        sure = Confidence.LIKELY if more and roles.confidence is Confidence.CERTAIN else roles.confidence
        return ReadValue("owner", roles.ids[0], sure, "; ".join(filter(None, (more, roles.note))))
    if roles.channels:
        return ReadValue("owner_channel", roles.channels[0], note=roles.note)
    return ReadValue(None, text, note=roles.note or f"`{text}` names no role")


def _roles(key: str) -> _Reader:
    def read(text: str, _: str) -> ReadValue:
        roles = read_roles(text)
        if roles.ids and (key != "contributors" or names_a_role(text)):  # authors are people, and seldom named by role
            return ReadValue(key, roles.ids, roles.confidence, roles.note)
        return ReadValue(None, text, note=roles.note or f"`{text}` names no role")

    return read


def _id(text: str, label: str) -> ReadValue:
    if words_of_label(label).endswith(_CITING) and re.search(r"\s", text):
        return ReadValue(None, text, note=f"`{text}` is what it refers to, and no id")
    return ReadValue("id", text)


def _status(text: str, _: str) -> ReadValue:
    if len(text.split()) > _FEW_WORDS:
        return ReadValue(None, text, note="a sentence, and no status")
    return ReadValue("status", text.casefold(), note="a draft is written, whatever it says")


def _level(text: str, _: str) -> ReadValue:
    level = _LEVELS.get(text.casefold())
    if level is None:
        return ReadValue(None, text, note=f"`{text}` is none of low, medium and high")
    return ReadValue("criticality", level)


def _language(text: str, _: str) -> ReadValue:
    words = text.casefold()
    short = _LANGUAGES.get(words, words)
    if re.fullmatch(r"[a-z]{2}(?:[-_][a-z]{2,4})?", short):
        return ReadValue("language", short.replace("_", "-"))
    return ReadValue(None, text, note=f"`{text}` is no language such as en or de-ch")


def _listed(key: str, one: Callable[[str], str]) -> _Reader:
    def read(text: str, _: str) -> ReadValue:
        return ReadValue(key, tuple(one(part) for piece in re.split(r"[,;\n]", text) if (part := piece.strip())))

    return read


_READERS: dict[str, _Reader] = {
    "id": _id,
    "reviewed": _date("reviewed"),
    "updated": _date("updated"),
    "effective": _date("effective"),
    "next_review": _next_review,
    "review_every": _interval,
    "version": _version,
    "classification": _classification,
    "owner": _owner,
    "approvers": _roles("approvers"),
    "contributors": _roles("contributors"),
    "audience": _roles("audience"),
    "status": _status,
    "criticality": _level,
    "language": _language,
    "tags": _listed("tags", str),
    "policies": _listed("policies", slug_of),
}
