"""Texts cut down to where they differ are told to differ as the whole ones are."""

import pytest
from tests.build import read, sop

from sopkit.diff import compare
from sopkit.diff.model import BlockChange, TextDiff
from sopkit.lifecycle.change_summary import keep_changed_sections
from sopkit.model.sop import Sop
from sopkit.parsing.digest import IMMATERIAL_KEYS


def told(redline: TextDiff) -> tuple[object, list[BlockChange]]:
    changed = [block for block in redline.blocks if not block.kept]
    return (redline.keys, redline.sections, redline.steps, redline.structure), changed


@pytest.mark.parametrize(
    "new",
    [
        sop("## Scope\n\nOther words.\n"),
        sop("## Procedure\n\n1. **Line manager**: Ask for access in Jira.\n2. **IT operations**: Grant it.\n"),
        sop("## Scope\n\nOther words.\n\n## Records\n\n- Another record.\n"),
        sop("## Escalation\n\nCall somebody.\n"),
        sop(without=["Records"]),
        sop(version='"9.0"'),
        sop(owner="security-lead"),
        sop("## Scope\n\nOther words.\n", owner="security-lead", version='"9.0"'),
        sop("## Scope\n\nAndere Worte.\n", language="de"),
    ],
)
@pytest.mark.parametrize("sound", [True, False])
def test_what_differs_is_told_alike(new: Sop, sound: bool) -> None:
    old = sop()
    cut = keep_changed_sections(old, new, IMMATERIAL_KEYS, sound=sound)
    assert told(compare(*cut, IMMATERIAL_KEYS)) == told(compare(old, new, IMMATERIAL_KEYS))
    assert len(cut[1].source.data) < len(new.source.data)


def test_front_matter_that_is_the_same_is_not_read() -> None:
    old, new = (sop("## Scope\n\nWords.\n", version=f'"{label}"') for label in ("1.0", "1.1"))
    cut = keep_changed_sections(old, new, IMMATERIAL_KEYS, sound=True)
    assert [one.front.present for one in cut] == [False, False]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## One\n\na\n\n## Two\n\nb\n", "## Two\n\nb\n\n## One\n\na\n"),  # moved
        (
            "## 1. Do it\n\na\n\n## 2. Check\n\nb\n",
            "## 1. Do it\n\na\n\n## 2. Check it\n\nb\n",
        ),  # steps count on another
        (
            "## One\n\n[x]\n\n## Two\n\n[x]: https://a.example\n",
            "## One\n\n[x] y\n\n## Two\n\n[x]: https://a.example\n",
        ),
    ],
)
def test_where_it_is_not_safe_texts_stay_whole(old: str, new: str) -> None:
    pair = read(f"---\nid: AC-001\n---\n{old}"), read(f"---\nid: AC-001\n---\n{new}")
    assert keep_changed_sections(*pair, IMMATERIAL_KEYS) == pair
