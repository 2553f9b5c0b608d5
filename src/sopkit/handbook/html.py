"""Templates into pages: everything that is put in is escaped, and every link is relative to the page."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from markupsafe import Markup, escape

from sopkit.handbook import page as addresses
from sopkit.handbook.assets import ICON, SCRIPT, SEARCH_SCRIPT, SEARCH_STYLE, SOP_SCRIPT, SOP_STYLE, STYLE, versions
from sopkit.handbook.look.theme import theme_of
from sopkit.handbook.menu import menu_of
from sopkit.handbook.page import CHANGES, HOME, MISSING, address, link, sop_path
from sopkit.handbook.past.approvals import approvals
from sopkit.handbook.search.index import INDEX

if TYPE_CHECKING:
    from jinja2 import Environment

    from sopkit.handbook.ground import Ground, Shown
    from sopkit.handbook.language import Words
    from sopkit.model.sop import Sop

_FOLDER = Path(__file__).parent / "templates"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_AT = SimpleNamespace(**{name: at for name, at in vars(addresses).items() if name.isupper() or name.endswith("_path")})


def write(ground: "Ground", path: str, template: str, title: str, **content: object) -> str:
    """The page at `path` from a template, which extends `base.html.j2`.

    A template knows, beside its `content`: `ground`, `edition`, `say` (the texts of the interface by key), `to` (the
    relative link to a path of the site, `#anchor` included), `at` (the paths of page.py), `day` (a date for people and
    programs), `title` and `path`. Content that the shell of the page shows: `crumbs`, pairs of path and words, the way
    up from the page; `siblings` (sop/siblings.py) beside it; `contents`, pairs of anchor and words of its parts.
    `description` is a sentence for those who meet the page elsewhere. A page that hosts show anywhere has a `to` of its
    own.
    """
    to = cast("Callable[[str], str]", content.get("to") or partial(link, path))
    theme, version, of_sop = theme_of(ground), versions(ground), path.startswith("sop/")

    def asset(name: str) -> str:
        return f"{to(name)}?{version[name]}"

    known: dict[str, object] = {
        "ground": ground,
        "edition": ground.edition,
        "say": _say(ground.words),
        "to": to,
        "at": _AT,
        "day": partial(_day, ground.words),
        "named": partial(_named, ground, path if of_sop else "/" * path.count("/")),
        "lang_of": partial(lang_of, ground),
        "title": title,
        "path": path,
        "handbook": handbook_title(ground),
        "menu": menu_of(ground),
        "style": asset(SOP_STYLE if of_sop else STYLE),
        "script": asset(SOP_SCRIPT if of_sop else SCRIPT),
        "search": {
            "engine": asset(SEARCH_SCRIPT),
            "style": asset(SEARCH_STYLE),
            "index": f"{to(INDEX)}?{ground.edition.commit[:7]}",
        },
        "canonical": address(ground.asked.base_url, path) if ground.asked.base_url and path != MISSING else "",
        "feed": to(CHANGES) if path == HOME and approvals(ground) else "",
        "icon": asset(ICON),
        "logo": asset(theme.logo[0]) if theme.logo else "",
    }
    known |= content
    known["description"] = content.get("description") or ground.words(
        "base.description", title=title, handbook=handbook_title(ground)
    )
    own = theme.templates
    if not own:
        return _filled(environment(), template, known)
    try:
        return _filled(_environment_of(ground), template, known)
    except Exception as error:
        from sopkit.handbook.look.own_templates import fault_of  # jinja2 costs 48 ms

        raise fault_of(error, own) or error from error


def _filled(environment: "Environment", template: str, known: dict[str, object]) -> str:
    return environment.get_template(template).render(known).rstrip("\n") + "\n"


def handbook_title(ground: "Ground") -> str:
    """What the handbook calls itself."""
    config = ground.library.config
    return config.handbook.title or config.library.name or ground.words("base.handbook")


@cache
def environment() -> "Environment":
    """The templates of the handbook."""
    from jinja2 import Environment, FileSystemLoader  # costs 48 ms

    return _set_up(Environment(autoescape=True, loader=FileSystemLoader(_FOLDER)))


@lru_cache(4)
def _environment_of(ground: "Ground") -> "Environment":
    """The same, with those of the library in the place of ours."""
    from sopkit.handbook.look.own_templates import check, sandbox

    own = theme_of(ground).templates
    made = _set_up(sandbox(_FOLDER, own))
    check(made, own)
    return made


def _set_up(made: "Environment") -> "Environment":
    from jinja2 import StrictUndefined  # costs 48 ms

    made.undefined = StrictUndefined
    made.auto_reload = False
    made.trim_blocks = made.lstrip_blocks = True
    return made


class _Say:
    """The texts of the interface for templates: each is escaped once."""

    def __init__(self, words: "Words") -> None:
        self.day, self.length = words.day, words.length
        self.known: dict[str, Markup] = {}
        self.forms: dict[str, tuple[str, str]] = {}
        for key, text in words.texts.items():
            if isinstance(text, str) and "{" not in text:
                self.known[key] = escape(text)
            else:
                self.forms[key] = str(escape(words.form(key, 1))), str(escape(words.form(key, 0)))

    def __call__(self, key: str, count: int | None = None, **fields: object) -> Markup:
        """The text of a key with its fields put in, escaped."""
        if (text := self.known.get(key)) is not None:
            return text
        one, other = self.forms[key]
        safe = {name: escape(field) for name, field in fields.items()}
        return Markup((one if count == 1 else other).format(count=count, **safe))  # noqa: S704 - all of it is escaped


_say = cache(_Say)


@lru_cache(1 << 14)
def _named(ground: "Ground", start: str, one: "Shown") -> Markup:
    """An SOP in a list: its id, which is a link, and its title. `start` is the page, or one as deep as it is."""
    return Markup('<a href="{}">{}</a> <span class="name-of"{}>{}</span>').format(
        link(start, sop_path(one.id)), one.id, lang_of(ground, one.sop), one.sop.title
    )


def lang_of(ground: "Ground", sop: "Sop") -> Markup:
    """The attribute that tells the language of the text of an SOP, where it is not that of the interface."""
    language = sop.text("language") or ground.library.config.library.language
    if language == ground.words.language or not _LANGUAGE.fullmatch(language):
        return Markup()
    return Markup(' lang="{}"').format(language)


@lru_cache(1 << 12)
def _day(words: "Words", day: date, *, away: bool = False) -> Markup:
    """A day as an element; with `away` the script adds how far it is away."""
    mark = Markup(' class="from-now"') if away else ""
    return Markup('<time{} datetime="{}">{}</time>').format(mark, day, words.day(day))
