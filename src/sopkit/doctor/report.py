"""The whole examination, as rows and as a document, with the checks of the library, its people and roles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sopkit.doctor.environment import (
    check_branch,
    check_code_owners,
    check_committer,
    check_configuration,
    check_extras,
    check_git,
    check_history,
    check_interrupted,
    check_pipelines,
    check_protection,
)
from sopkit.doctor.facts import DoctorFacts, DoctorRow, DoctorState, gather_facts, list_names
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.config import Criticality
from sopkit.model.practice_base import PEOPLE_RECORDS
from sopkit.model.registers import Person, Role
from sopkit.parsing.config import toml_line_of
from sopkit.tables.document import Document, DocumentType, ReportTable

_PEOPLE, _ROLES = "registers/people.yaml", "registers/roles.yaml"


def check_library(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """Whether the library can be read."""
    if facts.fault is not None:
        yield DoctorRow("library", DoctorState.ERROR, facts.fault.message, facts.fault.hint)
    elif facts.library is not None:
        count = len(facts.library.sops)
        sops = "1 SOP" if count == 1 else f"{count} SOPs"
        yield DoctorRow("library", DoctorState.OK, f"{CONFIG_NAME} is valid; {sops} in {facts.root}")
        if not facts.library.config.library.uuid:
            signing = any(one.signing_keys for one in _list_people(facts.library))
            words = "the library has no uuid, so what was signed here counts in another library with the same text"
            state = DoctorState.WARNING if signing else DoctorState.HINT
            advice = f'add a line to {CONFIG_NAME}, with what uuidgen prints: [library] uuid = "…"'
            yield DoctorRow("library", state, words, advice, facts.from_top(CONFIG_NAME))
    for register in facts.registers.registers.values() if facts.registers is not None else ():
        if register.findings:
            words = "what is wrong in it may keep rows out of what follows"
            path, first = facts.from_top(register.path), min(finding.place.line for finding in register.findings)
            yield DoctorRow("library", DoctorState.WARNING, words, "run: sopkit lint", path, first)


def check_people(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """People whom no commit can be matched with, or whom one commit matches twice."""
    if facts.registers is None:
        return
    people = _list_people(facts.registers)
    if not people:
        words = "no people register, so no entry can be matched with its author"
        yield DoctorRow("people", DoctorState.WARNING, words, f"list people with their e-mails in {_PEOPLE}")
        return
    lines, path = [], facts.from_top(_PEOPLE)
    mute = [one.key for one in people if not one.emails and not one.bot and one.holds(facts.as_of)]
    if mute:
        words = f"without an e-mail no commit is theirs: {list_names(mute)}"
        lines.append(DoctorRow("people", DoctorState.WARNING, words, "add `emails`", path))
    owners: dict[str, list[str]] = {}
    for one in people:
        for name in {mail.casefold() for mail in one.emails}:
            owners.setdefault(name, []).append(one.key)
    for name, keys in sorted(owners.items()):
        if len(keys) > 1:
            words = f"{name} belongs to {list_names(keys)}, so its commits are nobody's"
            lines.append(DoctorRow("people", DoctorState.ERROR, words, "leave it with one of them", path))
    yield from lines or [DoctorRow("people", DoctorState.OK, f"{len(people)} people, each with e-mails of their own")]


def check_roles(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """Roles that nobody holds today, and holders who cannot act."""
    library = facts.registers
    if library is None:
        return
    people = {one.key: one for one in _list_people(library)}
    roles = [row for row in library.roles.rows if isinstance(row, Role)]
    if not roles:
        yield DoctorRow("roles", DoctorState.WARNING, "no register of roles, so no approval counts", f"write {_ROLES}")
        return
    lines, path = [], facts.from_top(_ROLES)
    named = (library.role(name) for sop in library.sops for name in (sop.text("owner"), *library.approvers(sop)))
    needed = {role.id for role in named if role is not None}
    # A row without `holders` is a role that changes from case to case, such as the line manager of a person.
    staffed = [role for role in roles if "holders" in role.model_fields_set or role.id in needed]
    empty = [role.id for role in staffed if not role.held_by(facts.as_of)]
    if empty:
        words = f"nobody holds on {facts.as_of}: {list_names(empty)}"
        lines.append(DoctorRow("roles", DoctorState.WARNING, words, "name a holder", path))
    for role in roles:
        for holder in (*role.holders, *role.deputies):
            person = people.get(holder.person)
            if person is None or not holder.holds(facts.as_of):
                continue
            if person.until is not None and person.until < facts.as_of:
                words = f"`{person.key}` holds `{role.id}`, but left on {person.until}"
                advice = "end the holding with `to`, and name another"
                lines.append(DoctorRow("roles", DoctorState.WARNING, words, advice, path))
            if person.bot:
                words = f"`{person.key}` holds `{role.id}`, but is a bot, and bots never approve"
                lines.append(DoctorRow("roles", DoctorState.WARNING, words, "name a person", path))
    yield from lines or [DoctorRow("roles", DoctorState.OK, f"{len(roles)} roles, each with a holder who is here")]


def check_approval(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """`[approval]`: the least evidence for what matters most, and who may bring in approvals of the forge."""
    library = facts.library
    if library is None:
        return
    approval = library.config.approval
    text = library.sources[CONFIG_NAME].data.decode("utf-8-sig", "replace")
    path = facts.from_top(CONFIG_NAME)
    lines = []
    high = [sop.name for sop in library.sops if sop.text("criticality") == Criticality.HIGH]
    if approval.min_evidence.high != "E3":
        words = f"approvals of high criticality need {approval.min_evidence.high} only, no signature of the approver"
        advice = '[approval] min_evidence = {high = "E3"}'
        at = toml_line_of(text, ("approval", "min_evidence", "high"))
        lines.append(DoctorRow("approval", DoctorState.WARNING if high else DoctorState.HINT, words, advice, path, at))
    strangers = [key for key in approval.importers if key not in library.registers["people"].keys]
    if strangers:
        words, advice = f"importers who are in no people register: {list_names(strangers)}", f"add them to {_PEOPLE}"
        at = toml_line_of(text, ("approval", "importers"))
        lines.append(DoctorRow("approval", DoctorState.ERROR, words, advice, path, at))
    yield from lines or [DoctorRow("approval", DoctorState.OK, "approvals of high criticality need E3")]


def check_practice(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """Where records about people lie: git keeps what it had, so erasure means rewriting the repository they are in."""
    library = facts.library
    folder = library.config.practice.people if library else ""
    if library is None or folder != PEOPLE_RECORDS or not any(f"{folder}/" in path for path in library.entry_paths):
        return
    words = "records about people lie in this repository, whose history keeps them also when they are disposed of"
    advice = 'keep them in a repository of their own: [practice] people = "../NAME-people/ledger"; see docs/practice.md'
    yield DoctorRow("practice", DoctorState.WARNING, words, advice, facts.from_top(folder))


def _list_people(library: Library) -> list[Person]:
    return [row for row in library.registers["people"].rows if isinstance(row, Person)]


CHECKS = (
    check_git,
    check_history,
    check_branch,
    check_configuration,
    check_interrupted,
    check_committer,
    check_library,
    check_people,
    check_roles,
    check_approval,
    check_practice,
    check_code_owners,
    check_pipelines,
    check_protection,
    check_extras,
)
"""What is looked at, in the order of the report."""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """What was found; `head` is empty where no commit is checked out."""

    head: str
    as_of: date
    lines: tuple[DoctorRow, ...]

    def failed(self, fail_on: DoctorState) -> bool:
        """Whether any line is as bad as `fail_on`."""
        return any(line.state.rank >= fail_on.rank for line in self.lines)


def examine_library(root: Path, as_of: date, environment: Mapping[str, str]) -> DoctorReport:
    """Look at the set-up of the library in a folder, which need not be one; writes nothing."""
    return run_checks(gather_facts(root, as_of, environment))


def run_checks(facts: DoctorFacts) -> DoctorReport:
    """The lines of every check over the facts."""
    return DoctorReport(facts.git.head, facts.as_of, tuple(line for check in CHECKS for line in check(facts)))


DOCTOR = DocumentType(
    "doctor",
    "sopkit doctor",
    "The set-up of a library, as `sopkit doctor -f json` writes it.",
    {"rows": DoctorRow},
)
"""The published document."""


def doctor_document(report: DoctorReport) -> Document:
    """The report as a document."""
    rows = ReportTable("rows", "Checks", DoctorRow, report.lines)
    return Document(DOCTOR, "Set-up of the library", report.head, report.as_of, (rows,))
