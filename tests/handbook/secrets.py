"""A library with an SOP that few may see, and a word in everything about it that no other text has."""

from collections.abc import Iterator
from textwrap import dedent

from tests.build import complete
from tests.lifecycle.ledger import Files, digest_of
from tests.repository import GitRepository

from sopkit.git.repository import blob_id
from sopkit.model.entry import LEDGER, Entry
from sopkit.parsing.entry import entry_file_name, write_entry

ANN = "Ann Lee <ann@acme.example>"
BEN = "Ben Roy <ben@acme.example>"
MARK = "jqzw"
"""Begins every word that must not be seen; no other word holds it."""


def canary(name: str) -> str:
    """A word that stands for one place."""
    return f"{MARK}{name}"


REGISTERS: dict[str, str] = {
    "people": """
        - {key: ann, name: Ann Lee, emails: [ann@acme.example]}
        - {key: ben, name: Ben Roy, emails: [ben@acme.example]}
        """,
    "roles": """
        - {id: security-lead, title: Security lead, holders: [{person: ann}], classification: public}
        - {id: it-operations, title: IT operations, holders: [{person: ben}]}
        """,
    "policies": """
        - {id: access-policy, title: Access policy, owner: security-lead, controls: {iso27001-2022: [A.5.15]}}
        """,
    "assets": "- {id: laptop, title: Laptop, owner: it-operations, classification: internal, criticality: medium}",
    "risks": """
        - {id: RSK-001, title: Laptops are lost, owner: security-lead, controls: {iso27001-2022: [A.5.18]}}
        """,
    "vendors": "- {id: okta, title: Okta, tier: 1, owner: security-lead}",
    "glossary": "- {term: leaver, meaning: a person who leaves}",
    "exceptions": "- {id: EXC-001, sop: AC-001, what: a day later, risk: RSK-001, approver: security-lead, reason: new}",
    "external": "- {id: nist, title: A guide, owner: security-lead}",
    "actions": "- {id: ACT-001, sop: AC-001, action: try it, owner: security-lead, source: audit}",
    "soa": "- {control: A.5.18, applicable: true, reason: people come and go, owner: security-lead}",
}
SECRET_ROWS: dict[str, str] = {
    "people": f"- {{key: {canary('key')}, name: {canary('person')} Poe, emails: [{canary('mail')}@acme.example]}}",
    "roles": f"""
        - id: {canary("role")}
          title: {canary("roletitle")}
          aliases: [{canary("alias")}]
          holders: [{{person: {canary("key")}}}]
          classification: restricted
        """,
    "policies": f"- {{id: {canary('policy')}, title: {canary('policytitle')}, classification: restricted}}",
    "assets": f"- {{id: {canary('asset')}, title: {canary('assettitle')}, classification: restricted}}",
    "risks": f"- {{id: {canary('risk')}, title: {canary('risktitle')}, classification: restricted}}",
    "vendors": f"- {{id: {canary('vendor')}, title: {canary('vendortitle')}, classification: restricted}}",
    "glossary": f"- {{term: {canary('term')}, meaning: {canary('meaning')}, classification: restricted}}",
    "exceptions": f"- {{id: {canary('exception')}, sop: RX-001, what: {canary('what')}, reason: {canary('because')}}}",
    "external": f"- {{id: {canary('external')}, title: {canary('externaltitle')}, classification: restricted}}",
    "actions": f"- {{id: {canary('action')}, sop: RX-001, action: {canary('todo')}, cause: {canary('cause')}}}",
    "soa": f"- {{control: A.5.24, reason: {canary('soa')}, note: {canary('soanote')}, classification: restricted}}",
}
OPEN = "sops/access-control/ac-001-grant-access.md"
PUBLIC = "sops/access-control/ac-002-say-what-is-open.md"
CONFIDENTIAL = "sops/access-control/ac-003-lend-keys.md"
SECRET = f"sops/{canary('folder')}/rx-001-{canary('file')}.md"
BEFORE = f"sops/{canary('before')}/ac-001-{canary('oldname')}.md"


NAMED = {
    "id": "AC-001",
    "related": "[AC-002, AC-003, RX-001]",
    "requires": "RX-001",
    "supersedes": "[RX-001]",
    "assets": f"[laptop, {canary('asset')}]",
    "risks": f"[RSK-001, {canary('risk')}]",
    "vendors": f"[okta, {canary('vendor')}]",
    "policies": f"[access-policy, {canary('policy')}]",
}
"""Front matter that names what is hidden; a role that no row tells of is shown as its author wrote it."""
LINKS = dedent(f"""\
    ## References

    - ISO 27001:2022 A.5.18 Access rights
    - [The plan](../{canary("folder")}/rx-001-{canary("file")}.md#{canary("anchor")})
    - [The plan again][plan]

    [plan]: ../{canary("folder")}/rx-001-{canary("file")}.md "{canary("linktitle")}"
    """)
"""Links to what is hidden."""


def secret_text(version: str = "1.0", **keys: str) -> str:
    """An SOP with such a word in everything that can hold one."""
    own = {
        "id": "RX-001",
        "title": f"{canary('title')} plan",
        "version": f'"{version}"',
        "classification": "restricted",
        "owner": canary("role"),
        "approvers": "[security-lead]",
        "contributors": f"[{canary('role')}]",
        "policies": f"[{canary('policy')}]",
        "risks": f"[{canary('risk')}]",
        "assets": f"[{canary('asset')}]",
        "vendors": f"[{canary('vendor')}]",
        "triggers": f"[{{event: {canary('trigger')}}}]",
        "inputs": f"[{canary('input')}]",
        "outputs": f"[{canary('output')}]",
        "records": f"[{{id: {canary('record')}, name: {canary('recordname')}, where: {canary('where')}, retention: P3Y}}]",
        "time_limits": f"{{{canary('limit')}: PT7H}}",
        "audience": f"[{canary('role')}]",
        "watches": f"[{canary('watched')}/**]",
        "related": "[AC-001]",
        "supersedes": f"[{canary('superseded')}]",
        "template": f"{canary('template')}@1",
        "summary": f"{canary('summary')} in short.",
        "tags": f"[{canary('tag')}]",
        "controls": f"{{iso27001-2022: [{{id: A.5.24, strength: partial, note: {canary('controlnote')}}}]}}",
    }
    sections = "".join(
        f"## {name}\n\nThe {canary(name.lower())} of it.\n\n"
        for name in ("Purpose", "Scope", "Roles", "Inputs", "Records", "Exceptions", "References")
    )
    steps = f"""\
## Procedure

1. **{canary("actor")}**: Do the {canary("step")} <a id="{canary("anchor")}"></a>
   - Evidence: the {canary("evidence")}
   - Within: 7 hours
2. Look at ![{canary("picturetext")}]({canary("picture")}.png) and [{canary("linkwords")}](https://{canary("host")}.example/)

"""
    return complete(sections + steps, **(own | keys))


QUIZ = f"""\
sop: RX-001
for_version: ">=1.0"
questions:
  - id: first
    step: "1"
    type: single
    stem: {canary("stem")}?
    options: [{{text: {canary("option")}, correct: true, why: {canary("why")}}}, {{text: no}}]
    explain: {canary("explain")}
"""
"""The quiz about it, which no lower build may show."""


def registers(*tables: dict[str, str]) -> Files:
    """The files of registers, with the rows of all tables."""
    return {
        f"registers/{name}.yaml": "".join(f"{dedent(table[name]).strip()}\n" for table in tables) for name in REGISTERS
    }


def entry(kind: str, sop_id: str, data: str, day: str, by: str, **keys: object) -> Files:
    about = {"digest": digest_of(data), "blob": blob_id(data.encode(), "sha1")}
    made = Entry.model_validate(
        {"schema": "sopkit/entry/1", "kind": kind, "id": sop_id, **about, "by": by, "date": day, **keys}
    )
    written = write_entry(made)
    return {f"{LEDGER}/{made.id}/{entry_file_name(made, written)}": written}


def make(repository: GitRepository, links: str = LINKS, contributor: str = canary("role")) -> None:
    """The library without the secret SOP, which AC-001 names and links to; the first text of AC-001 was more secret."""
    named = '[library]\nname = "Acme"\nid_pattern = "[A-Z]{2}-\\\\d{3}"\n[handbook]\ntitle = "Acme"'
    repository.commit("2025-01-02", {"sopkit.toml": f"{named}\n", **registers(REGISTERS)}, author=ANN)
    keys = NAMED | {"contributors": f"[it-operations, {contributor}]"}
    wide = complete(links, **keys)
    before = keys | {"title": canary("oldtitle"), "classification": "restricted", "version": '"0.9"'}
    first = complete(links, **before).replace("Give people", f"{canary('oldpurpose')} give people")
    repository.commit("2025-02-01", {BEFORE: first}, author=f"{canary('oldauthor')} <ben@acme.example>")
    review = entry("review", "AC-001", first, "2025-02-02", "ann", note=canary("oldnote"))
    repository.commit("2025-02-02", review, author=ANN)
    approval = entry("approval", "AC-001", first, "2025-02-03", "ann", version="0.9", note=canary("oldapproval"))
    repository.commit("2025-02-03", approval, author=ANN)
    repository.commit("2025-03-01", {BEFORE: None, OPEN: wide}, author=BEN)
    texts = {
        OPEN: wide,
        PUBLIC: complete(id="AC-002", title="Say what is open", classification="public", related="[AC-001, RX-001]"),
        CONFIDENTIAL: complete(id="AC-003", title="Lend keys", classification="confidential"),
    }
    repository.commit("2025-03-02", dict(texts), author=BEN)
    for number, (sop_id, data) in enumerate(zip(("AC-001", "AC-002", "AC-003"), texts.values(), strict=True)):
        day = f"2025-03-1{number}"
        repository.commit(day, entry("review", sop_id, data, day, "ann", note="as it is done"), author=ANN)
        repository.commit(day, entry("approval", sop_id, data, day, "ann", version="1.0"), author=ANN)
    newer = wide.replace("- [The plan again][plan]\n", "").replace("Give people", "Give all people")
    newer = newer.replace("AC-003, RX-001]", "AC-003]").replace('version: "1.0"', 'version: "1.1"')
    repository.commit("2025-04-01", {OPEN: newer}, author=BEN)
    repository.commit("2025-04-02", entry("approval", "AC-001", newer, "2025-04-02", "ann", version="1.1"), author=ANN)


def hide(repository: GitRepository) -> None:
    """The secret SOP: two texts of it, its entries, and its rows in the registers."""
    author = f"{canary('author')} <{canary('mail')}@acme.example>"
    before = secret_text(version="0.8", title=canary("firsttitle"))
    secret = secret_text()
    commits: list[Files] = [
        {"quizzes/RX-001.yaml": QUIZ},
        {f"sops/{canary('firstfolder')}/rx.md": before, **registers(REGISTERS, SECRET_ROWS)},
        {f"sops/{canary('firstfolder')}/rx.md": None, SECRET: secret},
        {f"sops/{canary('folder')}/{canary('picture')}.png": b"\x89PNG" + MARK.encode()},
    ]
    for number, files in enumerate(commits):
        repository.commit(f"2025-05-0{number + 1}", files, author=author, message=canary("message"))
    for kind in ("review", "approval"):
        told = {"version": "1.0"} if kind == "approval" else {}
        files = entry(kind, "RX-001", secret, "2025-05-09", "ann", note=canary(f"{kind}note"), **told)
        repository.commit("2025-05-09", files, author=ANN)


def canaries(repository: GitRepository) -> Iterator[str]:
    """Every such word that stands in a file of the repository, or in the name of one, now or in the past."""
    import re

    everything = repository.git("log", "--all", "-p", "--name-only", "--format=%an %ae %B") + repository.git(
        "log", "--all", "-p", "--format="
    )
    yield from sorted(set(re.findall(rf"{MARK}\w+", everything)))
