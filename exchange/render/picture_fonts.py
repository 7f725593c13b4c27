"""Fonts of pictures outside of a browser: renderers read font files, and not `@font-face`."""

import re
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
FAMILY = re.compile(r'font-family="([^"]*)"')
STYLE = re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL)


def with_render_fonts(svg: str) -> str:
    """Return a stored picture that names the families of our font files, and has no fonts inside."""
    return FAMILY.sub(_family, STYLE.sub("", svg))


def _family(match: re.Match[str]) -> str:
    name = "Inter" if match[1].startswith("Inter") else "Shantell Sans"
    return f'font-family="{name}"'
