"""Frames, drawings and elements for tests."""

from typing import Any
from uuid import UUID

from changes.models import Stream
from core.actors import Actor
from core.ids import uuid7
from core.tenancy import tenant_scope
from storyboards.elements import CleanElement, read_elements
from storyboards.models import MAX_ELEMENTS, Element, Frame
from storyboards.services import drawing_update, frame_drawing_open, frame_picture_update
from tests.support.factories import SampleWorkspace
from tests.support.pictures import picture_bytes
from workspaces.access import system_actor

MULTIPART = "multipart/form-data; boundary=frontier"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="9"><path d="M1 1h{n}"/></svg>'


def element(key: str, version: int = 1, nonce: int = 5, **more: Any) -> dict[str, Any]:
    """Return a rectangle as Excalidraw sends it."""
    return {
        "id": key,
        "type": "rectangle",
        "x": 10.5,
        "y": 20,
        "width": 30,
        "height": 40,
        "angle": 0,
        "strokeColor": "#1b2a33",
        "backgroundColor": "transparent",
        "version": version,
        "versionNonce": nonce,
        "isDeleted": False,
        **more,
    }


def clean(*elements: dict[str, Any]) -> list[CleanElement]:
    return read_elements(list(elements), MAX_ELEMENTS)


def frame_add(place: SampleWorkspace, step: str = "Signs", **fields: Any) -> Frame:
    """Add a frame to a step, and return it."""
    frame_id = uuid7()
    place.edit(
        {
            "op": "add",
            "type": "frame",
            "id": str(frame_id),
            "fields": {"caption": "At the desk", **fields},
            "place": {"step": str(place.steps[step])},
        }
    )
    return place.read(Frame, frame_id)


def draw(place: SampleWorkspace, drawing_id: UUID, *elements: dict[str, Any]) -> Any:
    """Draw elements as the system, and return the update."""
    return drawing_update(
        drawing=place.read(Stream, drawing_id),
        elements=clean(*elements),
        actor=system_actor(place.id),
    )


def drawn_frame(place: SampleWorkspace, step: str = "Signs", actor: Actor | None = None) -> Frame:
    """Return a frame with a drawing of one rectangle, and its picture."""
    frame = frame_add(place, step)
    actor = actor or system_actor(place.id)
    drawing_id = frame_drawing_open(frame=frame, actor=actor)
    version = draw(place, drawing_id, element("a")).version
    frame_picture_update(
        frame=place.read(Frame, frame.pk), svg=SVG.format(n=1), drawn=version, actor=actor
    )
    return place.read(Frame, frame.pk)


def elements_of(place: SampleWorkspace, drawing_id: UUID) -> dict[str, dict[str, Any]]:
    """Return the stored elements by key, as {version, x, isDeleted ...}."""
    with tenant_scope([place.id]):
        return {row.key: row.shape | row.at for row in Element.objects.filter(stream=drawing_id)}


def image_form(content: bytes | None = None) -> bytes:
    """Return the body of a form with a picture as `file`."""
    picture = picture_bytes() if content is None else content
    head = (
        'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png'
    )
    return b"--frontier\r\n" + head.encode() + b"\r\n\r\n" + picture + b"\r\n--frontier--\r\n"
