"""The text of a new SOP with the ids and words that its library has for the same things."""

import re
from collections.abc import Iterator, Mapping

from sopkit.authoring.templates.lacking import OTHER_KEYS, ROLE_KEYS, Lacking
from sopkit.authoring.templates.starter import Starters
from sopkit.model.sop import Sop
from sopkit.parsing.yaml import flow_list, yaml_scalar


def fitted(sop: Sop, found: Lacking, starters: Starters) -> str:
    """The text, with the library's ids in the front matter and its words for roles in the body."""
    data = sop.source.data
    head, body = data[: sop.body_start], data[sop.body_start :].decode()
    for start, end, text in sorted(_edits(sop, found), reverse=True):
        head = head[:start] + text.encode() + head[end:]
    titles = [row.title for row in starters.rows["roles"].values()]
    return head.decode() + _reworded(body, found.words, titles)


def _edits(sop: Sop, found: Lacking) -> Iterator[tuple[int, int, str]]:
    for key in (*ROLE_KEYS, *OTHER_KEYS):
        ids = found.ids.get("roles" if key in ROLE_KEYS else key, {})
        texts = sop.texts(key)
        values = [ids.get(value, value) for value, _ in texts]
        if values == [value for value, _ in texts]:
            continue
        whole = sop.place((key,))
        if sop.source.data[whole.start : whole.start + 1] == b"[":  # two roles may have become one
            yield whole.start, whole.end, flow_list(tuple(dict.fromkeys(values)))
            continue
        for (value, loc), new in zip(texts, values, strict=True):
            if value != new:
                place = sop.place(loc)
                yield place.start, place.end, yaml_scalar(new)


def _reworded(body: str, words: Mapping[str, str], titles: list[str]) -> str:
    """The body with other words for some roles; the longest title wins, so that a lead is not taken for the team."""
    if not words:
        return body
    by_title = {title.casefold(): word for title, word in words.items()}
    form = "|".join(re.escape(title) for title in sorted(titles, key=len, reverse=True))

    def reworded(match: re.Match[str]) -> str:
        word = by_title.get(match[0].casefold())
        if word is None:
            return match[0]
        small = match[0][:1].islower() and not word[1:2].isupper()
        return word[:1].lower() + word[1:] if small else word

    return re.sub(rf"(?<![\w-])(?:{form})(?![\w-])", reworded, body, flags=re.IGNORECASE)
