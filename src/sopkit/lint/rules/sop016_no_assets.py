"""SOP016: An active SOP of an area that works on assets names those that it works on."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.advice import add_key_fix
from sopkit.lint.rule import Example, rule
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.registers import Asset
from sopkit.model.sop import Sop

_AREAS = frozenset({"access-control", "asset-management", "backup-recovery", "vendor-management"})
_ASSETS = "- {id: identity-provider, title: Okta, owner: security-lead}\n"


@rule(
    "SOP016",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad=Example("", files={"registers/assets.yaml": _ASSETS}),
    good=Example(
        """
        ---
        assets: [identity-provider]
        ---
        """,
        files={"registers/assets.yaml": _ASSETS},
    ),
)
def no_assets(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An active SOP of an area that works on assets names those that it works on.

    These areas are access-control, asset-management, backup-recovery and vendor-management. Asked for when the library
    has a register of assets.

    Why: whether each critical asset is backed up and its access reviewed is read from these lists.
    Mend: name rows of registers/assets.yaml under `assets:`. The message, and the fix, name those whose title stands in
    the text.
    """
    if not sop.active or sop.text("area") not in _AREAS or sop.front.values.get("assets") or sop.flawed("assets"):
        return
    if not context.registers["assets"]:
        return
    text = sop.body.prose.text.casefold()
    rows = (row for row in context.registers["assets"].rows if isinstance(row, Asset) and row.title)
    in_use = ((row.id, re.escape(row.title.casefold())) for row in rows if row.gone(context.as_of) is None)
    named = tuple(id_ for id_, title in in_use if re.search(rf"(?<!\w){title}(?!\w)", text))
    advice = f"; the text names {', '.join(named)}" if named else ""
    message = f"status active without `assets`; name the assets that it works on{advice}"
    yield sop.finding("status", message, fix=add_key_fix(sop, "assets", named, FixClass.SUGGESTION))
