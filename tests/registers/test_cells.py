"""Cells as people and their spreadsheets have them."""

from datetime import date
from typing import Any

import pytest

from sopkit.model.config import ScalesTable
from sopkit.registers.cells import CellError, CellReader
from sopkit.registers.columns import columns_of

KEYS = {"roles": {"head of platform": "head-of-platform"}, "people": {"ann lee": "ann"}}
READER = CellReader(ScalesTable.default(), ("iso27001-2022", "gdpr"), KEYS)


def read(name: str, text: str) -> Any:
    register, _, wanted = name.partition(".")
    [column] = [column for column in columns_of(register) if column.name == wanted]
    return READER.read(column, text)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("risks.title", "  ", None),
        ("risks.title", " A laptop is lost ", "A laptop is lost"),
        ("risks.likelihood", "Possible", "possible"),
        ("risks.likelihood", "often", "often"),
        ("risks.treatment", "MITIGATE", "mitigate"),
        ("risks.owner", "Head of  Platform", "head-of-platform"),
        ("risks.owner", "nobody we know", "nobody we know"),
        ("risks.review", "2026-12-31", date(2026, 12, 31)),
        ("risks.review", "31.12.2026", date(2026, 12, 31)),
        ("risks.review", "31/12/2026", date(2026, 12, 31)),
        ("risks.review", "12/31/2026", date(2026, 12, 31)),
        ("risks.review", "31 December 2026", date(2026, 12, 31)),
        ("vendors.tier", "2", 2),
        ("vendors.tier", "2,0", 2),
        ("vendors.tier", "2.0", 2),
        ("soa.applicable", "Yes", True),
        ("soa.applicable", "ja", True),
        ("soa.applicable", "x", True),
        ("soa.applicable", "nein", False),
        ("soa.applicable", "0", False),
        ("soa.drivers", "RSK-001; GDPR\nthe law, and more", ["RSK-001", "GDPR", "the law, and more"]),
        ("assets.title", 'Disk of 5"; old', 'Disk of 5"; old'),
        ("roles.aliases", '5" disk; CTO', ['5" disk', "CTO"]),
        ("roles.holders", "Ann Lee (2026-01-01..2026-06-30)", [{"person": "ann", "from": date(2026, 1, 1), "to": date(2026, 6, 30)}]),
        ("roles.holders", "ben 01.02.2026..31.12.2026", [{"person": "ben", "from": date(2026, 2, 1), "to": date(2026, 12, 31)}]),
        ("roles.holders", "ann\nben", [{"person": "ann"}, {"person": "ben"}]),
        ("risks.controls", "A.5.1, A.5.2", {"iso27001-2022": ["A.5.1", "A.5.2"]}),
        ("risks.controls", "A.5.1; A.5.2", {"iso27001-2022": ["A.5.1", "A.5.2"]}),
        ("risks.controls", "A.5.1\nA.5.2", {"iso27001-2022": ["A.5.1", "A.5.2"]}),
        ("risks.controls", "A.5.1 / A.5.2", {"iso27001-2022": ["A.5.1", "A.5.2"]}),
        ("risks.controls", '"A.5.1 / A.5.2"', {"iso27001-2022": ["A.5.1 / A.5.2"]}),
        ("risks.controls", "iso27001-2022:A.5.1; gdpr: Art. 32", {"iso27001-2022": ["A.5.1"], "gdpr": ["Art. 32"]}),
        ("risks.controls", "hipaa: 164.308(a)(1), 164.310", {"hipaa": ["164.308(a)(1)", "164.310"]}),
        ("risks.controls", "A.5.1 (partial, by the vendor)", {"iso27001-2022": [{"id": "A.5.1", "strength": "partial", "note": "by the vendor"}]}),
    ],
)  # fmt: skip
def test_what_people_type(column: str, text: str, value: object) -> None:
    assert read(column, text) == value


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("risks.review", "03/04/2026", "`03/04/2026` is no day that can be told for sure; write YYYY-MM-DD"),
        ("risks.review", "soon", "`soon` is no day that can be told for sure; write YYYY-MM-DD"),
        ("risks.review", "31.02.2026", "`31.02.2026` is no day that can be told for sure; write YYYY-MM-DD"),
        ("risks.treatment", "mitigated", "`mitigated` is no treatment; did you mean `mitigate`?"),
        ("assets.criticality", "5", "`5` is no criticality; write one of low, medium, high, critical"),
        ("vendors.tier", "2,5", "`2,5` is no whole number"),
        ("vendors.tier", "one", "`one` is no whole number"),
        ("soa.applicable", "partly", "`partly` is neither yes nor no"),
        ("roles.aliases", '"CTO; x', 'a quote `"` is opened and not closed; close it or leave it out'),
        ("roles.holders", "2026-01-01..", "`2026-01-01..` names nobody; write for example ann 2026-01-31.."),
        ("roles.holders", '"ann" then', "`then` behind a quoted item is no time; write for example 2026-01-31..2026-12-31"),
        ("people.logins", "annlee", "`annlee` names no forge; write for example github: annlee"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_to_write(column: str, text: str, said: str) -> None:
    with pytest.raises(CellError) as raised:
        read(column, text)
    assert str(raised.value) == said
