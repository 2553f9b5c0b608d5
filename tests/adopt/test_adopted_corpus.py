"""What becomes of 21 real documents: sections, steps, every word, and what lint then finds."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.adopt.adopting import AS_OF, CORPUS, Score, adopted, empty_library, expectations, sections, steps, words

from sopkit.adopt.adoption import AdoptOptions, build_plan, write_plan
from sopkit.adopt.decisions import Decisions
from sopkit.adopt.plan import AdoptedDraft, MappingResult
from sopkit.library import load
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.select import Profile
from sopkit.model.finding import Severity
from sopkit.model.sop import Sop

pytestmark = pytest.mark.slow

LEAST = 0.85
"""Mean score of the documents; adoption.yaml says how it is counted."""
NAMES = tuple(expectations())


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[AdoptedDraft, Sop]]:
    return adopted(tmp_path_factory.mktemp("corpus"))


def mean(scores: Mapping[str, Score]) -> float:
    return sum(score.value for score in scores.values()) / len(scores)


def shown(scores: Mapping[str, Score]) -> str:
    return "\n".join(f"{name}: {score.value:.2f} {'; '.join(score.lost)}" for name, score in scores.items())


@pytest.mark.slow
@pytest.mark.parametrize(
    "judge",
    [
        pytest.param(sections, id="sections"),
        pytest.param(lambda wanted, _draft, sop: steps(wanted, sop), id="steps"),
    ],
)
def test_sections_and_steps_are_where_a_careful_owner_wants_them(
    judge: Callable[[Mapping[str, Any], AdoptedDraft, Sop], Score], drafts: Mapping[str, tuple[AdoptedDraft, Sop]]
) -> None:
    scores = {name: judge(expectations()[name], *drafts[name]) for name in NAMES}
    assert mean(scores) >= LEAST, shown(scores)


@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_lost(name: str, drafts: Mapping[str, tuple[AdoptedDraft, Sop]]) -> None:
    draft, _ = drafts[name]
    assert Counter(words(draft.before)) - Counter(words(draft.after)) == Counter()


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_is_adopted_only_once(
    name: str, drafts: Mapping[str, tuple[AdoptedDraft, Sop]], tmp_path: Path
) -> None:
    draft, _ = drafts[name]
    library = empty_library(tmp_path)
    file = tmp_path / draft.target
    file.parent.mkdir(parents=True)
    file.write_bytes(draft.after)
    plan = build_plan((file,), library, AdoptOptions(), Decisions())
    assert [one.adopted for one in plan.refused] == [True]
    assert not plan.drafts
    assert not plan.failed


@pytest.mark.slow
def test_lint_finds_no_error_that_the_plan_does_not_tell_of(tmp_path: Path) -> None:
    library = empty_library(tmp_path)
    plan = build_plan([CORPUS / one["path"] for one in expectations().values()], library, AdoptOptions(), Decisions())
    assert plan.refused == ()
    assert len({draft.id for draft in plan.drafts}) == len(NAMES)
    write_plan(plan, library)
    report = lint(load(tmp_path, AS_OF), LintOptions(profile=Profile.DRAFT, tree_only=True))
    dead = {
        draft.target: sum(one.how is MappingResult.LEFT and one.about.startswith("link ") for one in draft.plan_lines)
        for draft in plan.drafts
    }
    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    assert {finding.code for finding in errors} == {"SOP506"}  # what is linked to is not in the corpus
    assert all(dead[finding.path] for finding in errors)
