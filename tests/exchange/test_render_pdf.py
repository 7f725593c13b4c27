"""The PDF of pictures: what a reader and a screen reader find in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from typst import TypstError

from core.child_process import Limits, run_in_child_process
from exchange.render.pdf import Panel, PictureSheet, Section, render_picture_sheet


def sheet(picture: str) -> PictureSheet:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 54">{picture}</svg>'
    panels = [
        Panel(n, svg, f"Picture {n}", "Łódź, βήμα, шаг, שלום, مرحبا", ("#panic() *as text*",))
        for n in range(1, 8)
    ]
    return PictureSheet(
        title="Moving <house>",
        subtitle="Fjordline",
        language="he",
        is_right_to_left=True,
        made_at=datetime(2026, 11, 28, 1, 2, 3, 4, tzinfo=UTC),
        sections=(Section("Choose", tuple(panels[:6])), Section("Pay", tuple(panels[6:]))),
    )


def test_a_sheet_of_pictures_has_its_texts_in_every_script():
    drawn = sheet('<text y="20" font-family="Shantell Sans">Hej</text>')
    pdf = PdfReader(BytesIO(run_in_child_process(render_picture_sheet, drawn, limits=Limits())))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert len(pdf.pages) == 2
    for words in ("Choose", "Pay", "Łódź, βήμα, шаг", "#panic() *as text*", "Hej"):
        assert words in text
    fonts = {str(font["/BaseFont"]).partition("+")[2] for font in fonts_of(pdf)}
    assert {name.partition("-")[0] for name in fonts} == {
        "Inter",
        "NotoSansHebrew",
        "NotoSansArabic",
        "ShantellSans",
    }
    root = pdf.trailer["/Root"]
    assert (pdf.metadata.title, root["/Lang"]) == ("Moving <house>", "he")
    assert sorted(alternatives(root["/StructTreeRoot"])) == [f"Picture {n}" for n in range(1, 8)]


def alternatives(element: Any) -> Iterator[str]:
    """Yield what a screen reader says instead of the pictures."""
    if isinstance(element, dict):
        if "/Alt" in element:
            yield element["/Alt"]
        children = element.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from alternatives(child.get_object())


def fonts_of(pdf: PdfReader):
    for page in pdf.pages:
        yield from (font.get_object() for font in page["/Resources"]["/Font"].values())


@pytest.mark.parametrize("href", ["/etc/hostname.png", "../pictures.typ", "http://[::1]/a.png"])
def test_a_picture_reads_nothing_else(href: str):
    with pytest.raises(TypstError, match="failed to load linked image"):
        render_picture_sheet(sheet(f'<image href="{href}" width="9" height="9"/>'))
