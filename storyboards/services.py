"""Services that write drawings and their pictures.

Their writes can't be undone on the server. Excalidraw's own undo sends ordinary changes, and drawing_restore()
restores an earlier version.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from changes.bulk import copy_rows, create_staging_table, insert_staged
from changes.edit_locks import EditLockGuard
from changes.models import Change, Stream
from changes.queries import snapshot_at
from changes.services import Recorder, change_set, require_existing_version
from changes.thinning import kept_version
from core.actors import DRAW, Actor
from core.errors import InvalidRequest, Locked
from core.ids import uuid7
from core.tenancy import ensure_tenant_scope
from storyboards.elements import MAX_INTEGER, CleanElement, join_element, rank_of
from storyboards.models import (
    DRAWING,
    SVG,
    DrawingSize,
    Element,
    Frame,
    drawing_full_conflict,
)
from storyboards.queries import picture_files, uploaded_ids
from storyboards.svg import sanitize_svg
from workspaces.access import system_actor
from workspaces.files import file_create

DELETED_ELEMENTS_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class DrawingUpdate:
    """The result of an update: the drawing's new version, and the stored elements that won over sent ones."""

    version: int
    lost: list[dict[str, Any]]


def frame_drawing_open(*, frame: Frame, actor: Actor) -> UUID:
    """Open a frame's drawing for changes. Return the id of a drawing that no other frame shows. Requires `draw`.

    If the frame has no drawing, create an empty one. If another frame shows the same drawing, create a copy.
    Logs `frame.open` in the journey for a new drawing, and also `drawing.copy` in a copy's stream. Raise Locked
    if the frame is locked.
    """
    actor.require(DRAW, "maps:write")
    shown = frame.drawing_id
    streams = [frame.stream_id, *([shown] if shown else [])]
    with change_set(streams, action="frame.open", actor=actor, undoable=False) as recorder:
        locks = EditLockGuard(recorder)
        frame = recorder.reload(frame)
        # If it was replaced since it was read, someone has just opened it.
        if frame.drawing_id and (frame.drawing_id != shown or not _is_shared(frame)):
            return frame.drawing_id
        drawing_id = uuid7()
        recorder.open_stream(drawing_id, DRAWING)
        drawn = _copy_elements(recorder, frame, drawing_id) if shown else None
        recorder.set(frame, drawing_id=drawing_id, drawn=drawn)
        locks.check()
        return drawing_id


def _is_shared(frame: Frame) -> bool:
    return Frame.objects.filter(drawing=frame.drawing_id).exclude(pk=frame.pk).exists()


def _copy_elements(recorder: Recorder, frame: Frame, drawing_id: UUID) -> int | None:
    """Copy the elements of the frame's drawing into a new drawing.

    Return the version of the new drawing that the frame's picture shows, or None if the picture doesn't show
    the drawing's current version or there are no elements.
    """
    rows = Element.objects.filter(stream=frame.drawing_id, is_deleted=False).order_by("pk")
    copies = [(uuid7(), drawing_id, *values) for values in rows.values_list("key", "at", "shape")]
    if not copies:
        return None
    create_staging_table(Element)
    copy_rows(Element, ["id", "stream", "key", "at", "shape"], copies)
    insert_staged(recorder, Element)
    is_current = frame.drawn == recorder.streams[frame.drawing_id].version  # type: ignore[index]
    return recorder.version_of(drawing_id) if is_current else None


def drawing_update(*, drawing: Stream, elements: list[CleanElement], actor: Actor) -> DrawingUpdate:
    """Write elements of a drawing that are newer than the stored ones. Requires `draw`.

    For each element, Excalidraw's rule decides (elements.rank_of). Sent elements that lose are ignored, and the
    result has the stored ones. Repeating an update changes nothing. Logs `drawing.draw`. Raise Locked if a
    frame that shows the drawing is locked, InvalidRequest for pictures that the workspace doesn't have, and
    Conflict if the drawing gets too large.
    """
    actor.require(DRAW, "maps:write")
    with change_set([drawing.pk], action="drawing.draw", actor=actor, undoable=False) as recorder:
        _require_unlocked(drawing.pk)
        stored = _elements_by_key(drawing.pk, [element.key for element in elements])
        newer = [e for e in elements if e.key not in stored or _is_newer(e, stored[e.key])]
        _require_pictures(actor.workspace_id, newer)
        _write(recorder, drawing.pk, newer, stored)
        if newer:
            _require_size(recorder, drawing.pk, newer, stored)
        version = recorder.streams[drawing.pk].version + (1 if recorder.written_count else 0)
    written = {element.key for element in newer}
    lost = [
        join_element(row.key, row.at, row.shape)
        for element in elements
        if element.key not in written and rank_of((row := stored[element.key]).at) != element.rank
    ]
    return DrawingUpdate(version, lost)


def _elements_by_key(drawing_id: UUID, keys: Iterable[str]) -> dict[str, Element]:
    return {row.key: row for row in Element.objects.filter(stream=drawing_id, key__in=list(keys))}


def _is_newer(element: CleanElement, stored: Element) -> bool:
    return element.rank > rank_of(stored.at)


def _require_unlocked(drawing_id: UUID) -> None:
    locked = Frame.objects.filter(drawing=drawing_id, step__stage__is_locked=True)
    if frame := locked.select_related("step__stage").first():
        raise Locked(
            gettext("{label} is locked. Unlock it to change it.").format(
                label=frame.step.stage.label
            )
        )


def _require_pictures(workspace_id: UUID, elements: list[CleanElement]) -> None:
    """Raise InvalidRequest if an element shows an uploaded picture that the workspace doesn't have.

    The pictures stay locked, so that they aren't deleted as unused (retention.py) until the elements are saved.
    """
    shapes = [element.shape for element in elements]
    if uploaded_ids(shapes) - picture_files(workspace_id, shapes, lock=True).keys():
        raise InvalidRequest.at(
            "/elements",
            "not_found",
            gettext("A picture in this drawing is missing. Upload it again."),
        )


def _write(
    recorder: Recorder,
    drawing_id: UUID,
    elements: list[CleanElement],
    stored: dict[str, Element],
) -> None:
    recorder.add_many(
        [
            Element(stream_id=drawing_id, key=e.key, at=e.at, shape=e.shape)
            for e in elements
            if e.key not in stored
        ]
    )
    recorder.set_many(
        Element,
        {stored[e.key].pk: {"at": e.at, "shape": e.shape} for e in elements if e.key in stored},
    )


def _require_size(
    recorder: Recorder,
    drawing_id: UUID,
    elements: list[CleanElement],
    stored: dict[str, Element],
) -> None:
    """Count written elements, and raise Conflict if the drawing is too large now.

    `stored` has the rows from before the write by key. If the drawing has no DrawingSize yet, count all of
    its elements.
    """
    size = DrawingSize.objects.filter(pk=drawing_id).first()
    rows = Element.objects.filter(stream=drawing_id)
    before: list[Element] = []
    if size is None:
        size = DrawingSize(drawing_id=drawing_id, workspace_id=recorder.actor.workspace_id)
    else:
        keys = [element.key for element in elements]
        rows = rows.filter(key__in=keys)
        before = [stored[key] for key in keys if key in stored]
    present = Q(is_deleted=False)
    now = rows.aggregate(
        rows=Count("pk"),
        elements=Count("pk", filter=present),
        bytes=Coalesce(Sum("size", filter=present), 0),
    )
    shown = [row for row in before if not row.is_deleted]
    size.rows += now["rows"] - len(before)
    size.elements += now["elements"] - len(shown)
    size.bytes += now["bytes"] - sum(row.size for row in shown)
    size.save()
    if size.is_too_large:
        raise drawing_full_conflict()


def drawing_restore(
    *, drawing: Stream, version: int, actor: Actor, source: Stream | None = None
) -> int:
    """Restore an earlier version of a drawing as a new version. Return its number. Requires `draw`.

    With `source`, restore a version of that drawing, for example the one that this drawing was copied from.
    If the version has been merged with later ones (retention.py), the end of its sitting is restored.
    Each element gets a higher version than its current one. Otherwise, the elements in open editors would win
    over the restored ones. Logs `drawing.restore`. Raise InvalidRequest if the version doesn't exist yet, and
    Locked as drawing_update() does.
    """
    actor.require(DRAW, "maps:write")
    source = source or drawing
    with change_set(
        {drawing.pk, source.pk}, action="drawing.restore", actor=actor, undoable=False
    ) as recorder:
        require_existing_version(recorder.streams[source.pk], version, "/version")
        _require_unlocked(drawing.pk)
        version = kept_version(actor.workspace_id, source.pk, version)
        _become(recorder, drawing, _elements_at(source.pk, version))
        return recorder.streams[drawing.pk].version + (1 if recorder.written_count else 0)


def drawing_import(
    *, drawing_id: UUID, elements: list[CleanElement], replaces: bool, actor: Actor
) -> int:
    """Add the elements of a file to a drawing, or replace its elements. Return the new version.

    Requires `draw`. The keys of added elements must be new. Logs `drawing.import`. Raise
    InvalidRequest, Locked and Conflict as drawing_update() does.
    """
    actor.require(DRAW, "maps:write")
    with change_set([drawing_id], action="drawing.import", actor=actor, undoable=False) as recorder:
        drawing = recorder.streams[drawing_id]
        _require_unlocked(drawing_id)
        _require_pictures(actor.workspace_id, elements)
        if replaces:
            _become(recorder, drawing, {element.key: element for element in elements})
        else:
            _write(recorder, drawing_id, elements, {})
            _require_size(recorder, drawing_id, elements, {})
        return drawing.version + (1 if recorder.written_count else 0)


def _become(recorder: Recorder, drawing: Stream, then: Mapping[str, CleanElement]) -> None:
    """Replace all elements of the drawing with these.

    Each changed element gets a higher version than it ever had. Elements that aren't in `then` are deleted.
    Raise Conflict if the drawing gets too large.
    """
    stored = {row.key: row for row in Element.objects.filter(stream=drawing.pk)}
    last_versions = _last_versions(drawing, then.keys() - stored.keys())
    last_versions |= {key: row.at["version"] for key, row in stored.items()}
    written = [
        _raised(element, last_versions[key] + 1) if key in last_versions else element
        for key, element in then.items()
        if key not in stored or not _is_same(element, stored[key])
    ]
    removed = [
        _raised(CleanElement(key, {**row.at, "isDeleted": True}, row.shape), row.at["version"] + 1)
        for key, row in stored.items()
        if key not in then and not row.is_deleted
    ]
    _write(recorder, drawing.pk, written + removed, stored)
    _require_size(recorder, drawing.pk, written + removed, stored)


def _elements_at(drawing_id: UUID, version: int) -> dict[str, CleanElement]:
    records = snapshot_at(drawing_id, version)["records"]
    fields = [record["fields"] for record in records if record["type"] == Element.slug]
    return {f["key"]: CleanElement(f["key"], f["at"], f["shape"]) for f in fields}


def _last_versions(drawing: Stream, keys: Iterable[str]) -> dict[str, int]:
    """Return the last versions of pruned elements, by Excalidraw's id (`key`)."""
    removals = Change.objects.filter(
        workspace_id=drawing.workspace_id,
        set__stream=drawing.pk,
        op=Change.Op.REMOVE,
        before__key__in=list(keys),
    )
    before = removals.order_by("id").values_list("before__key", "before__at__version")
    return {key: int(version) for key, version in before}


def _is_same(element: CleanElement, row: Element) -> bool:
    ignored = dict.fromkeys(("version", "versionNonce", "updated"))
    return element.shape == row.shape and element.at | ignored == row.at | ignored


def _raised(element: CleanElement, version: int) -> CleanElement:
    at = {**element.at, "version": version, "versionNonce": secrets.randbelow(MAX_INTEGER)}
    return CleanElement(element.key, at, element.shape)


def frame_picture_update(*, frame: Frame, svg: str, drawn: int, actor: Actor) -> Frame:
    """Store the picture of a frame's drawing at its version `drawn`. Requires `draw`.

    The picture is sanitized. If the frame already has a picture of this or a later version, nothing changes. Logs
    `frame.draw`. Raise InvalidRequest if `svg` isn't a picture, or the version doesn't exist yet, and Locked
    if the frame is locked.
    """
    actor.require(DRAW, "maps:write")
    if frame.picture_id and frame.drawn is not None and drawn <= frame.drawn:
        return frame
    content = sanitize_svg(svg)
    picture = file_create(
        content=BytesIO(content),
        name=f"{frame.label[:100]}.svg",
        media_type=SVG,
        scopes=["maps:read"],
        actor=actor,
        purpose=DRAWING,
    )
    with change_set(
        [frame.stream_id], action="frame.draw", actor=actor, undoable=False
    ) as recorder:
        locks = EditLockGuard(recorder)
        frame = recorder.reload(frame)
        if drawn > _version_of(frame.drawing_id):
            raise InvalidRequest.at(
                "/drawn", "range", gettext("The frame’s drawing doesn’t have this version yet.")
            )
        if frame.picture_id is None or frame.drawn is None or drawn > frame.drawn:
            recorder.set(frame, picture_id=picture.pk, drawn=drawn)
        locks.check()
        return frame


def _version_of(drawing_id: UUID | None) -> int:
    drawing = Stream.objects.filter(pk=drawing_id).first() if drawing_id else None
    return drawing.version if drawing else 0


def deleted_elements_prune(workspace_id: UUID) -> int:
    """Remove elements that were deleted more than a day ago. Return their number. Logs `drawing.prune`."""
    before = timezone.now() - DELETED_ELEMENTS_KEPT
    with ensure_tenant_scope([workspace_id]):
        deleted = Element.objects.filter(
            workspace=workspace_id, is_deleted=True, updated_at__lt=before
        )
        drawing_ids = set(deleted.values_list("stream", flat=True))
    actor, count = system_actor(workspace_id), 0
    for drawing_id in sorted(drawing_ids):
        with change_set(
            [drawing_id], action="drawing.prune", actor=actor, undoable=False
        ) as recorder:
            rows = list(deleted.filter(stream=drawing_id))
            recorder.remove_many(rows)
            DrawingSize.objects.filter(pk=drawing_id).delete()  # the next save counts again
            count += len(rows)
    return count
