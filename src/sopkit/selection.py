"""Which rules run: by the profile, the configuration, and what the caller asks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sopkit.library import CONFIG_NAME
from sopkit.model.config import LintTable
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Severity
from sopkit.model.nearest import nearest
from sopkit.rules import all_rules
from sopkit.rules._rule import Rule


class Profile(StrEnum):
    """A rule set for a moment in an SOP's life."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISH = "publish"
    AUDIT = "audit"

    @property
    def fail_on(self) -> Severity:
        """The least severity that fails under this profile."""
        return Severity.WARNING if self is Profile.AUDIT else Severity.ERROR

    def takes(self, rule: Rule) -> bool:
        """Whether the profile runs a rule."""
        if self is Profile.DRAFT:
            return rule.default and rule.code.startswith(("SOP0", "SOP101", "SOP111", "SOP401", "SOP5", "SOP7"))
        if self is Profile.REVIEW:
            return rule.default and not rule.code.startswith(("SOP6", "SOP8"))
        return rule.default


@dataclass(frozen=True, slots=True)
class Asked:
    """Rules that the caller names, as typed: only these, these as well, not these."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    @property
    def barred(self) -> frozenset[str]:
        """The codes that the caller does not want."""
        return codes(self.ignore, "--ignore")


def selected(config: LintTable, asked: Asked, profile: Profile) -> dict[str, Rule]:
    """The rules that run, by code. Raises SopkitError for a rule that nobody knows, naming the nearest."""
    rules = all_rules()
    only = codes(asked.select, "--select") or codes(config.select, f"{CONFIG_NAME}: lint.select")
    chosen = set(only or {code for code, rule in rules.items() if profile.takes(rule)})
    chosen |= codes(asked.extend_select, "--extend-select")
    chosen |= codes(config.extend_select, f"{CONFIG_NAME}: lint.extend_select")
    chosen -= asked.barred | codes(config.ignore, f"{CONFIG_NAME}: lint.ignore")
    return {code: rule for code, rule in rules.items() if code in chosen}


def codes(tokens: Iterable[str], where: str) -> frozenset[str]:
    """The codes that some words mean, each a code, a name or a family."""
    return frozenset(code for token in tokens for code in resolve(token, where))


def resolve(token: str, where: str) -> frozenset[str]:
    """The codes that a code, a name or a family such as SOP2 means; SopkitError names the nearest rule."""
    rules = all_rules()
    word = token.strip()
    if word.upper() in rules:
        return frozenset({word.upper()})
    named = {rule.name: code for code, rule in rules.items()}
    if word.lower() in named:
        return frozenset({named[word.lower()]})
    family = {code for code in rules if len(word) > len("SOP") and code.startswith(word.upper())}
    if family or word.upper() in {"SOP", "ALL"}:
        return frozenset(family or rules)
    near = nearest(word.lower(), [*named, *(code.lower() for code in rules)], 1, 0.4)
    named_so = near[0].upper() if near and near[0].startswith("sop") else "".join(near)
    hint = f"did you mean {named_so}? " if named_so else ""
    raise SopkitError(f"{where}: no rule `{token}`", f"{hint}sopkit explain lists the rules")
