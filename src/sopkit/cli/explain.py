"""`sopkit explain`."""

from typing import Annotated

import typer

from sopkit.cli.console import echo, table
from sopkit.docs import rule_page
from sopkit.lint import resolve
from sopkit.rules import all_rules


def explain_command(
    rule: Annotated[
        str | None, typer.Argument(metavar="[CODE|NAME]", help="A rule by code or name, or a family such as SOP2.")
    ] = None,
) -> None:
    """Tell what a rule asks for, why, and how to mend what it finds; without a rule, list them all."""
    if rule is None:
        rows = [
            (one.code, one.name, _severity(one.code), one.fix.value if one.fix else "-", one.title)
            for one in all_rules().values()
        ]
        echo(table(("CODE", "NAME", "SEVERITY", "FIX", "WHAT IT ASKS FOR"), rows, "no rules"))
        return
    codes = sorted(resolve(rule, "explain"))
    echo("\n\n".join(rule_page(all_rules()[code]) for code in codes))


def _severity(code: str) -> str:
    rule = all_rules()[code]
    return f"{rule.severity}, {rule.when_active} when active" if rule.when_active else str(rule.severity)
