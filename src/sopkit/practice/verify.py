"""Verifies practice records: which count, which were changed later, and what lies beside them."""

from collections.abc import Iterator

from sopkit.git.blobs import read_tree
from sopkit.lifecycle.history import History
from sopkit.lifecycle.verify_report import VerifyCode, VerifyFinding, VerifyRecordRow
from sopkit.model.errors import SopkitError
from sopkit.model.practice import Population
from sopkit.model.practice_base import is_practice
from sopkit.model.training import TrainingResult
from sopkit.practice.cases import COLUMNS, CaseTable, read_record_tables
from sopkit.practice.landing import TABLE_SUFFIX, read_practice
from sopkit.practice.ledger import PracticeLedger, PracticeResult
from sopkit.practice.training_records import RESULT_COLUMNS


def verify_records(history: History) -> tuple[tuple[VerifyRecordRow, ...], tuple[VerifyFinding, ...]]:
    """A row for each record, by file, and the findings.

    Raises SopkitError where the records about people cannot be read, so that nothing is said of them.
    """
    practice = read_practice(history)
    if practice.unknown_people:
        raise SopkitError(
            f"{practice.unknown_people}: nothing can be said of the records about people",
            "clone that repository beside this one, whole and clean, or change `[practice] people`",
        )
    rows = tuple(sorted((_row(history, practice, one) for one in practice.results), key=lambda row: row.record))
    return rows, (*_findings(history, practice), *_tables(history, practice))


def _row(history: History, practice: PracticeLedger, one: PracticeResult) -> VerifyRecordRow:
    record, reading = one.file.reading.entry, one.file.reading
    words = [*one.faults.values()]
    words += [f"not independent: {one.not_independent}"] if one.not_independent else []
    words += ["another record took its place"] if one.counts and practice.is_corrected(one) else []
    return VerifyRecordRow(
        record=one.file.path,
        kind=str(record.kind) if record else "",
        by=reading.by,
        dated=record.date if record else None,
        landed=one.landed,
        commit="" if one.in_other else history.log.commits[one.file.commit].oid,
        proof=str(one.proof or ""),
        reason=str(one.reason or ""),
        detail=one.detail or "; ".join(words),
    )


def _findings(history: History, practice: PracticeLedger) -> Iterator[VerifyFinding]:
    known = {one.file.path for one in practice.results}
    for one in practice.results:
        if one.reason:
            yield VerifyFinding(VerifyCode.INVALID, one.file.path, f"{one.reason}: {one.detail}")
        elif one.file.name != one.file.proper_name:
            message = "its name does not say what its bytes say; it is judged by its bytes"
            yield VerifyFinding(VerifyCode.NAME_MISMATCH, one.file.path, message)
    for change in practice.altered:
        what = change.describe("the bytes that landed first count")
        yield VerifyFinding(VerifyCode.ENTRY_TAMPERED, change.path, what)
    for path in read_tree(history.repository, history.log.commits[history.count - 1].oid):
        if not is_practice(path) or path in known or path.rpartition("/")[2].startswith((".", "README")):
            continue
        if f"{path.removesuffix(TABLE_SUFFIX)}.yaml" not in known:
            yield VerifyFinding(VerifyCode.STRAY_FILE, path, "it is no practice record, and no table beside one")


def _tables(history: History, practice: PracticeLedger) -> Iterator[VerifyFinding]:
    """The tables of cases and results that are not the ones that their records name."""
    results = [pair for pair in practice.counting(TrainingResult) if pair[1].table]
    read: list[tuple[PracticeResult, Population | TrainingResult, CaseTable | SopkitError]] = [
        *read_record_tables(history, practice, practice.counting(Population), COLUMNS),
        *read_record_tables(history, practice, results, RESULT_COLUMNS),
    ]
    for result, record, table in read:
        if isinstance(table, SopkitError):
            yield VerifyFinding(VerifyCode.ENTRY_TAMPERED, result.file.path, table.message)
        elif len(table.rows) != record.rows:
            message = f"it says {record.rows} rows, and its table has {len(table.rows)}"
            yield VerifyFinding(VerifyCode.INVALID, result.file.path, message)
