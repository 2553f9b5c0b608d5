"""The page with the quiz about an SOP: for which texts there is one, what is on it, and what hostile words do there."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
import yaml
from tests.handbook.faults import faults
from tests.handbook.hostile import ALL
from tests.lifecycle.ledger import TEXT, TODAY, base, text
from tests.repository import BEN, GitRepository

from sopkit.handbook.build import Site, build
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

SOP, PAGE = "sop/AC-001/index.html", "sop/AC-001/quiz/index.html"
LINK = '<a href="quiz/index.html">'
SINGLE: dict[str, object] = {
    "id": "who",
    "step": "1",
    "type": "single",
    "stem": "Who decides?\n\nThink of the owner.",
    "options": [
        {"text": "The owner", "correct": True, "why": "It is theirs."},
        {"text": "Anybody", "why": "Nobody would be responsible."},
    ],
    "explain": "The owner decides.",
}
MULTI: dict[str, object] = {
    "id": "which",
    "limit": "unknown",
    "type": "multi",
    "stem": "Which?",
    "options": [{"text": "This", "correct": True}, {"text": "That", "correct": True}, {"text": "Neither"}],
}
ORDER: dict[str, object] = {
    "id": "order",
    "step": "99",
    "type": "order",
    "stem": "In which order?",
    "options": [{"text": "First"}, {"text": "Second"}, {"text": "Third"}],
}
NUMBER: dict[str, object] = {
    "id": "hours",
    "step": "#step-1",
    "type": "number",
    "stem": "How long?",
    "answer": 4,
    "tolerance": 0.5,
    "unit": "hours",
}


def quiz(*questions: dict[str, object], **keys: object) -> str:
    values = {"sop": "AC-001", "for_version": ">=1.0 <2.0"} | keys | {"questions": list(questions or (SINGLE,))}
    return yaml.safe_dump(values, allow_unicode=True)


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    """AC-001, internal, whose one text is approved, with a quiz."""
    found = GitRepository.start(tmp_path / "library")
    base(found, text("## Procedure\n\n1. Ask the owner.\n"))
    found.write("quizzes/AC-001.yaml", quiz())
    return found


def built(repository: GitRepository, day: date = TODAY, **options: object) -> Site:
    with read_library_status(repository.root, day, TODAY) as found:
        return build(found, BuildOptions(**options))  # type: ignore[arg-type]


def page_of(repository: GitRepository, *questions: dict[str, object]) -> str:
    repository.write("quizzes/AC-001.yaml", quiz(*questions))
    return built(repository).files[PAGE].decode()


def test_an_sop_with_a_quiz_links_to_its_page(repository: GitRepository) -> None:
    files = built(repository).files
    assert f"{LINK}Test yourself: 1 question about this SOP</a>" in files[SOP].decode()
    page = files[PAGE].decode()
    assert "records nothing; to record a result, run: <code>sopkit quiz take AC-001</code>" in page
    assert '<a href="../index.html#step-1">Read step 1 of AC-001</a>' in page
    assert "<span>Who decides?</span>\n<span>Think of the owner.</span>" in page


def test_without_script_the_answer_can_be_opened(repository: GitRepository) -> None:
    page = built(repository).files[PAGE].decode()
    [answer] = re.findall(r"<details>.*?</details>", page, re.DOTALL)
    assert "<summary>Answer</summary>\n<p>The right answer: <b>The owner</b></p>" in answer
    assert "The owner: It is theirs." in answer
    assert "Anybody: Nobody would be responsible." in answer
    assert "The owner decides." in answer
    assert re.findall(r"<button[^>]*>", page) == ["<button disabled hidden>"]


@pytest.mark.parametrize("quiz_text", ["", quiz(for_version=">=2.0"), "sop: [", quiz(sop="AC-009")])
def test_without_a_quiz_that_fits_there_is_no_page(repository: GitRepository, quiz_text: str) -> None:
    if quiz_text:
        repository.write("quizzes/AC-001.yaml", quiz_text)
    else:
        (repository.root / "quizzes/AC-001.yaml").unlink()
    files = built(repository).files
    assert PAGE not in files
    assert "quiz/" not in files[SOP].decode()


def test_the_quiz_is_about_the_text_in_force(repository: GitRepository) -> None:
    repository.commit("2024-05-01", {"sops/ac-001.md": text("## Purpose\n\nMore.\n", version='"2.0"')}, author=BEN)
    files = built(repository, drafts=True).files
    assert LINK in files[SOP].decode()
    assert "quiz/" not in files["sop/AC-001/newer.html"].decode()
    repository.write("quizzes/AC-001.yaml", quiz(for_version=">=2.0"))
    assert PAGE not in built(repository, drafts=True).files


def test_the_handbook_of_a_past_day_has_the_quiz_of_that_day(repository: GitRepository) -> None:
    repository.commit("2024-05-01", {"quizzes/AC-001.yaml": quiz()}, author=BEN)
    repository.commit("2024-07-01", {"quizzes/AC-001.yaml": quiz(for_version=">=2.0")}, author=BEN)
    assert PAGE not in built(repository, date(2024, 4, 1)).files
    assert PAGE in built(repository, date(2024, 6, 1)).files
    assert PAGE not in built(repository).files


def test_a_text_that_nobody_approved_has_no_quiz(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    base(repository, text(effective="2099-01-01"))
    repository.write("quizzes/AC-001.yaml", quiz())
    assert PAGE not in built(repository, drafts=True).files


def test_a_quiz_is_shown_to_those_who_see_its_sop(repository: GitRepository) -> None:
    public = TEXT.replace("id: AC-001", "id: AC-002\nclassification: public")
    repository.commit("2024-05-01", {"sops/ac-002.md": public}, author=BEN)
    files = built(repository, classification=Classification.PUBLIC, drafts=True).files
    assert "sop/AC-002/index.html" in files
    assert [path for path, data in files.items() if "/quiz/" in path or b"Who decides?" in data] == []


def test_each_type_has_its_fields(repository: GitRepository) -> None:
    page = page_of(repository, SINGLE, MULTI, ORDER, NUMBER)
    fields = re.findall(r'<input type="(radio|checkbox|number)"([^>]*)>(?: <span>(\w+))?', page)
    known = {label: (kind, dict(re.findall(r'(data-\w+)(?:="([^"]*)")?', rest))) for kind, rest, label in fields}
    assert known == {
        "The": ("radio", {"data-right": ""}),
        "Anybody": ("radio", {}),
        "This": ("checkbox", {"data-right": ""}),
        "That": ("checkbox", {"data-right": ""}),
        "Neither": ("checkbox", {}),
        "First": ("number", {"data-right": "1"}),
        "Second": ("number", {"data-right": "2"}),
        "Third": ("number", {"data-right": "3"}),
        "": ("number", {"data-right": "4", "data-off": "0.5"}),
    }
    assert page.count("<fieldset>") == page.count("<legend>") == page.count("<details>") == 4
    assert "<b>4 hours</b> (at most 0.5 more or less)" in page
    shown = [page.index(f"<span>{word}</span>") for word in ("First", "Second", "Third")]
    assert shown != sorted(shown)
    assert page == built(repository).files[PAGE].decode()


def test_a_step_or_limit_that_the_text_does_not_have_is_no_link(repository: GitRepository) -> None:
    page = page_of(repository, MULTI, ORDER)
    assert re.findall(r'<a href="\.\./index\.html#[^"]*">', page) == []


def test_hostile_words_stay_words(repository: GitRepository) -> None:
    line = " ".join(ALL.split())[:180]
    parts = [line[at : at + 60] for at in range(0, 180, 60)]
    options = [{"text": part, "why": line, "correct": at == 0} for at, part in enumerate(parts)]
    hostile = {"stem": ALL[:1000], "options": options, "explain": ALL[:1000]}
    page = page_of(repository, SINGLE | hostile, ORDER | {"options": [{"text": part} for part in parts]},
                   NUMBER | {"unit": parts[0][:40], "stem": ALL[:1000]})  # fmt: skip
    assert faults(page) == []
    assert "<script>window" in unescape(page)
    assert "<script>window" not in page
