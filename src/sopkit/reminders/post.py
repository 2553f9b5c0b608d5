"""Posts JSON to a webhook."""

import http.client
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sopkit import __version__
from sopkit.reminders.formats._format import Parcel
from sopkit.reminders.send import DeliveryError, Target

TIMEOUT = 15.0  # seconds
_LONGEST_WAIT = 120.0
_MOST_READ = 2_000
_TOO_MANY, _SERVER = 429, 500


class _StayHere(HTTPRedirectHandler):
    """Follows no redirection: what was configured is the only address."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> None:
        del req, fp, code, msg, headers, newurl


def post(parcel: Parcel, to: Target, timeout: float = TIMEOUT) -> None:
    """Post one parcel; raises DeliveryError when it did not arrive."""
    request = Request(  # noqa: S310 - the scheme was checked when the address was read
        to.url.geturl(),
        data=parcel.data,
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": f"sopkit/{__version__}"},
        method="POST",
    )
    try:
        with build_opener(_StayHere).open(request, timeout=timeout) as answer:
            answer.read(_MOST_READ)
    except HTTPError as error:
        with error:
            said = to.redacted(error.read(_MOST_READ).decode("utf-8", "replace"))
        raise _refused(error, said) from None
    except URLError as error:
        raise DeliveryError(f"{to.name} cannot be reached: {to.redacted(str(error.reason))}", again=True) from None
    except (OSError, http.client.HTTPException) as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else to.redacted(str(error)) or "no answer"
        raise DeliveryError(f"{to.name} cannot be reached: {why}", again=True) from None


def _refused(error: HTTPError, said: str) -> DeliveryError:
    reason = f"answered {error.code}{f' {said}' if said else ''}"
    if error.code != _TOO_MANY and error.code < _SERVER:
        return DeliveryError(reason)
    typed = (error.headers.get("Retry-After") or "").strip()
    wait = float(typed) if typed.isascii() and typed.isdigit() else 0.0
    if wait > _LONGEST_WAIT:
        return DeliveryError(f"{reason}; it asks to come back in {wait:.0f} seconds")
    return DeliveryError(reason, again=True, after=wait)
