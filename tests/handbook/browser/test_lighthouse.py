"""Lighthouse gives home, an SOP and the matrix 100 of 100 for accessibility, good practice and being found.

Its score for speed depends on the machine, so the test takes of it only what does not: nothing moves while a page loads.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

LIGHTHOUSE = Path(__file__).parents[3] / ".lighthouse"
KINDS = ("accessibility", "best-practices", "seo")
SCRIPT = """
import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'
const [categories, addresses] = process.argv.slice(1).map(text => JSON.parse(text))
const chrome = await launch({ chromeFlags: ['--headless=new', '--no-sandbox'] })
const reports = []
for (const address of addresses) {
  const asked = { onlyCategories: categories, onlyAudits: ['cumulative-layout-shift'] }
  const flags = { port: chrome.port, ...asked, disableFullPageScreenshot: true }
  reports.push((await lighthouse(address, flags)).lhr)
}
await chrome.kill()
console.log(JSON.stringify(reports))
"""


def reports(addresses: list[str], home: Path) -> list[dict[str, Any]]:
    """What Lighthouse finds of some pages, one after the other in one browser."""
    chromium, node = shutil.which("chromium") or shutil.which("chromium-browser"), shutil.which("node")
    if chromium is None or node is None or not LIGHTHOUSE.exists():
        pytest.skip("no chromium or no lighthouse: scripts/test_setup.sh installs them")
    words = [node, "--input-type=module", "--eval", SCRIPT, json.dumps(KINDS), json.dumps(addresses)]
    around = os.environ | {"CHROME_PATH": chromium, "HOME": str(home)}
    done = subprocess.run(words, cwd=LIGHTHOUSE, stdout=subprocess.PIPE, check=True, env=around, timeout=240)
    return list(json.loads(done.stdout))


def scores(report: dict[str, Any]) -> dict[str, float]:
    return {kind: report["categories"][kind]["score"] for kind in KINDS}


def faults(report: dict[str, Any]) -> list[str]:
    return [
        f"{name}: {audit['title']}"
        for name, audit in report["audits"].items()
        if audit["score"] is not None and audit["score"] < 0.9 and audit["scoreDisplayMode"] != "informative"
    ]


@pytest.mark.slow
def test_lighthouse(served: str, tmp_path: Path) -> None:
    addresses = [f"{served}/{path}" for path in ("index.html", "sop/AC-001/index.html", "controls/index.html")]
    for address, report in zip(addresses, reports(addresses, tmp_path), strict=True):
        assert (scores(report), faults(report)) == (dict.fromkeys(KINDS, 1), []), address
        assert report["audits"]["cumulative-layout-shift"]["score"] == 1, address
