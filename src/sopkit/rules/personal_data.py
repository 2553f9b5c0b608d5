"""SOP702."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.registers import Person
from sopkit.model.sop import Sop
from sopkit.rules._national_ids import national_ids
from sopkit.rules._rule import rule
from sopkit.rules._wording import words_of
from sopkit.text.lexicon import any_of, needles

_PRIVATE = re.compile(
    rb"@(?:g(?:oogle)?mail|hotmail|outlook|live|msn|yahoo|ymail|icloud|me|mac|aol"
    rb"|gmx|web|t-online|freenet|mail|proton|protonmail|pm|tutanota|fastmail|hey|yandex|qq|163|126|libero|orange|wanadoo"
    rb"|laposte|free)\.(?:com|net|org|de|at|ch|fr|it|es|co\.uk|me|ru|cn)(?![\w-]|\.\w)",
    re.IGNORECASE,
)
"""Addresses at the providers where people have their private mail."""
_MAILBOX = re.compile(rb"[A-Za-z0-9][\w.+-]*\Z")
_LONGEST = 64
_BETWEEN = r"[\s:=#.(\u2013-]{1,6}\Z"
_NUMBER = re.compile(r"(?:\+|\(\+?|\d)[\d ().\-/]{5,20}\d")
_LEAST_DIGITS = 7
_MADE_UP = re.compile(r"55501\d\d$|7700900\d{3}$|(\d)\1{5}|1234567")
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
def personal_data(sop: Sop, library: Library) -> Iterator[Finding]:
    """The text holds no private e-mail address, no private telephone number and no national id of a person.

    Found are addresses at providers of private mail, unless the mailbox is a role's (support@…); numbers behind a word
    such as "mobile"; ids of Brazil, Finland, France, Italy, Spain and Switzerland whose check digits are right.

    Why: an SOP is read by everybody and kept for years; personal data in it can neither be limited to a purpose nor
    deleted (GDPR, Art. 5), and it is wrong as soon as the person leaves.
    Mend: name the role or a mailbox of the company; who holds the role stands in the registers. `--fix --unsafe` writes
    the role of an address that registers/people.yaml knows.
    """
    words = words_of(sop, library)
    if sop.source.has(b"@"):
        role_names = {name.casefold() for name in words.mailboxes}
        for match in _PRIVATE.finditer(sop.source.data):
            mailbox = _MAILBOX.search(sop.source.data, max(match.start() - _LONGEST, 0), match.start())
            if mailbox is not None and mailbox[0].decode("utf-8", "replace").casefold() not in role_names:
                where = (mailbox.start(), match.end())
                fix = _fix(sop.source.data[slice(*where)].decode("utf-8", "replace"), where, library)
                yield sop.finding(where, "private e-mail address; name the role or a mailbox of the company", fix=fix)
    labels = any_of(words.private_phones, _BETWEEN)
    if sop.source.may_say(needles(words.private_phones)):
        text = sop.body.prose
        for found in _NUMBER.finditer(text.text):
            digits = re.sub(r"\D", "", found[0])
            labelled = labels.search(text.text, max(found.start() - _LONGEST, 0), found.start())
            if labelled and len(digits) >= _LEAST_DIGITS and not _MADE_UP.search(digits):
                where = text.span(*found.span())
                yield sop.finding(where, "private telephone number; name the role and how to reach it")
    for name, start, end in national_ids(sop.source.data):
        yield sop.finding((start, end), f"{name} of a person; delete it, and say where such data is kept")


def _fix(address: str, where: tuple[int, int], library: Library) -> Fix | None:
    """A suggestion to write the one role whose holder has the address."""
    people = {
        row.key
        for row in library.registers["people"].rows
        if isinstance(row, Person) and address.casefold() in {one.casefold() for one in row.emails}
    }
    roles = [role for key in library.roles.keys if (role := library.role(key)) is not None]
    titles = {role.title or role.id for role in roles if people & set(role.held_by(library.as_of))}
    if len(titles) != 1:
        return None
    [title] = titles
    return Fix(f"write `{title}`", (Edit(*where, title),), FixClass.SUGGESTION)
