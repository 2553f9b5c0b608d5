"""SOP508: texts that say nothing, in Markdown and in HTML."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found


@pytest.mark.parametrize(
    "image",
    [
        "![](a.png)",
        "![ ](a.png)",
        "![image](a.png)",
        "![Alt text](a.png)",
        "![alt-text](a.png)",
        "![Screenshot_2024-01-05(1).JPEG](a.png)",
        "![chart.svg](a.png)",
        '<img src="a.png">',
        '<IMG src="a.png" title="alt">',
        "<img\nsrc='a.png'>",
    ],
)
def test_an_image_that_says_nothing(image: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP508", f"## Scope\n\nAll é staff. {image} More.\n") == [image]


@pytest.mark.parametrize(
    "image",
    [
        "![Image of the door](a.png)",
        "![Two accounts](a.png)",
        "[](a.png)",
        '<img alt="" src="a.png">',
        '<img src="a.png" ALT = "The door">',
        "`![](a.png)`",
        '`<img src="a.png">`',
        '<!-- <img src="a.png" alt="x"> -->',
    ],
)
def test_an_image_with_a_text_an_ornament_or_code(image: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP508", f"## Scope\n\nAll staff. {image} More.\n") == []


def test_each_image_of_a_block_of_html_is_found(tmp_path: Path) -> None:
    block = '<p>é <img src="a.png"><img alt="b" src="b.png">\n<img src="c.png"/></p>'
    assert found(tmp_path, "SOP508", f"## Scope\n\n{block}\n") == ['<img src="a.png">', '<img src="c.png"/>']
