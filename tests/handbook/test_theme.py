"""Themes of a library: colours, logo, style sheet, templates, and what is told of those that cannot be used."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.build import complete, write

from sopkit.authoring.demo import AS_OF
from sopkit.handbook import html
from sopkit.handbook.build import Site, build
from sopkit.handbook.selection import BuildOptions
from sopkit.handbook.theme import STYLE, colour_properties, contrast
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.config import ColoursTable
from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'
Make = Callable[..., Site]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(keys: str, **files: bytes) -> Site:
        write(tmp_path, "sopkit.toml", f'[library]\nname = "Acme"\n[handbook]\n{keys}\n')
        write(tmp_path, "sops/access-control/ac-001-grant-access.md", complete())
        for name, data in files.items():
            write(tmp_path, f"theme/{name.replace('__', '.')}", data)
        with read_library_status(tmp_path, AS_OF, AS_OF) as ground:
            return build(ground, BuildOptions(drafts=True))

    return made


def told(make: Make, keys: str, **files: bytes) -> str:
    with pytest.raises(SopkitError) as error:
        make(keys, **files)
    assert error.value.hint
    return error.value.message


def test_colours_are_set_for_light_and_dark_but_not_on_paper(make: Make) -> None:
    site = make('[handbook.colours]\naccent = ["#7a1fa2", "#d7a6f0"]')
    style = site.files[STYLE].decode()
    assert (
        "@media not print{:root{--accent:light-dark(#7a1fa2,#d7a6f0);--tint:color-mix(in srgb,var(--text) 4%," in style
    )
    assert site.warnings == ()


def test_a_colour_for_the_light_alone_is_lightened_until_it_can_be_read_in_the_dark() -> None:
    light, dark = colour_properties(ColoursTable(accent=("#0000aa",)))["accent"]
    assert light == "#0000aa"
    assert contrast(dark, "#14171a") >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_a_colour_that_cannot_be_read_is_told_with_its_contrast(make: Make) -> None:
    site = make('title = "T"\n[handbook.colours]\naccent = ["#ffcc00", "#7db7ff"]')
    assert site.warnings == (
        "sopkit.toml:6: accent stands out too little from a tinted ground in the light: 1.4 to 1, and text asks for 4.5 to 1",
    )


def test_a_logo_stands_in_the_header(make: Make) -> None:
    site = make('logo = "theme/logo.svg"', logo__svg=SVG)
    assert site.files["assets/logo.svg"] == SVG
    assert b'<img src="assets/logo.svg?' in site.files["index.html"]


@pytest.mark.parametrize(
    ("keys", "data", "said"),
    [
        ('logo = "theme/none.svg"', SVG, "sopkit.toml:4: no file theme/none.svg"),
        ('logo = "../logo.svg"', SVG, "sopkit.toml:4: handbook.logo: `../logo.svg` leads out of the library"),
        ('logo = "theme/logo.svg"', SVG.replace(b"<rect", b"<script>1</script><rect"), "holds '<script'"),
        ('logo = "theme/logo.svg"', SVG.replace(b"<rect", b"<rect onload='x()'"), "holds 'onload='"),
        ('logo = "theme/logo.svg"', SVG.replace(b"<rect", b"<x:script>1</x:script><rect"), "holds '<x:script'"),
        (
            'logo = "theme/logo.svg"',
            SVG.replace(b"<rect", b"<a href='java&#115;cript:x()'/><rect"),
            "holds 'javascript:'",
        ),
        ('logo = "theme/logo.svg"', b"<?xml version='1.0' encoding='iso-2022-jp'?>" + SVG, 'holds "encoding=\'"'),
        ('logo = "theme/logo.svg"', SVG.decode().encode("utf-16"), "theme/logo.svg is no picture"),
        ('logo = "theme/logo.svg"', SVG + b" " * (1 << 20), "theme/logo.svg is larger than 1 MB"),
        ('css = "theme/logo.css"', SVG, "sopkit.toml:4: no file theme/logo.css"),
        ('templates = "theme/logo.svg"', SVG, "sopkit.toml:4: no folder theme/logo.svg"),
        ('language = "tlh"', SVG, "sopkit.toml:4: the interface does not know 'tlh'"),
        ('logo = "sopkit.toml"', SVG, "sopkit.toml:4: handbook.logo: `sopkit.toml` is of another kind"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line(make: Make, keys: str, data: bytes, said: str) -> None:
    assert said in told(make, keys, logo__svg=data)


def test_a_link_out_of_the_library_is_not_followed(make: Make, tmp_path: Path) -> None:
    secret = write(tmp_path.parent, f"{tmp_path.name}-secret.svg", SVG)
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "logo.svg").symlink_to(secret)
    assert told(make, 'logo = "theme/logo.svg"') == (
        "sopkit.toml:4: theme/logo.svg is a symbolic link, so it is not read"
    )


def test_a_style_sheet_stands_behind_ours_as_it_is(make: Make) -> None:
    site = make('css = "theme/own.css"', own__css=b"/* ours: '*/\nh1 { color: teal; clip-path: url(#a) }\n")
    assert site.files[STYLE].endswith(b"/* ours: '*/\nh1 { color: teal; clip-path: url(#a) }\n")


@pytest.mark.parametrize(
    "rule",
    [
        "@import 'https://fonts.example/a.css';",
        "a { background: url(https://evil.example/x) }",
        "a { background: \\75rl(//evil.example/x) }",
        "a { background: image-set('x.png' 1x) }",
        "a { background: image-set('#a' 1x, '//evil.example/x' 2x) }",
        r"a { background: u\rl(//evil.example/x) }",
        r"@im\port '//evil.example/a.css';",
        "a { content: '/*'; background: url(//evil.example/x); quotes: '*/' }",
        "a { background: url(#/*); } b { background: url(//evil.example/x) } /* */",
        "a { background: \\75\nrl(//evil.example/x) }",
    ],
)
def test_a_style_sheet_that_loads_something_is_refused(make: Make, rule: str) -> None:
    said = told(make, 'css = "theme/own.css"', own__css=f"/* url(a)\n*/\n{rule}\n".encode())
    assert said.startswith("theme/own.css:3: ")
    assert "loads another file" in said


@pytest.mark.slow
def test_a_template_takes_the_place_of_ours_and_can_extend_it(make: Make) -> None:
    own = b'{% extends "sopkit/areas.html.j2" %}\n{% block main %}<p>{{ "<b>" }}{{ title }}</p>{{ super() }}{% endblock %}'
    page = make('templates = "theme"', areas__html__j2=own).files["areas/index.html"].decode()
    assert "<p>&lt;b&gt;Areas</p>\n<h1>Areas</h1>" in page.replace("</p><h1>", "</p>\n<h1>")


@pytest.mark.slow
def test_pages_are_the_same_with_and_without_the_sandbox(make: Make) -> None:
    before = make("").files
    assert make('templates = "theme"', none__html__j2=b"").files == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("template", "said"),
    [
        (b"\n{% if %}", "theme/areas.html.j2:2: "),
        (b"\n{{ published.library }}", "theme/areas.html.j2:2: `published` is not for templates of a library"),
        (b"{{ title | safe }}", "theme/areas.html.j2:1: what is put in is always escaped"),
        (b"{% autoescape false %}{{ title }}{% endautoescape %}", "theme/areas.html.j2:1: what is put in is always"),
        (b"\n\n{{ tilte }}", "theme/areas.html.j2:3: 'tilte' is undefined"),
        (b"{{ ''.__class__.__mro__ }}", "theme/areas.html.j2:1: "),
        (b"{{ at.HOME.__class__ }}", "theme/areas.html.j2:1: "),
        (b"{{ to.func.__globals__ }}", "theme/areas.html.j2:1: "),
        (b"{{ to.args }}", "theme/areas.html.j2:1: "),
        (b"{{ say.texts.clear() }}", "theme/areas.html.j2:1: "),
        (b"{{ at.sop_path.__globals__ }}", "theme/areas.html.j2:1: "),
        (b"{{ [].append.__self__ }}", "theme/areas.html.j2:1: "),
        (b"{{ ''.format.__func__ }}", "theme/areas.html.j2:1: "),
        (b"{{ cycler.__init__.__globals__.os.environ }}", "theme/areas.html.j2:1: "),
        (b"{{ [to] | map(attribute='func') | join }}", "theme/areas.html.j2:1: "),
        (b"{{ to | attr('args') }}", "theme/areas.html.j2:1: "),
        (b"{{ cycler(1) }}", "theme/areas.html.j2:1: 'cycler' is undefined"),
        (b"{{ lang_of }}", "theme/areas.html.j2:1: `lang_of` is not for templates of a library"),
        (b"{{ named }}", "theme/areas.html.j2:1: `named` is not for templates of a library"),
        (b"{{ to }}", "theme/areas.html.j2:1: PageFunction is no text, number or day and cannot be shown"),
        (b"{{ ['<b>'] | map('safe') | join }}", "theme/areas.html.j2:1: no filter `map`; there are capitalize, e, "),
        (b"{% include '../../secret' %}", "theme/areas.html.j2:1: "),
    ],
)
def test_a_template_that_fails_or_reaches_too_far_is_told_with_its_line(make: Make, template: bytes, said: str) -> None:
    assert said in told(make, 'templates = "theme"', areas__html__j2=template)


def test_the_page_on_themes_names_every_block_and_no_template_that_is_not_there() -> None:
    folder, told = Path(html.__file__).parent / "templates", (ROOT / "docs" / "handbook.md").read_text("utf-8")
    blocks = re.findall(r"{% block (\w+) %}", (folder / "base.html.j2").read_text("utf-8"))
    assert [name for name in blocks if f"`{name}`" not in told] == []
    assert [name for name in re.findall(r"`(\w+\.html\.j2)`", told) if not (folder / name).is_file()] == []
