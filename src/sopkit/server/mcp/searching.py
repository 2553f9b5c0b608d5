"""Find SOPs by words: what matches most of them first, each with the passage that matches best."""

import re
from collections.abc import Collection, Iterator
from itertools import islice
from math import log

from sopkit.model.sop import Sop
from sopkit.model.sop_document import Status
from sopkit.server.mcp.answers import Passage
from sopkit.server.mcp.asking import plain
from sopkit.server.mcp.shelf import Shelf

_WORD = re.compile(r"\w(?:[\w.-]*\w)?")
_LONGEST = 300
_IN_ID, _IN_TITLE, _IN_TEXT, _MOST_OFTEN = 20, 8, 1, 5


def search(shelf: Shelf, words: str, limit: int = 10, known: dict[bytes, str] | None = None) -> tuple[Passage, ...]:
    """The SOPs that hold the words, best first; a word matches the beginning of another, retired SOPs never match.

    `known` are the words of texts that were searched before, by the bytes of their files; it is brought up to date.
    """
    asked = tuple(dict.fromkeys(_WORD.findall(words.casefold())))
    books = [book for book in shelf.books.values() if book.folder.status != Status.RETIRED]
    known = {} if known is None else known
    prose = {book.sop.source.data: known.get(book.sop.source.data) or _prose(book.sop) for book in books}
    known.clear()
    known.update(prose)
    texts = {book.folder.id: f"{book.sop.text('summary').casefold()}\n{prose[book.sop.source.data]}" for book in books}
    rarity = {word: _rarity(word, texts.values()) for word in asked}
    ranked = []
    for book in books:
        weights = [_weight(book.sop, texts[book.folder.id], word) * rarity[word] for word in asked]
        if any(weights):
            ranked.append((-sum(map(bool, weights)), -sum(weights), book.folder.id, book))
    return tuple(
        Passage(
            sop=sop_id,
            title=book.sop.text("title"),
            version=book.sop.text("version"),
            status=book.folder.status,
            approved=book.approved,
            state=shelf.state(sop_id),
            **dict(zip(("cite", "text"), _best(book.sop, asked), strict=True)),
        )
        for _, _, sop_id, book in sorted(ranked, key=lambda row: row[:3])[: max(limit, 0)]
    )


def _prose(sop: Sop) -> str:
    return sop.body.prose.text.casefold()


def _weight(sop: Sop, text: str, word: str) -> float:
    in_text = sum(1 for _ in islice(_beginnings(word, text), _MOST_OFTEN))
    title = any(_beginnings(word, sop.text("title").casefold()))
    return _IN_ID * (sop.id.casefold() == word) + _IN_TITLE * title + _IN_TEXT * in_text


def _beginnings(word: str, text: str) -> Iterator[bool]:
    """A truth for each place at which a word of the text begins with the word."""
    at = text.find(word)  # a pattern that begins with `\b` tries every character
    while at >= 0:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_"):
            yield True
        at = text.find(word, at + len(word))


def _rarity(word: str, texts: Collection[str]) -> float:
    """How telling a word is: the inverse document frequency (Spärck Jones 1972)."""
    return 1 + log((1 + len(texts)) / (1 + sum(word in text for text in texts)))


def _best(sop: Sop, asked: tuple[str, ...]) -> tuple[str, str]:
    """Where the most of the words stand together, and what stands there."""
    found = [(-sum(word in text.casefold() for word in asked), at, cite, text) for at, (cite, text) in _places(sop)]
    _, _, cite, text = min(found, default=(0, 0, f"{sop.id} {sop.text('version')}", sop.text("title")))
    return cite, text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _places(sop: Sop) -> Iterator[tuple[int, tuple[str, str]]]:
    """Each step, and each section with the others of its words, in the order of the file."""
    name = f"{sop.id} {sop.text('version')}"
    for procedure in sop.body.procedures:
        for top in procedure.steps:
            for step in top.walk():
                yield step.start, (f"{name}, {procedure.heading.text}, step {step.number}", step.text)
    for section in sop.body.sections:
        if "Procedure" not in section.names:
            yield section.start, (f"{name}, {section.heading.text}", " ".join(plain(sop, section).split()))
