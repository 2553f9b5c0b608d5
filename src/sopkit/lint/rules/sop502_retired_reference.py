"""SOP502: retired reference."""

from collections.abc import Iterator, Sequence

from sopkit.analysis.links import link_file, link_parts, sops_out_of_force
from sopkit.library import Library
from sopkit.lint.rule import Example, RuleScope, rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.registers import Action, Asset, Exemption
from sopkit.model.sop import Sop

_ROWS = ("assets", "risks", "vendors")
_SOPS = ("requires", "related")
_ASSETS = "- {id: okta, title: Okta}\n- {id: vpn-gateway, title: VPN gateway, retired: 2026-02-27}\n"


def _in_registers(library: Library) -> Iterator[Finding]:
    """What rows in force name: the vendor of an asset, SOP and risk of an exception, the SOP of an action."""
    day = library.as_of
    for name in ("assets", "exceptions", "actions"):
        register = library.registers[name]
        for row in register.rows if register else ():
            named: dict[str, str] = {}
            if isinstance(row, Asset) and row.gone(day) is None:
                named = {"vendor": _retired_row(library, "vendors", row.vendor)}
            elif isinstance(row, Exemption) and (row.until is None or day <= row.until):
                named = {"sop": _retired_sop(library, row.sop)[0], "risk": _retired_row(library, "risks", row.risk)}
            elif isinstance(row, Action) and row.done is None:
                named = {"sop": _retired_sop(library, row.sop)[0]}
            for column, why in named.items():
                if why:
                    message = f"`{getattr(row, column)}` in `{column}` {why}; name what took its place, or end this row"
                    yield Finding(register.path, register.place(row.key, column), message)


@rule(
    "SOP502",
    scope=RuleScope.SOP_IN_LIBRARY,
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    in_registers=_in_registers,
    bad=Example(
        """
        ---
        assets: [okta, vpn-gateway]
        ---
        """,
        files={"registers/assets.yaml": _ASSETS},
    ),
    good=Example(
        """
        ---
        assets: [okta]
        ---
        """,
        files={"registers/assets.yaml": _ASSETS},
    ),
)
def retired_reference(sop: Sop, library: Library) -> Iterator[Finding]:
    """What an SOP names or links to is in force: no retired asset, closed risk, offboarded vendor or retired SOP.

    An SOP is superseded once an active one of its `superseded_by` is there. Retired SOPs may name what was; a link
    to an SOP under `supersedes` is history. In registers the same holds for the vendor of an asset in use, and for
    what an exception or an action that has not ended names.

    Why: who follows the reference does what nobody keeps up any more, and reports count cover that is gone.
    Mend: name what took its place, or take it out. `--fix --unsafe` writes the successor where there is
    one.
    """
    if sop.status not in {"draft", "trial", "active"}:
        return
    for key in _ROWS:
        for name, loc in sop.texts(key):
            if why := _retired_row(library, key, name):
                yield sop.finding(loc, f"`{name}` in `{key}` {why}; name what took its place, or take it out")
    for key in _SOPS:
        names = {name for name, _ in sop.texts(key)}
        for name, loc in sop.texts(key):
            why, successors = _retired_sop(library, name)
            if why:
                free = [other for other in successors if other not in names and other != sop.id]
                place, fix = sop.place(loc), None
                if len(free) == 1 and sop.source.data[place.start : place.end] == name.encode():
                    edit = Edit(place.start, place.end, free[0])
                    fix = Fix(f"write {free[0]}", (edit,), FixClass.SUGGESTION)
                yield sop.finding(loc, f"`{name}` in `{key}` {why}; {_advice(free)}", fix=fix)
    yield from _links(sop, library)


def _links(sop: Sop, library: Library) -> Iterator[Finding]:
    gone = sops_out_of_force(library)
    named = {name for key in (*_SOPS, "supersedes") for name, _ in sop.texts(key)}
    for link in sop.body.links if gone else ():
        parts = link_parts(link)
        path = (link_file(sop, library, parts[0]) or "") if parts else ""
        if path in gone and path != sop.path and library.by_path[path].id not in named:
            why, successors = gone[path]
            advice = _advice([other for other in successors if other != sop.id])
            yield sop.finding((link.start, link.end), f"{library.by_path[path].id or path} is {why}; {advice}")


def _retired_row(library: Library, register: str, name: str) -> str:
    why = library.registers[register].gone(name, library.as_of) if library.registers[register] else None
    return f"was {why}" if why else ""


def _retired_sop(library: Library, name: str) -> tuple[str, tuple[str, ...]]:
    gone, same = sops_out_of_force(library), library.by_id.get(name, ())
    if not same or any(other.path not in gone for other in same):
        return "", ()
    why, successors = gone[same[0].path]
    return f"is {why}", successors


def _advice(successors: Sequence[str]) -> str:
    return f"name {' or '.join(successors)}" if successors else "name what took its place, or take it out"
