"""Retention of the change sets and the pictures of drawings.

A sitting is a series of change sets in which someone draws. It ends with a change set whose version has a picture,
or before a pause of more than SITTING_PAUSE.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection

from changes.models import Change
from changes.thinning import thin_next_streams
from core.tenancy import tenant_scope
from storyboards.models import DRAWING, Frame
from workspaces.files import files_delete

SETS_KEPT = timedelta(days=30)
SITTING_PAUSE = timedelta(minutes=10)  # a sitting without a picture ends after such a pause
UNUSED_PICTURES_KEPT = timedelta(days=7)  # clients that were offline may still send the elements
PICTURES_PER_SLICE = 500


def drawings_thin(workspace_id: UUID, now: datetime) -> bool:
    """Merge the change sets of each sitting of more than 30 days ago into its last. Idempotent.

    Every version that has a picture can still be restored, because a sitting ends with it. Return whether more
    slices are left.
    """
    return thin_next_streams(
        workspace_id,
        action="drawing.draw",
        before=now - SETS_KEPT,
        pause=SITTING_PAUSE,
        kept_versions=partial(_pictured_versions, workspace_id),
    )


def _pictured_versions(workspace_id: UUID, drawing_id: UUID) -> set[int]:
    """Return the versions of a drawing for which a frame that shows it has or had a picture. Runs one query."""
    frames = Frame.objects.filter(drawing=drawing_id)
    changes = Change.objects.filter(
        workspace=workspace_id, record_id__in=frames.values("pk"), after__has_key="drawn"
    )
    return {drawn for drawn in changes.values_list("after__drawn", flat=True) if drawn}


# The log has all values that fields have had, so this also finds what frames and drawings show now.
# A picture in the log belongs to a version that can be shown again.
UNUSED = """
SELECT file.id FROM workspaces_file file
WHERE file.workspace_id = %(workspace)s AND file.purpose = %(purpose)s
  AND file.created_at < %(before)s AND file.id = ANY(coalesce(%(ids)s, ARRAY[file.id]))
  AND NOT EXISTS (SELECT FROM changes_change
    WHERE workspace_id = %(workspace)s AND record_type = 'frame'
      AND after ->> 'picture' = file.id::text)
  AND NOT EXISTS (SELECT FROM changes_change
    WHERE workspace_id = %(workspace)s AND record_type = 'element'
      AND after #>> '{shape,fileId}' = file.id::text)
ORDER BY file.id LIMIT %(limit)s
"""


def unused_pictures_delete(workspace_id: UUID, now: datetime) -> bool:
    """Delete pictures that no version of a frame or a drawing shows. Return whether more slices are left.

    New pictures are kept for a week, because the elements that show them may not be saved yet. Saving elements
    locks the pictures that they show (services.py), so either the picture is kept or the save is refused.
    Idempotent.
    """
    before = now - UNUSED_PICTURES_KEPT
    with tenant_scope([workspace_id]):
        ids = _unused(workspace_id, before)
    files_delete(
        workspace_id, ids, is_unused=lambda file_id: bool(_unused(workspace_id, before, [file_id]))
    )
    return len(ids) == PICTURES_PER_SLICE


def _unused(workspace_id: UUID, before: datetime, ids: Sequence[UUID] | None = None) -> list[UUID]:
    """Return the ids of at most PICTURES_PER_SLICE pictures that nothing shows. Runs one query.

    Only pictures that were created before a time are returned. With `ids`, only these pictures are examined.
    """
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "purpose": DRAWING,
        "before": before,
        "ids": ids,
        "limit": PICTURES_PER_SLICE,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNUSED, values)
        return [file_id for (file_id,) in cursor.fetchall()]
