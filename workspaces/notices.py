"""Notices about accepted invitations."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from core.notices import NoticeDraft, Topic
from workspaces.models import Invitation

INVITATION = "invitation"  # the subject type of the notices
NEWS_PERIOD = timedelta(days=14)  # how long after its acceptance an invitation has a notice


def notices_for(workspace_id: UUID) -> list[NoticeDraft]:
    """Return a notice for each recently accepted invitation, for the member who created it."""
    accepted = Invitation.objects.filter(
        workspace=workspace_id, accepted_at__gt=timezone.now() - NEWS_PERIOD
    )
    return [
        NoticeDraft(
            member_id=invitation.invited_by_id,
            topic=Topic.INVITATIONS,
            key=f"{INVITATION}:{invitation.pk}",
            subject_type=INVITATION,
            subject_id=invitation.pk,
            journey_id=None,
            since=invitation.accepted_at,
        )
        for invitation in accepted
        if invitation.accepted_at
    ]


def describe_invitations(invitation_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these invitations, for e-mail. Runs one query."""
    rows = Invitation.objects.filter(pk__in=invitation_ids)
    return {
        row.pk: gettext("{email} accepted your invitation.").format(email=row.email) for row in rows
    }
