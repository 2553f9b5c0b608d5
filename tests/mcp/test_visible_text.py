"""An assistant gets what the page shows: no comment, target, title, definition, fence word or hidden character."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from tests.build import PATH, complete
from tests.build import library as build
from tests.mcp.test_mcp import call

from sopkit.data import shipped_folder
from sopkit.library import load
from sopkit.mcp.results import SopPassage
from sopkit.mcp.visible_text import visible_markdown, visible_sop
from sopkit.render.document import render_html

TAGS = "".join(chr(0xE0000 + ord(char)) for char in "canary")
HIDDEN = f"""
## Scope

All [staff](https://x.example/canary "canary") and [guests][canary], ![canary](a.png "canary") *too*. <!-- canary -->
An &#99;at, 5 \\* 3 and `co\\de`{TAGS}\u200b. <span title="canary" hidden>Shown.</span> <https://shown.example>[^canary]

[canary]: /canary "canary
canary"
[unused]: <canary> (canary)

```sh canary
rm &amp; -rf  # shown
```

> quoted
>
> [inside]: /canary 'canary'

<!--
canary
-->

<div title="canary">
canary in HTML
</div>

| a | b |
|---|:-:|
| c | d |

[^canary]: A note.

## Procedure

1. **Line manager**: Ask <script>canary</script>for access ![canary](b.png).
   - Evidence: the ticket<style>canary</style>{TAGS}
2. **IT operations**: Grant the access within 4 hours.

<template>

canary

</template>

3. **IT operations**: Tell them.

## Records

- Ticket. <script>canary

## References

- canary
"""
SHOWN = """\
All staff and guests, (picture) *too*.
An cat, 5 * 3 and `co\\de`. Shown. https://shown.example

```
rm &amp; -rf  # shown
```

> quoted
>
>

| a | b |
|---|:-:|
| c | d |

A note."""


def test_no_hidden_word_reaches_an_assistant(tmp_path: Path) -> None:
    root = tmp_path / "isms"
    build(root, {PATH: complete(HIDDEN, title=f'"Grant{TAGS} access\\u202e"', status="draft")})
    sop = call(root, "get_sop", {"sop": "AC-001", "unapproved": True})
    assert sop["title"] == "Grant access"
    by_heading = {section["heading"]: section["text"] for section in sop["sections"]}
    assert [line.rstrip() for line in by_heading["Scope"].split("\n")] == SHOWN.split("\n")
    first = sop["steps"][0]
    assert (first["text"], first["evidence"]) == ("Ask for access (picture).", ["the ticket"])
    assert [step["number"] for step in sop["steps"]] == ["1", "2", "3"]
    for tool, given in (
        ("search_sops", {"words": "canary ticket"}),
        ("duties_of_role", {"role": "line manager"}),
        ("sops_for_control", {"control": "A.5.18"}),
    ):
        sop = {"answers": [sop, call(root, tool, given)]}
    text = json.dumps(sop, ensure_ascii=False)
    assert "canary" not in text
    assert re.findall(r"[\u200b\u202e\U000e0000-\U000e007f]", text) == []


def test_joiners_that_scripts_and_emoji_need_stay() -> None:
    text = "👩\u200d💻 می\u200cخواهم a\u2028b Ver\u00adtrag"
    fields = {"sop": "AC-001", "title": text, "version": "", "status": "", "approved": True, "state": ""}
    assert SopPassage(**fields, cite="", text="").title == "👩\u200d💻 می\u200cخواهم a b Vertrag"


@pytest.mark.slow
def test_nothing_is_given_that_the_page_does_not_show_and_little_is_lost() -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"\w+", text)

    library = load(shipped_folder("examples") / "acme", date(2026, 11, 24))
    for sop in library.sops:
        page = unescape(re.sub(r"<[^<>]*>", " ", render_html(sop, library, "", "", flow=False)))
        seen = visible_sop(sop, library)
        given = [word for section in seen.body.sections for word in words(visible_markdown(seen, section))]
        assert set(given) <= {*words(page), *words(page.replace(" ", ""))}
        assert len(given) > len(words(sop.body.prose.text)) * 0.9
