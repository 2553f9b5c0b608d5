"""What plain `lint --fix` does to drafts: no word goes, no reference changes, no step comes or goes."""

from collections import Counter
from pathlib import Path

import pytest
from tests.adopt.adopting import CORPUS, empty_library, expectations

from sopkit.adopt.adoption import AdoptOptions, build_plan, write_plan
from sopkit.adopt.decisions import Decisions
from sopkit.authoring.fix import fix_findings
from sopkit.library import Library, load
from sopkit.lint.engine import LintOptions
from sopkit.model.sop import Sop

pytestmark = pytest.mark.slow

CONTENTS = """# Restore the database

**Owner**: (null)

## Contents

1. [Before you start](#before-you-start)
2. [Restore](#restore)
3. [Check](#check)

## Before you start

Get the key. If it fails, go back to step 3.

## Restore

Stop the application, as in step 2.

## Check

Look at the dashboard.
"""


def draft_all(root: Path, paths: tuple[Path, ...]) -> Library:
    library = empty_library(root)
    plan = build_plan(paths, library, AdoptOptions(area="change-management"), Decisions())
    write_plan(plan, library)
    return load(root, library.as_of)


def fixed(library: Library) -> dict[str, Sop]:
    files = fix_findings(library, LintOptions()).files
    assert files
    return {path: library.read(path, after) for path, (_, after) in files.items() if path in library.by_path}


def references(sop: Sop) -> Counter[str]:
    return Counter(link.target for link in sop.body.links)


def steps(sop: Sop) -> list[str]:
    return [step.text for step in sop.body.steps]


def words(sop: Sop) -> Counter[str]:
    return Counter(sop.source.data.decode("utf-8", "replace").split())


def test_drafts_of_the_corpus(tmp_path: Path) -> None:
    library = draft_all(tmp_path, tuple(CORPUS / one["path"] for one in expectations().values()))
    after = fixed(library)
    assert len(after) > 20
    for path, sop in after.items():
        before = library.by_path[path]
        assert (references(sop), steps(sop)) == (references(before), steps(before)), path
        assert not words(before) - words(sop), path


def test_a_table_of_contents_stays_one(tmp_path: Path) -> None:
    (tmp_path / "restore.md").write_text(CONTENTS)
    library = draft_all(tmp_path / "library", (tmp_path / "restore.md",))
    [sop] = fixed(library).values()
    text = sop.source.data.decode()
    assert "go back to step 3." in text
    assert "as in step 2." in text
    assert steps(sop) == []
    assert sop.text("owner") == "[decide: which role owns this]"


@pytest.mark.parametrize(
    "owner", ["(null)", "null", "Yes", "~", "2026-01-01", "1e3", "true lead", "No 1 lead", "'", "- a: b"]
)
def test_no_value_ends_the_run(owner: str, tmp_path: Path) -> None:
    """A role whose words mean something else in YAML is a role, and what is no role is decided by a person."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "bad.md").write_text(f"# Rotate keys\n\n**Owner**: {owner}\n\n## Procedure\n\n1. Rotate.\n2. Check.\n")
    (folder / "good.md").write_text("# Restore\n\n**Owner**: Platform lead\n\n## Procedure\n\n1. Stop.\n2. Start.\n")
    library = draft_all(tmp_path / "library", (folder,))
    assert [sop.readable for sop in library.sops] == [True, True]
    assert "platform-lead" in library.roles.keys
    assert not [one for one in library.roles.findings if one.code != "SOP018"]
