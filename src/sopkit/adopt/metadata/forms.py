"""The forms in which documents write metadata: tables, labelled lines, badges and sentences."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from sopkit.adopt.metadata.dates import read_interval
from sopkit.adopt.metadata.labels import Confidence, MetadataValue, Statement, is_label, keys_of_label
from sopkit.adopt.metadata.values import is_placeholder, plain_text, read_roles
from sopkit.model.body import Block
from sopkit.model.sop import Sop

_MIN_TABLE_LABELS = 2
"""A table with fewer labels that we know is about something else, unless it has but one row."""
_CHANGE_COLUMNS = frozenset(
    {"change", "changes", "description", "description of change", "comment", "comments", "summary"}
)
_NUMBER = re.compile(r"\d+")


class BlockOffsets:
    """The text of a block, and the bytes at which its characters stand; cheap when asked in rising order."""

    def __init__(self, sop: Sop, block: Block) -> None:
        self.start = block.start
        self.text = sop.source.data[block.start : block.end].decode("utf-8", "replace")
        self._ascii = self.text.isascii()
        self._known = (0, block.start)

    def of(self, index: int) -> int:
        """The byte of a character."""
        if self._ascii:
            return self.start + index
        at, offset = self._known if index >= self._known[0] else (0, self.start)
        offset += len(self.text[at:index].encode("utf-8", "replace"))
        self._known = (index, offset)
        return offset


def read_metadata_table(sop: Sop, table: Block, aliases: Mapping[str, str]) -> Iterator[MetadataValue]:
    """What a table in a place of metadata tells."""
    line = sop.source.line_of(table.start)
    rows = [(row, [cell_text(sop, cell) for cell in row.children]) for row in table.children]
    rows = [(row, cells) for row, cells in rows if any(cells)]
    if not rows:
        return
    down = [(row, cells) for row, cells in rows if len(cells) > 1 and is_label(cells[0], aliases)]
    across = [cell for cell in rows[0][1] if is_label(cell, aliases)]
    if len(across) >= _MIN_TABLE_LABELS and len(rows) > 1 and not is_label(rows[1][1][0], aliases):
        names, (row, cells) = rows[0][1], rows[1]
        for name, text, cell in zip(names, cells, row.children, strict=False):
            if is_label(name, aliases):
                yield MetadataValue(name, text, cell.start, cell.end, f"column `{name}` of the table of line {line}")
        return
    if len(down) < _MIN_TABLE_LABELS and len(rows) > _MIN_TABLE_LABELS:
        return
    for row, cells in down:
        paired = len(cells) == 4 and is_label(cells[2], aliases)  # noqa: PLR2004 - `| Owner | CISO | Version | 1.0 |`
        for name, text in zip(cells[::2], cells[1::2], strict=False) if paired else [(cells[0], cells[1])]:
            if is_label(name, aliases):
                yield MetadataValue(name, text, row.start, row.end, f"row `{name}` of the table of line {line}")


def is_version_history(table: Block) -> bool:
    """Whether the columns are those of a history of versions, wherever the table stands."""
    names = {cell.text.strip(" *_:").casefold() for cell in table.children[0].children} if table.children else set()
    return bool(names & {"version", "revision", "rev"}) and "date" in names and bool(names & _CHANGE_COLUMNS)


def read_version_history(sop: Sop, table: Block, aliases: Mapping[str, str]) -> Iterator[MetadataValue]:
    """What the newest row of a history of versions tells: the version, when, and whose it is."""
    if not table.children:
        return
    names = [cell_text(sop, cell) for cell in table.children[0].children]
    columns = {keys_of_label(name, aliases)[:1]: at for at, name in enumerate(names) if keys_of_label(name, aliases)}
    version = columns.get(("version",))
    rows = [(row, [cell_text(sop, cell) for cell in row.children]) for row in table.children[1:]]
    dated = [(row, cells) for row, cells in rows if version is not None and _version_numbers(cells, version)]
    if version is None or not dated:
        return
    row, cells = max(dated, key=lambda pair: _version_numbers(pair[1], version))
    line = sop.source.line_of(row.start)
    for at, (name, text) in enumerate(zip(names, cells, strict=False)):
        keys = keys_of_label(name, aliases)
        is_date = name.casefold().strip() in {"date", "date of change", "change date", "release date"}
        if at == version or (keys and keys[0] in {"owner", "approvers"}):
            where = f"column `{name}` of the newest row of the history, line {line}"
            yield MetadataValue(name, text, row.start, row.end, where, Confidence.LIKELY)
        elif (is_date or (keys and keys[0] in {"updated", "effective"})) and not is_placeholder(text):
            where = f"date of the newest row of the history, line {line}"
            yield MetadataValue("Last updated", text, row.start, row.end, where, Confidence.LIKELY)


def cell_text(sop: Sop, cell: Block) -> str:
    """The words of a cell, those of its images included."""
    return plain_text(sop.source.data[cell.start : cell.end].decode("utf-8", "replace").strip().strip("|"))


def _version_numbers(cells: list[str], version: int) -> tuple[int, ...]:
    text = cells[version] if version < len(cells) else ""
    return tuple(int(number) for number in _NUMBER.findall(text)[:3])


_BOLD = re.compile(r"(\*\*|__)(?P<label>[^*\n]{2,60}?)[ \t]{0,4}(?::[ \t]{0,4}\1|\1[ \t]{0,4}[:\u2013\u2014])[ \t]*")
_PLAIN = re.compile(
    r"^[ \t>]*(?:[-*+][ \t]+)?[*_]?(?P<label>[^\W\d_][\w /.&-]{1,40}?)[ \t]*:[ \t]+(?=\S)", re.MULTILINE
)
_DEFINITION = re.compile(r"^(?P<label>[^\W\d_][\w /.&-]{1,40}?)[ \t]*\n[ \t]*:[ \t]+(?=\S)", re.MULTILINE)
_DATE = r"\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)? [^\W\d_]{3,9},? \d{4}|[^\W\d_]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
_PHRASE = re.compile(
    r"\b(?P<label>last (?:modified|updated|edited|revised|reviewed)|next review|effective|in force since)"
    rf"(?: by [^,|\n]{{2,40}}?)?(?: on| from| date| due)? (?P<value>{_DATE})",
    re.IGNORECASE,
)
_VERSION_PHRASE = re.compile(
    r"(?:^|[|·•(*_])[ \t]{0,4}(?P<label>version) v?(?P<value>\d{1,4}(?:\.\d{1,4}){1,2})[ \t]{0,4}(?=$|[|·•)*_,])",
    re.IGNORECASE | re.MULTILINE,
)
"""A version between lines and signs that part what is said: `Version 2.1 | Operations manual`."""
_SEPARATORS = " \t\r\n|·•;,\\"
_MAX_VALUE = 200
_MIN_LABELS = 3
"""So many labels that we know make a paragraph metadata wherever it stands."""


def read_lines(sop: Sop, block: Block, aliases: Mapping[str, str]) -> Iterator[MetadataValue]:
    """What a paragraph, or the paragraphs of a list or a quotation, tell."""
    for paragraph in (inner for inner in block.walk() if inner.kind == "paragraph"):
        yield from _read_paragraph(sop, paragraph, aliases, bold_only=False)


def read_bold_paragraphs(sop: Sop, after: int, aliases: Mapping[str, str]) -> Iterator[MetadataValue]:
    """What paragraphs of many bold labels tell, as at the end of a document."""
    for block in sop.body.root.children:
        if block.start >= after and block.kind == "paragraph":
            values = [*_read_paragraph(sop, block, aliases, bold_only=True)]
            if len({one.label for one in values}) >= _MIN_LABELS:
                yield from values


def _read_paragraph(
    sop: Sop, paragraph: Block, aliases: Mapping[str, str], *, bold_only: bool
) -> Iterator[MetadataValue]:
    at = BlockOffsets(sop, paragraph)
    bold = list(_BOLD.finditer(at.text))
    yield from _split_labels(sop, at, bold, aliases)
    if not bold_only and not bold:
        yield from _split_labels(
            sop, at, list(_PLAIN.finditer(at.text)) or list(_DEFINITION.finditer(at.text)), aliases
        )
        for match in (*_PHRASE.finditer(at.text), *_VERSION_PHRASE.finditer(at.text)):
            start, end = at.of(match.start()), at.of(match.end())
            where = f"words `{match['label']}` of line {sop.source.line_of(start)}"
            yield MetadataValue(match["label"], match["value"], start, end, where, Confidence.LIKELY)


def _split_labels(
    sop: Sop, at: BlockOffsets, labels: list[re.Match[str]], aliases: Mapping[str, str]
) -> Iterator[MetadataValue]:
    """Each label that we know with the text up to the next label, or to the end of its line."""
    text = at.text
    for number, match in enumerate(labels):
        label = plain_text(match["label"])
        if not is_label(label, aliases):
            continue
        until = labels[number + 1].start() if number + 1 < len(labels) else len(text)
        line_end = text.find("\n", match.end())
        value_end = min(until, line_end if line_end >= 0 else len(text))
        value = text[match.end() : value_end].rstrip(_SEPARATORS)
        if len(value) > _MAX_VALUE and not value.count("](") > 1:
            continue
        start, end = at.of(match.start()), at.of(match.end() + len(value))
        kind = "bold line" if match.re is _BOLD else "line"
        yield MetadataValue(
            label, plain_text(value), start, end, f"{kind} `{label}:` of line {sop.source.line_of(start)}"
        )


_SITE = r"https?://(?:img\.shields\.io|(?:flat\.)?badgen\.net)/"
_BADGE = re.compile(
    rf"!\[(?P<alt>[^\]]{{0,200}})\]\((?P<link>{_SITE}[^)\s]{{1,500}})[^)]{{0,200}}\)"
    rf"|<img\b[^>]{{0,300}}?\bsrc=[\"'](?P<src>{_SITE}[^\"']{{1,500}})[\"'][^>]{{0,300}}>",
    re.IGNORECASE,
)
_ALT = re.compile(r"\balt=[\"']([^\"']*)[\"']", re.IGNORECASE)


def read_badges(sop: Sop, block: Block, aliases: Mapping[str, str]) -> Iterator[MetadataValue]:
    """What the badges of a block tell, by the words in their addresses or else their alternative text."""
    at = BlockOffsets(sop, block)
    for match in _BADGE.finditer(at.text):
        words = _split_badge(match["link"] or match["src"])
        if words is None:
            continue
        alt = match["alt"] or (found[1] if (found := _ALT.search(match[0])) else "")
        label = next((one for one in (words[0], plain_text(alt)) if is_label(one, aliases)), None)
        if label is None:
            continue
        start, end = at.of(match.start()), at.of(match.end())
        yield MetadataValue(label, words[1], start, end, f"badge `{label}` of line {sop.source.line_of(start)}")


def _split_badge(address: str) -> tuple[str, str] | None:
    """The label and the message of a badge, or None when its address holds none."""
    parts = urlsplit(address.replace("&amp;", "&"))
    query = parse_qs(parts.query)
    if "message" in query:
        return query.get("label", [""])[0], query["message"][0]
    kind, _, rest = parts.path.strip("/").partition("/")
    if kind != "badge":
        return None
    if "/" in rest:  # badgen: /badge/label/message/colour
        pieces = [unquote(piece) for piece in rest.split("/")]
        return (pieces[0], pieces[1]) if len(pieces) > 1 else None
    pieces = [  # `--` is a dash, `__` an underscore, `_` a space
        re.sub(r"(?<!_)_(?!_)", " ", unquote(piece).replace("--", "-")).replace("__", "_").strip()
        for piece in re.split(r"(?<!-)-(?!-)", rest)
    ]
    return (pieces[0], "-".join(pieces[1:-1])) if len(pieces) > 2 else None  # noqa: PLR2004 - with a colour


_DOCUMENT = r"(?:document|policy|procedure|plan|runbook|playbook|standard|SOP|guide|guideline|process)(?:['\u2019]s)?"
_WORD = r"[\w\u2019'-]+"
_FREQUENCY = (
    r"(?:(?:at least |at a minimum )?(?:semi-?annually|annually|yearly|quarterly|monthly|once (?:a|every|per) \w+"
    r"|every (?:\w+ )?(?:months?|years?|weeks?|quarters?)|twice (?:a|per) year)"
    r"|on (?:an?|at least an) (?:annual|yearly|quarterly|monthly|semi-?annual) basis)"
)
_REVIEW_SENTENCE = re.compile(
    rf"\b(?:this|the)\b(?: {_WORD}){{0,4}}? {_DOCUMENT}\b(?: {_WORD}){{0,3}}?"
    rf" (?:is|are|shall be|must be|will be|should be) (?:formally |also )?(?:reviewed|re-?reviewed|reassessed)"
    rf"(?: and (?:\w+ )?(?:updated|approved|revised))?(?:,? {_WORD}){{0,5}}?,? (?P<often>{_FREQUENCY})",
    re.IGNORECASE,
)
_OWNER_SENTENCE = re.compile(
    rf"(?P<who>(?-i:[^\W\d_a-z])[^.,;:\n]{{2,60}}?) (?:is|are) (?:responsible|accountable) for (?:the )?"
    rf"(?:(?:annual|regular|periodic) )?(?:reviewing|review|maintaining|maintenance|updating|owning|keeping)"
    rf"(?: and (?:updating|reviewing|maintaining|update|maintenance))?(?: of)? (?:this|the)"
    rf"(?: {_WORD}){{0,4}}? {_DOCUMENT}\b(?:[^.\n]{{0,60}}? (?P<often>{_FREQUENCY}))?",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"^.*?[\w](?:['\u2019]s|s['\u2019]) (?=\S)|^(?:the|our|a) ", re.IGNORECASE)


def read_sentences(sop: Sop) -> Iterator[Statement]:
    """What sentences of the body say; all of it is a guess."""
    prose = sop.body.prose
    for match in _REVIEW_SENTENCE.finditer(prose.text):
        yield from _interval_statement(sop, match)
    for match in _OWNER_SENTENCE.finditer(prose.text):
        roles = read_roles(_POSSESSIVE.sub("", match["who"].strip()))
        if roles.ids and roles.confidence is Confidence.CERTAIN and len(roles.ids) == 1:
            start, end = prose.span(*match.span())
            how = f"sentence of line {sop.source.line_of(start)}"
            yield Statement("owner", roles.ids[0], start, end, how, Confidence.GUESS, roles.note, within=True)
        if match["often"]:
            yield from _interval_statement(sop, match)


def _interval_statement(sop: Sop, match: re.Match[str]) -> Iterator[Statement]:
    interval, note = read_interval(match["often"])
    if interval:
        start, end = sop.body.prose.span(*match.span())
        how = f"sentence of line {sop.source.line_of(start)}"
        yield Statement("review_every", interval, start, end, how, Confidence.GUESS, note, within=True)
