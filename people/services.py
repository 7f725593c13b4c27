"""Writes with rules about people. Everything else goes through changes' apply_ops()."""

from dataclasses import replace
from datetime import date

from changes.services import Recorder, change_set
from core.actors import PEOPLE, Actor
from core.errors import Conflict
from core.tenancy import ensure_tenant_scope
from core.text import isolated
from people.models import Person, Placement
from workspaces.models import Member


def person_ensure(*, actor: Actor) -> Person | None:
    """Return the person that the acting member is in the directory, after linking or adding one.

    A person of the same e-mail without a login is linked, else a person is added: needs no right,
    as it says only what the membership says already. None for an actor without membership.
    Logs `person.join`, as a gesture of its own.
    """
    if actor.member_id is None:
        return None
    with ensure_tenant_scope([actor.workspace_id]):
        person = _find_person(actor)
    if person is not None:
        return person
    alone = replace(actor, gesture=None, fingerprint="", precondition=None)
    with change_set([actor.workspace_id], action="person.join", actor=alone) as recorder:
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
    """Write a person's last day and end their placements on it, in one gesture; needs `people`.

    What they direct stays theirs on paper: the audit finds it orphaned (OWN-03). A placement that
    would begin after that day is removed. Logs `person.leave`.
    """
    actor.require(PEOPLE)
    with change_set([person.stream_id], action="person.leave", actor=actor) as recorder:
        person = recorder.reload(person)
        if person.left_on is not None:
            raise Conflict(f"{isolated(person.name)} left on {person.left_on}.", code="person-left")
        for placement in Placement.objects.filter(person=person.pk):
            if placement.since > left_on:
                recorder.remove(placement)
            elif placement.until is None or placement.until > left_on:
                recorder.set(placement, until=left_on)
        return recorder.set(person, left_on=left_on)


def person_return(*, person: Person, actor: Actor) -> Person:
    """Take a last day back; placements are made anew. Needs `people`; logs `person.return`."""
    actor.require(PEOPLE)
    with change_set([person.stream_id], action="person.return", actor=actor) as recorder:
        return recorder.set(recorder.reload(person), left_on=None)
