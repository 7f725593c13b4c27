"""Write the icons of icons.json as a font, in which the name of an icon is a ligature for it.

Run by `npm run vendor`. The map draws the icons of its cards as text. A browser paints text
together with its card, but it keeps a transform for each inline SVG in every frame.
"""

import json
import string
from pathlib import Path

from fontTools.otlLib.builder import buildLigatureSubstSubtable
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
SOURCE = HERE / "node_modules/lucide-static/font"
NAME_CHARACTERS = string.ascii_lowercase + string.digits + "-"  # empty glyphs of no width


def main() -> None:
    names = json.loads((HERE / "icons.json").read_text())
    codepoints = json.loads((SOURCE / "codepoints.json").read_text())
    font = TTFont(SOURCE / "lucide.ttf", recalcTimestamp=False)
    glyphs = font.getBestCmap()
    icons = {name: glyphs[codepoints[name]] for name in names}
    ligatures = {tuple(glyphs[ord(letter)] for letter in name): icons[name] for name in names}
    (lookup,) = font["GSUB"].table.LookupList.Lookup
    lookup.SubTable = [buildLigatureSubstSubtable(ligatures)]
    subsetter = Subsetter(Options(layout_closure=False, hinting=False))
    subsetter.populate(text=NAME_CHARACTERS, glyphs=icons.values())
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(HERE.parent / "static/fonts/icons.woff2")


if __name__ == "__main__":
    main()
