"""What every page has around its text: style sheet, script, menu, edition, and the foot of paper."""

import re
from dataclasses import replace

import pytest
from tests.handbook.conftest import Sites

from sopkit.handbook.published_library import published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.handbook.theme import SCRIPT, STYLE, asset_files, print_footer
from sopkit.lifecycle.library_status import LibraryStatus

pytestmark = pytest.mark.slow


def test_no_page_has_inline_style_script_or_handlers(sites: Sites) -> None:
    for path, data in sites().files.items():
        if path.endswith(".html"):
            found = re.findall(rb"<style|<script(?! src)| style=| on\w+=|=\"(?:javascript|data):", data)
            assert (path, found) == (path, [])


def test_the_edition_stands_on_every_page_and_on_paper(sites: Sites, acme: LibraryStatus) -> None:
    commit = acme.commit.oid[:7] if acme.commit else ""
    for path, data in sites().files.items():
        if path.endswith(".html"):
            assert f'<time datetime="2026-11-24">2026-11-24</time> · commit <code>{commit}</code>' in " ".join(
                data.decode().split()
            ), path
    assert (
        f'@bottom-left{{font:8.5pt system-ui,sans-serif;color:#444;content:"Edition 2026-11-24 \\b7  commit {commit} \\b7  Printed'
        in sites().files[STYLE].decode()
    )


def test_a_name_of_an_edition_cannot_leave_its_string(acme: LibraryStatus) -> None:
    ground = published_library(acme, BuildOptions())
    named = replace(ground, edition=replace(ground.edition, name='"}*{color:red}\\'))
    assert 'content:"Edition \\22 }*{color:red}\\5c , as of 2026-11-24' in print_footer(named)


def test_assets_have_no_comments_and_keep_what_stands_in_quotes(acme: LibraryStatus) -> None:
    made = asset_files(published_library(acme, BuildOptions()))
    style, script = made[STYLE].decode(), made[SCRIPT].decode()
    assert "/*" not in style
    assert '"Segoe UI",Arial' in style
    assert 'content:" (" attr(href) ")"' in style
    assert not re.search(r"^\s*//", script, re.MULTILINE)


def test_the_page_for_wrong_addresses_has_links_from_the_top_of_the_host(sites: Sites) -> None:
    rooted = sites(BuildOptions(base_url="https://acme.example/the%20handbook/")).files["404.html"].decode()
    assert 'href="/the%20handbook/assets/handbook.css?' in rooted
    assert 'href="/the%20handbook/list.html"' in rooted
    assert "href" not in sites().files["404.html"].decode()
