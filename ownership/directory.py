"""The part of a workspace's directory that a journey refers to."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from changes.queries import snapshot
from core.actors import Actor
from journeys.models import Journey, Lane
from ownership.access import person_of
from ownership.models import Appointment, Claim, Deputy, Directorship
from people.models import Absence, Department, Person, Placement


def journey_directory(journey: Journey, actor: Actor) -> dict[str, Any]:
    """Return the directory in the format of snapshot(), limited to what the journey refers to.

    The result has the persons who hold or claim something in the journey and the actor's own person, their
    placements and absences, and the departments of these placements, of the directorships, of the claims and of the
    lanes. Other types are complete. Runs a fixed number of queries.
    """
    persons = _named_persons(journey.pk)
    if own := person_of(actor):
        persons.add(own.pk)
    only = {
        Person: Q(pk__in=persons),
        Absence: Q(person__in=persons),
        Placement: Q(person__in=persons),
        Department: Q(pk__in=_named_departments(journey.pk, persons)),
    }
    return snapshot(journey.workspace_id, only)


def _named_persons(journey_id: UUID) -> set[UUID]:
    rows = [
        model.objects.filter(stream=journey_id).values_list("person_id", flat=True)
        for model in (Directorship, Deputy, Claim, Appointment)
    ]
    agreed = Directorship.objects.filter(stream=journey_id).exclude(agreed_by=None)
    return set(rows[0].union(*rows[1:], agreed.values_list("agreed_by_id", flat=True)))


def _named_departments(journey_id: UUID, persons: set[UUID]) -> set[UUID]:
    lanes = Lane.objects.filter(stream=journey_id).exclude(department=None)
    claims = Claim.objects.filter(stream=journey_id)
    directed = Directorship.objects.filter(stream=journey_id).exclude(department=None)
    placements = Placement.objects.filter(person__in=persons)
    rows = [
        each.order_by().values_list("department_id", flat=True)
        for each in (lanes, claims, directed, placements)
    ]
    return set(rows[0].union(*rows[1:]))
