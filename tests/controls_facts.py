"""What must hold of the shipped control data: counts, forms of ids, groups, ends of mappings."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Facts = dict[str, Any]

MAPPINGS = ("mapping-iso27001-2013-2022", "mapping-iso27001-2022-nist-800-53-r5")
ID_FORMS = {
    "iso27001-2022": r"A\.[5-8]\.\d{1,2}",
    "iso27001-2022-clauses": r"([4-9]|10)\.\d(\.\d)?",
    "iso27001-2013": r"A\.\d{1,2}\.\d\.\d",
    "nist-csf-2.0": r"(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}-\d\d",
    "nist-800-53-r5": r"[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?",
    "soc2-tsc-2017": r"(CC|A|C|PI|P)\d\.\d",
    "hipaa-security-rule": r"164\.3(08|10|12|14|16)(\([a-zA-Z0-9]+\))+",
    "gdpr": r"Art\. \d{1,2}",
    "iso42001-2023": r"A\.\d{1,2}\.\d(\.\d)?",
}
NEW_IN_2022 = {
    "A.5.7", "A.5.23", "A.5.30", "A.7.4", "A.8.9", "A.8.10", "A.8.11", "A.8.12", "A.8.16", "A.8.23", "A.8.28",
}  # fmt: skip
CSF_IDS = """GV.OC 1 2 3 4 5; GV.RM 1 2 3 4 5 6 7; GV.RR 1 2 3 4; GV.PO 1 2; GV.OV 1 2 3;
GV.SC 1 2 3 4 5 6 7 8 9 10; ID.AM 1 2 3 4 5 7 8; ID.RA 1 2 3 4 5 6 7 8 9 10; ID.IM 1 2 3 4;
PR.AA 1 2 3 4 5 6; PR.AT 1 2; PR.DS 1 2 10 11; PR.PS 1 2 3 4 5 6; PR.IR 1 2 3 4;
DE.CM 1 2 3 6 9; DE.AE 2 3 4 6 7 8; RS.MA 1 2 3 4 5; RS.AN 3 6 7 8; RS.CO 2 3; RS.MI 1 2;
RC.RP 1 2 3 4 5 6; RC.CO 3 4"""
SUCCESSORS = {
    "A.9.2.2": "A.5.18", "A.12.5.1": "A.8.19", "A.16.1.5": "A.5.26",
    "A.13.2.1": "A.5.14", "A.12.6.2": "A.8.19", "A.6.1.5": "A.5.8",
}  # fmt: skip
HEAD_KEYS = {
    "id", "title", "edition", "publisher", "status", "superseded_by", "cited_as", "id_words", "id_form",
    "group_form", "lower_in_oscal", "needs_name", "paragraphs", "licence_note", "sources", "groups", "controls",
}  # fmt: skip
CONTROL_KEYS = {
    "iso27001-2022": {"new", "title_27002"},
    "iso27001-2022-clauses": {"parent", "heading_only"},
    "nist-800-53-r5": {
        "parent", "withdrawn", "incorporated_into", "moved_to", "withdrawn_note", "added_in", "baselines",
    },
    "soc2-tsc-2017": {"coso_principle"},
    "hipaa-security-rule": {"kind", "designation", "parent"},
}  # fmt: skip


def faults(folder: Path) -> list[str]:
    """Everything that is wrong with the control data in a folder; nothing for the shipped one."""
    found: list[str] = []
    frameworks: dict[str, Facts] = {}
    for name in (*ID_FORMS, *MAPPINGS):
        wrong, data = _load(folder / f"{name}.yaml")
        found += wrong
        if data is None:
            continue
        if name in ID_FORMS:
            wrong = list(_framework(name, data))
            frameworks[name] = data
        else:
            wrong = list(_mapping(name, data, frameworks))
        found += [f"{name}: {line}" for line in wrong]
    found += [
        f"{path.stem}: is not a known file"
        for path in sorted(folder.glob("*.yaml"))
        if path.stem not in (*ID_FORMS, *MAPPINGS)
    ]
    return found


@cache
def _parsed(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _load(path: Path) -> tuple[list[str], Facts | None]:
    name = path.stem
    if not path.is_file():
        return [f"{name}: file is missing"], None
    text = path.read_text(encoding="utf-8")
    found = []
    if re.search(r"(^|[\s\"'(])(/(work|tmp|home|root|usr|var|mnt)/|[A-Za-z]:\\)", text):
        found.append(f"{name}: holds an absolute machine path")
    try:
        data = _parsed(text)
    except yaml.YAMLError as error:
        return [*found, f"{name}: is not valid YAML: {error}"], None
    if not isinstance(data, dict):
        return [*found, f"{name}: is not a mapping at the top"], None
    if data.get("id") != name:
        found.append(f"{name}: the id is {data.get('id')!r}")
    found += [f"{name}: lacks {key}" for key in ("title", "licence_note", "sources") if not data.get(key)]
    if len(data.get("sources") or []) < 2:
        found.append(f"{name}: names fewer than two sources")
    return found, data


def _same(what: str, got: object, want: object) -> Iterator[str]:
    if got == want:
        return
    if isinstance(got, (set, list)) and isinstance(want, (set, list)):
        extra, lost = [item for item in got if item not in want], [item for item in want if item not in got]
        yield f"{what}: unexpected {sorted(map(str, extra))}, missing {sorted(map(str, lost))}"
    else:
        yield f"{what}: found {got}, expected {want}"


def _framework(name: str, data: Facts) -> Iterator[str]:
    for key in ("edition", "publisher", "status", "groups", "controls"):
        if not data.get(key):
            yield f"lacks {key}"
            return
    yield from _same("keys that are not expected", set(data) - HEAD_KEYS, set())
    if not isinstance(data["edition"], str):
        yield "edition is not text"
    if data["status"] not in ("current", "withdrawn"):
        yield f"status {data['status']!r} is neither current nor withdrawn"
    if data["status"] == "withdrawn" and data.get("superseded_by") not in ID_FORMS:
        yield "is withdrawn without a known superseded_by"
    yield from _names(data)
    yield from _places(name, data)
    yield from _titles(data)
    yield from CHECKS[name](data)


def _names(data: Facts) -> Iterator[str]:
    groups, controls = data["groups"], data["controls"]
    group_ids, control_ids = (
        [group.get("id") for group in groups],
        [control.get("id") for control in controls],
    )
    for what, items in (("group", group_ids), ("control", control_ids)):
        for item, count in Counter(items).items():
            if count > 1:
                yield f"{what} id {item} occurs {count} times"
            if not isinstance(item, str) or not item or item != item.strip():
                yield f"{what} id {item!r} is not clean text"
    yield from (f"{item} is both a group and a control" for item in set(group_ids) & set(control_ids))
    used = {control.get("group") for control in controls} | {group.get("parent") for group in groups}
    yield from (f"group {item} is empty" for item in group_ids if item not in used)


def _places(name: str, data: Facts) -> Iterator[str]:
    groups, controls = data["groups"], data["controls"]
    known = {control.get("id") for control in controls}
    seen: set[object] = set()
    for group in groups:
        if group.get("parent") is not None and group["parent"] not in seen:
            yield f"group {group['id']}: parent {group['parent']} does not come before it"
        seen.add(group["id"])
    allowed = {"id", "title", "group"} | CONTROL_KEYS.get(name, set())
    for control in controls:
        if control.get("group") not in seen:
            yield f"{control['id']}: group {control.get('group')!r} does not exist"
        if control.get("parent") is not None and control["parent"] not in known - {control["id"]}:
            yield f"{control['id']}: parent {control['parent']!r} does not exist"
        if not re.fullmatch(ID_FORMS[name], str(control["id"])):
            yield f"{control['id']!r} does not have the form of an id of this framework"
        if set(control) - allowed:
            yield f"{control['id']}: has {sorted(set(control) - allowed)}"


def _titles(data: Facts) -> Iterator[str]:
    for item in data["groups"] + data["controls"]:
        title = item.get("title")
        if not isinstance(title, str) or not title.strip() or title != " ".join(title.split()):
            yield f"{item.get('id')}: title {title!r} is empty or has stray spaces"
        elif data["publisher"] in ("ISO/IEC", "AICPA") and (
            len(title) > 110 or re.search(r"\b(shall|should)\b", title) or title.endswith(".")
        ):
            yield f"{item['id']}: title reads like control text, not a short title"


def _ids(data: Facts) -> list[str]:
    return [control["id"] for control in data["controls"]]


def _count(data: Facts, key: Callable[[Facts], object] = lambda control: control["group"]) -> dict[object, int]:
    return dict(Counter(key(control) for control in data["controls"]))


def _run(what: str, numbers: list[int]) -> Iterator[str]:
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        yield f"{what}: numbers do not run 1..{len(numbers)}"


def _groups(data: Facts, want: Callable[[Facts], str]) -> Iterator[str]:
    for control in data["controls"]:
        yield from _same(f"{control['id']} group", control["group"], want(control))


def _levels(data: Facts, top: int, below: int) -> Iterator[str]:
    yield from _same("groups at the top", sum(not group.get("parent") for group in data["groups"]), top)
    yield from _same("groups below", sum(bool(group.get("parent")) for group in data["groups"]), below)


def _iso27001_2022(data: Facts) -> Iterator[str]:
    yield from _same("controls per theme", _count(data), {"A.5": 37, "A.6": 8, "A.7": 14, "A.8": 34})
    for theme in ("A.5", "A.6", "A.7", "A.8"):
        inside = [control for control in data["controls"] if control["group"] == theme]
        yield from _run(theme, [int(control["id"].rsplit(".", 1)[1]) for control in inside])
    yield from _groups(data, lambda control: control["id"].rsplit(".", 1)[0])
    yield from _same("new", {control["id"] for control in data["controls"] if control.get("new")}, NEW_IN_2022)


def _clauses(data: Facts) -> Iterator[str]:
    yield from _same("groups", [group["id"] for group in data["groups"]], [str(n) for n in range(4, 11)])
    ids = _ids(data)
    leaves = [item for item in ids if not any(other.startswith(f"{item}.") for other in ids)]
    yield from _same("clauses, leaves", (len(ids), len(leaves)), (34, 30))
    must = {"6.1.3", "6.3", "7.5.1", "7.5.3", "9.2.2", "9.3.3", "10.2"}
    yield from _same("missing clauses", must - set(ids), set())
    for control in data["controls"]:
        heading = bool(control.get("heading_only"))
        yield from _same(f"{control['id']} heading_only", heading, control["id"] not in leaves)


def _iso27001_2013(data: Facts) -> Iterator[str]:
    yield from _same("controls", len(data["controls"]), 114)
    yield from _levels(data, 14, 35)
    want = dict(zip(range(5, 19), (2, 7, 6, 10, 14, 2, 15, 14, 7, 13, 5, 7, 4, 8), strict=True))
    yield from _same("per domain", _count(data, lambda control: int(control["id"].split(".")[1])), want)
    yield from _groups(data, lambda control: control["id"].rsplit(".", 1)[0])
    for group in data["groups"]:
        parent = group["id"].rsplit(".", 1)[0] if group["id"].count(".") == 2 else None
        yield from _same(f"{group['id']} parent", group.get("parent"), parent)


def _csf(data: Facts) -> Iterator[str]:
    yield from _levels(data, 6, 22)
    per_function = {"GV": 31, "ID": 21, "PR": 22, "DE": 11, "RS": 13, "RC": 8}
    yield from _same("per function", _count(data, lambda control: control["id"][:2]), per_function)
    want = {f"{part.split()[0]}-{int(n):02d}" for part in CSF_IDS.split(";") for n in part.split()[1:]}
    yield from _same("subcategories", set(_ids(data)), want)
    yield from _same("number of subcategories", len(data["controls"]), 106)
    yield from _groups(data, lambda control: control["id"].split("-")[0])
    for group in data["groups"]:
        if not group.get("statement"):
            yield f"group {group['id']} lacks its statement"


def _sp800_53(data: Facts) -> Iterator[str]:
    controls = data["controls"]
    base = [control for control in controls if "(" not in control["id"]]
    counts = (len(data["groups"]), len(controls), len(base), len(controls) - len(base))
    yield from _same("families, all, base, enhancements", counts, (20, 1196, 324, 872))
    yield from _same("withdrawn", sum(bool(control.get("withdrawn")) for control in controls), 182)
    yield from _same("with baselines", sum(bool(control.get("baselines")) for control in controls), 424)
    known = set(_ids(data))
    for control in controls:
        name = control["id"]
        yield from _same(f"{name} group", control["group"], name[:2])
        parent = name.split("(")[0] if "(" in name else None
        yield from _same(f"{name} parent", control.get("parent"), parent)
        went_to = [*(control.get("incorporated_into") or []), *(control.get("moved_to") or [])]
        if control.get("withdrawn") and not went_to and not control.get("withdrawn_note"):
            yield f"{name} is withdrawn but says not where it went"
        if went_to and not control.get("withdrawn"):
            yield f"{name} is not withdrawn yet names where it went"
        yield from (f"{name} went to unknown {other}" for other in went_to if other not in known)
        if not set(control.get("baselines") or []) <= {"low", "moderate", "high", "privacy"}:
            yield f"{name}: baselines {control['baselines']}"
        if control.get("withdrawn") and control.get("baselines"):
            yield f"{name} is withdrawn yet in a baseline"
    for group in data["groups"]:
        numbers = [int(control["id"].split("-")[1]) for control in base if control["group"] == group["id"]]
        yield from _run(group["id"], numbers)
    below: dict[str, list[int]] = {}
    for control in controls:
        if "(" in control["id"]:
            below.setdefault(control["id"].split("(")[0], []).append(int(control["id"].split("(")[1][:-1]))
    for name, numbers in below.items():
        yield from _run(name, numbers)


def _soc2(data: Facts) -> Iterator[str]:
    want = {
        "CC1": 5, "CC2": 3, "CC3": 4, "CC4": 2, "CC5": 3, "CC6": 8, "CC7": 5, "CC8": 1, "CC9": 2, "A1": 3,
        "C1": 2, "PI1": 5, "P1": 1, "P2": 1, "P3": 2, "P4": 3, "P5": 2, "P6": 7, "P7": 1, "P8": 1,
    }  # fmt: skip
    yield from _same("criteria per group", _count(data), want)
    yield from _groups(data, lambda control: control["id"].split(".")[0])
    coso = sorted(control["coso_principle"] for control in data["controls"] if "coso_principle" in control)
    yield from _same("COSO principles", coso, list(range(1, 18)))


def _hipaa(data: Facts) -> Iterator[str]:
    kinds = {"standard": 22, "implementation_specification": 41, "paragraph": 8}
    yield from _same("kinds", _count(data, lambda control: control.get("kind")), kinds)
    designated = Counter(control["designation"] for control in data["controls"] if "designation" in control)
    yield from _same("designations", dict(designated), {"required": 19, "addressable": 22})
    yield from _groups(data, lambda control: control["id"][:7])
    for control in data["controls"]:
        specification = control["kind"] == "implementation_specification"
        if specification and not (control.get("designation") and control.get("parent")):
            yield f"{control['id']} lacks designation or parent"
        if not specification and "designation" in control:
            yield f"{control['id']} is a {control['kind']} with a designation"


def _gdpr(data: Facts) -> Iterator[str]:
    yield from _same("articles in order", _ids(data), [f"Art. {number}" for number in range(1, 100)])
    yield from _levels(data, 11, 15)
    starts = {
        "I": 1,
        "II": 5,
        "III": 12,
        "IV": 24,
        "V": 44,
        "VI": 51,
        "VII": 60,
        "VIII": 77,
        "IX": 85,
        "X": 92,
        "XI": 94,
    }
    first: dict[str, int] = {}
    for control in data["controls"]:
        first.setdefault(control["group"].split()[1], int(control["id"].split()[1]))
    yield from _same("first article of each chapter", first, starts)


def _iso42001(data: Facts) -> Iterator[str]:
    want = {
        "A.2": 3,
        "A.3": 2,
        "A.4": 5,
        "A.5": 4,
        "A.6.1": 2,
        "A.6.2": 7,
        "A.7": 5,
        "A.8": 4,
        "A.9": 3,
        "A.10": 3,
    }
    yield from _same("controls per objective", _count(data), want)
    yield from _groups(data, lambda control: control["id"].rsplit(".", 1)[0])


CHECKS = dict(
    zip(
        ID_FORMS,
        (_iso27001_2022, _clauses, _iso27001_2013, _csf, _sp800_53, _soc2, _hipaa, _gdpr, _iso42001),
        strict=True,
    )
)


def _pairs(
    what: str, rows: list[Facts], sources: set[str], targets: set[str], *, empty: bool = False
) -> tuple[list[str], list[tuple[str, str]]]:
    wrong: list[str] = []
    pairs: list[tuple[str, str]] = []
    wrong += [f"{what}: {item} has two rows" for item, n in Counter(row["from"] for row in rows).items() if n > 1]
    for row in rows:
        source, to = row["from"], row.get("to")
        if source not in sources:
            wrong.append(f"{what}: source {source!r} does not exist")
        if not isinstance(to, list) or (not to and not empty):
            wrong.append(f"{what}: {source} maps to {to!r}")
            continue
        if len(set(to)) != len(to):
            wrong.append(f"{what}: {source} names a target twice")
        wrong += [f"{what}: {source} maps to unknown {item!r}" for item in to if item not in targets]
        wrong += [f"{what}: {source}: partial {item} is no target" for item in row.get("partial", []) if item not in to]
        pairs += [(source, item) for item in to]
    return wrong, pairs


def _mapping(name: str, data: Facts, frameworks: dict[str, Facts]) -> Iterator[str]:
    for key in ("source_framework", "target_framework", "source", "relation", "rows"):
        if not data.get(key):
            yield f"lacks {key}"
            return
    source, target = frameworks.get(data["source_framework"]), frameworks.get(data["target_framework"])
    if source is None or target is None:
        yield "source or target framework is missing or broken"
        return
    sources, targets = set(_ids(source)), set(_ids(target))
    wrong, rows = _pairs("rows", data["rows"], sources, targets)
    yield from wrong
    gone = {control["id"] for control in target["controls"] if control.get("withdrawn")}
    yield from (f"{left} maps to withdrawn {right}" for left, right in rows if right in gone)
    if name == "mapping-iso27001-2013-2022":
        yield from _editions(data, rows, sources, target)
    else:
        yield from _crosswalk(data, rows, sources, targets, frameworks)


def _editions(data: Facts, rows: list[tuple[str, str]], sources: set[str], target: Facts) -> Iterator[str]:
    targets = set(_ids(target))
    yield from _same("pairs", len(rows), 115)
    yield from _same("sources with a row", {left for left, _ in rows}, sources)
    wrong, back = _pairs("reverse_rows", data.get("reverse_rows") or [], targets, sources, empty=True)
    yield from wrong
    yield from _same("reverse rows", sorted((left, right) for right, left in back), sorted(rows))
    yield from _same("targets with a reverse row", {row["from"] for row in data["reverse_rows"]}, targets)
    new = {control["id"] for control in target["controls"] if control.get("new")}
    yield from _same("new_in_target", set(data.get("new_in_target") or []), new)
    yield from _same("targets that nothing led to", targets - {right for _, right in rows}, new)
    twice = sorted(left for left, n in Counter(left for left, _ in rows).items() if n > 1)
    yield from _same("sources with two targets", twice, ["A.18.2.3"])
    yield from (f"{old} should map to {now}" for old, now in SUCCESSORS.items() if (old, now) not in rows)


def _crosswalk(
    data: Facts,
    rows: list[tuple[str, str]],
    sources: set[str],
    targets: set[str],
    frameworks: dict[str, Facts],
) -> Iterator[str]:
    clauses = frameworks.get(data.get("clause_framework", ""))
    wrong, of_clauses = _pairs(
        "clause_rows", data.get("clause_rows") or [], set(_ids(clauses)) if clauses else set(), targets
    )
    yield from wrong
    single = [(row.get("from"), row.get("to")) for row in data.get("one_source_rows") or []]
    for row in data.get("one_source_rows") or []:
        pair = (row.get("from"), row.get("to"))
        if pair[0] not in sources or pair[1] not in targets:
            yield f"one_source_rows: {pair} does not exist"
        if not row.get("stated_by"):
            yield f"one_source_rows: {pair} says not who states it"
        if pair in rows:
            yield f"one_source_rows: {pair} is in rows too"
    if len(set(single)) != len(single):
        yield "one_source_rows holds a pair twice"
    yield from _same("pairs", (len(rows), len(single), len(of_clauses)), (418, 46, 203))
