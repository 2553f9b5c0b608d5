"""SOP702: The text holds no private e-mail address, no private telephone number and no national id of a person."""

import re
from collections.abc import Callable, Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.registers import Person
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase, phrase_needles

_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_ODD = {
    **dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(zip("ABCDEFGHIJ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(zip("KLMNOPQRSTUVWXYZ", (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), strict=True)),
}
"""What a character in an odd place of a codice fiscale counts."""
_SAMPLES = frozenset({"12345678Z", "7561234567897", "12345678909", "131052308T", "RSSMRA80A01H501U", "255081416802538"})
"""Ids that the authorities themselves print as examples."""


def _spain(text: str) -> bool:
    number = text[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return _DNI[int(number) % 23] == text[-1]


def _italy(text: str) -> bool:
    total = sum(
        _ODD[char] if at % 2 == 0 else (int(char) if char.isdigit() else ord(char) - 65)
        for at, char in enumerate(text[:-1])
    )
    return chr(65 + total % 26) == text[-1]


def _switzerland(text: str) -> bool:
    return sum(int(char) * (3 if at % 2 else 1) for at, char in enumerate(text)) % 10 == 0


def _brazil(text: str) -> bool:
    digits = [int(char) for char in text]

    def check(count: int) -> int:
        return sum(digit * (count + 1 - at) for at, digit in enumerate(digits[:count])) * 10 % 11 % 10

    return len(set(text)) > 1 and (check(9), check(10)) == (digits[9], digits[10])


def _finland(text: str) -> bool:
    return _HETU[int(text[:6] + text[6:9]) % 31] == text[9]


def _france(text: str) -> bool:
    number = int(text[:13].replace("2A", "19").replace("2B", "18"))
    return 97 - number % 97 == int(text[13:])


# Each pattern begins with a character, what must not stand before it is asked then: that is many times as fast.
_KINDS: tuple[tuple[str, re.Pattern[bytes], Callable[[str], bool]], ...] = (
    ("Spanish DNI or NIE", re.compile(rb"[\dXYZ](?<![\w-].)\d{7}-?[A-HJ-NP-TV-Z](?![\w-])"), _spain),
    ("Italian codice fiscale", re.compile(rb"[A-Z](?<!\w.)[A-Z]{5}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]\b"), _italy),
    ("Swiss AHV number", re.compile(rb"756(?<![\w.]756)\.\d{4}\.\d{4}\.\d\d(?!\w|\.\d)"), _switzerland),
    ("Brazilian CPF", re.compile(rb"\d(?<![\w.-].)\d\d\.\d{3}\.\d{3}-\d\d(?![\w-])"), _brazil),
    ("Finnish personal code", re.compile(rb"[0-3](?<![\w-].)\d[01]\d{3}[-+A]\d{3}[0-9A-FHJ-NPR-Y](?![\w-])"), _finland),
    (
        "French social security number",
        re.compile(rb"[12](?<!\w.) ?\d\d ?(?:0[1-9]|1[0-2]) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?!\w)"),
        _france,
    ),
)


_RUN = re.compile(rb"\d[\d ./+-]{6,}")
_CODICE_FISCALE = _KINDS[1][1]
_NOT_BEFORE, _NOT_AFTER = 2, 20


def national_ids(data: bytes) -> Iterator[tuple[str, int, int]]:
    """The kind and the byte range of each id whose check digits are right, examples of the authorities apart.

    But for the Italian ones each has a run of digits, so most of a text is looked at once and not for every kind.
    """
    found = {(match.start(), match.end(), 1) for match in _CODICE_FISCALE.finditer(data)}
    for run in _RUN.finditer(data):
        for at, (_, pattern, _) in enumerate(_KINDS):
            near = pattern.finditer(data, max(run.start() - _NOT_BEFORE, 0), run.end() + _NOT_AFTER)
            found.update((match.start(), match.end(), at) for match in near if match.start() < run.end())
    for start, end, at in sorted(found):
        name, _, right = _KINDS[at]
        typed = data[start:end].decode()
        text = typed[:6] + typed[7:] if right is _finland else re.sub(r"[ .-]", "", typed)
        if text not in _SAMPLES and right(text):
            yield name, start, end


_PRIVATE = re.compile(
    rb"@(?:g(?:oogle)?mail|hotmail|outlook|live|msn|yahoo|ymail|icloud|me|mac|aol"
    rb"|gmx|web|t-online|freenet|mail|proton|protonmail|pm|tutanota|fastmail|hey|yandex|qq|163|126|libero|orange|wanadoo"
    rb"|laposte|free)\.(?:com|net|org|de|at|ch|fr|it|es|co\.uk|me|ru|cn)(?![\w-]|\.\w)",
    re.IGNORECASE,
)
"""Addresses at the providers where people have their private mail."""
_MAILBOX = re.compile(rb"[A-Za-z0-9][\w.+-]*\Z")
_MAX_MAILBOX = 64
_BETWEEN = r"[\s:=#.(\u2013-]{1,6}\Z"
_NUMBER = re.compile(r"(?:\+|\(\+?|\d)[\d ().\-/]{5,20}\d")
_MIN_DIGITS = 7
_SAMPLE_NUMBER = re.compile(r"55501\d\d$|7700900\d{3}$|(\d)\1{5}|1234567")
"""Numbers that are kept free for examples, and those that nobody has."""


@rule(
    "SOP702",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad="""
        ## Inputs

        - The stock of security keys; ask jane.roe@gmail.com for more.
        """,
    good="""
        ## Inputs

        - The stock of security keys; ask IT operations (keys@acme.example) for more.
        """,
)
def personal_data(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The text holds no private e-mail address, no private telephone number and no national id of a person.

    Found are addresses at providers of private mail, unless the mailbox is a role's (support@…); numbers behind a word
    such as "mobile"; ids of Brazil, Finland, France, Italy, Spain and Switzerland whose check digits are right.

    Why: an SOP is read by everybody and kept for years; personal data in it can neither be limited to a purpose nor
    deleted (GDPR, Art. 5), and it is wrong as soon as the person leaves.
    Mend: name the role or a mailbox of the company; who holds the role stands in the registers. `--fix --unsafe` writes
    the role of an address that registers/people.yaml knows.
    """
    words = words_of(sop, context)
    if sop.source.has(b"@"):
        role_names = {name.casefold() for name in words.mailboxes}
        for match in _PRIVATE.finditer(sop.source.data):
            mailbox = _MAILBOX.search(sop.source.data, max(match.start() - _MAX_MAILBOX, 0), match.start())
            if mailbox is not None and mailbox[0].decode("utf-8", "replace").casefold() not in role_names:
                where = (mailbox.start(), match.end())
                fix = _fix(sop.source.data[slice(*where)].decode("utf-8", "replace"), where, context)
                yield sop.finding(where, "private e-mail address; name the role or a mailbox of the company", fix=fix)
    labels = any_phrase(words.private_phones, _BETWEEN)
    if sop.source.may_say(phrase_needles(words.private_phones)):
        text = sop.body.prose
        for found in _NUMBER.finditer(text.text):
            digits = re.sub(r"\D", "", found[0])
            labelled = labels.search(text.text, max(found.start() - _MAX_MAILBOX, 0), found.start())
            if labelled and len(digits) >= _MIN_DIGITS and not _SAMPLE_NUMBER.search(digits):
                where = text.span(*found.span())
                yield sop.finding(where, "private telephone number; name the role and how to reach it")
    for name, start, end in national_ids(sop.source.data):
        yield sop.finding((start, end), f"{name} of a person; delete it, and say where such data is kept")


def _fix(address: str, where: tuple[int, int], context: RuleContext) -> Fix | None:
    """A suggestion to write the role of the person with the address, if it is one role."""
    people = {
        row.key
        for row in context.registers["people"].rows
        if isinstance(row, Person) and address.casefold() in {one.casefold() for one in row.emails}
    }
    roles = [role for key in context.roles.keys if (role := context.role(key)) is not None]
    titles = {role.title or role.id for role in roles if people & set(role.held_by(context.as_of))}
    if len(titles) != 1:
        return None
    [title] = titles
    return Fix(f"write `{title}`", (Edit(*where, title),), FixClass.SUGGESTION)
