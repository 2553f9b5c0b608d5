"""The repository in which a library lies: open it, create it, resolve its tags, read its configuration."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.git.checkout import git_folders
from sopkit.git.run import bare_error, checked_output, git_error, open_git, output, own_environment, text_output
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest

if TYPE_CHECKING:
    from git.cmd import Git

_FACTS = ("--is-bare-repository", "--is-shallow-repository", "--show-object-format", "--show-prefix")


@dataclass(frozen=True)
class Repository:
    """An open repository, at one commit."""

    root: Path  # of the library
    prefix: str  # the library's folder below the top of the repository: "" or "docs/sops/"
    head: str | None  # None before the first commit
    object_format: str  # sha1 or sha256
    shallow: bool
    common_dir: Path  # where objects and references are; all worktrees share it
    git: "Git"

    def head_or_error(self) -> str:
        """The commit that is checked out; raises SopkitError before the first."""
        if self.head is None:
            raise SopkitError("the repository has no commit yet", "commit the library first")
        return self.head

    @property
    def grafted(self) -> bool:
        """A grafts file gives commits other parents than they have."""
        try:
            lines = (self.common_dir / "info" / "grafts").read_bytes().splitlines()
        except OSError:
            return False
        return any(line.strip() and not line.startswith(b"#") for line in lines)

    @property
    def partial(self) -> bool:
        """The clone left objects on the server."""
        return any(self.common_dir.glob("objects/pack/*.promisor"))


def open_repository(root: Path) -> Repository | None:
    """The repository that holds the library, or None outside of git; starts two git processes.

    Raises SopkitError when there is a repository that git cannot or will not read.
    """
    root = root.resolve()
    git = open_git(root)
    if (folders := _find_folders(root)) is None:
        return None
    common_dir, git_dir = folders
    if root.is_relative_to(git_dir):  # also where git is older than safe.bareRepository
        raise bare_error(str(git_dir))
    code, out, complaint = output(git, "rev-parse", *_FACTS, "HEAD^{commit}")
    parts = os.fsdecode(out).split("\n", 3)
    if len(parts) < len(_FACTS):
        raise git_error("rev-parse", complaint)
    bare, shallow, object_format, rest = parts
    if bare == "true":
        raise bare_error(str(common_dir))
    prefix, _, head = rest.rstrip("\n").rpartition("\n")
    top = root.joinpath(*(".." for _ in Path(prefix).parts)).resolve()
    if root != top / prefix or git_folders(top / ".git")[1].resolve() != common_dir:
        raise SopkitError(
            f"core.worktree in the configuration of {common_dir} puts the top of the repository elsewhere",
            "remove it: git config --unset core.worktree",
        )
    if code and "does not have any commits yet" not in output(git, "log", "-1", "--format=", "--")[2]:
        raise SopkitError("the commit that is checked out is missing or damaged", "run: git fsck")
    return Repository(
        root=root,
        prefix=prefix,
        head=None if code else head,
        object_format=object_format,
        shallow=shallow == "true",
        common_dir=common_dir,
        git=git,
    )


def _find_folders(root: Path) -> tuple[Path, Path] | None:
    """The folder that the worktrees of the repository around a library share, and that of its own worktree."""
    from git import InvalidGitRepositoryError, NoSuchPathError, Repo  # 70 ms

    try:
        with own_environment(), Repo(root, search_parent_directories=True, expand_vars=False) as repo:
            return Path(repo.common_dir).resolve(), Path(repo.git_dir).resolve()
    except InvalidGitRepositoryError as error:
        # the `.git` around the library that is a file, as in worktrees and submodules, or a folder with objects
        places = [folder / ".git" for folder in (root, *root.parents)]
        broken = next((place for place in places if place.is_file() or (place / "objects").is_dir()), None)
        if broken is None:
            return None
        if broken.is_dir():
            raise SopkitError(
                f"{broken} is damaged: git takes it for no repository", "look with git fsck, or clone again"
            ) from error
        raise SopkitError(f"{broken} points to a repository that is not there", "run: git worktree repair") from error
    except NoSuchPathError as error:
        raise SopkitError(f"there is no folder {root}", "name the folder of the library with -C") from error
    except (OSError, ValueError) as error:
        raise SopkitError(f"the repository around {root} cannot be read: {error}", "run: git fsck") from error


def blob_id(data: bytes, object_format: str = "sha1") -> str:
    """The id that git gives to a file with these bytes."""
    return hashlib.new(object_format, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


DEFAULT_BRANCH = "main"


def init_repository(folder: Path) -> bool:
    """Make the folder a repository, without a commit; False when it lies in one. Raises SopkitError when git fails."""
    if open_repository(folder) is not None:
        return False
    checked_output(open_git(folder), "init", "--quiet", f"--initial-branch={DEFAULT_BRANCH}")
    return True


def read_default_branch(git: "Git") -> str:
    """The default branch of the remote origin; empty when it is not known."""
    return text_output(git, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").partition("/")[2]


_TAG_FORMAT = "%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"


def read_tags(repository: Repository, beside: str = "") -> dict[str, str]:
    """The commit that each tag names, by the tags in the order of their names; one of anything else is left out.

    With the id of a commit, only those `beside` it: they do not lie behind it. Starts one git process.
    """
    which = (f"--no-merged={beside}",) if beside else ()
    out = checked_output(repository.git, "for-each-ref", f"--format={_TAG_FORMAT}", *which, "refs/tags")
    found = {}
    for line in os.fsdecode(out).splitlines():
        name, kind, oid, of_kind, of_oid = line.split("\0")
        if "commit" in {kind, of_kind}:
            found[name] = oid if kind == "commit" else of_oid
    return found


def resolve_tag(repository: Repository, tag: str) -> str:
    """The commit that a tag names. Raises SopkitError that names the nearest tag when there is none."""
    known = read_tags(repository)
    if tag not in known:
        near = nearest(tag, known, 1, 0.5)
        none = "the repository has no tag of a commit; make one: git tag -a NAME"
        hint = f"did you mean {near[0]}?" if near else "list them: git tag" if known else none
        raise SopkitError(f"no tag is called {tag}", hint)
    return known[tag]


_ATTRIBUTES, _ENTRY_PATH = ("text", "eol", "merge"), "ledger/sops/ID/entry.yaml"
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
    version = found[0] if found else "?"
    fields = text_output(git, "config", "--list", "--show-scope", "-z").split("\0")
    listed = (
        GitSetting(scope, *line.partition("\n")[::2]) for scope, line in zip(fields[::2], fields[1::2], strict=False)
    )
    settings = tuple(one for one in listed if one.scope != "command")  # our own options
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
    attributes = () if bare else text_output(git, "check-attr", "-z", *_ATTRIBUTES, "--", _ENTRY_PATH).split("\0")
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
        attributes=tuple(zip(attributes[1::3], attributes[2::3], strict=False)),
    )
