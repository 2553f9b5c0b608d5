"""A library in which people review and approve, and who they are for git."""

import os
from pathlib import Path

import pytest
from tests.build import complete
from tests.repository import ANN, GitRepository, isolated, people

PATH = "sops/ac-001.md"
PEOPLE = """\
- {key: ann, name: Ann Lee, emails: [ann@acme.example]}
- {key: ben, name: Ben Roy, emails: [ben@acme.example]}
- {key: cat, name: Cat Diaz, emails: [cat@acme.example], logins: {github: catd, gitlab: catd}}
- {key: dan, name: Dan Oh, emails: [dan@acme.example]}
- {key: rob, emails: [rob@acme.example], bot: true}
"""
ROLES = """\
- {id: security-lead, title: Security lead, aliases: [CISO], holders: [{person: cat}]}
- {id: it-operations, title: IT operations, holders: [{person: ben}]}
- {id: line-manager, holders: [{person: ann}]}
- {id: asset-owner, holders: [{person: ben}]}
- {id: document-controller, holders: [{person: dan}]}
"""
CONFIG = '[approval]\nimporters = ["dan"]\n'
USERS = {key: f"{key.title()} <{key}@acme.example>" for key in ("ann", "ben", "cat", "dan", "rob", "eve", "fay")}


def text(**keys: str) -> str:
    """The SOP, owned by Ben's role and approved by Cat's, written by Ann."""
    return complete(**({"owner": "it-operations", "approvers": "[security-lead]"} | keys))


def library(folder: Path, prefix: str = "", **files: str | bytes) -> GitRepository:
    """The repository, with the library below `prefix`; `files` lie beside the SOP."""
    repository = GitRepository.start(folder)
    base: dict[str, str | bytes | None] = {
        f"{prefix}sopkit.toml": CONFIG,
        f"{prefix}registers/people.yaml": PEOPLE,
        f"{prefix}registers/roles.yaml": ROLES,
    }
    repository.commit("2026-01-15", base)
    repository.commit("2026-02-01", {f"{prefix}{PATH}": text()} | files, author=ANN)
    return repository


def user(monkeypatch: pytest.MonkeyPatch, home: Path, key: str) -> None:
    """From now on git commits as that person, with no configuration of the machine, at the moment that it is."""
    for name, value in isolated(home).items():
        monkeypatch.setenv(name, value)
    for name in [name for name in os.environ if name.startswith(("GIT_DIR", "GIT_INDEX", "GIT_WORK"))]:
        monkeypatch.delenv(name)
    for name, value in people(USERS[key], USERS[key], "-", "-").items():
        if not name.endswith("DATE"):
            monkeypatch.setenv(name, value)


def files(repository: GitRepository, commit: str = "HEAD") -> list[str]:
    """What a commit changed, with the letter for how."""
    return repository.git("show", "--format=", "--name-status", "--no-renames", commit).splitlines()


def status(repository: GitRepository) -> list[str]:
    return repository.git("status", "--porcelain", "-uall").splitlines()


def hook(repository: GitRepository, name: str, script: str) -> None:
    file = repository.write(f".git/hooks/{name}", f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
