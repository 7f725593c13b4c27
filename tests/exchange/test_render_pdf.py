"""The PDF of a storyboard: what a reader and a screen reader find in it."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from typst import TypstError

from core.child_process import Limits, run_in_child_process
from core.design_tokens import LIGHT
from core.emotion_faces import MOUTH_PATHS, face_svg
from exchange.render.pdf import Panel, StoryboardSheet, render_storyboard
from tests.support.pdf import alternatives


def sheet(picture: str, count: int = 7, **more: Any) -> StoryboardSheet:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 60">{picture}</svg>'
    panels = [
        Panel(
            number,
            svg if number > 1 else "",
            alt=f"Picture {number}",
            place="Choose · Read",
            face="-2",
            feeling="Let down",
            caption="Łódź, βήμα, шаг, שלום, مرحبا",
            speech=f"Says {number}",
            description="#panic() *as text*",
            notes=f"Note {number}",
        )
        for number in range(1, count + 1)
    ]
    return StoryboardSheet(
        title="Moving <house>",
        subtitle="Mina · 7 frames",
        language="he",
        is_right_to_left=True,
        made_at=datetime(2026, 11, 28, 1, 2, 3, 4, tzinfo=UTC),
        panels=tuple(panels),
        labels={"notes": "Notes", "empty": "Not drawn yet"},
        faces={str(level): face_svg(level) for level in MOUTH_PATHS},
        colors=LIGHT,
        **more,
    )


def test_a_storyboard_has_its_texts_in_every_script():
    drawn = sheet('<text y="20" font-family="Shantell Sans Variable, cursive">Hej</text>')
    pdf = PdfReader(BytesIO(run_in_child_process(render_storyboard, drawn, limits=Limits())))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert len(pdf.pages) == 2
    for words in ("Mina · 7 frames", "Choose · Read", "Łódź, βήμα, шаг", "#panic() *as text*"):
        assert words in text
    for words in ("Hej", "Says 7", "Note 7", "Let down", "Not drawn yet"):
        assert words in text
    fonts = {str(font["/BaseFont"]).partition("+")[2] for font in fonts_of(pdf)}
    assert {name.partition("-")[0] for name in fonts} == {
        "BricolageGrotesque",
        "Inter",
        "NotoSansHebrew",
        "NotoSansArabic",
        "ShantellSans",
    }
    root = pdf.trailer["/Root"]
    assert (pdf.metadata.title, root["/Lang"]) == ("Moving <house>", "he")
    assert sorted(alternatives(root["/StructTreeRoot"])) == [f"Picture {n}" for n in range(2, 8)]


@pytest.mark.parametrize(
    ("per_page", "paper", "pages", "size"),
    [
        (1, "a4", 7, (842, 595)),
        (2, "us-letter", 4, (612, 792)),
        (4, "a4", 2, (595, 842)),
        (6, "us-letter", 2, (792, 612)),
        (9, "a4", 1, (595, 842)),
    ],
)
def test_a_page_has_as_many_frames_as_chosen(per_page: int, paper: str, pages: int, size: Any):
    pdf = PdfReader(BytesIO(render_storyboard(sheet("", per_page=per_page, paper=paper))))
    assert len(pdf.pages) == pages
    assert tuple(round(float(side)) for side in pdf.pages[0].mediabox[2:]) == size


def test_frames_with_several_lines_of_text_fit_below_the_title():
    drawn = sheet("", count=6, per_page=6)
    words = "Three o’clock comes and goes, and the room is still being cleaned."
    panels = tuple(
        replace(panel, speech=words, description=words, notes=words) for panel in drawn.panels
    )
    assert len(PdfReader(BytesIO(render_storyboard(replace(drawn, panels=panels)))).pages) == 1


def fonts_of(pdf: PdfReader):
    for page in pdf.pages:
        yield from (font.get_object() for font in page["/Resources"]["/Font"].values())


@pytest.mark.parametrize("href", ["/etc/hostname.png", "../storyboard.typ", "http://[::1]/a.png"])
def test_a_picture_reads_nothing_else(href: str):
    with pytest.raises(TypstError, match="failed to load linked image"):
        render_storyboard(sheet(f'<image href="{href}" width="9" height="9"/>'))
