"""Render pictures as PNG with resvg. Run these functions in a child process (core/child_process.py)."""

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import resvg_py

from exchange.render.picture_fonts import FONTS_DIR, with_render_fonts

WIDTH = 1920
PAPER = "#ffffff"


def render_png(svg: str) -> bytes:
    """Return a stored picture as a PNG on white paper, 1,920 pixels wide."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=with_render_fonts(svg),
            width=WIDTH,
            background=PAPER,
            font_dirs=[str(FONTS_DIR)],
        )
    )


def render_png_archive(pictures: Sequence[tuple[str, str]]) -> bytes:
    """Return a ZIP file with these (name, SVG) pictures as PNG."""
    content = BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as archive:
        for name, svg in pictures:
            archive.writestr(name, render_png(svg))
    return content.getvalue()
