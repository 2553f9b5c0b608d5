"""The draft of a new SOP: its text, and the registers with the rows that it needs."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from sopkit.authoring.templates.append import sound, with_rows
from sopkit.authoring.templates.fitting import fitted
from sopkit.authoring.templates.lacking import lacking
from sopkit.authoring.templates.numbering import file_of, free_id, next_id, slug
from sopkit.authoring.templates.render import render
from sopkit.authoring.templates.scalar import scalar
from sopkit.authoring.templates.starter import KINDS, StarterRow, Starters, load_starters, starter_rows
from sopkit.authoring.templates.values import COMPANY, Answers
from sopkit.library import Library
from sopkit.model.decisions import MARK
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest
from sopkit.model.sop import Sop
from sopkit.model.template import Template
from sopkit.model.visible import visible
from sopkit.text.register import Register, read_register

_LONGEST = 500


@dataclass(frozen=True)
class Wishes:
    """What somebody asked for; what is empty comes from the template and the library."""

    id: str = ""
    title: str = ""
    owner: str = ""
    area: str = ""
    decided: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AddedRow:
    """A row that a register gets."""

    register: str
    id: str
    title: str


@dataclass(frozen=True)
class OpenDecision:
    """A mark in a file, and the lines on which it stands."""

    path: str
    lines: tuple[int, ...]
    mark: str


@dataclass(frozen=True)
class Draft:
    """A new SOP, and the whole bytes of each register that changes for it; nothing is written yet."""

    id: str
    title: str
    owner: str
    path: str
    text: str
    template: Template
    rows: tuple[AddedRow, ...] = ()
    registers: Mapping[str, bytes] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    open: tuple[OpenDecision, ...] = ()


def draft(library: Library, template: Template, wishes: Wishes | None = None, beside: tuple[Draft, ...] = ()) -> Draft:
    """A new SOP from a template, for a library and the drafts that are to be written with it.

    Raises SopkitError when the template, a register or a wish is wrong.
    """
    wishes = wishes or Wishes()
    for name, value in {"title": wishes.title, "owner": wishes.owner, **wishes.decided}.items():
        check_line(name, value)
    area = wishes.area or template.header.area
    if area not in library.config.all_areas:
        near = nearest(area.lower(), library.config.all_areas, 1, 0.4)
        said = f"did you mean {near[0]}? " if near else ""
        raise SopkitError(f"no area {area!r}", f"{said}known: {', '.join(library.config.all_areas)}")
    taken = frozenset(other.id for other in beside)
    number = free_id(library, wishes.id, taken) if wishes.id else next_id(library, area, taken)
    title = " ".join((wishes.title or template.header.title).split())
    path = file_of(library, area, number, title)
    if library.exists(path) or path in {other.path for other in beside}:
        raise SopkitError(f"{path} is there already", "choose another --title or --id")
    registers = _registers(library, beside)
    owner, made = _owner(wishes.owner, registers["roles"], starters := load_starters(library.root))
    starters = _with(starters, made)
    answers = Answers(
        id=number,
        title=title,
        area=area,
        owner=owner or template.header.owner,
        approvers=library.config.all_areas[area].approvers or template.header.approvers,
        organisation=library.config.library.name or COMPANY,
        frameworks=library.config.library.frameworks,
        decided=wishes.decided,
        linked=lambda name, words: _link(library, beside, path, name, words),
    )
    sop = _checked(library, template, path, render(template, answers, library.catalogue), answers)
    found = lacking(sop, registers, starters)
    text = fitted(sop, found, starters)
    changed = {
        kind: with_rows(registers[kind], rows)
        for kind in KINDS
        if (rows := tuple(row.calling(found.ids["roles"]) for row in found.rows if row.register == kind))
    }
    return Draft(
        id=number,
        title=title,
        owner=found.ids["roles"].get(answers.owner, answers.owner),
        path=path,
        text=text,
        template=template,
        rows=tuple(AddedRow(row.register, row.id, row.title) for row in found.rows),
        registers={_path(kind): data for kind, data in changed.items()},
        unknown=found.unknown,
        notes=(
            *((_new_role(made, registers["roles"], starters),) if made else ()),
            *(
                f"neither the registers nor the starter rows have {name}; add it, or mend the SOP"
                for name in found.unknown
            ),
        ),
        open=(
            *_open(path, text.encode(), b""),
            *(one for kind, data in changed.items() for one in _open(_path(kind), data, registers[kind].source.data)),
        ),
    )


def _path(kind: str) -> str:
    return f"registers/{kind}.yaml"


def check_line(name: str, value: str) -> None:
    """Raise SopkitError when a value is no line of plain text, or a very long one."""
    if visible(value) != value or len(value) > _LONGEST:
        raise SopkitError(
            f"{name}: `{visible(value[:60])}` is no line of plain text of at most {_LONGEST} characters",
            "write it on one line; more can be written in the SOP itself",
        )


def _registers(library: Library, beside: tuple[Draft, ...]) -> dict[str, Register]:
    """The registers as they will be when the drafts beside this one are written."""
    found: dict[str, Register] = {}
    for kind in KINDS:
        found[kind] = sound(library.registers[kind])
        for other in beside:
            if (data := other.registers.get(_path(kind))) is not None:
                found[kind] = read_register(kind, _path(kind), data)
    return found


def _owner(name: str, roles: Register, starters: Starters) -> tuple[str, StarterRow | None]:
    """The id of the role that somebody named as owner, and a row for it when nobody knows it."""
    words = " ".join(name.split())
    if not words:
        return "", None
    if there := roles.by_name.get(words.casefold()):
        return there.key, None
    if starter := starters.role(words):
        return starter.id, None
    key = slug(words)
    if not key:
        raise SopkitError(f"{name!r} is no name of a role", "name the role that answers for the SOP")
    title = words if words != key else words.replace("-", " ").capitalize()
    lines = f"- id: {scalar(key)}\n  title: {scalar(title)}\n  holders: []  # [decide: who holds this role]\n"
    return key, starter_rows("roles", "--owner", lines.encode())[0]


def _new_role(made: StarterRow, roles: Register, starters: Starters) -> str:
    near = nearest(made.id, {*roles.keys, *starters.rows["roles"]} - {made.id}, 1, 0.6)
    return f"the role {made.id} is new" + (f"; did you mean {near[0]}?" if near else "")


def _with(starters: Starters, row: StarterRow | None) -> Starters:
    if row is None:
        return starters
    return Starters({**starters.rows, "roles": {**starters.rows["roles"], row.id: row}})


def _link(library: Library, beside: tuple[Draft, ...], path: str, template: str, words: str) -> str:
    """A link to the SOP that was made from a template, or the words where there is none."""
    there = [
        (sop.id, sop.text("title"), sop.path)
        for sop in library.sops
        if sop.text("template").partition("@")[0] == template and sop.status != "retired"
    ]
    there += [(other.id, other.title, other.path) for other in beside if other.template.name == template]
    if not there:
        return words
    number, title, target = min(there)
    label = re.sub(r"([\\\[\]`*_<>])", r"\\\1", f"{number} {title}".strip())
    return f"[{label}]({quote(posixpath.relpath(target, posixpath.dirname(path) or '.'))})"


def _checked(library: Library, template: Template, path: str, text: str, answers: Answers) -> Sop:
    """The SOP of a text, when its front matter is what the template meant. Raises SopkitError when not."""
    sop = library.read(path, text.encode())
    meant = {
        "id": answers.id, "title": answers.title, "version": "0.1", "status": "draft", "area": answers.area,
        "owner": answers.owner, "approvers": list(answers.approvers), "template": template.label,
    }  # fmt: skip
    wrong = [f"line {finding.place.line}: {finding.message}" for finding in sop.reading]
    wrong += [f"`{key}` is not what `head` says" for key, value in meant.items() if sop.front.typed.get(key) != value]
    if wrong:
        raise SopkitError(
            f"{template.path}: the SOP that it gives has no sound front matter: {wrong[0]}",
            'put {{ head }} first, and write values that somebody chooses as {{ decide("…") | quoted }}',
        )
    return sop


def _open(path: str, data: bytes, before: bytes) -> tuple[OpenDecision, ...]:
    """The marks in a file, but not those in the lines that it had before."""
    found: dict[str, tuple[int, ...]] = {}
    had = len(before.splitlines())
    for number, line in enumerate(data.splitlines()[had:], had + 1):
        for match in MARK.finditer(line.decode()):
            mark = match[0].replace('\\"', '"')  # in front matter it stands in quotes
            found[mark] = (*found.get(mark, ()), number)
    return tuple(OpenDecision(path, tuple(dict.fromkeys(lines)), mark) for mark, lines in found.items())
