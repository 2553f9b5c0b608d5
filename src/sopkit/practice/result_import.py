"""Plans the import of results from a learning platform or a form: whose they are, of which text, and what is new."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Generic, NamedTuple, TypeVar

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.record.session import RecordingSession
from sopkit.model.errors import SopkitError
from sopkit.model.practice_base import RecordedText
from sopkit.model.training import SMALLEST_GROUP, QuestionSum
from sopkit.practice.case_rows import MAX_FAULTS, PeopleNames, list_faults
from sopkit.practice.cases import MAX_TABLE_BYTES, write_table
from sopkit.practice.quizzes import pass_mark_of
from sopkit.practice.recording import RecordDraft
from sopkit.practice.result_record import find_person, find_text, make_result, refuse_future
from sopkit.practice.result_rows import ResultExport, ResultRow
from sopkit.practice.training_records import RESULT_COLUMNS, training_records
from sopkit.tables.escape import escape_controls
from sopkit.tables.grid import list_briefly

METHODS = ("read", "quiz", "session", "observe")
"""How people are trained."""
Asked = TypeVar("Asked")
Found = TypeVar("Found")
_PASSED_WORDS = {True: "yes", False: "no", None: ""}


@dataclass(frozen=True)
class ResultImport:
    """What the user says of an export of results; `sop` and `method` are those of rows that name none."""

    export: ResultExport
    by: str
    sop: str = ""
    method: str = ""
    note: str = ""
    skip_unknown: bool = False


@dataclass(frozen=True)
class ResultPlan:
    """What an import records, as a draft, None when all of it is known; `lines` and `notes` say so in words."""

    draft: RecordDraft | None
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    subject: str


def plan_results(session: RecordingSession, status: LibraryStatus, request: ResultImport) -> ResultPlan:
    """Read an export. Raises SopkitError, with file and row, for what cannot be taken as it is; writes nothing."""
    if why := training_records(status).unknown:
        raise SopkitError(f"nobody knows what is recorded already: {why}", "make the folder of people readable first")
    return _ResultImporter(session, status, request).plan()


class _ResultImporter:
    def __init__(self, session: RecordingSession, status: LibraryStatus, request: ResultImport) -> None:
        self.session, self.status, self.request = session, status, request
        self.faults: list[str] = []
        names = PeopleNames(session.history.organisation.people)
        self.person = _Finder[str, str](lambda text: find_person(names, text))
        self.text = _Finder[tuple[str, str], RecordedText](self._find_text)
        self.pass_mark = _Finder[str, int](self._find_pass_mark)

    def plan(self) -> ResultPlan:
        export = self.request.export
        rows = list(self._judge_all())
        if self.faults and not self.request.skip_unknown:
            advice = "correct the file and import it again; or record the other rows only: --skip-unknown"
            raise SopkitError(list_faults(self.faults), advice)
        if not rows:
            raise SopkitError(f"{export.path}: holds no result", "name the file that the platform or form exported")
        rows.sort(key=lambda one: (one.day, one.row.attempt))
        new = self._leave_out_known(rows)
        texts = sorted({f"{one.text.id} {one.text.version}" for one in rows})
        shown = [*texts[:5], *([f"{len(texts) - 5} more"] if len(texts) > 5 else [])]  # noqa: PLR2004 - as many as fit
        people = len({one.person for one in new})
        count = f"{len(new)} {'result' if len(new) == 1 else 'results'} of {people}"
        subject = f"{count} {'person' if people == 1 else 'people'} about {', '.join(shown)}"
        lines, notes = (subject, f"{len(rows) - len(new)} are recorded already"), tuple(self._notes(new))
        return ResultPlan(self._draft(new) if new else None, lines, notes, subject)

    def _draft(self, new: Sequence["_JudgedResult"]) -> RecordDraft:
        export, attempts = self.request.export, self._number_attempts(new)
        table = write_table(RESULT_COLUMNS, (one.cells(attempt) for one, attempt in zip(new, attempts, strict=True)))
        if len(table) > MAX_TABLE_BYTES:
            raise SopkitError(f"{export.path}: more than {MAX_TABLE_BYTES >> 20} MiB of results", "divide the file")
        values: dict[str, object] = {
            "source": export.path.replace("\\", "/").rpartition("/")[2],
            "note": self.request.note,
            "rows": len(new),
            "table": sha256(table).hexdigest(),
            "columns": dict(export.columns),
            "questions": tuple(self._question_sums(new, attempts)),
        }
        return RecordDraft(make_result(self.session, self.request.by, "", (), values), table)

    def _judge_all(self) -> Iterator["_JudgedResult"]:
        for row in self.request.export.rows:
            if row.fault:
                self.faults.append(f"{row.where}: {row.fault}")
                continue
            try:
                yield self._judge(row)
            except SopkitError as error:
                self.faults.append(f"{row.where}: {error.message}; {error.hint}")

    def _judge(self, row: ResultRow) -> "_JudgedResult":
        person = self.person(row.person)
        text = self.text((row.sop or self.request.sop, row.day))
        has_result = row.passed is not None or row.percent is not None
        method = row.method or self.request.method or ("quiz" if has_result else "read")
        if method not in METHODS:
            raise SopkitError(f"no method `{escape_controls(method[:40])}`", f"write one of {', '.join(METHODS)}")
        passed = row.passed
        if method != "quiz":
            passed = None
        elif passed is None:
            if row.percent is None:
                raise SopkitError("it is not said how the quiz ended", "name a column: --map passed=COLUMN")
            passed = row.percent >= self.pass_mark(text.id)
        return _JudgedResult(person, row.day, text, method, passed, row)

    def _find_text(self, wanted: tuple[str, str]) -> RecordedText:
        words, day_text = wanted
        if not words:
            raise SopkitError("nothing says which SOP it was about", "name it: --sop AC-001")
        day = date.fromisoformat(day_text)
        refuse_future(day, self.session.today)
        return find_text(self.session.history, words, day)

    def _find_pass_mark(self, sop_id: str) -> int:
        library = self.status.library
        quiz = next((file.quiz for file in library.quizzes.values() if file.name == sop_id), None)
        return pass_mark_of(quiz, next(iter(library.by_id.get(sop_id, ())), None), library.config)

    def _leave_out_known(self, rows: Sequence["_JudgedResult"]) -> list["_JudgedResult"]:
        """The rows that no record has; of rows that are equal, as many as there are more than recorded."""
        by_sop = training_records(self.status).by_sop
        known: Counter[tuple[object, ...]] = Counter(
            (one.person, one.day.isoformat(), one.sop_id, one.digest, one.method, one.passed)
            for sop_id in {row.text.id for row in rows}
            for records in by_sop.get(sop_id, {}).values()
            for one in records
        )
        new = []
        for row in rows:
            if known[row.identity] > 0:
                known[row.identity] -= 1
            else:
                new.append(row)
        return new

    def _number_attempts(self, new: Sequence["_JudgedResult"]) -> list[int]:
        """Which attempt each quiz was: as the export says, else counted for each person and text."""
        records = training_records(self.status)
        tries: dict[tuple[str, str], int] = {}
        found = []
        for one in new:
            if one.method != "quiz":
                found.append(0)
                continue
            key = one.person, one.text.digest
            if key not in tries:
                before = records.of(one.text.id, one.person)
                tries[key] = sum(old.method == "quiz" and old.digest == one.text.digest for old in before)
            tries[key] = one.row.attempt or tries[key] + 1
            found.append(tries[key])
        return found

    def _question_sums(self, new: Sequence["_JudgedResult"], attempts: Sequence[int]) -> Iterator[QuestionSum]:
        """How each question went at first attempts, where enough people answered that none can be found out."""
        questions = self.request.export.questions
        right: Counter[tuple[str, int]] = Counter()
        people: dict[tuple[str, int], set[str]] = defaultdict(set)
        for one, attempt in zip(new, attempts, strict=True):
            for at, answer in enumerate(one.row.answers if attempt == 1 else ()):
                if answer is not None and one.person not in people[one.text.id, at]:
                    people[one.text.id, at].add(one.person)
                    right[one.text.id, at] += answer
        for (sop_id, at), who in sorted(people.items()):
            if len(who) >= SMALLEST_GROUP:
                yield QuestionSum(sop=sop_id, id=questions[at], answered=len(who), right=right[sop_id, at])

    def _notes(self, new: Sequence["_JudgedResult"]) -> Iterator[str]:
        export = self.request.export
        yield from export.notes
        for why, count in sorted(export.skipped.items()):
            yield f"{count} {'row' if count == 1 else 'rows'} left out: {why}"
        for fault in self.faults[:MAX_FAULTS]:
            yield f"left out: {fault}"
        if len(self.faults) > MAX_FAULTS:
            yield f"left out: {len(self.faults) - MAX_FAULTS} more rows with a fault"
        people = self.session.history.organisation.people
        seen = {(one.person, one.day) for one in new}
        away = sorted({key for key, day in seen if not people[key].holds(date.fromisoformat(day))})
        if away:
            yield f"not with the organisation on the day, by the people register: {list_briefly(away)}"
        if failed := sum(one.passed is False for one in new):
            yield f"{failed} did not pass, and are not current because of that"


class _JudgedResult(NamedTuple):
    """A row of which the person and the text are known."""

    person: str
    day: str
    text: RecordedText
    method: str
    passed: bool | None
    row: ResultRow

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it the same as a recorded one."""
        return self.person, self.day, self.text.id, self.text.digest, self.method, self.passed

    def cells(self, attempt: int) -> tuple[str, ...]:
        """Its row of the table."""
        text, passed = self.text, _PASSED_WORDS[self.passed]
        tried = str(attempt) if attempt else ""
        return self.person, self.day, text.id, text.version, text.digest, self.method, passed, tried


class _Finder(Generic[Asked, Found]):
    """Finds each thing once, whether it is there or not: 100,000 rows name few people and days."""

    def __init__(self, find: Callable[[Asked], Found]) -> None:
        self._find = find
        self._known: dict[Asked, Found | SopkitError] = {}

    def __call__(self, asked: Asked) -> Found:
        if asked not in self._known:
            try:
                self._known[asked] = self._find(asked)
            except SopkitError as error:
                self._known[asked] = error
        found = self._known[asked]
        if isinstance(found, SopkitError):
            raise found
        return found
