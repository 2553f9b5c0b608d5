"""SOP507: A link leads to a released text that every reader reaches: not to one's own computer, drive or editor."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_LOCAL = re.compile(
    r"https?://(?:[\w-]+\.)?(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?(?:[/?#]|$)",
    re.IGNORECASE,
)
_EDITOR = "a text open in an editor"
_KINDS = (
    ("a file on one computer", re.compile(r"file:|[A-Za-z]:[\\/]|~/|/Users/[^/]+/")),
    (
        _EDITOR,
        re.compile(
            r"(?:vscode|vscode-insiders|cursor|jetbrains|idea|zed|txmt)://|https?://(?:(?:insiders\.)?vscode|github)\.dev/"
            r"|https?://docs\.google\.com/(?:a/[\w.-]+/)?(?:document|presentation)/(?:u/\d+/)?d/[\w-]+/edit(?:[?#]|$)"
            r"|https?://[\w-]+\.sharepoint\.com/\S{0,999}?[?&]action=edit\b"
            r"|https?://hackmd\.io/[\w@/-]+(?:/edit$|\?(?:edit|both)\b)"
        ),
    ),
    (
        "somebody's own drive",
        re.compile(
            r"https?://[\w-]+-my\.sharepoint\.com/|https?://(?:onedrive\.live\.com|1drv\.ms)/|obsidian://"
            r"|https?://drive\.google\.com/drive/(?:u/\d+/)?my-drive\b|https?://(?:www\.)?icloud\.com/iclouddrive/"
            r"|https?://(?:www\.)?dropbox\.com/home\b"
        ),
    ),
)


@rule(
    "SOP507",
    severity=Severity.WARNING,
    bad="""
        ## Inputs

        - The [form for access](https://acme-my.sharepoint.com/personal/ann_acme_example/access.docx).
        """,
    good="""
        ## Inputs

        - The [form for access](https://acme.sharepoint.com/sites/isms/access.docx).
        """,
)
def uncontrolled_link(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A link leads to a released text that every reader reaches: not to one's own computer, drive or editor.

    Found are localhost, `file:` and paths of one computer, links that open a document or code for editing (Google,
    SharePoint, HackMD, VS Code), and personal drives. Spreadsheets and forms are for writing in, and are left alone.
    So is an address of localhost that stands in the text as such, or whose port the text names: it goes with a command.
    A text that opens for editing is only told as info: where the rights of the reader allow no change, it does no harm.

    Why: what lies there was released by nobody, changes without a trace, and goes with the account of one person.
    Mend: bring the text into the library, or link to its released copy: the place that the company keeps, `/preview`
    instead of `/edit`.
    """
    for link in sop.body.links:
        target = link.target.strip()
        if match := _LOCAL.match(target):
            is_text = link.text.strip() == target  # an address that stands in the text as such
            where = "" if is_text or (match[1] and _opens_port(sop, match[1])) else "one's own computer"
        else:
            where = next((name for name, pattern in _KINDS if pattern.match(target)), "")
        if where:
            message = f"the link leads to {where}; link to a released copy that every reader reaches"
            severity = Severity.INFO if where == _EDITOR else Severity.WARNING
            yield sop.finding((link.start, link.end), message, severity=severity)


def _opens_port(sop: Sop, port: str) -> bool:
    """Whether the text names a port elsewhere than in links to it: a tunnel or a server that is started for it."""
    in_links = sum(f":{port}" in link.target for link in sop.body.links)
    return len(re.findall(rb"(?<!\d)%b(?!\d)" % port.encode(), sop.source.data)) > in_links
