"""Render PDF files with Typst. A pure function of dataclasses, without Django or the database.

Run it in a child process (core/child_process.py): a drawing can take any amount of memory.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import typst

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Panel:
    """A picture with its number, title and lines of text. `alt` describes it to a screen reader."""

    number: int
    svg: str
    alt: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class PictureSheet:
    """Pages of pictures in a grid. `language` is the code of the texts' language, such as `en`."""

    title: str
    subtitle: str
    language: str
    is_right_to_left: bool
    made_at: datetime
    sections: tuple[Section, ...]
    columns: int = 3


def render_picture_sheet(sheet: PictureSheet) -> bytes:
    """Return a sheet as a PDF, tagged for screen readers.

    Pictures must not link to other files or URLs, which are refused. Characters that our fonts lack, such as
    Chinese ones, come from the fonts of the system.
    """
    return typst.compile(
        str(HERE / "pictures.typ"),
        root=str(HERE),  # nothing else can be read
        font_paths=typst.Fonts(font_paths=[str(HERE / "fonts")]),
        sys_inputs={"sheet": json.dumps(asdict(sheet), default=str)},
        format="pdf",
        timestamp=sheet.made_at.replace(microsecond=0),
    )
