"""SOP305: person in text."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.registers import Person, Role
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import language_of
from sopkit.parsing.sections import heading_words

_ASCII = 127
_TOKEN = re.compile(r"[^\W_][\w.@+'’-]*[^\W_]")  # noqa: RUF001 - as people type it
_MARKS = bytes(code if code > _ASCII or chr(code).isalnum() else ord(" ") for code in range(256))
_PLAIN = re.compile(r"[A-Za-z]+")
_JOINT = ("/", "@", ".", "-", "_")
"""What beside a name tells that it is part of an address."""


class _People(NamedTuple):
    """The people of a register: the patterns of their names by first word, and who has a handle.

    `first_words` has for each name, address and login one word that stands wherever it does.
    """

    names: dict[str, tuple[tuple[re.Pattern[str], str], ...]]
    handles: dict[str, str]
    logins: dict[str, str]
    first_words: frozenset[bytes]


class _Hit(NamedTuple):
    person: str
    words: str
    start: int
    end: int


@rule(
    "SOP305",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request, or let Ben Roy decide.
        3. **IT operations**: Grant the access within 4 hours.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request, or let IT operations decide.
        3. **IT operations**: Grant the access within 4 hours.
        """,
)
def person_in_text(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The text names roles, not people: neither a full name of the people register nor an e-mail address or login.

    Bots may be named, and so may people in a history of the document. A login of letters alone is only found behind
    `@`: it may be any word. Silent without a register of people.

    Why: people change their work faster than procedures are revised; at 03:00 the text calls somebody who left.
    Mend: name the role; the register of roles says who holds it. `--fix --unsafe` does where the person holds one role.
    """
    people = context.registers["people"]
    if not people or people.findings:
        return
    if _people(context).first_words.isdisjoint(sop.source.lower.translate(_MARKS).split()):
        return  # far cheaper than to look for each person
    hits = list(_find_hits(sop, _people(context)))
    lines = Counter((hit.person, sop.source.line_of(hit.start)) for hit in hits)
    reported: set[tuple[str, int]] = set()
    histories = words_of(sop, context).histories
    parts = (part for block in sop.body.blocks for part in block.inlines)
    markup = sorted((part.start, part.end) for part in parts if part.kind == "html")
    for hit in hits:
        line = sop.source.line_of(hit.start)
        above = bisect_right(sop.body.headings, hit.start, key=lambda heading: heading.start) - 1
        in_history = above >= 0 and heading_words(sop.body.headings[above].text) in histories
        at = bisect_right(markup, (hit.start, hit.end)) - 1
        in_html = at >= 0 and markup[at][0] <= hit.start < markup[at][1]
        if (hit.person, line) in reported or in_html or in_history:
            continue
        reported.add((hit.person, line))
        roles = [
            row for row in context.roles.rows if isinstance(row, Role) and hit.person in row.held_by(context.as_of)
        ]
        advice = ", or ".join(f"`{role.title or role.id}`" for role in roles[:3])
        fix = _fix(sop, context, hit, roles[0]) if len(roles) == 1 and lines[hit.person, line] == 1 else None
        message = f"`{hit.words}` is a person; name the role{f': {advice}' if advice else ''}"
        yield sop.finding((hit.start, hit.end), message, fix=fix)


@lru_cache(maxsize=4)
def _people(context: RuleContext) -> _People:
    names: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    handles: dict[str, str] = {}
    logins: dict[str, str] = {}
    for row in context.registers["people"].rows:
        if not isinstance(row, Person) or row.bot:
            continue
        words = row.name.split()
        if len(words) > 1:
            pattern = re.compile(r"\s+".join(map(re.escape, words)) + r"(?!\w)")
            names.setdefault(words[0], []).append((pattern, row.key))
        handles |= {address.casefold(): row.key for address in row.emails}
        for login in row.logins.values():
            logins[login.casefold()] = row.key
            if _PLAIN.fullmatch(login) is None:
                handles.setdefault(login.casefold(), row.key)
    written = (name.lower().encode().lower() for name in (*names, *handles, *logins))
    first_words = frozenset(name.translate(_MARKS).split()[0] for name in written)
    return _People({first: tuple(rows) for first, rows in names.items()}, handles, logins, first_words)


def _find_hits(sop: Sop, people: _People) -> Iterator[_Hit]:
    text = sop.source.data[sop.body_start :].decode("utf-8", "replace")
    known, offset = 0, sop.body_start
    for token in _TOKEN.finditer(text):
        word, (start, end) = token[0], token.span()
        if word in people.names:
            names = ((person, pattern.match(text, start)) for pattern, person in people.names[word])
            person, end = next(((person, match.end()) for person, match in names if match), ("", end))
        else:
            person = people.handles.get(word.casefold(), "")
            if not person and text[start - 1 : start] == "@":
                person, start = people.logins.get(word.casefold(), ""), start - 1
        if person:
            offset += len(text[known:start].encode())
            known, words = start, text[start:end]
            yield _Hit(person, " ".join(words.split()), offset, offset + len(words.encode()))


def _fix(sop: Sop, context: RuleContext, hit: _Hit, role: Role) -> Fix | None:
    data = sop.source.data
    before = data[sop.source.line_place(sop.source.line_of(hit.start)).start : hit.start].decode("utf-8", "replace")
    if not role.title or before[-1:] in _JOINT or data[hit.end : hit.end + 1].decode("utf-8", "replace") in _JOINT[:2]:
        return None
    title = role.title
    if before.rstrip()[-1:].isalnum() or before.rstrip()[-1:] == ",":  # inside a sentence
        lowered = title if title[1:2].isupper() else title[:1].lower() + title[1:]
        english = language_of(sop.text("language") or context.config.library.language) == "en"
        title = f"{'the ' if english and not title.endswith('s') else ''}{lowered}"
    return Fix(f"write `{title}`", (Edit(hit.start, hit.end, title),), FixClass.SUGGESTION)
