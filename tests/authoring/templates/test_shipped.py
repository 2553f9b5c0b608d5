"""Every shipped template: what it declares, what `sopkit new` makes of it, and that it can be put in force as it is."""

from pathlib import Path

import pytest
from tests.authoring.templates.filled import FRAMEWORKS, NAMES, empty_library, found, put_in_force

from sopkit.authoring.templates.draft import draft_sop, write_drafts
from sopkit.authoring.templates.render import check_template, render_example
from sopkit.authoring.templates.starter_rows import STARTER_KINDS, load_starters
from sopkit.frameworks.loader import load_catalogue
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.select import Profile
from sopkit.model.areas import SHIPPED_AREAS
from sopkit.model.config import Config
from sopkit.model.finding import Severity
from sopkit.parsing.template import find_template

MOST_DECISIONS = 5


def test_there_are_templates() -> None:
    assert "blank" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_header(name: str) -> None:
    template = find_template(None, name)
    header = template.header
    assert header.area in SHIPPED_AREAS
    roles = load_starters(None).rows["roles"]
    assert {header.owner, *header.approvers} <= set(roles)
    assert len(header.decisions) <= MOST_DECISIONS
    used = {call.args[0].value for call in check_template(template) if call.node.name == "decide"}  # type: ignore[attr-defined]
    assert used == set(header.decisions)
    catalogue = load_catalogue()
    for framework, claims in header.controls.items():
        assert framework in catalogue.ids
        assert catalogue.heads[framework].status == "current"
        known = catalogue.get(framework).by_id
        assert [claim.id for claim in claims if claim.id not in known or known[claim.id].withdrawn] == []
        assert len({claim.id for claim in claims}) == len(claims)


def test_an_area_begins_with_one_template() -> None:
    headers = [find_template(None, name).header for name in NAMES]
    areas = [header.area for header in headers if header.starter]
    assert len(areas) == len(set(areas))


def test_links_lead_to_templates() -> None:
    calls = [call for name in NAMES for call in check_template(find_template(None, name))]
    named = {call.args[0].value for call in calls if call.node.name == "sop"}  # type: ignore[attr-defined]
    assert named - set(NAMES) == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("frameworks", [("iso27001-2022",), FRAMEWORKS, ()], ids=["iso", "all", "none"])
def test_a_new_sop_has_no_error(tmp_path: Path, name: str, frameworks: tuple[str, ...]) -> None:
    library = empty_library(tmp_path, frameworks)
    made = draft_sop(library, find_template(None, name))
    write_drafts(tmp_path, (made,))
    report = lint(empty_library(tmp_path, frameworks), LintOptions(profile=Profile.REVIEW, tree_only=True))
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR] == []
    assert made.unknown == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "form", ["- {{id: r{at}, title: Job {at}, aliases: [{title}]}}", "- {{id: {id}, title: Job {at}}}"]
)
def test_a_library_with_other_names_for_every_role(tmp_path: Path, name: str, form: str) -> None:
    roles = load_starters(None).rows["roles"].values()
    rows = [form.format(at=at, id=row.id, title=(*row.names[1:], row.title)[0]) for at, row in enumerate(roles)]
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers" / "roles.yaml").write_text("\n".join(rows))
    made = draft_sop(empty_library(tmp_path), find_template(None, name))
    assert "roles" not in {row.register for row in made.rows}
    write_drafts(tmp_path, (made,))
    report = lint(empty_library(tmp_path), LintOptions(profile=Profile.REVIEW, tree_only=True))
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_outside_of_a_library_is_whole(name: str) -> None:
    text = render_example(find_template(None, name))
    assert text.startswith("---\nid: ")
    assert "{{" not in text
    assert "{%" not in text


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("frameworks", [FRAMEWORKS, Config().library.frameworks], ids=["all", "default"])
def test_with_all_decided_nothing_at_all_is_found(tmp_path: Path, name: str, frameworks: tuple[str, ...]) -> None:
    assert found(tmp_path, (name,), frameworks) == ()


@pytest.mark.slow
def test_all_of_them_in_one_library_are_clean(tmp_path: Path) -> None:
    assert found(tmp_path, NAMES) == ()
    library = put_in_force(tmp_path / "again", NAMES)
    assert len(library.by_id) == len(library.sops) == len(NAMES)


def test_starter_rows_lead_to_each_other() -> None:
    starters = load_starters(None)
    for kind in STARTER_KINDS:
        for row in starters.rows[kind].values():
            assert set(row.roles) <= set(starters.rows["roles"]), row.id
    named: dict[str, set[str]] = {}
    for row in starters.rows["roles"].values():
        for name in (row.id, *row.names):
            named.setdefault(name.casefold(), set()).add(row.id)
    assert {name: ids for name, ids in named.items() if len(ids) > 1} == {}
