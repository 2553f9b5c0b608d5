"""The past of an SOP in the language of the handbook."""

from typing import TYPE_CHECKING

from sopkit.lifecycle.change_summary import MAX_NAMES

if TYPE_CHECKING:
    from sopkit.handbook.language import Words
    from sopkit.handbook.past.changes import Changed
    from sopkit.handbook.past.history import Row
    from sopkit.lifecycle.change_summary import PartChange


def changed_words(say: "Words", changed: "Changed") -> str:
    """Which parts changed: `step 10 changed; sections Scope, Metrics changed`."""
    return "; ".join(_fate(say, fate) for fate in changed.fates) or say("sop.no_words")


def row_words(say: "Words", row: "Row") -> str:
    """What happened, in a word or two."""
    if row.what == "written" and not row.before:
        return say("sop.first_row")
    said = say(f"sop.{row.what}_row")
    if row.what != "reviewed" or not row.outcome:
        return said
    key = f"sop.is_{row.outcome}"
    return f"{said}: {say(key) if key in say.texts else row.outcome}"


def _fate(say: "Words", fate: "PartChange") -> str:
    names = [name.replace("_", " ") if fate.part == "key" else name for name in fate.names]
    more = len(names) - MAX_NAMES
    listed = ", ".join(names[:MAX_NAMES] if more > 1 else names)
    listed = say("sop.and_more", more, names=listed) if more > 1 else listed
    how = say(f"sop.how_{fate.how}")
    return say(f"sop.fate_{fate.part}", len(names), names=listed, how=how)
