"""The handbook for other programs: the feed of approvals, the calendar of reviews, the list of SOPs, the sitemap."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator
from tests.handbook.conftest import Sites
from tests.lifecycle.ledger import TEXT, TODAY, approval, base, text
from tests.lifecycle.sops import PATH
from tests.repository import ANN, CAT, GitRepository

from sopkit.cli.build import format_summary
from sopkit.handbook.build import Site, build
from sopkit.handbook.pages.data import handbook_schema
from sopkit.handbook.paths import CHANGES, DATA, DUE, REVIEWS, ROBOTS, SITEMAP
from sopkit.handbook.selection import BuildOptions
from sopkit.lifecycle.library_status import read_library_status
from sopkit.model.errors import SopkitError
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow

ALL = BuildOptions(Classification.RESTRICTED, drafts=True)
PLACED = BuildOptions(base_url="https://handbook.acme.example/hb/")
SECRECY = (Classification.INTERNAL, Classification.CONFIDENTIAL)
ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(site: Site) -> Element:
    return fromstring(site.files[CHANGES])


def entries(feed: Element) -> dict[str, tuple[str, ...]]:
    """Title, day and link of each entry, by its id."""
    return {
        _text(entry, "id"): (_text(entry, "title"), _text(entry, "updated"), entry.find(f"{ATOM}link").attrib["href"])  # type: ignore[union-attr]
        for entry in feed.findall(f"{ATOM}entry")
    }


def _text(parent: Element, name: str) -> str:
    found = parent.find(f"{ATOM}{name}")
    assert found is not None
    return found.text or ""


def events(site: Site) -> list[Any]:
    return list(Calendar.from_ical(site.files[REVIEWS]).walk("VEVENT"))


def test_the_feed_has_what_atom_asks_for(sites: Sites) -> None:
    feed = feed_of(sites())
    assert [_text(feed, name) for name in ("title", "updated")] == ["Acme Cloud: approvals", "2026-11-12T08:10:00Z"]
    told = entries(feed)
    assert len(told) == 35
    assert next(iter(told.values())) == (
        "SD-001 Design and write secure code 1.0",
        "2026-11-12T08:10:00Z",
        "sop/SD-001/index.html",
    )
    assert [day for _, day, _ in told.values()] == sorted((day for _, day, _ in told.values()), reverse=True)
    assert all(name.startswith("urn:uuid:") for name in (*told, _text(feed, "id")))
    said = [_text(entry, "summary") for entry in feed.findall(f"{ATOM}entry")]
    assert said[0] == "Approved on 12 Nov 2026 by Catarina Lopes (Chief information security officer); evidence E1."


def test_ids_stay_the_same_in_every_build(sites: Sites) -> None:
    here, placed, everything = (entries(feed_of(sites(options))) for options in (BuildOptions(), PLACED, ALL))
    assert list(here) == list(placed)
    assert here.keys() < everything.keys()
    assert next(iter(placed.values()))[2] == "https://handbook.acme.example/hb/sop/SD-001/index.html"
    assert feed_of(sites(PLACED)).find(f"{ATOM}link[@rel='self']").attrib["href"] == (  # type: ignore[union-attr]
        "https://handbook.acme.example/hb/changes.atom"
    )


def test_an_approval_of_more_secret_days_is_not_told(tmp_path: Path) -> None:
    repository = GitRepository.start(tmp_path / "library")
    secret = text(classification="confidential", title="Buy Globex", version='"0.9"')
    base(repository, secret, PATH)
    repository.commit("2024-05-01", {PATH: TEXT}, author=ANN)
    repository.commit("2024-05-02", approval("2024-05-02"), author=CAT)
    with read_library_status(repository.root, TODAY, TODAY) as ground:
        told = [entries(feed_of(build(ground, BuildOptions(classification)))) for classification in SECRECY]
    names = [[name for name, _, _ in found.values()] for found in told]
    assert [len(found) for found in names] == [1, 2]
    assert names[1] == [*names[0], "AC-001 Buy Globex 0.9"]


def test_the_calendar_has_an_event_for_each_review(sites: Sites) -> None:
    found = {str(event["summary"]): event for event in events(sites(PLACED))}
    assert len(found) == len({str(event["uid"]) for event in found.values()}) == 10
    event = found["Review CM-002 Patch vulnerabilities"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 12, 5), date(2026, 12, 6))
    assert str(event["url"]) == "https://handbook.acme.example/hb/sop/CM-002/index.html"
    assert str(event["description"]).startswith("Owner: Head of platform\nIts review is due on 5 Dec 2026, in 11 days.")
    assert found["Review VM-001 Bring in and review vendors"]["dtstart"].dt == date(2026, 11, 24)  # overdue
    assert all(len(line) <= 75 for line in sites(PLACED).files[REVIEWS].split(b"\r\n"))


def test_without_the_library_for_calendars_the_handbook_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    options = BuildOptions(Classification.RESTRICTED)
    site = _made(tmp_path, text(), options)
    assert REVIEWS not in site.files
    assert REVIEWS.encode() not in site.files[DUE]
    assert format_summary(site, options, Path("site")).splitlines() == [
        "1 SOP shown, restricted at most",
        "without reviews.ics, the calendar of reviews; run: pip install 'sopkit[calendar]'",
        "open site/index.html",
    ]


def test_the_list_of_sops_is_as_its_schema_says(sites: Sites) -> None:
    for options in (BuildOptions(), PLACED, ALL):
        document = json.loads(sites(options).files[DATA])
        assert list(Draft202012Validator(handbook_schema()).iter_errors(document)) == []
        assert all(sop["address"] in sites(options).files for sop in document["sops"])
    by_id = {sop["id"]: sop for sop in json.loads(sites(ALL).files[DATA])["sops"]}
    assert by_id["BK-002"] == {
        "id": "BK-002",
        "title": "Exercise the loss of the production account",
        "area": "backup-recovery",
        "owner": "head-of-platform",
        "version": "1.1",
        "classification": "confidential",
        "authority": "approved",
        "awaits": True,
        "state": "approval-missing",
        "approved": "2026-09-23",
        "next_review": "2027-03-24",
        "digest": by_id["BK-002"]["digest"],
        "address": "sop/BK-002/index.html",
    }
    assert by_id["AM-002"]["authority"] == "none"


def test_pages_name_their_address_and_home_the_feed(sites: Sites) -> None:
    page = sites(PLACED).files["due/index.html"].decode()
    assert '<link rel="canonical" href="https://handbook.acme.example/hb/due/index.html">' in page
    assert '<a href="../reviews.ics">' in page
    assert (
        '<link rel="alternate" type="application/atom+xml" href="changes.atom">' in sites().files["index.html"].decode()
    )
    assert [
        path for path, data in sites().files.items() if b'rel="canonical"' in data and b"http-equiv" not in data
    ] == []


@pytest.mark.parametrize(
    "typed", ["acme.example", "ftp://a.example", "https://a.example/?q", 'https://a"b', "https://"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(SopkitError, match="no address at which a site can stand"):
        BuildOptions(base_url=typed)


def test_only_a_site_with_an_address_has_a_sitemap(sites: Sites) -> None:
    assert not {SITEMAP, ROBOTS} & sites().files.keys()
    assert ROBOTS not in sites(PLACED).files
    places = [place.text for place in fromstring(sites(PLACED).files[SITEMAP]).iter() if place.tag.endswith("loc")]
    assert "https://handbook.acme.example/hb/sop/AC-001/index.html" in places
    assert not [place for place in places if place and "ac-001-user-access" in place]
    own = {path for path, data in sites(PLACED).files.items() if path.endswith(".html") and b"http-equiv" not in data}
    assert len(places) == len(own - {"404.html"})


def test_a_public_site_leads_machines_to_its_sitemap(tmp_path: Path) -> None:
    site = _made(tmp_path, text(classification="public"), BuildOptions(Classification.PUBLIC, "https://acme.example"))
    assert site.files[ROBOTS] == b"User-agent: *\nAllow: /\nSitemap: https://acme.example/sitemap.xml\n"
    feed = feed_of(site)
    assert "Cat" not in site.files[CHANGES].decode()
    assert _text(feed.findall(f"{ATOM}entry")[0], "summary") == "Approved on 2 Mar 2024 by ciso; evidence E1."


def test_hostile_titles_break_neither_feed_nor_calendar(tmp_path: Path) -> None:
    title = "]]><x>&;,\\ \u202eBEGIN:VEVENT \x07" + "ü" * 100
    written = text(title=json.dumps(title))
    site = _made(tmp_path, written)
    [shown] = [sop["title"] for sop in json.loads(site.files[DATA])["sops"]]
    assert [told[0] for told in entries(feed_of(site)).values()] == [f"AC-001 {shown} 1.0".replace("\x07", "\ufffd")]
    [event] = events(site)
    assert str(event["summary"]) == f"Review AC-001 {shown}".replace("\x07", "").replace("\u202e", "\\u202e")


def _made(folder: Path, data: str, options: BuildOptions | None = None) -> Site:
    repository = GitRepository.start(folder / "library")
    base(repository, data, PATH)
    with read_library_status(repository.root, TODAY, TODAY) as ground:
        return build(ground, options or BuildOptions())
