"""Draw shapes with ink strokes and flat fills. Twin of frontend/src/storyboard/art/ink.ts.

Both must return the same bytes, so only operations that IEEE 754 rounds exactly are used (+ - * / sqrt, no
trigonometry), and the wobble of the strokes is a hash of the shape's name.
"""

from collections.abc import Callable, Sequence
from math import floor, sqrt
from typing import Any

Point = tuple[float, float]
Place = Callable[[float, float], Point]
Shape = dict[str, Any]

INK = "#1D2A30"
OCTAGON = (
    (-0.7, 0.72),
    (-1, 0),
    (-0.71, -0.71),
    (0, -1),
    (0.71, -0.71),
    (1, 0),
    (0.71, 0.71),
    (0, 1),
)
OVERSHOOT = 14  # how far the sides of a box cross at its corners
THIN = 9  # strokes up to this weight are widest in the middle and have no part of constant width
OFF_REGISTER = 0.25  # how far fills are offset from their outline, in widths of the outline
MASK = 0xFFFFFFFF


def text_hash(text: str) -> int:
    """Return the 32-bit FNV-1a hash of an ASCII text."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & MASK
    return value


def wobble(seed: int, index: int) -> float:
    """Return a pseudorandom number from -1 to 1. Equal arguments give the same number."""
    value = (seed + index * 0x9E3779B1) & MASK
    value = (value ^ value >> 15) * 0x2C1B3C6D & MASK
    value = (value ^ value >> 12) * 0x297A2D39 & MASK
    return (value >> 8) / 0x800000 - 1


def distance(a: Point, b: Point) -> float:
    x, y = b[0] - a[0], b[1] - a[1]
    return sqrt(x * x + y * y)


def on_spline(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    """Return the point at t (0 to 1) of the Catmull-Rom segment from b to c."""

    def axis(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t * t
            + (3 * b - a - 3 * c + d) * t * t * t
        )

    return axis(a[0], b[0], c[0], d[0]), axis(a[1], b[1], c[1], d[1])


def around(points: Sequence[Point], index: int, closed: bool) -> Point:
    """Return a point by index. Beyond the ends, a loop wraps around and an open line repeats its end point."""
    count = len(points)
    return points[(index + count) % count] if closed else points[min(max(index, 0), count - 1)]


def integer(number: float) -> int:
    return floor(number + 0.5)


class Path:
    """Path data with relative integer coordinates."""

    def __init__(self) -> None:
        self.data = ""
        self.x = self.y = 0

    def write(self, command: str, *points: Point) -> None:
        self.data += command
        x, y = self.x, self.y
        is_first = bool(command)
        for point in points:
            x, y = integer(point[0]), integer(point[1])
            for number in (x - self.x, y - self.y):
                self.data += f"{number}" if is_first or number < 0 else f" {number}"
                is_first = False
        self.x, self.y = x, y

    def spline(self, points: Sequence[Point], closed: bool = False) -> None:
        """Append a Catmull-Rom curve through points.

        The current point must be the first of them. The path command `s` omits a segment's first control point,
        because it mirrors the previous segment's second one.
        """
        for index in range(len(points) if closed else len(points) - 1):
            a, b, c, d = (around(points, index + offset, closed) for offset in (-1, 0, 1, 2))
            first = (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6)
            second = (c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6)
            if index == 0:
                self.write("c", first, second, c)
            else:
                self.write("s" if index == 1 else "", second, c)


def offset(points: Sequence[Point], distances: Sequence[float]) -> list[Point]:
    """Return the points of an open line, each moved at right angles to the line by its distance."""
    moved = []
    for index, (x, y) in enumerate(points):
        a, b = around(points, index - 1, False), around(points, index + 1, False)
        length = distance(a, b) or 1
        moved.append(
            (
                x - (b[1] - a[1]) / length * distances[index],
                y + (b[0] - a[0]) / length * distances[index],
            )
        )
    return moved


def knots(points: Sequence[Point], weight: float, closed: bool) -> list[Point]:
    """Return points of the curve where the pen's width or direction changes.

    There are more such points near the ends and on long curves.
    """
    last = len(points) - (1 if closed else 2)
    traced = []
    for index in range(last + 1):
        a, b, c, d = (around(points, index + offset, closed) for offset in (-1, 0, 1, 2))
        length = distance(b, c) or 1
        steps = [0.0]
        if weight <= THIN:
            steps += [0.5] if last == 0 else []
        else:
            if index == 0:
                steps.append(min(0.3, 2 * weight / length))
            elif length > 230 and index < last:
                steps.append(0.5)
            if index == last and not closed:
                steps.append(max(0.7, 1 - 3 * weight / length))
        traced += [on_spline(a, b, c, d, step) for step in steps]
    if closed:  # the end overlaps the start, as in a drawing by hand
        a, b, c, d = (around(points, offset, True) for offset in (-1, 0, 1, 2))
        return [*traced, points[0], on_spline(a, b, c, d, 0.4)]
    return [*traced, points[-1]]


def stroke(points: Sequence[Point], weight: float, seed: int, closed: bool = False) -> str:
    """Return the path data of an ink stroke that tapers at both ends."""
    line = [
        (
            x + wobble(seed, 2 * index) * weight * 0.17,
            y + wobble(seed, 2 * index + 1) * weight * 0.17,
        )
        for index, (x, y) in enumerate(knots(points, weight, closed))
    ]
    widths = [weight * (0.45 + wobble(seed, 900 + index) * 0.1) for index in range(len(line))]
    widths[0], widths[-1] = weight * 0.14, weight * 0.1
    left = offset(line, widths)
    right = offset(line, [-width for width in widths])[::-1]
    path = Path()
    path.write("M", left[0])
    path.spline(left)
    path.write("l", right[0])
    path.spline(right)
    return path.data + "z"


def ink(data: str, color: str = INK) -> str:
    """Return strokes as a path element. The color INK isn't written, because drawing() sets it for all paths."""
    return f'<path d="{data}"/>' if color == INK else f'<path fill="{color}" d="{data}"/>'


def side(a: Point, b: Point) -> list[Point]:
    """Return the line from a to b, extended at both ends."""
    length = distance(a, b) or 1
    x, y = (b[0] - a[0]) / length * OVERSHOOT, (b[1] - a[1]) / length * OVERSHOOT
    return [(a[0] - x, a[1] - y), (b[0] + x, b[1] + y)]


def fill(points: Sequence[Point], color: str, is_sharp: bool) -> str:
    path = Path()
    path.write("M", points[0])
    if is_sharp:
        for point in points[1:]:
            path.write("l", point)
    else:
        path.spline(points, True)
    return f'<path fill="{color}" d="{path.data}"/>'


def limb_sides(joints: Sequence[Point], width: float) -> list[Point]:
    """Return the outline of a limb: down one side and up the other."""
    middle = []
    for index in range(len(joints) - 1):
        a, b, c, d = (around(joints, index + offset, False) for offset in (-1, 0, 1, 2))
        middle += [b, on_spline(a, b, c, d, 0.55)]
    middle.append(joints[-1])
    return (
        offset(middle, [-width / 2] * len(middle)) + offset(middle, [width / 2] * len(middle))[::-1]
    )


def capsule(joints: Sequence[Point], width: float) -> list[Point]:
    """Return the outline of a straight limb with a rounded start."""
    a, b = joints
    behind = width / 2 / (distance(a, b) or 1)
    return [
        (a[0] - (b[0] - a[0]) * behind, a[1] - (b[1] - a[1]) * behind),
        *limb_sides(joints, width),
    ]


def pairs(numbers: Sequence[float]) -> list[Point]:
    return [(numbers[index], numbers[index + 1]) for index in range(0, len(numbers), 2)]


def outline(shape: Shape, place: Place) -> list[Point]:
    """Return the transformed points of a shape."""
    if "round" in shape:
        x, y, width, height = shape["round"]
        return [place(x + a * width, y + b * height) for a, b in OCTAGON]
    return [place(x, y) for x, y in pairs(shape["points"])]


def shape_svg(
    shape: Shape, place: Place, colors: dict[str, str], name: str, scale: float = 1
) -> str:
    """Return the SVG for a shape from the art files.

    `points` (or `round`: center and radii) are filled with `fill` and outlined with a stroke of the weight
    `ink`. `sharp` makes straight sides, and `open` makes a line instead of a loop. `tube` and `capsule` make
    limbs of a width. `pen` replaces the color of the ink.
    """
    points = outline(shape, place)
    color = colors[shape["fill"]] if "fill" in shape else ""
    weight = shape.get("ink", 0)
    seed = text_hash(name)
    if "tube" in shape:
        points = limb_sides(points, shape["tube"] * scale)
    elif "capsule" in shape:
        points = capsule(points, shape["capsule"] * scale)
    svg = ""
    if color:
        shift = weight * OFF_REGISTER
        svg += fill([(x + shift, y + shift) for x, y in points], color, "sharp" in shape)
    if not weight:
        return svg
    if "sharp" not in shape:
        data = stroke(points, weight, seed, "open" not in shape and "tube" not in shape)
    else:
        ends = range(len(points) - 1 if "open" in shape else len(points))
        data = "".join(
            stroke(side(points[i], around(points, i + 1, True)), weight, seed + i) for i in ends
        )
    return svg + ink(data, colors[shape.get("pen", "ink")])


def drawing(frame: Sequence[int], content: str, size: float) -> str:
    """Return a standalone SVG with this content.

    `frame` is the viewBox (left, top, width, height). `size` is the number of pixels for each of its units.
    """
    left, top, width, height = frame
    content = content.replace('z"/><path d="M', "zM")  # join consecutive strokes to one path
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" '
        f'width="{integer(width * size)}" height="{integer(height * size)}" fill="{INK}">{content}</svg>'
    )
