"""The answers of a team as a draft in a library: id, file, roles, time limits and register rows."""

import re
from collections.abc import Iterator
from dataclasses import replace

from sopkit.authoring.fix import apply_fixes
from sopkit.authoring.interview.answers import InterviewAnswers
from sopkit.authoring.interview.draft_text import AnswerStep, DraftHead, format_draft, read_steps
from sopkit.authoring.interview.questionnaire import QUESTIONS_BY_KEY
from sopkit.authoring.request import SopRequest, check_line, choose_file, choose_id, find_area
from sopkit.authoring.templates.draft import Draft, apply_drafts, complete_draft
from sopkit.authoring.templates.starter_rows import add_role, find_owner_role, load_starters
from sopkit.library import Library
from sopkit.lint.rules.sop218_untracked_time_limit import untracked_time_limit
from sopkit.model.body import is_undecided
from sopkit.model.errors import SopkitError
from sopkit.model.sop import Sop

_NAME_SEPARATOR = re.compile(r"[,;/\n]|\band\b|&")
_ROLE_LINE = re.compile(
    r"^\s*(?:[-*+\u2022]\s+)?\**(?P<role>[^\W\d_][^:|*]{0,60}?)\**(?:\s*:|\s+[-\u2013\u2014])\**\s+(?P<does>\S.*)$"
)
_ACTOR_DASH = re.compile(r"^\**(?P<who>[^|*]{1,60}?)\**\s+(?:[-\u2013\u2014\u2192]|->)\s+(?P<what>\S.*)$")
_MAX_WORDS = 5
_MAX_TITLE = 120
_MAX_PASSES = 100
_MAX_ROLES = 100
OWNER_MARK = "[decide: which role answers for this SOP]"


def draft_from_answers(library: Library, interview: InterviewAnswers, request: SopRequest) -> Draft:
    """The draft; nothing is written yet. Raises SopkitError when the area is not known, or a wish is wrong."""
    area = find_area(library.config.all_areas, request.area or interview.area)
    title = request.title or _short_title(interview) or f"What {interview.team or 'the team'} does"
    title = " ".join(title.split())
    roles = _RoleNames(library)
    owner = roles.id_of(request.owner or interview.answers.get("owner", "")) or OWNER_MARK
    contributors = [roles.id_of(name) for name in find_contributors(interview)]
    interview, steps = _normalise_roles(_read_role_lines(interview), roles)
    unused = tuple(_unused_answers(interview, request, owner))
    interview = replace(interview, other=(*unused, *interview.other))
    for name, value in {"title": title, "owner": owner}.items():
        check_line(name, value)
    head = DraftHead(
        id=choose_id(library, area, request.id),
        title=title,
        area=area,
        owner=owner,
        approvers=library.config.all_areas[area].approvers,
        contributors=tuple(dict.fromkeys(filter(None, contributors))),
    )
    path = choose_file(library, area, head.id, title)
    done = complete_draft(
        library, (), roles.starters, _add_time_limits(library, path, format_draft(interview, head, steps))
    )
    if wrong := library.read(path, done.text.encode()).reading:
        raise SopkitError(
            f"the draft would not be sound: {wrong[0].message}", "shorten or mend that answer, then try again"
        )
    notes = (f"kept under Feedback: the answer to {ask!r}" for ask, _ in unused)
    return replace(done, notes=(*roles.notes, *notes, *done.notes))


class _RoleNames:
    """The roles of the register, of the starter rows, and those that the answers name for the first time."""

    def __init__(self, library: Library) -> None:
        self.register = apply_drafts(library, ())["roles"]
        self.starters = load_starters(library.root)
        self.made: dict[str, None] = {}

    def id_of(self, name: str) -> str:
        """The id of a role; one that nobody knows is kept as a new one. Empty for what is no name of a role.

        Raises SopkitError for what is no line of text, and for far too many new roles.
        """
        if is_undecided(name) or not re.search(r"\w", name) or len(name.split()) > _MAX_WORDS:
            return ""
        check_line("role", name)
        key, made = find_owner_role(name, self.register, self.starters)
        self.starters = add_role(self.starters, made)
        if made:
            self.made[made.title] = None
        if len(self.made) > _MAX_ROLES:
            raise SopkitError(
                f"the answers name more than {_MAX_ROLES} roles that nobody knows", "name roles, not persons or steps"
            )
        return key

    def knows(self, name: str) -> bool:
        """Whether the register, the starter rows or the answers have a role of this name."""
        return name.casefold() in self.register.by_name or self.starters.role(name) is not None

    def spelt(self, name: str) -> str:
        """A name as the register spells it, or who named it first."""
        row = self.register.by_name.get(name.casefold()) or self.starters.role(name)
        names = row.names if row else ()
        return next((known for known in names if known.casefold() == name.casefold()), name)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to look at in the roles that nobody knew."""
        if not self.made:
            return ()
        named = ", ".join(self.made)
        return (f"new roles, in the words of the answers: {named}; unite those that are one, and replace persons",)


def find_contributors(interview: InterviewAnswers) -> list[str]:
    """The roles that answered; where none is named, the team."""
    names = _split_names(interview.answers.get("contributors", ""))
    return names if names and not _is_prose(names) else _split_names(interview.team)


def _short_title(interview: InterviewAnswers) -> str:
    """What the team calls it, in one line; nothing when they tell more than a name."""
    lines = [line.lstrip("-*+>#\u2022 ").rstrip() for line in interview.answers.get("title", "").split("\n")]
    first = next(filter(None, lines), "")
    return first if len(first) <= _MAX_TITLE else ""


def _is_prose(names: list[str]) -> bool:
    return any(len(name.split()) > _MAX_WORDS for name in names)


def _unused_answers(interview: InterviewAnswers, request: SopRequest, owner: str) -> Iterator[tuple[str, str]]:
    """Questions whose answers have no place of their own: roles told in sentences, and what a wish says better."""
    replaced = {
        "title": bool(request.title) or _short_title(interview) != interview.answers.get("title", ""),
        "contributors": _is_prose(_split_names(interview.answers.get("contributors", ""))),
        "owner": bool(request.owner) or owner == OWNER_MARK,
    }
    for key, is_replaced in replaced.items():
        if is_replaced and interview.answers.get(key):
            yield QUESTIONS_BY_KEY[key].ask, interview.answers[key]


def _split_names(text: str) -> list[str]:
    parts = (re.sub(r"^[-*\s]+", "", part).rstrip(". \t\n\xa0") for part in _NAME_SEPARATOR.split(text))
    return list(filter(None, parts))


def _read_role_lines(interview: InterviewAnswers) -> InterviewAnswers:
    """The answers with lines "Role: what it does" as rows, when every line is one."""
    lines = [line for line in interview.answers.get("roles", "").split("\n") if line.strip()]
    found = [_ROLE_LINE.match(line) for line in lines]
    rows = tuple((match["role"], match["does"]) for match in found if match)
    if not lines or len(rows) != len(lines):
        return interview
    return replace(
        interview,
        answers={**interview.answers, "roles": ""},
        rows={**interview.rows, "roles": (*interview.rows.get("roles", ()), *rows)},
    )


def _normalise_roles(interview: InterviewAnswers, roles: _RoleNames) -> tuple[InterviewAnswers, tuple[AnswerStep, ...]]:
    """The answers and their steps, in which every role is known and spelt as the register has it."""
    steps = read_steps(interview.rows.get("steps", ()), interview.answers.get("steps", ""))
    rows = interview.rows.get("roles", ())
    for names in (*(step.actor for step in steps), *(row[0] for row in rows)):
        for name in _split_names(names):
            roles.id_of(name)
    spelt = []
    for step in steps:
        match = None if step.actor else _ACTOR_DASH.match(step.action)
        split = step
        if match and roles.knows(match["who"]):
            split = replace(step, actor=match["who"], action=match["what"])
        spelt.append(replace(split, actor=roles.spelt(split.actor)))
    participants = tuple((roles.spelt(actor), *does) for actor, *does in rows)
    return replace(interview, rows={**interview.rows, "roles": participants}), tuple(spelt)


def _add_time_limits(library: Library, path: str, text: str) -> Sop:
    sop = library.read(path, text.encode())
    for _ in range(_MAX_PASSES):
        fixes = [found.fix for found in untracked_time_limit.check(sop, library) if found.fix]
        if not fixes:
            break
        sop = library.read(path, apply_fixes(sop.source.data, fixes[-1:])[0])  # each is put before the others
    return sop
