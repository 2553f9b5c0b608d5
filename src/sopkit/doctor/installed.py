"""What is installed beside the core."""

from collections.abc import Iterator

from sopkit.doctor.facts import EXTRAS, Facts
from sopkit.doctor.lines import Line, State


def look_at_installed(facts: Facts) -> Iterator[Line]:
    """Extras of the package, and the data of time zones."""
    present = [name for name in EXTRAS if name not in facts.missing]
    if present:
        yield Line("extras", State.OK, f"installed: {', '.join(present)}")
    if facts.missing:
        words = f"not installed: {', '.join(facts.missing)}"
        yield Line("extras", State.HINT, words, f"when you need it: pip install 'sopkit[{facts.missing[0]}]'")
    if facts.zones:
        yield Line("time-zones", State.OK, "the data of time zones is there")
    else:
        words = "no data of time zones, so only UTC can be used"
        yield Line("time-zones", State.WARNING, words, "install tzdata: pip install tzdata")
