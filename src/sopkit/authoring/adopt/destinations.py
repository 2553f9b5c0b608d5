"""Where documents go: the id and the path of each, and those that want what another one has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sopkit.authoring.adopt.naming import Ids, path_of
from sopkit.authoring.adopt.plan import How, PlanLine, Refused
from sopkit.authoring.adopt.surveying import Surveyed
from sopkit.authoring.templates.numbering import file_of
from sopkit.git.globs import compile_globs
from sopkit.library import Library
from sopkit.model.errors import SopkitError


@dataclass(frozen=True)
class Destination:
    """What is decided about a document from outside: its id and where it goes."""

    id: str
    target: str
    moved: bool
    told: tuple[PlanLine, ...] = ()


def destinations_of(
    surveyed: Iterable[Surveyed], library: Library, to: str
) -> tuple[dict[Path, Destination], list[Refused]]:
    """Id and destination of each document, and those that want what another one has: neither is adopted."""
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
    destinations: dict[Path, Destination] = {}
    for one in sound:
        try:
            destinations[one.foreign.path] = _place(one, ids, library, to, is_sop)
        except SopkitError as error:
            lacks = "" if one.area.area else "area"
            refused.append(Refused(one.foreign.name, f"{error.message}; {error.hint}", lacks=lacks))
    return _apart(destinations, sound, library, refused)


def _place(one: Surveyed, ids: Ids, library: Library, to: str, is_sop: Callable[[str], bool]) -> Destination:
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
    if not to and inside is not None and is_sop(inside):
        return Destination(
            identity, inside, moved=False, told=(*told, PlanLine(How.MAPPED, "file", "is changed in place"))
        )
    if to:
        target = path_of(library, to, one.area.area, identity, one.title)
    else:
        target = file_of(library, one.area.area, identity or "sop", one.title)
    words = f"goes to {target}; the source is left alone, and named in a comment"
    return Destination(identity, target, moved=True, told=(*told, PlanLine(How.MAPPED, "file", words)))


def _apart(
    destinations: dict[Path, Destination], sound: Iterable[Surveyed], library: Library, refused: list[Refused]
) -> tuple[dict[Path, Destination], list[Refused]]:
    wanted: dict[str, list[str]] = {}
    for one in sound:
        if destination := destinations.get(one.foreign.path):
            wanted.setdefault(destination.target, []).append(one.foreign.name)
    kept = {}
    for one in sound:
        destination = destinations.get(one.foreign.path)
        if destination is None:
            continue
        if others := [name for name in wanted[destination.target] if name != one.foreign.name]:
            why = (
                f"goes to {destination.target}, as does {', '.join(others)}; give one another title or id in a map file"
            )
            refused.append(Refused(one.foreign.name, why))
        elif destination.moved and library.exists(destination.target):
            refused.append(
                Refused(
                    one.foreign.name, f"{destination.target} is there already; move it away, or choose another --to"
                )
            )
        else:
            kept[one.foreign.path] = destination
    return kept, refused
