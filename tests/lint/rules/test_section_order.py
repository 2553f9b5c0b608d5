"""SOP102: which orders are errors, and that the fix moves whole sections and nothing else."""

from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest
from tests.build import COMPLETE, PATH, library

from sopkit.authoring.fix import fix_findings
from sopkit.library import Library
from sopkit.lint.engine import LintOptions, lint

pytestmark = pytest.mark.slow

FRONT = COMPLETE.split("\n# Grant access")[0]
OPTIONS = LintOptions(select=("SOP102",))


def body(*names: str, level: int = 2) -> str:
    return "\n".join(f"{'#' * level} {name}\n\nAbout {name}.\n" for name in names)


def of(root: Path, text: str) -> Library:
    return library(root, {PATH: f"{FRONT}\n{text}"})


def messages(root: Path, text: str) -> list[str]:
    return [finding.message for finding in lint(of(root, text), OPTIONS).findings]


def mended(root: Path, text: str) -> str:
    done = fix_findings(of(root, text), OPTIONS, meaning=True)
    return done.library.by_path[PATH].source.data.decode().removeprefix(f"{FRONT}\n")


@pytest.mark.parametrize(
    "names",
    [
        ("Purpose", "Scope", "Roles", "Inputs", "Procedure", "Outputs", "Records", "References"),
        ("Definitions", "Purpose", "Triggers", "Scope", "Procedure", "References", "Definitions"),
        ("Purpose", "Procedure", "Feedback", "Metrics", "Rollback", "Escalation", "Exceptions", "Records"),
        ("Purpose", "References", "Changelog", "Notes"),
        ("Purpose", "Scope", "Procedure", "Scope"),
        ("See also", "Purpose", "Procedure", "References"),
        ("Purpose and scope", "Roles", "Procedure"),
        ("Procedure",),
        (),
    ],
)
def test_these_orders_are_none_to_mend(names: tuple[str, ...], tmp_path: Path) -> None:
    assert messages(tmp_path, f"# T\n\n{body(*names)}") == []


@pytest.mark.parametrize(
    ("names", "message", "order"),
    [
        ("Scope Purpose Roles", "Scope is out of order; move it below Purpose", "Purpose Scope Roles"),
        ("Purpose Inputs Roles Procedure", "Roles is out of order; move it above Inputs", "Purpose Roles Inputs Procedure"),
        ("Purpose Scope Procedure Notes Roles", "Roles is out of order; move it above Procedure", "Purpose Scope Roles Procedure Notes"),
        ("Procedure Purpose Scope", "Procedure is out of order; move it below Scope", "Purpose Scope Procedure"),
        ("Purpose Records Scope Notes Procedure", "Records is out of order; move it below Procedure", "Purpose Scope Notes Procedure Records"),
        ("Records Purpose Scope Notes References", "Records is out of order; move it below Scope", "Purpose Scope Notes Records References"),
        ("Purpose References Procedure Metrics Notes", "References is out of order; move it below Metrics", "Purpose Procedure Metrics References Notes"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("level", [1, 3])
def test_one_section_out_of_order_is_moved(names: str, message: str, order: str, level: int, tmp_path: Path) -> None:
    lead = "" if level == 1 else "# T\n\n"
    text = lead + body(*names.split(), level=level)
    assert messages(tmp_path, text) == [f"section {message}"]
    assert mended(tmp_path, text) == lead + body(*order.split(), level=level)


def test_of_two_the_longer_stays(tmp_path: Path) -> None:
    text = "# T\n\n## Inputs\n\nOne\n\n## Roles\n\nOne and two\n"
    assert messages(tmp_path, text) == ["section Inputs is out of order; move it below Roles"]
    assert messages(tmp_path, text.replace("One\n", "One, two, three and four\n", 1)) == [
        "section Roles is out of order; move it above Inputs"
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_every_order_comes_right_and_no_byte_is_lost(end: str, tmp_path: Path) -> None:
    names = ("Purpose", "Procedure", "Records", "References")
    right = body(*names).replace("\n", end)
    for order in permutations(names):
        text = body(*order).replace("\n", end)
        here = library(tmp_path, {PATH: f"{FRONT}\n{text}"})
        done = fix_findings(here, OPTIONS, meaning=True)
        after = done.library.by_path[PATH].source.data.decode()
        assert after == f"{FRONT}\n{right}"
        assert Counter(after) == Counter(f"{FRONT}\n{text}")


def test_a_part_of_a_section_moves_with_it(tmp_path: Path) -> None:
    text = "# T\n\n## Procedure\n\n### Scope of it\n\n1. Go.\n\n## Scope\n\nAll.\n\n### Purpose\n\nNone.\n"
    assert mended(tmp_path, text) == (
        "# T\n\n## Scope\n\nAll.\n\n### Purpose\n\nNone.\n\n## Procedure\n\n### Scope of it\n\n1. Go.\n"
    )


def test_a_comment_inside_a_section_goes_along(tmp_path: Path) -> None:
    text = "## Procedure\n\nLong text.\n\n<!-- more -->\n\nMore.\n\n## Scope\n\n<!-- all -->\n\nAll.\n"
    assert mended(tmp_path, text) == (
        "## Scope\n\n<!-- all -->\n\nAll.\n\n## Procedure\n\nLong text.\n\n<!-- more -->\n\nMore.\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "## Procedure\n\nLong text.\n\n## 2. Scope\n\nAll.\n",
        "## Procedure\n\nLong text.\n## Scope\n\nAll.\n",
        "## Procedure\n\nLong text.\n\n<!-- about the scope -->\n## Scope\n\nAll.\n",
        "## Procedure\n\nA longer text than that.\n\n## Scope\n\nAll.\n\n<!-- never closed\n",
        '<a id="steps"></a>\n\n## Procedure\n\nLong text.\n\n## Scope\n\nAll.\n',
    ],
)
def test_what_cannot_be_moved_safely_is_left(text: str, tmp_path: Path) -> None:
    assert messages(tmp_path, text) == ["section Scope is out of order; move it above Procedure"]
    assert mended(tmp_path, text) == text


def test_sections_below_several_headings_have_no_order(tmp_path: Path) -> None:
    assert messages(tmp_path, "# A\n\n## Procedure\n\nText.\n\n# B\n\n## Scope\n\nAll.\n") == []


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("Roles Purpose Procedure", ""),
        ("Roles Scope Purpose References Procedure", ""),
        ("Purpose Roles Procedure", "section Roles is out of order; move it above Purpose"),
        ("Roles Procedure Purpose", "section Purpose is out of order; move it above Procedure"),
    ],
)
def test_a_library_has_an_order_of_its_own(names: str, message: str, tmp_path: Path) -> None:
    config = '[areas.access-control]\n[sections]\norder = ["Roles", "Purpose", "Procedure"]\n'
    text = f"{FRONT}\n# T\n\n{body(*names.split())}".replace("About Procedure", "More about Procedure")
    found = lint(library(tmp_path, {PATH: text}, config=config), OPTIONS).findings
    assert [finding.message for finding in found] == [message] * bool(message)


@pytest.mark.parametrize(("steps", "count"), [("", 0), ("1. Ask.\n2. Grant.\n", 1)])
def test_an_overview_in_a_library_of_other_documents_has_an_order_of_its_own(
    steps: str, count: int, tmp_path: Path
) -> None:
    text = f"{FRONT}\n# T\n\n## Escalation\n\nCall.\n\n## Procedure\n\nWe help.\n\n{steps}"
    here = library(tmp_path, {PATH: text}, config='[library]\nidentity = "path"\n')
    assert len(lint(here, OPTIONS).findings) == count
