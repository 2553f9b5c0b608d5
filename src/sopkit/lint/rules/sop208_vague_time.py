"""SOP208: A step says when in figures, not "promptly", "regularly" or "as soon as possible"."""

from collections.abc import Iterator

from sopkit.analysis.wording import is_in_step, procedure_phrases, sentence_after, sentence_before, words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.step_lead import is_instruction, lower_words
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase


@rule(
    "SOP208",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account promptly.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account within 4 hours.
        3. **IT operations**: Close the ticket.
        """,
)
def vague_time(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step says when in figures, not "promptly", "regularly" or "as soon as possible".

    Why: auditors sample time limits; a vague one cannot be kept and cannot be shown to be kept.
    Mend: write a limit or a period: "within 4 hours", "every Monday". Only procedure sections are looked at; a word
    that the rest of its sentence explains ("regularly, at least once a month") is let be, and so are comparisons, what
    only describes ("a job that is periodically run"), and sentences that say nothing to do. Outside of
    steps it is an info.
    """
    words = words_of(sop, context)
    text = sop.body.prose.text
    names = frozenset(context.roles.by_name)
    explained, compared = any_phrase(words.periods), any_phrase(words.comparatives)
    for match, span, _ in procedure_phrases(sop, words.vague_times):
        before, behind = sentence_before(text, match.start()), sentence_after(text, match.end())
        if explained.search(behind) or any(one.end() == len(before.rstrip()) for one in compared.finditer(before)):
            continue
        relative, auxiliary = ("", "", *before.lower().split())[-2:]
        if relative in words.relatives and auxiliary in words.auxiliaries:
            continue  # "a job that is periodically run"
        sentence = f"{before}{match[0]}{behind}"
        if is_instruction(sentence, words, names) or not words.auxiliaries.isdisjoint(lower_words(sentence)):
            phrase = " ".join(match[0].split())
            severity = None if is_in_step(sop, span) else Severity.INFO
            yield sop.finding(span, f'"{phrase}" is no time; write a limit or a period in figures', severity=severity)
