"""SOP407: Each area that sopkit.toml has a table for has an active SOP."""

from collections.abc import Callable, Iterator

from sopkit.library import CONFIG_NAME, Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.config import toml_line_of

_CONFIG = '[library]\nframeworks = ["iso27001-2022"]\n\n[areas.%s]\nreview_every = "6 months"\n'


@rule(
    "SOP407",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    bad=Example("", files={CONFIG_NAME: _CONFIG % "backup-recovery"}),
    good=Example("", files={CONFIG_NAME: _CONFIG % "access-control"}),
)
def area_without_procedure(library: Library) -> Iterator[Finding]:
    """Each area that sopkit.toml has a table for has an active SOP.

    Silent until the library has its first active SOP. Areas that come with sopkit and that the file does not name
    are not asked for.

    Why: somebody decided that the area matters and who approves its SOPs; nothing is in force there.
    Mend: begin one with `sopkit new`, or delete the table.
    """
    # Nearly always some SOP that names the area is active, and no other has to be read.
    empty = [name for name in library.config.areas if not is_area_covered(library, name, lambda sop: sop.active)]
    if not empty or not any(sop.active for sop in library.sops) or not all(sop.front.readable for sop in library.sops):
        return
    unsure = {sop.text("area") for sop in library.sops if sop.active or sop.document is None}
    empty = [name for name in empty if name not in unsure]
    if not empty:
        return
    source = library.sources[CONFIG_NAME]
    text = source.data.decode("utf-8-sig", "replace")
    for name in empty:
        place = source.line_place(toml_line_of(text, ("areas", name)))
        yield Finding(CONFIG_NAME, place, f"area {name} has no active SOP; write one, or delete the table")


def is_area_covered(library: Library, area: str, carries: Callable[[Sop], bool]) -> bool:
    """Whether an SOP of an area carries it out."""
    name = area.encode()
    return any(name in sop.source.data and carries(sop) and sop.text("area") == area for sop in library.sops)
