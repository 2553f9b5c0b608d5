"""A library of somebody who wants the handbook to run what they wrote: in every place that takes a text."""

import json
from pathlib import Path

from tests.lifecycle.ledger import PEOPLE, approval, review
from tests.repository import CAT, GitRepository

RUN = "window.pwned=1"
TEXTS = {
    "script": f"<script>{RUN}</script>",
    "broken script": f"</title></style></textarea></script><script>{RUN}</script>",
    "handler": f'"><img src=x onerror="{RUN}">',
    "quote": f"' onmouseover='{RUN}' autofocus onfocus='{RUN}' x='",
    "address": f'[here](javascript:{RUN}) <a href="java&#x09;script:{RUN}">x</a>',
    "data": "![x](data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==)",
    "svg": f"<svg><script>{RUN}</script><a xlink:href='javascript:{RUN}'><text>x</text></a><animate onbegin={RUN}></svg>",
    "template": "{{7*7}} {% for x in y %} ${7*7} #{7*7}",
    "direction": "\u202egpj.exe\u202c \u2066\u2067\u061c\u200f",
    "comment": f"--><script>{RUN}</script><!--",
    "style": "<style>*{display:none}</style><p style='position:fixed;inset:0'>over</p>",
    "control": "a\x7fb\u0085c\u2028d\ufeffe",
    "cdata": f"]]><script>{RUN}</script>",
    "frame": "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe><base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
}
ALL = " ".join(TEXTS.values())


def _yaml(text: str) -> str:
    """A text as a YAML scalar, or as a TOML string."""
    pieces = (json.dumps(char)[1:-1] if char <= "\uffff" else f"\\U{ord(char):08x}" for char in text)
    return f'"{"".join(pieces)}"'.replace("\x7f", "\\u007f")


def sop(text: str, sop_id: str = "AC-001") -> str:
    """An SOP with a text in every field and every part of its body, else complete."""
    said = _yaml(text)
    return f"""\
---
id: {sop_id}
title: {said}
version: "1.0"
status: active
area: access-control
owner: lead
approvers: [ciso]
contributors: [lead]
summary: {said}
criticality: medium
effective: 2024-01-05
tags: [{said}]
language: {said}
controls:
  iso27001-2022: [{{id: A.5.18, strength: partial, note: {said}}}]
policies: [POL-01, {said}]
risks: [RSK-001, {said}]
assets: [okta, {said}]
vendors: [acme, {said}]
related: [{said}]
watches: [{said}]
triggers:
  - event: {said}
records:
  - {{id: ticket, name: {said}, where: {said}, retention: P3Y}}
time_limits:
  {said}: {{limit: PT4H, starts: {said}, source: policy}}
audience: [lead, {said}]
{_yaml(text[:60])}: {said}
---

# {text}

## Purpose

{text}

- {text}

| a | b |
| --- | :-: |
| {text.replace("|", "/")} | x |

```html
{text}
```

## Scope {text}

{text} <a id="x" onclick="{RUN}">anchor</a> <b id="content">b</b> <form action="//evil.example"><input name=q></form>

![{text[:40]}](picture.svg "{text[:20]}") ![x](javascript:{RUN}) <img src="picture.svg" onload="{RUN}">

## Roles

- **Team lead**: {text}

## Inputs

- {text}

## Procedure

1. **Team lead**: {text}
   - Evidence: {text}
   - If {text}, then go to step 2.
   - Note: {text}
2. **{text[:50]}**: Do it within 4 hours.

## Records

- {text}

## References

- [{text[:30]}](javascript:{RUN}) <{RUN}>
- [other](/x/{text[:10].replace("(", "")}.md)
"""


def registers(text: str) -> dict[str, str | bytes | None]:
    """Registers with a text in every cell that takes one."""
    said = _yaml(text)
    rows = {
        "people": PEOPLE + f"- {{key: fay, name: {said}, emails: [fay@acme.example]}}\n",
        "roles": f"- {{id: lead, title: Team lead, aliases: [{said}], holders: [{{person: ben}}, {{person: fay}}]}}\n"
        f"- {{id: ciso, title: {said}, holders: [{{person: cat}}]}}\n",
        "policies": f"- {{id: POL-01, title: {said}, owner: lead, location: {said}, controls: {{iso27001-2022: [A.5.15]}}}}\n",
        "risks": f"- {{id: RSK-001, title: {said}, owner: lead, likelihood: likely, impact: severe, treatment: mitigate}}\n",
        "assets": f"- {{id: okta, title: {said}, kind: {said}, owner: lead, classification: internal}}\n",
        "vendors": f"- {{id: acme, title: {said}, tier: 1, owner: lead, data: {said}}}\n",
        "glossary": f"- {{term: {said}, meaning: {said}, aliases: [{said}], avoid: [{said}]}}\n- {{term: lead, meaning: {said}}}\n",
        "exceptions": f"- {{id: EXC-001, sop: AC-001, what: {said}, approver: ciso, from: 2024-01-01, until: 2027-01-01, reason: {said}}}\n",
        "external": f"- {{id: EXT-001, title: {said}, edition: {said}, publisher: {said}, owner: lead}}\n",
        "actions": f"- {{id: ACT-001, source: audit, cause: {said}, action: {said}, owner: lead, due: 2027-01-01, sop: AC-001}}\n",
        "soa": f"- {{control: A.5.18, applicable: true, reason: {said}, owner: lead, note: {said}}}\n"
        f"- {{control: A.5.19, applicable: false, reason: {said}}}\n",
    }
    return {f"registers/{name}.yaml": data for name, data in rows.items()}


def library(root: Path, text: str = ALL) -> Path:
    """The library as a repository, its SOP reviewed and approved, and a second one that nobody approved."""
    name = "".join(sign for sign in text if sign not in "/\0\n")[:60].encode()[:200].decode("utf-8", "ignore")
    path = f"sops/access-control/ac-001-{name}.md"
    repository = GitRepository.start(root)
    config = f"[library]\nname = {_yaml(text)}\n[handbook]\ntitle = {_yaml(text)}\nfeedback = {_yaml('https://acme.example/' + text)}\n"
    picture = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'><script>{RUN}</script></svg>"
    repository.commit("2024-02-01", {"sopkit.toml": config, **registers(text)}, author=CAT)
    author = f"{text.replace('<', '(').replace('>', ')')[:80]} <ben@acme.example>".replace("\n", " ")
    first = sop("Calm words.")
    second = sop(text)
    files: dict[str, str | bytes | None] = {path: first, "sops/access-control/picture.svg": picture}
    repository.commit("2024-02-02", files, author=author, message=text)
    repository.commit("2024-03-01", review("2024-03-01", first, note=text), author="Ben Roy <ben@acme.example>")
    repository.commit("2024-03-02", approval("2024-03-02", first, note=text), author=CAT, message=text)
    repository.commit("2024-04-01", {path: second}, author=author, message=text)
    repository.commit("2024-04-02", review("2024-04-02", second, note=text), author="Ben Roy <ben@acme.example>")
    repository.commit("2024-04-03", approval("2024-04-03", second, note=text), author=CAT, message=text)
    repository.commit("2024-04-04", {"sops/access-control/ac-002.md": sop(text, "AC-002")}, author=author)
    return root
