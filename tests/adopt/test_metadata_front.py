"""Foreign front matter: other keys, no opening line, TOML, below a heading, broken."""

from tests.adopt.foreign import found, parts, short, taken

TECH_DOCS = """\
---
owner_slack: "#platform-alerts"
title: Rotate keys
last_reviewed_on: 2025-04-10
review_in: 3 months
weight: 20
---

# Rotate keys
"""


def test_keys_of_a_government_site() -> None:
    assert short(TECH_DOCS) == [
        ("owner_channel", "#platform-alerts", 2, "certain"),
        ("title", "Rotate keys", 3, "certain"),
        ("reviewed", "2025-04-10", 4, "certain"),
        ("review_every", "3 months", 5, "certain"),
        ("title", "Rotate keys", 9, "certain"),
    ]


def test_a_chat_channel_is_no_role() -> None:
    (channel,) = (one for one in found(TECH_DOCS) if one.key == "owner_channel")
    assert (channel.how, channel.note) == (
        "front-matter key `owner_slack`",
        "#platform-alerts is a chat channel, no role",
    )


def test_the_place_is_that_of_key_and_value() -> None:
    assert parts(TECH_DOCS)[:4] == [
        'owner_slack: "#platform-alerts"',
        "title: Rotate keys",
        "last_reviewed_on: 2025-04-10",
        "review_in: 3 months",
    ]


def test_spellings_of_keys_are_one() -> None:
    for key in ("lastReviewed", "last-reviewed", "last_reviewed", "LastReviewed", "lastreviewed", "ms.lastreviewed"):
        assert taken(f"---\n{key}: 2024-03-01\n---\n\ntext\n") == {"reviewed": "2024-03-01"}, key


def test_keys_of_site_generators() -> None:
    text = """\
---
title: Off-boarding
description: How people leave.
lastmod: 2024-02-01T10:00:00Z
date: 2021-05-05
keywords: leaver, exit
lang: en
draft: true
author: HR Team
owner: {name: Jane Roe, team: People Operations}
---
"""
    assert short(text) == [
        ("title", "Off-boarding", 2, "certain"),
        ("summary", "How people leave.", 3, "certain"),
        ("updated", "2024-02-01", 4, "certain"),
        (None, "2021-05-05", 5, "certain"),
        ("tags", ("leaver", "exit"), 6, "certain"),
        ("language", "en", 7, "certain"),
        ("status", "draft", 8, "certain"),
        ("contributors", ("hr-team",), 9, "certain"),
        ("owner", "people-operations", 10, "certain"),
    ]


def test_lists_of_roles() -> None:
    assert taken("---\napprovers:\n  - CISO\n  - Head of IT\n---\n") == {"approvers": ("ciso", "head-of-it")}


def test_keys_that_others_gather() -> None:
    text = "---\nmetadata:\n  document_owner: CISO\n  version: 1.10\n---\n"
    assert short(text) == [("owner", "ciso", 3, "certain"), ("version", "1.10", 4, "certain")]


def test_front_matter_without_its_opening_line_with_controls_by_framework() -> None:
    text = """\
name: Access policy
satisfies:
  TSC:
    - CC6.1
    - CC6.2
  NIST:
    - AC-2
majorRevisions:
  - date: Jun 1 2018
    comment: first
  - date: Mar 3 2020
---
# Background
"""
    assert short(text) == [
        ("title", "Access policy", 1, "certain"),
        ("controls", {"soc2-tsc-2017": ("CC6.1", "CC6.2"), "nist-800-53-r5": ("AC-2",)}, 2, "certain"),
        ("updated", "2020-03-03", 8, "likely"),
    ]


def test_controls_as_a_list_or_under_the_name_of_a_framework() -> None:
    iso = {"controls": {"iso27001-2022": ("A.5.18", "A.8.2")}}
    assert taken("---\ncontrols: [A.5.18, A.8.2]\n---\n") == iso
    assert taken("---\niso_27001: [A.5.18, A.8.2]\n---\n") == iso
    assert taken('---\ncompliance: "ISO 27001:2022 A.5.18, A.8.2"\n---\n') == iso


def test_front_matter_below_the_title() -> None:
    text = "# Restore a backup\n\n---\nowner: IT Operations\nreview_cycle: Quarterly\n---\n\nText.\n"
    assert short(text) == [
        ("title", "Restore a backup", 1, "certain"),
        ("owner", "it-operations", 4, "certain"),
        ("review_every", "3 months", 5, "certain"),
    ]


def test_broken_yaml_is_read_line_by_line() -> None:
    text = "---\ntitle: Case Study: a colon\nowner: CISO\n---\n\nText.\n"
    assert taken(text) == {"title": "Case Study: a colon", "owner": "ciso"}


def test_aliases_of_the_library() -> None:
    config = '[front_matter]\naliases = { steward = "owner" }\nclaims = { reviewed = "geprueft" }\n'
    text = "---\nsteward: CISO\ngeprueft: 2024-01-31\n---\n"
    assert taken(text, config) == {"owner": "ciso", "reviewed": "2024-01-31"}
    assert taken(text) == {}


def test_placeholders_and_what_cannot_be_read_say_why() -> None:
    text = (
        "---\nowner: '[ROLE - e.g., CISO]'\nversion: TBD\nlast_reviewed_on: 2019-03-2r9\nreview_date: 03/04/2024\n---\n"
    )
    assert [(one.key, one.value, one.note) for one in found(text)] == [
        (None, "[ROLE - e.g., CISO]", "it only holds the place of a value"),
        (None, "TBD", "it only holds the place of a value"),
        (None, "2019-03-2r9", "`2019-03-2r9` is no date that can be read; write it as YYYY-MM-DD"),
        (
            None,
            "03/04/2024",
            "`03/04/2024`: which number is the day differs between countries; write it as YYYY-MM-DD",
        ),
    ]


def test_ids_that_are_no_controls_are_told() -> None:
    partly = "---\nsatisfies:\n  TSC: [CC6.1, CC9.9]\n---\n"
    assert [(one.value, one.note) for one in found(partly)] == [
        ({"soc2-tsc-2017": ("CC6.1",)}, "no controls that we know: CC9.9")
    ]
    none = "---\nsatisfies:\n  TSC: [CC9.9]\n---\n"
    assert [(one.key, one.value, one.note) for one in found(none)] == [
        (None, "CC9.9", "no controls that we know: CC9.9")
    ]


def test_a_title_that_is_no_first_level_heading_is_likely() -> None:
    assert short("### Paper records\n\nText.\n") == [("title", "Paper records", 1, "likely")]
    assert short("## Playbook\n\nText.\n\n### Investigate\n") == [("title", "Playbook", 1, "likely")]
    assert short("### Purpose\n\nText.\n") == []
    assert short("## One\n\n## Two\n") == []
    assert [(one.value, one.note) for one in found("# {{ company }} access\n")] == [
        ("{{ company }} access", "it holds the place of a value")
    ]
