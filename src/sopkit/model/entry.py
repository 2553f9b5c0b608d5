"""The schema of a ledger entry: a life-cycle event of an SOP that a person signs for."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sopkit.model.durations import DateText, OneOrMany

ENTRY_SCHEMA = "sopkit/entry/1"
"""Name of the published schema."""

LEDGER = "ledger/sops"
"""Folder of the entries, below the library's root: one folder for each SOP's id."""


class EntryKind(StrEnum):
    """What happened."""

    REVIEW = "review"
    APPROVAL = "approval"
    WITHDRAWAL = "withdrawal"
    DISPOSAL = "disposal"


class Outcome(StrEnum):
    """What a review or an approval came to."""

    APPROVED = "approved"
    EDITORIAL = "editorial"
    NO_CHANGE = "no-change"
    UPDATED = "updated"
    RETIRE = "retire"


class EvidenceLevel(StrEnum):
    """How well it is proved who wrote an entry; a later one is stronger, E1d ranks as E1."""

    CLAIM = "E0"
    AUTHOR = "E1"
    DOCUMENT = "E1d"
    FORGE = "E2"
    SIGNED = "E3"

    @property
    def rank(self) -> int:
        """Strength from 0 to 3."""
        return int(self[1])

    @property
    def words(self) -> str:
        """What proves the entry, in words."""
        return _LEVEL_WORDS[self]


_LEVEL_WORDS = {
    EvidenceLevel.CLAIM: "stated by somebody else",
    EvidenceLevel.AUTHOR: "own commit",
    EvidenceLevel.DOCUMENT: "signed document",
    EvidenceLevel.FORGE: "own review on the forge",
    EvidenceLevel.SIGNED: "signed",
}


OUTCOMES = {
    EntryKind.REVIEW: (Outcome.NO_CHANGE, Outcome.UPDATED, Outcome.RETIRE),
    EntryKind.APPROVAL: (Outcome.APPROVED, Outcome.EDITORIAL, Outcome.RETIRE),
}
"""What each kind may come to; the first is what is meant when none is written."""


FORGES: dict[str, Literal["github", "gitlab"]] = {"github-review": "github", "gitlab-approval": "gitlab"}
"""The types of evidence that come from a forge, each with the name under which people have their login there."""


class Evidence(BaseModel):
    """What proves an entry beside its author: a review on a forge, or a signed document."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    type: Literal["github-review", "gitlab-approval", "document"] = Field(description="What the evidence is.")
    pull_request: str = Field("", description="Number of the pull or merge request.")
    review: str = Field("", description="Id of the review on the forge.")
    payload: str = Field("", description="`sha256:` of the forge's own JSON, in `<entry>.payload.json`.")
    path: str = Field("", description="The document, relative to the library.")
    sha256: str = Field("", description="SHA-256 of the document, as hex.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wanted = ("path", "sha256") if self.type == "document" else ("review", "payload")
        missing = [name for name in wanted if not getattr(self, name)]
        if missing:
            raise PydanticCustomError(
                "evidence",
                "evidence of type {type} needs {names}",
                {"type": self.type, "names": " and ".join(f"`{name}`" for name in missing)},
            )
        return self


Digest = Annotated[
    str,
    BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
    Field(pattern=r"^[a-z]+\d+:[0-9a-f]{64}$"),
]


class Entry(BaseModel):
    """One event, in one file that nobody changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True)

    schema_: Literal["sopkit/entry/1"] = Field(alias="schema", description="Name of this schema.")
    kind: EntryKind = Field(description="What happened.")
    id: str = Field(description="Id of the SOP, and name of the folder that the entry is in.")
    library: str = Field("", description="UUID of the library, as `[library] uuid` in its sopkit.toml.")
    digest: Digest | None = Field(None, description="Digest of the text that was read; a disposal has none.")
    blob: str = Field("", pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})?$", description="Git object id of its bytes.")
    version: str = Field("", description="The label that people use for the text; in an approval it decides.")
    by: str = Field(description="Who did it, by key of the people register.")
    role: str = Field("", description="The role in which it was done; without it any that the person holds.")
    date: DateText = Field(description="The day on which it was done.")
    outcome: Outcome | None = Field(None, description="What it came to.")
    from_digest: Digest | None = Field(None, description="Of an editorial approval: the approved text before.")
    scope: Literal["text", "watched"] = Field("text", description="What was reviewed; `watched` moves no due date.")
    note: str = Field("", description="What was done, found or decided, in words.")
    watched: str = Field("", description="Digest of the watched files at the time.")
    attachments: str = Field("", description="Digest of the local files that the text refers to, at the time.")
    corrects: str = Field("", description="File name of the entry in this folder that this one takes the place of.")
    removed: OneOrMany[Digest] = Field((), description="Of a disposal: `sha256:` of each file that may go.")
    evidence: Evidence | None = Field(None, description="What proves it beside the author of the commit.")
    signature: str = Field("", description="Armoured SSH signature of the bytes before this key, which is the last.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if fault := self._fault():
            raise PydanticCustomError("entry", "{fault}", {"fault": fault})
        return self

    def _fault(self) -> str:
        if self.kind is EntryKind.DISPOSAL:
            return "" if self.removed and self.digest is None else "a disposal has `removed` and no `digest`"
        if self.digest is None:
            return f"{_article(self.kind)} needs the `digest` of the text"
        if self.removed:
            return "only a disposal has `removed`"
        if self.scope == "watched" and self.kind is not EntryKind.REVIEW:
            return "only a review has the scope `watched`"
        if self.outcome is not None and self.outcome not in OUTCOMES.get(self.kind, ()):
            known = ", ".join(OUTCOMES.get(self.kind, ())) or "none"
            return f"outcome of {_article(self.kind)}: {known}"
        if (self.outcome is Outcome.EDITORIAL) is (self.from_digest is None):
            return "an editorial approval, and no other entry, has `from_digest`"
        return ""

    @property
    def result(self) -> Outcome | None:
        """The outcome, also when it is left out."""
        return self.outcome or next(iter(OUTCOMES.get(self.kind, ())), None)


def _article(kind: EntryKind) -> str:
    return f"an {kind}" if kind is EntryKind.APPROVAL else f"a {kind}"
