"""What steps prove by, and the records that an SOP declares, for the rules that ask."""

from sopkit.model.sop import Sop


def shows_evidence(sop: Sop) -> bool:
    """Whether any step has an `Evidence:` part."""
    return sop.source.has(b"evidence") and any(step.evidence for step in sop.body.steps)


def declared(sop: Sop) -> tuple[str, ...]:
    """The names of the records in the front matter; none where something is wrong with them."""
    rows = sop.front.values.get("records")
    if not sop.front.readable or not isinstance(rows, list) or sop.flawed("records"):
        return ()
    names = (row.get("name") for row in rows if isinstance(row, dict))
    return tuple(name for name in names if isinstance(name, str) and name.strip())
