"""What people type finds the SOP that they want: sixty queries, written before there was a ranking."""

from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from tests.handbook.search.conftest import Ask

pytestmark = pytest.mark.slow
QUERIES = Path(__file__).parents[1] / "queries.yaml"
FOUND = """(queries) => queries.map((query) => {
  const ids = sopkitSearch.rank(query).found.map(({ doc }) => sopkitSearch.index.ids[doc]);
  return [...new Set(ids)];
})"""


class Judged(NamedTuple):
    query: str
    wanted: str
    kind: str
    found: list[str]

    @property
    def place(self) -> int:
        return self.found.index(self.wanted) + 1 if self.wanted in self.found else 99


@pytest.fixture(scope="module")
def judged(ask: Ask) -> list[Judged]:
    rows = yaml.safe_load(QUERIES.read_text("utf-8"))
    answers = ask(FOUND, [row["query"] for row in rows])
    return [Judged(found=found, **row) for row, found in zip(rows, answers, strict=True)]


def table(missed: list[Judged]) -> str:
    lines = [f"{one.place:>3}  {one.wanted}  {one.query:<45} {' '.join(one.found[:4])}" for one in missed]
    return "\n".join(("", "place, wanted, query, found first", *lines))


def test_the_wanted_sop_is_the_first_in_nine_of_ten(judged: list[Judged]) -> None:
    missed = [one for one in judged if one.place != 1]
    print(table(missed))
    assert len(judged) == 60
    assert len(missed) <= 6, table(missed)


def test_the_wanted_sop_is_among_the_first_three(judged: list[Judged]) -> None:
    missed = [one for one in judged if one.place > 3]
    assert not missed, table(missed)
