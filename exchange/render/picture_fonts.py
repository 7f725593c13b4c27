"""Prepare pictures for renderers that read font files but not `@font-face`."""

import re
from pathlib import Path

FONTS_DIR = Path(__file__).parent / "fonts"
FAMILY = re.compile(r'font-family="([^"]*)"')
STYLE = re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL)


def with_render_fonts(svg: str) -> str:
    """Return a stored picture that refers to our font files by family, without embedded fonts."""
    return FAMILY.sub(_family, STYLE.sub("", svg))


def _family(match: re.Match[str]) -> str:
    name = "Inter" if match[1].startswith("Inter") else "Shantell Sans"
    return f'font-family="{name}"'
