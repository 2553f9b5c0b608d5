"""A mark by which a finding is known again after the lines around it have moved."""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

from sopkit.formats._format import LintOutput
from sopkit.model.finding import Finding

_DIGITS = 32


def fingerprints(output: LintOutput) -> Mapping[int, str]:
    """The fingerprint of every finding, ignored and known ones too, by `id()` of the finding.

    It is made of the rule, the path, the words of the line, and how many such findings come before, so that
    neither lines that move nor an ignore that is taken away change it.
    """
    found: dict[int, str] = {}
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding in output.every:
        key = (finding.code, finding.path, _words(output, finding))
        text = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        found[id(finding)] = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return found


def _words(output: LintOutput, finding: Finding) -> str:
    source = output.sources.get(finding.path)
    return " ".join(source.line_text(finding.place.line).split()) if source else ""
