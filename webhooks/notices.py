"""Notices for admins about webhooks that cxmap has disabled."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from core.actors import WEBHOOKS
from core.notices import NoticeDraft, Topic
from webhooks.models import Endpoint
from workspaces.access import ROLE_RIGHTS
from workspaces.queries import current_members

WEBHOOK = "webhook"  # the type of the notices' subject


def disabled_webhooks(workspace_id: UUID) -> QuerySet[Endpoint]:
    """Return the endpoints that cxmap has disabled because of their responses.

    Those that an admin has disabled are left out.
    """
    reasons = (Endpoint.DisabledReason.FAILING, Endpoint.DisabledReason.GONE)
    return Endpoint.objects.filter(workspace=workspace_id, disabled_reason__in=reasons)


def notices_for(workspace_id: UUID) -> list[NoticeDraft]:
    """Return a notice for each endpoint that cxmap has disabled, for each member who can enable it."""
    endpoints = list(disabled_webhooks(workspace_id))
    if not endpoints:
        return []
    roles = [role for role, rights in ROLE_RIGHTS.items() if WEBHOOKS in rights]
    members = current_members(workspace_id).filter(role__in=roles)
    return [
        NoticeDraft(
            member_id=member.id,
            topic=Topic.WEBHOOKS,
            key=f"{WEBHOOK}:{endpoint.id}:{endpoint.disabled_at:%Y-%m-%dT%H:%M}",
            subject_type=WEBHOOK,
            subject_id=endpoint.id,
            journey_id=None,
            since=endpoint.disabled_at,
        )
        for endpoint in endpoints
        for member in members
        if endpoint.disabled_at
    ]


def describe_webhooks(endpoint_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these endpoints, for e-mail. Runs one query."""
    rows = Endpoint.objects.filter(pk__in=endpoint_ids)
    text = gettext("The webhook {name} was disabled: {reason}.")
    return {row.pk: text.format(name=row, reason=row.get_disabled_reason_display()) for row in rows}
