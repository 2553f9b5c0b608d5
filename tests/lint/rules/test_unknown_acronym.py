"""SOP307: which words in capitals are acronyms that nobody explains."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint
from sopkit.model.finding import Finding

pytestmark = pytest.mark.slow

GLOSSARY = """\
- {term: RPO, meaning: how much may be lost, aliases: [RPOs of YTD]}
- {term: exercise of restoring data, meaning: a restore that proves that it works}
"""


def findings(root: Path, text: str, glossary: str = GLOSSARY, **files: str) -> list[Finding]:
    given = {PATH: complete(f"## Purpose\n\n{text}\n"), "registers/glossary.yaml": glossary, **files}
    return list(lint(library(root, given), LintOptions(select=("SOP307",))).findings)


def told(root: Path, text: str, **files: str) -> list[str]:
    return [one.message.split("`")[1] for one in findings(root, text, **files)]


@pytest.mark.parametrize(
    ("text", "acronyms"),
    [
        ("Keep the RTO.", ["RTO"]),
        ("RTOs, RTO and the OLA.", ["RTO", "OLA"]),
        ("The MTPD-RTO rule.", []),
        ("NOT the RTO.", []),  # beside a word that is loud
        ("Keep the RTO (see there).", []),
        ("Keep the (RTO) of all.", []),
    ],
)
def test_an_acronym_is_told_once(text: str, acronyms: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, text) == acronyms


@pytest.mark.parametrize(
    "text",
    [
        "Keep the RPO and the YTD.",
        "Call the API at this URL, with SSH.",
        "The CISO decides.",  # an alias of a role
        "The ISO 27001:2022, and the NIST.",
        "The recovery time objective (RTO).",
        "The objective (the RTO).",
        "The RTO (recovery time objective).",
        "RTO: time until it works.",
        "RTO – time until it works.",
        "Run `RTO --now`.",
        "RTO-12, A.RTO, RTO_HOME, $RTO, /RTO, X.RTO and RTO.md.",
        "In project OPSX, such as OPSX-12.",
        "Say [RTO] or [the RTO of DATE].",
        "Chapter XVI, and QQQQ.",
        "DO NOT skip it. NEVER.",
        "ONLY then.",
        "An ANODYNE rto: RTO.",
        "ABCDEFG, and A.",
    ],
)
def test_what_is_known_or_no_acronym(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == []


def test_the_definitions_explain(tmp_path: Path) -> None:
    assert told(tmp_path, "Keep the RTO.\n\n## Definitions\n\nRTO\n\n## Scope\n\nOLA") == ["OLA"]


def test_names_in_other_registers_are_known(tmp_path: Path) -> None:
    assets = "- {id: okta, title: The ZYX portal}\n"
    assert told(tmp_path, "Open ZYX, then ZYW.", **{"registers/assets.yaml": assets}) == ["ZYW"]


def test_without_a_sound_glossary_it_is_silent(tmp_path: Path) -> None:
    assert findings(tmp_path / "a", "Keep the RTO.", glossary="") == []
    assert findings(tmp_path / "b", "Keep the RTO.", glossary="- {term: x, age: 7}\n") == []


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("The EORD is due.", "exercise of restoring data (EORD)"),
        ("The AO decides.", "asset owner (AO)"),
        ("The EORDs are due.", None),
        ("The RTO is due.", None),
    ],
)
def test_the_suggestion_spells_out_what_the_registers_know(text: str, mended: str | None, tmp_path: Path) -> None:
    [finding] = findings(tmp_path, text)
    assert (finding.fix.edits[0].text if finding.fix else None) == mended


def test_initials_of_two_terms_suggest_nothing(tmp_path: Path) -> None:
    glossary = "- {term: end of road, meaning: x}\n- {term: edge of reason, meaning: y}\n"
    [finding] = findings(tmp_path, "The EOR is due.", glossary)
    assert finding.fix is None


@pytest.mark.parametrize(("heading", "found"), [("References", 0), ("Records", 1)])
def test_titles_in_references_are_those_of_others(heading: str, found: int, tmp_path: Path) -> None:
    assert len(findings(tmp_path, f"Keep it.\n\n## {heading}\n\n- ISO 27001:2022 A.5.18 The XQZ rights")) == found
