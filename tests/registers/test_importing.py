"""Tables brought into registers: what changes, which bytes stay, and what is told."""

from datetime import date
from pathlib import Path

import pytest

from sopkit.model.config import ScalesTable
from sopkit.model.errors import SopkitError
from sopkit.parsing.register import read_register
from sopkit.registers.cells import CellReader
from sopkit.registers.importer import CellChange, ImportOptions, ImportPlan, plan_import
from sopkit.tables.reader import read_sheet

DAY = date(2026, 11, 24)
READER = CellReader(ScalesTable.default(), ("iso27001-2022",), {"roles": {"security lead": "security-lead"}})


def plan(tmp_path: Path, name: str, there: str | bytes, table: str, wishes: ImportOptions | None = None) -> ImportPlan:
    file = tmp_path / "t.csv"
    file.write_text(table, "utf-8")
    data = there if isinstance(there, bytes) else there.encode()
    register = read_register(name, f"registers/{name}.yaml", data)
    return plan_import(register, read_sheet(file), READER, wishes or ImportOptions(), DAY)


def told(made: ImportPlan) -> list[str]:
    return [str(finding)[len(finding.path) - len("t.csv") :] for finding in made.findings]


RISKS = """\
# Our risks. Do not sort.
- id: RSK-001   # the first
  title: 'A laptop is lost'
  owner: it
  likelihood: likely  # agreed in May
  controls:
    # from the workshop
    iso27001-2022:
      - A.5.9   # inventory
      - A.8.1
  review: 2027-03-15

- {id: RSK-002, title: "Rights, too many", owner: it, impact: minor}   # short
# the end
"""


@pytest.mark.parametrize(
    ("table", "line", "by"),
    [
        ("id,title\nRSK-001,A phone is lost\n", "  title: 'A laptop is lost'", "  title: 'A phone is lost'"),
        ("id,title\nRSK-001,It's lost\n", "  title: 'A laptop is lost'", "  title: 'It''s lost'"),
        ("id,likelihood\nRSK-001,Rare\n", "  likelihood: likely  # agreed in May", "  likelihood: rare  # agreed in May"),
        ("id,likelihood\nRSK-001,\n", "  likelihood: likely  # agreed in May", '  likelihood: ""  # agreed in May'),
        ("id,review\nRSK-001,31.12.2027\n", "  review: 2027-03-15", "  review: 2027-12-31"),
        ("id,review\nRSK-001,\n", "  review: 2027-03-15", "  review: null"),
        ("id,impact\nRSK-001,severe\n", "  likelihood: likely  # agreed in May",
         "  likelihood: likely  # agreed in May\n  impact: severe"),
        ('id,controls\nRSK-001,"A.5.9, A.8.1, A.8.24"\n', "      - A.8.1", "      - A.8.1\n      - A.8.24"),
        ('id,controls\nRSK-001,"A.5.10, A.8.1"\n', "      - A.5.9   # inventory", "      - A.5.10   # inventory"),
        ("id,title\nRSK-002,Rights\n", 'title: "Rights, too many"', 'title: "Rights"'),
        ("id,impact\nRSK-002,major\n", "impact: minor}   # short", "impact: major}   # short"),
        ("id,review\nRSK-002,2027-01-31\n", "impact: minor}", "impact: minor, review: 2027-01-31}"),
        ("id,likelihood\nRSK-002,rare\n", "owner: it, impact", "owner: it, likelihood: rare, impact"),
        ("id,title\nRSK-003,New\n", "# the end\n", "# the end\n- {id: RSK-003, title: New}\n"),
        ("id,owner\nRSK-001,Security lead\n", "  owner: it\n", "  owner: security-lead\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_what_changed_is_written(table: str, line: str, by: str, end: str, tmp_path: Path) -> None:
    before = RISKS.replace("\n", end)
    made = plan(tmp_path, "risks", before, table)
    assert made.findings == ()
    assert made.after == RISKS.replace(line, by, 1).replace("\n", end).encode()
    again = plan(tmp_path, "risks", made.after, table)
    assert (again.after, again.added, again.changed) == (made.after, (), ())


def test_what_is_told(tmp_path: Path) -> None:
    table = 'id,title,impact\nRSK-002,"Rights, too many",minor\nRSK-001,A phone is lost,severe\nRSK-003,New one,\n'
    there = RISKS + "- {id: RSK-000, title: Old, closed: 2026-01-01}\n- {id: RSK-009, title: Kept}\n"
    made = plan(tmp_path, "risks", there, table)
    assert made.added == (("RSK-003", "New one"),)
    assert made.changed == (
        CellChange("RSK-001", "title", "A laptop is lost", "A phone is lost"),
        CellChange("RSK-001", "impact", "", "severe"),
    )
    assert (made.unchanged, made.kept, made.closed, made.notes) == (1, ("RSK-009",), (), ())


@pytest.mark.parametrize(
    ("name", "there", "table", "after"),
    [
        ("assets", "", "Asset ID,Asset name,Criticality\nokta,Okta,High\n", "- id: okta\n  title: Okta\n  criticality: high\n"),
        ("assets", "# Assets\n[]\n", "id,title\nokta,Okta\n", "# Assets\n\n- id: okta\n  title: Okta\n"),
        ("assets", "- id: a", "id,title\nb,B\n", "- id: a\n- id: b\n  title: B\n"),
        ("assets", "  - id: a\n", "id,title\nb,B\n", "  - id: a\n  - id: b\n    title: B\n"),
        ("roles", "", "id,holders\ncto,ben 2026-01-01..\n", "- id: cto\n  holders: [{person: ben, from: 2026-01-01}]\n"),
        ("people", "", "key,name,bot\nann,Ann Lee,no\nrob,Rob,yes\n",
         "- key: ann\n  name: Ann Lee\n- key: rob\n  name: Rob\n  bot: true\n"),
        ("soa", "- {control: A.5.1, applicable: true}\n", "Control ID,Applicable,Reason\nA.5.1,no,none\n",
         "- {control: A.5.1, applicable: false, reason: none}\n"),
        ("soa", "- control: A.5.1\n  applicable: yes\n  procedure:\n", "control,applicable,procedure\nA.5.1,yes,no\n",
         "- control: A.5.1\n  applicable: yes\n  procedure: false\n"),
        ("roles", "- id: cto\n  holders:\n  - person: ben\n    from: 2026-01-01\n  - person: dee\n",
         "id,holders\ncto,ben 2026-01-01..2026-06-30; dee\n",
         "- id: cto\n  holders:\n  - {person: ben, from: 2026-01-01, to: 2026-06-30}\n  - person: dee\n"),
        ("roles", "- id: cto\n  holders:\n  - person: ben\n  - person: dee\n  title: CTO\n", "id,holders\ncto,dee\n",
         "- id: cto\n  holders: [{person: dee}]\n  title: CTO\n"),
        ("soa", "- {control: A.5.1, applicable: , reason: ''}  # Policies\n", "control,applicable,procedure\nA.5.1,yes,\n",
         "- {control: A.5.1, applicable: true, reason: ''}  # Policies\n"),
        ("people", "- key: ann\n- key: rob\n  bot: true\n", "key,bot\nann,no\nrob,no\n",
         "- key: ann\n- key: rob\n  bot: false\n"),
        ("roles", "- id: cto\n", "id,holders\ncto,[]\n", "- id: cto\n  holders: []\n"),
        ("assets", "- id: okta\n  title:\n", "id,title\nokta,Okta\n", "- id: okta\n  title: Okta\n"),
    ],
)  # fmt: skip
def test_shapes_of_files(name: str, there: str, table: str, after: str, tmp_path: Path) -> None:
    made = plan(tmp_path, name, there, table)
    assert (made.findings, (made.after or b"").decode()) == ((), after)


@pytest.mark.parametrize(
    ("table", "findings"),
    [
        ("id,title\n,x\n", ["t.csv:2: id: is empty, so nobody knows which row this is; write its id"]),
        ("id,title\nA,x\nA,y\n", ["t.csv:3: id: `A` stands in row 2 already"]),
        ("id,title\nrsk-001,x\n", ["t.csv:2: id: `rsk-001` is `RSK-001` but for case or blanks; write it alike"]),
        (
            "id,title\nÉ,x\nE\u0301,y\n",
            ["t.csv:3: id: `E\u0301` is `É` but for case, blanks or the form of characters; write it alike"],
        ),
        ("id,title\nX,x\nx,y\n", ["t.csv:3: id: `x` is `X` but for case or blanks; write it alike"]),
        ("id,title,review\nX,x,03/04/2026\n",
         ["t.csv:2: review: `03/04/2026` is no day that can be told for sure; write YYYY-MM-DD"]),
        ("id,Risk treatment\nX,mitigated\nY,nothing\n",
         ["t.csv:2: Risk treatment: `mitigated` is no treatment; did you mean `mitigate`?",
          "t.csv:3: Risk treatment: `nothing` is no treatment; write one of mitigate, accept, transfer, avoid"]),
        ("id,title\nX,cut … [all of it is in the sheet Long texts]\n",
         ["t.csv:2: title: the text is cut off, as Excel holds no longer one; export it as CSV"]),
    ],
)  # fmt: skip
def test_a_table_with_faults_changes_nothing(table: str, findings: list[str], tmp_path: Path) -> None:
    made = plan(tmp_path, "risks", RISKS, table)
    assert (told(made), made.after) == (findings, None)


def test_marks_and_empty_cells(tmp_path: Path) -> None:
    made = plan(tmp_path, "soa", "", "control,applicable\nA.5.1,x\nA.5.2,\nA.5.3,\n")
    assert told(made) == [
        "t.csv:3: applicable: is empty, and 1 more of this column, where others have a mark; write no if it means that"
    ]


def test_a_value_off_the_scale_is_told_and_taken(tmp_path: Path) -> None:
    made = plan(tmp_path, "risks", "", "id,likelihood\nR-1,often\nR-2,rare\n")
    assert [note.rpartition("/")[2] for note in made.notes] == [
        "t.csv:2: likelihood: `often` is no likelihood; write one of rare, unlikely, possible, likely, certain"
    ]
    assert made.after == b"- id: R-1\n  likelihood: often\n- id: R-2\n  likelihood: rare\n"


@pytest.mark.parametrize(
    ("table", "wishes", "message"),
    [
        ("id,Titel\nX,x\n", ImportOptions(), "risks has no such column: `Titel` (is it `title`?)"),
        ("id,Notes\nX,x\n", ImportOptions(), "risks has no such column: `Notes`"),
        ("title,owner\nX,x\n", ImportOptions(), "no column `id`, by which rows are known"),
        ("id,title\nX,x\n", ImportOptions(columns={"titel": "title"}), "--columns: risks has no column `titel`"),
        ("id,title\nX,x\n", ImportOptions(columns={"title": "Name"}), "no column `Name`"),
        ("id,title,name\nX,x,y\n", ImportOptions(), "two columns are `title`: `title` and `name`"),
    ],
)
def test_columns_that_nobody_knows_stop_it(table: str, wishes: ImportOptions, message: str, tmp_path: Path) -> None:
    with pytest.raises(SopkitError) as raised:
        plan(tmp_path, "risks", "", table, wishes)
    assert message in raised.value.message
    assert raised.value.hint


def test_columns_are_mapped_or_left_out(tmp_path: Path) -> None:
    wishes = ImportOptions(columns={"title": "What may happen"}, ignore_columns=True)
    made = plan(tmp_path, "risks", "", "ID,What may happen,Notes,Empty\nX,a fire,n,\n", wishes)
    assert made.after == b"- id: X\n  title: a fire\n"
    assert made.notes == ("left out, as no column of ours: `Notes`",)


@pytest.mark.parametrize(
    ("there", "key"),
    [("", "a-vendor-2"), ("- id: V-07\n  title: Other\n", "V-08"), ("- id: okta\n  title: Other\n", "a-vendor-2")],
)
def test_rows_known_by_their_title_get_ids(there: str, key: str, tmp_path: Path) -> None:
    there += "- id: a-vendor\n  title: Something\n" if key == "a-vendor-2" else ""
    made = plan(tmp_path, "vendors", there, "Vendor name,tier\nA vendor,1\nother,2\n", ImportOptions(key="title"))
    assert made.findings == ()
    assert made.added[0] == (key, "A vendor")
    assert [change.key for change in made.changed] == (
        [] if not there or "Other" not in there else [there[6:].split("\n")[0]]
    )


def test_rows_that_the_table_lacks_can_be_closed(tmp_path: Path) -> None:
    made = plan(tmp_path, "risks", RISKS, "id,title\nRSK-001,A laptop is lost\n", ImportOptions(close=True))
    assert (made.closed, made.kept) == (("RSK-002",), ())
    assert made.after == RISKS.replace("impact: minor}", "impact: minor, closed: 2026-11-24}").encode()
    with pytest.raises(SopkitError, match="rows of roles have no last day"):
        plan(tmp_path, "roles", "", "id\nx\n", ImportOptions(close=True))


@pytest.mark.parametrize(
    ("there", "table", "message"),
    [
        (
            "- id: X\n  aliases: &a [a]\n- id: Y\n  aliases: *a\n",
            "id,aliases\nY,a; b\n",
            "has an anchor, an alias or a tag",
        ),
        ("? id\n: X\n", "id,title\nX,new\n", "is not a list of rows"),
        ("[{id: X}]\n", "id,title\nY,new\n", "is a list in brackets"),
        ("- id: X\n  aliases:\n  - a  # why\n  - b\n", "id,aliases\nX,b\n", "a comment stands inside of `aliases`"),
        ("- id: X\n  titel: x\n", "id,title\nX,new\n", "unknown key `titel`"),
        ("- id: X\n  title: !!str x\n", "id,title\nX,new\n", "has an anchor, an alias or a tag"),
    ],
)
def test_what_cannot_be_changed_without_loss_is_left_to_a_person(
    there: str, table: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(SopkitError) as raised:
        plan(tmp_path, "roles", there, table)
    assert message in raised.value.message
