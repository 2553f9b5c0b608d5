"""A walk through a procedure in the terminal, with the keyboard alone: what is shown, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sopkit.cli.console import echo, exit_on_interrupt, format_paragraph, print_notes
from sopkit.cli.options import open_library
from sopkit.cli.run_view import (
    find_names,
    format_limit,
    format_moment,
    format_run,
    limit_times,
    record_run,
)
from sopkit.practice import open_runs
from sopkit.practice.runs import read_time
from sopkit.tables.escape import one_line

if TYPE_CHECKING:
    from sopkit.lifecycle.record.session import RecordingSession
    from sopkit.model.sop import Sop
    from sopkit.practice.checklist import ChecklistStep
    from sopkit.practice.open_runs import OpenRun
    from sopkit.render.checklist import StepWay

_HELP = """\
  d  done: the step was done; with words, they are noted as evidence: d https://…
  s  skip: the step was not done; you are asked why
  v  deviation: the step is done in another way; you are asked what and why
  e  evidence: note a link or words for this step: e https://…
  l  limit: correct when a time limit started: l LIMIT 2026-12-04 09:30
  b  back: take the last answer back
  g  go: leave the path, and go on with another step: g 7
  h  hand over: another person goes on
  c  cancel the run; you are asked why
  q  quit: everything is saved; go on later"""
_KEYS = "done · skip · deviation · evidence · back · quit · ? for all keys"
_WORDS = {
    word[0]: word for word in ("done", "skip", "evidence", "limit", "back", "go", "handover", "cancel", "quit")
} | {"v": "deviation", "?": "help"}


def current_moment() -> datetime:
    """The time that it is, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _ask(question: str = "", prompt: str = ">") -> str:
    """What somebody types; it is one line without characters that a terminal obeys."""
    if question:
        typer.echo(question, err=True)
    typed = str(typer.prompt(prompt, default="", show_default=False, prompt_suffix=" ", err=True))
    return one_line(typed.encode("utf-8", "replace").decode())


@dataclass
class Walk:
    """One walk through the steps of a text."""

    root: Path
    session: "RecordingSession"
    sop: "Sop"
    steps: "Mapping[str, ChecklistStep]"  # those to answer, without sub-steps
    below: "Mapping[str, tuple[ChecklistStep, ...]]"
    ways: "Mapping[str, tuple[StepWay, ...]]"
    key: str
    shown: tuple[str, int] = ("", 0)  # the step that is on the screen, and the number of answers before it

    @classmethod
    def of(cls, root: Path, session: "RecordingSession", sop: "Sop", key: str) -> "Walk":
        """The walk of a text."""
        from sopkit.render.checklist import checklist_steps, find_ways

        library = open_library(root)
        steps: dict[str, ChecklistStep] = {}
        below: dict[str, tuple[ChecklistStep, ...]] = {}
        for step in checklist_steps(sop, library):
            if step.depth and steps:
                last = next(reversed(steps))
                below[last] = (*below.get(last, ()), step)
            else:
                steps[step.anchor] = step
        return cls(root, session, sop, steps, below, find_ways(sop, library), key)

    def go_on(self, state: "OpenRun") -> None:
        """Ask until the run is recorded, handed over or left."""
        saved = f"saved; go on: sopkit run resume {state.run.case}"
        with exit_on_interrupt(saved):
            goes_on = True
            while goes_on:
                before = state
                state, goes_on = self._answer(state) if state.next else self._end(state)
                if state != before and goes_on:
                    state = open_runs.save_open_run(self.root, state)

    def _show(self, state: "OpenRun") -> None:
        step = self.steps[state.next]
        lines = [f"\nStep {step.number} of {len(self.steps)}{f'  ({step.who})' if step.who else ''}"]
        lines += [format_paragraph(one_line(step.text)), *_parts(step)]
        for sub in self.below.get(step.anchor, ()):
            lines += [format_paragraph(f"  {sub.number} {f'{sub.who}: ' if sub.who else ''}{one_line(sub.text)}")]
            lines += _parts(sub)
        open_limits = [name for name, times in state.run.limits.items() if times.until is None or name in _ids(step)]
        lines += [format_limit(name, limit_times(state.run, name), self.sop, current_moment(), self.session.zone)
                  for name in open_limits]  # fmt: skip
        lines += [f"evidence so far: {state.evidence}"] if state.evidence else []
        lines += [f"deviation: {one.what}" for one in state.run.deviations if one.step == state.next]
        echo("\n".join(lines))

    def _answer(self, state: "OpenRun") -> "tuple[OpenRun, bool]":
        """One answer to a step."""
        if self.shown != (state.next, len(state.run.steps)):
            self._show(state)
            self.shown = state.next, len(state.run.steps)
        for limit in self.steps[state.next].limits:
            if limit.id not in state.run.limits:
                return open_runs.set_limit_start(state, limit.id, self._limit_start(state, limit.about)), True
        typed = _ask(_KEYS)
        word, _, words = typed.partition(" ")
        command = _WORDS.get(word[:1].casefold(), "") if word else ""
        if not (command and (len(word) == 1 or command.startswith(word.casefold()))):
            typer.echo(f"`{word}` is not a key" if word else "type a key, then Enter", err=True)
            command = "help"
        return self._obey(state, command, words.strip())

    def _obey(self, state: "OpenRun", command: str, words: str) -> "tuple[OpenRun, bool]":
        match command:
            case "done":
                return self._answered(replace(state, evidence=words or state.evidence)), True
            case "skip":
                why = words or _ask("Why was it skipped?")
                return (self._answered(state, why) if why else state), True
            case "deviation":
                what = words or _ask("What is done instead?")
                return (open_runs.add_deviation(state, what, _ask("Why?")) if what else state), True
            case "evidence":
                return replace(state, evidence=words or _ask("Link or words:")), True
            case "limit" | "go" | "back":
                return self._correct(state, command, words), True
            case "handover":
                return self._hand_over(state), False
            case "cancel":
                why = words or _ask("Why is the run cancelled? (Enter: go on)")
                return (open_runs.finish_run(state, current_moment(), why) if why else state), True
            case "quit":
                return self._quit(state), False
        typer.echo(_HELP, err=True)
        return state, True

    def _correct(self, state: "OpenRun", command: str, words: str) -> "OpenRun":
        if command == "back":
            if not state.run.steps:
                typer.echo("this is the first answer", err=True)
                return state
            return open_runs.step_back(state, self.steps)
        if command == "go":
            to = next((one.anchor for one in self.steps.values() if words in {one.number, one.anchor}), "")
            if not to:
                typer.echo(
                    f"no step `{words}`; known: {', '.join(one.number for one in self.steps.values())}", err=True
                )
            return replace(state, next=to or state.next, evidence="" if to else state.evidence)
        name, _, when = words.partition(" ")
        known = {limit.id for step in self.steps.values() for limit in step.limits}
        if name not in known:
            typer.echo(f"no limit `{name}`; known: {', '.join(sorted(known)) or 'none'}", err=True)
            return state
        try:
            return open_runs.set_limit_start(
                state, name, read_time(when, self.session.zone) if when else current_moment()
            )
        except ValueError as error:
            typer.echo(str(error), err=True)
            return state

    def _limit_start(self, state: "OpenRun", about: str) -> date | None:
        """When a time limit started, as the person who follows the procedure says."""
        started = format_moment(state.run.started, self.session.zone)
        question = f"{about}. When did it start? Enter: when the run started, {started}; a time; n: now; ?: not known"
        while True:
            typed = _ask(question)
            if typed in {"", "?", "n"}:
                return {"": state.run.started, "n": current_moment()}.get(typed)
            try:
                return read_time(typed, self.session.zone)
            except ValueError as error:
                question = str(error)

    def _answered(self, state: "OpenRun", why: str | None = None) -> "OpenRun":
        """The state after a step, in the case that the person chooses where the text decides between several."""
        ways = list(dict.fromkeys(self.ways.get(state.next, ())))
        if not ways:
            following = [*self.steps, ""]
            return open_runs.answer_step(
                state, self.steps, current_moment(), following[following.index(state.next) + 1], why
            )
        way = ways[0]
        if len(ways) > 1:
            cases = [one_line(f"{one.condition or 'otherwise'} -> {self._goal(one)}") for one in ways]
            lines = [f"  {at}  {words}" for at, words in enumerate(cases, 1)]
            question = "\n".join((f"Which case? (1 to {len(ways)}; b: back to the step)", *lines))
            while not (typed := _ask(question)).isdecimal() or not 1 <= int(typed) <= len(ways):
                if typed in {"b", "back"}:
                    return state
            way = ways[int(typed) - 1]
        if way.leaves_for:
            typer.echo(f"first follow {one_line(way.leaves_for)}; it is a run of its own", err=True)
        return open_runs.answer_step(state, self.steps, current_moment(), way.to, why)

    def _goal(self, way: "StepWay") -> str:
        to = f"step {self.steps[way.to].number}" if way.to in self.steps else "the end"
        return f"{way.leaves_for}, then {to}" if way.leaves_for else to

    def _end(self, state: "OpenRun") -> "tuple[OpenRun, bool]":
        """The run as a whole, and whether it is recorded."""
        if state.run.finished is None:
            return open_runs.finish_run(state, current_moment()), True
        names = find_names(self.session)
        every = {**self.steps, **{one.anchor: one for some in self.below.values() for one in some}}
        echo("\nThe run is complete:\n" + format_run(state.run, every, names, self.sop, self.session.zone))
        typed = _ask("Record it? r: record and commit; b: back to the last step; q: quit, it stays saved")
        command = typed[:1].casefold()
        if command == "r":
            self._record(state)
        elif command == "b":
            return open_runs.step_back(state, self.steps), True
        elif command == "q":
            self._quit(state)
        return state, command not in {"r", "q"}

    def _record(self, state: "OpenRun") -> None:
        """Commit the record, then remove the work file, which may have been committed to hand over."""
        from sopkit.model.practice import Run
        from sopkit.practice.landing import read_practice

        run = open_runs.record_of(state, self.session.zone)
        recorded = [
            result.file.path
            for result, other in read_practice(self.session.history).counting(Run, run.id)
            if open_runs.is_same_run(run, other)
        ]
        if recorded:
            print_notes(f"recorded already: {recorded[0]}")
        else:
            tracked = (state.path,) if open_runs.is_committed(self.session.repository, state.path) else ()
            record_run(self.root, self.session, run, self.key, tracked)
        open_runs.remove_open_run(self.root, state)

    def _quit(self, state: "OpenRun") -> "OpenRun":
        typer.echo(f"saved; go on: sopkit run resume {state.run.case}", err=True)
        return state

    def _hand_over(self, state: "OpenRun") -> "OpenRun":
        """Leave the run to another person, in the folder or as a commit of that one file."""
        from sopkit.git.commit import commit_existing

        file = {state.path: state.data}
        if _ask(f"Commit {state.path}, so that the other person can pull it? y or n").casefold() in {"y", "yes"}:
            message = f"Hand over the run of {state.run.id} (case {state.run.case})\n"
            commit, warning = commit_existing(self.session.repository, message, file)
            echo(f"committed {state.path}: {commit[:12]}")
            print_notes(warning)
        echo(f"The other person runs: git pull; sopkit run resume {state.run.case}")
        return state


def _ids(step: "ChecklistStep") -> set[str]:
    return {limit.id for limit in step.limits}


def _parts(step: "ChecklistStep") -> list[str]:
    """The texts and commands below a step, for the terminal."""
    lines = []
    for kind, words in step.parts:
        if kind == "code":
            lines += ["", *(f"      {line}" for line in words.split("\n")), ""]
        else:
            lines.append(format_paragraph(f"  - {one_line(words)}"))
    return lines
