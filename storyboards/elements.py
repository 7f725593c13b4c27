"""Validate the Excalidraw elements of drawings, and convert them to and from their stored form.

Properties that aren't in the tables below are dropped. An invalid value is refused, except in links and texts,
which are sanitized.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext

from core.errors import FieldError, InvalidRequest
from core.fields import is_number
from core.text import CONTROLS_IN_PROSE, DIRECTION_CONTROL, NONCHARACTER

KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
ORDER_KEY = re.compile(r"[A-Za-z0-9]{1,100}")
COLOUR = re.compile(r"#[0-9A-Fa-f]{3,8}|[a-z]{1,20}")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
DRAWN_FILE = re.compile(r"(figure|prop|place)-[A-Za-z0-9_-]{1,80}")  # drawn by the client itself
LINK_SCHEMES = frozenset({"http", "https", "mailto"})
MAX_COORDINATE = 100_000
MAX_POINTS = 10_000
MAX_TEXT = 10_000
MAX_ELEMENT_BYTES = 500_000
MAX_CUSTOM_BYTES = 2_000
MAX_VERSION = 1_000_000_000
MAX_INTEGER = 2**31

Check = Callable[[Any], Any]  # returns the value as it is stored, or raises ValueError


@dataclass(frozen=True)
class CleanElement:
    """A validated element in its stored form."""

    key: str
    at: dict[str, Any]
    shape: dict[str, Any]

    @property
    def rank(self) -> tuple[int, int]:
        return rank_of(self.at)


def rank_of(at: Mapping[str, Any]) -> tuple[int, int]:
    """Return the sort key that decides between two versions of an element: the greater one wins.

    As in Excalidraw, the higher version wins. If the versions are equal, the lower nonce wins.
    """
    return at["version"], -at["versionNonce"]


# -- checks of values


def number(least: float = -MAX_COORDINATE, most: float = MAX_COORDINATE) -> Check:
    def check(value: Any) -> Any:
        if not is_number(value) or not least <= value <= most:
            raise ValueError(f"Send a number from {least:,} to {most:,}.")
        return value

    return check


def integer(least: int = 0, most: int = MAX_INTEGER) -> Check:
    def check(value: Any) -> Any:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"Send a whole number from {least:,} to {most:,}.")
        return value

    return check


def choice(*choices: Any) -> Check:
    def check(value: Any) -> Any:
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"Use one of {', '.join(choices)}.")
        return value

    return check


def matching(pattern: re.Pattern[str], what: str) -> Check:
    def check(value: Any) -> Any:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(f"Send {what}.")
        return value

    return check


def optional(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def boolean(value: Any) -> Any:
    if not isinstance(value, bool):
        raise ValueError("Send true or false.")
    return value


def list_of(check: Check, most: int) -> Check:
    def check_all(value: Any) -> Any:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(f"Send a list of at most {most:,} items.")
        return [check(item) for item in value]

    return check_all


def mapping(**checks: Check) -> Check:
    """Return a check for an object with these properties, all optional. Other properties are dropped."""

    def check(value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError("Send an object.")
        return {name: checks[name](item) for name, item in value.items() if name in checks}

    return check


def point(value: Any) -> Any:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("Send points as [x, y].")
    return [round(coordinate(axis), 2) for axis in value]


def text(value: Any) -> Any:
    """Return a text without characters that mislead readers, such as invisible ones, or that can't be drawn."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"Send a text of at most {MAX_TEXT:,} characters.")
    for pattern in (CONTROLS_IN_PROSE, DIRECTION_CONTROL, NONCHARACTER):
        value = pattern.sub("", value)
    return value


def link(value: Any) -> Any:
    """Return a web or e-mail link, or None for any other link."""
    try:
        is_safe = isinstance(value, str) and urlsplit(value).scheme in LINK_SCHEMES
    except ValueError:
        is_safe = False
    return value if is_safe and len(value) <= 2000 and value.isprintable() else None


def file_id(value: Any) -> Any:
    """Return the id of a file: either an uploaded picture of the workspace, or a picture that the client draws."""
    if not isinstance(value, str) or not KEY_OF_FILE.fullmatch(value):
        raise ValueError("Send the id of a picture, or figure-, prop- or place- and a name.")
    return value


def custom_data(value: Any) -> Any:
    """Return what the editor stores about an element (`customData`): names, numbers and short texts."""
    if not isinstance(value, dict) or len(json.dumps(value)) > MAX_CUSTOM_BYTES:
        raise ValueError(f"Send an object of at most {MAX_CUSTOM_BYTES:,} bytes.")
    return _plain(value, depth=4)


def _plain(value: Any, depth: int) -> Any:
    match value:
        case None | bool():
            return value
        case int() | float() if is_number(value):
            return value
        case str():
            return text(value)
        case dict() if depth and all(NAME.fullmatch(name) for name in value):
            return {name: _plain(item, depth - 1) for name, item in value.items()}
    raise ValueError("Send names with numbers, texts, true, false or null.")


key = matching(KEY, "an id of letters, digits, - and _")
colour = matching(COLOUR, "a colour, e.g. #1b2a33 or transparent")
coordinate = number()
KEY_OF_FILE = re.compile(rf"{DRAWN_FILE.pattern}|[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")
BINDING = optional(
    mapping(
        elementId=key,
        focus=number(),
        gap=number(),
        fixedPoint=optional(list_of(number(), 2)),
        mode=choice("inside", "orbit", "skip"),
    )
)
ARROWHEAD = optional(matching(NAME, "the name of an arrowhead"))

# -- properties. Those in AT change often and are small. A shape has those of its type as well.

REQUIRED_AT: Mapping[str, Check] = {
    "x": coordinate,
    "y": coordinate,
    "width": coordinate,
    "height": coordinate,
    "angle": number(-100, 100),
    "version": integer(0, MAX_VERSION),
    "versionNonce": integer(),
    "isDeleted": boolean,
}
AT: Mapping[str, Check] = {
    **REQUIRED_AT,
    "strokeColor": colour,
    "backgroundColor": colour,
    "opacity": number(0, 100),
    "index": optional(matching(ORDER_KEY, "an order key")),
    "groupIds": list_of(key, 50),
    "frameId": optional(key),
    "boundElements": optional(list_of(mapping(id=key, type=choice("arrow", "text")), 500)),
    "updated": integer(0, 2**53 - 1),
    "locked": boolean,
}
SHAPE: dict[str, Check] = {
    "fillStyle": choice("hachure", "cross-hatch", "solid", "zigzag"),
    "strokeWidth": number(0, 100),
    "strokeStyle": choice("solid", "dashed", "dotted"),
    "roundness": optional(mapping(type=integer(1, 3), value=number(0, MAX_COORDINATE))),
    "roughness": number(0, 10),
    "seed": integer(),
    "link": link,
    "customData": optional(custom_data),
}
LINEAR: dict[str, Check] = {
    "points": list_of(point, MAX_POINTS),
    "lastCommittedPoint": optional(point),
    "startBinding": BINDING,
    "endBinding": BINDING,
    "startArrowhead": ARROWHEAD,
    "endArrowhead": ARROWHEAD,
}
SHAPES_BY_TYPE: Mapping[str, Mapping[str, Check]] = {
    "rectangle": SHAPE,
    "diamond": SHAPE,
    "ellipse": SHAPE,
    "line": SHAPE | LINEAR | {"polygon": boolean},
    "arrow": SHAPE
    | LINEAR
    | {
        "elbowed": boolean,
        "fixedSegments": optional(
            list_of(mapping(start=point, end=point, index=integer(0, MAX_POINTS)), 1000)
        ),
        "startIsSpecial": optional(boolean),
        "endIsSpecial": optional(boolean),
    },
    "freedraw": SHAPE
    | {
        "points": list_of(point, MAX_POINTS),
        "pressures": list_of(number(0, 1), MAX_POINTS),
        "simulatePressure": boolean,
        "lastCommittedPoint": optional(point),
    },
    "text": SHAPE
    | {
        "text": text,
        "originalText": text,
        "fontSize": number(0, 1000),
        "fontFamily": integer(0, 100),
        "textAlign": choice("left", "center", "right"),
        "verticalAlign": choice("top", "middle", "bottom"),
        "containerId": optional(key),
        "autoResize": boolean,
        "lineHeight": number(0.1, 10),
    },
    "image": SHAPE
    | {
        "fileId": optional(file_id),
        "status": choice("pending", "saved", "error"),
        "scale": list_of(number(-1, 1), 2),
        "crop": optional(
            mapping(
                x=coordinate,
                y=coordinate,
                width=coordinate,
                height=coordinate,
                naturalWidth=coordinate,
                naturalHeight=coordinate,
            )
        ),
    },
    "frame": SHAPE | {"name": optional(text)},
}
REQUIRED_SHAPE = {"points": ("line", "arrow", "freedraw"), "text": ("text",)}


# -- elements


def read_elements(sent: Any, most: int) -> list[CleanElement]:
    """Return the validated elements of a request. If an element occurs twice, the newer one is kept.

    Raise InvalidRequest, with a JSON pointer to each invalid value, such as `/elements/0/points`.
    """
    if not isinstance(sent, list) or len(sent) > most:
        detail = gettext("Send a list of at most {limit} elements.").format(limit=f"{most:,}")
        raise InvalidRequest.at("/elements", "max_length", detail)
    errors: list[FieldError] = []
    elements: dict[str, CleanElement] = {}
    for index, raw in enumerate(sent):
        pointer = f"/elements/{index}"
        try:
            element = read_element(raw, pointer)
        except InvalidRequest as error:
            errors += error.errors
            continue
        known = elements.get(element.key)
        if known is None or known.rank < element.rank:
            elements[element.key] = element
    if errors:
        raise InvalidRequest(errors[0].detail, errors=errors[:50])
    return list(elements.values())


def read_element(raw: Any, pointer: str) -> CleanElement:
    """Return a validated element in its stored form. Raise InvalidRequest if it isn't valid."""
    if not isinstance(raw, dict):
        raise InvalidRequest.at(pointer, "type", gettext("Send each element as an object."))
    kind = raw.get("type")
    if not isinstance(kind, str) or kind not in SHAPES_BY_TYPE:
        detail = gettext("This type of element isn’t allowed in a drawing. Remove it.")
        raise InvalidRequest.at(f"{pointer}/type", "choice", detail)
    required = {"id", *REQUIRED_AT, *(n for n, kinds in REQUIRED_SHAPE.items() if kind in kinds)}
    errors = [
        FieldError(f"{pointer}/{name}", "required", gettext("This property is required."))
        for name in sorted(required - raw.keys())
    ]
    values: dict[str, Any] = {}
    for name, check in {"id": key, **AT, **SHAPES_BY_TYPE[kind]}.items():
        if name in raw:
            try:
                values[name] = check(raw[name])
            except ValueError as error:
                errors.append(FieldError(f"{pointer}/{name}", "invalid", str(error)))
    if errors:
        raise InvalidRequest(errors[0].detail, errors=errors)
    if len(json.dumps(values)) > MAX_ELEMENT_BYTES:
        detail = gettext("This element is too large. Draw it in parts.")
        raise InvalidRequest.at(pointer, "max_length", detail)
    at = {name: value for name, value in values.items() if name in AT}
    shape = {name: value for name, value in values.items() if name not in AT and name != "id"}
    return CleanElement(values["id"], at, {"type": kind, **shape})


def join_element(key: str, at: Mapping[str, Any], shape: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored element in Excalidraw's format."""
    return {"id": key, **shape, **at}
