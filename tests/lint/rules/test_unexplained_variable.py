"""SOP228: which variables are used, and where they are explained."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

pytestmark = pytest.mark.slow


def steps(command: str, *, language: str = "sh", text: str = "Do it.") -> str:
    return f"## Procedure\n\n1. **HR**: {text}\n\n   ```{language}\n   {command}\n   ```\n"


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("stop $USER_ID", ["USER_ID"]),
        ('stop "${USER_ID}" ${USER_ID?}', ["USER_ID"]),
        ("stop $ONE $TWO", ["ONE"]),
        ("stop $ONE\n   ```\n\n   ```bash\n   stop $ONE $TWO", ["ONE"]),
        ("USER_ID=1\n   stop $USER_ID", []),
        ("stop $HOME $GITHUB_TOKEN", []),
        ("stop ${USER_ID:-42} ${OTHER=1} ${THIRD:=2} ${LAST-}", []),
        ("stop ${USER_ID:?} ${USER_ID%x} ${USER_ID:0:2}", ["USER_ID"]),
        ("stop '$USER_ID'", []),
        ("# stop $USER_ID", []),
        ("stop $user_id $A1", []),
        ("stop $USER_id", []),
    ],
)
def test_variables(command: str, names: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP228", steps(command)) == names


@pytest.mark.parametrize(
    "text",
    [
        steps("stop $USER_ID", text="Set USER_ID."),
        steps("stop $USER_ID", language="yaml"),
        steps("stop $USER_ID", language=""),
        "## Inputs\n\n- `USER_ID`, from Okta.\n" + steps("stop $USER_ID"),
        "## Scope\n\n```sh\nstop $USER_ID\n```\n",
    ],
)
def test_what_is_explained_or_no_command_is_let_be(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP228", text) == []


def test_a_name_that_only_begins_alike_explains_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP228", steps("stop $USER_ID", text="Set USER_IDS and MY_USER_ID.")) == ["USER_ID"]
