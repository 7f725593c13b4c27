"""Compose a frame's drawing from a short description, for the demo and the built-in templates.

A scene names a `place`, `figures` ([who, pose, mood, x] and optionally "behind": behind the place's counter or
table), `props` ([name, x, bottom, height]) and `bubbles` ([kind, who, text]). x and bottom are fractions of the
paper's size. A bubble without a speaker is a voice from outside the frame. A bubble can have a fourth value, the x
of its center, so that it covers nothing important. A bubble of the kind "screen" is a message on a phone. The
elements equal those that the editor makes (frontend/src/storyboard/scene.ts).
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from textwrap import wrap
from typing import Any

from core.actors import Actor
from core.tenancy import tenant_scope
from storyboards.elements import read_elements
from storyboards.models import MAX_ELEMENTS, Frame
from storyboards.services import drawing_update, frame_drawing_open, frame_picture_update

from .bubbles import (
    PADDING_X,
    PADDING_Y,
    TAIL_LENGTH,
    bubble_around,
    bubble_frame,
    bubble_id,
)
from .drawing_svg import HANDWRITING, PAPER_HEIGHT, PAPER_WIDTH, drawing_svg
from .figures import art, figure_id
from .library import place_layers, prop_size

Element = dict[str, Any]
Box = dict[str, float]  # x, y, width and height
Cast = Mapping[str, Mapping[str, Any]]

# The height of a figure's picture, in pixels, by shot size
FIGURE_HEIGHTS = {"wide": 320, "medium": 460, "close": 960}
GROUND = 0.91
GROUND_BEHIND = 0.88  # for figures behind a counter, which hides their feet
PERSON_SHARE = 0.83  # of the height of a picture, from the ground to the top of the head
INK, TEXT_SIZE, LINE_HEIGHT = "#1D2A30", 28, 1.25
LETTER_WIDTH = 0.5  # average width of a letter, as a share of the text size
MESSAGE_PADDING = 16
DIGITS = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # of Excalidraw's order keys
)
LINE_LENGTHS = {"speech": 20, "thought": 16, "screen": 15}
SCREEN_LEFT, SCREEN_TOP, SCREEN_WIDTH = 358, 92, 244
COMMON = {
    "angle": 0,
    "strokeColor": INK,
    "backgroundColor": "transparent",
    "fillStyle": "solid",
    "strokeWidth": 2,
    "strokeStyle": "solid",
    "roughness": 0,
    "opacity": 100,
    "groupIds": [],
    "frameId": None,
    "roundness": None,
    "version": 1,
    "isDeleted": False,
    "boundElements": None,
    "updated": 1,
    "link": None,
    "locked": False,
}


def frame_draw_scene(*, frame: Frame, scene: Mapping[str, Any], cast: Cast, actor: Actor) -> None:
    """Draw a scene in a frame and store its picture. Requires `draw`. Logged by the services that it calls."""
    frame_drawing_open(frame=frame, actor=actor)
    with tenant_scope([actor.workspace_id]):
        frame.refresh_from_db(fields=["drawing"])
        drawing: Any = frame.drawing
    elements = compose(scene, cast)
    cleaned = read_elements(elements, MAX_ELEMENTS)
    update = drawing_update(drawing=drawing, elements=cleaned, actor=actor)
    svg = drawing_svg(elements)
    frame_picture_update(frame=frame, svg=svg, drawn=update.version, actor=actor)


def compose(scene: Mapping[str, Any], cast: Cast) -> list[Element]:
    """Return the elements of a scene, from back to front.

    `cast` has the `customData.figure` of each person: `look`, and `persona` or `name`.
    """
    figures = scene.get("figures", [])
    elements = [
        *_place(scene["place"], "back"),
        *(_figure(figure, scene["size"], cast) for figure in figures if "behind" in figure),
        *_place(scene["place"], "front"),
        *(_figure(figure, scene["size"], cast) for figure in figures if "behind" not in figure),
        *(_prop(prop) for prop in scene.get("props", [])),
        *_bubbles(scene),
    ]
    return [_numbered(element, number) for number, element in enumerate(elements)]


# -- pictures


def _place(name: str, layer: str) -> Iterator[Element]:
    if layer in place_layers(name):
        box: Box = {"x": 0, "y": 0, "width": PAPER_WIDTH, "height": PAPER_HEIGHT}
        file_id = f"place-{name}" if layer == "back" else f"place-{name}-front"
        yield _image(file_id, {"place": name, "layer": layer}, box) | {"locked": True}


def _figure(figure: list[Any], size: str, cast: Cast) -> Element:
    who, pose, mood, x, *behind = figure
    acting = {"mood": mood, "pose": pose, "flip": x > 0.5}
    height = FIGURE_HEIGHTS[size]
    ground = GROUND_BEHIND if behind else GROUND
    _, top, frame_width, frame_height = art()["frame"]
    width = height * frame_width / frame_height
    feet = -top / frame_height * height
    box = {
        "x": x * PAPER_WIDTH - width / 2,
        "y": PAPER_HEIGHT * 0.1 if size == "close" else PAPER_HEIGHT * ground - feet,
        "width": width,
        "height": height,
    }
    drawn = {**cast[who], **acting}
    return _image(figure_id(drawn["look"], acting), {"figure": drawn}, box)


def _prop(prop: list[Any]) -> Element:
    name, x, bottom, share = prop
    width, height = prop_size(name)
    scale = share * PAPER_HEIGHT / height
    box = {
        "x": x * PAPER_WIDTH - width * scale / 2,
        "y": (bottom - share) * PAPER_HEIGHT,
        "width": width * scale,
        "height": share * PAPER_HEIGHT,
    }
    return _image(f"prop-{name}", {"prop": name}, box)


def _image(file_id: str, custom_data: dict[str, Any], box: Box) -> Element:
    own = {"type": "image", "fileId": file_id, "status": "saved", "scale": [1, 1], "crop": None}
    return {**COMMON, **own, "customData": custom_data, **_rounded(box)}


def _rounded(box: Box) -> Box:
    return {name: round(value, 2) for name, value in box.items()}


def _numbered(element: Element, number: int) -> Element:
    """Return an element with its id, order key and seeds.

    These are derived from the element's number, so composing a scene again gives the same elements.
    """
    return {
        **element,
        "id": f"scene-{number}",
        "index": f"a{DIGITS[number]}",
        "seed": number + 1,
        "versionNonce": number + 1,
    }


# -- bubbles and messages


def _bubbles(scene: Mapping[str, Any]) -> Iterator[Element]:
    """Yield the elements of bubbles: speech above the speakers, and messages on a phone from the top down."""
    heads = {figure[0]: figure[3] * PAPER_WIDTH for figure in scene.get("figures", [])}
    top = SCREEN_TOP
    for number, (kind, who, words, *x) in enumerate(scene.get("bubbles", [])):
        lines = (wrap(part, LINE_LENGTHS[kind]) for part in words.split("\n"))
        text = "\n".join(chain.from_iterable(lines))
        group = f"bubble-{number}"
        if kind == "screen":
            message = _message(text, top)
            top += message[0]["height"] + 16
        else:
            left, top_of = _bubble_center(heads.get(who), scene["size"], text)
            message = _bubble(kind, text, x[0] * PAPER_WIDTH if x else left, top_of)
        yield from ({**element, "groupIds": [group]} for element in message)


def _bubble_center(head: float | None, size: str, text: str) -> tuple[float, float]:
    """Return the center of a bubble: above the speaker's head or, in a close-up, beside it."""
    width, height = _text_size(text)
    half = width / 2 + PADDING_X + 16
    if head is None:
        x, y = PAPER_WIDTH * 0.74, PAPER_HEIGHT * 0.2
    elif size == "close":
        x, y = PAPER_WIDTH * (0.22 if head > PAPER_WIDTH * 0.4 else 0.78), PAPER_HEIGHT * 0.22
    else:
        top = PAPER_HEIGHT * GROUND - PERSON_SHARE * FIGURE_HEIGHTS[size]
        x, y = head, top - height / 2 - PADDING_Y - TAIL_LENGTH
    least = height / 2 + PADDING_Y + 8
    return min(max(x, half), PAPER_WIDTH - half), max(y, least)


def _text_size(text: str) -> tuple[float, float]:
    lines = text.split("\n")
    return max(map(len, lines)) * TEXT_SIZE * LETTER_WIDTH, len(lines) * TEXT_SIZE * LINE_HEIGHT


def _bubble(kind: str, text: str, x: float, y: float) -> list[Element]:
    width, height = _text_size(text)
    left, top = x - width / 2, y - height / 2
    bubble = bubble_around(kind, width, height)
    frame_left, frame_top, frame_width, frame_height = bubble_frame(bubble)
    box = {
        "x": x - bubble["width"] / 2 + frame_left,
        "y": y - bubble["height"] / 2 + frame_top,
        "width": frame_width,
        "height": frame_height,
    }
    words = _words(text, {"x": left, "y": top, "width": width, "height": height})
    return [_image(bubble_id(bubble), {"bubble": bubble}, box), words]


def _message(text: str, top: float) -> list[Element]:
    _, height = _text_size(text)
    box = {"x": SCREEN_LEFT, "y": top, "width": SCREEN_WIDTH, "height": height + MESSAGE_PADDING}
    inner = {
        "x": SCREEN_LEFT + 12,
        "y": top + MESSAGE_PADDING / 2,
        "width": SCREEN_WIDTH - 24,
        "height": height,
    }
    ground = {
        "type": "rectangle",
        "backgroundColor": "#dfe9ee",
        "strokeWidth": 2,
        "roundness": {"type": 3},
    }
    return [{**COMMON, **ground, **_rounded(box)}, _words(text, inner)]


def _words(text: str, box: Box) -> Element:
    own = {
        "type": "text",
        "text": text,
        "originalText": text,
        "fontSize": TEXT_SIZE,
        "fontFamily": HANDWRITING,
        "textAlign": "center",
        "verticalAlign": "top",
        "containerId": None,
        "autoResize": True,
        "lineHeight": LINE_HEIGHT,
    }
    return {**COMMON, **own, **_rounded(box)}
