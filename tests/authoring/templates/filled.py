"""A template as a company would put it in force: every decision made, every mark of the registers filled.

`python -m tests.authoring.templates.filled NAME …` prints what the linter finds in that; without a name, in each of
the shipped templates and in all of them in one library.
"""

import re
import sys
import tempfile
from datetime import date
from pathlib import Path

from sopkit.authoring.request import SopRequest
from sopkit.authoring.templates.draft import draft_sop, write_drafts
from sopkit.library import Library, load
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.select import Profile
from sopkit.model.finding import Finding
from sopkit.parsing.template import find_template, template_names

AS_OF = date(2026, 11, 24)
NAMES = tuple(name for name, own in template_names(None).items() if not own)
FRAMEWORKS = (
    "iso27001-2022", "soc2-tsc-2017", "nist-csf-2.0", "hipaa-security-rule", "gdpr", "nist-800-53-r5",
    "iso42001-2023", "iso27001-2022-clauses",
)  # fmt: skip
_ROW = re.compile(r"^- id: ([\w-]+)$", re.MULTILINE)
_LEFT = {"likelihood": "possible", "impact": "moderate", "location": "https://handbook.example/policies"}


def empty_library(root: Path, frameworks: tuple[str, ...] = FRAMEWORKS) -> Library:
    """A library with a configuration and nothing else."""
    root.mkdir(parents=True, exist_ok=True)
    ids = ", ".join(f'"{framework}"' for framework in frameworks)
    (root / "sopkit.toml").write_text(f'[library]\nname = "Acme"\nframeworks = [{ids}]\n')
    return load(root, AS_OF)


def put_in_force(root: Path, names: tuple[str, ...], frameworks: tuple[str, ...] = FRAMEWORKS) -> Library:
    """A library with an active SOP from each template, every decision answered by its example."""
    library = empty_library(root, frameworks)
    for name in names:
        template = find_template(None, name)
        decided = {name: decision.example for name, decision in template.header.decisions.items()}
        made = draft_sop(library, template, SopRequest(decided=decided))
        assert made.unknown == (), f"{name} names what no register and no starter row has: {', '.join(made.unknown)}"
        write_drafts(root, (made,))
        sop = root / made.path
        as_draft = 'version: "0.1"\nstatus: draft\n'
        in_force = 'version: "1.0"\nstatus: active\neffective: 2026-01-05\n'
        assert as_draft in made.text
        sop.write_text(made.text.replace(as_draft, in_force, 1))
        library = load(root, AS_OF)
    people = "- {key: deputy, name: Deputy of all}\n"
    for file in sorted((root / "registers").glob("*.yaml")):
        text, rows = _filled(file.read_text())
        file.write_text(text)
        people += "".join(f"- {{key: holder-of-{row}, name: Holder of {row}}}\n" for row in rows)
    (root / "registers" / "people.yaml").write_text(people)
    return load(root, AS_OF)


def _filled(text: str) -> tuple[str, list[str]]:
    """A register without marks, and the ids of the rows for which a holder was named."""
    row, rows, lines = "", [], []
    for line in text.splitlines():
        if match := _ROW.match(line):
            row = match[1]
        key = line.strip().partition(":")[0]
        if "[decide:" in line and key == "holders":
            lines.append(f"  holders: [{{person: holder-of-{row}, from: 2025-01-01}}]")
            lines.append("  deputies: [{person: deputy, from: 2025-01-01}]")
            rows.append(row)
        elif "[decide:" in line and key in _LEFT:
            lines.append(f"  {key}: {_LEFT[key]}")
        else:
            lines.append(re.sub(r"\s*# \[decide: [^\]]*\]$", "", line))
    return "\n".join(lines) + "\n", rows


def found(root: Path, names: tuple[str, ...], frameworks: tuple[str, ...] = FRAMEWORKS) -> tuple[Finding, ...]:
    """Everything that the linter finds in the folder under the profile publish."""
    library = put_in_force(root, names, frameworks)
    return lint(library, LintOptions(profile=Profile.PUBLISH, tree_only=True)).findings


def _print(title: str, names: tuple[str, ...]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        findings = found(Path(folder), names)
        for finding in findings:
            line = (Path(folder) / finding.path).read_text().splitlines()[finding.place.line - 1]
            print(f"{finding.path}:{finding.place.line}: {finding.severity} {finding.code} {finding.message}")
            print(f"    {line}")
    print(f"{title}: {len(findings)} findings")
    return bool(findings)


if __name__ == "__main__":
    asked = tuple(sys.argv[1:])
    wrong = [_print(name, (name,)) for name in asked or NAMES]
    wrong += [] if asked else [_print("all in one library", NAMES)]
    sys.exit(any(wrong))
