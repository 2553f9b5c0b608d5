"""`sopkit approve`, as approvers call it on real repositories."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from tests.authoring.ledger import CONFIG, PATH, ROLES, files, library, status, text, user
from tests.cli.conftest import Done, Run
from tests.git.keys import public, ssh_key
from tests.repository import GitRepository

from sopkit.lifecycle.stale import report_stale
from sopkit.lifecycle.status import StaleRow
from sopkit.model.entry import Entry
from sopkit.parsing.entry import read_entry

NOW = datetime.now(UTC)  # noqa: TID251 - the command reads the clock
TODAY = NOW.date()
NOON = f"{NOW:%Y-%m-%dT%H:%M:%S+0000}"
As = Callable[..., Done]


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    return library(tmp_path / "library")


@pytest.fixture
def say(run: Run, there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> As:
    def call(who: str, *words: str | Path) -> Done:
        user(monkeypatch, tmp_path, who)
        note = () if "--note" in words or "--from" in words else ("--note", "read it twice")
        return run(*words, "-C", there.root, *note, "--yes")

    return call


def row(there: GitRepository) -> StaleRow:
    [found] = report_stale(there.root, TODAY, TODAY).rows
    return found


def entries(there: GitRepository, kind: str = "approval") -> list[Entry]:
    found = [read_entry(file.read_bytes()).entry for file in sorted((there.root / "ledger/sops/AC-001").glob("*.yaml"))]
    return [entry for entry in found if entry is not None and entry.kind == kind]


def untouched(there: GitRepository, head: str) -> bool:
    return there.git("rev-parse", "HEAD") == head and status(there) == []


@pytest.mark.slow
def test_an_approval_counts(say: As, there: GitRepository) -> None:
    say("ben", "review", "AC-001")
    done = say("cat", "approve", "AC-001")
    [entry] = entries(there)
    assert (entry.by, entry.role, entry.version, entry.digest) == ("cat", "security-lead", "1.0", row(there).digest)
    assert there.git("log", "-1", "--format=%an%n%B") == "Cat\nApprove AC-001 1.0\n\nread it twice\n"
    assert (row(there).state, row(there).approved, row(there).approved_by) == ("current", TODAY, ("cat",))
    assert done.out.splitlines()[-1] == f"AC-001 1.0: current, the next review is due on {row(there).due}"
    again = say("cat", "approve", "AC-001")
    assert (again.code, again.err.splitlines()) == (
        2,
        [
            f"sopkit: AC-001 1.0 is approved already: cat as security-lead on {TODAY}",
            "  take it back with --withdraw, or mend your own entry with --correct ENTRY",
        ],
    )


@pytest.mark.slow
def test_one_entry_for_each_role_that_is_still_to_give(say: As, there: GitRepository) -> None:
    roles = ROLES.replace("line-manager, holders: [{person: ann}]", "line-manager, holders: [{person: cat}]")
    there.commit("2026-03-01", {"registers/roles.yaml": roles})
    there.commit("2026-03-02", {PATH: text(approvers="[security-lead, line-manager, asset-owner]")})
    refused = say("cat", "approve", "AC-001", "--role", "it-operations")
    assert refused.err == (
        "sopkit: it-operations is none of the roles that approve this: security-lead, line-manager, asset-owner\n"
    )
    done = say("cat", "approve", "AC-001", "--role", "CISO")
    assert done.out.splitlines()[-2:] == [
        "still to approve as line-manager: Cat Diaz (cat)",
        "still to approve as asset-owner: Ben Roy (ben)",
    ]
    assert say("cat", "approve", "AC-001").code == 0
    assert [entry.role for entry in entries(there)] in (
        ["security-lead", "line-manager"],
        ["line-manager", "security-lead"],
    )
    assert row(there).approved is None
    assert say("ben", "approve", "AC-001").code == 0
    assert row(there).approved == TODAY


def test_what_would_not_count_is_refused_before_anything_is_written(say: As, there: GitRepository) -> None:
    head = there.git("rev-parse", "HEAD")
    assert say("ben", "approve", "AC-001").err.splitlines() == [
        "sopkit: ben holds no role that approves this, nor stands in for one",
        "  security-lead: Cat Diaz (cat)",
    ]
    assert say("cat", "approve", "AC-001", "--editorial").err.splitlines() == [
        "sopkit: no earlier text of AC-001 is approved, so nothing can be an editorial change of it",
        "  leave --editorial out",
    ]
    assert say("cat", "approve", "AC-001", "--withdraw").err.splitlines()[0] == (
        "sopkit: no text of AC-001 is approved, so there is nothing to withdraw"
    )
    assert say("cat", "approve", "AC-001", "--withdraw", "--retire").code == 2
    assert say("cat", "approve", "AC-001", "--by", "ben").code == 2
    assert untouched(there, head)


def test_nobody_approves_what_they_wrote(say: As, there: GitRepository) -> None:
    there.commit(
        "2026-03-01", {PATH: text(version='"1.1"', tags="[x]").replace("Give", "Grant")}, author="C <cat@acme.example>"
    )
    head = there.commit("2026-03-02", {PATH: text(version='"1.2"').replace("Give people", "Grant staff")})
    assert say("cat", "approve", "AC-001").err.splitlines() == [
        "sopkit: this approval of AC-001 would not count (self-approval): cat is an author of r2, on which r3 rests",
        "  let somebody approve it who did not write it",
        "  security-lead: Cat Diaz (cat)",
        "  where nobody else is named, name a deputy in registers/roles.yaml and commit that first",
    ]
    assert untouched(there, head)


@pytest.mark.slow
def test_evidence_that_is_too_low_is_mended_by_a_signature(say: As, there: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path / "keys")
    people = (there.root / "registers/people.yaml").read_text()
    known = people.replace("[cat@acme.example]", f"[cat@acme.example], signing_keys: [{{key: {public(key)}}}]")
    config = CONFIG + 'min_evidence = {medium = "E3"}\n'
    head = there.commit("2026-03-01", {"sopkit.toml": config, "registers/people.yaml": known})
    assert say("cat", "approve", "AC-001").err.splitlines() == [
        "sopkit: this approval of AC-001 would not count (evidence-too-low): its evidence is E1, asked for is E3",
        (
            "  sign it: --sign, or --key FILE, with a key that registers/people.yaml, as it is committed, names as yours;"
            " a signature with another key adds nothing"
        ),
    ]
    assert untouched(there, head)
    other = ssh_key(tmp_path / "keys", name="other")
    assert say("cat", "approve", "AC-001", "--key", str(other)).code == 2
    assert untouched(there, head)
    assert say("cat", "approve", "AC-001", "--key", str(key)).code == 0
    assert (row(there).approved, row(there).invalid) == (TODAY, ())


@pytest.mark.slow
def test_editorial_changes(say: As, there: GitRepository) -> None:
    say("ben", "review", "AC-001")
    say("cat", "approve", "AC-001")
    first = row(there).digest
    there.commit(NOON, {PATH: text(version='"1.0.1"').replace("Give people", "Give staff")})
    done = say("cat", "approve", "AC-001", "--editorial")
    assert "~ Give [-people-]{+staff+} the access" in done.out
    assert [entry.from_digest for entry in entries(there) if entry.outcome == "editorial"] == [first]
    assert there.git("log", "-1", "--format=%s") == "Approve AC-001 1.0.1 (editorial)"
    assert row(there).state == "current"
    there.commit(NOON, {PATH: text(version='"1.0.2"').replace("Give people", "Do not give staff")})
    refused = say("cat", "approve", "AC-001", "--editorial")
    assert refused.err.splitlines() == [
        (
            "sopkit: this approval of AC-001 would not count (not-editorial): "
            "it touches a word of obligation, condition or negation (not)"
        ),
        "  leave --editorial out, and approve it as a change",
    ]


@pytest.mark.slow
def test_a_withdrawal_and_a_retirement(say: As, there: GitRepository) -> None:
    say("cat", "approve", "AC-001")
    assert say("cat", "approve", "AC-001", "--withdraw", "--note", "step 1 locks people out").code == 0
    assert there.git("log", "-1", "--format=%s") == "Withdraw the approval of AC-001 1.0"
    assert row(there).approved is None
    assert say("cat", "approve", "AC-001", "--note", "mended").code == 0
    assert row(there).approved == TODAY
    assert say("cat", "approve", "AC-001", "--retire").code == 0
    there.commit(NOON, {PATH: text(status="retired")})
    assert row(there).state == "retired"


@pytest.mark.slow
def test_a_correction(say: As, there: GitRepository) -> None:
    say("cat", "approve", "AC-001")
    [name] = [file.name for file in (there.root / "ledger/sops/AC-001").iterdir()]
    there.commit(NOON, {PATH: text(version='"1.1"').replace("Give", "Grant")})
    assert (
        say("cat", "approve", "AC-001", "--correct", f"ledger/sops/AC-001/{name}", "--note", "read it once").code == 0
    )
    assert [(entry.version, entry.corrects) for entry in entries(there)] in (
        [("1.0", ""), ("1.0", name)],
        [("1.0", name), ("1.0", "")],
    )
    assert row(there).in_force == "r1"
    assert there.git("log", "-1", "--format=%s") == "Correct the approval of AC-001 1.0"


def review(there: GitRepository, **values: object) -> dict[str, object]:
    """A review as GitHub's API tells of it."""
    return {
        "id": 456,
        "user": {"login": "CatD"},
        "state": "APPROVED",
        "commit_id": there.git("rev-parse", "HEAD"),
        "submitted_at": "2026-03-01T23:30:00Z",
        "pull_request_url": "https://api.github.com/repos/acme/sops/pulls/123",
    } | values


@pytest.mark.slow
def test_reviews_of_a_forge(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = tmp_path / "reviews.json"
    other = review(there, id=7, user={"login": "stranger"})
    file.write_text(
        json.dumps(
            [review(there, id=5, commit_id="0" * 40), other, review(there), review(there, id=9, state="COMMENTED")]
        )
    )
    head = there.git("rev-parse", "HEAD")
    assert say("ben", "approve", "AC-001", "--from", file).err.splitlines() == [
        "sopkit: ben is not in `[approval] importers`, so what ben brings from a forge would not count",
        "  let one of them import it: dan",
    ]
    assert untouched(there, head)
    done = say("dan", "approve", "AC-001", "--from", file)
    assert done.err.splitlines()[0] == (
        "note: left out: review 7 of stranger: registers/people.yaml has nobody with that github login"
    )
    [entry] = entries(there)
    assert entry.evidence is not None
    assert entry.evidence.model_dump(exclude_defaults=True) == {
        "type": "github-review",
        "pull_request": "123",
        "review": "456",
        "payload": f"sha256:{sha256(file.read_bytes()).hexdigest()}",
    }
    assert (entry.by, str(entry.date), entry.note) == (
        "cat",
        "2026-03-01",
        "github-review 456 of pull request 123 by CatD",
    )
    stem = next((there.root / "ledger/sops/AC-001").glob("*.yaml")).name.removesuffix(".yaml")
    assert files(there) == [
        f"A\tledger/sops/AC-001/{stem}.payload.json",
        f"A\tledger/sops/AC-001/{stem}.yaml",
    ]
    assert (there.root / f"ledger/sops/AC-001/{stem}.payload.json").read_bytes() == file.read_bytes()
    assert (row(there).approved_by, row(there).invalid) == (("cat",), ())


@pytest.mark.slow
def test_a_review_of_another_text_or_of_none_that_is_known(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = tmp_path / "review.json"
    old = there.git("rev-parse", "HEAD")
    head = there.commit("2026-03-01", {PATH: text(version='"1.1"').replace("Give", "Grant")})
    digest = row(there).digest

    def refused(**values: object) -> str:
        file.write_text(json.dumps(review(there, **values)))
        done = say("dan", "approve", "AC-001", "--from", file)
        assert (done.code, untouched(there, head)) == (2, True)
        return done.err.splitlines()[1].strip().removeprefix("review 456 of CatD: ")

    assert refused(commit_id=old).startswith(f"another text was approved: commit {old[:12]} holds sop1:")
    assert refused(commit_id="1" * 40) == (
        "commit 111111111111 that was approved is not in this clone; run: git fetch origin pull/123/head"
    )
    assert refused(state="DISMISSED") == "it is DISMISSED, not APPROVED"
    assert refused(commit_id=None).endswith(f"say which text it was: --digest {digest}")
    assert say("dan", "approve", "AC-001", "--from", file, "--digest", digest).code == 0
    assert row(there).approved_by == ("cat",)


@pytest.mark.slow
def test_a_signed_document(say: As, there: GitRepository, tmp_path: Path) -> None:
    paper = tmp_path / "signed form.pdf"
    paper.write_bytes(b"%PDF signed by Cat\n")
    head = there.git("rev-parse", "HEAD")
    assert say("ben", "approve", "AC-001", "--document", paper, "--by", "cat").err.splitlines() == [
        "sopkit: a document counts only when somebody with the role document-controller brings it",
        "  document-controller: Dan Oh (dan)",
    ]
    assert untouched(there, head)
    assert say("dan", "approve", "AC-001", "--document", paper, "--by", "cat").code == 0
    [entry] = entries(there)
    assert files(there)[0] == "A\tledger/documents/AC-001/signed-form.pdf"
    assert entry.evidence is not None
    assert (entry.by, entry.evidence.path) == ("cat", "ledger/documents/AC-001/signed-form.pdf")
    assert (row(there).approved_by, row(there).evidence, row(there).invalid) == (("cat",), "E1d", ())


@pytest.mark.slow
def test_a_document_that_is_committed_is_not_copied(say: As, there: GitRepository) -> None:
    there.commit("2026-03-01", {"papers/form.pdf": "signed\n"})
    paper = there.root / "papers/form.pdf"
    assert say("dan", "approve", "AC-001", "--document", paper, "--by", "cat").code == 0
    assert [line.partition("\t")[2].rpartition("/")[0] for line in files(there)] == ["ledger/sops/AC-001"]
    assert row(there).approved_by == ("cat",)


@pytest.mark.slow
def test_an_import_that_the_importer_signs(say: As, there: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path / "keys")
    people = (there.root / "registers/people.yaml").read_text()
    known = people.replace("[dan@acme.example]", f"[dan@acme.example], signing_keys: [{{key: {public(key)}}}]")
    config = CONFIG + 'min_evidence = {medium = "E2"}\n'
    head = there.commit("2026-03-01", {"sopkit.toml": config, "registers/people.yaml": known})
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"review": review(there), "pull_request": {"number": 123}}))
    refused = say("dan", "approve", "AC-001", "--from", file)
    assert "evidence-too-low" in refused.err.splitlines()[0]
    assert untouched(there, head)
    assert say("dan", "approve", "AC-001", "--from", file, "--key", str(key)).code == 0
    assert (row(there).approved_by, row(there).evidence, row(there).invalid) == (("cat",), "E2", ())


@pytest.mark.slow
def test_an_event_of_gitlab(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    about = {"iid": 9, "action": "approved", "updated_at": "2026-03-01 10:00:00 UTC"}
    about["last_commit"] = {"id": there.git("rev-parse", "HEAD")}
    file.write_text(
        json.dumps(
            {
                "object_kind": "merge_request",
                "user": {"id": 5, "username": "catd"},
                "object_attributes": about,
            }
        )
    )
    assert say("dan", "approve", "AC-001", "--from", file).code == 0
    [entry] = entries(there)
    assert (str(entry.date), entry.note) == ("2026-03-01", "gitlab-approval 5 of merge request 9 by catd")
    assert row(there).approved_by == ("cat",)


def test_who_said_something_else_later_did_not_approve(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = tmp_path / "reviews.json"
    file.write_text(json.dumps([review(there), review(there, id=8, state="CHANGES_REQUESTED")]))
    done = say("dan", "approve", "AC-001", "--from", file)
    assert done.err.splitlines() == [
        f"sopkit: {file}: nothing in it approves AC-001 1.0",
        "  review 8 of CatD: it is CHANGES_REQUESTED, not APPROVED",
    ]


@pytest.mark.slow
def test_a_picture_that_is_swapped_is_reviewed_and_approved_again(say: As, there: GitRepository) -> None:
    uuid = "7c1f2a54-3d0e-4b86-9a57-52e6c0d8f1ab"
    pictured = f"{text()}\n![The form](form.png)\n"
    there.commit("2026-02-02", {PATH: pictured, "sops/form.png": b"one"})
    there.commit("2026-02-03", {"sopkit.toml": f'{CONFIG}[library]\nuuid = "{uuid}"\n'})
    say("ben", "review", "AC-001")
    say("cat", "approve", "AC-001")
    [entry] = entries(there)
    assert (entry.library, entry.attachments[:8]) == (uuid, "attach1:")
    assert str(row(there).state) == "current"
    again = say("cat", "approve", "AC-001")
    assert (again.code, "is approved already" in again.err) == (2, True)
    there.commit(f"{NOW:%Y-%m-%dT%H:%M:%S+0000}", {"sops/form.png": b"two"})
    assert str(row(there).state) == "watched-code-changed"
    assert say("ben", "review", "AC-001", "--watched").code == 0
    assert str(row(there).state) == "watched-code-changed"
    assert say("cat", "approve", "AC-001").code == 0
    assert str(row(there).state) == "current"
    assert len({one.attachments for one in entries(there)}) == 2


@pytest.mark.slow
def test_a_text_by_somebody_unknown_is_not_approved(say: As, there: GitRepository) -> None:
    there.commit("2026-02-02", {PATH: text(title="Grant rights")}, author="Sock <sock@evil.example>")
    head = there.head()
    done = say("cat", "approve", "AC-001")
    assert (done.code, untouched(there, head)) == (2, True)
    assert "would not count (unknown-author): r2 was written by Sock <sock@evil.example>" in done.err
    assert "add the e-mail to `emails` of that person's row in registers/people.yaml" in done.err
