"""The engine of the search as it ships, asked outside a page: by node where it is, else in Chromium."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.handbook.conftest import Sites

from sopkit.handbook.build import Site
from sopkit.handbook.search.index import INDEX
from sopkit.handbook.selection import BuildOptions
from sopkit.handbook.theme import SEARCH_SCRIPT
from sopkit.model.sop_document import Classification

ALL = BuildOptions(Classification.RESTRICTED, drafts=True)
Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def whole(sites: Sites) -> Site:
    """All SOPs of the example, drafts too."""
    return sites(ALL)


def scripts(site: Site) -> str:
    """Engine, index and words of a site as one script."""
    words = [path for path in site.files if path.endswith("/words.js")]
    return "\n".join(site.files[path].decode() for path in (SEARCH_SCRIPT, INDEX, *words))


@pytest.fixture(scope="session")
def ask(whole: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Answers of the engine over the whole example: a JavaScript function of `value`, and the value."""
    if node := shutil.which("node"):
        folder = tmp_path_factory.mktemp("engine")
        yield lambda function, value: _in_node(node, folder, scripts(whole), function, value)
        return
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("neither node nor chromium on this machine, so nothing runs the engine: apt-get install nodejs")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.add_script_tag(content=scripts(whole))
        yield page.evaluate
        browser.close()


def _in_node(node: str, folder: Path, text: str, function: str, value: object) -> object:
    script = folder / "engine.js"
    script.write_text(f"{text}\nconsole.log(JSON.stringify(({function})({json.dumps(value)})));\n", "utf-8")
    return json.loads(subprocess.run([node, str(script)], capture_output=True, text=True, check=True).stdout)
