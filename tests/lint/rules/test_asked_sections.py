"""SOP101, SOP110, SOP220 and SOP221: which of them reports a section that an area or a template asks for."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import FixClass

pytestmark = pytest.mark.slow

OPTIONS = LintOptions(select=("SOP101", "SOP110", "SOP220", "SOP221"))
TEMPLATE = """\
---
version: "{version}"
title: Grant
area: access-control
owner: security-lead
approvers: [security-lead]
summary: For tests.
---
---
{{{{ head }}}}
---

# {{{{ title }}}}

{text}
"""


def codes(root: Path, overlay: str, *, config: str = "", template: str = "", version: str = "1.1") -> list[str]:
    return [f"{one.code} {one.message}" for one in findings(root, overlay, config, template, version)]


def findings(root: Path, overlay: str, config: str, template: str, version: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
    files: Mapping[str, str] = {PATH: complete(overlay)}
    if template:
        files = {**files, "templates/grant.md": TEMPLATE.format(version=version, text=template)}
    return lint(library(root, files, config=config), OPTIONS).findings


def asks(*names: str) -> str:
    return f"[areas.access-control]\nrequires = {list(names)!r}\n"


@pytest.mark.parametrize(
    ("names", "overlay", "expected"),
    [
        (("rollback",), "", ["SOP220 no section Rollback, which area access-control asks for; say who decides to go back, and how"]),
        (("Escalation",), "", ["SOP221 no section Escalation, which area access-control asks for; say when to turn to whom, and how"]),
        (("metrics",), "", ["SOP101 no section Metrics, which area access-control asks for; write it"]),
        (("records", "purpose", "nonsense"), "", []),
        (("rollback",), "## Rollback\n\nNo.\n", []),
        (("rollback",), "## Back out\n\nNo.\n", []),
        (("rollback",), "## Scope\n\nAll.\n\n### Rollback plan (if needed)\n\nNo.\n", []),
        (("rollback",), "## Rollbacks\n\nNo.\n", ["SOP220 no section Rollback, which area access-control asks for; say who decides to go back, and how"]),
        (("evidence",), "", []),
    ],
)  # fmt: skip
def test_what_an_area_asks_for(names: tuple[str, ...], overlay: str, expected: list[str], tmp_path: Path) -> None:
    assert codes(tmp_path, overlay, config=asks(*names)) == expected


@pytest.mark.parametrize(
    ("template", "declared", "expected"),
    [
        ("## Rollback\n", "grant@1.1", ["SOP220 no section Rollback, which template grant asks for; say who decides to go back, and how"]),
        ("## Escalation\n", "grant", ["SOP221 no section Escalation, which template grant asks for; say when to turn to whom, and how"]),
        ("## Metrics\n", "grant@1.1", []),
        ("## Metrics\n", "grant@1.0", ["SOP110 grant@1.1 has sections that are missing here: Metrics; add them"]),
        ("## Metrics\n\n## Quick card\n", "grant@1.0", ["SOP110 grant@1.1 has sections that are missing here: Metrics, Quick card; add them"]),
        ("## Purpose\n\n## Evidence\n\n### Metrics\n\n```\n## Metrics\n```\n", "grant@1.0", []),
        ('{% if "gdpr" in frameworks %}\n## Metrics\n{% endif %}\n', "grant@1.0", []),
        ('{% if "gdpr" in frameworks %}\n{% for one in frameworks %}\n## Metrics\n{% endfor %}\n## Feedback\n{% endif %}\n## Outputs\n', "grant@1.0", ["SOP110 grant@1.1 has sections that are missing here: Outputs; add them"]),
        ("## About {{ title }}\n", "grant@1.0", []),
        ("## Metrics\n", "other@1.0", []),
        ("## Metrics\n{{", "../grant@1.0", []),
    ],
)  # fmt: skip
def test_what_a_template_asks_for(template: str, declared: str, expected: list[str], tmp_path: Path) -> None:
    overlay = f'---\ntemplate: "{declared}"\n---\n'
    assert codes(tmp_path, overlay, template=template) == expected


def test_a_broken_template_asks_for_nothing(tmp_path: Path) -> None:
    text = complete("---\ntemplate: grant@1.0\n---\n")
    assert lint(library(tmp_path, {PATH: text, "templates/grant.md": "## Rollback\n"}), OPTIONS).findings == ()


def test_a_heading_of_no_section_of_ours_is_found_by_its_words(tmp_path: Path) -> None:
    overlay = "---\ntemplate: grant@1.0\n---\n## Scope\n\nAll.\n\n### 3. Quick  card\n\nOne.\n"
    assert codes(tmp_path, overlay, template="## Quick card\n") == []


def test_the_suggestion_adds_the_sections_and_names_the_template_of_today(tmp_path: Path) -> None:
    found = findings(tmp_path, "---\ntemplate: 'grant@1.0'\n---\n", "", "## Exceptions\n\n## Metrics\n", "1.1")
    [fix] = [one.fix for one in found]
    assert fix.kind is FixClass.SUGGESTION
    assert [edit.text for edit in fix.edits] == [
        "## Exceptions\n\n[decide: exceptions]\n\n## Metrics\n\n[decide: metrics]\n\n",
        "grant@1.1",
    ]


def test_a_heading_that_nobody_knows_a_place_for_is_not_suggested(tmp_path: Path) -> None:
    [one] = findings(tmp_path, "---\ntemplate: grant@1.0\n---\n", "", "## Metrics\n\n## Quick card\n", "1.1")
    assert one.fix is None


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("rollback", ["Rollback", "References"]),
        ("outputs", ["Outputs", "Records", "References"]),
        ("triggers", ["Triggers", "References"]),
    ],
)
def test_a_stub_stands_above_the_next_section(name: str, order: list[str], tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete()}, config=asks(name))
    done = fix_findings(here, OPTIONS, meaning=True)
    assert done.report.findings == ()
    names = [section.names[0] for section in done.library.sops[0].body.sections]
    assert names[names.index(order[0]) :] == order


def test_an_open_fence_leaves_open_what_is_there(tmp_path: Path) -> None:
    text = complete() + "\n```\n"
    assert lint(library(tmp_path, {PATH: text}, config=asks("rollback", "metrics")), OPTIONS).findings == ()
