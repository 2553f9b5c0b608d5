"""`sopkit train import`: results from learning platforms and forms."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.authoring.ledger import CONFIG, PATH, PEOPLE, ROLES, library, status, text
from tests.cli.conftest import As
from tests.repository import ANN, GitRepository

pytestmark = pytest.mark.slow  # about a second each

DAY = datetime.now(UTC).date()  # noqa: TID251 - the command reads the clock
NAMES = ("fay", "gus", "hal", "ida", "jon", "kim")


@pytest.fixture
def there(tmp_path: Path) -> GitRepository:
    people = PEOPLE + "".join(
        f"- {{key: {one}, name: {one.title()} Lee, emails: [{one}@acme.example]}}\n" for one in NAMES
    )
    holders = ", ".join(f"{{person: {one}}}" for one in NAMES)
    return library(
        tmp_path / "library",
        **{
            "sopkit.toml": CONFIG + "[training]\nrecorders = ['line-manager']\n",
            "registers/people.yaml": people,
            "registers/roles.yaml": ROLES + f"- {{id: support, holders: [{holders}]}}\n",
            PATH: text(audience="[support]", training="{method: quiz}"),
        },
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def call(content: str) -> Path:
        path = tmp_path / "export.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return call


def states(say: As) -> dict[str, tuple[str, str, str]]:
    rows = json.loads(say("ann", "train", "status", "--each", "-f", "json").out)["rows"]
    return {row["person"]: (row["state"], row["how"], row["proof"]) for row in rows}


def questions(say: As) -> list[tuple[str, int, int]]:
    found = json.loads(say("ann", "report", "training", "-f", "json").out)["questions"]
    return [(row["question"], row["answered"], row["right"]) for row in found]


MOODLE_HEAD = (
    '"Last name","First name","Email address",Status,Started,Completed,Duration,Grade/10.00,"Q. 1 /5.00","Q. 2 /5.00"\n'
)


def moodle(names: str = "fay gus hal ida jon") -> str:
    started = f"{DAY.day} {DAY:%B} {DAY.year}"
    lines = [
        f'Lee,{one.title()},{one}@acme.example,Finished,"{started}  9:00 AM","{started}  9:0{at} AM","5 mins",'
        + ("10.00,5.00,5.00" if at else "5.00,5.00,0.00")
        for at, one in enumerate(names.split())
    ]
    rest = [
        f'Lee,Kim,kim@acme.example,"In progress","{started}  9:00 AM",-,-,-,-,-',
        '"Overall average",,,,,,,9.00,5.00,4.00',
    ]
    return MOODLE_HEAD + "\n".join([*lines, *rest]) + "\n"


def test_a_download_of_moodle_says_who_passed(say: As, write: Callable[[str], Path]) -> None:
    words = ("train", "import", write(moodle()), "--preset", "moodle", "--sop", "AC-001")
    done = say("ann", *words)
    assert done.code == 0, done.err
    assert "5 results of 5 people about AC-001 1.0" in done.out
    assert "1 row left out: not finished" in done.err
    assert "1 did not pass" in done.err
    found = states(say)
    assert found["fay"] == ("due", "quiz: not passed", "imported")
    assert found["gus"] == ("current", "quiz: passed", "imported")
    assert found["kim"][0] == "due"
    assert questions(say) == [("q1", 5, 5), ("q2", 5, 4)]
    again = say("ann", *words)
    assert (again.code, "nothing new" in again.out) == (0, True)


def test_questions_of_four_people_are_not_kept(say: As, write: Callable[[str], Path]) -> None:
    file = write(moodle("fay gus hal ida"))
    assert say("ann", "train", "import", file, "--preset", "moodle", "--sop", "AC-001").code == 0
    assert questions(say) == []


def test_a_second_download_adds_what_is_new_as_a_next_attempt(
    say: As, write: Callable[[str], Path], there: GitRepository
) -> None:
    assert say("ann", "train", "import", write(moodle("fay gus")), "--preset", "moodle", "--sop", "AC-001").code == 0
    more = moodle("fay gus").replace("Lee,Gus,gus@", "Lee,Fay,fay@", 1)
    done = say(
        "ann",
        "train",
        "import",
        write(moodle("fay gus") + more.splitlines()[2] + "\n"),
        "--preset",
        "moodle",
        "--sop",
        "AC-001",
    )
    assert done.code == 0, done.err
    assert "1 result of 1 person" in done.out
    assert states(say)["fay"] == ("current", "quiz: passed", "imported")
    tables = sorted((there.root / "ledger/people").glob("*.csv"))
    assert len(tables) == 2
    assert sum("fay" in table.read_text() and table.read_text().strip().endswith("quiz,yes,2") for table in tables) == 1


def test_answers_of_a_google_form(say: As, write: Callable[[str], Path]) -> None:
    stamp = f"{DAY:%Y/%m/%d} 9:41:22 AM GMT+1"
    lines = ['"Timestamp","Email Address","Score","What first? [Score]"']
    lines += [f'"{stamp}","{one}@acme.example","{at} / 5","{at % 2}.00 / 1"' for at, one in enumerate(NAMES)]
    done = say("ann", "train", "import", write("\n".join(lines)), "--preset", "google-forms", "--sop", "AC-001")
    assert done.code == 0, done.err
    found = states(say)
    assert [found[one][0] for one in NAMES] == ["due", "due", "due", "due", "current", "current"]
    assert questions(say) == [("What first?", 6, 3)]


def test_a_form_without_a_score_says_who_read_the_text(say: As, write: Callable[[str], Path]) -> None:
    file = write(f"Timestamp,Username\n{DAY:%Y/%m/%d} 9:41:22 AM,FAY@acme.example\n")
    assert say("ann", "train", "import", file, "--preset", "google-forms", "--sop", "AC-001@1.0").code == 0
    assert states(say)["fay"] == ("due", "read", "imported"), "the SOP asks for a quiz"


def test_own_columns_and_dates_in_three_ways(say: As, write: Callable[[str], Path]) -> None:
    days = (f"{DAY}", f"{DAY.day}.{DAY.month}.{DAY.year}", f"{DAY.day} {DAY:%b} {DAY.year}")
    lines = ["Who,date,sop,passed"] + [f"{who},{day},AC-001,yes" for who, day in zip(NAMES, days, strict=False)]
    done = say("ann", "train", "import", write("\n".join(lines)), "--map", "person=Who")
    assert done.code == 0, done.err
    assert [states(say)[one][0] for one in NAMES[:4]] == ["current", "current", "current", "due"]


TOMORROW = DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"nobody,{DAY},AC-001,80,", "knows no `nobody`"),
        (f"fay,{DAY},AC-001,101,", "score `101` is not between 0 and 100"),
        (f"fay,{DAY},AC-001,-1,", "score `-1` is not between 0 and 100"),
        (f"fay,{DAY},AC-001,9,8", "score `9` is not between 0 and 8"),
        (f"fay,{DAY},AC-001,many,", "score `many` is no number"),
        (f"fay,{TOMORROW},AC-001,80,", "is yet to come"),
        (f"fay,{DAY},AC-001@9.0,80,", "AC-001 9.0 was never approved"),
        (f"fay,{DAY},AC-099,80,", "AC-099"),
        (f"fay,{DAY},,80,", "nothing says which SOP"),
        ("fay,2019-01-01,AC-001,80,", "no text of AC-001 was in force on 2019-01-01"),
        ("fay,some day,AC-001,80,", "`some day` is not a date"),
        ("fay,,AC-001,80,", "does not say on which day"),
        (f",{DAY},AC-001,80,", "names nobody"),
    ],
)
def test_a_row_that_is_wrong_stops_the_import(
    say: As, write: Callable[[str], Path], there: GitRepository, row: str, problem: str
) -> None:
    file = write(f"person,date,sop,score,max\ngus,{DAY},AC-001,90,\n{row}\n")
    done = say("ann", "train", "import", file)
    assert done.code == 2
    assert "export.csv:3: " in done.err
    assert problem in done.err
    assert status(there) == []
    assert not (there.root / "ledger/people").exists()
    done = say("ann", "train", "import", file, "--skip-unknown")
    assert done.code == 0, done.err
    assert problem in done.err
    assert (states(say)["gus"][0], states(say)["fay"][0]) == ("current", "due")


def test_dates_that_can_be_read_in_two_ways_are_asked_about(say: As, write: Callable[[str], Path]) -> None:
    file = write("person,date,sop,passed\nfay,03/04/2026,AC-001,yes\n")
    assert "--dates day-first, or --dates month-first" in say("ann", "train", "import", file).err


def test_who_may_import_and_which_columns_there_are(say: As, write: Callable[[str], Path]) -> None:
    file = write(f"person,date,sop,passed\nfay,{DAY},AC-001,yes\n")
    assert say("ben", "train", "import", file).code == 2
    done = say("ann", "train", "import", write(f"mail,day\nfay,{DAY}\n"))
    assert "no column says who it was" in done.err
    assert "--preset moodle or google-forms" in done.err
    assert "did you mean person?" in say("ann", "train", "import", file, "--map", "persn=mail").err


def test_a_table_that_was_changed_makes_nobody_current_and_verify_says_so(
    say: As, write: Callable[[str], Path], there: GitRepository
) -> None:
    assert say("ann", "train", "import", write(moodle()), "--preset", "moodle", "--sop", "AC-001").code == 0
    assert say("ann", "verify").code == 0
    [table] = (there.root / "ledger/people").glob("*.csv")
    name = table.relative_to(there.root).as_posix()
    there.commit(str(DAY), {name: table.read_text(encoding="utf-8").replace("quiz,no,", "quiz,yes,")}, author=ANN)
    done = say("ann", "verify")
    assert done.code == 1
    assert table.stem in done.out
    assert states(say)["fay"][0] == "due"


def test_what_is_disposed_of_leaves_sums_without_people(
    say: As, write: Callable[[str], Path], there: GitRepository
) -> None:
    file = write(moodle("fay gus hal ida jon kim"))
    assert say("ann", "train", "import", file, "--preset", "moodle", "--sop", "AC-001").code == 0
    [record] = (there.root / "ledger/people").glob("*-result-*.yaml")
    name = record.relative_to(there.root).as_posix()
    assert states(say)["gus"][0] == "current"
    assert say("ben", "verify", name, "--dispose", "--note", "retention is over").code == 2
    done = say("dan", "verify", name, "--dispose", "--note", "retention is over")
    assert done.code == 0, done.err
    left = {path.suffix: path.read_text(encoding="utf-8") for path in (there.root / "ledger/people").glob("*sums*")}
    assert list(left) == [".yaml"]
    assert "people: 5" in left[".yaml"], "fay did not pass"
    assert "gus" not in left[".yaml"]
    assert states(say)["gus"][0] == "due"
    assert say("cat", "verify").code == 0


OTHER = "[practice]\npeople = '../people/ledger'\n"


@pytest.fixture
def people(there: GitRepository, tmp_path: Path) -> GitRepository:
    """The other repository that the records about people belong in."""
    config = (there.root / "sopkit.toml").read_text(encoding="utf-8")
    there.commit("2026-02-02", {"sopkit.toml": config + OTHER}, author=ANN)
    found = GitRepository.start(tmp_path / "people")
    found.commit("2026-02-02", {"ledger/README.md": "Records about people\n"}, author=ANN)
    return found


def test_an_import_and_a_record_count_from_another_repository(
    say: As, write: Callable[[str], Path], there: GitRepository, people: GitRepository
) -> None:
    done = say("ann", "train", "import", write(moodle()), "--preset", "moodle", "--sop", "AC-001")
    assert done.code == 0, done.err
    done = say("ann", "train", "record", "kim", "AC-001", "--method", "quiz", "--passed", "--yes")
    assert done.code == 0, done.err
    found = states(say)
    assert found["gus"] == ("current", "quiz: passed", "imported")
    assert found["kim"] == ("current", "quiz: passed", "reported")
    assert questions(say) == [("q1", 5, 5), ("q2", 5, 4)]
    assert say("ann", "verify").code == 0
    assert not (there.root / "ledger/people").exists()
    [table] = (people.root / "ledger").glob("*.csv")
    name = table.relative_to(people.root).as_posix()
    people.commit(str(DAY), {name: table.read_text(encoding="utf-8").replace("quiz,no,", "quiz,yes,")}, author=ANN)
    assert say("ann", "verify").code == 1
    assert states(say)["fay"][0] == "due"


def test_who_became_a_recorder_today_is_refused_there_before_anything_is_written(
    say: As, write: Callable[[str], Path], there: GitRepository, people: GitRepository
) -> None:
    config = (there.root / "sopkit.toml").read_text(encoding="utf-8")
    there.commit(str(DAY), {"sopkit.toml": config.replace("line-manager", "it-operations")}, author=ANN)
    head = people.head()
    done = say("ben", "train", "record", "fay", "AC-001", "--method", "quiz", "--passed", "--yes")
    assert done.code == 2
    assert "what was committed here before today" in done.err
    assert (people.head(), status(people)) == (head, [])
    assert say("ann", "train", "record", "fay", "AC-001", "--method", "quiz", "--passed", "--yes").code == 0
