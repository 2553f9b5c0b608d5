"""The tables of `sopkit.toml` about practice and training."""

from typing import Annotated, Literal

from pydantic import Field

from sopkit.model.config_table import ConfigTable
from sopkit.model.durations import Duration
from sopkit.model.paths import PeopleFolder


class PracticeTable(ConfigTable):
    """`[practice]`: records of what was done and tried."""

    people: PeopleFolder = Field(
        "ledger/people",
        description="Folder of the records about people: ledger/people, or one of another repository beside this one,"
        " as ../acme-people/ledger.",
    )
    keep: Duration = Field(Duration("3 years"), description="How long records about people are kept, from their date.")
    grace: Duration = Field(Duration("14 days"), description="How late a run, an export or a training may be.")
    exercise_every: Duration = Field(
        Duration("12 months"), description="How often an SOP of high criticality is tried in an exercise."
    )
    importers: tuple[str, ...] = Field((), description="People or bots who may land populations and feedback.")


class TrainingTable(ConfigTable):
    """`[training]`: when people are trained again."""

    again_on: Literal["major", "minor", "never"] = Field("major", description="Version step that trains again.")
    pass_mark: Annotated[int, Field(ge=0, le=100)] = Field(80, description="Percent to pass a quiz.")
    target: Annotated[int, Field(ge=0, le=100)] = Field(95, description="Percent of the audience that is current.")
    joiners: Duration = Field(Duration("14 days"), description="Time to be trained for who is new in a role.")
    recorders: tuple[str, ...] = Field((), description="Roles that record for others.")


class ImportTable(ConfigTable):
    """`[runs.ID]`: how `sopkit run import` reads lists of the cases of an SOP; written by `--save-map`."""

    system: str = Field("", description="Name of the system that the cases are from, such as jira.")
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Column of ours (case, url, started, finished, outcome, by, LIMIT.from, LIMIT.to) to theirs.",
    )
    cancelled: tuple[str, ...] = Field((), description="Outcomes that mean that a case was cancelled.")
    timezone: str = Field("", description="IANA zone of times that name none; else that of the library.")
    dates: Literal["day-first", "month-first", ""] = Field("", description="How 03/04/2026 is meant.")
