"""Which modules a mutant reaches."""

import pytest
from tests.mutants.modules import affected, codes


@pytest.mark.parametrize(
    ("name", "reached", "first"),
    [
        ("bare_hedge", {"bare_hedge"}, ("SOP207",)),
        ("_evidence", {"_evidence", "approval_without_evidence", "record_not_produced"}, ("SOP216", "SOP217")),
        ("empty_section", {"placeholder_left", "steps_as_prose"}, ("SOP103",)),
    ],
)
def test_a_module_reaches_those_that_import_it(name: str, reached: set[str], first: tuple[str, ...]) -> None:
    assert affected(name)[0] == name
    assert reached <= set(affected(name))
    assert codes(name)[: len(first)] == first


def test_what_is_reached_through_another_is_loaded_behind_it() -> None:
    order = affected("_mentions")
    assert order.index("no_controls") > order.index("_mentions")
    assert len(order) == len(set(order))
