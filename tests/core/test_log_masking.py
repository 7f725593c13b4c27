"""The log contains no secrets, whatever fails where they are used."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings as configured
from django.db import OperationalError
from django.test import Client

from core.log_masking import mask_secrets
from tests.support.factories import SampleWorld
from tests.support.sharing import shared
from workspaces.services import invitation_create

SECRET = "u7Zb-secret_value"


@pytest.mark.parametrize(
    "text",
    [
        "Not Found: /s/{}/",
        "Not Found: /s/{}/comments",
        "GET /s/{}?at=1 HTTP/1.1",
        'path="/invitations/{}/"',
        "next=/invitations/{}/",
        "POST /unsubscribe/{}/ HTTP/1.1",
        "/accounts/login/?next=%2Finvitations%2F{}%2F&x=1",
        "/accounts/login/?next=%2Fs%2F{}",
        "/accounts/password/reset/key/2n-{}/",
        "https://maps.example/accounts/password/reset/key/2n-{}/",
        "Referer checking failed - https://maps.example/s/{}/ does not match",
        "/api/v1/me?token={}&limit=1",
        "/x?a=1&access_token={}",
        "/x?csrfmiddlewaretoken={}",
        "Cookie: sessionid={}; theme=dark",
        "{{'HTTP_COOKIE': '__Host-sessionid={}'}}",
        "{{'sessionid': '{}'}}",
        "share-0123456789abcdef0123456789abcdef={}",
        "Authorization: Bearer {}",
        "<ASGIRequest: GET '/s/{}/'>",
        "Error 111 connecting to redis://:{}@redis:6379/0.",
    ],
)
def test_a_secret_is_masked_wherever_it_stands(text: str):
    masked = mask_secrets(text.format(SECRET))
    assert SECRET not in masked
    assert "***" in masked


@pytest.mark.parametrize(
    "text",
    [
        "Not Found: /journeys/019ab1c2-d3e4-7f50-8a6b-000000000001/map/",
        "Not Found: /static/s.css",
        "/api/v1/stages?cursor=abc",
        "lock_timeout at 12:30: canceling statement",
    ],
)
def test_what_is_no_secret_stays(text: str):
    assert mask_secrets(text) == text


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """Return everything that is logged, as our handler writes it."""
    caplog.set_level(logging.DEBUG)
    lines = configured.LOGGING["formatters"]["line"]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=lines["foreign_pre_chain"], processors=lines["processors"]
        )
    )
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def addresses(world: SampleWorld) -> dict[str, str]:
    """Return every kind of URL that grants access, by the secret in it."""
    _, link = shared(world)
    _, invitation = invitation_create(
        email="somebody@acme.example", role="viewer", actor=world.dana.actor
    )
    user = world.alice.user
    reset = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return {
        link: f"/s/{link}/",
        invitation: f"/invitations/{invitation}/",
        reset: f"/accounts/password/reset/key/{reset}/",
    }


class OurMistakeError(Exception):
    pass


@pytest.mark.parametrize("error", [None, OperationalError, OurMistakeError])
def test_whatever_goes_wrong_the_log_has_no_secret(
    world: SampleWorld,
    log: io.StringIO,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: Any,
    error: type[Exception] | None,
):
    found = addresses(world)
    if error:
        for view in (
            "pages.views.shared_journey.get_live_share",
            "workspaces.services.get_open_invitation",
            "allauth.account.views.PasswordResetFromKeyView.dispatch",
        ):

            def fail(*args: Any, **kwargs: Any) -> None:
                raise error(f"What failed was {list(found.values())}")

            monkeypatch.setattr(view, fail)
    stranger = Client(raise_request_exception=False, enforce_csrf_checks=True)
    member = Client(raise_request_exception=False)
    member.force_login(world.bob.user)
    for secret, address in found.items():
        for client in (stranger, member):
            for path in (address, f"{address}comments"):
                client.get(path)
                client.post(path, headers={"Referer": f"http://elsewhere.example{address}"})
        stranger.put(address)
        stranger.get(f"/accounts/nothing/?next={address}")
        stranger.get(f"/api/v1/nothing/?token={secret}")
        structlog.get_logger().error("failed", path=address, cookie=f"sessionid={secret}")
    assert "***" in log.getvalue()
    for secret in found:
        assert secret not in log.getvalue()
        assert not any(secret in record.getMessage() for record in caplog.records)
