"""What a template of a library can reach: plain values of its page, and nothing of what a build must not show."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError
from tests.build import write
from tests.handbook.secrets import MARK, hide, make
from tests.repository import GitRepository

from sopkit.handbook import sandbox
from sopkit.handbook.build import build
from sopkit.handbook.html import new_environment
from sopkit.handbook.sandbox import PAGE_NAMES, PageFunction, TemplateSandbox, create_sandbox, page_values
from sopkit.handbook.selection import BuildOptions
from sopkit.handbook.theme import LibraryTemplate
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.sop_document import Classification

TEMPLATES = Path(sandbox.__file__).parent / "templates"
DAY = date(2026, 2, 1)
Pages = dict[str, tuple[dict[str, object], TemplateSandbox]]

HOSTILE = (
    "{{ NAME }}",
    "{{ NAME ~ '' }}",
    "{{ NAME() }}",
    "{{ NAME.missing }}",
    "{{ NAME | lower }}",
    "{{ NAME | e }}",
    "{{ NAME | join }}",
    "{{ NAME | join(attribute='sop') }}",
    "{{ NAME | string }}",
    "{{ NAME | pprint }}",
    "{{ NAME | tojson }}",
    "{{ NAME | xmlattr }}",
    "{{ NAME | attr('func') }}",
    "{{ [NAME] }}",
    "{{ [NAME] | map('string') | join }}",
    "{{ [NAME] | map('safe') | join }}",
    "{{ [NAME] | select('string') | list }}",
    "{{ {1: NAME} }}",
    "{{ '%s' | format(NAME) }}",
    "{{ '%s' % NAME }}",
    "{{ '{0}'.format(NAME) }}",
    "{{ '{a}'.format_map({'a': NAME}) }}",
    "{{ say(NAME) }}",
    "{{ say('base.edition', name=NAME) }}",
    "{{ to(NAME) }}",
    "{{ day(NAME) }}",
    "{{ at.sop_path(NAME) }}",
    "{{ NAME[0] }}",
    "{{ NAME[1:] }}",
    "{% for each in NAME %}{{ each }}{{ each.sop }}{{ loop }}{{ loop.previtem }}{% endfor %}",
    "{% for key in NAME.items() %}{{ key }}{% endfor %}",
    "{% set each = NAME %}{{ each }}",
    "{% set NAME = 1 %}",
    "{% set cage = namespace(a=NAME) %}{{ cage.a }}",
    "{% set each %}{{ NAME }}{% endset %}{{ each }}",
    "{% macro each() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ each(NAME, a=NAME) }}",
    "{% macro NAME(one) %}{{ one }}{{ one.sop }}{% endmacro %}",
    "{% macro each() %}{{ caller(NAME) }}{% endmacro %}{% call(found) each() %}{{ found }}{% endcall %}",
    "{% include NAME %}",
    "{% import 'sopkit/parts.html.j2' as each with context %}{{ each.role(NAME) }}",
    "{% from 'sopkit/parts.html.j2' import NAME with context %}",
    "{% debug %}",
    "{% trans %}{{ NAME }}{% endtrans %}",
    "{{ self.NAME }}{{ self._TemplateReference__context }}",
    "{{ context }}",
    "{{ cycler(NAME).next() }}",
    "{{ joiner(NAME)() }}",
    "{{ dict(a=NAME) }}",
)
"""Attempts to show what a name of a page holds."""

BOMBS = (
    "{% for each in range(1000000000) %}{% endfor %}",
    "{{ 'a' * 1000000000 }}",
    "{{ 2 ** 1000000000 }}",
    "{{ 'a' | center(1000000000) }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ '{:1000000000}'.format(1) }}",
    "{{ lipsum(n=1000000) }}",
    "{% set a = 'aaaaaaaaaaaaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40,
    "{% set a = 'aaaaaaaaaaaaaaaaaaaa' %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40,
    "{% set a = 'aa' %}" + "{% set a = [a, a] | join(a) %}" * 40,
    "{% set a = [1, 2] %}" + "{% set a = [a, a] %}" * 40 + "{{ a }}",
    "".join(f"{{% for a{n} in [1, 2, 3, 4, 5, 6, 7, 8, 9] %}}" for n in range(15)) + "{% endfor %}" * 15,
    "{% macro a(n) %}{{ a(n) }}{{ a(n) }}{% endmacro %}{{ a(1) }}",
    "{% macro a0() %}a{% endmacro %}"
    + "".join(f"{{% macro a{n + 1}() %}}{{{{ a{n}() }}}}{{{{ a{n}() }}}}{{% endmacro %}}" for n in range(40))
    + "{{ a40() }}",
    "{% block a %}{{ self.a() }}{{ self.a() }}{% endblock %}",
)
"""Templates that would run, or fill the memory, for ever."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a secret SOP and a template of its own."""
    repository = GitRepository.start(tmp_path_factory.mktemp("sandbox") / "library")
    make(repository)
    text = (repository.root / "sopkit.toml").read_text()
    repository.commit("2025-04-03", {"sopkit.toml": f'{text}templates = "theme"\n', "theme/none.html.j2": "none\n"})
    hide(repository)
    return repository.root


@pytest.fixture(scope="module")
def pages(root: Path) -> Iterator[Pages]:
    """The values of every page of a build that hides the secret SOP, with the sandbox in which they are rendered."""
    found: Pages = {}

    def remember(known: dict[str, object], where: TemplateSandbox) -> dict[str, object]:
        values = page_values(known, where)
        found[str(known["path"])] = values, where
        return values

    with pytest.MonkeyPatch.context() as patch, read_library_status(root, DAY, DAY) as status:
        patch.setattr(sandbox, "page_values", remember)
        patch.setattr("sopkit.handbook.build._MIN_SHARED_PAGES", 1000)  # so that this process writes all of them
        build(status, BuildOptions(Classification.INTERNAL))
        yield found


def reachable(where: TemplateSandbox, value: object, seen: set[int]) -> Iterator[str]:
    """Every text to which a template can get from a value, by attributes, items, loops, and calls without arguments."""
    if id(value) in seen:
        return
    seen.add(id(value))
    yield repr(value)
    if isinstance(value, str):
        return
    if isinstance(value, (tuple, list, dict)):
        parts = [*value, *value.values()] if isinstance(value, dict) else [*value]
    else:
        parts = [
            getattr(value, name) for name in dir(value) if where.is_safe_attribute(value, name, getattr(value, name, 0))
        ]
    for part in parts:
        yield from reachable(where, part, seen)


@pytest.mark.slow
def test_nothing_that_a_template_can_reach_on_any_page_is_hidden(pages: Pages) -> None:
    found = {
        path: [text for name in sorted(PAGE_NAMES & values.keys()) for text in reachable(where, values[name], set())]
        for path, (values, where) in pages.items()
    }
    assert {"index.html", "audit/index.html", "sop/AC-001/index.html", "404.html"} <= found.keys()
    assert MARK in repr(pages["index.html"][0]["published"])  # which is why no template may see it
    assert [path for path, texts in found.items() if any(MARK in text.casefold() for text in texts)] == []
    assert [path for path, texts in found.items() if any(" at 0x" in text for text in texts)] == []
    assert all(len(texts) > 30 for texts in found.values())


@pytest.mark.slow
def test_a_hostile_template_shows_nothing_hidden_of_any_name_of_any_page(pages: Pages) -> None:
    names = {name for values, _ in pages.values() for name in values}
    assert {"published", "named", "lang_of", "to", "edition"} <= names
    shown = []
    for name in sorted(names):
        values, where = next(one for one in pages.values() if name in one[0])
        attributes = {*dir(values[name]), "func", "args", "keywords", "__self__", "__closure__"}
        texts = [text.replace("NAME", name) for text in HOSTILE]
        texts += [f"{{{{ {name}.{attribute} }}}}" for attribute in sorted(attributes)]
        texts += [f"{{{{ {name}['{attribute}'] }}}}" for attribute in ("__class__", "func", "sop", "library")]
        for text in texts:
            where.left = 1_000_000
            try:
                told = where.from_string(text).render(values)
            except Exception as error:  # noqa: BLE001 - what any error tells is looked at as well
                told = str(error)
            if MARK in told.casefold() or " at 0x" in told or str(Path.cwd()) in told:
                shown.append(text)
    assert shown == []


@pytest.mark.slow
def test_a_template_cannot_use_a_name_that_ours_alone_have(pages: Pages) -> None:
    values, where = pages["sop/AC-001/index.html"]
    for name in sorted(values.keys() - PAGE_NAMES):
        for text in (f"{{{{ {name} }}}}", f"{{% set {name} = 1 %}}", f"{{% macro {name}() %}}{{% endmacro %}}"):
            with pytest.raises(TemplateSyntaxError, match=f"`{name}` is "):
                where.from_string(text)


@pytest.fixture(scope="module")
def empty() -> TemplateSandbox:
    return create_sandbox(TEMPLATES, new_environment(), {})


@pytest.mark.slow
@pytest.mark.parametrize("text", BOMBS)
def test_a_template_ends_that_costs_more_than_a_page_needs(empty: TemplateSandbox, text: str) -> None:
    known = page_values({}, empty)
    with pytest.raises((SecurityError, TemplateSyntaxError, RecursionError)):
        empty.from_string(text).render(known)


def test_what_the_page_says_of_the_language_works(empty: TemplateSandbox) -> None:
    known = page_values({"title": "<A>", "to": lambda path: f"../{path}", "crumbs": (("a", "b"),)}, empty)
    text = (
        "{% macro link(place, words='') %}<a href='{{ to(place) }}'>{{ words or place }}</a>{% endmacro %}"
        "{% for place, words in crumbs %}{{ loop.index }}{{ link(place, words ~ '&') }}{% endfor %}"
        "{{ title | upper }}{{ ['x', 'y'] | join('<') }}{{ crumbs | length }}{{ 'no' if title == 'B' else 'yes' }}"
    )
    assert empty.from_string(text).render(known) == "1<a href='../a'>b&amp;</a>&lt;A&gt;x&lt;y1yes"


def test_macros_that_ours_call_cannot_be_replaced() -> None:
    own = {"parts.html.j2": LibraryTemplate("theme/parts.html.j2", "{% macro state(one) %}{{ one }}{% endmacro %}")}
    with pytest.raises(Exception, match=r"theme/parts.html.j2:1: ours has only parts"):
        create_sandbox(TEMPLATES, new_environment(), own)


def test_every_template_of_macros_is_known_as_one() -> None:
    imported = {
        line.split('"')[1]
        for file in TEMPLATES.glob("*.j2")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith(("{% from ", "{% import "))
    }
    assert imported == sandbox._MACROS_OF_OURS


@pytest.mark.slow
def test_pages_are_those_of_a_library_without_templates(root: Path, tmp_path: Path) -> None:
    """Ours that nothing replaces, and the blocks of ours that templates of the library put in."""
    for file in sorted(TEMPLATES.glob("*.j2")):
        text = file.read_text("utf-8")
        blocks = [name for name in ("head", "main") if f"{{% block {name} %}}" in text]
        if blocks and file.name not in ("base.html.j2", "glossary.html.j2", "missing-alone.html.j2"):
            body = "".join(f"{{% block {name} %}}<!--own-->{{{{ super() }}}}{{% endblock %}}" for name in blocks)
            write(tmp_path, f"blocks/theme/{file.name}", f'{{% extends "sopkit/{file.name}" %}}{body}')
    shutil.copytree(root, tmp_path / "blocks", dirs_exist_ok=True)
    plain = shutil.copytree(root, tmp_path / "plain")
    (plain / "theme" / "none.html.j2").rename(plain / "theme" / "none.txt")
    made = []
    for folder in (plain, tmp_path / "blocks"):
        with read_library_status(folder, DAY, DAY) as status:
            made.append(dict(build(status, BuildOptions(Classification.RESTRICTED)).files))
    without, pages = made
    assert sum(b"<!--own-->" in data for data in pages.values()) > 20
    assert {path: data.replace(b"<!--own-->", b"") for path, data in pages.items()} == without
    assert b"<!--own-->" not in pages["glossary.html"]


def test_a_function_of_a_page_shows_nothing() -> None:
    assert repr(PageFunction({"secret": 1}.get)) == str(PageFunction(print)) == "a function of the page"
