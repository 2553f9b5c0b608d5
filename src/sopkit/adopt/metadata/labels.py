"""Statements about a document, and the labels under which documents make them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Confidence(StrEnum):
    """How surely the document means our key by it."""

    CERTAIN = "certain"
    LIKELY = "likely"
    GUESS = "guess"


StatementValue = str | tuple[str, ...] | dict[str, tuple[str, ...]]
"""A text, a list of them, or for `controls` the ids by framework."""


@dataclass(frozen=True)
class Statement:
    """A thing that the document says of itself.

    `key` is a key of our front matter, or a name of what we keep but never write there: `reviewed`, `next_review`,
    `status` (adopt writes a draft) and `owner_channel`. Without a key the line is understood to hold metadata, but it
    says nothing that we can take over: `value` is what it says, `note` why it is left.
    """

    key: str | None
    value: StatementValue
    start: int
    """Byte offsets of the line, row, key or block that says it."""
    end: int
    how: str
    """In words, for the plan: "row `Owner` of the table of line 3"."""
    confidence: Confidence
    note: str = ""
    """What a person must know or decide about it; empty when nothing."""
    within: bool = False
    """Whether it stands in text that says more than this, such as a sentence of the purpose."""


@dataclass(frozen=True, slots=True)
class MetadataValue:
    """A label with a text; `start` and `end` are the bytes that tell it, `where` says so in words for people."""

    label: str
    text: str
    start: int
    end: int
    where: str
    confidence: Confidence = Confidence.CERTAIN


def least_sure(one: Confidence, other: Confidence) -> Confidence:
    """The less sure of two."""
    order = tuple(Confidence)
    return max(one, other, key=order.index)


LABELS: dict[str, tuple[str, ...]] = {
    "title": ("title", "name", "page title", "sop title", "titel", "titre", "título"),
    "id": (
        "id", "identifier", "number", "no", "code", "reference", "reference number", "ref", "sop number", "sop no",
        "doc no", "doc number", "doc ref", "control number", "dokumentnummer", "dokumenten id", "dokument id",
        "numéro de document", "référence", "código",
    ),
    "owner": (
        "owner", "owners", "owner role", "owner team", "owner name", "owned by", "owning team", "process owner",
        "page owner", "content owner", "service owner", "business owner", "responsible", "responsible team",
        "responsible owner", "responsible person", "responsible role", "accountable", "team", "maintainer",
        "maintainers", "maintained by", "custodian", "dri", "owner slack", "owner channel", "slack", "slack channel",
        "verantwortlich", "verantwortlicher", "verantwortliche", "verantwortliche rolle", "eigentümer",
        "dokumentverantwortlicher", "prozessverantwortlicher", "responsable", "propriétaire", "pilote", "propietario",
    ),
    "approvers": (
        "approver", "approvers", "approved by", "approving authority", "approval authority", "approval",
        "authorised by", "authorized by", "authoriser", "authorizer", "signed off by", "sign off", "freigegeben durch",
        "freigegeben von", "genehmigt durch", "genehmigt von", "freigabe durch", "approuvé par", "validé par",
        "approbateur", "aprobado por",
    ),
    "contributors": (
        "contributor", "contributors", "author", "authors", "written by", "prepared by", "created by", "drafted by",
        "editor", "editors", "erstellt von", "erstellt durch", "autor", "autoren", "verfasser", "rédigé par", "auteur",
        "auteurs", "rédacteur", "elaborado por",
    ),
    "version": (
        "version", "version number", "version no", "current version", "revision", "revision number", "rev", "ver",
        "release", "fassung", "révision", "versión", "revisión",
    ),
    "status": ("status", "state", "draft"),
    "classification": (
        "classification", "classification level", "security classification", "information classification",
        "data classification", "confidentiality", "confidentiality level", "sensitivity", "protective marking",
        "marking", "tlp", "distribution", "visibility", "klassifizierung", "klassifikation", "vertraulichkeit",
        "vertraulichkeitsstufe", "schutzklasse", "confidentialité", "niveau de confidentialité", "clasificación",
        "confidencialidad",
    ),
    "criticality": ("criticality",),
    "review_every": (
        "review in", "review every", "review cycle", "review frequency", "review period", "review interval",
        "review cadence", "review schedule", "review interval months", "review period months",
        "review frequency months", "review interval days", "review every days", "frequency of review", "revision cycle",
        "review", "prüfintervall", "prüfzyklus", "überprüfungsintervall", "fréquence de révision",
        "périodicité de révision",
    ),
    "reviewed": (
        "last reviewed", "last reviewed on", "last reviewed at", "last reviewed date", "last review",
        "last review date", "date of last review", "date last reviewed", "date reviewed", "reviewed", "reviewed on",
        "reviewed at", "last verified", "last verified date", "last verified on", "last validated", "zuletzt geprüft",
        "letzte überprüfung", "letzte prüfung", "dernière revue", "última revisión",
    ),
    "next_review": (
        "next review", "next review date", "next review due", "next review on", "date of next review", "review due",
        "review due date", "review due by", "review by", "review on", "review before", "due for review", "review date",
        "review", "expires", "expires on", "expiry", "expiry date", "valid until", "nächste überprüfung",
        "nächste prüfung", "nächster review", "prochaine revue", "prochaine révision", "próxima revisión",
    ),
    "updated": (
        "last updated", "last updated on", "last updated at", "last update", "last update date", "last modified",
        "last modified date", "last changed", "last edited", "last revised", "last revision", "lastmod", "modified",
        "modified date", "date modified", "updated", "updated on", "updated at", "update date", "date updated",
        "date of last update", "revision date", "revised", "letzte aktualisierung", "zuletzt aktualisiert",
        "letzte änderung", "zuletzt geändert", "stand", "dernière mise à jour", "mise à jour", "dernière maj",
        "dernière modification", "última actualización",
    ),
    "effective": (
        "effective", "effective date", "effective from", "effective since", "date effective", "in force since",
        "in force from", "in effect since", "valid from", "issued", "issue date", "issued on", "date issued",
        "date of issue", "implementation date", "gültig ab", "gültig seit", "in kraft seit", "date d application",
        "date d entrée en vigueur", "en vigueur depuis", "vigente desde", "fecha de vigencia",
    ),
    "controls": (
        "control", "controls", "control reference", "control references", "control mapping", "mapped controls",
        "related controls", "applicable controls", "annex a controls", "satisfies", "compliance", "compliance mapping",
        "framework", "frameworks", "framework compliance", "compliance frameworks", "standard", "standards",
        "applicable standards", "regulatory references",
    ),
    "policies": (
        "policy", "policies", "related policy", "related policies", "parent policy", "governing policy",
        "supporting policy", "supports policy", "implements policy",
    ),
    "audience": ("audience", "intended audience"),
    "tags": ("tags", "keywords", "topics"),
    "language": ("language", "lang", "locale", "sprache", "langue", "idioma"),
    "summary": (
        "description", "summary", "excerpt", "abstract", "beschreibung", "zusammenfassung", "résumé", "descripción",
    ),
}  # fmt: skip
"""Key of ours to the words of labels and foreign keys, in four languages; `[front_matter] aliases` adds to it.

A label that stands under several keys means the first one that its value fits.
"""

IGNORED_LABELS = {
    label: reason
    for reason, labels in {
        "it only heads what is said of the document": ("document control", "document information"),
        "a date of which nobody says what happened on it": ("date",),
        "when it was written is in the history": ("created", "created on", "creation date", "date created"),
        "an approval is given anew, by `sopkit approve`": (
            "approval date",
            "approved on",
            "date approved",
            "date of approval",
        ),
        "who reviewed it is entered by `sopkit review`": ("reviewed by", "reviewer", "reviewers"),
        "no key of ours says when it was tried": ("last tested", "last tested on"),
    }.items()
    for label in labels
}
"""Labels of metadata that we do not take over, and why."""

_DOCUMENT_PREFIX = re.compile(
    r"^(?:the )?(?:(?:this )?document|doc|procedure|policy|process|sop|runbook|playbook|standard|plan)s? (?=\w)"
)
_SITE_PREFIX = re.compile(r"^ms (?=\w)")
"""Microsoft's documentation writes its own keys as `ms.lastreviewed`."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORDS = re.compile(r"[^\w\s]|_")


@lru_cache(maxsize=4096)
def label_words(label: str) -> str:
    """The words of a label or key alone: `lastReviewed`, `last_reviewed` and `Last reviewed:` are the same."""
    spread = _NOT_WORDS.sub(" ", _CAMEL.sub(" ", label.replace("&", " and ")))
    return _SITE_PREFIX.sub("", " ".join(spread.casefold().split()))


@lru_cache(maxsize=1)
def _label_table() -> Mapping[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for key, labels in LABELS.items():
        for label in (label_words(key), *labels):
            for spelled in {label, label.replace(" ", "")}:
                table[spelled] = tuple(dict.fromkeys((*table.get(spelled, ()), key)))
    return table


def keys_of_label(label: str, aliases: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of ours that a label can mean, the likeliest first; none for a label that we do not know."""
    own = aliases.get(label.strip())
    if own is not None:
        return (own,)
    words = label_words(label)
    if words in IGNORED_LABELS:
        return ()
    table = _label_table()
    found = table.get(words)
    return found if found is not None else table.get(_DOCUMENT_PREFIX.sub("", words), ())


def ignored_reason(label: str) -> str:
    """Why a label of metadata is not taken over; empty when it is, or is no label that we know."""
    words = label_words(label)
    return IGNORED_LABELS.get(words) or IGNORED_LABELS.get(_DOCUMENT_PREFIX.sub("", words), "")


def is_label(label: str, aliases: Mapping[str, str]) -> bool:
    """Whether something is said of the document under a label, of use to us or not."""
    return bool(keys_of_label(label, aliases) or ignored_reason(label))
