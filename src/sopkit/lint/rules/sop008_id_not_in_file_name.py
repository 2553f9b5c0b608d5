"""SOP008: The name of an SOP's file begins with its id, in capitals or not."""

from collections.abc import Iterator
from shlex import quote

from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, FixClass, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP008",
    scope=RuleScope.SOP_IN_LIBRARY,
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad="""
        ---
        id: AC-002
        ---
        """,
    good=Example("---\nid: AC-001\n---\n"),
)
def id_not_in_file_name(sop: Sop, library: Library) -> Iterator[Finding]:
    """The name of an SOP's file begins with its id, in capitals or not.

    Silent where the path is the id (`identity = "path"`), and where the library has new SOPs named in another way:
    `[library] file` does not begin the name with `{id}`.

    Why: the id stands in tickets, reviews and training records; whoever looks for the file looks for it by name.
    Mend: rename the file; the message has the command. Its history and its links by id go with it.
    """
    settings = library.config.library
    if settings.identity != "id" or not settings.file.rpartition("/")[2].startswith("{id}") or not sop.id:
        return
    folder, slash, name = sop.path.rpartition("/")
    if name.casefold().startswith(sop.id.casefold()) and not name[len(sop.id) :][:1].isalnum():
        return
    if not sop.front.readable or len(library.by_id[sop.id]) > 1 or sop.flawed("id"):
        return  # the id is wrong, or may be
    other = settings.id_at_start(name)  # an id that the new one replaces
    rest = name[len(other) :] if other else f"-{name}"
    new = f"{folder}{slash}{sop.id.lower()}{'' if rest.startswith(('-', '_', ' ', '.')) else '-'}{rest}"
    if library.exists(new):
        advice = f"rename it, but {new} is there already"
    elif new.isprintable():
        advice = f"run: git mv {quote(sop.path)} {quote(new)}"
    else:
        advice = "rename it"  # what no terminal shows, nobody copies
    yield sop.finding("id", f"the file's name does not begin with the id `{sop.id}`; {advice}")
