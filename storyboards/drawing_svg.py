"""Draw the elements of a drawing as SVG, for frames whose picture the editor didn't make.

The people, props, backgrounds and bubbles are the same as in the editor. Lines and shapes are plain: they are
neither sketchy nor of varying width.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import cos, degrees, hypot, sin
from typing import Any

from django.utils.html import escape

from core.fields import is_number

from .bubbles import bubble_svg
from .figures import figure_svg
from .library import place_svg, prop_svg

Element = Mapping[str, Any]  # in Excalidraw's format
Point = tuple[float, float]

PAPER_WIDTH, PAPER_HEIGHT = 960, 600
HANDWRITING = 5  # Excalidraw's font family that is replaced by our handwriting font
FONTS = {1: "Shantell Sans Variable", HANDWRITING: "Shantell Sans Variable"}
OTHER_FONT = "Inter Variable"
ANCHORS = {"left": ("start", 0.0), "center": ("middle", 0.5), "right": ("end", 1.0)}
BASELINE = 0.95  # of a text's first line from its top, in multiples of the font size
CORNER_RADIUS = 14
PEN_WIDTH = 3.5  # of a pen stroke, in multiples of the element's stroke width
ARROW_SIZE = 18
HATCH_OPACITY = 0.4  # hatched areas are drawn as translucent ones
DASHES = {"dashed": "10 8", "dotted": "2 6"}
BUBBLE_KINDS = ("speech", "thought")
MAX_BUBBLE_SIDE = 2_000


NOTHING: Mapping[str, Any] = {}


def drawing_svg(
    elements: Iterable[Element],
    *,
    pictures: Mapping[str, str] = NOTHING,
    looks: Mapping[str, Any] = NOTHING,
) -> str:
    """Return the picture of elements, from back to front, on white paper.

    `pictures` has the URLs of uploaded pictures by file id. `looks` has the current looks of personas by id.
    """
    drawn = "".join(_draw(element, pictures, looks) for element in elements)
    size = f'width="{PAPER_WIDTH}" height="{PAPER_HEIGHT}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PAPER_WIDTH} {PAPER_HEIGHT}" {size}>'
        f'<rect {size} fill="#fff"/>{drawn}</svg>'
    )


def data_url(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def art_of(element: Element, looks: Mapping[str, Any]) -> str | None:
    """Return the generated picture that an element shows (a person, prop, background or bubble), or None.

    `looks` has the current looks of personas by id.
    """
    data: Any = element.get("customData")
    try:
        match data:
            case {"figure": {"look": dict()} as figure}:
                look = looks.get(str(figure.get("persona")), figure["look"])
                return figure_svg(look, figure)
            case {"bubble": {"kind": kind, "width": width, "height": height} as bubble}:
                is_small = all(is_number(n) and 0 < n <= MAX_BUBBLE_SIDE for n in (width, height))
                return bubble_svg(bubble) if kind in BUBBLE_KINDS and is_small else None
            case {"prop": str(name)}:
                return prop_svg(name)
            case {"place": str(name)}:
                return place_svg(name, "front" if data.get("layer") == "front" else "back")
    except KeyError:
        pass
    return None


def _draw(element: Element, pictures: Mapping[str, str], looks: Mapping[str, Any]) -> str:
    is_image = element["type"] == "image"
    content = _image(element, pictures, looks) if is_image else _shape(element)
    attributes = ""
    if element.get("angle"):
        center = f"{_middle(element, 'x', 'width')} {_middle(element, 'y', 'height')}"
        attributes += f' transform="rotate({degrees(element["angle"]):.2f} {center})"'
    if element.get("opacity", 100) < 100:
        attributes += f' opacity="{element["opacity"] / 100}"'
    return f"<g{attributes}>{content}</g>" if attributes and content else content


def _middle(element: Element, start: str, length: str) -> str:
    return f"{element[start] + element[length] / 2:.2f}"


def _image(element: Element, pictures: Mapping[str, str], looks: Mapping[str, Any]) -> str:
    """Return the SVG for an image element, or "" if its picture is unknown.

    The SVG has the same form as in Excalidraw's export, so that rendering.py finds figures by their symbols.
    """
    file_id = element.get("fileId")
    svg = art_of(element, looks)
    url = data_url(svg) if svg else pictures.get(str(file_id))
    if url is None:
        return ""
    left, top, width, height = (element[name] for name in ("x", "y", "width", "height"))
    flip_x, flip_y = (-1 if side < 0 else 1 for side in element.get("scale", (1, 1)))
    flip = f" scale({flip_x} {flip_y})" if (flip_x, flip_y) != (1, 1) else ""
    left += width if flip_x < 0 else 0
    top += height if flip_y < 0 else 0
    return (
        f'<symbol id="image-{file_id}"><image width="100%" height="100%" href="{url}"/></symbol>'
        f'<use href="#image-{file_id}" width="{width}" height="{height}"'
        f' transform="translate({left} {top}){flip}"/>'
    )


def _shape(element: Element) -> str:
    draw = SHAPES.get(element["type"])
    return draw(element) if draw else ""


def _rectangle(element: Element) -> str:
    box = " ".join(f'{name}="{element[name]}"' for name in ("x", "y", "width", "height"))
    radius = f' rx="{CORNER_RADIUS}"' if element.get("roundness") else ""
    return f"<rect {box}{radius} {_paint(element)}/>"


def _ellipse(element: Element) -> str:
    center = f'cx="{_middle(element, "x", "width")}" cy="{_middle(element, "y", "height")}"'
    radii = f'rx="{abs(element["width"]) / 2}" ry="{abs(element["height"]) / 2}"'
    return f"<ellipse {center} {radii} {_paint(element)}/>"


def _diamond(element: Element) -> str:
    left, top, width, height = (element[name] for name in ("x", "y", "width", "height"))
    corners = [(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)]
    points = [(left + x * width, top + y * height) for x, y in corners]
    return f'<path d="{_path(points)}z" {_paint(element)}/>'


def _line(element: Element) -> str:
    points = _points(element)
    if len(points) < 2:
        return ""
    is_closed = points[0] == points[-1]
    way = _smooth_path(points) if element.get("roundness") else _path(points)
    line = f'<path d="{way}" {_paint(element, is_filled=is_closed)}/>'
    heads = [("startArrowhead", points[::-1]), ("endArrowhead", points)]
    return line + "".join(_arrowhead(element, way) for name, way in heads if element.get(name))


def _arrowhead(element: Element, points: Sequence[Point]) -> str:
    """Return the two short lines at the end of an arrow."""
    (x, y), (to_x, to_y) = points[-2:]
    length = hypot(to_x - x, to_y - y) or 1
    back = (x - to_x) / length * ARROW_SIZE, (y - to_y) / length * ARROW_SIZE
    ends = [
        (to_x + back[0] * cos(t) - back[1] * sin(t), to_y + back[0] * sin(t) + back[1] * cos(t))
        for t in (-0.4, 0.4)
    ]
    return (
        f'<path d="{_path([ends[0], (to_x, to_y), ends[1]])}" {_paint(element, is_filled=False)}/>'
    )


def _freedraw(element: Element) -> str:
    points = _points(element)
    if len(points) < 2:
        points = points * 2 or [(element["x"], element["y"])] * 2  # a dot
    width = element.get("strokeWidth", 1) * PEN_WIDTH
    return f'<path d="{_smooth_path(points)}" {_paint(element, width=width, is_filled=False)}/>'


def _text(element: Element) -> str:
    anchor, share = ANCHORS[element.get("textAlign", "left")]
    size = element.get("fontSize", 20)
    step = size * element.get("lineHeight", 1.25)
    x = element["x"] + share * element["width"]
    family = FONTS.get(element.get("fontFamily", HANDWRITING), OTHER_FONT)
    style = (
        f'font-family="{family}" font-size="{size}" text-anchor="{anchor}"'
        f' fill="{element.get("strokeColor", "#000")}"'
    )
    return "".join(
        f'<text x="{x:.1f}" y="{element["y"] + size * BASELINE + number * step:.1f}" {style}>'
        f"{escape(line)}</text>"
        for number, line in enumerate(element["text"].split("\n"))
        if line.strip()
    )


SHAPES: Mapping[str, Callable[[Element], str]] = {
    "rectangle": _rectangle,
    "ellipse": _ellipse,
    "diamond": _diamond,
    "line": _line,
    "arrow": _line,
    "freedraw": _freedraw,
    "text": _text,
}


def _paint(element: Element, *, width: float | None = None, is_filled: bool = True) -> str:
    """Return the attributes for the fill and the stroke of a shape."""
    fill = element.get("backgroundColor", "transparent") if is_filled else "transparent"
    painted = "none" if fill == "transparent" else fill
    opacity = (
        "" if element.get("fillStyle", "solid") == "solid" else f' fill-opacity="{HATCH_OPACITY}"'
    )
    dashes = DASHES.get(element.get("strokeStyle", ""))
    stroke = element.get("strokeColor", "#000")
    return (
        f'fill="{painted}"{opacity if painted != "none" else ""}'
        f' stroke="{"none" if stroke == "transparent" else stroke}"'
        f' stroke-width="{element.get("strokeWidth", 1) if width is None else width}"'
        ' stroke-linecap="round" stroke-linejoin="round"'
        + (f' stroke-dasharray="{dashes}"' if dashes else "")
    )


def _points(element: Element) -> list[Point]:
    return [(element["x"] + x, element["y"] + y) for x, y in element["points"]]


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _smooth_path(points: Sequence[Point]) -> str:
    """Return a smooth path. Between the ends, its curves meet halfway between points."""
    middles = [
        ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        for a, b in zip(points[1:-1], points[2:], strict=True)
    ]
    ends = [*middles[:-1], points[-1]]
    curves = zip(points[1:-1], ends, strict=False)
    start = _path(points[:1])
    bends = "".join(f"Q{x:.1f} {y:.1f} {to_x:.1f} {to_y:.1f}" for (x, y), (to_x, to_y) in curves)
    return start + bends if bends else _path(points)
