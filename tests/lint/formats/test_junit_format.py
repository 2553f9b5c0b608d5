"""The report of tests, read back by junitparser and by what a strict parser of XML says."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from junitparser import Error, Failure, JUnitXml, Skipped

from sopkit.lint.format import LintOutput
from sopkit.lint.formats import all_formats
from sopkit.model.finding import Severity
from sopkit.tables.escape import escape_controls


def written(output: LintOutput) -> JUnitXml:
    read = JUnitXml.fromstring(all_formats()["junit"].write(output).encode())
    assert isinstance(read, JUnitXml)
    return read


def test_a_suite_is_a_file_and_a_test_a_finding(output: LintOutput) -> None:
    read = [(suite.name, case.name) for suite in written(output) for case in suite]
    assert read == [
        (
            escape_controls(f.path),
            f"{f.code} {output.report.rules[f.code].name} at {f.place.line}:{f.place.column}",
        )
        for f in output.report.findings
    ]


def test_what_fails_the_run_is_a_failure(output: LintOutput) -> None:
    for fail_on in Severity:
        asked = replace(output, report=replace(output.report, fail_on=fail_on))
        failed = [
            (suite.name, result.message, result.type)
            for suite in written(asked)
            for case in suite
            for result in case.result
            if isinstance(result, Failure)
        ]
        assert failed == [
            (escape_controls(f.path), escape_controls(f.message), f.severity.value)
            for f in output.report.findings
            if f.severity.rank >= fail_on.rank
        ]


def test_what_weighs_less_is_the_output_of_a_test_that_passed(output: LintOutput) -> None:
    passed = [case.system_out for suite in written(output) for case in suite if not case.result]
    assert "warning: sops/long.md:1:361: SOP207 “if necessary” has no criterion" in passed
    assert len(passed) == sum(f.severity is not Severity.ERROR for f in output.report.findings)


def test_counts_are_those_of_the_reader(output: LintOutput) -> None:
    for asked in (output, replace(output, show_ignored=True)):
        read = written(asked)
        told = (read.tests, read.failures, read.errors, read.skipped)
        results = [result for suite in read for case in suite for result in case.result]
        counted = [sum(isinstance(one, kind) for one in results) for kind in (Failure, Error, Skipped)]
        assert told == (sum(len(list(suite)) for suite in read), *counted)
        for suite in read:
            before = (suite.tests, suite.failures, suite.errors, suite.skipped)
            suite.update_statistics()
            assert (suite.tests, suite.failures, suite.errors, suite.skipped) == before


def test_ignored_findings_are_skipped_tests_when_asked_for(output: LintOutput) -> None:
    read = written(replace(output, show_ignored=True))
    results = [result for suite in read for case in suite for result in case.result]
    assert [one.message for one in results if isinstance(one, Skipped)] == [
        "the register says it so",
        "the vendor's wording: –",
    ]


def test_a_clean_run_is_one_test_that_passed(empty: LintOutput) -> None:
    read = written(empty)
    assert [(suite.name, case.name, case.result) for suite in read for case in suite] == [
        ("sopkit lint", "no findings in 6 SOPs (profile review)", [])
    ]
    assert (read.tests, read.failures) == (1, 0)


def test_every_character_is_one_of_xml(output: LintOutput) -> None:
    hostile = "".join(map(chr, (*range(0x20), 0x7F, 0x85, 0xD800, 0xFFFE, 0xFFFF))) + "]]>&<\"'"
    finding = replace(output.report.findings[0], message=hostile, path=f"a{hostile}.md", severity=Severity.ERROR)
    asked = replace(output, report=replace(output.report, findings=(finding,), ignored=()))
    root = ET.fromstring(all_formats()["junit"].write(asked).encode())
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    expected = escape_controls(hostile).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    assert failure.get("message") == expected
    assert failure.text == f"a{expected}.md:3:1: SOP203 {expected}"
