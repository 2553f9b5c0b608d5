"""SOP701: every kind of credential is found, and what only looks like one is not. Made up here, never whole in this file."""

import random
import string
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.lint.rules.found import found

from sopkit.lint.rules.sop701_secret import entropy

pytestmark = pytest.mark.slow

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


def few(kinds: int, count: int, alphabet: str = BASE62) -> str:
    """As many characters as a token has, of few kinds."""
    return ("".join(random.Random(1).sample(alphabet, min(kinds, len(alphabet)))) * count)[:count]


@pytest.mark.parametrize(
    ("form", "bits"),
    [
        (lambda kinds: "AKIA" + few(kinds, 16, string.ascii_uppercase), 3.0),
        (lambda kinds: f"github_pat_{few(kinds, 22)}_{few(kinds, 59)}", 4.0),
        (lambda kinds: f"glpat-{few(kinds, 40)}", 3.5),
        (lambda kinds: f"xoxb-11111111-11111111-{few(kinds, 60)}", 3.0),
        (lambda kinds: f"hooks.slack.com/services/T1111111/B1111111/{few(kinds, 90)}", 3.5),
        (lambda kinds: f"sk_live_{few(kinds, 60)}", 3.5),
        (lambda kinds: f"AIza{few(kinds, 35)}", 3.5),
        (lambda kinds: f"pypi-AgEIcHlwaS5vcmc{few(kinds, 300)}", 4.0),
        (lambda kinds: f"SG.{few(kinds, 22)}.{few(kinds, 43)}", 4.0),
        (lambda kinds: f"eyJ{few(kinds, 40)}.eyJ{few(kinds, 80)}.{few(kinds, 80)}", 4.5),
        (lambda kinds: f"Aa1{few(kinds, 60)}", 3.4),
    ],
)
def test_what_has_few_kinds_of_characters_is_no_credential(
    form: Callable[[int], str], bits: float, tmp_path: Path
) -> None:
    tokens = [form(kinds) for kinds in (*range(2, 16), 18, 20, 23, 26, 30, 40)]
    expected = [token for token in tokens if entropy(token.encode()) >= bits]
    lines = "".join(f"- {'password: ' if bits == 3.4 else ''}{token}\n" for token in tokens)
    assert 0 < len(expected) < len(tokens)
    assert found(tmp_path, "SOP701", f"## Inputs\n\n{lines}") == expected


def test_each_of_several_is_found_once(tmp_path: Path) -> None:
    some = [SECRETS["GitLab"], SECRETS["AWS"], SECRETS["GitHub"]]
    text = f"## Inputs\n\n- {some[0]} and {some[1]}\n- password: {some[2]}\n"
    assert found(tmp_path, "SOP701", text) == some


@pytest.mark.parametrize(
    "text",
    [
        "password: ABCDEFGHJK12345678",
        "password: abcdefghjk12345678",
        "password: ABCDEFGHabcdefgh",
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
