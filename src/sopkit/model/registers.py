"""The schema of the registers, and which keys and columns refer to SOPs and register rows."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from sopkit.model.durations import DateText, Duration, OneOrMany
from sopkit.model.sop_document import Classification, ControlClaim

IdList = OneOrMany[str]


def _yes_or_no(value: object) -> object:
    if isinstance(value, str):
        word = value.lower()
        if word in {"true", "yes"}:
            return True
        if word in {"false", "no"}:
            return False
        raise PydanticCustomError("yes_or_no", "not true or false")
    return value


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Controls = dict[str, OneOrMany[ControlClaim]]


class RowModel(BaseModel):
    """A row of a register."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    key_field: ClassVar[str] = "id"
    end_field: ClassVar[str] = ""
    end_word: ClassVar[str] = ""

    @property
    def key(self) -> str:
        """What other files call this row."""
        return str(getattr(self, self.key_field))

    @property
    def names(self) -> tuple[str, ...]:
        """Every spelling under which a text may mean this row."""
        return (self.key,)

    def gone(self, day: date) -> str | None:
        """Why the row is no longer in force on a day, or None; `until` is the last day on which it is."""
        end: date | None = getattr(self, self.end_field) if self.end_field else None
        if end is None or day < end or (day == end and self.end_field == "until"):
            return None
        return f"{self.end_word or self.end_field} on {end}"


class Period(BaseModel):
    """A time from a day to a day, both included; an open end means still."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    since: DateText | None = Field(None, alias="from", description="First day.")
    until: DateText | None = Field(None, alias="to", description="Last day.")

    def holds(self, day: date) -> bool:
        """Whether a day lies in the span."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class SigningKey(Period):
    """A key with which a person signs entries."""

    key: str = Field(description="Public key in OpenSSH form.")


class Holder(Period):
    """Who holds a role, and when."""

    person: str = Field(description="Key of the people register.")


class Person(RowModel, Period):
    """A person or a bot, named everywhere else by key only."""

    key_field: ClassVar[str] = "key_"
    end_field: ClassVar[str] = "until"
    end_word: ClassVar[str] = "left"
    key_: str = Field(alias="key", description="Short name used in entries and registers.")
    name: str = Field("", description="Full name.")
    emails: IdList = Field((), description="E-mail addresses, also of git commits.")
    logins: dict[Literal["github", "gitlab"], str] = Field(default_factory=dict, description="Forge logins.")
    signing_keys: OneOrMany[SigningKey] = Field((), description="Keys that sign entries.")
    bot: YesNo = Field(default=False, description="Whether this is a machine account.")


class Role(RowModel):
    """A role of the organisation; SOPs name roles, never people."""

    id: str = Field(description="Id of the role.")
    title: str = Field("", description="Name as it stands in procedures.")
    aliases: IdList = Field((), description="Other spellings.")
    holders: OneOrMany[Holder] = Field((), description="Who holds the role.")
    deputies: OneOrMany[Holder] = Field((), description="Who stands in.")
    reports_to: str = Field("", description="Role to which this one escalates.")
    conflicts: IdList = Field((), description="Roles or duties that one person may not join to this one.")
    classification: Classification | None = Field(None, description="Who may see the row; internal where unset.")

    @property
    def names(self) -> tuple[str, ...]:
        """Id, title and aliases."""
        return tuple(dict.fromkeys(name for name in (self.id, self.title, *self.aliases) if name))

    def held_by(self, day: date) -> tuple[str, ...]:
        """Keys of the people who hold the role on a day."""
        return tuple(holder.person for holder in self.holders if holder.holds(day))

    def held_or_deputised_by(self, day: date) -> tuple[str, ...]:
        """Keys of the people who hold the role on a day, then of its deputies on that day, each once."""
        deputies = (deputy.person for deputy in self.deputies if deputy.holds(day))
        return tuple(dict.fromkeys((*self.held_by(day), *deputies)))

    def people(self, register: Mapping[str, RowModel], day: date) -> tuple[Person, ...]:
        """The same people as rows of the people register, by key, without those who are not there on that day."""
        rows = (register.get(key) for key in self.held_or_deputised_by(day))
        return tuple(row for row in rows if isinstance(row, Person) and row.holds(day))


class Policy(RowModel):
    """A policy: the rules that SOPs carry out."""

    id: str = Field(description="Id of the policy.")
    title: str = Field("", description="Title.")
    owner: str = Field("", description="Role that owns the policy.")
    location: str = Field("", description="Where it is kept.")
    controls: Controls = Field(default_factory=dict, description="Controls that the policy answers.")
    classification: Classification | None = Field(None, description="Who may see the row; internal where unset.")


class Asset(RowModel):
    """An asset: a system, data, device or place worth protecting."""

    end_field: ClassVar[str] = "retired"
    id: str = Field(description="Id of the asset.")
    title: str = Field("", description="Name.")
    kind: str = Field("", description="What kind of thing it is.")
    owner: str = Field("", description="Role that owns it.")
    classification: Classification | None = Field(None, description="How secret its data is.")
    criticality: Literal["low", "medium", "high", "critical"] | None = Field(
        None, description="How much depends on it."
    )
    rpo: Duration | None = Field(None, description="Most data that may be lost, as time.")
    rto: Duration | None = Field(None, description="Longest time until it works again.")
    vendor: str = Field("", description="Vendor that runs it.")
    retired: DateText | None = Field(None, description="Last day of use.")


class Risk(RowModel):
    """A risk and its treatment."""

    end_field: ClassVar[str] = "closed"
    id: str = Field(description="Id of the risk.")
    title: str = Field("", description="What may happen.")
    owner: str = Field("", description="Role that owns it.")
    likelihood: str = Field("", description="From the scale in the configuration.")
    impact: str = Field("", description="From the scale in the configuration.")
    treatment: Literal["mitigate", "accept", "transfer", "avoid"] | None = Field(
        None, description="What is done about it."
    )
    controls: Controls = Field(default_factory=dict, description="Controls that treat it.")
    residual: str = Field("", description="What is left of it, from the scale in the configuration.")
    accepted_by: str = Field("", description="Role that accepted the residual risk (ISO/IEC 27001:2022, 6.1.3 f).")
    accepted_on: DateText | None = Field(None, description="Day on which that role accepted it.")
    review: DateText | None = Field(None, description="Next review.")
    closed: DateText | None = Field(None, description="Day on which it ended.")
    classification: Classification | None = Field(None, description="Who may see the row; internal where unset.")


class Vendor(RowModel):
    """A supplier."""

    end_field: ClassVar[str] = "offboarded"
    id: str = Field(description="Id of the vendor.")
    title: str = Field("", description="Name.")
    tier: Annotated[int, Field(ge=1)] | None = Field(
        None, description="From the scale in the configuration; 1 is the most important."
    )
    owner: str = Field("", description="Role that answers for it.")
    data: str = Field("", description="Which data it handles.")
    review: DateText | None = Field(None, description="Next review.")
    offboarded: DateText | None = Field(None, description="Day on which it ended.")
    classification: Classification | None = Field(None, description="Who may see the row; internal where unset.")


class Term(RowModel):
    """A term of the glossary."""

    key_field: ClassVar[str] = "term"
    term: str = Field(description="The word.")
    meaning: str = Field("", description="What it means here.")
    aliases: IdList = Field((), description="Other spellings.")
    avoid: IdList = Field((), description="Words not to be used for it.")
    classification: Classification | None = Field(None, description="Who may see the row; internal where unset.")


class Exemption(RowModel):
    """An exception: an SOP that is not followed, for a time and a reason."""

    end_field: ClassVar[str] = "until"
    end_word: ClassVar[str] = "ended"
    id: str = Field(description="Id of the exception.")
    sop: str = Field("", description="Id of the SOP.")
    what: str = Field("", description="What is not followed.")
    risk: str = Field("", description="Id of the risk that this carries.")
    approver: str = Field("", description="Role that allowed it.")
    since: DateText | None = Field(None, alias="from", description="First day.")
    until: DateText | None = Field(None, description="Last day.")
    reason: str = Field("", description="Why.")
    classification: Classification | None = Field(None, description="Who may see the row; internal where unset.")


class External(RowModel):
    """A document of others that SOPs rely on."""

    id: str = Field(description="Id of the document.")
    title: str = Field("", description="Title.")
    edition: str = Field("", description="Edition in use.")
    publisher: str = Field("", description="Who publishes it.")
    owner: str = Field("", description="Role that watches it.")
    checked: DateText | None = Field(None, description="Day on which the edition was last checked.")
    classification: Classification | None = Field(None, description="Who may see the row; internal where unset.")


class Action(RowModel):
    """A corrective action."""

    end_field: ClassVar[str] = "done"
    id: str = Field(description="Id of the action.")
    source: Literal["exercise", "audit", "incident", "feedback", "gap"] | None = Field(
        None, description="What it came from."
    )
    controls: Controls = Field(default_factory=dict, description="Controls that it concerns.")
    cause: str = Field("", description="Why it was needed.")
    action: str = Field("", description="What is to be done.")
    owner: str = Field("", description="Role that does it.")
    due: DateText | None = Field(None, description="Day by which it is done.")
    done: DateText | None = Field(None, description="Day on which it was done.")
    verified_by: str = Field("", description="Role that checked the result.")
    verified_on: DateText | None = Field(None, description="Day on which it was checked.")
    origin: str = Field("", description="The gap that it closes: file name of the exercise, `#` and id of the gap.")
    sop: str = Field("", description="SOP that it concerns.")
    version: str = Field("", description="Version of the SOP.")
    classification: Classification | None = Field(None, description="Who may see the row; internal where unset.")


class Applicability(RowModel):
    """A row of the statement of applicability (ISO/IEC 27001:2022, 6.1.3 d)."""

    key_field: ClassVar[str] = "control"
    control: str = Field(description="Control id.")
    applicable: YesNo = Field(default=True, description="Whether the control applies.")
    procedure: YesNo = Field(
        default=True, description="Whether it needs a procedure; not one that rests on a policy or configuration alone."
    )
    reason: str = Field("", description="Why, or why not.")
    drivers: IdList = Field((), description="Risks, laws or contracts that ask for it.")
    owner: str = Field("", description="Role that answers for it.")
    note: str = Field("", description="Remarks.")
    classification: Classification | None = Field(None, description="Who may see the row; internal where unset.")


REGISTERS: dict[str, type[RowModel]] = {
    "people": Person,
    "roles": Role,
    "policies": Policy,
    "assets": Asset,
    "risks": Risk,
    "vendors": Vendor,
    "glossary": Term,
    "exceptions": Exemption,
    "external": External,
    "actions": Action,
    "soa": Applicability,
}

SCALE_COLUMNS: dict[str, tuple[str, ...]] = {"risks": ("likelihood", "impact", "residual"), "vendors": ("tier",)}
"""Register to its columns whose values are those of the scale of that name in the configuration."""


def register_json_schema(name: str) -> dict[str, Any]:
    """JSON Schema of a register: a list of rows."""
    items = REGISTERS[name].model_json_schema(by_alias=True)
    parts = items.pop("$defs", {})
    return {"type": "array", "items": items, "$defs": parts}


SOP_TARGET = "sops"
"""Stands for the SOPs where otherwise a register is named."""

REFERENCE_KEYS = {
    "owner": "roles",
    "approvers": "roles",
    "contributors": "roles",
    "audience": "roles",
    "policies": "policies",
    "risks": "risks",
    "assets": "assets",
    "vendors": "vendors",
    "requires": SOP_TARGET,
    "related": SOP_TARGET,
    "supersedes": SOP_TARGET,
    "superseded_by": SOP_TARGET,
}
"""Key of the front matter to what its values name."""

REFERENCE_COLUMNS: dict[str, dict[str, str]] = {
    "roles": {"reports_to": "roles"},
    "policies": {"owner": "roles"},
    "assets": {"owner": "roles", "vendor": "vendors"},
    "risks": {"owner": "roles", "accepted_by": "roles"},
    "vendors": {"owner": "roles"},
    "exceptions": {"sop": SOP_TARGET, "risk": "risks", "approver": "roles"},
    "external": {"owner": "roles"},
    "actions": {"owner": "roles", "verified_by": "roles", "sop": SOP_TARGET},
    "soa": {"owner": "roles"},
}
"""Register to its columns that name a row of a register, or an SOP."""

HOLDER_COLUMNS = ("holders", "deputies")
"""Columns of the roles with people in them."""
