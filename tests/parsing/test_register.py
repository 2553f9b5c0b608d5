"""Registers: any bytes give rows and findings."""

from datetime import date

import pytest

from sopkit.model.registers import REGISTERS
from sopkit.parsing.register import read_register

DAY = date(2026, 11, 24)


def found(name: str, text: str | bytes) -> list[tuple[str, int, int, str]]:
    register = read_register(name, f"registers/{name}.yaml", text.encode() if isinstance(text, str) else text)
    return [(one.code, one.place.line, one.place.column, one.message) for one in register.findings]


@pytest.mark.parametrize("name", list(REGISTERS))
@pytest.mark.parametrize("text", ["", "[]\n", "# none yet\n", "\ufeff[]\r\n", "---\n"])
def test_an_empty_register_asks_for_nothing(name: str, text: str) -> None:
    register = read_register(name, f"registers/{name}.yaml", text.encode())
    assert (register.rows, register.findings, bool(register)) == ((), (), False)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("assets", "okta: x\n", ("SOP002", 1, 1, "register assets is not a list of rows; begin each row with `- `")),
        ("assets", "- id: a\n- id: a\n", ("SOP007", 2, 7, "`a` is there twice; give the row another id")),
        ("people", "- key: a\n- key: a\n", ("SOP007", 2, 8, "`a` is there twice; give the row another key")),
        ("glossary", "- term: a\n- term: a\n", ("SOP007", 2, 9, "`a` is there twice; give the row another term")),
        ("assets", "- title: x\n", ("SOP006", 1, 3, "no `id` in `assets`; add it")),
        ("assets", "- id: a\n  titel: x\n", ("SOP004", 2, 3, "unknown key `titel`; did you mean `title`?")),
        (
            "assets",
            "- id: a\n  id: b\n",
            ("SOP003", 2, 3, "register assets has the key `id` twice; keep one of the two lines"),
        ),
        ("assets", "- okta\n", ("SOP005", 1, 3, "`row` is not a set of `key: value` lines")),
        ("assets", "- id: Ä\n  retired: 31.1.2026\n", ("SOP005", 2, 12, "`31.1.2026` is not a date; write YYYY-MM-DD")),
        ("vendors", "- {id: Ä, tier: 0}\n", ("SOP005", 1, 17, "`tier` is less than 1")),
        ("soa", "- {control: A.5.1, applicable: maybe}\n", ("SOP005", 1, 32, "not true or false")),
        ("assets", b"- id: \xff\n", ("SOP001", 1, 7, "byte 0xff is not UTF-8; save the file as UTF-8")),
        ("assets", "- id: a\n<<<<<<< x\n", ("SOP001", 2, 1, "merge-conflict markers; decide between the two texts")),
    ],
)
def test_what_is_wrong_is_one_finding(name: str, text: str | bytes, expected: tuple[str, int, int, str]) -> None:
    assert found(name, text) == [expected]


def test_yaml_words_stay_words() -> None:
    register = read_register("soa", "registers/soa.yaml", b"- {control: 5.10, applicable: NO, reason: NO}\n")
    assert register.findings == ()
    [row] = register.rows
    assert (row.key, row.applicable, row.reason) == ("5.10", False, "NO")  # type: ignore[attr-defined] - a row of the soa


def test_a_row_that_is_wrong_keeps_its_key() -> None:
    register = read_register("assets", "registers/assets.yaml", b"- {id: a}\n- {id: b, rto: soon}\n")
    assert (register.keys, [row.key for row in register.rows]) == ({"a", "b"}, ["a"])


def test_rows_are_found_by_every_spelling() -> None:
    register = read_register("roles", "registers/roles.yaml", b"- {id: ciso, title: Chief, aliases: [CISO, Boss]}\n")
    assert set(register.by_name) == {"ciso", "chief", "boss"}


@pytest.mark.parametrize(
    ("name", "row", "gone"),
    [
        ("assets", "retired: 2026-11-24", "retired on 2026-11-24"),
        ("assets", "retired: 2026-11-25", None),
        ("vendors", "offboarded: 2026-01-01", "offboarded on 2026-01-01"),
        ("risks", "closed: 2026-01-01", "closed on 2026-01-01"),
        ("policies", "title: x", None),
    ],
)
def test_rows_end(name: str, row: str, gone: str | None) -> None:
    register = read_register(name, f"registers/{name}.yaml", f"- {{id: a, {row}}}\n".encode())
    assert register.gone("a", DAY) == gone


def test_a_role_is_held_on_the_first_and_the_last_day() -> None:
    text = "- {id: a, holders: [{person: x, from: 2026-11-24, to: 2026-11-24}, {person: y, to: 2026-11-23}, {person: z}]}\n"
    [role] = read_register("roles", "registers/roles.yaml", text.encode()).rows
    assert role.held_by(DAY) == ("x", "z")  # type: ignore[attr-defined] - a row of the roles


def test_an_alias_bomb_is_one_finding() -> None:
    lines = ["- &a0 {id: x}"] + [f"- &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 12)]
    assert [code for code, *_ in found("assets", "\n".join(lines))] == ["SOP002"]
