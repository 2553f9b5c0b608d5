"""The parts of a rule's page that formats show."""

import re

from sopkit.rules._rule import Rule

_LABEL = re.compile(r"^([A-Z][a-z]+):[ \n]", re.MULTILINE)


def page_part(rule: Rule, label: str) -> str:
    """What the page says behind `Why:` or `Mend:`, on one line; empty when it does not say."""
    pieces = _LABEL.split(rule.page)
    found = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    return " ".join(found.get(label, "").split())


def first_sentence(text: str) -> str:
    """The text up to the full stop of its first sentence, without the stop."""
    return re.split(r"[.;](?:\s|$)", text, maxsplit=1)[0]


def page_markdown(rule: Rule) -> str:
    """The page as Markdown: each label in bold at the start of its own paragraph."""
    return re.sub(r"\n{3,}", "\n\n", _LABEL.sub(r"\n**\1:** ", rule.page)).strip()
