"""Where somebody records reviews and approvals: the library as it is judged now, and who they are for git."""

from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path

from sopkit.git.branch import Author
from sopkit.git.repository import Repository, open_repository
from sopkit.git.users_git import BranchState, Identity, branch_state, identity, left_out_of_index
from sopkit.lifecycle.judged import Judged, judge
from sopkit.lifecycle.ledger.organisation import PEOPLE, ROLES
from sopkit.model.config import Basis
from sopkit.model.entries import LEDGER
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest
from sopkit.model.registers import Person


@dataclass(frozen=True)
class Desk:
    """The judged library, and as whom git would commit now."""

    judged: Judged
    author: Identity
    committer: Identity
    branch_state: BranchState

    @property
    def repository(self) -> Repository:
        """The repository at the commit that was judged."""
        return self.judged.repository

    @property
    def today(self) -> date:
        """The day that it is, in the library's zone."""
        return self.judged.today

    @property
    def zone(self) -> tzinfo:
        """The library's zone."""
        return self.judged.zone

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the people who have the e-mail of git's author: one, unless the register is wrong."""
        return tuple(sorted(self.judged.organisation.known(Author(self.author.name, self.author.email))))

    def person(self, key: str = "") -> Person:
        """The person of that key, else the one whom git names. Raises SopkitError for nobody, and for a bot."""
        people = self.judged.organisation.people
        if not key:
            key = self._own()
        if key not in people:
            near = nearest(key.lower(), list(people), 1, 0.5)
            known = f"did you mean {near[0]}?" if near else f"add the person to {PEOPLE}, and commit that first"
            raise SopkitError(f"{PEOPLE}, as it is committed, knows no `{key}`", known)
        if people[key].bot:
            raise SopkitError(f"{key} is a bot, and bots neither review nor approve", "let a person do it")
        return people[key]

    def _own(self) -> str:
        email = self.author.email
        if len(self.keys) > 1:
            raise SopkitError(
                f"{email} belongs to {' and '.join(self.keys)}", f"mend {PEOPLE}; until then say who you are: --as KEY"
            )
        if not self.keys:
            raise SopkitError(
                f"nobody in {PEOPLE}, as it is committed, has the e-mail {email} that git commits with",
                f"add it to `emails` of your row and commit that first, or run: git config user.email ADDRESS\n"
                f"known: {', '.join(sorted(self.judged.organisation.people)) or 'nobody'}",
            )
        return self.keys[0]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the place where the entry will land."""
        found = []
        branch, default, _ = self.branch_state
        merged = (
            "the entry counts once it is merged into the default branch as it is: a squash loses who wrote it,"
            " unless it is signed"
        )
        if not branch:
            found.append(
                f"no branch is checked out (detached HEAD): {merged}, and nothing keeps it until a branch does"
            )
        elif default and branch != default:
            found.append(f"you are on {branch}, not on {default}: {merged}")
        if gone := left_out_of_index(self.repository, LEDGER):
            found.append(
                f"your next commit would remove entries that are committed, as after a commit that was cut off;"
                f" run: git reset -q -- {' '.join(gone)}"
            )
        if self.judged.config.review.basis is not Basis.RECORDS:
            basis = self.judged.config.review.basis
            found.append(f'`[review] basis` is "{basis}": `sopkit stale` looks at entries when it is "records"')
        return tuple(found)


def open_desk(root: Path, today: date) -> Desk:
    """Judge the library in a folder for somebody who wants to record something.

    Raises SopkitError outside of git, in the middle of a merge or rebase, where history is missing, and when git does
    not know who commits.
    """
    repository = open_repository(root)
    if repository is None:
        raise SopkitError(
            f"{root} is not in a git repository", "entries are proved by its commits: git init, and commit"
        )
    place = branch_state(repository)
    if place.under_way:
        raise SopkitError(
            f"a {place.under_way} is under way",
            f"end it first: git {place.under_way} --continue, or git {place.under_way} --abort",
        )
    author, committer = identity(repository), identity(repository, "COMMITTER")
    judged = judge(repository, date.max, today)
    judged.cache.save()
    return Desk(judged, author, committer, place)


def holders(desk: Desk, role: str) -> str:
    """Who may act in a role today, in words: `ciso: Cat Diaz (cat)`."""
    organisation = desk.judged.organisation
    row = organisation.role(role)
    if row is None:
        return f"{role}: {ROLES} does not know this role"
    keys = dict.fromkeys(one.person for one in (*row.holders, *row.deputies) if one.holds(desk.today))
    people = [organisation.people[key] for key in keys if organisation.holds(key, role, desk.today)]
    named = ", ".join(f"{' '.join(one.name.split())} ({one.key})" if one.name else one.key for one in people)
    return f"{row.id}: {named or f'nobody on {desk.today}'}"
