"""Whatever is typed, at whatever place one asks, there is an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import PATH, REGISTERS, complete, library

from sopkit.analysis.references import reference_at
from sopkit.library import Library
from sopkit.lsp.completion import completions
from sopkit.lsp.edit_requests import file_fixes
from sopkit.lsp.outline import outline_of_register, outline_of_sop
from sopkit.lsp.read_requests import hover_text
from sopkit.lsp.session import configuration_findings, findings_in
from sopkit.model.source import Source

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


@pytest.mark.slow
@given(st.lists(PIECES, max_size=25).map("".join), st.floats(0, 1))
def test_any_text(shelf: Library, text: str, where: float) -> None:
    data = text.encode()
    typed = shelf.with_texts({PATH: data, RISKS: data})
    at = int(where * len(data))
    for path in (PATH, RISKS):
        for one in completions(typed, path, Source(data), at):
            assert 0 <= one.start <= one.end == at
        found = reference_at(typed, path, at)
        assert found is None or (found.start <= at <= found.end and isinstance(hover_text(typed, found.target), str))
        findings = findings_in(typed, [path])[path]
        for mend in file_fixes(typed, path, findings[:5], findings):
            assert all(0 <= edit.start <= edit.end <= len(data) for edit in mend.edits)
    outline_of_sop(typed.by_path[PATH])
    outline_of_register(typed.registers["risks"])
    assert len(configuration_findings(Source(data), None)) <= 1
