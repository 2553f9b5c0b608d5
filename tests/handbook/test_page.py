"""Addresses: names of any kind become names of files."""

import pytest

from sopkit.handbook.paths import control_path, policy_path, quiz_path, role_path, sop_path


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (role_path("head-of-platform"), "roles/head-of-platform/index.html"),
        (role_path("Leiterin IT"), "roles/Leiterin IT/index.html"),
        (role_path(".."), "roles/5ec1f7e7/index.html"),
        (role_path("../../x"), "roles/x-9cdf6a50/index.html"),
        (role_path("x" * 300), f"roles/{'x' * 60}-0d4e2ca9/index.html"),
        (control_path("hipaa", "164.308(a)(1)"), "controls/hipaa/164.308(a)(1).html"),
        (control_path("own", "a/b"), "controls/own/a-b-c14cddc0.html"),
        (control_path("own", "index"), "controls/own/index-1bc04b52.html"),
        (policy_path("POL 1."), "policies/pol-1-12d601f0.html"),
        (sop_path("AC-001"), "sop/AC-001/index.html"),
        (sop_path("sops/it/reset.md"), "sop/sops-it-reset-md-2c72eff8/index.html"),
        (sop_path("../AC-001"), "sop/ac-001-3803010b/index.html"),
        (sop_path(".git"), "sop/git-4d0a4dff/index.html"),
        (quiz_path("../AC-001"), "sop/ac-001-3803010b/quiz/index.html"),
        (sop_path("CON"), "sop/con-a3dbc4b6/index.html"),
        (sop_path("nul.txt"), "sop/nul-txt-7f3cbdd5/index.html"),
        (sop_path("AC-001."), "sop/ac-001-b6c05b91/index.html"),
        (sop_path("a\nb\0"), "sop/a-b-691a9f61/index.html"),
        (sop_path("\U00010400" * 70), "sop/" + "\U00010428" * 60 + "-b29dcecf/index.html"),
        (policy_path("\ud800"), "policies/8a8de823.html"),
    ],
)
def test_a_name_is_one_file(path: str, address: str) -> None:
    assert path == address
