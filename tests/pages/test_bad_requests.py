"""Unreadable parameters and headers get a response, never a 500, and valid writes succeed."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from journeys.models import Stage
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from workspaces.page_views import see_other

NO_ADDRESSES = ("http://[", "//[::1", "http://%5B", "/a\r\nSet-Cookie: b=c", "/a\x7f", "\x00")


@pytest.mark.parametrize("page", ["login", "logout", "password/reset", "password/reset/key/0-x"])
def test_signing_in_leads_nowhere_by_what_is_no_address(db: None, page: str):
    client = Client()
    for wanted in NO_ADDRESSES[:-1]:
        for answer in (
            client.get(f"/accounts/{page}/", {"next": wanted}),
            client.post(f"/accounts/{page}/", {"next": wanted, "login": "x", "password": "x"}),
        ):
            assert answer.status_code in {200, 302}
            assert answer.get("Location", "/").startswith("/")


@pytest.mark.parametrize("wanted", NO_ADDRESSES)
def test_a_form_goes_on_though_its_page_has_no_address(world: SampleWorld, wanted: str):
    client, stage_id = signed_in(world.alice), world.acme.stages["Buy"]
    header = wanted.replace("\r\n", "")
    for action, sent, locked in (("lock", {"next": wanted}, True), ("unlock", {}, False)):
        answer = client.post(
            f"/stages/{stage_id}/{action}/",
            sent,
            headers={"HX-Request": "true", "HX-Current-URL": header},
        )
        assert answer.status_code in {200, 204, 303}
        assert answer.get("Location", "/").isprintable()
        assert world.acme.read(Stage, stage_id).is_locked is locked


def test_an_address_beyond_latin_is_sent_as_a_browser_reads_it():
    assert see_other("/w/ä/?q=ł")["Location"] == "/w/%C3%A4/?q=%C5%82"


def test_a_nul_in_an_address_is_refused(world: SampleWorld):
    alice = ApiClient(user=world.alice.user)
    for path in ("touchpoints/by-external-id/crm/a%00b", "touchpoints?source=a%00b"):
        assert alice.get(path).status_code == 400
    page = signed_in(world.alice).get(f"/w/{world.acme.workspace.slug}/?q=a%00b")
    assert page.status_code == 400 and "NUL" in page.content.decode()


@pytest.mark.parametrize("number", ["007", "9" * 19, "9" * 5000, "\u0667", "-1"])
def test_a_number_is_read_as_it_is_written(world: SampleWorld, number: str):
    client, journey = signed_in(world.alice), world.acme.journey
    assert client.get(f"/journeys/{journey}/versions/{number}/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("journey_version", args=[journey, number])
    for path in (f"/journeys/{journey}/comments/", f"/w/{world.acme.workspace.slug}/ownership/"):
        first, asked = client.get(path), client.get(path, {"page": number})
        assert asked.status_code == 200 and asked.context["page"].number == 1
        assert first.status_code == 200
    assert client.get(f"/journeys/{journey}/history/", {"before": number}).context["before"] is None


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("media", "headers", "statuses"),
    [
        (FORM, {"Origin": "http://["}, {403, 404}),
        (FORM, {"Origin": "null"}, {403, 404}),
        (FORM, {"Origin": "http://a", "Host": "a b"}, {400}),
        (f"{FORM}; charset=utf-16", {}, {400, 403, 404}),
        ("multipart/form-data", {}, {400, 403, 404}),
    ],
)
@pytest.mark.parametrize("path", ["/", "/nothing/", "/s/nothing/", "/accounts/login/", "/livez"])
def test_a_form_that_cannot_be_read_is_refused_without_its_text(
    db: None, path: str, media: str, headers: dict[str, str], statuses: set[int]
):
    """The error page returns the typed text, and reads the form for it."""
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path, b"body=typed", content_type=media, headers=headers)
    assert answer.status_code in statuses
    assert "typed" not in answer.content.decode()
