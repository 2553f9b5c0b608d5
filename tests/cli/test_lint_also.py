"""`sopkit lint --also`: one run, several readers."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.build import library
from tests.cli.conftest import Run


def test_the_findings_are_written_in_other_formats_as_well(tmp_path: Path, run: Run) -> None:
    library(tmp_path, config='[library]\nname = "Acme"\n')
    (tmp_path / "sops" / "access-control" / "ac-002.md").write_text("# No front matter\n")
    files = tmp_path / "a.sarif", tmp_path / "b.xml"
    done = run("lint", "-C", str(tmp_path), "--also", f"sarif={files[0]}", "--also", f"junit={files[1]}")
    assert done.code == 1
    assert "SOP002" in done.out
    assert "SOP002" in {row["ruleId"] for row in json.loads(files[0].read_bytes())["runs"][0]["results"]}
    assert ET.fromstring(files[1].read_text()).tag == "testsuites"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("sarf=x", "no format 'sarf'; did you mean sarif?"),
        ("sarif", "'sarif' names no file; write sarif=FILE"),
        ("sarif=", "'sarif=' names no file; write sarif=FILE"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is_done(
    value: str, said: str, tmp_path: Path, run: Run
) -> None:
    library(tmp_path)
    done = run("lint", "-C", str(tmp_path), "--also", value)
    assert done.code == 2
    assert said in " ".join(done.err.split())
    assert done.out == ""
