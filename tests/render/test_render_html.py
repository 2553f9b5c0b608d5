import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.build import AS_OF, PATH, complete, library
from tests.render.rendered import Page, shown_words, written_words

from sopkit.library import Library, load
from sopkit.model.sop import Sop
from sopkit.render.document import render_html

pytestmark = pytest.mark.slow

TOP = Path(__file__).parents[2]
PNG = bytes.fromhex("89504e470d0a1a0a") + b"rest of a picture"
PARTS = """\
## Procedure

1. <a id="ask"></a>**Line manager**: Ask for access in [Jira](https://jira.acme.example/) within 2 days.
   - Expect: A ticket.
   - Evidence: Access ticket
   - Control: A.5.18
   - If it is urgent, then call.
   - Else: wait.
   - Warning: Ask *once* & <b>once</b> only.
2. **Asset owner**: Approve it.
   1. Read it.
   2. Sign it.
3. IT operations: Grant the access as [AC-002](ac-002-other.md) says; see [step 1](#ask).

## References

- ISO 27001:2022 A.5.18
- A.5.15, A.5.16
- ISO 27001:2022 A.8.2 Rights of the mighty
"""


def page_of(root: Path, text: str | bytes, files: dict[str, str | bytes] | None = None, config: str = "") -> str:
    made = library(root, {PATH: text, **(files or {})}, config=config)
    return render_html(made.by_path[PATH], made)


@cache
def real(name: str) -> Library | None:
    folder = TOP / name
    return load(folder, AS_OF) if (folder / "sopkit.toml").is_file() else None


def real_sops() -> list[tuple[Library, Sop]]:
    libraries = [made for name in ("examples/acme", "tests/corpus") if (made := real(name))]
    return [(made, sop) for made in libraries for sop in made.sops]


def test_golden(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    other = complete(id="AC-002", title="Take access away")
    page = page_of(tmp_path, complete(PARTS), {"sops/access-control/ac-002-other.md": other})
    golden("render/ac-001.html", page)


def test_steps_have_numbers_anchors_and_labelled_lines(tmp_path: Path) -> None:
    page = Page(page_of(tmp_path, complete(PARTS)))
    items = [(tag, given.get("id"), given.get("class")) for tag, given in page.elements if tag == "li"]
    assert [item for item in items if item[2]] == [
        ("li", "step-1", "step"),
        ("li", None, "part expect"),
        ("li", None, "part evidence"),
        ("li", None, "part control"),
        ("li", None, "part if"),
        ("li", None, "part else"),
        ("li", None, "part warning"),
        ("li", "step-2", "step"),
        ("li", "step-2.1", "step sub"),
        ("li", "step-2.2", "step sub"),
        ("li", "step-3", "step"),
    ]  # fmt: skip
    assert "ask" in page.ids


@pytest.mark.parametrize(
    ("procedure", "anchors"),
    [
        ("1. One.\n2. Two.\n", ["step-1", "step-2"]),
        ("- [ ] One.\n- [x] Two.\n", ["step-1", "step-2"]),
        ("### Step 1: One\n\nText.\n\n### Step 2: Two\n\nText.\n", ["step-1", "step-2"]),
        ("| # | Who | What |\n| - | - | - |\n| 1 | IT operations | One |\n| 2 | CISO | Two |\n", ["step-1", "step-2"]),
        ("### A\n\n1. One.\n2. Two.\n\n### B\n\n1. Three.\n", ["step-1", "step-2", "procedure-2-step-1"]),
    ],
)
def test_every_shape_of_steps_is_linkable(tmp_path: Path, procedure: str, anchors: list[str]) -> None:
    page = Page(page_of(tmp_path, complete(f"## Procedure\n\n{procedure}")))
    assert [anchor for anchor in page.ids if re.fullmatch(r"(procedure-\d+-)?step-\d+", anchor)] == anchors
    assert len(page.ids) == len(set(page.ids))


def test_ids_alone_get_their_titles(tmp_path: Path) -> None:
    text = Page(page_of(tmp_path, complete(PARTS))).text
    assert "ISO 27001:2022 A.5.18 Access rights" in text
    assert "A.5.15, A.5.16 (A.5.15 Access control; A.5.16 Identity management)" in text
    assert "A.8.2 Rights of the mighty" in text
    assert "Rights of the mighty Privileged" not in text


def test_links(tmp_path: Path) -> None:
    other = complete(id="AC-002", title="Take access away")
    text = complete(
        "## Scope\n\n[a](ac-002-other.md#x) [AC-002](ac-002-other.md) [b](../../infra/x.tf) [c](https://e.example/c) [d](#purpose)\n"
    )
    html = page_of(tmp_path, text, {"sops/access-control/ac-002-other.md": other})
    page = Page(html)
    links = [given for tag, given in page.elements if tag == "a"]
    assert [given for given in links if (given["href"] or "").startswith("http")] == [
        {"class": "first", "href": "https://e.example/c", "rel": "noopener noreferrer"}
    ]  # fmt: skip
    assert '<span class="elsewhere">a</span> <span class="added">(AC-002 Take access away)</span>' in html
    assert '<span class="elsewhere">AC-002</span> <span class="added">' not in html
    assert '<span class="elsewhere">b</span> <span class="added">(infra/x.tf)</span>' in html
    assert '<a href="#purpose">d</a>' in html


def test_pictures(tmp_path: Path) -> None:
    (tmp_path / "outside.png").write_bytes(PNG)
    text = complete(
        "## Scope\n\n![in](flow.png) ![out](../../../outside.png) ![far](https://e.example/p.png) ![none](gone.png) ![no](x.svg)\n"
    )
    files: dict[str, str | bytes] = {"sops/access-control/flow.png": PNG, "sops/access-control/x.svg": "<svg/>"}
    page = Page(page_of(tmp_path / "library", text, files))
    assert [attributes["alt"] for tag, attributes in page.elements if tag == "img"] == ["in"]
    assert page.text.count("Picture not shown:") == 4
    assert page.fetched == []


def test_says_what_is_not_known(tmp_path: Path) -> None:
    page = Page(page_of(tmp_path, complete()))
    assert "Active · version 1.0" in page.text
    assert "Approval unknown: no history was read." in page.text
    assert f"AC-001 · version 1.0 · as of {AS_OF} · printed copies are uncontrolled" in page.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "This document has no text yet."),
        (b"# Only a title\n\nText.\n", "Only a title"),
        (b"---\nid: [\n---\n\n# Broken\n\nText.\n", "Broken"),
        (b"---\nid: AC-001\n\n# Never closed\n", "finding"),
        (b"---\nid: AC-001\n---\n", "This document has no text yet."),
        (b"\xff\xfe\x00", "The text of this file cannot be read."),
        (b"# A\0B\n", "The text of this file cannot be read."),
        (
            b"---\nid: AC-001\ntitle: [a, b]\ncontrols: {iso27001-2022: {x: y}, nope: [1, {a: b}]}\n---\n\nText.\n",
            "Text.",
        ),
        (complete(status="[x]", version="{a: b}", controls="7").encode(), "No status"),
        (b"> " * 3000 + b"deep\n", "deep"),
    ],
)
def test_a_document_with_findings_says_how_many(tmp_path: Path, text: bytes, said: str) -> None:
    made = library(tmp_path, {PATH: text})
    sop = made.by_path[PATH]
    page = Page(render_html(sop, made))
    count = len(sop.findings)
    assert count
    assert f"This document has {count} finding{'s'[: count > 1]}." in page.text
    assert said in page.text
    assert page.ill == []


@pytest.mark.parametrize("suffix", ["examples/acme", "tests/corpus"])
def test_real_libraries_are_there(suffix: str) -> None:
    if real(suffix) is None:
        pytest.skip(f"{suffix} is not in this copy of the sources")


@pytest.mark.parametrize(("made", "sop"), real_sops(), ids=lambda value: getattr(value, "path", ""))
def test_real_documents_keep_every_word(made: Library, sop: Sop) -> None:
    html = render_html(sop, made)
    page = Page(html)
    assert written_words(sop) - page.words == {}
    assert page.ill == []
    assert page.fetched == []
    assert len(page.ids) == len(set(page.ids))
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert html == render_html(sop, made)


def test_placeholders_stay_visible(tmp_path: Path) -> None:
    text = complete("## Scope\n\nMail <user-name> of </team>.\n\n<what-ever>\n\n<b>Bold</b>\n")
    assert "Mail <user-name> of </team>. <what-ever> Bold" in Page(page_of(tmp_path, text)).text


def test_words_of_markdown_survive_without_marks() -> None:
    assert shown_words("a **b** `c`") == {"a": 1, "b": 1, "c": 1}


def test_a_limit_of_its_own_keeps_its_label(tmp_path: Path) -> None:
    text = complete("## Procedure\n\n1. **Asset owner**: Ask.\n   - Within: 4 hours\n2. **Asset owner**: Grant.\n")
    page = page_of(tmp_path, text)
    assert '<b>Within: </b><span class="limit">4 hours</span>' in page
