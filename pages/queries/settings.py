"""Queries for the settings page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from ownership.threshold_services import ACTION
from ownership.thresholds import THRESHOLDS
from workspaces.models import AccessEvent, Member, Token

TIME_ZONE_ACTION = "workspace.time_zone"


@dataclass(frozen=True)
class SettingChange:
    """A change of a workspace's settings: who, when, and a line for each setting."""

    at: datetime
    actor_name: str
    lines: list[str]


def settings_events(workspace_id: UUID) -> QuerySet[AccessEvent]:
    """Return the changes of a workspace's thresholds and time zone, newest first."""
    actions = (ACTION, TIME_ZONE_ACTION)
    return AccessEvent.objects.filter(workspace=workspace_id, action__in=actions).order_by("-id")


def describe_settings_events(events: Sequence[AccessEvent]) -> list[SettingChange]:
    """Return these changes in words. Runs two queries."""
    actor_ids = {event.actor_id for event in events if event.actor_id}
    members = Member.objects.filter(pk__in=actor_ids).select_related("user")
    tokens = Token.objects.filter(pk__in=actor_ids)
    names: dict[UUID | None, str] = {row.pk: str(row) for row in (*members, *tokens)}
    return [
        SettingChange(event.at, names.get(event.actor_id, "cxmap"), _lines(event))
        for event in events
    ]


def _lines(event: AccessEvent) -> list[str]:
    if event.action == TIME_ZONE_ACTION:
        return [gettext("Time zone: {zone}").format(zone=event.data["time_zone"])]
    return [
        gettext("{threshold}: {before} → {after}").format(
            threshold=THRESHOLDS[name].label,
            before=THRESHOLDS[name].unit.amount(event.data["before"][name]),
            after=THRESHOLDS[name].unit.amount(value),
        )
        for name, value in event.data["after"].items()
        if name in THRESHOLDS
    ]
