"""What pages tell of an SOP beside its text: whose it is, what it is bound to, in short who does what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sopkit.handbook.page import policy_path, role_path, sop_path
from sopkit.handbook.views.controls import control_page
from sopkit.model.durations import Duration

if TYPE_CHECKING:
    from sopkit.handbook.ground import Ground
    from sopkit.model.sop import Sop


@dataclass(frozen=True, slots=True)
class Value:
    """Words, the page of the handbook that tells more of them, and a remark behind them."""

    words: str
    path: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A term with what is known about it; `chips` are short names that stand in a row."""

    term: str
    values: tuple[Value, ...]
    chips: bool = False


def facts_of(ground: "Ground", sop: "Sop") -> tuple[Fact, ...]:
    """What stands at the head of the page of a text."""
    library = ground.library
    found: list[tuple[str, Iterable[Value]]] = [
        ("owner", [_role(ground, sop.text("owner"))]),
        ("approvers", [_role(ground, name) for name in library.approvers(sop)]),
        ("every", [Value(_interval(ground, sop))]),
        ("classification", [Value(_word(ground, sop.classification))]),
        ("criticality", [Value(_word(ground, sop.text("criticality")))]),
    ]
    return (*_facts(ground, found), *_controls(ground, sop))


def ties_of(ground: "Ground", sop: "Sop") -> tuple[Fact, ...]:
    """What an SOP is bound to beside controls: policies, risks, records, limits, other SOPs and so on."""
    found: list[tuple[str, Iterable[Value]]] = [
        ("triggers", triggers_of(ground, sop)),
        ("policies", [_row(ground, "policies", name, policy_path(name)) for name, _ in sop.texts("policies")]),
        ("risks", [_row(ground, "risks", name) for name, _ in sop.texts("risks")]),
        ("assets", [Value(_title(ground, "assets", name)) for name, _ in sop.texts("assets")]),
        ("vendors", [Value(_title(ground, "vendors", name)) for name, _ in sop.texts("vendors")]),
        ("records", _records(ground, sop)),
        ("limits", _limits(ground, sop)),
        ("audience", [_role(ground, name) for name, _ in sop.texts("audience")]),
    ]
    others = ("requires", "related", "supersedes", "superseded_by")
    return tuple(
        _facts(ground, [*found, *((key, [_sop(ground, name) for name, _ in sop.texts(key)]) for key in others)])
    )


def actors_of(ground: "Ground", sop: "Sop") -> tuple[Value, ...]:
    """The roles that act in the steps, in the order in which they first do."""
    if not sop.readable:
        return ()
    names = (step.actor or run.actor for run in sop.body.procedures for step in run.steps)
    return tuple(dict.fromkeys(_role(ground, " ".join(name.split())) for name in names if name))


def _facts(ground: "Ground", found: Iterable[tuple[str, Iterable[Value]]]) -> Iterator[Fact]:
    for key, values in found:
        known = tuple(value for value in values if value.words)
        if known:
            yield Fact(ground.words(f"sop.{key}"), known)


def _word(ground: "Ground", typed: str) -> str:
    """A value out of a fixed list in the language of the handbook; any other as typed."""
    key = f"sop.is_{typed}"
    return ground.words(key) if key in ground.words.texts else typed


def _role(ground: "Ground", name: str) -> Value:
    role = ground.library.role(name)
    return Value(role.title or role.id, role_path(role.id)) if role else Value(name)


def _row(ground: "Ground", register: str, key: str, path: str = "") -> Value:
    """A row that people know by its id, with its title."""
    title = _title(ground, register, key)
    known = key in ground.library.registers[register].by_key
    return Value(key if key == title else f"{key} {title}", path if known else "")


def _title(ground: "Ground", register: str, key: str) -> str:
    """The title of a row; where it has none, its key."""
    return str(getattr(ground.library.registers[register].by_key.get(key), "title", "") or key)


def _sop(ground: "Ground", name: str) -> Value:
    other = ground.by_id.get(name)
    return Value(f"{name} {other.sop.text('title')}".strip(), sop_path(name)) if other else Value(name)


def _interval(ground: "Ground", sop: "Sop") -> str:
    area, written = ground.library.area(sop), sop.text("review_every")
    return _length(ground, written or (str(area.review_every) if area else ""))


def _length(ground: "Ground", written: str) -> str:
    try:
        return ground.words.length(Duration(written))
    except ValueError:
        return written


def triggers_of(ground: "Ground", sop: "Sop") -> Iterator[Value]:
    """What sets an SOP off: events as they are written, and how often."""
    for trigger, _ in sop.mappings("triggers"):
        event, every = trigger.get("event"), trigger.get("every")
        if isinstance(event, str):
            yield Value(event)
        elif isinstance(every, str):
            yield Value(ground.words("sop.each", length=_length(ground, every)))


def _records(ground: "Ground", sop: "Sop") -> Iterator[Value]:
    for record, _ in sop.mappings("records"):
        name, where, kept = (str(record.get(key) or "") for key in ("name", "where", "retention"))
        said = [where, ground.words("sop.kept", length=_length(ground, kept)) if kept else ""]
        yield Value(name or str(record.get("id") or ""), remark=", ".join(filter(None, said)))


def _limits(ground: "Ground", sop: "Sop") -> Iterator[Value]:
    limits = sop.front.values.get("time_limits")
    for name, limit in limits.items() if isinstance(limits, dict) else ():
        if isinstance(limit, dict) and isinstance(limit.get("limit"), str):
            starts, source = limit.get("starts"), limit.get("source")
            said = [ground.words("sop.from", start=starts)] if isinstance(starts, str) else []
            said += [_word(ground, source)] if isinstance(source, str) else []
            words = f"{str(name).replace('-', ' ').replace('_', ' ')}: {_length(ground, limit['limit'])}"
            yield Value(words, remark="; ".join(said))


def _controls(ground: "Ground", sop: "Sop") -> Iterator[Fact]:
    """The controls that the text claims, a fact for each framework."""
    given = sop.front.values.get("controls")
    found: dict[str, dict[Value, None]] = {}
    for claim in ground.library.claims(sop) if given else ():
        for name in claim.ids or (claim.typed,):
            path = control_page(ground, (claim.framework, name))
            remark = "" if claim.strength == "full" else _word(ground, claim.strength)
            found.setdefault(claim.framework, {})[Value(name, path, remark)] = None
    for framework, values in found.items():
        head = ground.library.catalogue.heads[framework]
        yield Fact(head.cited_as[0] if head.cited_as else head.title, tuple(values), chips=True)
