"""Time of upserting touchpoints, compared with COPY and with a plain Django REST framework loop.

    script/bench upsert [--items 10000] [--loop 300]

All write the same rows. A third of the items are new, a third changed and a third unchanged; each
kind is also timed alone. "COPY of rows and log" writes the rows and one log row for each into two
empty tables with the same indexes, foreign keys, row security and triggers. PostgreSQL rejects COPY
into a table with row security, so it goes through temporary tables. "Raw COPY" writes only the
rows, into a table that has only the indexes. The loop looks up each item, validates it with a
ModelSerializer, saves it and writes a log row. It runs on `--loop` items, and its time is scaled to
all of them.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from io import StringIO
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from rest_framework import serializers

from core.ids import uuid7
from core.tenancy import set_tenant_scope, tenant_scope
from journeys.models import Stage
from journeys.services import journey_create
from touchpoints.services import touchpoints_sync
from workspaces.access import system_actor
from workspaces.models import Workspace


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--loop", type=int, default=300, help="sample size of the DRF loop")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    runs = [one_run(options.items) for _ in range(options.repeat)]
    median = {kind: statistics.median(run[kind] for run in runs) for kind in runs[0]}
    loop = drf_loop(options.loop) / options.loop * options.items
    print(f"{options.items} touchpoints, median of {options.repeat}")
    print(f"  COPY of rows and log      {median['both']:8.3f} s")
    print(f"  raw COPY                  {median['copy']:8.3f} s")
    for kind in ("new", "changed", "unchanged", "mixed"):
        print(
            f"  upsert, {kind:<17} {median[kind]:8.3f} s"
            f"   {median['both'] / median[kind]:5.2f} of COPY of rows and log"
            f"   {median['copy'] / median[kind]:5.2f} of raw COPY"
            f"   {loop / median[kind]:6.1f} x the loop"
        )
    print(f"  DRF loop ({options.loop} scaled)   {loop:8.3f} s")


def one_run(count: int) -> dict[str, float]:
    """Time each kind of upsert in a new workspace, and COPY of as many rows."""
    workspace, stages = fresh()
    actor = system_actor(workspace.id)

    def upsert(items: list[dict[str, Any]]) -> Callable[[], Any]:
        return lambda: touchpoints_sync(items=items, actor=actor)

    first = [payload(stages, n, 1) for n in range(count)]
    second = [payload(stages, n, 2) for n in range(count)]
    third = count // 3
    mixed = [
        *(payload(stages, count + n, 1) for n in range(third)),
        *(payload(stages, n, 3) for n in range(third)),
        *second[third : count - third],
    ]
    took = {
        "new": timed(upsert(first)),
        "changed": timed(upsert(second)),
        "unchanged": timed(upsert(second)),
        "mixed": timed(upsert(mixed)),
    }
    took["copy"] = copy_again(workspace, count)
    took["both"] = copy_with_log(workspace, count)
    return took


def fresh() -> tuple[Workspace, list[UUID]]:
    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{uuid7().hex[-12:]}")
    actor = system_actor(workspace.id)
    for number in range(10):
        journey_create(actor=actor, title=f"Journey {number}", first_stage="Only")
    with tenant_scope([workspace.id]):
        return workspace, list(Stage.objects.values_list("pk", flat=True))


def payload(stages: list[UUID], number: int, edition: int) -> dict[str, Any]:
    return {
        "source": "bench",
        "external_id": f"ticket-{number:07d}",
        "source_updated_at": f"2026-11-23T10:00:{edition:02d}Z",
        "stage": str(stages[number % len(stages)]),
        "title": f"Ticket {number}, edition {edition}",
        "notes": "The customer called about the second invoice and was asked to wait.",
        "emotion": number % 5 - 2,
        "evidence": "CRM",
        "attributes": {"queue": f"q{number % 7}", "priority": number % 3},
    }


ROWS = "SELECT * FROM touchpoints_touchpoint ORDER BY external_id LIMIT %s"
LOG = "SELECT * FROM changes_change WHERE op = 'add' AND record_type = 'touchpoint' LIMIT %s"


def copy_again(workspace: Workspace, count: int) -> float:
    """Time COPY of `count` of the workspace's rows into an empty table with the same indexes."""
    text = copied_out(workspace, ROWS, count)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_like (LIKE touchpoints_touchpoint INCLUDING ALL)")
    try:
        return timed(lambda: copy_in({"bench_like": text}))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_like")


def copied_out(workspace: Workspace, query: str, count: int) -> str:
    text = StringIO()
    with tenant_scope([workspace.id]), connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY ({query % count}) TO STDOUT", text)
    return text.getvalue()


def copy_in(texts: dict[str, str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, text in texts.items():
            cursor.cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(text))


def copy_with_log(workspace: Workspace, count: int) -> float:
    """Time COPY of `count` rows and their log into empty tables with the same constraints.

    The tables also have the same row security and triggers.
    """
    texts = {
        "touchpoints_touchpoint": copied_out(workspace, ROWS, count),
        "changes_change": copied_out(workspace, LOG, count),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for table in texts:
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL)")
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'f' AND conrelid = %s::regclass",
                [table],
            )
            for (key,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE bench_{table} ADD {key}")
            cursor.execute("SELECT cxmap_wall(%s)", [f"bench_{table}"])
        cursor.execute("SELECT cxmap_log('bench_changes_change')")
    try:
        return timed(lambda: copy_through_walls(workspace, texts))
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {', '.join(f'bench_{table}' for table in texts)}")


def copy_through_walls(workspace: Workspace, texts: dict[str, str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        set_tenant_scope([workspace.id], writing=uuid7())
        for table, text in texts.items():
            cursor.execute(f"CREATE TEMP TABLE bench_in (LIKE {table}) ON COMMIT DROP")
            cursor.cursor.copy_expert("COPY bench_in FROM STDIN", StringIO(text))
            cursor.execute(f"INSERT INTO bench_{table} SELECT * FROM bench_in")
            cursor.execute("DROP TABLE bench_in")


# -- The plain DRF baseline, on its own table without row-level security or logging


def drf_loop(count: int) -> float:
    """Time the loop on `count` items, of which a third are new, a third changed and a third unchanged."""
    with connection.schema_editor() as editor:
        editor.create_model(LoopTouchpoint)
        editor.create_model(LoopLog)
    try:
        items = [loop_payload(number) for number in range(count)]
        for item in items[: 2 * count // 3]:
            loop_upsert(item)
        for item in items[: count // 3]:
            item["title"] += ", again"
        return timed(lambda: [loop_upsert(item) for item in items])
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(LoopLog)
            editor.delete_model(LoopTouchpoint)


def loop_payload(number: int) -> dict[str, Any]:
    fields = payload([uuid7()], number, 1)
    del fields["stage"]
    return fields


def loop_upsert(fields: dict[str, Any]) -> None:
    with transaction.atomic():
        key = {"source": fields["source"], "external_id": fields["external_id"]}
        row = LoopTouchpoint.objects.filter(**key).first()
        before = LoopSerializer(row).data if row else None
        serializer = LoopSerializer(row, data=fields)
        serializer.is_valid(raise_exception=True)
        row = serializer.save()
        after = LoopSerializer(row).data
        if after != before:
            LoopLog.objects.create(row=row.pk, before=before or {}, after=after)


class LoopTouchpoint(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    source_updated_at = models.DateTimeField()
    title = models.CharField(max_length=500)
    notes = models.TextField(blank=True)
    emotion = models.SmallIntegerField(null=True)
    evidence = models.TextField(blank=True)
    attributes = models.JSONField(default=dict)

    class Meta:
        app_label = "touchpoints"
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="bench_external_id")
        ]


class LoopLog(models.Model):
    row = models.UUIDField(db_index=True)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        app_label = "touchpoints"


class LoopSerializer(serializers.ModelSerializer):
    attributes = serializers.JSONField()

    class Meta:
        model = LoopTouchpoint
        fields = "__all__"


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
