"""Compares a quiz with its SOP: steps, time limits and versions that no longer fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sopkit.git.blobs import read_blobs
from sopkit.git.repository import blob_id
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.lint.steps import step_blocks
from sopkit.model.finding import Finding
from sopkit.model.quiz import Quiz, version_fits
from sopkit.model.sop import Sop
from sopkit.parsing.quiz import QuizFile
from sopkit.parsing.sections import step_anchors


def step_texts(sop: Sop) -> dict[str, str]:
    """The words of each step with its sub-steps, by anchor, number and the name by which it is linked to."""
    words = {one.step.start: " ".join(" ".join(block.text for block in one.blocks).split()) for one in step_blocks(sop)}
    found: dict[str, str] = {}
    for _, step, name in step_anchors(sop.body):
        text = " ".join(words.get(each.start, each.text) for each in step.walk())
        for key in (step.anchor, step.number, name):
            found.setdefault(key, text)
    return found


def limit_texts(sop: Sop) -> Mapping[str, str]:
    """The length and start of each time limit, by its id."""
    limits = sop.front.values.get("time_limits")
    found = {}
    for name, entry in limits.items() if isinstance(limits, dict) else ():
        cells = entry if isinstance(entry, dict) else {"limit": entry}
        found[str(name)] = f"{cells.get('limit')} {cells.get('starts') or ''}".strip()
    return found


@dataclass(frozen=True)
class QuizReading:
    """A quiz beside the text of its SOP."""

    library: Library
    status: LibraryStatus
    path: str
    file: QuizFile
    quiz: Quiz

    def findings(self) -> Iterator[Finding]:
        """Everything in the quiz that does not fit the SOP."""
        [sop, *_] = self.library.by_id.get(self.quiz.sop, ()) or [None]
        if sop is None:
            yield self.file.finding(f"no SOP has the id {self.quiz.sop}; correct the id, or delete the quiz", "sop")
        elif sop.readable:
            yield from self._versions(sop)
            yield from self._questions(sop)

    def _versions(self, sop: Sop) -> Iterator[Finding]:
        approval = self.status.approval_in_force(sop)
        named = {"in the folder": sop.text("version"), "in force": approval.label if approval else ""}
        for where, version in named.items():
            if version and not version_fits(version, self.quiz.for_version):
                words = f"version {version} of {sop.id} is {where}, and the quiz is for {self.quiz.for_version}"
                yield self.file.finding(f"{words}; check its questions, then correct `for_version`", "for_version")
                return

    def _questions(self, sop: Sop) -> Iterator[Finding]:
        before = self._text_at_last_commit(sop)
        steps, limits = step_texts(sop), limit_texts(sop)
        old_steps = step_texts(before) if before else steps
        old_limits = limit_texts(before) if before else limits
        for at, question in enumerate(self.quiz.questions):
            pairs = (
                ("step", question.step.removeprefix("#"), steps, old_steps),
                ("limit", question.limit, limits, old_limits),
            )
            for key, name, now, then in pairs:
                what = f"{'time limit' if key == 'limit' else key} `{name}`"
                if name and name not in now:
                    words = f"{sop.id} has no {what}; correct question `{question.id}`, or delete it"
                    yield self.file.finding(words, "questions", at, key)
                elif name and then.get(name, now[name]) != now[name]:
                    words = f"{what} of {sop.id} changed after the quiz did; check question `{question.id}`"
                    yield self.file.finding(f"{words}, then commit the quiz", "questions", at, key)

    @cached_property
    def _last_change(self) -> int | None:
        """The commit that changed the quiz last; None when the file in the folder is not as that commit has it."""
        history, data = self.status.history, self.file.source.data
        for index in range(history.count - 1, -1, -1):
            for change in history.log.commits[index].changes:
                if change.path == self.path:
                    return index if change.blob == blob_id(data, history.repository.object_format) else None
        return None

    def _text_at_last_commit(self, sop: Sop) -> Sop | None:
        """The text of the SOP when the quiz changed last; None where that is not known."""
        history = self.status.judged
        past = history.pasts.by_key.get((sop.id, "")) if history else None
        if history is None or past is None or self._last_change is None:
            return None
        earlier = [one for one in past.revisions if one.commit <= self._last_change]
        if not earlier:
            return None
        [(_, data)] = read_blobs(history.repository, [earlier[-1].blob])
        return self.library.read(sop.path, data) if data is not None else None
