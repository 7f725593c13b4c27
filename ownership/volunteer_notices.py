"""Notices about volunteers, for the person who can propose them: the journey's producer, its sponsor, or an admin."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from core.notices import NoticeDraft, Topic
from core.text import isolated
from ownership.chains import present_officers
from ownership.models import Directorship, StageStanding, Volunteer
from ownership.volunteers import CASTING_STATES
from people.models import Person
from workspaces.queries import first_admin


def waiting_volunteers(workspace_id: UUID) -> QuerySet[Volunteer]:
    """Return the open offers for stages that need a director and have no proposal."""
    proposals = Directorship.objects.filter(
        stage=OuterRef("stage"), accepted_at=None, ended_at=None
    )
    standings = StageStanding.objects.filter(stage=OuterRef("stage"), state__in=CASTING_STATES)
    offers = Volunteer.objects.filter(workspace=workspace_id, ended_at=None)
    return offers.filter(~Exists(proposals), Exists(standings))


def notices_for(workspace_id: UUID, journey_ids: Collection[UUID] | None) -> list[NoticeDraft]:
    """Return the notices about volunteers in these journeys, or in all journeys if None.

    People don't get notices about their own offers. Runs at most four queries.
    """
    offers = waiting_volunteers(workspace_id)
    if journey_ids is not None:
        offers = offers.filter(stream__in=journey_ids)
    rows = list(offers.select_related("person"))
    if not rows:
        return []
    member_of = _recipients(workspace_id, {row.stream_id for row in rows})
    return [
        NoticeDraft(
            member_id=member_id,
            topic=Topic.VOLUNTEERS,
            key=f"volunteer:{row.pk}",
            subject_type=Volunteer.slug,
            subject_id=row.pk,
            journey_id=row.stream_id,
            since=row.offered_at,
        )
        for row in rows
        if (member_id := member_of[row.stream_id]) and member_id != row.person.member_id
    ]


def _recipients(workspace_id: UUID, journey_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Return the member who can propose a director in each journey: the first officer with a login, or an admin."""
    offices = present_officers(journey_ids)
    persons = {person_id for chain in offices.values() for person_id in chain}
    logins = Person.objects.filter(pk__in=persons, member__isnull=False)
    member_of = dict(logins.values_list("pk", "member_id"))
    admin = first_admin(workspace_id)
    return {
        journey_id: next(
            (member_of[person_id] for person_id in offices[journey_id] if person_id in member_of),
            admin.pk if admin else None,
        )
        for journey_id in journey_ids
    }


def describe_volunteers(volunteer_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return a line of text for each of these offers, for the inbox and e-mail. Runs one query."""
    text = gettext("{person} volunteers to direct “{stage}” in “{journey}”.")
    rows = Volunteer.objects.filter(pk__in=volunteer_ids).select_related("person", "stage__journey")
    return {
        row.pk: text.format(
            person=isolated(row.person.name),
            stage=isolated(row.stage.title),
            journey=isolated(row.stage.journey.title),
        )
        for row in rows
    }
