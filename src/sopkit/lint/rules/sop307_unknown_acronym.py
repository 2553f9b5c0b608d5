"""SOP307: An acronym is in the glossary, or is spelled out where the SOP first uses it."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import Example, rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.registers import Asset, External, Policy, Risk, Role, Term, Vendor
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon

# the first letter before the look behind it: so the pattern is tried at capitals only
_ACRONYM = re.compile(r"([A-Z](?<![\w/.#@$%&-].)[A-Z]{1,5})(s?)(?![\w/@%&$-]|\.\w)")
_CAPITALS_WORD = re.compile(r"(?<![\w-])[A-Z]{2,}(?![\w-])")
_EXPANSION = re.compile(r"\s?\(\s?[^\W\d_][\w-]*[\s,-]+[^\W\d_]|\s?(?::|=|–|—)\s[^\W\d_]")  # noqa: RUF001 - as people type it
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]+")
_WORD = re.compile(r"[^\W_]+")
_GLOSSARY = "- {term: SLA, meaning: service level agreement}\n"
_TITLED = ("roles", "policies", "assets", "risks", "vendors", "external")
_NEIGHBOUR_REACH, _MAX_MARK = 20, 60
_EACH = re.compile(r"([A-Z](?<!\w.)[A-Z]{1,5})s?(?!\w)")
_KEY = re.compile(r"([A-Z](?<!\w.)[A-Z]{1,5})-\d")
_OPENING, _CLOSING = ("(", "(the ", '("', "(“"), (")", ",", '"', "”", ";")
_ROMAN = re.compile(r"[IVX]+")


@rule(
    "SOP307",
    severity=Severity.INFO,
    fix=FixClass.SUGGESTION,
    bad=Example(
        """
        ## Purpose

        Give people the access that their work needs, and keep to the OLA of the service desk.
        """,
        files={"registers/glossary.yaml": _GLOSSARY},
    ),
    good=Example(
        """
        ## Purpose

        Give people the access that their work needs, and keep to the operational level agreement (OLA) and the SLA.
        """,
        files={"registers/glossary.yaml": _GLOSSARY},
    ),
)
def unknown_acronym(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """An acronym is in the glossary, or is spelled out where the SOP first uses it.

    An acronym is two to six capital letters. Known ones are those of the glossary, in names of the other registers and
    of frameworks, and those that whoever works with computers reads as words, such as URL. Code, ids, keys of
    tickets, placeholders, words in capitals for emphasis and the titles in References count for none. Silent without a
    glossary.

    Why: a reader at 03:00, or in their first week, guesses; one acronym may mean two things in two teams.
    Mend: spell it out once, `recovery point objective (RPO)`, or add it to registers/glossary.yaml. `--fix --unsafe`
    spells out what a longer term of the glossary or a role's title has the initials of.
    """
    glossary = context.registers["glossary"]
    if not glossary or glossary.findings:
        return
    words = words_of(sop, context)
    known = _known_words(context).union(words.acronyms)
    text = sop.body.prose.text
    seen: set[str] = set()
    unknown = [match for match in _ACRONYM.finditer(text) if match[1] not in known]
    if unknown:
        titles = sop.body.section("References")
        begin, end = sop.body.prose.within(titles.start, titles.end) if titles else (0, 0)
        unknown = [match for match in unknown if not begin <= match.start() < end]
    explained = _explained_acronyms(sop, text) if unknown else frozenset[str]()
    for match in unknown:
        acronym = match[1]
        if acronym in seen or _is_emphasis(match, text, known, words):
            continue
        word = acronym.lower()
        is_word = word in text and re.search(rf"{word}(?<![^\W_]{word})(?![^\W_])", text)  # between marks
        if is_word or _is_placeholder(match, text):
            continue
        seen.add(acronym)
        if acronym in explained:
            continue
        span = sop.body.prose.span(*match.span())
        long = _long_forms(context).get(acronym, "") if not match[2] else ""
        edit = Edit(*span, f"{long} ({acronym})")
        fix = Fix(f"write `{edit.text}`", (edit,), FixClass.SUGGESTION) if long else None
        message = f"`{acronym}` is neither in the glossary nor spelled out"
        yield sop.finding(span, f"{message}; write what it stands for where it is used first", fix=fix)


@lru_cache(maxsize=4)
def _known_words(context: RuleContext) -> frozenset[str]:
    """The words in capitals that the registers, the frameworks and the configuration have."""
    names = [context.config.library.name, *context.config.scales.severity]
    for row in context.registers["glossary"].rows:
        names += (row.term, *row.aliases) if isinstance(row, Term) else ()
    for register in _TITLED:
        for row in context.registers[register].rows:
            names += row.names
            if isinstance(row, Role | Policy | Asset | Risk | Vendor | External):
                names.append(row.title)
    for head in context.catalogue.heads.values():
        names += (head.id.upper(), *head.cited_as)
    names += [area.prefix for area in context.config.all_areas.values()]
    return frozenset(word for name in names for word in _CAPITALS.findall(name))


@lru_cache(maxsize=4)
def _long_forms(context: RuleContext) -> dict[str, str]:
    """Initials to the one longer term of the glossary, or title of a role, that has them."""
    found: dict[str, set[str]] = {}
    names = [row.term for row in context.registers["glossary"].rows if isinstance(row, Term)]
    names += [row.title.lower() for row in context.roles.rows if isinstance(row, Role)]
    for name in names:
        if len(parts := _WORD.findall(name)) > 1:
            found.setdefault("".join(part[0] for part in parts).upper(), set()).add(name)
    return {initials: next(iter(long)) for initials, long in found.items() if len(long) == 1}


def _is_emphasis(match: re.Match[str], text: str, known: frozenset[str], words: Lexicon) -> bool:
    """Whether it is a word in capitals: one of the language's, or beside another such word."""
    if match[1].lower() in _ordinary_words(words):
        return True
    start, end = match.span()
    beside = (
        *_CAPITALS_WORD.findall(text, max(start - _NEIGHBOUR_REACH, 0), start)[-1:],
        *_CAPITALS_WORD.findall(text, end, end + _NEIGHBOUR_REACH)[:1],
    )
    return any(word not in known and word.lower() in _ordinary_words(words) for word in beside)


def _is_placeholder(match: re.Match[str], text: str) -> bool:
    """Whether it is a number in Roman figures, `XXX` or `YYYY`, or stands in square brackets: `[DATE]`."""
    start = max(match.start() - _MAX_MARK, 0)
    open_ = text.rfind("[", start, match.start()) > text.rfind("]", start, match.start())
    return open_ or len(set(match[1])) == 1 or _ROMAN.fullmatch(match[1]) is not None


@cache
def _ordinary_words(words: Lexicon) -> frozenset[str]:
    """Words of the language that people write in capitals to be loud."""
    every = (words.verbs, words.articles, words.prepositions, words.conditions, words.connectives, words.circumstances)
    return frozenset((*(word for group in (*every, words.negations, words.emphasised) for word in group),))


def _explained_acronyms(sop: Sop, text: str) -> frozenset[str]:
    """The acronyms that a place spells out: in brackets, behind a colon, in Definitions; and the keys of tickets."""
    found = {match[1] for match in _KEY.finditer(text)}
    definitions = sop.body.section("Definitions")
    if definitions is not None:
        begin, end = sop.body.prose.within(definitions.start, definitions.end)
        found |= {match[1] for match in _EACH.finditer(text, begin, end)}
    for match in _EACH.finditer(text):
        start, end = match.span()
        in_brackets = text[max(start - 5, 0) : start].endswith(_OPENING) and text[end : end + 1] in _CLOSING
        if in_brackets or _EXPANSION.match(text, end):
            found.add(match[1])
    return frozenset(found)
