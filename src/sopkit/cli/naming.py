"""What a word on the command line names in a library."""

from pathlib import Path


def library_name(root: Path, word: str) -> str:
    """A file or folder below the library's root as the library names it; anything else, such as an id, as typed."""
    file = Path.cwd() / word
    if not file.exists():
        return word
    full = file.resolve()
    return full.relative_to(root).as_posix().removeprefix(".") if full.is_relative_to(root) else word
