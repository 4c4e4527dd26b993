"""The same document as DOCX, to be edited: real styles, headings, captions, contents and page numbers as Word's own
fields. Only the drawing process loads this file.
"""

from __future__ import annotations

import io
from typing import Any

from docx import Document as new_file
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from ptsp.colour import soft
from survey.report import charts
from survey.report.document import Chart, Document, Heading, Items, Letterhead, Para, Signature, Table

FONT = "Arial"  # on every machine with Word; LibreOffice has its twin
LANGUAGE = {"id": "id-ID", "en": "en-GB"}
ALIGN = {"l": WD_ALIGN_PARAGRAPH.LEFT, "r": WD_ALIGN_PARAGRAPH.RIGHT, "c": WD_ALIGN_PARAGRAPH.CENTER}
TEXT_MM = 210 - 25 - 22
LOGO_MM = 22


def report(document: Document) -> bytes:
    """The report, A4."""
    file = new_file()
    _set_styles(file, document)
    _cover(file, document)
    _contents(file, document)
    _update_on_opening(file)
    for chapter in document.chapters:
        heading = file.add_heading(f"{document.labels['chapter']} {chapter.number}  {chapter.title}", 1)
        heading.paragraph_format.page_break_before = True
        for block in chapter.blocks:
            _write(file, block, document)
    file.core_properties.title = f"{document.title} - {document.period}"
    file.core_properties.author = document.letterhead.office
    file.core_properties.language = LANGUAGE[document.language]
    file.core_properties.comments = ""
    sink = io.BytesIO()
    file.save(sink)
    return sink.getvalue()


def _write(file: Any, block: Any, document: Document) -> None:
    match block:
        case Heading():
            file.add_heading(f"{block.number}  {block.text}", 2)
        case Para():
            line = file.add_paragraph(block.text, style={"note": "Small print", "lead": "Statement"}.get(block.look))
            line.paragraph_format.keep_with_next = block.text.endswith(":")
        case Items():
            _items(file, block)
        case Table():
            _table(file, block, document)
        case Chart():
            _chart(file, block, document)
        case Signature():
            _signature(file, block)


def _items(file: Any, block: Items) -> None:
    lines = [file.add_paragraph(one, style="List Number" if block.numbered else "List Bullet") for one in block.items]
    if block.numbered:
        number = _numbering_from_one(file)
        for line in lines:
            line._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
            line._p.pPr.numPr.get_or_add_ilvl().val = 0


def _numbering_from_one(file: Any) -> int:
    """A numbering of the kind of "List Number" that begins at 1: Word counts on through all lists of a style."""
    numbering = file.part.numbering_part.element
    style = file.styles["List Number"].element.pPr.numPr.numId.val
    made = numbering.add_num(numbering.num_having_numId(style).abstractNumId.val)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


# --- styles -----------------------------------------------------------------------------------------------------------


def _set_styles(file: Any, document: Document) -> None:
    accent = RGBColor.from_string(document.letterhead.accent[1:])
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(25), Mm(22)
    section.top_margin, section.bottom_margin = Mm(26), Mm(24)
    body = file.styles["Normal"]
    _letters(body, 10.5)
    _say_language(body, LANGUAGE[document.language])
    body.paragraph_format.space_after, body.paragraph_format.line_spacing = Pt(7), 1.2
    for name, size, colour in (("Title", 26, None), ("Heading 1", 17, accent), ("Heading 2", 12.5, None)):
        _letters(file.styles[name], size, bold=True, colour=colour)
        file.styles[name].paragraph_format.keep_with_next = name != "Title"
        _plain(file.styles[name])
    file.styles["Heading 1"].paragraph_format.space_before = Pt(0)
    file.styles["Heading 1"].paragraph_format.space_after = Pt(12)
    file.styles["Heading 2"].paragraph_format.space_before = Pt(14)
    _letters(file.styles["Subtitle"], 14)
    _plain(file.styles["Subtitle"])
    _letters(file.styles["Caption"], 9.5, bold=True)
    file.styles["Caption"].paragraph_format.keep_with_next = True
    for name in ("List Bullet", "List Number"):
        file.styles[name].paragraph_format.space_after = Pt(3)
    _new_style(file, "Small print", 9, after=8).paragraph_format.space_before = Pt(3)
    _new_style(file, "Cell", 9, after=0)
    _new_style(file, "Letterhead", 12, after=0)
    _statement(_new_style(file, "Statement", 12, after=8), document.letterhead.accent)
    for level in (1, 2):
        style = _new_style(file, f"TOC {level}", 10.5, after=2, bold=level == 1)
        style.paragraph_format.tab_stops.add_tab_stop(Mm(TEXT_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        style.paragraph_format.left_indent = Mm(10 * (level - 1))


def _letters(style: Any, size: float, bold: bool = False, colour: RGBColor | None = None) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
    style.font.color.rgb = colour or RGBColor(0x1B, 0x1C, 0x19)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)


def _new_style(file: Any, name: str, size: float, after: float, bold: bool = False) -> Any:
    style = file.styles.add_style(name, 1)
    style.base_style = file.styles["Normal"]
    _letters(style, size, bold=bold)
    style.paragraph_format.space_after = Pt(after)
    return style


def _plain(style: Any) -> None:
    """Without the line under it and the wide letters that the template gives it."""
    for found in (style.element.get_or_add_pPr().find(qn("w:pBdr")), style.element.rPr.find(qn("w:spacing"))):
        if found is not None:
            found.getparent().remove(found)


def _statement(style: Any, accent: str) -> None:
    """A pale ground and a bar of the accent at the left."""
    parts = style.element.get_or_add_pPr()
    edge = _element("w:pBdr", children=[_element("w:left", val="single", sz="24", space="8", color=accent[1:])])
    parts.append(edge)
    parts.append(_element("w:shd", val="clear", color="auto", fill=soft(accent)[1:]))


def _say_language(style: Any, code: str) -> None:
    style.element.get_or_add_rPr().append(_element("w:lang", val=code))


def _element(tag: str, children: Any = (), **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    made.extend(children)
    return made


# --- cover, contents, page numbers ------------------------------------------------------------------------------------


def _cover(file: Any, document: Document) -> None:
    _letterhead(file, document.letterhead)
    title = file.add_paragraph(document.title, style="Title")
    title.paragraph_format.space_before = Mm(60)
    file.add_paragraph(document.subtitle, style="Subtitle")
    period = file.add_paragraph().add_run(document.period)
    period.bold, period.font.size = True, Pt(16)
    period.font.color.rgb = RGBColor.from_string(document.letterhead.accent[1:])
    foot = file.add_paragraph(document.foot, style="Small print")
    foot.paragraph_format.space_before = Mm(50)
    section = file.add_section(WD_SECTION.NEW_PAGE)
    section.footer.is_linked_to_previous = section.header.is_linked_to_previous = False
    _page_number(section.footer.paragraphs[0], document.labels["page"])
    section.header.paragraphs[0].add_run(f"{document.letterhead.office} · {document.title}, {document.period}")
    for line in (section.header.paragraphs[0], section.footer.paragraphs[0]):
        line.style = file.styles["Small print"]


def _letterhead(file: Any, letterhead: Letterhead) -> None:
    if letterhead.logo:
        above = file.add_paragraph(style="Letterhead")
        above.alignment = WD_ALIGN_PARAGRAPH.CENTER
        above.add_run().add_picture(io.BytesIO(letterhead.logo), height=Mm(LOGO_MM))
    lines = [*letterhead.lines, letterhead.office.upper(), *([letterhead.address] if letterhead.address else [])]
    for place, words in enumerate(lines):
        line = file.add_paragraph(style="Letterhead")
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(words)
        run.bold = place <= len(letterhead.lines)
        run.font.size = Pt(14 if place == len(letterhead.lines) else 12 if run.bold else 10)
    under = _element("w:bottom", val="double", sz="8", space="6", color="1B1C19")
    line._p.get_or_add_pPr().append(_element("w:pBdr", children=[under]))


def _contents(file: Any, document: Document) -> None:
    """A field that Word and LibreOffice fill anew; until then it shows the headings."""
    head = file.add_paragraph()
    run = head.add_run(document.labels["contents"])
    run.bold, run.font.size = True, Pt(17)
    entries = [(1, f"{document.labels['chapter']} {one.number}  {one.title}", one) for one in document.chapters]
    first, last = None, None
    for _level, words, chapter in entries:
        lines = [(1, words), *((2, f"{b.number}  {b.text}") for b in chapter.blocks if isinstance(b, Heading))]
        for level, line in lines:
            last = file.add_paragraph(line, style=f"TOC {level}")
            first = first or last
    if first is None or last is None:
        return
    begin = [_mark("begin", dirty=True), _code(' TOC \\o "1-2" \\h \\z \\u '), _mark("separate")]
    for place, part in enumerate(begin):
        first._p.insert(place + 1, part)
    last._p.append(_mark("end"))


def _update_on_opening(file: Any) -> None:
    """The program that opens it fills the page numbers in: only it knows them."""
    settings = file.settings.element
    settings.find(qn("w:compat")).addprevious(_element("w:updateFields", val="true"))  # the order is prescribed


def _page_number(paragraph: Any, words: str) -> None:
    """ "Page {page} of {pages}" with fields."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    before, _, rest = words.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        paragraph.add_run(text)
        if field:
            _field(paragraph, field, "1")


def _field(paragraph: Any, code: str, shown: str) -> None:
    for part in (_mark("begin"), _code(f" {code} "), _mark("separate")):
        paragraph._p.append(part)
    paragraph.add_run(shown)
    paragraph._p.append(_mark("end"))


def _mark(kind: str, dirty: bool = False) -> Any:
    mark = _element("w:fldChar", fldCharType=kind)
    if dirty:
        mark.set(qn("w:dirty"), "true")
    return _element("w:r", children=[mark])


def _code(words: str) -> Any:
    code = OxmlElement("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = words
    return _element("w:r", children=[code])


# --- tables, charts, signature ----------------------------------------------------------------------------------------


def _caption(file: Any, label: str, number: int, words: str, above: bool) -> None:
    line = file.add_paragraph(style="Caption")
    line.paragraph_format.keep_with_next = above
    line.add_run(f"{label} ")
    _field(line, f"SEQ {label} \\* ARABIC", str(number))
    line.add_run(f". {words}")


def _table(file: Any, block: Table, document: Document) -> None:
    _caption(file, document.labels["table"], block.number, block.caption, above=True)
    made = file.add_table(rows=1 + len(block.rows), cols=len(block.head), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    edges = [_element(f"w:{side}", w="60", type="dxa") for side in ("top", "bottom")]
    made._tbl.tblPr.append(_element("w:tblCellMar", children=edges))
    for column, width in zip(made.columns, block.widths, strict=True):
        column.width = Mm(TEXT_MM * width / 100)
    fill = soft(document.letterhead.accent)[1:]
    strong_from = len(block.rows) - block.strong
    for place, (row, texts) in enumerate(zip(made.rows, [block.head, *block.rows], strict=True)):
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        # A short table stays together: every row but the last keeps with the next.
        together = block.whole and place < len(block.rows)
        for cell, words, align, width in zip(row.cells, texts, block.align, block.widths, strict=True):
            cell.width = Mm(TEXT_MM * width / 100)
            line = cell.paragraphs[0]
            line.style, line.alignment = file.styles["Cell"], ALIGN[align]
            line.paragraph_format.keep_with_next = together
            line.add_run(words).bold = place == 0 or place > strong_from
            if place == 0:
                cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=fill))
    made.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    file.add_paragraph(block.note, style="Small print")


def _chart(file: Any, block: Chart, document: Document) -> None:
    line = file.add_paragraph()
    line.paragraph_format.keep_with_next = True
    picture = line.add_run().add_picture(
        io.BytesIO(charts.draw(block, "png", document.letterhead.accent)), width=Mm(TEXT_MM)
    )
    picture._inline.docPr.set("descr", block.alt)
    _caption(file, document.labels["chart"], block.number, block.caption, above=False)


def _signature(file: Any, block: Signature) -> None:
    line = file.add_paragraph()
    line.paragraph_format.left_indent, line.paragraph_format.space_before = Mm(85), Mm(12)
    line.paragraph_format.keep_together = True
    line.add_run(block.place_and_date).add_break(WD_BREAK.LINE)
    line.add_run(block.title)
    for _ in range(4):
        line.add_run().add_break(WD_BREAK.LINE)
    name = line.add_run(block.name)
    name.bold = True
    name.add_break(WD_BREAK.LINE)
    line.add_run(block.number)
