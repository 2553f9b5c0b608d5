"""The page of each SOP, and that of a newer text that awaits approval."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from sopkit.handbook.ground import Ground, Shown
from sopkit.handbook.html import lang_of, write
from sopkit.handbook.page import AREAS, Page, PageKind, newer_path, sop_path
from sopkit.handbook.past.history import History, changes_of, histories, newer_changes
from sopkit.handbook.past.history_words import changed_words, row_words
from sopkit.handbook.sop.facts import actors_of, facts_of, ties_of
from sopkit.handbook.sop.feedback import edit_link, feedback_link
from sopkit.handbook.sop.in_short import in_short, starts_with_purpose
from sopkit.handbook.sop.links import Linked
from sopkit.handbook.sop.pictures import pictures
from sopkit.handbook.sop.siblings import siblings_of
from sopkit.handbook.sop.strip import newer_strip, strip_of
from sopkit.handbook.views.areas import area_of
from sopkit.handbook.views.glossary import with_terms
from sopkit.model.sop import Sop
from sopkit.render.body import body_of, title_anchor
from sopkit.render.flows import with_flows

_TAKEN = ("content", "contents", "search", "about-changes", "about-past", "about-ties")


def _pages(ground: Ground) -> Iterator[Page]:
    past = histories(ground)
    for one in ground.shown:
        yield Page(sop_path(one.id), partial(_write, ground, one, past.get(one.id)), subject=one)
        if one.newer is not None:
            yield Page(newer_path(one.id), partial(_write_newer, ground, one, one.newer))
    files = {found.path: found.data for found in pictures(ground).values()}
    yield from (Page(path, partial(bytes, data)) for path, data in files.items())


def _write(ground: Ground, one: Shown, past: History | None) -> str:
    changes = changes_of(past) if past else None
    strip = strip_of(ground, one)
    return _page(ground, sop_path(one.id), one, one.sop, strip=strip, past=past, changes=changes, newer=False)


def _write_newer(ground: Ground, one: Shown, newer: Sop) -> str:
    strip, changes = newer_strip(ground, newer), newer_changes(ground, one, newer)
    return _page(ground, newer_path(one.id), one, newer, strip=strip, past=None, changes=changes, newer=True)


def _page(ground: Ground, path: str, one: Shown, sop: Sop, **content: object) -> str:
    around = Linked(sop, ground, path)
    text = body_of(sop, ground.library, around, _TAKEN, flow=False)
    drawn = with_flows(text, sop, ground.library, around, shut=True) if sop.readable else text
    body = replace(drawn, html=with_terms(drawn.html, ground, path))
    procedures = sop.body.procedures if sop.readable else ()
    return write(
        ground,
        path,
        "sop.html.j2",
        sop.title or sop.id,
        description=sop.text("summary"),
        one=one,
        sop=sop,
        body=body,
        crumbs=_crumbs(ground, one),
        siblings=siblings_of(ground, one),
        anchor=title_anchor(sop),
        lang=lang_of(ground, sop),
        facts=facts_of(ground, sop),
        ties=ties_of(ground, sop),
        short="" if starts_with_purpose(sop) else in_short(sop),
        actors=actors_of(ground, sop),
        procedure=_procedure(sop, body.contents),
        steps=sum(len(run.steps) for run in procedures),
        changed_words=changed_words,
        row_words=row_words,
        feedback=feedback_link(ground, sop),
        edit=edit_link(ground, sop),
        **content,
    )


def _crumbs(ground: Ground, one: Shown) -> tuple[tuple[str, str], ...]:
    area = area_of(ground, one)
    return (AREAS, ground.words("areas.title")), (area.path, area.title)


def _procedure(sop: Sop, contents: list[tuple[str, str]]) -> str:
    """The anchor of the heading above the steps."""
    section = sop.body.section("Procedure") if sop.readable else None
    words = " ".join(section.heading.text.split()) if section else ""
    return next((anchor for anchor, heading in contents if heading == words), "") if words else ""


SOP_PAGES = PageKind("sops", _pages)
