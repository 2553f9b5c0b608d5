"""Find the controls that running text mentions, with or without the name of their framework."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from sopkit.model.catalogue import Catalogue
from sopkit.model.citations import Names, names_of
from sopkit.model.id_resolution import MatchKind, Resolution, resolve

_ITEM = (
    r"(?:Art(?:icle)?s?\.?\s?|[A-Z]{1,3}[.-]?(?:[A-Z]{2}-)?)?"
    r"\d{1,3}(?:\.\d{1,3}){0,3}(?:\s?\([A-Za-z0-9]{1,4}\))*"
)
_TO = r"(?:\s?[\u2013\u2014-]\s?|\s(?:to|through)\s)"
_FULL = r"(?=[A-Z]|\d+[.(])"
_END = r"(?!\w|[.-]\w)"
_ONE = re.compile(rf"{_ITEM}{_END}")
# A bare number ends a range only where nothing but a dash joins it: "A.5.19-23", not "A.5.19 - 23 days".
_RANGE = re.compile(
    rf"(?:Art(?:icle)?s\.?\s?\d{{1,2}}{_TO}|{_ITEM}(?:[\u2013\u2014-]|{_TO}{_FULL})){_ITEM}{_END}"
)
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
class _Reader:
    """What is needed to read text for some frameworks and for the editions that they superseded."""

    catalogue: Catalogue
    names: Names
    wanted: tuple[str, ...]
    forms: dict[str, re.Pattern[str]]
    main: re.Pattern[str]
    glue: re.Pattern[str]
    word: re.Pattern[str]
    name: re.Pattern[str]
    name_after: re.Pattern[str]


@lru_cache(maxsize=4)
def _reader(catalogue: Catalogue, frameworks: tuple[str, ...]) -> _Reader:
    names = names_of(catalogue)
    wanted = [name for name in frameworks if name in catalogue.ids]
    wanted += [old for name in wanted for old in catalogue.predecessors.get(name, ()) if old not in wanted]
    heads = [catalogue.heads[name] for name in wanted]
    forms = {
        head.id: head.id_form or "|".join(re.escape(item) for item in catalogue.get(head.id).by_id)
        for head in heads
        if not (head.needs_name and head.id_words)  # a clause number alone is any number
    }
    bare = "|".join(f"(?:{form})" for form in forms.values()) or "(?!)"
    return _Reader(
        catalogue,
        names,
        tuple(wanted),
        {name: re.compile(form) for name, form in forms.items()},
        re.compile(
            rf"(?<!\w)(?P<name>{names.pattern})(?P<other_edition>:\d{{4}})?"
            rf"|(?<![\w.])(?P<word>{names.own_word_pattern})(?=\s?[A-Z]?[.\s]?\d)"
            rf"|(?<![\w.\u00a7/@#-])(?P<id>{bare})(?!\w)"
        ),
        re.compile(rf"{_GAP}(?:{names.word_pattern}[ \t:.]*)*"),
        re.compile(names.word_pattern),
        re.compile(names.pattern),
        re.compile(rf"{_BEFORE_NAME}({names.pattern})"),
    )


def find_controls(text: str, catalogue: Catalogue, frameworks: tuple[str, ...]) -> Iterator[Mention]:
    """Give the controls of `frameworks`, and of editions that they superseded, that the text mentions.

    Precise rather than complete: versions, dates, addresses, figures and the ids of other frameworks are no
    mentions. Start and end are indices into `text`.
    """
    reader = _reader(catalogue, frameworks)
    at = 0
    context: tuple[str, ...] = ()
    context_end = 0
    while found := reader.main.search(text, at):
        start, at = found.span()
        if "\n\n" in text[context_end:start]:
            context = ()
        if found["name"]:
            context = () if found["other_edition"] else reader.names.named(found["name"])
            mentions, at = _after_name(text, start, at, context, reader)
            context_end = at
        elif found["word"]:
            mentions, at = _after_name(text, start, start, None, reader)
            at = max(at, found.end())
        else:
            mentions, at = _bare(text, start, context, reader)
            at = max(at, found.end())
        yield from mentions


def _after_name(
    text: str, start: int, at: int, named: tuple[str, ...] | None, reader: _Reader
) -> tuple[list[Mention], int]:
    """Read the ids after a name, or after a word such as "Annex A" when `named` is None."""
    glue = reader.glue.match(text, at)
    while glue and (again := reader.name.match(text, glue.end())):  # HIPAA 45 CFR 164.308(b)
        other = reader.names.named(again[0])
        named = tuple(name for name in named or other if name in other) or named
        at = again.end()
        glue = reader.glue.match(text, at)
    words: set[str] = set()
    for word in reader.word.findall(glue[0] if glue else ""):
        words.update(reader.names.worded(word))
    meant = tuple(words) if named is None else (tuple(name for name in named if name in words) or named)
    mentions, end = _list(text, glue.end() if glue else at, meant, reader)
    if named is None and _OF_ANOTHER.match(text, end) and not reader.name_after.match(text, end):
        return [], end
    if mentions and "\n" not in text[start : mentions[0].start]:
        mentions[0] = replace(mentions[0], start=start)
    return mentions, max(end, at)


def _list(text: str, at: int, meant: tuple[str, ...], reader: _Reader) -> tuple[list[Mention], int]:
    """Read "A.5.15, A.5.18 and 5.19" and what else can follow a name."""
    mentions: list[Mention] = []
    end = at
    plain = False
    while item := _item(text, at, meant, reader, plain=plain):
        written, mention = item
        plain = plain or written[0].startswith(("Articles", "Arts"))
        end = written.end()
        if mention is not None:
            mentions.append(mention)
        following = _NEXT.match(text, end)
        if following is None:
            break
        at = following.end()
    return mentions, end


def _item(
    text: str, at: int, meant: tuple[str, ...], reader: _Reader, *, plain: bool
) -> tuple[re.Match[str], Mention | None] | None:
    written = None
    for form in (_RANGE, _ONE):
        written = form.match(text, at)
        if written is None or (written[0].isdigit() and not plain):  # a plain number is a number
            written = None
            continue
        for without_lead in (False, True):
            hits = _hits(written[0], meant, reader, without_lead=without_lead)
            # An id that the name gives to a framework nobody asked for is not lent to another.
            ours = sorted(
                (hit for hit in hits if hit[0] in reader.wanted), key=lambda hit: reader.wanted.index(hit[0])
            )
            if ours and ours[0][1].kind in (MatchKind.FOUND, MatchKind.WITHDRAWN):
                return written, Mention(written.start(), written.end(), ours[0][0], ours[0][1].ids)
            if hits:
                return written, None
    return None if written is None else (written, None)


def _hits(
    written: str, meant: tuple[str, ...], reader: _Reader, *, without_lead: bool
) -> list[tuple[str, Resolution]]:
    hits: list[tuple[str, Resolution]] = []
    for name in meant:
        form = reader.catalogue.heads[name].id_form
        # A framework that nobody asked for is read only when the id looks like one of its own.
        if name in reader.wanted or not form or re.match(form, written):
            found = resolve(reader.catalogue.get(name), written, without_lead=without_lead)
            if found is not None:
                hits.append((name, found))
    return hits


def _bare(text: str, start: int, context: tuple[str, ...], reader: _Reader) -> tuple[list[Mention], int]:
    """Read ids that stand without a name; the last name in the paragraph decides between frameworks."""
    if _NOT_A_CONTROL.search(text, max(0, start - _WORD_LENGTH), start):
        return [], start
    able = [name for name, form in reader.forms.items() if form.match(text, start)]
    if not set(able) & set(context):  # "ISO 42001:" and then a list, when only ISO 27001 was asked for
        mentions, end = _list(text, start, context, reader)
        if end > start and not mentions and _hits(text[start:end], context, reader, without_lead=False):
            return [], end
    for name in sorted(able, key=lambda name: name not in context):
        mentions, end = _list(text, start, (name,), reader)
        if not mentions or mentions[0].start != start:
            continue
        if reader.catalogue.heads[name].needs_name and name not in context:
            after = reader.name_after.match(text, end)
            if after is None or name not in reader.names.named(after[1]):
                return [], end
            end = after.end()
            mentions[-1] = replace(mentions[-1], end=end)
        return mentions, end
    return [], start
