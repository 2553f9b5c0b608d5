"""SOP510: Each glob of `watches` matches a file of the repository."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.model.body import is_undecided
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP510",
    severity=Severity.WARNING,
    bad=Example(
        """
        ---
        watches: ["infra/acess/*.tf"]
        ---
        """,
        files={"infra/access/roles.tf": "# roles\n"},
    ),
    good=Example(
        """
        ---
        watches: ["infra/access/*.tf"]
        ---
        """,
        files={"infra/access/roles.tf": "# roles\n"},
    ),
)
def watch_matches_nothing(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """Each glob of `watches` matches a file of the repository.

    Globs begin at the top of the repository, also when the library is a folder in it; outside of git they begin at the
    library. Looked at are the files in the folder that git does not ignore. Retired SOPs, and globs with `!`, which
    take files out, are not looked at.

    Why: a glob that matches nothing never tells that the code has changed, and the SOP seems to be up to date for ever.
    Mend: correct the path, or take the glob out when what it named is gone.
    """
    if sop.status == "retired":
        return
    for glob, loc in sop.texts("watches"):
        if not glob or glob.startswith("!") or is_undecided(glob) or context.watched(glob):
            continue
        yield sop.finding(loc, f"`{glob}` matches no file of the repository; correct the path from its top")
