"""The records of a filled-in sheet: the exercise, and apart from it who took part."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from sopkit.authoring.exercise.filled_sheet import FilledSheet, SheetRow
from sopkit.authoring.exercise.sheet import (
    APPROVED,
    AUDITORS,
    CLARITY,
    DATE,
    DEVIATIONS,
    FACTS,
    FEEDBACK,
    GAPS,
    NEXT,
    OBJECTIVES,
    PEOPLE,
    RATINGS,
    SCENARIO,
    SEVERITIES,
    SITUATION,
    TEXTS,
    TIMELINE,
    TITLE,
    TYPE,
    USEFULNESS,
    WORDS,
    ExercisedText,
)
from sopkit.git.blobs import read_blobs
from sopkit.library import Library
from sopkit.lifecycle.people import Organisation, person_name
from sopkit.lifecycle.record.session import RecordingSession
from sopkit.model.errors import SopkitError
from sopkit.model.practice import Exercise, ExerciseType
from sopkit.model.practice_base import PRACTICE_SCHEMA, PracticeKind
from sopkit.model.similarity import nearest
from sopkit.model.training import Attendance
from sopkit.practice.recording import RecordDraft

_FIELDS = (DATE, TYPE, TITLE, SCENARIO, SITUATION, AUDITORS, APPROVED, NEXT, CLARITY, USEFULNESS, WORDS)
_MAX_OPINION = 5


@dataclass(frozen=True)
class FilledExercise:
    """An exercise as its sheet states it, the people who took part by key, and notes on what looks wrong."""

    exercise: Exercise
    people: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def attendance(self, about: str) -> tuple[RecordDraft, ...]:
        """The record of who took part in the exercise, whose file is `about`; none where the sheet lists nobody."""
        if not self.people:
            return ()
        one = self.exercise
        values = {"schema": PRACTICE_SCHEMA, "library": one.library, "by": one.by, "date": one.date}
        kind = {"kind": PracticeKind.ATTENDANCE, "about": about, "people": list(self.people)}
        return (RecordDraft(Attendance.model_validate({**values, **kind})),)


def read_exercise(sheet: FilledSheet, session: RecordingSession, library: Library, by: str) -> FilledExercise:
    """What a sheet states, recorded by a person. Raises SopkitError that lists everything that is wrong."""
    reader = _ExerciseReader(sheet, session, library)
    reader.require_filled()
    values = reader.values()
    if reader.faults:
        raise SopkitError("\n".join(reader.faults), "nothing was recorded; correct the sheet, then record it again")
    common = {"schema": PRACTICE_SCHEMA, "kind": PracticeKind.EXERCISE, "by": by}
    common["library"] = session.history.config.library.uuid
    exercise = Exercise.model_validate({**common, **{key: value for key, value in values.items() if value}})
    return FilledExercise(exercise, tuple(reader.people), (*sheet.notes, *reader.notes))


@dataclass
class _ExerciseReader:
    sheet: FilledSheet
    session: RecordingSession
    library: Library
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    people: dict[str, None] = field(default_factory=dict)
    texts: dict[str, ExercisedText] = field(default_factory=dict)

    @property
    def _organisation(self) -> Organisation:
        return self.session.history.organisation

    def _fault(self, row: SheetRow, message: str) -> None:
        self.faults.append(f"{row.place}: {message}")

    def require_filled(self) -> None:
        """Raise SopkitError when nobody filled in anything."""
        fields = self._facts()
        columns = {
            PEOPLE: ("People",),
            OBJECTIVES: ("Rating",),
            TIMELINE: ("When", "What happened"),
            DEVIATIONS: ("What was done instead", "Why"),
            GAPS: ("Severity", "Step", "What is missing"),
        }
        cells = (row.text(name) for part, names in columns.items() for row in self.sheet.of(part) for name in names)
        values = (fields[name].text("Value") for name in (DATE, NEXT, CLARITY, USEFULNESS, WORDS) if name in fields)
        if not any((*cells, *values)):
            raise SopkitError(
                f"{self.sheet.path}: nothing is filled in, so there is nothing to record",
                "save the sheet after filling it in; the HTML sheet has a button that saves it with its fields",
            )

    def _facts(self) -> Mapping[str, SheetRow]:
        found: dict[str, SheetRow] = {}
        for row in (*self.sheet.of(FACTS), *self.sheet.of(FEEDBACK)):
            name = next((one for one in _FIELDS if row.text("Field").casefold() == one.casefold()), "")
            if not name and row.text("Value"):
                self.notes.append(f"{row.place}: not read: {row.text('Field')!r} is no field of the sheet")
            found.setdefault(name, row)
        return found

    def values(self) -> dict[str, object]:
        """The values of the record; what is wrong goes to the faults."""
        facts = self._facts()
        self.notes = list(dict.fromkeys(self.notes))
        sops = [one for row in self.sheet.of(TEXTS) for one in self._text(row)]
        held = self._date(facts, past=True)
        roles = tuple(dict.fromkeys(self._roles()))
        values: dict[str, object] = {
            "date": held,
            "type": self._type(facts),
            "title": self._value(facts, TITLE),
            "sops": sops,
            "roles": roles,
            "auditors": self._persons(facts, AUDITORS),
            "scenario": self._value(facts, SCENARIO),
            "note": self._value(facts, SITUATION),
            "objectives": list(self._objectives()),
            "timeline": list(self._timeline()),
            "deviations": list(self._deviations()),
            "gaps": list(self._gaps()),
            "feedback": self._feedback(facts),
            "next": self._date(facts, past=False),
            "approved_by": next(iter(self._persons(facts, APPROVED)), ""),
        }
        if values["type"] is ExerciseType.INTERNAL_AUDIT and not values["auditors"]:
            where = facts[AUDITORS].place if AUDITORS in facts else self.sheet.path
            self.faults.append(f"{where}: an internal audit names its auditors; fill in the field {AUDITORS!r}")
        self._note_dates(held)
        if not self.people:
            self.notes.append(f"nobody is listed in {PEOPLE!r}, so the exercise does not show that the text was tried")
        return values

    def _value(self, facts: Mapping[str, SheetRow], name: str) -> str:
        return facts[name].text("Value") if name in facts else ""

    def _text(self, row: SheetRow) -> Iterator[dict[str, str]]:
        name, digest = row.text("SOP"), "".join(row.text("Digest").split()).lower()
        history = self.session.history
        past = history.pasts.by_key.get((name, ""))
        if past is None:
            near = nearest(name.upper(), [key[0] for key in history.pasts.by_key if key[0]], 1, 0.5)
            self._fault(row, f"no SOP {name!r} has landed; {f'did you mean {near[0]}?' if near else 'correct the id'}")
            return
        revision = next((one for one in reversed(past.revisions) if one.digest == digest), None)
        if revision is None:
            self._fault(
                row, f"no text of {name} with the digest {digest!r} has landed; copy it from: sopkit history {name}"
            )
            return
        if name in self.texts:
            self._fault(row, f"{name} is listed twice; keep one row")
            return
        label = next(
            (one.label for one in history.ledger(name).approved.values() if one.revision == revision.number), ""
        )
        version = label or history.snapshots[revision.blob].version
        [(_, data)] = read_blobs(history.repository, [revision.blob])
        self.texts[name] = ExercisedText(self.library.read(revision.path, data or b""), version, revision.digest)
        yield {"id": name, "digest": revision.digest, "version": version}

    def _note_dates(self, held: date | None) -> None:
        history = self.session.history
        for name, text in self.texts.items():
            landed = [one.commit for one in history.pasts.by_key[name, ""].revisions if one.digest == text.digest]
            first = history.log.landings[landed[0]].day
            if held is not None and held < first:
                self.notes.append(f"the text of {name} landed on {first}, after the exercise on {held}")

    def _type(self, facts: Mapping[str, SheetRow]) -> ExerciseType | None:
        written = self._value(facts, TYPE).casefold().replace(" ", "-")
        with suppress(ValueError):
            return ExerciseType(written)
        where = facts[TYPE].place if TYPE in facts else self.sheet.path
        self.faults.append(f"{where}: {_not_one_of(written, 'type of exercise', tuple(ExerciseType))}")
        return None

    def _date(self, facts: Mapping[str, SheetRow], *, past: bool) -> date | None:
        name = DATE if past else NEXT
        written, today = self._value(facts, name), self.session.today
        where = facts[name].place if name in facts else self.sheet.path
        if not written:
            if past:
                self.faults.append(
                    f"{where}: the field {DATE!r} is empty; fill in the date of the exercise, YYYY-MM-DD"
                )
            return None
        try:
            found = date.fromisoformat(written)
        except ValueError:
            self.faults.append(f"{where}: {written!r} is not a date; write YYYY-MM-DD")
            return None
        if past and found > today:
            self.faults.append(
                f"{where}: {found} is in the future, and today is {today}; record the exercise afterwards"
            )
        if not past and found <= today:
            self.notes.append(f"the next exercise, {found}, is already due")
        return found

    def _roles(self) -> Iterator[str]:
        """The roles with people in them; who they are is kept apart."""
        for row in self.sheet.of(PEOPLE):
            names = _split_names(row.cells.get("People", ""))
            for name in names:
                self._add_person(row, name)
            written = row.text("Role")
            if not names or not written:
                continue
            role = self.library.role(written)
            if role is None:
                self.notes.append(f"{row.place}: the register has no role {written!r}; it is recorded as written")
            yield role.id if role else written

    def _add_person(self, row: SheetRow, name: str) -> str:
        found = find_people(self._organisation, name)
        if len(found) == 1 and not self._organisation.people[found[0]].bot:
            self.people.setdefault(found[0])
            return found[0]
        if len(found) > 1:
            self._fault(row, f"{name!r} is the name of {' and '.join(found)}; write the key instead")
        elif found:
            self._fault(row, f"{name!r} is a bot; list the people")
        else:
            names = [person_name(one) for one in self._organisation.people.values()]
            self._fault(
                row, _not_one_of(name, "person", tuple(names), "write the name or key as in registers/people.yaml")
            )
        return ""

    def _persons(self, facts: Mapping[str, SheetRow], name: str) -> tuple[str, ...]:
        row = facts.get(name)
        if row is None:
            return ()
        before = dict(self.people)
        keys = [self._add_person(row, one) for one in _split_names(row.cells.get("Value", ""))]
        self.people = before  # auditors and approvers are not people who tried the text
        return tuple(dict.fromkeys(filter(None, keys)))

    def _objectives(self) -> Iterator[dict[str, str]]:
        for row in self.sheet.of(OBJECTIVES):
            text, rating = row.text("Objective"), row.text("Rating").casefold()
            if rating and rating not in RATINGS:
                self._fault(row, _not_one_of(rating, "rating", RATINGS))
            elif rating and not text:
                self._fault(row, "a rating without an objective; write what was to be shown")
            elif text:
                yield {"text": text, "rating": rating} if rating else {"text": text}

    def _timeline(self) -> Iterator[dict[str, str]]:
        for row in self.sheet.of(TIMELINE):
            if row.text("What happened"):
                yield {"at": row.text("When"), "what": row.text("What happened")}
            elif row.text("When"):
                self._fault(row, f"{row.text('When')!r} without what happened; fill it in, or empty the cell")

    def _deviations(self) -> Iterator[dict[str, str]]:
        for row in self.sheet.of(DEVIATIONS):
            what, why = row.text("What was done instead"), row.text("Why")
            if what:
                yield {"step": self._step(row), "what": what, "why": why}
            elif why:
                self._fault(row, "a reason without a deviation; fill in what was done instead")

    def _gaps(self) -> Iterator[dict[str, str]]:
        rows = [
            row for row in self.sheet.of(GAPS) if any(row.text(one) for one in ("Severity", "Step", "What is missing"))
        ]
        used = {row.text("Id").casefold() for row in rows}
        seen: set[str] = set()
        for row in rows:
            free = (f"G{number}" for number in range(1, len(rows) + 2) if f"g{number}" not in used | seen)
            name, severity = row.text("Id") or next(free), row.text("Severity").casefold()
            if name.casefold() in seen:
                self._fault(row, f"the id {name} is there twice; give each gap its own")
            seen.add(name.casefold())
            if severity and severity not in SEVERITIES:
                self._fault(row, _not_one_of(severity, "severity", SEVERITIES))
            if not row.text("What is missing"):
                self._fault(row, f"gap {name} does not state what is missing; fill it in, or empty the row")
            gap = {"id": name, "step": self._step(row), "text": row.text("What is missing")}
            yield {**gap, "severity": severity} if severity else gap

    def _step(self, row: SheetRow) -> str:
        """The step that a row names, as the record has it; empty for none."""
        written = row.text("Step")
        if not written or not self.texts:
            return ""
        sop_id, sign, anchor = written.rpartition("#")
        anchors = [
            (name, known)
            for name, text in self.texts.items()
            if not sign or name.casefold() == sop_id.casefold()
            for known, step in text.steps
            if anchor.casefold() in {known.casefold(), step.number, f"step {step.number}", f"step-{step.number}"}
        ]
        if len(anchors) == 1:
            name, known = anchors[0]
            return known if len(self.texts) == 1 else f"{name}#{known}"
        names = tuple(known for text in self.texts.values() for known, _ in text.steps)
        if anchors:
            self._fault(row, f"step {written!r} is in {' and '.join(name for name, _ in anchors)}; write ID#{anchor}")
        else:
            where = f"step of {', '.join(self.texts)}"
            self._fault(row, _not_one_of(written, where, names, "write the step as the sheet lists it"))
        return ""

    def _feedback(self, facts: Mapping[str, SheetRow]) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, key in ((CLARITY, "clarity"), (USEFULNESS, "usefulness")):
            written = self._value(facts, name).removesuffix(f"/{_MAX_OPINION}").strip()
            if not written:
                continue
            if written.isascii() and written.isdecimal() and 1 <= int(written) <= _MAX_OPINION:
                found[key] = int(written)
            else:
                self._fault(facts[name], f"{written!r} is not a whole number from 1 to {_MAX_OPINION}")
        words = self._value(facts, WORDS)
        return {**found, "words": words} if words else found


def find_people(organisation: Organisation, name: str) -> tuple[str, ...]:
    """Keys of the people with a key, name or e-mail."""
    plain = " ".join(name.casefold().split())
    by_key = [key for key in organisation.people if key.casefold() == plain]
    if by_key:
        return tuple(by_key)
    rows = organisation.people.items()
    return tuple(
        key
        for key, one in rows
        if plain in {" ".join(one.name.casefold().split()), *(email.casefold() for email in one.emails)}
    )


def _split_names(text: str) -> list[str]:
    lines: Iterable[str] = text.replace(";", ",").replace("\n", ",").split(",")
    return [name for line in lines if (name := " ".join(line.split()))]


def _not_one_of(written: str, what: str, known: tuple[str, ...], advice: str = "") -> str:
    """What to say of a value that is none of the known ones."""
    near = nearest(written.lower(), list(known), 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else advice or f"known: {', '.join(known)}"
    return f"no {what} {written!r}; {hint}"
