"""Plans carried out: whole files, nobody's work overwritten, and a run that was cut off."""

from pathlib import Path

import pytest
from tests.adopt.adopting import AS_OF, empty_library

from sopkit.adopt.adoption import AdoptOptions, build_plan, write_plan
from sopkit.adopt.decisions import Decisions
from sopkit.adopt.plan import AdoptionPlan
from sopkit.library import Library, load
from sopkit.model.errors import SopkitError


def planned(root: Path) -> tuple[AdoptionPlan, Library]:
    library = load(root, AS_OF)
    return build_plan((root / "sops",), library, AdoptOptions(area="access-control"), Decisions()), library


@pytest.fixture
def root(tmp_path: Path) -> Path:
    empty_library(tmp_path)
    for name in ("a", "b", "c"):
        file = tmp_path / f"sops/{name}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"---\nlayout: x\n---\n# Title {name}\n\n## Steps\n\n1. Ask.\n")
    return tmp_path


def test_a_run_that_is_cut_off_leaves_whole_files_and_the_next_one_ends_it(root: Path) -> None:
    plan, library = planned(root)
    before = {draft.target: draft.before for draft in plan.drafts}
    after = {draft.target: draft.after for draft in plan.drafts}

    def cut(done: int, _total: int) -> None:
        if done == 3:  # sopkit.toml and the first document are written
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_plan(plan, library, cut)
    now = {path: (root / path).read_bytes() for path in before}
    assert [now[path] == after[path] for path in sorted(now)] == [True, False, False]
    assert [now[path] == before[path] for path in sorted(now)] == [False, True, True]
    again, library = planned(root)
    assert [draft.target for draft in again.drafts] == ["sops/b.md", "sops/c.md"]
    write_plan(again, library)
    assert {path: (root / path).read_bytes() for path in after} == after
    assert not list(root.rglob("*.part"))


def test_a_document_that_changed_meanwhile_stops_all(root: Path) -> None:
    plan, library = planned(root)
    (root / "sops/c.md").write_text("# Other\n")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    with pytest.raises(SopkitError, match=r"sops/c\.md: changed while it was being read"):
        write_plan(plan, library)
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_a_file_that_is_there_is_not_overwritten(root: Path) -> None:
    document = root / "wiki/grant.md"
    document.parent.mkdir()
    document.write_text("# Grant access\n")
    library = load(root, AS_OF)
    plan = build_plan((document,), library, AdoptOptions(), Decisions())
    there = root / plan.drafts[0].target
    there.parent.mkdir(parents=True)
    there.write_text("mine\n")
    with pytest.raises(SopkitError, match="is there already"):
        write_plan(plan, library)
    assert there.read_text() == "mine\n"
    again = build_plan((document,), load(root, AS_OF), AdoptOptions(), Decisions())
    assert [one.why for one in again.refused] == []
    assert again.drafts[0].target != plan.drafts[0].target


def test_an_id_that_another_run_took_meanwhile_stops_all(root: Path) -> None:
    for name in ("one", "two"):
        (root / f"{name}.md").write_text(f"# Grant {name}\n\n1. Ask.\n")
    first, library = (
        build_plan((root / "one.md",), load(root, AS_OF), AdoptOptions(area="access-control"), Decisions()),
        load(root, AS_OF),
    )
    second = build_plan((root / "two.md",), library, AdoptOptions(area="access-control"), Decisions())
    write_plan(first, library)
    with pytest.raises(SopkitError, match=r"AC-001 was taken by sops/access-control/ac-001-grant-one\.md"):
        write_plan(second, library)
