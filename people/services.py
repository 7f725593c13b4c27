"""Services for people that enforce rules. All other writes go through changes' apply_ops()."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext

from changes.services import Recorder, change_set
from core.actors import PEOPLE, Actor
from core.errors import Conflict
from core.tenancy import ensure_tenant_scope
from core.text import isolated
from people.absences import absence_create, absence_end, absence_update
from people.models import Person, Placement
from workspaces.models import Member

__all__ = [
    "absence_create",
    "absence_end",
    "absence_update",
    "person_ensure",
    "person_leave",
    "person_return",
]


def person_ensure(*, actor: Actor) -> Person | None:
    """Return the acting member's person in the directory, linking or creating it if necessary.

    An existing person with the same e-mail address and without a login is linked. Otherwise, a new
    person is created. This requires no right, because the membership already contains the same
    information. Returns None if the actor has no membership. Logs `person.join` in a separate
    gesture, so it can't be called inside change_set().
    """
    if actor.member_id is None:
        return None
    with ensure_tenant_scope([actor.workspace_id]):
        person = _find_person(actor)
    if person is not None:
        return person
    joining_actor = replace(actor, gesture=None, fingerprint="", precondition=None)
    with change_set([actor.workspace_id], action="person.join", actor=joining_actor) as recorder:
        return _find_person(actor) or _link_or_add_person(
            recorder, Member.objects.filter(pk=actor.member_id)[0]
        )


def _find_person(actor: Actor) -> Person | None:
    return Person.objects.filter(workspace=actor.workspace_id, member=actor.member_id).first()


def _link_or_add_person(recorder: Recorder, member: Member) -> Person:
    email = member.user.email
    same = Person.objects.filter(workspace=member.workspace_id, email__iexact=email).first()
    if same is not None and same.member_id is None:
        return recorder.set(same, member=member)
    return recorder.add(
        Person(
            stream_id=member.workspace_id,
            name=str(member),
            email="" if same else email,
            member=member,
        )
    )


def person_leave(*, person: Person, left_on: date, actor: Actor) -> Person:
    """Set a person's last day, and end their placements on that day. Requires `people`.

    Placements that would begin later are removed. The person's directorships don't end, so the
    audit reports their stages as orphaned (OWN-03). Raise Conflict if the person already has a last
    day. Log `person.leave`.
    """
    actor.require(PEOPLE)
    with change_set([person.stream_id], action="person.leave", actor=actor) as recorder:
        person = recorder.reload(person)
        if person.left_on is not None:
            raise Conflict(
                gettext("{name} already has a last day: {day}.").format(
                    name=isolated(person.name), day=person.left_on
                ),
                code="person-left",
            )
        for placement in Placement.objects.filter(person=person.pk):
            if placement.since > left_on:
                recorder.remove(placement)
            elif placement.until is None or placement.until > left_on:
                recorder.set(placement, until=left_on)
        return recorder.set(person, left_on=left_on)


def person_return(*, person: Person, actor: Actor) -> Person:
    """Remove a person's last day. Their ended placements stay ended. Requires `people`.

    Log `person.return`.
    """
    actor.require(PEOPLE)
    with change_set([person.stream_id], action="person.return", actor=actor) as recorder:
        return recorder.set(recorder.reload(person), left_on=None)
