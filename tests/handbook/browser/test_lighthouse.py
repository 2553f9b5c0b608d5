"""Lighthouse gives home, an SOP and the matrix 100 of 100 for speed, accessibility, good practice and being found."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / ".lighthouse" / "node_modules" / ".bin" / "lighthouse"
KINDS = ("performance", "accessibility", "best-practices", "seo")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["index.html", "sop/AC-001/index.html", "controls/index.html"])
def test_lighthouse(path: str, served: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or not PROGRAM.exists():
        pytest.skip("no chromium or no lighthouse: scripts/test_setup.sh installs them")
    words = [str(PROGRAM), f"{served}/{path}", "--quiet", "--output=json", f"--output-path={tmp_path}/report.json"]
    # What a loaded machine takes for a page is no property of the page: times are simulated, not waited for.
    words += [
        "--throttling-method=simulate",
        "--chrome-flags=--headless=new --no-sandbox",
        f"--only-categories={','.join(KINDS)}",
    ]
    for _ in range(3):  # other work on the machine can only lower the score for speed
        subprocess.run(
            words, check=True, env=os.environ | {"CHROME_PATH": chromium, "HOME": str(tmp_path)}, timeout=240
        )
        report = json.loads((tmp_path / "report.json").read_text("utf-8"))
        scores = {kind: report["categories"][kind]["score"] for kind in KINDS}
        if scores["performance"] == 1:
            break
    faults = [
        f"{name}: {audit['title']}"
        for name, audit in report["audits"].items()
        if audit["score"] is not None and audit["score"] < 0.9 and audit["scoreDisplayMode"] != "informative"
    ]
    assert scores == dict.fromkeys(KINDS, 1), faults
