"""Generated libraries on disk: a folder with configuration, registers and any number of SOPs, committed to git."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

from bench.sops import path_of, sop
from bench.words import ASSETS, ROLES, SUBJECTS, VENDORS, WRITERS

CACHE = Path(__file__).parent / ".cache"
"""Where everything is generated and installed; deleting it costs some minutes."""

CONFIG = '[library]\nname = "Generated"\nframeworks = ["iso27001-2022"]\n'


def library(count: int, cache: Path = CACHE) -> Path:
    """The folder of a library with the first `count` generated SOPs, each the same whatever the count."""

    def write(folder: Path) -> None:
        for path, text in (*frame().items(), *((path_of(number), sop(number)) for number in range(count))):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        # Files that are in no repository would be seen as ignored ones of the repository around the cache.
        git(folder, "init", "-q", "-b", "main")
        git(folder, "add", "-A")
        git(folder, "-c", "gc.auto=0", "commit", "-q", "-m", "Generate")

    return made(cache / f"library-{count}", write)


def made(folder: Path, write: Callable[[Path], None]) -> Path:
    """The folder, written anew unless the generator that wrote it is still the same."""
    stamp = folder.with_name(f"{folder.name}.stamp")
    now = _generator()
    if not stamp.is_file() or stamp.read_text("ascii") != now:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write(folder)
        stamp.write_text(now, "ascii")
    return folder


def git(folder: Path, *arguments: str, lines: Iterable[bytes] = ()) -> None:
    """Run git in a folder on the lines given, whatever the configuration of the machine."""
    words = ["git", *arguments]
    # Written piece by piece: what this process holds at most is counted as its children's memory too.
    with subprocess.Popen(words, cwd=folder, env=git_environment(), stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.writelines(lines)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words)


def git_environment() -> dict[str, str]:
    """The environment without git's variables and configuration, with a fixed committer and date."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    person = {"NAME": "Ann Lee", "EMAIL": "ann@acme.example", "DATE": "2026-11-02T09:00:00+0000"}
    fixed = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in person.items()}
    return kept | fixed | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


def frame() -> dict[str, str]:
    """Configuration and registers by path; they do not grow with the number of SOPs."""
    registers = {
        "people": "".join(
            f"- {{key: {person}, name: {person.title()} Example, emails: [{person}@acme.example], from: 2020-01-01}}\n"
            for person in (*(person for _, _, person in ROLES), *map(str.lower, WRITERS))
        ),
        "roles": "".join(
            f"- id: {role}\n  title: {title}\n  holders: [{{person: {person}, from: 2020-01-01}}]\n"
            f"  deputies: [{{person: {ROLES[at - 1][2]}, from: 2021-01-01}}]\n"
            for at, (role, title, person) in enumerate(ROLES)
        ),
        "policies": "".join(
            f"- id: {subject.policy[0]}\n  title: {subject.policy[1]}\n  owner: ciso\n"
            f"  controls: {{iso27001-2022: [{', '.join(control for control, _ in subject.controls)}]}}\n"
            for subject in SUBJECTS
        ),
        "assets": "".join(
            f"- {{id: {asset}, title: {title}, kind: system, owner: {owner}, classification: internal, "
            f"criticality: high, vendor: {vendor}}}\n"
            for asset, title, owner, vendor in ASSETS
        ),
        "vendors": "".join(
            f"- {{id: {vendor}, title: {title}, tier: {at % 3 + 1}, owner: vendor-owner, review: 2027-03-31}}\n"
            for at, (vendor, title) in enumerate(VENDORS)
        ),
        "risks": "".join(_risk(number) for number in range(1, 31)),
        "glossary": "- {term: export, meaning: the state of a system as a file, avoid: [dump]}\n"
        "- {term: IAM, meaning: identity and access management}\n",
        "soa": "".join(
            f"- {{control: {control}, applicable: true, reason: {subject.harm}, owner: {subject.owner}}}\n"
            for subject in SUBJECTS
            for control, _ in subject.controls
        ),
    }
    return {"sopkit.toml": CONFIG} | {f"registers/{name}.yaml": text for name, text in registers.items()}


def _risk(number: int) -> str:
    subject = SUBJECTS[number % len(SUBJECTS)]
    return (
        f"- id: RSK-{number:03}\n  title: In case {number} {subject.harm}\n  owner: {subject.owner}\n"
        f"  likelihood: possible\n  impact: major\n  treatment: mitigate\n"
        f"  controls: {{iso27001-2022: [{subject.controls[0][0]}]}}\n  residual: low\n  review: 2027-03-15\n"
    )


def _generator() -> str:
    """What tells one generator from another: the bytes of its modules."""
    modules = ("words", "sops", "libraries", "covering", "history", "recorded")
    return sha256(b"".join(Path(__file__).with_name(f"{name}.py").read_bytes() for name in modules)).hexdigest()
