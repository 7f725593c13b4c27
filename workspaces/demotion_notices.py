"""Notices about demotions, for the admins who can confirm them and for the ombudsman concerned."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext

from core.actors import MEMBERS
from core.notices import NoticeDraft, Topic
from core.text import isolated
from workspaces.models import Demotion
from workspaces.queries import members_with_right, pending_demotions

DEMOTION = "demotion"  # the subject type of the notices


def notices_for(workspace_id: UUID) -> list[NoticeDraft]:
    """Return the notices about pending demotions, for all admins except the one who asked, and for the ombudsman."""
    demotions = list(pending_demotions(workspace_id))
    admins = members_with_right(workspace_id, MEMBERS) if demotions else []
    return [
        NoticeDraft(
            member_id=member_id,
            topic=Topic.DEMOTIONS,
            key=f"{DEMOTION}:{demotion.pk}",
            subject_type=DEMOTION,
            subject_id=demotion.pk,
            journey_id=None,
            since=demotion.asked_at,
            due=demotion.expires_at,
        )
        for demotion in demotions
        for member_id in (*admins, demotion.member_id)
        if member_id != demotion.asked_by_id
    ]


def describe_demotions(demotion_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these demotions, for the inbox and e-mail. Runs one query."""
    text = gettext(
        "{admin} asks to end {name}’s role as ombudsman: “{reason}” Another admin has to confirm it."
    )
    rows = Demotion.objects.filter(pk__in=demotion_ids)
    return {
        row.pk: text.format(
            admin=isolated(str(row.asked_by)), name=isolated(str(row.member)), reason=row.reason
        )
        for row in rows.select_related("asked_by__user", "member__user")
    }
