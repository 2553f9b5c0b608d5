"""Metadata in running text, badges and sentences."""

from tests.adopt.foreign import found, parts, short, taken


def test_bold_lines_in_one_line_and_several() -> None:
    text = """\
# Vendors

**📋 Document Owner:** Head of IT | **📄 Version:** 2.4 | **📅 Last Updated:** 2026-05-10 (UTC)  
**🔄 Review Cycle:** Semi-Annual | **⏰ Next Review:** 2026-11-10

## Purpose
"""  # noqa: W291 - two blanks are a line break
    assert short(text)[1:] == [
        ("owner", "head-of-it", 3, "certain"),
        ("version", "2.4", 3, "certain"),
        ("updated", "2026-05-10", 3, "certain"),
        ("review_every", "6 months", 4, "certain"),
        ("next_review", "2026-11-10", 4, "certain"),
    ]
    assert found(text)[1].how == "bold line `📋 Document Owner:` of line 3".replace("📋 ", "")
    assert parts(text)[2] == "**📄 Version:** 2.4"


def test_plain_lines_bullets_and_quotations_before_the_first_section() -> None:
    wanted = {"title": "X", "owner": "platform-team", "review_every": "3 months"}
    assert taken("# X\n\nOwner: Platform team\nReview cycle: every 3 months\n\n## A\n") == wanted
    assert taken("# X\n\n- **Owner**: Platform team\n- **Review cycle**: P3M\n\n## A\n") == wanted
    assert taken("# X\n\n> __Owner:__ Platform team\\\n> __Review cycle:__ quarterly\n\n## A\n") == wanted
    assert taken("# X\n\nOwner\n: Platform team\n\nReview cycle\n: quarterly\n\n## A\n") == wanted


def test_lines_of_a_section_are_text() -> None:
    text = "# X\n\n## Escalation\n\nOwner: the person on call\n\n**Owner:** whoever found it\n"
    assert taken(text) == {"title": "X"}


def test_the_last_lines_of_a_document() -> None:
    text = "# X\n\n## Purpose\n\nWhy.\n\n---\n\n**Last updated:** 1 May 2024\n**Maintained by:** DevOps team\n"
    assert taken(text) == {"title": "X", "updated": "2024-05-01", "owner": "devops-team"}
    assert taken(text.replace("**Maintained by:** DevOps team\n", "")) == {"title": "X"}


def test_words_without_a_colon() -> None:
    text = "# X\n\nCreated by Jane Roe, last modified by John Doe on Mar 03, 2023\n\n## A\n"
    assert short(text)[1:] == [("updated", "2023-03-03", 3, "likely")]


def test_badges() -> None:
    text = """\
# X

![Version](https://img.shields.io/badge/Version-2.4-555?style=flat) ![CI](https://img.shields.io/badge/build-ok-green)
<img src="https://img.shields.io/badge/Effective-2026--05--10-success" alt="Effective Date"/>
<img src="https://img.shields.io/badge/Review-Semi_Annual-orange" alt="Review"/>
<img src="https://img.shields.io/static/v1?label=Owner&message=Head%20of%20IT&color=blue"/>

## A
"""
    assert taken(text) == {
        "title": "X",
        "version": "2.4",
        "effective": "2026-05-10",
        "review_every": "6 months",
        "owner": "head-of-it",
    }
    assert found(text)[1].how == "badge `Version` of line 3"


def test_sentences_are_guesses() -> None:
    text = """\
# Change policy

## Purpose

This policy shall be reviewed and updated at least annually.

## Roles

Acme's Security Review team is responsible for reviewing and updating the Change policy.
The night shift is responsible for the servers, which are reviewed monthly.
"""
    assert short(text)[1:] == [
        ("review_every", "12 months", 5, "guess"),
        ("owner", "security-review-team", 9, "guess"),
    ]


def test_controls_of_the_purpose_of_tables_and_of_references() -> None:
    text = """\
# Leavers

## Purpose

This is in alignment with ISO 27001:2022 (controls A.6.5 and A.5.11). Elsewhere A.8.32 is spoken of.

## Procedure

Do what A.5.18 wants.

| Control | ISO 27001 | Note |
|---|---|---|
| Change | A.8.32 - Change management | A.5.1 |

## References

* ISO 27001:2022 A.5.18 Access rights
* The policy on A.5.15
"""
    assert [(one.value, one.how) for one in found(text) if one.key == "controls"] == [
        ({"iso27001-2022": ("A.6.5", "A.5.11", "A.8.32")}, "purpose of line 5"),
        ({"iso27001-2022": ("A.8.32",)}, "column `ISO 27001` of the table of line 11"),
        ({"iso27001-2022": ("A.5.18",)}, "line 17 under `References`"),
    ]


def test_what_stands_in_text_that_says_more() -> None:
    text = "# X\n\nOwner: CISO\n\n## Purpose\n\nThis policy is reviewed annually. It implements ISO 27001:2022 A.5.1.\n"
    assert [(one.key, one.within) for one in found(text)] == [
        ("title", False),
        ("owner", False),
        ("controls", True),
        ("review_every", True),
    ]


def test_an_id_in_prose_is_no_claim() -> None:
    assert taken("# X\n\n## Purpose\n\nUnlike A.5.18 of ISO 27001 this is about cars.\n\nSee A.8.2.\n") == {
        "title": "X"
    }


def test_a_document_that_says_nothing() -> None:
    assert found("") == ()
    assert found(b"\xff\xfe\x00") == ()
    assert found("Only text.\n") == ()


def test_lines_in_italics_and_a_version_between_signs() -> None:
    text = "# X\n\n**Acme Ltd.**\n**Version 2.1 | Operations manual | 2026**\n\n## A\n\nWhy.\n\n---\n\n"
    text += "*Owner: Platform team*\n*Classification: Internal, for staff*\n"
    assert taken(text) == {"title": "X", "version": "2.1", "owner": "platform-team", "classification": "internal"}
    assert "version" not in taken("# X\n\nSince version 2.1 the agent restarts by itself.\n\n## A\n")


def test_what_a_document_cites_is_no_id_and_a_sentence_no_status() -> None:
    assert taken("# X\n\n**Reference:** NIST SP 800-171 Rev. 2\n\n## A\n") == {"title": "X"}
    assert taken("# X\n\n**Reference:** OPS-17\n\n## A\n") == {"title": "X", "id": "OPS-17"}
    assert taken("# X\n\n**Status:** this text says what was true when it was written.\n\n## A\n") == {"title": "X"}


def test_authors_without_a_role_are_no_contributors() -> None:
    assert taken("---\nauthors:\n  - jroe\n  - mmuster\n---\n\n# X\n") == {"title": "X"}
    wanted = {"title": "X", "contributors": ("security-team",)}
    assert taken("---\nauthors:\n  - Security team\n---\n\n# X\n") == wanted


def test_labels_in_german_and_french() -> None:
    german = (
        "# X\n\n**Verantwortlich:** IT-Leitung Team | **Stand:** 21.03.2024 | **Klassifizierung:** Intern\n\n## A\n"
    )
    assert taken(german) == {
        "title": "X", "owner": "it-leitung-team", "updated": "2024-03-21", "classification": "internal"
    }  # fmt: skip
    french = "# X\n\nApprouvé par : RSSI\nDernière mise à jour : 23 août 2025\nConfidentialité : confidentiel\n\n## A\n"
    assert taken(french) == {
        "title": "X", "approvers": ("rssi",), "updated": "2025-08-23", "classification": "confidential"
    }  # fmt: skip


def test_a_title_above_numbered_steps_is_no_section() -> None:
    assert taken("## Rotate the keys\n\n### 1. Stop\n\nNow.\n\n### 2. Rotate\n\nThen.\n") == {
        "title": "Rotate the keys"
    }
    assert taken("## Steps\n\n### 1. Stop\n\nNow.\n\n### 2. Rotate\n\nThen.\n") == {}


def test_a_history_is_known_by_its_columns() -> None:
    rows = "| 0.1 | 2024-01-01 | Jane | First words |\n| 0.2 | 2024-02-01 | Jane | More |\n"
    text = f"# X\n\n| Version | Date | Author | Description |\n|---|---|---|---|\n{rows}\n## A\n"
    assert taken(text) == {"title": "X", "version": "0.2", "updated": "2024-02-01"}


def test_a_company_is_no_role_and_r_begins_a_revision() -> None:
    assert taken("---\napprover: Executive management, Acme Technology LLC\nrevision: r2\n---\n# X\n") == {
        "title": "X", "approvers": ("executive-management",), "version": "2.0"
    }  # fmt: skip
