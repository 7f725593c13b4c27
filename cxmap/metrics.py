"""Prometheus metrics of this process's requests, and of the state that all processes share."""

import hmac
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from changes.followers import FOLLOWERS
from changes.publish import seconds_since_sweep
from core.client_address import address_group
from core.errors import NotFound
from core.rate_limits import RateLimit
from core.redis_client import get_redis
from core.tenancy import tenant_scope
from cxmap.request_log import REGISTRY
from ownership.models import AuditRun
from workspaces.queries import all_workspace_ids

INVALID_TOKEN_LIMIT = RateLimit("wrong-metrics-tokens", 30, 60)


def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics. Requires METRICS_TOKEN or, if it isn't set, a request from this machine.

    Raise NotFound for other requests. Invalid tokens are rate-limited by client address. The right
    token is always accepted.
    """
    if not may_read(request):
        usage = INVALID_TOKEN_LIMIT.count_attempt(
            address_group(request.META.get("REMOTE_ADDR") or "")
        )
        if usage.is_exceeded:
            raise usage.refusal(
                "Too many invalid tokens from your IP address. Try again in a minute."
            )
        raise NotFound
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        expected = f"Bearer {settings.METRICS_TOKEN}"
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), expected.encode())
    if request.is_forwarded:  # type: ignore[attr-defined]
        return False  # a local proxy that forwards a remote client
    try:
        return ip_address(request.META["REMOTE_ADDR"]).is_loopback
    except ValueError:
        return False  # a unix socket: a proxy


class StateCollector(Collector):
    """Reads PostgreSQL and Redis for each scrape.

    If one doesn't answer, its metrics are left out.
    """

    def collect(self) -> Iterator[GaugeMetricFamily]:
        state: list[GaugeMetricFamily] = []
        with suppress(Error):
            state += [followers_lag(), audit_age()]
        yield gauge("cxmap_database_up", "Whether PostgreSQL answers", float(bool(state)))
        yield from state
        try:
            lengths, sweep = queue_lengths(), seconds_since_sweep()
        except redis.RedisError:
            yield gauge("cxmap_redis_up", "Whether Redis answers", 0)
            return
        yield gauge("cxmap_redis_up", "Whether Redis answers", 1)
        yield lengths
        if sweep is not None:
            yield gauge("cxmap_sweep_age_seconds", "Time since workers last swept", sweep)


def gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, description, value)


def queue_lengths() -> GaugeMetricFamily:
    """Return the length of each queue, which is a list in Redis.

    There are no samples if another broker is used, because it has its own metrics.
    """
    family = GaugeMetricFamily("cxmap_queue_length", "Tasks waiting for a worker", labels=["queue"])
    if settings.BROKER_URL == settings.REDIS_URL:
        for queue in settings.CELERY_TASK_QUEUES:
            family.add_metric([queue], int(get_redis().llen(queue)))  # type: ignore[arg-type]
    return family


def followers_lag() -> GaugeMetricFamily:
    """Return the number of change sets that each follower has not read, in all workspaces."""
    family = GaugeMetricFamily(
        "cxmap_follower_lag", "Change sets that a follower has not read yet", labels=["follower"]
    )
    with tenant_scope(all_workspace_ids()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, coalesce(sum(feed.position - coalesce(reached.position, 0)), 0)"
            " FROM unnest(%s) name LEFT JOIN changes_feedcounter feed ON true"
            " LEFT JOIN changes_followercursor reached"
            " ON reached.follower = name AND reached.workspace_id = feed.workspace_id"
            " GROUP BY name",
            [list(FOLLOWERS)],
        )
        for name, behind in cursor.fetchall():
            family.add_metric([name], float(behind))
    return family


def audit_age() -> GaugeMetricFamily:
    """Return the age of the latest audit in any workspace, without a sample if there was none."""
    family = GaugeMetricFamily("cxmap_audit_age_seconds", "Time since the last audit ended")
    with tenant_scope(all_workspace_ids()):
        last = AuditRun.objects.aggregate(last=Max("finished_at"))["last"]
    if last is not None:
        family.add_metric([], (timezone.now() - last).total_seconds())
    return family


ProcessCollector(registry=REGISTRY)
REGISTRY.register(StateCollector())
