"""The files that `templates/library` holds for a new library, with values for their names."""

import re
from string import Template

from sopkit.data import shipped_folder

FOLDER = "library"


class _Text(Template):
    """Names are written `@@name`: shells, pipelines and Markdown use every shorter sign themselves."""

    delimiter = "@@"


_ALONE = re.compile(r"^@@(\w+)\n", re.MULTILINE)


def text(file: str, **values: str) -> str:
    """The text of a file with its values. A line that holds nothing but a name of nothing falls away."""
    raw = (shipped_folder("templates") / FOLDER / file).read_text("utf-8")
    raw = _ALONE.sub(lambda line: line[0] if values[line[1]] else "", raw)
    return _Text(raw).substitute(values)


def markdown(words: str) -> str:
    """Words in Markdown that are shown as they are."""
    return re.sub(r"([\\`*_\[\]<>#|~]|&(?=#?\w+;))", r"\\\1", words)
