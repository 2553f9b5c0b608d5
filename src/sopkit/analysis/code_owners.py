"""Who must be a code owner of the files of a library, and the block of CODEOWNERS with these owners."""

import re
from collections.abc import Iterable, Sequence

from sopkit.git.checkout import Forge
from sopkit.git.codeowners import CodeOwnersFile, find_code_owners
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.errors import SopkitError
from sopkit.model.registers import Person

BEGIN, END = "# sopkit: begin", "# sopkit: end"
_ABOUT = "# Written by `sopkit doctor --codeowners --write` from the registers; change those instead."
_BLOCK = re.compile(
    rb"^[ \t]*# sopkit: begin[ \t]*\r?\n.*?^[ \t]*# sopkit: end[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_MARK = re.compile(rb"^[ \t]*# sopkit: (?:begin|end)[ \t]*\r?$", re.MULTILINE)
_SECTION = re.compile(rb"^[ \t]*\^?\[[^\]\n]+\]", re.MULTILINE)
_CONTROLLER = "document-controller"


def find_role_people(role: str, library: Library) -> tuple[Person, ...]:
    """Holders and deputies of a role on the day, without bots and those who have left."""
    row = library.role(role)
    people = row.people(library.registers["people"].by_key, library.as_of) if row is not None else ()
    return tuple(person for person in people if not person.bot)


def code_owner_spellings(person: Person) -> frozenset[str]:
    """Every spelling by which a CODEOWNERS file can mean a person, in lower case."""
    logins = (f"@{login.removeprefix('@')}" for login in person.logins.values())
    return frozenset(name.casefold() for name in (*logins, *person.emails))


def code_owner_name(person: Person, forge: Forge) -> str:
    """How a CODEOWNERS file of the forge names a person: the login, else the first e-mail; empty when unknown."""
    login = person.logins.get("gitlab" if forge is Forge.GITLAB else "github", "").removeprefix("@")
    if re.fullmatch(r"[\w.-]+", login):
        return f"@{login}"
    return next((mail for mail in person.emails if re.fullmatch(r"[^\s@#]+@[^\s@]+", mail)), "")


def code_owner_lines(library: Library, file: CodeOwnersFile) -> tuple[str, ...]:
    """The lines of the block, sorted: each SOP, then what approvals rest on; a path without any owner has no line."""
    forge = Forge.GITLAB if file.for_gitlab else Forge.GITHUB
    before = file.folder
    owned = {}
    keepers = [_CONTROLLER]
    for sop in library.sops:
        if sop.readable:
            roles = library.approvers(sop)
            keepers += roles
            owned[before + sop.path] = _owner_names((*roles, sop.text("owner")), library, forge)
    all_keepers = _owner_names(keepers, library, forge)
    shared = (f"{before}{CONFIG_NAME}", f"{before}registers/", f"{before}ledger/", file.path)
    owned |= dict.fromkeys(shared, all_keepers)
    return tuple(sorted(f"{escape_path(path)} {' '.join(names)}" for path, names in owned.items() if names))


def _owner_names(roles: Iterable[str], library: Library, forge: Forge) -> tuple[str, ...]:
    people = {person.key: person for role in roles for person in find_role_people(role, library)}
    return tuple(sorted({name for person in people.values() if (name := code_owner_name(person, forge))}))


def escape_path(path: str) -> str:
    """A path from the top as a pattern of CODEOWNERS.

    Neither forge can quote every letter, so one that means something in patterns is written as `?`.
    """
    return "/" + re.sub(r"[^\S ]|[*?\[\]\\#!]", "?", path).replace(" ", "\\ ")


def insert_block(data: bytes, lines: Sequence[str], *, gitlab: bool) -> bytes:
    """The file with the block in it, in the place of an older one or at the end; every other byte stays.

    Raises SopkitError when one of the two marks is missing or there is a second block.
    """
    blocks = list(_BLOCK.finditer(data))
    if len(_MARK.findall(data)) != 2 * len(blocks) or len(blocks) > 1:
        raise SopkitError(
            f"CODEOWNERS: `{BEGIN}` and `{END}` do not enclose one block", "delete both lines and what they enclosed"
        )
    start, end = blocks[0].span() if blocks else (len(data), len(data))
    head, tail = data[:start], data[end:]
    line_end = "\r\n" if b"\r\n" in data else "\n"
    heading = ["[sopkit]"] if gitlab and _SECTION.search(head) else []
    block = "".join(line + line_end for line in (BEGIN, _ABOUT, *heading, *lines, END))
    gap = line_end if head and not head.endswith((b"\n", b"\r")) else ""
    return head + (gap + block).encode("utf-8", "surrogateescape") + tail


def find_block(data: bytes) -> bytes:
    """The block of a CODEOWNERS file; nothing when it has none."""
    found = _BLOCK.search(data)
    return found[0] if found else b""


def update_code_owners(library: Library) -> tuple[CodeOwnersFile, bytes]:
    """The CODEOWNERS file of a library as it is, and as it should be.

    Raises SopkitError when nobody can be named, or when the marks in the file do not enclose one block.
    """
    file = find_code_owners(library.root)
    lines = code_owner_lines(library, file)
    if not lines:
        raise SopkitError(
            "no approver of any SOP can be named in CODEOWNERS",
            "give roles holders in registers/roles.yaml, and people logins or e-mails in registers/people.yaml",
        )
    return file, insert_block(file.data or b"", lines, gitlab=file.for_gitlab)
