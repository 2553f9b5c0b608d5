"""Renders pages from templates: every value is escaped, every link is relative to the page; and the menu."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from markupsafe import Markup, escape

from sopkit.handbook import paths as addresses
from sopkit.handbook.paths import CHANGES, HOME, MISSING, MenuItem, PageKind, address, link, sop_path
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.search.index import INDEX
from sopkit.handbook.status import approvals
from sopkit.handbook.theme import (
    ICON,
    SCRIPT,
    SEARCH_SCRIPT,
    SEARCH_STYLE,
    SOP_SCRIPT,
    SOP_STYLE,
    STYLE,
    asset_versions,
    theme_of,
)
from sopkit.handbook.translations import Translations
from sopkit.model.sop import Sop
from sopkit.registry import collect

if TYPE_CHECKING:
    from jinja2 import Environment

    from sopkit.handbook.sandbox import TemplateSandbox


@lru_cache(4)
def menu_of(handbook: PublishedLibrary) -> tuple[MenuItem, ...]:
    """The items of all kinds of pages that have pages on this handbook, in their order."""
    from sopkit.handbook import pages  # each kind of page needs html.py, which needs this

    kinds = [(kind.menu, kind) for kind in collect(pages, PageKind) if kind.menu is not None]
    found = [item for item, kind in kinds if next((page.path for page in kind.pages(handbook)), "") == item.path]
    return tuple(sorted(found, key=lambda item: item.rank))


_FOLDER = Path(__file__).parent / "templates"
_SOP_TEXT = re.compile(r"sop/[^/]+/[^/]+")
"""Paths of the pages that show the text of an SOP."""
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_ADDRESSES = SimpleNamespace(
    **{name: at for name, at in vars(addresses).items() if name.isupper() or name.endswith("_path")}
)


def render_page(handbook: PublishedLibrary, path: str, template: str, title: str, **content: object) -> str:
    """The page at `path` from a template, which extends `base.html.j2`.

    A template knows, beside its `content`: `published`, `edition`, `say` (the texts of the interface by key), `to` (the
    relative link to a path of the site, `#anchor` included), `at` (the paths of paths.py), `day` (a date for people and
    programs), `title` and `path`. Content that the shell of the page shows: `crumbs`, pairs of path and words, the way
    up from the page; `siblings` (pages/areas.py) beside it; `contents`, pairs of anchor and words of its parts.
    `description` is a sentence for those who meet the page elsewhere. A page that hosts show anywhere has a `to` of its
    own.
    """
    to = cast("Callable[[str], str]", content.get("to") or partial(link, path))
    theme, version, of_sop = theme_of(handbook), asset_versions(handbook), _SOP_TEXT.fullmatch(path) is not None

    def asset(name: str) -> str:
        return f"{to(name)}?{version[name]}"

    known: dict[str, object] = {
        "published": handbook,
        "edition": handbook.edition,
        "say": _escaped_texts(handbook.words),
        "to": to,
        "at": _ADDRESSES,
        "day": partial(_date_element, handbook.words),
        "named": partial(_sop_link, handbook, path if of_sop else "/" * path.count("/")),
        "lang_of": partial(lang_attribute, handbook),
        "title": title,
        "path": path,
        "handbook": handbook_title(handbook),
        "menu": menu_of(handbook),
        "style": asset(SOP_STYLE if of_sop else STYLE),
        "script": asset(SOP_SCRIPT if of_sop else SCRIPT),
        "search": {
            "engine": asset(SEARCH_SCRIPT),
            "style": asset(SEARCH_STYLE),
            "index": f"{to(INDEX)}?{handbook.edition.commit[:7]}",
        },
        "canonical": address(handbook.options.base_url, path) if handbook.options.base_url and path != MISSING else "",
        "feed": to(CHANGES) if path == HOME and approvals(handbook) else "",
        "icon": asset(ICON),
        "logo": asset(theme.logo[0]) if theme.logo else "",
    }
    known |= content
    known["description"] = content.get("description") or handbook.words(
        "base.description", title=title, handbook=handbook_title(handbook)
    )
    own = theme.templates
    if not own:
        return _render(environment(), template, known)
    from sopkit.handbook.sandbox import page_values, template_error  # jinja2 costs 48 ms

    sandbox = _library_environment(handbook)
    try:
        return _render(sandbox, template, page_values(known, sandbox))
    except Exception as error:
        raise template_error(error, own) or error from error


def _render(environment: "Environment", template: str, known: Mapping[str, object]) -> str:
    return environment.get_template(template).render(known).rstrip("\n") + "\n"


def handbook_title(handbook: PublishedLibrary) -> str:
    """What the handbook calls itself."""
    config = handbook.library.config
    return config.handbook.title or config.library.name or handbook.words("base.handbook")


def new_environment() -> "Environment":
    """The templates of the handbook."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # costs 48 ms

    return Environment(
        autoescape=True,
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )


environment = cache(new_environment)


@lru_cache(4)
def _library_environment(handbook: PublishedLibrary) -> "TemplateSandbox":
    from sopkit.handbook.sandbox import create_sandbox

    return create_sandbox(_FOLDER, new_environment(), theme_of(handbook).templates)


class _EscapedTexts:
    """The texts of the interface for templates: each is escaped once."""

    def __init__(self, words: Translations) -> None:
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


_escaped_texts = cache(_EscapedTexts)


@lru_cache(1 << 14)
def _sop_link(handbook: PublishedLibrary, start: str, one: PublishedSop) -> Markup:
    """An SOP in a list: its id, which is a link, and its title. `start` is the page, or one as deep as it is."""
    return Markup('<a href="{}">{}</a> <span class="name-of"{}>{}</span>').format(
        link(start, sop_path(one.id)), one.id, lang_attribute(handbook, one.sop), one.sop.title
    )


def lang_attribute(handbook: PublishedLibrary, sop: Sop) -> Markup:
    """The attribute that tells the language of the text of an SOP, where it is not that of the interface."""
    language = sop.text("language") or handbook.library.config.library.language
    if language == handbook.words.language or not _LANGUAGE_TAG.fullmatch(language):
        return Markup()
    return Markup(' lang="{}"').format(language)


@lru_cache(1 << 12)
def _date_element(words: Translations, day: date, *, away: bool = False) -> Markup:
    """A day as an element; with `away` the script adds how far it is away."""
    mark = Markup(' class="from-now"') if away else ""
    return Markup('<time{} datetime="{}">{}</time>').format(mark, day, words.day(day))
