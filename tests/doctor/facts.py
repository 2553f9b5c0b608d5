"""Facts of a clean set-up, of which a test states what differs."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.build import library

from sopkit.doctor.facts import DoctorFacts, DoctorRow
from sopkit.doctor.report import CHECKS
from sopkit.git.checkout import Forge
from sopkit.git.repository import GitConfiguration, GitSetting
from sopkit.library import Library

GIT = GitConfiguration(
    version="2.47.3",
    inside=True,
    head="f" * 40,
    branch="main",
    default_branch="main",
    settings=(
        GitSetting("global", "user.email", "ann@acme.example"),
        GitSetting("global", "commit.gpgsign", "true"),
        GitSetting("global", "gpg.format", "ssh"),
    ),
    attributes=(("text", "unset"), ("eol", "unspecified"), ("merge", "unspecified")),
)


def facts(
    root: Path, loaded: Library | None = None, *, git: dict[str, Any] | None = None, **changes: Any
) -> DoctorFacts:
    """The facts of a library in a folder that is the top of a repository."""
    loaded = loaded or library(root)
    clean = DoctorFacts(
        root=root,
        top=root,
        as_of=loaded.as_of,
        environment={},
        git=replace(GIT, **(git or {})),
        forge=Forge.GITHUB,
        library=loaded,
        registers=loaded,
        fault=None,
        pipelines=(),
        ssh_keygen=True,
        missing=(),
        zones=True,
    )
    return replace(clean, **changes)


def lines(one: DoctorFacts, check: str) -> list[DoctorRow]:
    """What all checks say under one name."""
    return [line for look in CHECKS for line in look(one) if line.check == check]


def said(one: DoctorFacts, check: str) -> list[str]:
    """State, message and mend of those lines."""
    return [f"{line.state}: {line.message}" + (f" -> {line.mend}" if line.mend else "") for line in lines(one, check)]
