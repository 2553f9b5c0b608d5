"""The file of a questionnaire that came back: as Markdown, or as a Word file."""

import re
from pathlib import Path

from sopkit.authoring.interview.answers import Returned, read_answers
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

_MOST_BYTES = 64_000_000
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(picture-(?P<number>\d+)\.\w+\)")


def read_returned(path: Path) -> Returned:
    """The answers in a file. Raises SopkitError when it cannot be read, or is no questionnaire."""
    try:
        if not path.is_file():
            raise SopkitError(f"{path}: no such file" if not path.exists() else f"{path}: no file")
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SopkitError(f"{path}: cannot be read: {error.strerror}", "check its permissions") from error
    if len(data) > _MOST_BYTES:
        raise SopkitError(f"{path}: larger than {_MOST_BYTES // 1_000_000} MB", "take out large pictures")
    if path.suffix.lower() == ".docx" or data.startswith(b"PK\x03\x04"):
        from sopkit.parsing.word import read_word  # an extra

        return read_answers(_without_pictures(read_word(data, str(path), "").markdown, path.name), str(path))
    if path.suffix.lower() in {".html", ".htm"}:
        raise SopkitError(
            f"{path}: the form holds no answers", "open it in a browser; its button saves them as a Markdown file"
        )
    try:
        return read_answers(data.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise SopkitError(f"{path}: not UTF-8 text", "save it as UTF-8, or send it as .docx") from error


def _without_pictures(markdown: str, file: str) -> str:
    """The text with a mark for each picture: it stays in the Word file, and a link would lead nowhere."""
    where = re.sub(r"[][|]", " ", escape_controls(file))

    def left(match: re.Match[str]) -> str:
        mark = f"[decide: what picture {match['number']} of {where} shows, or where it is kept]"
        before = " " if match.start() and match.string[match.start() - 1].isalnum() else ""
        return before + (f"{match['alt']} {mark}" if match["alt"] else mark)

    return _PICTURE.sub(left, markdown)
