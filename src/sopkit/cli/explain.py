"""`sopkit explain`."""

from typing import Annotated

import typer

from sopkit.cli.console import echo, format_table
from sopkit.cli.options import make_command

app = make_command()


@app.command("explain")
def explain_command(
    rule: Annotated[
        str | None, typer.Argument(metavar="CODE|NAME", help="A rule by code or name, or a family such as SOP2.")
    ] = None,
) -> None:
    """Tell what a rule asks for, why, and how to mend what it finds; without a rule, list them all."""
    from sopkit.docs import rule_page, severity_words  # linting does not need the pages
    from sopkit.lint.rules import all_rules
    from sopkit.lint.select import resolve

    if rule is None:
        rows = [(one.code, one.name, severity_words(one), one.title) for one in all_rules().values()]
        echo(format_table(("CODE", "NAME", "SEVERITY", "WHAT IT ASKS FOR"), rows, "no rules"))
        return
    codes = sorted(resolve(rule, "explain"))
    echo("\n\n".join(rule_page(all_rules()[code]) for code in codes))
