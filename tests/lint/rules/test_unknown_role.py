"""SOP301: where a role stands that the register does not know."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found, mended

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "lead",
    [
        "**Responsibility:** Access wizard",
        "**Responsible**: Access wizard.",
        "Who: Access wizard",
        "**Responsible:** Access wizard\n**Timeline:** two days",
        "**Access wizard:**",
        "Zuständig sind wir.\n\n**Responsible:** Access wizard",
    ],
)
def test_the_role_below_a_numbered_heading(lead: str, tmp_path: Path) -> None:
    steps = f"### Step 1: Ask\n\n{lead}\n\n1. Ask.\n\n### Step 2: Approve\n\n**Asset owner:**\n\n1. Approve.\n"
    assert found(tmp_path, "SOP301", f"## Procedure\n\n{steps}") == ["Access wizard"]


def test_titles_of_steps_are_no_roles(tmp_path: Path) -> None:
    steps = "1. **Check the logs:** look for errors.\n2. **Restart** — then wait.\n3. [ ] Serial number: ____\n"
    assert found(tmp_path, "SOP301", f"## Procedure\n\n{steps}") == []


@pytest.mark.parametrize("role", ["Database team", "Security", "Service desk (second level)", "Asset ownr"])
def test_what_ends_like_a_role_or_resembles_one_is_taken_for_one(role: str, tmp_path: Path) -> None:
    steps = f"1. **Check the logs:** look for errors.\n2. **{role}**: Restart it.\n"
    assert found(tmp_path, "SOP301", f"## Procedure\n\n{steps}") == [role]


def test_beside_a_role_that_is_known_every_lead_is_one(tmp_path: Path) -> None:
    steps = "1. **Asset owner**: Ask.\n2. **Access wizard**: Approve.\n"
    assert found(tmp_path, "SOP301", f"## Procedure\n\n{steps}") == ["Access wizard"]


def test_the_words_of_a_column_of_roles_are_roles(tmp_path: Path) -> None:
    table = "| # | Task | Who |\n|---|---|---|\n| 1 | Ask | Data provider |\n| 2 | Send | Data provider |\n"
    assert found(tmp_path, "SOP301", f"## Procedure\n\n{table}") == ["Data provider", "Data provider"]


def test_what_a_role_does_is_no_role(tmp_path: Path) -> None:
    roles = "## Roles\n\n**Asset owner:**\n\n**Responsibilities:** decides who gets in.\n\nContact: #access, day and night\n"
    assert found(tmp_path, "SOP301", roles) == []


def test_what_is_to_be_filled_in_is_no_role(tmp_path: Path) -> None:
    steps = "### Step 1: Create it\n\n- **Role:** choose user or admin, by what the business needs\n\n### Step 2: Tell\n\nNow.\n"
    assert found(tmp_path, "SOP301", f"## Procedure\n\n{steps}") == []


@pytest.mark.parametrize("title", ["Power supply", "Serial number"])
def test_what_stands_bold_before_each_step_of_a_run_without_roles_is_a_title(title: str, tmp_path: Path) -> None:
    steps = f"1. **{title}**: look at it.\n2. **Cable**: look at it.\n"
    assert found(tmp_path, "SOP301", f"## Procedure\n\n{steps}") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1. **asset ownr**: Ask.", "1. **Asset owner**: Ask."),
        ("1. **CISOO**: Ask.", "1. **CISO**: Ask."),
        ("1. **Asset ownr and HR**: Ask.", ""),
        ("1. **Zookeeper**: Ask.", ""),
    ],
)
def test_a_fix_writes_the_role_that_a_step_means(before: str, after: str, tmp_path: Path) -> None:
    changed = mended(
        tmp_path, "SOP301", f"## Procedure\n\n{before}\n2. **IT operations**: Do.\n3. **HR team** waits.\n"
    )
    assert changed == (f"-{before}\n+{after}" if after else "")


@pytest.mark.parametrize(
    ("roles", "words", "after"),
    [
        ("[it-operation]", ["it-operation"], "[it-operations]"),
        ("[CISOO]", ["CISOO"], "[security-lead]"),
        ("[it-operation, it-operations]", ["it-operation"], ""),
        ("[zookeeper, auditor, Everyone]", ["zookeeper"], ""),
    ],
)
@pytest.mark.parametrize("key", ["contributors", "audience"])
def test_roles_of_the_front_matter(key: str, roles: str, words: list[str], after: str, tmp_path: Path) -> None:
    overlay = f"---\n{key}: {roles}\n---\n"
    assert found(tmp_path, "SOP301", overlay) == words
    assert mended(tmp_path, "SOP301", overlay) == (f"-{key}: {roles}\n+{key}: {after}" if after else "")
