"""Parts, groups and the calendar of `sopkit stale`, and its reminders, as its users call them."""

import csv
import io
import json
import os
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.build import complete
from tests.cli.conftest import Run
from tests.repository import GitRepository

pytestmark = pytest.mark.slow

PEOPLE = """\
- {key: ann, name: Ann Lee, emails: [ann@acme.example]}
- {key: ben, name: Ben Roy, emails: [ben@acme.example]}
- {key: cat, name: Cat Diaz, emails: [cat@acme.example], to: 2026-06-30}
"""
ROLES = """\
- {id: security-lead, title: Security lead, holders: [{person: ann}]}
- {id: platform-lead, title: Head of platform, holders: [{person: cat}], deputies: [{person: ben}]}
"""
AT = ("--basis", "git", "--as-of", "2026-11-24")


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    """Three SOPs: one overdue on 2026-11-10, one due on 2026-12-01, one much later, which watches infra/."""
    repository = GitRepository.start(tmp_path / "acme")
    path = "docs/sops/{}.md"
    repository.commit(
        "2025-11-10",
        {
            "docs/sopkit.toml": '[library]\nname = "Acme"\n',
            "docs/registers/people.yaml": PEOPLE,
            "docs/registers/roles.yaml": ROLES,
            path.format("ac-001"): complete(id="AC-001"),
        },
    )
    repository.commit("2025-12-01", {path.format("ac-002"): complete(id="AC-002", title="Revoke access")})
    repository.commit(
        "2026-10-05",
        {
            path.format("bk-001"): complete(
                id="BK-001", title="Back up", area="backup-recovery", owner="platform-lead", watches='["infra/**/*.tf"]'
            ),
            "infra/backup/plan.tf": "1\n",
        },
    )
    return repository


@pytest.fixture
def stale(run: Run, there: GitRepository) -> Callable[..., Any]:
    return lambda *words: run("stale", "-C", there.root / "docs", *AT, *words)


def test_by_owner_says_who_holds_the_role(stale: Run) -> None:
    lines = stale("--by", "owner").out.split("\n\n")
    assert lines[0] == "Head of platform (platform-lead): nobody on 2026-11-24; deputy Ben Roy\n1 SOP: 1 unproven-fresh"
    assert lines[2] == "Security lead (security-lead): Ann Lee\n2 SOPs: 1 due-soon, 1 unproven-overdue"
    assert [line.split()[0] for line in lines[3].splitlines()] == ["ID", "AC-001", "AC-002"]
    assert lines[-1] == "3 SOPs as of 2026-11-24, basis git: 1 due-soon, 1 unproven-fresh, 1 unproven-overdue\n"


def test_by_area_and_state(stale: Run) -> None:
    heads = [part.split("\n")[0] for part in stale("--by", "area").out.split("\n\n")]
    assert heads[0::2] == ["Access control (access-control)", "Backup and recovery (backup-recovery)", heads[-1]]
    heads = [part.split("\n")[0] for part in stale("--by", "state").out.split("\n\n")]
    assert heads[0::2][:3] == ["unproven-overdue", "due-soon", "unproven-fresh"]
    text = stale("--by", "state", "-f", "markdown").out
    assert text.count("| id | title |") == 3
    assert text.count("# Stale SOPs") == 1
    assert "\n## due-soon\n\n1 SOP: 1 due-soon\n\n| id |" in text
    assert stale("--by", "state", "-f", "json").out == stale("-f", "json").out


@pytest.mark.slow
def test_filters_hold_in_every_format_and_together(stale: Run, there: GitRepository) -> None:
    assert [row["id"] for row in json.loads(stale("--within", "30d", "-f", "json").out)["rows"]] == ["AC-001", "AC-002"]
    rows = list(csv.DictReader(io.StringIO(stale("--within", "2 days", "-f", "csv").out)))
    assert [row["id"] for row in rows] == ["AC-001"]
    assert "AC-002" not in stale("--within", "2 days", "-f", "markdown").out
    assert stale("--within", "12 months", "-f", "json").out == stale("-f", "json").out
    assert stale("--within", "soon").code == 2
    there.commit("2026-11-20", {"infra/backup/plan.tf": "2\n"})
    assert stale("--changed", "HEAD~1", "--within", "30d").out == "no SOP\n\nno SOP as of 2026-11-24\n"


def test_changed_names_the_files(stale: Run, there: GitRepository) -> None:
    start = there.git("rev-parse", "HEAD")
    there.commit("2026-11-20", {"infra/backup/plan.tf": "2\n", "other.tf": "x"})
    [row] = json.loads(stale("--changed", start, "-f", "json").out)["rows"]
    assert row["reason"].startswith(
        "this change touches infra/backup/plan.tf, which BK-001 describes "
        "(Head of platform, review it: sopkit review BK-001 --watched); review is due on "
    )
    assert stale("--changed", "HEAD").out.startswith("no SOP\n")
    wrong = stale("--changed", "trunk")
    assert (wrong.code, "no branch, tag or commit is called 'trunk'" in wrong.err) == (2, True)


def test_integrity_fails_though_it_is_filtered_out(run: Run, there: GitRepository) -> None:
    there.commit("2026-10-06", {"docs/sops/copy.md": complete(id="BK-001")})
    words = ("stale", "-C", there.root / "docs", *AT)
    note = "note: every run fails (exit 1) until this is seen to: BK-001 duplicate-id; see sopkit stale\n"
    for hides in (("--changed", "HEAD"), ("--remind", "json")):
        done = run(*words, *hides)
        assert (done.code, done.err) == (1, note)
    shown = run(*words)
    assert (shown.code, shown.out.count("duplicate-id") > 1, shown.err) == (1, True, "")


def test_an_anchor_that_is_gone_fails(stale: Run, there: GitRepository) -> None:
    old = there.git("rev-parse", "HEAD~1")
    assert stale("--anchor", old).code == 0
    gone = there.git("rev-parse", "HEAD")
    there.commit("2026-10-05", message="another message", amend=True)
    done = stale("--anchor", gone, "--within", "1 day")
    assert (done.code, "history-rewritten" in done.out) == (1, True)


def test_calendar_in_a_pipe_only_when_asked(stale: Run) -> None:
    assert "Reviews due" not in stale().out
    lines = stale("--calendar").out.split("\n\n")[-1].splitlines()
    assert lines[:4] == [
        "Reviews due, as of 2026-11-24",
        "overdue    1 #  AC-001",
        "2026-11    0",
        "2026-12    1 #  AC-002",
    ]
    assert len(lines) == 14
    assert max(map(len, lines)) <= 40
    assert stale("--calendar", "-f", "json").code == 2


def test_reminders_are_printed(stale: Run) -> None:
    found = json.loads(stale("--remind", "json").out)
    assert [row["marker"] for row in found["rows"]] == [
        "sopkit-reminder:AC-001:2026-11-10:overdue-2",
        "sopkit-reminder:AC-002:2026-12-01:due-7",
    ]
    assert [row["id"] for row in json.loads(stale("--remind", "json", "--all").out)["rows"]] == [
        "AC-001",
        "AC-002",
        "BK-001",
    ]
    assert stale("--remind", "jso").code == 2
    assert stale("--send").code == 2
    assert stale("--remind", "json", "-f", "csv").code == 2


def test_since_a_day(run: Run, there: GitRepository) -> None:
    words = ("stale", "-C", there.root / "docs", "--basis", "git", "--as-of", "2026-11-26", "--remind", "json")
    assert json.loads(run(*words).out)["rows"] == []
    rows = json.loads(run(*words, "--since", "2026-11-23").out)["rows"]
    assert [row["stage"] for row in rows] == ["overdue-2", "due-7"]
    assert run(*words, "--since", "yesterday").code == 2


def test_sending_tells_what_arrived(run: Run, there: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = [200, 404]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(statuses.pop(0))
            self.end_headers()

        def log_message(self, *words: Any) -> None:
            pass

    docs = there.root / "docs"
    (docs / "sopkit.toml").write_text('[library]\nname = "Acme"\n[remind]\nslack = "env:HOOK"\n')
    words = ("stale", "-C", docs, *AT, "--remind", "slack", "--send")
    unset = run(*words)
    assert (unset.code, "the variable HOOK is not set" in unset.err) == (2, True)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("HOOK", f"http://127.0.0.1:{server.server_address[1]}/s3cr3t")
        monkeypatch.setenv("no_proxy", "*")
        good, bad = run(*words), run(*words)
        server.shutdown()
    assert (good.code, good.out, good.err) == (0, "sent: AC-001, AC-002\n", "")
    assert (bad.code, bad.out, bad.err) == (1, "", "not sent: AC-001, AC-002: answered 404\n")
    assert run("stale", "-C", docs, *AT, "--remind", "github", "--send").code == 2
    assert os.environ["HOOK"].endswith("s3cr3t")
    assert "s3cr3t" not in good.out + bad.err
