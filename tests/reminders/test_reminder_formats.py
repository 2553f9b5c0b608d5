"""Every format, read back by somebody else's reader; nothing that a document says breaks out of one."""

import io
import json
import mailbox
import re
import sys
from contextlib import closing
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pyromark
import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator
from tests.reminders.conftest import AS_OF, Made, a_row, an_output

from sopkit.cli.stale import REMINDERS
from sopkit.docs import schemas
from sopkit.lifecycle.status import SopState
from sopkit.model.errors import SopkitError
from sopkit.reminders.formats import all_formats, format_named, format_names
from sopkit.reminders.reminder import Reminder

HOSTILE = (
    "<!channel> <!here> <@U1> @everyone @ann #12 !34 ~bug ```` ``` --> <script>alert(1)</script> [x](http://evil) "
    "**b** _i_ :tada: &amp; BEGIN:VEVENT; a,b\\n"
)
CONTROL = "\r\nBcc: victim@evil.example\r\n\r\n/close\r\n/assign @boss\x1b[2J\u202e"


@pytest.fixture
def hostile(made: Made) -> tuple[Reminder, ...]:
    text = HOSTILE + CONTROL
    due = date(2026, 12, 1)
    return made(a_row(title=text, owner="lead", due=due, reason=text, changed_by=(text,), path=f"sops/{text}.md"))


@pytest.fixture
def usual(made: Made) -> tuple[Reminder, ...]:
    return made(
        a_row(id="AC-001", title="Zugang gewähren", due=date(2026, 12, 1), reason="12 months after r1"),
        a_row(id="AC-002", due=date(2026, 11, 3), state=SopState.UNPROVEN_OVERDUE),
    )


def test_the_command_knows_every_format() -> None:
    assert format_names() == REMINDERS
    assert tuple(all_formats()) == REMINDERS


@pytest.mark.parametrize("name", format_names())
def test_same_input_same_bytes_and_nothing_to_obey(name: str, hostile: tuple[Reminder, ...]) -> None:
    text = format_named(name).write(an_output(*hostile))
    assert text == format_named(name).write(an_output(*hostile))
    assert text.endswith("\n")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", text)


@pytest.mark.parametrize("name", format_names())
def test_nobody_to_remind(name: str) -> None:
    form = format_named(name)
    form.write(an_output())
    assert form.messages(an_output()) == ()


def test_ics(usual: tuple[Reminder, ...]) -> None:
    data = format_named("ics").write(an_output(*usual)).encode()
    assert all(len(line) <= 77 and line.endswith(b"\r\n") for line in data.splitlines(keepends=True))
    first, late = Calendar.from_ical(data).events
    assert (first["UID"], first["DTSTART"].dt, first["DTEND"].dt) == (
        "sopkit-reminder:AC-001@acme-cloud",
        date(2026, 12, 1),
        date(2026, 12, 2),
    )
    assert str(first["SUMMARY"]) == "AC-001 Zugang gewähren: review is due on 2026-12-01, in 7 days"
    assert [alarm["TRIGGER"].dt for alarm in first.walk("VALARM")] == [timedelta(-7), timedelta(-1), timedelta(0)]
    assert (late["DTSTART"].dt, late.walk("VALARM")) == (AS_OF, [])
    later = Calendar.from_ical(format_named("ics").write(an_output(*usual, as_of=date(2026, 11, 25)))).events[0]
    assert (later["UID"], later["SEQUENCE"]) == (first["UID"], first["SEQUENCE"] + 1)


def test_ics_keeps_a_hostile_text_in_its_line(hostile: tuple[Reminder, ...]) -> None:
    calendar = Calendar.from_ical(format_named("ics").write(an_output(*hostile)))
    [event] = calendar.events
    assert event["SUMMARY"].startswith(f"AC-001 {HOSTILE[:60]}")
    assert set(event) <= {
        "UID",
        "DTSTAMP",
        "SEQUENCE",
        "SUMMARY",
        "DTSTART",
        "DTEND",
        "DESCRIPTION",
        "CATEGORIES",
        "TRANSP",
        "X-SOPKIT-REMINDER",
    }


def test_ics_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(SopkitError) as caught:
        format_named("ics").write(an_output())
    assert caught.value.hint == "run: pip install 'sopkit[calendar]'"


def test_slack_parses_none_of_it(hostile: tuple[Reminder, ...]) -> None:
    message = json.loads(format_named("slack").write(an_output(*hostile, library="A <!channel> & co")))
    assert "<" not in message["text"]
    assert message["mrkdwn"] is False
    kinds = [block["type"] for block in message["blocks"]]
    assert kinds == ["header", "rich_text", "context"]
    texts = message["blocks"][1]["elements"][0]["elements"]
    assert {text["type"] for text in texts} == {"text"}
    assert "<!channel>" in texts[0]["text"]
    assert "mrkdwn" not in {block["text"]["type"] for block in message["blocks"] if "text" in block}


@pytest.mark.parametrize(("name", "most"), [("slack", 13_500), ("teams", 28_000)])
def test_many_reminders_are_several_messages_within_the_limits(name: str, most: int, made: Made) -> None:
    rows = [a_row(id=f"AC-{at:03}", due=date(2026, 12, 1), reason="why " * 2000) for at in range(120)]
    form, output = format_named(name), an_output(*made(*rows))
    lines = form.write(output).splitlines()
    assert len(lines) > 1
    for line in lines:
        assert len(line) <= most
        assert len(json.loads(line).get("blocks", ())) <= 50
    named = [word for message in form.messages(output) for word in message.label.split(", ")]
    assert named == [row.id for row in rows]
    assert [message.data.decode() for message in form.messages(output)] == lines


def test_teams_uses_text_runs_only(hostile: tuple[Reminder, ...]) -> None:
    message = json.loads(format_named("teams").write(an_output(*hostile)))
    [attachment] = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    text = json.dumps(attachment)
    assert '"TextBlock"' not in text
    assert '"RichTextBlock"' in text
    assert '"entities"' not in text


def test_email_is_one_message_a_person(usual: tuple[Reminder, ...], tmp_path: Path) -> None:
    output = an_output(*usual, sender="Sopkit <security@acme.example>")
    (tmp_path / "mbox").write_text(format_named("email").write(output), "utf-8")
    with closing(mailbox.mbox(tmp_path / "mbox")) as box:
        with_all = [message_from_bytes(found.as_bytes(), policy=default) for found in box]
    assert [(found["To"], found["Subject"]) for found in with_all] == [
        ("Ann Lee <ann@acme.example>", "[sopkit] 2 SOPs wait for you: AC-001, AC-002"),
        ("Ben Roy <ben@acme.example>", "[sopkit] AC-002: review was due on 2026-11-03, 21 days ago"),
        ("Cat Diaz <cat@acme.example>", "[sopkit] AC-002: review was due on 2026-11-03, 21 days ago"),
    ]
    first = with_all[0]
    assert (first["From"], first["Auto-Submitted"]) == ("Sopkit <security@acme.example>", "auto-generated")
    assert first["Message-ID"].endswith("@acme.example>")
    body = first.get_body(("plain",))
    assert body is not None
    assert "AC-001 Zugang gewähren\n  review is due on 2026-12-01, in 7 days\n" in body.get_content()


def test_email_headers_and_html_hold(hostile: tuple[Reminder, ...]) -> None:
    [message] = format_named("email").messages(an_output(*hostile, sender="a@b.example"))
    assert message.to == "ann@acme.example"
    found = message_from_bytes(message.data, policy=default)
    assert found["Bcc"] is None
    assert found.get_all("To") == ["Ann Lee <ann@acme.example>"]
    html = found.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()


def test_email_names_whom_it_cannot_reach(made: Made) -> None:
    due = date(2026, 12, 1)
    output = an_output(*made(a_row(owner="mute", due=due), a_row(id="AC-002", owner="void", due=due)))
    assert format_named("email").messages(output) == ()
    assert format_named("email").undeliverable(output) == (
        "AC-001: review is due on 2026-12-01, in 7 days: Eve Ash has no e-mail address in the register of people",
        "AC-002: review is due on 2026-12-01, in 7 days: Void: nobody on 2026-11-24, and there is no deputy",
    )


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_issues_keep_documents_in_one_block_of_code(name: str, hostile: tuple[Reminder, ...]) -> None:
    found = json.loads(format_named(name).write(an_output(*hostile)))
    Draft202012Validator(schemas()["remind-issues"]).validate(found)
    [issue] = found["rows"]
    html = pyromark.html(issue["body"])
    outside = re.sub(r"<pre>.*?</pre>", "", html, flags=re.DOTALL)
    assert outside.split() == [
        "<!--",
        "sopkit-reminder:AC-001:review",
        "-->",
        "<!--",
        "sopkit-reminder:AC-001:2026-12-01:due-7",
        "-->",
        "<p>Judged",
        "as",
        "of",
        "2026-11-24",
        "by",
        "sopkit",
        "9.9.9",
        "at",
        "commit",
        "c0ffeec0ffee.</p>",
    ]
    assert not re.search(r"[@#!~&](?=\w)", issue["title"])
    assert len(issue["title"]) <= 250
    assert issue["assignees"] == (["ann-acme"] if name == "github" else [])


def test_markdown_shows_it_literally(hostile: tuple[Reminder, ...]) -> None:
    text = format_named("markdown").write(an_output(*hostile))
    html = pyromark.html(text, options=pyromark.Options.ENABLE_TABLES)
    outside = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert "<a " not in outside
    assert "<script" not in outside
    assert "<em>" not in outside
    assert not re.search(r"@\w", outside)
    assert "**b** _i_" in outside


def test_json_follows_its_schema(usual: tuple[Reminder, ...]) -> None:
    found = json.loads(format_named("json").write(an_output(*usual)))
    Draft202012Validator(schemas()["remind"]).validate(found)
    assert [(row["marker"], row["escalated"]) for row in found["rows"]] == [
        ("sopkit-reminder:AC-001:2026-12-01:due-7", False),
        ("sopkit-reminder:AC-002:2026-11-03:overdue-3", True),
    ]
    assert found["rows"][0]["to"][0]["logins"] == {"github": "ann-acme"}
    assert io.StringIO(format_named("json").write(an_output())).read().count("rows") == 1
