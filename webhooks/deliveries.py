"""Send deliveries that are due. A sender claims rows, posts them, and records the responses.

1. A claim has a lease: if the worker is killed, another worker sends the same event, with the same
   id, when the lease expires. Delivery is at least once.
2. Only a few rows of each endpoint are claimed at a time, and only one while the endpoint fails. So
   an endpoint that hangs doesn't delay the others.
3. Another thread sends the requests (webhooks/http_sender.py). No transaction is open meanwhile.
4. A failed attempt is repeated after 5 seconds, 20 seconds, and so on, for about a day.
"""

import random
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import timedelta
from typing import Any
from uuid import UUID

import redis
import structlog
from celery import current_app
from cryptography.fernet import InvalidToken
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from core.redis_client import get_redis
from core.tenancy import set_tenant_scope, tenant_scope
from webhooks.http_sender import TIMEOUT_SECONDS, Answer, HttpSender
from webhooks.models import Delivery, Endpoint, Failure
from webhooks.secrets import decrypt, sign
from workspaces.access import system_actor
from workspaces.queries import all_workspace_ids
from workspaces.services import log_access_event

log = structlog.get_logger()
MAX_ATTEMPTS = 11
FIRST_RETRY_SECONDS = 5
RETRY_FACTOR = 4
MAX_RETRY_SECONDS = 20_480  # 5.7 hours; all attempts together take about a day
JITTER = 0.2
MAX_RETRY_AFTER_SECONDS = 3600  # longer values of the receiver's Retry-After are cut to this
DISABLED_AFTER = timedelta(days=5)  # since the first failure after the last success
GONE = 410
LEASE = timedelta(seconds=3 * TIMEOUT_SECONDS)
TURN_SECONDS = 60  # then another task continues, so that workers can restart
MAX_IN_FLIGHT = 128
MAX_IN_FLIGHT_PER_ENDPOINT = 8
POLL_SECONDS = 0.2  # for new deliveries while requests are open
BATCH_SECONDS = 0.05  # in which more responses arrive, to be recorded in one transaction
KEPT_FOR = timedelta(days=30)
QUEUED_KEY = "cxmap:webhooks"
QUEUED_TTL_SECONDS = 5

CLAIM_SQL = """
WITH due AS (
  SELECT d.id FROM webhooks_endpoint e CROSS JOIN LATERAL (
    SELECT id, next_attempt_at FROM webhooks_delivery
    WHERE endpoint_id = e.id AND state = 'waiting' AND next_attempt_at <= now()
      -- A longer lease was taken before the clock was set back.
      AND coalesce(leased_until NOT BETWEEN now() AND now() + %(lease)s, true)
    ORDER BY next_attempt_at, id
    LIMIT greatest(0, CASE WHEN e.failing_since IS NULL THEN %(per_endpoint)s ELSE 1 END - (
      SELECT count(*) FROM webhooks_delivery leased
      WHERE leased.endpoint_id = e.id AND leased.state = 'waiting'
        AND leased.leased_until BETWEEN now() AND now() + %(lease)s))
    FOR UPDATE SKIP LOCKED) d
  WHERE e.disabled_reason = ''
  ORDER BY d.next_attempt_at LIMIT %(limit)s)
UPDATE webhooks_delivery SET leased_until = now() + %(lease)s, attempts = attempts + 1
FROM due WHERE webhooks_delivery.id = due.id RETURNING due.id
"""


def queue_sender() -> None:
    """Queue a task that sends what is due, unless one was queued within QUEUED_TTL_SECONDS.

    Best effort: errors are only logged, because Celery beat also starts the task every 5 seconds.
    """
    try:
        if get_redis().set(QUEUED_KEY, 1, nx=True, ex=QUEUED_TTL_SECONDS):
            current_app.send_task("webhooks.tasks.send_due", retry=False, ignore_result=True)
    except (redis.RedisError, BrokerError) as error:
        log.warning("webhooks_not_queued", error=str(error))


def mark_sender_started() -> None:
    """Let queue_sender() queue the next task. Call this before claiming deliveries."""
    get_redis().delete(QUEUED_KEY)


def send_due_deliveries(turn_seconds: float = TURN_SECONDS) -> None:
    """Send deliveries until none is due.

    After `turn_seconds`, claim no more, queue another task, and wait for the open requests.
    """
    workspace_ids = _workspaces_with_endpoints()
    rows = _claim(workspace_ids, MAX_IN_FLIGHT)
    if not rows:
        return
    deadline = time.monotonic() + turn_seconds
    in_flight: dict[Future[Answer], Delivery] = {}
    is_turn = True
    with HttpSender() as sender:
        while rows or in_flight:
            in_flight |= {_post(sender, row): row for row in rows}
            wait(in_flight, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            time.sleep(BATCH_SECONDS)
            done = [future for future in in_flight if future.done()]
            _record([(in_flight.pop(future), future.result()) for future in done])
            if is_turn and time.monotonic() > deadline:
                is_turn = False
                queue_sender()
            rows = _claim(workspace_ids, MAX_IN_FLIGHT - len(in_flight)) if is_turn else []


def _workspaces_with_endpoints() -> list[UUID]:
    with tenant_scope(all_workspace_ids()):
        active = Endpoint.objects.filter(disabled_reason="")
        return list(active.order_by().values_list("workspace_id", flat=True).distinct())


def _claim(workspace_ids: list[UUID], limit: int) -> list[Delivery]:
    values: dict[str, Any] = {
        "lease": LEASE,
        "per_endpoint": MAX_IN_FLIGHT_PER_ENDPOINT,
        "limit": limit,
    }
    if not limit or not workspace_ids:
        return []
    with transaction.atomic(durable=True):
        set_tenant_scope(workspace_ids)
        with connection.cursor() as cursor:
            cursor.execute(CLAIM_SQL, values)
            ids = [row_id for (row_id,) in cursor.fetchall()]
        rows = Delivery.objects.filter(id__in=ids) if ids else Delivery.objects.none()
        return list(rows.select_related("endpoint").order_by("next_attempt_at", "id"))


def _post(sender: HttpSender, row: Delivery) -> "Future[Answer]":
    try:
        headers = signed_headers(row, int(time.time()))
    except InvalidToken:  # SECRET_KEY was replaced without a fallback
        unsent: Future[Answer] = Future()
        unsent.set_result(Answer(failure=Failure.SECRET))
        return unsent
    return sender.post(row.endpoint.url, headers, bytes(row.body))


def signed_headers(row: Delivery, timestamp: int) -> dict[str, str]:
    """Return the headers of an attempt, signed with each secret that is valid at the moment.

    `timestamp` is in Unix seconds. Raise InvalidToken if a secret can't be decrypted.
    """
    endpoint = row.endpoint
    secrets = [endpoint.secret]
    if endpoint.old_secret_until and endpoint.old_secret_until > timezone.now():
        secrets.append(endpoint.old_secret)
    signatures = [
        sign(decrypt(secret), row.event_id, timestamp, bytes(row.body)) for secret in secrets
    ]
    return {
        "content-type": "application/json",
        "user-agent": "cxmap-webhooks/1",
        "webhook-id": row.event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


# -- Results of attempts


def _record(answers: list[tuple[Delivery, Answer]]) -> None:
    """Store the result of each attempt in its delivery, and the last one of each endpoint in the endpoint."""
    if not answers:
        return
    for row, answer in answers:
        _settle_or_retry(row, answer)
    rows = sorted((row for row, _ in answers), key=lambda row: row.id)
    with transaction.atomic(durable=True):
        set_tenant_scope({row.workspace_id for row in rows})
        Delivery.objects.bulk_update(
            rows,
            [
                "state",
                "next_attempt_at",
                "leased_until",
                "last_attempt_at",
                "last_status",
                "last_failure",
                "last_answer",
            ],
        )
        last = {row.endpoint_id: answer for row, answer in answers}
        locked = Endpoint.objects.select_for_update().filter(id__in=last).order_by("id")
        endpoints = list(locked)
        for endpoint in endpoints:
            _apply_answer(endpoint, last[endpoint.id])
        Endpoint.objects.bulk_update(
            endpoints,
            [
                "last_attempt_at",
                "last_status",
                "last_failure",
                "failing_since",
                "disabled_reason",
                "disabled_at",
            ],
        )


def _settle_or_retry(row: Delivery, answer: Answer) -> None:
    now = timezone.now()
    row.leased_until = row.next_attempt_at = None
    row.last_attempt_at, row.last_answer = now, answer.text
    row.last_status, row.last_failure = answer.status, answer.failure
    if answer.is_success:
        row.state = Delivery.State.DELIVERED
    elif row.attempts >= MAX_ATTEMPTS:
        row.state = Delivery.State.FAILED
    else:
        row.next_attempt_at = now + retry_delay(row.attempts, answer.retry_after)


def retry_delay(attempts: int, retry_after: int = 0) -> timedelta:
    """Return how long to wait after this many failed attempts: exponentially longer, with jitter.

    `retry_after` is the number of seconds for which the receiver asks. The wait is at least that long, or at
    least an hour if that is shorter.
    """
    seconds = min(FIRST_RETRY_SECONDS * RETRY_FACTOR ** (attempts - 1), MAX_RETRY_SECONDS)
    seconds *= random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (not for security)
    return timedelta(seconds=max(seconds, min(retry_after, MAX_RETRY_AFTER_SECONDS)))


def _apply_answer(endpoint: Endpoint, answer: Answer) -> None:
    """Update an endpoint after an attempt. Disable it after 410 Gone, or after failing for 5 days."""
    now = endpoint.last_attempt_at = timezone.now()
    endpoint.last_status, endpoint.last_failure = answer.status, answer.failure
    endpoint.failing_since = None if answer.is_success else endpoint.failing_since or now
    if endpoint.is_active:
        if answer.status == GONE:
            _disable(endpoint, Endpoint.DisabledReason.GONE)
        elif endpoint.failing_since and now - endpoint.failing_since > DISABLED_AFTER:
            _disable(endpoint, Endpoint.DisabledReason.FAILING)


def _disable(endpoint: Endpoint, reason: Endpoint.DisabledReason) -> None:
    endpoint.disabled_reason, endpoint.disabled_at = reason, timezone.now()
    actor = system_actor(endpoint.workspace_id)
    log_access_event(
        endpoint.workspace_id, actor, "webhook.disable", endpoint.id, reason=str(reason.value)
    )


# -- Retention


def deliveries_prune(workspace_id: UUID) -> None:
    """Delete the deliveries of a workspace that are older than 30 days."""
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        old = Delivery.objects.filter(workspace=workspace_id, created_at__lt=Now() - KEPT_FOR)
        old.delete()
