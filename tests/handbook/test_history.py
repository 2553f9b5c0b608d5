"""The past of an SOP as its page tells it, and what differs between two of its texts."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.build import sop
from tests.handbook.conftest import Sites

from sopkit.diff import compare
from sopkit.diff.model import ChangeKind
from sopkit.handbook.history import (
    HistoryRow,
    HistoryRowKind,
    VersionChanges,
    current_changes,
    describe_changes,
    describe_row,
    newer_changes,
    sop_histories,
)
from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.handbook.status import Signatory
from sopkit.handbook.text_changes import MAX_BLOCKS, ChangedBlock, TextChanges, WordRun, compare_texts
from sopkit.handbook.translations import load_translations
from sopkit.lifecycle.cache import CacheStore
from sopkit.lifecycle.change_summary import PartChange, keep_changed_sections
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop_document import Classification
from sopkit.parsing.digest import immaterial_keys

pytestmark = pytest.mark.slow

SAY = load_translations("en")


@pytest.fixture(scope="session")
def ground(acme: LibraryStatus) -> PublishedLibrary:
    return published_library(acme, BuildOptions(Classification.RESTRICTED, drafts=True))


def test_an_approval_tells_what_changed_by_whom_and_on_what_evidence(ground: PublishedLibrary) -> None:
    row = next(row for row in sop_histories(ground)["AC-001"].rows if row.what is HistoryRowKind.APPROVED)
    assert row.changed is not None
    assert replace(row, changed=None, order=(0, 0)) == HistoryRow(
        order=(0, 0),
        day=date(2026, 9, 11),
        what=HistoryRowKind.APPROVED,
        version="2.1",
        revision=7,
        by=(Signatory("Catarina Lopes", ("Chief information security officer",)),),
        level="E1",
        wrote=("Elias Brandt",),
        commit="0a10de7f99e8b2c45e56295b6dd38df864b15b27",
        before=6,
    )
    assert describe_changes(SAY, row.changed) == (
        "step 10 changed; sections Scope, Metrics, References changed; effective, time limits changed"
    )


def test_rows_stand_newest_first_and_withdrawals_are_among_them(ground: PublishedLibrary) -> None:
    rows = sop_histories(ground)["AC-001"].rows
    assert [row.day for row in rows] == sorted((row.day for row in rows), reverse=True)
    assert [row.version for row in rows if row.what is HistoryRowKind.WITHDRAWN] == ["1.2"]


def test_a_text_that_nobody_approved_is_told_as_written(ground: PublishedLibrary) -> None:
    rows = sop_histories(ground)["AM-002"].rows
    assert [describe_row(SAY, row) for row in rows] == [
        "Reviewed: no change",
        "Text changed",
        "Text changed",
        "First text",
    ]


def test_what_changed_is_told_word_by_word(ground: PublishedLibrary) -> None:
    changes = current_changes(sop_histories(ground)["AC-001"])
    assert changes is not None
    assert (changes.version, changes.against) == ("2.1", "2.0")
    assert changes.changed.pieces[1] == ChangedBlock(
        "Procedure",
        "10",
        moved=False,
        words=(
            WordRun("kept", "If the departure is urgent, then suspend within "),
            WordRun("removed", "1 hour"),
            WordRun("added", "30 minutes"),
            WordRun("kept", " of the page."),
        ),
    )


def test_the_words_of_a_change_are_marked_for_eyes_and_ears(sites: Sites) -> None:
    page = sites().files["sop/AC-001/index.html"].decode()
    assert (
        '<del><span class="aside">out: </span>1 hour</del><ins><span class="aside">in: </span>30 minutes</ins>' in page
    )


def test_a_newer_text_is_compared_with_the_one_that_holds(ground: PublishedLibrary) -> None:
    one = ground.by_id["BK-002"]
    assert one.newer is not None
    found = newer_changes(ground, one, one.newer)
    assert isinstance(found, VersionChanges)
    assert (found.version, found.against) == ("1.2", "1.1")


def test_texts_that_were_more_secret_are_not_told(acme: LibraryStatus, monkeypatch: pytest.MonkeyPatch) -> None:
    internal = published_library(acme, BuildOptions())
    monkeypatch.setattr(
        PublishedLibrary, "hidden_revisions", lambda _, one: frozenset({6}) if one.id == "AC-001" else frozenset()
    )
    sop_histories.cache_clear()
    rows = sop_histories(internal)["AC-001"].rows
    sop_histories.cache_clear()
    assert {row.revision for row in rows} == {2, 3, 4, 5, 7}
    assert next(row for row in rows if row.revision == 7 and row.before).before == 5


def test_names_and_notes_are_not_for_everyone(acme: LibraryStatus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PublishedLibrary, "hidden_revisions", lambda *_: frozenset())
    everyone = published_library(acme, BuildOptions(Classification.PUBLIC))
    internal = published_library(acme, BuildOptions())
    shown = replace(everyone, shown=internal.shown, status=internal.status)
    rows = sop_histories(shown)["AC-001"].rows
    assert {name for row in rows for name in (row.note, *row.wrote, *(one.name for one in row.by))} == {""}


def test_what_was_compared_once_is_kept(acme: LibraryStatus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert acme.judged is not None
    kept = replace(acme, judged=replace(acme.judged, store=CacheStore(tmp_path)))
    sop_histories.cache_clear()
    first = sop_histories(published_library(kept, BuildOptions()))
    monkeypatch.setattr("sopkit.handbook.text_changes.compare_texts", lambda *_: pytest.fail("compared again"))
    assert sop_histories(published_library(kept, BuildOptions())) == first
    sop_histories.cache_clear()


def test_no_value_of_the_front_matter_is_told() -> None:
    found = compare_texts(sop(related="[AC-777]"), sop(related="[AC-888]"), frozenset())
    assert found == TextChanges((PartChange("key", ChangeKind.CHANGED, ("related",)),))


def test_links_inside_the_library_are_not_told_and_long_words_that_stayed_are_cut() -> None:
    stayed = "word " * 60
    old = sop(f"## Scope\n\n{stayed} and [here](secret/a.md) all.\n")
    new = sop(f"## Scope\n\n{stayed} and [there](secret/b.md) all.\n")
    [piece] = compare_texts(old, new, frozenset()).pieces
    assert "hidden_revisions" not in repr(piece)
    assert piece.words[0].text.startswith("…")
    assert len(piece.words[0].text) < 70


def test_only_so_many_pieces_are_told() -> None:
    old, new = (
        sop("## Scope\n\n" + "".join(f"{word} number {at}.\n\n" for at in range(40))) for word in ("Part", "Piece")
    )
    found = compare_texts(old, new, frozenset())
    assert len(found.pieces) == MAX_BLOCKS
    assert found.more == 40 - MAX_BLOCKS


def test_narrowed_texts_differ_as_the_whole_ones_do(acme: LibraryStatus) -> None:
    ground = published_library(acme, BuildOptions(Classification.RESTRICTED, drafts=True))
    assert ground.status.judged is not None
    skipped = immaterial_keys(ground.library.config)
    narrower = 0
    for one in ground.shown:
        revisions = ground.status.judged.pasts.by_key[one.id, ""].revisions
        for number in range(2, len(revisions) + 1, 2):
            pair = ground.typed(one, number - 1), ground.typed(one, number)
            assert pair[0] is not None
            assert pair[1] is not None
            cut = keep_changed_sections(pair[0], pair[1], skipped, sound=True)
            if cut[0] is pair[0]:
                continue
            narrower += 1
            whole, part = compare(pair[0], pair[1], skipped), compare(*cut, skipped)
            assert (whole.steps, whole.sections, whole.keys) == (part.steps, part.sections, part.keys)
            assert [b for b in whole.blocks if not b.kept] == [b for b in part.blocks if not b.kept]
    assert narrower > 20
