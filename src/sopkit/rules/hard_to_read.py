"""SOP310."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._readability import count, grade
from sopkit.rules._rule import rule
from sopkit.rules._wording import words_of
from sopkit.text.lexicon import lexicon

_HARDEST, _FEWEST_WORDS, _PHRASE = 14, 150, 5
"""The grade above which a text is hard, and how many words it takes to tell; fewer in a block are no sentence."""
_LONG_SENTENCE = 20
"""Words of a sentence above which it is the sentences that are hard, not the words."""

_HARD = """\
The organisational administration of authorisation authorities necessitates comprehensive documentation of individual \
responsibilities, organisational dependencies, technological infrastructure and regulatory obligations, in accordance \
with the applicable international certification requirements and the corresponding contractual stipulations that the \
organisation has negotiated individually with particular institutional customers."""


@rule(
    "SOP310",
    severity=Severity.INFO,
    default=False,
    bad=f"""
        ## Purpose

        {_HARD} {_HARD} {_HARD} {_HARD}
        """,
    good="""
        ## Purpose

        Give people the access that their work needs, and no more. Who asks for access, who agrees to it and who gives
        it are three people.
        """,
)
def hard_to_read(sop: Sop, library: Library) -> Iterator[Finding]:
    """The prose of an SOP can be read by whoever carries it out: its Flesch-Kincaid grade is at most 14.

    Only English is judged, in sentences of paragraphs and lists, of which there must be 150 words; titles, tables and
    code are left out. The rule is off unless selected: what counts is whether the readers understand it.

    Why: a procedure is read under stress and by people whose first language is another; the grade grows with long
    sentences and long words (Kincaid and others, Research Branch Report 8-75, Naval Technical Training Command, 1975).
    Mend: make two sentences of one, and write "use" for "utilisation of".
    """
    if words_of(sop, library) is not lexicon("en"):
        return
    blocks = [block.text for block in sop.body.blocks if block.kind == "paragraph" and block.text.count(" ") >= _PHRASE]
    words, sentences, spoken = count(blocks)
    if words < _FEWEST_WORDS:
        return
    found = grade(words, sentences, spoken)
    if found > _HARDEST:
        heading = sop.body.title or (sop.body.headings[0] if sop.body.headings else None)
        place = sop.source.line_place(sop.source.line_of(heading.start if heading else sop.body_start))
        how = "shorten sentences" if words > _LONG_SENTENCE * sentences else "use shorter words"
        yield sop.finding(
            place, f"reads like school grade {found:.0f}, with {words / sentences:.0f} words a sentence; {how}"
        )
