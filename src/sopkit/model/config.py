"""The schema of `sopkit.toml`, and its defaults."""

import re
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from sopkit.model.areas import SHIPPED_AREAS, Area
from sopkit.model.config_table import ConfigTable
from sopkit.model.durations import Duration
from sopkit.model.finding import Severity
from sopkit.model.paths import (
    FolderPath,
    LinkSuffixes,
    PathPattern,
    PicturePath,
    SopGlobs,
    StylePath,
    WrittenPath,
)
from sopkit.model.practice_tables import ImportTable, PracticeTable, TrainingTable

MAX_ID_LENGTH = 100
"""Characters of the longest id of an SOP."""


def _check_colours(value: tuple[str, ...]) -> tuple[str, ...]:
    for colour in value:
        if re.fullmatch(r"#[0-9A-Fa-f]{6}", colour) is None:
            raise ValueError(f"{colour!r} is no colour; write six digits such as #0b5cad")
    if len(value) not in {1, 2}:
        raise ValueError("is neither one colour nor two, that in the light and that in the dark")
    return tuple(colour.lower() for colour in value)


Colours = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    AfterValidator(_check_colours),
]


def _check_feedback(value: str) -> str:
    if value.startswith(("https://", "http://", "mailto:")) or not value:
        return value
    if "@" in value and ":" not in value:
        return f"mailto:{value}"
    raise ValueError(f"{value!r} is neither an e-mail address nor begins with https://")


def _check_edit(value: str) -> str:
    if value and not (value.startswith(("https://", "http://")) and "{path}" in value):
        raise ValueError(
            f"{value!r} is no web address with {{path}} in it, as https://forge.example/edit/main/{{path}}"
        )
    return value


FeedbackUrl = Annotated[str, AfterValidator(_check_feedback)]
EditUrl = Annotated[str, AfterValidator(_check_edit)]


class ColoursTable(ConfigTable):
    """`[handbook.colours]`: each is one colour, or a list of two: in the light and in the dark."""

    accent: Colours = Field((), description="Links and the current place.")
    text: Colours = Field((), description="Text.")
    muted: Colours = Field((), description="What is less important.")
    ground: Colours = Field((), description="What everything stands on.")
    line: Colours = Field((), description="Lines and frames.")
    ok: Colours = Field((), description="What is as it should be.")
    warn: Colours = Field((), description="What will need somebody.")
    bad: Colours = Field((), description="What is not as it should be.")


class HandbookTable(ConfigTable):
    """`[handbook]`: the static site."""

    title: str = Field("", description="Title of the handbook; by default the library's name.")
    url: str = Field("", description="Address at which it is published.")
    feedback: FeedbackUrl = Field(
        "",
        description="Where readers report what is wrong or unclear: an e-mail or web address, in which `{id}`, "
        "`{version}`, `{title}`, `{commit}`, `{step}` and `{digest}` are filled in.",
    )
    edit: EditUrl = Field("", description="Web address at which a file is edited, with `{path}` in it.")
    logo: PicturePath = Field("", description="Path of a logo: SVG, PNG, JPEG, GIF or WebP.")
    language: str = Field("", description="Language of the interface; by default that of the library.")
    colours: ColoursTable = Field(default_factory=ColoursTable.default, description="Colours of your own.")
    css: StylePath = Field("", description="Path of a style sheet that is put behind that of the handbook.")
    templates: FolderPath = Field("", description="Folder of templates that take the place of those of the same name.")

    def has(self, path: str) -> bool:
        """Whether a file of the library is one that the pages are made with."""
        return path in {self.logo, self.css} - {""} or bool(self.templates and path.startswith(f"{self.templates}/"))


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


class LibraryTable(ConfigTable):
    """`[library]`: what is in the library and how its SOPs are named."""

    name: str = Field("", description="Name of the organisation or library.")
    uuid: str = Field(
        "",
        pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$",
        description="UUID of the library (RFC 9562); signed entries name it, so that they count in no other one.",
    )
    sops: SopGlobs = Field(("sops/**/*.md",), description="Globs of the files that are SOPs.")
    file: PathPattern = Field("sops/{area}/{id}-{slug}.md", description="Where a new SOP goes.")
    identity: Literal["id", "path"] = Field("id", description="`path` for legacy libraries: the path is the id.")
    id_pattern: str = Field(
        r"[A-Z]{2,5}-\d{3,}",
        description="Regular expression that an id of up to 100 characters matches in full, without ambiguous repeats,"
        " look-arounds and back references.",
    )
    frameworks: tuple[str, ...] = Field(
        ("iso27001-2022",), description="Control frameworks; the first is meant by a bare list of controls."
    )
    language: str = Field("en", description="Language of SOPs that name none, as a BCP 47 tag.")
    timezone: str = Field("UTC", description="The one IANA zone for all days of the library.")

    @field_validator("id_pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        from sopkit.model.backtracking import compile_pattern  # only when the key is given

        compile_pattern(value)
        return value

    def is_id(self, text: str) -> bool:
        """Whether a text is an id as the library writes them; none is longer than MAX_ID_LENGTH characters."""
        return len(text) <= MAX_ID_LENGTH and re.fullmatch(self.id_pattern, text) is not None

    def id_at_start(self, name: str) -> str:
        """The id that the name of a file begins with, in whatever case and as written; empty without one."""
        match = re.match(self.id_pattern, name[:MAX_ID_LENGTH], re.IGNORECASE)
        return match[0] if match else ""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # only when the key is given

        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"no time zone {value!r}; use an IANA name such as Europe/Berlin") from error
        return value


class FrontMatterTable(ConfigTable):
    """`[front_matter]`: how a legacy library spells our keys."""

    extra: tuple[str, ...] = Field((), description="Keys to tolerate.")
    defaults: dict[str, str] = Field(default_factory=dict, description="Values of keys that are absent.")
    aliases: dict[str, str] = Field(default_factory=dict, description="Legacy key to sopkit's key.")
    claims: dict[Literal["reviewed", "every", "next"], str] = Field(
        default_factory=dict, description="Front-matter keys that claim review dates (basis `claims`)."
    )


class SectionsTable(ConfigTable):
    """`[sections]`: names of sections."""

    aliases: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Section name to headings that mean it, added to the shipped ones."
    )
    order: tuple[str, ...] = Field(
        (), description="Names of sections in the order in which they stand; by default that of the templates."
    )


class LinksTable(ConfigTable):
    """`[links]`: how the site generator resolves links."""

    suffixes: LinkSuffixes = Field(
        default_factory=dict, description="Suffix in a link to suffixes of the file that it means."
    )
    one_page: bool = Field(
        default=False, description="Whether the site puts all SOPs on one page: `#anchor` leads to any of them."
    )


class Ignore(ConfigTable):
    """`[[lint.ignores]]`: findings that are accepted, with the reason."""

    paths: tuple[str, ...] = Field(description="Globs of the files.")
    code: str = Field(description="Code or name of the rule.")
    reason: str = Field(description="Why the finding is accepted.")
    until: date | None = Field(None, description="Last day on which the ignore holds.")


class PathSetting(ConfigTable):
    """`[[lint.paths]]`: other rules for some files. Where several match a file, the last that names a rule decides."""

    paths: tuple[str, ...] = Field(description="Globs of the files.")
    ignore: tuple[str, ...] = Field((), description="Not these rules: codes, names or families such as SOP2.")
    extend_select: tuple[str, ...] = Field((), description="These rules as well.")
    severity: dict[str, Severity] = Field(default_factory=dict, description="Rule to another severity.")


class LintTable(ConfigTable):
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
    baseline: WrittenPath = Field(
        "",
        description="File (.txt) of findings that are known, written by `sopkit lint --write-baseline`; "
        "only others fail.",
    )


class Ceiling(ConfigTable):
    """`[review.ceiling]`: the longest review interval by criticality."""

    low: Duration = Field(Duration("12 months"), description="For low criticality.")
    medium: Duration = Field(Duration("12 months"), description="For medium criticality, and for none.")
    high: Duration = Field(Duration("6 months"), description="For high criticality.")

    def of(self, criticality: Criticality) -> Duration:
        """The ceiling for a criticality."""
        return {"low": self.low, "medium": self.medium, "high": self.high}[criticality]


class ReviewTable(ConfigTable):
    """`[review]`: when a review is due and what counts as one."""

    basis: Basis = Field(Basis.RECORDS, description="What reviews are believed from.")
    ceiling: Ceiling = Field(default_factory=Ceiling.default, description="Longest interval by criticality.")
    due_soon: Duration = Field(Duration("30 days"), description="How long before the due date it is soon.")
    require_update: bool = Field(default=False, description="Whether a review must change something.")
    backdate: Duration = Field(Duration("7 days"), description="How late a review may land after its date.")


class MinEvidence(ConfigTable):
    """`[approval] min_evidence`: least evidence level of an approval by criticality."""

    low: Literal["E1", "E2", "E3"] = Field("E1", description="For low criticality.")
    medium: Literal["E1", "E2", "E3"] = Field("E1", description="For medium criticality, and for none.")
    high: Literal["E1", "E2", "E3"] = Field("E1", description="For high criticality.")


class ApprovalTable(ConfigTable):
    """`[approval]`: which approvals count."""

    min_evidence: MinEvidence = Field(
        default_factory=MinEvidence.default, description="Least evidence level by criticality."
    )
    approve_by: Literal["all", "any"] = Field("all", description="Every approver role once, or any one.")
    authors: Literal["known", "any"] = Field(
        "known", description="Whether everybody who wrote the text must be in the people register."
    )
    importers: tuple[str, ...] = Field((), description="People or bots who may land forge evidence.")


class RemindTable(ConfigTable):
    """`[remind]`: when and where reminders go; secrets only as `env:NAME`."""

    thresholds: tuple[int, ...] = Field((30, 14, 7, 1, 0), description="Days before the due date.")
    escalate_after: Duration = Field(Duration("14 days"), description="Overdue for this long: escalate.")
    slack: str = Field("", description="Slack webhook, as env:NAME.")
    teams: str = Field("", description="Teams webhook, as env:NAME.")
    smtp: str = Field("", description="SMTP server URL, as env:NAME.")
    sender: str = Field("", alias="from", description="Sender of reminder e-mails, as env:NAME or an address.")


class ScalesTable(ConfigTable):
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


class Config(ConfigTable):
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
    practice: PracticeTable = Field(default_factory=PracticeTable.default, description="Records of practice.")
    runs: dict[str, ImportTable] = Field(default_factory=dict, description="How lists of cases are read, by SOP.")
    training: TrainingTable = Field(default_factory=TrainingTable.default, description="Training.")

    @cached_property
    def all_areas(self) -> dict[str, Area]:
        """The shipped areas with the library's own laid over them."""
        merged = dict(SHIPPED_AREAS)
        for name, area in self.areas.items():
            base = merged.get(name, Area())
            merged[name] = base.model_copy(update={key: getattr(area, key) for key in area.model_fields_set})
        return merged

    def approvers(self, own: tuple[str, ...], area: str) -> tuple[str, ...]:
        """The roles that approve an SOP, as typed: those that it names itself, else those of its area."""
        return own or self.all_areas.get(area, Area()).approvers
