"""Reads the exports of ticket systems: CSV and Excel, and issues as JSON from GitHub, GitLab and Jira.

The shapes are those of Jira's CSV export and search result (REST API 2 and 3), of GitHub's REST API and `gh issue list
--json`, and of GitLab's issues API and CSV export, as their documentation describes them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from sopkit.model.errors import SopkitError
from sopkit.tables.grid import Grid, fold_name
from sopkit.tables.reader import read_bytes, stream_sheet

MAX_EXPORT_BYTES = 256_000_000
"""Most bytes of an export; it is read in one piece, its rows one by one."""
OWN_COLUMNS = ("case", "url", "started", "finished", "outcome", "by")
"""The columns of ours that an export can be mapped to, beside `LIMIT.from` and `LIMIT.to`."""
LISTED_BY_DEFAULT = frozenset({30, 100})
"""How many issues `gh issue list` and one page of GitHub's API hold where nobody asks for more."""

_JIRA_CSV = {"case": "Issue key", "started": "Created", "finished": "Resolved", "outcome": "Resolution"}
_GITLAB_CSV = {
    "case": "Issue ID",
    "url": "URL",
    "started": "Created At (UTC)",
    "finished": "Closed At (UTC)",
    "outcome": "State",
}
_JIRA = {"case": "key", "url": "self", "started": "fields.created", "finished": "fields.resolutiondate"}
_GITHUB = {"case": "number", "url": "html_url", "started": "created_at", "finished": "closed_at"}
_GH = {"case": "number", "url": "url", "started": "createdAt", "finished": "closedAt"}
_GITLAB = {"case": "iid", "url": "web_url", "started": "created_at", "finished": "closed_at"}
_ISSUE_URL = re.compile(r"https?://[^/\s]+/(?P<project>[^\s?#]+?)/(?:-/)?(?:issues|work_items)/(?P<number>\d+)/?")


@dataclass(frozen=True)
class CaseExport:
    """An export that is open for reading: `columns` are ours to theirs, each of `rows` a number, and cells by ours.

    `unit` says what the numbers count: row, line or issue. `utc` are the columns whose head says that they are in UTC.
    `notes` is complete when all rows were read.
    """

    path: str
    system: str
    columns: Mapping[str, str]
    rows: Iterator[tuple[int, Mapping[str, str]]]
    unit: str = "row"
    utc: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)


def open_export(
    path: Path, columns: Mapping[str, str], *, sheet: str | None = None, header: int | None = None
) -> CaseExport:
    """Open a file; `columns` are what the user says of its columns, ours to theirs.

    Raises SopkitError, with file and row, for what cannot be read, and for columns that are not there; also while rows
    are read.
    """
    data = read_bytes(path, MAX_EXPORT_BYTES)
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in {b"[", b"{"}:
        return _open_issues(str(path), data, columns)
    grid, lines = stream_sheet(path, sheet, header=header, wanted=tuple(columns.values()), most=MAX_EXPORT_BYTES)
    system, chosen = _choose_columns(grid, columns)
    at = {ours: grid.column(theirs) for ours, theirs in chosen.items()}
    fallback = _column_or_none(grid, "Status") if chosen.get("outcome") == _JIRA_CSV["outcome"] else None

    def rows() -> Iterator[tuple[int, Mapping[str, str]]]:
        for line in lines:
            cells = {ours: line.cells[index] for ours, index in at.items()}
            if fallback is not None and not cells["outcome"]:
                cells["outcome"] = line.cells[fallback]
            yield line.number, cells

    utc = frozenset(ours for ours, theirs in chosen.items() if theirs.rstrip().upper().endswith("(UTC)"))
    return CaseExport(str(path), system, chosen, rows(), "row" if grid.sheets else "line", utc, list(grid.notes))


def _choose_columns(grid: Grid, columns: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The name of the system that the head gives away, and its columns with those that the user names."""
    heads = {fold_name(head): head for head in grid.header}
    own = {
        name: heads[name]
        for name in heads
        if name in OWN_COLUMNS or (name.rpartition(".")[0] and name.endswith((".from", ".to")))
    }
    for system, known in (("jira", _JIRA_CSV), ("gitlab", _GITLAB_CSV)):
        if all(fold_name(known[name]) in heads for name in ("case", "started")):
            preset = {ours: theirs for ours, theirs in known.items() if fold_name(theirs) in heads}
            return system, {**preset, **columns}
    chosen = {**own, **columns}
    for name, what in (("case", "the id of the case"), ("started", "when it began")):
        if name not in chosen:
            known_heads = ", ".join(f"`{head}`" for head in grid.header if head)
            raise SopkitError(
                f"{grid.path}: no column says {what}", f"name it: --map '{name}=COLUMN'; columns: {known_heads}"
            )
    return "", chosen


def _column_or_none(grid: Grid, name: str) -> int | None:
    return next((at for at, head in enumerate(grid.header) if fold_name(head) == fold_name(name)), None)


def _open_issues(path: str, data: bytes, columns: Mapping[str, str]) -> CaseExport:
    issues = read_issues(path, data)
    first = next(issues, None)
    system, preset = _shape_of(first[1]) if first else ("", {})
    chosen = {**preset, **columns}
    missing = [name for name in ("case", "started") if name not in chosen]
    if first and missing:
        known = ", ".join(f"`{name}`" for name in first[1])
        raise SopkitError(
            f"{path}: its issues have the shape of no system that sopkit knows (GitHub, GitLab, Jira)",
            f"name the fields: {' '.join(f'--map {name}=FIELD' for name in missing)}; fields: {known}",
        )
    notes: list[str] = []
    rows = _issue_rows(path, system, chain([first] if first else [], issues), chosen, frozenset(columns), notes)
    return CaseExport(path, system, chosen, rows, "issue", notes=notes)


def _issue_rows(
    path: str,
    system: str,
    issues: Iterable[tuple[int, Mapping[str, Any]]],
    columns: Mapping[str, str],
    named: frozenset[str],
    notes: list[str],
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The issues as rows; at their end it is known whether a field that the user named is in any, and what to note."""
    seen, requests, number = set[str](), 0, 0
    for number, issue in issues:
        if system == "github" and "pull_request" in issue:
            requests += 1
            continue
        cells = {}
        for ours, theirs in columns.items():
            there, cells[ours] = _field(issue, theirs)
            if there:
                seen.add(ours)
        yield number, _finish_cells(system, issue, cells, named)
    if number > requests and (lost := [columns[ours] for ours in named if ours not in seen]):
        advice = "see what the issues have; fields of Jira begin with `fields.`"
        raise SopkitError(f"{path}: no column `{lost[0]}`: no issue has this field", advice)
    if requests:
        notes.append(f"{requests} pull requests left out")
    if system == "github" and number in LISTED_BY_DEFAULT:
        notes.append(f"{number} issues are what GitHub lists for those who ask for no more; see whether they are all")


def _shape_of(issue: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    if "key" in issue and "fields" in issue:
        return "jira", _JIRA
    if "number" in issue and "html_url" in issue:
        return "github", _GITHUB
    if "number" in issue and "createdAt" in issue:
        return "github", _GH
    if "iid" in issue and "web_url" in issue:
        return "gitlab", _GITLAB
    return "", {}


def _finish_cells(
    system: str, issue: Mapping[str, Any], cells: dict[str, str], named: frozenset[str]
) -> dict[str, str]:
    """The cells with what a system writes in its own way: the id in full, the address for people, the outcome."""
    own: dict[str, str] = {}
    match = _ISSUE_URL.fullmatch(cells.get("url", ""))
    if system in {"github", "gitlab"} and match:  # the number alone is not unique over several projects
        own["case"] = f"{match['project']}#{match['number']}"
    if system == "jira":
        base = cells["url"].partition("/rest/api/")[0]
        own["url"] = f"{base}/browse/{cells['case']}" if base.startswith("http") else ""
        resolution, category = (
            _field(issue, f"fields.{name}")[1] for name in ("resolution.name", "status.statusCategory.key")
        )
        own["outcome"] = resolution or category
    elif system == "github":
        reason = _field(issue, "state_reason")[1] or _field(issue, "stateReason")[1]
        own["outcome"] = (reason or "closed") if _field(issue, "state")[1].lower() == "closed" else ""
    elif system == "gitlab":
        own["outcome"] = "moved" if issue.get("moved_to_id") else _field(issue, "state")[1]
    return {**cells, **{ours: value for ours, value in own.items() if ours not in named}}


def _field(issue: Mapping[str, Any], path: str) -> tuple[bool, str]:
    """Whether a field is there, by its name or by a path with dots, and its value as text."""
    value: Any = issue
    for name in (path,) if path in issue else path.split("."):
        if isinstance(value, Mapping) and name in value:
            value = value[name]
        else:
            return value is None, ""
    return True, _text(value)


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else "yes" if value else "no"
    if isinstance(value, Mapping):  # a choice of Jira, a person, a label
        return next((_text(value[name]) for name in ("value", "name", "displayName") if name in value), "")
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    return str(value)


def field_text(issue: Mapping[str, Any], path: str) -> str:
    """The value of a field of an issue as text, by its name or by a path with dots; empty where it is not there."""
    return _field(issue, path)[1]


def read_issues(path: str, data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """The issues of a file one by one, with their number from 1, so that only one is held at a time.

    Taken are lists of issues, one behind the other as pages, lists of such lists, an issue a line, and search results
    of Jira. Raises SopkitError for anything else, and for a search result that lacks its other pages.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SopkitError(f"{path}:{line}: not UTF-8", "export it again as JSON in UTF-8") from error
    reader = _JsonReader(path, text)
    number = 0
    while not reader.at_end():
        for issue in reader.issues():
            number += 1
            if not isinstance(issue, dict):
                raise reader.error(f"issue {number} is not an object", "export issues as JSON")
            yield number, issue
    if reader.total > number or reader.has_more:
        held = (
            f"{number} of {reader.total} issues" if reader.total > number else f"{number} issues and not the last page"
        )
        raise SopkitError(
            f"{path}: it holds {held}", "export all pages, and put them one behind the other into one file"
        )


class _JsonReader:
    """Steps through JSON value by value."""

    _BLANK = re.compile(r"[ \t\r\n]*")
    _decoder = json.JSONDecoder()

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text, self.at = path, text, 0
        self.total, self.has_more = 0, False

    def error(self, what: str, advice: str) -> SopkitError:
        line = self.text.count("\n", 0, self.at) + 1
        return SopkitError(f"{self.path}:{line}: {what}", advice)

    def at_end(self) -> bool:
        self._skip()
        return self.at >= len(self.text)

    def issues(self, *, in_list: bool = False) -> Iterator[Any]:
        """The issues of the next value; a list may hold lists, but these hold none."""
        if self._peek() == "[":
            for _ in self._members("[", "]"):
                if self._peek() == "[" and not in_list:
                    yield from self.issues(in_list=True)
                else:
                    yield self._value()
        elif self._peek() == "{":
            yield from self._object()
        else:
            raise self.error("not JSON of issues", "export issues as JSON: a list, or a search result of Jira")

    def _object(self) -> Iterator[Any]:
        """A search result, whose issues come one by one, or else one issue."""
        values: dict[str, Any] = {}
        is_result = False
        for _ in self._members("{", "}"):
            key = self._value()
            self._take(":")
            if key == "issues" and self._peek() == "[":
                is_result = True
                yield from self.issues()
            else:
                values[str(key)] = self._value()
        if not is_result:
            yield values
            return
        total = values.get("total")
        self.total = max(self.total, total if isinstance(total, int) else 0)
        self.has_more = values.get("isLast") is False or bool(values.get("nextPageToken"))

    def _members(self, opening: str, closing: str) -> Iterator[None]:
        self._take(opening)
        if self._peek() == closing:
            self._take(closing)
            return
        while True:
            yield
            if self._peek() == closing:
                self._take(closing)
                return
            self._take(",")

    def _value(self) -> Any:  # noqa: ANN401 - JSON
        self._skip()
        try:
            value, self.at = self._decoder.raw_decode(self.text, self.at)
        except RecursionError:
            raise self.error("nested too deeply", "export issues as JSON") from None
        except ValueError as error:
            self.at = getattr(error, "pos", self.at)
            raise self.error(f"not JSON: {getattr(error, 'msg', 'a number that is too long')}", _CUT) from None
        return value

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise self.error(f"not JSON: `{sign}` is missing", _CUT)
        self.at += 1

    def _peek(self) -> str:
        self._skip()
        return self.text[self.at : self.at + 1]

    def _skip(self) -> None:
        match = self._BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at


_CUT = "the file may be cut off: export it again"
