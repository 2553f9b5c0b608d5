"""A framework as an OSCAL catalog: ids, titles and groups, and the successors of withdrawn controls."""

from collections import defaultdict

from sopkit.exports.oscal.elements import (
    DocumentHead,
    JsonObject,
    build_document,
    drop_empty,
    drop_empty_properties,
    escape_line,
    make_tokens,
    oscal_property,
    sopkit_property,
    sort_keys,
)
from sopkit.model.frameworks import Control, ControlGroup, Framework

_CONTROLS = "\ncontrols"  # behind the id of a group: those of its controls that stand beside groups; no id has it


def build_catalog(framework: Framework, modified: str) -> JsonObject:
    """The catalog of a framework."""
    properties = drop_empty_properties(
        sopkit_property("framework", framework.id),
        sopkit_property("status", framework.status),
        sopkit_property("superseded-by", framework.superseded_by or ""),
    )
    more: JsonObject = {"props": properties, "remarks": escape_line(f"Ids and titles only. {framework.licence_note}")}
    tree = _CatalogTree(framework)
    head = DocumentHead(framework.title, framework.edition, modified, more)
    return build_document("catalog", head, {"groups": [tree.group(group) for group in tree.groups[None]]})


def framework_tokens(framework: Framework) -> dict[str, str]:
    """The tokens of a framework's controls and groups, by their ids."""
    controls = (control.id for control in framework.controls)
    groups = (group.id for group in framework.groups)
    beside = (f"{group.id}{_CONTROLS}" for group in framework.groups)
    return make_tokens((*controls, *groups, *beside), lower=framework.lower_in_oscal)


class _CatalogTree:
    """Groups and controls, each below what it is a part of."""

    def __init__(self, framework: Framework) -> None:
        self.title = framework.title
        self.tokens = framework_tokens(framework)
        self.sort_keys = sort_keys(self.tokens.values())
        named = (f"{self.tokens[control.id]}_smt" for control in framework.controls)
        self.statements = make_tokens(named, taken=self.tokens.values())
        self.groups: defaultdict[str | None, list[ControlGroup]] = defaultdict(list)
        self.controls: defaultdict[str, list[Control]] = defaultdict(list)
        self.parts: defaultdict[str, list[Control]] = defaultdict(list)
        for group in framework.groups:
            self.groups[group.parent].append(group)
        for control in framework.controls:
            within = self.controls[control.group] if control.parent is None else self.parts[control.parent]
            within.append(control)
        self._open_circles(framework)

    def _open_circles(self, framework: Framework) -> None:
        """Put controls that are parts of themselves beside each other: no way leads to them from a group."""
        reached = [control for controls in self.controls.values() for control in controls]
        for control in reached:  # grows on the way
            reached += self.parts[control.id]
        names = {control.id for control in reached}
        for control in framework.controls:
            if control.id not in names:
                self.controls[control.group].append(control)
                self.parts[control.id] = []

    def group(self, group: ControlGroup) -> JsonObject:
        """A group with all that it holds."""
        inner = [self.group(part) for part in self.groups[group.id]]
        controls = [self._control(control) for control in self.controls[group.id]]
        if inner and controls:  # OSCAL has groups or controls in a group, never both
            token = self.tokens[f"{group.id}{_CONTROLS}"]
            inner = [{"id": token, "title": escape_line(group.title) or token, "controls": controls}, *inner]
            controls = []
        return self._named(group, props=self._names(group.id), groups=inner, controls=controls)

    def _control(self, control: Control) -> JsonObject:
        gone = oscal_property("status", "withdrawn" if control.withdrawn else "", control.withdrawn_note or "")
        # The part that OSCAL asks for in every control; the text itself is not ours to give.
        statement = {
            "id": self.statements[f"{self.tokens[control.id]}_smt"],
            "name": "statement",
            "prose": escape_line(f"See {control.id} of {self.title} for the text."),
        }
        links = [
            {"href": f"#{self.tokens[successor]}", "rel": rel}
            for rel, successors in (("incorporated-into", control.incorporated_into), ("moved-to", control.moved_to))
            for successor in successors
        ]
        return self._named(
            control,
            props=[*self._names(control.id), *drop_empty_properties(gone)],
            links=links,
            parts=[] if control.withdrawn else [statement],
            controls=[self._control(part) for part in self.parts[control.id]],
        )

    def _named(self, what: ControlGroup | Control, **more: object) -> JsonObject:
        token = self.tokens[what.id]
        return drop_empty({"id": token, "title": escape_line(what.title) or token, **more})

    def _names(self, written: str) -> list[JsonObject]:
        return drop_empty_properties(
            oscal_property("label", written), oscal_property("sort-id", self.sort_keys[self.tokens[written]])
        )
