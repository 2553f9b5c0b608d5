"""Which thing somebody means by an id as people write it."""

from collections.abc import Iterable, Iterator
from itertools import islice

from sopkit.library import Library
from sopkit.model.control_ids import MatchKind, parse_control
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.tracing.graph import REGISTER_OF, Key, Kind
from sopkit.tracing.inside import Insides, StepTold, records_of

_MOST = 6


def find_subject(typed: str, library: Library, insides: Insides) -> Key:
    """The thing that is meant. SopkitError when there is none, with what is near, or several, with how to name one."""
    written = " ".join(typed.split())
    kind, rest, framework = _prefix(written, library)
    found = list(dict.fromkeys(_candidates(rest, kind, framework, library, insides)))
    exact = [(key, name) for key, name in found if name == rest]
    meant = exact or found
    keys = list(dict.fromkeys(key for key, _ in meant))
    if len(keys) == 1:
        return keys[0]
    if keys:
        names = [_spelled(key, library) for key in keys]
        more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
        said = " or ".join(names[:_MOST])
        raise SopkitError(f"`{typed}` may be {said}{more}", "name one of them as it is written here")
    near = nearest(rest.casefold(), {name.casefold(): name for name in _names(library)}, 3)
    known = {name.casefold(): name for name in _names(library)}
    advice = (
        f"did you mean {', '.join(known[name] for name in near)}?" if near else "any id of the library can be traced"
    )
    raise SopkitError(f"nothing is called `{typed}`", advice)


def _prefix(written: str, library: Library) -> tuple[Kind | None, str, str | None]:
    """What stands before a colon: a kind, or a framework."""
    before, colon, rest = written.partition(":")
    word = before.strip().casefold()
    for kind in Kind:
        if colon and word in {kind.value, REGISTER_OF.get(kind, f"{kind}s")}:
            return kind, rest.strip(), None
    if colon and before in library.catalogue.ids:
        return Kind.CONTROL, rest.strip(), before
    return None, written, None


def _candidates(
    written: str, kind: Kind | None, framework: str | None, library: Library, insides: Insides
) -> Iterator[tuple[Key, str]]:
    """All things that may be meant without regard to case, each with the name by which it was found."""
    folded = written.casefold()
    for key, name in _all_named(library):
        if kind in {None, key.kind} and name.casefold() == folded:
            yield key, name
    if kind in {None, Kind.STEP, Kind.RECORD}:
        yield from ((key, written) for key in _parts(written, library, insides) if kind in {None, key.kind})
    if kind in {None, Kind.CONTROL}:
        yield from ((key, written) for key in _controls(written, framework, library))


def _all_named(library: Library) -> Iterator[tuple[Key, str]]:
    """Rows of registers by their ids, roles by all their names, SOPs by id and path."""
    for kind, register in REGISTER_OF.items():
        for row in library.registers[register].by_key.values():
            yield from ((Key(kind, row.key), name) for name in (row.names if kind is Kind.ROLE else (row.key,)))
    for sop in library.sops:
        yield from ((Key(Kind.SOP, sop.path), name) for name in (sop.id, sop.path) if name)


def _parts(written: str, library: Library, insides: Insides) -> Iterator[Key]:
    """`BK-001#coverage` or `BK-001#3` is a step, `BK-001/restore-record` or `restore-record` a record."""
    name, mark, anchor = written.partition("#")
    if mark:
        for sop in _sops(name, library):
            called = (step.key for step in insides.steps(sop.path) if anchor.casefold() in _names_of(step))
            yield from islice(called, 1)
        return
    name, mark, record = written.rpartition("/")
    for sop in _sops(name, library) if mark else library.sops:
        if mark or written.casefold().encode() in sop.source.data.lower():
            for kept in records_of(sop):
                if kept.id.casefold() == record.casefold():
                    yield Key(Kind.RECORD, kept.id, sop.path)


def _names_of(step: StepTold) -> tuple[str, str]:
    return step.key.id.casefold(), step.number.casefold()


def _sops(name: str, library: Library) -> list[Sop]:
    folded = name.strip().casefold()
    return [sop for sop in library.sops if folded in {sop.id.casefold(), sop.path.casefold()}]


def _controls(written: str, framework: str | None, library: Library) -> Iterator[Key]:
    """The controls of an id: of the library's first framework where that has it, else wherever it is one."""
    catalogue, frameworks = library.catalogue, library.config.library.frameworks
    match = parse_control(written, catalogue, framework or library.first_framework)
    if match.kind in {MatchKind.FOUND, MatchKind.SUPERSEDED, MatchKind.WITHDRAWN} and match.framework is not None:
        yield from (Key(Kind.CONTROL, control, match.framework) for control in match.ids)
    elif framework is None:
        choices = [choice for choice in match.choices if choice[0] in frameworks] or list(match.choices)
        yield from (Key(Kind.CONTROL, control, of) for of, control in choices)


def _spelled(key: Key, library: Library) -> str:
    """How a thing is named so that nothing else is meant."""
    if key.kind is Kind.CONTROL:
        return f"{key.scope}:{key.id}"
    if key.kind in {Kind.STEP, Kind.RECORD}:
        sop = library.by_path[key.scope]
        return f"{sop.name}{'#' if key.kind is Kind.STEP else '/'}{key.id}"
    return f"{key.kind}:{key.id}"


def _names(library: Library) -> Iterable[str]:
    yield from (name for _, name in _all_named(library))
    for framework in library.config.library.frameworks:
        yield from library.catalogue.get(framework).by_id
    for sop in library.sops:
        yield from (record.id for record in records_of(sop))
