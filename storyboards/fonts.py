"""Embed fonts in pictures.

A picture in `<img>` can't load fonts, so the picture itself must contain the glyphs of its texts.
"""

import base64
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import uharfbuzz as harfbuzz
from django.conf import settings
from fontTools.ttLib import TTFont

# The font files of each family that frames may use. Each file covers different characters.
FONT_FILES: Mapping[str, tuple[str, ...]] = {
    "Shantell Sans Variable": (
        "shantell-sans-latin-wght-normal",
        "shantell-sans-latin-ext-wght-normal",
    ),
    "Inter Variable": ("inter-latin-wght-normal", "inter-latin-ext-wght-normal"),
}
WEIGHT = 400


def font_faces(root: ElementTree.Element) -> str:
    """Return CSS that embeds the fonts of a picture's texts, or "" if the picture has no text."""
    texts: dict[str, set[str]] = defaultdict(set)
    _collect(root, "", texts)
    return "".join(
        face
        for family in sorted(texts)
        for name in FONT_FILES.get(family, ())
        if (face := _font_face(family, name, "".join(sorted(texts[family]))))
    )


def _collect(node: ElementTree.Element, family: str, texts: dict[str, set[str]]) -> None:
    """Collect the characters of all texts below a node by font family."""
    named = node.get("font-family", family).split(",")[0].strip(" \"'")
    texts[named].update(node.text or "")
    for child in node:
        _collect(child, named, texts)
        texts[named].update(child.tail or "")


@lru_cache(maxsize=256)
def _font_face(family: str, name: str, characters: str) -> str:
    """Return a CSS rule that embeds these characters, or "" if the font file has none of them."""
    covered = sorted({ord(char) for char in characters} & _coverage(name))
    if not covered:
        return ""
    subset = harfbuzz.SubsetInput()
    subset.unicode_set.update(covered)
    subset.flags = harfbuzz.SubsetFlags.NO_HINTING
    data = base64.b64encode(_woff(harfbuzz.subset(_static_font(name), subset))).decode()
    ranges = ",".join(f"U+{code:X}" for code in covered)
    return (
        f'@font-face{{font-family:"{family}";src:url(data:font/woff;base64,{data});'
        f"unicode-range:{ranges}}}"
    )


@lru_cache
def _coverage(name: str) -> frozenset[int]:
    """Return the code points of the characters that a font file has."""
    return frozenset(TTFont(_path(name)).getBestCmap())


@lru_cache
def _static_font(name: str) -> harfbuzz.Face:
    """Return a font file at the weight of pictures."""
    font = TTFont(_path(name))
    font.flavor = None
    font.save(content := BytesIO())
    face = harfbuzz.Face(content.getvalue())
    everything = harfbuzz.SubsetInput()
    everything.keep_everything()
    everything.pin_axis_location(face, "wght", WEIGHT)
    return harfbuzz.subset(face, everything)


def _woff(face: harfbuzz.Face) -> bytes:
    """Return a font as WOFF. It is a quarter larger than WOFF2, but compressed ten times as fast."""
    font = TTFont(BytesIO(face.blob.data), lazy=True)
    font.flavor = "woff"
    font.save(content := BytesIO())
    return content.getvalue()


def _path(name: str) -> Path:
    return settings.ROOT / "static" / "fonts" / f"{name}.woff2"
