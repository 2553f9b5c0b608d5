from pathlib import Path

from tests.build import PATH, complete, library

from sopkit.render.body import render_body

TEXT = """\
## Scope

See [the other](ac-002-other.md#x "Its title"), [the hidden](ac-009-hidden.md "Hidden"), [gone](gone.md), [here](#scope),
[far](https://e.example/) and ![a plan](plan.png) ![b](lost.png).

## Procedure

1. **CISO**: Ask.
   - If it burns, then go on with [the other](ac-002-other.md).
   - If it hangs, then go on with [the hidden](ac-009-hidden.md).
2. **Line manager**: Grant it.
"""


class Site:
    """A page among others, one of which must not be known."""

    def link(self, target: str) -> str | None:
        if target.startswith("https:"):
            return target
        return f"../AC-002/index.html{target.removeprefix('ac-002-other.md')}" if "ac-002" in target else None

    def remark(self, target: str, words: str) -> str:
        return f"(not {words} of {target})" if target == "gone.md" else ""

    def picture(self, target: str) -> str | None:
        return "../../files/plan.png" if target == "plan.png" else None

    def other(self, target: str) -> str:
        return "AC-002" if "ac-002" in target else ""


def test_links_pictures_and_flows_ask_what_is_around(tmp_path: Path) -> None:
    made = library(tmp_path, {PATH: complete(TEXT)})
    body = render_body(made.by_path[PATH], made, Site())
    assert (
        'See <a href="../AC-002/index.html#x" title="Its title">the other</a>, '
        '<span class="elsewhere">the hidden</span>, '
        '<span class="elsewhere">gone</span> <span class="added">(not gone of gone.md)</span>, '
        '<a href="#scope">here</a>,\n'
        '<a class="first" href="https://e.example/" rel="noopener noreferrer">far</a> '
        'and <img src="../../files/plan.png" alt="a plan"> '
        '<span class="picture">Picture not shown: b (lost.png)</span>.'
    ) in body.html
    assert "↗ AC-002</text>" in body.html
    assert body.html.count("↗") == 2
    assert "AC-009" not in body.html


def test_a_body_without_flows(tmp_path: Path) -> None:
    made = library(tmp_path, {PATH: complete(TEXT)})
    assert [render_body(made.by_path[PATH], made, Site(), flow=flow).drawn for flow in (True, False)] == [True, False]


GERMAN = """\
## Scope

![](plan.png) ![](lost.png)

> [!NOTE]
> Text.

- [x] getan

| a |
| - |
| b |

## Procedure

1. **IT operations**: Prüfen.
   - If it fails, then go back to step 1.
2. Freigeben.
"""


def test_what_we_add_is_in_the_language_of_the_text(tmp_path: Path) -> None:
    made = library(tmp_path, {PATH: complete(GERMAN, language="de")})
    html = render_body(made.by_path[PATH], made, Site()).html
    for said in (
        '<span class="picture">Bild nicht gezeigt: ohne Beschreibung (lost.png)</span>',
        '<p class="label">Hinweis</p>',
        '<span class="aside">erledigt: </span>',
        'aria-label="Tabelle 1"',
        'aria-label="Schritt 1">1</a>',
        "<summary>Der Ablauf als Bild: 2 Schritte, 1 Rolle</summary>",
        '"Ablauf, Schritte 1 bis 2, durch IT operations, Nicht genannt, 1 Schritt, an dem sich der Weg teilt, 1 Weg zurück.',
        "<summary>Der Ablauf in Worten</summary>",
        "If it fails: noch einmal Schritt 1. Else: Schritt 2.</li>",
        "Freigeben. Dann: das Ende.</li>",
        ">Ende</text>",
    ):
        assert said in html
