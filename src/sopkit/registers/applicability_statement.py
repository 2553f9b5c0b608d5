"""Create or extend the statement of applicability: a row for each control of a framework without a row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sopkit.library import Library
from sopkit.model.control_ids import parse_control
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Control, Framework
from sopkit.model.registers import Applicability, Risk, RowModel
from sopkit.parsing.register import Register, read_register
from sopkit.registers.edits import BEFORE_FIRST, NewRow, apply_changes

_HEAD = """\
# Statement of applicability of {title}. Decide for each control: `applicable: true` or false, the reason,
# who answers for it; add `procedure: false` where it rests on a policy or on configuration alone. Drivers are risks,
# laws and contracts; open risks that name the control stand there already.
"""


@dataclass(frozen=True, slots=True)
class StatementUpdate:
    """The bytes of a register before (None: there was no file) and after, and how many rows came to it."""

    before: bytes | None
    after: bytes
    added: int


def extend_statement(library: Library, framework_id: str) -> StatementUpdate:
    """The statement with every control of a framework, in its order; what is there stays as it is.

    Raises SopkitError for a register that is broken or cannot be changed.
    """
    framework = library.catalogue.get(framework_id)
    register = library.registers["soa"]
    before = register.source.data if register.path else None
    if register.findings:
        first = min(register.findings, key=lambda finding: finding.place.line)
        raise SopkitError(f"{register.file}:{first.place.line}: {first.message}", "mend the register first")
    if before is None:
        register = read_register("soa", register.file, _HEAD.format(title=framework.title).encode())
    rows = _missing_rows(library, register, framework)
    expected = _merge_rows(register.rows, rows)
    return StatementUpdate(
        before, apply_changes(register, {}, rows, expected) if rows else register.source.data, len(rows)
    )


def _missing_rows(library: Library, register: Register, framework: Framework) -> list[NewRow]:
    """A new row for each control without one, each behind the control before it."""
    there: dict[str, int] = {}
    for index, row in enumerate(register.rows):
        for name in _ids(library, framework.id, row.key):
            there.setdefault(name, index)
    drivers = _drivers(library, framework.id)
    after = BEFORE_FIRST if register.rows else None
    rows = []
    for control in framework.controls:
        if control.id in there:
            after = there[control.id]
        elif not control.withdrawn:
            cells = {
                "control": _spelling(library, framework, control),
                "applicable": None,
                "reason": "",
                "drivers": list(drivers.get(control.id, ())),
                "owner": "",
            }
            rows.append(NewRow(cells, after, control.title))
    if not any(index >= 0 for index in there.values()):
        return [replace(row, after=None) for row in rows]  # of another framework: behind what is there
    return rows


def _merge_rows(there: Sequence[RowModel], new: Sequence[NewRow]) -> list[RowModel]:
    behind: dict[int | None, list[RowModel]] = defaultdict(list)
    for row in new:
        cells = {name: value for name, value in row.cells.items() if value is not None}
        behind[row.after].append(Applicability.model_validate(cells))
    woven = list(behind[BEFORE_FIRST])
    for index, old in enumerate(there):
        woven += [old, *behind[index]]
    return [*woven, *behind[None]]


def _ids(library: Library, framework: str, written: str) -> tuple[str, ...]:
    """The controls of a framework that an id in the statement means."""
    match = library.control(written)
    return match.ids if match.framework == framework else ()


def _spelling(library: Library, framework: Framework, control: Control) -> str:
    """The id of a control, with its framework before it where the id alone means nothing, or something else."""
    for written in (control.id, *(f"{name} {control.id}" for name in (*framework.cited_as, framework.id))):
        if _ids(library, framework.id, written) == (control.id,):
            return written
    raise SopkitError(
        f"{control.id} of {framework.id} cannot be told from controls of the other frameworks",
        f"make {framework.id} the first of library.frameworks, or give it a name under cited_as",
    )


def _drivers(library: Library, framework: str) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in library.registers["risks"].rows:
        if isinstance(row, Risk) and row.gone(library.as_of) is None:
            for claim in row.controls.get(framework, ()):
                for control in parse_control(claim.id, library.catalogue, framework).ids:
                    if row.id not in found[control]:
                        found[control].append(row.id)
    return found
