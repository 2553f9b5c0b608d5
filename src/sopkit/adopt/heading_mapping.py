"""Decide which section of an SOP each heading, and the text before the first heading, belongs to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from sopkit.adopt.decisions import NO_SECTION, DocumentDecision
from sopkit.adopt.headings import AliasTable, BodyPiece, BodyPieces, count_steps
from sopkit.adopt.metadata.labels import Confidence
from sopkit.model.body import Block
from sopkit.parsing.sections import heading_words

_ABOUT_ITSELF = re.compile(
    r"change ?log|(?:document |revision |version |change |review )?(?:history|control|log)|history of changes"
    r"|(?:document )?(?:review|approvals?|sign off)|(?:non )?compliance|review and updates?"
    r"|document (?:details|information)|costs?\b.*|funding|licen[cs]e|acknowledge?ments?|(?:table of )?contents|toc"
    r"|copyright"
    r"|(?:änderungs|versions|dokument|dokumenten|revisions)(?:historie|verlauf|verzeichnis|lenkung)|änderungen|freigaben?"
    r"|inhaltsverzeichnis|inhalt|historique(?: des (?:versions|révisions|modifications))?"
    r"|suivi des (?:versions|révisions)"
    r"|(?:table des matières|sommaire)|approbations?|historial(?: de (?:versiones|cambios|revisiones))?"
    r"|control de (?:versiones|cambios)|aprobación|índice"
)
"""Headings of text that is about the document, or beside the procedure: it stays as it is."""
_HINTS: tuple[tuple[str, str], ...] = (
    ("Purpose", r"^why\b|^about\b|^goals?\b|^aims?\b|\bprinciples\b|\bpurpose\b"),
    ("Purpose", r"^(?:high level |executive |general |short )?(?:overview|summary|introduction)\b"),
    ("Scope", r"\bscope\b|\b(?:do|does|is|are|will) not\b|\bnot covered\b|\bapplicab|^who (?:this|it) applies"),
    ("Inputs", r"prerequisite|^pre requisite"),
    ("Inputs", r"^what .*\b(?:required|needs?|needed)\b|^(?:things )?you (?:will )?need\b|^before (?:you|start)"),
    ("Roles", r"responsib|^roles?(?: and\b.*)?$|^owners?\b|^who\b|\braci\b"),
    ("Metrics", r"\bmetrics?\b|\bkpis?\b"),
    ("Escalation", r"\bescalat|^(?:emergency )?contacts?$"),
    ("Triggers", r"\btriggers?$|^when to (?:use|run|do|start)\b|^symptoms?$"),
    ("Rollback", r"\broll ?back\b|\bback ?out\b"),
    ("Feedback", r"\bfeedback\b|\blessons learned\b|\bcontinuous improvement\b"),
    ("References", r"^references?$|^examples?$|^links$|^faqs?$|^frequently asked questions$"),
    (
        "References",
        (
            r"\btemplates$|^appendix\b|^(?:additional|further|related|useful|external)"
            r" (?:information|reading|links|documents|resources|policies|procedures|material)$"
        ),
    ),
    # German, French and Spanish
    (
        "Purpose",
        r"^(?:zweck|ziele?|zielsetzung|einleitung|einführung|hintergrund|überblick|kurzbeschreibung)\b|^warum\b",
    ),
    ("Purpose", r"^but$|^(?:objet|objectifs?|finalité|contexte|introduction|présentation|pourquoi)\b"),
    ("Purpose", r"^(?:objetivos?|propósito|finalidad|introducción|antecedentes|resumen|por qué)\b"),
    (
        "Scope",
        r"geltungsbereich|anwendungsbereich|^abgrenzung\b|^(?:portée|périmètre)\b|^(?:champ|domaine) d application\b",
    ),
    ("Scope", r"^(?:alcance|ámbito)\b"),
    ("Roles", r"^(?:rollen?|zuständig|verantwort|ansprechpartner)|^wer (?:macht|ist|darf)\b"),
    ("Roles", r"^rôles?\b|^(?:responsables?|responsabilités?|acteurs)\b|^qui (?:fait|est)\b"),
    ("Roles", r"^(?:roles y|responsabilidad|responsables)"),
    (
        "Inputs",
        r"^(?:voraussetzung|vorbedingung|vorbereitung|benötigte?s?\b)|^vor (?:dem|der) (?:start|beginn|durchführung)\b",
    ),
    ("Inputs", r"^(?:pré ?requis|prérequis|conditions préalables|matériel)\b|^avant de commencer\b"),
    ("Inputs", r"^(?:requisitos|prerrequisitos|condiciones previas)\b|^antes de (?:empezar|comenzar)\b"),
    ("Triggers", r"^(?:auslöser|anlass|wann\b)|^(?:déclencheurs?|quand)\b|^(?:desencadenantes|disparadores|cuándo)\b"),
    ("Metrics", r"^(?:kennzahlen|messgrößen)\b|^(?:indicateurs|mesures)\b|^(?:indicadores|métricas)\b"),
    ("Escalation", r"^eskalation|^(?:escalade|remontée)\b|^(?:escalamiento|escalado)\b"),
    ("Rollback", r"^(?:rückfall|rückbau|zurückrollen)|^retour (?:en )?arrière\b|^(?:reversión|marcha atrás)\b"),
    ("Feedback", r"^(?:rückmeldung|verbesserung)|^(?:retours? d expérience|amélioration)\b|^(?:mejora|lecciones)\b"),
    (
        "References",
        r"^(?:referenzen|verweise|quellen|anhänge?|anlagen?|literatur|weiterführende|verwandte|zugehörige)\b",
    ),
    ("References", r"^mitgeltende\b|^siehe auch\b"),
    (
        "References",
        r"^(?:références?|annexes?|liens|bibliographie)\b|^documents? (?:associés?|liés?|de référence)\b|^voir aussi\b",
    ),
    ("References", r"^(?:referencias|anexos?|enlaces)\b|^documentos relacionados\b|^ver también\b"),
)
"""Section to what the words of a heading that means it look like."""
_WITHOUT_STEPS: tuple[tuple[str, str], ...] = (
    (
        "Definitions",
        (
            r"^what (?:is|are)\b|\bseverity\b|\b(?:types|levels|categories|severity|severities|classes|classification"
            r"|descriptions|terminology|terms|abbreviations|acronyms|tiers|priorities)$"
        ),
    ),
    ("Records", r"^(?:control of )?records?\b|\brecords$|^record keeping|\bretention\b"),
    ("Records", r"^(?:documentation|evidence|records?)\b.*\brequirements$|\b(?:evidence|record) storage\b"),
    ("Exceptions", r"\bexceptions?\b|\bexclusions?\b|\brestrictions?$|\bdeviations?\b|\bwaivers?\b"),
    ("Outputs", r"^(?:outputs?|deliverables?|outcomes?|results?)$"),
    # German, French and Spanish
    ("Definitions", r"^(?:begriffe|definition|glossar|abkürzungen)|^was (?:ist|sind|bedeutet)\b"),
    ("Definitions", r"^(?:définitions?|glossaire|abréviations|termes|terminologie)\b|^qu est ce\b"),
    ("Definitions", r"^(?:definiciones|glosario|términos|siglas)\b|^qué es\b"),
    ("Records", r"^(?:aufzeichnung|nachweis|aufbewahrung|dokumentation$)"),
    ("Records", r"^(?:enregistrements?|preuves|archivage|traçabilité)\b|^(?:registros|evidencias)\b"),
    ("Exceptions", r"^(?:ausnahmen?|sonderfälle)\b|^(?:dérogations?|cas particuliers)\b|^excepciones\b"),
    ("Outputs", r"^(?:ergebnisse?|ausgaben)\b|^(?:résultats?|livrables)\b|^(?:resultados|entregables)\b"),
)
"""Sections that hold no steps: where there are some, the text is a part of the procedure."""
_MEANING_LABEL = re.compile(r"meaning|(?:business )?impact")
"""What runbooks of alerts say first: why the alert matters."""
_PROCEDURE_WORDS = re.compile(
    r"(?:procedures?|process(?:es)?|steps|checklists?|workflows?|instructions|runbook|playbook|how to\b.*)$"
    r"|\b(?:ablauf|vorgehen|vorgehensweise|durchführung|verfahren|schritte|arbeitsschritte|prozessschritte|checkliste)\b"
    r"|\b(?:procédures?|étapes|déroulement|marche à suivre|mode opératoire|liste de contrôle)\b"
    r"|\b(?:procedimientos?|pasos|instrucciones|lista de verificación)\b"
)
_STEP = re.compile(r"(?:step|phase) \d")
_REFERENCES_ONLY = ("References",)
_MIN_STEPS = 3


@dataclass(frozen=True, slots=True)
class SectionMeaning:
    """The sections that a piece fills (none: it stays as it is), how surely, and why."""

    names: tuple[str, ...]
    confidence: Confidence
    why: str

    @property
    def is_certain(self) -> bool:
        """Whether the heading itself names the section to the parser."""
        return self.confidence is Confidence.CERTAIN


def find_meaning(piece: BodyPiece, table: AliasTable, decision: DocumentDecision) -> SectionMeaning:
    """What a piece under a heading is in an SOP."""
    heading = piece.heading
    if heading is None:
        return SectionMeaning(("Purpose",), Confidence.LIKELY, "text before the first heading")
    words = heading_words(heading.text)
    known = table.get(words)
    decided = decision.section(heading.text)
    if decided == NO_SECTION:
        return SectionMeaning((), Confidence.CERTAIN, "so it was decided")
    if decided is not None:
        sure = Confidence.CERTAIN if known and decided in known else Confidence.LIKELY
        return SectionMeaning((decided,), sure, "so it was decided")
    steps = count_steps(piece.blocks)
    if known and not (known == _REFERENCES_ONLY and steps >= _MIN_STEPS and len(piece.headings) > 1):
        return SectionMeaning(known, Confidence.CERTAIN, "by its heading")
    return _guess_meaning(words, piece, steps)


def _guess_meaning(words: str, piece: BodyPiece, steps: int) -> SectionMeaning:
    if _STEP.match(words):
        return SectionMeaning(("Procedure",), Confidence.LIKELY, "it says that it is a step")
    if _ABOUT_ITSELF.fullmatch(words) and not steps:
        return SectionMeaning((), Confidence.LIKELY, "it is beside the procedure")
    for name, pattern in _HINTS if steps else (*_HINTS, *_WITHOUT_STEPS):
        if re.search(pattern, words):
            return SectionMeaning((name,), Confidence.LIKELY, "by the words of its heading")
    if not piece.blocks:
        return SectionMeaning((), Confidence.LIKELY, "there is no text below it")
    if is_procedure_heading(words):
        return SectionMeaning(("Procedure",), Confidence.LIKELY, "by the words of its heading")
    if _MEANING_LABEL.fullmatch(words) and not steps:
        return SectionMeaning(("Purpose",), Confidence.GUESS, "by the words of its heading")
    return SectionMeaning(("Procedure",), Confidence.GUESS, "it holds steps" if steps else "no other section fits")


def is_procedure_heading(words: str) -> bool:
    """Whether the words of a heading say that steps follow."""
    return _PROCEDURE_WORDS.search(words) is not None


@dataclass(frozen=True, eq=False)
class SectionPart:
    """A piece and what it means; `moved` when it stands elsewhere in the draft."""

    piece: BodyPiece
    meaning: SectionMeaning
    moved: bool = False

    @property
    def name(self) -> str:
        """The one section that it fills; empty for none and for several."""
        return self.meaning.names[0] if len(self.meaning.names) == 1 else ""

    @property
    def keeps_heading(self) -> bool:
        """Whether it stays under its own heading as it is."""
        return self.meaning.is_certain or not self.name


@dataclass(frozen=True, eq=False)
class SectionGroup:
    """Parts that stand together: under the heading of the first, or under one that is `added`."""

    added: str
    parts: tuple[SectionPart, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The sections that it fills."""
        return (self.added,) if self.added else self.parts[0].meaning.names


def order_parts(parts: Sequence[SectionPart]) -> tuple[SectionPart, ...]:
    """The parts so that those of one section stand together: what stands elsewhere moves to where most of it is."""
    ordered = list(parts)
    for name in dict.fromkeys(part.name for part in parts if not part.keeps_heading):
        fills = enumerate(name in part.meaning.names for part in ordered)
        runs = [[at for at, _ in run] for filled, run in groupby(fills, itemgetter(1)) if filled]
        if len(runs) > 1:
            ordered = _gather_parts(ordered, runs, _choose_run(ordered, runs, name))
    return tuple(ordered)


def _choose_run(parts: Sequence[SectionPart], runs: Sequence[list[int]], name: str) -> list[int]:
    own = next((run for run in runs if any(parts[at].meaning.is_certain for at in run)), None)
    if own is not None:
        return own
    if name != "Procedure":
        return runs[0]
    return max(runs, key=lambda run: (sum(1 + 10 * count_steps(parts[at].piece.blocks) for at in run), -run[0]))


def _gather_parts(parts: list[SectionPart], runs: Sequence[list[int]], home: list[int]) -> list[SectionPart]:
    first, last = home[0], home[-1]
    under_own = parts[first].keeps_heading
    before: list[SectionPart] = []
    after: list[SectionPart] = []
    places: set[int] = set()
    for run in runs:
        if run == home:
            continue
        for at in run:
            part = parts[at]
            if part.keeps_heading or (part.piece.heading is None and under_own):
                continue  # two headings that name one section are the author's; text without one has no other place
            places.add(at)
            (before if run[0] < first and not under_own else after).append(replace(part, moved=True))
    return [
        *(part for at, part in enumerate(parts[:first]) if at not in places),
        *before,
        *parts[first : last + 1],
        *after,
        *(part for at, part in enumerate(parts) if at > last and at not in places),
    ]


def group_parts(parts: Sequence[SectionPart]) -> tuple[SectionGroup, ...]:
    """Neighbours of one section under one heading: that of the first where it names the section, else an added one."""
    groups: list[SectionGroup] = []
    for part in parts:
        last = groups[-1] if groups else None
        joins = last is not None and bool(part.name) and part.name in last.names
        if last is not None and joins and (not part.keeps_heading or last.added):
            groups[-1] = SectionGroup(last.added, (*last.parts, part))
        else:
            groups.append(SectionGroup("" if part.keeps_heading else part.name, (part,)))
    return tuple(groups)


_LABEL_LINE = re.compile(r"^[A-Z][\w /-]{1,30}:\s*\S")
_MIN_LEAD_STEPS = 2
_MAX_LEAD_LENGTH = 300

Spans = Sequence[tuple[int, int]]
"""Bytes that hold metadata, from start to end."""


def split_lead(cut_up: BodyPieces, spans: Spans, table: AliasTable) -> Iterator[SectionPart]:
    """The text between title and first heading: what is more than metadata is Purpose, or steps."""
    blocks = list(cut_up.lead)
    while blocks and _is_metadata(blocks[0], spans):
        blocks.pop(0)
    last = max((at for at, block in enumerate(blocks) if not _is_metadata(block, spans)), default=-1)
    if last < 0:
        return
    end = cut_up.pieces[0].start if cut_up.pieces else cut_up.end
    first = _find_first_step(blocks)
    if any(_is_procedure(piece, table) for piece in cut_up.pieces):
        first = len(blocks)
    if 0 < first < len(blocks) and blocks[first - 1].text.rstrip().endswith(":"):
        first -= 1
    for name, why, part in (
        ("Purpose", "it stands above all sections", blocks[:first]),
        ("Procedure", "it holds steps", blocks[first:]),
    ):
        if part:
            until = blocks[first].start if part[-1] is not blocks[-1] else end
            meaning = SectionMeaning((name,), Confidence.LIKELY, why)
            yield SectionPart(BodyPiece(None, part[0].start, until, tuple(part)), meaning)


def _find_first_step(blocks: Sequence[Block]) -> int:
    """The place of the first list of steps, or of a bold line that says that steps follow; else their number."""
    announced_at = next((at for at, block in enumerate(blocks) if _announces_steps(block)), None)
    if announced_at is not None and count_steps(blocks[announced_at:]):
        return announced_at
    lists = (
        at
        for at, block in enumerate(blocks)
        if count_steps([block]) >= _MIN_LEAD_STEPS and not _is_table_of_contents(block)
    )
    return next(lists, len(blocks))


def _announces_steps(block: Block) -> bool:
    alone = block.kind == "paragraph" and block.inlines and block.inlines[0].kind == "strong"
    bold = alone and block.inlines[0].end >= max(part.end for part in block.inlines if part.text.strip(" :"))
    return bool(bold) and is_procedure_heading(heading_words(block.text))


def _is_table_of_contents(block: Block) -> bool:
    leads = [item.children[0].inlines for item in block.children if item.children]
    return bool(leads) and all(inlines and inlines[0].kind == "link" for inlines in leads)


def _is_procedure(piece: BodyPiece, table: AliasTable) -> bool:
    meaning = find_meaning(piece, table, DocumentDecision())
    sure = meaning.confidence is not Confidence.GUESS or count_steps(piece.blocks) > 0
    return "Procedure" in meaning.names and sure


def _is_metadata(block: Block, spans: Spans) -> bool:
    if block.kind in {"html", "rule"}:
        return True
    has_metadata = any(start < block.end and block.start < end for start, end in spans)
    if block.kind == "list":
        items = [item.children[0].text if item.children else "" for item in block.children]
        return has_metadata and 2 * sum(_LABEL_LINE.match(text) is not None for text in items) > len(items)
    if block.kind != "paragraph":
        return has_metadata and block.kind in {"table", "quote"}
    images = [part for part in block.inlines if part.kind == "image"]
    words = "".join(
        part.text
        for part in block.inlines
        if part.kind in {"text", "code"} and not any(one.start <= part.start < one.end for one in images)
    ).strip()
    if not words:
        return True
    labelled = _LABEL_LINE.match(words) is not None and len(words) < _MAX_LEAD_LENGTH
    return labelled and (has_metadata or block.inlines[0].kind == "strong")
