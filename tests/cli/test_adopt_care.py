"""What `sopkit adopt` must never do to files that nobody told it to change."""

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.test_adopt import GRANT, library, put, repository, tree
from tests.repository import GitRepository

pytestmark = pytest.mark.slow

__all__ = ["library", "repository"]


def test_legacy_without_a_document_leaves_sopkit_toml(run: Run, library: Path) -> None:
    before = tree(library)
    (library / "empty").mkdir()
    done = run("adopt", "empty", "--in-place-legacy", "--write")
    assert (done.code, tree(library)) == (1, before)
    assert "0 documents stay as they are; sopkit.toml is left as it is" in done.out


def test_legacy_twice_changes_nothing(run: Run, library: Path) -> None:
    put(library / "wiki/grant.md")
    assert run("adopt", "wiki", "--in-place-legacy", "--write").code == 0
    before = tree(library)
    done = run("adopt", "wiki", "--in-place-legacy", "--write")
    assert (done.code, tree(library)) == (0, before)
    assert "sopkit.toml is as it must be already: nothing is written" in done.out


@pytest.mark.parametrize(
    ("option", "file"),
    [
        ("-o", "docs/grant.md"),
        ("-o", "docs/empty.md"),
        ("-o", "sopkit.toml"),
        ("-o", "registers/roles.yaml"),
        ("-o", "sops/access-control/ac-001-grant-access.md"),
        ("--save-map", "sops/access-control/ac-001-grant-access.md"),
        ("-o", "map.yaml"),
    ],
)
def test_the_plan_is_written_over_no_document(run: Run, library: Path, option: str, file: str) -> None:
    put(library / "docs/grant.md")
    put(library / "docs/empty.md", "")
    put(library / "map.yaml", "")
    before = tree(library)
    done = run("adopt", "docs", "--map", "map.yaml", "--write", option, library / file)
    assert (done.code, tree(library)) == (2, before)
    assert "is a document, or a file of the library" in done.err


def test_a_map_that_cannot_be_saved_stops_all(run: Run, library: Path) -> None:
    put(library / "docs/grant.md")
    before = tree(library)
    assert run("adopt", "docs", "--write", "--save-map", "nowhere/map.yaml").code == 2
    assert tree(library) == before


@pytest.mark.parametrize(
    "pattern",
    [".git/hooks/{slug}", "registers/{slug}.yaml", "drafts/{id}.md", "sops/{id}\n.md", "sops/{id}", "sops/out/{id}.md"],
)
def test_drafts_go_only_where_sops_are(run: Run, library: Path, tmp_path: Path, pattern: str) -> None:
    put(library / "docs/grant.md")
    (tmp_path / "out").mkdir()
    (library / "sops").mkdir()
    (library / "sops/out").symlink_to(tmp_path / "out")
    before = tree(library)
    done = run("adopt", "docs", "--write", "--to", pattern)
    assert (done.code, tree(library), list((tmp_path / "out").iterdir())) == (2, before, [])


def test_two_documents_for_one_place_name_each_other(run: Run, library: Path) -> None:
    put(library / "docs/a.md")
    put(library / "docs/b.md")
    done = run("adopt", "docs", "--write", "--to", "sops/{slug}.md")
    said = " ".join(done.out.split())
    assert done.code == 1
    assert "docs/a.md: goes to sops/grant-access.md, as does docs/b.md;" in said
    assert "docs/b.md: goes to sops/grant-access.md, as does docs/a.md;" in said


def test_documents_from_afar_with_one_name_are_told_apart(run: Run, library: Path, tmp_path: Path) -> None:
    far = tmp_path / "far/away"
    for name in ("a", "b"):
        put(
            far / name / "index.md",
            GRANT.replace("Grant", f"Grant {name}") + f"\n[x](../{'ab'[name == 'a']}/index.md)\n",
        )
    (library / "inner").mkdir()
    (library / "inner/sopkit.toml").write_text("")
    root = library / "inner"
    assert run("adopt", far / "a/index.md", "-C", root).code == 0
    done = run("adopt", far, "-C", root, "--write")
    assert (done.code, done.out.count("adopted already")) == (0, 1)
    text = (root / "sops/access-control/ac-002-grant-b-access.md").read_text()
    assert "[x](ac-001-grant-a-access.md)" in text
    assert str(tmp_path) not in text
    assert run("adopt", far, "-C", root, "--write").out.count("adopted already") == 2


NAMES = (
    *(b"new\nline.md", b"quo'te\".md", b"{id}.md", b"-dash.md", b"x" * 252 + b".md", b"bad\xff.md", b"\x1b[31m.md"),
    *(b"[a].md", b"a.md", b"A.md", b"*.md", b"!x.md", b"#x.md", b" lead.md", b"trail .md", b"b\\c.md", b"CR\r.md"),
    *("café.md".encode(), "cafe\u0301.md".encode(), "ls\u2028x.md".encode(), "nel\u0085x.md".encode()),
)


def test_any_name_of_a_file_is_adopted_and_replayed(run: Run, library: Path, tmp_path: Path) -> None:
    put(library / "docs/none.txt", "")
    for number, name in enumerate(NAMES):
        text = f"Text {number}.\n\n## {'Ask' if number % 2 else 'Steps'}\n\n1. Ask for it.\n"
        (Path(os.fsdecode(os.fsencode(library / "docs") + b"/" + name))).write_text(text)
    shutil.copytree(library, tmp_path / "copy")
    saved = run("adopt", "docs", "--area", "access-control", "--save-map", "map.yaml", "--write")
    assert (saved.code, saved.err) == (0, "")
    made = tree(library / "sops")
    assert len(made) == len(NAMES)
    assert {char for char in b"".join(made.values()).decode() if not char.isprintable()} == {"\n"}
    os.chdir(tmp_path / "copy")
    done = run("adopt", "docs", "--map", library / "map.yaml", "--write")
    assert (done.code, done.err, tree(tmp_path / "copy/sops")) == (0, "", made)
    again = run("adopt", "docs", "--area", "access-control", "-f", "json")
    assert [one["adopted"] for one in json.loads(again.out)["refused"]] == [True] * len(NAMES)


def test_what_a_run_that_was_cut_off_left_uncommitted_is_told(
    run: Run, library: Path, repository: GitRepository
) -> None:
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "Begin")
    put(library / "docs/grant.md")
    assert run("adopt", "docs", "--write").code == 0  # as a kill before the commit leaves it
    again = run("adopt", "docs", "--commit")
    assert again.code == 0
    assert "not committed, perhaps of a run that was cut off: registers/roles.yaml, sops/access-control/ac-001" in (
        again.err
    )
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "Adopt")
    assert "not committed" not in run("adopt", "docs", "--commit").err


def test_a_commit_that_is_refused_leaves_no_empty_folder(run: Run, library: Path, repository: GitRepository) -> None:
    put(library / ".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n").chmod(0o755)
    put(library / "docs/grant.md")
    assert run("adopt", "docs", "--commit").code == 2
    assert sorted(one.name for one in library.iterdir()) == [".git", "docs", "sopkit.toml"]


def test_a_file_that_cannot_be_written_says_how_to_go_on(run: Run, library: Path) -> None:
    put(library / "docs/grant.md")
    put(library / "sops/access-control", "in the way\n")
    done = run("adopt", "docs", "--write")
    assert done.code == 2
    assert "1 of 2 files were written before: run the same again, it does the rest" in " ".join(done.err.split())
    (library / "sops/access-control").unlink()
    assert run("adopt", "docs", "--write").code == 0


@pytest.mark.parametrize(("key", "value"), [("title", r"a\0b"), ("title", r"a\nb: c"), ("owner", "@#!")])
def test_what_a_map_says_is_text_on_one_line(run: Run, library: Path, key: str, value: str) -> None:
    put(library / "docs/grant.md")
    put(library / "map.yaml", f'docs/grant.md:\n  {key}: "{value}"\n')
    done = run("adopt", "docs", "--map", "map.yaml")
    assert done.code == 2
    assert f"map.yaml:1: {key}: " in done.err


def test_an_owner_that_a_map_leaves_open_is_a_mark(run: Run, library: Path) -> None:
    put(library / "docs/grant.md")
    put(library / "map.yaml", 'docs/grant.md: {owner: "[decide: who]"}\n')
    done = run("adopt", "docs", "--map", "map.yaml", "-f", "json")
    assert [row["owner"] for row in json.loads(done.out)["rows"]] == ["[decide: who]"]
    assert "decide-who" not in done.err


def test_rows_of_a_map_name_files_folders_and_patterns(run: Run, library: Path) -> None:
    for name in ("docs/a.md", "docs/in/b.md", "docs/[c].md", "docs/c.md", "far/d.md"):
        put(library / name, f"# Text {name[-4]}\n\n1. Ask.\n")
    put(
        library / "map.yaml",
        "docs: {area: privacy}\n/docs/a.md: {title: One}\n'docs/\\[c\\].md': {title: Three}\n"
        "docs/in/: {area: access-control}\n'*.md': {owner: it}\nfar/: {skip: true}\ndocs/non: {title: X}\n",
    )
    done = run("adopt", ".", "--map", "map.yaml", "-f", "json")
    found = json.loads(done.out)
    assert {row["source"]: (row["title"], row["area"], row["owner"]) for row in found["rows"]} == {
        "docs/a.md": ("One", "privacy", "it"),
        "docs/in/b.md": ("Text b", "access-control", "it"),
        "docs/[c].md": ("Three", "privacy", "it"),
        "docs/c.md": ("Text c", "privacy", "it"),
    }
    assert [note for note in found["notes"] if "no document" in note] == [
        "map.yaml:7: no document docs/non; did you mean docs/in/b.md?"
    ]


@pytest.mark.slow
def test_a_map_of_thousands_is_read_at_once(run: Run, library: Path) -> None:
    rows = "".join(f'"docs/d{number}.md":\n  title: T\n' for number in range(3000))
    put(library / "map.yaml", rows)
    put(library / "docs/d7.md")
    done = run("adopt", "docs", "--map", "map.yaml", "--dry-run")
    assert "AC-001 T" in done.out
    assert done.err.count("no document") == 2999


def test_legacy_folders_with_signs_of_patterns_are_linted(run: Run, library: Path) -> None:
    put(library / "wiki [old]/grant*.md")
    put(library / "wiki [old]/~$grant.docx", "open in Word")
    assert run("adopt", "wiki [old]", "--in-place-legacy", "--write").code == 0
    assert "in 1 SOP " in run("lint", "--tree-only").out
