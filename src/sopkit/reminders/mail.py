"""Hands e-mails to an SMTP server."""

import smtplib
import ssl
from email.utils import parseaddr
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from sopkit.reminders.formats._format import Parcel
from sopkit.reminders.send import DeliveryError, Target

TIMEOUT = 15.0  # seconds
_PERMANENT = 500


class Mailer:
    """A connection that is opened by the first message, and again after a fault."""

    def __init__(self, to: Target, timeout: float = TIMEOUT) -> None:
        self._to, self._timeout = to, timeout
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    def send(self, parcel: Parcel) -> None:
        """Send one message; raises DeliveryError when the server did not take it."""
        try:
            if self._server is None:
                self._server = self._open()
            self._server.sendmail(parseaddr(self._to.sender)[1], [parcel.to], parcel.data)
        except smtplib.SMTPRecipientsRefused as error:
            self._close()
            code, said = next(iter(error.recipients.values()))
            raise self._refused(code, said) from None
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

    def _refused(self, code: int, said: bytes | str) -> DeliveryError:
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return DeliveryError(f"answered {code} {self._to.redacted(text)}", again=code < _PERMANENT)

    def _close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()
            self._server = None
