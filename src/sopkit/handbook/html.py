"""Templates into pages: everything that is put in is escaped, and every link is relative to the page."""

from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.handbook import page as addresses
from sopkit.handbook.assets import SCRIPT, STYLE, versions
from sopkit.handbook.page import link

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from sopkit.handbook.ground import Ground
    from sopkit.handbook.language import Words

_FOLDER = Path(__file__).parent / "templates"


def write(ground: "Ground", path: str, template: str, title: str, **content: object) -> str:
    """The page at `path` from a template, which extends `base.html.j2`.

    A template knows, beside its `content`: `ground`, `edition`, `say` (the texts of the interface by key), `to` (the
    relative link to a path of the site, `#anchor` included), `at` (the paths of page.py), `day` (a date for people and
    programs), `title` and `path`.
    """
    return (
        environment()
        .get_template(template)
        .render(
            ground=ground,
            edition=ground.edition,
            say=ground.words,
            to=partial(link, path),
            at=addresses,
            day=partial(_day, ground.words),
            title=title,
            path=path,
            handbook=ground.library.config.handbook.title or ground.library.config.library.name,
            style=link(path, STYLE) + f"?{versions()[STYLE]}",
            script=link(path, SCRIPT) + f"?{versions()[SCRIPT]}",
            **content,
        )
        .rstrip("\n")
        + "\n"
    )


@cache
def environment() -> "Environment":
    """The templates of the handbook."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - costs 48 ms

    return Environment(
        autoescape=True,
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _day(words: "Words", day: date) -> "Markup":
    """A day as an element, from which the script tells how far it is away."""
    from markupsafe import Markup  # noqa: PLC0415 - only pages pay for it

    return Markup('<time datetime="{}">{}</time>').format(day, words.day(day))
