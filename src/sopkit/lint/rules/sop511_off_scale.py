"""SOP511: off scale."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.body import is_undecided
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.registers import SCALE_COLUMNS
from sopkit.model.similarity import nearest
from sopkit.parsing.yaml import rewrite_scalar

_TEXT = "---\nrisks: [RSK-001]\n---\n"
_ROW = "- {id: RSK-001, title: A laptop is lost, likelihood: %s, impact: major}\n"


@rule(
    "SOP511",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    fix=FixClass.SUGGESTION,
    bad=Example(_TEXT, files={"registers/risks.yaml": _ROW % "posible"}),
    good=Example(_TEXT, files={"registers/risks.yaml": _ROW % "possible"}),
)
def off_scale(library: Library) -> Iterator[Finding]:
    """Likelihood, impact and residual of a risk and the tier of a vendor are values of `[scales]` in sopkit.toml.

    A scale without values, such as `residual = []`, lets any text stand. Rows that are no longer in force are let be.

    Why: ratings are compared, and risks are ordered by them; a value that is on no scale is compared with nothing.
    Mend: write a value of the scale, or put yours into the scale, lowest first.
    """
    for name, columns in SCALE_COLUMNS.items():
        register = library.registers[name]
        for row in register.rows:
            for column in columns if row.gone(library.as_of) is None else ():
                scale = library.config.scales.values(column)
                value = str(getattr(row, column) or "")
                if not value or not scale or value in scale or is_undecided(value):
                    continue
                near = "".join(nearest(value.casefold(), scale))
                place = register.place(row.key, column)
                fix = rewrite_scalar(register.source, place, value, near) if near else None
                advice = f"did you mean `{near}`?" if near else f"write one of {', '.join(scale)}"
                words = f"`{value}` is no {column} of `[scales]`; {advice}"
                yield Finding(register.path, place, words, fix=fix)
