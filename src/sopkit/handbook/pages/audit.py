"""The view of auditors, as a page and as data."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby

from sopkit.handbook.audit.commands import allowed_signers
from sopkit.handbook.audit.document import ApprovalRow, CarriedRow, ControlRow, audit_json
from sopkit.handbook.audit.gather import audit_of
from sopkit.handbook.ground import Ground
from sopkit.handbook.html import write
from sopkit.handbook.language import Words
from sopkit.handbook.page import AUDIT, AUDIT_DATA, SIGNERS, MenuItem, Page, PageKind
from sopkit.handbook.past.approved import person
from sopkit.handbook.site.data import written
from sopkit.handbook.views.controls import control_page
from sopkit.lifecycle.verify_report import SignatureStatus
from sopkit.model.entry import EvidenceLevel
from sopkit.model.sop_document import Classification

_MOST = 12
"""How many SOPs are named that carry a control out; the page of the control has all."""


def _pages(ground: Ground) -> Iterator[Page]:
    """Both name people and their entries, so a handbook for everyone has neither."""
    if ground.standings.judged is not None and ground.asked.classification is not Classification.PUBLIC:
        yield Page(AUDIT, partial(_write, ground))
        yield Page(AUDIT_DATA, partial(_write_data, ground))
        if keys := allowed_signers(ground):
            yield Page(SIGNERS, partial(str, keys))


def _write(ground: Ground) -> str:
    audit = audit_of(ground)
    levels = {str(level): sum(row.level == level for row in audit.approvals) for level in EvidenceLevel}
    by_framework = groupby(audit.controls, key=lambda row: row.framework)
    return write(
        ground,
        AUDIT,
        "audit.html.j2",
        ground.words("audit.title"),
        audit=audit,
        has_keys=bool(allowed_signers(ground)),
        claims=partial(_claims, ground.words, {row.id: row for row in audit.approvals}),
        levels={level: count for level, count in levels.items() if count},
        frameworks=[(ground.library.catalogue.get(name), tuple(rows)) for name, rows in by_framework],
        most=_MOST,
        page_of=lambda row: control_page(ground, (row.framework, row.control)),
        by=partial(_by, ground),
        sealed=partial(_sealed, ground),
    )


def _claims(say: Words, approved: Mapping[str, ApprovalRow], row: ControlRow) -> Iterator[tuple[CarriedRow, str]]:
    """How much of a control each SOP carries out, and on which approval that rests."""
    for one in row.sops:
        said, known = say(f"audit.strength_{one.strength}" if one.strength else "audit.planned"), approved.get(one.id)
        if one.strength and known:
            rests = say("audit.approved_on", version=known.version, day=say.day(known.approved), level=known.level)
            said = f"{said}, {rests}"
        yield one, said


def _by(ground: Ground, row: ApprovalRow) -> tuple[str, ...]:
    """Who approved a text, in which roles."""
    roles = [", ".join(ground.library.role_title(role) for role in entry.roles) for entry in row.entries]
    people = [person(ground, entry.by) for entry in row.entries]
    return tuple(f"{name} ({said})" if said else name for name, said in zip(people, roles, strict=True))


def _sealed(ground: Ground, row: ApprovalRow) -> tuple[str, ...]:
    """What the signatures of an approval are worth, in words: those in its entries, else those of the commits."""
    said = []
    for entry in row.entries:
        seal, who, where = entry.signature, entry.signer, "entry"
        if seal is SignatureStatus.NONE and entry.commit_signature is not SignatureStatus.NONE:
            seal, who, where = entry.commit_signature, entry.commit_signer, "commit"
        people = ", ".join(person(ground, key) for key in who)
        key = "audit.seal_none" if seal is SignatureStatus.NONE else f"audit.seal_{where}_{seal}"
        said.append(ground.words(key, people=people))
    return tuple(dict.fromkeys(said))


def _write_data(ground: Ground) -> str:
    return written(audit_json(audit_of(ground)))


AUDIT_PAGES = PageKind("audit", _pages, MenuItem(AUDIT, "audit.title", 9, foot=True))
