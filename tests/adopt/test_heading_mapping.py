"""Which section a heading means, by its words and by what stands below it."""

from pathlib import Path

import pytest
from tests.adopt.adopting import AS_OF
from tests.adopt.test_shapes_of_documents import adopt

from sopkit.adopt.metadata.labels import Confidence
from sopkit.adopt.plan import MappingResult
from sopkit.library import load

STEPS = "1. Ask.\n2. Grant.\n3. Tell.\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "below", "section"),
    [
        ("Why we do it", "So.", "Purpose"),
        ("High-level overview", "So.", "Purpose"),
        ("What we do not cover", "So.", "Scope"),
        ("What you need", "So.", "Inputs"),
        ("Who does what", "So.", "Roles"),
        ("Owner responsibilities", "So.", "Roles"),
        ("Role changes", "So.", "Procedure"),
        ("When to use it", "So.", "Triggers"),
        ("Escalation triggers", "So.", "Escalation"),
        ("Metrics & KPIs", "So.", "Metrics"),
        ("If it must be rolled back: rollback", "So.", "Rollback"),
        ("Lessons learned", "So.", "Feedback"),
        ("Examples", "So.", "References"),
        ("Related policies", "So.", "References"),
        ("Severity levels", "So.", "Definitions"),
        ("Severity levels", STEPS, "Procedure"),
        ("Control of records", "So.", "Records"),
        ("Restrictions", "So.", "Exceptions"),
        ("Backup checklist", "So.", "Procedure"),
        ("Step 3: Tell", "So.", "Procedure"),
        ("Anything", "So.", "Procedure"),
        ("Meaning", "So.", "Purpose"),
        ("Business impact", "So.", "Purpose"),
        ("Symptoms", "So.", "Triggers"),
        ("Pre-requisite", "So.", "Inputs"),
        ("Reference", "So.", "References"),
        ("FAQ", "So.", "References"),
        ("Evidence requirements", "So.", "Records"),
        ("Evidence collection", "So.", "Procedure"),
        ("1. Zweck", "So.", "Purpose"),
        ("Geltungsbereich", "So.", "Scope"),
        ("Rollen und Zuständigkeiten", "So.", "Roles"),
        ("Was ist eine Störung?", "So.", "Definitions"),
        ("Nachweise", "So.", "Records"),
        ("Nachweise", STEPS, "Procedure"),
        ("Mitgeltende Unterlagen", "So.", "References"),
        ("Ablauf der Meldung", "So.", "Procedure"),
        ("Änderungshistorie", "So.", ""),
        ("Objet", "So.", "Purpose"),
        ("Domaine d'application", "So.", "Scope"),
        ("👤 Responsables", "So.", "Roles"),
        ("Prérequis", "So.", "Inputs"),
        ("Documents associés", "So.", "References"),
        ("Alcance", "So.", "Scope"),
        ("Changelog", "So.", ""),
        ("Document history", "So.", ""),
        ("Revision history", STEPS, "Procedure"),
    ],
)
def test_a_heading(tmp_path: Path, heading: str, below: str, section: str) -> None:
    draft = adopt(tmp_path, f"# Grant access\n\n## {heading}\n\n{below}\n")
    sop = load(tmp_path, AS_OF).read(draft.target, draft.after)
    at = next(one.start for one in sop.body.headings if one.text == heading)
    found = [name for part in sop.body.sections if part.heading.start <= at < part.end for name in part.names]
    assert found == ([section] if section else [])
    (told,) = [one for one in draft.plan_lines if one.about == f"heading {heading}"]
    assert told.how is (MappingResult.LEFT if not section else MappingResult.GUESSED)
    assert told.confidence in {None, Confidence.LIKELY, Confidence.GUESS}


def test_references_that_hold_steps_are_a_part_of_the_procedure(tmp_path: Path) -> None:
    draft = adopt(tmp_path, f"# Grant access\n\n## Resources\n\n### For users\n\n{STEPS}")
    sop = load(tmp_path, AS_OF).read(draft.target, draft.after)
    assert [step.text for step in sop.body.steps] == ["Ask.", "Grant.", "Tell."]
    assert draft.stubs == ("Purpose", "Scope", "Roles", "Inputs", "References")
