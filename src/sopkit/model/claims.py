"""The controls that the front matter of an SOP claims, and what is wrong with each claim."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError

from sopkit.model.catalogue import Catalogue
from sopkit.model.control_ids import ControlMatch, MatchKind, parse_control
from sopkit.model.similarity import nearest
from sopkit.model.sop_document import Errors
from sopkit.model.source import Loc


@dataclass(frozen=True, slots=True)
class Claim:
    """One id under `controls`, as typed and as read; `loc` is where it stands in the front matter."""

    framework: str
    typed: str
    loc: Loc
    match: ControlMatch
    strength: str = "full"
    note: str = ""
    section: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The canonical ids, when they are all controls of the framework under which they stand."""
        return self.match.ids if self.match.kind is MatchKind.FOUND and self.match.framework == self.framework else ()


def claims_of(controls: object, catalogue: Catalogue, default: str) -> Iterator[Claim]:
    """Every claim in the value of `controls`; a bare list stands under the framework `default`."""
    bare = not isinstance(controls, Mapping)
    table: Mapping[Any, Any] = controls if isinstance(controls, Mapping) else {default: controls}
    for framework, entries in table.items():
        if framework not in catalogue.ids:
            continue
        above: Loc = ("controls",) if bare else ("controls", framework)
        items = entries if isinstance(entries, list) else [entries]
        for index, item in enumerate(items):
            typed = item.get("id") if isinstance(item, dict) else item
            if isinstance(typed, str):
                loc = (*above, index) if isinstance(entries, list) else above
                loc = (*loc, "id") if isinstance(item, dict) else loc
                details = item if isinstance(item, dict) else {}
                strength, note = _text(details.get("strength")) or "full", _text(details.get("note"))
                home = catalogue.framework(framework)
                control = home.by_id.get(typed) if home is not None else None
                if control is not None and not control.withdrawn:
                    match = ControlMatch(typed, MatchKind.FOUND, framework, (typed,))
                else:
                    match = parse_control(typed, catalogue, framework)
                yield Claim(framework, typed, loc, match, strength, note, _text(details.get("section")))


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class ClaimError:
    """What is wrong with a framework or an id under `controls`: error type, place, sentence, and what to write."""

    kind: str
    loc: Loc
    message: str
    replacement: str = ""
    typed: str = ""


def control_checker(catalogue: Catalogue, frameworks: tuple[str, ...]) -> Callable[[dict[str, Any]], Errors]:
    """A function that checks the control references of a document with the catalogues."""

    def check(values: dict[str, Any]) -> Errors:
        errors = []
        for error in claim_errors(values.get("controls"), catalogue, frameworks):
            context = {"message": error.message, "replacement": error.replacement, "typed": error.typed}
            # pydantic has no literal error types of ours: the names are those of the rules that take them.
            mistake = PydanticCustomError(error.kind, "{message}", context)  # type: ignore[arg-type,unused-ignore]
            errors.append(InitErrorDetails(type=mistake, loc=error.loc, input=None))
        return errors

    return check


def claim_errors(controls: object, catalogue: Catalogue, frameworks: tuple[str, ...]) -> Iterator[ClaimError]:
    """What is wrong with the value of `controls`; the first of the library's frameworks is that of a bare list."""
    if controls is None:
        return
    for framework in controls if isinstance(controls, dict) else ():
        if framework not in catalogue.ids:
            near = nearest(str(framework), list(catalogue.ids), 1, 0.3)
            advice = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(catalogue.ids)}"
            message = f"no framework `{framework}`; {advice}"
            yield ClaimError("unknown_framework", ("controls", str(framework)), message)
    claims = list(claims_of(controls, catalogue, frameworks[0] if frameworks else ""))
    claimed = {(claim.framework, control) for claim in claims for control in claim.ids}
    for claim in claims:
        error = match_error(claim.match, claim.framework) or _edition_error(claim, catalogue, frameworks)
        if error is not None:
            kind, message, replacement = error
            if (claim.framework, replacement) in claimed:
                message += ", which is claimed already; delete this one" if kind == "superseded_control" else ""
                replacement = ""
            elif replacement:
                claimed.add((claim.framework, replacement))
            yield ClaimError(kind, claim.loc, message, replacement, claim.typed)


def _edition_error(claim: Claim, catalogue: Catalogue, frameworks: tuple[str, ...]) -> tuple[str, str, str] | None:
    """What is wrong with a control under the key of an edition that the library has left for its successor."""
    newer = catalogue.heads[claim.framework].superseded_by
    if claim.framework in frameworks or newer not in frameworks:
        return None
    successors = ", ".join(parse_control(claim.ids[0], catalogue, newer).successors) if len(claim.ids) == 1 else ""
    where = f"in {newer} it is {successors}" if successors else f"name its successors in {newer}"
    return "superseded_control", f"`{claim.typed}` is of an older edition; {where}", ""


def match_error(match: ControlMatch, framework: str) -> tuple[str, str, str] | None:
    """What is wrong with a written id under a framework: error type, sentence, and what could replace it."""
    typed = match.text
    if match.kind is MatchKind.FOUND:
        if match.framework == framework:
            return None
        return "unknown_control", f"`{typed}` is of {match.framework}; write it under that framework", ""
    if match.kind in {MatchKind.SUPERSEDED, MatchKind.WITHDRAWN}:
        successors = ", ".join(match.successors)
        if match.kind is MatchKind.SUPERSEDED and match.superseded_by == framework:
            return (
                "superseded_control",
                f"`{typed}` is of an older edition; in {framework} it is {successors}",
                successors if len(match.successors) == 1 else "",  # several are several items: a person writes them
            )
        where = f"; it went to {successors}" if successors else ""
        return "unknown_control", f"`{typed}` was withdrawn{where}", ""
    if match.kind is MatchKind.AMBIGUOUS:
        choices = " or ".join(f"{control} of {of}" for of, control in match.choices)
        return "unknown_control", f"`{typed}` may be {choices}; write it under its framework", ""
    if match.kind is MatchKind.GROUP:
        return "unknown_control", f"`{typed}` is a group of controls; name the controls in it", ""
    if match.nearest:
        message = f"no control `{typed}` in {framework}; did you mean {match.nearest[0]}?"
        return "unknown_control", message, match.nearest[0]
    elsewhere = "; ".join(f"{of} has {control}" for of, control in match.choices)
    return "unknown_control", f"no control `{typed}` in {framework}{'; ' + elsewhere if elsewhere else ''}", ""
