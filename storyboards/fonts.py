"""Embed fonts in pictures. A picture in `<img>` can't load fonts, so it must contain the glyphs that it needs."""

import base64
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from xml.etree import ElementTree

from django.conf import settings
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# The font files of each family that frames may use. Each file covers other characters.
FONT_FILES: Mapping[str, tuple[str, ...]] = {
    "Shantell Sans Variable": (
        "shantell-sans-latin-wght-normal",
        "shantell-sans-latin-ext-wght-normal",
    ),
    "Inter Variable": ("inter-latin-wght-normal", "inter-latin-ext-wght-normal"),
}
WEIGHT = 400


def font_faces(root: ElementTree.Element) -> str:
    """Return CSS that embeds the fonts of a picture's texts, or "" if it has no text."""
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
    font = TTFont(settings.ROOT / "static" / "fonts" / f"{name}.woff2")
    covered = sorted({ord(char) for char in characters} & font.getBestCmap().keys())
    if not covered:
        return ""
    subsetter = Subsetter(Options(hinting=False))
    subsetter.populate(unicodes=covered)
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"wght": WEIGHT})
    font.flavor = "woff2"
    font.save(content := BytesIO())
    data = base64.b64encode(content.getvalue()).decode()
    ranges = ",".join(f"U+{code:X}" for code in covered)
    return (
        f'@font-face{{font-family:"{family}";src:url(data:font/woff2;base64,{data});'
        f"unicode-range:{ranges}}}"
    )
