"""SOP508: An image has a text that says what it shows."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_IMAGE = re.compile(rb"<img\b[^<>]{0,2000}>", re.IGNORECASE)
_TEXT = re.compile(rb"\salt\s*=", re.IGNORECASE)
_GENERATED_TEXT = re.compile(r"(?:image|img|alt|alt[ -]text|[\w.()-]+\.(?:png|jpe?g|gif|svg|webp|bmp))", re.IGNORECASE)
"""What editors put in the place of a text: `image`, `alt text`, the name of the file."""


@rule(
    "SOP508",
    severity=Severity.WARNING,
    bad="""
        ## Scope

        All staff accounts. ![](https://acme.example/accounts.svg)
        """,
    good="""
        ## Scope

        All staff accounts. ![Staff accounts live in Okta; service accounts do not](https://acme.example/accounts.svg)
        """,
)
def image_without_text(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An image has a text that says what it shows.

    Words that an editor put there, such as `image` or the name of the file, are none. `<img alt="">` in HTML says that
    an image is mere decoration, and is left alone.

    Why: who cannot see the image, reads on paper or in a terminal, or searches, has the text alone.
    Mend: write between the brackets what the reader is to learn from the image.
    """
    for link in sop.body.links:
        text = link.text.strip()
        if link.image and (not text or _GENERATED_TEXT.fullmatch(text)):
            what = f'only "{text}" as its text' if text else "no text"
            yield sop.finding((link.start, link.end), f"the image has {what}; say what it shows")
    blocks = sop.body.blocks if sop.source.has(b"<img") else ()
    for part in (part for block in blocks for part in block.inlines if part.kind == "html"):
        for match in _IMAGE.finditer(sop.source.data, part.start, part.end):
            if not _TEXT.search(match[0]):
                yield sop.finding(match.span(), "the image has no text; say in `alt` what it shows")
