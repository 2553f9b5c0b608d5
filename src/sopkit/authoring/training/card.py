"""The card of a role: one page with its steps, time limits, contacts, changes of the quarter, and questions."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import NamedTuple

from sopkit.analysis.responsibilities import ANYBODY, ResponsibilityKind, actors_of, responsibilities_in
from sopkit.diff import compare
from sopkit.git.blobs import read_blobs
from sopkit.lifecycle.change_summary import keep_changed_sections, summarise_changes
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lifecycle.people import person_name, read_roster
from sopkit.model.durations import quarter_name, quarter_of, quarter_range
from sopkit.model.errors import SopkitError
from sopkit.model.registers import Role
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Classification
from sopkit.parsing.digest import immaterial_keys
from sopkit.practice.situations import Situation, situations_of
from sopkit.practice.training import training_of
from sopkit.tables.escape import clip, one_line

MAX_STEPS, MAX_SOPS, MAX_CALLS, MAX_CHANGES, MAX_QUESTIONS, MAX_KNOWN = 24, 7, 6, 5, 5, 12
"""What one page of A4 has room for; with fewer steps where the lines are long."""
MAX_LINES, _LINE_LENGTH = 67, 110
_MIN_STEPS = 4
_MAX_STEP, _MAX_LINE, _MAX_QUESTION, _MAX_TITLE = 120, 150, 170, 60  # characters


class CardStep(NamedTuple):
    """A step of the role, with its time limits in words."""

    number: str
    text: str
    limit: str


class CardSop(NamedTuple):
    """What the role does in one SOP; `more` says how many steps are left out and where they are."""

    name: str
    steps: tuple[CardStep, ...]
    more: str


class CardQuestion(NamedTuple):
    """A question with its answer and the step where that is written."""

    question: str
    answer: str
    where: str


@dataclass(frozen=True)
class PrintedCard:
    """The card; each list that is cut ends with a line that says how much is left out."""

    role: str
    title: str
    quarter: str
    sops: tuple[CardSop, ...] = ()
    more_sops: str = ""
    known: str = ""
    calls: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    questions: tuple[CardQuestion, ...] = ()
    footer: str = ""

    @property
    def lines(self) -> int:
        """About how many lines the card takes, headings included."""
        steps = [f"{one.number}. {one.text} {one.limit}" for sop in self.sops for one in sop.steps]
        more = [sop.more for sop in self.sops if sop.more]
        asked = [f"{one.question} {one.answer} ({one.where})" for one in self.questions]
        texts = (*steps, *more, *self.calls, *self.changes, *asked, self.more_sops, self.known)
        return sum(-(-len(text) // _LINE_LENGTH) for text in texts) + len(self.sops) + 10

    @property
    def is_empty(self) -> bool:
        """Whether no SOP in force asks anything of the role."""
        return not self.sops and not self.known


@dataclass(frozen=True)
class _CardText:
    """A text in force that the role acts in or is trained on."""

    sop: Sop
    version: str
    starts: dt.date
    steps: tuple[CardStep, ...]
    situations: tuple[Situation, ...]
    calls: tuple[tuple[str, tuple[str, ...]], ...]
    owner: str
    is_known: bool
    rank: int = field(default=0)


def card_roles(status: LibraryStatus) -> tuple[str, ...]:
    """The roles of the register, and everyone where all people are trained on an SOP."""
    known = [row.id for row in status.library.roles.rows if isinstance(row, Role)]
    everyone = any(ANYBODY in one.text.roles for one in training_of(status))
    return (*dict.fromkeys(known), *([ANYBODY] if everyone else []))


class CardMaker:
    """Makes the cards of a library; reads each text in force once."""

    def __init__(self, status: LibraryStatus) -> None:
        if status.judged is None:
            raise SopkitError(
                f"{status.library.root} has no history in git", "commit the SOPs first: a card shows approved texts"
            )
        self.status, self.library = status, status.library
        self.roster = read_roster(status.library, status.as_of)
        self.shows_names = bool(status.library.registers["people"].rows)
        self.audiences = {one.sop.id: one.text.roles for one in training_of(status)}
        quarter = quarter_of(status.as_of)
        self.first, self.quarter = quarter_range(*quarter).first, quarter_name(*quarter)
        self.sops = tuple(one.sop for one in training_of(status))

    def find_role(self, name: str) -> str:
        """The id of a role by id, title or alias. Raises SopkitError for an unknown one."""
        row = self.library.role(name)
        if row is not None:
            return row.id
        known = card_roles(self.status)
        if name != ANYBODY:
            near = nearest(name.lower(), known, 1, 0.5)
            raise SopkitError(f"no role `{name}`", f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}")
        return name

    def make(self, role: str) -> PrintedCard:
        """The card of a role by its id."""
        texts = sorted(self._texts(role), key=lambda one: (one.rank, one.sop.id))
        card = self._card(role, texts, MAX_STEPS)
        for room in range(MAX_STEPS - 1, _MIN_STEPS - 1, -1):
            if card.lines <= MAX_LINES:
                break
            card = self._card(role, texts, room)
        return card

    def _card(self, role: str, texts: Sequence[_CardText], room: int) -> PrintedCard:
        acting = [one for one in texts if one.steps]
        first = acting[:MAX_SOPS]
        shares = _share_out(room, [len(one.steps) for one in first])
        title = one_line(self.library.role_title(role))
        names = [one.sop.id for one in acting[MAX_SOPS:]]
        known = [one.sop.id for one in texts if one.is_known and not one.steps]
        return PrintedCard(
            role=role,
            title=title[:1].upper() + title[1:],
            quarter=self.quarter,
            sops=tuple(map(_card_sop, first, shares)),
            more_sops=f"and {len(names)} more SOPs with steps of yours: see {', '.join(names)}" if names else "",
            known=_cut_names(known),
            calls=tuple(self._calls(texts)),
            changes=tuple(self._changes(texts)),
            questions=tuple(_choose_questions(role, texts)),
            footer=self._footer(texts),
        )

    def _texts(self, role: str) -> Iterator[_CardText]:
        for sop in self.sops:
            text, approval = self.status.text_in_force(sop) or sop, self.status.approval_in_force(sop)
            if approval is None:
                continue
            steps = tuple(
                CardStep(one.step.number, one_line(one.step.text), ", ".join(item.text for item in one.step.limits))
                for one in actors_of(text, self.library)
                if role in one.roles
            )
            is_known = role in self.audiences[sop.id]
            if steps or is_known:
                calls = tuple(
                    (one_line(one.text), one.roles)
                    for one in responsibilities_in(text, self.library)
                    if one.kind is ResponsibilityKind.TOLD and not one.anchor
                )
                version = approval.label or text.text("version")
                rank = {"high": 0, "medium": 1}.get(text.text("criticality"), 2)
                found = situations_of(text, self.library, version)
                owner = text.text("owner").strip()
                yield _CardText(text, version, approval.starts, steps, found, calls, owner, is_known, rank)
                text.forget_body()

    def _who(self, role: str) -> str:
        title = self.library.role_title(role)
        people = self.roster.answering(role).people if self.shows_names else ()
        names = ", ".join(person_name(person) for person in people[:2])
        more = f" and {len(people) - 2} more" if len(people) > 2 else ""  # noqa: PLR2004 - two names fit
        return f"{title} ({names}{more})" if names else title

    def _calls(self, texts: Sequence[_CardText]) -> Iterator[str]:
        per_sop = [
            [f"{one.sop.id}: {clip(case, 70)}: {', '.join(map(self._who, roles))}" for case, roles in one.calls]
            for one in texts
        ]
        found = [line for line in chain.from_iterable(zip_longest(*per_sop)) if line]
        room = MAX_CALLS - 1 if len(found) > MAX_CALLS else MAX_CALLS
        yield from (clip(one_line(line), _MAX_LINE) for line in found[:room])
        if len(found) > room:
            yield f"and {len(found) - room} more cases: see Escalation of {_cut_names([one.sop.id for one in texts])}"
        owners = dict.fromkeys(one.owner for one in texts if one.owner)
        lines = [f"{self.library.role_title(role)}" for role in owners]
        if lines:
            yield clip(one_line(f"Questions about a text: its owner ({', '.join(lines)})"), _MAX_LINE)

    def _changes(self, texts: Sequence[_CardText]) -> Iterator[str]:
        new = sorted((one for one in texts if one.starts >= self.first), key=lambda one: (one.starts, one.sop.id))
        for one in new[:MAX_CHANGES]:
            line = f"{one.sop.id} {one.version}, in force since {one.starts}: {self._summary(one)}"
            yield clip(one_line(line), _MAX_LINE)
        if len(new) > MAX_CHANGES:
            names = ", ".join(one.sop.id for one in new[MAX_CHANGES:])
            yield clip(f"and {len(new) - MAX_CHANGES} more: see {names}", _MAX_LINE)

    def _summary(self, one: _CardText) -> str:
        history = self.status.history
        approvals = sorted(
            (item for item in history.ledger(one.sop.id).approved.values() if item.starts < one.starts),
            key=lambda item: (item.starts, item.revision),
        )
        if not approvals:
            return "new"
        [(_, data)] = read_blobs(history.repository, [approvals[-1].blob])
        before, skipped = self.library.read(one.sop.path, data or b""), immaterial_keys(self.library.config)
        return summarise_changes(compare(*keep_changed_sections(before, one.sop, skipped), skipped))

    def _footer(self, texts: Sequence[_CardText]) -> str:
        levels = [str(one) for one in Classification]
        ranks = [levels.index(one.sop.classification) for one in texts if one.sop.classification in levels]
        parts = [self.library.config.library.name, levels[max(ranks)] if ranks else "", f"as of {self.status.as_of}"]
        commit = self.status.commit.oid[:12] if self.status.commit else ""
        parts += [f"commit {commit}" if commit else "", "printed copies are uncontrolled"]
        return one_line(", ".join(filter(None, parts)))


def _share_out(room: int, counts: Sequence[int]) -> list[int]:
    """How many of the steps of each SOP are shown: one each, and the rest of the room one by one."""
    shares = [min(1, count) for count in counts]
    while sum(shares) < min(room, sum(counts)):
        for at, count in enumerate(counts):
            if shares[at] < count and sum(shares) < room:
                shares[at] += 1
    return shares


def _card_sop(one: _CardText, share: int) -> CardSop:
    first = sorted(range(len(one.steps)), key=lambda at: (not one.steps[at].limit, at))[:share]
    kept = [at for at in range(len(one.steps)) if at in first]
    rest = [step.number for at, step in enumerate(one.steps) if at not in first]
    plural = "s" * (len(rest) > 1)
    more = f"and {len(rest)} more step{plural}: see {one.sop.id} step{plural} {_cut_names(rest)}" if rest else ""
    steps = tuple(one.steps[at]._replace(text=clip(one.steps[at].text, _MAX_STEP)) for at in kept)
    return CardSop(
        f"{one.sop.id} {clip(one_line(one.sop.text('title')), _MAX_TITLE)}, version {one.version}", steps, more
    )


def _cut_names(names: Sequence[str]) -> str:
    more = len(names) - MAX_KNOWN
    return ", ".join(names[:MAX_KNOWN]) + (f" and {more} more" if more > 0 else "")


def _choose_questions(role: str, texts: Iterable[_CardText]) -> Iterator[CardQuestion]:
    """Five questions, first on steps of the role, from one SOP after the other; those of quizzes come first."""
    own, other = [], []
    for one in texts:
        mine = [item for item in one.situations if role in item.roles]
        own.append(mine)
        other.append([item for item in one.situations if item not in mine and one.is_known])
    turns = chain(chain.from_iterable(zip_longest(*own)), chain.from_iterable(zip_longest(*other)))
    seen = list(dict.fromkeys(item for item in turns if item is not None))
    for item in sorted(seen[: 4 * MAX_QUESTIONS], key=lambda one: not one.is_quiz)[:MAX_QUESTIONS]:
        where = f"{item.sop_id} step {item.step}" if item.step else item.sop_id
        yield CardQuestion(clip(item.question, _MAX_QUESTION), clip(item.answer, _MAX_QUESTION), where)
