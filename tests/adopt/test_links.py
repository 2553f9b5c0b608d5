"""Links of a document that becomes a file elsewhere."""

from pathlib import Path

import pytest
from tests.adopt.adopting import AS_OF, empty_library

from sopkit.adopt.adoption import AdoptOptions, build_plan
from sopkit.adopt.decisions import Decisions
from sopkit.adopt.plan import AdoptedDraft, MappingResult
from sopkit.library import load
from sopkit.model.errors import SopkitError

FOLDER = "sops/access-control"
FILES = f"{FOLDER}/ac-001-grant-files"


def moved(root: Path, text: str, *, at: str = "docs/how/grant.md", others: tuple[str, ...] = ()) -> AdoptedDraft:
    empty_library(root / "library")
    file = root / "library" / at
    for name in (at, *others):
        path = root / "library" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    file.write_text(f"# Grant\n\n## Steps\n\n1. Go: {text}\n")
    plan = build_plan((file,), load(root / "library", AS_OF), AdoptOptions(area="access-control"), Decisions())
    (draft,) = plan.drafts
    return draft


def link(draft: AdoptedDraft) -> str:
    return draft.after.decode().split("1. Go: ")[1].split("\n\n## ")[0].rstrip("\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x](there.md)", "[x](../../docs/how/there.md)"),
        ("[x](there.md#top)", "[x](../../docs/how/there.md#top)"),
        ('[x](<there.md> "y")', '[x](<../../docs/how/there.md> "y")'),
        ("[x](../a%20b.md)", "[x](../../docs/a%20b.md)"),
        ("![i](there.md)", "![i](../../docs/how/there.md)"),
        ("[x][r]\n\n[r]: there.md 'y'", "[x][r]\n\n[r]: ../../docs/how/there.md 'y'"),
        ('<img src="there.md">', '<img src="../../docs/how/there.md">'),
        ("[x](https://example.com/there.md)", "[x](https://example.com/there.md)"),
        ("[x](mailto:it@example.com)", "[x](mailto:it@example.com)"),
        ("[x](/there.md)", "[x](/there.md)"),
        ("[x](#steps)", "[x](#steps)"),
        ("[x]({{ site.url }}/there.md)", "[x]({{ site.url }}/there.md)"),
        ("`[x](there.md)`", "`[x](there.md)`"),
        ('`<img src="there.md">` <!-- <a href="there.md"> -->', '`<img src="there.md">` <!-- <a href="there.md"> -->'),
        ('[x](there.md "see there.md")', '[x](../../docs/how/there.md "see there.md")'),
        (r"[x](there\.md) [y](there&#46;md)", "[x](../../docs/how/there.md) [y](../../docs/how/there.md)"),
        ("[![x](there.md)](../a%20b.md)", "[![x](../../docs/how/there.md)](../../docs/a%20b.md)"),
        ("[there.md][r]\n\n[r]: there.md", "[there.md][r]\n\n[r]: ../../docs/how/there.md"),
        ("[there.md]\n\n[there.md]: <there.md>", "[there.md]\n\n[there.md]: <../../docs/how/there.md>"),
        ("x[^1]\n\n[^1]: there.md says", "x[^1]\n\n[^1]: there.md says"),
    ],
)
def test_links_lead_to_the_same_file(tmp_path: Path, text: str, expected: str) -> None:
    assert link(moved(tmp_path, text, others=("docs/how/there.md", "docs/a b.md"))) == expected


def test_links_in_a_document_that_stays_are_left(tmp_path: Path) -> None:
    draft = moved(tmp_path, "[x](gone.md) [y](#nowhere)", at="sops/grant.md")
    assert not draft.moved
    assert link(draft) == "[x](gone.md) [y](#nowhere)"
    assert [
        one.about for one in draft.plan_lines if one.how is MappingResult.LEFT and one.about.startswith("link")
    ] == [*("link gone.md", "link #nowhere")]


def test_images_from_outside_come_along_once(tmp_path: Path) -> None:
    wiki = tmp_path / "wiki"
    for name, data in (("a/i.png", b"1"), ("b/i.png", b"2"), ("list.csv", b"3")):
        (wiki / name).parent.mkdir(parents=True, exist_ok=True)
        (wiki / name).write_bytes(data)
    (wiki / "grant.md").write_text(
        "# Grant\n\n1. ![x](a/i.png) ![y](b/i.png) ![x](a/i.png)\n2. [list](list.csv) [w](w.md)\n"
    )
    library = empty_library(tmp_path / "library")
    (draft,) = build_plan((wiki / "grant.md",), library, AdoptOptions(area="access-control"), Decisions()).drafts
    assert draft.beside == {f"{FILES}/i.png": b"1", f"{FILES}/i-2.png": b"2", f"{FILES}/list.csv": b"3"}
    kept = "ac-001-grant-files"
    assert f"1. ![x]({kept}/i.png) ![y]({kept}/i-2.png) ![x]({kept}/i.png)" in draft.after.decode()
    assert [
        one.about for one in draft.plan_lines if one.how is MappingResult.LEFT and one.about.startswith("link")
    ] == ["link w.md"]


@pytest.mark.parametrize("pattern", ["../{id}.md", "/x/{id}.md", "x/{name}.md", "drafts/one.md", "a//{id}.md"])
def test_a_pattern_that_leads_nowhere_is_refused(tmp_path: Path, pattern: str) -> None:
    library = empty_library(tmp_path)
    (tmp_path / "grant.md").write_text("# Grant\n")
    with pytest.raises(SopkitError, match="--to"):
        build_plan((tmp_path / "grant.md",), library, AdoptOptions(to=pattern), Decisions())


@pytest.mark.parametrize(
    "target",
    ["%2Fetc%2Fpasswd", "../../secret/key.txt", ".hidden/key.txt", "../.ssh/key.txt", "../../../../etc/passwd"],
)
def test_a_document_fetches_no_file_from_far_away(tmp_path: Path, target: str) -> None:
    wiki = tmp_path / "far/wiki"
    for name in ("../../secret", ".hidden", "../.ssh"):
        (wiki / name).mkdir(parents=True, exist_ok=True)
        (wiki / name / "key.txt").write_text("secret")
    (wiki / "grant.md").write_text(f"# Grant\n\n1. [x]({target})\n")
    library = empty_library(tmp_path / "library")
    (draft,) = build_plan((wiki / "grant.md",), library, AdoptOptions(area="access-control"), Decisions()).drafts
    assert draft.beside == {}
    assert [one.words[:24] for one in draft.plan_lines if one.about == f"link {target}"] == ["leads far from the docum"]


def test_a_document_fetches_no_file_through_a_link(tmp_path: Path) -> None:
    wiki = tmp_path / "wiki"
    (wiki / "docs").mkdir(parents=True)
    (tmp_path / "key.txt").write_text("secret")
    (wiki / "docs/key.txt").symlink_to(tmp_path / "key.txt")
    (wiki / "docs/up").symlink_to(tmp_path)
    (wiki / "docs/grant.md").write_text("# Grant\n\n1. [x](key.txt) [y](up/key.txt)\n")
    library = empty_library(tmp_path / "library")
    (draft,) = build_plan((wiki / "docs/grant.md",), library, AdoptOptions(area="access-control"), Decisions()).drafts
    assert draft.beside == {}


def test_anchors_that_lead_to_another_heading_are_told(tmp_path: Path) -> None:
    text = (
        "# Grant\n\nWhy [x](#notes).\n\n## Files\n\n### Procedure\n\n1. Ask.\n\n## Notes\n\n1. First.\n\n"
        "## Why notes\n\nx\n\n### Notes\n\nSecond.\n"
    )
    library = empty_library(tmp_path)
    (tmp_path / "grant.md").write_text(text)
    (draft,) = build_plan((tmp_path / "grant.md",), library, AdoptOptions(area="access-control"), Decisions()).drafts
    told = {one.about: (one.line, one.words.partition(" in ")[0]) for one in draft.plan_lines if "anchor" in one.about}
    assert told == {
        "anchor #procedure": (7, "is #procedure-1"),
        "anchor #notes": (11, "is #notes-1"),
        "anchor #notes-1": (19, "is #notes"),
    }
