"""Reads the filled sheet of a session: who was there, on which day, and on which texts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sopkit.lifecycle.record.session import RecordingSession
from sopkit.model.errors import SopkitError
from sopkit.model.practice_base import RecordedText
from sopkit.model.training import SMALLEST_GROUP, QuestionSum, TrainingSession
from sopkit.practice.case_rows import PeopleNames, list_faults
from sopkit.practice.cases import local_day
from sopkit.practice.landing import read_practice
from sopkit.practice.result_record import find_person, find_texts, make_session, refuse_future
from sopkit.practice.times import TimeReader
from sopkit.tables.escape import escape_controls
from sopkit.tables.grid import fold_name
from sopkit.tables.reader import read_bytes, read_sheet

SHEET_COLUMNS = ("date", "title", "trainer", "sops", "person", "name", "attended")
"""The columns of a sheet of attendance; in a Word file those before `person` are lines above the table."""
_THERE = frozenset({"yes", "y", "x", "1", "true", "✓", "✔", "☑", "☒", "ja", "oui", "present", "attended"})
_AWAY = frozenset({"", "no", "n", "0", "false", "-", "\u2013", "☐", "nein", "non", "absent"})
_TICK = re.compile(r"^\W*\[(.?)\]\W*$")
_FACT = re.compile(r"\**(?P<name>date|title|trainer|sops?|questions?)\**\s*:\**\s*(?P<value>.*)", re.IGNORECASE)
_CELL = re.compile(r"(?<!\\)\|")
_SIGNS = re.compile(r"\\(?=[^\w\s])|\*\*|__|<!--.*?-->")
_QUESTION = re.compile(r"(?P<sop>\S+)\s+(?P<id>\S+)\s+(?P<right>\d+)\s*(?:/|of)\s*(?P<answered>\d+)")
_MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class AttendanceRow:
    """One line of a sheet: where it stands, who is meant, and what is in the cell `attended`."""

    where: str
    person: str
    attended: str


@dataclass(frozen=True)
class AttendanceSheet:
    """A sheet as it was filled in; `facts` are date, title, trainer and sops, as far as the sheet says them."""

    path: str
    rows: tuple[AttendanceRow, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()


def read_attendance(path: Path) -> AttendanceSheet:
    """Read a sheet from CSV, Excel, Word or Markdown. Raises SopkitError, with file and place."""
    if path.suffix.lower() in {".docx", ".md"}:
        return _read_text(path)
    grid = read_sheet(path, wanted=("attended",))
    at = {fold_name(head): index for index, head in enumerate(grid.header)}
    column = next((name for name in ("person", "email", "name") if name in at), "")
    if not column or "attended" not in at:
        raise SopkitError(
            f"{path}: no column `{'attended' if column else 'person'}`",
            f"a sheet has the columns {', '.join(SHEET_COLUMNS)}; an empty one: sopkit train plan --sheet",
        )
    unit = "row " if grid.sheets else ""
    rows, facts = list[AttendanceRow](), dict[str, str]()
    for line in grid.rows:
        where = f"{path}: row {line.number}" if unit else f"{path}:{line.number}"
        for name in ("date", "title", "trainer", "sops"):
            value = line.cells[at[name]].strip() if name in at else ""
            if value and facts.setdefault(name, value) != value:
                first, other = escape_controls(facts[name][:40]), escape_controls(value[:40])
                raise SopkitError(f"{where}: {name} is `{other}`, and `{first}` above", "one file holds one session")
        person = next(
            (found for name in (column, "email", "name") if name in at and (found := line.cells[at[name]].strip())), ""
        )
        rows.append(AttendanceRow(where, person, line.cells[at["attended"]]))
    return AttendanceSheet(str(path), tuple(rows), facts)


def _read_text(path: Path) -> AttendanceSheet:
    data = read_bytes(path, _MAX_BYTES)
    if path.suffix.lower() == ".docx":
        from sopkit.parsing.word import read_word  # an extra

        text = read_word(data, str(path), "pictures").markdown
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SopkitError(f"{path}: is not UTF-8 at byte {error.start}", "save it as UTF-8") from error
    sheet, columns = AttendanceSheet(str(path), ()), list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        typed = _SIGNS.sub("", line).replace("\xa0", " ").strip()
        if typed.startswith("|"):
            cells = [cell.strip() for cell in _CELL.split(typed.strip("|"))]
            if not columns and {"attended"} & {fold_name(cell) for cell in cells}:
                columns = [fold_name(cell) for cell in cells]
            elif columns and set("".join(cells)) - set("-: "):
                sheet = replace(sheet, rows=(*sheet.rows, _text_row(f"{path}:{number}", columns, cells)))
        elif (fact := _FACT.fullmatch(typed)) is not None and fact["value"].strip():
            sheet = _with_fact(sheet, fact["name"].lower(), fact["value"].strip())
    if not columns:
        raise SopkitError(f"{path}: no table with a column `attended`", "an empty sheet: sopkit train plan --sheet")
    return sheet


def _text_row(where: str, columns: Sequence[str], cells: Sequence[str]) -> AttendanceRow:
    row = dict(zip(columns, cells, strict=False))
    return AttendanceRow(where, row.get("person") or row.get("email") or row.get("name") or "", row.get("attended", ""))


def _with_fact(sheet: AttendanceSheet, name: str, value: str) -> AttendanceSheet:
    if name.startswith("question"):
        return replace(sheet, questions=(*sheet.questions, value))
    name = "sops" if name == "sop" else name
    return replace(sheet, facts={name: value, **sheet.facts})


@dataclass(frozen=True)
class SessionRequest:
    """What the user says of a session; what is empty is taken from the sheet."""

    day: date | None = None
    title: str = ""
    trainer: str = ""
    sops: tuple[str, ...] = ()
    type: str = "session"
    makes_up: str = ""
    questions: tuple[str, ...] = ()
    note: str = ""
    skip_unknown: bool = False


def plan_session(
    session: RecordingSession, sheet: AttendanceSheet, by: str, request: SessionRequest
) -> tuple[TrainingSession, tuple[str, ...]]:
    """The record of a session, and notes. Raises SopkitError, with file and row, for what cannot be taken as it is."""
    history = session.history
    day = request.day or _read_day(session, sheet)
    refuse_future(day, session.today)
    in_sheet = [part.strip() for part in re.split(r"[;,\n]", sheet.facts.get("sops", ""))]
    words = request.sops or tuple(filter(None, in_sheet))
    if not words:
        raise SopkitError(f"{sheet.path}: does not say which SOPs the session was about", "name them: --sop AC-001@2.1")
    try:
        texts = find_texts(history, words, day)
    except SopkitError as error:
        raise SopkitError(f"{sheet.path}: {error.message}", error.hint) from error
    names = PeopleNames(history.organisation.people)
    faults, there, away = list[str](), dict[str, str](), 0
    for row in sheet.rows:
        key, fault = _read_row(row, names)
        if fault:
            faults.append(f"{row.where}: {fault}")
        elif key and key in there:
            faults.append(f"{row.where}: {key} is there twice, first in {there[key]}")
        elif key:
            there[key] = row.where
        else:
            away += 1
    notes = [f"{away} {'was' if away == 1 else 'were'} not there"] if away else []
    if faults and not request.skip_unknown:
        raise SopkitError(list_faults(faults), "correct the sheet; or record the others only: --skip-unknown")
    if not there:
        raise SopkitError(f"{sheet.path}: nobody was there", "put yes into the column `attended` of those who were")
    notes += [f"left out: {one}" for one in faults]
    notes += _absent(session, there, day)
    values: dict[str, object] = {
        "date": day,
        "type": request.type,
        "title": request.title or sheet.facts.get("title", ""),
        "trainer": _trainer(names, request.trainer or sheet.facts.get("trainer", "")),
        "sops": texts,
        "attendees": tuple(sorted(there)),
        "makes_up": _missed(session, request.makes_up),
        "questions": tuple(_question(one, texts) for one in request.questions or sheet.questions),
        "note": request.note,
    }
    return make_session(session, by, values), tuple(notes)


def _read_day(session: RecordingSession, sheet: AttendanceSheet) -> date:
    typed = sheet.facts.get("date", "")
    if not typed:
        raise SopkitError(f"{sheet.path}: does not say on which day the session was", "name it: --on 2026-03-04")
    try:
        zone = ZoneInfo(session.history.config.library.timezone)
        return date.fromisoformat(local_day(TimeReader(zone).read(typed), zone))
    except (ValueError, OverflowError) as error:
        raise SopkitError(
            f"{sheet.path}: `{escape_controls(typed[:40])}` is not a date that can be read in one way only",
            "write 2026-03-04, or name the day: --on 2026-03-04",
        ) from error


def _read_row(row: AttendanceRow, names: PeopleNames) -> tuple[str, str]:
    """The key of the person of a row who was there, empty for one who was not; and what is wrong with it."""
    word = _TICK.sub(r"\1", row.attended).strip().casefold()
    if word in _AWAY:
        return "", ""
    if word not in _THERE:
        return "", f"`{escape_controls(row.attended.strip()[:40])}` in `attended` is neither yes nor no"
    if not row.person:
        return "", "names nobody"
    try:
        return find_person(names, row.person), ""
    except SopkitError as error:
        return "", f"{error.message}; {error.hint}"


def _absent(session: RecordingSession, keys: Iterable[str], day: date) -> Iterator[str]:
    people = session.history.organisation.people
    for key in sorted(keys):
        if not people[key].holds(day):
            yield f"{key} was not with the organisation on {day}, by the people register"


def _trainer(names: PeopleNames, text: str) -> str:
    return names.key_of(text) or " ".join(text.split())


def _missed(session: RecordingSession, name: str) -> str:
    """The file name of the session that is made up for. Raises SopkitError for what is none."""
    if not name:
        return ""
    base = name.replace("\\", "/").rpartition("/")[2]
    known = [result.file.name for result, _ in read_practice(session.history).counting(TrainingSession)]
    if base not in known:
        advice = f"known: {', '.join(known[-5:])}" if known else "no session is recorded; leave --makes-up out"
        raise SopkitError(f"no session is recorded in a file {name}", advice)
    return base


def _question(words: str, texts: Sequence[RecordedText]) -> QuestionSum:
    """How a question went, of `AC-001 q1 9/18`. Raises SopkitError."""
    match = _QUESTION.fullmatch(words.strip())
    if match is None:
        raise SopkitError(f"`{escape_controls(words[:60])}` says not how a question went", "write: AC-001 q1 9/18")
    right, answered = int(match["right"]), int(match["answered"])
    if match["sop"] not in {text.id for text in texts}:
        raise SopkitError(f"the session was not about {match['sop']}", f"name one of {', '.join(t.id for t in texts)}")
    if right > answered:
        raise SopkitError(f"{words}: more right answers than answers", "write: AC-001 q1 RIGHT/ANSWERED")
    if answered < SMALLEST_GROUP:
        raise SopkitError(
            f"{words}: {answered} people are too few: what one of them answered could be guessed",
            f"give questions that at least {SMALLEST_GROUP} people answered",
        )
    return QuestionSum(sop=match["sop"], id=match["id"], answered=answered, right=right)
