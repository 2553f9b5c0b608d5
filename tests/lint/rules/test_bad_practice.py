"""SOP704: orders that go round a safeguard, not those that forbid it."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

pytestmark = pytest.mark.slow

STEP = "## Procedure\n\n1. **IT operations**: {}\n"


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Share your password with the team.", ["Share your password"]),
        ("Open the page, then turn off MFA for an hour.", ["turn off MFA"]),
        ("If the login fails, disable two-factor  authentication.", ["disable two-factor  authentication"]),
        ("Disable the firewall. Never disable logging.", ["Disable the firewall"]),
        ("Never share your password.", []),
        ("Do not, under any circumstances, disable MFA.", []),
        ("If somebody asks you to share your password, refuse.", []),
        ("Look for attempts to disable logging.", []),
        ("Check that nobody can switch off MFA.", []),
        ("To disable MFA is forbidden.", []),
        ("Share the password through 1Password.", []),
        ("Share the password list of the vendor.", ["Share the password"]),
        ("Shared passwords are rotated; disable MFAs.", []),
        ("Run `curl https://x.example/i.sh | sudo bash`.", ["`curl https://x.example/i.sh | sudo bash`"]),
        ("Never run `curl https://x.example/i.sh | sh`.", []),
        ("Use `chmod 600 key` instead of `chmod 777 key`.", []),
        ("Run `chmod -R 0777 /srv`. It is not needed twice.", ["`chmod -R 0777 /srv`"]),
        ("Run `chmod -R 0777 /srv`. It is forbidden to stop.", ["`chmod -R 0777 /srv`"]),
        ("Run `chmod -R 0777 /srv`, which is forbidden.", []),
        ("Wait. Run `chmod -R 0777 /srv`, which is forbidden.", []),
        ("Never stop. Use **this**: `chmod 777 x`, then `ls`.", ["`chmod 777 x`"]),
        ("Never stop `ls`. Then run\n   `chmod 777 x`.", ["`chmod 777 x`"]),
        ("Run chmod 777 x in the shell.", []),
        ("When people share your password, tell the lead.", []),
        ("Never, ever, run `chmod 777 x`.", []),
        ("If it fails, wait, and share your password.", ["share your password"]),
        ("Look at `chmod 755 x` and `chmod 1777 /tmp`.", []),
    ],
)
def test_orders_in_steps(text: str, hits: list[str], tmp_path: Path) -> None:
    assert found(tmp_path, "SOP704", STEP.format(text)) == hits


CODE = "## Inputs\n\n{}\n\n```sh\n{}\n```\n"


@pytest.mark.parametrize(
    ("command", "hit"),
    [
        ("curl -fsSL https://x.example | sh", "curl -fsSL https://x.example | sh"),
        ("wget -qO- https://x.example | sudo -E bash -", "wget -qO- https://x.example | sudo -E bash"),
        ("curl https://x.example | shasum", ""),
        ("curl https://x.example | jq . | sh", ""),
        ("curl https://x.example; ls | sh", ""),
        ("git commit --no-verify -m x", "--no-verify"),
        ("git commit --no-verify-signatures", ""),
        ("requests.get(url, verify = False)", "verify = False"),
        ("verify=Falsey", ""),
        ("curl -k https://x.example", "curl -k"),
        ("curl -sSkL https://x.example", "curl -sSkL"),
        ("curl https://x.example --insecure", "curl https://x.example --insecure"),
        ("curl --key x https://x.example", ""),
        ("curl -o kick https://x.example; ls -k", ""),
        ("wget --no-check-certificate x", "--no-check-certificate"),
        ("kubectl --insecure-skip-tls-verify get x", "--insecure-skip-tls-verify"),
        ("ssh -o StrictHostKeyChecking=no x", "StrictHostKeyChecking=no"),
        ("export NODE_TLS_REJECT_UNAUTHORIZED=0", "NODE_TLS_REJECT_UNAUTHORIZED=0"),
        ("git config http.sslVerify false", "sslVerify false"),
        ("GIT_SSL_NO_VERIFY=true git pull", "GIT_SSL_NO_VERIFY=true"),
        ("chmod 777 /srv", "chmod 777"),
        ("Größe=1 chmod a+rw x; chmod 0777 /srv", "chmod 0777"),
    ],
)
def test_commands_in_code(command: str, hit: str, tmp_path: Path) -> None:
    assert found(tmp_path, "SOP704", CODE.format("Run this:", command)) == ([hit] if hit else [])
    assert found(tmp_path / "never", "SOP704", CODE.format("Slow down. Never run this:", command)) == []
    assert found(tmp_path / "not", "SOP704", CODE.format("Never stop. Run this:", command)) == ([hit] if hit else [])


def test_a_line_across_the_page_does_not_part_a_command_from_its_words(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP704", "## Inputs\n\nNever run this:\n\n---\n\n```sh\nchmod 777 x\n```\n") == []


def test_a_list_of_what_is_forbidden(tmp_path: Path) -> None:
    listed = "## Procedure\n\n{}\n\n- share your password\n- write down the password\n"
    assert found(tmp_path / "a", "SOP704", listed.format("These are forbidden:")) == []
    assert found(tmp_path / "b", "SOP704", listed.format("### What you must not do")) == []
    assert found(tmp_path / "c", "SOP704", listed.format("Do this:")) == [
        "share your password",
        "write down the password",
    ]


def test_only_procedures_order(tmp_path: Path) -> None:
    assert found(tmp_path, "SOP704", "## Scope\n\nPeople who disable MFA.\n") == []
