"""SOP703: what a public SOP would tell of the inside."""

from pathlib import Path

import pytest
from tests.build import PATH, complete, library
from tests.lint.rules.found import found

from sopkit.authoring.fix import fix_findings
from sopkit.lint.engine import LintOptions

pytestmark = pytest.mark.slow

PUBLIC = "---\nclassification: public\n---\n## Scope\n\n{}\n"
AZURE = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590"


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("10.20.0.5 and 192.168.1.4/32 and 172.31.9.9", ["10.20.0.5", "192.168.1.4/32", "172.31.9.9"]),
        ("172.15.1.1, 172.32.1.1, 11.0.0.1, 192.169.1.1, 8.8.8.8", []),
        ("10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 are private", []),
        ("10.256.0.1, 10.1.2.3.4, 110.1.2.3, v10.1.2.3 and 10.1.2", []),
        ("- nginx 1.25.3\n- agent 10.11.0.3", []),
        ("- agent 10.11.0.3\n- nginx 1.25", []),
        ("- bastion 10.11.0.3\n- gateway 10.11.0.4", ["10.11.0.3", "10.11.0.4"]),
        ("db1.corp, Vault.Prod.Internal and wiki.lan", ["db1.corp", "Vault.Prod.Internal", "wiki.lan"]),
        ("printer.office.local but settings.local, .env.local", ["printer.office.local"]),
        ("host.docker.internal, metadata.google.internal, db.example.internal", []),
        ("corp.example.com, the internal network, x.internals", []),
        ("arn:aws:rds:eu-west-1:210287912431:db:x", ["210287912431"]),
        ("arn:aws:iam::210287912431:role/x", ["210287912431"]),
        ("210287912431.dkr.ecr.eu-west-1.amazonaws.com", ["210287912431"]),
        ("Account ID: 210287912431, account 2102-8791-2431", ["210287912431", "2102-8791-2431"]),
        ("account 123456789012, account 1111-2222-3333, account 000000000000", []),
        ("order 210287912431, account of 12", []),
        (f"{AZURE}/x", [AZURE.removeprefix("/subscriptions/")]),
        ("/subscriptions/00000000-0000-0000-0000-000000000000", ["00000000-0000-0000-0000-000000000000"][:0]),
    ],
)
def test_what_is_internal(text: str, hits: list[str], tmp_path: Path) -> None:
    assert sorted(found(tmp_path / "public", "SOP703", PUBLIC.format(text))) == sorted(hits)
    inside = PUBLIC.format(text).replace("public", "internal")
    assert found(tmp_path / "internal", "SOP703", inside) == []


def test_a_suggestion_makes_the_sop_internal(tmp_path: Path) -> None:
    text = complete(PUBLIC.format("10.20.0.5 and 10.20.0.6"), status="draft")
    done = fix_findings(library(tmp_path, {PATH: text}), LintOptions(select=("SOP703",)), unsafe=True)
    assert done.library.by_path[PATH].source.data.decode() == text.replace(": public", ": internal")
    assert done.report.findings == ()
