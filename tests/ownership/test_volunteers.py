"""Volunteers: who can offer to direct which stages, and when an offer ends."""

from collections.abc import Callable

import pytest

from core.errors import AppError
from ownership import services
from ownership.models import Volunteer
from tests.support.contests import (
    claim,
    direct,
    ownership_of,
    ripe_contest,
    rule,
    uphold,
)
from tests.support.factories import SampleWorld
from tests.support.volunteers import open_offers, volunteer


def leave(world: SampleWorld, name: str) -> None:
    person = {"type": "person", "id": str(getattr(world, name).person_id)}
    world.acme.direct({"op": "set", **person, "fields": {"left_on": "2026-01-31"}})


def orphan(world: SampleWorld) -> None:
    direct(world, "frank")
    leave(world, "frank")


@pytest.mark.parametrize(
    ("prepare", "state"),
    [
        (lambda world: None, "vacant"),
        (lambda world: claim(world, "alice"), "claimed"),
        (orphan, "orphaned"),
    ],
)
def test_an_offer_changes_nothing_about_whose_stage_it_is(
    world: SampleWorld, prepare: Callable[[SampleWorld], object], state: str
) -> None:
    prepare(world)
    volunteer(world, "bob", note="I know the shops.")
    volunteer(world, "erin")
    assert open_offers(world) == {"bob", "erin"}
    assert ownership_of(world).state == state


@pytest.mark.parametrize(
    ("prepare", "name", "code"),
    [
        (lambda world: direct(world, "frank"), "bob", "no-casting-call"),
        (ripe_contest, "bob", "no-casting-call"),
        (lambda world: None, "oscar", "ombudsman"),
        (lambda world: leave(world, "bob"), "bob", "person-left"),
        (lambda world: volunteer(world, "bob"), "bob", "one-open-offer-per-person"),
    ],
    ids=["owned", "contested", "ombudsman", "left", "twice"],
)
def test_an_offer_is_refused(
    world: SampleWorld, prepare: Callable[[SampleWorld], object], name: str, code: str
) -> None:
    prepare(world)
    before = len(world.acme.all(Volunteer))
    with pytest.raises(AppError) as refusal:
        volunteer(world, name)
    assert (refusal.value.code, len(world.acme.all(Volunteer))) == (code, before)


def test_an_offer_is_withdrawn_once_and_only_by_its_person(world: SampleWorld) -> None:
    offer = volunteer(world, "bob")
    codes = []
    for name in ("dana", "bob", "bob"):
        try:
            services.volunteer_withdraw(volunteer=offer, actor=getattr(world, name).actor)
        except AppError as refusal:
            codes.append(refusal.code)
    assert codes == ["insufficient-role", "offer-ended"]
    volunteer(world, "bob")
    assert [row.end_reason for row in world.acme.all(Volunteer)] == ["withdrawn", ""]


@pytest.mark.parametrize(
    "accept",
    [
        lambda world: direct(world, "frank"),
        lambda world: rule(world, ripe_contest(world), uphold(world, "frank")),
    ],
    ids=["by acceptance", "by a ruling"],
)
def test_offers_end_when_somebody_becomes_the_director(
    world: SampleWorld, accept: Callable[[SampleWorld], object]
) -> None:
    volunteer(world, "bob")
    accept(world)
    (offer,) = world.acme.all(Volunteer)
    assert (offer.end_reason, open_offers(world)) == ("directed", set())


def test_an_offer_made_after_the_director_left_outlives_a_new_claim(world: SampleWorld) -> None:
    orphan(world)
    volunteer(world, "bob")
    claim(world, "alice")
    assert open_offers(world) == {"bob"}
