"""`sopkit new --interview` and `sopkit new --from-answers`."""

import base64
import io
from pathlib import Path

import docx
import pytest
from tests.authoring.interview import told
from tests.cli.conftest import Run

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@pytest.fixture(autouse=True)
def _in_an_empty_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sopkit.toml").write_text("")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["q.md", "q.html", "q.docx"])
def test_a_questionnaire_goes_into_a_file_and_never_over_one(run: Run, name: str) -> None:
    done = run("new", "--interview", "Customer Success", "-o", name)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"made {name}: send it to Customer Success\n")
    data = Path(name).read_bytes()
    again = run("new", "--interview", "DevOps", "-o", name)
    assert (again.code, Path(name).read_bytes()) == (2, data)
    assert f"{name} is there already" in again.err


def test_the_area_is_checked_when_the_questionnaire_is_made(run: Run) -> None:
    wrong = run("new", "--interview", "HR", "--area", "human-resorces", "-o", "q.md")
    assert (wrong.code, Path("q.md").exists()) == (2, False)
    assert "no area 'human-resorces'\n  did you mean human-resources?" in wrong.err
    assert "- Area: human-resources\n" in run("new", "--interview", "HR", "--area", "Human resources").out
    Path("sopkit.toml").write_text('[areas.garden]\ntitle = "Garden"\n')
    assert "- Area: garden\n" in run("new", "--interview", "HR", "--area", "garden").out
    Path("sopkit.toml").unlink()
    assert "- Area: privacy\n" in run("new", "--interview", "HR", "--area", "privacy").out
    assert run("new", "--interview", "HR", "--area", "garden").code == 2


def test_without_a_file_it_is_printed(run: Run) -> None:
    done = run("new", "--interview", "DevOps", "--area", "change-management")
    assert done.code == 0
    assert done.out.startswith("# How DevOps works today\n")
    assert "- Area: change-management\n" in done.out


@pytest.mark.slow
def test_answers_make_a_draft_that_names_who_described_it(run: Run) -> None:
    Path("answers.docx").write_bytes(told.filled_word(area="customer-success"))
    done = run("new", "--from-answers", "answers.docx")
    assert (done.code, done.err) == (0, "")
    path = "sops/customer-success/cs-001-give-a-customer-a-second-chance-to-log-in.md"
    assert done.out.startswith(f"made {path}: CS-001 ")
    assert "described by: Support agent, Support lead\n" in done.out
    assert "not answered:\n  Which role decides how it is done?\n" in done.out
    assert run("lint").code == 0
    second = run("new", "--from-answers", "answers.docx")
    assert "CS-002" in second.out


def test_a_dry_run_makes_nothing(run: Run) -> None:
    Path("answers.md").write_text(told.filled_markdown(), encoding="utf-8")
    done = run("new", "--from-answers", "answers.md", "--area", "customer-success", "--dry-run")
    assert done.code == 0
    assert done.out.startswith("---\nid: CS-001\n")
    assert sorted(path.name for path in Path().iterdir()) == ["answers.md", "sopkit.toml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name a template"),
        (("offboarding", "--interview", "HR"), "exclude each other"),
        (("offboarding", "-o", "x.md"), "-o is for the questionnaire"),
        (("--interview", ""), "needs the name of a team"),
        (("--interview", "HR", "-o", "q.pdf"), "no form of a questionnaire ends in '.pdf'"),
        (("--from-answers", "missing.md"), "missing.md: no such file"),
        (("--from-answers", "."), ".: no file"),
        (("--from-answers", "form.html"), "the form holds no answers"),
        (("--from-answers", "latin.md"), "latin.md: not UTF-8 text"),
        (("--from-answers", "sopkit.toml"), "no questionnaire"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_made(run: Run, words: tuple[str, ...], said: str) -> None:
    Path("form.html").write_text("<p>")
    Path("latin.md").write_bytes(b"# \xff\xfe")
    done = run("new", *words)
    assert done.code == 2
    assert said in " ".join(done.err.split())
    assert not Path("sops").exists()


@pytest.mark.parametrize(
    ("team", "name", "back"),
    [
        ("Customer Success", "q.html", "answers-customer-success.md"),
        ("HR", "our questions.docx", "'our questions.docx'"),
        ("HR", "q.md", "q.md"),
    ],
)
def test_what_comes_back_is_called_by_its_name(run: Run, team: str, name: str, back: str) -> None:
    done = run("new", "--interview", team, "-o", name)
    assert done.out.endswith(f"when it comes back: sopkit new --from-answers {back}\n")
    if name.endswith(".html"):
        assert f'data-file="{back}"' in Path(name).read_text("utf-8")


@pytest.mark.slow
def test_a_picture_of_a_word_file_becomes_a_mark(run: Run) -> None:
    document = docx.Document(io.BytesIO(told.filled_word(area="customer-success")))
    at = next(p for p in document.paragraphs if p.text.startswith("It cannot be taken back"))
    at.add_run(", see").add_picture(io.BytesIO(PNG))
    document.save("the [first] answers.docx")
    done = run("new", "--from-answers", "the [first] answers.docx")
    mark = "[decide: what picture 1 of the  first  answers.docx shows, or where it is kept]"
    assert mark in done.out
    (path,) = Path("sops").rglob("*.md")
    assert f"It cannot be taken back., see {mark}\n" in path.read_text("utf-8")


def test_what_to_do_next_stands_last(run: Run) -> None:
    Path("answers.md").write_text(told.filled_markdown(area="customer-success"), encoding="utf-8")
    done = run("new", "--from-answers", "answers.md")
    assert done.out.splitlines()[-1].startswith("next: write what is open, then sopkit lint sops/")
