"""SOP215: which commands destroy, and what guards them."""

from pathlib import Path

import pytest
from tests.lint.rules.found import found

pytestmark = pytest.mark.slow

STEPS = "## Procedure\n\n1. **HR**: {before}\n2. **HR**: {lead}\n\n   ```sh\n   {command}\n   ```\n3. **HR**: Go on.\n"


def hits(root: Path, command: str, *, before: str = "Ask.", lead: str = "Remove it.") -> list[str]:
    return found(root, "SOP215", STEPS.format(before=before, lead=lead, command=command))


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /srv/data",
        "rm -r --force data",
        "sudo rm --recursive data",
        "rm -rf tmp data",
        "terraform destroy -auto-approve",
        "terraform -chdir=infra destroy",
        "terraform apply -destroy",
        "psql -c 'DROP TABLE users'",
        "drop database app;",
        "TRUNCATE TABLE users;",
        "DELETE FROM users;",
        "dropdb app",
        "kubectl -n apps delete pvc data",
        "kubectl delete --context live -n apps deploy/api",
        "oc delete project x",
        "aws rds delete-db-instance --db-instance-identifier x",
        "aws ec2 terminate-instances --instance-ids i-1",
        "aws s3 rb s3://x --force",
        "aws s3 rm s3://x --recursive",
        "gcloud sql instances delete x",
        "helm uninstall x",
        "dd if=/dev/zero of=/dev/sda",
        "mkfs.ext4 /dev/sda1",
        "git push --force",
        "git push origin main -f",
        "/usr/bin/shred x",
        "echo x && rm -rf y",
        "aws rds \\\n     delete-db-instance",
    ],
)
def test_commands_that_destroy(command: str, tmp_path: Path) -> None:
    [span] = hits(tmp_path, command)
    assert command.rstrip(";").endswith(span)


@pytest.mark.parametrize(
    "command",
    [
        "rm file",
        "rm -f file",
        "rm -rf tmp/ ./build node_modules /tmp/x",
        "terraform plan",
        "echo drop it",
        "truncate -s 0 log",
        "DELETE FROM users WHERE id = 1;",
        "kubectl delete pod api-1",
        "kubectl delete -n namespace job/x",
        "kubectl get pvc",
        "aws ec2 delete-tags --resources i-1",
        "aws s3 rm s3://x/y",
        "aws s3 rb s3://x",
        "gcloud sql instances list",
        "dd if=a of=b",
        "git push --force-with-lease",
        "git commit -m destroy",
        "# rm -rf data",
        "terraform plan -destroy",
        "aws s3 rm s3://x --recursive --dryrun",
    ],
)
def test_commands_that_do_not(command: str, tmp_path: Path) -> None:
    assert hits(tmp_path, command) == []


@pytest.mark.parametrize(
    ("before", "lead", "guarded"),
    [
        ("Ask.", "Remove it.", False),
        ("Take a snapshot.", "Remove it.", True),
        ("Ask.", "Remove it.\n   - Warning: all is lost.", True),
        ("Ask.", "Remove it after the confirmation of the owner.", True),
        ("Ask.\n   1. Back up the data.\n   2. Ask again.", "Remove it.", False),
        ("Ask.\n   1. Ask again.\n   2. Back up the data.", "Remove it.", True),
    ],
)
def test_what_guards(before: str, lead: str, guarded: bool, tmp_path: Path) -> None:
    assert hits(tmp_path, "rm -rf data", before=before, lead=lead) == ([] if guarded else ["rm -rf data"])


def test_a_warning_behind_the_command_guards_nothing(tmp_path: Path) -> None:
    text = STEPS.format(before="Ask.", lead="Remove it.", command="rm -rf data\n   ```\n\n   ```text\n   Warning: gone")
    assert found(tmp_path, "SOP215", text) == ["rm -rf data"]
