"""Glossary terms in a text and the links to their definitions; an index of all texts that other pages need."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from itertools import chain, count

from sopkit.analysis.responsibilities import Responsibility, responsibilities_in
from sopkit.handbook.paths import GLOSSARY, link
from sopkit.handbook.published_library import PublishedLibrary
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.registers import Term
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_anchors, make_slug
from sopkit.reports.report import read_bodies

_WORD = re.compile(r"\w+")
_TAG = re.compile(r"(<[^>]*>)")
_UNLINKED_TAG = re.compile(r"<(/?)(a|button|code|h[1-6]|kbd|pre|samp|summary|svg)\b")
_BEFORE, _AFTER = r"(?<![\w/.@&-].)", r"(?![\w/@-]|\.\w)"  # the first stands behind the first letter
_MAX_SCANNED_WORDS = 100
"""Words that are looked for one by one; the words of a text are told apart only for more."""


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A term with the name by which it can be linked to on the page of the glossary."""

    row: Term
    anchor: str


class Glossary:
    """The terms of a library with a meaning, in the order of their letters; of two that are alike the first.

    A name without small letters counts only as typed, for `IT` is none of `it`.
    """

    def __init__(self, library: Library) -> None:
        rows = [row for row in library.registers["glossary"].rows if isinstance(row, Term) and row.meaning.strip()]
        known = {row.term: row for row in reversed(rows)}
        ordered = sorted(known.values(), key=lambda row: (row.term.casefold(), row.term))
        anchors: dict[str, Term] = {}
        for row in ordered:
            name = f"term-{make_slug(row.term)}".rstrip("-")
            numbered = chain([name], (f"{name}-{number}" for number in count(2)))
            anchors[next(anchor for anchor in numbered if anchor not in anchors)] = row
        self.entries = tuple(GlossaryEntry(row, anchor) for anchor, row in anchors.items())
        self._meant: dict[str, GlossaryEntry] = {}
        self._names: dict[str, set[str]] = {}
        for entry in reversed(self.entries):
            for name in (*reversed(entry.row.aliases), entry.row.term):
                self._add(escape(" ".join(name.split()), quote=False), entry)

    def names_in(self, text: str) -> tuple[str, ...]:
        """The names that a text, as it stands in HTML, may have, by a glance at its words."""
        low = text.casefold()
        few = len(self._names) <= _MAX_SCANNED_WORDS
        there = [word for word in self._names if word in low] if few else self._names.keys() & set(_WORD.findall(low))
        return tuple(sorted({name for word in there for name in self._names[word]}))

    def used(self, text: str) -> frozenset[str]:
        """The anchors of the terms that a text, as it stands in HTML, has in the singular or the plural."""
        names = self.names_in(text)
        found = (self.meant(match[0]) for match in _terms_pattern(names).finditer(text)) if names else ()
        return frozenset(entry.anchor for entry in found if entry is not None)

    def meant(self, words: str) -> GlossaryEntry | None:
        """The term that a name means, in the singular or the plural."""
        name = " ".join(words.split())
        return self._meant.get(name) or self._meant.get(name.casefold())

    def _add(self, name: str, entry: GlossaryEntry) -> None:
        words = _WORD.findall(name.casefold())
        if not words:
            return
        forms = _plural_forms(name if _is_case_sensitive(name) else name.casefold())
        self._meant |= dict.fromkeys(forms, entry)
        for word in (words[0],) if words[1:] else _plural_forms(words[0]):
            self._names.setdefault(word, set()).add(name)


@lru_cache(maxsize=2)
def glossary_of(library: Library) -> Glossary:
    """The glossary of a library."""
    return Glossary(library)


def link_terms(html: str, handbook: PublishedLibrary, path: str) -> str:
    """The finished HTML of a text on the page at `path`, in which the first use of a term in each section is a link.

    The meanings stand behind the text, each once; the script describes each link with its own and shows that when the
    link is looked at.
    """
    glossary = glossary_of(handbook.library)
    pieces = _TAG.split(html)  # words, and a tag behind each but the last
    names = glossary.names_in(" ".join(pieces[::2]))
    if not names:
        return html
    pattern = _terms_pattern(names)
    used: dict[str, GlossaryEntry] = {}
    section: set[str] = set()

    def linked(found: re.Match[str]) -> str:
        entry = glossary.meant(found[0])
        if entry is None or entry.anchor in section:
            return found[0]
        section.add(entry.anchor)
        used[entry.anchor] = entry
        return f'<a class="term" href="{link(path, f"{GLOSSARY}#{entry.anchor}")}">{found[0]}</a>'

    deep = 0
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            if not deep and len(piece) > 1:
                pieces[at] = pattern.sub(linked, piece)
        elif tag := _match_unlinked_tag(piece):
            deep += -1 if tag[1] else 1
            if tag[2] == "h2":
                section.clear()
    if used:
        pieces += (
            '<div class="meanings" hidden>\n',
            # No heading has a colon in its anchor.
            *(
                f'<p id="meaning:{anchor}"><b>{escape(used[anchor].row.term, quote=False)}</b> '
                f"{escape(used[anchor].row.meaning, quote=False)}</p>\n"
                for anchor in sorted(used)
            ),
            "</div>\n",
        )
    return "".join(pieces)


_match_unlinked_tag = lru_cache(4096)(_UNLINKED_TAG.match)  # most tags stand on many pages


def _is_case_sensitive(name: str) -> bool:
    return name == name.upper()


def _plural_forms(name: str) -> tuple[str, ...]:
    ends = (name, f"{name}s", f"{name}es")
    return (*ends, f"{name[:-1]}ies") if name.endswith("y") else ends


@lru_cache(maxsize=1024)
def _terms_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any of some names, the longest first.

    It begins with the set of their first letters, for which texts are searched many times faster than for a choice.
    """
    starts: set[str] = set()
    parts = []
    for name in sorted(names, key=lambda name: (-len(name), name)):
        first = {name[0]} if _is_case_sensitive(name) else {name[0], name[0].upper(), name[0].lower()}
        rest = r"\s+".join(re.escape(word) for word in name[1:].split(" "))
        rest = f"{rest[:-1]}(?:y|ies)" if rest.endswith("y") else f"{rest}(?:e?s)?"
        parts.append(f"(?<={_letter_class(first)}){rest if _is_case_sensitive(name) else f'(?i:{rest})'}")
        starts |= first
    return re.compile(f"{_letter_class(starts)}{_BEFORE}(?:{'|'.join(parts)}){_AFTER}")


def _letter_class(letters: set[str]) -> str:
    return f"[{re.escape(''.join(sorted(letters)))}]"


@dataclass(frozen=True, slots=True)
class BodyIndexEntry:
    """What one SOP tells beyond its own page.

    `duties` are what it asks of roles, `headings` the anchors of its headings by their words, `terms` the anchors of
    the terms that it uses, `words` how long it is.
    """

    duties: tuple[Responsibility, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    terms: frozenset[str] = frozenset()
    words: int = 0


def body_index(status: LibraryStatus) -> Mapping[str, BodyIndexEntry]:
    """The entry of each SOP that is not retired, by its path.

    What was not learnt before is read now, for which the bodies of all SOPs are parsed.
    """
    if not _index_cache(status):
        store_body_index(status, read_bodies(body_index_reader, status))
    return _index_cache(status)


def store_body_index(status: LibraryStatus, found: Mapping[str, BodyIndexEntry]) -> None:
    """Keep the entries of all SOPs, by path, which were read while their pages were written."""
    _index_cache(status).update(found)


@lru_cache(4)
def _index_cache(status: LibraryStatus) -> dict[str, BodyIndexEntry]:
    del status
    return {}


def body_index_reader(status: LibraryStatus) -> Callable[[Sop], BodyIndexEntry]:
    """A function that returns the entry of an SOP of the library."""
    library = status.library
    glossary = glossary_of(library)

    def read(sop: Sop) -> BodyIndexEntry:
        if not sop.readable:
            return BodyIndexEntry(tuple(responsibilities_in(sop, library)))
        text = sop.body.prose.text
        anchors = zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True)
        return BodyIndexEntry(
            duties=tuple(responsibilities_in(sop, library)),
            headings={heading.text: anchor for heading, anchor in reversed(list(anchors))},
            terms=glossary.used(escape(text, quote=False)),
            words=len(text.split()),
        )

    return read
