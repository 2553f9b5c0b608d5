"""The measurements of the search: how long its results take in Chromium, and what the first one fetches."""

import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.commands import Effort
from bench.handbooks import build, output
from bench.measure import RunError, run
from bench.ratios import By, Row
from bench.sops import id_of, title_of
from bench.words import ROLES, SUBJECTS

QUERIES = 200
SHOWN = 8
"""SOPs whose snippets the list shows."""
MOST_MS = 5.0
MOST_BYTES = 250_000

_TIMED = """(queries) => queries.map((query) => {
  const started = performance.now();
  const { found } = sopkitSearch.rank(query);
  const ranked = performance.now();
  const wanted = sopkitSearch.wanted(query);
  for (const { doc } of found.slice(0, SHOWN)) sopkitSearch.passages(sopkitSearch.index.ids[doc], wanted, 1);
  return [ranked - started, performance.now() - started, found.length];
})""".replace("SHOWN", str(SHOWN))


def search(effort: Effort) -> Iterator[Row]:
    """u: the search of the handbook."""
    size = effort.book
    run(build(size))
    site = output(size)
    times = _times(site, queries(size.sops), effort.runs)
    what = f"95th of {QUERIES} queries, {size.sops:,} SOPs"
    yield _within(f"{what}, ranking / {MOST_MS:g} ms", _rank([one[0] for one in times]))
    yield _within(f"{what}, with the snippets of {SHOWN} SOPs / {MOST_MS:g} ms", _rank([one[1] for one in times]))
    fetched = [*sorted((site / "assets").glob("search*")), *sorted(site.glob("sop/*/words.js"))[:SHOWN]]
    packed = sum(len(gzip.compress(file.read_bytes(), 9)) for file in fetched)
    told = f"first search: engine, index, words of {SHOWN} SOPs, gzip / {MOST_BYTES // 1000} kB"
    yield Row(
        "u", told, f"{packed / 1000:.1f} kB", f"{MOST_BYTES / 1000:.0f} kB", {By.SIZE: packed / MOST_BYTES}, 1, By.SIZE
    )


def queries(sops: int) -> list[str]:
    """What people might type: words and beginnings of titles, slips, ids, controls and roles; the same each time."""
    typed = []
    for at in range(QUERIES):
        number = at * 37 % sops
        words = title_of(number).lower().split()
        kinds = (
            " ".join(words[:3]),
            words[0][:3],
            " ".join(words[-3:]),
            f"how do I {words[0]} {words[1]} of {words[-1][:4]}",
            f"{words[1][:2]}{words[1][3:]} {words[0]}",
            id_of(number).lower().replace("-", " "),
            SUBJECTS[number % len(SUBJECTS)].controls[0][0].removeprefix("A."),
            f"{ROLES[number % len(ROLES)][1]} ticket",
        )
        typed.append(kinds[at % len(kinds)])
    return typed


def _times(site: Path, typed: list[str], runs: int) -> list[tuple[float, float, int]]:
    """Milliseconds until the ranking and until the snippets of each query, the best of several fresh pages."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise RunError("chromium is not on this machine; apt-get install chromium")
    from playwright.sync_api import sync_playwright  # 200 ms, for this row only

    files = [site / "assets" / "search.js", site / "assets" / "search-index.js", *sorted(site.glob("sop/*/words.js"))]
    text = "\n".join(file.read_text("utf-8") for file in files)
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(runs):
            page = browser.new_page()
            page.add_script_tag(content=text)
            taken.append(page.evaluate(_TIMED, typed))
            page.close()
        browser.close()
    return [(min(one[0] for one in each), min(one[1] for one in each), each[0][2]) for each in zip(*taken, strict=True)]


def _rank(times: list[float]) -> float:
    return sorted(times)[len(times) * 95 // 100]


def _within(what: str, milliseconds: float) -> Row:
    ratio = {By.CLOCK: milliseconds / MOST_MS}
    return Row("u", what, f"{milliseconds:.2f} ms", f"{MOST_MS:g} ms", ratio, 1, By.CLOCK)
