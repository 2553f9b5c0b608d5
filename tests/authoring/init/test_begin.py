"""Making a library in every kind of folder: what is there stays, and a run that was cut off can be completed."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from tests.repository import GitRepository

from sopkit.authoring.init_files import DECISION_RULES, InitOptions
from sopkit.authoring.init_library import InitResult, create_library
from sopkit.files import create_file
from sopkit.git.checkout import Forge
from sopkit.library import load
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.select import Profile
from sopkit.model.areas import SHIPPED_AREAS
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Severity

DAY = date(2026, 11, 24)
SOP = "sops/access-control/ac-001-grant-and-change-access.md"
REGISTERS = tuple(
    f"registers/{name}.yaml" for name in ("assets", "glossary", "people", "policies", "risks", "roles", "vendors")
)
OWN = (".gitattributes", ".gitignore", "DECISIONS.md", "README.md", *REGISTERS, "sopkit.toml", SOP)
AT_TOP = (".github/CODEOWNERS", ".github/workflows/sopkit.yml", ".pre-commit-config.yaml")


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def begin(folder: Path, choice: InitOptions | None = None, *, repository: bool = False) -> InitResult:
    return create_library(folder, choice or InitOptions("Example"), DAY, repository=repository)


def errors(root: Path) -> list[str]:
    found = lint(load(root, DAY), LintOptions(profile=Profile.REVIEW)).findings
    return [f"{one.path}:{one.place.line} {one.code} {one.message}" for one in found if one.severity is Severity.ERROR]


def test_a_folder_that_is_missing_is_made_and_filled(tmp_path: Path) -> None:
    begun = begin(tmp_path / "a b" / "isms")
    assert begun.made == tuple(sorted((*OWN, *AT_TOP)))
    assert set(tree(tmp_path / "a b" / "isms")) == set(begun.made)
    assert (begun.left, begun.errors, begun.top, begun.repository_made) == ((), 0, None, False)
    assert errors(begun.root) == []


@pytest.mark.slow
def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    begin(tmp_path / "one")
    begin(tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


@pytest.mark.slow
@pytest.mark.parametrize("area", SHIPPED_AREAS)
def test_every_area_begins_without_an_error_and_its_marks_are_those_of_the_linter(area: str, tmp_path: Path) -> None:
    begun = begin(
        tmp_path, InitOptions("Example", areas=(area,), frameworks=("iso27001-2022", "soc2-tsc-2017", "gdpr"))
    )
    assert (begun.errors, errors(tmp_path)) == (0, [])
    library = load(tmp_path, DAY)
    [sop] = library.sops
    assert (sop.text("area"), sop.text("status")) == (area, "draft")
    found = lint(library, LintOptions(select=tuple(DECISION_RULES.split(",")))).findings
    silent = [
        section
        for one in found
        if one.code == "SOP103"
        for section in sop.body.sections
        if section.heading.start == one.place.start
    ]
    of_sections = {
        mark
        for mark in begun.marks
        for section in silent
        if section.start <= sop.source.line_starts[mark.line - 1] < section.end
    }
    assert {(mark.path, mark.line) for mark in begun.marks if mark not in of_sections} == {
        (one.path, one.place.line) for one in found if one.code != "SOP103"
    }
    assert len(begun.marks) == sum(
        data.count(b"[decide: ") for path, data in tree(tmp_path).items() if path.startswith(("sops/", "registers/"))
    )


def test_the_checklist_has_every_mark(tmp_path: Path) -> None:
    begun = begin(tmp_path)
    listed = [
        line for line in (tmp_path / "DECISIONS.md").read_text("utf-8").splitlines() if line.startswith("- [ ] `")
    ]
    assert [line.split("`")[1] for line in listed] == [f"{mark.path}:{mark.line}" for mark in begun.marks]
    assert begun.marks[0].ask == "where access tickets are kept, e.g. Jira project ACCESS"
    [holder] = [mark for mark in begun.marks if mark.row == "security-lead"]
    assert holder.shown == f"registers/roles.yaml:{holder.line}: security-lead: who holds this role"
    for mark in begun.marks:
        assert mark.ask in (tmp_path / mark.path).read_text("utf-8").splitlines()[mark.line - 1]


@pytest.mark.slow
def test_all_areas_at_once_share_their_rows(tmp_path: Path) -> None:
    begun = begin(tmp_path, InitOptions("Example", areas=tuple(SHIPPED_AREAS)))
    assert (begun.errors, errors(tmp_path)) == (0, [])
    assert len(load(tmp_path, DAY).sops) == len(SHIPPED_AREAS)


@pytest.mark.slow
def test_what_is_there_is_listed_and_left(tmp_path: Path) -> None:
    there = {"README.md": b"ours\n", ".gitignore": b"", ".github/workflows/sopkit.yml": b"\xff\x00", SOP: b"mine"}
    for path, data in there.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "DECISIONS.md").mkdir()
    (tmp_path / ".gitattributes").symlink_to("nowhere")
    begun = begin(tmp_path)
    kept = tree(tmp_path)
    assert {path: kept[path] for path in there} == there
    assert (tmp_path / ".gitattributes").is_symlink()
    assert set(begun.left) == {*there, "DECISIONS.md", ".gitattributes"} - {SOP}
    second = SOP.replace("ac-001", "ac-002")
    assert set(begun.made) == {*OWN, *AT_TOP, second} - {*there, "DECISIONS.md", ".gitattributes"}
    assert "id: AC-002" in kept[second].decode()


def test_a_register_that_is_there_is_left_and_what_it_lacks_is_told(tmp_path: Path) -> None:
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers/roles.yaml").write_text("- {id: boss, title: Boss}\n")
    begun = begin(tmp_path)
    assert begun.left == ("registers/roles.yaml",)
    assert begun.errors == len(errors(tmp_path)) > 0


@pytest.mark.parametrize("name", ["vendors", "roles"])
def test_a_register_that_cannot_be_read_is_left_or_named(name: str, tmp_path: Path) -> None:
    (tmp_path / f"registers/{name}.yaml").mkdir(parents=True)
    if name == "roles":
        with pytest.raises(SopkitError, match=r"registers/roles\.yaml:1: register is no file"):
            begin(tmp_path)
        return
    begun = begin(tmp_path)
    assert (begun.left, begun.errors) == (("registers/vendors.yaml",), 1)


def test_a_broken_register_stops_it_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers/roles.yaml").write_text("- {id: boss, tilte: Boss}\n")
    with pytest.raises(SopkitError, match=r"registers/roles\.yaml:1: "):
        begin(tmp_path)
    assert set(tree(tmp_path)) == {"registers/roles.yaml"}


@pytest.mark.parametrize("folder", [".", "sub", "sub/deeper"])
def test_a_library_is_not_begun_in_a_library(folder: str, tmp_path: Path) -> None:
    (tmp_path / "sopkit.toml").write_text("")
    with pytest.raises(SopkitError) as error:
        begin(tmp_path / folder)
    where = "is a library already" if folder == "." else f"lies in the library {tmp_path}"
    assert error.value.message == f"{tmp_path / folder}: {where}: there is a sopkit.toml"
    assert "sopkit new" in error.value.hint
    assert set(tree(tmp_path)) == {"sopkit.toml"}


def test_a_link_to_a_library_is_one(tmp_path: Path) -> None:
    (tmp_path / "isms").mkdir()
    (tmp_path / "isms/sopkit.toml").write_text("")
    (tmp_path / "link").symlink_to("isms")
    with pytest.raises(SopkitError, match="is a library already"):
        begin(tmp_path / "link")


def test_a_link_to_a_folder_is_filled_there(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert begin(tmp_path / "link").root == (tmp_path / "real").resolve()
    assert (tmp_path / "real/sopkit.toml").is_file()


@pytest.mark.parametrize(
    ("make", "folder", "said"),
    [
        (lambda root: (root / "x").write_text(""), "x", "is no folder"),
        (lambda root: (root / "x").symlink_to("nowhere"), "x", "is no folder"),
        (lambda root: (root / "x").write_text(""), "x/y", "cannot be made"),
        (lambda root: (root / "registers").write_text(""), ".", "is no folder, so registers/"),
        (lambda root: (root / ".github").write_text(""), ".", "is no folder, so .github/"),
        (Path.is_dir, "/proc/isms", "cannot be made"),
    ],
)
def test_what_is_in_the_way_is_named_and_nothing_written(
    make: Callable[[Path], object], folder: str, said: str, tmp_path: Path
) -> None:
    make(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(SopkitError) as error:
        begin(tmp_path / folder)
    assert said in error.value.message
    assert tree(tmp_path) == before


CUTS = range(len(OWN) + len(AT_TOP))


@pytest.mark.slow
@pytest.mark.parametrize("cut", CUTS)
def test_a_second_run_completes_one_that_was_cut_off(cut: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(tmp_path / "whole")
    written = 0

    def cut_off(file: Path, data: bytes) -> bool:
        nonlocal written
        if written == cut:
            raise KeyboardInterrupt
        written += 1
        return create_file(file, data)

    with monkeypatch.context() as patched:
        patched.setattr("sopkit.authoring.init_library.create_file", cut_off)
        with pytest.raises(KeyboardInterrupt):
            begin(tmp_path / "isms")
    partly = tree(tmp_path / "isms")
    whole = tree(tmp_path / "whole")
    assert len(partly) == cut
    assert partly.items() <= whole.items()
    begun = begin(tmp_path / "isms")
    assert tree(tmp_path / "isms") == whole
    assert set(begun.left) == set(partly)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        'Say "hi" \\',
        "Br]ack[ets",
        "👩‍💻",
        "{{ name }}",
        "# - [x] *b* `c` | <b>",
        "x" * 200,
        "[decide: our name]",
        "'a': b",
    ],
)
def test_an_odd_name_gives_no_error(name: str, tmp_path: Path) -> None:
    begun = begin(tmp_path, InitOptions(name))
    assert (begun.errors, errors(tmp_path)) == (0, [])
    assert load(tmp_path, DAY).config.library.name == name


def test_inside_a_repository_forge_and_hooks_get_theirs_at_its_top(tmp_path: Path) -> None:
    GitRepository.start(tmp_path)
    begun = begin(tmp_path / "docs/isms", repository=True)
    assert begun.outside == tuple(f"../../{path}" for path in AT_TOP)
    assert (begun.top, begun.repository_made) == (tmp_path.resolve(), False)
    assert set(AT_TOP) < set(tree(tmp_path))
    assert not (tmp_path / "docs/isms/.git").exists()


def test_git_makes_a_repository_without_a_commit(tmp_path: Path) -> None:
    begun = begin(tmp_path / "isms", repository=True)
    assert (begun.top, begun.repository_made) == (begun.root, True)
    assert (begun.root / ".git/HEAD").read_text() == "ref: refs/heads/main\n"
    assert not list((begun.root / ".git/refs/heads").iterdir())


@pytest.mark.parametrize(
    ("forge", "made"),
    [
        (Forge.GITLAB, {".gitlab-ci.yml", ".gitlab/CODEOWNERS", ".pre-commit-config.yaml"}),
        (Forge.UNKNOWN, {".pre-commit-config.yaml"}),
    ],
)
def test_each_forge_gets_its_own_files(forge: Forge, made: set[str], tmp_path: Path) -> None:
    assert set(begin(tmp_path, InitOptions(forge=forge)).made) - set(OWN) == made


def test_nothing_temporary_is_left(tmp_path: Path) -> None:
    begun = begin(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({path.split("/")[0] for path in begun.made})


def test_nothing_is_written_behind_a_link_that_leads_out(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "isms").mkdir()
    (tmp_path / "isms" / "registers").symlink_to(tmp_path / "out")
    with pytest.raises(SopkitError, match="register is reached by a symbolic link"):
        begin(tmp_path / "isms")
    assert list((tmp_path / "out").iterdir()) == []
