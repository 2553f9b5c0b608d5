"""The shipped templates as one set: the same thing has the same name, and what one asks of another fits."""

import re
from collections import defaultdict

import pytest
from tests.authoring.templates.filled import NAMES, put_in_force

from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Classification, SopDocument
from sopkit.parsing.template import find_template

pytestmark = pytest.mark.slow

_ITEM = re.compile(r"(\d+)\. ")
_BULLET = re.compile(r"( *)(?:- |\{% )")
_SECRECY = tuple(Classification)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """All of them in force in one library, with every framework."""
    return put_in_force(tmp_path_factory.mktemp("set"), NAMES)


def test_a_decision_has_one_wording() -> None:
    asked, named = defaultdict(set), defaultdict(set)
    for name in NAMES:
        for key, decision in find_template(None, name).header.decisions.items():
            asked[key].add((decision.ask, decision.example))
            named[decision.ask].add(key)
    assert {key: forms for key, forms in asked.items() if len(forms) > 1} == {}
    assert {ask: keys for ask, keys in named.items() if len(keys) > 1} == {}


def test_one_template_alone_carries_a_control_out_in_full() -> None:
    full = defaultdict(list)
    for name in NAMES:
        for framework, claims in find_template(None, name).header.controls.items():
            for claim in claims:
                assert claim.strength == "full" or claim.note, f"{name}: {claim.id} does not say why it is partial"
                if claim.strength == "full":
                    full[framework, claim.id].append(name)
    assert {claim: names for claim, names in full.items() if len(names) > 1} == {}


@pytest.mark.parametrize("name", NAMES)
def test_a_bullet_stands_below_the_text_of_its_step(name: str) -> None:
    """With three spaces below step 10 it would fall out of the step, and no rule could see that."""
    step, wrong = "", []
    for at, line in enumerate(find_template(None, name).text.splitlines(), 1):
        if item := _ITEM.match(line):
            step = item[0]
        elif line.startswith("#"):
            step = ""
        elif step and (bullet := _BULLET.match(line)) and len(bullet[1]) != len(step):
            wrong.append((at, line))
    assert wrong == []


def _document(sop: Sop) -> SopDocument:
    assert sop.document is not None
    return sop.document


@pytest.mark.slow
def test_a_record_has_one_id_name_and_retention(library: Library) -> None:
    kept, named = defaultdict(set), defaultdict(set)
    for sop in library.sops:
        for record in _document(sop).records:
            kept[record.name].add((record.id, record.where, record.retention))
            named[record.id].add(record.name)
    assert {name: forms for name, forms in kept.items() if len(forms) > 1} == {}
    assert {key: names for key, names in named.items() if len(names) > 1} == {}


def test_records_are_kept_six_years_where_hipaa_asks_for_it(library: Library) -> None:
    short = [
        (sop.id, record.name, record.retention)
        for sop in library.sops
        if "hipaa-security-rule" in _document(sop).controls
        for record in _document(sop).records
        if record.retention not in ("P6Y", "P10Y")
    ]
    assert short == []


def test_everybody_who_acts_is_trained(library: Library) -> None:
    untrained = {
        sop.id: lacking
        for sop in library.sops
        if (trained := set(_document(sop).audience)) != {"everyone"}
        if (lacking := {library.registers["roles"].by_name[actor.casefold()].key for actor in _actors(sop)} - trained)
    }
    assert untrained == {}


def _actors(sop: Sop) -> set[str]:
    return {step.actor for step in sop.body.steps if step.actor}


def test_an_sop_is_no_less_secret_than_what_it_names(library: Library) -> None:
    secret = {asset.key: getattr(asset, "classification", None) for asset in library.registers["assets"].rows}
    below = [
        (sop.id, asset)
        for sop in library.sops
        for asset in _document(sop).assets
        if (is_ := secret[asset]) and _SECRECY.index(_document(sop).classification) < _SECRECY.index(is_)
    ]
    assert below == []


def test_days_and_hours_are_counted_in_one_way(library: Library) -> None:
    counted = "Days are calendar days; hours run through nights and weekends"
    assert [
        sop.id for sop in library.sops if _document(sop).time_limits and counted not in sop.source.data.decode()
    ] == []


def test_links_to_a_template_have_one_wording() -> None:
    words = defaultdict(set)
    for name in NAMES:
        for template, text in re.findall(r'sop\("([^"]*)", "([^"]*)"\)', find_template(None, name).text):
            words[template].add(text)
    assert {template: forms for template, forms in words.items() if len(forms) > 1} == {}
