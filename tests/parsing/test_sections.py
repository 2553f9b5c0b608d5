"""Which heading means which section, however it is written."""

import pytest
from tests.build import COMPLETE, read, sop

from sopkit.parsing.sections import heading_words

FRONT = COMPLETE.split("\n# Grant access", 1)[0]


def names(body: str, config: str = "") -> list[tuple[str, ...]]:
    return [section.names for section in read(f"{FRONT}\n{body}", config=config).body.sections]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("## Purpose", "Purpose"),
        ("## PURPOSE ##", "Purpose"),
        ("## 1. Purpose", "Purpose"),
        ("### 3.1 Purpose", "Purpose"),
        ("## 1) Purpose:", "Purpose"),
        ("## IV. Purpose", "Purpose"),
        ("## Section 2: Scope", "Scope"),
        ("## \U0001f3af Purpose", "Purpose"),
        ("## 2. \U0001f512 Scope", "Scope"),
        ("## **Purpose**", "Purpose"),
        ("## _Purpose_", "Purpose"),
        ("## `Purpose`", "Purpose"),
        ("## [Purpose](#p)", "Purpose"),
        ("## Overview", "Purpose"),
        ("## Roles & Responsibilities", "Roles"),
        ("## Roles &amp; responsibilities", "Roles"),
        ("## Roles and Responsibilities", "Roles"),
        ("## Pre-requisites", "Inputs"),
        ("## Before you begin", "Inputs"),
        ("## See also", "References"),
        ("## Out of scope", "Scope"),
        ("Purpose\n-------", "Purpose"),
        ("Purpose\n=======", "Purpose"),
        ("<h2>Purpose</h2>", "Purpose"),
        ('<h2 id="p"><b>Roles</b> &amp; responsibilities</h2>', "Roles"),
        ("<H3\nclass=x>Scope</H3>", "Scope"),
        ("> x\n\n## Steps", "Procedure"),
    ],
)
def test_a_heading_means_a_section(heading: str, name: str) -> None:
    assert names(f"# Grant access\n\n{heading}\n\nwords\n") == [(name,)]


@pytest.mark.parametrize(
    ("heading", "is_one"),
    [
        ("Backup process", True),
        ("The interview process", True),
        ("Next steps", False),
        ("Related policy and procedure", False),
        ("Staff policies and procedures", False),
        ("Who is responsible for this procedure?", False),
        ("After the interview process", False),
        ("Changes to your workflow", True),
        ("Organize Slack for your workflow", False),
        ("Q. What if I fall ill during the renewal process?", False),
    ],
)
def test_a_heading_may_be_like_a_procedure(heading: str, is_one: bool) -> None:
    assert names(f"# Grant access\n\n## {heading}\n\nwords\n") == [("Procedure",)] * is_one


def test_one_heading_may_fill_two_sections() -> None:
    assert names("## Purpose and scope\n\nwords\n") == [("Purpose", "Scope")]


@pytest.mark.parametrize(
    "heading", ["## Purposes of it all", "## Grant access", "> ## Purpose", "- ## Purpose", "    ## Purpose"]
)
def test_what_is_no_section(heading: str) -> None:
    assert names(f"# Grant access\n\n{heading}\n\nwords\n") == []


def test_a_heading_in_a_fence_is_code() -> None:
    assert names("```md\n## Purpose\n```\n\n## Scope\n") == [("Scope",)]


def test_a_heading_below_a_section_is_part_of_it() -> None:
    assert names("## Purpose\n\n### Scope\n\nwords\n\n## Roles\n") == [("Purpose",), ("Roles",)]
    assert names("# Purpose\n\n# Scope\n\n## Roles\n") == [("Purpose",), ("Scope",)]


def test_the_library_adds_names_in_its_language() -> None:
    config = '[sections.aliases]\nPurpose = ["Zweck"]\nProcedure = ["Durchführung"]\nQuiz = ["Fragen"]\n'
    body = "## 1. ZWECK\n\nx\n\n## Durchführung\n\n1. x\n\n## Fragen\n\n- x\n"
    assert names(body, config) == [("Purpose",), ("Procedure",), ("Quiz",)]


def test_a_section_has_its_content_and_its_heading() -> None:
    document = sop("## Scope\n\nAll Zugänge.\n\n### Not covered\n\nPhones.\n")
    section = document.body.section("Scope")
    assert section is not None
    data = document.source.data
    assert data[section.heading.start : section.heading.end].strip() == b"## Scope"
    assert data[section.start : section.end].decode().strip() == "All Zugänge.\n\n### Not covered\n\nPhones."


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "bom"])
def test_a_file_without_front_matter_has_sections_from_its_first_line(start: str) -> None:
    document = read(f"{start}## Purpose\n\nWords.\n")
    assert [section.names for section in document.body.sections] == [("Purpose",)]
    assert document.source.position(document.body.headings[0].start) == (1, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3.1 Roles & Duties!", "roles and duties"),
        ("Step", "step"),
        ("", ""),
        ("1.", "1"),
        ("Straße", "strasse"),
        ("I am", "am"),
    ],
)
def test_words_of_a_heading(text: str, words: str) -> None:
    assert heading_words(text) == words
