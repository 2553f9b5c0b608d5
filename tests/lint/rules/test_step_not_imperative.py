"""SOP204: how a step opens, in the four shapes of steps."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow


def steps(*texts: str) -> str:
    """A procedure in which these steps stand between others that are in order."""
    return "## Procedure\n\n1. Open the ticket.\n2. Read it.\n3. Close it.\n" + "".join(
        f"{number}. {text}\n" for number, text in enumerate(texts, 4)
    )


@pytest.mark.parametrize(
    "text",
    [
        "Disable the account.",
        "**IT operations**: disable the account.",
        "IT operations: Disable the account.",
        "**IT operations**: Disables the account.",
        "Re-enable the account.",
        "Reassign the files.",
        "Please disable the account.",
        "Optionally, wipe the laptop.",
        "(Optional) Wipe the laptop.",
        "Now carefully double-check the account.",
        "Now let's go to the console.",
        "Be ready for the call.",
        "Continuously apprise the board.",
        "The CTO, or an authorised delegate of the CTO, must approve the request.",
        "A workforce member initiates the request.",
        "The individual receiving the report, or a deputy, fills in the form.",
        "Generic accounts are not allowed.",
        "The states must be documented by the platform team in the request.",
        "Do not delete the account.",
        "Right click the user.",
        "Create/modify the user.",
        "((( ((",
        "___",
        "*__*",
        "📋 Disable the account.",
        '"Save" → "Confirm"',
        "Settings > Users > New",
        "`okta users suspend ID`",
        "`Save`, then `Close`",
        "[Suspend the user](https://okta.example)",
        "[Suspension of users](https://okta.example)",
        "If the person moves, remove the old groups.",
        "Once approved, the account exists.",
        "Is the account privileged?",
        "Which accounts are privileged",
        "Has the vendor access to data? Then call.",
        "IT operations disables the account.",
        "The line manager reports it.",
        "You'll see the list.",
        "Users of the tool can change their own password.",
        "Payroll confirms the last day.",
        "The applicant sends proof of studies.",
        "The applicant collects offers of two airlines.",
        "Alice asks Bob what he needs.",
        "Optional: Departing colleague sends short message.",
        "Two weeks before the maintenance:",
        "Goto the console.",
        "Manager and colleague align on the last day.",
        "The engineer on duty reviews closed tickets.",
        "Celebrate the promotion.",
        "Feel free to approve small changes.",
        'Your "Head of" will then consult the board.',
        "HMRC submits tickets.",
        "Directors of the company will sign.",
        "In the console, click Save.",
        "For privileged access, route to the next approver.",
        "At each checkpoint:",
        "3 days before the end, send a mail.",
        "Initial validation: Verify the certificate.",
        "Second try - verify the certificate.",
        "The list opens. Select the user.",
        "**Book travel**: An agent of the company.",
        "[decide: who is told]",
        "{{ steps }}",
        "![](a.png)",
        "…",
    ],
)
def test_steps_that_open_well(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP204", steps(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Deactivation of the account.",
        "Final review of the plan.",
        "Clicking on the link takes you to the list.",
        "The account is disabled.",
        "Account disabled.",
        "Risk assessment: business impact of the change.",
        "In the console of Okta.",
        "The backup is kept. It is large.",
        "Vendor name.",
        "The manager and colleague on the last day.",
        "Firmware updates for all servers.",
        "Firmware updates and system restarts.",
        "Firmware risk reviews completed by June.",
        "Two weeks before the maintenance.",
        "Audio quality the best.",
        "Quickly and silently.",
        "Ability to find the owner.",
        "The access is kept by default for the owner.",
        "The list is not too long, and is kept.",
    ],
)
def test_steps_that_do_not(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP204", steps(text)) == [text]


@pytest.mark.parametrize(
    ("procedure", "words"),
    [
        ("| # | Who | Task |\n|--|--|--|\n| 1 | HR | Report it |\n| 2 | HR | Account closure |\n", ["Account closure"]),
        ("| # | Who | Task |\n|--|--|--|\n| 1 | HR | Report it |\n| 2 | HR | Closes the account |\n", []),
        ("- [ ] Report it\n- [ ] Account closure\n", ["Account closure"]),
        (
            "### Step 1: Preparation\n\nDo it.\n\n### Step 2: Containment\n\n1. Do it.\n2. Account closure\n3. Go.\n",
            ["Account closure"],
        ),
        ("1. Report it.\n\n   a. Tell HR.\n   b. Account closure\n   c. Tell IT.\n", ["b. Account closure"]),
        ("1. Report:\n   1. Account\n   2. Name the system\n   3. Date\n", []),
        ("1. Report:\n   1. Name the account\n   2. System\n", []),
        ("1. Preparation\n2. Containment\n3. Close it.\n", ["Preparation"]),
        ("1. Preparation\n2. Close it.\n", ["Preparation"]),
        ("Tools that help:\n\n1. The log\n2. The console\n", []),
        ("1. Long term:\n   - Buy more.\n2. Close it.\n3. Go.\n", []),
        ("1. Long term:\n   1. Buy more.\n2. Close it.\n3. Go.\n", []),
        ("1. Long term\n   - Buy more.\n2. Close it.\n3. Go.\n", ["Long term"]),
        ("1. The pod hangs:\n   ```sh\n   ls\n   ```\n2. Close it.\n3. Go.\n", ["The pod hangs:"]),
        ("Tools that help;\n\n1. The log\n2. The console\n", []),
        ("Tools that help.\n\n1. The log\n2. The console\n", ["The log"]),
        ("Tools that help:\n\n1. The log\n2. Search it\n", ["The log"]),
        ("The process is:\n\n1. The log\n2. The console\n", ["The log"]),
        ("The steps:\n\n1. The log\n2. The console\n", ["The log"]),
        ("1. Report it by:\n   1. E-mail;\n   2. Call;\n   3. Report;\n   4. The form\n", []),
        ("1. Report it so:\n   1. Search it;\n   2. Call HR.\n   3. Report it;\n   4. The form\n", ["The form"]),
        ("1. Preparation\n", ["Preparation"]),
        ("1. Preparation\n2. Containment\n3. Close it.\n4. Go.\n", ["Preparation", "Containment"]),
        ("### Step 1: Do\n\n- [ ] Do it.\n\nAs:\n\n1. Name\n2. System\n\n### Step 2: Go\n", []),
    ],
)
def test_shapes_and_lists_of_things(procedure: str, words: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP204", f"## Procedure\n\n{procedure}") == words


def test_a_run_of_topics_is_one_finding_and_one_topic_among_steps_another(tmp_path: Path) -> None:
    two = "## Procedure\n\n1. Preparation\n2. Containment\n3. Close it.\n\n### Later\n\n1. Close.\n2. Recovery\n"
    assert found(tmp_path, "SOP204", two) == ["Preparation", "Recovery"]


@pytest.mark.parametrize(("language", "words"), [("en-GB", ["Comptes"]), ("fr", []), ("nl", [])])
def test_a_language_without_words_is_left_alone(language: str, words: list[str], tmp_path: Path) -> None:
    overlay = f"---\nlanguage: {language}\n---\n\n{steps('Comptes')}"
    assert found(tmp_path, "SOP204", overlay) == words


@pytest.mark.parametrize(
    ("topics", "messages"),
    [
        (2, ["step 4 opens with no verb; begin it with what to do", "step 5 opens with no verb; begin it with what to do"]),
        (3, ["steps 4, 5 and 6 open with no verb; begin each with what to do"]),
        (4, ["4 steps of this run open with no verb; begin each with what to do"]),
    ],
)  # fmt: skip
def test_more_than_two_topics_of_a_run_are_told_together(topics: int, messages: list[str], tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(steps(*("Account closure" for _ in range(topics))))})
    assert [one.message for one in lint(here, LintOptions(select=("SOP204",))).findings] == messages
