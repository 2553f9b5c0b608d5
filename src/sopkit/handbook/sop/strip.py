"""What a reader must know at a glance: whether to follow a text, what speaks against it, and when it is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from sopkit.handbook.past.approved import approved_of, person
from sopkit.lifecycle.status import OUT_OF_LIST, SopState
from sopkit.model.registers import Exemption

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground, Shown
    from sopkit.handbook.past.approved import Approved
    from sopkit.lifecycle.status import StaleRow
    from sopkit.model.sop import Sop


@dataclass(frozen=True, slots=True)
class Sign:
    """A shape, a word (which a day may follow) and a sentence; `tone` is ok, warn, bad or empty."""

    tone: str
    glyph: str
    word: str
    says: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """The signs of one text: whether to follow it, when it is looked at, what else speaks against it.

    `instead` are the SOPs that took the place of one that is retired.
    """

    standing: Sign
    review: Sign | None
    alarms: tuple[Sign, ...]
    instead: tuple["Shown", ...] = ()


def strip_of(ground: "Ground", one: "Shown") -> Strip:
    """The strip of the page of an SOP."""
    standing, alarms = _standing(ground, one, approved_of(ground, one)), tuple(_alarms(ground, one))
    if any(alarm.tone == "bad" for alarm in alarms) and standing.tone == "ok":
        standing = replace(standing, tone="")  # no green beside a warning that it is not to be relied on
    return Strip(
        standing=standing,
        review=_review(ground, one),
        alarms=alarms,
        instead=_instead(ground, one) if one.sop.status == "retired" else (),
    )


def newer_strip(ground: "Ground", newer: "Sop") -> Strip:
    """The strip of a text that waits for its approval."""
    say = ground.words
    return Strip(
        Sign("bad", "■", say("sop.not_approved", version=newer.text("version")), say("sop.newer_says")), None, ()
    )


def _standing(ground: "Ground", one: "Shown", approved: "Approved | None") -> Sign:
    say, status, version = ground.words, one.sop.status, one.sop.text("version")
    if status == "retired":
        return Sign("bad", "✕", say("sop.retired"), say("sop.retired_says"))
    if status == "draft":
        return Sign("bad", "■", say("sop.draft", version=version), say("sop.draft_says"))
    if status == "trial":
        return Sign("warn", "◆", say("sop.trial", version=version), say("sop.trial_says"))
    if approved is not None:
        return _approved(ground, approved)
    if one.authority == "unkept" and status != "active":
        return Sign("", "○", say("sop.unsaid", version=version), say("sop.unsaid_says"))
    if one.authority == "unkept":
        return Sign("", "●", say("sop.active", version=version), say("sop.active_says"))
    if one.authority == "approved":
        return Sign("ok", "●", say("sop.approved", version=version))
    return Sign("bad", "■", say("sop.not_approved", version=version), say("sop.not_approved_says"))


def _approved(ground: "Ground", approved: "Approved") -> Sign:
    say, since = ground.words, ground.words.day(approved.since)
    by = say("sop.approved_by", day=say.day(approved.landed), people=approved.people)
    if approved.since > ground.edition.as_of:
        word = say("sop.approved_for_later", version=approved.version)
        return Sign("warn", "◷", word, f"{say('sop.later_says', since=since)} {by}")
    started = f" {say('sop.in_force_since', since=since)}" if approved.since != approved.landed else ""
    return Sign("ok", "●", say("sop.approved", version=approved.version), by + started)


def _review(ground: "Ground", one: "Shown") -> Sign | None:
    say, row = ground.words, one.row
    if row is None or row.state in OUT_OF_LIST or one.sop.status in set(OUT_OF_LIST):
        return None
    said = _reviewed(ground, one, row)
    if row.due is None:
        return Sign("warn", "▲", say("sop.never_reviewed"), said) if row.reviewed is None else None
    if row.due < ground.edition.as_of:
        return Sign("bad", "▲", say("sop.overdue"), said, row.due)
    if SopState.DUE_SOON in row.flags:
        return Sign("warn", "▲", say("sop.due_soon"), said, row.due)
    return Sign("ok" if row.reviewed else "", "●", say("sop.due"), said, row.due)


def _reviewed(ground: "Ground", one: "Shown", row: "StaleRow") -> str:
    """Who looked last and when, and that the text changed since."""
    say = ground.words
    if row.reviewed is None:
        return say("sop.no_review" if row.due is None else "sop.due_from_change")
    who = person(ground, row.reviewed_by) if row.reviewed_by else ""
    said = say("sop.reviewed_by" if who else "sop.reviewed", day=say.day(row.reviewed), who=who)
    if SopState.CHANGED_SINCE_REVIEW in row.flags and row.changed is not None and not one.awaits:
        said = f"{said} {say('sop.changed_since', day=say.day(row.changed))}"
    return said


def _alarms(ground: "Ground", one: "Shown") -> Iterator[Sign]:
    say, flags = ground.words, one.row.flags if one.row else ()
    owner = ground.library.role_title(one.sop.text("owner")) or say("sop.nobody")
    if SopState.ENTRY_TAMPERED in flags:
        yield Sign("bad", "▲", say("sop.tampered"), say("sop.tampered_says", owner=owner))
    if SopState.DUPLICATE_ID in flags:
        yield Sign("bad", "▲", say("sop.duplicate", id=one.id), say("sop.duplicate_says", owner=owner))
    if SopState.WATCHED_CODE_CHANGED in flags and one.row and one.row.watched_changed:
        said = say("sop.watched_says", day=say.day(one.row.watched_changed))
        yield Sign("warn", "▲", say("sop.watched"), said)
    for row in ground.library.registers["exceptions"].rows:
        if isinstance(row, Exemption) and row.sop == one.id and _holds(row, ground.edition.as_of):
            word = say("sop.exception_until" if row.until else "sop.exception", id=row.id)
            yield Sign("", "◇", word, row.what or row.reason, row.until)


def _holds(row: Exemption, day: date) -> bool:
    return (row.since is None or row.since <= day) and row.gone(day) is None


def _instead(ground: "Ground", one: "Shown") -> tuple["Shown", ...]:
    """The SOPs that took the place of one: those that it names, and those that name it."""
    names = (*(name for name, _ in one.sop.texts("superseded_by")), *_successors(ground).get(one.id, ()))
    return tuple(ground.by_id[name] for name in dict.fromkeys(names) if name in ground.by_id and name != one.id)


@lru_cache(maxsize=4)
def _successors(ground: "Ground") -> dict[str, tuple[str, ...]]:
    """The ids of the SOPs that say that they replace an SOP, by its id."""
    found: dict[str, tuple[str, ...]] = {}
    for one in ground.shown:
        if b"supersedes" in one.sop.source.data:
            for name, _ in one.sop.texts("supersedes"):
                found[name] = (*found.get(name, ()), one.id)
    return found
