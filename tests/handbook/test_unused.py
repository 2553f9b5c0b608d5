"""Nothing is left over: each text of the interface is said somewhere, each class of the style sheets is on some page."""

import re
from functools import cache
from pathlib import Path

import pytest

from sopkit.handbook.translations import FALLBACK, load_texts

SOURCE = Path(__file__).parents[2] / "src" / "sopkit"
HANDBOOK, RENDER = (SOURCE / name for name in ("handbook", "render"))
QUOTED = re.compile(r'(?=(["\'`])([^"\'`\n]*)\1)')
GAP = re.compile(r"\{[^}]*\}")
SEARCH = "search."
"""What the script of the search says; it knows its keys without their part."""


@cache
def quoted(*folders: Path) -> frozenset[str]:
    """All that stands in quotation marks in code, templates and scripts."""
    files = [file for folder in folders for kind in ("py", "j2", "js") for file in sorted(folder.rglob(f"*.{kind}"))]
    return frozenset(text for file in files for _, text in QUOTED.findall(file.read_text("utf-8")))


@cache
def made_keys() -> tuple[re.Pattern[str], ...]:
    """What keys look like that are put together: `f"sop.is_{state}"` in code, `"due.count_" ~ name` in templates."""
    starts = {text for text in quoted(HANDBOOK) if re.fullmatch(r"[a-z]+\.([a-z]+_)*", text)}
    forms = {text for text in quoted(HANDBOOK) if GAP.search(text) and re.fullmatch(r"[a-z]+\.[a-z_]*\{.*", text)}
    return tuple(
        re.compile("([\\w -]+)".join(re.escape(part) for part in GAP.split(form)))
        for form in sorted({f"{start}{{}}" for start in starts} | forms)
    )


def said(key: str) -> bool:
    if key in quoted(HANDBOOK):
        return True
    if key.startswith(SEARCH):
        names = {key.removeprefix(SEARCH), re.sub(r"kind_.*", "kind_${kind}", key.removeprefix(SEARCH))}
        return bool(names & {word for text in quoted(HANDBOOK) for word in text.split()})
    gaps = [found.groups() for form in made_keys() if (found := form.fullmatch(key))]
    return any(all({gap, gap.replace("_", "-")} & quoted(SOURCE) for gap in names) for names in gaps)


@pytest.mark.slow
def test_each_text_of_the_interface_is_said() -> None:
    assert [key for key in load_texts(FALLBACK) if not said(key)] == []
    assert not said("sop.never_said")


def test_each_class_of_the_style_sheets_is_on_a_page() -> None:
    words = {word for text in quoted(HANDBOOK, RENDER) for word in re.findall(r"[\w-]+", text)}
    plain = (
        re.sub(r'/\*.*?\*/|"[^"]*"', "", file.read_text("utf-8"), flags=re.DOTALL) for file in HANDBOOK.rglob("*.css")
    )
    assert {name for text in plain for name in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", text)} - words == set()
