"""Services for endpoints and deliveries. All require the right `webhooks`.

Changes to endpoints are logged as AccessEvents, because endpoints determine where data is sent.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from core.actors import WEBHOOKS, Actor
from core.errors import Conflict, InvalidRequest, NotFound
from core.event_types import event_types
from core.fields import NOTHING_VISIBLE
from core.ids import uuid7
from core.instants import format_instant
from core.tenancy import set_tenant_scope
from core.text import CONTROLS, find_fault, is_visible, normalize_text
from webhooks.deliveries import queue_sender
from webhooks.models import Delivery, Endpoint
from webhooks.secrets import encrypt, generate_secret
from webhooks.targets import require_url
from workspaces.services import access_transaction, log_access_event

MAX_ENDPOINTS = 20  # in a workspace
MAX_NAME_LENGTH = 120
OLD_SECRET_VALID_FOR = timedelta(hours=24)
TEST_EVENT = "webhook.test"


@contextmanager
def _endpoint_transaction(actor: Actor) -> Iterator[None]:
    actor.require(WEBHOOKS)
    with access_transaction(actor.workspace_id, actor):
        set_tenant_scope([actor.workspace_id])
        yield


def _lock(endpoint: Endpoint) -> Endpoint:
    """Return the endpoint's current row, locked. Raise NotFound if the endpoint was deleted meanwhile."""
    row = Endpoint.objects.select_for_update().filter(id=endpoint.id).first()
    if row is None:
        raise NotFound
    return row


def endpoint_create(
    *,
    url: str,
    event_types: Sequence[str],
    actor: Actor,
    name: str = "",
    is_active: bool = True,
) -> tuple[Endpoint, str]:
    """Create an endpoint. Return it with its secret, which can't be retrieved later.

    Raise InvalidRequest for an invalid value, and Conflict if the workspace has 20 endpoints or the
    gesture has already created one. Log `webhook.create`.
    """
    secret = generate_secret()
    endpoint = Endpoint(
        id=actor.gesture or uuid7(),
        workspace_id=actor.workspace_id,
        url=require_url(url),
        name=_read_name(name),
        event_types=_read_event_types(event_types),
        secret=encrypt(secret),
        created_by_id=actor.member_id,
    )
    _set_active(endpoint, is_active)
    with _endpoint_transaction(actor):
        existing = Endpoint.objects.filter(workspace=actor.workspace_id)
        if existing.filter(id=endpoint.id).exists():
            raise _shown_already()
        if existing.count() >= MAX_ENDPOINTS:
            raise Conflict(
                gettext("There are already {n} webhooks. Delete one first.").format(
                    n=MAX_ENDPOINTS
                ),
                code="full",
            )
        endpoint.save(force_insert=True)
        endpoint.refresh_from_db()
        _log(endpoint, actor, "webhook.create", url=url, event_types=endpoint.event_types)
    return endpoint, secret


def endpoint_update(
    *,
    endpoint: Endpoint,
    actor: Actor,
    url: str | None = None,
    name: str | None = None,
    event_types: Sequence[str] | None = None,
    is_active: bool | None = None,
) -> Endpoint:
    """Change the attributes that aren't None.

    Events that happen while an endpoint is disabled are not delivered later. Deliveries that were
    waiting when it was disabled are sent when it is enabled. Raise InvalidRequest for an invalid value.
    Log `webhook.update` for changed attributes, and `webhook.enable` or `webhook.disable`.
    """
    with _endpoint_transaction(actor):
        row = _lock(endpoint)
        changed: dict[str, Any] = {}
        if url is not None and url != row.url:
            changed["url"] = require_url(url)
        if name is not None and _read_name(name) != row.name:
            changed["name"] = _read_name(name)
        if event_types is not None and _read_event_types(event_types) != row.event_types:
            changed["event_types"] = _read_event_types(event_types)
        for field, value in changed.items():
            setattr(row, field, value)
        if changed:
            _log(row, actor, "webhook.update", **changed)
        if is_active is not None and is_active != row.is_active:
            _set_active(row, is_active)
            _log(row, actor, "webhook.enable" if is_active else "webhook.disable")
        row.save()
    if is_active:
        queue_sender()
    return row


def _set_active(row: Endpoint, is_active: bool) -> None:
    row.disabled_reason = "" if is_active else Endpoint.DisabledReason.ADMIN
    row.disabled_at = None if is_active else timezone.now()
    row.failing_since = None


def endpoint_remove(*, endpoint: Endpoint, actor: Actor) -> None:
    """Delete an endpoint with its deliveries. Log `webhook.remove`."""
    with _endpoint_transaction(actor):
        row = _lock(endpoint)
        _log(row, actor, "webhook.remove", url=row.url)
        row.delete()


def secret_rotate(*, endpoint: Endpoint, actor: Actor) -> tuple[Endpoint, str]:
    """Give an endpoint a new secret. Return the endpoint and the secret, which can't be retrieved later.

    For 24 hours, events are signed with both the old and the new secret. Raise Conflict if the gesture
    has already rotated the secret. Log `webhook.rotate`.
    """
    secret = generate_secret()
    with _endpoint_transaction(actor):
        row = _lock(endpoint)
        if actor.gesture and row.rotated_by == actor.gesture:
            raise _shown_already()
        row.old_secret, row.old_secret_until = row.secret, timezone.now() + OLD_SECRET_VALID_FOR
        row.secret, row.rotated_by = encrypt(secret), actor.gesture
        row.save()
        _log(row, actor, "webhook.rotate")
    return row, secret


# -- Deliveries


def endpoint_test(*, endpoint: Endpoint, actor: Actor) -> Delivery:
    """Queue the event `webhook.test` for an endpoint, even if it doesn't subscribe to this type.

    Return the delivery. Raise Conflict if the endpoint is disabled.
    """
    event = actor.gesture or uuid7()
    body = {
        "type": TEST_EVENT,
        "timestamp": format_instant(timezone.now()),
        "workspace": str(endpoint.workspace_id),
        "data": {"webhook": str(endpoint.id)},
    }
    with _endpoint_transaction(actor):
        if not _lock(endpoint).is_active:
            raise Conflict(gettext("This webhook is disabled. Enable it, then test it."))
        delivery, _ = Delivery.objects.get_or_create(
            endpoint_id=endpoint.id,
            event_id=f"msg_{event.hex}_webhook_test",
            defaults={
                "workspace_id": endpoint.workspace_id,
                "event_type": TEST_EVENT,
                "body": json.dumps(body).encode(),
                "next_attempt_at": Now(),
            },
        )
        delivery.refresh_from_db()
    queue_sender()
    return delivery


def delivery_replay(*, delivery: Delivery, actor: Actor) -> Delivery:
    """Queue a delivery again, whatever its state, with the same id and body. Its attempts count from 0.

    While the endpoint is disabled, the delivery waits.
    """
    with _endpoint_transaction(actor):
        _replay(Delivery.objects.filter(id=delivery.id))
        delivery.refresh_from_db()
    queue_sender()
    return delivery


def deliveries_replay(*, endpoint: Endpoint, since: datetime, actor: Actor) -> int:
    """Queue the failed deliveries to an endpoint that were created since a time. Return their number.

    Failed deliveries are those that are no longer retried.
    """
    with _endpoint_transaction(actor):
        failed = Delivery.objects.filter(
            endpoint=endpoint.id, state=Delivery.State.FAILED, created_at__gte=since
        )
        count = _replay(failed)
    queue_sender()
    return count


def _replay(rows: QuerySet[Delivery]) -> int:
    return rows.update(state=Delivery.State.WAITING, next_attempt_at=Now(), attempts=0)


# -- Values


def _read_name(name: str) -> str:
    text = normalize_text(name)
    if fault := find_fault(text, CONTROLS):
        raise InvalidRequest.at("/name", fault.code, fault.detail)
    if text and not is_visible(text):
        raise InvalidRequest.at("/name", "invisible", str(NOTHING_VISIBLE))
    if len(text) > MAX_NAME_LENGTH:
        detail = gettext("Use at most {n} characters.").format(n=MAX_NAME_LENGTH)
        raise InvalidRequest.at("/name", "length", detail)
    return text


def _read_event_types(names: Any) -> list[str]:
    known = event_types()
    is_list = isinstance(names, Sequence) and not isinstance(names, str) and bool(names)
    if not is_list or not all(isinstance(name, str) and name in known for name in names):
        raise InvalidRequest.at(
            "/event_types",
            "choice",
            gettext("Use one or more of {choices}.").format(choices=", ".join(known)),
        )
    return sorted(set(names))


def _shown_already() -> Conflict:
    return Conflict(
        gettext(
            "This secret was already created, and it is shown only once. Rotate it if you don’t "
            "have it."
        )
    )


def _log(endpoint: Endpoint, actor: Actor, action: str, **data: Any) -> None:
    log_access_event(endpoint.workspace_id, actor, action, endpoint.id, **data)
