"""A text that names nothing in its front matter which a reader group may not see."""

from dataclasses import replace

from sopkit.handbook.cut.registers import Seen
from sopkit.model.config import Config
from sopkit.model.registers import REFERENCE_KEYS
from sopkit.model.sop import FrontMatterReading, Sop
from sopkit.model.source import Places


def cut_text(sop: Sop, seen: Seen, config: Config) -> Sop:
    """The same text; its front matter is without the ids of what may not be named. The body stays its author's.

    Where its keys stand is forgotten, which is most of what was read: pages do not tell it.
    """
    aliases = config.front_matter.aliases

    def read(_: Sop) -> FrontMatterReading:
        reading = sop.read(sop)
        front = reading.front
        values = {key: _cut(key, value, seen) for key, value in front.values.items()}
        typed = {key: _cut(aliases.get(key, key), value, seen) for key, value in front.typed.items()}
        cut = replace(front, values=values, typed=typed, places=Places(), key_places=Places())
        return replace(reading, front=cut)

    return replace(sop, read=read)


def _cut(key: str, value: object, seen: Seen) -> object:
    what = REFERENCE_KEYS.get(key)
    if what is None:
        return value
    if isinstance(value, list):
        return [item for item in value if not isinstance(item, str) or seen.may_name(what, item)]
    return "" if isinstance(value, str) and value and not seen.may_name(what, value) else value
