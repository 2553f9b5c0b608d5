"""The blocks of a Markdown text as HTML, with marks at the places of steps and headings.

The HTML of authors passes through as it is: whoever shows what is not `plain` sanitises it first.
"""

from dataclasses import dataclass
from html import escape

from sopkit.model.blocks import Block
from sopkit.text.marks import NO_MARK, Mark, Marks
from sopkit.text.raw_html import only_comments, tamed, without_code
from sopkit.text.running_html import RunningHtml

_LEAD = Mark("lead")
_ALERTS = frozenset({"Note", "Tip", "Important", "Warning", "Caution"})
_SIDES = {"C": ' class="center"', "R": ' class="right"'}


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML, and whether it is `plain`: then it holds no element, attribute or address but those that we write."""

    html: str
    plain: bool


def to_html(root: Block, marks: Marks | None = None) -> Markup:
    """The HTML of the blocks below a root."""
    return _Writer(marks or Marks()).write(root)


class _Writer:
    """Writes blocks in reading order; what ends a block waits in the stack below the blocks that it holds."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.out: list[str] = []
        self.running = RunningHtml(marks, self.out)
        self.plain = True
        self.stack: list[Block | str] = []
        self.item = Block("item", 0, 0)
        self.head: Block | None = None

    def write(self, root: Block) -> Markup:
        """Everything below a block."""
        writers = {
            "paragraph": self._paragraph, "heading": self._heading, "list": self._list, "item": self._item,
            "table": self._table, "code": self._code, "quote": self._quote, "footnote": self._footnote,
            "html": self._html, "rule": self._rule,
        }  # fmt: skip
        self._hold(root, "")
        while self.stack:
            block = self.stack.pop()
            if isinstance(block, str):
                self.out.append(block)
            else:
                writers[block.kind](block)
        html = "".join(self.out)
        if "\r" in html:  # as browsers and sanitisers read it
            html = html.replace("\r\n", "\n").replace("\r", "\n")
        return Markup(html, self.plain and self.running.plain)

    def _hold(self, block: Block, end: str) -> None:
        """Let the blocks in this one follow, and its end after them."""
        self.stack.append(end)
        self.stack += reversed(block.children)

    def _open(self, tag: str, mark: Mark, more: str = "") -> None:
        if mark is NO_MARK:
            self.out.append(f"<{tag}{more}>")
            return
        own = f' id="{escape(mark.ids[0])}"' if mark.ids else ""
        kind = f' class="{mark.classes}"' if mark.classes else ""
        self.out.append(f"<{tag}{own}{kind}{more}>")
        self.out += [f'<span id="{escape(other)}"></span>' for other in mark.ids[1:]]
        if number := escape(mark.number):
            step = self.marks.say("step", number=mark.number)
            self.out.append(f'<a class="number" href="#{escape(mark.ids[0])}" aria-label="{escape(step)}">{number}</a>')

    def _paragraph(self, block: Block) -> None:
        """A paragraph; the first one of a step is its lead, whether its author left blank lines or not."""
        first = block is self.head
        lead = first and self.marks.of(self.item).lead
        named = lead or block.detail != "tight"
        if named:
            self._open("p", _LEAD if lead else self.marks.of(block))
        if first:
            self._task(self.item)
        self.running.write(block)
        if named:
            self.out.append("</p>\n")

    def _heading(self, block: Block) -> None:
        if block.start not in self.marks.dropped:
            self._open(f"h{block.level}", self.marks.of(block))
            self.running.write(block)
            self.out.append(f"</h{block.level}>\n")

    def _list(self, block: Block) -> None:
        tag = "ul" if block.ordered is None else "ol"
        first = f' start="{block.ordered}"' if block.ordered not in {None, 1} else ""
        self._open(tag, self.marks.of(block), first)
        self._hold(block, f"</{tag}>\n")

    def _item(self, block: Block) -> None:
        self._open("li", self.marks.of(block))
        first = block.children[0] if block.children else None
        if first is not None and first.kind == "paragraph":
            self.item, self.head = block, first
        else:
            self._task(block)
            self.running.write(block)
        self._hold(block, "</li>\n")

    def _task(self, item: Block) -> None:
        if item.checked is not None:
            glyph, word = ("☑", "done") if item.checked else ("☐", "to_do")
            said = escape(self.marks.say(word), quote=False)
            self.out.append(
                f'<span class="task"><span aria-hidden="true">{glyph} </span><span class="aside">{said}</span></span>'
            )

    def _table(self, block: Block) -> None:
        self.out.append("<table>\n<thead>\n")
        for number, row in enumerate(block.children):
            self._open("tr", self.marks.of(row))
            for at, cell in enumerate(row.children):
                self._cell(cell, _SIDES.get(block.detail[at : at + 1], ""), head=not number)
            self.out.append("</tr>\n" if number else "</tr>\n</thead>\n<tbody>\n")
        self.out.append("</tbody></table>\n")

    def _cell(self, cell: Block, side: str, *, head: bool) -> None:
        if head and not cell.inlines and not cell.accents:
            self.out.append("<td></td>")  # a header without words is no header
            return
        self.out.append(f'<th{side} scope="col">' if head else f"<td{side}>")
        self.running.write(cell)
        self.out.append("</th>" if head else "</td>")

    def _quote(self, block: Block) -> None:
        if block.detail in _ALERTS:
            kind = block.detail.lower()
            self.out.append(f'<div class="alert {kind}"><p class="label">{escape(self.marks.say(kind))}</p>\n')
            self._hold(block, "</div>\n")
        else:
            self.out.append("<blockquote>")
            self._hold(block, "</blockquote>\n")

    def _footnote(self, block: Block) -> None:
        label = self.running.target(f"#{block.detail}")[1:]
        self.out.append(f'<div id="fn-{label}" class="footnote-text"><a href="#fnref-{label}">{label}</a> ')
        self._hold(block, "</div>\n")

    def _code(self, block: Block) -> None:
        words = escape("".join(part.text for part in block.inlines), quote=False)
        self.out.append(f"<pre><code>{words}</code></pre>\n")

    def _html(self, block: Block) -> None:
        markup = "".join(part.text for part in block.inlines)
        if not only_comments(markup):
            self.plain = False
            self.out.append(tamed(without_code(markup)))

    def _rule(self, _: Block) -> None:
        self.out.append("<hr>\n")
