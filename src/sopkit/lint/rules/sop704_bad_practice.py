"""SOP704: A procedure does not tell people to go round a safeguard."""

import re
from collections.abc import Iterator

from sopkit.analysis.wording import procedure_phrases, words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import Block
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase, phrase_needles

_COMMANDS = (
    (
        "a script that nobody has read is run; download it, compare its checksum, then run it",
        re.compile(r"\b(?:curl|wget)\b[^|\n;&]{0,300}\|\s{0,3}(?:sudo\s(?:-\S{1,20}\s)?)?(?:ba|z|da|k)?sh(?![\w.-])"),
    ),
    (
        "everybody may write there; give the rights to the one account that needs them",
        re.compile(r"\bchmod\s{1,3}(?:-\w{1,8}\s{1,3})?0?777\b"),
    ),
    ("the checks before a commit or push are skipped; let them run", re.compile(r"(?<!\S)--no-verify(?![\w-])")),
    (
        "nobody checks whom it talks to; trust the certificate or the host key instead",
        re.compile(
            r"\bverify\s?=\s?False\b"
            r"|\bcurl\b[^|\n;&]{0,200}?\s(?:-[a-zA-Z]{0,4}k[a-zA-Z]{0,4}|--insecure)(?!\S)"
            r"|(?<!\S)--(?:no-check-certificate|insecure-skip-tls-verify)(?![\w-])"
            r"|\bStrictHostKeyChecking[= ]no\b|\bNODE_TLS_REJECT_UNAUTHORIZED=0\b"
            r"|\bsslVerify[= ]false\b|\bGIT_SSL_NO_VERIFY=(?:1|true)\b"
        ),
    ),
)
_HINTS = (
    *b"curl wget chmod -verify verify= sslverify insecure --no-check stricthost node_tls_ git_ssl_".split(),
    b"verify =",
)
_MAX_CONTEXT = 400
_SENTENCE = re.compile(r"[.!?]\s|\n\n")


@rule(
    "SOP704",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Disable MFA for the new account, then grant the access within 4 hours.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access within 4 hours. Never disable MFA for an account.
        """,
)
def bad_practice(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A procedure does not tell people to go round a safeguard.

    Found are steps that share a password or switch off MFA or logging, and commands that run a script from the
    network unread, open a file to everybody, skip checks or do not verify certificates. A text that forbids such a
    thing, or warns of it, is left alone.

    Why: people do what the procedure says, every time; what was the exception of one evening becomes the way.
    Mend: say the safe way. Where there is none yet, ask for an exception in registers/exceptions.yaml, and ignore
    the finding with its id.
    """
    words = words_of(sop, context)
    practices = words.bad_practices
    has_phrase = sop.source.may_say(phrase_needles(practices)) and sop.source.says(practices)
    for match, where, _ in procedure_phrases(sop, practices) if has_phrase else ():
        text = sop.body.prose
        before, after = _around(text.text, *match.span())
        lead = _lead(text.blocks, text.block(match.start()))
        if not _is_forbidden(before, after, words) and not _is_negated(lead, words):
            yield sop.finding(where, f"`{match[0]}` goes round a safeguard; say the safe way")
    if not sop.source.has(*_HINTS):
        return
    previous = ""
    for block in sop.body.blocks:
        if block.inlines and block.kind != "code":
            yield from _in_line(sop, block, words)
            previous = block.text.rstrip(" .:")
        elif block.kind == "code" and not _is_negated(_around(previous, len(previous), len(previous))[0], words):
            yield from _in_code(sop, block)


def _in_code(sop: Sop, block: Block) -> Iterator[Finding]:
    code = sop.source.data[block.start : block.end].decode("latin-1")  # a character a byte
    for message, pattern in _COMMANDS:
        for match in pattern.finditer(code):
            where = (block.start + match.start(), block.start + match.end())
            yield sop.finding(where, f"`{match[0]}`: {message}")


def _in_line(sop: Sop, block: Block, words: Lexicon) -> Iterator[Finding]:
    at = 0
    for part in block.inlines:
        if part.kind == "code":
            for message, pattern in _COMMANDS:
                match = pattern.search(part.text)
                if match is not None and not _is_forbidden(*_around(block.text, at, at + len(part.text)), words):
                    yield sop.finding((part.start, part.end), f"`{match[0]}`: {message}")
        at += len(part.text) if part.kind in {"text", "code"} else part.kind == "break"


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """The text before and after a range in its sentence."""
    first = max(start - _MAX_CONTEXT, 0)
    first = max((match.end() for match in _SENTENCE.finditer(text, first, start)), default=first)
    last = _SENTENCE.search(text, end, end + _MAX_CONTEXT)
    return text[first:start], text[end : last.start() if last else end + _MAX_CONTEXT]


def _lead(blocks: tuple[Block, ...], block: Block) -> str:
    """The words with a colon at their end, or the heading, above a block: `Never do this:`."""
    at = next(index for index, one in enumerate(blocks) if one is block)
    for above in reversed(blocks[max(at - 20, 0) : at]):
        if above.kind == "heading" or above.text.rstrip().endswith(":"):
            return above.text
    return ""


def _is_negated(text: str, words: Lexicon) -> bool:
    return any_phrase((*words.negations, *words.prohibitions)).search(text) is not None


def _is_forbidden(before: str, after: str, words: Lexicon) -> bool:
    """Whether a sentence forbids or fears what stands in it, tells of a case, or names the safe way."""
    safe, cases = any_phrase((*words.prohibitions, *words.safe_ways)), any_phrase(words.cases)
    clause = before.rpartition(",")[2]
    return _is_negated(before, words) or bool(safe.search(after) or cases.search(clause))
