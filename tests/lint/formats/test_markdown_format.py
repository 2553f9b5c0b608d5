"""The summary of a job, made into HTML by a parser of Markdown that is not ours."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from sopkit.lint.format import LintOutput
from sopkit.lint.formats import all_formats, job_summary_to_append
from sopkit.lint.formats.markdown import MAX_BYTES
from sopkit.model.finding import Finding, Severity

PARSER = MarkdownIt("gfm-like", {"html": True, "linkify": False})
URL = "https://forge.example/acme/isms/blob/0123abc"


def page(text: str) -> ET.Element:
    """The HTML, which must be a tree: what the text smuggled in would be markup in it."""
    return ET.fromstring(f"<page>{PARSER.render(text)}</page>")


def tables(text: str) -> list[list[list[str]]]:
    return [
        [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")] for table in page(text).iter("table")
    ]


def written(output: LintOutput) -> str:
    return all_formats()["markdown"].write(output)


def hostile(output: LintOutput, text: str) -> LintOutput:
    finding = replace(output.report.findings[0], message=text)
    return replace(output, report=replace(output.report, findings=(finding,), ignored=()))


def test_rows_of_the_table(output: LintOutput) -> None:
    *_, found = tables(written(output))
    ordered = sorted(output.report.findings, key=lambda finding: -finding.severity.rank)
    assert found[0] == ["severity", "where", "rule", "what to do"]
    assert [row[:3] for row in found[1:]] == [
        [
            f.severity.value,
            f"{f.path}:{f.place.line}".replace("\udce9", "\\xe9"),
            f"{f.code} {output.report.rules[f.code].name}",
        ]
        for f in ordered
    ]
    assert found[1][3] == "a GitHub token; revoke it"


def test_counts_by_area_and_owner(output: LintOutput) -> None:
    file = output.library.root / "sops/plain.md"
    front = b"id: AC-001\narea: access-control\nowner: data-owner\n"
    library = output.library.with_texts({"sops/plain.md": file.read_bytes().replace(b"id: AC-001\n", front)})
    areas, owners, _ = tables(written(replace(output, library=library)))
    assert areas == [
        ["area", "error", "warning", "info"],
        ["(none)", "2", "7", "3"],
        ["Access control", "3", "2", "0"],
        ["(no SOP)", "0", "1", "0"],
    ]
    assert [row[0] for row in owners] == ["owner", "(none)", "data-owner", "(no SOP)"]


def test_nothing_found_is_a_sentence(empty: LintOutput) -> None:
    text = written(empty)
    assert tables(text) == []
    assert "no findings in 6 SOPs" in "".join(page(text).itertext())


def test_ignored_findings_are_rows_when_asked_for(output: LintOutput) -> None:
    *_, found = tables(written(replace(output, show_ignored=True)))
    assert len(found) - 1 == len(output.report.findings) + len(output.report.ignored)
    assert [row[0] for row in found].count("ignored") == 2


def test_links_lead_to_the_line(output: LintOutput) -> None:
    assert list(page(written(output)).iter("a")) == []
    links = [link.get("href") for link in page(written(replace(output, files_url=URL, prefix="docs"))).iter("a")]
    assert len(links) == len(output.report.findings)
    assert f"{URL}/docs/sops/hostile.md?plain=1#L3" in links
    assert f"{URL}/docs/sops/50%25%20off%2C%20%231%3A%20na%C3%AFve%20%5Bdraft%5D.md?plain=1#L3" in links


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![i](https://evil.example/x.png)",
    "a | b | c |\n| --- |",
    "`` ` ``` ~~~ code",
    "**b** _i_ ~~s~~ <!-- c -->",
    "&lt;b&gt; &#60;",
    "\\| \\",
    "<https://evil.example> [a]: https://evil.example",
    "# head\n- item\n> quote\n\n    code",
    "$x$ \u202e \x1b[31m",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_text_is_only_text(output: LintOutput, attack: str) -> None:
    plain = {element.tag for element in page(written(hostile(output, "mend it"))).iter()}
    tree = page(written(hostile(output, attack)))
    assert {element.tag for element in tree.iter()} == plain
    *_, found = tables(written(hostile(output, attack)))
    shown = " ".join(attack.split()).replace("\u202e", "\\u202e").replace("\x1b", "\\x1b")
    assert [row[3] for row in found[1:]] == [shown]


def test_mentions_and_bare_addresses_are_broken_up(output: LintOutput) -> None:
    text = written(hostile(output, "ask @all at www.evil.example"))
    assert "@all" not in text
    assert "www.evil" not in text


def many(output: LintOutput, count: int) -> LintOutput:
    source = output.library.sources["sops/plain.md"]
    found = [
        Finding("sops/plain.md", source.place(0), "“è” " * 60, "SOP203", Severity.WARNING, fix=None)
        for _ in range(count)
    ]
    secret = next(finding for finding in output.report.findings if finding.code == "SOP701")
    return replace(output, report=replace(output.report, findings=(*found, secret), ignored=()))


@pytest.mark.slow
@pytest.mark.parametrize("there", [0, 1000, MAX_BYTES - 1000, MAX_BYTES - 50, MAX_BYTES + 1])
def test_never_longer_than_there_is_room(output: LintOutput, there: int) -> None:
    text = job_summary_to_append(many(output, 3000), there)
    assert there + len(text.encode()) <= max(MAX_BYTES, there + 1)
    if there < MAX_BYTES - 1000:
        *_, found = tables(text)
        assert found[1][0] == "error"  # the most severe are those that stay
        assert f"{3001 - len(found) + 1} more findings are left out" in text
        assert MAX_BYTES - there - len(text.encode()) < 1000


def test_many_owners_are_summed_up(output: LintOutput) -> None:
    files = {f"sops/{at:03}.md": f"---\nowner: role-{at:03}\n---\n# A\n" for at in range(60)}
    for name, text in files.items():
        (output.library.root / name).write_text(text)
    from sopkit.library import load

    library = load(output.library.root, output.library.as_of)
    found = tuple(Finding(name, library.sources[name].place(0), "mend it", "SOP203") for name in files)
    _, owners, _ = tables(written(replace(output, library=library, report=replace(output.report, findings=found))))
    assert len(owners) == 42
    assert owners[-1] == ["20 others", "20", "0", "0"]
