"""Checks of the environment: git, the clone, the committer, code owners, branch protection, pipelines and extras."""

import re
from collections.abc import Iterator

from sopkit.analysis.code_owners import BEGIN, update_code_owners
from sopkit.doctor.facts import EXTRAS, DoctorFacts, DoctorRow, DoctorState, list_names
from sopkit.git.checkout import Forge
from sopkit.git.history import unshallow_command
from sopkit.git.journal import INTERRUPTED
from sopkit.lint.engine import LintOptions, lint
from sopkit.model.errors import SopkitError
from sopkit.model.registers import Person
from sopkit.model.source import Source
from sopkit.parsing.yaml import YamlTree, YamlValue, read_yaml

_MIN_GIT_VERSION = (2, 31)  # the first that knows --diff-merges=first-parent
_CONFIGURATION, _INTERRUPTED = "configuration", "interrupted"


def check_git(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """Git, the repository and the commit that is checked out."""
    git = facts.git
    if not git.version:
        yield DoctorRow("git", DoctorState.ERROR, "git cannot be run", "install git, or put it on PATH")
        return
    if tuple(int(part) for part in git.version.split(".")[:2] if part.isdecimal()) < _MIN_GIT_VERSION:
        yield DoctorRow("git", DoctorState.ERROR, f"git {git.version} is too old", "install git 2.31 or newer")
    else:
        yield DoctorRow("git", DoctorState.OK, f"git {git.version}")
    if git.refusal is not None:
        yield DoctorRow("repository", DoctorState.ERROR, git.refusal.message, git.refusal.hint)
    elif not git.inside:
        words = "the folder is in no git repository, so nothing proves a review"
        yield DoctorRow("repository", DoctorState.WARNING, words, "run: git init")
    elif git.bare:
        words = "a bare repository has no files to read"
        yield DoctorRow("repository", DoctorState.ERROR, words, "run sopkit in a clone or worktree of it")
    elif not git.head:
        yield DoctorRow("repository", DoctorState.WARNING, "the repository has no commit yet", "commit the library")
    else:
        yield DoctorRow("repository", DoctorState.OK, f"{facts.top}, at commit {git.head}")


def check_history(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """Whether the clone has the history as it was written."""
    git = facts.git
    if not git.inside:
        return
    if git.shallow:
        words = "the clone is shallow, so no date can be told"
        yield DoctorRow("history", DoctorState.ERROR, words, unshallow_command(facts.environment))
    if git.grafted:
        yield DoctorRow("history", DoctorState.ERROR, "a grafts file alters the history", "remove .git/info/grafts")
    if git.partial:
        words = "the clone is partial; sopkit fetches no object that is missing"
        advice = "run: git fetch --refetch --no-filter, or clone without --filter"
        yield DoctorRow("history", DoctorState.WARNING, words, advice)
    if git.replaced:
        words = f"{git.replaced} replace references would alter what git shows; sopkit ignores them"
        yield DoctorRow("history", DoctorState.HINT, words, "git replace --list names them")
    if git.head and not (git.shallow or git.grafted or git.partial):
        yield DoctorRow("history", DoctorState.OK, "the whole history is here")


def check_branch(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """Which branch is checked out."""
    git = facts.git
    if not git.inside or git.bare:
        return
    if git.head and not git.branch:
        words = "HEAD is detached; the commit that is checked out is judged"
        yield DoctorRow("branch", DoctorState.HINT, words, "run: git switch BRANCH, to commit reviews")
    elif git.default_branch and git.branch != git.default_branch:
        words = f"`{git.branch}` is checked out; entries count when they have landed on `{git.default_branch}`"
        yield DoctorRow("branch", DoctorState.HINT, words)
    elif git.branch:
        yield DoctorRow("branch", DoctorState.OK, f"`{git.branch}` is checked out")


def check_configuration(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """What the configuration of the clone could run, and whether line ends of entries can change."""
    git = facts.git
    if not git.inside:
        return
    programs = sorted({one.key for one in git.settings if one.of_clone and one.names_program})
    if programs:
        words = f"the clone's configuration names what git may run: {', '.join(programs)}; not used by sopkit on reads"
        yield DoctorRow(_CONFIGURATION, DoctorState.HINT, words)
    else:
        yield DoctorRow(_CONFIGURATION, DoctorState.OK, "the clone's configuration names no programs")
    if git.bare:
        return
    found = dict(git.attributes)
    ledger = facts.from_top("ledger/**")
    advice = f"add to .gitattributes: {ledger} -text"
    if found.get("merge") == "union":
        words = "`merge=union` could join two entries into one file that is neither"
        yield DoctorRow("attributes", DoctorState.WARNING, words, f"take it off {ledger} in .gitattributes")
    if found.get("text") == "unset":
        yield DoctorRow("attributes", DoctorState.OK, "line ends of entries are kept as they are")
    else:
        words = "git may convert the line ends of entries, which changes their bytes"
        state = DoctorState.WARNING if (facts.root / "ledger").is_dir() else DoctorState.HINT
        yield DoctorRow("attributes", state, words, advice)


def check_interrupted(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """What runs that were killed left behind."""
    advice = "run: sopkit doctor --repair"
    if facts.missing_from_index:
        words, _, fix = facts.missing_from_index.partition("; ")
        yield DoctorRow(_INTERRUPTED, DoctorState.WARNING, words, fix)
    if facts.interrupted:
        words, _, fix = INTERRUPTED.partition("; ")
        yield DoctorRow(_INTERRUPTED, DoctorState.WARNING, words, fix)
    if facts.leftovers:
        words = f"runs that were killed left files behind: {list_names(list(facts.leftovers))}"
        yield DoctorRow(_INTERRUPTED, DoctorState.WARNING, words, advice)
    if not (facts.missing_from_index or facts.interrupted or facts.leftovers):
        yield DoctorRow(_INTERRUPTED, DoctorState.OK, "no run was cut off")


def check_committer(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """Who commits here, and with which signature."""
    git = facts.git
    if not git.version:
        return
    email = git.setting("user.email")
    people = facts.registers.registers["people"].rows if facts.registers is not None else ()
    persons = [row for row in people if isinstance(row, Person)]
    holders = [row.key for row in persons if email.casefold() in (mail.casefold() for mail in row.emails)]
    if not email:
        yield DoctorRow("identity", DoctorState.HINT, "git has no user.email, so nobody can commit a review here")
    elif holders:
        yield DoctorRow("identity", DoctorState.OK, f"{email} is `{holders[0]}` of the people register")
    elif people:
        words = f"{email} (user.email) is in no row of registers/people.yaml, so an entry committed here does not count"
        yield DoctorRow("identity", DoctorState.WARNING, words, "add it to `emails` of its person, or set user.email")
    if git.setting("commit.gpgsign").casefold() in {"true", "yes", "on", "1"}:
        yield DoctorRow("signing", DoctorState.OK, f"commits are signed ({git.setting('gpg.format') or 'openpgp'})")
    else:
        key = () if git.setting("user.signingkey") else ("gpg.format ssh", "user.signingkey FILE")  # or no commit works
        mend = "; ".join(f"git config --global {setting}" for setting in (*key, "commit.gpgsign true"))
        yield DoctorRow("signing", DoctorState.HINT, "commits are not signed", f"run: {mend}")
    asks = facts.library is not None and "E3" in facts.library.config.approval.min_evidence.model_dump().values()
    if facts.ssh_keygen:
        yield DoctorRow("ssh-keygen", DoctorState.OK, "ssh-keygen is there, for signed entries")
    else:
        state, words = (
            DoctorState.ERROR if asks else DoctorState.HINT,
            "ssh-keygen is missing; only signed entries need it",
        )
        yield DoctorRow("ssh-keygen", state, words, "install the OpenSSH client")


_PROTECTION_ADVICE = {
    Forge.GITHUB: "GitHub, a ruleset for the default branch: require a pull request, review from code owners and "
    "signed commits; block force pushes",
    Forge.GITLAB: "GitLab, protected branches and push rules: nobody pushes or force-pushes, code owner approval is "
    "required, unsigned commits are rejected",
}
_CODE_OWNERS_FIX = "run: sopkit doctor --codeowners --write"


def check_code_owners(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """Whether CODEOWNERS has the SOPs under their approvers."""
    library = facts.library
    if library is None or not library.sops or not facts.git.inside or facts.git.bare:
        return
    try:
        file, data = update_code_owners(library)
    except SopkitError as error:
        yield DoctorRow("code-owners", DoctorState.WARNING, error.message, error.hint)
        return
    if file.data is None:
        words = "no CODEOWNERS file, so the forge asks no approver for review"
        yield DoctorRow("code-owners", DoctorState.WARNING, words, _CODE_OWNERS_FIX)
        return
    if BEGIN.encode() in file.data:
        wrong, right = "the block differs from the registers", "the block is that of the registers"
        is_right = data == file.data
    else:
        found = lint(library, LintOptions(select=("SOP608",))).findings
        wrong, right = f"{len(found)} SOPs are not under their approvers (SOP608)", "each SOP is under its approvers"
        is_right = not found
    if is_right:
        yield DoctorRow("code-owners", DoctorState.OK, right, path=file.path)
    else:
        yield DoctorRow("code-owners", DoctorState.WARNING, wrong, _CODE_OWNERS_FIX, file.path)


def check_protection(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """What protects the default branch; a clone does not show it."""
    if not facts.git.inside:
        return
    for forge, words in _PROTECTION_ADVICE.items():
        if facts.forge in {forge, Forge.UNKNOWN}:
            yield DoctorRow("protection", DoctorState.HINT, words)
    words = "keep the id of a late commit outside of the forge, and compare: sopkit verify --anchor ID"
    yield DoctorRow("protection", DoctorState.HINT, words)


_GITHUB_FIX, _GITLAB_FIX = (unshallow_command({name: ""}) for name in ("GITHUB_ACTIONS", "GITLAB_CI"))
_SOPKIT_RUN = re.compile(r"\bsopkit\s+[a-z-]")
_SECTIONS = ("before_script", "script", "after_script")


def check_pipelines(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """One line for each job that runs sopkit on a shallow clone, or one that none does."""
    lines = []
    seen = 0
    for path, data in facts.pipelines:
        if b"sopkit" not in data:
            continue
        seen += 1
        source = Source(data)
        tree = read_yaml(source, source.text_start, len(data), path, path)
        if tree.broken or not isinstance(tree.value, dict):
            lines.append(
                DoctorRow("pipelines", DoctorState.WARNING, "the file is no YAML that can be read", "mend it", path)
            )
        else:
            lines += _check_github(path, tree) if path.startswith(".github/") else _check_gitlab(path, tree)
    if seen and not lines:
        lines = [DoctorRow("pipelines", DoctorState.OK, "where sopkit runs it has the whole history")]
    yield from lines


def _check_github(path: str, tree: YamlTree) -> Iterator[DoctorRow]:
    jobs = _mapping(_mapping(tree.value).get("jobs"))
    for name, job in jobs.items():
        steps = _mapping(job).get("steps")
        steps = steps if isinstance(steps, list) else []
        runs = "\n".join(_text(_mapping(step).get("run")) for step in steps)
        used = any("sopkit" in _text(_mapping(step).get("uses")) for step in steps)
        if not (used or _needs_history(runs)) or "--unshallow" in runs:
            continue
        for index, step in enumerate(steps):
            if not re.match(r"actions/checkout(@|$)", _text(_mapping(step).get("uses"))):
                continue
            if _text(_mapping(_mapping(step).get("with")).get("fetch-depth")).strip() != "0":
                place = tree.place(("jobs", name, "steps", index, "uses"))
                words = f"job `{name}` runs sopkit on a shallow clone"
                yield DoctorRow("pipelines", DoctorState.WARNING, words, _GITHUB_FIX, path, place.line if place else 0)


def _check_gitlab(path: str, tree: YamlTree) -> Iterator[DoctorRow]:
    whole = _mapping(tree.value)
    for name, job in whole.items():
        own = _mapping(job)
        runs = "\n".join(_text(own.get(section)) for section in _SECTIONS)
        if not _needs_history(runs) or "--unshallow" in runs:
            continue
        extends = own.get("extends")
        bases = extends if isinstance(extends, list) else [extends]
        above = [_mapping(whole.get(_text(base))) for base in bases]
        depths = [_clone_depth(part) for part in (own, *reversed(above), whole)]
        if next((depth for depth in depths if depth), "") != "0":
            place = tree.key_place((name,))
            words = f"job `{name}` runs sopkit on a shallow clone"
            yield DoctorRow("pipelines", DoctorState.WARNING, words, _GITLAB_FIX, path, place.line if place else 0)


def _clone_depth(part: dict[str, YamlValue]) -> str:
    value = _mapping(part.get("variables")).get("GIT_DEPTH")
    return _text(_mapping(value).get("value") if isinstance(value, dict) else value).strip()


def _needs_history(script: str) -> bool:
    return any(
        _SOPKIT_RUN.search(line) and "--tree-only" not in line and not re.search(r"\binstall\b", line)
        for line in script.splitlines()
    )


def _mapping(value: YamlValue) -> dict[str, YamlValue]:
    return value if isinstance(value, dict) else {}


def _text(value: YamlValue) -> str:
    """A text, or the texts of a list, nested or not, a line each."""
    if isinstance(value, list):
        return "\n".join(_text(item) for item in value)
    return value if isinstance(value, str) else ""


def check_extras(facts: DoctorFacts) -> Iterator[DoctorRow]:
    """Extras of the package, and the data of time zones."""
    present = [name for name in EXTRAS if name not in facts.missing]
    if present:
        yield DoctorRow("extras", DoctorState.OK, f"installed: {', '.join(present)}")
    if facts.missing:
        words, advice = f"not installed: {', '.join(facts.missing)}", f"pip install 'sopkit[{facts.missing[0]}]'"
        yield DoctorRow("extras", DoctorState.HINT, words, f"when you need it: {advice}")
    if facts.zones:
        yield DoctorRow("time-zones", DoctorState.OK, "the data of time zones is there")
    else:
        words = "no data of time zones, so only UTC can be used"
        yield DoctorRow("time-zones", DoctorState.WARNING, words, "install tzdata: pip install tzdata")
