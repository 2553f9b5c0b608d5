"""A library with a small template of its own, and drafts from it."""

from pathlib import Path

from tests.authoring.templates.filled import AS_OF
from tests.build import write

from sopkit.authoring.request import SopRequest
from sopkit.authoring.templates.draft import Draft, draft_sop
from sopkit.library import Library, load
from sopkit.parsing.template import find_template

PLANTS = """\
---
version: "1.2"
title: Water the plants
area: access-control
owner: it-operations-lead
approvers: [security-lead]
summary: No plant dries out.
controls:
  iso27001-2022: [A.7.5]
decisions:
  can:
    ask: where the can stands
    example: kitchen
---
---
{{ head }}
contributors: [it-operations, security-lead]
policies: [access-control-policy]
{{ controls }}
risks: [data-loss]
assets: [backups]
records:
  - {id: can-list, name: Can list, where: {{ decide("can") | quoted }}, retention: P1Y}
audience: [everyone]
---

# {{ title }}

## Roles

| Role | Does |
| --- | --- |
| IT operations | waters |
| Security lead and line manager | look on |

## Procedure

1. **IT operations**: Water the plants at {{ organisation }}; the can stands in {{ decide("can") }}.
2. **IT operations lead**: Tell the security lead, IT operations and the head of engineering.

## References

{{ control_references }}
* SOP: {{ sop("offboarding", "the offboarding procedure") }}
"""
ROLE = "- id: {id}\n  title: {title}\n"
IN_AREA = "sops/access-control"


def library(root: Path, **files: str | bytes) -> Library:
    """A library with the template `plants` and these files."""
    write(root, "templates/plants.md", PLANTS)
    for name, content in {"sopkit.toml": "", **files}.items():
        write(root, name, content)
    return load(root, AS_OF)


def drafted(there: Library, *, template: str = "plants", **wishes: str) -> Draft:
    return draft_sop(there, find_template(there.root, template), SopRequest(**wishes))  # type: ignore[arg-type]


def front(there: Library, made: Draft) -> dict[str, object]:
    sop = there.read(made.path, made.text.encode())
    assert sop.reading == ()
    return sop.front.typed
