"""Design rules: contrast, size limits, tokens instead of literal colors, and mirrorable styles."""

import gzip
import json
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent.parent
COLORS = json.loads((ROOT / "frontend/tokens.json").read_text())["color"]
PRESENCE = json.loads((ROOT / "frontend/tokens.json").read_text())["presence"]
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
THEMES = ("light", "dark")


def luminance(color: str) -> float:
    channels = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(c * weight for c, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def named(role: str) -> list[str]:
    return [name for name, value in COLORS.items() if value["role"] == role]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("name", "least"),
    [(name, 4.5) for name in named("text")] + [(name, 3) for name in named("mark")],
)
def test_a_colour_can_be_read_on_every_ground_it_stands_on(name, least, theme):
    for ground in ("bg", "surface"):
        assert contrast(COLORS[name][theme], COLORS[ground][theme]) >= least, ground


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (role.partition(":")[2], name) if role.startswith("behind:") else (name, role[3:])
        for name, role in ((name, value["role"]) for name, value in COLORS.items())
        if ":" in role and name != "cont-hatch"
    ],
)
def test_a_text_can_be_read_on_its_own_tint(text, ground, theme):
    assert contrast(COLORS[text][theme], COLORS[ground][theme]) >= 4.5


def test_initials_can_be_read_on_every_colour_of_a_person():
    assert min(contrast("#FFFFFF", color) for color in PRESENCE) >= 5.5


@pytest.mark.parametrize("theme", THEMES)
def test_a_face_can_be_seen_on_its_colour(theme):
    ink = COLORS["face-ink"][theme]
    for name in ("e-2", "e-1", "e0", "e1", "e2"):
        assert contrast(ink, COLORS[name][theme]) >= 3, name


def test_what_is_made_from_the_tokens_is_up_to_date():
    done = subprocess.run(
        [sys.executable, ROOT / "script/tokens", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


MAP = {"map.css", "editor.css", "editor-panels.css", "dragging.css"}  # loaded by the map only
STORYBOARD = {"storyboard-editor.css", "story.css"}  # loaded by the storyboard, and to play it


def test_the_style_sheets_of_the_map_and_of_the_storyboard_stay_small():
    assert compressed_size(MAP) <= 10 * 1024
    assert compressed_size(STORYBOARD) <= 6 * 1024


def test_the_style_sheets_of_each_page_stay_small():
    """A page loads the sheets of all pages, and those that its own template names."""
    shared = sheets_named_in(ROOT / "templates/shell/styles.html")
    assert "app.css" in shared
    for template in (ROOT / "templates").rglob("*.html"):
        own = sheets_named_in(template) - MAP - STORYBOARD
        assert compressed_size(shared | own) <= 18 * 1024, template


def sheets_named_in(template: Path) -> set[str]:
    return set(re.findall(r"css/([\w-]+\.css)", template.read_text()))


def compressed_size(names: set[str]) -> int:
    sheets = (sheet.read_bytes() for sheet in SHEETS if sheet.name in names)
    return len(gzip.compress(b"".join(sheets), 9))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_styles_can_be_mirrored_and_name_no_colour_of_their_own(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    sides = re.findall(r"[;{\s](?:(?:margin|padding|border)-)?(?:left|right)(?:-\w+)*\s*:", text)
    assert not sides, "logical properties only: inline-start, inline-end"
    if sheet.name != "tokens.css":
        colors = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", text))
        assert not colors, "colors come from frontend/tokens.json"


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = (ROOT / "static/icons.svg").read_text()
    for template in (ROOT / "templates").rglob("*.html"):
        for name in re.findall(r'{% icon "([^"]+)"', template.read_text()):
            assert f'<symbol id="{name}"' in sprite, f"{name} in {template.name}"


def test_every_icon_is_a_ligature_of_the_icon_font():
    font = TTFont(ROOT / "static/fonts/icons.woff2")
    glyphs = font.getBestCmap()
    letters = {glyphs[ord(letter)]: letter for letter in string.printable if ord(letter) in glyphs}
    (lookup,) = font["GSUB"].table.LookupList.Lookup
    names = {
        "".join(letters[glyph] for glyph in (first, *ligature.Component))
        for table in lookup.SubTable
        for first, ligatures in table.ligatures.items()
        for ligature in ligatures
    }
    assert names == set(json.loads((ROOT / "frontend/icons.json").read_text()))


def test_the_lock_file_names_no_host():
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
