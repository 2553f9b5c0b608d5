from tests.build import complete, read, sop

from sopkit.diff import compare
from sopkit.diff.model import (
    BlockChange,
    BlockPlace,
    ChangeKind,
    KeyChange,
    SectionChange,
    StepChange,
    TextDiff,
    TextRun,
)
from sopkit.model.sop import Sop

KEPT, IN, OUT = ChangeKind.KEPT, ChangeKind.ADDED, ChangeKind.REMOVED
STEPS = """\
## Procedure

1. **Line manager**: Ask for access in Jira.
2. **Asset owner**: Approve the request.
3. **IT operations**: Grant the access within 4 hours.
"""


def redline(before: str, after: str) -> TextDiff:
    return compare(sop(before), sop(after))


def body(text: str) -> Sop:
    return read(f"---\nid: AC-001\n---\n{text}")


def changed(before: str, after: str) -> list[BlockChange]:
    """The blocks that differ between two bodies."""
    return [block for block in compare(body(before), body(after)).blocks if not block.kept]


def gist(before: str, after: str) -> list[str]:
    """The runs of every block that differs, as words."""
    marks = {KEPT: "{}", IN: "+{}+", OUT: "-{}-"}
    return ["".join(marks[run.how].format(run.text) for run in block.runs) for block in changed(before, after)]


def test_one_text_has_an_empty_redline() -> None:
    assert compare(sop(), sop()) == TextDiff()


def test_layout_is_no_material_change() -> None:
    line = "3. **IT operations**: Grant the access within 4 hours."
    after = complete().replace(line, "3) __IT operations__: Grant\n   the access <!-- soon --> within 4 hours.")
    found = compare(sop(), read(after.replace("status: active", "status: 'active'")))
    assert not found.material
    assert (found.keys, found.administrative, found.sections, found.steps) == ((), (), (), ())
    assert all(block.kept for block in found.blocks)


def test_a_step_that_says_something_else() -> None:
    found = redline("", STEPS.replace("4 hours", "2 hours"))
    runs = (
        TextRun(KEPT, "IT operations", ("strong",)),
        TextRun(KEPT, ": Grant the access within "),
        TextRun(OUT, "4"),
        TextRun(IN, "2"),
        TextRun(KEPT, " hours."),
    )
    place = BlockPlace("Procedure", "3")
    item = "numbered item"
    block = BlockChange(ChangeKind.CHANGED, False, item, item, 1, True, place, place, runs)
    assert [block for block in found.blocks if not block.kept] == [block]
    assert found.steps == (StepChange((ChangeKind.CHANGED,), "3", "3", "", runs),)
    assert found.sections == (SectionChange((ChangeKind.CHANGED,), "Procedure", "Procedure"),)


def test_keys_as_typed_and_administrative_ones_apart() -> None:
    found = compare(sop(), sop(owner="ciso", version='"1.1"', tags="[a, b]", criticality="''"))
    assert found.keys == (
        KeyChange(
            "owner", ChangeKind.CHANGED, "security-lead", "ciso", (TextRun(OUT, "security-lead"), TextRun(IN, "ciso"))
        ),
        KeyChange("criticality", ChangeKind.REMOVED, "medium", "", (TextRun(OUT, "medium"),)),
    )
    assert found.administrative == (
        KeyChange("version", ChangeKind.CHANGED, "1.0", "1.1", (TextRun(OUT, "1.0"), TextRun(IN, "1.1"))),
        KeyChange("tags", ChangeKind.ADDED, None, ["a", "b"], (TextRun(IN, "[a, b]"),)),
    )
    assert not compare(sop(), sop(version='"1.1"')).material


def test_steps_that_moved_changed_came_and_were_counted_anew() -> None:
    after = """\
## Procedure

1. **Line manager**: Ask for access in Jira.
2. **IT operations**: Grant the access within 2 hours.
3. **Asset owner**: Approve the request.
4. **HR**: Keep the form.
"""
    found = [(step.how, step.old, step.new) for step in redline("", after).steps]
    assert found == [
        ((ChangeKind.MOVED, ChangeKind.CHANGED), "3", "2"),
        ((ChangeKind.RENUMBERED,), "2", "3"),
        ((ChangeKind.ADDED,), None, "4"),
    ]


def test_a_step_is_known_by_its_anchor_whatever_it_says() -> None:
    old = '## Procedure\n\n1. <a id="ask"></a>Ask for access in Jira.\n2. Approve the request.\n3. Close it.\n'
    new = '## Procedure\n\n1. Approve the request.\n2. Close it.\n3. <a id="ask"></a>Write to the owner.\n'
    found = [step for step in redline(old, new).steps if step.anchor]
    assert [(step.how, step.old, step.new) for step in found] == [((ChangeKind.MOVED, ChangeKind.CHANGED), "1", "3")]


def test_what_belongs_to_a_step_is_told_with_it() -> None:
    old = STEPS.replace("the request.", "the request.\n   - Evidence: the ticket")
    [block] = [block for block in redline(old, old.replace("the ticket", "the signed ticket")).blocks if not block.kept]
    assert (block.leads, block.new) == (False, BlockPlace("Procedure", "2"))
    assert "".join(run.text for run in block.runs if run.how is IN) == "signed "


def test_sections_that_came_went_moved_and_were_renamed() -> None:
    old = "## Purpose\n\nGive access to people.\n\n## Scope\n\nAll of the staff accounts.\n\n## Notes\n\nNone.\n"
    new = "## Scope\n\nAll of the staff accounts.\n\n## Purpose\n\nGive access to people.\n\n## Remarks\n\nNone.\n"
    found = compare(body(old), body(new)).sections
    assert found == (
        SectionChange((ChangeKind.MOVED,), "Scope", "Scope"),
        SectionChange((ChangeKind.CHANGED,), "Notes", "Remarks"),
    )
    assert redline("", "## Metrics\n\nOne a week.\n").sections == (SectionChange((ChangeKind.ADDED,), None, "Metrics"),)
    gone = compare(sop(), sop(without=["Inputs"])).sections
    assert gone == (SectionChange((ChangeKind.REMOVED,), "Inputs", None),)


def test_words_styles_targets_rows_and_code() -> None:
    assert gist("must reboot", "must not reboot") == ["must +not +reboot"]
    assert gist("a-b c d", "a b c d") == ["-a-b-+a b+ c d"]
    assert gist("Go on.\n", "*Go* on.\n") == ["-Go-+Go+ on."]
    assert gist("See [it](a.md) now.\n", "See [it](b.md) now.\n") == ["See -it-+it+ now."]
    assert gist("| a | b |\n| - | - |\n| c | d |\n", "| a | b |\n| - | - |\n| c | e |\n") == ["c | -d-+e+"]
    assert gist("```\nx\n  y\n```\n", "```\nx\n    y\n```\n") == ["-  -+    +y"]
    assert gist("- [ ] Do it\n", "- [x] Do it\n") == ["Do it"]
    [task] = changed("- [ ] Do it\n", "- [x] Do it\n")
    assert (task.old_shape, task.shape) == ("open task", "done task")


def test_a_list_that_became_numbered_and_a_heading_of_another_level() -> None:
    assert [(block.old_shape, block.shape) for block in changed("- a\n- b\n", "1. a\n2. b\n")] == [
        ("list item", "numbered item"),
        ("list item", "numbered item"),
    ]
    assert [(block.old_shape, block.shape) for block in changed("### A\n", "#### A\n")] == [("heading 3", "heading 4")]


def test_two_quotes_or_one_differ_in_structure_only() -> None:
    found = compare(body("> a\n>\n> b\n"), body("> a\n\n> b\n"))
    assert (found.material, found.structure) == (True, True)


def test_text_that_cannot_be_read_is_compared_by_lines() -> None:
    broken = "---\nid: [AC-001\n---\none\ntwo\n"
    found = compare(read(broken), read(broken.replace("two", "three")))
    assert found.keys == ()
    assert [block.runs for block in found.blocks if not block.kept] == [(TextRun(OUT, "two"), TextRun(IN, "three"))]
    odd = compare(read(b"\xff one\n"), read(b"\xfe one\n"))
    assert [run.text for block in odd.blocks for run in block.runs] == ["\\", "xff", "xfe", " one"]
    assert compare(read(broken), sop()).material
