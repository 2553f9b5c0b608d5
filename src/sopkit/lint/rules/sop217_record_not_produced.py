"""SOP217: Each declared record is evidence of a step, and evidence is a declared record."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import approvals_without_evidence, has_evidence, record_names, step_blocks
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop

_ALIKE = 0.8
_END = re.compile(r"(?<!^)(?:[,;:.(\n]| with )")
"""Where a part goes on behind the name: "Access ticket, with both dates"."""


@rule(
    "SOP217",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
           - Evidence: Acess ticket
        2. **Asset owner**: Decide on the request.
        3. **IT operations**: Grant the access within 4 hours.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
           - Evidence: Access ticket
        2. **Asset owner**: Decide on the request.
        3. **IT operations**: Grant the access within 4 hours.
        """,
)
def record_not_produced(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """Each declared record is evidence of a step, and evidence is a declared record.

    Looked at: SOPs that declare `records` and whose steps have `Evidence:` parts. The name of a record may stand
    anywhere in the part; a record that the procedure names elsewhere counts as produced. While a step approves without
    evidence (SOP216), no record is said to be missing: it may be the one.

    Why: a record that no step produces will be missing when an auditor asks; one that is not declared is kept nowhere.
    Mend: name the record in the step that produces it, or declare it under `records`. `--fix` mends a name that is
    nearly that of a record.
    """
    records = record_names(sop)
    if not records or not has_evidence(sop):
        return
    known = {_plain(name): name for name in records}
    texts = (block.text for group in step_blocks(sop) for block in group.blocks)
    text = _plain("\n\0\n".join(texts))  # no name has a NUL
    produced = {plain for plain in known if plain in text}
    undeclared: set[str] = set()
    for step in sop.body.steps:
        for evidence in step.evidence:
            if any(plain in _plain(evidence) for plain in known):
                continue
            name = re.split(_END, evidence, maxsplit=1)[0].strip()
            near = next(iter(nearest(_plain(name), list(known), 1, _ALIKE)), "")
            produced |= {near}
            if near or _plain(name) not in undeclared:  # one record that nobody declared is one finding
                undeclared.add(_plain(name))
                start = sop.source.data.find(name.encode(), step.start)
                place = (start, start + len(name.encode())) if start > 0 else (step.start, step.start)
                advice, fix = "declare it under `records`, with where it is kept", None
                if near:
                    advice = f"did you mean `{known[near]}`?"
                    fix = Fix(f"write {known[near]}", (Edit(*place, known[near]),)) if start > 0 else None
                yield sop.finding(place, f'"{name}" is no declared record; {advice}', fix=fix)
    missing = [name for name in records if _plain(name) not in produced]
    if missing and not any(approvals_without_evidence(sop, context)):
        named = [(row["name"], (*loc, "name")) for row, loc in sop.mappings("records") if row.get("name") in missing]
        for name, loc in named:
            message = f'no step produces the record "{name}"; name it as the evidence of a step, or take it out'
            yield sop.finding(loc, message)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
