"""`sopkit adopt` as its users call it."""

import io
import json
import os
import sys
from pathlib import Path

import docx
import pytest
from jsonschema import Draft202012Validator
from tests.cli.conftest import Run
from tests.repository import GitRepository, isolated

from sopkit.adopt.plan import adoption_schema

pytestmark = pytest.mark.slow

GRANT = """\
# Grant access

We give people what their work needs.

## 1. Scope

All staff accounts.

## How it works

1. IT: Check the ticket.
2. IT: Grant the access within 4 hours.

## Afterwards

- Close the ticket
- Tell the manager

## Changelog

First text.
"""
ROLE = "- id: it\n  title: IT\n  holders: []  # [decide: who holds this role]\n"
GAINS = "note: registers/roles.yaml gains it\n"
DRAFT = """\
---
id: AC-001
title: Grant access
version: "0.1"
status: draft
area: access-control
owner: "[decide: which role owns this]"
---

# Grant access

## Purpose

We give people what their work needs.

## 1. Scope

All staff accounts.

## Roles

[decide: who does what]

## Inputs

[decide: what must be at hand before the first step]

## Procedure

### How it works

1. IT: Check the ticket.
2. IT: Grant the access within 4 hours.

### Afterwards

- Close the ticket
- Tell the manager

## References

[decide: the controls, policies and documents that it rests on]

## Changelog

First text.
"""
COPY = DRAFT.replace("---\n", "---\n# adopted from: docs/grant.md\n", 1)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library without SOPs, and the current folder."""
    root = tmp_path / "library"
    root.mkdir()
    (root / "sopkit.toml").write_text('# ours\n[library]\nname = "Acme"  # short\n')
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def repository(library: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepository:
    """The library as a repository of Ann Lee, whose git has no other settings; nothing is committed yet."""
    for name, value in isolated(library.parent).items():
        monkeypatch.setenv(name, value)
    made = GitRepository.start(library)
    made.git("config", "user.name", "Ann Lee")
    made.git("config", "user.email", "ann@acme.example")
    return made


def put(path: Path, text: str | bytes = GRANT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def tree(root: Path) -> dict[str, bytes]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in sorted(root.rglob("*"))
        if file.is_file() and ".git" not in file.parts
    }


def test_one_document_of_the_library_is_changed_in_place_at_once(run: Run, library: Path) -> None:
    file = put(library / "sops/grant.md")
    done = run("adopt", file)
    assert done.code == 0
    assert file.read_text() == DRAFT
    assert "1 draft written" in done.out
    assert set(tree(library)) == {"registers/roles.yaml", "sopkit.toml", "sops/grant.md"}
    assert (library / "registers/roles.yaml").read_text() == ROLE


def test_what_the_plan_tells(run: Run, library: Path) -> None:
    put(library / "sops/grant.md")
    assert run("adopt", "sops/grant.md", "--dry-run").out == (
        "sops/grant.md: AC-001 Grant access\n"
        "  mapped  key id: AC-001: the next free one\n"
        "  mapped  file: is changed in place\n"
        "  mapped  key version: 0.1: it names none\n"
        "  mapped  line 5: heading 1. Scope: section Scope: by its heading\n"
        "  guessed key area: access-control: by the words access (likely)\n"
        "  guessed line 3: text before the first heading: section Purpose: it stands above all sections (likely)\n"
        "  guessed line 9: heading How it works: section Procedure: it holds steps; a part of the heading Procedure"
        " that is put above (guess)\n"
        "  guessed line 14: heading Afterwards: section Procedure: no other section fits; a part of the heading"
        " Procedure that is put above (guess)\n"
        "  left    key owner: decide which role owns this\n"
        "  left    line 19: heading Changelog: stays as it is: it is beside the procedure\n"
        "  left    sections Roles, Inputs and References: are missing: decide what belongs under each mark"
        " `[decide: …]`\n"
        "  left    line 16: bullets under Afterwards: are these steps? --bullets steps makes them so, keep leaves"
        " them\n"
        "\n"
        "changes      registers/roles.yaml\n"
        "\n"
        "1 draft planned, nothing is written: 4 mapped, 4 guessed, 4 left to you\n"
        "next: --diff shows the changes, --save-map FILE the decisions to edit, --write carries the plan out\n"
    )


def test_a_folder_is_planned_until_write_is_said(run: Run, library: Path) -> None:
    put(library / "docs/grant.md")
    put(library / "docs/README.md", "# About this folder\n")
    before = tree(library)
    done = run("adopt", "docs")
    assert (done.code, tree(library)) == (0, before)
    assert "docs/grant.md -> sops/access-control/ac-001-grant-access.md" in done.out
    assert done.err == "note: left out, as it is about its folder: docs/README.md; name it to adopt it\n" + GAINS
    assert run("adopt", "docs", "--write").code == 0
    after = tree(library)
    assert after["docs/grant.md"] == GRANT.encode()
    assert after["sops/access-control/ac-001-grant-access.md"] == COPY.encode()
    twice = run("adopt", "docs", "--write")
    assert (twice.code, tree(library)) == (0, after)
    assert "docs/grant.md: adopted already, as AC-001: delete that one to adopt it anew" in " ".join(twice.out.split())
    again = run("adopt", "sops", "--write")
    assert (again.code, tree(library)) == (0, after)
    assert "an SOP already: nothing to do" in again.out


def test_dry_run_and_diff_write_nothing(run: Run, library: Path) -> None:
    put(library / "sops/grant.md")
    before = tree(library)
    assert run("adopt", "sops/grant.md", "--dry-run").code == 0
    shown = run("adopt", "sops/grant.md", "--diff").out
    assert tree(library) == before
    assert shown.startswith("--- a/sops/grant.md\n+++ b/sops/grant.md\n@@ ")
    assert "+## Procedure\n" in shown
    assert run("adopt", "sops/grant.md", "--dry-run", "--write").code == 2


def test_the_plan_as_json_is_as_its_schema_says(run: Run, library: Path) -> None:
    put(library / "docs/grant.md")
    put(library / "docs/empty.md", "")
    done = run("adopt", "docs", "-f", "json")
    found = json.loads(done.out)
    Draft202012Validator(adoption_schema()).validate(found)
    assert done.code == 1
    assert (found["schema"], found["written"], found["commit"]) == ("sopkit/adoption/1", False, "")
    assert [(row["id"], row["target"], row["stubs"], row["bullets"]) for row in found["rows"]] == [
        ("AC-001", "sops/access-control/ac-001-grant-access.md", ["Roles", "Inputs", "References"], ["Afterwards"])
    ]
    assert [row["source"] for row in found["refused"]] == ["docs/empty.md"]


def test_the_rest_goes_on_where_one_document_cannot_be_read(run: Run, library: Path) -> None:
    put(library / "docs/grant.md")
    put(library / "docs/binary.md", b"\x89PNG\r\n\x00\x01")
    put(library / "docs/nul.md", b"a\0b")
    put(library / "docs/conflict.md", "# A\n\n<<<<<<< HEAD\nx\n")
    put(library / "docs/blank.md", "\n \n")
    put(library / "docs/picture.png", b"\x89PNG")
    (library / "docs/loop.md").symlink_to("loop.md")
    (library / "empty").mkdir()
    os.mkfifo(library / "pipe.md")
    done = run("adopt", "docs", "empty", "pipe.md", "docs/loop.md", "docs/picture.png", "--write")
    said = {
        line.split(": ")[0].removeprefix("not adopted  ") for line in done.out.splitlines() if "not adopted" in line
    }
    assert done.code == 1
    assert said == {
        *(f"docs/{name}.md" for name in ("binary", "nul", "conflict", "blank", "loop")),
        *("docs/picture.png", "empty", "pipe.md"),
    }
    assert (library / "sops/access-control/ac-001-grant-access.md").read_text() == COPY


def test_a_path_that_is_not_there_and_a_folder_that_is_no_library(run: Run, library: Path, tmp_path: Path) -> None:
    assert run("adopt", "nothing.md").code == 2
    outside = put(tmp_path / "elsewhere/grant.md")
    os.chdir(outside.parent)
    assert run("adopt", "grant.md").code == 2
    assert run("adopt", "grant.md", "-C", library, "--dry-run").code == 0
    assert run("adopt", "grant.md", "-C", library, "--area", "acess-control").code == 2


def test_two_documents_that_want_one_id_are_named_and_not_written(run: Run, library: Path) -> None:
    put(library / "docs/one.md", "---\nid: AC-007\n---\n" + GRANT)
    put(library / "docs/two.md", "---\nid: AC-007\n---\n" + GRANT)
    put(library / "docs/three.md", "---\nid: AC-008\n---\n" + GRANT)
    done = run("adopt", "docs", "--write")
    assert done.code == 1
    assert "docs/one.md: the id AC-007 is wanted by docs/two.md as well" in done.out
    assert "docs/two.md: the id AC-007 is wanted by docs/one.md as well" in done.out
    assert [name for name in tree(library) if name.startswith("sops/")] == [
        "sops/access-control/ac-008-grant-access.md"
    ]


def test_an_id_of_the_library_is_not_given_again(run: Run, library: Path) -> None:
    put(library / "sops/access-control/ac-001-there.md", DRAFT.replace("Grant access", "There"))
    put(library / "docs/new.md")
    put(library / "docs/same.md", "---\nid: AC-001\n---\n" + GRANT)
    done = run("adopt", "docs")
    assert "docs/new.md -> sops/access-control/ac-002-grant-access.md" in done.out
    assert "docs/same.md: the id AC-001 is wanted by sops/access-control/ac-001-there.md as well" in done.out


def test_decisions_are_saved_edited_and_replayed(run: Run, library: Path) -> None:
    put(library / "docs/grant.md")
    assert run("adopt", "docs", "--save-map", "map.yaml").code == 0
    saved = (library / "map.yaml").read_text()
    assert saved.split("\n\n")[-1].endswith(
        '"docs/grant.md":\n  id: AC-001\n  title: Grant access\n  area: access-control\n  sections:\n'
        '    "How it works": Procedure\n    "Afterwards": Procedure\n    "Changelog": none\n'
        "  # bullets: steps   # or keep; under Afterwards\n"
    )
    planned = run("adopt", "docs", "--diff").out
    assert run("adopt", "docs", "--diff", "--map", "map.yaml").out == planned
    assert run("adopt", "docs", "--save-map", "map.yaml").code == 2  # nobody's decisions are lost
    edited = saved.replace("AC-001", "AC-042").replace('"Afterwards": Procedure', '"Afterwards": Records')
    (library / "map.yaml").write_text(edited.replace("  # bullets: steps", "  owner: it-operations\n  bullets: steps"))
    assert run("adopt", "docs", "--write", "--map", "map.yaml").code == 0
    text = (library / "sops/access-control/ac-042-grant-access.md").read_text()
    assert "owner: it-operations\n" in text
    assert "## Records\n\n### Afterwards\n\n- Close the ticket\n" in text
    assert "id: it-operations\n" in (library / "registers/roles.yaml").read_text()


def test_an_overview_of_many_documents(run: Run, library: Path) -> None:
    for name in ("a", "b", "c", "d"):
        put(library / f"docs/backup-{name}.md", f"# Backup {name}\n\n## Steps\n\n1. Copy it.\n2. Test it.\n")
    put(library / "docs/lamp.md", "# Lamp\n\n1. Turn it.\n2. Wait.\n")
    assert "document\n" not in run("adopt", "docs").out
    put(library / "docs/user.md", "# User guide\n\n1. Ask.\n2. Wait.\n")
    assert (
        "id      area                      guessed  left  document\n"
        "BK-001  backup-recovery (likely)  1        2     docs/backup-a.md\n"
        "BK-002  backup-recovery (likely)  1        2     docs/backup-b.md\n"
        "BK-003  backup-recovery (likely)  1        2     docs/backup-c.md\n"
        "BK-004  backup-recovery (likely)  1        2     docs/backup-d.md\n"
        "AC-001  access-control (guess)    2        2     docs/user.md\n"
        "\n"
        "not adopted  docs/lamp.md: no word of its path, title or text speaks for an area; name its area: --area, or in a"
        " map file\n"
    ) in run("adopt", "docs").out


def test_a_saved_map_replays_headings_that_hold_the_sections(run: Run, library: Path) -> None:
    parts = "### Overview\n\nWhy.\n\n### Scope\n\nAll.\n\n### Mental model\n\nSo.\n"
    put(library / "docs/access.md", f"# Access\n\n## Scale down\n\n{parts}\n## Execution\n\n1. Ask.\n")
    planned = run("adopt", "docs", "--diff").out
    assert run("adopt", "docs", "--save-map", "map.yaml").code == 0
    replayed = run("adopt", "docs", "--diff", "--map", "map.yaml")
    assert (replayed.out, replayed.code) == (planned, 0)
    assert "map.yaml" not in replayed.err


def test_a_map_asks_for_the_area_of_what_is_not_adopted(run: Run, library: Path) -> None:
    put(library / "docs/lamp.md", "# Lamp\n\n1. Turn it.\n2. Wait.\n")
    assert run("adopt", "docs", "--save-map", "map.yaml").code == 1
    saved = (library / "map.yaml").read_text()
    assert saved.endswith(
        '"docs/lamp.md":\n  # area:   # decide, else it is not adopted: no word of its path, title or text speaks for an'
        " area\n"
    )
    (library / "map.yaml").write_text(saved.replace("# area:", "area: access-control"))
    assert run("adopt", "docs", "--map", "map.yaml").code == 0


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("docs/gront.md: {area: access-control}\n", 0, "map.yaml:1: no document docs/gront.md; did you mean docs/grant.md?"),
        ('docs/grant.md:\n  sections: {"Nowhere": Scope}\n', 0, "map.yaml:1: no heading `Nowhere` of the highest level"),
        ("docs/**:\n  skip: true\n", 0, "skipped, as it was decided: docs/grant.md"),
        ("docs/grant.md:\n  aera: x\n", 2, "did you mean `area`?"),
        ('docs/grant.md:\n  sections: {"Afterwards": Prosedure}\n', 2, "did you mean Procedure?"),
        ("docs/grant.md:\n  bullets: maybe\n", 2, "write steps or keep"),
        ("docs/grant.md: {area: acess}\n", 2, "no area 'acess'"),
        ("- list\n", 2, "not a map of paths"),
        ("a: [\n", 2, "not YAML"),
    ],
)  # fmt: skip
def test_what_a_map_file_says_wrong(run: Run, library: Path, text: str, code: int, said: str) -> None:
    put(library / "docs/grant.md")
    put(library / "map.yaml", text)
    done = run("adopt", "docs", "--map", "map.yaml")
    assert done.code == code
    assert said in done.err


def test_bullets_become_steps_when_somebody_says_so(run: Run, library: Path) -> None:
    file = put(
        library / "sops/grant.md",
        GRANT.replace("- Close the ticket\n", "- Close the ticket\n  and say why\n  - at once\n"),
    )
    assert run("adopt", file, "--bullets", "steps").code == 0
    assert "1. Close the ticket\n   and say why\n   - at once\n1. Tell the manager\n" in file.read_text()
    assert run("adopt", file, "--bullets", "step").code == 2


@pytest.mark.parametrize(("answer", "expected"), [("y\n", "1. Close the ticket"), ("n\n", "- Close the ticket")])
def test_a_terminal_is_asked_about_bullets(
    run: Run, library: Path, answer: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put(library / "sops/grant.md")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "dumb")
    done = run("adopt", file)
    assert done.code == 0
    assert "Are the bullets under Afterwards steps" in done.err
    assert expected in file.read_text()


def test_one_commit_of_just_these_files(run: Run, library: Path, repository: GitRepository) -> None:
    put(library / "docs/grant.md", "---\nlayout: page\n---\n" + GRANT)
    put(library / "staged.txt", "other\n")
    repository.git("add", "staged.txt", "sopkit.toml")
    done = run("adopt", "docs", "--commit")
    assert done.code == 0, done.err
    assert repository.git("show", "--format=%an %s", "--name-only").split("\n") == [
        "Ann Lee Adopt Grant access as a draft",
        "",
        "registers/roles.yaml",
        "sopkit.toml",
        "sops/access-control/ac-001-grant-access.md",
    ]
    assert repository.git("status", "--porcelain").split("\n") == ["A  staged.txt", "?? docs/"]


def test_a_hook_that_refuses_leaves_the_files_as_they_were(run: Run, library: Path, repository: GitRepository) -> None:
    file = put(library / "sops/grant.md")
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "Begin")
    hook = put(library / ".git/hooks/pre-commit", "#!/bin/sh\necho no drafts on Fridays\nexit 1\n")
    hook.chmod(0o755)
    done = run("adopt", file, "--commit")
    assert done.code == 2
    assert "no drafts on Fridays" in done.err
    assert file.read_text() == GRANT
    assert repository.git("status", "--porcelain") == ""


def test_outside_of_git_nothing_is_committed_or_written(run: Run, library: Path) -> None:
    file = put(library / "sops/grant.md")
    assert run("adopt", file, "--commit").code == 2
    assert file.read_text() == GRANT


def test_foreign_keys_stay_and_are_tolerated(run: Run, library: Path) -> None:
    file = put(
        library / "sops/grant.md", "---\nlayout: page  # theirs\nreviewed: 2025-01-02\nstatus: live\n---\n" + GRANT
    )
    assert run("adopt", file).code == 0
    head = file.read_text().split("---\n")[1]
    assert "layout: page  # theirs\nreviewed: 2025-01-02\n# adopted: status: live\n" in head
    assert (library / "sopkit.toml").read_text() == (
        '# ours\n[library]\nname = "Acme"  # short\n\n[front_matter]\nextra = ["layout", "reviewed"]\n'
    )
    done = run("lint", "--profile", "draft", "--fail-on", "error")
    assert done.code == 0, done.out


def test_links_and_images_follow_a_document_that_moves(run: Run, library: Path, tmp_path: Path) -> None:
    wiki = tmp_path / "wiki"
    text = "# Grant access\n\n## Steps\n\n1. See ![a form](img/form.png) and [the other](other.md#top).\n2. Go [on](gone.md).\n"
    put(wiki / "grant.md", text)
    put(wiki / "other.md", GRANT.replace("Grant access", "Other access"))
    put(wiki / "img/form.png", b"\x89PNG")
    assert run("adopt", wiki, "--write").code == 0
    draft = (library / "sops/access-control/ac-001-grant-access.md").read_text()
    assert "![a form](ac-001-grant-access-files/form.png)" in draft
    assert "[the other](ac-002-other-access.md#top)" in draft
    assert "[on](gone.md)" in draft
    assert (library / "sops/access-control/ac-001-grant-access-files/form.png").read_bytes() == b"\x89PNG"


def test_a_document_of_word_becomes_a_draft(run: Run, library: Path) -> None:
    document = docx.Document()
    document.add_heading("Offboard leavers", 0)
    document.add_heading("Purpose", 1)
    document.add_paragraph("No account outlives its reason.")
    document.add_heading("How it is done", 1)
    document.add_paragraph("Suspend the account.", style="List Number")
    document.add_paragraph("Close the ticket.", style="List Number")
    document.save(str(library / "leavers.docx"))
    done = run("adopt", "leavers.docx")
    assert done.code == 0, done.err
    draft = (library / "sops/human-resources/hr-001-offboard-leavers.md").read_text()
    assert "# Offboard leavers\n\n## Purpose\n\nNo account outlives its reason.\n" in draft
    assert "## Procedure\n\n### How it is done\n\n1. Suspend the account.\n2. Close the ticket.\n" in draft


def test_legacy_documents_are_linted_as_they_are(run: Run, library: Path) -> None:
    put(
        library / "wiki/grant.html.md.erb",
        '---\nowner_slack: "#it"\ntitle: Grant access\nlast_reviewed_on: 2025-04-10\nreview_in: 3 months\nlayout: x\n---\n'
        + GRANT,
    )
    before = tree(library)
    planned = run("adopt", "wiki", "--in-place-legacy")
    assert (planned.code, tree(library)) == (0, before)
    assert run("adopt", "wiki", "--in-place-legacy", "--write").code == 0
    assert (library / "sopkit.toml").read_text() == (
        '# ours\n[library]\nname = "Acme"  # short\nidentity = "path"\nsops = ["wiki/**/*.md.erb"]\n'
        '\n[areas.legacy]\ntitle = "Documents written for other tools"\nprefix = "LEG"\n'
        '\n[front_matter]\nextra = ["layout"]\n'
        '\n[front_matter.defaults]\narea = "legacy"\nstatus = "active"\nversion = "1.0"\n'
        '\n[front_matter.aliases]\nowner_slack = "owner"\nreview_in = "review_every"\n'
        '\n[front_matter.claims]\nreviewed = "last_reviewed_on"\nevery = "review_in"\n'
        '\n[review]\nbasis = "claims"\n'
    )
    assert tree(library)["wiki/grant.html.md.erb"] == before["wiki/grant.html.md.erb"]
    rows = json.loads(run("lint", "-f", "json", "--tree-only").out)["findings"]
    assert not {row["code"] for row in rows} & {"SOP002", "SOP004", "SOP005"}
    asked = [row["message"].split("`")[1] for row in rows if row["code"] == "SOP006"]
    assert set(asked) == {"criticality", "contributors", "triggers", "approvers", "effective", "records"}


def test_help_teaches(run: Run) -> None:
    done = run("adopt", "--help")
    told = " ".join(done.out.split())
    assert done.code == 0
    for words in (
        "No word is lost",
        "[decide: …]",
        "--save-map",
        "Exit codes: 0 planned or written, 1 something could",
    ):
        assert words in told
