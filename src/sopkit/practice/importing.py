"""Plans the import of a list of cases: which of its columns are which of ours, and what is new in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from sopkit.git.blobs import read_blobs
from sopkit.library import load_config
from sopkit.lifecycle.record.session import RecordingSession
from sopkit.lifecycle.text_lookup import find_revision_history
from sopkit.model.durations import DateRange
from sopkit.model.errors import SopkitError
from sopkit.model.moments import read_moment, write_moment
from sopkit.model.practice import Population
from sopkit.model.practice_base import PRACTICE_SCHEMA, PracticeKind
from sopkit.model.practice_tables import ImportTable
from sopkit.model.similarity import nearest
from sopkit.model.source import Source
from sopkit.parsing.sop import read_front_matter
from sopkit.practice.case_rows import CANCELLED, CaseRows, PeopleNames, list_faults
from sopkit.practice.cases import COLUMNS, MAX_TABLE_BYTES, read_cases, write_table
from sopkit.practice.exports import OWN_COLUMNS, CaseExport, open_export
from sopkit.practice.landing import read_practice, require_records
from sopkit.practice.recording import RecordDraft
from sopkit.practice.times import TimeReader, zone_named
from sopkit.tables.grid import list_briefly


@dataclass(frozen=True)
class ImportRequest:
    """What the user says of an export. What is left empty is taken from `[runs.ID]`, the file, or the library."""

    sop: str
    file: Path
    by: str = ""
    table: ImportTable = field(default_factory=ImportTable.default)
    period: DateRange | None = None
    exported: str = ""
    query: str = ""
    note: str = ""
    keep_people: bool = False
    sheet: str | None = None
    header: int | None = None


@dataclass(frozen=True)
class PopulationPlan:
    """What an import records, in words, and as a draft; None when the newest export of the system says the same.

    `settings` are what `[runs.ID]` has to hold so that the next export needs no options.
    """

    draft: RecordDraft | None
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    subject: str
    sop_id: str
    settings: ImportTable


def plan_import(session: RecordingSession, request: ImportRequest) -> PopulationPlan:
    """Read an export. Raises SopkitError, with file and row, for what cannot be taken as it is; writes nothing."""
    require_records(session.history.config)
    return _Importer(session, request).plan()


@dataclass(frozen=True)
class _Importer:
    session: RecordingSession
    request: ImportRequest

    def plan(self) -> PopulationPlan:
        export = self._open()
        system = self.settings.system or export.system
        if not system:
            raise SopkitError(f"{export.path}: nothing tells from which system the cases are", "name it: --system jira")
        pairs = [(f"{name}.from", f"{name}.to") for name in self.limits]
        limit_columns = tuple(name for pair in pairs if not export.columns.keys().isdisjoint(pair) for name in pair)
        keep_by = self.request.keep_people and "by" in export.columns
        columns = (*COLUMNS, *limit_columns, *(["by"] if keep_by else []))
        rows = self._case_rows()
        table = write_table(columns, rows.read(export, limit_columns, keep_by=keep_by))
        if rows.faults:
            advice = "nothing was imported; correct the export, or export it again"
            raise SopkitError(list_faults(rows.faults), advice)
        if len(table) > MAX_TABLE_BYTES:
            raise SopkitError(
                f"{export.path}: more than {MAX_TABLE_BYTES >> 20} MiB of cases", "import shorter periods"
            )
        period = self._period(export, rows)
        record = Population.model_validate(
            {
                "schema": PRACTICE_SCHEMA,
                "kind": PracticeKind.POPULATION,
                "library": self.session.history.config.library.uuid,
                "by": self.session.person(self.request.by, self.session.history.config.practice.importers).key,
                "date": self.export_day,
                "source": self.request.file.name,
                "note": self.request.note,
                "id": self.sop_id,
                "from": period.first,
                "to": period.last,
                "system": system,
                "query": self.request.query,
                "exported": self.exported,
                "timezone": self.zone.key,
                "rows": len(rows.numbers),
                "table": sha256(table).hexdigest(),
                "columns": {ours: theirs for ours, theirs in export.columns.items() if ours in columns},
            }
        )
        settings = self.settings.model_copy(update={"system": system, "dates": rows.times.dates})
        is_known = self._is_known(record, has_open=rows.outcomes["open"] > 0)
        return PopulationPlan(
            None if is_known else RecordDraft(record, table),
            tuple(self._lines(record, rows, limit_columns)),
            tuple(self._notes(export, record, rows, limit_columns)),
            describe_population(record),
            self.sop_id,
            settings,
        )

    @cached_property
    def sop_id(self) -> str:
        past = find_revision_history(self.session.history, self.request.sop)
        if not past.key[0]:
            raise SopkitError(f"{self.request.sop} has no id, and cases belong to an id", "give it one: id: AC-001")
        return past.key[0]

    @cached_property
    def settings(self) -> ImportTable:
        """What the configuration says of exports, and over it what the user says of this one."""
        stored = load_config(self.session.repository.root).runs.get(self.sop_id, ImportTable.default())
        typed = self.request.table
        return ImportTable(
            system=typed.system or stored.system,
            columns={**stored.columns, **typed.columns},
            cancelled=tuple(dict.fromkeys((*stored.cancelled, *typed.cancelled))),
            timezone=typed.timezone or stored.timezone,
            dates=typed.dates or stored.dates,
        )

    @cached_property
    def library_zone(self) -> ZoneInfo:
        return ZoneInfo(self.session.history.config.library.timezone)

    @cached_property
    def zone(self) -> ZoneInfo:
        return zone_named(self.settings.timezone) if self.settings.timezone else self.library_zone

    @cached_property
    def limits(self) -> tuple[str, ...]:
        """Ids of the time limits that any text of the SOP has had, those of the newest text first."""
        history = self.session.history
        revisions = find_revision_history(history, self.sop_id).revisions
        blobs = list(dict.fromkeys(one.blob for one in reversed(revisions)))
        data = dict(read_blobs(history.repository, blobs))
        found: dict[str, None] = {}
        for blob in blobs:
            front = read_front_matter(Source(data[blob] or b""), self.sop_id, history.config).front
            limits = front.values.get("time_limits")
            found |= dict.fromkeys(map(str, limits if isinstance(limits, dict) else ()))
        return tuple(found)

    @cached_property
    def exported(self) -> date:
        if not self.request.exported:
            return datetime.fromtimestamp(int(self.request.file.stat().st_mtime), UTC)
        try:
            return read_moment(TimeReader(self.zone).read(self.request.exported))
        except ValueError as error:
            advice = "write 2026-03-31 17:00, or with a zone 2026-03-31T17:00Z"
            raise SopkitError(f"--exported: {error}", advice) from error

    @cached_property
    def export_day(self) -> date:
        moment = self.exported
        return moment.astimezone(self.library_zone).date() if isinstance(moment, datetime) else moment

    def _open(self) -> CaseExport:
        known = (*OWN_COLUMNS, *(f"{name}.{end}" for name in self.limits for end in ("from", "to")))
        typed = self.request.table.columns
        in_config = f'sopkit.toml: [runs."{self.sop_id}"] columns'
        for name in self.settings.columns:
            if name not in known:
                near = nearest(name, known, 1, 0.5)
                advice = f"did you mean {near[0]}? " if near else ""
                where = "--map" if name in typed else in_config
                message = f"{where}: a list of cases of {self.sop_id} has no column `{name}`"
                raise SopkitError(message, f"{advice}columns: {', '.join(known)}")
        if "by" in typed and not self.request.keep_people:
            raise SopkitError("lists of cases leave people out", "to keep who did a case: --keep-people")
        try:
            return open_export(
                self.request.file, self.settings.columns, sheet=self.request.sheet, header=self.request.header
            )
        except SopkitError as error:
            stored = (theirs for ours, theirs in self.settings.columns.items() if ours not in typed)
            if any(f"no column `{theirs}`" in error.message for theirs in stored):
                raise SopkitError(f"{error.message}, which {in_config} names", error.hint) from error
            raise

    def _case_rows(self) -> CaseRows:
        return CaseRows(
            self._open,
            TimeReader(self.zone, self.settings.dates),
            self.library_zone,
            self.exported,
            self.request.period,
            CANCELLED | {" ".join(one.casefold().split()) for one in self.settings.cancelled},
            PeopleNames(self.session.history.organisation.people),
        )

    def _period(self, export: CaseExport, rows: CaseRows) -> DateRange:
        if self.request.period is None and not rows.first:
            advice = "if none began, say in which period: --period 2026-01-01..2026-03-31"
            raise SopkitError(f"{export.path}: holds no case", advice)
        found = self.request.period or DateRange(date.fromisoformat(rows.first), date.fromisoformat(rows.last))
        if found.last > self.export_day:
            raise SopkitError(
                f"the period ends on {found.last}, after the export, which was made on {self.export_day}",
                "name the period that was exported (--period A..B), or when that was (--exported TIME)",
            )
        return found

    def _is_known(self, record: Population, *, has_open: bool) -> bool:
        """Whether an export that landed says the same; open cases are judged at the time of an export."""
        landed = (one for _, one in read_practice(self.session.history).counting(Population, self.sop_id))
        return any(
            (one.system, one.table, one.since, one.until) == (record.system, record.table, record.since, record.until)
            and (not has_open or write_moment(one.exported) >= write_moment(record.exported))
            for one in landed
        )

    def _lines(self, record: Population, rows: CaseRows, limit_columns: tuple[str, ...]) -> Iterator[str]:
        history = self.session.history
        found = read_cases(history.repository, read_practice(history), self.sop_id, self.library_zone)
        known = {case.id for case in found.cases if case.system == record.system}
        outcomes = ", ".join(f"{count} {what}" for what, count in sorted(rows.outcomes.items())) or "none began"
        yield f"{describe_population(record)}: {outcomes}"
        new = sum(one not in known for one in rows.numbers)
        yield f"{new} of them new; exported at {write_moment(record.exported)}"
        for name in (one for one in limit_columns if one.endswith(".to")):
            yield f"time limit {name.removesuffix('.to')}: an end in {rows.ended[name]} of {record.rows}"

    def _notes(
        self, export: CaseExport, record: Population, rows: CaseRows, limit_columns: tuple[str, ...]
    ) -> Iterator[str]:
        yield from export.notes
        if not self.request.exported:
            yield f"exported when the file was written, {write_moment(record.exported)}; another time: --exported TIME"
        if self.request.period is None:
            yield f"all cases that began from {record.since} to {record.until}; another period: --period A..B"
        if unnamed := [name for name in self.limits if f"{name}.to" not in limit_columns]:
            example = f"--map '{unnamed[0]}.from=COLUMN' --map '{unnamed[0]}.to=COLUMN'"
            yield f"time limits without columns, so not measured: {', '.join(unnamed)}; name them: {example}"
        if rows.cancelled_as:
            words = ", ".join(f"{word} ({count})" for word, count in sorted(rows.cancelled_as.items()))
            yield f"taken as cancelled: {words}"
        if rows.reversed:
            yield f"finished before it started: {export.unit} {list_briefly(rows.reversed)}"
        if doubled := list(dict.fromkeys(rows.times.doubled)):
            yield f"in an hour that a clock change skips or doubles, so not measured: {list_briefly(doubled)}"
        if rows.strangers:
            yield f"{rows.strangers} cases by people who are not in the people register; left empty"


def describe_population(record: Population) -> str:
    """A list of cases in words."""
    return f"{record.rows} cases of {record.id} from {record.system}, {record.since} to {record.until}"
