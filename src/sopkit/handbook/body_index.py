"""An index of the bodies of SOPs for other pages: duties, headings, terms and controls; each body is parsed once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

from sopkit.analysis.responsibilities import Responsibility, responsibilities_in
from sopkit.handbook.glossary import glossary_of
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_anchors
from sopkit.reports.report import read_bodies


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


def body_index(standings: LibraryStatus) -> Mapping[str, BodyIndexEntry]:
    """The entry of each SOP that is not retired, by its path.

    What was not learnt before is read now, for which the bodies of all SOPs are parsed.
    """
    if not _index_cache(standings):
        store_body_index(standings, read_bodies(body_index_reader, standings))
    return _index_cache(standings)


def store_body_index(standings: LibraryStatus, found: Mapping[str, BodyIndexEntry]) -> None:
    """Keep the entries of all SOPs, by path, which were read while their pages were written."""
    _index_cache(standings).update(found)


@lru_cache(4)
def _index_cache(standings: LibraryStatus) -> dict[str, BodyIndexEntry]:
    del standings
    return {}


def body_index_reader(standings: LibraryStatus) -> Callable[[Sop], BodyIndexEntry]:
    """A function that returns the entry of an SOP of the library."""
    library = standings.library
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
