"""Answers that nobody wrote in an afternoon, and characters that nobody typed."""

from datetime import date

import pytest

from sopkit.authoring.interview.answers import MAX_CHARACTERS, InterviewAnswers, read_answers
from sopkit.authoring.interview.draft import draft_from_answers
from sopkit.authoring.interview.questionnaire import QUESTIONS_BY_KEY
from sopkit.authoring.request import SopRequest
from sopkit.authoring.templates.draft import Draft, write_drafts
from sopkit.library import Library, load
from sopkit.model.errors import SopkitError

DAY = date(2026, 11, 24)


def told(**answers: str) -> InterviewAnswers:
    text = "".join(f"## {QUESTIONS_BY_KEY[key].ask}\n\n{answer}\n\n" for key, answer in answers.items())
    return read_answers(text, "answers.md")


def made(library: Library, **answers: str) -> Draft:
    return draft_from_answers(library, told(**answers), SopRequest(area="risk-management"))


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x7f", "\x9b", "\ud800"])
def test_a_control_character_is_said_with_its_line(char: str) -> None:
    with pytest.raises(SopkitError, match=rf"^answers\.md:3: a control character U\+{ord(char):04X}$"):
        told(purpose=f"a{char}b")


def test_places_where_a_word_may_be_broken_are_no_part_of_it() -> None:
    assert told(purpose="pro\u00adce\u200bdure").answers["purpose"] == "procedure"


def test_more_than_anybody_writes_is_refused() -> None:
    with pytest.raises(SopkitError, match=r"^answers\.md: 20\d{4} characters, more than"):
        told(purpose="word\n" * (MAX_CHARACTERS // 5))
    with pytest.raises(SopkitError, match=r"^answers\.md:3: a line of 12000 characters$"):
        told(purpose="x" * 12_000)


@pytest.mark.parametrize("key", ["contributors", "purpose", "steps", "title", "records", "owner"])
def test_wide_gaps_are_read_at_once(library: Library, key: str) -> None:
    answers = {"purpose": "Because.", key: f"a{' ' * 150_000}b"}
    assert made(library, **answers).id == "RM-001"


def test_roles_without_end_are_refused(library: Library) -> None:
    with pytest.raises(SopkitError, match="the answers name more than 100 roles"):
        made(library, contributors=", ".join(f"role {at}" for at in range(900)))


def test_a_role_that_reorders_what_stands_around_it_is_refused(library: Library) -> None:
    with pytest.raises(SopkitError, match=r"^role: `\\u202eenimda` is no line of plain text"):
        made(library, contributors="\u202eenimda")


@pytest.mark.parametrize(
    "name", ["C++ lead", "- id: x", "a: b # c", "null", "[x]", "&a *b", "!!python/object", 'q"\\', "owner: ciso"]
)
def test_a_new_role_is_called_as_it_was_typed(library: Library, name: str) -> None:
    draft = draft_from_answers(library, told(purpose="Because."), SopRequest(area="risk-management", owner=name))
    write_drafts(library.root, (draft,))
    role = load(library.root, DAY).role(name)
    assert role is not None
    assert name in role.names or name.capitalize() in role.names


def test_roles_that_differ_in_a_sign_are_two(library: Library) -> None:
    write_drafts(library.root, (made(library, contributors="C++ lead, C# lead"),))
    there = load(library.root, DAY)
    assert {there.role("C++ lead"), there.role("C# lead")} == {
        there.roles.by_key["c-lead"],
        there.roles.by_key["c-lead-2"],
    }
