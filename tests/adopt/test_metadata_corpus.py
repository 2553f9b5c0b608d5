"""How much of what real documents say of themselves is read, against what reading them by eye gave."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from sopkit.adopt.metadata.reader import choose_surest, read_metadata
from sopkit.frameworks.loader import load_catalogue
from sopkit.library import sop_reader
from sopkit.model.catalogue import Catalogue
from sopkit.model.config import Config
from sopkit.model.sop import Sop

CORPUS = Path(__file__).parents[1] / "corpus"
LEAST = 0.85
"""Mean score of the documents; adoption.yaml says how it is counted."""


@cache
def expectations() -> dict[str, dict[str, object]]:
    read: dict[str, dict[str, object]] = yaml.safe_load((CORPUS / "adoption.yaml").read_text("utf-8"))
    return read


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def sop_at(path: str) -> Sop:
    return sop_reader(Config(), catalogue())(path, (CORPUS / path).read_bytes())


def comparable(value: object) -> object:
    if isinstance(value, dict):
        return {name: frozenset(ids) for name, ids in value.items()}
    return frozenset(value) if isinstance(value, (list, tuple)) else value


def judge(name: str) -> tuple[float, list[str]]:
    """The score of a document, and what it lost it for."""
    expected = expectations()[name]
    sop = sop_at(str(expected["path"]))
    every = read_metadata(sop, Config(), catalogue())
    chosen = choose_surest(every)
    right, lost = 0, []
    stated = expected["metadata"]
    assert isinstance(stated, dict)
    for key, what in stated.items():
        lines = what["line"] if isinstance(what["line"], list) else [what["line"]]
        found = chosen.get(key)
        at = {sop.source.line_of(one.start) for one in every if one.key == key and found and one.value == found.value}
        if key == "controls":
            at = {sop.source.line_of(one.start) for one in every if one.key == key}
        if found is None or comparable(found.value) != comparable(what["value"]):
            lost.append(f"{key}: {found.value if found else 'nothing'} for {what['value']}")
        elif not at & set(lines):
            lost.append(f"{key}: found in line {sorted(at)}, not in {lines}")
        else:
            right += 1
    surplus = {key: one.value for key, one in chosen.items() if key not in stated}
    lost += [f"{key}: {value} is not expected" for key, value in surplus.items()]
    return right / (len(stated) + len(surplus)), lost


def test_what_real_documents_say_of_themselves_is_read() -> None:
    scores = {name: judge(name) for name in expectations()}
    told = "\n".join(f"{name}: {score:.2f} {'; '.join(lost)}" for name, (score, lost) in scores.items())
    mean = sum(score for score, _ in scores.values()) / len(scores)
    assert mean >= LEAST, f"{mean:.3f}\n{told}"


@pytest.mark.parametrize("name", [*expectations()])
def test_every_document_is_judged(name: str) -> None:
    assert (CORPUS / str(expectations()[name]["path"])).is_file()
