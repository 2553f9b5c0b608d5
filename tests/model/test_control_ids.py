"""Ids as people write them, and the controls that running text mentions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopkit.frameworks.loader import load_catalogue
from sopkit.model.control_ids import ControlMatch, MatchKind, parse_control
from sopkit.model.frameworks import Control, id_key, sort_key
from sopkit.model.mentions import Mention, find_controls

CATALOGUE = load_catalogue()
ISO = "iso27001-2022"
CLAUSES = "iso27001-2022-clauses"
OLD = "iso27001-2013"
AI = "iso42001-2023"
SP = "nist-800-53-r5"
CSF = "nist-csf-2.0"
SOC = "soc2-tsc-2017"
HIPAA = "hipaa-security-rule"
GDPR = "gdpr"
EVERY = (ISO, CLAUSES, CSF, SP, SOC, HIPAA, GDPR, AI)
CONTROLS = [(name, control) for name in CATALOGUE.ids for control in CATALOGUE.get(name).controls]
FIVE = ("A.5.19", "A.5.20", "A.5.21", "A.5.22", "A.5.23")

FOUND = [
    ("A.5.18", None, ISO, ("A.5.18",)),
    ("  A.5.18. ", None, ISO, ("A.5.18",)),
    ("A.5.18", ISO, ISO, ("A.5.18",)),
    ("Annex A 5.18", None, ISO, ("A.5.18",)),
    ("Annex A.5.18", ISO, ISO, ("A.5.18",)),
    ("Annex\u00a0A\u00a05.18", None, ISO, ("A.5.18",)),
    ("ISO 27001:2022 A.5.18", None, ISO, ("A.5.18",)),
    ("ISO27001:2022 A.5.18", None, ISO, ("A.5.18",)),
    ("iso 27001 a.5.18", None, ISO, ("A.5.18",)),
    ("iso27001-2022 A.5.1", None, ISO, ("A.5.1",)),
    ("ISO/IEC 27001:2022 Annex A 5.18", None, ISO, ("A.5.18",)),
    ("ISO/IEC 27001:2022 Annex A control 7.5", None, ISO, ("A.7.5",)),
    ("ISO/IEC 27002:2022, 5.18", None, ISO, ("A.5.18",)),
    ("ISO/IEC 27002:2022 clause 5.18", None, ISO, ("A.5.18",)),
    ("5.18", ISO, ISO, ("A.5.18",)),
    ("a5.18", ISO, ISO, ("A.5.18",)),
    ("5.10", ISO, ISO, ("A.5.10",)),
    ("A.5.1", ISO, ISO, ("A.5.1",)),
    ("7.5", ISO, ISO, ("A.7.5",)),
    ("7.5", CLAUSES, CLAUSES, ("7.5",)),
    ("A.5.19-23", None, ISO, FIVE),
    ("A.5.19-A.5.23", None, ISO, FIVE),
    ("A.5.19 - A.5.23", None, ISO, FIVE),
    ("A.5.19 to A.5.23", None, ISO, FIVE),
    ("A.5.19\u201323", None, ISO, FIVE),
    ("A.5.19\u2013A.5.23", ISO, ISO, FIVE),
    ("5.19-23", ISO, ISO, FIVE),
    ("Annex A 5.19 to 5.23", ISO, ISO, FIVE),
    ("A.5.36-A.6.2", ISO, ISO, ("A.5.36", "A.5.37", "A.6.1", "A.6.2")),
    ("A.5.19-19", ISO, ISO, ("A.5.19",)),
    ("AC-2", None, SP, ("AC-2",)),
    ("AC-02(01)", None, SP, ("AC-2(1)",)),
    ("ac-2.1", None, SP, ("AC-2(1)",)),
    ("AC-2 (1)", None, SP, ("AC-2(1)",)),
    ("AC-02", SP, SP, ("AC-2",)),
    ("NIST SP 800-53 AC-2", None, SP, ("AC-2",)),
    ("NIST SP 800-53 Rev. 5 AC-2(1)", None, SP, ("AC-2(1)",)),
    ("NIST AC-2", ISO, SP, ("AC-2",)),
    ("AC-2 to AC-5", None, SP, ("AC-2", "AC-3", "AC-4", "AC-5")),
    ("AC-2-AC-4", SP, SP, ("AC-2", "AC-3", "AC-4")),
    ("AC-2(1)-(3)", SP, SP, ("AC-2(1)", "AC-2(2)", "AC-2(3)")),
    ("AC-12 to AC-16", SP, SP, ("AC-12", "AC-14", "AC-16")),
    ("CC6.1", None, SOC, ("CC6.1",)),
    ("cc6.1", SOC, SOC, ("CC6.1",)),
    ("SOC 2 CC6.1", None, SOC, ("CC6.1",)),
    ("SOC2 CC6.1 - CC6.3", None, SOC, ("CC6.1", "CC6.2", "CC6.3")),
    ("A1.2", None, SOC, ("A1.2",)),
    ("PR.AA-01", None, CSF, ("PR.AA-01",)),
    ("PR.AA-1", None, CSF, ("PR.AA-01",)),
    ("NIST CSF PR.AA-1", None, CSF, ("PR.AA-01",)),
    ("NIST PR.AA-01", None, CSF, ("PR.AA-01",)),
    ("164.308(a)(1)(ii)(A)", None, HIPAA, ("164.308(a)(1)(ii)(A)",)),
    ("\u00a7164.308(a)(1)", None, HIPAA, ("164.308(a)(1)(i)",)),
    ("\u00a7 164.308(a)(1)", HIPAA, HIPAA, ("164.308(a)(1)(i)",)),
    ("HIPAA 164.308(a)(1)(ii)(A)", None, HIPAA, ("164.308(a)(1)(ii)(A)",)),
    ("HIPAA 45 CFR \u00a7 164.308(a)(4)", None, HIPAA, ("164.308(a)(4)(i)",)),
    ("Art. 32", None, GDPR, ("Art. 32",)),
    ("32", GDPR, GDPR, ("Art. 32",)),
    ("GDPR Article 32", None, GDPR, ("Art. 32",)),
    ("Art. 28 GDPR", None, GDPR, ("Art. 28",)),
    ("Article 32(1)(b) of the GDPR", None, GDPR, ("Art. 32",)),
    ("Art 32(1)(b)", None, GDPR, ("Art. 32",)),
    ("Articles 33-34 GDPR", None, GDPR, ("Art. 33", "Art. 34")),
    ("ISO 42001 A.6.2.4", None, AI, ("A.6.2.4",)),
    ("ISO 42001 A.6.1.2", ISO, AI, ("A.6.1.2",)),
    ("A.6.1.2", AI, AI, ("A.6.1.2",)),
    ("ISO/IEC 27001 clause 7.5", None, CLAUSES, ("7.5",)),
    ("ISO/IEC 27001:2022 clause 7.5.3", ISO, CLAUSES, ("7.5.3",)),
    ("ISO/IEC 27001:2022 9.2.2", None, CLAUSES, ("9.2.2",)),
    ("Clause 7.5", ISO, CLAUSES, ("7.5",)),
    ("clause 6.1.3 d)", None, CLAUSES, ("6.1.3",)),
    ("A.9.2.2", OLD, OLD, ("A.9.2.2",)),
]  # fmt: skip

CHOICES = ((ISO, "A.5.1"), (OLD, "A.5.1"))
OTHER = [
    ControlMatch("A.9.2.2", MatchKind.SUPERSEDED, OLD, ("A.9.2.2",), ("A.5.18",), ISO),
    ControlMatch("ISO 27001:2022 A.12.5.1", MatchKind.SUPERSEDED, OLD, ("A.12.5.1",), ("A.8.19",), ISO),
    ControlMatch("ISO 27001:2013 A.18.2.3", MatchKind.SUPERSEDED, OLD, ("A.18.2.3",), ("A.5.36", "A.8.8"), ISO),
    ControlMatch("ISO 27001:2013 A.5.1", MatchKind.GROUP, OLD, ("A.5.1",), ("A.5.1",), ISO),
    ControlMatch("A.5.1", MatchKind.AMBIGUOUS, choices=CHOICES),
    ControlMatch("Annex A 5.1", MatchKind.AMBIGUOUS, choices=CHOICES),
    ControlMatch("A.8.1", MatchKind.AMBIGUOUS, choices=((ISO, "A.8.1"), (OLD, "A.8.1"))),
    ControlMatch("A.6.1.2", MatchKind.AMBIGUOUS, choices=((AI, "A.6.1.2"), (OLD, "A.6.1.2"))),
    ControlMatch("ISO 27001:2022 7.5", MatchKind.AMBIGUOUS, choices=((CLAUSES, "7.5"), (ISO, "A.7.5"))),
    ControlMatch("7.5", MatchKind.AMBIGUOUS, choices=((CLAUSES, "7.5"), (ISO, "A.7.5"), (AI, "A.7.5"))),
    ControlMatch("5.18", MatchKind.UNKNOWN, choices=((ISO, "A.5.18"),)),
    ControlMatch("AC", MatchKind.GROUP, SP, ("AC",)),
    ControlMatch("CC6", MatchKind.GROUP, SOC, ("CC6",)),
    ControlMatch("PR.AA", MatchKind.GROUP, CSF, ("PR.AA",)),
    ControlMatch("164.308", MatchKind.GROUP, HIPAA, ("164.308",)),
    ControlMatch("Chapter IV", MatchKind.GROUP, GDPR, ("Chapter IV",)),
    ControlMatch("AC-2(10)", MatchKind.WITHDRAWN, SP, ("AC-2(10)",), ("AC-2",)),
    ControlMatch("AC-13", MatchKind.WITHDRAWN, SP, ("AC-13",), ("AC-2", "AU-6")),
    ControlMatch("SA-12", MatchKind.WITHDRAWN, SP, ("SA-12",)),
    ControlMatch("A.5.99", MatchKind.UNKNOWN, nearest=("A.5.9", "A.5.29", "A.5.19")),
    ControlMatch("ISO 27001:2005 A.5.1", MatchKind.UNKNOWN),
    ControlMatch("ISO 27001", MatchKind.UNKNOWN),
    ControlMatch("nonsense", MatchKind.UNKNOWN),
    ControlMatch("", MatchKind.UNKNOWN),
]  # fmt: skip

UNDER_2022 = [
    ControlMatch("A.9.2.2", MatchKind.SUPERSEDED, OLD, ("A.9.2.2",), ("A.5.18",), ISO),
    ControlMatch("9.2.2", MatchKind.SUPERSEDED, OLD, ("A.9.2.2",), ("A.5.18",), ISO),
    ControlMatch("A.12.5.1", MatchKind.SUPERSEDED, OLD, ("A.12.5.1",), ("A.8.19",), ISO),
    ControlMatch("A.16.1.5", MatchKind.SUPERSEDED, OLD, ("A.16.1.5",), ("A.5.26",), ISO),
    ControlMatch("A.9.2.2-3", MatchKind.SUPERSEDED, OLD, ("A.9.2.2", "A.9.2.3"), ("A.5.18", "A.8.2"), ISO),
    ControlMatch("A.9.2", MatchKind.GROUP, OLD, ("A.9.2",), ("A.5.16", "A.5.17", "A.5.18", "A.8.2"), ISO),
    ControlMatch("A.8", MatchKind.GROUP, ISO, ("A.8",)),
    ControlMatch("AC-2", MatchKind.UNKNOWN, ISO, choices=((SP, "AC-2"),)),
    ControlMatch("CC6.1", MatchKind.UNKNOWN, ISO, choices=((SOC, "CC6.1"),)),
    ControlMatch("A.5.38", MatchKind.UNKNOWN, ISO, nearest=("A.5.8", "A.5.3", "A.5.37")),
    ControlMatch("access control", MatchKind.UNKNOWN, ISO),
]  # fmt: skip


@pytest.mark.parametrize(("written", "default", "framework", "ids"), FOUND)
def test_id_is_found(written: str, default: str | None, framework: str, ids: tuple[str, ...]) -> None:
    assert parse_control(written, CATALOGUE, default) == ControlMatch(written, MatchKind.FOUND, framework, ids)


@pytest.mark.parametrize("match", OTHER, ids=lambda match: match.text)
def test_id_without_framework_is_something_else(match: ControlMatch) -> None:
    assert parse_control(match.text, CATALOGUE) == match


@pytest.mark.parametrize("match", UNDER_2022, ids=lambda match: match.text)
def test_id_under_2022_is_something_else(match: ControlMatch) -> None:
    assert parse_control(match.text, CATALOGUE, ISO) == match


@pytest.mark.parametrize(
    ("written", "default"), [("AC-001", SP), ("A.5.23-19", ISO), ("A.5-A.8", ISO), ("A.5.18" * 40, ISO)]
)
def test_what_looks_like_an_id_is_unknown(written: str, default: str) -> None:
    assert parse_control(written, CATALOGUE, default).kind is MatchKind.UNKNOWN


@given(st.sampled_from(CONTROLS))
def test_every_id_round_trips(entry: tuple[str, Control]) -> None:
    framework, control = entry
    kind = MatchKind.WITHDRAWN if control.withdrawn else MatchKind.FOUND
    successors = control.successors
    want = ControlMatch(control.id, kind, framework, (control.id,), successors)
    assert parse_control(control.id, CATALOGUE, framework) == want


@given(st.sampled_from(CONTROLS), st.sampled_from(["{}", " {} ", "{}.", "{} {}"]), st.booleans())
def test_every_id_is_found_beside_the_name(entry: tuple[str, Control], form: str, upper: bool) -> None:
    framework, control = entry
    written = control.id.upper() if upper else control.id
    text = form.format(f"{framework} {written}", "") if form.count("{}") > 1 else f"{framework}:{form.format(written)}"
    match = parse_control(text, CATALOGUE)
    assert (match.framework, match.ids) == (framework, (control.id,))


@given(st.text(max_size=200), st.sampled_from([None, *CATALOGUE.ids]))
def test_any_text_is_survived(text: str, default: str | None) -> None:
    assert parse_control(text, CATALOGUE, default).text == text


PIECES = ["A.5.18", "ISO 27001:2022", "5.19", "-", "–", " to ", "AC-2", "(1)", "Art. 32", "GDPR", "clause", " ", "\n", ",", "§", "164.308", ":2005", "1" * 40, "((((", "Annex A", "\u00a0", "."]  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.sampled_from([(ISO,), EVERY, (GDPR, CLAUSES)]),
)
def test_mentions_lie_in_the_text_in_order(text: str, frameworks: tuple[str, ...]) -> None:
    end = 0
    for mention in find_controls(text, CATALOGUE, frameworks):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.ids
        assert all(control_id in CATALOGUE.get(mention.framework).by_id for control_id in mention.ids)
        end = mention.end


@given(st.text(max_size=300))
def test_mentions_survive_any_text(text: str) -> None:
    list(find_controls(text, CATALOGUE, EVERY))


def seen(text: str, frameworks: tuple[str, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(text[m.start : m.end], m.framework, m.ids) for m in find_controls(text, CATALOGUE, frameworks)]


MENTIONS = [
    ("see A.5.18.", [("A.5.18", ISO, ("A.5.18",))]),
    ("**A.8.32 Change Management**", [("A.8.32", ISO, ("A.8.32",))]),
    ("[A.5.18](https://example.org/A.5.18)", [("A.5.18", ISO, ("A.5.18",))]),
    ("* ISO/IEC 27001:2022 A.5.18 Access rights", [("ISO/IEC 27001:2022 A.5.18", ISO, ("A.5.18",))]),
    ("ISO 27001:2022 (Controls A.6.1 \u2014 Screening, A.6.2 \u2014 Terms)", [("ISO 27001:2022 (Controls A.6.1", ISO, ("A.6.1",)), ("A.6.2", ISO, ("A.6.2",))]),
    ("Annex A 5.18 and 5.15", [("Annex A 5.18", ISO, ("A.5.18",)), ("5.15", ISO, ("A.5.15",))]),
    ("ISO 27001:2022 Annex A controls 5.15, 5.18", [("ISO 27001:2022 Annex A controls 5.15", ISO, ("A.5.15",)), ("5.18", ISO, ("A.5.18",))]),
    ("ISO/IEC 27002:2022, 8.9", [("ISO/IEC 27002:2022, 8.9", ISO, ("A.8.9",))]),
    ("A.5.19-A.5.23", [("A.5.19-A.5.23", ISO, FIVE)]),
    ("A.5.19\u201323", [("A.5.19\u201323", ISO, FIVE)]),
    ("A.5.18/A.5.15", [("A.5.18", ISO, ("A.5.18",)), ("A.5.15", ISO, ("A.5.15",))]),
    ("A.5.18 \u2013 24 hours", [("A.5.18", ISO, ("A.5.18",))]),
    ("A.9.2.2", [("A.9.2.2", OLD, ("A.9.2.2",))]),
    ("ISO 27001:2013 A.9.2.2", [("ISO 27001:2013 A.9.2.2", OLD, ("A.9.2.2",))]),
    ("ISO 27001:2022 clause 7.5.3 b)", [("ISO 27001:2022 clause 7.5.3", CLAUSES, ("7.5.3",))]),
    ("ISO 27001:2022 7.5", [("ISO 27001:2022 7.5", CLAUSES, ("7.5",))]),
    ("clauses 7.5.2 and 7.5.3", [("clauses 7.5.2", CLAUSES, ("7.5.2",)), ("7.5.3", CLAUSES, ("7.5.3",))]),
    ("ISO 42001 A.6.2.4, A.8.2", [("ISO 42001 A.6.2.4", AI, ("A.6.2.4",)), ("A.8.2", AI, ("A.8.2",))]),
    ("ISO 42001:\n- A.8.2", [("A.8.2", AI, ("A.8.2",))]),
    ("GDPR Article 32(1)(b)", [("GDPR Article 32(1)(b)", GDPR, ("Art. 32",))]),
    ("Article 33 of the GDPR", [("Article 33 of the GDPR", GDPR, ("Art. 33",))]),
    ("Articles 28 and 32 GDPR", [("Articles 28", GDPR, ("Art. 28",)), ("32 GDPR", GDPR, ("Art. 32",))]),
    ("GDPR Art. 33, 72 hours", [("GDPR Art. 33", GDPR, ("Art. 33",))]),
    ("HIPAA 45 CFR \u00a7 164.308(a)(1)(ii)(A)", [("HIPAA 45 CFR \u00a7 164.308(a)(1)(ii)(A)", HIPAA, ("164.308(a)(1)(ii)(A)",))]),
    ("\u00a7164.312(b)", [("\u00a7164.312(b)", HIPAA, ("164.312(b)",))]),
    ("NIST SP 800-53 AC-2(1), AC-02", [("NIST SP 800-53 AC-2(1)", SP, ("AC-2(1)",)), ("AC-02", SP, ("AC-2",))]),
    ("SOC 2 CC6.1; A1.2", [("SOC 2 CC6.1", SOC, ("CC6.1",)), ("A1.2", SOC, ("A1.2",))]),
    ("NIST CSF 2.0 PR.AA-01 to PR.AA-03", [("NIST CSF 2.0 PR.AA-01 to PR.AA-03", CSF, ("PR.AA-01", "PR.AA-02", "PR.AA-03"))]),
    ("A.5.18, CC6.1 and 164.308(a), A.5.17", [("A.5.18", ISO, ("A.5.18",)), ("CC6.1", SOC, ("CC6.1",)), ("A.5.17", ISO, ("A.5.17",))]),
    ("ISO 42001:2023, Annex A.8.2", [("ISO 42001:2023, Annex A.8.2", AI, ("A.8.2",))]),
    ("ISO 42001 has Annex A.8.2", [("Annex A.8.2", AI, ("A.8.2",))]),
    ("Annex A.8.2", [("Annex A.8.2", ISO, ("A.8.2",))]),
    ("\u00fcber A.5.18", [("A.5.18", ISO, ("A.5.18",))]),
]  # fmt: skip

NOTHING = [
    "v1.5.18", "10.5.18.2", "A.5.18.2", "192.168.5.18", "2026-11-24", "x/A.5.18.html", "A.5.18-beta", "A.5.99",
    "Figure A.5.1", "Table A.5.1", "Appendix A.5.1", "AC-001", "AC-2-prod", "SF-50", "7.5", "Article 5 of our contract",
    "clause 4.2 of the contract", "ISO 27001 in 2.5 hours", "ISO 27001:2005 A.5.1", "mail@A.5.18", "BA.5.18",
    "in A.8 and CC6", "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "want"), MENTIONS)
def test_mentions(text: str, want: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert seen(text, EVERY) == want


@pytest.mark.parametrize("text", NOTHING)
def test_no_mention(text: str) -> None:
    assert seen(text, EVERY) == []


@pytest.mark.parametrize(
    "text",
    ["ISO 42001 A.8.2", "ISO 42001:\n- A.8.2", "SOC 2 CC6.1", "GDPR Art. 32", "ISO 27001:2022 7.5", "AC-2"],
)
def test_ids_of_other_frameworks_are_no_mention(text: str) -> None:
    assert seen(text, (ISO,)) == []


def test_ids_after_those_of_other_frameworks_are_mentions() -> None:
    assert seen("ISO 42001 A.6.2.4, A.5.18", (ISO,)) == [("A.5.18", ISO, ("A.5.18",))]


def test_places_count_characters() -> None:
    assert list(find_controls("é\U0001f512 A.5.18", CATALOGUE, (ISO,))) == [Mention(3, 9, ISO, ("A.5.18",))]


def test_ids_are_ordered_by_their_numbers() -> None:
    ids = ["A.5.10", "A.5.9", "A.10.1", "AC-2(1)", "AC-10", "AC-2", "6.1.3", "10.1", "6.1"]
    want = ["6.1", "6.1.3", "10.1", "A.5.9", "A.5.10", "A.10.1", "AC-2", "AC-2(1)", "AC-10"]
    assert sorted(ids, key=sort_key) == want


@pytest.mark.parametrize("name", CATALOGUE.ids)
def test_order_of_ids_is_that_of_the_file(name: str) -> None:
    ids = [control.id for control in CATALOGUE.get(name).controls if name not in (SOC, CSF, HIPAA)]
    assert sorted(ids, key=sort_key) == ids


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("AC-02(01)", ("ac", 2, 1)),
        ("Article 32", ("art", 32)),
        ("A.5.018", None),
        ("A_5", None),
        ("A.٥", None),
        (" ", None),
    ],
)
def test_key(text: str, key: tuple[str | int, ...] | None) -> None:
    assert id_key(text) == key
