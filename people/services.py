"""Writes with rules about people. Everything else goes through changes' edit()."""

from datetime import date

from changes.services import record
from people.models import Person, Placement
from workspaces.access import PEOPLE, Actor
from workspaces.errors import Conflict


def person_leave(*, person: Person, left_on: date, actor: Actor) -> Person:
    """Write a person's last day and end their placements on it, in one gesture; needs `people`.

    What they direct stays theirs on paper: the audit finds it orphaned (OWN-03). A placement that
    would begin after that day is removed. Logs `person.leave`.
    """
    actor.need(PEOPLE)
    with record([person.stream_id], action="person.leave", actor=actor) as recorder:
        person = recorder.fresh(person)
        if person.left_on is not None:
            raise Conflict(f"{person.name} left on {person.left_on}.", code="person-left")
        for placement in Placement.objects.filter(person=person.pk):
            if placement.since > left_on:
                recorder.remove(placement)
            elif placement.until is None or placement.until > left_on:
                recorder.set(placement, until=left_on)
        return recorder.set(person, left_on=left_on)


def person_return(*, person: Person, actor: Actor) -> Person:
    """Take a last day back; placements are made anew. Needs `people`; logs `person.return`."""
    actor.need(PEOPLE)
    with record([person.stream_id], action="person.return", actor=actor) as recorder:
        return recorder.set(recorder.fresh(person), left_on=None)
