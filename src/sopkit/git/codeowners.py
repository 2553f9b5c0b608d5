"""The CODEOWNERS file of a repository: where it is, and the owners that GitHub and GitLab read from it for a path."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from sopkit.git.checkout import Forge, find_top, forge_of, read_origin
from sopkit.git.globs import compile_expression, read_pattern
from sopkit.reading import read_file

_PLACES = {
    Forge.GITHUB: (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    Forge.GITLAB: ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    Forge.UNKNOWN: (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
_DEFAULT_PLACES = {Forge.GITLAB: ".gitlab/CODEOWNERS"}
_LINE = re.compile(r"((?:\\.|[^\s\\])+)\s*(.*)")
_HEADING = re.compile(r"(\^?)\[([^\]]+)\](?:\[\d+\])?\s*(.*)")
SIZE_LIMIT = 3 << 20
"""GitHub reads no larger file."""


@dataclass
class _Section:
    """The entries of one section; `plain` are paths (folders with a last `/`), `globs` all others, in file order."""

    optional: bool = False
    plain: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    globs: list[tuple[int, re.Pattern[str], tuple[str, ...]]] = field(default_factory=list)
    excluded: list[re.Pattern[str]] = field(default_factory=list)

    def owners(self, path: str) -> tuple[str, ...] | None:
        """Those of the last entry that matches; None when none does."""
        if any(pattern.search(path) for pattern in self.excluded):
            return None
        folders = [path[: at + 1] for at, letter in enumerate(path) if letter == "/"]
        known = [self.plain[key] for key in (path, *folders) if key in self.plain]
        number, owners = max(known, default=(-1, None))
        for at, pattern, others in reversed(self.globs):
            if at < number:
                break
            if pattern.search(path):
                return others
        return owners


@dataclass(frozen=True, eq=False)
class CodeOwnersFile:
    """A CODEOWNERS file. `path` is relative to the top of the repository; `data` is None when there is none yet.

    `folder` leads from the top to the library: "" or "docs/procedures/".
    """

    top: Path
    folder: str
    path: str
    data: bytes | None
    forge: Forge

    @property
    def for_gitlab(self) -> bool:
        """Whether GitLab reads the file: by the remote, its folder, or a section in it."""
        if self.forge is not Forge.UNKNOWN:
            return self.forge is Forge.GITLAB
        return self.path.startswith(".gitlab/") or any(_HEADING.match(line) for line in self._lines)

    def owners(self, path: str) -> tuple[tuple[str, ...], ...]:
        """Owners of a path (relative to the top) in each section that asks for approval and names any."""
        found = (section.owners(path) for section in self._sections if not section.optional)
        return tuple(owners for owners in found if owners)

    @property
    def _lines(self) -> list[str]:
        text = (self.data or b"").decode("utf-8-sig", "surrogateescape")
        return [line.strip() for line in re.split(r"\r\n|\n|\r", text)]

    @cached_property
    def _sections(self) -> tuple[_Section, ...]:
        here, defaults = _Section(), tuple[str, ...]()
        found = {"": here}
        for number, line in enumerate(self._lines):
            heading = _HEADING.match(line) if self.for_gitlab else None
            if heading is not None:
                optional = bool(heading[1])
                here = found.setdefault(heading[2].casefold(), _Section(optional))
                here.optional = here.optional and optional
                defaults = _read_owners(heading[3], gitlab=True)
            elif (entry := _LINE.fullmatch(line)) is not None and not line.startswith("#"):
                owners = _read_owners(entry[2], gitlab=self.for_gitlab)
                _add_entry(here, number, entry[1], owners or defaults, gitlab=self.for_gitlab)
        return tuple(found.values())


def find_code_owners(root: Path) -> CodeOwnersFile:
    """The file that the forge reads in the repository around a library, else the place where it would look for one."""
    top = find_top(root)
    folder = "".join(f"{part}/" for part in root.resolve().relative_to(top).parts)
    forge = forge_of(read_origin(top))
    for path in _PLACES[forge]:
        try:
            return CodeOwnersFile(top, folder, path, read_file(top, path, SIZE_LIMIT + 1), forge)
        except OSError:
            continue
    return CodeOwnersFile(top, folder, _DEFAULT_PLACES.get(forge, ".github/CODEOWNERS"), None, forge)


def _read_owners(text: str, *, gitlab: bool) -> tuple[str, ...]:
    words = takewhile(lambda word: gitlab or not word.startswith("#"), text.split())  # GitLab has no such comments
    return tuple(word for word in words if "@" in word)


def _add_entry(section: _Section, number: int, pattern: str, owners: tuple[str, ...], *, gitlab: bool) -> None:
    """Put an entry into its section; one that the forge cannot read is left out, as the forge does."""
    if gitlab and pattern.startswith("!"):
        section.excluded.append(_gitlab_expression(pattern[1:]))
        return
    plain = pattern.replace("\\ ", " ")
    if plain.startswith("/") and plain != "/" and not re.search(r"[*?\[\\]", plain):
        keys = [plain[1:]] if gitlab or plain.endswith("/") else [plain[1:], f"{plain[1:]}/"]
        for key in keys:
            section.plain[key] = (number, owners)
        return
    compiled = _gitlab_expression(pattern) if gitlab else _github_expression(pattern)
    if compiled is not None:
        section.globs.append((number, compiled, owners))


def _github_expression(pattern: str) -> re.Pattern[str] | None:
    r"""As in .gitignore, without `!`, `[…]` and `\#`; what ends in `/*` means files of that folder alone."""
    if pattern.startswith(("!", "\\#")) or "[" in pattern:
        return None
    try:
        read = read_pattern(pattern)
        return None if read is None else compile_expression([read.entry if pattern.endswith("/*") else read.below])
    except ValueError:
        return None


def _gitlab_expression(pattern: str) -> re.Pattern[str]:
    """As Ruby's `File.fnmatch` with FNM_PATHNAME and FNM_DOTMATCH; without a first `/` at any depth."""
    pattern = re.sub(r"\\(\s)", r"\1", pattern.removeprefix("\\") if pattern.startswith("\\#") else pattern)
    pattern = pattern if pattern.startswith("/") else f"/**/{pattern}"
    pattern = f"{pattern}**/*" if pattern.endswith("/") else pattern
    parts = []
    for piece in re.findall(r"(?:\*\*/)+|\*+|\?|\[[^\]/]+\]|\\.|.", pattern[1:], re.DOTALL):
        if piece.startswith("**/"):
            parts.append("(?:.*/)?")
        elif piece.startswith("*"):
            parts.append("[^/]*")
        elif piece == "?":
            parts.append("[^/]")
        elif piece.startswith("[") and len(piece) > 1:
            inner = piece[1:-1].replace("\\", "\\\\")
            parts.append(f"[^{inner[1:]}]" if inner[:1] in {"!", "^"} and inner[1:] else f"[{inner}]")
        else:
            parts.append(re.escape(piece[-1]))
    try:
        return compile_expression([rf"\A{''.join(parts)}\Z"])
    except ValueError:
        return re.compile(r"(?!)")
