"""Monitoring: the request log, metrics and error reports."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import sentry_sdk
from django.db import connections
from django.test import Client
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from changes.publish import record_sweep
from changes.services import change_set
from cxmap import error_reports
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.sharing import shared
from workspaces.services import invitation_create


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return the lines of the request log, each as a dict of its values."""
    return [r.msg for r in caplog.records if r.name == "cxmap.request_log"]  # type: ignore[misc]


class TestRequestLog:
    def test_a_refusal_has_its_id_and_its_cause(
        self, world: SampleWorld, caplog: pytest.LogCaptureFixture
    ):
        answer = ApiClient(user=world.bob.user).get("journeys/00000000-0000-7000-8000-000000000000")
        (line,) = lines(caplog)
        assert line["request_id"] == answer["X-Request-Id"]
        assert (line["status"], line["problem"], line["cause"]) == (404, "not-found", "NotFound")
        assert line["route"] == "/api/v1/journeys/<uuid:id>" and line["level"] == "warning"
        assert [r for r in caplog.records if r.name == "django.request"] == []

    def test_an_error_of_the_database_is_named_and_counted(
        self, world: SampleWorld, caplog: pytest.LogCaptureFixture
    ):
        before = figure("cxmap_database_errors_total")
        held, done = Event(), Event()

        def hold() -> None:
            try:
                with change_set([world.acme.journey], action="x", actor=world.dana.actor):
                    held.set()
                    assert done.wait(60)
            finally:
                connections.close_all()

        stage = ApiClient(user=world.alice.user)
        with ThreadPoolExecutor(1) as pool:
            holding = pool.submit(hold)
            assert held.wait(30)
            try:
                path = f"stages/{world.acme.stages['Buy']}"
                answer = stage.patch(path, {"title": "Late"}, If_Match="*")
            finally:
                done.set()
            holding.result()
        assert answer.status_code == 503
        (line,) = lines(caplog)
        assert line["level"] == "error"
        assert line["cause"] == "Unavailable from OperationalError from LockNotAvailable"
        assert figure("cxmap_database_errors_total") == before + 1

    def test_requests_that_succeed_are_logged_when_asked_for(
        self, world: SampleWorld, caplog: pytest.LogCaptureFixture, settings: Any
    ):
        caplog.set_level(logging.INFO)
        client = signed_in(world.bob)
        client.get(f"/journeys/{world.acme.journey}/")
        assert lines(caplog) == []
        settings.ACCESS_LOG = True
        client.get(f"/journeys/{world.acme.journey}/")
        (line,) = lines(caplog)
        assert (line["status"], line["method"], line["level"]) == (200, "GET", "info")
        assert line["path"] == f"/journeys/{world.acme.journey}/" and line["ms"] >= 0

    def test_no_secret_is_logged(
        self, world: SampleWorld, caplog: pytest.LogCaptureFixture, settings: Any
    ):
        settings.ACCESS_LOG = True
        _, link = shared(world)
        _, invitation = invitation_create(email="a@b.test", role="viewer", actor=world.dana.actor)
        for path in (link, f"{link}snapshot", f"{link}typo", f"/invitations/{invitation}/"):
            Client().get(path)
        Client().post(f"/invitations/{invitation}/nowhere")
        assert len(lines(caplog)) == 5
        assert link.split("/")[2] not in caplog.text and invitation not in caplog.text


def figure(name: str, client: Client | None = None) -> float:
    text = (client or Client()).get("/metrics").content.decode()
    (value,) = re.findall(rf"^{name} ([0-9.e+]+)$", text, re.MULTILINE)
    return float(value)


class TestMetrics:
    def test_requests_are_counted_by_route_and_status(self, world: SampleWorld):
        route = 'route="/journeys/<uuid:journey_id>/"'
        name = rf'cxmap_requests_total\{{method="GET",{route},status="200"\}}'
        client = signed_in(world.bob)
        client.get(f"/journeys/{world.acme.journey}/")
        before = figure(name)
        client.get(f"/journeys/{world.acme.journey}/")
        assert figure(name) == before + 1

    def test_the_state_that_processes_share(self, world: SampleWorld):
        assert figure("cxmap_database_up") == figure("cxmap_redis_up") == 1
        lag = r'cxmap_follower_lag\{follower="ownership.followers.audit_changed_journeys"\}'
        before = figure(lag)
        op = {"op": "set", "type": "stage", "id": str(world.acme.stages["Buy"])}
        world.acme.edit(op | {"fields": {"title": "Signing day"}})
        assert figure(lag) == before + 1
        assert figure(r'cxmap_queue_length\{queue="work"\}') >= 0
        record_sweep()
        assert figure("cxmap_sweep_age_seconds") >= 0

    @pytest.mark.parametrize(
        "asking",
        [
            {"REMOTE_ADDR": "192.0.2.1"},
            {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.1"},
            {"REMOTE_ADDR": ""},
        ],
    )
    def test_without_a_token_only_this_machine_may_read(self, db: None, asking: dict[str, str]):
        assert Client(**asking).get("/metrics").status_code == 404
        assert Client(REMOTE_ADDR="::1").get("/metrics").status_code == 200

    def test_with_a_token_nobody_else_may(self, db: None, settings: Any):
        settings.METRICS_TOKEN = "a-token-of-the-operator"
        for given in ("", "Bearer", "Bearer x", "Bearer \u00e9"):
            answer = Client().get("/metrics", headers={"Authorization": given})
            assert answer.status_code == 404
        settings.RATE_LIMITED = True
        guesser = Client(REMOTE_ADDR="192.0.2.77")
        guesses = [guesser.get("/metrics", headers={"Authorization": "x"}) for _ in range(31)]
        assert [answer.status_code for answer in guesses] == [404] * 30 + [429]
        good = {"Authorization": "Bearer a-token-of-the-operator"}
        assert guesser.get("/metrics", headers=good).status_code == 200
        assert Client(REMOTE_ADDR="192.0.2.1").get("/metrics", headers=good).status_code == 200


def test_reports_of_errors_hold_no_secret():
    sent: list[Any] = []

    class Kept(Transport):
        def capture_envelope(self, envelope: Envelope) -> None:
            sent.append(envelope.get_event())

    error_reports.start_error_reports("https://key@sentry.invalid/1", transport=Kept)
    try:
        sentry_sdk.capture_event(
            {
                "message": "GET /s/a-secret-of-a-link/ failed",
                "request": {
                    "url": "https://maps.example.com/invitations/a-secret-of-a-link/",
                    "headers": {"Cookie": "sessionid=a-secret", "Authorization": "Bearer a-secret"},
                    "cookies": {"sessionid": "a-secret"},
                    "data": {"password": "a-secret"},
                },
                "extra": {"paths": ["/accounts/password/reset/key/1-a-secret/"]},
            }
        )
        sentry_sdk.flush()
    finally:
        sentry_sdk.init()
    (event,) = sent
    assert event["message"] == "GET /s/***/ failed"
    assert "a-secret" not in str(event)
