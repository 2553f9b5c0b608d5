"""What a document says of itself in a sentence: how often it is reviewed, and who keeps it."""

import re
from collections.abc import Iterator

from sopkit.authoring.adopt.metadata.intervals import read_interval
from sopkit.authoring.adopt.metadata.people import read_roles
from sopkit.authoring.adopt.metadata.statement import Confidence, Statement
from sopkit.model.sop import Sop

_DOCUMENT = r"(?:document|policy|procedure|plan|runbook|playbook|standard|SOP|guide|guideline|process)(?:['\u2019]s)?"
_WORD = r"[\w\u2019'-]+"
_OFTEN = (
    r"(?:(?:at least |at a minimum )?(?:semi-?annually|annually|yearly|quarterly|monthly|once (?:a|every|per) \w+"
    r"|every (?:\w+ )?(?:months?|years?|weeks?|quarters?)|twice (?:a|per) year)"
    r"|on (?:an?|at least an) (?:annual|yearly|quarterly|monthly|semi-?annual) basis)"
)
_IS_REVIEWED = re.compile(
    rf"\b(?:this|the)\b(?: {_WORD}){{0,4}}? {_DOCUMENT}\b(?: {_WORD}){{0,3}}?"
    rf" (?:is|are|shall be|must be|will be|should be) (?:formally |also )?(?:reviewed|re-?reviewed|reassessed)"
    rf"(?: and (?:\w+ )?(?:updated|approved|revised))?(?:,? {_WORD}){{0,5}}?,? (?P<often>{_OFTEN})",
    re.IGNORECASE,
)
_IS_KEPT = re.compile(
    rf"(?P<who>(?-i:[^\W\d_a-z])[^.,;:\n]{{2,60}}?) (?:is|are) (?:responsible|accountable) for (?:the )?"
    rf"(?:(?:annual|regular|periodic) )?(?:reviewing|review|maintaining|maintenance|updating|owning|keeping)"
    rf"(?: and (?:updating|reviewing|maintaining|update|maintenance))?(?: of)? (?:this|the)"
    rf"(?: {_WORD}){{0,4}}? {_DOCUMENT}\b(?:[^.\n]{{0,60}}? (?P<often>{_OFTEN}))?",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"^.*?[\w](?:['\u2019]s|s['\u2019]) (?=\S)|^(?:the|our|a) ", re.IGNORECASE)


def told_in_sentences(sop: Sop) -> Iterator[Statement]:
    """What sentences of the body say; all of it is a guess."""
    prose = sop.body.prose
    for match in _IS_REVIEWED.finditer(prose.text):
        yield from _interval(sop, match)
    for match in _IS_KEPT.finditer(prose.text):
        roles = read_roles(_POSSESSIVE.sub("", match["who"].strip()))
        if roles.ids and roles.confidence is Confidence.CERTAIN and len(roles.ids) == 1:
            start, end = prose.span(*match.span())
            how = f"sentence of line {sop.source.line_of(start)}"
            yield Statement("owner", roles.ids[0], start, end, how, Confidence.GUESS, roles.note, within=True)
        if match["often"]:
            yield from _interval(sop, match)


def _interval(sop: Sop, match: re.Match[str]) -> Iterator[Statement]:
    interval, note = read_interval(match["often"])
    if interval:
        start, end = sop.body.prose.span(*match.span())
        how = f"sentence of line {sop.source.line_of(start)}"
        yield Statement("review_every", interval, start, end, how, Confidence.GUESS, note, within=True)
