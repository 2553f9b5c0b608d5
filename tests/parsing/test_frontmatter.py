"""Where front matter begins and ends, and what it says."""

import pytest
from tests.build import COMPLETE, complete, read, sop

from sopkit.model.finding import Finding
from sopkit.model.sop import Sop

CRLF = COMPLETE.replace("\n", "\r\n")


def found(document: Sop) -> list[tuple[str, int, int]]:
    return [(finding.code, finding.place.line, finding.place.column) for finding in document.findings]


def test_a_complete_sop_has_no_finding() -> None:
    assert found(sop()) == []


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + COMPLETE,
        CRLF,
        "\ufeff" + CRLF,
        COMPLETE.replace("\n", "\r"),
        COMPLETE.replace("---\n", "--- \n", 1),
        COMPLETE.replace("\n---\n", "\n---\t \n", 1),
        COMPLETE.replace("\n---\n", "\n...\n", 1),
        COMPLETE.replace("title: Grant access", "title: 'Grant\u2028access\u0085 now'"),
        COMPLETE.replace("All staff accounts", "All staff\u2028accounts\u0085"),
    ],
    ids=["bom", "crlf", "bom-crlf", "cr", "blank", "blanks-behind", "dots", "separators", "separators-below"],
)
def test_what_is_survived(text: str) -> None:
    document = read(text)
    assert found(document) == []
    assert document.document is not None
    assert [step.actor for step in document.body.steps] == ["Line manager", "Asset owner", "IT operations"]


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "bom"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_a_value_has_its_line_and_column(start: str, end: str) -> None:
    text = complete(summary='"Zugänge \U0001f642"', status="aktiv").replace("\n", end)
    text = text.replace("status: aktiv", "über: 1" + end + "status: aktiv")
    document = read(start + text)
    assert found(document) == [("SOP005", 6, 9), ("SOP004", 5, 1)]
    place = document.place("summary")
    assert document.source.data[place.start : place.end].decode() == '"Zugänge \U0001f642"'
    assert (place.column, place.end_column) == (10, 21)


def test_separators_in_a_value_end_no_line() -> None:
    assert found(sop(title="'a\u2028b\u2029c\u0085d'", effective="2026-02-30")) == [("SOP005", 11, 12)]


def test_a_separator_that_breaks_yaml_is_named() -> None:
    [finding] = sop(title="Grant\u2028access").findings
    assert (finding.code, finding.place.line, finding.place.column) == ("SOP002", 3, 13)
    assert finding.message.endswith(
        "a character that nobody sees ends a line there (U+2028, U+2029 or U+0085); delete it"
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "no front matter"),
        ("# Title\n\ntext\n", 1, "no front matter"),
        ("---\nid: AC-001\n", 1, "no closing line"),
        ("id: AC-001\ntitle: Grant\n---\n\n# Grant\n", 1, "no opening line"),
        ("id: AC-001\ncontrols:\n  - A.5.1\n# note\n\n---\n# Grant\n", 1, "no opening line"),
        ("+++\nid = 'AC-001'\n+++\n", 1, "TOML"),
        ("# Grant\n\n---\nid: AC-001\n---\ntext\n", 1, "does not begin on the first line"),
        ("\n---\nid: AC-001\n---\ntext\n", 1, "does not begin on the first line"),
        ("---\n# Grant\n\nSome text.\n\n---\n", 1, "only a line across the page"),
        ("---\n- a\n- b\n---\n", 1, "only a line across the page"),
        ("---\n---\nid: AC-001\ntitle: Grant\n---\n", 2, "ends before its keys"),
        ("---\nid: AC-001\ntitle: Access: grant\n---\n", 3, "put the value in quotes"),
        ("---\nid: AC-001\nlist:\n\t- a\n---\n", 4, "a tab"),
        ("---\nid: AC-001\ntitle: @home\n---\n", 3, "cannot begin with `@`"),
        ("---\nid: AC-001\nsome words\ntitle: x\n---\n", 4, "without `key: value`"),
        ("---\nid: AC-001\ntitle: \x07\n---\n", 3, "control character"),
        ("---\nid: AC-001\n? [a, b]\n: c\n---\n", 3, "where a key belongs"),
        ("---\nid: AC-001\nx: &a [*a]\n---\n", 3, "refers to itself"),
        ("---\nid: AC-001\nx: " + "[" * 60 + "]" * 60 + "\n---\n", 3, "nested too deeply"),
        ("---\nid: AC-001\nx: " + "[" * 5000 + "\n---\n", 3, "nested too deeply"),
    ],
)
def test_broken_front_matter_is_one_finding(text: str, line: int, said: str) -> None:
    findings = [finding for finding in read(text).findings if finding.code == "SOP002"]
    assert [finding.place.line for finding in findings] == [line]
    assert said in findings[0].message


def test_a_broken_one_still_tells_its_id() -> None:
    assert read("---\nid: 'AC-007' # next\ntitle: a: b\n---\n").id == "AC-007"
    assert read("---\nid: AC-007\n\n# never closed\n").id == "AC-007"
    assert read("---\n---\nid: AC-007\n---\n").id == "AC-007"


def test_an_alias_bomb_is_one_finding() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    findings = read("---\nid: AC-001\n" + "\n".join(lines) + "\n---\n# Grant\n").reading
    assert [(finding.code, finding.message) for finding in findings] == [
        ("SOP002", "front matter expands without end through aliases or is nested too deeply; write it out")
    ]


def test_duplicate_keys_are_found_at_any_depth() -> None:
    nested = "---\nrecords:\n  - id: a\n    name: b\n    name: c\n    where: d\n    retention: e\n---\n"
    findings = sop(nested).findings
    assert [(finding.code, finding.place.line, finding.message) for finding in findings] == [
        ("SOP003", 19, "front matter has the key `name` twice; keep one of the two lines")
    ]
    assert found(sop("---\nowner: auditor\nowner: auditor\nid: AC-002\nid: AC-003\n---\n")) == [
        ("SOP003", 3, 1),
        ("SOP003", 9, 1),
    ]


@pytest.mark.parametrize("null", ["", "~", "null", "Null", "NULL"])
def test_null_means_absent(null: str) -> None:
    assert found(sop(owner=null)) == [("SOP006", 7, 1)]
    assert found(sop(summary=null)) == []


@pytest.mark.parametrize("text", ["'~'", '""', '"null"'])
def test_null_in_quotes_is_text(text: str) -> None:
    assert sop(summary=text).front.values["summary"] == text.strip("'\"")


def test_values_stay_as_typed() -> None:
    document = sop(version="1.10", tags="[NO, yes, 0x10, 1_000, 012, 1e3, 2026-01-01, .inf]", controls="[5.18]")
    assert document.front.typed["version"] == "1.10"
    assert document.front.typed["tags"] == ["NO", "yes", "0x10", "1_000", "012", "1e3", "2026-01-01", ".inf"]
    assert document.front.typed["controls"] == ["5.18"]
    assert document.document is not None
    assert (document.document.version, document.document.tags[0]) == ("1.10", "NO")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-02-30", "`2026-02-30` is no day of the calendar"),
        ("2026-2-3", "`2026-2-3` is not a date; write YYYY-MM-DD"),
        ("2024-09-018", "`2024-09-018` is not a date; write YYYY-MM-DD"),
        ("2019-03-2r9", "`2019-03-2r9` is not a date; write YYYY-MM-DD"),
        ("0", "`0` is not a date; write YYYY-MM-DD"),
        ("0000-01-01", "`0000-01-01` is no day of the calendar"),
        ("2026-01-05T10:00:00", "`2026-01-05T10:00:00` is not a date; write YYYY-MM-DD"),
        ("２０２６-01-05", "`２０２６-01-05` is not a date; write YYYY-MM-DD"),
        ("[2026-01-05]", "not a date; write YYYY-MM-DD"),
    ],
)
def test_dates_are_strict(text: str, said: str) -> None:
    findings: tuple[Finding, ...] = sop(effective=text).findings
    assert [(finding.code, finding.message) for finding in findings] == [("SOP005", said)]


def test_merge_keys_and_aliases_are_plain_keys_and_values() -> None:
    document = sop("---\nsummary: &s Short\ntags: [*s]\n---\n")
    assert document.front.values["tags"] == ["Short"]
    assert found(sop("---\ntraining: {<<: {method: read}}\n---\n")) == [("SOP004", 24, 12)]


def test_legacy_keys_are_read_by_the_aliases() -> None:
    config = (
        '[front_matter]\naliases = { verantwortlich = "owner" }\ndefaults = { area = "privacy" }\nextra = ["menu"]\n'
    )
    text = complete("---\nmenu: x\n---\n", without=("area",)).replace("owner:", "verantwortlich:")
    document = read(text, config=config)
    assert found(document) == []
    assert (document.text("owner"), document.text("area")) == ("security-lead", "privacy")
    assert document.source.line_text(document.place("owner").line) == "verantwortlich: security-lead"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_opening_line_that_is_missing_ends_as_the_others_do(end: str) -> None:
    found = read(end.join(("id: AC-001", "title: Grant", "---", "", "# Grant", ""))).reading[0]
    assert found.fix is not None
    assert [edit.text for edit in found.fix.edits] == [f"---{end}"]
