"""Templates into pages: everything that is put in is escaped, and every link is relative to the page."""

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from markupsafe import Markup

from sopkit.handbook import page as addresses
from sopkit.handbook.assets import ICON, SCRIPT, STYLE, versions
from sopkit.handbook.menu import menu_of
from sopkit.handbook.page import link

if TYPE_CHECKING:
    from jinja2 import Environment

    from sopkit.handbook.ground import Ground
    from sopkit.handbook.language import Words

_FOLDER = Path(__file__).parent / "templates"


def write(ground: "Ground", path: str, template: str, title: str, **content: object) -> str:
    """The page at `path` from a template, which extends `base.html.j2`.

    A template knows, beside its `content`: `ground`, `edition`, `say` (the texts of the interface by key), `to` (the
    relative link to a path of the site, `#anchor` included), `at` (the paths of page.py), `day` (a date for people and
    programs), `title` and `path`. Content that the shell of the page shows: `crumbs`, pairs of path and words, the way
    up from the page; `siblings` (siblings.py) beside it; `contents`, pairs of anchor and words of its parts. A page that is shown at other addresses has its own `to`.
    """
    to = cast("Callable[[str], str]", content.get("to") or partial(link, path))
    version = versions(ground)
    known: dict[str, object] = {
        "ground": ground,
        "edition": ground.edition,
        "say": ground.words,
        "to": to,
        "at": addresses,
        "day": partial(_day, ground.words),
        "title": title,
        "path": path,
        "handbook": handbook_title(ground),
        "menu": menu_of(ground),
        "style": f"{to(STYLE)}?{version[STYLE]}",
        "script": f"{to(SCRIPT)}?{version[SCRIPT]}",
        "icon": f"{to(ICON)}?{version[ICON]}",
    }
    return environment().get_template(template).render(known | content).rstrip("\n") + "\n"


def handbook_title(ground: "Ground") -> str:
    """What the handbook calls itself."""
    config = ground.library.config
    return config.handbook.title or config.library.name or ground.words("base.handbook")


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


def _day(words: "Words", day: date, *, away: bool = False) -> Markup:
    """A day as an element; with `away` the script adds how far it is away."""
    mark = Markup(' class="from-now"') if away else ""
    return Markup('<time{} datetime="{}">{}</time>').format(mark, day, words.day(day))
