"""A drawn face for each emotion, from -2 (let down) to 2 (delighted)."""

from core.design_tokens import LIGHT

MOUTH_PATHS = {
    -2: "M7.6 16.2q4.4-4.4 8.8 0M7 8.2l3 1.2M17 8.2l-3 1.2",
    -1: "M8 15.6q4-2.2 8 0",
    0: "M8 14.8h8",
    1: "M8 14q4 2.4 8 0",
    2: "M7.4 13.2q4.6 5.2 9.2 0",
}


def face_svg(level: int) -> str:
    """Return the face for an emotion as a standalone SVG, in the light theme's colors."""
    ink = LIGHT["face-ink"]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<circle cx="12" cy="12" r="10.2" fill="{LIGHT[f"e{level}"]}"/>'
        f'<path d="{MOUTH_PATHS[level]}" fill="none" stroke="{ink}" stroke-width="1.8"'
        ' stroke-linecap="round"/>'
        f'<circle cx="8.8" cy="10.4" r="1.35" fill="{ink}"/>'
        f'<circle cx="15.2" cy="10.4" r="1.35" fill="{ink}"/></svg>'
    )
