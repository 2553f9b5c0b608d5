"""`sopkit demo`."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import make_command

app = make_command()

_NEXT = (
    ("sopkit lint", "what the rules say about the texts"),
    ("sopkit status", "the master list"),
    ("sopkit stale --as-of DAY", "who reviewed and approved what, and what is wrong: one fault of every kind"),
    ("sopkit history CM-001", "the life of one SOP: revisions, approvals, reviews"),
    ("sopkit diff CM-001 2.0 3.0", "what changed between two versions, word by word"),
    ("sopkit verify --anchor $(git rev-parse audit-2026-10)", "was the ledger tampered with, or history rewritten?"),
    ("sopkit render AC-001 -o ac-001.html", "an SOP as a page"),
    ("sopkit control show A.8.13", "a control: whether it applies and why, and the SOPs that carry it out"),
    ("sopkit report trace A.8.13 --as-of DAY", "its policy, risks, steps, records, and when it was last reviewed"),
    ("sopkit report limits --sop AC-001 --as-of DAY", "how its time limits were kept in two years of cases"),
    ("sopkit report sample --sop AC-001 --period 2026-07-01..2026-09-30 -n 5 --seed X", "five cases for the auditor"),
    ("sopkit report gaps --as-of DAY", "what no procedure covers, and what to write next"),
    ("sopkit explain SOP207", "a rule: why, and how to mend"),
)


@app.command("demo")
def demo_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", show_default=False, help="A new or empty folder; ./acme-demo by default.")
    ] = Path("acme-demo"),
) -> None:
    """Make a git repository with the SOPs of an invented company and two years of their history.

    The commits are the same every time. Nothing is sent anywhere, and your git configuration is neither used nor
    changed.
    """
    from sopkit.authoring.demo import AS_OF, make_demo  # pydantic costs 100 ms

    demo = make_demo(folder)
    steps = [(command.replace("DAY", str(AS_OF)), gives) for command, gives in _NEXT]
    size = max(len(command) for command, _ in steps)
    echo(
        f"made {demo.folder}: {demo.sops} SOPs of Acme Cloud, {demo.commits} commits"
        f" from {demo.first} to {demo.last}\n\nTry next:\n\n"
        + "\n".join(
            (
                f"  cd {shlex.quote(str(demo.folder))}",
                *(f"  {command.ljust(size)}  # {gives}" for command, gives in steps),
            )
        )
    )
