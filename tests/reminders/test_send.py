"""Sending, against real servers on this machine."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from tests.reminders.conftest import Made, a_row, an_output

from sopkit.model.config import RemindTable
from sopkit.model.errors import SopkitError
from sopkit.reminders import transports
from sopkit.reminders.formats import ReminderMessage, format_named
from sopkit.reminders.reminder import DeliveryTarget
from sopkit.reminders.send import DeliveryResult, deliver, read_sender, read_target

PARCEL = (ReminderMessage("AC-001", b'{"a":1}'),)
SLACK = format_named("slack")
SECRET = "T000/B000/s3cr3t"


@dataclass
class Web:
    """A webhook that gives prepared answers: a status, headers and a body, or nothing for a long time."""

    answers: list[tuple[int, dict[str, str], str]]
    got: list[tuple[str, bytes]] = field(default_factory=list)
    url: str = ""


Start = Callable[..., Web]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setenv("no_proxy", "*")
    servers: list[ThreadingHTTPServer] = []
    hang = threading.Event()

    def start(*answers: tuple[int, dict[str, str], str]) -> Web:
        found = Web(list(answers))

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                found.got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
                status, headers, body = found.answers.pop(0) if found.answers else (200, {}, "ok")
                if not status:
                    hang.wait(5)
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST  # noqa: N815 - the library's name

            def log_message(self, *words: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        found.url = f"http://127.0.0.1:{server.server_address[1]}/services/{SECRET}"
        return found

    yield start
    hang.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def sent(url: str, messages: tuple[ReminderMessage, ...] = PARCEL) -> tuple[DeliveryResult, list[float]]:
    pauses: list[float] = []
    to = read_target(SLACK, RemindTable.model_validate({"slack": "env:HOOK"}), {"HOOK": url})
    return deliver(SLACK, messages, to, pauses.append), pauses


def test_posts_what_would_be_printed(web: Start, made: Made) -> None:
    there = web()
    output = an_output(*made(a_row(due=an_output().as_of)))
    assert sent(there.url, SLACK.messages(output)) == (DeliveryResult(("AC-001",)), [])
    [(path, body)] = there.got
    assert (path, body.decode()) == (f"/services/{SECRET}", SLACK.write(output).strip())
    assert json.loads(body)["blocks"]


@pytest.mark.parametrize(
    ("answers", "expected", "pauses"),
    [
        ([(500, {}, "x")], DeliveryResult(("AC-001",)), [1.0]),
        ([(503, {}, "x"), (502, {}, "y")], DeliveryResult(("AC-001",)), [1.0, 2.0]),
        ([(500, {}, "down")] * 3, DeliveryResult((), (("AC-001", "answered 500 down, 3 times"),)), [1.0, 2.0]),
        ([(429, {"Retry-After": "7"}, "")], DeliveryResult(("AC-001",)), [7.0]),
        ([(429, {"Retry-After": "Tue, 24 Nov 2026 00:00:00 GMT"}, "")], DeliveryResult(("AC-001",)), [1.0]),
        (
            [(429, {"Retry-After": "3600"}, "")],
            DeliveryResult((), (("AC-001", "answered 429; it asks to come back in 3600 seconds"),)),
            [],
        ),
        ([(404, {}, "no_service")], DeliveryResult((), (("AC-001", "answered 404 no_service"),)), []),
        ([(403, {}, f"no {SECRET}\x1b")], DeliveryResult((), (("AC-001", "answered 403 no ***/***/***\\x1b"),)), []),
    ],
)
def test_answers(
    web: Start, answers: list[tuple[int, dict[str, str], str]], expected: DeliveryResult, pauses: list[float]
) -> None:
    assert sent(web(*answers).url) == (expected, pauses)


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("no_service", "no_service"),
        ("token 8Zq7Kx/+Pw2 is unknown", "token *** is unknown"),
        ("TOKEN 8ZQ7KX/+PW2", "TOKEN ***"),
        ("8Zq7Kx%2F%2BPw2 8Zq7Kx%252F%252BPw2", "*** ***"),
        (r'{"path": "\/services\/T0AB12\/8Zq7K\u0078\/+Pw2"}', '{"path": "/services/***/***"}'),
        ("&#56;Zq7Kx/+Pw2 &amp;#x54;0AB12", "*** ***"),
        ("8Zq7Kx… and …x/+Pw2", "***… and …***"),
        ("bad signature Zm9vYmFy, fragment sh0rt", "bad signature ***, fragment ***"),
        ("user usér, password p@ss", "user ***, password ***"),
        ("AUTH PLAIN AHVzw6lyAHBAc3M=", "AUTH PLAIN ***="),
        ("T0AB9 is another word; \x1b[31m \u202e", "T0AB9 is another word; \\x1b[31m \\u202e"),
    ],
)
def test_no_part_of_an_address_is_shown(reply: str, shown: str) -> None:
    """Whatever a server makes of it: the log of a pipeline has more readers than its secrets."""
    url = "https://us%C3%A9r:p%40ss@hooks.example/services/T0AB12/8Zq7Kx%2F+Pw2?sig=Zm9vYmFy&v=1#sh0rt"
    assert DeliveryTarget(urlsplit(url), "env:HOOK (hooks.example)").redacted(reply) == shown


def test_an_address_that_no_host_can_have() -> None:
    """The name of a host is encoded by Python, whose error is no DeliveryError."""
    done, _ = sent(f"https://{'a' * 70}.example/{SECRET}")
    assert "cannot be reached: " in done.failed[0][1]
    assert "s3cr3t" not in str(done)


def test_a_redirection_is_not_followed(web: Start) -> None:
    elsewhere = web()
    there = web((307, {"Location": elsewhere.url}, ""), (302, {"Location": elsewhere.url}, ""))
    assert sent(there.url)[0] == DeliveryResult((), (("AC-001", "answered 307"),))
    assert sent(there.url)[0] == DeliveryResult((), (("AC-001", "answered 302"),))
    assert elsewhere.got == []


def test_one_that_fails_does_not_stop_the_next(web: Start) -> None:
    there = web((400, {}, "bad"), (200, {}, "ok"))
    done, _ = sent(there.url, (*PARCEL, ReminderMessage("BK-001", b"{}")))
    assert done == DeliveryResult(("BK-001",), (("AC-001", "answered 400 bad"),))


@pytest.mark.slow
def test_a_server_that_says_nothing(web: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    there = web((0, {}, ""), (0, {}, ""), (0, {}, ""))
    monkeypatch.setattr(transports.post_json, "__defaults__", (0.2,))
    done, pauses = sent(there.url)
    assert done == DeliveryResult(
        (), (("AC-001", "env:HOOK (127.0.0.1) cannot be reached: no answer in time, 3 times"),)
    )
    assert pauses == [1.0, 2.0]


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{one.getsockname()[1]}/{SECRET}"
    done, pauses = sent(url)
    assert "cannot be reached: [Errno 111] Connection refused, 3 times" in done.failed[0][1]
    assert SECRET not in str(done)
    assert pauses == [1.0, 2.0]


@pytest.mark.parametrize(
    ("name", "table", "environment", "message"),
    [
        ("slack", {}, {}, "no address is configured for slack"),
        (
            "slack",
            {"slack": f"https://hooks.example/{SECRET}"},
            {},
            "[remind] slack in sopkit.toml is not the name of a variable, and an address is a secret",
        ),
        ("teams", {"teams": "env:T"}, {}, "the variable T is not set, which [remind] teams names"),
        (
            "teams",
            {"teams": "env:T"},
            {"T": f"http://elsewhere.example/{SECRET}"},
            "the address in env:T is none for teams",
        ),
        ("teams", {"teams": "env:T"}, {"T": f"file:///{SECRET}"}, "the address in env:T is none for teams"),
        ("teams", {"teams": "env:T"}, {"T": f"https://h:x/{SECRET}"}, "the address in env:T is none for teams"),
        ("teams", {"teams": "env:T"}, {"T": f"https://[h/{SECRET}"}, "the address in env:T is none for teams"),
        ("teams", {"teams": "env:T"}, {"T": f"https://h/ä {SECRET}"}, "the address in env:T is none for teams"),
        ("email", {}, {}, "no address is configured for smtp"),
        ("email", {"smtp": "env:S"}, {"S": "smtp://127.0.0.1"}, "no usable sender is configured for e-mails"),
        (
            "email",
            {"smtp": "env:S", "from": "a@b"},
            {"S": f"https://u:{SECRET}@h"},
            "the address in env:S is none for smtp",
        ),
        ("github", {}, {}, "reminders as github are printed only; this version sends slack, teams and email"),
        ("ics", {}, {}, "reminders as ics are printed only; this version sends slack, teams and email"),
    ],
)
def test_what_is_not_configured(name: str, table: dict[str, str], environment: dict[str, str], message: str) -> None:
    with pytest.raises(SopkitError) as caught:
        read_target(format_named(name), RemindTable.model_validate(table), environment)
    assert caught.value.message == message
    assert caught.value.hint
    assert SECRET not in f"{caught.value.message}{caught.value.hint}"


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("a@b.example", "a@b.example"),
        ("Acme, Sopkit <a@b.example>", ""),
        ('"Acme, Sopkit" <a@b.example>', '"Acme, Sopkit" <a@b.example>'),
        ("env:FROM", "Ümit <u@b.example>"),
        ("env:NOT_SET", ""),
        ("a..b@c", ""),
        ("nobody", ""),
        ("a@b\r\nBcc: c@d", ""),
    ],
)
def test_sender(typed: str, used: str, made: Made) -> None:
    found = read_sender(RemindTable.model_validate({"from": typed}), {"FROM": "Ümit <u@b.example>"})
    assert found == used
    assert "\nFrom: " in format_named("email").write(an_output(*made(a_row(due=an_output().as_of)), sender=found))


class Inbox:
    """What an SMTP server took; the first answers to a recipient may be prepared."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.got = list(answers), list[tuple[str, list[str], bytes]]()

    async def handle_RCPT(self, *about: Any) -> str:  # noqa: N802 - the library's name
        _, _, envelope, address, _ = about
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, *about: Any) -> str:  # noqa: N802 - as above
        envelope = about[-1]
        self.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


Mails = Callable[..., tuple[DeliveryResult, list[float], Inbox]]


@pytest.fixture
def mails(made: Made) -> Iterator[Mails]:
    running: list[Controller] = []

    def send(*answers: str, login: str = "", host: str = "127.0.0.1") -> tuple[DeliveryResult, list[float], Inbox]:
        def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            good = isinstance(data, LoginPassword) and data.password == b"p@ss word"
            return AuthResult(success=good, handled=good)

        inbox = Inbox(*answers)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        controller = Controller(
            inbox, host, port, authenticator=check, auth_require_tls=False, auth_required=bool(login)
        )
        controller.start()
        running.append(controller)
        table = RemindTable.model_validate({"smtp": "env:SMTP", "from": "Sopkit <security@acme.example>"})
        form, pauses = format_named("email"), list[float]()
        to = read_target(form, table, {"SMTP": f"smtp://{login}{host}:{port}"})
        output = an_output(*made(a_row(due=an_output().as_of)), sender=to.sender)
        return deliver(form, form.messages(output), to, pauses.append), pauses, inbox

    yield send
    for controller in running:
        controller.stop()


LABEL = "Ann Lee: [sopkit] AC-001: review is due on 2026-11-24, today"


def test_mail_arrives(mails: Mails) -> None:
    done, _, inbox = mails()
    assert done == DeliveryResult((LABEL,))
    [(sender, to, data)] = inbox.got
    assert (sender, to) == ("security@acme.example", ["ann@acme.example"])
    assert b"From: Sopkit <security@acme.example>\r\nTo: Ann Lee <ann@acme.example>\r\n" in data


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_mail_with_a_password(mails: Mails) -> None:
    assert mails(login="user:p%40ss%20word@")[0] == DeliveryResult((LABEL,))
    done, pauses, inbox = mails(login="user:wr0ng-secret@")
    assert done.failed[0][1].startswith("answered 535 ")
    assert "wr0ng-secret" not in str(done)
    assert (pauses, inbox.got) == ([], [])


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_password_goes_to_no_other_machine_in_the_clear(mails: Mails) -> None:
    done, _, inbox = mails(login="user:p%40ss%20word@", host="127.0.0.2")
    assert done.failed[0][1] == "env:SMTP (127.0.0.2) offers no encryption, so the password was not sent"
    assert inbox.got == []
    assert (
        mails(login="us%C3%A9r:p%C3%A4ss@")[0].failed[0][1] == "env:SMTP (127.0.0.1): user and password must be ASCII"
    )


def test_mail_that_is_refused_for_now_or_for_good(mails: Mails) -> None:
    assert mails("450 later")[:2] == (DeliveryResult((LABEL,)), [1.0])
    assert mails("450 a", "451 b", "452 c")[:2] == (
        DeliveryResult((), ((LABEL, "answered 452 c, 3 times"),)),
        [1.0, 2.0],
    )
    assert mails("550 nobody here")[:2] == (DeliveryResult((), ((LABEL, "answered 550 nobody here"),)), [])


def test_a_mail_server_that_says_nothing() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        form = format_named("email")
        table = RemindTable.model_validate({"smtp": "env:S", "from": "a@b.example"})
        to = read_target(form, table, {"S": f"smtp://127.0.0.1:{silent.getsockname()[1]}"})
        with (
            transports.SmtpConnection(to, timeout=0.2) as mailer,
            pytest.raises(Exception, match=r"cannot be reached: .*timed out") as caught,
        ):
            mailer.send(ReminderMessage("x", b"x", "c@d.example"))
    assert getattr(caught.value, "again", False)
