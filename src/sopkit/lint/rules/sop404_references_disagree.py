"""SOP404: The References section and the front matter name the same controls."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.control_mentions import claimed_controls, control_mentions, relevant_frameworks, unknown_mentions
from sopkit.lint.rule import rule
from sopkit.lint.sections import is_empty_section
from sopkit.model.body import Section
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop

_BULLET = re.compile(rb"[ \t]*[-*+][ \t]+")


@rule(
    "SOP404",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad="""
        ---
        controls:
          iso27001-2022: [A.5.15, A.5.18]
        ---
        ## References

        - ISO 27001:2022 A.5.18 Access rights
        """,
    good="""
        ---
        controls:
          iso27001-2022: [A.5.15, A.5.18]
        ---
        ## References

        - ISO 27001:2022 A.5.15 Access control
        - ISO 27001:2022 A.5.18 Access rights
        """,
)
def references_disagree(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The References section and the front matter name the same controls.

    Why: people read the one and reports read the other; an auditor who finds two lists asks which one holds.
    Mend: make the two lists equal. `--fix` adds to References what only the front matter names.
    """
    section = sop.body.section("References")
    if section is None or not sop.front.readable or sop.flawed("controls") or is_empty_section(section):
        return
    frameworks = relevant_frameworks(sop, context)
    if not frameworks:
        return
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for mention in control_mentions(sop, context):
        for control in mention.ids:
            found.setdefault(mention.framework, {}).setdefault(control, (mention.start, mention.end))
    misspelled = {unknown.framework for unknown in unknown_mentions(sop, context)}
    for framework in frameworks:
        named, there = claimed_controls(sop, context).get(framework, ()), found.get(framework, {})
        # an id that does not exist (SOP401) stands where a missing one belongs
        missing = [control for control in named if control not in there] if framework not in misspelled else []
        extra = [control for control in there if control not in named]
        fix = _lines_fix(sop, context, section, framework, missing) if missing else None
        left, right = ", ".join(missing), ", ".join(extra)
        if extra:
            also = f"; {left} only in the front matter" if missing else ""
            message = f"only References name {right} of {framework}{also}; make the two lists equal"
            yield sop.finding(there[extra[0]], message, fix=fix)
        elif missing:
            message = f"References do not name {left} of {framework}, which the front matter claims"
            yield sop.finding((section.heading.start, section.heading.end), message, fix=fix)


def _lines_fix(sop: Sop, context: RuleContext, section: Section, framework: str, missing: list[str]) -> Fix | None:
    """A line of References for each missing control, behind the last item of the section's last list."""
    lists = [block for block in section.blocks if block.kind == "list" and block.ordered is None and block.children]
    source = context.catalogue.framework(framework)
    if not lists or source is None:
        return None
    first, last = lists[-1].children[0], lists[-1].children[-1]
    line = sop.source.line_starts[sop.source.line_of(first.start) - 1]
    bullet = _BULLET.match(sop.source.data, line)
    if bullet is None:
        return None
    end = last.start + len(sop.source.data[last.start : last.end].rstrip())
    name = source.cited_as[0] if source.cited_as else source.title
    break_ = sop.source.line_end
    text = "".join(f"{break_}{bullet[0].decode()}{name} {control} {source.by_id[control].title}" for control in missing)
    return Fix(f"add {', '.join(missing)} to References", (Edit(end, end, text),))
