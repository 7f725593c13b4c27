"""Events reach receivers that behave well, and those that don't are bounded."""

import json
import socket
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from svix.webhooks import Webhook as SvixWebhook

from changes.followers import run_followers
from core.tenancy import set_tenant_scope, tenant_scope
from journeys.models import Stage
from notifications.models import Notice
from notifications.services import sync_notices
from ownership.services import directorship_accept, directorship_propose
from tests.support.factories import SampleWorkspace, SampleWorld
from tests.support.webhook_receiver import Receiver
from webhooks import deliveries, followers, http_sender
from webhooks.deliveries import MAX_ATTEMPTS, retry_delay, send_due_deliveries
from webhooks.models import Delivery, Endpoint
from webhooks.services import (
    deliveries_replay,
    delivery_replay,
    endpoint_create,
    endpoint_test,
    endpoint_update,
    secret_rotate,
)
from workspaces.access import system_actor

LIKE_RECEIVERS = [Webhook, SvixWebhook]


def add(place: SampleWorkspace, url: str, *types: str) -> tuple[Endpoint, str]:
    names = types or ("touchpoint.changed",)
    return endpoint_create(url=url, event_types=names, actor=system_actor(place.id))


def send_test(place: SampleWorkspace, url: str) -> tuple[Endpoint, Delivery]:
    """Send a test event to a new endpoint, and return both as they are afterwards."""
    endpoint, _ = add(place, url)
    delivery = endpoint_test(endpoint=endpoint, actor=system_actor(place.id))
    send_due_deliveries()
    return place.read(Endpoint, endpoint.id), place.read(Delivery, delivery.id)


def change(place: SampleWorkspace, **values: Any) -> None:
    """Set columns of all deliveries, as if time had passed."""
    with transaction.atomic(durable=True):
        set_tenant_scope([place.id])
        Delivery.objects.filter(workspace=place.id).update(**values)


def retitle(place: SampleWorkspace, *names: str) -> None:
    ids = [str(place.touchpoints[name]) for name in names]
    place.edit(
        *({"op": "set", "type": "touchpoint", "id": i, "fields": {"title": "Secret"}} for i in ids)
    )
    run_followers(place.id)


def test_an_event_is_delivered_and_receivers_can_verify_it(
    world: SampleWorld, receiver: Receiver
) -> None:
    types = ["directorship.proposed", "directorship.accepted"]
    _, secret = add(world.acme, receiver.url("/ok"), *types)
    add(world.twin, receiver.url("/ok"), *types)
    stage = world.acme.read(Stage, world.acme.stages["Choose"])
    row = directorship_propose(
        stage=stage, person=world.erin.person, actor=system_actor(world.acme.id)
    )
    directorship_accept(directorship=row, actor=world.erin.actor)
    run_followers(world.acme.id)
    run_followers(world.twin.id)
    send_due_deliveries()
    arrived = [json.loads(body) for _, body in receiver.of("/ok")]
    assert {event["type"] for event in arrived} == set(types)
    assert {event["workspace"] for event in arrived} == {str(world.acme.id)}
    (accepted,) = [event for event in arrived if event["type"] == "directorship.accepted"]
    (subject,) = accepted["data"]["subjects"]
    assert subject["id"] == str(row.pk) and subject["url"].endswith(f"/directorships/{row.pk}")
    assert accepted["data"]["actor"] == {"kind": "member", "id": str(world.erin.member.id)}
    for headers, body in receiver.of("/ok"):
        assert headers["webhook-id"] and "cookie" not in headers
        for receive in LIKE_RECEIVERS:
            receive(secret).verify(body, headers)
            with pytest.raises(Exception, match="match"):
                receive(secret).verify(body + b" ", headers)


def test_a_change_set_is_one_event_of_ids_without_texts(
    world: SampleWorld, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "MAX_SUBJECTS", 2)
    add(world.acme, receiver.url("/ok"))
    retitle(world.acme, "Signs", "Sees an ad", "Hears nothing")
    followers.write_deliveries(
        world.acme.id, [{"id": str(set_id)} for set_id in sets_of(world.acme)]
    )
    send_due_deliveries()
    ((_, body),) = receiver.of("/ok")
    data = json.loads(body)["data"]
    assert len(data["subjects"]) == 2 and data["subjects_total"] == 3
    assert b"Secret" not in body and b"Sees" not in body


def sets_of(place: SampleWorkspace) -> list[Any]:
    from changes.models import ChangeSet

    with tenant_scope([place.id]):
        return list(ChangeSet.objects.filter(workspace=place.id).values_list("id", flat=True))


def test_a_failed_attempt_is_repeated_with_the_same_id_and_a_new_time(
    world: SampleWorld, receiver: Receiver
) -> None:
    receiver.statuses = [503]
    endpoint, delivery = send_test(world.acme, receiver.url("/ok"))
    assert (delivery.state, delivery.last_failure, delivery.last_status) == (
        "waiting",
        "status",
        503,
    )
    assert delivery.next_attempt_at > timezone.now() and endpoint.failing_since
    send_due_deliveries()
    assert len(receiver.requests) == 1
    change(world.acme, next_attempt_at=timezone.now())
    send_due_deliveries()
    first, second = receiver.of("/ok")
    assert first[0]["webhook-id"] == second[0]["webhook-id"] and first[1] == second[1]
    assert world.acme.read(Delivery, delivery.id).state == "delivered"
    assert world.acme.read(Endpoint, endpoint.id).failing_since is None


@pytest.mark.parametrize(
    ("path", "state", "failure"),
    [
        ("/redirect", "waiting", "redirect"),
        ("/hang", "waiting", "timeout"),
        ("/drip", "waiting", "timeout"),
        ("/huge", "delivered", ""),
    ],
)
def test_a_receiver_that_misbehaves_is_bounded(
    world: SampleWorld,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    state: str,
    failure: str,
) -> None:
    monkeypatch.setattr(http_sender, "TIMEOUT_SECONDS", 0.3 if failure == "timeout" else 5)
    _, delivery = send_test(world.acme, receiver.url(path))
    assert (delivery.state, delivery.last_failure) == (state, failure)
    assert receiver.of("/ok") == []
    assert receiver.bytes_written < 20 * 1024**2  # what the buffers of the sockets hold
    assert len(delivery.last_answer) <= http_sender.MAX_ANSWER_CHARS


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([["127.0.0.1"], ["10.0.0.1"]], ""),  # rebinding: only the first answer counts
        ([["10.0.0.1"], ["127.0.0.1"]], "address"),
        ([["127.0.0.1", "169.254.169.254"]], "address"),
        ([["::ffff:10.0.0.1"]], "address"),
        ([[]], "name"),
    ],
)
def test_a_name_is_resolved_once_and_each_address_is_checked(
    world: SampleWorld,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[list[str]],
    failure: str,
) -> None:
    asked: list[str] = []

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if host != b"localhost" and host != "localhost":
            return real(host, port, *args, **kwargs)
        asked.append(host)
        addresses = answers[len(asked) - 1]
        if not addresses:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(
        deliveries, "FIRST_RETRY_SECONDS", 3600
    )  # no second attempt if this takes long
    _, delivery = send_test(world.acme, receiver.url("/ok"))
    assert delivery.last_failure == failure and len(asked) == 1
    assert len(receiver.requests) == (0 if failure else 1)


def test_an_endpoint_that_hangs_does_not_hold_up_the_others(
    world: SampleWorld, receiver: Receiver
) -> None:
    slow, _ = add(world.acme, receiver.url("/hang"))
    fast, _ = add(world.acme, receiver.url("/ok"))
    actor = system_actor(world.acme.id)
    for endpoint in [slow] * 10 + [fast] * 10:
        endpoint_test(endpoint=endpoint, actor=actor)
    receiver.statuses = _Countdown(10, receiver)  # the last answer of the fast one frees the slow
    send_due_deliveries()
    assert {row.state for row in world.acme.all(Delivery)} == {"delivered"}
    last_fast = max(i for i, (path, *_) in enumerate(receiver.requests) if path == "/ok")
    slow_before = [path for path, *_ in receiver.requests[:last_fast] if path == "/hang"]
    assert len(slow_before) <= deliveries.MAX_IN_FLIGHT_PER_ENDPOINT


class _Countdown(list[int]):
    """Statuses 200 that release the requests that hang, together with the last one."""

    def __init__(self, n: int, receiver: Receiver) -> None:
        super().__init__([200] * n)
        self.receiver = receiver

    def pop(self, *args: Any) -> int:
        value = super().pop(*args)
        if not self:
            self.receiver.is_released.set()
        return value


def test_what_a_killed_worker_had_claimed_is_sent_when_its_lease_ends(
    world: SampleWorld, receiver: Receiver
) -> None:
    endpoint, _ = add(world.acme, receiver.url("/ok"))
    delivery = endpoint_test(endpoint=endpoint, actor=system_actor(world.acme.id))
    (claimed,) = deliveries._claim([world.acme.id], 9)  # and killed before the answer is recorded
    send_due_deliveries()
    assert receiver.requests == []
    change(world.acme, leased_until=timezone.now() - timedelta(seconds=1))
    send_due_deliveries()
    ((headers, _),) = receiver.of("/ok")
    assert headers["webhook-id"] == claimed.event_id == delivery.event_id
    assert world.acme.read(Delivery, delivery.id).attempts == 2


def test_a_delivery_is_set_aside_after_a_day_and_can_be_replayed(
    world: SampleWorld, receiver: Receiver
) -> None:
    receiver.statuses = [500, 500]
    endpoint, delivery = send_test(world.acme, receiver.url("/ok"))
    change(world.acme, attempts=MAX_ATTEMPTS - 1, next_attempt_at=timezone.now())
    send_due_deliveries()
    assert world.acme.read(Delivery, delivery.id).state == "failed"
    actor = system_actor(world.acme.id)
    tomorrow, yesterday = (timezone.now() + timedelta(days=n) for n in (1, -1))
    assert deliveries_replay(endpoint=endpoint, since=tomorrow, actor=actor) == 0
    assert deliveries_replay(endpoint=endpoint, since=yesterday, actor=actor) == 1
    send_due_deliveries()
    delivery_replay(delivery=world.acme.read(Delivery, delivery.id), actor=actor)
    send_due_deliveries()
    assert len({headers["webhook-id"] for headers, _ in receiver.of("/ok")}) == 1
    assert len(receiver.requests) == 4
    day = sum((retry_delay(n) for n in range(1, MAX_ATTEMPTS)), timedelta()).total_seconds() / 3600
    assert 18 < day < 31


@pytest.mark.parametrize("path", ["/gone", "/ok"])
def test_an_endpoint_without_success_is_disabled_and_admins_are_notified(
    world: SampleWorld, receiver: Receiver, path: str
) -> None:
    receiver.statuses = [500, 500]
    endpoint, delivery = send_test(world.acme, receiver.url(path))
    if path == "/ok":
        assert endpoint.is_active
        with transaction.atomic(durable=True):
            set_tenant_scope([world.acme.id])
            past = timezone.now() - timedelta(days=5, seconds=1)
            Endpoint.objects.filter(id=endpoint.id).update(failing_since=past)
        change(world.acme, next_attempt_at=timezone.now())
        send_due_deliveries()
        endpoint = world.acme.read(Endpoint, endpoint.id)
    assert endpoint.disabled_reason == ("gone" if path == "/gone" else "failing")
    sync_notices(world.acme.id)
    notices = world.acme.all(Notice, topic="webhooks", settled_at=None)
    assert [notice.member_id for notice in notices] == [world.dana.member.id]
    endpoint_update(endpoint=endpoint, is_active=True, actor=world.dana.actor)
    sync_notices(world.acme.id)
    assert world.acme.all(Notice, topic="webhooks", settled_at=None) == []


def test_after_a_rotation_both_secrets_are_valid_for_a_day(
    world: SampleWorld, receiver: Receiver
) -> None:
    endpoint, old = add(world.acme, receiver.url("/ok"))
    actor = system_actor(world.acme.id)
    _, new = secret_rotate(endpoint=endpoint, actor=actor)
    endpoint_test(endpoint=endpoint, actor=actor)
    send_due_deliveries()
    with transaction.atomic(durable=True):
        set_tenant_scope([world.acme.id])
        Endpoint.objects.update(old_secret_until=timezone.now())
    endpoint_test(endpoint=endpoint, actor=actor)
    send_due_deliveries()
    (both, body), (one, later) = receiver.of("/ok")
    for receive in LIKE_RECEIVERS:
        receive(old).verify(body, both)
        receive(new).verify(body, both)
        receive(new).verify(later, one)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(later, one)
