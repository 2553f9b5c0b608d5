"""What the text of a questionnaire may hold, before anything is read in it."""

import re

from sopkit.model.errors import SopkitError

MOST_CHARACTERS = 200_000
"""Far more than anybody writes in an afternoon."""
_LONGEST_LINE = 10_000
_OBEYED = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff]")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Where a word may be broken: Word writes them, nobody typed them."""
_WIDE = re.compile(r"[ \t\xa0]{200,}")


def bounded(text: str, path: str) -> str:
    """The text without characters that nobody typed. Raises SopkitError with the line of what no answer can hold."""
    if len(text) > MOST_CHARACTERS:
        raise SopkitError(
            f"{path}: {len(text)} characters, more than the {MOST_CHARACTERS} that are read as answers",
            "shorten the answers; what is long can be written into the SOP itself",
        )
    text = _WIDE.sub(" ", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST_LINE:
            raise SopkitError(
                f"{path}:{number}: a line of {len(line)} characters", f"divide it, at most {_LONGEST_LINE} a line"
            )
        if found := _OBEYED.search(line):
            raise SopkitError(f"{path}:{number}: a control character U+{ord(found[0]):04X}", "delete it")
    return text
