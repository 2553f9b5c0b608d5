"""One generated SOP: a complete, believable document of six to eight kilobytes that depends on its number alone."""

from itertools import cycle
from random import Random

from bench.words import ACTIONS, CONDITIONS, EXCEPTIONS, EXPECTATIONS, METRICS, NOTES, SUBJECTS, TEAMS, TITLES, Subject

LEAST, MOST = 6_000, 8_000
"""Size of every SOP, in bytes."""

FAULTY = 20
"""One SOP in so many has a fault."""

_FAULTS = (
    ("with one sentence of reason", "with one sentence of reason if necessary"),
    ("and the key of the ticket", "and the key of the ticket, updated regularly"),
    ("  - RSK-0", "  - RSK-9"),
    ("* ISO 27001:2022 A", "* ISO 27001:2022 A.8.34 and A"),
    ("## Rollback\n\n", "## Rollback\n\nTBD: who decides.\n\n"),
)
_HOURS = (2, 4, 8, 24, 48)


def subject_of(number: int) -> Subject:
    """What the SOP of a number is about."""
    return SUBJECTS[number % len(SUBJECTS)]


def id_of(number: int) -> str:
    """Its id."""
    return f"{subject_of(number).prefix}-{number // len(SUBJECTS) + 1:03}"


def title_of(number: int) -> str:
    """Its title."""
    subject, at = subject_of(number), number // len(SUBJECTS)
    verb, thing = subject.verbs[at % len(subject.verbs)], subject.objects[at // 5 % len(subject.objects)]
    return f"{verb} {thing} of {TEAMS[at // 25 % len(TEAMS)]}"


def path_of(number: int) -> str:
    """Its path in the library."""
    slug = f"{id_of(number)} {title_of(number)}".lower().replace(" ", "-")
    return f"sops/{subject_of(number).area}/{slug}.md"


def sop(number: int) -> str:
    """The text of the SOP of a number; one in `FAULTY` has a fault that lint finds."""
    text = _Writer(number).text()
    if number % FAULTY == FAULTY - 1:
        text = _damaged(text, number // FAULTY)
    return text


def _damaged(text: str, kind: int) -> str:
    for turn in range(len(_FAULTS)):
        good, bad = _FAULTS[(kind + turn) % len(_FAULTS)]
        if good in text:
            return text.replace(good, bad, 1)
    return text


class _Writer:
    """Builds a text up to the size that was drawn for it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.draw = Random(f"sop {number}")
        self.subject = subject_of(number)
        self.team = TEAMS[number // len(SUBJECTS) // 25 % len(TEAMS)]
        self.thing = self.subject.objects[number // len(SUBJECTS) // 5 % len(self.subject.objects)]
        self.earlier = sorted(self.draw.sample(range(number), min(3, number))) if number else []
        self.limits: dict[str, int] = {}
        self.steps = self._steps()
        self.exceptions = [self._fill(EXCEPTIONS[-1])]
        self.metrics = [self._fill(" | ".join(METRICS[0]))]

    def text(self) -> str:
        aim = self.draw.randint(LEAST + 200, MOST - 400)
        written = self._whole()
        for extra in self._extras():
            if len(written.encode()) >= aim:
                break
            extra()
            written = self._whole()
        return written

    def _fill(self, words: str) -> str:
        system = self.draw.choice(self.subject.systems)
        return words.format(object=self.thing, system=system, team=self.team)

    def _steps(self) -> list[list[str]]:
        count = self.draw.randint(8, 14)
        chosen = sorted(self.draw.sample(range(1, len(ACTIONS) - 1), count - 2))
        steps = []
        records = cycle(self.subject.records)
        for at, action in enumerate((0, *chosen, len(ACTIONS) - 1)):
            actor = TITLES[self.subject.actors[at % len(self.subject.actors)]]
            limit = ""
            if at in {2, 5, 8}:
                hours = self.draw.choice(_HOURS)
                self.limits[f"step-{at + 1}"] = hours
                limit = f" within {hours} hours"
            steps.append([f'<a id="step-{at + 1}"></a>**{actor}**: {self._fill(ACTIONS[action])}{limit}.'])
            if at % 3 == 0 or ACTIONS[action].startswith("Approve"):
                steps[-1].append(f"Evidence: {next(records)[1]}")
        steps[1].append(f"Control: {self.subject.controls[0][0]}")
        return steps

    def _extras(self) -> list["_Extra"]:
        found: list[_Extra] = [_Extra(self.exceptions, self._fill(words)) for words in EXCEPTIONS[:-1]]
        found += [_Extra(self.metrics, self._fill(" | ".join(row))) for row in METRICS[1:]]
        for at, step in enumerate(self.steps[:-1]):
            found.append(_Extra(step, f"Expect: {self._fill(self.draw.choice(EXPECTATIONS))}."))
            found.append(_Extra(step, f"Note: {self._fill(self.draw.choice(NOTES))}."))
            when, then = self.draw.choice(CONDITIONS)
            then = f"If {self._fill(when)}, then {self._fill(then)}."
            found.append(_Extra(step, then, f"Else: go to [step {at + 2}](#step-{at + 2})."))
        self.draw.shuffle(found)
        return found

    def _whole(self) -> str:
        return f"---\n{self._front()}---\n\n# {title_of(self.number)}\n{self._body()}"

    def _front(self) -> str:
        subject, number = self.subject, self.number
        status = "draft" if number % 25 == 7 else "trial" if number % 25 == 13 else "active"
        actors = ", ".join(subject.actors)
        controls = "".join(f"    - {control}\n" for control, _ in subject.controls)
        risks = "".join(f"  - RSK-{(number + step) % 30 + 1:03}\n" for step in (0, 7))
        records = "".join(
            f"  - id: {key}\n    name: {name}\n    where: attached to the ticket in Jira\n    retention: P3Y\n"
            for key, name in subject.records
        )
        limits = "".join(
            f"  {anchor}:\n    limit: PT{hours}H\n    starts: the ticket reaches the person who acts\n"
            "    source: policy\n"
            for anchor, hours in self.limits.items()
        )
        related = ", ".join(id_of(other) for other in self.earlier)
        return (
            f'id: {id_of(number)}\ntitle: {title_of(number)}\nversion: "{number % 3 + 1}.{number % 7}"\n'
            f"status: {status}\narea: {subject.area}\nowner: {subject.owner}\napprovers: [{self._approver()}]\n"
            f"contributors: [{actors}]\nclassification: internal\n"
            f"criticality: {'high' if number % 4 == 0 else 'medium'}\n"
            f"review_every: {'6 months' if number % 4 == 0 else '12 months'}\n"
            f"effective: 2026-{number % 9 + 1:02}-{number % 27 + 1:02}\n"
            f"summary: How {self.thing} are handled for {self.team}.\npolicies: [{subject.policy[0]}]\n"
            f"controls:\n  iso27001-2022:\n{controls}risks:\n{risks}assets: [{', '.join(subject.assets)}]\n"
            f"vendors: [{', '.join(subject.vendors)}]\n"
            f"triggers:\n  - event: a ticket about {self.thing} is opened\n"
            f"records:\n{records}time_limits:\n{limits}audience: [{actors}]\n"
            f"training:\n  method: read\n  refresh: P12M\n  again_on: major\n"
            + (f"related: [{related}]\n" if related else "")
        )

    def _approver(self) -> str:
        return "cto" if self.subject.owner == "ciso" else "ciso"

    def _body(self) -> str:
        subject = self.subject
        roles = "".join(f"| {TITLES[actor]} | {self._duty(at)} |\n" for at, actor in enumerate(subject.actors))
        steps = "".join(
            f"{at}. {lead}\n" + "".join(f"{' ' * (len(str(at)) + 2)}- {part}\n" for part in parts)
            for at, (lead, *parts) in enumerate(self.steps, start=1)
        )
        records = "".join(f"| {name} | attached to the ticket in Jira | 3 years |\n" for _, name in subject.records)
        return f"""
## Purpose

Handle {self.thing} of {self.team} the same way each time, so that the owner can show who did what and when.
Without this procedure {subject.harm}.

## Scope

Covers {self.thing} of {self.team} in {", ".join(subject.systems[:-1])} and {subject.systems[-1]}.

Out of scope: accounts of customers in the product; test environments without real data.

## Roles

| Role | Does |
| --- | --- |
{roles}
## Inputs

* The ticket with the names of the systems, the reason and the person who asks.
* The present export of {self.thing}, not older than one working day.
* A login with a hardware security key.

## Procedure

{steps}
## Records

| Record | Where | Kept |
| --- | --- | --- |
{records}
## Exceptions

{_bullets(self.exceptions)}
## Escalation

| When | To whom | How |
| --- | --- | --- |
| A time limit of [step 3](#step-3) is missed | {TITLES[subject.owner]} | comment on the ticket |
| Data of customers may be concerned | Incident commander | PagerDuty service "Security" |

## Rollback

Bring back the export that was taken before the work, then compare it with the state of {self.thing} line by line.

## Metrics

| Metric | Target | Source |
| --- | --- | --- |
{"".join(f"| {row} |{chr(10)}" for row in self.metrics)}
## References

{_bullets([f"ISO 27001:2022 {control} {title}" for control, title in subject.controls])}{self._links()}"""

    def _duty(self, at: int) -> str:
        duties = ("does the work on {object} and keeps the records", "decides on requests for {object}",
                  "checks the result in {system}", "asks for the work and confirms it for {team}")  # fmt: skip
        return self._fixed(duties[at % len(duties)])

    def _fixed(self, words: str) -> str:
        return words.format(object=self.thing, system=self.subject.systems[0], team=self.team)

    def _links(self) -> str:
        policy = self.subject.policy[1]
        address = policy.lower().replace(" ", "-")
        lines = [f"Policy: [{policy}](https://handbook.acme.example/policies/{address})"]
        for other in self.earlier:
            target = path_of(other).removeprefix("sops/")
            lines.append(f"SOP: [{id_of(other)} {title_of(other)}](../{target})")
        return _bullets(lines)


class _Extra:
    """Lines that a text may take to grow."""

    def __init__(self, where: list[str], *lines: str) -> None:
        self.where = where
        self.lines = lines

    def __call__(self) -> None:
        self.where.extend(self.lines)


def _bullets(lines: list[str]) -> str:
    return "".join(f"* {line}\n" for line in lines)
