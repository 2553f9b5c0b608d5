"""SOP705 at its edges: what is deleted, and where deleting would make Markdown of something."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

ONLY = LintOptions(select=("SOP705",))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("All <script>x()</script> staff.", "All  staff."),
        ("<p><script>x()</script></p>", "<p></p>"),
        ("<div>\n<iframe src=x></iframe>\n</div>", "<div>\n\n</div>"),
        ('<img src="a.png" onerror="x()" alt="a">', '<img src="a.png" alt="a">'),
        ("<a href='javascript:x'>words</a>", "<a>words</a>"),
        ("[words](JavaScript:x)", "words"),
        ("![words](data:image/svg+xml,x)", "words"),
        ("<div>\n<iframe src=x></iframe>words\n</div>", "<div>\nwords\n</div>"),
        ("A<script>x()</script>B", "AB"),
        ("é<script>x()</script>é", "éé"),
        ("*A*<script>x()</script> B", "*A* B"),
        ("[A](x.md) <script>x()</script>", "[A](x.md) "),
        ("A <JavaScript:x> B", "A  B"),
        ("`<b` <script>x()</script> `>` <iframe src=x></iframe>", "`<b`  `>` "),
        ("A <b>*</b><script>x()</script> B", "A <b>*</b> B"),
        ("All <meta charset=x> staff.", "All  staff."),
        (
            '<iframe width="9" src="https://a.example/v?x=1"></iframe>',
            '<a href="https://a.example/v?x=1">a.example</a>',
        ),
        ("All <object data='https://a.example'></object>.", 'All <a href="https://a.example">a.example</a>.'),
        ('<p><script src="https://a.example/x.js"></script></p>', "<p></p>"),
        ('<p><iframe src="javascript:x"></iframe></p>', "<p></p>"),
    ],
)
def test_what_runs_is_deleted(text: str, after: str, tmp_path: Path) -> None:
    files = {PATH: complete(f"## Scope\n\n{text}\n")}
    done = fix_findings(library(tmp_path, files), ONLY, meaning=True)
    assert done.files[PATH][1].decode() == complete(f"## Scope\n\n{after}\n")
    assert done.report.findings == ()


@pytest.mark.parametrize(
    "text",
    ["<script>x()\n\n## Not a section", "<iframe></iframe>\n# Not a title", "`<script>x</script>``sh"],
)
def test_what_would_become_markdown_is_left_to_the_author(text: str, tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(f"## References\n\n{text}\n")})
    assert [finding.code for finding in lint(here, ONLY).findings] == ["SOP705"]
    assert fix_findings(here, ONLY, meaning=True).files == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('<iframe onload="x()"></iframe>', ["<iframe>"]),
        ('<img src=a onerror="x()"> <script>x()</script>', ["attribute `onerror`", "<script>"]),
        ('<script>x()</script> <img src=a onerror="x()">', ["<script>", "attribute `onerror`"]),
        ("All <script>x()</script> `<b onclick=x>` <b>on</b>", ["<script>"]),
        ("All `onclick=x` <b>on</b> `<img onload=y>` <i>on</i>", []),
        (
            "All `<script>x()</script>` <b>on</b> <script>y()</script> it.",
            [
                "<script>",
            ],
        ),
        (
            '<p>\n<img src=a onerror="x()"> and <img src=a onload="x()">\n</p>',
            ["attribute `onerror`", "attribute `onload`"],
        ),
        ("<script>x() <script>y()</script> z", ["<script>"]),
        ("<script>x() <script>y()</script> z <iframe src=z></iframe>", ["<script>", "<iframe>"]),
        ("[words](JavaScript:x)", ["link to `javascript:` runs in the reader's browser; delete it"]),
        ("`<img onload=x>` <b>on</b> <img src=a onload=y>", ["attribute `onload`"]),
    ],
)
def test_each_thing_that_runs_is_told_once(text: str, names: list[str], tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(f"## Scope\n\n{text}\n")})
    assert [finding.message.partition(" is ")[0] for finding in lint(here, ONLY).findings] == names


@pytest.mark.parametrize(
    "text",
    [
        "`<script>`",
        "```\n<script>x</script>\n```",
        "<b>x</b>",
        "<details>\n</details>",
        "on = 3",
        '<!-- <iframe src="https://a.example"></iframe> -->',
        "All <!-- <b onclick='x'> --> staff.",
    ],
)
def test_what_is_shown_only_is_no_finding(text: str, tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(f"## Scope\n\n{text}\n")})
    assert lint(here, ONLY).findings == ()


@pytest.mark.parametrize("text", ["<!--><script>x</script>-->", "<!-- a --!><script>x</script>-->"])
def test_a_comment_ends_where_browsers_end_it(text: str, tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: complete(f"## Scope\n\n{text}\n")})
    assert [finding.code for finding in lint(here, ONLY).findings] == ["SOP705"]


def test_what_begins_the_file_is_left_to_the_author(tmp_path: Path) -> None:
    here = library(tmp_path, {PATH: "<script>x()</script>\n\n<script>y()</script>\n\n# Grant access\n"})
    assert [finding.fix is not None for finding in lint(here, ONLY).findings] == [False, True]
