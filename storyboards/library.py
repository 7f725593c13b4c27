"""Props and places for storyboards. Twin of frontend/src/storyboard/art/props.ts and places.ts."""

import json
from functools import cache
from typing import Any

from django.conf import settings

from .figures import SIZE, art
from .ink import INK, Place, drawing, shape_svg


@cache
def _data(name: str) -> dict[str, Any]:
    return json.loads((settings.ROOT / f"frontend/src/storyboard/art/{name}.json").read_text())


@cache
def _palette() -> dict[str, str]:
    figures = art()
    return {
        **figures["colors"],
        **figures["fixed_colors"],
        **_data("props")["colors"],
        "ink": INK,
    }


def prop_size(name: str) -> tuple[float, float]:
    """Return the width and height of a prop in pixels, to scale with people."""
    _, _, width, height = _data("props")["props"][name]["frame"]
    return width * SIZE, height * SIZE


@cache
def prop_svg(name: str) -> str:
    """Return a standalone SVG of a prop. Raise KeyError if the name is unknown."""
    frame = _data("props")["props"][name]["frame"]
    return drawing(frame, _prop_parts(name, lambda x, y: (x, y)), SIZE)


def _prop_parts(name: str, place: Place) -> str:
    return "".join(
        shape_svg(shape, place, _palette(), f"{name} {index}")
        for index, shape in enumerate(_data("props")["props"][name]["shapes"])
    )


def place_layers(name: str) -> list[str]:
    """Return the names of a place's non-empty layers, from back to front."""
    has_front = any(item.get("front") for item in _data("places")["places"][name])
    return ["back", "front"] if has_front else ["back"]


@cache
def place_svg(name: str, layer: str = "back") -> str:
    """Return a standalone SVG of a layer of a place. Raise KeyError if the name is unknown."""
    data = _data("places")
    parts = (
        _part(name, index, item)
        for index, item in enumerate(data["places"][name])
        if item.get("front", False) == (layer == "front")
    )
    return drawing(data["frame"], "".join(parts), SIZE)


def _part(name: str, index: int, item: dict[str, Any]) -> str:
    """Return the SVG for a shape of a place, or for a prop in it."""
    if "prop" not in item:
        colors = {**_palette(), **_data("places")["colors"]}
        return shape_svg(item, lambda x, y: (x, y), colors, f"{name} {index}")
    left, ground = item["at"]
    size = item.get("size", 1)
    return _prop_parts(item["prop"], lambda x, y: (left + x * size, ground + y * size))
