"""Pipelines of GitHub and GitLab that run sopkit: whether they give it the history."""

import re
from collections.abc import Iterator

from sopkit.doctor.facts import Facts
from sopkit.doctor.lines import Line, State
from sopkit.model.source import Source
from sopkit.parsing.yaml import YamlTree, YamlValue, read_yaml

_GITHUB_MEND = "under `with:` of actions/checkout: `fetch-depth: 0`"
_GITLAB_MEND = 'under `variables:` of the job: `GIT_DEPTH: "0"`'
_RUNS = re.compile(r"\bsopkit\s+[a-z-]")
_SECTIONS = ("before_script", "script", "after_script")


def look_at_pipelines(facts: Facts) -> Iterator[Line]:
    """One line for each job that runs sopkit on a shallow clone, or one that none does."""
    lines = []
    seen = 0
    for path, data in facts.pipelines:
        if b"sopkit" not in data:
            continue
        seen += 1
        source = Source(data)
        tree = read_yaml(source, source.text_start, len(data), path, path)
        if tree.broken or not isinstance(tree.value, dict):
            lines.append(Line("pipelines", State.WARNING, "the file is no YAML that can be read", "mend it", path))
        else:
            lines += _github(path, tree) if path.startswith(".github/") else _gitlab(path, tree)
    if seen and not lines:
        lines = [Line("pipelines", State.OK, "where sopkit runs it has the whole history")]
    yield from lines


def _github(path: str, tree: YamlTree) -> Iterator[Line]:
    jobs = _mapping(_mapping(tree.value).get("jobs"))
    for name, job in jobs.items():
        steps = _mapping(job).get("steps")
        steps = steps if isinstance(steps, list) else []
        runs = "\n".join(_text(_mapping(step).get("run")) for step in steps)
        used = any("sopkit" in _text(_mapping(step).get("uses")) for step in steps)
        if not (used or _needs_history(runs)) or "--unshallow" in runs:
            continue
        for index, step in enumerate(steps):
            if not re.match(r"actions/checkout(@|$)", _text(_mapping(step).get("uses"))):
                continue
            if _text(_mapping(_mapping(step).get("with")).get("fetch-depth")).strip() != "0":
                place = tree.place(("jobs", name, "steps", index, "uses"))
                words = f"job `{name}` runs sopkit on a shallow clone"
                yield Line("pipelines", State.WARNING, words, _GITHUB_MEND, path, place.line if place else 0)


def _gitlab(path: str, tree: YamlTree) -> Iterator[Line]:
    whole = _mapping(tree.value)
    for name, job in whole.items():
        own = _mapping(job)
        runs = "\n".join(_text(own.get(section)) for section in _SECTIONS)
        if not _needs_history(runs) or "--unshallow" in runs:
            continue
        extends = own.get("extends")
        bases = extends if isinstance(extends, list) else [extends]
        above = [_mapping(whole.get(_text(base))) for base in bases]
        depths = [_depth(part) for part in (own, *reversed(above), whole)]
        if next((depth for depth in depths if depth), "") != "0":
            place = tree.key_place((name,))
            words = f"job `{name}` runs sopkit on a shallow clone"
            yield Line("pipelines", State.WARNING, words, _GITLAB_MEND, path, place.line if place else 0)


def _depth(part: dict[str, YamlValue]) -> str:
    value = _mapping(part.get("variables")).get("GIT_DEPTH")
    return _text(_mapping(value).get("value") if isinstance(value, dict) else value).strip()


def _needs_history(script: str) -> bool:
    return any(
        _RUNS.search(line) and "--tree-only" not in line and not re.search(r"\binstall\b", line)
        for line in script.splitlines()
    )


def _mapping(value: YamlValue) -> dict[str, YamlValue]:
    return value if isinstance(value, dict) else {}


def _text(value: YamlValue) -> str:
    """A text, or the texts of a list, nested or not, a line each."""
    if isinstance(value, list):
        return "\n".join(_text(item) for item in value)
    return value if isinstance(value, str) else ""
