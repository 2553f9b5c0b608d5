"""Steps in the shapes in which people write them."""

import pytest
from tests.build import sop

from sopkit.model.body import ControlLine, Limit, NamedControl, Step


def steps_of(procedure: str) -> list[tuple[Step, ...]]:
    return [run.steps for run in sop(f"## Procedure\n\n{procedure}\n").body.procedures]


def shown(procedure: str) -> list[list[tuple[str, str, str]]]:
    """Number, actor and text of every step and sub-step, by run."""
    runs = steps_of(procedure)
    return [[(one.number, one.actor, one.text) for step in run for one in step.walk()] for run in runs]


GRANT = ("1", "IT operations", "Grant the access.")
CLOSE = ("2", "Line manager", "Close the ticket.")


@pytest.mark.parametrize(
    "procedure",
    [
        "1. **IT operations**: Grant the access.\n2. **Line manager**: Close the ticket.",
        "1) **IT operations:** Grant the access.\n2) **Line manager:** Close the ticket.",
        "1. IT operations: Grant the access.\n2. Line manager: Close the ticket.",
        "1. __IT operations__ – Grant the access.\n2. __Line manager__ – Close the ticket.",
        "1. **IT operations**: Grant the access.\n1. **Line manager**: Close the ticket.",
        "- [ ] **IT operations**: Grant the access.\n- [x] **Line manager**: Close the ticket.",
        "1. [ ] **IT operations**: Grant the access.\n2. [ ] **Line manager**: Close the ticket.",
        "### 1. Grant the access.\n\n**Responsible:** IT operations\n\n### 2. Close the ticket.\n\n**Responsible:** Line manager",
        "### Step 1: Grant the access.\n\nWho: IT operations\n\n### Step 2: Close the ticket.\n\nWho: Line manager",
        "| # | Who | Action |\n| --- | --- | --- |\n| 1 | IT operations | Grant the access. |\n| 2 | Line manager | Close the ticket. |",
        "| Step | Task | Responsible |\n| - | - | - |\n| 1. | Grant the access. | IT operations |\n| 2. | Close the ticket. | Line manager |",
        "1. **IT operations**: Grant the access.\n\n| a | b |\n| - | - |\n| c | d |\n\n2. **Line manager**: Close the ticket.",
        "1. **IT operations**: Grant the access.\n\n```sh\ntrue\n```\n\n2. **Line manager**: Close the ticket.",
        "1. **IT operations**: Grant the access.\n\n```sh\ntrue\n```\n\n1. **Line manager**: Close the ticket.",
        "<a id=g></a>\n\n1. **IT operations**: Grant\n   the access.\n2. **Line manager**: Close\nthe ticket.",
    ],
    ids=[
        *("list", "parenthesis", "plain", "dash", "all-ones", "tasks", "numbered-tasks", "headings", "step-headings", "table"),
        *("responsible-column", "cut-by-table", "cut-by-fence", "ones-cut-by-fence", "wrapped"),
    ],
)  # fmt: skip
def test_one_procedure_in_all_shapes(procedure: str) -> None:
    assert shown(procedure) == [[GRANT, CLOSE]]


def test_a_step_with_all_its_parts() -> None:
    document = sop(
        "## Procedure\n\n"
        '1. <a id="disable"></a>**IT operations**: If the leaver is urgent, disable the account within 30 minutes.\n'
        "   - Evidence: Ticket, with the time\n"
        "   - Expect: The account shows `disabled`.\n"
        "   - Within: two hours of the call\n"
        "   - If the person returns, then enable it within 1 day.\n"
        "   - Else: leave it.\n"
        "   - Control: A.5.18\n"
        "   - Note: Names may be shared.\n"
        "   - Warning: Compare the address.\n"
    )
    [[step]] = [run.steps for run in document.body.procedures]
    data = document.source.data
    begin = document.body_start + data[document.body_start :].index(b"<a id")
    names = ("IT operations**", "within 30 minutes", "Within: two hours", "within 1 day", "A.5.18")
    at = {words: data.index(words.encode(), begin) for words in names}
    assert step == Step(
        number="1",
        text="If the leaver is urgent, disable the account within 30 minutes.",
        start=at["IT operations**"],
        end=data.index(b"\n", at["within 30 minutes"]),
        anchor="disable",
        actor="IT operations",
        actor_start=at["IT operations**"],
        condition="the leaver is urgent",
        limits=(
            Limit("within 30 minutes", "30 minutes", 30.0, at["within 30 minutes"], at["within 30 minutes"] + 17),
            Limit("Within: two hours", "2 hours", 120.0, at["Within: two hours"], at["Within: two hours"] + 17),
            Limit("within 1 day", "1 day", 1440.0, at["within 1 day"], at["within 1 day"] + 12),
        ),
        expects=("The account shows disabled.",),
        evidence=("Ticket, with the time",),
        controls=(ControlLine("A.5.18", (NamedControl("A.5.18", at["A.5.18"], at["A.5.18"] + 6),)),),
        notes=("Names may be shared.", "Compare the address."),
        otherwise="leave it.",
    )


CONTENTS = "1. [Ask](#ask)\n2. [Grant](#grant) .... 4\n   1. [Sign in](#sign-in)\n\n"


@pytest.mark.parametrize("contents", [CONTENTS, CONTENTS.replace("1. ", "- [ ] ").replace("2. ", "- [ ] ")])
def test_a_table_of_contents_is_no_steps(contents: str) -> None:
    assert shown(contents) == []
    assert shown(f"{contents}### Ask\n\n1. Ask.\n2. Wait.\n") == [[("1", "", "Ask."), ("2", "", "Wait.")]]
    assert shown("1. Do this.\n   1. [Ask](#ask)\n   2. [Grant](#grant)\n") == [[("1", "", "Do this.")]]


def test_steps_that_link_within_the_page_are_steps() -> None:
    assert shown("1. Go to [the check](#check).\n2. [Grant](#grant) the access\n") == [
        [("1", "", "Go to the check."), ("2", "", "Grant the access")]
    ]
    assert len(shown("1. [Ask](ask.md)\n2. [Grant](#grant)\n")[0]) == 2


def test_nested_lists_are_sub_steps() -> None:
    procedure = (
        "1. Prepare.\n   1. Open the tool.\n      1. Sign in.\n   2. Read it.\n2. Act.\n   a. First\n   b. Second\n"
    )
    assert shown(procedure) == [
        [
            *[("1", "", "Prepare."), ("1.1", "", "Open the tool."), ("1.1.1", "", "Sign in."), ("1.2", "", "Read it.")],
            *[("2", "", "Act. a. First b. Second")],
        ]
    ]
    assert shown("1. Act.\n\n   a. First\n   b. Second\n2. End.\n") == [
        [("1", "", "Act."), ("1a", "", "First"), ("1b", "", "Second"), ("2", "", "End.")]
    ]


@pytest.mark.parametrize("mark", ["a. ", "a) ", "(a) "])
def test_lettered_items_are_steps(mark: str) -> None:
    procedure = "".join(f"{mark.replace('a', letter)}Do {letter}.\n" for letter in "abc")
    assert shown(procedure) == [[("a", "", "Do a."), ("b", "", "Do b."), ("c", "", "Do c.")]]


@pytest.mark.parametrize(
    "procedure",
    [
        "Some words only.",
        "- one\n- two\n- three",
        "a. one line that begins so",
        "b. two\nd. four",
        "| Name | Value |\n| - | - |\n| a | b |",
        "> nothing\n",
        "",
    ],
)
def test_what_is_no_step(procedure: str) -> None:
    assert shown(procedure) == []


def test_each_sub_heading_begins_a_run() -> None:
    document = sop("## Procedure\n\n### Grant (IT operations)\n\n1. One.\n2. Two.\n\n### Day 2: Auditor\n\n1. Three.\n")
    assert [(run.heading.text, run.actor, [step.text for step in run.steps]) for run in document.body.procedures] == [
        ("Grant (IT operations)", "IT operations", ["One.", "Two."]),
        ("Day 2: Auditor", "Auditor", ["Three."]),
    ]


def test_a_list_that_starts_over_is_another_run() -> None:
    assert shown("1. One.\n2. Two.\n\nOr:\n\n1. Three.\n2. Four.\n") == [
        [("1", "", "One."), ("2", "", "Two.")],
        [("1", "", "Three."), ("2", "", "Four.")],
    ]


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("within 4 hours", 240),
        ("within four hours", 240),
        ("within 4 (four) hours", 240),
        ("within 2 business days", 2880),
        ("within a 24-hour", 1440),
        ("within 1 month", 43830),
        ("Within 5 mins", 5),
        ("within\n   3 days", 4320),
    ],
)
def test_time_limits_in_words(words: str, minutes: int) -> None:
    [[step]] = steps_of(f"1. Answer {words} of the call.")
    assert [(limit.text, limit.minutes) for limit in step.limits] == [(" ".join(words.split()), minutes)]


@pytest.mark.parametrize("words", ["within reach", "within 0 hours", "`within 4 hours`", "within the team", "4 hours"])
def test_what_is_no_time_limit(words: str) -> None:
    [[step]] = steps_of(f"1. Answer {words} of the call.")
    assert step.limits == ()


def test_places_count_bytes_behind_other_letters() -> None:
    roles = "## Roles\n\n- **Führung \U0001f642**: leitet.\n\n"
    document = sop(f"{roles}## Procedure\n\n1. **Führung \U0001f642**: Prüfe **alles** within 4 hours; ändere es.\n")
    [[step]] = [run.steps for run in document.body.procedures]
    [limit] = step.limits
    data = document.source.data
    assert data[limit.start : limit.end] == b"within 4 hours"
    assert data[step.actor_start :].startswith("Führung \U0001f642".encode())
    assert document.source.position(limit.start) == (46, 35)


def test_deep_nesting_ends_somewhere() -> None:
    lines = [f"{'   ' * level}1. Level {level}." for level in range(40)]
    [[step]] = steps_of("\n".join(lines))
    assert 5 < len(list(step.walk())) <= 41


def test_labels_are_no_actors() -> None:
    assert shown("1. Note: Read it.\n2. **Warning**: Stop.\n3. Example: none.\n") == [
        [("1", "", "Note: Read it."), ("2", "", "Warning: Stop."), ("3", "", "Example: none.")]
    ]


def test_a_table_of_steps_that_count_from_one_needs_nobody() -> None:
    table = "| Step | Requirement | Shown by |\n| - | - | - |\n| 1 | Check the licence. | The number |\n| 2 | Train them. | A list |"
    assert shown(table) == [[("1", "", "Check the licence."), ("2", "", "Train them.")]]
    assert shown(table.replace("| 2 |", "| 3 |")) == []
    assert shown(table.replace("| Step |", "| # |")) == []
