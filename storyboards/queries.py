"""Queries for frames and drawings. Call them inside tenant_scope()."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.text import slugify

from changes.history import GROUP_WINDOW, actor_names
from changes.models import Change, ChangeSet
from core.ids import find_uuid
from storyboards.elements import join_element
from storyboards.models import Element, Frame
from workspaces.models import File

FILM_ORDER = ("step__stage__position", "step__stage", "step__position", "step", "position", "pk")
MAX_NAME_LENGTH = 60
PICTURE_SUFFIXES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}


def film_of(journey_id: UUID) -> list[Frame]:
    """Return the frames of a journey in the order of the film. Runs one query."""
    frames = Frame.objects.filter(stream=journey_id)
    return list(frames.select_related("step__stage", "picture").order_by(*FILM_ORDER))


def frame_number(frame: Frame) -> int:
    """Return the number of a frame in its storyboard, from 1. Runs one query."""
    frames = Frame.objects.filter(stream=frame.stream_id).order_by(*FILM_ORDER)
    return list(frames.values_list("pk", flat=True)).index(frame.pk) + 1


def frame_filename(number: int, frame: Frame, suffix: str) -> str:
    """Return the file name for an export of a frame, such as `03-room-isnt-ready.png`.

    The name is valid on all operating systems. `suffix` has no dot.
    """
    words = slugify(frame.label, allow_unicode=True)[:MAX_NAME_LENGTH].strip("-_")
    return f"{number:02}-{words or 'frame'}.{suffix}"


def element_count(drawing_id: UUID | None) -> int:
    """Return the number of elements of a drawing, without deleted ones. Runs one query."""
    return Element.objects.filter(stream=drawing_id, is_deleted=False).count()


def drawing_elements(drawing_id: UUID) -> dict[UUID, dict[str, Any]]:
    """Return the elements of a drawing in Excalidraw's format by record id, including deleted ones.

    The elements are ordered from back to front.
    """
    rows = Element.objects.filter(stream=drawing_id).values_list("pk", "key", "at", "shape")
    elements = ((pk, join_element(*row)) for pk, *row in rows)
    return dict(sorted(elements, key=lambda pair: (pair[1].get("index") or "", pair[0])))


def picture_files(
    workspace_id: UUID, elements: Iterable[dict[str, Any]], *, lock: bool = False
) -> dict[str, File]:
    """Return the uploaded pictures that these elements show, by file id.

    Runs one query, or none if the elements show no uploaded pictures. With `lock`, the pictures can't be deleted
    until the end of the transaction.
    """
    files = File.objects.filter(
        workspace=workspace_id,
        pk__in=uploaded_ids(elements),
        media_type__in=PICTURE_SUFFIXES,
    )
    if lock:
        files = files.order_by("pk").select_for_update(no_key=True)
    return {str(file.pk): file for file in files}


def uploaded_ids(elements: Iterable[dict[str, Any]]) -> set[str]:
    """Return the elements' `fileId`s that are ids of uploaded files. The client draws the other pictures."""
    return {str(found) for element in elements if (found := find_uuid(element.get("fileId")))}


def picture_name(file: File) -> str:
    """Return the file name of a picture in URLs: its id and the suffix of its type."""
    return f"{file.pk}.{PICTURE_SUFFIXES[file.media_type]}"


@dataclass(frozen=True)
class FramePicture:
    """A picture that a frame had. `drawn` is the drawing's version, and `who` the name of who drew it."""

    picture: UUID
    drawn: int
    at: datetime
    who: str


def frame_pictures(
    frame: Frame, *, before: int | None, limit: int
) -> tuple[list[FramePicture], int | None]:
    """Return a page of the pictures of a frame's present drawing, newest first.

    Also return the value of `before` for the next page, or None on the last page. Of several pictures
    that one person made within ten minutes, only the last is returned. A page is read from at most
    `limit` change sets of the journey whose version is lower than `before`. Runs three queries.
    """
    changes = Change.objects.filter(workspace=frame.workspace_id, record_id=frame.pk)
    opened = changes.filter(after__drawing=str(frame.drawing_id)).order_by("-set__version")
    drawn = changes.filter(
        after__has_keys=["picture", "drawn"], set__version__gte=opened.values("set__version")[:1]
    )
    if before is not None:
        drawn = drawn.filter(set__version__lt=before)
    rows = list(drawn.select_related("set").order_by("-set__version")[: limit + 1])
    shown = [row for row in rows[:limit] if row.after["picture"]]
    names = actor_names(row.set for row in shown)
    sittings: dict[object, FramePicture] = {}
    for row in shown:
        who = (row.set.actor_kind, row.set.actor_id)
        picture = FramePicture(
            UUID(row.after["picture"]), row.after["drawn"], row.set.at, names.get(who, "")
        )
        sittings.setdefault((who, _window_of(row.set)), picture)
    return list(sittings.values()), rows[limit - 1].set.version if len(rows) > limit else None


def _window_of(change_set: ChangeSet) -> int:
    return int(change_set.at.timestamp() // GROUP_WINDOW.total_seconds())
