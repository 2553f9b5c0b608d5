"""Where templates stand: those of a library before the shipped ones."""

import stat
from pathlib import Path

from sopkit.data import shipped
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest
from sopkit.model.template import Template
from sopkit.text.template import MOST_BYTES, read_template

FOLDER = "templates"


def template_names(root: Path | None) -> dict[str, bool]:
    """The templates by name, in order of name, and whether each is the library's own."""
    found = dict.fromkeys(_names(shipped(FOLDER)), False)
    if root is not None:
        found |= dict.fromkeys(_names(root / FOLDER), True)
    return dict(sorted(found.items()))


def find_template(root: Path | None, name: str) -> Template:
    """The template of that name. Raises SopkitError when there is none, or when it is broken."""
    known = template_names(root)
    if name not in known:
        near = nearest(name.lower(), known, 1, 0.4)
        raise SopkitError(
            (f"no template {name!r}" if name else "no template is named")
            + (f"; did you mean {near[0]}?" if near else ""),
            f"known: {', '.join(known)}\nsopkit template list says what each is for",
        )
    own = known[name]
    folder = root / FOLDER if own and root is not None else shipped(FOLDER)
    label = f"{FOLDER}/{name}.md"
    return read_template(name, label, read_part(folder, f"{name}.md"), own=own)


def read_part(folder: Path, name: str) -> bytes:
    """The bytes of a file of a folder of templates. Raises SopkitError when it is no plain file, or elsewhere."""
    label, path = f"{FOLDER}/{name}", folder / name
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) or not path.resolve().is_relative_to(folder.parent.resolve()):
            what = "no file" if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)) else "reached by a symbolic link"
            raise SopkitError(f"{label}: {what}, so it is not read", "put the file itself there")
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SopkitError(f"{label}: cannot be read: {error.strerror}", "check its permissions") from error


def _names(folder: Path) -> list[str]:
    # A link or a pipe is listed as well: whoever asks for it is told why it is not read.
    return sorted(path.stem for path in folder.glob("*.md")) if folder.is_dir() else []
