"""Who may land which practice record, by the roles of the day on which it landed."""

from datetime import date

from sopkit.lifecycle.entry_validation import required_roles, role_id
from sopkit.lifecycle.evidence import CONTROLLER, LandingFacts
from sopkit.lifecycle.people import Organisation
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.config import Config
from sopkit.model.practice import AnyRecord, Decision, Population, PracticeDisposal
from sopkit.model.training import Attendance, TrainingExemption, TrainingResult, TrainingSession, TrainingSums


def importers_of(organisation: Organisation) -> tuple[str, ...]:
    """Keys of the people and bots who may land what was imported."""
    return organisation.config.practice.importers if organisation.config else ()


def recorder_roles(organisation: Organisation) -> tuple[str, ...]:
    """The roles that record for others."""
    return (CONTROLLER, *(organisation.config.training.recorders if organisation.config else ()))


def may_record_for_others(key: str, organisation: Organisation, day: date) -> bool:
    """Whether a person may record on a day what others did."""
    roles = recorder_roles(organisation)
    return key in importers_of(organisation) or any(organisation.holds(key, role, day) for role in roles)


def is_brought_by_recorders(landed: LandingFacts) -> bool:
    """Whether everybody who brought a record may record for others."""
    known = [landed.organisation.known(author) for author in landed.introducers]
    return all(
        len(keys) == 1 and all(may_record_for_others(key, landed.organisation, landed.day) for key in keys)
        for keys in known
    )


def explain_refusal(
    record: AnyRecord, text: Snapshot | None, organisation: Organisation, config: Config, day: date
) -> str:
    """Why somebody may not land a record of this kind on a day; empty when they may.

    `text` is the text that the SOP of the record had before, None where it is about no single SOP.
    """
    by = record.by
    roles: tuple[str, ...]
    if isinstance(record, Population | Decision):
        if isinstance(record, Population) and by in importers_of(organisation):
            return ""
        roles = (role_id(text.owner, organisation),) if text and text.owner else ()
    elif isinstance(record, Attendance | TrainingSession | TrainingResult):
        if _people_of(record) == {by} or by in importers_of(organisation):
            return ""
        roles = recorder_roles(organisation)
    elif isinstance(record, TrainingExemption):
        if record.person == by:
            return "nobody exempts oneself"
        roles = required_roles(text, organisation, config) if text else ()
    elif isinstance(record, PracticeDisposal | TrainingSums):
        roles = (CONTROLLER,)
    else:
        return ""
    if any(organisation.holds(by, role, day) for role in roles):
        return ""
    if not roles:
        return f"the text names no {'approver' if isinstance(record, TrainingExemption) else 'owner'} who may do this"
    return f"{by} did not hold {' or '.join(roles)} on {day}, nor stand in for it"


def _people_of(record: Attendance | TrainingSession | TrainingResult) -> set[str]:
    """Keys of the people whom a record is about; nobody where a table names them."""
    if isinstance(record, TrainingResult):
        return {record.person}
    return set(record.attendees if isinstance(record, TrainingSession) else record.people)
