"""SOP701: No credential stands in the text, in code or in prose."""

import math
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_EXAMPLES = (b"EXAMPLE", b"example", b"xxxx", b"XXXX", b"0000000", b"1234567890", b"abcdefgh", b"ABCDEFGH")


class SecretPattern(NamedTuple):
    """A kind of credential: what it is, its form, and a test that a random look-alike does not pass.

    `hints` are words in lower case of which each credential of the kind has one: looking for them is far cheaper.
    """

    name: str
    hints: str
    pattern: bytes
    is_real: Callable[[bytes], bool]


def entropy(text: bytes) -> float:
    """Shannon entropy of the bytes, in bits a byte."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def github_checksum(token: bytes) -> bool:
    """Whether the last six characters of a GitHub token are the base 62 CRC-32 of the 30 before them."""
    body, check = token[-36:-6], token[-6:].decode()
    value, digits = zlib.crc32(body), ""
    while value:
        value, digit = divmod(value, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(6, "0") == check


def _has_entropy(bits: float) -> Callable[[bytes], bool]:
    return lambda token: entropy(token) >= bits


_KINDS = (
    SecretPattern("AWS access key id", "akia asia", rb"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b", _has_entropy(3.0)),
    SecretPattern("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", rb"\bgh[pousr]_[A-Za-z0-9]{36}\b", github_checksum),
    SecretPattern(
        "GitHub fine-grained token",
        "github_pat_",
        rb"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b",
        _has_entropy(4.0),
    ),
    SecretPattern("npm token", "npm_", rb"\bnpm_[A-Za-z0-9]{36}\b", github_checksum),
    SecretPattern(
        "GitLab token",
        "glpat- gldt- glrt- glptt-",
        rb"\bgl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,}\b",
        _has_entropy(3.5),
    ),
    SecretPattern("Slack token", "xox", rb"\bxox[abeprs]-(?:\d{8,}-)+[A-Za-z0-9-]{16,}", _has_entropy(3.0)),
    SecretPattern(
        "Slack webhook",
        "hooks.slack.com",
        rb"hooks\.slack\.com/services/T[A-Z0-9]{7,}/B[A-Z0-9]{7,}/[A-Za-z0-9]{20,}",
        _has_entropy(3.5),
    ),
    SecretPattern("Stripe live key", "k_live_", rb"\b[rs]k_live_[A-Za-z0-9]{20,}\b", _has_entropy(3.5)),
    SecretPattern("Google API key", "aiza", rb"\bAIza[A-Za-z0-9_-]{35}\b", _has_entropy(3.5)),
    SecretPattern("PyPI token", "pypi-ag", rb"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}", _has_entropy(4.0)),
    SecretPattern("SendGrid key", "sg.", rb"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b", _has_entropy(4.0)),
    SecretPattern(
        "private key",
        "key-----",
        rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40,}",
        lambda _: True,
    ),
    SecretPattern(
        "JSON web token",
        "eyj",
        rb"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{30,}",
        _has_entropy(4.5),
    ),
    SecretPattern(
        "password",
        "passw pwd secret api_key api-key apikey access_token access-token accesstoken",
        rb"(?i)\b(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?token|client[_-]?secret)[\"'`*]{0,3}\s*[:=]\s*[\"'`]{0,2}"
        rb"(?P<value>[^\s\"'`<>{}$|,;()\[\]]{12,80})",
        lambda token: entropy(token) >= 3.4 and _is_mixed(token),  # noqa: PLR2004 - bits a byte, between words and noise
    ),
)


def _is_mixed(token: bytes) -> bool:
    """Whether a value mixes digits and both cases, as generated passwords do and words do not."""
    return bool(re.search(rb"\d", token) and re.search(rb"[a-z]", token) and re.search(rb"[A-Z]", token)) and not (
        token.startswith((b"http", b"/", b"./", b"op:", b"env:", b"vault:", b"arn:"))
    )


@rule(
    "SOP701",
    severity=Severity.ERROR,
    bad="## Inputs\n\n- The key of the backup user, AKIA" + "QYLPMN5HHHFPZAM2.\n",
    good="""
        ## Inputs

        - The key of the backup user, from 1Password (its form is AKIAIOSFODNN7EXAMPLE).
        """,
)
def secret(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """No credential stands in the text, in code or in prose.

    Looked for: access keys and tokens of known forms, each with a checksum or an entropy test, private keys, and
    generated passwords behind a word such as `password:`. Published example keys are left alone.

    Why: everybody reads procedures, git keeps every version, and builds copy them.
    Mend: take the credential out of use first, then replace it by where it is kept.
    """
    data = sop.source.data
    found: list[tuple[int, int]] = []
    for kind in _KINDS:
        if not sop.source.has(*kind.hints.encode().split()):
            continue
        for match in re.finditer(kind.pattern, data):
            start, end = match.span("value" if "value" in match.re.groupindex else 0)
            token = data[start:end]
            if any(first < end and start < last for first, last in found):
                continue
            if any(word in token for word in _EXAMPLES) or not kind.is_real(token):
                continue
            found.append((start, end))
            beginning = token[:4].decode("utf-8", "replace")
            message = f"{kind.name} `{beginning}…` in the text; take it out of use, then write where it is kept"
            yield sop.finding((start, end), message)
