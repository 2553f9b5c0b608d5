"""Find the controls that running text mentions, with or without the name of their framework."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from sopkit.model.catalogue import Catalogue, FrameworkNames, framework_names
from sopkit.model.control_ids import MatchKind, Resolution, resolve

_ITEM = (
    r"(?:Art(?:icle)?s?\.?\s?|[A-Z]{1,3}[.-]?(?:[A-Z]{2}-)?)?"
    r"\d{1,3}(?:\.\d{1,3}){0,3}(?:\s?\([A-Za-z0-9]{1,4}\))*"
)
_TO = r"(?:\s?[\u2013\u2014-]\s?|\s(?:to|through)\s)"
_FULL = r"(?=[A-Z]|\d+[.(])"
_END = r"(?!\w|[.-]\w)"
_ONE = re.compile(rf"{_ITEM}{_END}")
# A bare number ends a range only where nothing but a dash joins it: "A.5.19-23", not "A.5.19 - 23 days".
_RANGE = re.compile(rf"(?:Art(?:icle)?s\.?\s?\d{{1,2}}{_TO}|{_ITEM}(?:[\u2013\u2014-]|{_TO}{_FULL})){_ITEM}{_END}")
_NEXT = re.compile(r"\s?(?:,\s?(?:and\s|or\s)?|[;&/]\s?|\sand\s|\sor\s)")
_GAP = r"[ \t,:;(\u2013\u2014-]{0,4}\n?[ \t]*"
_NOT_A_CONTROL = re.compile(
    r"(?:Fig(?:ure|\.)|Table|Appendix|Section|Sect\.|Chapter|Exhibit|Step|Equation|[Vv]ersion|[Rr]elease)\s$"
)
_OF_ANOTHER = re.compile(r"\s(?:of|in)\s(?:the|our|your|this|that|its|a|an)\s")
_BEFORE_NAME = r"\s?[,(]?\s?(?:(?:of|under|in)\s)?(?:the\s)?"
_WORD_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Mention:
    """The controls named by `text[start:end]`, with the name of the framework when it stands before them."""

    start: int
    end: int
    framework: str
    ids: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _MentionReader:
    """What is needed to read text for some frameworks and for the editions that they superseded."""

    catalogue: Catalogue
    names: FrameworkNames
    wanted: tuple[str, ...]
    forms: dict[str, re.Pattern[str]]
    main: re.Pattern[str]

    # The others are compiled when a text names a framework, which most lines do not.
    @cached_property
    def glue(self) -> re.Pattern[str]:
        """Words and marks between a name and an id."""
        return re.compile(rf"{_GAP}(?:{self.names.word_pattern}[ \t:.]*)*")

    @cached_property
    def word(self) -> re.Pattern[str]:
        """A word that stands before ids."""
        return re.compile(self.names.word_pattern)

    @cached_property
    def name(self) -> re.Pattern[str]:
        """The name of a framework."""
        return re.compile(self.names.pattern)

    @cached_property
    def name_after(self) -> re.Pattern[str]:
        """The name of a framework behind an id."""
        return re.compile(rf"{_BEFORE_NAME}({self.names.pattern})")


@lru_cache(maxsize=4)
def _mention_reader(catalogue: Catalogue, frameworks: tuple[str, ...]) -> _MentionReader:
    names = framework_names(catalogue)
    wanted = [name for name in frameworks if name in catalogue.ids]
    wanted += [old for name in wanted for old in catalogue.predecessors.get(name, ()) if old not in wanted]
    heads = [catalogue.heads[name] for name in wanted]
    forms = {
        head.id: head.id_form or "|".join(re.escape(item) for item in catalogue.get(head.id).by_id)
        for head in heads
        if not (head.needs_name and head.id_words)  # a clause number alone is any number
    }
    bare = "|".join(f"(?:{form})" for form in forms.values()) or "(?!)"
    return _MentionReader(
        catalogue,
        names,
        tuple(wanted),
        {name: re.compile(form) for name, form in forms.items()},
        re.compile(
            rf"(?<!\w)(?P<name>{names.pattern})(?P<other_edition>:\d{{4}})?"
            rf"|(?<![\w.])(?P<word>{names.own_word_pattern})(?=\s?[A-Z]?[.\s]?\d)"
            rf"|(?<![\w.\u00a7/@#-])(?P<id>{bare})(?!\w)"
        ),
    )


def find_controls(text: str, catalogue: Catalogue, frameworks: tuple[str, ...]) -> Iterator[Mention]:
    """Give the controls of `frameworks`, and of editions that they superseded, that the text mentions.

    Precise rather than complete: versions, dates, addresses, figures and the ids of other frameworks are no
    mentions. Start and end are indices into `text`.
    """
    reader = _mention_reader(catalogue, frameworks)
    at = 0
    context: tuple[str, ...] = ()
    context_end = 0
    while found := reader.main.search(text, at):
        start, at = found.span()
        if context and "\n\n" in text[context_end:start]:
            context = ()
        context_end = start
        if found["name"]:
            context = () if found["other_edition"] else reader.names.named(found["name"])
            mentions, at = _read_after_name(text, start, at, context, reader)
            context_end = at
        elif found["word"]:
            mentions, at = _read_after_word(text, start, context, reader)
            at = max(at, found.end())
        else:
            mentions, at = _read_bare_ids(text, start, context, reader)
            at = max(at, found.end())
        yield from mentions


def _read_after_name(
    text: str, start: int, at: int, named: tuple[str, ...], reader: _MentionReader
) -> tuple[list[Mention], int]:
    """Read the ids after the name of a framework; none named stands for an edition that is not known."""
    worded, first = _read_glue(text, at, reader)
    while again := reader.name.match(text, first):  # HIPAA 45 CFR 164.308(b)
        other = reader.names.named(again[0])
        named = tuple(name for name in named if name in other) or named
        at = again.end()
        worded, first = _read_glue(text, at, reader)
    meant = tuple(name for name in named if name in worded) or named
    mentions, end = _read_list(text, first, meant, reader)
    if mentions and "\n" not in text[start : mentions[0].start]:
        mentions[0] = replace(mentions[0], start=start)
    return mentions, max(end, at)


def _read_after_word(
    text: str, start: int, context: tuple[str, ...], reader: _MentionReader
) -> tuple[list[Mention], int]:
    """Read the ids after a word such as "Annex A", which several frameworks have."""
    worded, first = _read_glue(text, start, reader)
    meant = tuple(name for name in context if name in worded) or worded
    mentions, end = _read_list(text, first, meant, reader)
    if _OF_ANOTHER.match(text, end) and not reader.name_after.match(text, end):
        return [], end
    if mentions:
        mentions[0] = replace(mentions[0], start=start)
    return mentions, end


def _read_glue(text: str, at: int, reader: _MentionReader) -> tuple[tuple[str, ...], int]:
    """The frameworks that the words before an id stand for, and where the id begins."""
    if (found := reader.glue.match(text, at)) is None:
        return (), at
    return tuple(name for word in reader.word.findall(found[0]) for name in reader.names.worded(word)), found.end()


def _read_list(text: str, at: int, meant: tuple[str, ...], reader: _MentionReader) -> tuple[list[Mention], int]:
    """Read "A.5.15, A.5.18 and 5.19", up to the first id that is none of the frameworks meant."""
    mentions: list[Mention] = []
    end = at
    plain = False
    while item := _read_item(text, at, meant, reader, plain=plain):
        if not item.known and meant and end != at:
            break
        plain = plain or item.written.startswith(("Articles", "Arts"))
        end = item.end
        if item.mention is not None:
            mentions.append(item.mention)
        following = _NEXT.match(text, end)
        if following is None:
            break
        at = following.end()
    return mentions, end


@dataclass(frozen=True, slots=True)
class _Item:
    """One id in a list: whether a framework meant has it, and the mention if that framework was asked for."""

    written: str
    end: int
    known: bool
    mention: Mention | None


def _read_item(text: str, at: int, meant: tuple[str, ...], reader: _MentionReader, *, plain: bool) -> _Item | None:
    item = None
    for form in (_RANGE, _ONE):
        written = form.match(text, at)
        if written is None or (written[0].isdigit() and not plain):  # a plain number is a number
            continue
        item = _Item(written[0], written.end(), known=False, mention=None)
        for without_lead in (False, True):
            hits = _resolutions(written[0], meant, reader, without_lead=without_lead)
            # An id that the name gives to a framework nobody asked for is not lent to another.
            for name in reader.wanted:
                if (found := hits.get(name)) and found.kind in (MatchKind.FOUND, MatchKind.WITHDRAWN):
                    return replace(item, known=True, mention=Mention(at, written.end(), name, found.ids))
            if hits:
                return replace(item, known=True)
    return item


def _resolutions(
    written: str, meant: tuple[str, ...], reader: _MentionReader, *, without_lead: bool
) -> dict[str, Resolution]:
    hits: dict[str, Resolution] = {}
    for name in meant:
        form = reader.catalogue.heads[name].id_form
        # A framework that nobody asked for is read only when the id looks like one of its own.
        if (name in reader.wanted or not form or re.match(form, written)) and (
            found := resolve(reader.catalogue.get(name), written, without_lead=without_lead)
        ):
            hits[name] = found
    return hits


def _read_bare_ids(
    text: str, start: int, context: tuple[str, ...], reader: _MentionReader
) -> tuple[list[Mention], int]:
    """Read ids that stand without a name; the last name in the paragraph decides between frameworks."""
    if _NOT_A_CONTROL.search(text, max(0, start - _WORD_LENGTH), start):
        return [], start
    able = [name for name, form in reader.forms.items() if form.match(text, start)]
    if not set(able) & set(context):  # "ISO 42001:" and then a list, when only ISO 27001 was asked for
        item = _read_item(text, start, context, reader, plain=False)
        if item is not None and item.known and item.mention is None:
            return [], item.end
    for name in sorted(able, key=lambda name: name not in context):
        item = _read_item(text, start, (name,), reader, plain=False)
        if item is None or item.mention is None:
            continue
        mentions, end = _read_list(text, start, (name,), reader)
        if reader.catalogue.heads[name].needs_name and name not in context:
            after = reader.name_after.match(text, end)
            if after is None or name not in reader.names.named(after[1]):
                return [], end
            end = after.end()
            mentions[-1] = replace(mentions[-1], end=end)
        return mentions, end
    return [], start
