"""The page with the quiz about an SOP: every question, for learning; nothing is recorded."""

from collections.abc import Iterator
from functools import partial

from sopkit.handbook.html import lang_attribute, render_page
from sopkit.handbook.pages.areas import area_of
from sopkit.handbook.pages.sops import FactValue, relations_of
from sopkit.handbook.paths import AREAS, Page, PageKind, quiz_path, sop_path
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.model.quiz import Quiz, QuizQuestion
from sopkit.parsing.sections import step_anchors
from sopkit.practice.quizzes import arrange_question


def _pages(handbook: PublishedLibrary) -> Iterator[Page]:
    for one in handbook.shown:
        if one.quiz is not None:
            yield Page(quiz_path(one.id), partial(_write, handbook, one, one.quiz))


def _write(handbook: PublishedLibrary, one: PublishedSop, quiz: Quiz) -> str:
    area, words = area_of(handbook, one), handbook.words
    own = (sop_path(one.id), f"{one.id} {one.sop.title}".strip())
    return render_page(
        handbook,
        quiz_path(one.id),
        "quiz.html.j2",
        f"{words('quiz.quiz')} {own[1]}",
        sop=one.sop,
        lang=lang_attribute(handbook, one.sop),
        crumbs=((AREAS, words("areas.title")), (area.path, area.title), own),
        questions=[(arrange_question(each), _answer_place(handbook, one, each)) for each in quiz.questions],
    )


def _answer_place(handbook: PublishedLibrary, one: PublishedSop, question: QuizQuestion) -> FactValue | None:
    """The step of the SOP that answers a question, else its time limits; None where the text has neither."""
    wanted = question.step.removeprefix("#")
    for _, step, name in step_anchors(one.sop.body) if wanted and one.sop.readable else ():
        if wanted in {step.anchor, step.number, name}:
            words = handbook.words("quiz.step", number=step.number, id=one.id)
            return FactValue(words, f"{sop_path(one.id)}#{name}")
    if question.limit and relations_of(handbook, one.sop):
        return FactValue(handbook.words("quiz.limits", id=one.id), f"{sop_path(one.id)}#about-ties")
    return None


QUIZ_PAGES = PageKind("quizzes", _pages)
