"""Templates as they are read, and what their language allows: hostile ones are refused with file and line."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sopkit.authoring.templates import render
from sopkit.authoring.templates.render import TemplateInput, check_template, render_template
from sopkit.frameworks.loader import load_catalogue
from sopkit.model.errors import SopkitError
from sopkit.model.template import Template
from sopkit.parsing.template import MAX_TEMPLATE_BYTES, find_template, read_template, template_names

HEADER = """\
---
version: "1.2"
title: Water the plants
area: physical-security
owner: gardener
approvers: [gardener]
summary: No plant dries out.
controls:
  iso27001-2022: [A.7.5, {id: A.7.8, strength: partial, note: "pots: only"}]
  soc2-tsc-2017: [CC6.4]
decisions:
  can:
    ask: where the can stands
    example: kitchen
---
"""
FRONT = "---\n{{ head }}\n---\n"
FIRST = HEADER.count("\n") + FRONT.count("\n") + 1
"""The line on which the body of a template begins."""


def template(body: str, header: str = HEADER) -> Template:
    return read_template("plants", "templates/plants.md", (header + FRONT + body).encode(), own=True)


def answers(frameworks: tuple[str, ...] = ("iso27001-2022",), **decided: str) -> TemplateInput:
    return TemplateInput(
        "PS-007", "Water: the plants", "physical-security", "gardener", ("gardener",), "Acme", frameworks, decided
    )


def filled(body: str, known: TemplateInput | None = None) -> str:
    text = render_template(template(body), known or answers(), load_catalogue())
    return text.split("\n---\n", 1)[1]


def test_the_head_is_the_front_matter_of_a_draft() -> None:
    assert render_template(template(""), answers(), load_catalogue()) == (
        '---\nid: PS-007\ntitle: "Water: the plants"\nversion: "0.1"\nstatus: draft\narea: physical-security\n'
        'owner: gardener\napprovers: [gardener]\ntemplate: "plants@1.2"\n---\n'
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{{ id }} {{ title }} {{ organisation }} {{ area }} {{ owner }}\n", None),
        ('{{ decide("can") }}\n', "[decide: where the can stands, e.g. kitchen]\n"),
        ('{{ decide("can") | quoted }}\n', '"[decide: where the can stands, e.g. kitchen]"\n'),
        ('{{ sop("water", "the water procedure") }}\n', "the water procedure\n"),
        ("{{ title | upper }} {{ title | lower | quoted }}\n", 'WATER: THE PLANTS "water: the plants"\n'),
        ('{% if "gdpr" in frameworks %}\nyes\n{% else %}\nno\n{% endif %}\n', "no\n"),
        ('{% if area == "privacy" or not "gdpr" in frameworks and owner %}\nyes\n{% endif %}\nend\n', "yes\nend\n"),
        ("{% for one in frameworks %}\n* {{ one }}\n{% endfor %}\n", "* iso27001-2022\n"),
        ("{# a remark #}\n{{ 'text' | upper }}\n", "TEXT\n"),
    ],
)
def test_the_language(body: str, text: str | None) -> None:
    assert filled(body) == (text or "PS-007 Water: the plants Acme physical-security gardener\n")


def test_controls_are_those_of_the_frameworks_in_use() -> None:
    body = "{{ controls }}\n\n{{ control_references }}\n* more\n"
    assert filled(body, answers(("gdpr",))) == "\n* more\n"
    assert filled(body, answers(("soc2-tsc-2017", "iso27001-2022"))) == (
        "controls:\n  soc2-tsc-2017: [CC6.4]\n  iso27001-2022:\n    - A.7.5\n    - id: A.7.8\n      strength: partial\n"
        '      note: "pots: only"\n\n* SOC 2 CC6.4 Physical access\n'
        "* ISO 27001:2022 A.7.5 Protecting against physical and environmental threats\n"
        "* ISO 27001:2022 A.7.8 Equipment siting and protection\n* more\n"
    )


def test_what_somebody_answers_is_never_run() -> None:
    assert filled('{{ decide("can") }}\n', answers(can="{{ title }}{% raw %}")) == "{{ title }}{% raw %}\n"


HOSTILE = {
    "attribute": ("{{ ''.__class__ }}", "getattr is no part"),
    "item": ("{{ title['x'] }}", "getitem is no part"),
    "method": ("{{ title.upper() }}", "`this` cannot be called"),
    "subclass": ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "`this` cannot be called"),
    "global": ("{{ cycler.__init__.__globals__ }}", "is no part"),
    "range": ("{% for a in range(10**9) %}x{% endfor %}", "a loop goes over frameworks only"),
    "power": ("{{ 'a' * 10**10 }}", "mul is no part"),
    "join": ("{{ title ~ title }}", "concat is no part"),
    "plus": ("{{ title + title }}", "add is no part"),
    "format": ("{{ '%999999999d' | format(1) }}", "no filter `format`"),
    "centre": ("{{ title | center(99999999) }}", "no filter `center`"),
    "argument": ("{{ title | quoted(1) }}", "no filter `quoted` of that form"),
    "nested loops": (
        "{% for a in frameworks %}{% for b in frameworks %}x{% endfor %}{% endfor %}",
        "no other loop",
    ),
    "recursion": ("{% for a in frameworks recursive %}{{ loop(frameworks) }}{% endfor %}", "no other loop"),
    "loop over letters": ("{% for a in title %}x{% endfor %}", "a loop goes over frameworks only"),
    "loop variable": ("{% for title in frameworks %}x{% endfor %}", "a loop has one new name"),
    "unpacked": ("{% for a, b in frameworks %}x{% endfor %}", "a loop has one new name"),
    "the loop itself": ("{% for a in frameworks %}{{ loop }}{% endfor %}", "no name `loop`"),
    "name outside of its loop": ("{% for a in frameworks %}x{% endfor %}{{ a }}", "no name `a`"),
    "include": ("{% include '/etc/passwd' %}", "include is no part"),
    "import": ("{% import 'x' as x %}", "import is no part"),
    "extends": ("{% extends 'x' %}", "extends is no part"),
    "block": ("{% block x %}{% endblock %}", "block is no part"),
    "macro": ("{% macro x() %}{{ x() }}{% endmacro %}", "macro is no part"),
    "set": ("{% set x = title %}", "assign is no part"),
    "with": ("{% with x = title %}{% endwith %}", "with is no part"),
    "filter block": ("{% filter upper %}x{% endfilter %}", "filterblock is no part"),
    "call block": ("{% call decide('can') %}{% endcall %}", "callblock is no part"),
    "autoescape": ("{% autoescape true %}{% endautoescape %}", "scope is no part"),
    "test": ("{{ title is defined }}", "test is no part"),
    "ternary": ("{{ title if title else id }}", "condexpr is no part"),
    "list": ("{{ [title] }}", "list is no part"),
    "number": ("{{ 7 }}", "7 is no plain text"),
    "long number": (f"{{{{ {'9' * 5000} }}}}", "too deep or too long"),
    "control character": (r"{{ 'a\nb' }}", "is no plain text"),
    "surrogate": (r"{{ '\ud800' }}", "is no plain text"),
    "greater": ("{% if title > id %}x{% endif %}", "no comparison `gt`"),
    "unknown name": ("{{ titel }}", "no name `titel`; did you mean `title`?"),
    "uncalled": ("{{ decide }}", "no name `decide`"),
    "call of a value": ("{{ title('x') }}", "`title` cannot be called"),
    "call of a call": ("{{ decide('can')('can') }}", "`this` cannot be called"),
    "computed decision": ("{{ decide(title) }}", "decide() takes 1 text in quotes"),
    "spread": ("{{ decide(*frameworks) }}", "decide() takes 1 text in quotes"),
    "keyword": ("{{ decide(name='can') }}", "decide() takes 1 text in quotes"),
    "too few texts": ("{{ sop('x') }}", "sop() takes 2 texts in quotes"),
    "unknown decision": ("{{ decide('cam') }}", "no decision `cam`; did you mean `can`?"),
    "undeclared decision": ("{{ decide('weather') }}", "declare it under `decisions` in the header"),
    "syntax": ("{{ title", "unexpected end of template"),
    "open block": ("{% if title %}", "Unexpected end of template"),
    "deep ifs": ("{% if title %}" * 30 + "x" + "{% endif %}" * 30, "nested too deeply"),
    "very deep ifs": ("{% if title %}" * 2000 + "x" + "{% endif %}" * 2000, "too deep or too long"),
    "deep brackets": ("{{ " + "(" * 9000 + "title" + ")" * 9000 + " }}", "too deep or too long"),
    "many nots": ("{% if " + "not " * 9000 + "title %}x{% endif %}", "too deep or too long"),
    "many filters": ("{{ title" + " | lower" * 6000 + " }}", "nested too deeply"),
    "many elifs": (
        "{% if title %}" + "{% elif title %}" * 3000 + "{% endif %}",
        "too many branches or comparisons in one",
    ),
    "many comparisons": (
        "{% if title" + " == title" * 3000 + " %}{% endif %}",
        "too many branches or comparisons in one",
    ),
    "many names": ("{{id}}" * 9000, "too many expressions"),
    "many ors": ("{% if title" + " or title" * 5000 + " %}x{% endif %}", "nested too deeply"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_else_is_allowed(name: str) -> None:
    body, said = HOSTILE[name]
    hostile = template(f"First line.\n{body}\n")
    for judge in (lambda: check_template(hostile), lambda: render_template(hostile, answers(), load_catalogue())):
        with pytest.raises(SopkitError) as stopped:
            judge()
        assert said in stopped.value.message
        assert stopped.value.message.startswith("templates/plants.md:")
        assert stopped.value.hint


@pytest.mark.parametrize("body", ["{{ titel }}", "{{ title + id }}", "{% include 'x' %}", "{{ decide('x') }}"])
def test_the_line_is_that_of_the_file(body: str) -> None:
    with pytest.raises(SopkitError) as stopped:
        check_template(template(f"First line.\n\n{body}\n"))
    assert stopped.value.message.startswith(f"templates/plants.md:{FIRST + 2}: ")


def test_the_text_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "MAX_CHARACTERS", 5_000)
    body = "{% for one in frameworks %}" + "x" * 600 + "{{ one }}{% endfor %}"
    assert len(filled(body, answers(("gdpr",)))) == 604
    seen: list[int] = []

    def counted(_: str, words: str) -> str:
        seen.append(1)
        return words * 2_000

    long = TemplateInput("PS-007", "T", "a", "o", (), "Acme", ("gdpr",), {}, counted)
    with pytest.raises(SopkitError, match="gives more than 5000 characters"):
        render_template(template('{{ sop("x", "y") }}' * 100), long, load_catalogue())
    assert len(seen) < 10  # it stops at once, not when all is made


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: ", "versoin: ", ":2: unknown key `versoin`; did you mean `version`?"),
        ("summary: No plant dries out.\n", "", ":2: the header has no `summary`; add it"),
        ("title: Water the plants", "title: ''", ":3: `title` is empty; fill it"),
        ("title: Water the plants", "title: Water: the plants", ":3: not YAML: mapping values are not allowed"),
        ("    ask: where the can stands\n", "    aks: x\n    ask: y\n", ":13: unknown key `decisions.can.aks`; did you mean `ask`?"),
        ("where the can stands", "'[where]'", ":13: `decisions.can.ask` is too long, or holds a bracket"),
        ("example: kitchen", f"example: {'x' * 91}", ":14: `decisions.can.example` is too long, or holds a bracket"),
        ("approvers: [gardener]", "approvers: &a [*a]", "an alias"),
        ("summary: No", "title: No", ":7: the key `title` is there twice"),
        ("strength: partial", "strength: half", ":9: "),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_header(old: str, new: str, said: str) -> None:
    assert old in HEADER
    with pytest.raises(SopkitError) as stopped:
        template("", HEADER.replace(old, new, 1))
    told = f"{stopped.value.message}\n{stopped.value.hint}"
    assert said in told
    assert "templates/plants.md:" in told


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "x.md:1: no header of a template"),
        (b"# A text\n", "x.md:1: no header of a template"),
        (b"---\ntitle: x\n", "x.md:1: no header of a template"),
        (b"---\n---\n---\n", "x.md:1: the header has no keys"),
        (b"---\n- a\n---\n---\n", "x.md:1: the header has no keys"),
        (b"---\ntitle: x\n---\n# A text\n", "x.md:4: the text of the SOP does not begin with front matter"),
        (b"---\ntitle: \xff\n", "x.md:2: not UTF-8 text"),
        (b"---\ntitle: x\n---\n---\na\x00b\n", "x.md:5: a control character U+0000"),
        (b"---\n" + b"x" * 5_000_000, f"x.md: larger than {MAX_TEMPLATE_BYTES // 1024} KiB"),
        (b"---\na: " + b"[" * 20_000 + b"\n---\n---\n", "x.md"),
    ],
)
def test_no_bytes_break_the_reader(data: bytes, said: str) -> None:
    with pytest.raises(SopkitError) as stopped:
        read_template("x", "x.md", data, own=True)
    assert stopped.value.message.startswith(said)
    assert stopped.value.hint


def test_a_template_from_windows_is_read() -> None:
    text = (HEADER + FRONT + "{{ title }}\n").replace("\n", "\r\n")
    read = read_template("plants", "p.md", b"\xef\xbb\xbf" + text.encode(), own=True)
    assert render_template(read, answers(), load_catalogue()).endswith("---\nWater: the plants\n")


def _link_out(place: Path) -> None:
    place.symlink_to("/etc/hostname")


def _pipe(place: Path) -> None:
    os.mkfifo(place)


def _folder_out(place: Path) -> None:
    elsewhere = place.parents[2] / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / place.name).write_text("---\n")
    place.parent.rmdir()
    place.parent.symlink_to(elsewhere)


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (_link_out, "templates/plants.md: is a symbolic link, so it is not read"),
        (_folder_out, "templates: is a symbolic link, so it is not read"),
        (_pipe, "templates/plants.md: is no file, so it is not read"),
    ],
)
def test_only_a_file_is_read(tmp_path: Path, put: Callable[[Path], None], said: str) -> None:
    folder = tmp_path / "library" / "templates"
    folder.mkdir(parents=True)
    put(folder / "plants.md")
    with pytest.raises(SopkitError, match="so it is not read") as stopped:
        find_template(folder.parent, "plants")
    assert stopped.value.message == said


def test_a_template_of_the_library_stands_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "offboarding.md").write_text(HEADER + FRONT)
    (tmp_path / "templates" / "zoo.md").write_text(HEADER + FRONT)
    names = template_names(tmp_path)
    assert (names["offboarding"], names["blank"], names["zoo"]) == (True, False, True)
    assert find_template(tmp_path, "offboarding").header.title == "Water the plants"
    assert find_template(None, "offboarding").header.title == "Offboard a leaver"


def test_an_unknown_template_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(SopkitError, match="no template 'ofboarding'; did you mean offboarding") as stopped:
        find_template(tmp_path, "ofboarding")
    assert "blank" in stopped.value.hint
    for name in ("../x", "/etc/passwd", ""):
        with pytest.raises(SopkitError, match="no template"):
            find_template(tmp_path, name)
