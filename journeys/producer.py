"""The first producer of a new journey: its creator, unless someone else is chosen.

Appointments belong to a higher layer (ownership), so settings.FIRST_PRODUCER names the function to call.
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
# A person's id, the member who creates the journey, or no producer.
ProducerChoice = UUID | Literal["maker"] | None


def resolve_producer(producer: ProducerChoice, actor: Actor) -> UUID | None:
    """Return the id of the person to appoint, or None.

    The creator isn't appointed if they have no membership or have left the company. Call it outside
    change_set(), because it may create a person for the creator.
    """
    if producer != CREATOR:
        return producer
    person = person_ensure(actor=actor)
    return None if person is None or has_left(person) else person.pk


def appoint_producer(recorder: Recorder, journey: Journey, person_id: UUID | None) -> None:
    """Appoint a new journey's first producer, in the gesture of the given recorder.

    Does nothing for templates, or if `person_id` is None.
    """
    if person_id is not None and not journey.is_template:
        import_string(settings.FIRST_PRODUCER)(recorder, journey, person_id)
