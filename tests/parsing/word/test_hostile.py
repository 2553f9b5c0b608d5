"""Word files that are made to hurt, and parts in which words are easily lost."""

import io
import socket
import zipfile
from pathlib import Path

import pytest

from sopkit.model.errors import SopkitError
from sopkit.parsing import word
from sopkit.parsing.word import WordText, read_word

SPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{rest}"'
    for prefix, rest in {
        "w": "wordprocessingml/2006/main",
        "r": "officeDocument/2006/relationships",
        "wp": "drawingml/2006/wordprocessingDrawing",
        "a": "drawingml/2006/main",
        "pic": "drawingml/2006/picture",
        "m": "officeDocument/2006/math",
    }.items()
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
DEEP = "<w:p>" + "<w:q>" * 3000 + "<w:r><w:t>x</w:t></w:r>" + "</w:q>" * 3000 + "</w:p>"
PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="n" descr="Flow"/><a:graphic><a:graphicData><pic:pic>'
    '<pic:blipFill><a:blip r:embed="rI"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
    "</w:r></w:p>"
)


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def read(body: str, relation: str = "", **parts: str) -> WordText:
    file = io.BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="png" ContentType="image/png"/></Types>',
        )
        main = f'<Relationship Id="a" Type="{kind}/officeDocument" Target="word/document.xml"/>'
        packed.writestr("_rels/.rels", f"{RELATIONS}{main}</Relationships>")
        packed.writestr("word/document.xml", f"<w:document {SPACES}><w:body>{body}</w:body></w:document>")
        packed.writestr("word/_rels/document.xml.rels", f"{RELATIONS}{relation}</Relationships>")
        for name, text in parts.items():
            packed.writestr(f"word/{name}", text)
    return read_word(file.getvalue(), "evil.docx", "pictures")


def header(text: str) -> str:
    return f"<w:hdr {SPACES}>{text}</w:hdr>"


@pytest.mark.parametrize("part", ["header1.xml", "document2.xml", "comments.xml"])
def test_what_is_nested_without_end_is_said(part: str) -> None:
    comment = f'<w:comment w:author="a">{DEEP}</w:comment>' if part == "comments.xml" else DEEP
    with pytest.raises(SopkitError, match=r"^evil\.docx: .* nested too deeply$"):
        read(p("Body"), **{part: header(comment)})
    with pytest.raises(SopkitError, match=r"^evil\.docx: .* nested too deeply$"):
        read(DEEP)


@pytest.mark.parametrize("code", ["shift_jis", "utf-32", "idna", "rot13", "no-such"])
def test_an_encoding_that_no_word_file_has_is_said(code: str) -> None:
    with pytest.raises(SopkitError, match=r"^word/header1\.xml: not XML: "):
        read(p("Body"), **{"header1.xml": f'<?xml version="1.0" encoding="{code}"?>{header(p("x"))}'})


def test_more_text_than_any_procedure_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SopkitError, match=r"^evil\.docx: far more text"):
        read("<w:p/>" * word.MAX_MARKS)
    monkeypatch.setattr(word, "MAX_XML_BYTES", 10_000)
    with pytest.raises(SopkitError, match=r"^evil\.docx: far more text"):
        read(p("word " * 4000))


def test_a_declaration_is_found_in_a_part_of_any_name() -> None:
    with pytest.raises(SopkitError, match=r"word/styles\.bin declares a document type"):
        read(p("Body"), **{"styles.bin": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'})


@pytest.mark.parametrize("target", ["../../../etc/passwd", "file:///etc/passwd", "media/none.png"])
def test_a_picture_that_is_not_in_the_file_costs_no_word(target: str) -> None:
    found = read(p("Before") + PICTURE, f'<Relationship Id="rI" Type="image" Target="{target}"/>')
    assert (found.markdown, found.images) == ("Before\n\n![Flow]()\n", {})
    assert "a picture that is not in the file" in found.notes


def test_a_linked_picture_is_neither_read_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_text("a secret of the machine")
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/picture.png"
        for target in (secret.as_uri(), str(secret), url):
            relation = f'<Relationship Id="rI" Type="image" Target="{target}" TargetMode="External"/>'
            found = read(p("Before") + PICTURE.replace("r:embed", "r:link"), relation)
            assert (found.markdown, found.images) == ("Before\n", {})
            assert found.notes == (f"could not open external image '{target}', external file access is disabled",)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody connected
            server.accept()


def test_one_picture_shown_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sopkit.parsing.word.MAX_PICTURE_BYTES", 250)
    relation = '<Relationship Id="rI" Type="image" Target="media/a.png"/>'
    assert read(PICTURE * 2, relation, **{"media/a.png": "x" * 100}).images == {"picture-1.png": b"x" * 100}
    with pytest.raises(SopkitError, match=r"^evil\.docx: its pictures are larger"):
        read(PICTURE * 3, relation, **{"media/a.png": "x" * 100})


def test_words_of_formulas_and_drawings_are_kept() -> None:
    body = f"<w:p><m:oMath><m:r><m:t>limit</m:t></m:r></m:oMath></w:p>{p('Body')}"
    drawing = f"<d {SPACES}><a:p><a:r><a:t>Approve change</a:t></a:r></a:p></d>"
    assert read(body, **{"diagrams/data1.xml": drawing}).markdown == (
        "Body\n\n## Words that stood elsewhere in the file\n\n- limit Approve change\n"
    )


def test_dates_and_figures_in_a_footer_are_no_page_numbers() -> None:
    lines = ("Effective 01/02/2024", "Support 24/7", "2024-11-03", "3", "3 of 7", "Page 3 of 7", "SOP-12 | 3 / 7")
    assert read(p("Body"), **{"footer1.xml": header("".join(map(p, lines)))}).markdown.endswith(
        "\n\n- Effective 01/02/2024\n- Support 24/7\n- 2024-11-03\n- SOP-12\n"
    )


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("javascript:alert(1)", "label"),
        (" DATA:text/html,x", "label"),
        ("https://a.example/b c) [d](e", "[label](https://a.example/b%20c%29%20%5Bd%5D%28e)"),
        ("https://a.example/?a=1&amp;b=%20", "[label](https://a.example/?a=1&b=%20)"),
    ],
)
def test_a_link_ends_where_it_ended_and_runs_nothing(target: str, expected: str) -> None:
    link = '<w:p><w:hyperlink r:id="rH"><w:r><w:t>label</w:t></w:r></w:hyperlink></w:p>'
    relation = f'<Relationship Id="rH" Type="hyperlink" Target="{target}" TargetMode="External"/>'
    assert read(link, relation).markdown == f"{expected}\n"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("---", "\\---"), ("~~~", "\\~~~"), ("+++", "\\+++"), ("&amp;lt;b&amp;gt; A&amp;B", "\\&lt;b\\&gt; A&B")],
)
def test_typed_marks_begin_nothing(typed: str, expected: str) -> None:
    assert read(p(typed)).markdown == f"{expected}\n"
