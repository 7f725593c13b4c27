"""Render a storyboard as a PDF with Typst, from dataclasses, without Django or the database.

Run it in a child process (core/child_process.py): a drawing can take any amount of memory.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import typst

from exchange.render.picture_fonts import FONTS_DIR, with_render_fonts

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Panel:
    """A frame to print. Empty texts aren't shown. `svg` is "" if there is no picture.

    `alt` describes the picture to a screen reader. `face` is a key of the sheet's faces.
    """

    number: int
    svg: str = ""
    alt: str = ""
    place: str = ""
    face: str = ""
    feeling: str = ""
    caption: str = ""
    speech: str = ""
    description: str = ""
    notes: str = ""


@dataclass(frozen=True)
class StoryboardSheet:
    """A storyboard to print, `per_page` (1, 2, 4, 6 or 9) frames on each page.

    `paper` is Typst's name for a paper size. `language` is the code of the texts' language, such as `en`.
    `faces` has an SVG for each emotion by key, and `colors` the design tokens. `labels` has the translated
    labels `notes` and `empty` (shown instead of a missing picture).
    """

    title: str
    subtitle: str
    language: str
    is_right_to_left: bool
    made_at: datetime
    panels: tuple[Panel, ...]
    labels: Mapping[str, str]
    faces: Mapping[str, str]
    colors: Mapping[str, str]
    per_page: int = 6
    paper: str = "a4"


def render_storyboard(sheet: StoryboardSheet) -> bytes:
    """Return a storyboard as a PDF, tagged for screen readers.

    Pictures must not link to files or URLs, because these are refused. Characters that our fonts lack, such as
    Chinese ones, come from the system's fonts.
    """
    panels = tuple(replace(panel, svg=with_render_fonts(panel.svg)) for panel in sheet.panels)
    return typst.compile(
        str(HERE / "storyboard.typ"),
        root=str(HERE),  # nothing else can be read
        font_paths=typst.Fonts(font_paths=[str(FONTS_DIR)]),
        sys_inputs={"sheet": json.dumps(asdict(replace(sheet, panels=panels)), default=str)},
        format="pdf",
        timestamp=sheet.made_at.replace(microsecond=0),
    )
