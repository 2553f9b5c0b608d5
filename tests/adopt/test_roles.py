from pathlib import Path

import pytest
from tests.adopt.adopting import AS_OF

from sopkit.adopt.register_rows import RoleIndex
from sopkit.library import load

ROLES = "- {id: ciso, title: CISO, aliases: [Head of security]}\n"


@pytest.mark.parametrize(
    ("body", "roles"),
    [
        ("1. **Head of security**: Decide.\n2. **Release captain**: Go.\n", ("ciso", "release-captain")),
        ("1. **IT operations**: Ask.\n2. **Change board (weekly)**: Decide.\n", ("it-operations", "change-board")),
        ("1. **HR and Legal team**: Ask.\n2. **CISO**: Decide.\n", ("ciso", "hr", "legal-team")),
        ("1. **Check the logs:** look for errors.\n2. **Restart**: wait.\n", ()),
        ("| # | Task | Who |\n| - | - | - |\n| 1 | Ask | whoever asks, on the day of the request |\n", ()),
    ],
)
def test_roles_of_steps_are_those_that_lint_would_ask_for(body: str, roles: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers/roles.yaml").write_text(ROLES)
    (tmp_path / "sopkit.toml").write_text("")
    library = load(tmp_path, AS_OF)
    sop = library.read("sops/a.md", f"---\nid: AC-001\n---\n\n## Procedure\n\n{body}".encode())
    assert RoleIndex(library).named_in(sop) == roles
