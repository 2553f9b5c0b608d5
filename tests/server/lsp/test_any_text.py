"""Whatever is typed, at whatever place one asks, there is an answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build import PATH, REGISTERS, complete, library

from sopkit.analysis.references import reference_at
from sopkit.library import Library
from sopkit.model.source import Source
from sopkit.server.lsp.about import about
from sopkit.server.lsp.completing import completions
from sopkit.server.lsp.findings import findings_in, in_configuration
from sopkit.server.lsp.mending import mends
from sopkit.server.lsp.outline import outline_of_register, outline_of_sop

RISKS = "registers/risks.yaml"
PIECES = st.sampled_from(
    [
        *(
            "---\n",
            "id: AC-001\n",
            "owner: ",
            "controls:\n",
            "  iso27001-2022: [A.5.18",
            "- ",
            "- id: ",
            "{",
            "}",
            "[",
            "]",
            ":",
        ),
        *(
            "'",
            '"',
            "\n",
            "\r\n",
            "\r",
            "\u2028",
            "\ufeff",
            "\U0001f4a5",
            "\t",
            " ",
            "#",
            "## Procedure\n",
            "1. **IT",
            "**",
            "`",
        ),
        *(
            "](",
            "](#",
            ")",
            "<a id=x>",
            "<!-- sopkit: ignore ",
            "TBD",
            "A.9.2.2",
            "AC-001",
            "RSK-001",
            "&a *a",
            "| ",
            "\0",
        ),
    ]
)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library(tmp_path_factory.mktemp("any"), {PATH: complete(), RISKS: "- {id: RSK-001}\n", **REGISTERS})


@settings(deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.floats(0, 1))
def test_any_text(shelf: Library, text: str, where: float) -> None:
    data = text.encode()
    typed = shelf.with_texts({PATH: data, RISKS: data})
    at = int(where * len(data))
    for path in (PATH, RISKS):
        for one in completions(typed, path, Source(data), at):
            assert 0 <= one.start <= one.end == at
        found = reference_at(typed, path, at)
        assert found is None or (found.start <= at <= found.end and isinstance(about(typed, found.target), str))
        findings = findings_in(typed, [path])[path]
        for mend in mends(typed, path, findings[:5], findings):
            assert all(0 <= edit.start <= edit.end <= len(data) for edit in mend.edits)
    outline_of_sop(typed.by_path[PATH])
    outline_of_register(typed.registers["risks"])
    assert len(in_configuration(Source(data), None)) <= 1
