"""Access getters for channels, touchpoints and promises. They raise the same errors as get_record()."""

from collections.abc import Sequence
from uuid import UUID

from changes.access import get_record
from core.actors import READ, Caller
from core.errors import NotFound
from core.tenancy import ensure_tenant_scope
from touchpoints.models import Channel, Promise, Touchpoint


def get_channel(caller: Caller, channel_id: UUID, right: str = READ) -> Channel:
    return get_record(caller, Channel, channel_id, right)


def get_touchpoint(caller: Caller, touchpoint_id: UUID, right: str = READ) -> Touchpoint:
    return get_record(
        caller,
        Touchpoint,
        touchpoint_id,
        right,
        "step__stage__journey",
        "lane__department",
        "channel",
    )


def get_by_external_id(
    caller: Caller, workspace_ids: Sequence[UUID], source: str, external_id: str
) -> Touchpoint:
    """Return a touchpoint of these workspaces by its id in another system.

    Raises the same errors as get_touchpoint(), and NotFound for an empty `external_id`.
    """
    key = {"source": source, "external_id": external_id}
    with ensure_tenant_scope(caller.workspace_ids):
        row = Touchpoint.objects.filter(**key, workspace__in=workspace_ids).first()
    if row is None or not external_id:
        raise NotFound
    caller.actor_for(row.workspace_id).require(READ)
    return row


def get_promise(caller: Caller, promise_id: UUID, right: str = READ) -> Promise:
    return get_record(caller, Promise, promise_id, right, "made_in", "tested_in")
