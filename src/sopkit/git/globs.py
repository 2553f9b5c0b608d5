"""Path patterns in the syntax of .gitignore."""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from sopkit.model.errors import SopkitError

_FOLDER_MARK = "(?P<ps_d>/)"  # how pathspec writes the slash after a matched folder
_FOLDER_OR_END = f"(?:{_FOLDER_MARK}|$)"
_MAX_DEPTH, _MAX_STARS = 3, 4  # a regular expression tries all places of each, times those of the others
# Text between two `*` matches where it comes first: other places give the same answer and take exponential time.
_BETWEEN_STARS = re.compile(r"\[\^/\]\*((?:\w|\\[.-])+)(?=\[\^/\]\*)", re.ASCII)
_COSTLY_STARS = re.compile(r"\*+(?![\w.-]+\*)", re.ASCII)
_CLASSES = {  # pathspec does not know these, git does
    "[:alnum:]": "a-zA-Z0-9",
    "[:alpha:]": "a-zA-Z",
    "[:blank:]": " \t",
    "[:cntrl:]": "\x00-\x1f\x7f",
    "[:digit:]": "0-9",
    "[:lower:]": "a-z",
    "[:space:]": "\t-\r ",
    "[:upper:]": "A-Z",
    "[:xdigit:]": "0-9a-fA-F",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of a `.gitignore`: what it matches, as regular expressions over a path with `/`."""

    includes: bool  # False for a line that begins with `!`
    entry: str  # matches the named file or folder itself
    below: str  # matches that and everything below it
    folders_only: bool
    by_name: bool  # no folder is named, so that the last part of a path is enough


def read_pattern(line: str) -> Pattern | None:
    """The pattern of a line; None for a comment, a blank line and what can match nothing.

    Raises ValueError when the pattern is malformed.
    """
    if not line.strip() or line.startswith("#"):
        return None
    if line.count("**/") > _MAX_DEPTH:
        raise ValueError(f"it has `**/` more than {_MAX_DEPTH} times")
    if max(len(_COSTLY_STARS.findall(part)) for part in line.split("/")) > _MAX_STARS:
        raise ValueError(f"it has `*` more than {_MAX_STARS} times in one part of a path")
    for name, characters in _CLASSES.items():
        line = line.replace(name, characters)
    line = line if line.endswith("\\ ") else line.rstrip()
    return None if line == "!/" else _to_expressions(line)  # it matches nothing; pathspec takes it for every folder


def _to_expressions(line: str) -> Pattern | None:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # 10 ms

    inside = line.endswith("/**/")  # the folders in a folder; pathspec takes it for the folder itself
    expression, includes = GitIgnoreSpecPattern.pattern_to_regex(line[:-1] if inside else line)
    if expression is None or includes is None:
        return None
    expression = _BETWEEN_STARS.sub(r"(?>[^/]*?\1)", expression)
    if inside:
        below = "/" if expression == "." else f"{expression}.+/"
        return Pattern(includes, expression, below, folders_only=True, by_name=False)
    entry, folders_only = expression, False
    if expression.endswith(_FOLDER_OR_END):
        entry = expression.removesuffix(_FOLDER_OR_END) + r"\Z"
    elif expression.endswith(_FOLDER_MARK):
        entry, folders_only = expression.removesuffix(_FOLDER_MARK) + r"\Z", True
    below = expression.replace(_FOLDER_OR_END, r"(?:/|\Z)").replace(_FOLDER_MARK, "/")
    return Pattern(includes, entry, below, folders_only, by_name="/" not in line.removesuffix("/"))


def compile_expression(alternatives: Sequence[str]) -> re.Pattern[str]:
    """One regular expression for any of the alternatives; raises ValueError when one is malformed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # `[[a]` means in git what it means in re today
        try:
            return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives), re.DOTALL)
        except re.error as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True)
class Globs:
    """Says whether patterns include a path, relative to the library's root; the last match counts."""

    runs: tuple[tuple[bool, re.Pattern[str]], ...]  # from the last; patterns in a row with one sign are one
    starts: tuple[str, ...]  # folders, each with `/`, below which all matches lie; "" is the root

    def __call__(self, path: str) -> bool:
        """True for a path that the patterns include."""
        return next((includes for includes, pattern in self.runs if pattern.search(path)), False)

    def enters(self, folder: str) -> bool:
        """False for a folder (without a last `/`) below which nothing can match."""
        name = f"{folder}/"
        return any(start.startswith(name) or name.startswith(start) for start in self.starts)


def compile_globs(patterns: Sequence[str]) -> Globs:
    """The test for a list of patterns; raises SopkitError that names the malformed one."""
    runs: list[tuple[bool, list[str]]] = []
    starts = []
    for line in patterns:
        try:
            pattern = read_pattern(line)
            if pattern is None:
                continue
            compile_expression([pattern.below])
        except ValueError as error:
            raise SopkitError(f"`{line}` is no path pattern: {error}", "write it as in .gitignore") from error
        if not runs or runs[-1][0] is not pattern.includes:
            runs.append((pattern.includes, []))
        runs[-1][1].append(pattern.below)
        if pattern.includes:
            fixed = re.split(r"[*?\[\\]", line.removeprefix("/"), maxsplit=1)[0]  # before the first wildcard
            starts.append("" if pattern.by_name else fixed[: fixed.rfind("/") + 1])
    return Globs(
        tuple((includes, compile_expression(alternatives)) for includes, alternatives in reversed(runs)),
        tuple(starts),
    )


def compile_sop_globs(patterns: Sequence[str]) -> Globs:
    """The test for the files that are SOPs: what is hidden, such as `.env`, is none, whatever the patterns say."""
    return compile_globs((*patterns, "!.*"))
