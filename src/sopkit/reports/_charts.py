"""Charts of time limits: what was measured in each month against the limit, for a terminal and as SVG."""

from collections.abc import Iterator, Mapping
from html import escape

from sopkit.practice.due import MeasuredLimit
from sopkit.practice.limits import LimitState, LimitSummary, TimeLimitTerms

Measured = Mapping[tuple[str, str], MeasuredLimit]
"""Time limits by SOP and id."""

_BAR, _MONTHS = 24, 12
_EIGHTHS = " ▏▎▍▌▋▊▉"


def describe_minutes(minutes: float | None) -> str:
    """A length of time in two units at most: `3 h 20 min`, `2 d 4 h`; a dash where none is known."""
    if minutes is None:
        return "-"
    whole = round(minutes)
    days, rest = divmod(whole, 1440)
    hours, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (left, "min")]
    shown = [f"{count} {unit}" for count, unit in parts if count][:2]
    return " ".join(shown) or "0 min"


def describe_share(summary: LimitSummary, terms: TimeLimitTerms) -> str:
    """How a time limit is kept, in words: `97.5 % of 80 on time (target 95 %)`."""
    if summary.share is None:
        return f"not measured: {summary.counts[LimitState.RUNNING]} running"
    parts = [
        f"{summary.counts[state]} {state}"
        for state in (LimitState.LATE, LimitState.UNKNOWN, LimitState.RUNNING)
        if summary.counts[state]
    ]
    tail = f"; {', '.join(parts)}" if parts else ""
    return f"{summary.share:g} % of {summary.measured} on time (target {terms.target} %){tail}"


def draw_limits_text(measured: Measured) -> str:
    """A bar a month for each time limit, as long as the median; `│` is the limit. Empty where nothing is measured."""
    return "\n\n".join("\n".join(_text_chart(sop, one)) for (sop, _), one in measured.items() if one.whole.minutes)


def _text_chart(sop: str, one: MeasuredLimit) -> Iterator[str]:
    limit = one.terms.length.minutes
    yield f"{sop} {one.terms.id}: median by month against the limit of {one.terms.length.words}"
    for month, summary in list(one.months.items())[-_MONTHS:]:
        share = "not measured" if summary.share is None else f"{summary.share:g} % on time"
        late = f", {summary.counts[LimitState.LATE]} late" if summary.counts[LimitState.LATE] else ""
        median = describe_minutes(summary.median)
        yield f"{month}  {_text_bar(summary.median, limit)}  {median:>10}  {share}{late}"


def _text_bar(minutes: float | None, limit: float) -> str:
    """A bar that ends at twice the limit."""
    eighths = min(round((minutes or 0) / limit * _BAR * 4), _BAR * 8)
    full, rest = divmod(eighths, 8)
    bar = f"{'█' * full}{_EIGHTHS[rest] if rest else ''}".ljust(_BAR)
    half = _BAR // 2
    return f"{bar[:half]}│{bar[half:]}"


_LEFT, _TOP, _PLOT, _HEIGHT, _STEP = 150, 34, 90, 150, 34


def draw_limits_svg(measured: Measured) -> str:
    """One SVG with a chart for each time limit: bars up to the median, dots at the longest, a line at the limit."""
    charts = [(sop, one) for (sop, _), one in measured.items() if one.whole.minutes]
    most = max((len(one.months) for _, one in charts), default=0)
    width, height = _LEFT + max(most, 12) * _STEP + 20, max(len(charts), 1) * _HEIGHT + 20
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif" font-size="12">',
        "<title>Time limits against what was measured, by month</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for at, (sop, one) in enumerate(charts):
        lines += _svg_chart(sop, one, at * _HEIGHT + 10)
    if not charts:
        lines.append('<text x="20" y="30">no time limit is measured</text>')
    return "\n".join([*lines, "</svg>", ""])


def _svg_chart(sop: str, one: MeasuredLimit, top: int) -> Iterator[str]:
    limit = one.terms.length.minutes
    longest = max((summary.worst or 0 for summary in one.months.values()), default=0)
    scale = _PLOT / max(min(longest, limit * 3), limit * 1.25)
    base = top + _TOP + _PLOT

    def height(minutes: float) -> float:
        return min(minutes * scale, _PLOT)

    title = f"{sop} {one.terms.id}: {describe_share(one.whole, one.terms)}"
    yield f'<text x="10" y="{top + 16}" font-weight="600" fill="#1c2733">{escape(title)}</text>'
    line = base - height(limit)
    for at, (month, summary) in enumerate(one.months.items()):
        x = _LEFT + at * _STEP
        is_missed = summary.share is not None and summary.share < one.terms.target
        colour = "#b3261e" if is_missed else "#2f6fab"
        words = f"{month}: median {describe_minutes(summary.median)}, longest {describe_minutes(summary.worst)}, "
        words += "not measured" if summary.share is None else f"{summary.share:g} % of {summary.measured} on time"
        yield f"<g><title>{escape(words)}</title>"
        if summary.median is not None:
            tall = height(summary.median)
            yield f'<rect x="{x}" y="{base - tall:.1f}" width="20" height="{tall:.1f}" fill="{colour}"/>'
        if summary.worst is not None:
            yield f'<circle cx="{x + 10}" cy="{base - height(summary.worst):.1f}" r="3" fill="#1c2733"/>'
        small = 'text-anchor="middle" font-size="10" fill="#44525f"'
        yield f'<text x="{x + 10}" y="{base + 14}" {small}>{month[5:]}</text>'
        if at == 0 or month.endswith("-01"):
            yield f'<text x="{x + 10}" y="{base + 26}" {small}>{month[:4]}</text>'
        yield "</g>"
    end = _LEFT + max(len(one.months), 1) * _STEP
    yield f'<line x1="{_LEFT - 6}" x2="{end}" y1="{base}" y2="{base}" stroke="#8a97a3"/>'
    yield (
        f'<line x1="{_LEFT - 6}" x2="{end}" y1="{line:.1f}" y2="{line:.1f}" stroke="#1c2733" stroke-dasharray="5 3"/>'
    )
    label = f"limit {one.terms.length.words}"
    yield f'<text x="{_LEFT - 12}" y="{line + 4:.1f}" text-anchor="end" fill="#1c2733">{escape(label)}</text>'
