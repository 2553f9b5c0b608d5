"""The corpus adopted in memory, and scores of sections and steps as tests/corpus/adoption.yaml counts them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sopkit.adopt.adoption import AdoptOptions, build_plan
from sopkit.adopt.decisions import Decisions
from sopkit.adopt.plan import AdoptedDraft
from sopkit.frameworks.loader import load_catalogue
from sopkit.library import Library, load, sop_reader
from sopkit.model.body import Step
from sopkit.model.config import Config
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_words

CORPUS = Path(__file__).parents[1] / "corpus"
AS_OF = date(2026, 11, 24)
WORDS = 6


@cache
def expectations() -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = yaml.safe_load((CORPUS / "adoption.yaml").read_text("utf-8"))
    return read


def empty_library(root: Path, config: str = "") -> Library:
    root.mkdir(parents=True, exist_ok=True)
    (root / "sopkit.toml").write_text(config)
    return load(root, AS_OF)


def adopted(root: Path) -> dict[str, tuple[AdoptedDraft, Sop]]:
    """Each document of the corpus as a draft, alone and in memory, read as the library reads it afterwards."""
    library = empty_library(root)
    found = {}
    for name, expected in expectations().items():
        plan = build_plan((CORPUS / expected["path"],), library, AdoptOptions(), Decisions())
        (draft,) = plan.drafts
        found[name] = (draft, reader(draft)(draft.target, draft.after))
    return found


def reader(draft: AdoptedDraft) -> Any:
    config = Config.model_validate({"front_matter": {"extra": draft.extra}})
    return sop_reader(config, load_catalogue())


@dataclass(frozen=True)
class Score:
    """A score from 0 to 1, and what it lost it for."""

    value: float
    lost: tuple[str, ...]


def sections(expected: Mapping[str, Any], draft: AdoptedDraft, sop: Sop) -> Score:
    lost = []
    wanted: dict[str, Any] = expected["sections"]
    for heading, places in wanted.items():
        allowed = places if isinstance(places, list) else [places]
        found = _lead_place(draft, sop) if heading == "(lead)" else _place(heading, sop)
        if not set(found) & set(allowed):
            lost.append(f"{heading}: {' and '.join(found) or 'nowhere'} for {' or '.join(allowed)}")
    return Score(1 - len(lost) / len(wanted), tuple(lost))


def _place(heading: str, sop: Sop) -> tuple[str, ...]:
    title = sop.body.title
    if title is not None and plain(title.text) == plain(heading):
        return ("(title)",)
    at = [one.start for one in sop.body.headings if plain(one.text) == plain(heading)]
    found = [name for start in at for name in _section_at(sop, start)]
    return tuple(found) if at else ()


def _section_at(sop: Sop, start: int) -> tuple[str, ...]:
    names = [
        name for section in sop.body.sections if section.heading.start <= start < section.end for name in section.names
    ]
    return tuple(names) or ("(kept)",)


def _lead_place(draft: AdoptedDraft, sop: Sop) -> tuple[str, ...]:
    """The section in which the first paragraph of prose stands that the source has above its first other heading."""
    source = reader(draft)("source.md", draft.before)
    body = source.body
    first = next((one for one in body.headings if body.title is None or one.start > body.title.start), None)
    if draft.plan_lines and body.headings and body.title is None and plain(body.headings[0].text) == plain(draft.title):
        first = body.headings[1] if len(body.headings) > 1 else None
    start = body.title.end if body.title else body.root.start
    end = first.start if first else body.root.end
    lead = [block for block in body.root.children if block.kind == "paragraph" and start <= block.start < end]
    texts = [source.source.data[block.start : block.end].strip() for block in lead if len(block.text) > 40]
    for text in texts:
        at = sop.source.data.find(text)
        if at >= 0:
            return _section_at(sop, at)
    return ()


def steps(expected: Mapping[str, Any], sop: Sop) -> Score:
    groups = expected["steps"]
    wanted = [
        (plain(group["under"]), first_words(text))
        for group in groups
        if not group.get("optional")
        for text in group["steps"]
    ]
    optional = {first_words(text) for group in groups if group.get("optional") for text in group["steps"]}
    heads = {first_words(group["under"]) for group in groups}
    texts = [text for _, text in wanted]
    left = list(texts)
    surplus = []
    for step in _made(sop, texts):
        text = first_words(step.text) if not step.actor else first_words(f"{step.actor} {step.text}")
        forms = {text, first_words(step.text), first_words(f"{step.actor}: {step.text}")}
        hit = next((one for one in left if any(alike(one, form) for form in forms)), None)
        if hit is not None:
            left.remove(hit)
        elif not any(alike(one, form) for form in forms for one in (*optional, *heads)):
            surplus.append(step.text[:60])
    lost = [f"missing: {text}" for text in left] + [f"surplus: {text}" for text in surplus]
    if not wanted:
        return Score(0.0 if surplus else 1.0, tuple(lost))
    found = len(wanted) - len(left)
    made = found + len(surplus)
    precision = found / made if made else 0.0
    recall = found / len(wanted)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(f1, tuple(lost))


def _made(sop: Sop, texts: list[str]) -> Iterator[Step]:
    """The steps of the draft, without those below an expected one."""
    for procedure in sop.body.procedures:
        for step in procedure.steps:
            yield from _walk(step, texts)


def _walk(step: Step, texts: list[str]) -> Iterator[Step]:
    yield step
    forms = {first_words(step.text), first_words(f"{step.actor} {step.text}")}
    if not any(alike(one, form) for form in forms for one in texts):
        for child in step.children:
            yield from _walk(child, texts)


def plain(text: str) -> str:
    return heading_words(re.sub(r"[`*_]", "", text)) or text


def first_words(text: str) -> str:
    text = re.sub(r"^\s*(?:step\s+\d+\s*[:.–-]*|\d+[.)]\s+|\[[ x]\]\s*)", "", text, flags=re.IGNORECASE)
    kept = "".join(char for char in text if unicodedata.category(char) not in {"So", "Cf", "Mn"})
    kept = re.sub(r"[*_`:]", "", kept.replace("’", "'")).casefold()
    return " ".join(kept.split()[:WORDS])


def alike(one: str, other: str) -> bool:
    """Whether two beginnings of a step are the same as far as both go."""
    one, other = (" ".join(text.split()) for text in (one, other))
    return bool(other) and (
        one == other or (one.startswith(other) and len(other.split()) >= 2) or other.startswith(one)
    )


def words(data: bytes) -> list[str]:
    """The words of a document; the level of an HTML heading is none."""
    return re.findall(r"\w+", re.sub(r"</?h[1-6]\b", "<", data.decode("utf-8", "replace")))
