"""The picture in the page: well formed, safe, the same every time, and readable without eyes and without colour."""

import re
from functools import cache
from pathlib import Path

import pytest
from tests.build import AS_OF, PATH, complete, library
from tests.render.rendered import Page

from sopkit.library import load
from sopkit.render.document import render_html
from sopkit.render.flow.graph import MAX_STEPS

pytestmark = pytest.mark.slow

TOP = Path(__file__).parents[3]
TWO = "1. **CISO**: One.\n2. **Line manager**: Two.\n"


def page(root: Path, procedure: str, *, flow: bool = True) -> str:
    made = library(root, {PATH: complete(f"## Procedure\n\n{procedure}")})
    return render_html(made.by_path[PATH], made, flow=flow)


def pictures(html: str) -> list[str]:
    return re.findall(r"<svg .*?</svg>", html, re.DOTALL)


@cache
def acme(name: str) -> str:
    made = load(TOP / "examples/acme", AS_OF)
    return render_html(made.by_id[name][0], made)


def boxes(html: str) -> list[tuple[str, str]]:
    """Where each box leads, and what it says."""
    found = re.findall(r'<a href="([^"]*)" transform[^>]*>(.*?)</a>', "".join(pictures(html)))
    return [(href, " ".join(re.findall(r"<text[^>]*>([^<]*)", inside))) for href, inside in found]


def test_each_box_leads_to_its_step_and_says_what_it_is(tmp_path: Path) -> None:
    html = page(
        tmp_path, "1. **CISO**: Ask.\n   - If it fails, then go to [three](#three).\n2. Do.\n3. <a id='three'></a>Go.\n"
    )
    assert boxes(html) == [("#step-1", "1 ◇ Ask. if it fails → 3 else ↓ 2"), ("#step-2", "2 Do."), ("#step-3", "3 Go.")]
    assert {"step-1", "step-2", "step-3"} <= set(Page(html).ids)


def test_a_picture_says_what_it_shows_as_a_whole(tmp_path: Path) -> None:
    html = page(tmp_path, "1. **CISO**: Ask.\n2. Check it.\n   - If it fails, then go back to step 1.\n")
    assert re.findall(r'<svg [^>]*aria-label="([^"]*)"', html) == [
        (
            "Flow, steps 1 to 2, by Security lead, Not named, 1 step where the way parts, 1 way back."
            " Each box is a link to its step; the same is told in words below."
        )
    ]


def test_the_words_tell_what_the_picture_shows(tmp_path: Path) -> None:
    html = page(tmp_path, "1. **CISO**: Ask.\n2. Check it.\n   - If it fails, then go back to step 1.\n")
    told = html[html.index('<details class="told">') :]
    assert re.findall(r"<li>(.*?)</li>", told)[:2] == [
        '<a href="#step-1">Step 1</a>, Security lead: Ask.',
        '<a href="#step-2">Step 2</a>: Check it. If it fails: back to step 1. Else: the end.',
    ]
    assert '<p class="key">◇ a decision · dashed line: back to an earlier step</p>' in html


def test_a_way_back_is_dashed_and_a_decision_has_a_sign(tmp_path: Path) -> None:
    drawn = pictures(page(tmp_path, "1. **CISO**: Ask.\n2. Check it.\n   - If it fails, then go back to step 1.\n"))[0]
    assert drawn.count('class="line back"') == 1
    assert re.findall(r"<text>([^<]*)</text>", drawn) == ["1", "2 ◇"]
    assert "↑ 1</text>" in drawn


@pytest.mark.parametrize(
    "procedure",
    [
        "1. **CISO**: Only one.\n",
        "1. One.\n2. Two.\n3. Three.\n",
        "1. **CISO**: One.\n2. **CISO**: Two.\n",
        "Just words.\n",
    ],
)
def test_nothing_is_drawn_where_there_is_nothing_to_see(tmp_path: Path, procedure: str) -> None:
    html = page(tmp_path, procedure)
    assert "flow" not in html.replace("overflow", "")


def test_the_picture_can_be_left_out(tmp_path: Path) -> None:
    assert pictures(page(tmp_path, TWO))
    assert not pictures(page(tmp_path, TWO, flow=False))


def test_it_stands_right_below_the_heading(tmp_path: Path) -> None:
    html = page(tmp_path, f"Words.\n\n### Grant\n\n{TWO}\n### Remove\n\nMore.\n\n{TWO}\n{TWO}\n")
    shown = re.sub(r"<svg .*?</svg>", "<svg>", html, flags=re.DOTALL)
    assert re.search(r'<h3 id="grant">Grant</h3>\n<details class="flow', shown)
    assert re.search(r'<h3 id="remove">Remove</h3>\n<details class="flow', shown)
    regions = re.findall(r'class="drawing" role="region" aria-label="([^"]*)"', html)
    assert regions == ["Flow: Grant", "Flow: Remove", "Flow: Remove (2)"][: len(regions)]
    assert len(regions) == len(set(regions)) >= 2


def test_a_long_picture_is_shut_and_a_short_one_is_open(tmp_path: Path) -> None:
    assert '<details class="flow shrinks" open>' in page(tmp_path / "short", TWO)
    steps = "".join(f"{at}. **{'CISO' if at % 2 else 'Line manager'}**: Do it well.\n" for at in range(1, 25))
    assert '<details class="flow shrinks">' in page(tmp_path / "long", steps)


@pytest.mark.slow
def test_too_many_steps_are_not_drawn_but_counted(tmp_path: Path) -> None:
    steps = "".join(f"{at}. **CISO**: Go to step {2000 - at}.\n" for at in range(1, 2001))
    html = page(tmp_path, steps)
    assert not pictures(html)
    assert "No picture of the flow: 2000 steps are more than one picture can show." in html


def test_the_most_that_is_drawn_stays_small(tmp_path: Path) -> None:
    cases = "".join(f"   - If it is {at}, then go to step {at}.\n" for at in range(1, 60))
    steps = "".join(f"{at}. **Role{at}**: {'word ' * 2000}\n{cases}" for at in range(1, MAX_STEPS + 1))
    drawn = pictures(page(tmp_path, steps))
    assert sum(map(len, drawn)) < 7_000 * MAX_STEPS


@pytest.mark.parametrize(
    "words",
    [
        '</title></svg><script>alert("1")</script>',
        "a < b & c > d \"quoted\" 'single'",
        "&lt;b&gt; &amp;amp; \\<b\\>",
        "\u202eright to left\u202c \x1b[31m",
        "x" * 100_000,
        "端末" * 300,
        "👩‍🔧" * 200,
        "عطّل الحساب",
    ],
)
def test_hostile_words(tmp_path: Path, words: str) -> None:
    html = page(tmp_path, f"1. **CISO**: {words}\n   - If {words}, then go to step 2.\n2. **Line manager**: {words}\n")
    parsed = Page(html)
    drawn = "".join(pictures(html))
    assert parsed.ill == []
    assert parsed.fetched == []
    assert len(parsed.ids) == len(set(parsed.ids))
    assert Page(drawn).ill == []
    assert "<script" not in html
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", drawn)
    assert len(drawn) < 20_000


@pytest.mark.parametrize("name", ["AC-001", "IH-001", "CM-001"])
def test_pictures_of_the_example_need_nothing_but_the_style_sheet(name: str) -> None:
    assert boxes(acme(name))
    for drawn in pictures(acme(name)):
        assert not re.search(
            r"\s(?:style|on\w+|src|xlink:href)=|url\(|<(?:script|style|image|use|foreignObject)\b", drawn
        )
        colours = re.findall(r'(?:fill|stroke|color)="', drawn)
        assert colours == []
        parsed = Page(drawn)
        assert [
            given["href"] for tag, given in parsed.elements if tag == "a" and not (given["href"] or "").startswith("#")
        ] == []


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    assert page(tmp_path / "a", TWO) == page(tmp_path / "b", TWO)
