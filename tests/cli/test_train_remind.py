"""`sopkit train remind`: one e-mail per person, numbers without names elsewhere, and silence where nothing is due."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.authoring.ledger import CONFIG, text
from tests.authoring.ledger import PATH as SOP_PATH
from tests.cli.conftest import Done, Run
from tests.cli.test_train_plan import DAY, Company
from tests.repository import ANN

from sopkit.cli.stale import REMINDERS

pytestmark = pytest.mark.slow  # about a second each
NAMES = re.compile(r"Ann|Fay|Lee\b|ann@|fay@|:fay|\"fay\"|:ann|\"ann\"")


@pytest.fixture
def company(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    return Company(run, tmp_path, monkeypatch)


def test_everybody_gets_one_mail_with_their_sops_and_deadlines(company: Company) -> None:
    done = company.call("ann", "train", "remind", "-f", "email")
    assert done.code == 0, done.err
    assert re.findall(r"^To: .*<(.*)>$", done.out, re.MULTILINE) == ["ann@acme.example", "fay@acme.example"]
    deadline = DAY + timedelta(days=14)
    assert f"training is due by {deadline}, in 14 days" in done.out
    assert "come to the next session about AC-001" in done.out


@pytest.mark.parametrize("form", [name for name in REMINDERS if name not in {"email", "ics"}])
def test_no_other_format_names_anybody(company: Company, form: str) -> None:
    done = company.call("ann", "train", "remind", "-f", form)
    assert done.code == 0, done.err
    assert "Support: 2 due" in done.out
    assert NAMES.search(done.out) is None


def test_reminders_come_on_the_first_day_and_before_the_deadline_only(company: Company) -> None:
    days = {
        day: bool(company.call("ann", "train", "remind", "--as-of", str(DAY + timedelta(days=day))).out)
        for day in (0, 1, 7, 8, 13, 14, 15, 21)
    }
    assert days == {0: True, 1: False, 7: True, 8: False, 13: True, 14: True, 15: False, 21: True}
    since = company.call("ann", "train", "remind", "--as-of", str(DAY + timedelta(days=8)), "--since", str(DAY))
    assert "Support: 2 due" in since.out
    assert company.call("ann", "train", "remind", "--as-of", str(DAY + timedelta(days=8)), "--all").out != ""


def test_who_is_trained_is_not_reminded_and_nothing_is_printed_then(company: Company) -> None:
    for person in ("ann", "fay"):
        done = company.call("ann", "train", "record", person, "AC-001", "--method", "session", "--yes")
        assert done.code == 0, done.err
    for form in ("markdown", "email", "slack", "teams"):
        assert company.call("ann", "train", "remind", "-f", form, "--all") == Done(0, "", "")
    assert json.loads(company.call("ann", "train", "remind", "-f", "json", "--all").out)["rows"] == []


def test_without_the_people_folder_there_is_a_warning_and_no_reminder(company: Company) -> None:
    company.there.commit("2026-12-01", {"sopkit.toml": CONFIG + "[practice]\npeople = '../nowhere'\n"})
    for words in ((), ("-f", "email"), ("-f", "json", "--all")):
        done = company.call("ann", "train", "remind", *words)
        assert (done.code, done.out) == (0, "")
        assert "warning: nobody is reminded: " in done.err


def test_no_number_points_at_the_only_person_of_a_role(company: Company) -> None:
    both = text(audience="[support, security-lead]", training="{method: session}")
    company.there.commit(str(DAY), {SOP_PATH: both}, author=ANN)
    assert company.call("cat", "approve", "AC-001", "--note", "read it", "--yes").code == 0
    done = company.call("ann", "train", "remind", "--all")
    assert done.code == 0, done.err
    assert "training of 3 people is missing: 3 due" in done.out
    assert "Asked: Security lead; Support\n" in done.out
    assert "cat@acme.example" in company.call("ann", "train", "remind", "-f", "email", "--all").out


def test_of_an_audience_of_one_person_no_number_is_given(company: Company) -> None:
    alone = text(audience="[security-lead]", training="{method: session}")
    company.there.commit(str(DAY), {SOP_PATH: alone}, author=ANN)
    assert company.call("cat", "approve", "AC-001", "--note", "read it", "--yes").code == 0
    done = company.call("ann", "train", "remind", "--all")
    assert "**training is missing**" in done.out
    assert "1 due" not in done.out
