"""`sopkit template list|show`."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cli.conftest import Run

from sopkit.data import shipped_folder
from sopkit.docs import schemas
from sopkit.parsing.template import template_names

OWN = """\
---
version: "3"
title: Our blank
area: privacy
owner: management
approvers: [management]
summary: Ours.
---
---
{{ head }}
---

# {{ title }}
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with templates of its own, and the current folder."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "sopkit.toml").write_text("")
    (tmp_path / "templates" / "blank.md").write_text(OWN)
    (tmp_path / "templates" / "broken.md").write_text(OWN.replace("{{ head }}", "{{ heda }}"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_list_outside_of_a_library(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("template", "list")
    assert (done.code, done.err) == (0, "")
    head, *rows = done.out.splitlines()
    assert head.split() == ["NAME", "TITLE", "AREA", "VERSION", "FROM", "SUMMARY"]
    assert [row.split()[0] for row in rows] == list(template_names(None))
    assert all("  shipped  " in row for row in rows)


def test_list_as_json_matches_its_schema(run: Run, own: Path) -> None:
    document = json.loads(run("template", "list", "-f", "json").out)
    Draft202012Validator(schemas()["templates"]).validate(document)
    rows = {row["name"]: row for row in document["rows"]}
    assert rows["blank"] == {
        "name": "blank", "title": "Our blank", "area": "privacy", "version": "3", "own": True, "starter": False,
        "summary": "Ours.", "decisions": [], "fault": "",
    }  # fmt: skip
    assert rows["broken"]["fault"] == "templates/broken.md:10: no name `heda`; did you mean `head`?"
    assert rows["offboarding"]["own"] is False
    assert "access_tickets" in rows["offboarding"]["decisions"]


def test_a_broken_template_is_a_row_that_says_so(run: Run, own: Path) -> None:
    lines = [" ".join(line.split()) for line in run("template", "list", "-C", own).out.splitlines()]
    assert "blank Our blank privacy 3 own Ours." in lines
    assert "broken own templates/broken.md:10: no name `heda`; did you mean `head`?" in lines
    done = run("template", "show", "broken")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("sopkit: templates/broken.md:10: no name `heda`; did you mean `head`?\n  a template may")


def test_show_is_what_new_makes(run: Run, own: Path) -> None:
    shown = run("template", "show", "offboarding").out
    assert shown == run("new", "offboarding", "--dry-run").out
    assert shown.startswith("---\nid: AC-001\n")
    assert "[decide: " in shown
    assert run("template", "show", "blank").out.endswith("---\n\n# Our blank\n")


def test_show_outside_of_a_library(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("template", "show", "offboarding")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("---\nid: AC-001\ntitle: Offboard a leaver\n")
    source = run("template", "show", "offboarding", "--source")
    assert source.out == (shipped_folder("templates") / "offboarding.md").read_text()
    assert run("template", "show", "offboarding", "--source", "-o", "x.md").out == ""
    assert Path("x.md").read_text() == source.out


def test_show_of_an_unknown_template_names_the_nearest(run: Run) -> None:
    done = run("template", "show", "balnk")
    assert done.code == 2
    assert "no template 'balnk'; did you mean blank?" in done.err


def test_without_a_word_it_says_what_there_is(run: Run) -> None:
    done = run("template")
    assert "list" in done.out + done.err
    assert "show" in done.out + done.err
