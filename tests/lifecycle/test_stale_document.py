"""The report for other programs, read back by independent readers; which states fail a run."""

import csv
import io
import json
import os

import pytest
from jsonschema import Draft202012Validator
from tests.lifecycle.sops import CLAIMS, CONFIG, PATH, report, sop
from tests.repository import ANN, GitRepository

from sopkit import __version__
from sopkit.lifecycle.stale import STALE, stale_document
from sopkit.lifecycle.status import SopState, StaleReport, StaleRow, failing_states, headline_state, sort_flags
from sopkit.model.errors import SopkitError
from sopkit.tables.document import document_csv, document_json, document_markdown

pytestmark = pytest.mark.slow


@pytest.fixture
def judged(repository: GitRepository) -> StaleReport:
    repository.commit(
        "2024-02-01",
        {
            "sopkit.toml": CLAIMS,
            PATH: sop(last_reviewed="2024-02-01", title='"=1+1 | <b>*x*</b>"'),
            os.fsdecode(b"sops/\xff\n.md"): sop(id="AC-002", status="draft"),
            "sops/c.md": sop(id="AC-003", last_reviewed="2023-01-01", review_every="soon", owner="a"),
        },
    )
    repository.commit(
        "2024-02-01", {"sops/c.md": sop(id="AC-003", last_reviewed="2023-01-01", review_every="soon")}, author=ANN
    )
    return report(repository.root)


def test_json_is_valid_and_says_what_the_report_says(judged: StaleReport) -> None:
    schema = STALE.schema()
    Draft202012Validator.check_schema(schema)
    written = json.loads(document_json(stale_document(judged)))
    assert list(Draft202012Validator(schema).iter_errors(written)) == []
    assert {key: value for key, value in written.items() if key != "rows"} == {
        "schema": "sopkit/stale/1",
        "tool": f"sopkit {__version__}",
        "head": judged.head,
        "as_of": "2024-12-01",
        "notes": [],
        "basis": "claims",
    }
    third = written["rows"][2]
    assert list(third) == list(StaleRow.__dataclass_fields__)
    assert (third["due"], third["days"], third["flags"], third["changed_by"], third["invalid"]) == (
        *("2024-01-01", -335),
        ["unproven-overdue", "text-changed-since-claim", "late-recorded"],
        *(["Ann Lee"], []),
    )
    second = written["rows"][1]
    assert (second["due"], second["state"], second["path"]) == (None, "draft", "sops/\\xff\n.md")


def test_the_schema_refuses_what_is_not_in_it(judged: StaleReport) -> None:
    validator = Draft202012Validator(STALE.schema())
    written = json.loads(document_json(stale_document(judged)))
    written["rows"][0] |= {"state": "fine", "days": "3", "more": 1}
    del written["rows"][1]["id"]
    assert sorted(list(error.absolute_path) for error in validator.iter_errors(written)) == [
        ["rows", 0],
        ["rows", 0, "days"],
        ["rows", 0, "state"],
        ["rows", 1],
    ]


def test_every_key_is_described() -> None:
    rows = STALE.schema()["properties"]["rows"]["items"]  # type: ignore[index]
    assert all(part["description"].endswith(".") for part in rows["properties"].values())


def test_csv(judged: StaleReport) -> None:
    text = document_csv(stale_document(judged))
    text.encode("utf-8")
    head, first, second, third = csv.reader(io.StringIO(text))
    assert head == list(StaleRow.__dataclass_fields__)
    assert first[:3] == ["AC-001", "'=1+1 | <b>*x*</b>", PATH]
    assert second[2] == "sops/\\xff\n.md"
    assert third[head.index("days")] == "-335"
    assert third[head.index("flags")] == "unproven-overdue; text-changed-since-claim; late-recorded"
    assert third[head.index("lapsed")] == ""


def test_markdown(judged: StaleReport) -> None:
    assert document_markdown(stale_document(judged)) == (
        "# Stale SOPs as of 2024-12-01\n\n"
        f"Judged: commit {judged.head}. Basis: claims. Tool: sopkit {__version__}.\n\n"
        "| id | title | state | due | days | reviewed | changed | reason |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| AC-001 | =1+1 \\| \\<b\\>\\*x\\*\\</b\\> | unproven-fresh | 2025-02-01 | 62 | 2024-02-01 | 2024-02-01 "
        "| review is due on 2025-02-01, 12 months after the claimed review of 2024-02-01 |\n"
        "| AC-002 | Grant access | draft |  |  |  | 2024-02-01 | status is draft: no review is due |\n"
        "| AC-003 | Grant access | unproven-overdue | 2024-01-01 | -335 | 2023-01-01 | 2024-02-01 "
        "| review was due on 2024-01-01, 335 days ago, 12 months after the claimed review of 2023-01-01; "
        "text changed on 2024-02-01 by Ann Lee after the claimed review of 2023-01-01; the review of 2023-01-01 was "
        "claimed only on 2024-02-01 by Ann Lee |\n"
    )


def test_a_surrogate_in_a_title_is_spelt_out(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, PATH: sop(title=r'"\ud800 \udcff"')})
    for _ in range(2):
        judged = report(repository.root)
        for text in (
            document_csv(stale_document(judged)),
            document_markdown(stale_document(judged)),
            document_json(stale_document(judged)),
        ):
            text.encode("utf-8")


def test_nothing_is_obeyed(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, PATH: sop()}, author="A\x1b[31m\u202eB <a@acme.example>")
    judged = report(repository.root)
    for text in (document_csv(stale_document(judged)), document_markdown(stale_document(judged))):
        assert "A\\x1b" in text.replace("\\\\", "\\")
        assert not set(text) & {"\x1b", "\u202e"}


def test_two_runs_are_the_same_bytes(repository: GitRepository) -> None:
    repository.commit("2024-02-01", {"sopkit.toml": CONFIG, PATH: sop()})
    first, second = report(repository.root), report(repository.root)
    assert document_csv(stale_document(first)) == document_csv(stale_document(second))
    assert document_json(stale_document(first)) == document_json(stale_document(second))


@pytest.mark.parametrize(
    ("names", "failed"),
    [
        ((), False),
        (("unproven-overdue",), True),
        (("overdue",), True),
        (("text-changed-since-claim",), True),
        (("due-soon", "bulk-bump"), False),
        (("draft",), True),
    ],
)
def test_a_run_fails_for_a_named_state_or_flag(judged: StaleReport, names: tuple[str, ...], failed: bool) -> None:
    assert judged.failed(names) is failed


def test_integrity_always_fails_and_names_must_be_known() -> None:
    integrity = {"duplicate-id", "entry-tampered", "history-rewritten", "landed-before-anchor"}
    assert failing_states(()) == integrity
    assert failing_states(["overdue"]) == integrity | {"overdue", "unproven-overdue"}
    with pytest.raises(SopkitError, match="no state is called overdu") as caught:
        failing_states(["overdu"])
    assert caught.value.hint == "did you mean overdue?"


def test_the_headline_is_the_weightiest_state() -> None:
    flags = (SopState.DUE_SOON, SopState.BULK_BUMP, SopState.DUE_SOON)
    assert sort_flags(flags) == (SopState.BULK_BUMP, SopState.DUE_SOON)
    assert (headline_state(flags), headline_state([SopState.CURRENT])) == (SopState.BULK_BUMP, SopState.CURRENT)
