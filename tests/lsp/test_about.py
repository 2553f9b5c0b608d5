from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.analysis.references import ReferenceTarget
from sopkit.lsp.read_requests import hover_text, key_hover_text

OTHER = "sops/access-control/ac-002-review.md"
ROWS = {
    "registers/risks.yaml": "- {id: RSK-001, title: Loss *of* data, owner: security-lead, treatment: mitigate, closed: 2026-01-01}\n",
    "registers/exceptions.yaml": "- {id: EXC-001, sop: AC-001, what: No ticket, until: 2026-12-31}\n",
}


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (
            ReferenceTarget("sops", "AC-001"),
            (
                "**AC-001** Grant access\n\nstatus active · version 1.0 · owner Security lead\n\n"
                "reviewed every 12 months; `sopkit stale` tells from the history when next\n\n"
                f"`{PATH}`"
            ),
        ),
        (
            ReferenceTarget("sops", "AC-002"),
            (
                "**AC-002** Review\n\nstatus unknown · version unknown\n\nnext review 2026-12-01, as the front matter says"
                f"\n\n`{OTHER}`"
            ),
        ),
        (
            ReferenceTarget("risks", "RSK-001"),
            "**RSK-001** Loss *of* data\n\nrisk · closed on 2026-01-01 · owner Security lead · treatment mitigate",
        ),
        (
            ReferenceTarget("roles", "security-lead"),
            "**security-lead** Security lead\n\nrole\n\nheld by Ann Lee\n\nalso called CISO",
        ),
        (ReferenceTarget("roles", "auditor"), "**auditor** Auditor\n\nrole\n\nnobody holds it on 2026-11-24"),
        (ReferenceTarget("people", "ann"), "**ann** Ann Lee\n\nperson"),
        (
            ReferenceTarget("exceptions", "EXC-001"),
            "**EXC-001** No ticket\n\nexception · in force · sop AC-001 · until 2026-12-31",
        ),
        (
            ReferenceTarget("controls", "A.5.18", "iso27001-2022"),
            (
                "**A.5.18** Access rights\n\nISO/IEC 27001:2022 Annex A · Organizational controls\n\n"
                "was A.9.2.2, A.9.2.5, A.9.2.6 in iso27001-2013\n\nclaimed by AC-001"
            ),
        ),
        (
            ReferenceTarget("controls", "A.8.23", "iso27001-2022"),
            (
                "**A.8.23** Web filtering\n\nISO/IEC 27001:2022 Annex A · Technological controls · new in this edition\n\n"
                "no SOP claims it"
            ),
        ),
        (ReferenceTarget("anchors", "ask", OTHER), f"step 1: Ask.\n\n`{OTHER}#ask`"),
        (ReferenceTarget("anchors", "procedure", OTHER), f"Procedure\n\n`{OTHER}#procedure`"),
        (ReferenceTarget("controls", "A.99", "iso27001-2022"), ""),
        (ReferenceTarget("controls", "A.5.18", "none"), ""),
        (ReferenceTarget("risks", "RSK-009"), ""),
        (ReferenceTarget("sops", "AC-009"), ""),
        (ReferenceTarget("anchors", "none", OTHER), ""),
        (ReferenceTarget("anchors", "ask", "sops/none.md"), ""),
    ],
    ids=lambda value: value.id if isinstance(value, ReferenceTarget) else "",
)
def test_what_an_id_means(tmp_path: Path, target: ReferenceTarget, words: str) -> None:
    other = (
        "---\nid: AC-002\ntitle: Review\nnextReview: 2026-12-01\n---\n\n## Procedure\n\n"
        '1. <a id="ask"></a>**Line manager**: Ask.\n2. **Line manager**: Wait.\n'
    )
    config = '[front_matter.claims]\nnext = "nextReview"\n'
    shelf = library(tmp_path, {PATH: complete(), OTHER: other, **ROWS}, config=config)
    assert hover_text(shelf, target).replace("\\", "") == words  # what is escaped is not the matter here


@pytest.mark.parametrize(
    ("path", "words", "said"),
    [
        (PATH, "title: ", "**title** Title. Required."),
        (PATH, "controls:", "**controls** Framework id to the controls that the SOP carries out."),
        (PATH, "retention: ", "**retention** How long it is kept. Required."),
        (PATH, "grant: PT4H", None),
        (PATH, "Grant access\n\n## Purpose", None),
        ("registers/risks.yaml", "treatment: ", "**treatment** What is done about it."),
        ("registers/roles.yaml", "person: ann", "**person** Key of the people register. Required."),
        ("sopkit.toml", "[", None),
    ],
)
def test_what_a_key_is_for(tmp_path: Path, path: str, words: str, said: str | None) -> None:
    shelf = library(tmp_path, {PATH: complete(), **ROWS}, config="[lint]\n")
    data = (tmp_path / path).read_bytes()
    at = data.index(words.encode()) + 1
    found = key_hover_text(shelf, path, at)
    assert (found[0].replace("\\", "") if found is not None else None) == said
    if found is not None:
        assert data[found[1] : found[2]].decode() == words.strip(" :").split(":")[0]
