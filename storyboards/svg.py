"""Sanitize SVG pictures: rebuild them from an allowlist of elements and attributes.

Everything else is dropped: scripts, styles, links, foreign objects, filters, animations and references to
anything outside of the file. Pictures that could exhaust a browser are refused.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext
from PIL import Image, UnidentifiedImageError

from core.errors import InvalidRequest
from storyboards.fonts import font_faces

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
MAX_SVG_BYTES = 8_000_000
MAX_NODES = 50_000
MAX_RENDERED_NODES = 200_000  # including repetitions by `use` and patterns
MAX_DEPTH = 40
MAX_NESTED_PICTURES = 2  # levels of SVG pictures inside SVG pictures
MAX_SIDE = 20_000
MAX_PIXELS = 40_000_000  # of all nested pictures together

CONTAINERS = frozenset({"g", "defs", "symbol", "clipPath", "mask", "pattern", "marker"})
TEXTS = frozenset({"text", "tspan", "title", "desc"})
ELEMENTS = (
    CONTAINERS
    | TEXTS
    | {
        "svg",
        "use",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "linearGradient",
        "radialGradient",
        "stop",
        "image",
    }
)
MODEST = (
    r"(?![\s\S]*([0-9.]{24}|[eE]\+?0*[1-9][0-9]))"  # no numbers with 24 digits, or of 1e10 and more
)
NUMBERS = re.compile(MODEST + r"[-+0-9.eE,%\s]*(px)?")
PATH = re.compile(MODEST + r"[MmLlHhVvCcSsQqTtAaZz0-9eE+\-.,\s]*")
TRANSFORM = re.compile(
    MODEST + r"((matrix|translate|scale|rotate|skewX|skewY)\([-+0-9.eE,\s]*\)[\s,]*)*"
)
WORDS = re.compile(r"[A-Za-z0-9 ,'\"._-]{0,300}")
ID = re.compile(r"[A-Za-z0-9_.-]{1,120}")
LOCAL_URL = re.compile(r"url\(\s*[\"']?#([A-Za-z0-9_.-]{1,120})[\"']?\s*\)")
PAINT = re.compile(
    rf"[a-zA-Z]{{1,30}}|#[0-9a-fA-F]{{3,8}}|(rgb|hsl)a?\([-0-9.,%\s/]*\)|{LOCAL_URL.pattern}"
)
REFERENCE = re.compile(rf"none|{LOCAL_URL.pattern}")
LOCAL_HREF = re.compile(r"#([A-Za-z0-9_.-]{1,120})")


def _attributes(pattern: re.Pattern[str], names: str) -> dict[str, re.Pattern[str]]:
    return dict.fromkeys(names.split(), pattern)


ATTRIBUTES: Mapping[str, re.Pattern[str]] = {
    **_attributes(ID, "id"),
    **_attributes(
        NUMBERS,
        "x y x1 y1 x2 y2 dx dy cx cy r rx ry fx fy width height viewBox points offset opacity"
        " fill-opacity stroke-opacity stop-opacity stroke-width stroke-dasharray stroke-dashoffset"
        " stroke-miterlimit refX refY markerWidth markerHeight font-size letter-spacing textLength",
    ),
    **_attributes(PATH, "d"),
    **_attributes(TRANSFORM, "transform gradientTransform patternTransform"),
    **_attributes(PAINT, "fill stroke stop-color color"),
    **_attributes(REFERENCE, "clip-path mask marker-start marker-mid marker-end"),
    **_attributes(
        WORDS,
        "fill-rule clip-rule stroke-linecap stroke-linejoin font-family font-weight font-style"
        " text-anchor dominant-baseline alignment-baseline direction lengthAdjust visibility"
        " display preserveAspectRatio gradientUnits spreadMethod patternUnits patternContentUnits"
        " clipPathUnits maskUnits maskContentUnits markerUnits orient vector-effect",
    ),
}
DATA_URL = re.compile(r"data:(image/[a-z+]+)(;[a-z0-9=-]+)*?(;base64)?,(.*)", re.DOTALL)
PIXEL_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


@dataclass
class _Budget:
    """The nodes and pixels of a picture and its nested pictures that were counted so far, to enforce the limits."""

    nodes: int = 0
    pixels: int = 0
    depth: int = 0  # of pictures inside pictures


def sanitize_svg(source: str) -> bytes:
    """Return a picture without anything that runs or loads resources, and with the fonts of its texts embedded.

    Raise InvalidRequest if `source` isn't SVG, or is too large or complex.
    """
    root = sanitized_tree(source)
    if faces := font_faces(root):
        style = ElementTree.Element(qualified("style"))
        style.text = faces
        root.insert(0, style)
    return ElementTree.tostring(root, encoding="utf-8")


def sanitized_tree(source: str | bytes, budget: _Budget | None = None) -> ElementTree.Element:
    """Return a sanitized picture as a tree, without embedded fonts. Raise the same errors as sanitize_svg()."""
    if len(source) > MAX_SVG_BYTES:
        raise _too_large()
    try:
        root = fromstring(source, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        raise _not_svg() from None
    if root.tag != qualified("svg"):
        raise _not_svg()
    clean = _Sanitizer(budget or _Budget()).element(root, 0)
    if clean is None:
        raise _not_svg()
    _require_size(clean)
    _require_bounded(clean)
    return clean


def qualified(name: str) -> str:
    return f"{{{SVG_NAMESPACE}}}{name}"


def _local_name(tag: object) -> str | None:
    """Return the local name of an SVG element, or None for comments and elements of other namespaces."""
    prefix = f"{{{SVG_NAMESPACE}}}"
    return tag.removeprefix(prefix) if isinstance(tag, str) and tag.startswith(prefix) else None


def _invalid(detail: str) -> InvalidRequest:
    return InvalidRequest.at("/svg", "picture", detail)


def _not_svg() -> InvalidRequest:
    return _invalid(gettext("This isn’t an SVG picture. Send the frame’s drawing as SVG."))


def _too_large() -> InvalidRequest:
    return _invalid(gettext("This picture is too large. Draw it in fewer or simpler parts."))


@dataclass
class _Sanitizer:
    """Copies allowed elements, and counts them against a budget."""

    budget: _Budget

    def element(self, source: ElementTree.Element, depth: int) -> ElementTree.Element | None:
        """Return a copy of an element with only its allowed content, or None if the element itself isn't allowed."""
        name = _local_name(source.tag)
        if name == "a":
            name = "g"  # keep the content of a link, without the link
        if name not in ELEMENTS:
            return None
        self.budget.nodes += 1
        if depth > MAX_DEPTH or self.budget.nodes > MAX_NODES:
            raise _too_large()
        clean = ElementTree.Element(qualified(name), self.attributes(name, source))
        if name in TEXTS:
            clean.text = source.text
        for child in source:
            if (kept := self.element(child, depth + 1)) is not None:
                clean.append(kept)
                if name in TEXTS:
                    kept.tail = child.tail
        return clean

    def attributes(self, name: str, source: ElementTree.Element) -> dict[str, str]:
        clean = {
            attribute: value
            for attribute, value in source.items()
            if attribute in ATTRIBUTES and ATTRIBUTES[attribute].fullmatch(value)
        }
        if name in TEXTS and "pre" in source.get("style", "") + source.get(XML_SPACE, ""):
            clean[XML_SPACE] = "preserve"
        href = source.get("href") or source.get(XLINK_HREF) or ""
        if name == "image":
            if (data := self.picture(href)) is not None:
                clean["href"] = data
        elif LOCAL_HREF.fullmatch(href):
            clean["href"] = href
        return clean

    def picture(self, href: str) -> str | None:
        """Return the sanitized data URL of a nested picture.

        Return None for any other URL, and for data that isn't a picture of an allowed type.
        """
        match = DATA_URL.fullmatch(href)
        if match is None:
            return None
        media_type, _, is_base64, data = match.groups()
        try:
            content = base64.b64decode(data) if is_base64 else unquote_to_bytes(data)
        except ValueError:
            return None
        if media_type == "image/svg+xml":
            content = self.nested_svg(content)
        elif media_type not in PIXEL_FORMATS or not self.has_pixels(content, media_type):
            return None
        return f"data:{media_type};base64,{base64.b64encode(content).decode()}"

    def nested_svg(self, content: bytes) -> bytes:
        if self.budget.depth >= MAX_NESTED_PICTURES:
            raise _too_large()
        self.budget.depth += 1
        clean = sanitized_tree(content, self.budget)
        self.budget.depth -= 1
        return ElementTree.tostring(clean, encoding="utf-8")

    def has_pixels(self, content: bytes, media_type: str) -> bool:
        """Return whether the data is a picture of this type. Raise InvalidRequest if it has too many pixels."""
        try:
            with Image.open(BytesIO(content), formats=[PIXEL_FORMATS[media_type]]) as image:
                self.budget.pixels += image.width * image.height
        except Image.DecompressionBombError:
            raise _too_large() from None
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
            return False
        if self.budget.pixels > MAX_PIXELS:
            raise _too_large()
        return True


def _require_size(root: ElementTree.Element) -> None:
    """Raise InvalidRequest unless each given side is a number above 0 and at most MAX_SIDE."""
    box = root.get("viewBox", "").replace(",", " ").split()
    sides = [root.get("width", ""), root.get("height", ""), *box[2:]]
    try:
        given = [float(side.removesuffix("px").removesuffix("%")) for side in sides if side]
    except ValueError:
        raise _not_svg() from None
    if not all(0 < side <= MAX_SIDE for side in given):
        raise _too_large()


def _require_bounded(root: ElementTree.Element) -> None:
    """Raise InvalidRequest if `use` and patterns lead to too many rendered nodes, or contain themselves."""
    by_id = {identifier: node for node in root.iter() if (identifier := node.get("id"))}
    counts: dict[str, int] = {}
    open_ids: set[str] = set()

    def rendered(node: ElementTree.Element) -> int:
        total = sum(1 + sum(map(repeated, _references(part))) for part in node.iter())
        if total > MAX_RENDERED_NODES:
            raise _too_large()
        return total

    def repeated(identifier: str) -> int:
        if identifier not in by_id:
            return 0
        if identifier in open_ids or len(open_ids) > MAX_DEPTH:
            raise _too_large()
        if identifier not in counts:
            open_ids.add(identifier)
            counts[identifier] = rendered(by_id[identifier])
            open_ids.remove(identifier)
        return counts[identifier]

    rendered(root)


def _references(node: ElementTree.Element) -> Iterator[str]:
    """Yield the ids to which an element refers."""
    for name, value in node.items():
        match = LOCAL_HREF.fullmatch(value) if name == "href" else LOCAL_URL.fullmatch(value)
        if match:
            yield match[1]


ElementTree.register_namespace("", SVG_NAMESPACE)
