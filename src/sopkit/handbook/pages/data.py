"""The handbook for other programs."""

import json
from collections.abc import Iterator
from functools import partial

from sopkit.handbook.data import handbook_json
from sopkit.handbook.ground import Ground
from sopkit.handbook.page import DATA, Page, PageKind


def _pages(ground: Ground) -> Iterator[Page]:
    yield Page(DATA, partial(_write, ground))


def _write(ground: Ground) -> str:
    return json.dumps(handbook_json(ground), indent=1, ensure_ascii=False) + "\n"


DATA_FILE = PageKind("data", _pages)
