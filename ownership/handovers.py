"""Start planned hand-overs when their day begins. A periodic task calls this."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from changes.services import change_set
from core.errors import Conflict
from core.tenancy import tenant_scope
from ownership.directorships import end_directorship, require_can_start, start_directorship
from ownership.models import Directorship
from workspaces.access import system_actor
from workspaces.queries import time_zone_of


def handovers_start(workspace_id: UUID, now: datetime) -> None:
    """Start the confirmed hand-overs of a workspace whose day has begun in its time zone.

    A hand-over lapses if it isn't possible any more, because its person has left or somebody else directs the stage.
    Idempotent and safe to run concurrently. Locks one journey's stream at a time. Logs `directorship.start` or
    `directorship.lapse` for each.
    """
    today = timezone.localdate(now, timezone=time_zone_of(workspace_id))
    with tenant_scope([workspace_id]):
        due = list(
            Directorship.objects.filter(
                workspace=workspace_id,
                confirmed_at__isnull=False,
                accepted_at=None,
                ended_at=None,
                starts_on__lte=today,
            ).order_by("starts_on", "pk")
        )
    for row in due:
        with suppress(Conflict):  # `gone`: the stage was removed in the meantime
            _start_or_lapse(row)


def _start_or_lapse(directorship: Directorship) -> None:
    try:
        _start(directorship)
    except Conflict:
        with change_set(
            [directorship.stream_id],
            action="directorship.lapse",
            actor=system_actor(directorship.workspace_id),
            undoable=False,
        ) as recorder:
            row = recorder.reload(directorship)
            if _is_planned(row):
                end_directorship(recorder, row, Directorship.EndReason.LAPSED)


def _start(directorship: Directorship) -> None:
    """Start a hand-over unless it has started or ended. Raises the errors of require_can_start()."""
    with change_set(
        [directorship.stream_id],
        action="directorship.start",
        actor=system_actor(directorship.workspace_id),
        undoable=False,
    ) as recorder:
        row = recorder.reload(directorship)
        if _is_planned(row):
            start_directorship(recorder, row, require_can_start(row))


def _is_planned(row: Directorship) -> bool:
    return row.accepted_at is None and row.ended_at is None
