"""Keys that a test makes with ssh-keygen, and repositories that sign with them."""

import subprocess
from pathlib import Path


def ssh_key(folder: Path, kind: str = "ed25519", passphrase: str = "", name: str = "") -> Path:
    """The file of a new private key; its public half lies beside it as `.pub`."""
    file = folder / (name or kind)
    folder.mkdir(parents=True, exist_ok=True)
    size = ("-b", "2048") if kind == "rsa" else ()
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", "cat@acme.example", "-f", str(file)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return file


def public(key: Path) -> str:
    """The public half: type and body, without the comment."""
    return " ".join(key.with_name(f"{key.name}.pub").read_text().split()[:2])
