"""Which modules a mutant reaches."""

import pytest
from tests.mutants.modules import affected, codes


@pytest.mark.parametrize(
    ("name", "reached", "first"),
    [
        ("lint.rules.sop207_bare_hedge", {"lint.rules.sop207_bare_hedge"}, ("SOP207",)),
        ("analysis.wording", {"analysis.responsibilities", "lint.rules.sop207_bare_hedge"}, ()),
        (
            "lint.sections",
            {"lint.rules.sop103_empty_section", "lint.rules.sop104_placeholder_left"},
            (),
        ),
    ],
)
def test_a_module_reaches_those_that_import_it(name: str, reached: set[str], first: tuple[str, ...]) -> None:
    assert affected(name)[0] == name
    assert reached <= set(affected(name))
    assert codes(name)[: len(first)] == first


def test_what_is_reached_through_another_is_loaded_behind_it() -> None:
    order = affected("lint.control_mentions")
    assert order.index("lint.rules.sop013_no_controls") > order.index("lint.control_mentions")
    assert len(order) == len(set(order))
