"""The first producer of a new journey: whoever makes it, unless they name somebody else.

Offices belong to a layer above (ownership), so settings name the function that appoints.
"""

from typing import Final, Literal
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from changes.services import Recorder
from core.actors import Actor
from journeys.models import Journey
from people.queries import has_left
from people.services import person_ensure

CREATOR: Final = "maker"
ProducerChoice = (
    UUID | Literal["maker"] | None
)  # a person's id, whoever makes the journey, or nobody


def resolve_producer(producer: ProducerChoice, actor: Actor) -> UUID | None:
    """Return the id of the person to appoint. Outside of change_set(): it may add the maker's."""
    if producer != CREATOR:
        return producer
    person = person_ensure(actor=actor)
    return None if person is None or has_left(person) else person.pk


def appoint_producer(recorder: Recorder, journey: Journey, person_id: UUID | None) -> None:
    """Appoint the first producer through the recorder that made the journey. None: nobody."""
    if person_id is not None and not journey.is_template:
        import_string(settings.FIRST_PRODUCER)(recorder, journey, person_id)
