"""Which section of ours a heading of others means, where the alias table does not say it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sopkit.authoring.adopt.decisions import NOT_A_SECTION, DocumentDecision
from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.outline.pieces import Piece, Table
from sopkit.authoring.adopt.words_abroad import (
    BESIDE_ABROAD,
    PROCEDURE_ABROAD,
    SECTIONS_ABROAD,
    SECTIONS_WITHOUT_STEPS_ABROAD,
)
from sopkit.model.body import Block
from sopkit.parsing.sections import heading_words
from sopkit.parsing.steps import is_task_list, table_steps

_ABOUT_ITSELF = re.compile(
    r"change ?log|(?:document |revision |version |change |review )?(?:history|control|log)|history of changes"
    r"|(?:document )?(?:review|approvals?|sign off)|(?:non )?compliance|review and updates?"
    r"|document (?:details|information)|costs?\b.*|funding|licen[cs]e|acknowledge?ments?|(?:table of )?contents|toc"
    rf"|copyright|{BESIDE_ABROAD}"
)
"""Headings of text that is about the document, or beside the procedure: it stays as it is."""
_HINTS: dict[str, str] = {
    "Purpose": (
        r"^why\b|^about\b|^goals?\b|^aims?\b|\bprinciples\b|\bpurpose\b"
        r"|^(?:high level |executive |general |short )?(?:overview|summary|introduction)\b"
    ),
    "Scope": r"\bscope\b|\b(?:do|does|is|are|will) not\b|\bnot covered\b|\bapplicab|^who (?:this|it) applies",
    "Inputs": (
        r"prerequisite|^pre requisite"
        r"|^what .*\b(?:required|needs?|needed)\b|^(?:things )?you (?:will )?need\b|^before (?:you|start)"
    ),
    "Roles": r"responsib|^roles?(?: and\b.*)?$|^owners?\b|^who\b|\braci\b",
    "Metrics": r"\bmetrics?\b|\bkpis?\b",
    "Escalation": r"\bescalat|^(?:emergency )?contacts?$",
    "Triggers": r"\btriggers?$|^when to (?:use|run|do|start)\b|^symptoms?$",
    "Rollback": r"\broll ?back\b|\bback ?out\b",
    "Feedback": r"\bfeedback\b|\blessons learned\b|\bcontinuous improvement\b",
    "References": (
        r"^references?$|^examples?$|^links$|^faqs?$|^frequently asked questions$"
        r"|\btemplates$|^appendix\b|^(?:additional|further|related|useful|external)"
        r" (?:information|reading|links|documents|resources|policies|procedures|material)$"
    ),
}
"""Section to what the words of a heading that means it look like."""
_WITHOUT_STEPS: dict[str, str] = {
    "Definitions": (
        r"^what (?:is|are)\b|\bseverity\b|\b(?:types|levels|categories|severity|severities|classes|classification"
        r"|descriptions|terminology|terms|abbreviations|acronyms|tiers|priorities)$"
    ),
    "Records": (
        r"^(?:control of )?records?\b|\brecords$|^record keeping|\bretention\b"
        r"|^(?:documentation|evidence|records?)\b.*\brequirements$|\b(?:evidence|record) storage\b"
    ),
    "Exceptions": r"\bexceptions?\b|\bexclusions?\b|\brestrictions?$|\bdeviations?\b|\bwaivers?\b",
    "Outputs": r"^(?:outputs?|deliverables?|outcomes?|results?)$",
}
"""Sections that hold no steps: where there are some, the text is a part of the procedure."""
_WHY = re.compile(r"meaning|(?:business )?impact")
"""What runbooks of alerts say first: why the alert matters."""
_LIKE_PROCEDURE = re.compile(
    r"(?:procedures?|process(?:es)?|steps|checklists?|workflows?|instructions|runbook|playbook|how to\b.*)$"
)
_STEP = re.compile(r"(?:step|phase) \d")
_PROCEDURE_ABROAD = re.compile(PROCEDURE_ABROAD)
_TO_READ = ("References",)
_MANY = 3


@dataclass(frozen=True, slots=True)
class Meaning:
    """The sections that a piece fills (none: it stays as it is), how surely, and why."""

    names: tuple[str, ...]
    confidence: Confidence
    why: str

    @property
    def certain(self) -> bool:
        """Whether the heading itself names the section to the parser."""
        return self.confidence is Confidence.CERTAIN


def meaning_of(piece: Piece, table: Table, decision: DocumentDecision) -> Meaning:
    """What a piece under a heading is in an SOP."""
    heading = piece.heading
    if heading is None:
        return Meaning(("Purpose",), Confidence.LIKELY, "text before the first heading")
    words = heading_words(heading.text)
    known = table.get(words)
    decided = decision.section(heading.text)
    if decided == NOT_A_SECTION:
        return Meaning((), Confidence.CERTAIN, "so it was decided")
    if decided is not None:
        sure = Confidence.CERTAIN if known and decided in known else Confidence.LIKELY
        return Meaning((decided,), sure, "so it was decided")
    stepped = count_steps(piece.blocks)
    if known and not (known == _TO_READ and stepped >= _MANY and len(piece.headings) > 1):
        return Meaning(known, Confidence.CERTAIN, "by its heading")
    return _guess(words, piece, stepped)


def _guess(words: str, piece: Piece, stepped: int) -> Meaning:
    if _STEP.match(words):
        return Meaning(("Procedure",), Confidence.LIKELY, "it says that it is a step")
    if _ABOUT_ITSELF.fullmatch(words) and not stepped:
        return Meaning((), Confidence.LIKELY, "it is beside the procedure")
    hints = [*_HINTS.items(), *SECTIONS_ABROAD.items()]
    hints += [] if stepped else [*_WITHOUT_STEPS.items(), *SECTIONS_WITHOUT_STEPS_ABROAD.items()]
    for name, pattern in hints:
        if re.search(pattern, words):
            return Meaning((name,), Confidence.LIKELY, "by the words of its heading")
    if not piece.blocks:
        return Meaning((), Confidence.LIKELY, "there is no text below it")
    if reads_as_procedure(words):
        return Meaning(("Procedure",), Confidence.LIKELY, "by the words of its heading")
    if _WHY.fullmatch(words) and not stepped:
        return Meaning(("Purpose",), Confidence.GUESS, "by the words of its heading")
    return Meaning(("Procedure",), Confidence.GUESS, "it holds steps" if stepped else "no other section fits")


def reads_as_procedure(words: str) -> bool:
    """Whether the words of a heading say that steps follow."""
    return _LIKE_PROCEDURE.search(words) is not None or _PROCEDURE_ABROAD.search(words) is not None


def count_steps(blocks: Iterable[Block]) -> int:
    """How many steps blocks hold at first sight: items of ordered and task lists, rows of tables of steps."""
    return sum(_steps(block) for block in blocks)


def _steps(block: Block) -> int:
    if block.kind == "list" and (block.ordered is not None or is_task_list(block)):
        return len(block.children)
    return len(table_steps(block)) if block.kind == "table" else 0
