"""`sopkit review`, as owners call it on real repositories."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tests.authoring.ledger import PATH, USERS, files, hook, library, status, text, user
from tests.cli.conftest import Done, Run
from tests.cli.terminal import run_on_a_terminal
from tests.git.keys import public, ssh_key
from tests.repository import GitRepository

from sopkit.lifecycle.stale import report_stale
from sopkit.lifecycle.status import StaleRow
from sopkit.parsing.entry import EntryReading, read_entry

pytestmark = pytest.mark.slow  # about a second each

NOW = datetime.now(UTC)  # noqa: TID251 - the command reads the clock
TODAY = NOW.date()
As = Callable[..., Done]


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    return library(
        tmp_path / "library", **{"infra/main.tf": "1\n", "sops/ac-002.md": text(id="AC-002", watches="[infra/**]")}
    )


@pytest.fixture
def say(run: Run, there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> As:
    """Runs sopkit as a person; a note and a yes are said, unless `bare`."""

    def call(who: str, *words: str, bare: bool = False) -> Done:
        user(monkeypatch, tmp_path, who)
        note = () if bare or "--note" in words else ("--note", "walked through")
        return run(*words, "-C", there.root, *note, *(() if bare else ("--yes",)))

    return call


def row(there: GitRepository, sop: str = "AC-001") -> StaleRow:
    return next(row for row in report_stale(there.root, TODAY, TODAY).rows if row.id == sop)


def entries(there: GitRepository, sop: str = "AC-001") -> list[EntryReading]:
    return [read_entry(file.read_bytes()) for file in sorted((there.root / "ledger/sops" / sop).glob("*.yaml"))]


def untouched(there: GitRepository, head: str) -> bool:
    return there.git("rev-parse", "HEAD") == head and not (there.root / "ledger").exists()


def test_a_review_counts_and_is_the_whole_commit(say: As, there: GitRepository) -> None:
    there.write("other.txt", "staged\n")
    there.git("add", "other.txt")
    done = say("ben", "review", "AC-001")
    [entry] = [reading.entry for reading in entries(there)]
    assert entry is not None
    assert entry.model_dump(exclude_defaults=True, exclude={"digest", "blob", "schema_"}) == {
        "kind": "review",
        "id": "AC-001",
        "version": "1.0",
        "by": "ben",
        "role": "it-operations",
        "date": TODAY,
        "outcome": "no-change",
        "note": "walked through",
    }
    assert (entry.digest, entry.blob) == (row(there).digest, there.git("rev-parse", f"HEAD:{PATH}"))
    name = next((there.root / "ledger/sops/AC-001").iterdir()).name
    assert files(there) == [f"A\tledger/sops/AC-001/{name}"]
    assert status(there) == ["A  other.txt"]
    assert there.git("log", "-1", "--format=%ae%n%B") == (
        "ben@acme.example\nReview AC-001 1.0 (no change)\n\nwalked through\n"
    )
    assert (row(there).reviewed, row(there).reviewed_by, row(there).state) == (TODAY, "ben", "approval-missing")
    assert done.code == 0
    assert done.out.startswith(
        "AC-001 Grant access\n\nThe whole text is new: no review of it counts yet.\n\npath     sops/"
    )
    assert done.out.splitlines()[-3:-1] == [
        f"recorded ledger/sops/AC-001/{name}",
        f"commit {there.git('rev-parse', 'HEAD')[:12]}",
    ]
    assert say("cat", "approve", "AC-001").code == 0
    assert (row(there).state, row(there).due) == ("current", row(there).due)


def test_the_redline_is_since_the_last_review(say: As, there: GitRepository) -> None:
    say("ben", "review", "AC-001")
    changed = text(version='"1.1"').replace("Give people", "Give staff")
    there.commit("2026-11-01T12:00:00", {PATH: changed})
    shown = say("ben", "review", "AC-001", "--updated")
    assert "~ Give [-people-]{+staff+} the access that their work needs.\n" in shown.out
    assert f"before   reviewed last on {TODAY} by Ben Roy: walked through\n" in shown.out
    assert there.git("log", "-1", "--format=%s") == "Review AC-001 1.1 (updated)"


REFUSED = {
    "another's role": (
        "ann",
        [],
        (
            "this review of AC-001 would not count (role-missing): ann did not hold it-operations on "
            f"{TODAY}, nor stand in for it"
        ),
        "it-operations: Ben Roy (ben)",
    ),
    "nobody knows": (
        "eve",
        [],
        "nobody in registers/people.yaml, as it is committed, has the e-mail eve@acme.example that git commits with",
        "add it to `emails` of your row and commit that first, or run: git config user.email ADDRESS",
    ),
    "a bot": ("rob", [], "rob is a bot, and bots neither review nor approve", "let a person do it"),
    "unknown key": (
        "ben",
        ["--as", "bem"],
        "registers/people.yaml, as it is committed, knows no `bem`",
        "did you mean ben?",
    ),
    "for somebody else": (
        "cat",
        ["--as", "ben"],
        (
            "this review of AC-001 would not count (author-unproved): it was committed by Cat <cat@acme.example>, who is not "
            "ben by the people register; let ben record it again on the default branch, or sign it"
        ),
        "git would commit as Cat <cat@acme.example>; an entry of somebody else needs that person's signature: --key FILE",
    ),
    "tomorrow's tomorrow": (
        "ben",
        ["--date", str(TODAY + timedelta(days=2))],
        (
            f"this review of AC-001 would not count (date-in-future): it is dated {TODAY + timedelta(days=2)} "
            f"and landed on {TODAY}"
        ),
        "name the day on which it was done: --date YYYY-MM-DD",
    ),
    "another text": (
        "ben",
        ["--digest", f"sop1:{'0' * 64}"],
        "AC-001 holds another text than the one that was read: DIGEST",
        "read it again: sopkit diff AC-001",
    ),
    "no watches": (
        "ben",
        ["--watched"],
        "AC-001 watches no files and refers to none",
        "name them in its front matter: watches: [infra/**]",
    ),
    "no key": (
        "ben",
        ["--sign"],
        "git is not set to sign with an ssh key, so it is not known with which",
        "name it: --key FILE; or run: git config gpg.format ssh; git config user.signingkey FILE",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_would_not_count_is_refused_before_anything_is_written(case: str, say: As, there: GitRepository) -> None:
    who, words, message, hint = REFUSED[case]
    head = there.git("rev-parse", "HEAD")
    done = say(who, "review", "AC-001", *words)
    lines = done.err.splitlines()
    assert (done.code, lines[:2]) == (2, [f"sopkit: {message.replace('DIGEST', row(there).digest)}", f"  {hint}"])
    assert untouched(there, head)
    assert not done.out


def test_an_unknown_id_and_an_edit_that_is_not_committed(say: As, there: GitRepository) -> None:
    head = there.git("rev-parse", "HEAD")
    assert say("ben", "review", "AC-01").err == "sopkit: no SOP AC-01 has landed\n  did you mean AC-001?\n"
    there.write(PATH, text(version='"9.0"'))
    refused = say("ben", "review", "AC-001")
    assert refused.err.splitlines()[0] == (
        f"sopkit: {PATH} has an edit that is not committed, and a review or approval is of a committed text"
    )
    (there.root / PATH).unlink()
    assert "is gone from the folder" in say("ben", "review", "AC-001").err
    assert say("ben", "review", "AC-002").code == 0  # another file's edit is no obstacle
    assert there.git("rev-parse", "HEAD~1") == head


def test_places_where_nothing_can_be_recorded(say: As, there: GitRepository, run: Run, tmp_path: Path) -> None:
    there.git("checkout", "-q", "-b", "topic")
    there.commit("2026-03-01", {"a.txt": "a\n"})
    there.git("checkout", "-q", "main")
    there.commit("2026-03-02", {"a.txt": "b\n"})
    with pytest.raises(AssertionError):
        there.git("merge", "topic")
    assert say("ben", "review", "AC-001").err.startswith("sopkit: a merge is under way\n")
    there.git("merge", "--abort")
    there.git("clone", "-q", "--depth", "1", f"file://{there.root}", str(tmp_path / "shallow"))
    done = run("review", "AC-001", "-C", tmp_path / "shallow", "--note", "a", "--yes")
    assert (done.code, "shallow" in done.err) == (2, True)
    there.git("checkout", "-q", "--detach")
    done = say("ben", "review", "AC-001")
    assert (done.code, done.err.startswith("note: no branch is checked out (detached HEAD): ")) == (0, True)


def test_without_a_terminal_note_and_yes_are_said(say: As, there: GitRepository) -> None:
    head = there.git("rev-parse", "HEAD")
    assert say("ben", "review", "AC-001", bare=True).err.splitlines() == [
        "sopkit: say what you did, found or decided",
        "  --note TEXT",
    ]
    assert say("ben", "review", "AC-001", "--note", "a", bare=True).err.splitlines() == [
        "sopkit: there is no terminal on which to ask whether to record this",
        "  say so beforehand: --yes",
    ]
    assert say("ben", "review", "AC-001", "--note", " ", "--yes", bare=True).code == 2
    assert say("ben", "review", "AC-001", "--retire", "--updated").code == 2
    assert untouched(there, head)
    command = ["sh", "-c", '"$0" -m sopkit review AC-001 -C "$1" <&-', sys.executable, str(there.root)]
    closed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (closed.returncode, closed.stderr.splitlines()[0]) == (2, "sopkit: say what you did, found or decided")


def test_a_late_review_is_recorded_and_told(say: As, there: GitRepository) -> None:
    day = date(2026, 3, 1)
    done = say("ben", "review", "AC-001", "--date", str(day))
    assert f"this will be marked late-recorded: it is dated {day} and lands on {TODAY};" in done.err
    assert (row(there).reviewed, "late-recorded" in row(there).flags) == (day, True)


def test_watched_files(say: As, there: GitRepository) -> None:
    say("ben", "review", "AC-002")
    due = row(there, "AC-002").due
    changed = there.commit(f"{NOW:%Y-%m-%dT%H:%M:%S+0000}", {"infra/main.tf": "2\n"})
    assert "watched-code-changed" in row(there, "AC-002").flags
    done = say("ben", "review", "AC-002", "--watched", "--no-change")
    assert done.out.split("\n\n")[0].splitlines() == [
        "AC-002 Grant access",
        "watches: infra/**",
        f"changed since {TODAY}, when Ben Roy looked:",
        f"  {TODAY}  {changed[:12]}  Ann Lee",
        "      infra/main.tf",
    ]
    assert "watched-code-changed" not in row(there, "AC-002").flags
    assert row(there, "AC-002").due == due
    assert [one.entry.scope for one in entries(there, "AC-002") if one.entry] in (
        ["text", "watched"],
        ["watched", "text"],
    )
    assert there.git("log", "-1", "--format=%s") == "Review AC-002 1.0 (watched files)"


def test_several_at_once(say: As, there: GitRepository) -> None:
    more = {f"sops/ac-00{at}.md": text(id=f"AC-00{at}") for at in range(3, 7)}
    there.commit("2026-03-01", dict(more))
    done = say("ben", "review", "AC-003", "AC-001", "ac-003")
    assert (done.code, done.err) == (0, "")
    assert there.git("log", "-1", "--format=%s") == "Review AC-003 1.0, AC-001 1.0 (no change)"
    assert len(files(there)) == 2
    done = say("ben", "review", "AC-002", "AC-003", "AC-004", "AC-005", "AC-006", "--note", "all of them")
    assert done.err.startswith("note: 5 reviews at once are marked bulk-review")
    assert "bulk-review" in row(there, "AC-004").flags
    done = say("ben", "review", "AC-001", "--note", "one more")
    assert done.err == "note: marked bulk-review, as many reviews within minutes are: AC-001\n"


def test_a_correction_takes_the_place_of_ones_own_entry(say: As, there: GitRepository) -> None:
    say("ben", "review", "AC-001", "--date", "2026-03-01", "--updated")
    [name] = [file.name for file in (there.root / "ledger/sops/AC-001").iterdir()]
    wrong = say("ben", "review", "AC-001", "--correct", name.replace("ben", "bem"))
    assert wrong.err.splitlines()[1] == f"  did you mean {name}?"
    done = say("ben", "review", "AC-001", "--correct", name, "--date", "2026-04-02")
    assert (done.code, row(there).reviewed) == (0, date(2026, 4, 2))
    assert there.git("log", "-1", "--format=%s") == "Correct the review of AC-001 1.0 (updated)"
    assert say("cat", "review", "AC-001", "--correct", name).code == 2


def test_a_correction_of_a_note_keeps_the_day(say: As, there: GitRepository) -> None:
    say("ben", "review", "AC-001", "--date", "2026-03-01")
    [name] = [file.name for file in (there.root / "ledger/sops/AC-001").iterdir()]
    assert say("ben", "review", "AC-001", "--correct", name, "--note", "with the night shift").code == 0
    assert row(there).reviewed == date(2026, 3, 1)


def test_signed_by_key_and_as_git_signs(say: As, there: GitRepository, tmp_path: Path) -> None:
    key = ssh_key(tmp_path / "keys")
    head = there.git("rev-parse", "HEAD")
    refused = say("ben", "review", "AC-001", "--key", str(key))
    assert refused.err.startswith(f"sopkit: ben has no such key on {TODAY}, so the signature would prove nothing\n")
    there.git("config", "gpg.format", "ssh")
    there.git("config", "user.signingkey", str(key))
    there.git("config", "commit.gpgsign", "true")
    people = (there.root / "registers/people.yaml").read_text()
    assert untouched(there, head)
    done = say("ben", "review", "AC-001")
    assert done.err.startswith("note: not signed: registers/people.yaml, as it is committed, does not name the key")
    assert row(there).evidence == "E1"
    known = people.replace("[ben@acme.example]", f"[ben@acme.example], signing_keys: [{{key: {public(key)}}}]")
    there.commit("2026-03-05", {"registers/people.yaml": known})
    assert say("ben", "review", "AC-001", "--note", "signed").code == 0
    assert row(there).evidence == "E3"
    assert "\ngpgsig -----BEGIN SSH SIGNATURE-----\n" in there.git("cat-file", "commit", "HEAD")
    assert say("ben", "review", "AC-001", "--no-sign", "--note", "not").code == 0
    assert [bool(one.signed) for one in entries(there)].count(True) == 1
    done = say("cat", "review", "AC-001", "--as", "ben", "--key", str(key), "--note", "by the key alone")
    assert done.code == 0


def test_without_a_commit_and_the_ways_of_merging(say: As, there: GitRepository) -> None:
    there.git("checkout", "-q", "-b", "topic")
    head = there.git("rev-parse", "HEAD")
    done = say("ben", "review", "AC-001", "--no-commit")
    [path] = [line.removeprefix("?? ") for line in status(there)]
    assert done.err.startswith("note: you are on topic, not on main: the entry counts once it is merged")
    assert f"wrote {path}\ncommit it alone, as Ben <ben@acme.example>; a squash loses" in done.out
    assert there.git("rev-parse", "HEAD") == head
    there.commit(str(TODAY), author=USERS["ben"])
    there.git("branch", "squashed", "main")
    there.git("checkout", "-q", "main")
    there.merge(str(TODAY), "topic", author=USERS["ann"])
    assert row(there).reviewed_by == "ben"
    there.git("checkout", "-q", "squashed")
    there.git("merge", "-q", "--squash", "topic")
    there.commit(str(TODAY), author=USERS["ann"])
    assert [one.reason for one in row(there).invalid] == ["author-unproved"]


def test_a_hook_that_refuses(say: As, there: GitRepository) -> None:
    hook(there, "pre-commit", "echo the ledger is closed; exit 1")
    head = there.git("rev-parse", "HEAD")
    done = say("ben", "review", "AC-001")
    assert done.err.splitlines() == [
        "sopkit: git did not commit, and the files are as they were before",
        "  what was said:",
        "  the ledger is closed",
    ]
    assert (done.code, untouched(there, head)) == (2, True)


def test_bytes_that_git_would_change_are_refused(say: As, there: GitRepository) -> None:
    there.git("config", "filter.loud.clean", "tr a-z A-Z")
    there.commit("2026-03-01", {".gitattributes": "ledger/** filter=loud\n"})
    done = say("ben", "review", "AC-001")
    assert (done.code, "  ledger/** -text -filter" in done.err.splitlines()) == (2, True)
    assert status(there) == []


def test_two_at_once_both_land(there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user(monkeypatch, tmp_path, "ben")
    hook(there, "pre-commit", "sleep 1")
    command = [sys.executable, "-m", "sopkit", "review", "-C", str(there.root), "--yes"]
    running = [
        subprocess.Popen([*command, sop, "--note", "at once"], env=os.environ, stdout=subprocess.DEVNULL)
        for sop in ("AC-001", "AC-002", "AC-001")
    ]
    codes = [process.wait(60) for process in running]
    assert sorted(codes) in ([0, 0, 0], [0, 0, 2])  # 2: the same entry is there already
    assert (row(there).reviewed, row(there, "AC-002").reviewed, status(there)) == (TODAY, TODAY, [])
    assert not row(there).invalid


def on_terminal(there: GitRepository, *typed: str, during: Callable[[], object] | None = None) -> tuple[int, str]:
    """Exit code and screen of a review of AC-001 by somebody who types these lines, one at each question."""
    answers, answered = list(typed), 0

    def answer(seen: bytes) -> bytes:
        nonlocal answered
        if not answers or len(seen) == answered or not seen.endswith((b": ", b"[y/N]: ")):
            return b""
        answered = len(seen)
        if during is not None:
            during()
        return f"{answers.pop(0)}\n".encode()

    return run_on_a_terminal(("review", "AC-001", "-C", str(there.root)), answer)


def test_on_a_terminal_it_asks(there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user(monkeypatch, tmp_path, "ben")
    monkeypatch.setenv("NO_COLOR", "1")
    head = there.git("rev-parse", "HEAD")
    code, seen = on_terminal(there, "", "walked through", "n")
    assert (code, "nothing was recorded" in seen, untouched(there, head)) == (1, True, True)
    assert seen.count("Note (what you did, found or decided): ") == 2
    for keys in (("\x03",), ("\x04",), ("walked through", "\x03")):
        code, seen = on_terminal(there, *keys)
        assert (code, seen.endswith("\r\nnothing was recorded\r\n"), untouched(there, head)) == (130, True, True)
    code, seen = on_terminal(there, "walked through", "y")
    assert f"Review AC-001 1.0 (no change) (ben as it-operations, {TODAY}), and commit it? [y/N]: " in seen
    assert (code, row(there).reviewed_by) == (0, "ben")


def test_a_text_that_changes_while_it_is_read(
    there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user(monkeypatch, tmp_path, "ben")
    code, seen = on_terminal(
        there,
        "walked through",
        "y",
        during=lambda: there.commit(f"{NOW:%Y-%m-%dT%H:%M:%S+0000}", {PATH: text(tags="[changed]", version='"2.0"')}),
    )
    assert (code, (there.root / "ledger").exists()) == (2, False)
    assert "AC-001 was changed while you read it" in seen


def test_another_commit_meanwhile_is_no_obstacle(
    there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user(monkeypatch, tmp_path, "ben")
    code, _ = on_terminal(
        there,
        "walked through",
        "y",
        during=lambda: there.commit(f"{NOW:%Y-%m-%dT%H:%M:%S+0000}", {"infra/a.tf": "2\n"}),
    )
    assert (code, row(there).reviewed_by) == (0, "ben")


def test_a_commit_in_the_very_moment_is_waited_for(say: As, there: GitRepository) -> None:
    between = 'git update-ref HEAD "$(git commit-tree -p HEAD -m between HEAD^{tree})"'
    hook(there, "pre-commit", f"test -e .git/once || {{ touch .git/once; {between}; }}")
    assert say("ben", "review", "AC-001").code == 0
    assert there.git("log", "-2", "--format=%s").splitlines() == ["Review AC-001 1.0 (no change)", "between"]
    assert (row(there).reviewed_by, status(there)) == ("ben", [])


def test_leftovers_of_a_run_that_was_cut_off_are_told(say: As, there: GitRepository) -> None:
    say("ben", "review", "AC-001", "--no-commit")
    [path] = [line.removeprefix("?? ") for line in status(there)]
    done = say("ben", "review", "AC-001", "--note", "again")
    assert done.err == (f"note: ledger/sops/AC-001 holds entries that are not committed: {path.rpartition('/')[2]}\n")
    assert say("ben", "review", "AC-001").code == 0  # the same words: the file that is there is committed
    assert status(there) == []


def test_an_address_of_two_people_is_nobodys(say: As, there: GitRepository) -> None:
    people = (there.root / "registers/people.yaml").read_text()
    there.commit("2026-03-01", {"registers/people.yaml": people.replace("cat@", "ben@")})
    assert say("ben", "review", "AC-001").err.splitlines()[0] == "sopkit: ben@acme.example belongs to ben and cat"


def test_an_id_of_two_files_and_an_unreadable_text(say: As, there: GitRepository) -> None:
    there.commit("2026-03-01", {"sops/copy.md": text()})
    assert say("ben", "review", "AC-001").err.splitlines()[0] == (
        "sopkit: AC-001 is the id of several files: sops/ac-001.md, sops/copy.md"
    )
    there.commit("2026-03-02", {"sops/copy.md": None, PATH: "---\nid: [\n---\n"})
    assert say("ben", "review", "AC-001").err.splitlines()[0] == f"sopkit: {PATH}: its front matter cannot be read"


def test_an_entry_that_the_index_lost_is_told(say: As, there: GitRepository) -> None:
    say("ben", "review", "AC-001")
    [path] = [line.partition("\t")[2] for line in files(there)]
    there.git("update-index", "--force-remove", path)
    done = say("ben", "review", "AC-001", "--note", "again")
    advice = f"as after a commit that was cut off; run: git reset -q -- {path}"
    assert done.err.endswith(f"{advice}\n")
    [note] = json.loads(say("ben", "stale", "-f", "json", bare=True).out)["notes"]
    assert note.endswith(advice)
    doctor = json.loads(say("ben", "doctor", "-f", "json", bare=True).out)["rows"]
    assert [row["state"] for row in doctor if row["check"] == "interrupted"] == ["warning"]
    verified = say("ben", "verify", "-f", "json", bare=True)
    findings = [one for one in json.loads(verified.out)["findings"] if one["code"] == "staged-removal"]
    assert [(one["path"], one["message"].partition("; ")[2]) for one in findings] == [
        (path, f"run: git reset -q -- {path}")
    ]
    assert (verified.code, say("ben", "verify", "--fail-on", "staged-removal", bare=True).code) == (0, 1)
    there.git("reset", "-q", "--", path)
    assert status(there) == []
