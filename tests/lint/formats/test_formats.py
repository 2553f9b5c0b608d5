"""What holds for every format."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from sopkit.lint.format import Format, LintOutput, rule_counts
from sopkit.lint.formats import all_formats, format_names

FORMATS = pytest.mark.parametrize("form", all_formats().values(), ids=lambda form: form.name)


def test_names_are_those_of_the_files() -> None:
    assert list(all_formats()) == sorted(format_names())


@FORMATS
def test_golden(form: Format, output: LintOutput, golden: Callable[[str, str], None]) -> None:
    golden(f"formats/findings.{form.name}", form.write(output))


@FORMATS
def test_golden_of_nothing(form: Format, empty: LintOutput, golden: Callable[[str, str], None]) -> None:
    golden(f"formats/nothing.{form.name}", form.write(empty))


@FORMATS
@pytest.mark.parametrize("show_ignored", [False, True])
def test_ends_a_line_and_encodes(form: Format, output: LintOutput, show_ignored: bool) -> None:
    text = form.write(replace(output, show_ignored=show_ignored))
    assert text.encode().endswith(b"\n")


@FORMATS
def test_is_the_same_again(form: Format, output: LintOutput) -> None:
    assert form.write(output) == form.write(replace(output))


@FORMATS
def test_terminal_gets_nothing_to_obey(form: Format, output: LintOutput) -> None:
    text = form.write(replace(output, show_ignored=True))
    assert re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", text) == []


@FORMATS
def test_secret_is_not_repeated(form: Format, output: LintOutput) -> None:
    assert "0123456789abcdefABCDEF" not in form.write(output)


def test_statistics(output: LintOutput, empty: LintOutput) -> None:
    assert rule_counts(output.report) == (
        "8  SOP203  step-without-actor\n"
        "3  SOP208  vague-time\n"
        "2  SOP111  unclosed-fence\n"
        "2  SOP207  bare-hedge\n"
        "2  SOP402  superseded-control\n"
        "1  SOP701  secret\n"
    )
    assert rule_counts(empty.report) == ""


@FORMATS
def test_known_findings_are_there_only_when_asked_for(form: Format, output: LintOutput) -> None:
    """In every format, but for annotations and comments, which are there to be acted on."""
    known = replace(output.report.findings[0], known=True, message="found long ago; mend")
    asked = replace(output, report=replace(output.report, findings=output.report.findings[1:], known=(known,)))
    told = "found long ago" in form.write(asked)
    assert told is (form.name == "json")
    shown = "found long ago" in form.write(replace(asked, show_known=True))
    assert shown is (form.name not in {"github", "gitlab", "rdjson"})
    if form.name in {"text", "markdown", "github"}:
        assert "1 known from the baseline" in form.write(asked)
