"""The page of each SOP, and of a newer text that awaits approval: facts, relations, summary and feedback links."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from sopkit.handbook.glossary import link_terms
from sopkit.handbook.history import (
    SopHistory,
    current_changes,
    describe_changes,
    describe_row,
    newer_changes,
    sop_histories,
)
from sopkit.handbook.html import lang_attribute, render_page
from sopkit.handbook.links import PageRenderContext, published_pictures
from sopkit.handbook.pages.areas import area_of, siblings_of
from sopkit.handbook.pages.controls import control_page
from sopkit.handbook.paths import AREAS, Page, PageKind, newer_path, policy_path, role_path, sop_path
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.status import later_approval, newer_status_banner, status_banner
from sopkit.model.durations import Duration
from sopkit.model.sop import Sop
from sopkit.parsing.digest import digest
from sopkit.practice.feedback import feedback_marker
from sopkit.render.body import add_flows, render_body, title_anchor


@dataclass(frozen=True, slots=True)
class FactValue:
    """Words, the page of the handbook that tells more of them, and a remark behind them."""

    words: str
    path: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class SopFact:
    """A term with what is known about it; `chips` are short names that stand in a row."""

    term: str
    values: tuple[FactValue, ...]
    chips: bool = False


def facts_of(handbook: PublishedLibrary, sop: Sop) -> tuple[SopFact, ...]:
    """What stands at the head of the page of a text."""
    library, area = handbook.library, handbook.library.area(sop)
    every = sop.text("review_every") or (str(area.review_every) if area else "")
    found: list[tuple[str, Iterable[FactValue]]] = [
        ("owner", [_role_value(handbook, sop.text("owner"))]),
        ("approvers", [_role_value(handbook, name) for name in library.approvers(sop)]),
        ("every", [FactValue(_duration_text(handbook, every))]),
        ("classification", [FactValue(_translate_value(handbook, sop.classification))]),
        ("criticality", [FactValue(_translate_value(handbook, sop.text("criticality")))]),
    ]
    return (*_labelled_facts(handbook, found), *_control_facts(handbook, sop))


def relations_of(handbook: PublishedLibrary, sop: Sop) -> tuple[SopFact, ...]:
    """What an SOP is bound to beside controls: policies, risks, records, limits, other SOPs and so on."""
    found: list[tuple[str, Iterable[FactValue]]] = [
        ("triggers", triggers_of(handbook, sop)),
        ("policies", [_row_value(handbook, "policies", name, policy_path(name)) for name, _ in sop.texts("policies")]),
        ("risks", [_row_value(handbook, "risks", name) for name, _ in sop.texts("risks")]),
        ("assets", [FactValue(_row_title(handbook, "assets", name)) for name, _ in sop.texts("assets")]),
        ("vendors", [FactValue(_row_title(handbook, "vendors", name)) for name, _ in sop.texts("vendors")]),
        ("records", _record_values(handbook, sop)),
        ("limits", _limit_values(handbook, sop)),
        ("practice", _practice_values(handbook, sop)),
        ("audience", [_role_value(handbook, name) for name, _ in sop.texts("audience")]),
    ]
    others = ("requires", "related", "supersedes", "superseded_by")
    return tuple(
        _labelled_facts(
            handbook, [*found, *((key, [_sop_value(handbook, name) for name, _ in sop.texts(key)]) for key in others)]
        )
    )


def actors_of(handbook: PublishedLibrary, sop: Sop) -> tuple[FactValue, ...]:
    """The roles that act in the steps, in the order in which they first do."""
    if not sop.readable:
        return ()
    names = (step.actor or run.actor for run in sop.body.procedures for step in run.steps)
    return tuple(dict.fromkeys(_role_value(handbook, " ".join(name.split())) for name in names if name))


def _labelled_facts(handbook: PublishedLibrary, found: Iterable[tuple[str, Iterable[FactValue]]]) -> Iterator[SopFact]:
    for key, values in found:
        known = tuple(value for value in values if value.words)
        if known:
            yield SopFact(handbook.words(f"sop.{key}"), known)


def _translate_value(handbook: PublishedLibrary, typed: str) -> str:
    """A value out of a fixed list in the language of the handbook; any other as typed."""
    key = f"sop.is_{typed}"
    return handbook.words(key) if key in handbook.words.texts else typed


def _role_value(handbook: PublishedLibrary, name: str) -> FactValue:
    role = handbook.library.role(name)
    return FactValue(role.title or role.id, role_path(role.id)) if role else FactValue(name)


def _row_value(handbook: PublishedLibrary, register: str, key: str, path: str = "") -> FactValue:
    title = _row_title(handbook, register, key)
    known = key in handbook.library.registers[register].by_key
    return FactValue(key if key == title else f"{key} {title}", path if known else "")


def _row_title(handbook: PublishedLibrary, register: str, key: str) -> str:
    """The title of a row; where it has none, its key."""
    return str(getattr(handbook.library.registers[register].by_key.get(key), "title", "") or key)


def _sop_value(handbook: PublishedLibrary, name: str) -> FactValue:
    other = handbook.by_id.get(name)
    return FactValue(f"{name} {other.sop.text('title')}".strip(), sop_path(name)) if other else FactValue(name)


def _duration_text(handbook: PublishedLibrary, written: str) -> str:
    try:
        return handbook.words.length(Duration(written))
    except ValueError:
        return written


def triggers_of(handbook: PublishedLibrary, sop: Sop) -> Iterator[FactValue]:
    """What sets an SOP off: events as they are written, and how often."""
    for trigger, _ in sop.mappings("triggers"):
        event, every = trigger.get("event"), trigger.get("every")
        if isinstance(event, str):
            yield FactValue(event)
        elif isinstance(every, str):
            yield FactValue(handbook.words("sop.each", length=_duration_text(handbook, every)))


def _record_values(handbook: PublishedLibrary, sop: Sop) -> Iterator[FactValue]:
    for record, _ in sop.mappings("records"):
        name, where, retention = (str(record.get(key) or "") for key in ("name", "where", "retention"))
        parts = [where, handbook.words("sop.kept", length=_duration_text(handbook, retention)) if retention else ""]
        yield FactValue(name or str(record.get("id") or ""), remark=", ".join(filter(None, parts)))


def _limit_values(handbook: PublishedLibrary, sop: Sop) -> Iterator[FactValue]:
    limits = sop.front.values.get("time_limits")
    for name, limit in limits.items() if isinstance(limits, dict) else ():
        if isinstance(limit, dict) and isinstance(limit.get("limit"), str):
            starts, source = limit.get("starts"), limit.get("source")
            parts = [handbook.words("sop.from", start=starts)] if isinstance(starts, str) else []
            parts += [_translate_value(handbook, source)] if isinstance(source, str) else []
            words = f"{str(name).replace('-', ' ').replace('_', ' ')}: {_duration_text(handbook, limit['limit'])}"
            yield FactValue(words, remark="; ".join(parts))


def _practice_values(handbook: PublishedLibrary, sop: Sop) -> Iterator[FactValue]:
    """How the SOP is practised: when it was carried out and tried, how limits are kept, and what is overdue."""
    state = one.practice if (one := handbook.by_id.get(sop.id)) else None
    if state is None:
        return
    words, today = handbook.words, handbook.edition.as_of
    days = {"ran": state.last_run, "tried": state.last_exercise}
    yield from (FactValue(words(f"sop.{key}", day=str(day))) for key, day in days.items() if day)
    for limit in state.limits:
        if (share := limit.whole.share) is not None:
            name, missed = limit.terms.id.replace("-", " "), limit in state.missed
            remark = words("sop.missed", target=str(limit.terms.target)) if missed else ""
            yield FactValue(
                words("sop.on_time", limit=name, share=f"{share:g}", count=limit.whole.measured), remark=remark
            )
    due = {"run_due": state.run_due, "exercise_due": state.exercise_due if state.last_exercise else None}
    yield from (FactValue(words(f"sop.{key}", day=str(day))) for key, day in due.items() if day and day < today)


def _control_facts(handbook: PublishedLibrary, sop: Sop) -> Iterator[SopFact]:
    found: dict[str, dict[FactValue, None]] = {}
    for claim in handbook.library.claims(sop) if sop.front.values.get("controls") else ():
        for name in claim.ids or (claim.typed,):
            path = control_page(handbook, (claim.framework, name))
            remark = "" if claim.strength == "full" else _translate_value(handbook, claim.strength)
            found.setdefault(claim.framework, {})[FactValue(name, path, remark)] = None
    for framework, values in found.items():
        head = handbook.library.catalogue.heads[framework]
        yield SopFact(head.cited_as[0] if head.cited_as else head.title, tuple(values), chips=True)


MAX_SUMMARY_WORDS = 60


def summary_of(sop: Sop) -> str:
    """Its summary, else the first paragraph of its purpose, cut where it is long."""
    section = sop.body.section("Purpose") if sop.readable else None
    paragraphs = (block.text for block in section.blocks if block.kind == "paragraph") if section else iter(())
    words = sop.text("summary").split() or next(paragraphs, "").split()
    return " ".join(words) if len(words) <= MAX_SUMMARY_WORDS else f"{' '.join(words[:MAX_SUMMARY_WORDS])} …"


def starts_with_purpose(sop: Sop) -> bool:
    """Whether the text itself begins with what would be the summary, so that it would be read twice."""
    sections = sop.body.sections if sop.readable else ()
    return not sop.text("summary") and bool(sections) and "Purpose" in sections[0].names


def feedback_link(handbook: PublishedLibrary, sop: Sop, step: str = "") -> str:
    """Where a reader reports on a text, with its id, version, digest and commit filled in; empty where nothing is set.

    What `[handbook] feedback` names as `{id}`, `{version}`, `{title}`, `{commit}`, `{step}` and `{digest}` is put in.
    Where it names none, they are the subject or title of the report, and a line by which `sopkit feedback import` knows
    it. `step` comes as it is: the page's script fills it in.
    """
    where, config = handbook.library.config.handbook.feedback, handbook.library.config
    version, text = sop.text("version"), digest(sop, config) if sop.readable else ""
    known = {
        "id": sop.id,
        "title": sop.title,
        "version": version,
        "commit": handbook.edition.commit[:12],
        "digest": text,
    }
    filled = where
    for name, value in known.items():
        filled = filled.replace(f"{{{name}}}", quote(value, safe=""))
    filled = filled.replace("{step}", step)
    if filled != where or not where:
        return filled
    about = f"{sop.id} {version}: ".replace(" :", ":")
    body = quote(f"\n\n{feedback_marker(sop.id, version, text, '{step}')}", safe="").replace("%7Bstep%7D", step)
    key = "subject" if where.startswith("mailto:") else "title"
    return f"{where}{'&' if '?' in where else '?'}{key}={quote(about, safe='')}&body={body}"


def edit_link(handbook: PublishedLibrary, sop: Sop) -> str:
    """Where the file of a text is edited, from the pattern `[handbook] edit` with `{path}`; empty where none is set."""
    return handbook.library.config.handbook.edit.replace("{path}", quote(sop.path, safe="/"))


_RESERVED_ANCHORS = ("content", "contents", "search", "about-changes", "about-past", "about-ties")


def _pages(handbook: PublishedLibrary) -> Iterator[Page]:
    past = sop_histories(handbook)
    for one in handbook.shown:
        yield Page(sop_path(one.id), partial(_write, handbook, one, None, past.get(one.id)), subject=one)
        if one.newer is not None:
            yield Page(newer_path(one.id), partial(_write, handbook, one, one.newer, None))
    files = {found.path: found.data for found in published_pictures(handbook).values()}
    yield from (Page(path, partial(bytes, data)) for path, data in files.items())


def _write(handbook: PublishedLibrary, one: PublishedSop, newer: Sop | None, past: SopHistory | None) -> str:
    """The page of an SOP, or of a `newer` text of it."""
    if newer is None:
        sop, path, banner = one.sop, sop_path(one.id), status_banner(handbook, one)
        changes = current_changes(past) if past else None
    else:
        sop, path, banner = newer, newer_path(one.id), newer_status_banner(handbook, one, newer)
        changes = newer_changes(handbook, one, newer)
    area, section = area_of(handbook, one), sop.body.section("Procedure") if sop.readable else None
    procedure = " ".join(section.heading.text.split()) if section else ""
    around = PageRenderContext(sop, handbook, path)
    text = render_body(sop, handbook.library, around, _RESERVED_ANCHORS, flow=False)
    drawn = add_flows(text, sop, handbook.library, around, shut=True) if sop.readable else text
    body = replace(drawn, html=link_terms(drawn.html, handbook, path))
    procedures = sop.body.procedures if sop.readable else ()
    return render_page(
        handbook,
        path,
        "sop.html.j2",
        sop.title or sop.id,
        description=sop.text("summary"),
        one=one,
        sop=sop,
        body=body,
        crumbs=((AREAS, handbook.words("areas.title")), (area.path, area.title)),
        siblings=siblings_of(handbook, one),
        anchor=title_anchor(sop),
        lang=lang_attribute(handbook, sop),
        facts=facts_of(handbook, sop),
        ties=relations_of(handbook, sop),
        short="" if starts_with_purpose(sop) else summary_of(sop),
        actors=actors_of(handbook, sop),
        procedure=next((anchor for anchor, heading in body.contents if procedure and heading == procedure), ""),
        steps=sum(len(run.steps) for run in procedures),
        changed_words=describe_changes,
        row_words=describe_row,
        feedback=feedback_link(handbook, sop),
        feedback_on_step=feedback_link(handbook, sop, "{step}"),
        edit=edit_link(handbook, sop),
        quiz=one.quiz if newer is None else None,
        strip=banner,
        past=past,
        changes=changes,
        newer=newer is not None,
        later=later_approval(handbook, one) if one.approval else None,
    )


SOP_PAGES = PageKind("sops", _pages)
