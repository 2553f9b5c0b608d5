"""Rename the id of an SOP or register row: check that it is possible, and edit every file that names the id."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sopkit.analysis.references import (
    Reference,
    ReferenceForm,
    ReferenceTarget,
    definitions_of,
    ids_in_text,
    references_to,
)
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.config import MAX_ID_LENGTH
from sopkit.model.entry import LEDGER
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit
from sopkit.model.registers import REGISTERS, SOP_TARGET
from sopkit.tables.escape import escape_controls

QUIZZES = "quizzes"
"""Folder of the quizzes, each in a file that is named after its SOP."""

_ROW_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PLAIN_ID = re.compile(
    r"\w(?:[\w .+-]*\w)?"
)  # whatever the pattern of a library allows: it stands in YAML and file names
_IN_CONFIGURATION = {"roles": "approvers", "people": "importers"}
_IN_ENTRIES = {"roles": "role", "people": "by"}


def check_renamable(library: Library, one: Reference) -> None:
    """Raise SopkitError with the reason when what stands at a place is no id that can be renamed."""
    target = one.target
    if one.form is ReferenceForm.NAME:
        raise SopkitError(
            f"this is the title of `{target.id}`, not its id", f"change it in registers/{target.kind}.yaml"
        )
    if one.form is ReferenceForm.LINK:
        raise SopkitError("this is a link to a file", "rename the id where it is written")
    if target.kind not in {SOP_TARGET, *REGISTERS} or target.kind == "soa":
        raise SopkitError(
            f"`{target.id}` is not an id of this library", "ids of SOPs and of register rows can be renamed"
        )
    if library.config.library.identity == "path" and target.kind == SOP_TARGET:
        raise SopkitError("here the path of an SOP is its id", "move the file instead")
    found = definitions_of(library, target)
    if len(found) != 1:
        many = f"`{target.id}` is there twice" if found else f"`{target.id}` is defined nowhere"
        raise SopkitError(f"{many}, so it cannot be told what to rename", "mend that first: sopkit lint")
    _check_ledger(library, target)


def _check_ledger(library: Library, target: ReferenceTarget) -> None:
    if target.kind == SOP_TARGET:
        count = sum(path.startswith(f"{LEDGER}/{target.id}/") for path in library.entry_paths)
        if count:
            entries = "1 entry" if count == 1 else f"{count} entries"
            raise SopkitError(
                f"`{target.id}` has {entries} in the ledger, which nobody may change: renamed, the SOP would lose its "
                "reviews and approvals",
                "keep the id, or retire this SOP and begin another with `supersedes`",
            )
        return
    key = _IN_ENTRIES.get(target.kind)
    if key is None:
        return
    line = re.compile(
        rb"^%b:[ \t]*[\"']?%b[\"']?[ \t]*\r?$" % (key.encode(), re.escape(target.id.encode())), re.MULTILINE
    )
    for path in library.entry_paths:
        if line.search(library.entries[path].source.data):
            raise SopkitError(
                f"`{target.id}` stands in the ledger, which nobody may change: {path}",
                "add a row with the new id instead",
            )


@dataclass(frozen=True, slots=True)
class RenamePlan:
    """The edits of each file, by its path until now, and the files that get another name after them, old and new."""

    edits: dict[str, tuple[Edit, ...]]
    moves: tuple[tuple[str, str], ...]


def rename(
    library: Library, target: ReferenceTarget, new: str, others: Mapping[str, bytes], *, files: bool = True
) -> RenamePlan:
    """What gives a thing another id. `others` are files that no rule reads: quizzes, configuration.

    With `files`, a file whose name begins with the id of its SOP gets another name, and links to it lead there. Raises
    SopkitError when the new id is none, or taken. That the old one can be renamed was checked before.
    """
    _check_new(library, target, new)
    moves = tuple(_moves(library, target, new, others)) if files else ()
    moved = {old for old, _ in moves}
    edits: dict[str, list[Edit]] = {}
    for one in references_to(library, target):
        if one.form in {ReferenceForm.DEFINITION, ReferenceForm.ID}:
            edits.setdefault(one.path, []).append(Edit(one.start, one.end, new))
        elif one.form is ReferenceForm.LINK and (edit := _link_edit(library, one, target.id, new, moved)) is not None:
            edits.setdefault(one.path, []).append(edit)
    for path, data in others.items():
        places: Iterator[tuple[int, int]] = _configuration_places(data, target)
        if path != CONFIG_NAME:
            places = ((start, end) for found, start, end in ids_in_text(library, data, 0, len(data)) if found == target)
        edits.setdefault(path, []).extend(Edit(start, end, new) for start, end in places)
    return RenamePlan({path: tuple(found) for path, found in sorted(edits.items()) if found}, moves)


def _moves(library: Library, target: ReferenceTarget, new: str, others: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The file of the SOP and its quiz, where their names begin with the id and the new ones are free."""
    if target.kind != SOP_TARGET:
        return
    paths = (*(sop.path for sop in library.by_id.get(target.id, ())), *(path for path in others if path != CONFIG_NAME))
    for path in paths:
        folder, slash, name = path.rpartition("/")
        head, rest = name[: len(target.id)], name[len(target.id) :]
        if head.upper() == target.id.upper() and not rest[:1].isalnum():
            renamed = f"{folder}{slash}{_match_case(new, head)}{rest}"
            if renamed != path and not library.exists(renamed):
                yield path, renamed


def _match_case(new: str, head: str) -> str:
    """The new id in small letters where the old one was."""
    return new.lower() if head == head.lower() else new


def _link_edit(library: Library, one: Reference, old: str, new: str, moved: Collection[str]) -> Edit | None:
    """The edit that makes a link lead to the new name of the file; None where the file keeps its name."""
    if not any(sop.path in moved for sop in library.by_id.get(old, ())):
        return None
    data = library.by_path[one.path].source.data[one.start : one.end]
    path = data.partition(b"#")[0].partition(b"?")[0]
    start = path.rfind(b"/") + 1
    head = path[start : start + len(old.encode())].decode("utf-8", "replace")
    if head.upper() != old.upper():
        return None
    return Edit(one.start + start, one.start + start + len(old.encode()), _match_case(new, head))


def _check_new(library: Library, target: ReferenceTarget, new: str) -> None:
    if new == target.id:
        raise SopkitError(f"`{new}` is its id already")
    if len(new) > MAX_ID_LENGTH:
        raise SopkitError(f"an id of {len(new)} characters is too long", f"{MAX_ID_LENGTH} are the most")
    if new.casefold() == "null":
        raise SopkitError(f"`{new}` is no id: YAML reads it as nothing", "choose another")
    if target.kind == SOP_TARGET:
        if not library.config.library.is_id(new):
            raise SopkitError(f"`{new}` is no id of an SOP here", f"ids match {library.config.library.id_pattern}")
        if not _PLAIN_ID.fullmatch(new):
            raise SopkitError(
                f"`{escape_controls(new)}` is no id", "letters, digits, and between them `-`, `_`, `.`, `+` or blanks"
            )
        folder = f"{LEDGER}/{new}/".casefold()
        used = any(path.casefold().startswith(folder) for path in library.entry_paths)
        if _is_taken(new, target, library.ids) or used:
            raise SopkitError(
                f"`{new}` is the id of another SOP", "ids are not used again, not even those of retired SOPs"
            )
    else:
        if not _ROW_ID.fullmatch(new):
            raise SopkitError(f"`{new}` is no id", "letters, digits, and between them `-`, `_` or `.`")
        if _is_taken(new, target, library.registers[target.kind].keys):
            raise SopkitError(f"`{new}` is there already in registers/{target.kind}.yaml", "choose another")


def _is_taken(new: str, target: ReferenceTarget, known: Iterable[str]) -> bool:
    """Whether something else has the id, in capitals or not: roles and files are found by either."""
    return any(one.casefold() == new.casefold() for one in known if one != target.id)


def _configuration_places(data: bytes, target: ReferenceTarget) -> Iterator[tuple[int, int]]:
    """Where the configuration lists a role as approver, or a person as importer."""
    key = _IN_CONFIGURATION.get(target.kind)
    if key is None:
        return
    name = re.escape(target.id.encode())
    for listed in re.finditer(rb"^[ \t]*%b[ \t]*=[ \t]*\[([^\]]*)\]" % key.encode(), data, re.MULTILINE):
        for quoted in re.compile(rb"([\"'])(%b)\1" % name).finditer(data, *listed.span(1)):
            yield quoted.span(2)
