"""Facts about git on this machine and about the configuration of the clone around a folder."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.git.repository import Repository, read_default_branch
from sopkit.git.run import git_error, open_git, output, text_output
from sopkit.model.errors import SopkitError

if TYPE_CHECKING:
    from git.cmd import Git

_ATTRIBUTES = ("text", "eol", "merge")
_PROGRAMS = re.compile(
    r"core\.(fsmonitor|hookspath|sshcommand|editor|pager|askpass|gitproxy|alternaterefscommand)"
    r"|sequence\.editor|pager\..+|alias\..+|gpg\.(.+\.)?program|gpg\.ssh\.defaultkeycommand"
    r"|diff\.external|diff\..+\.(command|textconv)|filter\..+\.(clean|smudge|process)|merge\..+\.driver"
    r"|(diff|merge)tool\..+\.cmd|credential\.(.+\.)?helper|remote\..+\.(uploadpack|receivepack|vcs)"
    r"|uploadpack\.packobjectshook|include\.path|includeif\..+\.path"
)
_SWITCHES = {"true", "false", "yes", "no", "on", "off", "0", "1", ""}


@dataclass(frozen=True, slots=True)
class GitSetting:
    """A line of git's configuration; `scope` is system, global, local, worktree or command."""

    scope: str
    key: str
    value: str

    @property
    def of_clone(self) -> bool:
        """Whether it stands in the clone, where others may have written it."""
        return self.scope in {"local", "worktree"}

    @property
    def names_program(self) -> bool:
        """Whether git could run something because of it."""
        if _PROGRAMS.fullmatch(self.key) is None:
            return False
        if self.key.startswith("alias."):
            return self.value.startswith("!")
        return not (self.key.startswith(("core.fsmonitor", "pager.")) and self.value.casefold() in _SWITCHES)


@dataclass(frozen=True, slots=True)
class GitConfiguration:
    """Facts about git and the clone. Without git `version` is empty; outside of a repository `inside` is False."""

    version: str = ""
    refusal: SopkitError | None = None  # why git does not read the repository
    inside: bool = False
    bare: bool = False
    head: str = ""  # empty before the first commit
    branch: str = ""  # empty when HEAD is detached
    default_branch: str = ""  # of the remote origin; empty when it is not known
    shallow: bool = False
    grafted: bool = False
    partial: bool = False
    replaced: int = 0  # replace references
    settings: tuple[GitSetting, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()  # of an entry of the ledger

    def setting(self, key: str) -> str:
        """The value that counts: the last one; empty when there is none."""
        return next((one.value for one in reversed(self.settings) if one.key == key), "")


def read_git_configuration(root: Path) -> GitConfiguration:
    """The facts about the folder `root`. Nothing that its configuration names is run; starts up to seven processes."""
    try:
        git = open_git(root)
    except SopkitError:
        return GitConfiguration()
    found = re.search(r"\d+(?:\.\d+)+", text_output(git, "version"))
    version, settings = found[0] if found else "?", _read_settings(git)
    code, out, complaint = output(git, "rev-parse", "--is-bare-repository", "--is-shallow-repository")
    if code:
        outside = "not a git repository" in complaint and "gitdir" not in complaint
        broken = any((folder / ".git").exists() for folder in (root, *root.parents))
        refusal = None if outside and not broken else git_error("rev-parse", complaint)
        return GitConfiguration(version=version, settings=settings, refusal=refusal)
    bare, shallow = (word == b"true" for word in out.split()[:2])
    common = (root / text_output(git, "rev-parse", "--git-common-dir")).resolve()
    head = text_output(git, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    repository = Repository(root, "", head or None, "", shallow, common, git)
    lazy = any(re.fullmatch(r"extensions\.partialclone|remote\..+\.promisor", one.key) for one in settings)
    return GitConfiguration(
        version=version,
        inside=True,
        bare=bare,
        head=head,
        branch=text_output(git, "symbolic-ref", "--quiet", "--short", "HEAD"),
        default_branch=read_default_branch(git),
        shallow=shallow,
        grafted=repository.grafted,
        partial=repository.partial or lazy,
        replaced=len(text_output(git, "for-each-ref", "--format=%(refname)", "refs/replace/").split()),
        settings=settings,
        attributes=() if bare else _read_attributes(git),
    )


def _read_settings(git: "Git") -> tuple[GitSetting, ...]:
    fields = text_output(git, "config", "--list", "--show-scope", "-z").split("\0")
    pairs = zip(fields[::2], fields[1::2], strict=False)
    found = (GitSetting(scope, *line.partition("\n")[::2]) for scope, line in pairs)
    return tuple(one for one in found if one.scope != "command")  # our own options


def _read_attributes(git: "Git") -> tuple[tuple[str, str], ...]:
    fields = text_output(git, "check-attr", "-z", *_ATTRIBUTES, "--", "ledger/sops/ID/entry.yaml").split("\0")
    return tuple(zip(fields[1::3], fields[2::3], strict=False))
