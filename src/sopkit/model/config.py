"""What a library's `sopkit.toml` may say. Every key has a default: an empty file is a valid library."""

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, field_validator

from sopkit.model.durations import Duration
from sopkit.model.finding import Severity
from sopkit.model.handbook_table import HandbookTable
from sopkit.model.table import Table


class Basis(StrEnum):
    """What a review is believed from."""

    RECORDS = "records"
    CLAIMS = "claims"
    GIT = "git"


class Criticality(StrEnum):
    """How much depends on an SOP."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class LibraryTable(Table):
    """`[library]`: what is in the library and how its SOPs are named."""

    name: str = Field("", description="Name of the organisation or library.")
    sops: tuple[str, ...] = Field(("sops/**/*.md",), description="Globs of the files that are SOPs.")
    file: str = Field("sops/{area}/{id}-{slug}.md", description="Where a new SOP goes.")
    identity: Literal["id", "path"] = Field("id", description="`path` for legacy libraries: the path is the id.")
    id_pattern: str = Field(r"[A-Z]{2,5}-\d{3,}", description="Regular expression that an id matches in full.")
    frameworks: tuple[str, ...] = Field(
        ("iso27001-2022",), description="Control frameworks; the first is meant by a bare list of controls."
    )
    language: str = Field("en", description="Language of SOPs that name none, as a BCP 47 tag.")
    timezone: str = Field("UTC", description="The one IANA zone for all days of the library.")

    @field_validator("id_pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        import re  # noqa: PLC0415 - only when the key is given

        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - only when the key is given

        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"no time zone {value!r}; use an IANA name such as Europe/Berlin") from error
        return value


class Area(Table):
    """`[areas.NAME]`: one area of the library; a table here overrides or adds to the shipped areas."""

    title: str = Field("", description="Name shown to readers.")
    prefix: str = Field("", description="Prefix of the ids of this area.")
    approvers: tuple[str, ...] = Field((), description="Role ids that approve, unless the SOP names its own.")
    review_every: Duration = Field(Duration("12 months"), description="Default review interval.")
    requires: tuple[str, ...] = Field((), description="Sections asked for beyond the six.")
    steps: tuple[int, int] = Field((3, 15), description="Fewest and most steps at top level of a procedure.")
    complexity: tuple[int, int] = Field(
        (8, 100), description="Least and most complexity: steps, decisions twice, roles that act, and handovers."
    )


class FrontMatterTable(Table):
    """`[front_matter]`: how a legacy library spells our keys."""

    extra: tuple[str, ...] = Field((), description="Keys to tolerate.")
    defaults: dict[str, str] = Field(default_factory=dict, description="Values of keys that are absent.")
    aliases: dict[str, str] = Field(default_factory=dict, description="Legacy key to sopkit's key.")
    claims: dict[Literal["reviewed", "every", "next"], str] = Field(
        default_factory=dict, description="Front-matter keys that claim review dates (basis `claims`)."
    )


class SectionsTable(Table):
    """`[sections]`: names of sections."""

    aliases: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Section name to headings that mean it, added to the shipped ones."
    )
    order: tuple[str, ...] = Field(
        (), description="Names of sections in the order in which they stand; by default that of the templates."
    )


class LinksTable(Table):
    """`[links]`: how the site generator resolves links."""

    suffixes: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Suffix in a link to suffixes of the file that it means."
    )
    one_page: bool = Field(
        default=False, description="Whether the site puts all SOPs on one page: `#anchor` leads to any of them."
    )


class Ignore(Table):
    """`[[lint.ignores]]`: findings that are accepted, with the reason."""

    paths: tuple[str, ...] = Field(description="Globs of the files.")
    code: str = Field(description="Code or name of the rule.")
    reason: str = Field(description="Why the finding is accepted.")
    until: date | None = Field(None, description="Last day on which the ignore holds.")


class PathSetting(Table):
    """`[[lint.paths]]`: other rules for some files. Where several match a file, the last that names a rule decides."""

    paths: tuple[str, ...] = Field(description="Globs of the files.")
    ignore: tuple[str, ...] = Field((), description="Not these rules: codes, names or families such as SOP2.")
    extend_select: tuple[str, ...] = Field((), description="These rules as well.")
    severity: dict[str, Severity] = Field(default_factory=dict, description="Rule to another severity.")


class LintTable(Table):
    """`[lint]`: which rules run and how much they weigh."""

    profile: Literal["draft", "review", "publish", "audit"] | None = Field(
        None, description="Rule set; by default `publish` when CI is set, else `review`."
    )
    fail_on: Severity | None = Field(None, description="Least severity that fails; by default the profile's.")
    select: tuple[str, ...] = Field((), description="Only these rules: codes, names or families such as SOP2.")
    extend_select: tuple[str, ...] = Field((), description="These rules as well.")
    ignore: tuple[str, ...] = Field((), description="Not these rules.")
    severity: dict[str, Severity] = Field(default_factory=dict, description="Rule to another severity.")
    ignores: tuple[Ignore, ...] = Field((), description="Accepted findings, each with its reason.")
    paths: tuple[PathSetting, ...] = Field((), description="Other rules and severities for some files.")
    baseline: str = Field(
        "", description="File of findings that are known, written by `sopkit lint --write-baseline`; only others fail."
    )


class Ceiling(Table):
    """`[review.ceiling]`: the longest review interval by criticality."""

    low: Duration = Field(Duration("12 months"), description="For low criticality.")
    medium: Duration = Field(Duration("12 months"), description="For medium criticality, and for none.")
    high: Duration = Field(Duration("6 months"), description="For high criticality.")

    def of(self, criticality: Criticality) -> Duration:
        """The ceiling for a criticality."""
        return {"low": self.low, "medium": self.medium, "high": self.high}[criticality]


class ReviewTable(Table):
    """`[review]`: when a review is due and what counts as one."""

    basis: Basis = Field(Basis.RECORDS, description="What reviews are believed from.")
    ceiling: Ceiling = Field(default_factory=Ceiling.default, description="Longest interval by criticality.")
    due_soon: Duration = Field(Duration("30 days"), description="How long before the due date it is soon.")
    require_update: bool = Field(default=False, description="Whether a review must change something.")
    backdate: Duration = Field(Duration("7 days"), description="How late a review may land after its date.")


class MinEvidence(Table):
    """`[approval] min_evidence`: least evidence level of an approval by criticality."""

    low: Literal["E1", "E2", "E3"] = Field("E1", description="For low criticality.")
    medium: Literal["E1", "E2", "E3"] = Field("E1", description="For medium criticality, and for none.")
    high: Literal["E1", "E2", "E3"] = Field("E1", description="For high criticality.")


class ApprovalTable(Table):
    """`[approval]`: which approvals count."""

    min_evidence: MinEvidence = Field(
        default_factory=MinEvidence.default, description="Least evidence level by criticality."
    )
    approve_by: Literal["all", "any"] = Field("all", description="Every approver role once, or any one.")
    importers: tuple[str, ...] = Field((), description="People or bots who may land forge evidence.")


class RemindTable(Table):
    """`[remind]`: when and where reminders go; secrets only as `env:NAME`."""

    thresholds: tuple[int, ...] = Field((30, 14, 7, 1, 0), description="Days before the due date.")
    escalate_after: Duration = Field(Duration("14 days"), description="Overdue for this long: escalate.")
    slack: str = Field("", description="Slack webhook, as env:NAME.")
    teams: str = Field("", description="Teams webhook, as env:NAME.")
    smtp: str = Field("", description="SMTP server URL, as env:NAME.")
    sender: str = Field("", alias="from", description="Sender of reminder e-mails, as env:NAME or an address.")


class ScalesTable(Table):
    """`[scales]`: the ordered values of ratings, lowest first."""

    likelihood: tuple[str, ...] = Field(
        ("rare", "unlikely", "possible", "likely", "certain"), description="Likelihood of a risk."
    )
    impact: tuple[str, ...] = Field(("minor", "moderate", "major", "severe"), description="Impact of a risk.")
    residual: tuple[str, ...] = Field(
        ("low", "medium", "high", "critical"), description="What is left of a risk; an empty list lets any text stand."
    )
    tier: tuple[int, ...] = Field((1, 2, 3), description="Vendor tiers, the most important first.")
    severity: tuple[str, ...] = Field(("SEV1", "SEV2", "SEV3", "SEV4"), description="Incident severities.")

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a scale as they are written, lowest first."""
        return tuple(map(str, getattr(self, name)))


class TrainingTable(Table):
    """`[training]`: when people are trained again."""

    retrain_on: Literal["major", "minor", "never"] = Field("major", description="Version step that retrains.")
    pass_mark: Annotated[int, Field(ge=0, le=100)] = Field(80, description="Percent to pass a quiz.")
    grace: Duration = Field(Duration("30 days"), description="Time to be trained after a version lands.")


class Config(Table):
    """The whole of `sopkit.toml`."""

    library: LibraryTable = Field(default_factory=LibraryTable.default, description="What is in the library.")
    areas: dict[str, Area] = Field(default_factory=dict, description="Areas, added to the shipped ones.")
    front_matter: FrontMatterTable = Field(
        default_factory=FrontMatterTable.default, description="How a legacy library spells keys."
    )
    sections: SectionsTable = Field(default_factory=SectionsTable.default, description="Names of sections.")
    links: LinksTable = Field(default_factory=LinksTable.default, description="How links resolve.")
    lint: LintTable = Field(default_factory=LintTable.default, description="Which rules run.")
    review: ReviewTable = Field(default_factory=ReviewTable.default, description="When a review is due.")
    approval: ApprovalTable = Field(default_factory=ApprovalTable.default, description="Which approvals count.")
    remind: RemindTable = Field(default_factory=RemindTable.default, description="Reminders.")
    scales: ScalesTable = Field(default_factory=ScalesTable.default, description="Scales of ratings.")
    handbook: HandbookTable = Field(default_factory=HandbookTable.default, description="The static site.")
    training: TrainingTable = Field(default_factory=TrainingTable.default, description="Training.")

    @cached_property
    def all_areas(self) -> dict[str, Area]:
        """The shipped areas with the library's own laid over them."""
        from sopkit.model.areas import SHIPPED_AREAS  # noqa: PLC0415 - areas.py needs Area from here

        merged = dict(SHIPPED_AREAS)
        for name, area in self.areas.items():
            base = merged.get(name, Area())
            merged[name] = base.model_copy(update={key: getattr(area, key) for key in area.model_fields_set})
        return merged
