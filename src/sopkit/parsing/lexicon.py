"""Words by language: word lists of procedures, patterns built from them, dates in words, phrases added to SOPs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sopkit.model.source import Needle
from sopkit.parsing.yaml import load_yaml

_I18N = Path(__file__).parent.parent / "i18n"
_FALLBACK = "en"
_ASCII = re.compile(r"[\x21-\x7e]+")
_WORD = re.compile(r"[a-z0-9]+")


def _split_words(value: object) -> object:
    """The phrases of a text, which commas part; a list as it is."""
    if not isinstance(value, str):
        return value
    return tuple(phrase for part in value.split(",") if (phrase := " ".join(part.split())))


def _word_set(value: object) -> object:
    words = _split_words(value)
    return frozenset(word.lower() for word in words) if isinstance(words, tuple) else words


WordList = Annotated[tuple[str, ...], BeforeValidator(_split_words)]
"""Words and phrases as they are written, to be found in any case: `as soon as possible, ASAP`."""

WordSet = Annotated[frozenset[str], BeforeValidator(_word_set)]
"""Words to be looked up in lower case."""


class Lexicon(BaseModel):
    """The word lists of a language. A rule names a list, never a word; it finds nothing where the list is empty."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    months: WordList = Field((), description="The names of the months, January first.")
    mailboxes: WordList = Field((), description="Names of mailboxes that belong to a role.")
    private_phones: WordList = Field((), description="Words before the number of a private telephone.")
    bad_practices: WordList = Field((), description="Orders that go round a safeguard.")
    prohibitions: WordList = Field((), description="Words, besides negations, of a sentence that forbids something.")
    safe_ways: WordList = Field((), description="Words behind an order that make it safe.")
    verbs: WordList = Field((), description="Verbs in the form in which an instruction has them.")
    verb_last: bool = Field(default=False, description="Whether the verb of an instruction may be its last word.")
    capital_nouns: bool = Field(default=False, description="Whether a word with a capital letter is no verb.")
    addressed: WordSet = Field(frozenset(), description="Pronouns behind a verb that comes first; else it is a noun.")
    prefixes: WordList = Field((), description="What may stand before a verb in one word with it: `un`, `double-`.")
    forms: Mapping[str, WordList] = Field({}, description="Ending of a verb in the list: its endings behind who acts.")
    irregular_forms: WordSet = Field(frozenset(), description="Verbs behind who acts that have other endings.")
    orders: Mapping[str, WordList] = Field({}, description="Ending of a verb in the list: others in an instruction.")
    openers: WordList = Field((), description="Words that may stand before the verb of an instruction.")
    opener_endings: WordList = Field((), description="Endings of more such words.")
    circumstances: WordSet = Field(frozenset(), description="Words that open a place, time, means or aim.")
    conditions: WordList = Field((), description="Words that open a condition.")
    questions: WordSet = Field(frozenset(), description="Words that open a question.")
    role_ends: WordSet = Field(frozenset(), description="Words with which the name of a role ends.")
    pronouns: WordSet = Field(frozenset(), description="Pronouns for somebody who acts.")
    actors: WordSet = Field(frozenset(), description="Nouns for somebody who acts, besides the roles.")
    auxiliaries: WordSet = Field(frozenset(), description="Verbs that come behind who acts and need another verb.")
    articles: WordSet = Field(frozenset(), description="Words before a noun.")
    duties: Mapping[str, WordList] = Field({}, description="Duty, such as `approve`: words with which its steps begin.")
    requests: WordList = Field((), description="Words for what is approved when a request is.")
    tellings: WordList = Field((), description="Words before a role that is informed or asked.")
    another_person: WordList = Field((), description="Phrases that tell that a step is another person's.")
    histories: WordList = Field((), description="Headings above which versions or changes of a document are listed.")
    incidents: WordList = Field((), description="Words beside which a priority is the severity of an incident.")
    acronyms: WordList = Field((), description="Acronyms that whoever works with computers reads as words.")
    emphasised: WordList = Field((), description="More words that people write in capitals to be loud.")
    step_words: WordList = Field((), description="Words before the number of a step.")
    procedures: WordList = Field((), description="Words that announce steps, other than those before a number.")
    ranges: WordList = Field((), description="Words between two numbers of steps.")
    elsewhere: WordList = Field((), description="Words behind the number of a step of another document.")
    time_units: WordList = Field((), description="Units of time, in singular and plural.")
    jumps: WordList = Field((), description="Words that send the reader to another step.")
    agents: WordList = Field((), description="Words between what is done and who does it.")
    states: WordList = Field((), description="Verbs that order when they come first but are not in the list: be ready.")
    exits: WordList = Field((), description="Words that say how often, or for how long, something is repeated.")
    warnings: WordList = Field((), description="Words that label a warning.")
    guards: WordList = Field((), description="Words for what precedes a destruction: warning, copy, question.")
    approvals: WordList = Field((), description="Words that begin an instruction to approve.")
    checks: WordList = Field((), description="Words that begin an instruction to check.")
    expectation_labels: WordList = Field((), description="Words that label what is to be seen.")
    vague_measures: WordList = Field((), description="Words for what passes a check that name no measure.")
    measures: WordList = Field((), description="Words that introduce a measure.")
    ambiguous_times: WordList = Field((), description="Words for a time that can be read in two ways.")
    explained_times: WordList = Field((), description="Words that explain such a time.")
    waits: WordList = Field((), description="Words that order to wait.")
    prepositions: WordSet = Field(frozenset(), description="Words that tie what follows to a verb.")
    connectives: WordList = Field((), description="Words between two actions.")
    hedges: WordList = Field((), description="Phrases that leave a decision open.")
    permissions: WordList = Field((), description="Words that tell what may be done, and need not.")
    amounts: WordList = Field((), description="Words for an amount that a hedge leaves open: as many people as needed.")
    repetitions: WordList = Field((), description="Words for doing a thing again.")
    criteria: WordList = Field((), description="Words that follow a hedge and say what it hangs on.")
    vague_times: WordList = Field((), description="Words for a time that say none.")
    comparatives: WordList = Field((), description="Words that make a comparison of such a word: the more promptly, ….")
    periods: WordList = Field((), description="Words of a period or a limit that explains such a word behind it.")
    weak_obligations: Mapping[str, str | None] = Field(
        {}, description="Phrases of a weak duty, each with a strict one."
    )
    observations: WordList = Field((), description="Words behind a weak obligation that then tells what is to be seen.")
    existences: WordList = Field((), description="Hedges between commas or parentheses that mean: if there is one.")
    unaided: WordList = Field((), description="Words of a sentence that tells what happens without anybody acting.")
    things: WordSet = Field(frozenset(), description="Pronouns for a thing, of which a sentence tells what it does.")
    having: WordSet = Field(frozenset(), description="Verbs that tell what somebody has got by now.")
    passives: WordSet = Field(frozenset(), description="Words before a participle that tell what is done to a thing.")
    participles: Mapping[str, WordList] = Field({}, description="Ending of a verb in the list: its participles.")
    irregular: WordSet = Field(frozenset(), description="Participles that have other endings.")
    relatives: WordList = Field((), description="Words before a weak obligation that is but asked or told about.")
    negations: WordList = Field((), description="Words that deny.")
    exceptions: WordList = Field((), description="Words that open an exception.")
    either_or_both: WordList = Field((), description="Connectives that can be read in two ways.")
    answers: WordList = Field((), description="Answers to a question, the one first that says yes.")
    samples: WordList = Field((), description="Words in a heading above a text that is to be filled in each time.")
    otherwise: WordList = Field((), description="Words for all other cases.")
    cases: WordList = Field((), description="Words that open a case in which something is done, not a time.")
    limits: WordList = Field((), description="Words for what a scope names: systems, people, data, exclusions.")

    def __hash__(self) -> int:
        """That of the object: each language is read once."""
        return id(self)

    def __eq__(self, other: object) -> bool:
        """Whether the other is the same object."""
        return self is other


@cache
def languages_in(folder: str) -> tuple[str, ...]:
    """The languages that have a file in a folder of `i18n`, as BCP 47 tags."""
    return tuple(sorted(path.stem for path in (_I18N / folder).glob("*.yaml")))


def _read_i18n(folder: str, language: str) -> dict[str, Any]:
    path = _I18N / folder / f"{language}.yaml"
    data = load_yaml(path.read_bytes(), str(path))
    assert isinstance(data, dict)  # noqa: S101 - a file of our own
    return data


def language_of(tag: str) -> str:
    """The language of a BCP 47 tag such as `de-CH`, English for an empty one."""
    return (tag or _FALLBACK).casefold().replace("_", "-").split("-")[0]


def lexicon(tag: str) -> Lexicon | None:
    """The word lists of a BCP 47 tag, English for an empty one, None for a language without any."""
    language = language_of(tag)
    return _read_lexicon(language) if language in languages_in("lexicon") else None


@cache
def _read_lexicon(language: str) -> Lexicon:
    """The word lists, not validated: that would cost each run of a command 20 ms, and a test does it."""
    data = _read_i18n("lexicon", language).items()
    return Lexicon.model_construct(
        **{name: _CONVERTERS[Lexicon.model_fields[name].annotation](value) for name, value in data}
    )


_CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    bool: "true".__eq__,
    tuple[str, ...]: _split_words,
    frozenset[str]: _word_set,
    Mapping[str, WordList]: lambda value: {key: _split_words(item) for key, item in value.items()},
    Mapping[str, str | None]: dict,
}
"""By the type of a list, what makes it of YAML."""


def is_imperative(word: str, words: Lexicon) -> bool:
    """Whether a word, in any case, is a verb as an instruction has it: "disable", "re-enable"."""
    return _is_verb(word, _instruction_verbs(words), words.prefixes)


def is_imperative_first(word: str, following: str, words: Lexicon) -> bool:
    """Whether a word that comes first is such a verb; of "Sperren Sie", not of "Sperren der Konten"."""
    if not words.addressed or following.lower() in words.addressed:
        return is_imperative(word, words)
    return _is_verb(word, _imperatives(words), ())


def is_imperative_inside(word: str, words: Lexicon) -> bool:
    """Whether a word inside a sentence is such a verb, and not a noun with a capital letter."""
    return not (words.capital_nouns and word[:1].isupper()) and is_imperative(word, words)


def is_statement_verb(word: str, words: Lexicon) -> bool:
    """Whether a word, in any case, is a verb as it stands behind who acts: "disables"."""
    return _is_verb(word, _statement_verbs(words), words.prefixes)


def is_participle(word: str, words: Lexicon) -> bool:
    """Whether a word, in any case, is a participle that states what was done: "revoked"."""
    return _is_verb(word, _participles(words), words.prefixes)


def _is_verb(word: str, verbs: frozenset[str], prefixes: tuple[str, ...]) -> bool:
    word = word.lower()
    return word in verbs or any(word.startswith(prefix) and word[len(prefix) :] in verbs for prefix in prefixes)


@cache
def _instruction_verbs(words: Lexicon) -> frozenset[str]:
    return frozenset((*words.verbs, *_imperatives(words)))


@cache
def _imperatives(words: Lexicon) -> frozenset[str]:
    return frozenset(_conjugate(words.verbs, words.orders))


@cache
def _statement_verbs(words: Lexicon) -> frozenset[str]:
    return frozenset((*words.irregular_forms, *_conjugate(words.verbs, words.forms)))


@cache
def _participles(words: Lexicon) -> frozenset[str]:
    return frozenset((*words.irregular, *_conjugate(words.verbs, words.participles)))


def _conjugate(verbs: Iterable[str], endings: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The verbs with each new ending in the place of the old one."""
    for old, new in endings.items():
        stems = [verb.removesuffix(old) for verb in verbs if verb.endswith(old)]
        yield from (stem + ending for stem in stems for ending in new)


def phrase_pattern(phrases: Iterable[str]) -> str:
    """A pattern for any of some phrases, with any blanks between words."""
    return "|".join(map(_phrase_regex, sorted(phrases, key=len, reverse=True)))


def _phrase_regex(phrase: str) -> str:
    return r"\s+".join(map(re.escape, phrase.split()))


@cache
def any_phrase(phrases: tuple[str, ...], behind: str = "") -> re.Pattern[str]:
    """A pattern for whole phrases in any case, `behind` follows; without phrases one that matches nothing."""
    if not phrases:
        return re.compile("(?!)")
    by_letter: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        by_letter.setdefault(phrase[0].lower(), []).append(_phrase_regex(phrase).removeprefix(re.escape(phrase[0])))
    # The set of first letters, in both cases, comes first: to the next one of them the engine runs at full speed.
    first = re.escape("".join(f"{letter}{letter.upper()}" for letter in by_letter))
    rest = "|".join(f"(?<={re.escape(letter)})(?:{'|'.join(tails)})" for letter, tails in by_letter.items())
    return re.compile(rf"[{first}](?<!\w.)(?i:(?:{rest})(?!\w){behind})")


@cache
def phrase_needles(phrases: tuple[str, ...]) -> tuple[Needle, ...]:
    """What a file must have to hold each phrase: its words of ASCII letters and digits, in lower case, and a piece.

    The piece is the longest one of ASCII in the phrase where that is no plain word, such as `and/or`. Other letters
    have two cases in bytes too, so a phrase without ASCII asks for nothing.
    """
    found: dict[Needle, None] = {}
    for phrase in phrases:
        piece = max(_ASCII.findall(phrase), key=len, default="").lower()
        words = frozenset(word.encode() for word in _WORD.findall(phrase.lower()))
        found[words, b"" if piece.isalnum() else piece.encode()] = None
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Phrases:
    """The phrases of one language by key."""

    texts: Mapping[str, str | Mapping[str, str]]

    def __call__(self, key: str, count: int | None = None, **fields: object) -> str:
        """A phrase with its fields put in; `count` chooses between one and other, and is a field too."""
        text = self.texts[key]
        if not isinstance(text, str):
            text = text["one" if count == 1 else "other"]
        return text.format(count=count, **fields) if "{" in text else text


@cache
def phrases_of(tag: str) -> Phrases:
    """The phrases of `i18n/render` for a BCP 47 tag; English ones for a language that has none."""
    language = language_of(tag)
    return Phrases(_read_i18n("render", language if language in languages_in("render") else _FALLBACK))


_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d\d:\d\d[\d:.Z+ -]*)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_NUMBER = re.compile(r"\d{1,2}|\d{4}", re.ASCII)
_LAST_MONTH = 12
_MIN_LETTERS = 3


def parse_date(text: str, language: str = "") -> date | None:
    """The one date that a text can mean, also in words; None when it may be two (03/04/2024) or none."""
    if match := _YEAR_FIRST.fullmatch(text):
        return _make_date(match[1], match[3], match[4])
    if match := _COMPACT.fullmatch(text):
        return _make_date(*match.groups())
    if match := _YEAR_LAST.fullmatch(text):
        one, two = int(match[1]), int(match[3])
        if match[2] == "." or one > _LAST_MONTH:
            return _make_date(match[4], two, one)
        return _make_date(match[4], one, two) if two > _LAST_MONTH else None
    # with the name of its month: `Sept 18 2024`, `18 September 2024`
    parts, words = re.split(r"[\s,.-]+", text.strip(" .")), lexicon(language)
    numbers = [part for part in parts if _NUMBER.fullmatch(part)]
    names = [part.casefold() for part in parts if part not in numbers]
    if words is None or len(names) != 1 or len(numbers) != 2 or len(names[0]) < _MIN_LETTERS:  # noqa: PLR2004 - day and year
        return None
    months = [at for at, name in enumerate(words.months, 1) if name.casefold().startswith(names[0])]
    day, year = sorted(numbers, key=len)
    return _make_date(year, months[0], day) if len(months) == 1 and len(year) > len(day) else None


def _make_date(year: str, month: str | int, day: str | int) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if len(year) == 4 else None  # noqa: PLR2004 - a year in full
