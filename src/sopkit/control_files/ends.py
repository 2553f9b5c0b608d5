"""Whether the rows of a mapping lead from controls that exist to controls that exist."""

from collections.abc import Collection, Iterator, Mapping

from sopkit.control_files.file import ControlFile
from sopkit.model.catalogue import Catalogue
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Finding, Severity
from sopkit.model.nearest import nearest
from sopkit.model.places import Loc

_SOURCE, _TARGET, _CLAUSES = "source_framework", "target_framework", "clause_framework"
_LISTS = {
    "rows": (_SOURCE, _TARGET),
    "reverse_rows": (_TARGET, _SOURCE),
    "one_source_rows": (_SOURCE, _TARGET),
    "clause_rows": (_CLAUSES, _TARGET),
}


def ends_of_mapping(file: ControlFile, own: Mapping[str, Collection[str]], catalogue: Catalogue) -> Iterator[Finding]:
    """The findings about both frameworks and every row; `own` are the ids of the library's frameworks by name."""
    ids: dict[str, Collection[str]] = {}
    for key in (_SOURCE, _TARGET, _CLAUSES):
        name = file.values.get(key)
        if isinstance(name, str):
            found = own[name] if name in own else _shipped(name, catalogue)
            if found is not None:
                ids[key] = found
            elif name not in catalogue.ids:
                near = nearest(name, catalogue.ids, 1, 0.3)
                advice = f"did you mean `{near[0]}`?" if near else "see `sopkit control list`"
                yield file.finding("SOP501", f"no framework `{name}`; {advice}", (key,))
    if file.values.get(_SOURCE) == file.values.get(_TARGET) and _SOURCE in ids:
        yield file.finding("SOP005", "maps a framework to itself; name another one", (_TARGET,))
    for key, (left, right) in _LISTS.items():
        yield from _rows(file, key, (left, ids.get(left)), (right, ids.get(right)))
    new = file.values.get("new_in_target")
    for index, name in enumerate(new if isinstance(new, list) else []):
        yield from _end(file, name, (_TARGET, ids.get(_TARGET)), ("new_in_target", index))


def _shipped(name: str, catalogue: Catalogue) -> Collection[str] | None:
    """The ids of a framework that is not the library's; None when there is none, or it cannot be read."""
    try:
        framework = catalogue.framework(name)
    except SopkitError:
        return None
    return framework.by_id if framework is not None else None


_Side = tuple[str, Collection[str] | None]


def _rows(file: ControlFile, key: str, left: _Side, right: _Side) -> Iterator[Finding]:
    rows = file.values.get(key)
    seen: set[tuple[str, str]] = set()
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        if not isinstance(row, dict):
            continue
        at: Loc = (key, index)
        source, targets = row.get("from"), row.get("to")
        yield from _end(file, source, left, (*at, "from"))
        places = enumerate(targets) if isinstance(targets, list) else [(None, targets)]
        for place, target in places:
            there: Loc = (*at, "to") if place is None else (*at, "to", place)
            yield from _end(file, target, right, there)
            if (str(source), str(target)) in seen:
                said = f"{source} to {target} is there twice; delete one of them"
                yield file.finding("SOP007", said, there, Severity.WARNING)
            seen.add((str(source), str(target)))
        partial = row.get("partial")
        for place, target in enumerate(partial if isinstance(partial, list) else []):
            if isinstance(targets, list) and target not in targets:
                said = f"{target} is partial but not under `to`; list it there as well"
                yield file.finding("SOP501", said, (*at, "partial", place))
        if targets == [] and key == "rows":
            said = f"{source} leads nowhere; name what it corresponds to, or delete the row"
            yield file.finding("SOP501", said, (*at, "to"), Severity.WARNING)


def _end(file: ControlFile, name: object, side: _Side, at: Loc) -> Iterator[Finding]:
    key, ids = side
    if ids is None or not isinstance(name, str) or name in ids:
        return
    near = nearest(name, ids, 1, 0.7)
    advice = f"did you mean `{near[0]}`?" if near else f"see `sopkit control list {file.values.get(key)}`"
    yield file.finding("SOP501", f"{name} is no control of {file.values.get(key)}; {advice}", at)
