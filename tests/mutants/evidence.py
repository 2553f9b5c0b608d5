"""What the rules find in the texts of the suite, kept parsed, and what a test would say if it were otherwise."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.build import example_library
from tests.test_corpus import DOCUMENTS, EXPECTED, JUDGED, corpus
from tests.test_mutations import TABLE, acme, damaged, path_of, with_text

from sopkit.library import Library
from sopkit.lint.rule import Rule, RuleScope
from sopkit.lint.rules import all_rules
from sopkit.model.finding import Finding, FixClass

SPECIMENS = {specimen.path: specimen.specimen for specimen in EXPECTED.specimens}
NAMED = {(one.rule, one.document, line) for one in JUDGED.verdicts for line in one.lines}


@dataclass(frozen=True)
class Text:
    """A library in which rules look for something, what gives its history, and the SOPs that are looked at."""

    library: Library
    paths: frozenset[str]
    life: Any = None
    owner: str = ""
    row: dict[str, Any] | None = None

    def found(self, rule: Rule) -> list[Finding]:
        """What the rule finds, and what nothing ignores yet; bodies stay parsed, as `lint` leaves none."""
        if rule.needs == "history" and self.life is None:
            return []
        found: list[Finding] = []
        for sop in self.library.sops if rule.scope.is_per_sop else ():
            if sop.path in self.paths and sop.readable:
                found += rule.run(self.library, sop, self.life)
        if rule.scope is RuleScope.LIBRARY:
            found += rule.run(self.library, None, self.life)
        if rule.in_registers is not None:
            found += (rule.stamp(finding, None) for finding in rule.in_registers(self.library))
        return found


class Evidence:
    """Everything but the tests of its own that a rule is held against."""

    def __init__(self, root: Path) -> None:
        self.bad, self.good, self.damages = list[Text](), list[Text](), list[Text]()
        for rule in all_rules().values():
            for kind, into, example in (("bad", self.bad, rule.bad), ("good", self.good, rule.good)):
                library, life = example_library(root / rule.name / kind, example)
                into.append(_whole(library, life(), rule.code))
        self.corpus = _whole(corpus())
        self.company = _whole(acme())
        for row in TABLE:
            path = path_of(row["file"])
            library = with_text(path, damaged(row))
            paths = frozenset({path} if row["file"] in acme().by_id else (sop.path for sop in library.sops))
            self.damages.append(Text(library, paths, None, row["code"], row))
        self._before: dict[str, list[int]] = {}
        self._firing: set[str] = set()
        self._told: dict[str, list[Text]] = {}
        self._counted: dict[str, Counter[tuple[str, int]]] = {}

    def read(self, code: str) -> None:
        """Find what the rule finds unchanged, and leave everything parsed."""
        rule = all_rules()[code]
        self._before[code] = [len(text.found(rule)) for text in self._others()]
        if any(text.owner == code and text.found(rule) for text in self.bad):  # not what reading finds for it
            self._firing.add(code)
        self._counted[code] = _counted(self.corpus.found(rule))
        self._told[code] = [text for text in self.damages if text.owner == code and not _missed(text, rule)]

    def killers(self, code: str) -> Iterator[tuple[str, Callable[[Rule], bool]]]:
        """What kills a mutant of the rule, the cheapest first: a name, and whether it does."""
        yield "examples", self._by_examples
        yield "corpus", lambda rule: _counted(self.corpus.found(rule)) != self._counted[code]
        yield "damages", lambda rule: any(_missed(text, rule) for text in self._told[code])
        yield "texts of others", self._by_others

    def _by_examples(self, rule: Rule) -> bool:
        [bad] = (text for text in self.bad if text.owner == rule.code)
        [good] = (text for text in self.good if text.owner == rule.code)
        found = bad.found(rule)
        if good.found(rule) or (not found and rule.code in self._firing):
            return True
        kinds = {one.fix.kind if one.fix else None for one in found}
        if found and kinds != {rule.fix} and not (rule.fix is FixClass.SUGGESTION and kinds == {None}):
            return True
        weight = rule.under_audit or rule.when_active or rule.severity
        return any((one.weighed and one.severity is not weight) or one.message != one.message.strip() for one in found)

    def _by_others(self, rule: Rule) -> bool:
        """Whether a rule that is on by default finds something where the suite wants nothing of it."""
        if not rule.default:
            return False
        return any(
            text.owner != rule.code and not before and text.found(rule)
            for text, before in zip(self._others(), self._before[rule.code], strict=True)
        )

    def _others(self) -> list[Text]:
        return [self.company, *self.bad, *self.good, *self.damages]


def _whole(library: Library, life: Any = None, owner: str = "") -> Text:
    return Text(library, frozenset(sop.path for sop in library.sops), life, owner)


def _counted(found: list[Finding]) -> Counter[tuple[str, int]]:
    """What `test_corpus.py` sees of findings: documents, and the line where a verdict names it."""
    counts: Counter[tuple[str, int]] = Counter()
    for one in found:
        name, line = DOCUMENTS.get(one.path, ""), one.place.line
        if name:
            counts[name, line if (one.code, name, line) in NAMED else 0] += 1
        elif one.path in SPECIMENS:
            counts[SPECIMENS[one.path], line if one.code in EXPECTED.codes else 0] += 1
    return counts


def _missed(text: Text, rule: Rule) -> bool:
    """Whether a damage gives anything but its one finding, at its place; as `test_mutations.py`."""
    row = text.row or {}
    found = Text(text.library, frozenset(sop.path for sop in text.library.sops)).found(rule)
    if [one.path for one in found] != [path_of(row.get("in", row["file"]))]:
        return True
    line = found[0].place.line
    if "line" in row and line != row["line"]:
        return True
    return "at" in row and row["at"] not in text.library.sources[found[0].path].line_text(line)
