"""Find SOPs by words: what matches most of them first, each with the passage that matches best."""

import re
from collections.abc import Iterator
from math import log

from sopkit.model.document import Status
from sopkit.model.sop import Sop
from sopkit.server.mcp.answers import Passage
from sopkit.server.mcp.asking import plain
from sopkit.server.mcp.shelf import Shelf

_WORD = re.compile(r"[\w.-]*\w")
_LONGEST = 300
_IN_ID, _IN_TITLE, _IN_TEXT, _MOST_OFTEN = 20, 8, 1, 5


def search(shelf: Shelf, words: str, limit: int = 10) -> tuple[Passage, ...]:
    """The SOPs that hold the words, best first; a word matches the beginning of another, retired SOPs never match."""
    asked = tuple(dict.fromkeys(_WORD.findall(words.casefold())))
    books = [book for book in shelf.books.values() if book.folder.status != Status.RETIRED]
    texts = {book.folder.id: _text(book.sop) for book in books}
    ranked = []
    for book in books:
        weights = [_weight(book.sop, texts[book.folder.id], word) * _rarity(word, texts) for word in asked]
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


def _text(sop: Sop) -> str:
    return f"{sop.text('summary')}\n{sop.body.prose.text}".casefold()


def _weight(sop: Sop, text: str, word: str) -> float:
    in_text = min(len(re.findall(rf"\b{re.escape(word)}", text)), _MOST_OFTEN)
    title = re.search(rf"\b{re.escape(word)}", sop.text("title").casefold()) is not None
    return _IN_ID * (sop.id.casefold() == word) + _IN_TITLE * title + _IN_TEXT * in_text


def _rarity(word: str, texts: dict[str, str]) -> float:
    """How telling a word is: the inverse document frequency (Spärck Jones 1972)."""
    return 1 + log((1 + len(texts)) / (1 + sum(word in text for text in texts.values())))


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
