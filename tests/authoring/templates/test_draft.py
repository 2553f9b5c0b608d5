"""The draft of an SOP: its text, what was asked for, and its links."""

from pathlib import Path

import pytest
from tests.authoring.templates.filled import AS_OF
from tests.authoring.templates.plants import IN_AREA, PLANTS, drafted, front, library
from tests.build import complete

from sopkit.authoring.request import SopRequest
from sopkit.authoring.templates.draft import OpenDecision, RegisterAddition, draft_sop, write_drafts
from sopkit.library import load
from sopkit.model.errors import SopkitError
from sopkit.parsing.register import read_register
from sopkit.parsing.template import find_template


def test_a_draft_for_an_empty_library(tmp_path: Path) -> None:
    made = drafted(library(tmp_path))
    assert (made.id, made.path) == ("AC-001", f"{IN_AREA}/ac-001-water-the-plants.md")
    assert made.rows == tuple(
        RegisterAddition(register, key, title)
        for register, key, title in (
            ("roles", "management", "Managing director"),
            ("roles", "security-lead", "Security lead"),
            ("roles", "it-operations-lead", "IT operations lead"),
            ("roles", "it-operations", "IT operations"),
            ("roles", "line-manager", "Line manager"),
            ("roles", "head-of-engineering", "Head of engineering"),
            ("policies", "access-control-policy", "Access control policy"),
            ("risks", "data-loss", "Customer data is lost for good"),
            ("assets", "backups", "Backups of production data"),
        )
    )
    assert (made.unknown, made.notes) == ((), ())
    assert made.open[0] == OpenDecision(made.path, (17, 32), "[decide: where the can stands, e.g. kitchen]")
    assert {(one.path, one.mark) for one in made.open[1:]} == {
        ("registers/roles.yaml", "[decide: who holds this role]"),
        ("registers/policies.yaml", "[decide: where this policy is kept]"),
        ("registers/risks.yaml", "[decide: how likely, on the scale of sopkit.toml]"),
        ("registers/risks.yaml", "[decide: how bad, on the scale of sopkit.toml]"),
        ("registers/assets.yaml", "[decide: which product or devices these are]"),
    }
    for path, data in made.registers.items():
        register = read_register(path.removeprefix("registers/").removesuffix(".yaml"), path, data)
        assert register.findings == ()
        assert register.keys == {row.id for row in made.rows if row.register == register.name}


def test_each_mark_stands_on_its_lines(tmp_path: Path) -> None:
    made = drafted(library(tmp_path))
    texts = {made.path: made.text} | {path: data.decode() for path, data in made.registers.items()}
    for one in made.open:
        for line in one.lines:
            assert one.mark in texts[one.path].splitlines()[line - 1]


def test_marks_that_were_in_a_register_are_not_told(tmp_path: Path) -> None:
    there = library(tmp_path, **{"registers/assets.yaml": "- id: x\n  title: X  # [decide: what is it?]\n"})
    told = [one for one in drafted(there).open if one.path == "registers/assets.yaml"]
    assert told == [OpenDecision("registers/assets.yaml", (4,), "[decide: which product or devices these are]")]


@pytest.mark.parametrize(
    "title",
    ['Grant: "x" #1', "Grün — 緑 🎉", "{{ title }} {% x %}", "--- not the end", "it's [this]: {that}", "yes", "12", "~",
     "- a list", "& an anchor", "* star", "! tag", "a\\b", "null", "? what", "| more", "> more", "@x", "`x`", "%x",
     "👩‍🚀 flies", "trailing:", "x" * 300],
)  # fmt: skip
def test_a_title_is_read_as_it_was_given(tmp_path: Path, title: str) -> None:
    there = library(tmp_path)
    made = drafted(there, title=f"  {title} ")
    assert front(there, made)["title"] == made.title == title
    assert f"\n# {title}\n" in made.text


@pytest.mark.parametrize(
    "bad", ["a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x1b[1m", "\udc80", "\u202e", "x" * 501, "a\tb"]
)
def test_more_than_one_line_is_refused(tmp_path: Path, bad: str) -> None:
    there = library(tmp_path)
    plants = find_template(tmp_path, "plants")
    for wishes in (SopRequest(title=bad), SopRequest(owner=bad), SopRequest(decided={"can": bad})):
        with pytest.raises(SopkitError, match="is no line of plain text"):
            draft_sop(there, plants, wishes)


@pytest.mark.parametrize("answer", ['a: b # c "d"', "x, retention: P9Y}", "---", "]", "{{ id }}", "'", "\\"])
def test_an_answer_is_read_as_it_was_given(tmp_path: Path, answer: str) -> None:
    there = library(tmp_path)
    made = draft_sop(there, find_template(tmp_path, "plants"), SopRequest(decided={"can": answer}))
    assert front(there, made)["records"] == [
        {"id": "can-list", "name": "Can list", "where": answer, "retention": "P1Y"}
    ]


def test_an_unknown_decision_or_area_names_the_nearest(tmp_path: Path) -> None:
    there = library(tmp_path)
    with pytest.raises(SopkitError, match="has no decision 'cann'") as stopped:
        draft_sop(there, find_template(tmp_path, "plants"), SopRequest(decided={"cann": "x"}))
    assert stopped.value.hint == "did you mean can?"
    with pytest.raises(SopkitError, match="no area 'acces-control'") as stopped:
        drafted(there, area="acces-control")
    assert stopped.value.hint.startswith("did you mean access-control? known: ")


def test_an_sop_from_a_template_is_linked(tmp_path: Path) -> None:
    other = complete(id="HR-002", title="Say goodbye [fast]", template='"offboarding@0.9"')
    there = library(tmp_path, **{"sops/human resources/bye.md": other})
    assert "* SOP: [HR-002 Say goodbye \\[fast\\]](../human%20resources/bye.md)\n" in drafted(there).text
    there = library(tmp_path, **{"sops/human resources/bye.md": other.replace("status: active", "status: retired")})
    assert "* SOP: the offboarding procedure\n" in drafted(there).text


def test_drafts_made_together_link_and_share_their_rows(tmp_path: Path) -> None:
    there = library(tmp_path)
    first = draft_sop(there, find_template(tmp_path, "offboarding"))
    second = draft_sop(there, find_template(tmp_path, "plants"), None, (first,))
    assert (first.id, second.id) == ("AC-001", "AC-002")
    assert "[AC-001 Offboard a leaver](ac-001-offboard-a-leaver.md)" in second.text
    assert "security-lead" not in {row.id for row in second.rows}
    write_drafts(tmp_path, (first, second))
    roles = load(tmp_path, AS_OF).roles
    assert roles.findings == ()
    assert {row.id for row in (*first.rows, *second.rows) if row.register == "roles"} == roles.keys


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{{ head }}\n", ""),
        ("{{ head }}\n", "{{ head }}\nowner: me\n"),
        ("{{ head }}\n", "{{ head }}\nnote: a: b\n"),
        ("audience: [everyone]\n---\n", "audience: [everyone]\n"),
    ],
)
def test_front_matter_that_is_not_sound_names_the_template(tmp_path: Path, old: str, new: str) -> None:
    assert old in PLANTS
    there = library(tmp_path, **{"templates/plants.md": PLANTS.replace(old, new)})
    with pytest.raises(SopkitError, match=r"^templates/plants\.md: the SOP that it gives has no sound front matter"):
        drafted(there)
