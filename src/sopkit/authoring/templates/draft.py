"""The draft of a new SOP with the register rows that it needs, its open decisions, and writing its files."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sopkit.authoring.request import SopRequest, check_line, choose_file, choose_id
from sopkit.authoring.templates.render import TemplateInput, render_template
from sopkit.authoring.templates.starter_rows import (
    STARTER_KINDS,
    Starters,
    add_role,
    describe_new_role,
    find_made_from,
    find_missing_rows,
    find_owner_role,
    fit_text,
    link_to_template,
    load_starters,
)
from sopkit.files import library_lock, refuse_outside
from sopkit.library import Library
from sopkit.model.areas import unknown_area
from sopkit.model.body import DECISION_MARK
from sopkit.model.errors import SopkitError
from sopkit.model.quiz import QUIZ_FOLDER
from sopkit.model.sop import Sop
from sopkit.model.template import DEFAULT_COMPANY, Template
from sopkit.parsing.quiz import quiz_for_sop, quiz_of_template
from sopkit.parsing.register import Register, read_register
from sopkit.reading import read_file
from sopkit.registers.edits import append_rows, replace_files, require_valid

_FIRST_VERSIONS = ">=0.1 <2.0"
"""What the quiz of a new SOP is for: its drafts and its first approved versions."""


@dataclass(frozen=True)
class OpenDecision:
    """A mark in a file, and the lines on which it stands."""

    path: str
    lines: tuple[int, ...]
    mark: str


def find_marks(path: str, data: bytes, before: bytes) -> tuple[OpenDecision, ...]:
    """The marks in a file, but not those in the lines that it had before."""
    found: dict[str, tuple[int, ...]] = {}
    had = len(before.splitlines())
    for number, line in enumerate(data.splitlines()[had:], had + 1):
        for match in DECISION_MARK.finditer(line.decode()):
            mark = match[0].replace('\\"', '"')  # in front matter it stands in quotes
            found[mark] = (*found.get(mark, ()), number)
    return tuple(OpenDecision(path, tuple(dict.fromkeys(lines)), mark) for mark, lines in found.items())


@dataclass(frozen=True)
class RegisterAddition:
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
    rows: tuple[RegisterAddition, ...] = ()
    registers: Mapping[str, bytes] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    open: tuple[OpenDecision, ...] = ()
    quiz: bytes = b""  # empty without one

    @property
    def quiz_path(self) -> str:
        """Where its quiz is."""
        return f"{QUIZ_FOLDER}/{self.id}.yaml"


def draft_sop(
    library: Library, template: Template, request: SopRequest | None = None, beside: tuple[Draft, ...] = ()
) -> Draft:
    """A new SOP from a template, for a library and the drafts that are to be written with it.

    Raises SopkitError when the template, a register or a wish is wrong.
    """
    request = request or SopRequest()
    for name, value in {"title": request.title, "owner": request.owner, **request.decided}.items():
        check_line(name, value)
    registers, starters = apply_drafts(library, beside), load_starters(library.root)
    owner, made = find_owner_role(request.owner, registers["roles"], starters)
    starters = add_role(starters, made)
    values = _make_input(library, template, request, owner, frozenset(other.id for other in beside))
    taken = frozenset(other.path for other in beside)
    path = choose_file(library, values.area, values.id, values.title, taken)

    def link(name: str, words: str) -> str:
        made_from = [(one.id, one.title, one.path) for one in beside if one.template.partition("@")[0] == name]
        return link_to_template(library, made_from, path, name, words)

    values = replace(values, link=link)
    sop = _check_draft(library, template, path, render_template(template, values, library.catalogue), values)
    done = complete_draft(library, beside, starters, sop)
    notes = [describe_new_role(made, registers["roles"], starters)] if made else []
    if twins := [number for number, _, _ in find_made_from(library, template.name)]:
        were = "was" if len(twins) == 1 else "were"
        notes.append(f"{', '.join(sorted(twins))} {were} made from the same template; keep one of them")
    made_quiz = quiz_of_template(library.root if template.own else None, template.name)
    return replace(
        done,
        id=values.id,
        title=values.title,
        template=template.label,
        notes=(*notes, *done.notes),
        quiz=quiz_for_sop(made_quiz, values.id, _FIRST_VERSIONS) if made_quiz else b"",
    )


def complete_draft(library: Library, beside: tuple[Draft, ...], starters: Starters, sop: Sop) -> Draft:
    """The draft that an SOP is, with the library's own ids and words, and the rows that its registers lack."""
    registers = apply_drafts(library, beside)
    found = find_missing_rows(sop, registers, starters)
    text = fit_text(sop, found, starters)
    changed = {}
    for kind in STARTER_KINDS:
        if rows := tuple(row.with_role_ids(found.ids["roles"]) for row in found.rows if row.register == kind):
            changed[kind] = append_rows(registers[kind], rows)
    marks = find_marks(sop.path, text.encode(), b"")
    for kind, data in changed.items():
        marks += find_marks(registers[kind].file, data, registers[kind].source.data)
    notes = (
        f"neither the registers nor the starter rows have {name}; add it, or mend the SOP" for name in found.unknown
    )
    return Draft(
        id=sop.id,
        title=sop.text("title"),
        owner=found.ids["roles"].get(sop.text("owner"), sop.text("owner")),
        path=sop.path,
        text=text,
        rows=tuple(RegisterAddition(row.register, row.id, row.title) for row in found.rows),
        registers={registers[kind].file: data for kind, data in changed.items()},
        unknown=found.unknown,
        notes=tuple(notes),
        open=marks,
    )


def _make_input(
    library: Library, template: Template, request: SopRequest, owner: str, taken: frozenset[str]
) -> TemplateInput:
    config = library.config
    area = request.area or template.header.area
    if area not in config.all_areas:
        raise unknown_area(area, config.all_areas)
    return TemplateInput(
        id=choose_id(library, area, request.id, taken),
        title=" ".join((request.title or template.header.title).split()),
        area=area,
        owner=owner or template.header.owner,
        approvers=config.all_areas[area].approvers or template.header.approvers,
        organisation=" ".join(config.library.name.split()) or DEFAULT_COMPANY,
        frameworks=config.library.frameworks,
        decided=request.decided,
    )


def apply_drafts(library: Library, beside: tuple[Draft, ...]) -> dict[str, Register]:
    """The registers as they will be when the drafts beside this one are written."""
    found: dict[str, Register] = {}
    for kind in STARTER_KINDS:
        found[kind] = require_valid(library.registers[kind])
        for other in beside:
            if (data := other.registers.get(found[kind].file)) is not None:
                found[kind] = read_register(kind, found[kind].file, data)
    return found


def _check_draft(library: Library, template: Template, path: str, text: str, values: TemplateInput) -> Sop:
    sop = library.read(path, text.encode())
    expected = {
        "id": values.id, "title": values.title, "version": "0.1", "status": "draft", "area": values.area,
        "owner": values.owner, "approvers": list(values.approvers), "template": template.label,
    }  # fmt: skip
    wrong = [f"line {finding.place.line}: {finding.message}" for finding in sop.reading]
    wrong += [
        f"`{key}` is not what `head` says" for key, value in expected.items() if sop.front.typed.get(key) != value
    ]
    if wrong:
        raise SopkitError(
            f"{template.path}: the SOP that it gives has no sound front matter: {wrong[0]}",
            'put {{ head }} first, and write values that somebody chooses as {{ decide("…") | quoted }}',
        )
    return sop


def write_draft(root: Path, open_library: Callable[[], Library], make_draft: Callable[[Library], Draft]) -> Draft:
    """The draft that `make_draft` gives, written; nobody else makes an SOP in this library meanwhile."""
    with library_lock(root):
        draft = make_draft(open_library())
        if draft.quiz and os.path.lexists(root / draft.quiz_path):
            notes = (*draft.notes, f"{draft.quiz_path} is there already, and was left as it is")
            draft = replace(draft, quiz=b"", notes=notes)
        write_drafts(root, (draft,))
    return draft


def write_drafts(root: Path, drafts: tuple[Draft, ...]) -> None:
    """Write the registers, then the SOPs with their quizzes; on an error all is as before. Raises SopkitError.

    A run that is killed in between leaves rows that the next one finds and uses.
    """
    files: dict[str, tuple[bytes | None, bytes]] = {}
    for path, data in {path: data for one in drafts for path, data in one.registers.items()}.items():
        refuse_outside(root, path)
        files[path] = (read_file(root, path) if (root / path).exists() else None, data)
    files |= {one.path: (None, one.text.encode()) for one in drafts}
    files |= {one.quiz_path: (None, one.quiz) for one in drafts if one.quiz}
    replace_files(root, files)
