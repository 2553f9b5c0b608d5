"""SOP010: The classification of an SOP is no lower than that of any asset that it names."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.registers import Asset
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Classification

_ORDER = tuple(Classification)
_ASSETS = "- {id: customer-data, title: Customer data, owner: security-lead, classification: confidential}\n"


@rule(
    "SOP010",
    severity=Severity.WARNING,
    bad=Example(
        """
        ---
        classification: internal
        assets: [customer-data]
        ---
        """,
        files={"registers/assets.yaml": _ASSETS},
    ),
    good=Example(
        """
        ---
        classification: confidential
        assets: [customer-data]
        ---
        """,
        files={"registers/assets.yaml": _ASSETS},
    ),
)
def classification_below_asset(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The classification of an SOP is no lower than that of any asset that it names.

    An SOP without one is internal. Rows without one ask for nothing, nor does a register with two rows of one id.

    Why: the text tells where the asset is and how it is reached, and a handbook for a wider circle would carry it.
    Mend: raise the classification, or take the asset out if the SOP does not work on it. A platform that everybody
    knows and the data on it can be two rows of the register.
    """
    assets = context.registers["assets"] if sop.texts("assets") else None
    typed = sop.text("classification") or Classification.INTERNAL
    if not assets or typed not in _ORDER:
        return
    rows = [row for name, _ in sop.texts("assets") if isinstance(row := assets.by_key.get(name), Asset)]
    above = [row for row in rows if row.classification in _ORDER[_ORDER.index(Classification(typed)) + 1 :]]
    if above:
        highest = max(above, key=lambda row: _ORDER.index(row.classification or Classification.PUBLIC))
        place = "classification" if sop.text("classification") else "assets"
        message = f"`{typed}` is below `{highest.classification}`, the class of asset `{highest.id}`"
        others = f" ({len(above) - 1} more)" if len(above) > 1 else ""
        yield sop.finding(place, f"{message}{others}; raise the classification, or take the asset out")
