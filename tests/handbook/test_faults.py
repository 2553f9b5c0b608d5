"""No page of the example has anything inside that a strict policy forbids."""

import pytest
from tests.handbook.conftest import Sites
from tests.handbook.faults import faults

from sopkit.handbook.selection import BuildOptions
from sopkit.model.sop_document import Classification

pytestmark = pytest.mark.slow


def test_no_page_has_code_or_style_of_its_own(sites: Sites) -> None:
    files = sites(BuildOptions(Classification.RESTRICTED, drafts=True)).files
    found = {path: wrong for path, data in files.items() if path.endswith(".html") and (wrong := faults(data.decode()))}
    assert found == {}


@pytest.mark.parametrize(
    ("page", "count"),
    [
        ("<script>1</script>", 2),
        ("<script src=a.js></script>", 0),
        ("<p onclick=x>", 1),
        ('<a href=" java\nscript:x">', 1),
        ('<img src="data:image/png;base64,AA">', 1),
        ('<p style="color:red">', 1),
        ("<iframe>", 1),
        ('<a href="../x.html#y">', 0),
        ('<a href="mailto:a@b.example">', 0),
    ],
)
def test_the_check_bites(page: str, count: int) -> None:
    assert len(faults(page)) == count
