"""Git itself, the clone around the library, and who commits in it."""

from collections.abc import Iterator

from sopkit.doctor.facts import Facts
from sopkit.doctor.lines import Line, State
from sopkit.git.history import unshallow_command
from sopkit.model.registers import Person

_OLDEST = (2, 31)  # the first that knows --diff-merges=first-parent
_CONFIGURATION = "configuration"


def look_at_git(facts: Facts) -> Iterator[Line]:
    """Git, the repository and the commit that is checked out."""
    git = facts.git
    if not git.version:
        yield Line("git", State.ERROR, "git cannot be run", "install git, or put it on PATH")
        return
    if tuple(int(part) for part in git.version.split(".")[:2] if part.isdecimal()) < _OLDEST:
        yield Line("git", State.ERROR, f"git {git.version} is too old", "install git 2.31 or newer")
    else:
        yield Line("git", State.OK, f"git {git.version}")
    if git.refusal is not None:
        yield Line("repository", State.ERROR, git.refusal.message, git.refusal.hint)
    elif not git.inside:
        words = "the folder is in no git repository, so nothing proves a review"
        yield Line("repository", State.WARNING, words, "run: git init")
    elif git.bare:
        words = "a bare repository has no files to read"
        yield Line("repository", State.ERROR, words, "run sopkit in a clone or worktree of it")
    elif not git.head:
        yield Line("repository", State.WARNING, "the repository has no commit yet", "commit the library")
    else:
        yield Line("repository", State.OK, f"{facts.top}, at commit {git.head}")


def look_at_history(facts: Facts) -> Iterator[Line]:
    """Whether the clone has the history as it was written."""
    git = facts.git
    if not git.inside:
        return
    if git.shallow:
        words = "the clone is shallow, so no date can be told"
        yield Line("history", State.ERROR, words, unshallow_command(facts.environment))
    if git.grafted:
        yield Line("history", State.ERROR, "a grafts file alters the history", "remove .git/info/grafts")
    if git.partial:
        words = "the clone is partial; sopkit fetches no object that is missing"
        yield Line("history", State.WARNING, words, "run: git fetch --refetch --no-filter, or clone without --filter")
    if git.replaced:
        words = f"{git.replaced} replace references would alter what git shows; sopkit ignores them"
        yield Line("history", State.HINT, words, "git replace --list names them")
    if git.head and not (git.shallow or git.grafted or git.partial):
        yield Line("history", State.OK, "the whole history is here")


def look_at_branch(facts: Facts) -> Iterator[Line]:
    """Which branch is checked out."""
    git = facts.git
    if not git.inside or git.bare:
        return
    if git.head and not git.branch:
        words = "HEAD is detached; the commit that is checked out is judged"
        yield Line("branch", State.HINT, words, "run: git switch BRANCH, to commit reviews")
    elif git.default_branch and git.branch != git.default_branch:
        words = f"`{git.branch}` is checked out; entries count when they have landed on `{git.default_branch}`"
        yield Line("branch", State.HINT, words)
    elif git.branch:
        yield Line("branch", State.OK, f"`{git.branch}` is checked out")


def look_at_configuration(facts: Facts) -> Iterator[Line]:
    """What the configuration of the clone could run, and whether line ends of entries can change."""
    git = facts.git
    if not git.inside:
        return
    programs = sorted({one.key for one in git.settings if one.of_clone and one.names_program})
    if programs:
        words = f"the clone's configuration names what git may run: {', '.join(programs)}; not used by sopkit on reads"
        yield Line(_CONFIGURATION, State.HINT, words)
    else:
        yield Line(_CONFIGURATION, State.OK, "the clone's configuration names no programs")
    if git.bare:
        return
    found = dict(git.attributes)
    ledger = facts.from_top("ledger/**")
    advice = f"add to .gitattributes: {ledger} -text"
    if found.get("merge") == "union":
        words = "`merge=union` could join two entries into one file that is neither"
        yield Line("attributes", State.WARNING, words, f"take it off {ledger} in .gitattributes")
    if found.get("text") == "unset":
        yield Line("attributes", State.OK, "line ends of entries are kept as they are")
    else:
        words = "git may convert the line ends of entries, which changes their bytes"
        state = State.WARNING if (facts.root / "ledger").is_dir() else State.HINT
        yield Line("attributes", state, words, advice)


def look_at_committer(facts: Facts) -> Iterator[Line]:
    """Who commits here, and with which signature."""
    git = facts.git
    if not git.version:
        return
    email = git.setting("user.email")
    people = facts.registers.registers["people"].rows if facts.registers is not None else ()
    holders = [
        row.key
        for row in people
        if isinstance(row, Person) and email.casefold() in (mail.casefold() for mail in row.emails)
    ]
    if not email:
        yield Line("identity", State.HINT, "git has no user.email, so nobody can commit a review here")
    elif holders:
        yield Line("identity", State.OK, f"{email} is `{holders[0]}` of the people register")
    elif people:
        words = f"{email} (user.email) is in no row of registers/people.yaml, so an entry committed here does not count"
        yield Line("identity", State.WARNING, words, "add it to `emails` of its person, or set user.email")
    if git.setting("commit.gpgsign").casefold() in {"true", "yes", "on", "1"}:
        yield Line("signing", State.OK, f"commits are signed ({git.setting('gpg.format') or 'openpgp'})")
    else:
        key = () if git.setting("user.signingkey") else ("gpg.format ssh", "user.signingkey FILE")  # or no commit works
        mend = "; ".join(f"git config --global {setting}" for setting in (*key, "commit.gpgsign true"))
        yield Line("signing", State.HINT, "commits are not signed", f"run: {mend}")
    asks = facts.library is not None and "E3" in facts.library.config.approval.min_evidence.model_dump().values()
    if facts.ssh_keygen:
        yield Line("ssh-keygen", State.OK, "ssh-keygen is there, for signed entries")
    else:
        words = "ssh-keygen is missing; only signed entries need it"
        yield Line("ssh-keygen", State.ERROR if asks else State.HINT, words, "install the OpenSSH client")
