"""SOP308: No word stands in the text that the glossary says to avoid; the term stands there instead."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.registers import Term
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import language_of, phrase_pattern

_EXEMPT = frozenset({"Definitions", "References"})
_VOWELS = "aeiou"
_HISSING = ("s", "x", "z", "ch", "sh")
_MAX_CONTEXT = 2000
_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“", "‘": "’"}  # noqa: RUF001 - as people type them
_ARTICLE = re.compile(r"(?<!\w)([Aa])(n?)(\s+)$")
_GLOSSARY = "- {term: joiner, meaning: who begins to work here, avoid: [new hire]}\n"


@rule(
    "SOP308",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad=Example(
        """
        ## Scope

        All accounts of new hires in Okta. Service accounts are out of scope.
        """,
        files={"registers/glossary.yaml": _GLOSSARY},
    ),
    good=Example(
        """
        ## Scope

        All accounts of joiners in Okta. Service accounts are out of scope.
        """,
        files={"registers/glossary.yaml": _GLOSSARY},
    ),
)
def avoided_term(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """No word stands in the text that the glossary says to avoid; the term stands there instead.

    Whole words count, in any case, in the singular and the plural. Code, words in quotation marks, which are names of
    buttons and forms, the Definitions and the References may have any word, and so may a longer name of a register.

    Why: two words for one thing make two things in the reader's mind, and a search for one misses the other.
    Mend: write the term; `--fix` does and keeps case and plural.
    """
    glossary = context.registers["glossary"]
    if not glossary or glossary.findings:
        return
    terms, pattern = _terms(context)
    lower = sop.source.lower
    if not any(all(word in lower for word in phrase.encode().lower().split()) for phrase in terms):
        return  # one of its words is missing in the text
    exempt = [(part.start, part.end) for part in sop.body.sections if _EXEMPT.issuperset(part.names)]
    prose = sop.body.prose
    for match in pattern.finditer(prose.text):
        if match["name"]:
            continue
        start, end = prose.span(*match.span())
        avoided = " ".join(match["avoid"].split())
        if _is_quoted(prose.text, match) or any(begin <= start < stop for begin, stop in exempt):
            continue
        term = terms[avoided.casefold()]
        fix = _term_fix(sop, context, match, (start, end), term)
        yield sop.finding((start, end), f"`{avoided}` is a word to avoid, says the glossary; write `{term}`", fix=fix)


@lru_cache(maxsize=4)
def _terms(context: RuleContext) -> tuple[dict[str, str], re.Pattern[str]]:
    """What to avoid, in lower case, to the term to be written.

    The pattern is for what to avoid with its plural; before it longer names of the registers that have such words.
    """
    rows = [row for row in context.registers["glossary"].rows if isinstance(row, Term)]
    terms = {" ".join(word.split()).casefold(): row.term for row in rows for word in row.avoid if word.strip()}
    titles = {
        title
        for register in context.registers.values()
        for row in register.rows
        for title in (*row.names, getattr(row, "title", ""))
        if any(word in title.casefold() and word != title.casefold() for word in terms)
    }
    named = phrase_pattern(tuple(sorted(titles))) if titles else "(?!)"
    pattern = rf"(?<![\w-])(?:(?P<name>{named})|(?P<avoid>{phrase_pattern(tuple(terms))})(?P<plural>e?s)?)(?![\w-])"
    return terms, re.compile(pattern, re.IGNORECASE)


def _is_quoted(text: str, match: re.Match[str]) -> bool:
    """Whether the words stand in quotation marks on their own line of text."""
    begin = max(match.start() - _MAX_CONTEXT, 0)
    begin = max(text.rfind("\n\n", begin, match.start()) + 1, begin)
    before, after = text[begin : match.start()], text[match.end() : match.end() + _MAX_CONTEXT].partition("\n\n")[0]
    for opening, closing in _QUOTES.items():
        if opening == closing:
            if before.count(opening) % 2 and closing in after:
                return True
        elif before.rfind(opening) > before.rfind(closing) and closing in after:
            return True
    return False


def _term_fix(sop: Sop, context: RuleContext, match: re.Match[str], span: tuple[int, int], term: str) -> Fix | None:
    english = language_of(sop.text("language") or context.config.library.language) == "en"
    if match["plural"] and not english:
        return None
    written = term
    if match["plural"]:
        stem, ending = (term[:-1], "ies") if term.endswith("y") and term[-2:-1] not in _VOWELS else (term, "s")
        written = f"{stem}{'es' if stem.endswith(_HISSING) and ending == 's' else ending}"
    first = match["avoid"][:1]
    if match["avoid"].isupper() and len(match["avoid"]) > 1:
        written = written.upper()
    elif first.isupper():
        written = written[:1].upper() + written[1:]
    if sop.source.data[span[0] : span[1]] != match[0].encode():
        return None  # words with marks or a line's end between them
    start = span[0]
    before = sop.source.data[max(start - 6, 0) : start].decode("utf-8", "replace")
    if english and (article := _ARTICLE.search(before)):
        start -= len(article[0].encode())
        written = f"{article[1]}{'n' if written[:1].lower() in _VOWELS else ''}{article[3]}{written}"
    return Fix(f"write `{written}`", (Edit(start, span[1], written),))
