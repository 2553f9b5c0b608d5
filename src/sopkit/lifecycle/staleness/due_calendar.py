"""A picture in plain characters of when reviews fall due: the next twelve months, a row each."""

from datetime import date

from sopkit.lifecycle.staleness.report import StaleReport, StaleRow
from sopkit.model.visible import visible, wrapped

_MONTHS = 12
_BAR = 8  # longest bar, in characters
_HARD_BLANK = "\u00a0"  # keeps a path with blanks whole
_MOST_LINES = 3  # of ids a month, where there is a width


def due_calendar(report: StaleReport, width: int | None = None) -> str:
    """Overdue reviews, those without a day, then a row a month with count, bar and ids, in at most `width` columns."""
    first = _month(report.as_of)
    months = range(first, first + _MONTHS)
    overdue = [row for row in report.rows if row.due is not None and row.due < report.as_of]
    ahead = [row for row in report.rows if row.due is not None and row.due >= report.as_of]
    lines = [
        ("overdue", overdue),
        ("no day", [row for row in report.rows if str(row.state) == "never-reviewed"]),
        *((_name(month), [row for row in ahead if row.due and _month(row.due) == month]) for month in months),
        ("later", [row for row in ahead if row.due and _month(row.due) not in months]),
    ]
    shown = [(name, rows) for name, rows in lines if rows or name[0].isdigit() or name == "overdue"]
    most = max((len(rows) for _, rows in shown), default=0)
    title = f"Reviews due, as of {report.as_of}"
    return "\n".join((title, *(line for name, rows in shown for line in _line(name, rows, most, width))))


def _month(day: date) -> int:
    """Months since the year 0, which go on where dates end."""
    return day.year * 12 + day.month - 1


def _name(month: int) -> str:
    return f"{month // 12:04}-{month % 12 + 1:02}"


def _line(name: str, rows: list[StaleRow], most: int, width: int | None) -> list[str]:
    bar = "#" * (-(-len(rows) * min(most, _BAR) // most) if most else 0)
    start = f"{name:<7} {len(rows):>4} {bar:<{min(most, _BAR)}}  "
    ids = sorted(rows, key=lambda row: (row.due or date.max, row.id, row.path))
    text = " ".join(visible(row.id or row.path).replace(" ", _HARD_BLANK) for row in ids)
    lines = wrapped(text, width, start, " " * len(start)) if text else [start]
    if width is not None and len(lines) > _MOST_LINES:
        kept = [word for word in " ".join(lines[:_MOST_LINES])[len(start) :].split(" ") if word]
        lines = [*lines[:_MOST_LINES], f"{' ' * len(start)}and {len(rows) - len(kept)} more"]
    return [line.rstrip() for line in lines]
