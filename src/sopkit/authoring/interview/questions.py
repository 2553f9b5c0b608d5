"""What a team is asked about one of its procedures."""

from dataclasses import dataclass
from enum import StrEnum


class AnswerKind(StrEnum):
    """How an answer looks."""

    LINE = "line"
    TEXT = "text"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Question:
    """A question: `hint` is an example or an advice, `columns` are the parts of a row."""

    key: str
    ask: str
    hint: str
    kind: AnswerKind = AnswerKind.TEXT
    columns: tuple[str, ...] = ()


_STEP_COLUMNS = ("Who", "Does what", "Within", "How you see that it worked", "What is kept as proof")
_ROLE_COLUMNS = ("Role", "Does what")
_RECORD_COLUMNS = ("What", "Where", "For how long")
_TROUBLE_COLUMNS = ("When", "Whom you call", "How")
_METRIC_COLUMNS = ("What you look at", "Target", "Where the number comes from")

QUESTIONS = (
    Question("title", "What do you call it?", "A verb and a thing, such as: {title}", AnswerKind.LINE),
    Question(
        "contributors", "Which roles answer here?", "Roles, not names: people change. For example: {roles}",
        AnswerKind.LINE,
    ),
    Question(
        "owner", "Which role decides how it is done?", "The one that would have to agree to a change.",
        AnswerKind.LINE,
    ),
    Question("purpose", "Why do you do it, and what would go wrong if nobody did?", "{purpose}"),
    Question(
        "scope", "Which people, systems and customers does it cover?",
        "Name them, so that somebody new knows whether a case belongs here.",
    ),
    Question("outside", "What does it not cover, although one might think so?", "And who does that instead."),
    Question(
        "trigger", "What sets it off, or how often is it done?", "{trigger}",
    ),
    Question(
        "roles", "Who takes part, and what does each one do?", "One role a line.", AnswerKind.ROWS,
        _ROLE_COLUMNS,
    ),
    Question(
        "inputs", "What must be at hand before you begin?",
        "Accesses, documents, tools, a decision of somebody. One a line.",
    ),
    Question(
        "steps", "What do you do, step by step?",
        "As it is done today, not as it should be. One action a line, with the role that does it. Where you decide,"
        " write what happens in each case: If …, then …  Else: …", AnswerKind.ROWS, _STEP_COLUMNS,
    ),
    Question(
        "records", "What is left behind as proof?", "Tickets, logs, mails, signed sheets.", AnswerKind.ROWS,
        _RECORD_COLUMNS,
    ),
    Question(
        "exceptions", "When do you do it differently, and who may allow that?",
        "Night, holidays, one special customer, a system that is down.",
    ),
    Question(
        "trouble", "What goes wrong, and whom do you call then?", "{trouble}", AnswerKind.ROWS,
        _TROUBLE_COLUMNS,
    ),
    Question("undo", "How do you take it back when it was wrong?", "Or: it cannot be taken back."),
    Question(
        "metrics", "How do you know that it works well?", "A number, its target, and where it comes from.",
        AnswerKind.ROWS, _METRIC_COLUMNS,
    ),
    Question(
        "documents", "Which policies, contracts, laws or manuals do you follow?", "With links, where there are any.",
    ),
    Question(
        "wishes", "What is unclear, annoying or risky about it today?", "This is how it becomes better."
    ),
)  # fmt: skip
"""In the order in which people tell it; each is asked once."""
BY_KEY = {question.key: question for question in QUESTIONS}

_EXAMPLES = {
    ("devops", "platform", "engineering", "development", "sre"): {
        "title": "Deploy a release",
        "roles": "platform engineer, on-call engineer",
        "purpose": "For example: a release that nobody else has seen may break the service for every customer.",
        "trigger": "For example: a pull request is merged; every second Tuesday",
        "trouble": "The deployment fails half-way; the alarm rings after it.",
    },
    ("hr", "people", "human"): {
        "title": "Say good-bye to a leaver",
        "roles": "People partner, line manager",
        "purpose": "For example: somebody who left would still read customer data.",
        "trigger": "For example: a resignation is received; a contract ends",
        "trouble": "The manager does not answer; the laptop does not come back.",
    },
    ("customer", "support", "success", "service"): {
        "title": "Check who a caller is",
        "roles": "support agent, support lead",
        "purpose": "For example: somebody who poses as a customer could take over their account.",
        "trigger": "For example: a customer asks for a password reset by telephone",
        "trouble": "The caller cannot prove who they are and becomes angry.",
    },
}
_ANY = {
    "title": "Check an invoice",
    "roles": "accountant, finance lead",
    "purpose": "For example: we would pay for something that nobody ordered.",
    "trigger": "For example: an invoice arrives; at the end of each month",
    "trouble": "The person who must decide does not answer.",
}


def hint_of(question: Question, team: str) -> str:
    """The hint of a question with an example from the team's own work."""
    words = team.casefold().replace("-", " ").split()
    examples = next((own for names, own in _EXAMPLES.items() if any(word in names for word in words)), _ANY)
    return question.hint.format(**examples)
