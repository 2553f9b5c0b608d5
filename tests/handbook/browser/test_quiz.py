"""The page of a quiz in a browser: what *Check* says, and that all works by keyboard and without script."""

import pytest
from playwright.sync_api import Page, expect
from tests.handbook.browser.conftest import Open

pytestmark = pytest.mark.slow

WHY = "During the meeting the engineer can still copy"
OTHER_WHY = "That is a planned departure."
EXPLAIN = "the page to IT operations comes before the person is told"


def test_check_says_whether_an_answer_is_right_and_why(visit: Open, served: str) -> None:
    seen = visit(f"{served}/sop/AC-001/quiz/index.html")
    first = seen.page.locator("form.question").first
    told, button = first.locator("output"), first.get_by_role("button", name="Check")
    expect(first.get_by_text(EXPLAIN)).to_be_hidden()
    button.click()
    expect(told).to_have_text("")  # the browser asks for an answer
    first.get_by_label("Tell the engineer in private").check()
    button.click()
    expect(told).to_have_text("Wrong.")
    for words, is_seen in ((WHY, True), (OTHER_WHY, False), (EXPLAIN, True)):
        expect(first.get_by_text(words)).to_be_visible(visible=is_seen)
    first.get_by_label("Page the PagerDuty service").check()
    expect(first.get_by_text(EXPLAIN)).to_be_hidden()
    button.press("Enter")
    expect(told).to_have_text("Right.")
    first.get_by_role("link", name="Read step").click()
    expect(seen.page).to_have_url(f"{served}/sop/AC-001/index.html#step-1")
    assert seen.complaints == []


QUESTION = """
<form class="question">{fields}<button disabled hidden>Check</button>
<output data-right="Right." data-wrong="Wrong." data-none="Choose."></output><details></details></form>
"""
ONE_OF = {
    "multi": '<input type="checkbox" data-right><input type="checkbox" data-right><input type="checkbox">',
    "order": '<input type="number" required data-right="2"><input type="number" required data-right="1">',
    "number": '<input type="number" step="any" required data-right="0.3" data-off="0.2">',
}


@pytest.mark.parametrize(
    ("kind", "values", "says"),
    [
        ("multi", [], "Choose."),
        ("multi", [0], "Wrong."),
        ("multi", [0, 1], "Right."),
        ("multi", [0, 1, 2], "Wrong."),
        ("order", ["2", "1"], "Right."),
        ("order", ["1", "2"], "Wrong."),
        ("number", ["0.1"], "Right."),
        ("number", ["0.5"], "Right."),
        ("number", ["0.51"], "Wrong."),
        ("number", [""], ""),
    ],
)
def test_each_type_is_checked(kind: str, values: list[int | str], says: str, visit: Open, served: str) -> None:
    page = visit(f"{served}/sop/AC-001/quiz/index.html").page
    html = QUESTION.format(fields=ONE_OF[kind])
    page.evaluate("html => { document.querySelector('main').innerHTML = html }", html)
    page.evaluate("() => { const own = document.querySelector('script'), again = document.createElement('script');"
                  " again.src = own.src; document.head.append(again); return new Promise(done => again.onload = done) }")  # fmt: skip
    fields = page.locator("main input")
    for at, value in enumerate(values):
        fields.nth(value).check() if isinstance(value, int) else fields.nth(at).fill(value)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("output")).to_have_text(says)


def test_without_script_the_answers_are_there(visit: Open, served: str) -> None:
    page: Page = visit(f"{served}/sop/AC-001/quiz/index.html", java_script_enabled=False).page
    expect(page.get_by_role("button", name="Check")).to_have_count(0)
    first = page.locator("form.question").first
    expect(first.get_by_text(EXPLAIN)).to_be_hidden()
    first.get_by_text("Answer", exact=True).click()
    for words in (WHY, OTHER_WHY, EXPLAIN):
        expect(first.get_by_text(words)).to_be_visible()
