"""The people and roles on whom approvals rest, and the configuration that says which of them count."""

from collections.abc import Iterator

from sopkit.doctor.facts import Facts
from sopkit.doctor.lines import Line, State, named
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.config import Criticality
from sopkit.model.registers import Person, Role
from sopkit.parsing.config import toml_line_of

_PEOPLE, _ROLES = "registers/people.yaml", "registers/roles.yaml"


def look_at_library(facts: Facts) -> Iterator[Line]:
    """Whether the library can be read."""
    if facts.fault is not None:
        yield Line("library", State.ERROR, facts.fault.message, facts.fault.hint)
    elif facts.library is not None:
        count = len(facts.library.sops)
        sops = "1 SOP" if count == 1 else f"{count} SOPs"
        yield Line("library", State.OK, f"{CONFIG_NAME} is valid; {sops} in {facts.root}")
    for register in facts.registers.registers.values() if facts.registers is not None else ():
        if register.findings:
            words = "what is wrong in it may keep rows out of what follows"
            first = min(finding.place.line for finding in register.findings)
            yield Line("library", State.WARNING, words, "run: sopkit lint", facts.from_top(register.path), first)


def look_at_people(facts: Facts) -> Iterator[Line]:
    """People whom no commit can be matched with, or whom one commit matches twice."""
    if facts.registers is None:
        return
    people = _people(facts.registers)
    if not people:
        words = "no people register, so no entry can be matched with its author"
        yield Line("people", State.WARNING, words, f"list people with their e-mails in {_PEOPLE}")
        return
    lines, path = [], facts.from_top(_PEOPLE)
    mute = [one.key for one in people if not one.emails and not one.bot and one.holds(facts.as_of)]
    if mute:
        words = f"without an e-mail no commit is theirs: {named(mute)}"
        lines.append(Line("people", State.WARNING, words, "add `emails`", path))
    owners: dict[str, list[str]] = {}
    for one in people:
        for name in {mail.casefold() for mail in one.emails}:
            owners.setdefault(name, []).append(one.key)
    for name, keys in sorted(owners.items()):
        if len(keys) > 1:
            words = f"{name} belongs to {named(keys)}, so its commits are nobody's"
            lines.append(Line("people", State.ERROR, words, "leave it with one of them", path))
    yield from lines or [Line("people", State.OK, f"{len(people)} people, each with e-mails of their own")]


def look_at_roles(facts: Facts) -> Iterator[Line]:
    """Roles that nobody holds today, and holders who cannot act."""
    library = facts.registers
    if library is None:
        return
    people = {one.key: one for one in _people(library)}
    roles = [row for row in library.roles.rows if isinstance(row, Role)]
    if not roles:
        yield Line("roles", State.WARNING, "no register of roles, so no approval counts", f"write {_ROLES}")
        return
    lines, path = [], facts.from_top(_ROLES)
    needed = {name for sop in library.sops for key in ("owner", "approvers") for name, _ in sop.texts(key)}
    # A row without `holders` is a role that changes from case to case, such as the line manager of a person.
    asked = [role for role in roles if "holders" in role.model_fields_set or role.id in needed]
    empty = [role.id for role in asked if not role.held_by(facts.as_of)]
    if empty:
        words = f"nobody holds on {facts.as_of}: {named(empty)}"
        lines.append(Line("roles", State.WARNING, words, "name a holder", path))
    for role in roles:
        for holder in (*role.holders, *role.deputies):
            person = people.get(holder.person)
            if person is None or not holder.holds(facts.as_of):
                continue
            if person.until is not None and person.until < facts.as_of:
                words = f"`{person.key}` holds `{role.id}`, but left on {person.until}"
                lines.append(Line("roles", State.WARNING, words, "end the holding with `to`, and name another", path))
            if person.bot:
                words = f"`{person.key}` holds `{role.id}`, but is a bot, and bots never approve"
                lines.append(Line("roles", State.WARNING, words, "name a person", path))
    yield from lines or [Line("roles", State.OK, f"{len(roles)} roles, each with a holder who is here")]


def look_at_approval(facts: Facts) -> Iterator[Line]:
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
        lines.append(Line("approval", State.WARNING if high else State.HINT, words, advice, path, at))
    strangers = [key for key in approval.importers if key not in library.registers["people"].keys]
    if strangers:
        words = f"importers who are in no people register: {named(strangers)}"
        lines.append(
            Line(
                "approval",
                State.ERROR,
                words,
                f"add them to {_PEOPLE}",
                path,
                toml_line_of(text, ("approval", "importers")),
            )
        )
    yield from lines or [Line("approval", State.OK, "approvals of high criticality need E3")]


def _people(library: Library) -> list[Person]:
    return [row for row in library.registers["people"].rows if isinstance(row, Person)]
