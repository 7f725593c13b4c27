"""The way from an id to a channel, touchpoint or promise."""

from uuid import UUID

from changes.access import get_record
from touchpoints.models import Channel, Promise, Touchpoint
from workspaces.access import READ, Caller


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


def get_promise(caller: Caller, promise_id: UUID, right: str = READ) -> Promise:
    return get_record(caller, Promise, promise_id, right, "made_in", "tested_in")
