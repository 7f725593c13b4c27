"""axe finds no violations of WCAG 2.2 AA on any page, in both themes and at both sizes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from journeys.models import Journey
from sharing.services import share_create
from tests.support.accessibility import SIZES, accessibility_violations, create_ownership_states
from tests.support.factories import SampleWorld

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ANONYMOUS = ["/accounts/login/", "/accounts/password/reset/"]


def pages(world: SampleWorld) -> list[str]:
    journey, place = f"/journeys/{world.acme.journey}", f"/w/{world.acme.workspace.slug}"
    return [
        f"{place}/",
        f"{place}/people/",
        f"{place}/ownership/",
        f"{place}/inbox/",
        f"{place}/import/",
        f"{place}/members/",
        f"{place}/tokens/",
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
        f"/touchpoints/{world.acme.touchpoints['Signs']}/edit/",
        f"/stages/{world.acme.stages['Buy']}/edit/",
        "/accounts/password/change/",
        "/api/problems/",
        f"/measures/{world.acme.measures['Days of waiting']}/edit/",
        "/design/",
    ]


def links(world: SampleWorld) -> list[str]:
    """Return share links of the journey: read-only, with a password, and for comments."""
    journey = world.acme.read(Journey, world.acme.journey)
    until = timezone.now() + timedelta(days=1)
    look, unlock, comment = (
        share_create(journey=journey, actor=world.dana.actor, expires_at=until, **said)[1]
        for said in ({}, {"password": "open sesame"}, {"can": "comment"})
    )
    asked = [f"/s/{comment}/?at={at}" for at in (journey.pk, world.acme.touchpoints["Signs"])]
    return [f"/s/{look}/", f"/s/{unlock}/", *asked]


@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_accessible(world: SampleWorld, page: Page, sign_in, size: str):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    wrong = []
    for signed_in, urls in ((False, [*ANONYMOUS, *links(world)]), (True, pages(world))):
        if signed_in:
            create_ownership_states(world)
            sign_in(page, world.dana)
        for url in urls:
            answer = page.goto(url)
            assert answer.status == 200, f"{url} answered {answer.status}"
            wrong += [f"{url} {report}" for report in accessibility_violations(page)]
            if page.evaluate("() => document.documentElement.scrollWidth") > width:
                wrong.append(f"{url} scrolls sideways at {width} px")
    assert not wrong, "\n".join(wrong)[:6000]
