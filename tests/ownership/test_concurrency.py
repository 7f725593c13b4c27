"""Two people do the same thing at once: one succeeds and the other gets a readable error.

The services detect the conflict, so that no database constraint has to.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from core.errors import Conflict
from journeys.models import Journey, Stage
from ownership.services import (
    appointment_create,
    claim_create,
    deputy_create,
    directorship_accept,
    directorship_end,
    directorship_propose,
)
from tests.support.factories import SampleWorld


def proposed(world: SampleWorld, who: str = "frank") -> Any:
    return directorship_propose(
        stage=world.acme.read(Stage, world.acme.stages["Buy"]),
        person=getattr(world, who).person,
        actor=world.dana.actor,
    )


def propose(world: SampleWorld) -> list[Callable[[], Any]]:
    return [lambda: proposed(world)] * 2


def accept(world: SampleWorld) -> list[Callable[[], Any]]:
    row = proposed(world)
    return [lambda: directorship_accept(directorship=row, actor=world.frank.actor)] * 2


def accept_two(world: SampleWorld) -> list[Callable[[], Any]]:
    first, second = proposed(world), proposed(world, "alice")
    return [
        lambda: directorship_accept(directorship=first, actor=world.frank.actor),
        lambda: directorship_accept(directorship=second, actor=world.alice.actor),
    ]


def end(world: SampleWorld) -> list[Callable[[], Any]]:
    row = directorship_accept(directorship=proposed(world), actor=world.frank.actor)
    return [lambda: directorship_end(directorship=row, actor=world.dana.actor)] * 2


def claim(world: SampleWorld) -> list[Callable[[], Any]]:
    return [
        lambda: claim_create(
            stage=world.acme.read(Stage, world.acme.stages["Buy"]),
            person=world.alice.person,
            department=world.acme.department("Retail"),
            kind="claim",
            actor=world.alice.actor,
        )
    ] * 2


def deputy(world: SampleWorld) -> list[Callable[[], Any]]:
    row = directorship_accept(directorship=proposed(world), actor=world.frank.actor)
    return [
        lambda: deputy_create(
            directorship=row,
            person=world.alice.person,
            since=timezone.now().date(),
            actor=world.frank.actor,
        )
    ] * 2


def appoint(world: SampleWorld) -> list[Callable[[], Any]]:
    journey = world.acme.read(Journey, world.acme.journey)
    return [
        lambda: appointment_create(
            journey=journey, office="producer", person=world.bob.person, actor=world.dana.actor
        )
    ] * 2


@pytest.mark.parametrize("gesture", [propose, accept, accept_two, end, claim, deputy, appoint])
def test_one_of_two_at_once_is_refused_before_the_database_has_to(
    world: SampleWorld, gesture: Callable[[SampleWorld], list[Callable[[], Any]]]
) -> None:
    ready = threading.Barrier(2)
    outcomes: list[Any] = []
    errors: list[DatabaseError] = []

    def watched(execute: Any, *args: Any) -> Any:
        try:
            return execute(*args)
        except DatabaseError as error:
            errors.append(error)
            raise

    def run(work: Callable[[], Any]) -> None:
        try:
            with connection.execute_wrapper(watched):
                ready.wait()
                outcomes.append(work())
        except Conflict as refusal:
            outcomes.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in gesture(world)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [isinstance(outcome, Conflict) for outcome in outcomes].count(True) == 1, outcomes
    assert errors == []
