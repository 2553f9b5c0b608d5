"""The foot of printed pages: which edition it is, which page of how many, and that a print is not kept up to date."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground

_NUMBERS = {"{page}": "counter(page)", "{pages}": "counter(pages)"}


def paper(ground: "Ground") -> str:
    """The rule of the style sheet that says it."""
    say, edition = ground.words, ground.edition
    said = [say("base.edition", name=edition.name) if edition.name else say("base.as_of"), str(edition.as_of)]
    if edition.commit:
        said += ["·", say("base.commit"), edition.commit[:7]]
    left = quoted(f"{' '.join(said)} · {say('base.uncontrolled')}")
    right = "".join(
        _NUMBERS.get(part, quoted(part)) for part in re.split(r"(\{\w+\})", str(say.texts["base.page"])) if part
    )
    font = "font:8.5pt system-ui,sans-serif;color:#444"
    return f"@page{{@bottom-left{{{font};content:{left}}}@bottom-right{{{font};content:{right}}}}}\n"


def quoted(text: str) -> str:
    """A text as a string of CSS."""
    return '"' + re.sub(r'[^ -~]|["\\]', lambda match: f"\\{ord(match[0]):x} ", text) + '"'
