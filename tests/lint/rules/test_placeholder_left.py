"""SOP104: what stands for something still to be written, and what only looks like it."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "text",
    [
        "TBD",
        "[AUTHOR]",
        "[Role 1]",
        "[Link]",
        "[ROLE - e.g., CISO]",
        "[e.g., Weekends]",
        "[Backup location, e.g., AWS S3]",
        "{{ company }}",
        "`TODO: name the tool`",
    ],
)
def test_placeholders(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP104", f"## Scope\n\nAll accounts in Okta, {text} and others.\n") == [text]


@pytest.mark.parametrize(
    ("text", "placeholders"),
    [
        ("[Link](https://a.example) [Link] ![Link](a.png) [Link]", ["[Link]", "[Link]"]),
        ("[see [DATE] here](https://a.example) [DATE]", ["[DATE]"]),
        ("[![DATE](a.png)](https://a.example) and [DATE]", ["[DATE]"]),
    ],
)
def test_a_link_beside_a_placeholder(text: str, placeholders: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP104", f"## Scope\n\nAll accounts, {text} and others.\n") == placeholders


@pytest.mark.parametrize(
    "text",
    [
        "any TODO items",
        "the TODO list",
        "[Link](https://acme.example)",
        "[Gandi.net]\n\n[gandi.net]: https://gandi.net",
        "{{ site.baseurl }}",
        "`TODO`",
        "systems (e.g., Okta)",
        "[save]",
        "[^1]",
    ],
)
def test_no_placeholders(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP104", f"## Scope\n\nAll accounts in Okta, {text}\n") == []


@pytest.mark.parametrize(
    ("text", "placeholders"),
    [
        ("Owner: to be determined", ["to be determined"]),
        ("(To be determined)", ["To be determined"]),
        ("The owner is to be determined by HR.", []),
    ],
)
def test_what_is_to_be_determined_is_left_or_is_a_sentence(text: str, placeholders: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP104", f"## Scope\n\nAll accounts.\n\n{text}\n") == placeholders


def test_a_section_of_one_decision_is_told_as_empty_and_the_next_is_judged(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP104", "## Scope\n\n[decide: which]\n\n## Inputs\n\n- Okta, TBD\n") == ["TBD"]


def test_placeholders_inside_lists_and_mappings_of_the_front_matter(tmp_path: Path) -> None:
    record = "{id: ticket, name: TBD, where: '[decide: which project, e.g. ACCESS]', retention: P3Y}"
    overlay = f"---\nrecords: [{record}]\nassets: ['[decide: which]']\n---\n"
    assert found(tmp_path, "SOP104", overlay) == [
        "TBD",
        "'[decide: which project, e.g. ACCESS]'",
        "'[decide: which]'",
    ]


@pytest.mark.parametrize(
    ("text", "placeholders"),
    [
        ("### Sample letter\n\nDear [NAME], it broke on [Insert date].\n", []),
        ("### Sample letter\n\nTBD for [NAME]\n", ["TBD"]),
        ("### Sample letter\n\nDear you.\n\n### Whom to call\n\n[NAME]\n", ["[NAME]"]),
    ],
)
def test_blanks_of_a_sample_are_filled_in_each_time(text: str, placeholders: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP104", f"## Scope\n\nAll accounts.\n\n{text}") == placeholders
