"""Transports: hands e-mails to an SMTP server and posts JSON to a webhook."""

import http.client
import smtplib
import ssl
from email.utils import parseaddr
from types import TracebackType
from typing import IO, Self
from urllib.error import HTTPError, URLError
from urllib.parse import unquote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sopkit import __version__
from sopkit.reminders.formats import ReminderMessage
from sopkit.reminders.reminder import DeliveryError, DeliveryTarget

SMTP_TIMEOUT = 15.0  # seconds
_PERMANENT_FAILURE = 500


class SmtpConnection:
    """A connection that is opened by the first message, and again after a fault."""

    def __init__(self, to: DeliveryTarget, timeout: float = SMTP_TIMEOUT) -> None:
        self._to, self._timeout = to, timeout
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def send(self, message: ReminderMessage) -> None:
        """Send one message; raises DeliveryError when the server did not take it."""
        try:
            if self._server is None:
                self._server = self._open()
            self._server.sendmail(parseaddr(self._to.sender)[1], [message.to], message.data)
        except smtplib.SMTPRecipientsRefused as error:
            self._close()
            code, reply = next(iter(error.recipients.values()))
            raise self._refused(code, reply) from None
        except smtplib.SMTPResponseException as error:
            self._close()
            raise self._refused(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPNotSupportedError as error:
            self._close()
            raise DeliveryError(f"{self._to.name}: {self._to.redacted(str(error))}") from None
        except UnicodeError:
            self._close()
            raise DeliveryError(f"{self._to.name}: user and password must be ASCII") from None
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            why = "no answer in time" if isinstance(error, TimeoutError) else self._to.redacted(str(error))
            raise DeliveryError(f"{self._to.name} cannot be reached: {why}", again=True) from None

    def _open(self) -> smtplib.SMTP:
        url, context = self._to.url, ssl.create_default_context()
        host = url.hostname or ""
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(host, url.port or 587, timeout=self._timeout)
        try:
            self._greet(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        """Encrypt the connection and log in; a password goes in the clear to this machine only."""
        url = self._to.url
        server.ehlo_or_helo_if_needed()
        safe = url.scheme == "smtps" or self._to.local
        if not safe and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            safe = True
        if url.username:
            if not safe:
                raise DeliveryError(f"{self._to.name} offers no encryption, so the password was not sent")
            server.login(unquote(url.username), unquote(url.password or ""))

    def _refused(self, code: int, reply: bytes | str) -> DeliveryError:
        text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        return DeliveryError(f"answered {code} {self._to.redacted(text)}", again=code < _PERMANENT_FAILURE)

    def _close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()
            self._server = None


HTTP_TIMEOUT = 15.0  # seconds
_MAX_WAIT = 120.0
_MAX_BYTES_READ = 2_000
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


class _NoRedirects(HTTPRedirectHandler):
    """Follows no redirection: what was configured is the only address."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> None:
        del req, fp, code, msg, headers, newurl


def post_json(message: ReminderMessage, to: DeliveryTarget, timeout: float = HTTP_TIMEOUT) -> None:
    """Post one message; raises DeliveryError when it did not arrive."""
    request = Request(  # noqa: S310 - the scheme was checked when the address was read
        to.url.geturl(),
        data=message.data,
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": f"sopkit/{__version__}"},
        method="POST",
    )
    try:
        with build_opener(_NoRedirects).open(request, timeout=timeout) as answer:
            answer.read(_MAX_BYTES_READ)
    except HTTPError as error:
        with error:
            reply = to.redacted(error.read(_MAX_BYTES_READ).decode("utf-8", "replace"))
        raise _refusal(error, reply) from None
    except URLError as error:
        raise DeliveryError(f"{to.name} cannot be reached: {to.redacted(str(error.reason))}", again=True) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else to.redacted(str(error)) or "no answer"
        raise DeliveryError(f"{to.name} cannot be reached: {why}", again=True) from None


def _refusal(error: HTTPError, reply: str) -> DeliveryError:
    reason = f"answered {error.code}{f' {reply}' if reply else ''}"
    if error.code != _TOO_MANY_REQUESTS and error.code < _SERVER_ERROR:
        return DeliveryError(reason)
    typed = (error.headers.get("Retry-After") or "").strip()
    wait = float(typed) if typed.isascii() and typed.isdigit() else 0.0
    if wait > _MAX_WAIT:
        return DeliveryError(f"{reason}; it asks to come back in {wait:.0f} seconds")
    return DeliveryError(reason, again=True, after=wait)
