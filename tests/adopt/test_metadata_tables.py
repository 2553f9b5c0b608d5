"""Metadata in tables, and the newest row of a history."""

from tests.adopt.foreign import found, parts, short, taken

CONTROL = """\
# Grant access

| Document Control | |
|------------------|---|
| **Version** | v1.2 |
| **Effective Date** | 21 March 2024 |
| **Last Review** | [DATE] |
| **Owner** | IT Operations Manager |
| **Approved By** | Jane Roe, CISO; Head of IT |
| **Review Frequency** | Annual |
| **Classification** | Internal use only |
| **Related Policy** | [Access Control Policy](../access.md) |

## Purpose

| Owner | Duty |
|---|---|
| Version | none of this is about the document |
"""


def test_a_row_for_each_thing() -> None:
    assert short(CONTROL) == [
        ("title", "Grant access", 1, "certain"),
        ("version", "1.2", 5, "certain"),
        ("effective", "2024-03-21", 6, "certain"),
        (None, "[DATE]", 7, "certain"),
        ("owner", "it-operations-manager", 8, "certain"),
        ("approvers", ("ciso", "head-of-it"), 9, "certain"),
        ("review_every", "12 months", 10, "certain"),
        ("classification", "internal", 11, "likely"),
        ("policies", ("access-control-policy",), 12, "certain"),
    ]


def test_rows_are_named_and_people_are_told_apart_from_roles() -> None:
    (approvers,) = (one for one in found(CONTROL) if one.key == "approvers")
    assert approvers.how == "row `Approved By` of the table of line 3"
    assert approvers.note == "Jane Roe is a person: whoever holds the role stands in registers/people.yaml"
    assert parts(CONTROL)[4].strip() == "| **Owner** | IT Operations Manager |"


def test_a_row_of_names_above_a_row_of_values() -> None:
    text = "# X\n\n| Version | Owner | Next review |\n|---|---|---|\n| 2.0 | CISO | 2027-01-31 |\n\n## Purpose\n"
    assert taken(text) == {"title": "X", "version": "2.0", "owner": "ciso", "next_review": "2027-01-31"}


def test_two_pairs_in_a_row() -> None:
    text = (
        "# X\n\n| Owner | CISO | Version | 2.0 |\n|---|---|---|---|\n| Status | Approved | Classification | Public |\n"
    )
    assert taken(text) == {
        "title": "X",
        "owner": "ciso",
        "version": "2.0",
        "status": "approved",
        "classification": "public",
    }


def test_a_table_of_something_else_is_none() -> None:
    assert taken(
        "# X\n\n| Field | Meaning |\n|---|---|\n| Colour | red |\n| Owner | who has it |\n| Size | big |\n"
    ) == {"title": "X"}


def test_a_section_of_document_control() -> None:
    text = "# X\n\n## Purpose\n\nWhy.\n\n## 9. Document control\n\n| Owner | CISO |\n|---|---|\n| Status | Draft |\n"
    assert short(text)[1:] == [("owner", "ciso", 9, "certain"), ("status", "draft", 11, "certain")]


def test_the_newest_row_of_a_history() -> None:
    text = """\
# X

## Changelog

| Version | Date | Owner | Approver | Changes |
|---|---|---|---|---|
| 1.10 | 3 May 2024 | CTO | Security lead | more |
| 1.9 | 2023-01-01 | CFO | CFO | first |
"""
    assert short(text)[1:] == [
        ("version", "1.10", 7, "likely"),
        ("updated", "2024-05-03", 7, "likely"),
        ("owner", "cto", 7, "likely"),
        ("approvers", ("security-lead",), 7, "likely"),
    ]


def test_what_two_places_say_differently_is_told() -> None:
    text = "---\nowner: CISO\n---\n\n# X\n\n| Owner | CTO |\n|---|---|\n| Version | 1.0 |\n"
    assert [(one.value, one.note) for one in found(text) if one.key == "owner"] == [
        ("ciso", ""),
        ("cto", "line 2 says `ciso`, which is taken"),
    ]
