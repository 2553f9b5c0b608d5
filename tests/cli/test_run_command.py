"""`sopkit run`: checklists and back, and a procedure walked in the terminal."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from playwright.sync_api import sync_playwright
from tests.authoring.ledger import USERS, files, library, status, text, user
from tests.cli.conftest import Done, Run
from tests.cli.terminal import on_a_terminal
from tests.repository import GitRepository

from sopkit.model.practice import Run as RunRecord
from sopkit.parsing.entry import read_record

pytestmark = pytest.mark.slow  # a few seconds each

NOW = datetime.now(UTC)  # noqa: TID251 - the command reads the clock
DAY = NOW.date()
STEPS = """\
## Procedure

1. <a id="ask"></a>**Line manager**: Ask for access in Jira.
   - If the person leaves, then go to [the last step](#close).
   - Else: go on.
2. <a id="grant"></a>**IT operations**: Grant the access within 4 hours.

   ```
   rm -rf /
   ```
3. <a id="close"></a>**IT operations**: Close the ticket.
"""
As = Callable[..., Done]


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    front, _, body = text().partition("\n---\n")
    before, _, rest = body.partition("## Procedure\n")
    after = rest.partition("## Records")[2]
    sop = f"{front}\n---\n{before}{STEPS}\n## Records{after}"
    return library(tmp_path / "library", **{"sops/ac-001.md": sop})


@pytest.fixture
def say(run: Run, there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> As:
    """Runs sopkit as a person."""

    def call(who: str, *words: str | Path) -> Done:
        user(monkeypatch, tmp_path, who)
        return run(*words, "-C", there.root)

    done = call("cat", "approve", "AC-001", "--note", "read it", "--yes")
    assert done.code == 0, done.err
    return call


def recorded(there: GitRepository) -> list[RunRecord]:
    """The records of runs in the folder, the oldest first."""
    names = there.git(
        "log", "--reverse", "--format=", "--name-only", "--diff-filter=A", "--", "ledger/runs"
    ).splitlines()
    found = [read_record((there.root / name).read_bytes()).entry for name in names if name.endswith(".yaml")]
    return [one for one in found if isinstance(one, RunRecord)]


def checklist(say: As, tmp_path: Path, form: str = "markdown", suffix: str = "md") -> Path:
    file = tmp_path / f"list.{suffix}"
    done = say("ben", "run", "checklist", "AC-001", "--case", "T-7", "-f", form, "-o", file)
    assert done.code == 0, done.err
    return file


def fill(file: Path, **changes: str) -> None:
    """Fill in a checklist in Markdown: the first two steps are done."""
    typed = file.read_text()
    values = {"Who": "Ben Roy, cat", "Started": f"{DAY} 09:00", "Finished": f"{DAY} 15:30", "Outcome": "Done"} | changes
    for label, value in values.items():
        typed = typed.replace(f"- {label}:", f"- {label}: {value}", 1)
    for anchor in ("ask", "grant"):
        typed = re.sub(rf"\[ \](.*step: {anchor} )", r"[x]\1", typed)
    typed = typed.replace("Limit grant started:", f"Limit grant started: {DAY} 09:15")
    file.write_text(typed.replace("Limit grant ended:", f"Limit grant ended: {DAY} 13:00"))


def test_a_checklist_in_markdown_goes_out_and_comes_back(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = checklist(say, tmp_path)
    assert "sopkit checklist: id=AC-001 digest=sop1:" in file.read_text()
    empty = say("ben", "run", "record", file, "--yes")
    assert (empty.code, recorded(there)) == (2, [])
    assert "nothing is ticked or filled in" in empty.err
    fill(file)
    typed = file.read_text().replace("- Skipped because:", "- Skipped because: the ticket stays open", 3)
    file.write_text(typed.replace("- Skipped because: the ticket stays open", "- Skipped because:", 2) + "\n")
    done = say("ben", "run", "record", file, "--yes")
    assert done.code == 0, done.err
    [run] = recorded(there)
    assert (run.case, run.persons, run.outcome, run.version) == ("T-7", ("ben", "cat"), "done", "1.0")
    assert [(one.anchor, one.state, one.why) for one in run.steps] == [
        ("ask", "done", ""),
        ("grant", "done", ""),
        ("close", "skipped", "the ticket stays open"),
    ]
    assert str(run.limits["grant"].since) == f"{DAY} 09:15:00+00:00"
    assert [one.partition("\t")[0] for one in files(there)] == ["A"]
    again = say("ben", "run", "record", file, "--yes")
    assert again.code == 2
    assert len(recorded(there)) == 1


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("<!-- step: grant -->", "<!-- step: grnat -->", "AC-001 has no step `grnat`; did you mean `grant`?"),
        (f"Started: {DAY} 09:00", "Started: soon", "Started: `soon` is not a time"),
        (f"Finished: {DAY} 15:30", f"Finished: {DAY} 08:00", "Finished is before Started"),
        ("Outcome: Done", "Outcome: fine", "Outcome: `fine` is unknown"),
        ("Who: Ben Roy, cat", "Who: Bne Roy", "Who: Bne Roy is not in the people register"),
        ("Case: T-7", "Case: Ben Roy", "the case `Ben Roy` is a person"),
        ("digest=sop1:", "digest=sop1:00", "no text of AC-001 has the digest"),
        ("sopkit checklist:", "our checklist:", "no checklist"),
        (f"Limit grant ended: {DAY} 13:00", f"Limit grant ended: {DAY} 09:00", "limit grant ended before it started"),
    ],
)
def test_a_checklist_that_was_edited_is_refused_with_its_line(
    say: As, there: GitRepository, tmp_path: Path, before: str, after: str, words: str
) -> None:
    file = checklist(say, tmp_path)
    fill(file)
    typed = file.read_text()
    assert before in typed
    file.write_text(typed.replace(before, after))
    done = say("ben", "run", "record", file, "--yes")
    assert done.code == 2
    assert str(file) in done.err
    assert all(word in " ".join(done.err.split()) for word in words.split("; "))
    assert (recorded(there), status(there)) == ([], [])


def test_lines_that_moved_were_reworded_or_lost_are_said(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = checklist(say, tmp_path)
    fill(file)
    head, ask, grant, close = re.split(r"(?m)^(?=- \[)", file.read_text())
    close, deviations = close.split("\n## Deviations")
    grant = grant.replace("Grant the access", "Hand out the access")
    del close
    file.write_text(f"{head}{grant}{ask}\n## Deviations{deviations}".replace("\n", "\r\n"))
    done = say("ben", "run", "record", file, "--yes")
    assert done.code == 0, done.err
    assert "not in the file, so neither done nor skipped: step 3" in done.err
    assert "in another order than in the text" in done.err
    [run] = recorded(there)
    assert [one.anchor for one in run.steps] == ["ask", "grant"]
    assert "Hand out the access" in run.deviations[0].what


def test_a_checklist_of_an_older_text_is_a_deviation(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = checklist(say, tmp_path)
    newer = (there.root / "sops/ac-001.md").read_text().replace('version: "1.0"', 'version: "1.1"')
    there.commit(
        str(NOW.date()), {"sops/ac-001.md": newer.replace("Close the ticket", "Close it")}, author=USERS["ann"]
    )
    assert say("cat", "approve", "AC-001", "--note", "read it", "--yes").code == 0
    today = f"{NOW:%Y-%m-%d %H:%M}"
    fill(file, Started=today, Finished=today)
    typed = file.read_text()
    file.write_text(typed.replace(f"{DAY} 09:15", today).replace(f"{DAY} 13:00", today))
    done = say("ben", "run", "record", file, "--yes")
    assert done.code == 0, done.err
    [run] = recorded(there)
    assert (run.version, [one.what for one in run.deviations]) == (
        "1.0",
        ["followed AC-001 1.0, while AC-001 1.1 was in force"],
    )


def test_no_checklist_of_a_draft_and_of_a_retired_sop(say: As, there: GitRepository) -> None:
    there.commit(str(NOW.date()), {"sops/ac-002.md": text(id="AC-002")}, author=USERS["ann"])
    done = say("ben", "run", "checklist", "AC-002")
    assert (done.code, done.out) == (2, "")
    assert "no approved text of AC-002 is in force" in done.err
    retired = (
        (there.root / "sops/ac-001.md").read_text().replace("status: active", "status: retired\nsuperseded_by: AC-002")
    )
    there.commit(str(NOW.date()), {"sops/ac-001.md": retired}, author=USERS["ann"])
    done = say("ben", "run", "checklist", "AC-001")
    assert "AC-001 is retired" in done.err
    assert "follow its successor: AC-002" in done.err


def test_a_word_file_is_filled_in_and_read_back(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = checklist(say, tmp_path, "docx", "docx")
    assert "nothing is ticked" in say("ben", "run", "record", file, "--yes").err
    document = docx.Document(str(file))
    values = {"Who": "ben", "Started": f"{DAY} 09:00", "Finished": f"{DAY} 10:00", "Outcome": "done"}
    for paragraph in document.paragraphs:
        label = paragraph.text.strip().removesuffix(":")
        if label in values:
            paragraph.add_run(f" {values[label]}")
        if "[step: ask]" in paragraph.text:
            paragraph.runs[0].text = paragraph.runs[0].text.replace("☐", "☒")
    row = document.tables[0].rows[1].cells
    row[0].text, row[1].text, row[2].text = "2", "Asked the vendor", "Okta was down"
    document.save(str(file))
    done = say("ben", "run", "record", file, "--yes")
    assert done.code == 0, done.err
    [run] = recorded(there)
    assert [(one.anchor, one.state) for one in run.steps] == [("ask", "done")]
    assert [(one.step, one.what, one.why) for one in run.deviations] == [("grant", "Asked the vendor", "Okta was down")]


def test_a_page_from_disk_keeps_its_ticks_and_is_read_back(say: As, there: GitRepository, tmp_path: Path) -> None:
    file = checklist(say, tmp_path, "html", "html")
    assert "does not hold what was typed" in say("ben", "run", "record", file).err
    saved = tmp_path / "saved.md"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(offline=True, accept_downloads=True)
        page, errors = context.new_page(), list[str]()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(file.as_uri())
        page.get_by_label("Ask for access in Jira.").check()
        page.get_by_label("Who").fill("ben")
        page.get_by_label("Outcome").fill("done")
        page.get_by_role("button", name="Started: now", exact=True).click()
        page.get_by_label("What was done instead, row 1").fill("By phone | *quickly* <b> \\ [x]")
        page.reload()
        assert page.get_by_label("Ask for access in Jira.").is_checked()
        page.get_by_role("button", name="Finished: now", exact=True).click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save the checklist as a file").click()
        download.value.save_as(saved)
        assert download.value.suggested_filename == "AC-001-T-7.md"
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Clear everything").click()
        page.reload()
        assert not page.get_by_label("Ask for access in Jira.").is_checked()
        assert errors == []
        browser.close()
    done = say("ben", "run", "record", saved, "--yes")
    assert done.code == 0, done.err
    [run] = recorded(there)
    assert [(one.anchor, one.state) for one in run.steps] == [("ask", "done")]
    assert [one.what for one in run.deviations] == ["By phone | *quickly* <b> \\ [x]"]


def test_a_run_through_a_branch_killed_resumed_handed_over_and_finished(say: As, there: GitRepository) -> None:
    say("ben", "run", "list")
    where = ("-C", str(there.root))
    # note, deviate, and leave by Ctrl-C
    code, screen = on_a_terminal(
        "run",
        "start",
        "AC-001",
        "--case",
        "T-9",
        *where,
        typed=("v", "asked by phone", "Jira was down", "d", "2", "", "\x03"),
    )
    assert code == 130, screen
    assert "saved; go on: sopkit run resume T-9" in screen
    assert "Which case?" in screen
    assert "rm -rf /" in screen
    before = (there.root / "runs/open/T-9.yaml").read_bytes()
    assert b'next: "grant"' in before
    # a program that is killed loses no answer
    command = [sys.executable, "-m", "sopkit", "run", "resume", "T-9", *where]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=os.environ)
    assert process.stdin is not None
    process.stdin.write("e https://acme.example/log\n")
    process.stdin.flush()
    deadline = time.monotonic() + 30
    while (there.root / "runs/open/T-9.yaml").read_bytes() == before and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert b"https://acme.example/log" in (there.root / "runs/open/T-9.yaml").read_bytes()
    # hand over with a commit of the one file
    code, screen = on_a_terminal("run", "resume", "T-9", *where, typed=("h", "y"))
    assert code == 0, screen
    assert files(there) == ["A\truns/open/T-9.yaml"]
    listed = say("cat", "run", "list")
    assert re.search(r"T-9\s+AC-001\s+1\.0\s+open\s+2", listed.out)
    code, screen = on_a_terminal("run", "resume", "T-9", *where, typed=("d", "s", "closed by Jira itself", "r"))
    assert code == 0, screen
    [run] = recorded(there)
    assert (run.by, run.persons, run.case) == ("cat", ("ben", "cat"), "T-9")
    assert [(one.anchor, one.state, one.why, one.evidence) for one in run.steps] == [
        ("ask", "done", "", ""),
        ("grant", "done", "", "https://acme.example/log"),
        ("close", "skipped", "closed by Jira itself", ""),
    ]
    assert [(one.step, one.what, one.why) for one in run.deviations] == [("ask", "asked by phone", "Jira was down")]
    assert run.limits["grant"].until is not None
    assert sorted(one.partition("\t")[0] for one in files(there)) == ["A", "D"]
    assert status(there) == []
    shown = say("cat", "run", "show", "T-9")
    assert "skipped" in shown.out
    assert "closed by Jira itself" in shown.out


def test_the_branch_that_is_taken_leaves_steps_out(say: As, there: GitRepository) -> None:
    code, screen = on_a_terminal(
        "run", "start", "AC-001", "--case", "T-2", "-C", str(there.root), typed=("d", "1", "d", "r")
    )
    assert code == 0, screen
    [run] = recorded(there)
    assert [one.anchor for one in run.steps] == ["ask", "close"]
    taken = say("cat", "run", "start", "AC-001", "--case", "T-2")
    assert taken.code == 2
    assert not (there.root / "runs/open/T-2.yaml").exists()


@pytest.mark.parametrize("case", ["../../evil", "a/b", "con", ".hidden", "x" * 90, "t\x1b[2J", "T-1.", "Ben Roy"])
def test_a_case_that_is_no_file_name_is_refused(say: As, there: GitRepository, case: str) -> None:
    done = say("ben", "run", "start", "AC-001", "--case", case)
    assert done.code == 2
    assert "\x1b" not in done.err
    assert not (there.root / "runs").exists()


def test_an_open_run_that_another_program_changed_is_not_overwritten(say: As, there: GitRepository) -> None:
    say("ben", "run", "list")
    where = ("-C", str(there.root))
    on_a_terminal("run", "start", "AC-001", "--case", "T-3", *where, typed=("q",))
    assert say("ben", "run", "start", "AC-001", "--case", "t-3").code == 2
    file = there.root / "runs/open/T-3.yaml"
    command = [sys.executable, "-m", "sopkit", "run", "resume", "T-3", *where]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    process.stdout.readline()
    changed = file.read_bytes() + b"note: changed by hand\n"
    file.write_bytes(changed)
    _, err = process.communicate("e words\n")
    assert process.returncode == 2
    assert "was changed or removed by another program or person" in err
    assert file.read_bytes() == changed
    assert "runs/open" not in say("ben", "lint").out  # work files are no documents
