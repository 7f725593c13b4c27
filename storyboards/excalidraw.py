"""Import and export drawings as `.excalidraw` files, which Excalidraw and many other tools can read."""

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import IO, Any
from uuid import UUID, uuid5

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext

from core.actors import DRAW, Actor
from core.api.body import MIB, read_json
from core.errors import InvalidRequest
from core.ids import find_uuid
from core.tenancy import ensure_tenant_scope
from journeys.models import Persona
from storyboards.drawing_svg import PAPER_HEIGHT, PAPER_WIDTH, art_of, data_url, drawing_svg
from storyboards.elements import DRAWN_FILE, CleanElement, read_elements
from storyboards.models import DRAWING, MAX_ELEMENTS, SVG, Element, Frame, drawing_full_conflict
from storyboards.pictures import encode_upload
from storyboards.queries import drawing_elements, picture_files
from storyboards.services import drawing_import, frame_drawing_open, frame_picture_update
from storyboards.svg import qualified
from workspaces.files import file_create, file_open
from workspaces.models import File

MEDIA_TYPE = "application/vnd.excalidraw+json"
MAX_FILE_BYTES = 20 * MIB
MAX_TEXT_BYTES = 14 * MIB  # of one text, such as an embedded picture
MAX_NODES = 500_000
MAX_PICTURES = 20  # in a file, that have to be decoded
OWN_DATA = frozenset({"figure", "prop", "place", "layer", "bubble"})  # keys of `customData`
DATA_URL = re.compile(r"data:[a-z0-9.+/-]{1,60};base64,", re.IGNORECASE)
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # of order keys
DEFAULTS = {"angle": 0, "version": 1, "versionNonce": 0, "isDeleted": False}

Raw = dict[str, Any]  # an element in Excalidraw's format


# -- Export


def excalidraw_file(frame: Frame) -> dict[str, Any]:
    """Return the content of an `.excalidraw` file with a frame's drawing and its pictures.

    Without a drawing, the file has no elements. Call it in a tenant scope.
    """
    drawn = drawing_elements(frame.drawing_id).values() if frame.drawing_id else []
    elements = [element for element in drawn if not element["isDeleted"]]
    return {
        "type": "excalidraw",
        "version": 2,
        "source": "cxmap",
        "elements": elements,
        "appState": {"viewBackgroundColor": "#ffffff"},
        "files": _embedded_files(frame, elements),
    }


def _embedded_files(frame: Frame, elements: Sequence[Raw]) -> dict[str, dict[str, Any]]:
    """Return the pictures that elements show, as `files` of an Excalidraw file by `fileId`.

    Pictures that can't be found are left out.
    """
    uploads = picture_files(frame.workspace_id, elements)
    looks = _looks_of(elements)
    symbols: dict[str, str] | None = None
    files: dict[str, dict[str, Any]] = {}
    for element in elements:
        file_id = element.get("fileId")
        if not file_id or file_id in files:
            continue
        if file_id in uploads:
            files[file_id] = _file_entry(file_id, *_read_upload(uploads[file_id]))
        elif svg := art_of(element, looks):
            files[file_id] = _file_entry(file_id, SVG, data_url(svg))
        else:
            symbols = _symbols_of(frame) if symbols is None else symbols
            if url := symbols.get(f"image-{file_id}"):
                files[file_id] = _file_entry(file_id, SVG, url)
    return files


def _file_entry(file_id: str, media_type: str, url: str) -> dict[str, Any]:
    return {"id": file_id, "mimeType": media_type, "dataURL": url, "created": 1}


def _read_upload(file: File) -> tuple[str, str]:
    with file_open(file) as content:
        encoded = base64.b64encode(content.read()).decode()
    return file.media_type, f"data:{file.media_type};base64,{encoded}"


def _looks_of(elements: Iterable[Raw]) -> dict[str, Any]:
    """Return the looks of the personas in these elements, by persona id. Runs one query."""
    figures = (_own_data(element).get("figure") for element in elements)
    ids = {
        found
        for figure in figures
        if isinstance(figure, dict) and (found := find_uuid(figure.get("persona")))
    }
    personas = Persona.objects.filter(pk__in=ids).values_list("pk", "figure")
    return {str(pk): look for pk, look in personas if look}


def _own_data(element: Raw) -> Raw:
    data = element.get("customData")
    return data if isinstance(data, dict) else {}


def _symbols_of(frame: Frame) -> dict[str, str]:
    """Return the pictures nested in a frame's picture, as data URLs by symbol id."""
    if frame.picture is None:
        return {}
    with file_open(frame.picture) as content:
        root = fromstring(content.read())
    return {
        symbol.get("id", ""): image.get("href", "")
        for symbol in root.iter(qualified("symbol"))
        for image in symbol.iter(qualified("image"))
    }


# -- Import


@dataclass(frozen=True)
class _Upload:
    content: IO[bytes]
    media_type: str


def frame_drawing_import(*, frame: Frame, content: bytes, replaces: bool, actor: Actor) -> UUID:
    """Add the elements of a file to a frame's drawing, or replace its elements. Return the drawing's id.

    Requires `draw`. Raise InvalidRequest, and change nothing, if the content isn't an Excalidraw file or has
    elements or pictures that aren't allowed. Raise the same errors as drawing_import().
    """
    actor.require(DRAW, "maps:write")
    raws, files = read_file(content)
    if len(raws) > MAX_ELEMENTS:
        raise drawing_full_conflict()
    with ensure_tenant_scope([frame.workspace_id]):
        known = picture_files(frame.workspace_id, raws).keys()
    uploads = _uploads_of(raws, files, known)
    placeholders = {file_id: str(uuid5(frame.pk, file_id)) for file_id in uploads}
    _checked(in_order(raws, None), placeholders)  # before anything is stored
    stored = {file_id: _store(frame, upload, actor) for file_id, upload in uploads.items()}
    drawing_id = frame_drawing_open(frame=frame, actor=replace(actor, gesture=None))
    with ensure_tenant_scope([frame.workspace_id]):
        top = None if replaces else _top_index(drawing_id)
    moved = raws if replaces else with_new_keys(raws)
    elements = _checked(in_order(moved, top), stored)
    version = drawing_import(
        drawing_id=drawing_id, elements=elements, replaces=replaces, actor=actor
    )
    _update_picture(frame, drawing_id, version, replace(actor, gesture=None))
    return drawing_id


def _update_picture(frame: Frame, drawing_id: UUID, version: int, actor: Actor) -> None:
    """Draw and store the frame's picture.

    If the picture would be too large, the next editor that opens the frame stores one instead.
    """
    with ensure_tenant_scope([frame.workspace_id]):
        frame.refresh_from_db()
        drawn = [e for e in drawing_elements(drawing_id).values() if not e["isDeleted"]]
        uploads, looks = picture_files(frame.workspace_id, drawn), _looks_of(drawn)
    urls = {file_id: _read_upload(file)[1] for file_id, file in uploads.items()}
    with suppress(InvalidRequest):
        svg = drawing_svg(drawn, pictures=urls, looks=looks)
        frame_picture_update(frame=frame, svg=svg, drawn=version, actor=actor)


def read_file(content: bytes) -> tuple[list[Raw], Mapping[str, Any]]:
    """Return the elements of an Excalidraw file, and its pictures by `fileId`.

    Deleted elements are left out. The others get defaults for missing properties, lose the `customData` of other
    tools, and are moved to the paper. Raise InvalidRequest if the content isn't an Excalidraw file.
    """
    try:
        value = read_json(content, MAX_NODES, MAX_TEXT_BYTES)
    except InvalidRequest:
        raise _not_a_drawing() from None
    if not isinstance(value, dict) or value.get("type") != "excalidraw":
        raise _not_a_drawing()
    elements, files = value.get("elements"), value.get("files") or {}
    if not isinstance(elements, list) or not isinstance(files, dict):
        raise _not_a_drawing()
    if not all(isinstance(element, dict) for element in elements):
        raise _not_a_drawing()
    present = [{**DEFAULTS, **element} for element in elements if not element.get("isDeleted")]
    return moved_to_paper([_without_foreign_data(element) for element in present]), files


def _not_a_drawing() -> InvalidRequest:
    return InvalidRequest.at(
        "",
        "excalidraw",
        gettext("This isn’t an Excalidraw drawing. Choose a file that ends in .excalidraw."),
    )


def _without_foreign_data(element: Raw) -> Raw:
    """Return an element without the `customData` of other tools, whose format is unknown."""
    if not _own_data(element) or not OWN_DATA.issuperset(_own_data(element)):
        return {name: value for name, value in element.items() if name != "customData"}
    return element


def _uploads_of(
    elements: Iterable[Raw], files: Mapping[str, Any], known: Iterable[str]
) -> dict[str, _Upload]:
    """Return the pictures to store, by their `fileId` in the file.

    Pictures that are already stored (`known`), or that cxmap draws itself, are left out. Raise InvalidRequest if
    there are too many pictures, or one that isn't allowed.
    """
    uploads: dict[str, _Upload] = {}
    for element in elements:
        file_id = element.get("fileId")
        if not isinstance(file_id, str) or file_id in known or file_id in uploads:
            continue
        if DRAWN_FILE.fullmatch(file_id):
            if art_of(element, {}) is None:
                raise _bad_picture(
                    gettext(
                        "This file has a cxmap picture that doesn’t exist. Remove it from the file."
                    )
                )
        elif len(uploads) == MAX_PICTURES:
            raise _bad_picture(
                gettext("This file has more than {n} pictures. Remove some.").format(n=MAX_PICTURES)
            )
        else:
            uploads[file_id] = _Upload(*encode_upload(_embedded(files.get(file_id))))
    return uploads


def _embedded(entry: Any) -> bytes:
    """Return the bytes of a picture that a file embeds, or no bytes if the entry isn't a valid data URL."""
    url = entry.get("dataURL") if isinstance(entry, dict) else None
    start = DATA_URL.match(url) if isinstance(url, str) else None
    try:
        return base64.b64decode(url[start.end() :], validate=True) if start and url else b""
    except binascii.Error:
        return b""


def _bad_picture(detail: str) -> InvalidRequest:
    return InvalidRequest.at("/files", "picture", detail)


def _store(frame: Frame, upload: _Upload, actor: Actor) -> str:
    """Store a picture. Return its id, which is the same for the same picture in the same frame."""
    content = upload.content
    content.seek(0)
    file_id = uuid5(frame.pk, hashlib.file_digest(content, "sha256").hexdigest())  # type: ignore[arg-type]
    file = file_create(
        content=content,
        name="picture",
        media_type=upload.media_type,
        scopes=["maps:read"],
        actor=actor.with_idempotency(file_id),
        purpose=DRAWING,
    )
    return str(file.pk)


def _checked(elements: Iterable[Raw], file_ids: Mapping[str, str]) -> list[CleanElement]:
    """Return the validated elements, with the ids of their pictures replaced."""
    return read_elements(
        [
            {**element, "fileId": file_ids[element["fileId"]], "status": "saved"}
            if element.get("fileId") in file_ids
            else element
            for element in elements
        ],
        MAX_ELEMENTS,
    )


def moved_to_paper(elements: list[Raw]) -> list[Raw]:
    """Return elements moved to the center of the paper, unless their center is already on the paper."""
    boxes = [tuple(element.get(n) for n in ("x", "y", "width", "height")) for element in elements]
    known = [box for box in boxes if all(type(side) in (int, float) for side in box)]
    if not known or len(known) < len(boxes):
        return elements  # invalid ones are refused later
    center_x = (min(b[0] for b in known) + max(b[0] + b[2] for b in known)) / 2  # type: ignore[operator,type-var]
    center_y = (min(b[1] for b in known) + max(b[1] + b[3] for b in known)) / 2  # type: ignore[operator,type-var]
    if 0 <= center_x <= PAPER_WIDTH and 0 <= center_y <= PAPER_HEIGHT:
        return elements
    by_x, by_y = round(PAPER_WIDTH / 2 - center_x, 2), round(PAPER_HEIGHT / 2 - center_y, 2)
    return [{**element, "x": element["x"] + by_x, "y": element["y"] + by_y} for element in elements]


def _top_index(drawing_id: UUID) -> str | None:
    """Return the order key of the frontmost element, or None. Call it in a tenant scope."""
    rows = Element.objects.filter(stream=drawing_id).values_list("at", flat=True)
    return max((at["index"] for at in rows if at.get("index")), default=None)


def in_order(elements: Sequence[Raw], above: str | None) -> list[Raw]:
    """Return the elements with new order keys that follow the list's order and sort after the key `above`.

    If `above` is None and the elements already have ascending keys, their keys are kept.
    """
    keys = [element.get("index") for element in elements]
    is_ordered = all(isinstance(key, str) for key in keys) and keys == sorted(set(keys))  # type: ignore[type-var]
    if above is None and is_ordered:
        return list(elements)
    start = above or "a0"
    return [
        {**element, "index": f"{start}V{_digits(number)}V"}  # a key may not end in 0
        for number, element in enumerate(elements)
    ]


def _digits(number: int) -> str:
    """Return a number below 62 * 62 * 62 as three digits of order keys."""
    return f"{DIGITS[number // 62 // 62]}{DIGITS[number // 62 % 62]}{DIGITS[number % 62]}"


def with_new_keys(elements: Iterable[Raw]) -> list[Raw]:
    """Return elements with new ids, and with the references between them updated."""
    ids: dict[str, str] = {}

    def new(key: Any) -> Any:
        return ids.setdefault(key, secrets.token_urlsafe(15)) if isinstance(key, str) else key

    return [_renamed(element, new) for element in elements]


def _renamed(element: Raw, new: Callable[[Any], Any]) -> Raw:
    renamed = dict(element)
    for name in ("id", "containerId", "frameId"):
        if name in element:
            renamed[name] = new(element[name])
    for name in ("startBinding", "endBinding"):
        if isinstance(binding := element.get(name), dict) and "elementId" in binding:
            renamed[name] = {**binding, "elementId": new(binding["elementId"])}
    if isinstance(groups := element.get("groupIds"), list):
        renamed["groupIds"] = [new(group) for group in groups]
    if isinstance(bound := element.get("boundElements"), list):
        renamed["boundElements"] = [
            {**other, "id": new(other.get("id"))} if isinstance(other, dict) else other
            for other in bound
        ]
    return renamed
