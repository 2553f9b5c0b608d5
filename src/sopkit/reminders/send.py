"""Sends reminders to the address that the library's configuration specifies, and to no other."""

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import partial
from urllib.parse import SplitResult, urlsplit

from sopkit.model.config import RemindTable
from sopkit.model.errors import SopkitError
from sopkit.reminders.formats import ReminderMessage, RemindFormat
from sopkit.reminders.reminder import DeliveryError, DeliveryTarget, is_address

TRIES = 3
_VARIABLE = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")

Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What was sent, and what was not and why."""

    sent: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


def read_target(form: RemindFormat, remind: RemindTable, environment: Mapping[str, str] = os.environ) -> DeliveryTarget:
    """The configured address of a format. Raises SopkitError that names the key or variable that is missing."""
    if form.by == "http":
        variable = getattr(remind, form.name)
        url = _read_address(form.name, variable, environment)
        found = DeliveryTarget(url, f"{variable} ({url.hostname})") if url else None
        if found is None or not (found.url.scheme == "https" or (found.url.scheme == "http" and found.local)):
            raise _address_error(form.name, variable, "https://…")
        return found
    if form.by == "smtp":
        url = _read_address("smtp", remind.smtp, environment)
        if url is None or url.scheme not in {"smtp", "smtps"}:
            raise _address_error("smtp", remind.smtp, "smtp://user:password@host:587 or smtps://…")
        from_ = read_sender(remind, environment)
        if not from_:
            raise SopkitError(
                "no usable sender is configured for e-mails",
                'set in sopkit.toml: [remind] from = "security@acme.example"',
            )
        return DeliveryTarget(url, f"{remind.smtp} ({url.hostname})", from_)
    raise SopkitError(
        f"reminders as {form.name} are printed only; this version sends slack, teams and email",
        "leave --send out, and hand the output on as docs/reminders.md shows",
    )


def read_sender(remind: RemindTable, environment: Mapping[str, str] = os.environ) -> str:
    """The configured sender of e-mails, or nothing when there is none or it is no address."""
    named = _VARIABLE.fullmatch(remind.sender)
    found = environment.get(named[1], "").strip() if named else remind.sender.strip()
    return found if is_address(parseaddr(found)[1]) and found.isprintable() else ""


def deliver(
    form: RemindFormat, messages: tuple[ReminderMessage, ...], to: DeliveryTarget, pause: Pause = time.sleep
) -> DeliveryResult:
    """Send the messages one after another; each is tried up to three times while the fault may pass."""
    if form.by == "smtp":
        from sopkit.reminders.transports import SmtpConnection  # only when mails are sent

        with SmtpConnection(to) as mailer:
            results = [(message.label, _try_to_send(message, mailer.send, pause)) for message in messages]
    else:
        from sopkit.reminders.transports import post_json  # only when something is posted

        post = partial(post_json, to=to)
        results = [(message.label, _try_to_send(message, post, pause)) for message in messages]
    sent = tuple(label for label, why in results if why is None)
    return DeliveryResult(sent, tuple((label, why) for label, why in results if why is not None))


def _try_to_send(message: ReminderMessage, send: Callable[[ReminderMessage], None], pause: Pause) -> str | None:
    """None when it was sent, else the last fault."""
    for number in range(1, TRIES + 1):
        try:
            send(message)
        except DeliveryError as error:
            if not error.again:
                return error.reason
            if number == TRIES:
                return f"{error.reason}, {TRIES} times"
            pause(max(error.after, 2.0 ** (number - 1)))
        else:
            return None
    return None


def _read_address(key: str, value: str, environment: Mapping[str, str]) -> SplitResult | None:
    """The address with its parts, or None when it is none: ASCII, with a host, and a port that is a number."""
    text = _read_secret(key, value, environment)
    try:
        url = urlsplit(text)
        good = bool(url.hostname) and text.isascii() and text.isprintable() and url.port != 0
    except ValueError:  # a port that is no number, brackets that do not close
        return None
    return url if good and " " not in text else None


def _read_secret(key: str, value: str, environment: Mapping[str, str]) -> str:
    if not value:
        raise SopkitError(
            f"no address is configured for {key}",
            f'set [remind] {key} = "env:SOPKIT_{key.upper()}_ADDRESS" in sopkit.toml, and the address in that variable',
        )
    named = _VARIABLE.fullmatch(value)
    if named is None:
        raise SopkitError(
            f"[remind] {key} in sopkit.toml is not the name of a variable, and an address is a secret",
            f'write {key} = "env:NAME", and keep the address in the variable NAME',
        )
    found = environment.get(named[1], "").strip()
    if not found:
        raise SopkitError(
            f"the variable {named[1]} is not set, which [remind] {key} names", "set it in the secrets of the job"
        )
    return found


def _address_error(key: str, value: str, form: str) -> SopkitError:
    return SopkitError(f"the address in {value} is none for {key}", f"write it as {form}")
