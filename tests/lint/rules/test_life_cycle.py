"""SOP602 to SOP613 where the example of a rule does not show it."""

from hashlib import sha256
from pathlib import Path

import pytest
from tests.build import AS_OF, PATH, REGISTERS, complete, example_library
from tests.lint.rules.past import findings, told
from tests.repository import ANN, BEN, GitRepository

from sopkit.library import load
from sopkit.lifecycle.library_status import read_committed_status
from sopkit.lint.advice import APPROVED_HISTORY
from sopkit.lint.engine import LintOptions, LintReport, lint
from sopkit.lint.rule import Example, ExampleCommit
from sopkit.lint.select import Profile
from sopkit.model.finding import Severity

pytestmark = pytest.mark.slow

OTHER = '---\nversion: "1.1"\n---\n## Purpose\n\nGive people no more access than their work needs.\n'
CLAIMS = '[front_matter]\nclaims = { reviewed = "reviewed" }\n[review]\nbasis = "claims"\n'


def report(root: Path, *codes: str) -> LintReport:
    found = load(root, AS_OF)
    return lint(found, LintOptions(select=codes, history=lambda: read_committed_status(load(root, AS_OF), AS_OF, {})))


def test_a_text_that_is_edited_in_the_folder_is_not_approved(tmp_path: Path) -> None:
    message = (
        "the text in the folder is not committed, so it is not approved; commit it, then run: sopkit approve AC-001"
    )
    assert told(tmp_path, "SOP602", OTHER, *APPROVED_HISTORY) == [('"1.1"', message)]
    message = "the text in the folder is not the one that Ann Lee reviewed; run: sopkit review AC-001"
    assert told(tmp_path / "605", "SOP605", OTHER, *APPROVED_HISTORY) == [('"1.1"', message)]


def test_the_finding_says_what_changed_and_what_is_in_force(tmp_path: Path) -> None:
    message = (
        "r2 of 2026-03-02 by Ben Roy is not approved (still to approve: security-lead); in force is r1 1.0 of "
        "2026-01-06; run: sopkit approve AC-001"
    )
    edited = (*APPROVED_HISTORY, ExampleCommit("2026-03-02", "ben", text=OTHER))
    assert told(tmp_path, "SOP602", OTHER, *edited) == [('"1.1"', message)]


def test_a_new_file_awaits_commit_and_approval(tmp_path: Path) -> None:
    found, life = example_library(tmp_path, Example("", history=APPROVED_HISTORY))
    new = tmp_path / "sops/access-control/ac-002-new.md"
    new.write_text(complete(id="AC-002"))
    found = load(tmp_path, AS_OF)
    options = LintOptions(select=("SOP6",), ignore=("SOP608",), history=life)
    assert [(one.path, one.code, one.message) for one in lint(found, options).findings] == [
        (
            "sops/access-control/ac-002-new.md",
            "SOP602",
            "no text of it is committed and approved; then run: sopkit approve AC-002",
        )
    ]


def test_a_file_that_was_moved_in_the_folder_keeps_its_past(tmp_path: Path) -> None:
    example_library(tmp_path, Example("", history=APPROVED_HISTORY))
    (tmp_path / PATH).rename(tmp_path / "sops/access-control/ac-001-moved.md")
    assert report(tmp_path, "SOP601", "SOP602", "SOP603", "SOP605").findings == ()


def test_under_audit_a_missing_approval_is_an_error(tmp_path: Path) -> None:
    found, life = example_library(tmp_path, Example("", history=APPROVED_HISTORY[:2]))
    one = LintOptions(select=("SOP602",), history=life)
    assert [finding.severity for finding in lint(found, one).findings] == [Severity.WARNING]
    audit = LintOptions(select=("SOP602",), profile=Profile.AUDIT, history=life)
    assert [finding.severity for finding in lint(found, audit).findings] == [Severity.ERROR]


@pytest.mark.parametrize(
    ("day", "code", "message"),
    [
        ("2025-11-23", "SOP603", "the first review was due on 2026-11-23, counted from when it became active"),
        ("2025-11-24", "SOP604", "the first review is due on 2026-11-24"),
        ("2025-12-01", "SOP604", "the first review is due on 2026-12-01"),
        ("2026-02-01", "", ""),
    ],
)
def test_an_sop_that_was_never_reviewed_is_due_from_when_it_became_active(
    day: str, code: str, message: str, tmp_path: Path
) -> None:
    history = (ExampleCommit("2025-02-01", "ben", text="---\nstatus: draft\n---\n"), ExampleCommit(day, "ben", text=""))
    example_library(tmp_path, Example("", history=history))
    found = [(one.code, one.message) for one in report(tmp_path, "SOP603", "SOP604").findings]
    assert found == ([(code, f"{message}; run: sopkit review AC-001")] if code else [])


def test_an_overdue_review_stands_at_the_interval(tmp_path: Path) -> None:
    text = "---\nreview_every: 6 months\n---\n"
    message = (
        "review was due on 2026-07-06, 141 days ago, 6 months after the review of 2026-01-06 by Ann Lee; "
        "run: sopkit review AC-001"
    )
    history = (ExampleCommit("2026-01-05", "ben", text=text), *APPROVED_HISTORY[1:])
    assert told(tmp_path, "SOP603", text, *history) == [("6 months", message)]


def test_claims_are_judged_by_their_own_words(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path)
    set_up = {"sopkit.toml": CLAIMS, **REGISTERS, PATH: complete(reviewed="2025-01-10")}
    repository.commit("2025-01-10", set_up, author=BEN)
    repository.commit("2025-02-01", {PATH: complete(OTHER, reviewed="2025-01-10")}, author=BEN)
    mend = "review it, and write the day into its front matter"
    overdue = f"review was due on 2026-01-10, 318 days ago, 12 months after the claimed review of 2025-01-10; {mend}"
    changed = f"text changed on 2025-02-01 by Ben Roy after the claimed review of 2025-01-10; {mend}"
    found = [(one.code, one.message) for one in report(tmp_path, "SOP602", "SOP603", "SOP604", "SOP605").findings]
    assert found == [("SOP603", overdue), ("SOP605", changed)]


@pytest.mark.parametrize(
    ("statuses", "now", "message"),
    [
        (("draft", "trial", "active"), "trial", ""),
        (("draft", "active", "draft"), "active", ""),
        (("active", "retired"), "retired", ""),
        (("active",), "draft", "it was active from 2026-02-01 on and is a draft now; write `active`, or `retired`"),
        (
            ("active", "trial", "active"),
            "draft",
            "it was active from 2026-02-01 on and is a draft now; write `active`, or `retired`",
        ),
        (("retired",), "active", "it was retired on 2026-02-01 and is `active` now; give what comes back a new id"),
        (
            ("draft", "retired", "trial"),
            "trial",
            "it was retired on 2026-03-01 and is `trial` now; give what comes back a new id",
        ),
    ],
)
def test_a_status_that_went_back(statuses: tuple[str, ...], now: str, message: str, tmp_path: Path) -> None:
    texts = [f"---\nstatus: {status}\n---\n" for status in statuses]
    history = [ExampleCommit(f"2026-0{month}-01", "ben", text=text) for month, text in enumerate(texts, 2)]
    found = told(tmp_path, "SOP609", f"---\nstatus: {now}\n---\n", *history)
    assert found == ([(now, message)] if message else [])


RETIRED = "---\nstatus: retired\n---\n"


@pytest.mark.parametrize(
    ("text", "entry", "fires"),
    [
        (RETIRED, "", True),
        (f"{RETIRED}## Scope\n\nReplaced by the offboarding of the whole company.\n", "", False),
        ("---\nstatus: retired\nsuperseded_by: AC-002\n---\n", "", False),
        (RETIRED, "kind: review, outcome: retire, note: Okta does it", False),
        (RETIRED, "kind: review, outcome: retire", True),
    ],
)
def test_a_retired_sop_says_why(text: str, entry: str, fires: bool, tmp_path: Path) -> None:
    history = [ExampleCommit("2026-02-01", "ben", text=text)]
    if entry:
        history.append(ExampleCommit("2026-02-02", "ann", entry=entry))
    message = "retired, and nothing says why; name the successor in `superseded_by`, or write a sentence"
    assert told(tmp_path, "SOP611", text, *history) == ([("retired", message)] if fires else [])


def test_a_draft_that_is_edited_in_the_folder_is_worked_on(tmp_path: Path) -> None:
    draft = "---\nstatus: draft\n---\n"
    history = (ExampleCommit("2026-08-03", "ben", text=draft),)
    assert len(findings(tmp_path, "SOP611", draft, *history)) == 1
    assert told(tmp_path / "edited", "SOP611", f"{draft}## Purpose\n\nGive access.\n", *history) == []


def test_an_invalid_entry_stands_at_its_file(tmp_path: Path) -> None:
    (one,) = findings(
        tmp_path, "SOP612", "", *APPROVED_HISTORY, ExampleCommit("2026-02-02", "ben", entry="kind: review")
    )
    (file,) = tmp_path.glob("ledger/sops/AC-001/2026-02-02-*")
    assert (one.path, one.place.line, one.severity) == (
        file.relative_to(tmp_path).as_posix(),
        1,
        Severity.WARNING,
    )
    assert one.message.startswith("this review does not count (role-missing): ")


def test_a_later_entry_of_another_kind_does_not_silence(tmp_path: Path) -> None:
    history = (
        *APPROVED_HISTORY,
        ExampleCommit("2026-02-02", "ben", entry="kind: review"),
        ExampleCommit("2026-02-03", "ann", entry="kind: approval"),
    )
    assert len(findings(tmp_path, "SOP612", "", *history)) == 1


def test_entries_that_were_changed_or_removed_are_errors(tmp_path: Path) -> None:
    example_library(tmp_path, Example("", history=APPROVED_HISTORY))
    first, second = sorted(tmp_path.glob("ledger/sops/AC-001/*.yaml"))
    repository = GitRepository(tmp_path)
    repository.commit("2026-03-01", {first.relative_to(tmp_path).as_posix(): first.read_bytes() + b"note: late\n"})
    repository.commit("2026-03-02", {second.relative_to(tmp_path).as_posix(): None}, author=ANN)
    found = [(one.path, one.severity, one.message) for one in report(tmp_path, "SOP612").findings]
    after = "after it had landed; its first bytes count: find out why, and put them back"
    path = first.relative_to(tmp_path).as_posix()
    assert found == [
        (path, Severity.ERROR, f"{first.name} was changed or put back {after}"),
        (PATH, Severity.ERROR, f"{second.name} was removed {after}"),
    ]


def test_a_name_that_does_not_fit_the_bytes(tmp_path: Path) -> None:
    example_library(tmp_path, Example("", history=APPROVED_HISTORY[:1]))
    data = (tmp_path / PATH).read_bytes()
    digest = read_committed_status(load(tmp_path, AS_OF), AS_OF, {}).statuses[PATH].subject.digest  # type: ignore[union-attr] - committed
    entry = f"schema: sopkit/entry/1\nkind: review\nid: AC-001\ndigest: {digest}\nby: ann\ndate: 2026-01-06\n"
    path = "ledger/sops/AC-001/2026-01-06-review-ann.yaml"
    GitRepository(tmp_path).commit("2026-01-06", {path: entry, PATH: data})
    name = f"2026-01-06-review-ann-{sha256(entry.encode()).hexdigest()[:8]}.yaml"
    words = f"the file's name does not fit its bytes; it would be {name}"
    assert [(one.path, one.message) for one in report(tmp_path, "SOP612").findings] == [(path, words)]


def test_the_deputy_is_the_owner_too(tmp_path: Path) -> None:
    text = "---\nowner: it-operations\n---\n"
    history = (
        ExampleCommit("2026-02-01", "cat", text=text),
        ExampleCommit("2026-02-02", "ann", entry="kind: approval"),
    )
    assert len(findings(tmp_path, "SOP613", text, *history)) == 1
    repository = GitRepository(tmp_path)
    roles = REGISTERS["registers/roles.yaml"].replace(
        "title: IT operations, holders: [{person: ben}], deputies: [{person: dee}]",
        "title: IT operations, holders: [{person: ben}], deputies: [{person: ann, from: 2026-01-01, to: 2026-12-31}]",
    )
    assert roles != REGISTERS["registers/roles.yaml"]
    repository.commit("2026-02-03", {"registers/roles.yaml": roles})
    assert report(tmp_path, "SOP613").findings == ()


OWNED = "---\nowner: it-operations\n---\n"
OWNED_TWICE = "---\nowner: it-operations\nversion: '1.1'\n---\n## Purpose\n\nGive no more access than work needs.\n"


@pytest.mark.parametrize(
    ("text", "history", "fires"),
    [
        (
            OWNED,
            (
                ExampleCommit("2026-02-01", "ben", text=OWNED),
                ExampleCommit("2026-02-02", "ann", entry="kind: approval"),
            ),
            False,
        ),
        (
            OWNED_TWICE,
            (
                ExampleCommit("2026-02-01", "cat", text=OWNED),
                ExampleCommit("2026-02-02", "ann", entry="kind: approval"),
                ExampleCommit("2026-02-03", "ben", entry="kind: review"),
                ExampleCommit("2026-02-04", "cat", text=OWNED_TWICE),
                ExampleCommit("2026-02-05", "ann", entry="kind: approval"),
            ),
            True,
        ),
        (
            OWNED.replace("---\n", "---\nstatus: retired\n", 1),
            (
                ExampleCommit("2026-02-01", "cat", text=OWNED),
                ExampleCommit("2026-02-02", "ann", entry="kind: approval"),
            ),
            False,
        ),
    ],
    ids=["the owner wrote it", "the owner reviewed another text", "nobody follows it any more"],
)
def test_the_owner_has_to_do_with_this_very_text(
    text: str, history: tuple[ExampleCommit, ...], fires: bool, tmp_path: Path
) -> None:
    message = (
        "nobody who holds the owner role `it-operations` wrote, reviewed or approved this text; "
        "let the owner run: sopkit review AC-001"
    )
    assert told(tmp_path, "SOP613", text, *history) == ([("it-operations", message)] if fires else [])


@pytest.mark.parametrize(
    ("days", "since"),
    [
        (("2026-09-24",), "2026-09-24"),
        (("2026-09-25",), ""),
        (("2026-01-05", "2026-11-02"), ""),
    ],
    ids=["61 days", "60 days", "tags changed later"],
)
def test_a_draft_is_stale_after_sixty_days_without_a_commit(days: tuple[str, ...], since: str, tmp_path: Path) -> None:
    texts = [f"---\nstatus: draft\ntags: [t{number}]\n---\n" for number, _ in enumerate(days)]
    history = [ExampleCommit(day, "ben", text=text) for day, text in zip(days, texts, strict=True)]
    message = f"draft untouched since {since}; finish it, or delete it"
    assert told(tmp_path, "SOP611", texts[-1], *history) == ([("draft", message)] if since else [])


def test_the_reviewed_text_is_back_in_the_folder(tmp_path: Path) -> None:
    assert told(tmp_path, "SOP605", "", *APPROVED_HISTORY, ExampleCommit("2026-03-02", "ben", text=OTHER)) == []


def test_another_sop_at_the_path_has_no_part_in_its_past(tmp_path: Path) -> None:
    assert told(tmp_path, "SOP609", "---\nid: AC-009\nstatus: draft\n---\n", *APPROVED_HISTORY) == []
