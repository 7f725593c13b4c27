"""The pages of the sample workspace, for tests that visit every page."""

from datetime import timedelta

from django.utils import timezone

from comments.services import comment_create, comment_resolve
from journeys.models import Journey, Stage
from notifications.services import sync_notices
from ownership.models import Claim
from ownership.services import (
    claim_create,
    directorship_accept,
    directorship_propose,
    run_audit,
)
from sharing.services import share_create
from tests.support.factories import SampleWorld

ANONYMOUS_PAGES = ["/accounts/login/", "/accounts/password/reset/"]


def pages(world: SampleWorld) -> list[str]:
    journey, place = f"/journeys/{world.acme.journey}", f"/w/{world.acme.workspace.slug}"
    return [
        f"{place}/",
        f"{place}/storyboards/",
        f"{place}/journeys/{world.acme.journey}/storyboard/",
        f"{place}/journeys/{world.acme.journey}/storyboard/export/",
        f"/frames/{world.acme.frames['Waits at home']}/import/",
        f"{place}/people/",
        f"{place}/dashboard/",
        f"{place}/dashboard/stages/",
        f"{place}/dashboard/promises/",
        f"{place}/ownership/",
        f"{place}/inbox/",
        f"{place}/notifications/",
        f"{place}/import/",
        f"{place}/members/",
        f"{place}/tokens/",
        f"{place}/jobs/",
        f"{place}/webhooks/",
        f"{place}/export/touchpoints/",
        f"{place}/library/",
        f"{place}/journeys/add/?template=hotel-stay",
        f"{journey}/",
        f"{journey}/map/",
        f"{journey}/print/",
        f"{journey}/history/",
        f"{journey}/comments/",
        f"{journey}/comments/?show=resolved",
        f"/comments/on/stage/{world.acme.stages['Buy']}/add/",
        f"{journey}/versions/1/",
        f"{journey}/versions/1/compare/",
        f"{journey}/versions/1/name/",
        f"{journey}/versions/1/restore/",
        f"{journey}/share/",
        f"/persons/{world.frank.person_id}/",
        f"/departments/{world.acme.departments['Network']}/",
        f"/touchpoints/{world.acme.touchpoints['Signs']}/edit/",
        f"/stages/{world.acme.stages['Buy']}/edit/",
        f"/personas/{world.acme.persona}/edit/",
        "/account/",
        "/accounts/password/change/",
        "/api/problems/",
        f"/measures/{world.acme.measures['Days of waiting']}/edit/",
        "/design/",
    ]


def share_pages(world: SampleWorld) -> list[str]:
    """Return share links of the journey: read-only, with a password, and for comments."""
    journey = world.acme.read(Journey, world.acme.journey)
    until = timezone.now() + timedelta(days=1)
    look, unlock, comment = (
        share_create(journey=journey, actor=world.dana.actor, expires_at=until, **said)[1]
        for said in ({}, {"password": "open sesame"}, {"can": "comment"})
    )
    asked = [f"/s/{comment}/?at={at}" for at in (journey.pk, world.acme.touchpoints["Signs"])]
    return [f"/s/{look}/", f"/s/{unlock}/", *asked]


def create_ownership_states(world: SampleWorld) -> None:
    """Give the stages different states of ownership, and comments to two of them."""
    for name, who in (("Choose", "alice"), ("Buy", "frank")):
        stage = world.acme.read(Stage, world.acme.stages[name])
        row = directorship_propose(
            stage=stage, person=getattr(world, who).person, actor=world.dana.actor
        )
        directorship_accept(directorship=row, actor=getattr(world, who).actor)
    claim_create(
        stage=stage,
        person=world.alice.person,
        department=world.acme.department("Retail"),
        kind=Claim.Kind.CLAIM,
        statement="Ours",
        actor=world.alice.actor,
    )
    run_audit(world.acme.id)
    for name in ("Buy", "Use"):
        first = comment_create(
            journey_id=world.acme.journey,
            subject_type="stage",
            subject_id=world.acme.stages[name],
            body="Is this so, @dana?",
            mentions=[world.dana.member.pk],
            actor=world.bob.actor,
        )
    comment_resolve(comment=first, actor=world.bob.actor)
    sync_notices(world.acme.id)
