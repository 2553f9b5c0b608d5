"""SOP108: A purpose says in at most 80 words what the SOP is for, and more than its title."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.sections import section_text
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_words

_MAX_WORDS = 80


@rule(
    "SOP108",
    severity=Severity.INFO,
    default=False,
    bad="""
        ## Purpose

        Grant access.
        """,
    good="""
        ## Purpose

        Give people the access that their work needs, and nobody any other.
        """,
)
def purpose_too_long(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A purpose says in at most 80 words what the SOP is for, and more than its title.

    A section that is scope as well is not judged.

    Why: the purpose is what somebody reads to learn if this is the right SOP; a page of it is skipped, and the title
    once more says nothing.
    Mend: say in a sentence or two what is reached; move rules to the policy, and explanations to the training.
    """
    section = sop.body.section("Purpose")
    if section is None or len(section.names) > 1:
        return
    text = section_text(sop, section)
    place = (section.heading.start, section.heading.end)
    count = len(text.split())
    titles = {heading_words(sop.text("title")), heading_words(sop.body.title.text if sop.body.title else "")}
    if count > _MAX_WORDS:
        words = f"a purpose of {count} words, at most {_MAX_WORDS}"
        yield sop.finding(place, f"{words}; say in two sentences what it is for")
    elif text.strip() and heading_words(text) in titles:
        yield sop.finding(place, "the purpose is the title again; say what is reached by it")
