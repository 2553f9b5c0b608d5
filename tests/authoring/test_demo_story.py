"""The texts of the demo tell a consistent story, before anybody reviews or approves them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from tests.repository import isolated

from sopkit.authoring.demo import PLAN, demo_history, read_plan
from sopkit.data import shipped_folder
from sopkit.frameworks.loader import load_catalogue
from sopkit.git.fast_import import NewCommit
from sopkit.library import load_config, sop_reader
from sopkit.model.demo_plan import HistoryPlan
from sopkit.parsing.digest import digest

pytestmark = pytest.mark.slow

ACME = shipped_folder("examples") / "acme"
STAGES = {"AC-003": ["draft", "active", "retired"], "AM-002": ["draft", "trial"], "VM-002": ["draft"]}
"""The statuses that an SOP has had, in their order, where these are not draft and active."""


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in isolated(tmp_path).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def plan() -> HistoryPlan:
    return read_plan((shipped_folder("examples") / PLAN).read_bytes(), PLAN)


@pytest.fixture(scope="module")
def history() -> tuple[NewCommit, ...]:
    return demo_history(read_plan((shipped_folder("examples") / PLAN).read_bytes(), PLAN))


@dataclass(frozen=True)
class Text:
    """One SOP as a commit left it."""

    day: date
    path: str
    version: tuple[int, ...]
    status: str
    effective: date | None
    digest: str


@pytest.fixture(scope="module")
def lives(history: tuple[NewCommit, ...]) -> Mapping[str, list[Text]]:
    """Every SOP in every commit of the first-parent line, by id."""
    config = load_config(ACME)
    read = sop_reader(config, load_catalogue())
    line = [history[-1]]
    while line[-1].parents:
        line.append(history[line[-1].parents[0]])
    found: dict[str, list[Text]] = {}
    for commit in reversed(line):
        for path, data in commit.files.items():
            if path.startswith("sops/"):
                sop = read(path, data)
                assert sop.document is not None, (path, commit.message)
                version = tuple(int(part) for part in sop.document.version.split("."))
                text = Text(
                    commit.committer.moment.astimezone(UTC).date(),
                    path,
                    version,
                    str(sop.document.status),
                    sop.document.effective,
                    digest(sop, config),
                )
                found.setdefault(sop.id, []).append(text)
    return found


def test_commits_are_in_order_on_main_and_by_people_of_the_time(
    plan: HistoryPlan, history: tuple[NewCommit, ...]
) -> None:
    assert 50 <= len(history) <= 70
    assert len({commit.author.name for commit in history}) >= 8
    moments = [commit.committer.moment for commit in history]
    assert moments == sorted(moments)
    assert all(commit.author.moment <= commit.committer.moment for commit in history)
    assert [len(commit.parents) for commit in history].count(2) == 1
    assert all(commit.committer.moment.utcoffset() is not None for commit in history)
    assert all(commit.author.moment.weekday() < 5 and 8 <= commit.author.moment.hour < 19 for commit in history)
    leaver = max(planned.date.date() for planned in plan.commits if planned.author == "oliver")
    assert leaver <= date(2026, 6, 30)


def test_messages_are_as_git_wants_them(plan: HistoryPlan) -> None:
    for planned in plan.commits:
        first, *rest = planned.message.rstrip("\n").split("\n")
        assert len(first) <= 72
        assert all(len(line) <= 76 for line in rest), first
        assert not rest or rest[0] == ""


@pytest.mark.slow
def test_each_sop_is_born_a_draft_and_most_become_active(lives: Mapping[str, list[Text]]) -> None:
    prefixes = ("AC", "AM", "BK", "CM", "IH", "VM")
    assert sorted(lives) == sorted(
        ["AC-003", "HR-001", "IH-003", "SD-001", *(f"{prefix}-00{number}" for prefix in prefixes for number in (1, 2))]
    )
    for identity, texts in lives.items():
        assert [status for status, _ in groupby(text.status for text in texts)] == STAGES.get(
            identity, ["draft", "active"]
        )
        for text in texts:
            early = text.status in {"draft", "trial"}
            assert (text.version[0] == 0, text.effective is None) == (early, early), (identity, text)
        assert all(text.version == (1, 0) for text in [text for text in texts if text.status == "active"][:1])


def test_later_sops_have_two_to_four_revisions(lives: Mapping[str, list[Text]]) -> None:
    first = {f"{prefix}-001" for prefix in ("AC", "AM", "BK", "CM", "IH", "VM")}
    later = [identity for identity in lives if identity not in first]
    revisions = {identity: len(list(groupby(text.digest for text in lives[identity]))) for identity in later}
    assert revisions == {
        "AC-002": 4,
        "AC-003": 4,
        "AM-002": 3,
        "BK-002": 4,
        "CM-002": 4,
        "HR-001": 3,
        "IH-002": 4,
        "IH-003": 3,
        "SD-001": 3,
        "VM-002": 2,
    }


def test_a_version_is_in_force_soon_after_it_landed(lives: Mapping[str, list[Text]]) -> None:
    for identity, texts in lives.items():
        for before, after in pairwise(texts):
            if after.effective != before.effective and after.version > before.version:
                assert after.effective is not None
                assert 0 < (after.effective - after.day).days <= 21, (identity, after)


def test_a_material_change_of_an_active_sop_has_a_new_label(lives: Mapping[str, list[Text]]) -> None:
    lowered = []
    for identity, texts in lives.items():
        for before, after in pairwise(texts):
            if before.status == "active":
                assert (before.digest != after.digest) == (before.version != after.version), (identity, after)
                assert (before.digest != after.digest) == (before.effective != after.effective), (identity, after)
            if after.version < before.version:
                lowered.append(identity)
                assert after.digest in {text.digest for text in texts if text.day < before.day}
    assert lowered == ["AC-001"]


def test_editorial_commits_and_the_rename_change_no_digest(lives: Mapping[str, list[Text]]) -> None:
    paths = [(before, after) for before, after in pairwise(lives["AC-001"]) if before.path != after.path]
    assert [(before.digest == after.digest, after.status) for before, after in paths] == [(True, "active")]
    for identity in ("AC-001", "AM-001", "VM-001"):
        [[before, tidied]] = [pair for pair in pairwise(lives[identity]) if pair[1].day == date(2026, 11, 12)]
        assert tidied.digest == before.digest


def test_one_commit_is_backdated_and_one_touches_only_what_is_watched(history: tuple[NewCommit, ...]) -> None:
    late = [commit for commit in history if (commit.committer.moment - commit.author.moment).days > 30]
    assert [commit.message.splitlines()[0] for commit in late] == ["Draft IH-001, security incidents"]
    first = {commit.message: history[commit.parents[0]].files for commit in history if commit.parents}
    alone = [
        commit
        for commit in history
        if commit.parents
        and {path for path, data in commit.files.items() if first[commit.message].get(path) != data}
        == {"infra/backup/plan.tf"}
    ]
    assert len(alone) == 1
