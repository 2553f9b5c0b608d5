import base64
import io
import re
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st
from tests.examples import examples

from sopkit.model.errors import SopkitError
from sopkit.parsing.word import read_word

pytestmark = pytest.mark.slow

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def markdown(document: Document) -> str:
    return read_word(saved(document), "leavers.docx", "pictures").markdown


def test_title_sections_and_numbered_steps() -> None:
    document = docx.Document()
    document.add_heading("Leavers", 0)
    document.add_heading("Purpose", 1)
    document.add_paragraph("No account outlives its reason.")
    document.add_heading("Procedure", 1)
    document.add_paragraph("Suspend the account.", style="List Number")
    document.add_paragraph("If it is urgent, at once.", style="List Bullet 2")
    document.add_paragraph("Close the ticket.", style="List Number")
    assert markdown(document) == (
        "# Leavers\n\n## Purpose\n\nNo account outlives its reason.\n\n## Procedure\n\n"
        "1. Suspend the account.\n   - If it is urgent, at once.\n2. Close the ticket.\n"
    )


def test_a_single_first_level_heading_is_the_title() -> None:
    document = docx.Document()
    document.add_heading("Leavers", 1)
    document.add_heading("Purpose", 2)
    assert markdown(document) == "# Leavers\n\n## Purpose\n"


def test_bold_lines_are_headings_where_there_are_no_others() -> None:
    document = docx.Document()
    document.add_paragraph().add_run("1. Purpose").bold = True
    document.add_paragraph("Why we do it.")
    document.add_paragraph().add_run(
        "Read this whole sentence before you begin with the first of the steps."
    ).bold = True
    assert markdown(document) == (
        "## 1. Purpose\n\nWhy we do it.\n\n**Read this whole sentence before you begin with the first of the steps.**\n"
    )


def test_typed_numbers_bullets_and_boxes_become_lists() -> None:
    document = docx.Document()
    for text in ("1. Open the ticket", "2. Close it", "\u2022 a bullet", "\u2610 a box", "\u2611 a ticked box"):
        document.add_paragraph(text)
    assert markdown(document) == (
        "1. Open the ticket\n\n2. Close it\n\n- a bullet\n\n- [ ] a box\n\n- [x] a ticked box\n"
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("Note:", "# Not a heading", "- no bullet", "1. no step", "> no quotation"),
            r"Note:|\# Not a heading|\- no bullet|1\. no step|\> no quotation",
        ),
        (("Costs", "---", "===", "~~~", "+ tax", "| a |"), r"Costs|\---|\===|\~~~|\+ tax|\| a |"),
        (("", "In the middle", "-5 degrees, 1.5 hours", ""), "In the middle|-5 degrees, 1.5 hours"),
    ],
)
def test_a_line_break_begins_nothing(lines: tuple[str, ...], expected: str) -> None:
    for style in ("Normal", "List Number"):
        document = docx.Document()
        document.add_paragraph("\n".join(lines), style=style)
        text = markdown(document).rstrip("\n").removeprefix("1. ")
        assert text.replace("\\\n   ", "|").replace("\\\n", "|") == expected


def test_a_line_break_in_a_heading_is_a_space() -> None:
    document = docx.Document()
    document.add_heading("Restore\nthe database", 1)
    document.add_paragraph().add_run("Two lines\nin bold").bold = True
    assert markdown(document) == "# Restore the database\n\n**Two lines\\\nin bold**\n"


def test_a_table_keeps_its_cells_lines_and_bars() -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells), ("Task", "Who", "a | b\nc", ""), strict=True
    ):
        cell.text = text
    table.cell(1, 1).add_table(1, 2).cell(0, 0).text = "inner"
    assert markdown(document) == "| Task | Who |\n| --- | --- |\n| a \\| b<br>c | inner / |\n"


def test_a_box_of_one_cell_is_a_quotation() -> None:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "Never share the key."
    assert markdown(document) == "> Never share the key.\n"


def test_pictures_come_out_once_each_with_their_text() -> None:
    document = docx.Document()
    for _ in range(2):
        document.add_picture(io.BytesIO(DOT))
    text = read_word(saved(document), "leavers.docx", "leavers-pictures")
    assert text.markdown.count("](leavers-pictures/picture-1.png)") == 2
    assert text.images == {"picture-1.png": DOT}


def test_header_and_footer_stand_at_the_end_without_page_numbers() -> None:
    document = docx.Document()
    document.add_paragraph("Text.")
    document.sections[0].header.paragraphs[0].text = "Owner: IT operations | v1.3"
    document.sections[0].footer.paragraphs[0].text = "Page 1 of 7"
    assert markdown(document) == "Text.\n\n## From the header and footer\n\n- Owner: IT operations | v1.3\n"


def test_comments_stand_at_the_end_with_their_authors() -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run("Ring the bell.")
    document.add_comment(run, "Not at night.\nNever.", author="Jonas", initials="J")
    document.add_comment(run, "Which bell?", author="", initials="")
    assert (
        markdown(document) == "Ring the bell.\n\n## From the comments\n\n- Jonas: Not at night. Never.\n- Which bell?\n"
    )


def test_what_means_something_in_markdown_is_a_letter_here() -> None:
    document = docx.Document()
    document.add_paragraph("# no heading, 2 * 3 * 4, <b>, `x`, a_b, snake_case_name, C:\\temp")
    assert markdown(document) == ("\\# no heading, 2 \\* 3 \\* 4, \\<b>, \\`x\\`, a_b, snake_case_name, C:\\\\temp\n")


def test_a_table_of_contents_is_left_out_and_a_deleted_word_too() -> None:
    document = docx.Document()
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("Purpose ... 3", style="toc 1")
    deleted = f"<w:p {W}><w:del w:id='1' w:author='a'><w:r><w:delText>gone</w:delText></w:r></w:del>"
    inserted = "<w:ins w:id='2' w:author='a'><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
    document.element.body.insert(0, parse_xml(deleted + inserted))
    assert markdown(document) == "new\n"


def test_words_that_the_conversion_would_lose_stand_at_the_end() -> None:
    document = docx.Document()
    document.add_paragraph("Seen.")
    unknown = f"<w:p {W}><w:unknown><w:r><w:t>left behind</w:t></w:r></w:unknown></w:p>"
    document.element.body.insert(0, parse_xml(unknown))
    text = read_word(saved(document), "leavers.docx", "")
    assert text.markdown == "Seen.\n\n## Words that stood elsewhere in the file\n\n- left behind\n"
    assert text.notes == ("2 words stood where Markdown has no place for them; they are at the end",)


def test_a_text_box_is_told_once() -> None:
    document = docx.Document()
    document.add_paragraph("Before.")
    box = "<w:txbxContent><w:p><w:r><w:t>Call the lead</w:t></w:r></w:p></w:txbxContent>"
    names = f'{W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    names += ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    newer = f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
    older = f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
    both = f"<w:p {names}><w:r><mc:AlternateContent>{newer}{older}</mc:AlternateContent></w:r></w:p>"
    document.element.body.insert(1, parse_xml(both))
    assert markdown(document) == "Before.\n\nCall the lead\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a.docx: no Word file (.docx)"),
        (b"\xd0\xcf\x11\xe0old", "a.docx: an old or encrypted Word file"),
        (b"PK\x03\x04 cut", "a.docx: no Word file (.docx)"),
    ],
)
def test_what_is_no_word_file_is_said(data: bytes, message: str) -> None:
    with pytest.raises(SopkitError) as error:
        read_word(data, "a.docx", "")
    assert error.value.message == message
    assert ".docx" in error.value.hint


def packed(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(f"word/{name}.xml", text)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: packed(other="<a/>"), "holds no word/document.xml"),
        (lambda: packed(document="<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "declares a document type"),
        (lambda: packed(document="<a"), "cannot be read as a Word file"),
        (lambda: packed(document="<a/>"), "cannot be read as a Word file"),
        (lambda: packed(document="<a/>", large=" " * 200_000_001), "unpacks to more than 200 MB"),
    ],
)
def test_a_hostile_or_damaged_package_is_an_error_with_its_name(data: Callable[[], bytes], words: str) -> None:
    with pytest.raises(SopkitError) as error:
        read_word(data(), "a.docx", "")
    assert error.value.message.startswith("a.docx: ")
    assert words in error.value.message


@examples(15)
@given(st.data())
def test_no_word_is_lost(data: st.DataObject) -> None:
    texts = st.text(st.sampled_from("ab1 .*_<>|#-[]()`\\\u2022\u2610\u00e9"), min_size=1, max_size=30)
    styles = st.sampled_from(["Normal", "Title", "Heading 1", "Heading 3", "List Number", "List Bullet 3", "Quote"])
    document = docx.Document()
    for text, style in data.draw(st.lists(st.tuples(texts, styles), max_size=8)):
        document.add_paragraph(text, style=style)
    cells = data.draw(st.lists(texts, min_size=4, max_size=4))
    for cell, text in zip((cell for row in document.add_table(2, 2).rows for cell in row.cells), cells, strict=True):
        cell.text = text
    word = re.compile(r"[^\W_]+")
    wanted = sorted(
        part
        for paragraph in document.element.body.iter()
        if paragraph.tag.endswith("}t")
        for part in word.findall(paragraph.text or "")
    )
    found = markdown(document).replace("<br>", " ").replace("\\\\", " ").replace("\\", "")
    rest = word.findall(found)
    for part in wanted:
        assert part in rest, (part, found)
        rest.remove(part)
