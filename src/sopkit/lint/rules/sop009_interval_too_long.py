"""SOP009: The review interval is no longer than the ceiling for the SOP's criticality."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.config import Criticality
from sopkit.model.durations import Duration
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP009",
    severity=Severity.ERROR,
    fix=FixClass.MATERIAL,
    bad="""
        ---
        review_every: 3 years
        ---
        """,
    good="""
        ---
        review_every: 12 months
        ---
        """,
)
def interval_too_long(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The review interval is no longer than the ceiling for the SOP's criticality.

    Why: twelve months, six for high criticality, are this product's ceiling (`[review.ceiling]`); a longer
    interval is capped when due dates are computed, so the text promises what does not hold.
    Mend: write the ceiling or less.
    """
    typed = sop.text("review_every")
    try:
        interval = Duration(typed.strip())
    except ValueError:
        return
    level = sop.text("criticality")
    criticality = Criticality(level) if level in list(Criticality) else Criticality.MEDIUM
    ceiling = context.config.review.ceiling.of(criticality)
    if interval.minutes > ceiling.minutes:
        place = sop.place("review_every")
        fix = Fix(f"write `{ceiling}`", (Edit(place.start, place.end, str(ceiling)),))
        yield sop.finding(place, f"`{typed}` is over the ceiling of {ceiling} for {criticality} criticality", fix=fix)
