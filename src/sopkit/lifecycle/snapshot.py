"""What the life cycle needs to know of one text of an SOP, read from its bytes."""

from dataclasses import astuple, dataclass
from hashlib import sha256

from sopkit.model.config import Config
from sopkit.model.source import Place, Source
from sopkit.text.digest import digest_text, immaterial
from sopkit.text.frontmatter import read_front_matter
from sopkit.text.parse import unreadable

_NOWHERE = Place(1, 1, 1, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One text; keys of the front matter as typed, with the library's aliases and defaults."""

    digest: str
    readable: bool
    id: str = ""
    title: str = ""
    area: str = ""
    owner: str = ""
    status: str = ""
    version: str = ""
    criticality: str = ""
    review_every: str = ""
    reviewed: str = ""  # the claimed day of the last review
    next: str = ""  # the claimed day of the next one

    @property
    def listed(self) -> tuple[object, ...]:
        """The values in the order of the fields, for storing."""
        return astuple(self)


class _Unplaced(Source):
    """Bytes of which nobody asks where they stand: working out places takes longer than reading."""

    def place(self, start: int, end: int | None = None) -> Place:
        del start, end
        return _NOWHERE


class SnapshotReader:
    """Reads texts under one configuration."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._skipped = immaterial(config)
        self._claims = config.front_matter.claims

    def read(self, data: bytes) -> Snapshot:
        """The snapshot of a text; nothing but a `raw1` digest where its front matter cannot be read."""
        source = _Unplaced(data)
        reading = None if unreadable(source, "") else read_front_matter(source, "", self.config)
        if reading is None or not reading.body_known or not reading.front.readable:
            return Snapshot(f"raw1:{sha256(data).hexdigest()}", readable=False)
        values, typed = reading.front.values, reading.front.typed
        every = values.get("review_every") or typed.get(self._claims.get("every", ""))
        return Snapshot(
            digest=digest_text(typed, data[reading.body_start :], self._skipped),
            readable=True,
            id=_text(values.get("id")),
            title=_text(values.get("title")),
            area=_text(values.get("area")),
            owner=_text(values.get("owner")),
            status=_text(values.get("status")),
            version=_text(values.get("version")),
            criticality=_text(values.get("criticality")),
            review_every=_text(every),
            reviewed=_text(typed.get(self._claims.get("reviewed", ""))),
            next=_text(typed.get(self._claims.get("next", ""))),
        )


def _text(value: object) -> str:
    """A value as one text; of a list or mapping, how Python writes it: it cannot be what was meant."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else str(value)
