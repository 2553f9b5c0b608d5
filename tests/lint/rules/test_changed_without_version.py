"""SOP601: labels against the texts that were approved under them."""

from pathlib import Path

import pytest
from tests.lint.rules.past import findings, told

from sopkit.lint.rule import ExampleCommit
from sopkit.model.finding import FixClass

pytestmark = pytest.mark.slow

OTHER = "## Purpose\n\nGive people no more access than their work needs.\n"


def text(version: str, body: str = "", status: str = "active") -> str:
    return f'---\nversion: "{version}"\nstatus: {status}\n---\n{body}'


APPROVED = (
    ExampleCommit("2026-01-05", "ben", text=text("2.0")),
    ExampleCommit("2026-01-06", "ann", entry="kind: approval"),
)


@pytest.mark.parametrize(
    ("now", "message"),
    [
        (text("2.0"), ""),
        (text("1.3"), "version is `1.3`, but this text was approved as 2.0; write that"),
        (text("2.1"), "version is `2.1`, but this text was approved as 2.0; write that"),
        (text("2.0", OTHER), "version 2.0 was approved on 2026-01-06 for another text; raise it, for example to 2.1"),
        (text("1.9", OTHER), "version 1.9 is not above 2.0, which is approved; raise it, for example to 2.1"),
        (text("1.10.1", OTHER), "version 1.10.1 is not above 2.0, which is approved; raise it, for example to 2.1"),
        (text("2.0.0", OTHER), "version 2.0.0 is not above 2.0, which is approved; raise it, for example to 2.1"),
        (text("2.0.1", OTHER), ""),
        (text("2.1", OTHER), ""),
        (text("10.0", OTHER), ""),
        (text("two", OTHER), ""),
    ],
)
def test_the_label_in_the_folder(now: str, message: str, tmp_path: Path) -> None:
    assert [words for _, words in told(tmp_path, "SOP601", now, *APPROVED)] == ([message] if message else [])


def test_the_label_is_lowered_in_a_commit(tmp_path: Path) -> None:
    history = (*APPROVED, ExampleCommit("2026-02-02", "ben", text=text("1.3")))
    message = "version is `1.3`, but this text was approved as 2.0; write that"
    assert told(tmp_path, "SOP601", text("1.3"), *history) == [('"1.3"', message)]


def test_without_an_approval_any_label_will_do(tmp_path: Path) -> None:
    assert told(tmp_path, "SOP601", text("0.1", OTHER), APPROVED[0]) == []


def test_a_revert_needs_a_higher_label_than_the_text_that_it_undoes(tmp_path: Path) -> None:
    history = (
        *APPROVED,
        ExampleCommit("2026-02-02", "ben", text=text("2.1", OTHER)),
        ExampleCommit("2026-02-03", "ann", entry="kind: approval"),
    )
    message = "version 2.0 is not above 2.1, which is approved; raise it, for example to 2.2"
    assert told(tmp_path, "SOP601", text("2.0"), *history) == [('"2.0"', message)]


def test_a_label_whose_approval_was_withdrawn_is_used_up(tmp_path: Path) -> None:
    history = (*APPROVED, ExampleCommit("2026-01-07", "ann", entry="kind: withdrawal"))
    message = "version 2.0 was approved on 2026-01-06 for another text; raise it, for example to 2.1"
    assert told(tmp_path, "SOP601", text("2.0", OTHER), *history) == [('"2.0"', message)]
    assert told(tmp_path / "same", "SOP601", text("2.0"), *history) == []


def test_the_suggestion_writes_the_label(tmp_path: Path) -> None:
    [finding] = findings(tmp_path, "SOP601", text("2.0", OTHER), *APPROVED)
    assert finding.fix is not None
    assert (finding.fix.kind, finding.fix.label) == (FixClass.SUGGESTION, 'write `"2.1"`')
    [edit] = finding.fix.edits
    assert (edit.start, edit.end, edit.text) == (finding.place.start, finding.place.end, '"2.1"')


def test_layout_tags_and_status_are_no_other_text(tmp_path: Path) -> None:
    assert told(tmp_path, "SOP601", '---\nversion: "2.0"\nstatus: retired\ntags: [new]\n---\n', *APPROVED) == []
