"""What the mutants of a module are."""

from tests.mutants.mutation import mutants


def changes(source: str) -> list[str]:
    return [f"{mutant.line}: {mutant.change}" for mutant in mutants(source)]


def test_each_spot_is_changed_by_itself() -> None:
    source = "def f(a: int, b):\n    if a < 1 and not b:\n        return\n    g('text', True)\n"
    assert changes(source) == [
        "2: if a < 1 and (not b): -> if True:",
        "2: if a < 1 and (not b): -> if False:",
        "4: g('text', True) -> pass",
        "2: a < 1 and (not b) -> a < 1 or not b",
        "2: a < 1 and (not b) -> not b",
        "2: a < 1 and (not b) -> a < 1",
        "3: return -> pass",
        "2: a < 1 -> a <= 1",
        "2: not b -> b",
        "4: True -> False",
        "2: 1 -> 2",
        "2: 1 -> 0",
    ]


def test_types_decorators_and_texts_are_left_alone() -> None:
    assert changes("@rule(1)\ndef f(a: T | None) -> A | B:\n    '''Words.'''\n    x: A | B = 'one'\n") == []


def test_a_mutant_runs() -> None:
    space: dict[str, bool] = {}
    [mutant, *_] = mutants("big = 3 > 2\n")
    exec(compile(mutant.tree, "f", "exec"), space)
    assert mutant.change == "3 > 2 -> 3 >= 2"
    assert space["big"] is True
