"""The page of an SOP: what it says of its text, and where it leads."""

import re
from dataclasses import replace
from datetime import date

import pytest
from tests.build import sop
from tests.handbook.conftest import Sites

from sopkit.handbook.links import PageRenderContext
from sopkit.handbook.pages.sops import (
    SOP_PAGES,
    FactValue,
    SopFact,
    actors_of,
    edit_link,
    facts_of,
    feedback_link,
    relations_of,
    starts_with_purpose,
    summary_of,
)
from sopkit.handbook.published_library import PublishedLibrary, published_library
from sopkit.handbook.selection import Authority, BuildOptions, select_texts
from sopkit.handbook.status import StatusBanner, StatusSign, newer_status_banner, status_banner, visible_name
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.config import HandbookTable
from sopkit.model.errors import SopkitError
from sopkit.model.sop_document import Classification
from sopkit.parsing.config import read_config

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def ground(acme: LibraryStatus) -> PublishedLibrary:
    return published_library(acme, BuildOptions(Classification.RESTRICTED, drafts=True))


def test_an_approved_text_says_so_and_when_it_is_reviewed(ground: PublishedLibrary) -> None:
    assert status_banner(ground, ground.by_id["AC-001"]) == StatusBanner(
        standing=StatusSign(
            "ok",
            "●",
            "Approved 2.1",
            "11 Sep 2026 by Catarina Lopes (Chief information security officer) · in force since 14 Sep 2026",
        ),
        review=StatusSign("ok", "●", "Next review", "Last reviewed 20 Nov 2026 by Elias Brandt", date(2027, 5, 20)),
        alarms=(),
    )


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("AC-003", ("bad", "✕", "Retired")),
        ("VM-002", ("bad", "■", "Draft 0.2")),
        ("AM-002", ("warn", "◆", "Trial 0.3")),
        ("CM-001", ("", "●", "Approved 3.0")),
    ],
)
def test_every_standing_has_a_word_and_a_shape(
    ground: PublishedLibrary, name: str, standing: tuple[str, str, str]
) -> None:
    sign = status_banner(ground, ground.by_id[name]).standing
    assert (sign.tone, sign.glyph, sign.word) == standing


@pytest.mark.parametrize(
    ("name", "review"),
    [
        ("VM-001", StatusSign("bad", "▲", "Review overdue since", "Last reviewed 5 Nov 2025 by Catarina Lopes", date(2026, 11, 5))),
        ("CM-002", StatusSign("warn", "▲", "Review due", "Last reviewed 5 Jun 2026 by Oliver Hughes", date(2026, 12, 5))),
        ("IH-002", StatusSign("bad", "▲", "Review overdue since", "Nobody has reviewed it yet.", date(2026, 11, 20))),
        ("IH-001", StatusSign("warn", "▲", "Review due", "Last reviewed 15 Jun 2026 by Catarina Lopes · the text changed on 1 Oct 2026, after that", date(2026, 12, 15))),
        ("CM-001", StatusSign("", "●", "Next review", "Last reviewed 31 Jul 2026 by Devika Rao", date(2027, 7, 31))),
        ("AC-003", None),
    ],
)  # fmt: skip
def test_a_review_is_told_by_how_near_it_is(ground: PublishedLibrary, name: str, review: StatusSign | None) -> None:
    assert status_banner(ground, ground.by_id[name]).review == review


@pytest.mark.parametrize(
    ("name", "alarms"),
    [
        ("CM-001", ["Entries about this SOP were tampered with"]),
        ("AC-002", ["Two files have the id AC-002"]),
        ("BK-001", ["What it describes has changed", "Exception EXC-001 is in force until"]),
        ("AC-001", []),
    ],
)
def test_what_speaks_against_a_text_is_told(ground: PublishedLibrary, name: str, alarms: list[str]) -> None:
    assert [alarm.word for alarm in status_banner(ground, ground.by_id[name]).alarms] == alarms


def test_a_retired_sop_leads_to_the_one_in_its_place(ground: PublishedLibrary) -> None:
    assert status_banner(ground, ground.by_id["AC-003"]).instead == (ground.by_id["AC-001"],)


def test_names_of_people_are_not_for_everyone(acme: LibraryStatus) -> None:
    assert visible_name(published_library(acme, BuildOptions()), "cat") == "Catarina Lopes"
    assert visible_name(published_library(acme, BuildOptions(Classification.PUBLIC)), "cat") == ""


def test_a_newer_text_is_told_beside_the_approved_one(sites: Sites) -> None:
    site = sites(BuildOptions(Classification.RESTRICTED, drafts=True))
    approved, newer = (site.files[f"sop/BK-002/{name}.html"].decode() for name in ("index", "newer"))
    assert "A newer text awaits approval" in approved
    assert 'href="newer.html">Read the newer text' in approved
    assert "Not approved 1.2" in newer
    assert 'href="index.html">Read the approved text' in newer


def test_without_drafts_a_newer_text_is_only_told_of(acme: LibraryStatus, sites: Sites) -> None:
    site = sites(BuildOptions(Classification.RESTRICTED))
    assert "A newer text awaits approval" in site.files["sop/BK-002/index.html"].decode()
    assert "newer.html" not in site.files["sop/BK-002/index.html"].decode()
    assert "sop/BK-002/newer.html" not in site.files


def test_a_newer_text_is_never_to_be_followed(ground: PublishedLibrary) -> None:
    newer = ground.by_id["BK-002"].newer
    assert newer is not None
    assert newer_status_banner(ground, ground.by_id["BK-002"], newer).standing.tone == "bad"


def test_facts_lead_to_roles_and_controls(ground: PublishedLibrary) -> None:
    facts = facts_of(ground, ground.by_id["AC-003"].sop)
    assert facts[:2] == (
        SopFact("Owner", (FactValue("IT operations lead", "roles/it-operations-lead/index.html"),)),
        SopFact("Approvers", (FactValue("Chief information security officer", "roles/ciso/index.html"),)),
    )
    chips = [fact for fact in facts if fact.chips]
    assert chips[0].values[0] == FactValue("A.5.17", "controls/iso27001-2022/A.5.17.html")


def test_ties_say_how_long_and_where(ground: PublishedLibrary) -> None:
    ties = {fact.term: fact.values for fact in relations_of(ground, ground.by_id["AC-001"].sop)}
    assert ties["Records"][0] == FactValue("Access ticket", remark="Jira project ACCESS, kept 3 years")
    assert ties["Time limits"][0] == FactValue(
        "decide extra right: 24 hours", remark="from the access ticket reaches the approver; by policy"
    )
    assert ties["Replaces"] == (FactValue("AC-003 Hand out VPN tokens", "sop/AC-003/index.html"),)


def test_who_acts_stands_in_the_order_of_the_steps(ground: PublishedLibrary) -> None:
    actors = actors_of(ground, ground.by_id["AC-001"].sop)
    assert [actor.words for actor in actors][:3] == ["People partner", "IT operations", "Line manager"]


def test_a_purpose_that_follows_at_once_is_not_told_twice() -> None:
    assert starts_with_purpose(sop())
    assert not starts_with_purpose(sop(summary="What it is for."))
    assert summary_of(sop(summary=" ".join(map(str, range(80))))).split()[-2:] == ["59", "…"]


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("../change-management/cm-001-change-production.md", "../CM-001/index.html"),
        ("../change-management/cm-001-change-production.md#step-2", "../CM-001/index.html#step-2"),
        ("ac-001-grant-change-and-remove-access.md", "#content"),
        ("ac-001-grant-change-and-remove-access.md#scope", "#scope"),
        ("https://acme.example/x", "https://acme.example/x"),
        ("../../registers/roles.yaml", None),
        ("../gone.md", None),
    ],
)
def test_links_lead_to_pages_or_are_words(ground: PublishedLibrary, target: str, address: str | None) -> None:
    text = ground.by_id["AC-001"].sop
    assert PageRenderContext(text, ground, "sop/AC-001/index.html").link(target) == address


def test_a_link_to_what_is_hidden_is_words(acme: LibraryStatus) -> None:
    internal = published_library(acme, BuildOptions())
    text = internal.by_id["AC-001"].sop
    assert "BK-001" not in internal.by_id
    hidden = "../backup-recovery/bk-001-back-up-and-restore-production-data.md"
    assert PageRenderContext(text, internal, "sop/AC-001/index.html").link(hidden) is None


def test_the_flow_waits_until_it_is_opened(sites: Sites) -> None:
    pages = [data.decode() for path, data in sites().files.items() if path.startswith("sop/")]
    assert any('<details class="flow' in page for page in pages)
    assert not any(re.search(r'<details class="flow[^>]* open', page) for page in pages)


def test_every_step_can_be_linked_to(sites: Sites) -> None:
    page = sites().files["sop/AC-001/index.html"].decode()
    assert re.findall(r'<a class="number" href="#(step-\d+)"', page) == [f"step-{number}" for number in range(1, 15)]


@pytest.mark.parametrize(
    ("feedback", "link"),
    [
        ("help@acme.example", "mailto:help@acme.example?subject=AC-003%201.2%3A%20&body=%0A%0A"),
        (
            "https://forge.example/new?labels=sop",
            "https://forge.example/new?labels=sop&title=AC-003%201.2%3A%20&body=%0A%0A",
        ),
        ("https://x.example/{id}/{version}/{commit}", "https://x.example/AC-003/1.2/COMMIT"),
        ("", ""),
    ],
)
def test_a_reader_can_tell_what_is_wrong(ground: PublishedLibrary, feedback: str, link: str) -> None:
    text = ground.by_id["AC-003"].sop
    found = feedback_link(configured(ground, feedback=feedback), text).partition("sopkit%20feedback")[0]
    assert found == link.replace("COMMIT", ground.edition.commit[:12])


def test_an_editor_is_led_to_the_file(ground: PublishedLibrary) -> None:
    with_edit = configured(ground, edit="https://forge.example/edit/{path}")
    link = "https://forge.example/edit/sops/access-control/ac-003-hand-out-vpn-tokens.md"
    assert edit_link(with_edit, ground.by_id["AC-003"].sop) == link


@pytest.mark.parametrize(
    "line", ['feedback = "javascript:alert(1)"', 'edit = "https://forge.example/edit"', 'edit = "javascript:{path}"']
)
def test_an_address_that_leads_nowhere_is_told_with_its_line(line: str) -> None:
    with pytest.raises(SopkitError, match=r"sopkit.toml:2: handbook\.(feedback|edit): .*https://"):
        read_config(f"[handbook]\n{line}\n".encode(), "sopkit.toml")


def test_a_text_in_another_language_says_so(acme: LibraryStatus) -> None:
    text = sop(language="de")
    ground = published_library(acme, BuildOptions())
    shown = replace(ground.by_id["AC-001"], sop=text)
    page = next(page for page in SOP_PAGES.pages(replace(ground, shown=(shown,))) if page.subject)
    written = page.write()
    assert isinstance(written, str)
    assert '<h1 id="grant-access" lang="de">' in written
    assert '<div class="sop" lang="de">' in written


def configured(ground: PublishedLibrary, **keys: str) -> PublishedLibrary:
    """The same ground with other keys of `[handbook]`."""
    config = ground.library.config
    handbook = HandbookTable.model_validate(config.handbook.model_dump(exclude_unset=True) | keys)
    library = replace(ground.library, config=config.model_copy(update={"handbook": handbook}))
    return replace(ground, status=replace(ground.status, library=library))


@pytest.mark.parametrize(
    ("status", "word", "says"),
    [
        ("active", "Active 1.0", "Its owner says so; this library keeps no record of approvals."),
        ("", "Approval not recorded 1.0", "It has no status, and this library keeps no record of approvals."),
        (
            "approved",
            "Approval not recorded 1.0",
            "Its file says “approved”; this library keeps no record of approvals.",
        ),
        ("retired", "Retired", "Do not follow it any more."),
    ],
)
def test_where_no_approvals_are_kept_nothing_is_green(acme: LibraryStatus, status: str, word: str, says: str) -> None:
    ground = published_library(acme, BuildOptions())
    text = sop(status=status or '""', version='"1.0"')
    one = replace(ground.by_id["AC-001"], sop=text, authority=Authority.UNKEPT, approval=None)
    standing = status_banner(ground, one).standing
    assert (standing.word, standing.says) == (word, says)
    assert standing.tone != "ok"


def test_a_page_says_how_its_sop_is_practised(ground: PublishedLibrary) -> None:
    def said(sop_id: str) -> list[str]:
        facts = relations_of(ground, ground.by_id[sop_id].sop)
        return [
            f"{one.words} {one.remark}".strip() for fact in facts if fact.term == "In practice" for one in fact.values
        ]

    assert said("AC-001")[:3] == [
        "last carried out on 2026-11-17",
        "last tried in an exercise on 2026-03-24",
        "grant access: on time in 97.2 % of 180 cases",
    ]
    assert "overdue since 2026-10-20" in said("AM-001")
    assert any("below the target of 95 % in the last quarter" in one for one in said("CM-001"))
    assert said("SD-001") == []


def test_a_public_edition_says_nothing_of_practice(acme: LibraryStatus) -> None:
    chosen = select_texts(acme, BuildOptions(Classification.RESTRICTED))
    for level, says in ((Classification.INTERNAL, True), (Classification.PUBLIC, False)):
        shown = published_library(acme, BuildOptions(level), chosen).by_id["AC-001"]
        assert (shown.practice is not None) == says
