"""SOP801: The questions of a quiz fit the text of the SOP."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.lint.advice import APPROVED_HISTORY, EXAMPLE_QUIZ
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Finding, Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_FILE = "quizzes/AC-001.yaml"


@rule(
    "SOP801",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    needs="history",
    bad=Example("", history=APPROVED_HISTORY, files={_FILE: EXAMPLE_QUIZ.replace('step: "3"', 'step: "4"')}),
    good=Example("", history=APPROVED_HISTORY, files={_FILE: EXAMPLE_QUIZ}),
)
def stale_question(library: Library, status: "LibraryStatus") -> Iterator[Finding]:
    """The questions of a quiz fit the text of the SOP.

    A question is stale when the SOP no longer has its step or time limit, or when that changed after the last commit
    that changed the quiz. A quiz is stale when the version in force, or that in the folder, is not in `for_version`.

    Why: people who learn for a quiz learn what was right last year.
    Mend: correct the question, or confirm it: commit the quiz with a `for_version` that includes the new version.
    """
    from sopkit.lint.quizzes import QuizReading  # only when history is read

    for path, file in library.quizzes.items():
        if file.quiz is not None:
            yield from QuizReading(library, status, path, file, file.quiz).findings()
