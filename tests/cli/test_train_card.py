"""`sopkit train card`: one page per role, nothing cut silently, and the right bytes in each format."""

import io
from pathlib import Path

import docx
import pytest
from tests.authoring.ledger import PATH as SOP_PATH
from tests.authoring.ledger import text
from tests.cli.conftest import Run
from tests.cli.test_train_plan import Company
from tests.repository import ANN

from sopkit.authoring.training.card import MAX_LINES, CardQuestion, CardSop, CardStep, PrintedCard
from sopkit.authoring.training.card_formats import write_card

pytestmark = pytest.mark.slow  # about a second each
STEPS = "".join(
    f'{n}. <a id="s{n}"></a>**Support**: Do the {n}th thing & <b>more</b> of it within {n} hours.\n'
    f"   - If the {n}th thing fails, then page the security lead.\n"
    for n in range(1, 61)
)
BODY = f"\n## Procedure\n\n{STEPS}\n## Escalation\n\n* If nobody answers, page the security lead.\n"
QUIZ = """\
sop: AC-001
for_version: ">=1.0 <2.0"
questions:
  - id: q1
    step: s2
    type: single
    stem: Somebody calls and asks for access at once. What now?
    options: [{text: Ask for a ticket, correct: true}, {text: Give it, why: Nobody approved it.}]
"""


@pytest.fixture
def company(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    found = Company(run, tmp_path, monkeypatch)
    found.there.commit("2026-12-02", {SOP_PATH: long_text(), "quizzes/AC-001.yaml": QUIZ}, author=ANN)
    assert found.call("cat", "approve", "AC-001", "--note", "read it", "--yes").code == 0
    return found


def long_text() -> str:
    head, _, _ = text(audience="[support]", version='"1.1"').partition("\n# ")
    return f"{head}\n# Grant access\n{BODY}"


def test_a_card_says_what_to_do_by_when_whom_to_call_and_what_changed(company: Company) -> None:
    done = company.call("ann", "train", "card", "support", "-f", "markdown")
    assert done.code == 0, done.err
    assert "# Support" in done.out
    assert "**within 1 hours**" in done.out
    assert "Security lead (Cat Diaz)" in done.out
    assert "AC-001 1.1, in force since" in done.out
    assert "1. Somebody calls and asks for access at once. What now? *Ask for a ticket* (AC-001 step 2)" in done.out
    assert done.out.count("What do you do if") == 4, "five questions, the first of the quiz"


def test_what_does_not_fit_is_counted_and_its_place_is_named(company: Company) -> None:
    out = company.call("ann", "train", "card", "support", "-f", "markdown").out
    shown = sum(line.startswith("- ") and "th thing" in line for line in out.splitlines())
    assert 4 <= shown < 60
    assert f"and {60 - shown} more steps: see AC-001 steps {shown + 1}, " in out


def test_a_draft_is_on_no_card_and_a_role_without_steps_says_so(company: Company) -> None:
    draft = text(id="AC-002", audience="[asset-owner]").replace("status: active", "status: draft")
    company.there.commit("2026-12-03", {"sops/ac-002.md": draft}, author=ANN)
    out = company.call("ann", "train", "card", "asset-owner", "-f", "markdown").out
    assert "No SOP in force asks anything of this role." in out
    assert "AC-002" not in out


def test_a_card_for_each_role_that_has_one(company: Company) -> None:
    folder = company.folder / "cards"
    done = company.call("ann", "train", "card", "--all", "-f", "docx", "-o", folder)
    assert done.code == 0, done.err
    assert [one.name for one in sorted(folder.iterdir())] == ["support.docx"]
    document = docx.Document(str(folder / "support.docx"))
    assert document.paragraphs[0].text == "Support"
    assert any("and " in one.text and "more steps: see AC-001" in one.text for one in document.paragraphs)
    assert "asks anything of" in done.err
    page = company.call("ann", "train", "card", "support").out
    assert "<b>more</b>" not in page
    assert "size: A4" in page


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ((), "name one role, or all of them with --all"),
        (("support", "--all", "-o", "x"), "name one role"),
        (("--all",), "name a folder with -o DIR"),
        (("support", "-f", "docx"), "name a file with -o FILE.docx"),
        (("suport",), "did you mean support"),
        (("--all", "-o", "registers"), "choose another folder"),
    ],
)
def test_what_cannot_be_made_is_refused(
    company: Company, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], problem: str
) -> None:
    monkeypatch.chdir(company.there.root)
    done = company.call("ann", "train", "card", *words)
    assert done.code == 2
    assert problem in done.err


def test_the_longest_texts_take_no_more_than_a_page(company: Company) -> None:
    wide = "word " * 60
    steps = "".join(f"{n}. **Support**: {wide}within {n} hours.\n   - If {wide}, then {wide}.\n" for n in range(1, 61))
    changed = long_text().replace(STEPS, steps).replace('version: "1.1"', 'version: "1.2"')
    company.there.commit("2026-12-04", {SOP_PATH: changed}, author=ANN)
    done = company.call("cat", "approve", "AC-001", "--note", "read it", "--yes")
    assert done.code == 0, done.err
    out = company.call("ann", "train", "card", "support", "-f", "markdown").out
    assert "more steps: see AC-001" in out
    lines = [line for line in out.splitlines() if line.strip()]
    assert sum(-(-len(line) // 110) for line in lines) <= MAX_LINES


def test_the_same_card_is_the_same_in_all_formats() -> None:
    step = CardStep("1", "Ask <the> owner.", "within 1 hour")
    question = CardQuestion("What if?", "Call.", "AC-001 step 1")
    card = PrintedCard("support", "Support", "2027-Q1", (CardSop("AC-001 Access", (step,), ""),), questions=(question,))
    assert b"Ask &lt;the&gt; owner." in write_card(card, "html")
    document = docx.Document(io.BytesIO(write_card(card, "docx")))
    assert [one.text for one in document.paragraphs if "owner" in one.text] == ["1. Ask <the> owner. within 1 hour"]
