"""The scenarios of exercises: the shipped ones beside this file, and the library's own in `exercises/scenarios/`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sopkit.model.errors import SopkitError
from sopkit.model.scenario import Scenario
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.parsing.scenario import MAX_SCENARIO_BYTES, read_scenario
from sopkit.reading import explain_unread, list_files, read_file

SCENARIO_FOLDER = "exercises/scenarios"
"""Folder of the library's own scenarios."""


@dataclass(frozen=True)
class NamedScenario:
    """A scenario with its name; `own` if it is the library's, `overrides` if a shipped one has the same name."""

    name: str
    scenario: Scenario
    own: bool
    overrides: bool = False


def list_scenarios(root: Path) -> tuple[NamedScenario, ...]:
    """All scenarios, the library's own first, each group by name. Raises SopkitError for a broken file."""
    shipped = {file.stem: file for file in Path(__file__).parent.glob("*.yaml")}
    found = {
        name: NamedScenario(name, _read_own(root, path), own=True, overrides=name in shipped)
        for name, path in _own_files(root)
    }
    for name, file in shipped.items():
        if name not in found:
            found[name] = NamedScenario(name, read_scenario(file.name, file.read_bytes()), own=False)
    return tuple(sorted(found.values(), key=lambda one: (not one.own, one.name)))


def _own_files(root: Path) -> Iterable[tuple[str, str]]:
    try:
        paths = list_files(root, SCENARIO_FOLDER)
    except OSError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{SCENARIO_FOLDER}: {what}", advice) from error
    return [(file.stem, path) for path in paths if _is_scenario(file := PurePosixPath(path))]


def _is_scenario(file: PurePosixPath) -> bool:
    return file.suffix == ".yaml" and not file.name.startswith(".")


def _read_own(root: Path, path: str) -> Scenario:
    try:
        return read_scenario(path, read_file(root, path, MAX_SCENARIO_BYTES + 1))
    except OSError as error:
        what, advice = explain_unread(error)
        raise SopkitError(f"{path}: {what}", advice) from error


def find_scenario(scenarios: Iterable[NamedScenario], name: str) -> NamedScenario:
    """The scenario of a name. Raises SopkitError that names the nearest."""
    known = {one.name: one for one in scenarios}
    if name not in known:
        near = nearest(name.lower(), known, 1, 0.4)
        advice = f"did you mean {near[0]}?\n" if near else ""
        raise SopkitError(f"no scenario {name!r}", f"{advice}known: {', '.join(known)}")
    return known[name]


def choose_scenario(scenarios: Iterable[NamedScenario], sops: Iterable[Sop]) -> NamedScenario | None:
    """The scenario that fits some SOPs best: one written for an id, else for an area; None where none fits."""
    chosen = tuple(sops)
    ids, areas = {sop.id for sop in chosen}, {sop.text("area") for sop in chosen}
    fitting = []
    for at, one in enumerate(scenarios):
        places = [place for place, area in enumerate(one.scenario.areas) if area in areas]
        if ids.intersection(one.scenario.sops):
            fitting.append((-1, at, one))
        elif places:
            fitting.append((places[0], at, one))
    return min(fitting, key=lambda row: row[:2])[2] if fitting else None
