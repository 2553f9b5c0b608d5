"""The plan for all documents: ids and places given out, each one drafted, the files of the library that change."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sopkit.authoring.adopt.decisions import Decisions, DocumentDecision
from sopkit.authoring.adopt.drafting import Destination, drafted
from sopkit.authoring.adopt.foreign import Foreign, gather, read
from sopkit.authoring.adopt.naming import Ids, path_of
from sopkit.authoring.adopt.origin import adopted_from, earlier
from sopkit.authoring.adopt.plan import AdoptedDraft, AdoptionPlan, How, PlanLine, Refused
from sopkit.authoring.adopt.roles import RoleNames
from sopkit.authoring.adopt.rows import gained, grown_registers
from sopkit.authoring.adopt.settings import tolerating
from sopkit.authoring.adopt.surveying import Surveyed, survey
from sopkit.authoring.templates.numbering import file_of
from sopkit.git.globs import compile_globs
from sopkit.library import Library
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class AdoptOptions:
    """What was asked for on the command line, for all documents."""

    area: str = ""
    to: str = ""
    bullets: str = ""


def plan_of(
    paths: Iterable[Path],
    library: Library,
    wishes: AdoptOptions,
    decisions: Decisions,
    progress: Progress = lambda _done, _total: None,
    ask: Callable[[AdoptedDraft], str] = lambda _draft: "",
) -> AdoptionPlan:
    """All that adopting some files and folders would do; nothing is written.

    `ask` is asked of each draft with plain bullets whether they are steps: "steps", "keep" or nothing.
    """
    _known(library, wishes, decisions)
    found = gather(paths, library.root)
    refused = list(found.refused)
    notes = [f"left out, as it is about its folder: {name}; name it to adopt it" for name in found.left_out]
    adopted = adopted_from(library.sops)
    targets = {(library.root / name).resolve(): sop.path for name, sop in adopted.items()}
    surveyed: list[Surveyed] = []
    total = 2 * len(found.files)
    names = []
    for done, path in enumerate(found.files, 1):
        progress(done, total)
        foreign = read(path, library.root)
        looked: Surveyed | Refused
        if isinstance(foreign, Foreign):
            names.append(foreign.name)
            if there := earlier(foreign.name, adopted):
                targets[foreign.path] = there.path
            decision = decisions.of(foreign.name).with_bullets(wishes.bullets)
            if decision.skip:
                notes.append(f"skipped, as it was decided: {foreign.name}")
                continue
            looked = _looked_through(foreign, library, decision, wishes, adopted)
        else:
            looked = foreign
        if isinstance(looked, Surveyed):
            surveyed.append(looked)
        else:
            refused.append(looked)
    asked, clashes = _asked(surveyed, library, wishes)
    refused += clashes
    names_of_roles = RoleNames(library)
    targets |= {path: place.target for path, place in asked.items()}
    drafts = []
    for done, one in enumerate(surveyed, len(found.files) + 1):
        progress(done, total)
        place = asked.get(one.foreign.path)
        if place is None:
            continue
        draft = drafted(one, place, library, names_of_roles, targets)
        if draft.asked_bullets and (answer := ask(draft)):
            draft = drafted(one.deciding(answer), place, library, names_of_roles, targets)
        drafts.append(draft)
    headings = {draft.source: draft.headings for draft in drafts}
    notes += decisions.idle(names, headings)
    shared = {**tolerating(library, drafts), **grown_registers(library, drafts, names_of_roles)}
    notes += gained(library, shared)
    return AdoptionPlan(tuple(drafts), tuple(sorted(refused, key=lambda one: one.source)), shared, tuple(notes))


def _known(library: Library, wishes: AdoptOptions, decisions: Decisions) -> None:
    """Raise SopkitError for an area that the library has not, and for a pattern that gives no paths of SOPs."""
    for area in (wishes.area, *(row.area for _, _, row, _ in decisions.rows)):
        if area and area not in library.config.all_areas:
            raise SopkitError(f"no area {area}", f"known: {', '.join(library.config.all_areas)}")
    if wishes.to:
        path_of(library, wishes.to, next(iter(library.config.all_areas), ""), "x-001", "x")


def _looked_through(
    foreign: Foreign, library: Library, decision: DocumentDecision, wishes: AdoptOptions, adopted: Mapping[str, Sop]
) -> Surveyed | Refused:
    """What can be known of a document, or why it is not adopted."""
    if there := earlier(foreign.name, adopted):
        why = f"adopted already, as {there.id or there.path}: delete that one to adopt it anew"
        return Refused(foreign.name, why, adopted=True)
    one = survey(foreign, library, decision, wishes.area)
    if one.adopted:
        return Refused(foreign.name, "an SOP already: nothing to do; sopkit lint says what it lacks", adopted=True)
    return one


def _asked(
    surveyed: Iterable[Surveyed], library: Library, wishes: AdoptOptions
) -> tuple[dict[Path, Destination], list[Refused]]:
    """Id and place of each document, and those that want what another one has: neither is adopted."""
    documents = tuple(surveyed)
    batch = {one.foreign.inside for one in documents}
    there = {sop.id: sop.path for sop in library.sops if sop.id and sop.path not in batch}
    rivals: dict[str, list[str]] = {}
    for one in documents:
        if one.own_id:
            rivals.setdefault(one.own_id, []).append(one.foreign.name)
    refused: list[Refused] = []
    sound: list[Surveyed] = []
    for one in documents:
        others = [other for other in rivals.get(one.own_id, ()) if other != one.foreign.name]
        others += [there[one.own_id]] if one.own_id in there else []
        if others:
            why = f"the id {one.own_id} is wanted by {', '.join(others)} as well; give one of them another"
            refused.append(Refused(one.foreign.name, why))
        else:
            sound.append(one)
    ids = Ids(library, (*there, *rivals))
    is_sop = compile_globs(library.config.library.sops)
    asked: dict[Path, Destination] = {}
    for one in sound:
        try:
            asked[one.foreign.path] = _place(one, ids, library, wishes, is_sop)
        except SopkitError as error:
            lacks = "" if one.area.area else "area"
            refused.append(Refused(one.foreign.name, f"{error.message}; {error.hint}", lacks=lacks))
    return _apart(asked, sound, library, refused)


def _place(
    one: Surveyed, ids: Ids, library: Library, wishes: AdoptOptions, is_sop: Callable[[str], bool]
) -> Destination:
    by_path = library.config.library.identity == "path"
    told: tuple[PlanLine, ...] = ()
    if not one.area.area and not by_path:
        raise SopkitError(one.area.why, "name its area: --area, or in a map file")
    if by_path:
        identity = ""
    elif one.own_id:
        identity = one.own_id
        told = (PlanLine(How.MAPPED, "key id", f"{identity}: its own"),)
        if not ids.fits(identity):
            raise SopkitError(f"{identity!r} is no id of this library", f"ids match {ids.pattern.pattern}")
    else:
        identity = ids.next(one.area.area)
        told = (PlanLine(How.MAPPED, "key id", f"{identity}: the next free one"),)
    inside = one.foreign.inside
    if not wishes.to and inside is not None and is_sop(inside):
        return Destination(
            identity, inside, moved=False, told=(*told, PlanLine(How.MAPPED, "file", "is changed in place"))
        )
    if wishes.to:
        target = path_of(library, wishes.to, one.area.area, identity, one.title)
    else:
        target = file_of(library, one.area.area, identity or "sop", one.title)
    words = f"goes to {target}; the source is left alone, and named in a comment"
    return Destination(identity, target, moved=True, told=(*told, PlanLine(How.MAPPED, "file", words)))


def _apart(
    asked: dict[Path, Destination], sound: Iterable[Surveyed], library: Library, refused: list[Refused]
) -> tuple[dict[Path, Destination], list[Refused]]:
    wanted: dict[str, list[str]] = {}
    for one in sound:
        if place := asked.get(one.foreign.path):
            wanted.setdefault(place.target, []).append(one.foreign.name)
    kept = {}
    for one in sound:
        place = asked.get(one.foreign.path)
        if place is None:
            continue
        if others := [name for name in wanted[place.target] if name != one.foreign.name]:
            why = f"goes to {place.target}, as does {', '.join(others)}; give one another title or id in a map file"
            refused.append(Refused(one.foreign.name, why))
        elif place.moved and library.exists(place.target):
            refused.append(
                Refused(one.foreign.name, f"{place.target} is there already; move it away, or choose another --to")
            )
        else:
            kept[one.foreign.path] = place
    return kept, refused
