"""Notices about absences, for the stand-ins."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext

from core.actors import Actor
from core.notices import NoticeDraft, Topic
from people.models import Absence
from workspaces.queries import today_in


def notices_for(workspace_id: UUID) -> list[NoticeDraft]:
    """Return a notice for the stand-in of each absence that isn't over. Runs two queries."""
    return [
        NoticeDraft(
            member_id=absence.stand_in.member_id,
            topic=Topic.ABSENCES,
            key=f"absence:{absence.pk}:{absence.since}:{absence.until}",
            subject_type=Absence.slug,
            subject_id=absence.pk,
            journey_id=workspace_id,
            since=absence.updated_at,
        )
        for absence in _open_absences(workspace_id).select_related("stand_in")
        if absence.stand_in and absence.stand_in.member_id
    ]


def absences_to_cover(actor: Actor) -> QuerySet[Absence]:
    """Return the current and future absences for which the actor stands in."""
    return _open_absences(actor.workspace_id).filter(stand_in__member=actor.member_id)


def _open_absences(workspace_id: UUID) -> QuerySet[Absence]:
    today = today_in(workspace_id)
    return Absence.objects.filter(
        Q(person__left_on=None) | Q(person__left_on__gte=today),
        workspace=workspace_id,
        until__gte=today,
        stand_in__member__isnull=False,
    )


def describe_absences(absence_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these absences, for the inbox and e-mail. Runs one query."""
    text = gettext(
        "You stand in for {name} from {since} to {until}. During this time, you get their notices."
    )
    return {
        row.pk: text.format(
            name=row.person.name, since=date_format(row.since), until=date_format(row.until)
        )
        for row in Absence.objects.filter(pk__in=absence_ids).select_related("person")
    }
