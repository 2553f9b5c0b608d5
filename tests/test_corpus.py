"""Documents that nobody here wrote: what the rules find in them was expected or judged, hit by hit."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import unified_diff
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from typing import Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict
from tests.build import library
from tests.lint.test_rule_examples import found as found_in
from tests.lint.test_rule_examples import of_every_rule

from sopkit.authoring.fix import apply_fixes
from sopkit.library import Library, load
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.rule import Rule
from sopkit.lint.rules import all_rules
from sopkit.model.finding import Finding, Severity

CORPUS = Path(__file__).parent / "corpus"
AS_OF = date(2026, 11, 24)
ALL = LintOptions(select=("ALL",))
MOST_STEP_WARNINGS = 6
"""Of the noise budget: step warnings of the document at the 90th percentile; the median has none."""
LEAST_RIGHT = 0.8
"""Share of right ones among the hits of a rule that is on by default, artefacts apart."""
LEAST_HITS = 5
"""Fewer hits say nothing about a rule."""

_COMMIT = re.compile(r"commit [0-9a-f]{12}")


class Data(BaseModel):
    """A part of the corpus's own data."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(Data):
    """A finding that a specimen must give."""

    code: str
    line: int


class Specimen(Data):
    """A broken document, and what must be found in it."""

    specimen: str
    path: str
    findings: tuple[Expected, ...]
    why: str
    survives: str = ""


class Expectations(Data):
    """expected.yaml."""

    codes: tuple[str, ...]
    specimens: tuple[Specimen, ...]


class Verdict(Data):
    """A judgement of the hits of a rule in a document: of those in `lines`, or of `count` others together."""

    rule: str
    document: str
    lines: tuple[int, ...] = ()
    count: int = 0
    verdict: Literal["right", "wrong", "debatable", "artefact"]
    why: str

    @property
    def size(self) -> int:
        """How many hits are judged."""
        return len(self.lines) + self.count


class Verdicts(Data):
    """documents.yaml, and verdicts/ with a file for each rule that has hits."""

    documents: dict[str, str]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Hit:
    """A place where a rule fired."""

    rule: str
    document: str
    line: int


EXPECTED = Expectations.model_validate(yaml.safe_load((CORPUS / "expected.yaml").read_bytes()))
JUDGED = Verdicts.model_validate(
    yaml.safe_load((CORPUS / "documents.yaml").read_bytes())
    | {
        "verdicts": [
            verdict
            for file in sorted((CORPUS / "verdicts").glob("*.yaml"))
            for verdict in yaml.safe_load(file.read_bytes())
        ]
    }
)
DOCUMENTS = {path: name for name, path in JUDGED.documents.items()}
FILES = sorted(sop.path for sop in load(CORPUS, AS_OF).sops)


@cache
def corpus() -> Library:
    return load(CORPUS, AS_OF)


@cache
def findings() -> tuple[Finding, ...]:
    return lint(corpus(), ALL).findings


def hits() -> Counter[Hit]:
    """The hits in the documents of part A."""
    return Counter(
        Hit(found.code, DOCUMENTS[found.path], found.place.line) for found in findings() if found.path in DOCUMENTS
    )


@pytest.mark.slow
@pytest.mark.parametrize("specimen", EXPECTED.specimens, ids=lambda specimen: specimen.specimen)
def test_a_broken_specimen_gives_what_was_expected(specimen: Specimen) -> None:
    found = [
        Expected(code=finding.code, line=finding.place.line)
        for finding in findings()
        if finding.path == specimen.path and finding.code in EXPECTED.codes
    ]
    assert found == list(specimen.findings), specimen.why


def test_every_broken_specimen_is_read() -> None:
    assert {specimen.path for specimen in EXPECTED.specimens} <= set(FILES)


def test_the_documents_are_those_of_the_list_of_sources() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")]
        for line in (CORPUS / "SOURCES.md").read_text().splitlines()
        if line.startswith("| A")
    ]
    listed = {row[1]: f"{row[4].strip('`')}/{row[3].split('`')[1]}" for row in rows}
    assert listed == JUDGED.documents


def test_every_hit_is_judged_and_every_verdict_has_its_hits() -> None:
    named = Counter(Hit(verdict.rule, verdict.document, line) for verdict in JUDGED.verdicts for line in verdict.lines)
    together = Counter[tuple[str, str]]()
    for verdict in JUDGED.verdicts:
        together[verdict.rule, verdict.document] += verdict.count
    rest = Counter[tuple[str, str]]()
    for hit, count in (hits() - named).items():
        rest[hit.rule, hit.document] += count
    stale = [f"take out {hit.rule} {hit.document} line {hit.line}: no such hit" for hit in named - hits()]
    stale += [f"{rule} {name}: {count} verdicts too many" for (rule, name), count in (together - rest).items()]
    unjudged = [
        f"judge {count} more of {rule} in {name}: {JUDGED.documents[name]}"
        for (rule, name), count in (rest - together).items()
    ]
    assert not stale + unjudged, "\n".join(sorted(stale + unjudged))


def test_hits_of_rules_that_are_on_by_default_are_right() -> None:
    right, judged = Counter[str](), Counter[str]()
    for verdict in JUDGED.verdicts:
        if verdict.verdict != "artefact":
            judged[verdict.rule] += verdict.size
            right[verdict.rule] += verdict.size * (verdict.verdict == "right")
    on = [code for code, rule in all_rules().items() if rule.default and judged[code] >= LEAST_HITS]
    assert [code for code in on if right[code] / judged[code] < LEAST_RIGHT] == []


def test_step_warnings_keep_to_the_noise_budget() -> None:
    told = {code for code, rule in all_rules().items() if rule.default and rule.severity is Severity.WARNING}
    noise = Counter(hit.document for hit in hits().elements() if hit.rule.startswith("SOP2") and hit.rule in told)
    counts = [noise[name] for name in JUDGED.documents]
    assert median(counts) == 0
    assert quantiles(counts, n=10, method="inclusive")[-1] <= MOST_STEP_WARNINGS


def test_counts_for_each_document_and_rule(golden: Callable[[str, str], None]) -> None:
    names = {**DOCUMENTS, **{specimen.path: specimen.specimen for specimen in EXPECTED.specimens}}
    counts: dict[str, Counter[str]] = {name: Counter() for name in names.values()}
    for found in findings():
        if found.path in names:
            counts[names[found.path]][found.code] += 1
    rows = [f"{name:4}{cells(counts[name])}" for name in names.values()]
    golden("corpus.txt", "\n".join([*rows, f"all {cells(sum(counts.values(), Counter()))}", ""]))


def cells(counts: Counter[str]) -> str:
    return "".join(f" {code}x{count}" for code, count in sorted(counts.items()))


@pytest.mark.parametrize("path", FILES)
def test_each_document_alone_is_read_and_linted(path: str, tmp_path: Path) -> None:
    name = f"sops/{Path(path).name.removesuffix('.erb')}"
    data = (CORPUS / path).read_bytes()
    report = lint(library(tmp_path, {name: data}, as_of=AS_OF), ALL)
    assert report.checked == 1
    for found in report.findings:
        if found.path == name:
            assert 0 <= found.place.start <= found.place.end <= len(data)


@pytest.mark.slow
@of_every_rule
def test_what_the_bad_example_is_told_and_what_a_fix_makes_of_it(
    rule: Rule, tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    lines = []
    for finding in found_in(tmp_path, rule, rule.bad):
        data = (tmp_path / finding.path).read_bytes()
        about = data[finding.place.start : finding.place.end].decode()
        lines += [
            f"{finding.path}:{finding.place.line}:{finding.place.column}: {_COMMIT.sub('commit …', finding.message)}",
            f"  about {about!r}",
        ]
        if finding.fix:
            mended = apply_fixes(data, [finding.fix])[0].decode()
            changes = unified_diff(data.decode().splitlines(), mended.splitlines(), n=0, lineterm="")
            lines += [f"  fix: {finding.fix.label}", *(f"  {line}" for line in list(changes)[2:])]
    golden(f"rules/{rule.code}.txt", "\n".join([*lines, ""]))
