"""SOP305: people in the text, by name, address and login."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Finding

pytestmark = pytest.mark.slow

PEOPLE = """\
- {key: ann, name: Ann Lee, emails: [Ann@acme.example], logins: {github: annlee, gitlab: ann-lee-acme}}
- {key: ben, name: Benedict, emails: [ben@acme.example], logins: {github: patch}}
- {key: zoe, name: Zoë van Dam, to: 2020-01-01}
- {key: bot, name: Release Bot, emails: [bot@acme.example], logins: {github: acme-bot}, bot: yes}
"""
ROLES = """\
- {id: ciso, title: CISO, holders: [{person: ann, to: 2025-01-01}, {person: ben}]}
- {id: asset-owner, title: Asset owner, holders: [{person: ann}]}
- {id: it-operations, title: IT operations, holders: [{person: ben}]}
"""


def findings(root: Path, text: str, people: str = PEOPLE, roles: str = ROLES) -> list[Finding]:
    files = {PATH: complete(f"## Scope\n\n{text}\n"), "registers/people.yaml": people, "registers/roles.yaml": roles}
    return list(lint(library(root, files), LintOptions(select=("SOP305",))).findings)


def named(root: Path, text: str, people: str = PEOPLE) -> list[str]:
    return [one.message.split("`")[1] for one in findings(root, text, people)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ask Ann Lee.", "Ann Lee"),
        ("Ask **Ann  Lee's** deputy.", "Ann Lee"),
        ("Ask Ann\nLee.", "Ann Lee"),
        ("Ask Zoë van Dam.", "Zoë van Dam"),
        ("Write to <ann@acme.example>.", "ann@acme.example"),
        ("[Write](mailto:ANN@acme.example)", "ANN@acme.example"),
        ("Run `assign ann-lee-acme`.", "ann-lee-acme"),
        ("```\nassign @annlee\n```", "@annlee"),
        ("Tell @patch.", "@patch"),
    ],
)
def test_a_person_is_found(text: str, words: str, tmp_path: Path) -> None:
    assert named(tmp_path, text) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "Ask Ann, or Benedict.",
        "Ask Ann Leeson or ann lee.",
        "Apply the patch, annlee.",
        "Release Bot, acme-bot, @acme-bot and bot@acme.example do it.",
        "<!-- Ann Lee wrote this -->",
        "Mail <joann@acme.example> or <ann@acme.example.org>.",
        "## Version history\n\n| 1.0 | Ann Lee |\n| --- | --- |\n",
    ],
)
def test_no_person_is_found(text: str, tmp_path: Path) -> None:
    assert named(tmp_path, text) == []


def test_a_person_is_told_once_a_line(tmp_path: Path) -> None:
    assert named(tmp_path, "Ann Lee (<ann@acme.example>) and Zoë van Dam.\nAnn Lee.") == [
        "Ann Lee",
        "Zoë van Dam",
        "Ann Lee",
    ]


def test_without_a_sound_register_it_is_silent(tmp_path: Path) -> None:
    assert named(tmp_path / "a", "Ask Ann Lee.", people="") == []
    assert named(tmp_path / "b", "Ask Ann Lee.", people="- {key: ann, name: Ann Lee, age: 7}\n") == []


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Ask Ann Lee.", "the asset owner"),
        ("First, Ann Lee decides.", "the asset owner"),
        ("Ann Lee decides.", "Asset owner"),
        ("- **Ann Lee**: decides.", "Asset owner"),
        ("| Ann Lee | decides |\n| --- | --- |\n", "Asset owner"),
        ("Ask <ben@acme.example>.", None),  # two roles
        ("Ask Ann Lee (@annlee).", None),
        ("See https://git.example/ann-lee-acme now.", None),
    ],
)
def test_the_suggestion_is_the_one_role(text: str, mended: str | None, tmp_path: Path) -> None:
    [finding] = findings(tmp_path, text)
    assert (finding.fix.edits[0].text if finding.fix else None) == mended


def test_the_name_of_several_has_no_article_and_the_message_names_the_roles(tmp_path: Path) -> None:
    roles = "- {id: it-operations, title: IT operations, holders: [{person: ann}]}\n"
    [finding] = findings(tmp_path / "a", "Ask Ann Lee.", roles=roles)
    assert finding.fix is not None
    assert finding.fix.edits[0].text == "IT operations"
    [finding] = findings(tmp_path / "b", "Ask <ben@acme.example>.")
    assert finding.message == "`ben@acme.example` is a person; name the role: `CISO`, or `IT operations`"


def test_at_most_three_roles_are_named_by_title_or_id(tmp_path: Path) -> None:
    rows = [f"- {{id: role-{at}, holders: [{{person: ann}}]}}\n" for at in range(4)]
    [finding] = findings(tmp_path / "a", "Ask Ann Lee.", roles="".join(rows))
    assert finding.message == "`Ann Lee` is a person; name the role: `role-0`, or `role-1`, or `role-2`"
    [finding] = findings(tmp_path / "b", "Ask Ann Lee.", roles=rows[0])
    assert finding.fix is None
