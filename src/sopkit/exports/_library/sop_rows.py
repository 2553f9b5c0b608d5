"""The rows of an SOP as data."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.exports._library.flaws import FlawRow
from sopkit.lifecycle.status import SopState, StatusFlag


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """What sets an SOP off."""

    event: Annotated[str, "What happens; empty for a period."]
    every: Annotated[str, "How often, as typed; empty for an event."]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record that an SOP leaves behind, as typed."""

    id: Annotated[str, "Id, unique in the SOP."]
    name: Annotated[str, "What it is."]
    where: Annotated[str, "Where it is kept."]
    retention: Annotated[str, "How long it is kept."]


@dataclass(frozen=True, slots=True)
class TimeLimitRow:
    """A time limit of the front matter."""

    id: Annotated[str, "Id, unique in the SOP."]
    limit: Annotated[str, "How long, as typed."]
    minutes: Annotated[int | None, "The same in minutes, a month being 30.4375 days; null where it is no length."]
    starts: Annotated[str, "What starts the clock."]
    source: Annotated[str, "Who asks for it: law, contract or policy."]
    steps: Annotated[tuple[str, ...], "Numbers of the steps that say it."]


@dataclass(frozen=True, slots=True)
class ControlRow:
    """A control that an SOP carries out; only ids that exist under their framework are told."""

    framework: Annotated[str, "Id of the framework."]
    control: Annotated[str, "Id of the control."]
    strength: Annotated[str, "full, partial or supporting."]
    note: Annotated[str, "Why it is that strength."]
    section: Annotated[str, "Heading that the claim names; empty when it names none."]
    claimed: Annotated[bool, "Whether the front matter claims it; else only steps name it."]
    steps: Annotated[tuple[str, ...], "Numbers of the steps that name it."]


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section that was recognised."""

    names: Annotated[tuple[str, ...], "What it is: Purpose, Scope, Roles and so on; one heading may name two."]
    heading: Annotated[str, "Its heading as typed."]
    level: Annotated[int, "Level of the heading, from 1."]
    line: Annotated[int, "Line of the heading."]


@dataclass(frozen=True, slots=True)
class StandingRow:
    """What can be shown for an SOP; without history only state and digest are known. People are named by key."""

    state: Annotated[str, "State as `sopkit stale` tells it; `uncommitted` for a file that git does not hold."]
    flags: Annotated[tuple[SopState | StatusFlag, ...], "Every state and mark that applies."]
    revision: Annotated[str, "Run of landed texts: r1, r2 and so on."]
    digest: Annotated[str, "Digest of the text (docs/digest.md)."]
    in_force: Annotated[str, "The newest approved revision."]
    reviewed: Annotated[date | None, "Day of the last review."]
    reviewed_by: Annotated[str, "Who reviewed, by key."]
    approved: Annotated[date | None, "Day on which the approval of the text landed."]
    approved_by: Annotated[tuple[str, ...], "Who approved it, by key."]
    due: Annotated[date | None, "Last day on which the next review is in time."]
    evidence: Annotated[str, "The latest review or approval that counts, with its level."]
    edited: Annotated[bool, "Whether the file differs from the last commit."]


@dataclass(frozen=True, slots=True)
class SopRow:
    """One SOP. Values are as typed; lists are lists, whether typed as one value or several."""

    id: Annotated[str, "Id; empty where there is none."]
    path: Annotated[str, "File, relative to the library; unique."]
    title: Annotated[str, "Title, else the first heading."]
    version: Annotated[str, "Version."]
    status: Annotated[str, "Status."]
    area: Annotated[str, "Area."]
    owner: Annotated[str, "Role that owns it."]
    approvers: Annotated[tuple[str, ...], "Roles that approve it, its own or those of its area."]
    classification: Annotated[str, "Who may read it; `internal` where nothing is said."]
    criticality: Annotated[str, "Criticality."]
    review_every: Annotated[str, "Review interval of its own."]
    effective: Annotated[str, "In force since this day, once approved."]
    summary: Annotated[str, "One or two sentences."]
    language: Annotated[str, "Language tag."]
    template: Annotated[str, "Template and its version."]
    policies: Annotated[tuple[str, ...], "Policies whose rules it carries out."]
    risks: Annotated[tuple[str, ...], "Risks that it treats."]
    assets: Annotated[tuple[str, ...], "Assets that it works on."]
    vendors: Annotated[tuple[str, ...], "Vendors that it concerns."]
    requires: Annotated[tuple[str, ...], "SOPs that must be done first."]
    related: Annotated[tuple[str, ...], "SOPs to read as well."]
    supersedes: Annotated[tuple[str, ...], "SOPs that it replaces."]
    superseded_by: Annotated[tuple[str, ...], "SOPs that replace it."]
    contributors: Annotated[tuple[str, ...], "Roles that described it."]
    audience: Annotated[tuple[str, ...], "Roles that are trained on it."]
    watches: Annotated[tuple[str, ...], "Globs of the files that it describes."]
    tags: Annotated[tuple[str, ...], "Words to find it by."]
    triggers: Annotated[tuple[TriggerRow, ...], "What sets it off."]
    records: Annotated[tuple[RecordRow, ...], "What carrying it out leaves behind."]
    time_limits: Annotated[tuple[TimeLimitRow, ...], "Promised limits of time."]
    controls: Annotated[tuple[ControlRow, ...], "Controls that it carries out."]
    sections: Annotated[tuple[SectionRow, ...], "Its sections in the order of the text."]
    body: Annotated[str, "The Markdown below the front matter; bytes that are not UTF-8 are replaced."]
    standing: Annotated[StandingRow, "What can be shown for it."]
    valid: Annotated[bool, "Whether front matter and sections are as the schema asks."]
    flaws: Annotated[tuple[FlawRow, ...], "What is wrong with the file."]
