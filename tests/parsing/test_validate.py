"""The schema's errors in plain words, one for each mistake."""

import pytest
from tests.build import complete, read, sop


def said(
    overlay: str = "", *, without: tuple[str, ...] = (), config: str = "", **keys: str
) -> list[tuple[str, int, str]]:
    findings = sop(overlay, without=without, config=config, **keys).findings
    return [(finding.code, finding.place.line, finding.message) for finding in findings]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"status": "aktive"}, ("SOP005", 5, "`aktive` is no known status; did you mean `active`?")),
        ({"status": "x"}, ("SOP005", 5, "`x` is no known status; write one of draft, trial, active, retired")),
        ({"classification": "Internal"}, ("SOP005", 24, "`Internal` is no known classification; did you mean `internal`?")),
        ({"version": "1"}, ("SOP005", 4, "`1` is not a version; write MAJOR.MINOR or MAJOR.MINOR.PATCH, for example 1.0")),
        ({"version": "1.0-beta"}, ("SOP005", 4, "`1.0-beta` is not a version; write MAJOR.MINOR or MAJOR.MINOR.PATCH, for example 1.0")),
        ({"version": "[1, 0]"}, ("SOP005", 4, "`version` is not text; write a single value")),
        ({"title": "{a: b}"}, ("SOP005", 3, "`title` is not text; write a single value")),
        ({"review_every": "soon"}, ("SOP005", 24, "`soon` is not a duration; write for example `12 months` or `P6M`")),
        ({"review_every": "0 days"}, ("SOP005", 24, "`0 days` is no time at all; write for example `12 months` or `P6M`")),
        ({"training": "read"}, ("SOP005", 24, "`training` is not a set of `key: value` lines")),
        ({"training": "{pass_mark: 120}"}, ("SOP005", 24, "`pass_mark` is more than 100")),
        ({"training": "{pass_mark: most}"}, ("SOP005", 24, "not a whole number")),
        ({"training": "{methd: quiz}"}, ("SOP004", 24, "unknown key `methd`; did you mean `method`?")),
        ({"triggers": "[{event: a, every: P1M}]"}, ("SOP005", 14, "a trigger has either `event` or `every`")),
        ({"time_limits": "{grant: soon}"}, ("SOP005", 21, "`soon` is not a duration; write for example `12 months` or `P6M`")),
        ({"audience": "[[a]]"}, ("SOP005", 23, "`audience` is not text; write a single value")),
        ({"reviw_every": "1 year"}, ("SOP004", 24, "unknown key `reviw_every`; did you mean `review_every`?")),
        ({"zzz": "1"}, ("SOP004", 24, "unknown key `zzz`; delete it, or list it under [front_matter] extra")),
        ({"controls": "{iso27001-2022: [A.5.18], nist: [x]}"}, None),
        ({"controls": "{iso27001-2022: [A.5.1, A.9.2.2]}"}, ("SOP402", 12, "`A.9.2.2` is of an older edition; in iso27001-2022 it is A.5.18")),
        ({"controls": "[A.5.99]"}, ("SOP401", 12, "no control `A.5.99` in iso27001-2022; did you mean A.5.9?")),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_finding(keys: dict[str, str], expected: tuple[str, int, str] | None) -> None:
    found = said(**keys)
    if expected is None:
        assert [code for code, *_ in found] == ["SOP401"]
    else:
        assert found == [expected]


def test_a_misspelt_area_names_the_nearest() -> None:
    assert said(area="acces-control") == [
        (
            "SOP005",
            6,
            "`acces-control` is no known area; did you mean `access-control`?; or add [areas.NAME] to sopkit.toml",
        )
    ]


@pytest.mark.parametrize(
    ("status", "missing"),
    [
        ("draft", []),
        ("retired", []),
        ("trial", ["approvers", "criticality", "contributors", "triggers"]),
        ("active", ["approvers", "criticality", "contributors", "triggers", "effective", "records"]),
    ],
)
def test_a_status_asks_for_keys(status: str, missing: list[str]) -> None:
    keys = ("approvers", "criticality", "contributors", "triggers", "effective", "records")
    found = said(without=keys, status=status)
    assert sorted(message.split("`")[1] for _, _, message in found) == sorted(missing)
    assert {(code, line) for code, line, _ in found} <= {("SOP006", 1)}


def test_approvers_of_the_area_are_enough() -> None:
    config = '[areas.access-control]\napprovers = ["security-lead"]\n'
    assert said(without=("approvers",), config=config) == []


@pytest.mark.parametrize("key", ["id", "title", "version", "status", "area", "owner"])
def test_the_first_keys_are_asked_for_from_the_first_draft(key: str) -> None:
    assert [(code, message.split(";")[0]) for code, _, message in said(without=(key,))] == [("SOP006", f"no `{key}`")]


def test_an_item_that_lacks_keys_is_one_finding() -> None:
    assert said("---\nrecords:\n  - id: a\n  - id: b\n    name: B\n    where: c\n    retention: d\n---\n") == [
        ("SOP006", 17, "no `name`, `where`, `retention` in `records`; add them")
    ]


def test_items_that_fell_to_the_list_above_are_one_finding() -> None:
    text = complete().replace("records:\n", "")
    assert [(one.code, one.place.line, one.message) for one in read(text).findings] == [
        (
            "SOP004",
            16,
            "`id`, `name`, `where`, `retention` are no keys of `triggers`; is the line `records:` gone above them?",
        )
    ]


def test_two_mistakes_are_two_findings() -> None:
    assert [(code, line) for code, line, _ in said(effective="2026-02-30", owner="[a, b]")] == [
        ("SOP005", 7),
        ("SOP005", 11),
    ]


@pytest.mark.parametrize("name", ["Purpose", "Scope", "Roles", "Inputs", "Procedure", "References"])
def test_the_six_sections_are_asked_for(name: str) -> None:
    assert said(without=(name,)) == [("SOP101", 26, f"no section {name}; add a heading `## {name}`")] or name == "x"


def test_a_complete_document_is_a_typed_one() -> None:
    document = sop(version="1.10", controls="[5.18]", review_every="P6M").document
    assert document is not None
    assert (
        document.version,
        str(document.review_every),
        document.effective.isoformat() if document.effective else "",
    ) == (*("1.10", "P6M", "2026-01-05"),)
    assert document.controls["iso27001-2022"][0].id == "5.18"
    assert document.sections.scope.strip() == "All staff accounts in Okta. Service accounts are out of scope."


def test_a_claimed_date_is_a_date() -> None:
    config = '[front_matter]\nclaims = { reviewed = "reviewed_on", every = "each" }\n'
    assert said(config=config, reviewed_on="2018-04-31", each="often") == [
        ("SOP005", 24, "`2018-04-31` is no day of the calendar"),
        ("SOP005", 25, "`often` is not a duration; write for example `12 months` or `P6M`"),
    ]
    assert said(config=config, reviewed_on="") == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("2025-05-16T17:00:00.000Z", True),
        ("2025-05-16 17:00", True),
        ("2025-05-16T17:00:00+02:00", True),
        ("2025-05-16T17", False),
        ("2025-05-16T17:00:00 or so", False),
    ],
)
def test_a_claimed_date_may_have_a_time(text: str, right: bool) -> None:
    found = said(config='[front_matter]\nclaims = { reviewed = "reviewed_on" }\n', reviewed_on=text)
    assert found == ([] if right else [("SOP005", 24, f"`{text}` is not a date; write YYYY-MM-DD")])
