"""`sopkit feedback`: said, listed, answered, and read back from what the handbook's link began."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import sync_playwright
from tests.authoring.ledger import CONFIG, PEOPLE, files, library, status, user
from tests.cli.conftest import Done, Run
from tests.repository import GitRepository

pytestmark = pytest.mark.slow  # about a second each

DAY = datetime.now(UTC).date()  # noqa: TID251 - the command reads the clock
As = Callable[..., Done]


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    config = f'{CONFIG}[handbook]\nfeedback = "https://forge.example/new?labels=sop"\n[practice]\nimporters = ["dan"]\n'
    people = PEOPLE.replace("emails: [ben@acme.example]", "emails: [ben@acme.example], logins: {github: broy}")
    return library(tmp_path / "library", **{"sopkit.toml": config, "registers/people.yaml": people})


@pytest.fixture
def say(run: Run, there: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> As:
    """Runs sopkit as a person, in a library whose SOP is approved."""

    def call(who: str, *words: str | Path) -> Done:
        user(monkeypatch, tmp_path, who)
        return run(*words, "-C", there.root)

    done = call("cat", "approve", "AC-001", "--note", "read it", "--yes")
    assert done.code == 0, done.err
    return call


def listed(say: As) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(say("ben", "feedback", "list", "-f", "json").out)["rows"]
    return rows


def test_what_is_said_is_listed_and_answered(say: As, there: GitRepository) -> None:
    words = "Which tenant?\n> quoted"
    done = say("ann", "feedback", "add", "AC-001", "--step", "#step-2", "--text", words, "--clarity", "2")
    assert done.code == 0, done.err
    assert [one.partition("\t")[0] for one in files(there)] == ["A"]
    [row] = listed(say)
    assert (row["sop"], row["version"], row["step"], row["by"]) == ("AC-001", "1.0", "step-2", "Ann Lee")
    assert (row["text"], row["waits"], row["proof"]) == ("Which tenant?", True, "own commit")
    assert row["answer"].startswith("due by ")
    name = Path(row["record"]).name
    owner = say("ann", "feedback", "close", name, "--declined", "It is clear", "--yes")
    assert owner.code == 2
    assert "it-operations: Ben Roy (ben)" in owner.err
    unknown = say("ben", "feedback", "close", name, "--changed", "7.0", "--yes")
    assert "AC-001 has no version 7.0" in unknown.err
    assert status(there) == []
    done = say("ben", "feedback", "close", row["record"], "--declined", "The tenant is in the inputs", "--yes")
    assert done.code == 0, done.err
    assert [(one["answer"], one["waits"]) for one in listed(say)] == [("declined: The tenant is in the inputs", False)]


def test_nothing_said_and_nothing_decided_are_usage_errors(say: As, there: GitRepository) -> None:
    assert say("ann", "feedback", "add", "AC-001", "--text", " ").code == 2
    assert "did you mean AC-001" in say("ann", "feedback", "add", "AC-01", "--text", "x").err
    assert say("ben", "feedback", "close", "x.yaml").code == 2
    assert (
        "no feedback is recorded in a file x.yaml" in say("ben", "feedback", "close", "x.yaml", "--declined", "x").err
    )
    assert status(there) == []
    assert not (there.root / "ledger/feedback").exists()


def reported(say: As, tmp_path: Path) -> str:
    """The body of the issue that the handbook's link begins for the second step, as a browser follows it."""
    assert say("ben", "build", "-o", tmp_path / "site").code == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.route("https://forge.example/**", lambda route: route.fulfill(body="made"))
        page.goto(f"{(tmp_path / 'site/sop/AC-001/index.html').as_uri()}#step-2")
        page.locator("a[data-step]").click(timeout=5000)
        page.wait_for_url("https://forge.example/**", timeout=5000)
        address = page.url
        browser.close()
    return parse_qs(urlsplit(address).query)["body"][0]


def test_an_issue_and_a_mail_of_the_handbooks_link_are_read_back_once(
    say: As, there: GitRepository, tmp_path: Path
) -> None:
    body = reported(say, tmp_path)
    issues = [
        {"number": 3, "html_url": "https://forge.example/3", "created_at": f"{DAY}T08:00:00Z", "user": {"login": "broy"},
         "body": f"Step 2 is not clear.{body}"},
        {"number": 4, "html_url": "https://forge.example/4", "created_at": f"{DAY}T08:00:00Z", "body": "Something else"},
        {"number": 5, "html_url": "https://forge.example/5", "created_at": f"{DAY}T08:00:00Z",
         "body": body.replace("id=AC-001", "id=AC-999") + "\nWrong"},
    ]  # fmt: skip
    file = tmp_path / "issues.json"
    file.write_text(json.dumps(issues))
    done = say("dan", "feedback", "import", file)
    assert done.code == 0, done.err
    assert "1 without the line" in done.err
    assert "issue 3: left out: no SOP AC-999 has landed" in done.err
    [row] = listed(say)
    assert (row["by"], row["step"], row["version"], row["proof"]) == ("Ben Roy", "step-2", "1.0", "reported")
    assert row["text"] == "Step 2 is not clear."
    record = (there.root / row["record"]).read_text()
    assert "digest: sop1:" in record
    head = there.git("rev-parse", "HEAD")
    again = say("dan", "feedback", "import", file)
    assert "nothing new" in again.out
    assert "1 recorded already" in again.err
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "Ann Lee <ann@acme.example>", "<1@acme.example>"
    mail["Date"] = datetime.now(UTC)  # noqa: TID251
    mail.set_content(f"Please explain.\n{body}")
    file = tmp_path / "mail.eml"
    file.write_bytes(mail.as_bytes())
    assert "would" not in say("dan", "feedback", "import", file, "--dry-run").out
    assert there.git("rev-parse", "HEAD") == head
    assert say("dan", "feedback", "import", file).code == 0
    assert say("dan", "feedback", "import", file).out == "nothing new\n"
    assert {row["by"] for row in listed(say)} == {"Ann Lee", "Ben Roy"}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", '[{"body": "sopkit feedback: id=AC-001 version= step= digest="}]', "does not say when it was made"),
        ("x.json", "{", "not JSON"),
        ("x.eml", "hello", "is no mail with a date and a text"),
        ("x.txt", "hello", "not JSON of issues"),
    ],
)
def test_a_file_that_holds_no_feedback(
    say: As, there: GitRepository, tmp_path: Path, name: str, content: str, words: str
) -> None:
    (tmp_path / name).write_text(content)
    done = say("dan", "feedback", "import", tmp_path / name)
    assert done.code == 2
    assert words in done.err
    assert status(there) == []
