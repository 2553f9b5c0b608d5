"""The pages of roles: what each does, decides, must know and answers for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.handbook.conftest import Sites
from tests.handbook.tables import facts, hrefs, table

from sopkit.authoring.demo import AS_OF
from sopkit.handbook.build import build
from sopkit.handbook.pages.roles import RoleTask, role_views
from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import LibraryStatus, read_library_status
from sopkit.parsing.register import Register

pytestmark = pytest.mark.slow

SOP = """\
---
id: X-1
title: Close the shop
version: 1.0
status: active
area: operations
owner: Shop lead
audience: [everyone]
triggers: [{every: 1 day}, {event: the last customer leaves}]
---

## Roles

- **Shop lead**: decides.
- **Clerk**: locks.

## Procedure

1. **Shop lead**: Decide who closes.
2. **Clerk**: Lock the door.
   - If: it does not close, then call the Shop lead.
   1. **Clerk**: Pull the handle.
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[PublishedLibrary]:
    (tmp_path / "sops").mkdir()
    (tmp_path / "sopkit.toml").write_text("")
    (tmp_path / "sops/x-1.md").write_text(SOP)
    with read_library_status(tmp_path, AS_OF, AS_OF, tree_only=True) as found:
        yield published_library(found, BuildOptions(drafts=True))


def test_without_a_register_the_names_in_the_sops_are_the_roles(shop: PublishedLibrary) -> None:
    views = {view.title: view for view in role_views(shop).values()}
    assert list(views) == ["Clerk", "Shop lead", "Everyone"]
    [part] = views["Clerk"].of("does")
    assert part.tasks == (
        RoleTask("2", "step-2", "Lock the door."),
        RoleTask("2.1", "step-2.1", "Pull the handle."),
    )
    [part] = views["Clerk"].of("decides")
    assert part.tasks == (RoleTask("2", "step-2", "it does not close, then call the Shop lead.", condition=True),)
    assert [part.one.id for part in views["Everyone"].of("knows")] == ["X-1"]


def test_a_role_sees_its_steps_each_with_a_link(sites: Sites) -> None:
    page = sites().files["roles/line-manager/index.html"].decode()
    does = table(page, "You do")
    assert does[0] == ["SOP", "Your steps", "Begins when", "Next review"]
    assert [row[:2] for row in does[1:3]] == [
        [
            "AC-001 Grant, change and remove access",
            "3 Choose the bundle from the role-access matrix and name each extra right with its reason on the ticket.",
        ],
        [
            "AM-001 Issue, return and dispose of laptops",
            "5 Confirm within 14 days on the sheet which laptop each person in the team holds.",
        ],
    ]
    assert "../../sop/AC-001/index.html#step-3" in hrefs(page)


def test_a_role_sees_what_it_must_know_and_for_what_it_answers(sites: Sites) -> None:
    page = sites().files["roles/ciso/index.html"].decode()
    assert [row[0] for row in table(page, "You must know")[1:]] == [
        "AC-002 Review access rights",
        "IH-002 Review an incident afterwards",
    ]
    assert table(page, "You answer for")[-1][:2] == ["VM-001 Bring in and review vendors", "▲ Overdue"]
    told = facts(page)
    assert told["Held by"] == "Catarina Lopes"
    assert told["Stands in"] == "Hana Yusuf"
    assert told["Escalates to"] == "Chief executive officer"
    assert told["Open actions"] == "ACT-010, ACT-013"
    assert told["Policies"].startswith("POL-02 Access control policy, ")


def test_of_many_sops_a_role_sees_the_numbers_of_its_steps(tmp_path: Path) -> None:
    (tmp_path / "sops").mkdir()
    (tmp_path / "sopkit.toml").write_text("")
    for number in range(1, 42):
        (tmp_path / f"sops/x-{number}.md").write_text(SOP.replace("X-1", f"X-{number:02}"))
    with read_library_status(tmp_path, AS_OF, AS_OF, tree_only=True) as found:
        files = build(found, BuildOptions(drafts=True)).files
    clerk = files["roles/Clerk/index.html"].decode()
    does = table(clerk, "You do")
    assert does[0] == ["SOP", "Your steps", "Next review"]
    assert does[1] == ["X-01 Close the shop", "2, 2.1", "–"]
    assert len(does) == 42
    assert not [address for address in hrefs(clerk) if "#step" in address]
    everyone = files["roles/everyone/index.html"].decode()
    assert '<p>41 SOPs, 41 min: <a href="../../sop/X-01/index.html">X-01</a>, ' in everyone


def test_every_role_of_the_register_has_a_page(sites: Sites, acme: LibraryStatus) -> None:
    rows = acme.library.roles.rows
    assert {f"roles/{row.key}/index.html" for row in rows} < sites().files.keys()


def test_nobody_is_named_where_the_register_of_people_is_not_shown(acme: LibraryStatus) -> None:
    ground = published_library(acme, BuildOptions())
    library = replace(ground.library, registers=dict(ground.library.registers) | {"people": Register("people")})
    library.registers["roles"], library.registers["policies"]
    hidden = replace(ground, status=replace(ground.status, library=library))
    assert {(view.holders, view.deputies) for view in role_views(hidden).values()} == {((), ())}
