"""SOP701: every kind of credential is found, and what only looks like one is not. Made up here, never whole in this file."""

import random
import string
import zlib
from pathlib import Path

import pytest
from tests.rules.found import found

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
URL = string.ascii_letters + string.digits + "_-"


def noise(count: int, alphabet: str = BASE62) -> str:
    return "".join(random.Random(count).choices(alphabet, k=count))


def checked(prefix: str, *, wrong: bool = False) -> str:
    body = noise(30)
    value, digits = zlib.crc32(body.encode()) ^ wrong, ""
    while value:
        value, digit = divmod(value, 62)
        digits = BASE62[digit] + digits
    return f"{prefix}{body}{digits.rjust(6, '0')}"


SECRETS = {
    "AWS": "AKIA" + noise(16, string.ascii_uppercase + "234567"),
    "AWS, for a session": "ASIA" + noise(16, string.ascii_uppercase + "234567"),
    "GitHub": checked("ghp_"),
    "GitHub server": checked("ghs_"),
    "GitHub fine-grained": f"github_pat_{noise(22)}_{noise(59)}",
    "npm": checked("npm_"),
    "GitLab": "glpat-" + noise(20, URL),
    "Slack": f"xoxb-{noise(11, string.digits)}-{noise(12, string.digits)}-{noise(24)}",
    "Slack webhook": f"hooks.slack.com/services/T{noise(8, string.ascii_uppercase)}/B{noise(9, string.ascii_uppercase)}/{noise(24)}",
    "Stripe": "sk_live_" + noise(24),
    "Google": "AIza" + noise(35, URL),
    "PyPI": "pypi-AgEIcHlwaS5vcmc" + noise(60, URL),
    "SendGrid": f"SG.{noise(22, URL)}.{noise(43, URL)}",
    "JSON web token": f"eyJ{noise(30, URL)}.eyJ{noise(40, URL)}.{noise(43, URL)}",
}


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("line", ["Use {}.", "    export TOKEN={}", "`{}`"])
def test_a_credential_is_found_whole(kind: str, line: str, tmp_path: Path) -> None:
    text = f"## Inputs\n\n- Rights.\n\n{line.format(SECRETS[kind])}\n"
    assert found(tmp_path, "SOP701", text) == [SECRETS[kind]]


def test_a_private_key_is_found(tmp_path: Path) -> None:
    key = f"-----BEGIN OPENSSH PRIVATE {'KEY'}-----\n{noise(64)}"
    assert found(tmp_path, "SOP701", f"## Inputs\n\n```\n{key}\n```\n") == [key]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("password: {}", [noise(16)]),
        ('client_secret = "{}"', [noise(20)]),
        ("api-key: `{}`", [noise(24)]),
        ("The words {} stand behind nothing", []),
    ],
)
def test_a_generated_password_is_found_behind_its_word(line: str, words: list[str], tmp_path: Path) -> None:
    text = line.format(*words or [noise(16)])
    assert found(tmp_path, "SOP701", f"## Inputs\n\n- {text}\n") == words


@pytest.mark.parametrize(
    "text",
    [
        checked("ghp_", wrong=True),
        checked("npm_", wrong=True),
        "AKIA" + "A" * 16,
        "AKIAIOSFODNN7EXAMPLE",
        "glpat-" + "a" * 20,
        "sk_test_" + noise(24),
        "password: correct-horse-battery-staple",
        "password: Aa1Aa1Aa1Aa1Aa1",
        "password: {{ vault_password }}",
        "api_key: https://vault.acme.example/Api/Key1",
        "secret: vault:kv/Data/Acme-9",
    ],
)
def test_what_only_looks_like_one_is_let_be(text: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP701", f"## Inputs\n\n- {text}\n") == []
