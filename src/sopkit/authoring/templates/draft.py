"""The draft of a new SOP: its text, and the registers with the rows that it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sopkit.authoring.templates.append import sound, with_rows
from sopkit.authoring.templates.fitting import fitted
from sopkit.authoring.templates.lacking import lacking
from sopkit.authoring.templates.linking import MadeSop, linked, made_from
from sopkit.authoring.templates.marks import OpenDecision, marks_in
from sopkit.authoring.templates.numbering import id_for, new_file
from sopkit.authoring.templates.owner import new_role_note, owner_role, with_role
from sopkit.authoring.templates.render import render
from sopkit.authoring.templates.starter import KINDS, Starters, load_starters
from sopkit.authoring.templates.values import Filling
from sopkit.authoring.templates.wishes import Wishes, check_line
from sopkit.library import Library
from sopkit.model.config import unknown_area
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop
from sopkit.model.template import DEFAULT_COMPANY, Template
from sopkit.parsing.register import Register, read_register


@dataclass(frozen=True)
class AddedRow:
    """A row that a register gets."""

    register: str
    id: str
    title: str


@dataclass(frozen=True)
class Draft:
    """A new SOP, and the whole bytes of each register that changes for it; nothing is written yet.

    `template` is the label of that from which it is made, if it is from one.
    """

    id: str
    title: str
    owner: str
    path: str
    text: str
    template: str = ""
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
    registers, starters = registers_with(library, beside), load_starters(library.root)
    owner, made = owner_role(wishes.owner, registers["roles"], starters)
    starters = with_role(starters, made)
    filling = _filling(library, template, wishes, owner, frozenset(other.id for other in beside))
    taken = frozenset(other.path for other in beside)
    path = new_file(library, filling.area, filling.id, filling.title, taken)
    filling = replace(filling, linked=lambda name, words: linked(library, _made_from(beside, name), path, name, words))
    sop = _checked(library, template, path, render(template, filling, library.catalogue), filling)
    done = settle(library, beside, starters, sop)
    notes = [new_role_note(made, registers["roles"], starters)] if made else []
    if twins := [number for number, _, _ in made_from(library, template.name)]:
        were = "was" if len(twins) == 1 else "were"
        notes.append(f"{', '.join(sorted(twins))} {were} made from the same template; keep one of them")
    return replace(
        done,
        id=filling.id,
        title=filling.title,
        template=template.label,
        notes=(*notes, *done.notes),
    )


def settle(library: Library, beside: tuple[Draft, ...], starters: Starters, sop: Sop) -> Draft:
    """The draft that an SOP is, with the library's own ids and words, and the rows that its registers lack."""
    registers = registers_with(library, beside)
    found = lacking(sop, registers, starters)
    text = fitted(sop, found, starters)
    changed = {}
    for kind in KINDS:
        if rows := tuple(row.calling(found.ids["roles"]) for row in found.rows if row.register == kind):
            changed[kind] = with_rows(registers[kind], rows)
    marks = marks_in(sop.path, text.encode(), b"")
    for kind, data in changed.items():
        marks += marks_in(registers[kind].file, data, registers[kind].source.data)
    notes = (
        f"neither the registers nor the starter rows have {name}; add it, or mend the SOP" for name in found.unknown
    )
    return Draft(
        id=sop.id,
        title=sop.text("title"),
        owner=found.ids["roles"].get(sop.text("owner"), sop.text("owner")),
        path=sop.path,
        text=text,
        rows=tuple(AddedRow(row.register, row.id, row.title) for row in found.rows),
        registers={registers[kind].file: data for kind, data in changed.items()},
        unknown=found.unknown,
        notes=tuple(notes),
        open=marks,
    )


def _filling(library: Library, template: Template, wishes: Wishes, owner: str, taken: frozenset[str]) -> Filling:
    """What is wished for, and for the rest what the template and the library say."""
    config = library.config
    area = wishes.area or template.header.area
    if area not in config.all_areas:
        raise unknown_area(area, config.all_areas)
    return Filling(
        id=id_for(library, area, wishes.id, taken),
        title=" ".join((wishes.title or template.header.title).split()),
        area=area,
        owner=owner or template.header.owner,
        approvers=config.all_areas[area].approvers or template.header.approvers,
        organisation=" ".join(config.library.name.split()) or DEFAULT_COMPANY,
        frameworks=config.library.frameworks,
        decided=wishes.decided,
    )


def registers_with(library: Library, beside: tuple[Draft, ...]) -> dict[str, Register]:
    """The registers as they will be when the drafts beside this one are written."""
    found: dict[str, Register] = {}
    for kind in KINDS:
        found[kind] = sound(library.registers[kind])
        for other in beside:
            if (data := other.registers.get(found[kind].file)) is not None:
                found[kind] = read_register(kind, found[kind].file, data)
    return found


def _made_from(beside: tuple[Draft, ...], template: str) -> list[MadeSop]:
    return [(other.id, other.title, other.path) for other in beside if other.template.partition("@")[0] == template]


def _checked(library: Library, template: Template, path: str, text: str, filling: Filling) -> Sop:
    """The SOP of a text, when its front matter is what the template meant. Raises SopkitError when not."""
    sop = library.read(path, text.encode())
    meant = {
        "id": filling.id, "title": filling.title, "version": "0.1", "status": "draft", "area": filling.area,
        "owner": filling.owner, "approvers": list(filling.approvers), "template": template.label,
    }  # fmt: skip
    wrong = [f"line {finding.place.line}: {finding.message}" for finding in sop.reading]
    wrong += [f"`{key}` is not what `head` says" for key, value in meant.items() if sop.front.typed.get(key) != value]
    if wrong:
        raise SopkitError(
            f"{template.path}: the SOP that it gives has no sound front matter: {wrong[0]}",
            'put {{ head }} first, and write values that somebody chooses as {{ decide("…") | quoted }}',
        )
    return sop
