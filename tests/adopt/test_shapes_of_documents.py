"""Documents of every shape, and the drafts that they become."""

from pathlib import Path

import pytest
from tests.adopt.adopting import AS_OF, empty_library

from sopkit.adopt.adoption import AdoptOptions, build_plan
from sopkit.adopt.decisions import Decisions
from sopkit.adopt.plan import AdoptedDraft, MappingResult
from sopkit.library import load

HEAD = 'id: AC-001\ntitle: Grant access\nversion: "0.1"\nstatus: draft\narea: access-control\nowner: "[decide: which role owns this]"\n'
STUBS = {
    "Purpose": "## Purpose\n\n[decide: why this procedure exists]\n",
    "Scope": "## Scope\n\n[decide: what it covers, and what it does not]\n",
    "Roles": "## Roles\n\n[decide: who does what]\n",
    "Inputs": "## Inputs\n\n[decide: what must be at hand before the first step]\n",
    "Procedure": "## Procedure\n\n[decide: the steps]\n",
    "References": "## References\n\n[decide: the controls, policies and documents that it rests on]\n",
}


def adopt(
    root: Path, text: str | bytes, *, config: str = "", name: str = "sops/grant-access.md", **wishes: str
) -> AdoptedDraft:
    library = empty_library(root, config)
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    plan = build_plan((file,), load(root, AS_OF), AdoptOptions(**{"area": "access-control", **wishes}), Decisions())
    assert plan.refused == ()
    del library
    (draft,) = plan.drafts
    return draft


def front(draft: AdoptedDraft) -> str:
    return draft.after.decode().replace("\r\n", "\n").split("---\n")[1]


def body(draft: AdoptedDraft) -> str:
    """The body without the sections that are only marked."""
    text = draft.after.decode().split("---\n", 2)[2].lstrip("\n")
    for stub in STUBS.values():
        text = text.replace(f"{stub}\n", "").replace(stub, "")
    return text.rstrip("\n") + "\n"


STEPS = "## Steps\n\n1. Ask.\n2. Grant.\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(STEPS, f"# Grant access\n\n{STEPS}", id="no-title"),
        pytest.param(
            "## Grant access\n\n### Scope\n\nAll.\n\n### Steps\n\n1. Ask.\n",
            "# Grant access\n\n## Scope\n\nAll.\n\n## Steps\n\n1. Ask.\n",
            id="title-of-the-second-level",
        ),
        pytest.param(
            "### Purpose\n\nWhy.\n\n### Doing\n\n#### Part\n\n1. Ask.\n",
            "# Grant access\n\n## Purpose\n\nWhy.\n\n## Procedure\n\n### Doing\n\n#### Part\n\n1. Ask.\n",
            id="third-level-only",
        ),
        pytest.param(
            '<h1 align="center">🔑 Grant access</h1>\n\n<h2>Steps</h2>\n\n1. Ask.\n',
            '<h1 align="center">🔑 Grant access</h1>\n\n<h2>Steps</h2>\n\n1. Ask.\n',
            id="html-headings",
        ),
        pytest.param(
            "# Grant access\n\n# Purpose\n\nWhy.\n\n# How\n\nIt is done.\n\n## Part\n\n1. Ask.\n",
            "# Grant access\n\n## Purpose\n\nWhy.\n\n## Procedure\n\n### How\n\nIt is done.\n\n#### Part\n\n1. Ask.\n",
            id="all-of-the-first-level",
        ),
        pytest.param(
            "Grant access\n============\n\nScope\n-----\n\nAll.\n\nWork\n----\n\n1. Ask.\n\nMore\n====\n\n1. Tell.\n",
            "Grant access\n============\n\nScope\n-----\n\nAll.\n\n## Procedure\n\n### Work\n\n1. Ask.\n\n### More\n\n1. Tell.\n",
            id="underlined-headings",
        ),
        pytest.param(
            f"# Grant access\n\n## 📌 **1. Purpose**\n\nWhy.\n\n## 🎯 Scope & applicability\n\nAll.\n\n{STEPS}",
            f"# Grant access\n\n## 📌 **1. Purpose**\n\nWhy.\n\n## Scope\n\n### 🎯 Scope & applicability\n\nAll.\n\n{STEPS}",
            id="emoji-and-numbers",
        ),
        pytest.param(
            "# Grant access\n\nWhy we do it.\n\nDo this:\n\n1. Ask.\n2. Grant.\n",
            "# Grant access\n\n## Purpose\n\nWhy we do it.\n\n## Procedure\n\nDo this:\n\n1. Ask.\n2. Grant.\n",
            id="steps-without-a-heading",
        ),
        pytest.param(
            f"# Grant access\n\n**Owner:** IT\n\n---\n\nWhy.\n\n{STEPS}",
            f"# Grant access\n\n**Owner:** IT\n\n---\n\n## Purpose\n\nWhy.\n\n{STEPS}",
            id="metadata-above-the-text",
        ),
        pytest.param(
            "# Grant access\n\n## Joining\n\n1. Ask.\n2. Grant.\n3. Tell.\n\n## References\n\n* ISO\n\n"
            "## Leaving\n\n1. Revoke.\n2. Tell.\n3. Close.\n",
            "# Grant access\n\n## Procedure\n\n### Joining\n\n1. Ask.\n2. Grant.\n3. Tell.\n\n"
            "### Leaving\n\n1. Revoke.\n2. Tell.\n3. Close.\n\n## References\n\n* ISO\n",
            id="procedure-in-two-places",
        ),
        pytest.param(
            "# Grant access\n\n## General\n\n### Purpose\n\nWhy.\n\n### Scope\n\nAll.\n\n## Steps\n\n1. Ask.\n",
            "# Grant access\n\n## General\n\n## Purpose\n\nWhy.\n\n## Scope\n\nAll.\n\n## Steps\n\n1. Ask.\n",
            id="sections-one-level-down",
        ),
        pytest.param(
            f"# Grant access\n\n{STEPS}\n### Links\n\n* x\n\n## Examples\n\nOne.\n\n## See also\n\nTwo.\n",
            f"# Grant access\n\n{STEPS}\n### Links\n\n* x\n\n## References\n\n### Examples\n\nOne.\n\n### See also\n\nTwo.\n",
            id="references-in-two-headings",
        ),
        pytest.param(
            "# Grant access\n\n## Steps\n\nDo:\n```\n□ Ask\n  □ in writing\n    - by mail\n\n☑ Grant\n```\nEnd.\n",
            "# Grant access\n\n## Steps\n\nDo:\n\n- [ ] Ask\n  - [ ] in writing\n    - by mail\n\n- [x] Grant\n\nEnd.\n",
            id="boxes-drawn-as-code",
        ),
        pytest.param(
            "# Grant access\n\n## Steps\n\n```\n□ Ask\n□ Grant\nother\n```\n",
            "# Grant access\n\n## Steps\n\n```\n□ Ask\n□ Grant\nother\n```\n",
            id="boxes-among-code",
        ),
        pytest.param(
            f"# Grant access\n\n{STEPS}\n```sh\nrm\n", f"# Grant access\n\n{STEPS}\n```sh\nrm\n```\n", id="open-fence"
        ),
    ],
)  # fmt: skip
def test_bodies(tmp_path: Path, text: str, expected: str) -> None:
    assert body(adopt(tmp_path, text)) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_end_as_they_did(tmp_path: Path, end: str) -> None:
    text = f"---\nlayout: x\n---\n# Grant access\n\nWhy.\n\n{STEPS}".replace("\n", end)
    after = adopt(tmp_path, text).after.decode()
    assert after.count(end) == after.count("\n")


def test_a_byte_order_mark_stays_first(tmp_path: Path) -> None:
    after = adopt(tmp_path, b"\xef\xbb\xbf# Grant access\n").after
    assert after.startswith(b"\xef\xbb\xbf---\nid: AC-001\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# Grant access\n", HEAD, id="none"),
        pytest.param("---\ntitle: Grant access\nlayout: x # y\n---\n", HEAD.replace("title: Grant access\n", "") + "title: Grant access\nlayout: x # y\n", id="yaml"),
        pytest.param("title: Grant access\n---\n", HEAD.replace("title: Grant access\n", "") + "title: Grant access\n", id="headless"),
        pytest.param("# Grant access\n\n---\nlayout: x\n---\n\nText.\n", HEAD + "layout: x\n", id="below-the-title"),
        pytest.param("---\n---\nlayout: x\n---\n# Grant access\n", HEAD + "layout: x\n", id="ends-before-its-keys"),
        pytest.param("---\nlayout: x\n\n# Grant access\n", HEAD + "layout: x\n", id="never-closed"),
        pytest.param("---\nlead: Why: because\nlayout: x\n---\n# Grant access\n", HEAD + 'lead: "Why: because"\nlayout: x\n', id="colon-in-a-value"),
        pytest.param("---\ntext: |\n  a\n\tb\nlayout: x\n---\n# Grant access\n", HEAD + "# adopted: text: |\n# adopted:   a\n# adopted: \tb\nlayout: x\n", id="tab"),
        pytest.param("---\nlayout: x\nlayout: y\n---\n# Grant access\n", HEAD + "# adopted: layout: x\nlayout: y\n", id="key-twice"),
        pytest.param("---\nstatus: live\nversion: final\nid: KB0001\n---\n# Grant access\n", HEAD + "# adopted: status: live\n# adopted: version: final\n# adopted: id: KB0001\n", id="values-that-are-none-of-ours"),
        pytest.param("---\nreview_every: now and then\n---\n# Grant access\n", HEAD + "# adopted: review_every: now and then\n", id="a-value-that-the-schema-refuses"),
    ],
)  # fmt: skip
def test_front_matter(tmp_path: Path, text: str, expected: str) -> None:
    draft = adopt(tmp_path, text)
    assert front(draft) == expected
    sop = load(tmp_path, AS_OF).read(draft.target, draft.after)
    assert sop.front.readable


def test_a_line_across_the_page_is_no_front_matter(tmp_path: Path) -> None:
    draft = adopt(tmp_path, "---\nHello\n---\n")
    assert front(draft) == HEAD
    assert draft.after.decode().split("---\n", 2)[2].startswith("\n---\nHello\n===\n")


def test_keys_that_the_library_knows_by_another_name_are_left(tmp_path: Path) -> None:
    config = '[front_matter]\naliases = { name = "title" }\nextra = ["layout"]\n'
    draft = adopt(tmp_path, "---\nname: Grant access\nlayout: x\nweight: 1\n---\n", config=config)
    assert draft.extra == ("weight",)
    assert front(draft).endswith("name: Grant access\nlayout: x\nweight: 1\n")
    assert "title:" not in front(draft)


def test_the_owner_is_the_role_that_the_library_knows(tmp_path: Path) -> None:
    roles = tmp_path / "registers/roles.yaml"
    roles.parent.mkdir()
    roles.write_text("- id: it-lead\n  title: Head of IT\n  aliases: [IT manager]\n")
    assert adopt(tmp_path, "---\nowner: IT Manager\n---\n# Grant access\n").owner == "it-lead"


def test_the_prefix_of_an_id_names_the_area(tmp_path: Path) -> None:
    draft = adopt(tmp_path, "---\nid: BK-007\n---\n# Grant access\n", area="")
    assert (draft.id, draft.area) == ("BK-007", "backup-recovery")


def test_a_document_that_says_nothing_asks_for_its_area(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("# Do it\n\n1. So.\n")
    plan = build_plan((tmp_path / "x.md",), empty_library(tmp_path), AdoptOptions(), Decisions())
    assert [one.why for one in plan.refused] == [
        "no word of its path, title or text speaks for an area; name its area: --area, or in a map file"
    ]


def test_a_path_that_is_the_id_gets_none(tmp_path: Path) -> None:
    draft = adopt(tmp_path, "# Grant access\n", config='[library]\nidentity = "path"\n')
    assert front(draft) == HEAD.removeprefix("id: AC-001\n")


def test_a_pattern_names_where_copies_go(tmp_path: Path) -> None:
    draft = adopt(tmp_path, "# Grant access\n", to="sops/drafts/{area}/{id}.md")
    assert (draft.target, draft.moved) == ("sops/drafts/access-control/ac-001.md", True)


@pytest.mark.parametrize(
    "name", ["wiki/grant.markdown", "wiki/grant.html.md", "wiki/grant.html.md.erb", "wiki/grant.MD"]
)
def test_names_of_other_tools(tmp_path: Path, name: str) -> None:
    assert adopt(tmp_path, "# Grant access\n", name=name).target == "sops/access-control/ac-001-grant-access.md"


def test_several_procedures_in_one_document_are_told(tmp_path: Path) -> None:
    run = "1. Ask.\n2. Do.\n3. Tell.\n"
    draft = adopt(tmp_path, f"# Grant access\n\n## Joining\n\n{run}\n## Leaving\n\n{run}")
    told = [one.words for one in draft.plan_lines if one.how is MappingResult.LEFT and one.about == "document"]
    assert told == ["holds 2 procedures, kept together: Joining; Leaving; an SOP for each is easier to follow"]


def steps_and_purpose(root: Path, draft: AdoptedDraft) -> tuple[list[str], str]:
    """The steps of the highest level, and what stands in the section Purpose."""
    sop = load(root, AS_OF).read(draft.target, draft.after)
    purpose = sop.body.section("Purpose")
    assert purpose is not None
    texts = [step.text for procedure in sop.body.procedures for step in procedure.steps]
    return texts, draft.after[purpose.start : purpose.end].decode().strip()


def test_steps_above_headings_that_say_nothing_are_the_procedure(tmp_path: Path) -> None:
    draft = adopt(tmp_path, "### Grant access\n\nWe ask first.\n\n1. Ask.\n2. Grant.\n\n#### Later\n\nSee who left.\n")
    assert steps_and_purpose(tmp_path, draft) == (["Ask.", "Grant."], "We ask first.")


def test_steps_above_the_procedure_are_none(tmp_path: Path) -> None:
    draft = adopt(
        tmp_path, "# Grant access\n\nTwo rules:\n\n1. Be kind.\n2. Be quick.\n\n## Steps\n\n1. Ask.\n2. Grant.\n"
    )
    assert steps_and_purpose(tmp_path, draft) == (["Ask.", "Grant."], "Two rules:\n\n1. Be kind.\n2. Be quick.")


def test_a_bold_line_says_where_the_steps_begin(tmp_path: Path) -> None:
    text = "# Grant access\n\nThere are two kinds:\n\n1. Short\n2. Long\n\n**How to ask:**\n\nOpen the portal.\n\n1. Ask.\n2. Wait.\n"
    draft = adopt(tmp_path, text)
    assert steps_and_purpose(tmp_path, draft) == (["Ask.", "Wait."], "There are two kinds:\n\n1. Short\n2. Long")


def test_a_list_of_contents_holds_no_steps(tmp_path: Path) -> None:
    draft = adopt(
        tmp_path, "# Grant access\n\n1. [Asking](#asking)\n2. [Later](#later)\n\n## Asking\n\nSo.\n\n## Later\n\nSo.\n"
    )
    assert steps_and_purpose(tmp_path, draft)[0] == []


def test_what_a_site_generator_fills_in_is_put_in_quotes(tmp_path: Path) -> None:
    draft = adopt(tmp_path, f"---\ntitle: Grant access\ndate: {{{{ .Date }}}}\n---\n{STEPS}")
    assert 'date: "{{ .Date }}"\n' in front(draft)
    sop = load(tmp_path, AS_OF).read(draft.target, draft.after)
    assert [finding.code for finding in sop.reading if finding.code == "SOP002"] == []
