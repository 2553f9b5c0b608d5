"""SOP304: No role does two duties of a procedure that check each other, and nobody holds two roles that conflict."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice, pairwise

from sopkit.analysis.wording import words_of
from sopkit.library import Library, RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import actor_place
from sopkit.model.body import Step
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Exemption, Risk, Role, RowModel
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase
from sopkit.parsing.roles import normal_name, split_names

_PAIRS = (("request", "approve"), ("develop", "deploy"), ("operate", "review"))
_WORD = re.compile(r"[^\W\d_][\w-]{3,}")
_MAX_OBJECTS, _MAX_STEPS = 6, 50


def _in_registers(library: Library) -> Iterator[Finding]:
    """Who holds two roles of the register that conflict, and rows decided by a role that may not approve."""
    yield from _held_by_one_person(library)
    for register in (library.registers[name] for name in ("exceptions", "risks")):
        for row in register.rows:
            column, name = _decided_by(row)
            if name and row.gone(library.as_of) is None and _may_not_approve(name, library):
                message = f"`{name}` may not approve, according to the roles register; specify another role"
                yield Finding(register.path, register.place(row.key, column), message)


def _decided_by(row: RowModel) -> tuple[str, str]:
    """The column of a row that names who approved it, and the role there."""
    if isinstance(row, Exemption):
        return "approver", row.approver
    return ("accepted_by", row.accepted_by) if isinstance(row, Risk) else ("", "")


def _may_not_approve(name: str, context: RuleContext) -> bool:
    role = context.role(name)
    return role is not None and "approve" in role.conflicts


def _held_by_one_person(library: Library) -> Iterator[Finding]:
    roles = library.roles
    for row in roles.rows if roles and not roles.findings else ():
        for index, name in enumerate(row.conflicts if isinstance(row, Role) else ()):
            other = library.role(name)
            if other is None or not isinstance(row, Role) or (row.id in other.conflicts and other.id < row.id):
                continue  # reported at the other row
            place, day = roles.place(row.key, "conflicts", index), library.as_of
            both = [person for person in dict.fromkeys(row.held_by(day)) if person in other.held_by(day)]
            if both:
                held = f"{' and '.join(both)} {'holds' if len(both) == 1 else 'hold'} `{row.id}` and `{other.id}`"
                yield Finding(roles.path, place, f"{held}, which conflict; give one of them to somebody else")
            for holder, deputy in ((row, other), (other, row)):
                for person in _holders_who_deputise(holder, deputy, day):
                    if person not in both:
                        held = f"{person} holds `{holder.id}` and is a deputy of `{deputy.id}`"
                        yield Finding(roles.path, place, f"{held}, which conflict; name another deputy")


def _holders_who_deputise(role: Role, other: Role, day: date) -> Iterator[str]:
    deputies = {deputy.person for deputy in other.deputies if deputy.holds(day)}
    yield from (person for person in dict.fromkeys(role.held_by(day)) if person in deputies)


@rule(
    "SOP304",
    severity=Severity.WARNING,
    in_registers=_in_registers,
    bad="""
        ## Procedure

        1. **Asset owner**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access within 4 hours.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access within 4 hours.
        """,
)
def conflicting_duties(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """No role does two duties of a procedure that check each other, and nobody holds two roles that conflict.

    The duties are to request and to approve, to develop and to deploy, to operate and to review one and the same
    thing; a step is known by the verb that it begins with, and the thing by its name. The `conflicts` of a role in the
    register name other roles, or duties (request, approve, decide, develop, deploy, operate, review) that the role may
    not have. Steps that say that another person acts are let be. A role that may not approve is not among the
    `approvers` of an SOP, and neither approves an exception nor accepts a risk.

    Why: who approves what they asked for themselves checks nothing; ISO/IEC 27001:2022, A.5.3 asks to segregate duties.
    A data protection officer advises and monitors, and has no task that is a conflict of interest (GDPR, Art. 38(6)):
    `conflicts: [approve, decide]`. Who holds one of two roles that conflict is no deputy of the other either.
    Mend: give one of the duties to another role, or write that another person does it.
    """
    yield from _forbidden_approvers(sop, context)
    words = words_of(sop, context)
    if not words.duties:
        return
    reported: set[tuple[str, str]] = set()
    for run in sop.body.procedures:
        steps = [step for top in run.steps for step in top.walk()]
        last = next((part.end for part in sop.body.sections if part.start <= steps[-1].start < part.end), steps[-1].end)
        ends = [*(after.start for _, after in pairwise(steps)), last]
        done: dict[str, dict[str, list[Step]]] = {}
        for step, end in zip(steps, ends, strict=True):
            who = step.actor or run.actor
            duty = _duty(step, words)
            if not duty or not who or (len(split_names(who)) > 1 and context.role(who) is None):
                continue
            if any_phrase(words.another_person).search(sop.source.data[step.start : end].decode("utf-8", "replace")):
                continue
            role = context.role(who) or context.role(normal_name(who))
            key = role.id if role is not None else normal_name(who)
            before = done.setdefault(key, {})
            other = next(
                (first for pair in _PAIRS for first in _conflicting_steps(pair, duty, before, step, words)), None
            )
            if other is not None and (key, duty) not in reported:
                reported.add((key, duty))
                pair = f"to {_duty(other, words)} in step {other.number} and to {duty} here"
                message = f"`{who}` has two duties that check each other, {pair}; give one to another role"
                yield sop.finding(actor_place(step), message)
            elif role is not None and duty in role.conflicts and (key, duty) not in reported:
                reported.add((key, duty))
                message = f"`{who}` may not {duty}, says the register of roles; name another role"
                yield sop.finding(actor_place(step), message)
            before.setdefault(duty, []).append(step)


def _forbidden_approvers(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    for name, loc in context.placed_approvers(sop) if sop.status != "retired" else ():
        if _may_not_approve(name, context):
            message = f"`{name}` may not approve, according to the roles register; specify another role"
            yield sop.finding(loc, message)


def _conflicting_steps(
    pair: tuple[str, str], duty: str, before: dict[str, list[Step]], step: Step, words: Lexicon
) -> Iterator[Step]:
    """The steps before this one with the other duty of a pair that are about the same thing."""
    if duty not in pair:
        return
    for other in before.get(pair[1 - pair.index(duty)], [])[:_MAX_STEPS]:
        checked = step if duty == pair[1] else other
        has_request = pair[0] == "request" and not _objects(checked, words).isdisjoint(words.requests)
        if has_request or _objects(step, words) & _objects(other, words):
            yield other


def _duty(step: Step, words: Lexicon) -> str:
    for duty, phrases in words.duties.items():
        if any_phrase(phrases).match(step.text):
            return duty
    return ""


def _objects(step: Step, words: Lexicon) -> frozenset[str]:
    """The first words of a step behind its verb that are neither articles nor prepositions, in the singular."""
    found = (match[0].casefold() for match in _WORD.finditer(step.text.partition(" ")[2]))
    small = {*words.articles, *words.prepositions}
    return frozenset(islice((word.removesuffix("s") for word in found if word not in small), _MAX_OBJECTS))
