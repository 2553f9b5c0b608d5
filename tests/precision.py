"""The page that tells how often each rule is right: `python -m tests.precision` writes docs/precision.md.

The hits on the corpus are those of `test_corpus.py`, each with its verdict; the templates are put in force as
`authoring/templates/filled.py` does it; what was read in libraries that no part of the corpus comes from stands in
`corpus/abroad.yaml`.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Literal

import yaml
from tests.authoring.templates.filled import NAMES, put_in_force
from tests.test_corpus import ALL, AS_OF, CORPUS, JUDGED, Data, Verdict, hits

from sopkit.data import shipped_folder
from sopkit.library import Library, load
from sopkit.lint.engine import lint
from sopkit.lint.rule import Rule
from sopkit.lint.rules import all_rules

PAGE = Path(__file__).parent.parent / "docs" / "precision.md"
_HEAD = """# How often the rules are right

A rule is only worth having when people mend what it finds. So each hit on 21 public procedures that nobody here wrote
(`tests/corpus`, part A) was read in its place: *right* when an owner who took the document over would mend it, *wrong*
when nothing is to be mended, *debatable* when both can be defended, *artefact* when it is true of the copied folder
alone. `tests/corpus/verdicts/` holds each verdict with its reason, and a test fails on a hit without one, and on a rule
that is on by default and of at least five hits right in less than four of five, artefacts apart.

*Elsewhere* are the first figures, held out: findings in public libraries that no part of the corpus comes from, up to 25
of a rule and library, read before anything was mended for them. What was wrong there was mended in the rules after,
softened to an info, or told in the sopkit.toml of such a library where only its owner can know it; *after* counts what
was read there once more with the rules as they are, infos too, and is no test any more.
`tests/corpus/abroad.yaml` holds these verdicts.
"""


class Read(Verdict):
    """A verdict on findings of a library that nobody had looked at before: given by the rules as they were first.

    Rules that were wrong were mended then; `run` says if the findings are there in the second run.
    """

    run: Literal["first", "both", "second"] = "both"


class Abroad(Data):
    """A public library that is not in the corpus: what was linted, and the verdicts on the findings that were read."""

    library: str
    commit: str
    licence: str
    documents: int
    step_warnings: tuple[int, ...]
    step_warnings_first: tuple[int, ...] = ()
    verdicts: tuple[Read, ...]


def abroad() -> tuple[Abroad, ...]:
    file = CORPUS / "abroad.yaml"
    rows = yaml.safe_load(file.read_bytes()) if file.is_file() else []
    return tuple(Abroad.model_validate(row) for row in rows)


def page() -> str:
    """The page, made anew."""
    return "\n".join([_HEAD, *_rules(), *_noise(), ""])


def _rules() -> Iterator[str]:
    judged = _by_rule(JUDGED.verdicts)
    read = [one for row in abroad() for one in row.verdicts]
    first, second = (_by_rule(tuple(one for one in read if one.run in {"both", run})) for run in ("first", "second"))
    in_templates, in_acme = _counts(_templates()), _counts(load(shipped_folder("examples") / "acme", AS_OF))
    yield "| rule | by default | hits | right | wrong | debatable | artefact | precision | elsewhere | after | templates | Acme |"
    yield "| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |"
    for code, rule in all_rules().items():
        own = judged[code]
        cells = [f"[{code}](rules.md#{rule.name}) {rule.name}", _default(rule), own.total()]
        cells += [own[verdict] for verdict in ("right", "wrong", "debatable", "artefact")]
        cells += [_share(own), _of(first[code]), _of(second[code]), in_templates[code], in_acme[code]]
        yield f"| {' | '.join(map(str, cells))} |"
    together: Counter[str] = sum((judged[code] for code, rule in all_rules().items() if rule.default), Counter())
    yield f"\nAll rules that are on by default together: {_of(together)} right, {_share(together)}."


def _default(rule: Rule) -> str:
    return rule.severity.value if rule.default else "off"


def _share(counts: Counter[str]) -> str:
    judged = counts.total() - counts["artefact"]
    return f"{counts['right'] / judged:.0%}" if judged else ""


def _of(counts: Counter[str]) -> str:
    judged = counts.total() - counts["artefact"]
    return f"{counts['right']} of {judged}" if judged else ""


def _by_rule(verdicts: tuple[Verdict, ...]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {code: Counter() for code in all_rules()}
    for verdict in verdicts:
        found[verdict.rule][verdict.verdict] += verdict.size
    return found


def _templates() -> Library:
    with tempfile.TemporaryDirectory() as folder:
        library = put_in_force(Path(folder) / "library", NAMES)
        _ = [sop.body for sop in library.sops], library.registers.values()  # read while the folder is there
        _ = library.sources
        return library


def _counts(library: Library) -> Counter[str]:
    return Counter(finding.code for finding in lint(library, ALL).findings)


def _noise() -> Iterator[str]:
    yield "\n## Noise\n"
    yield "Warnings about steps (SOP2xx) of each document; the budget is a median of 0 and a 90th percentile of 6."
    yield "\n| documents | commit | number | median | 90th percentile | most |"
    yield "| --- | --- | --: | --: | --: | --: |"
    warns = {code for code, rule in all_rules().items() if code.startswith("SOP2") and _default(rule) == "warning"}
    noise = Counter(hit.document for hit in hits().elements() if hit.rule in warns)
    yield _row("corpus, part A", "", [noise[name] for name in JUDGED.documents])
    for row in abroad():
        name = f"{row.library} ({row.licence})"
        if row.step_warnings_first:
            yield _row(f"{name}, before rules were mended", row.commit[:10], row.step_warnings_first)
        yield _row(name, row.commit[:10], row.step_warnings)


def _row(name: str, commit: str, counts: list[int] | tuple[int, ...]) -> str:
    ninth = quantiles(counts, n=10, method="inclusive")[-1]
    return f"| {name} | {commit} | {len(counts)} | {median(counts):g} | {ninth:g} | {max(counts)} |"


if __name__ == "__main__":
    PAGE.write_text(page())
