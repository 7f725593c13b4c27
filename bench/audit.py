"""Time of auditing a large workspace, compared with one SQL scan and with an ORM implementation.

    script/bench audit [10000 100000 ...] [--repeat 5] [--loop 300] [--chunked 5000]

*Steady* runs find nothing new. Before *changed* runs, one stage in a hundred loses its director or
gets one back. *Scoped* runs audit only the journeys of 1,000 stages. A tenth of all stages is
contested, a tenth has no director, and every rule has findings. Times are medians of `--repeat`
runs.

The scan is a GROUP BY of the claims by stage, which is the least that an audit must do. The ORM
implementation checks two of the rules (vacant and contested), stage by stage or in chunks of a
thousand. It runs on `--loop` or `--chunked` stages, in the steady state; its times are scaled to
all stages and are not medians. With 0, it is left out.

A first run writes every flag. For the last one, the benchmark also prints the largest number of streams
locked at once, the longest lock, and the peak memory of the process, which does the work of a worker.
"""

import argparse
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from changes import bulk
from changes.models import Record
from changes.services import change_set
from core.ids import uuid7
from core.tenancy import set_tenant_scope, tenant_scope
from journeys.models import Journey, Lane, Stage, Step
from ownership import audit
from ownership.models import Appointment, AuditRun, Claim, Contest, Directorship, Party
from people.models import Department, Person, Placement
from touchpoints.models import Touchpoint
from workspaces.access import system_actor
from workspaces.models import Workspace

PERSONS, DEPARTMENTS = 500, 20
STAGES = 50  # per journey
DIRTY = 1_000  # stages of a scoped run
SCAN = """
SELECT count(*), sum(claims) FROM (
  SELECT stage_id, count(*) AS claims, min(made_at) FROM ownership_claim
  WHERE ended_at IS NULL GROUP BY stage_id) AS each
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--loop", type=int, default=300, help="sample size of the stage-by-stage baseline"
    )
    parser.add_argument(
        "--chunked", type=int, default=5_000, help="sample size of the chunked baseline"
    )
    options = parser.parse_args()
    for size in options.sizes:
        begun = time.perf_counter()
        workspace_id = fill(size)
        filled = time.perf_counter() - begun
        print(f"{size:,} stages, {2 * size:,} claims (filled in {filled:.0f} s)")
        measure(workspace_id, size, options)


def measure(workspace_id: UUID, size: int, options: argparse.Namespace) -> None:
    runs: list[AuditRun] = []
    firsts, scans, steady, scoped, changed = [], [], [], [], []
    for _ in range(options.repeat):
        forget_flags(workspace_id)
        vacuum()
        with recorded_locks() as locks:
            firsts.append(timed(lambda: audit.run_audit(workspace_id)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    vacuum()
    dirty = some_journeys(workspace_id, DIRTY // STAGES)
    for _ in range(options.repeat):
        scans.append(timed(lambda: scan(workspace_id)))
        steady.append(timed(lambda: runs.append(audit.run_audit(workspace_id))))
        scoped.append(timed(lambda: audit.run_audit(workspace_id, dirty)))
    rules = runs[-1].rules
    for turn in range(options.repeat):
        take_directors(workspace_id, back=bool(turn % 2))
        changed.append(timed(lambda: audit.run_audit(workspace_id)))
    limit, usual = statistics.median(scans), statistics.median(steady)
    loop = time_orm_audit(workspace_id, options.loop, 1, size)
    chunked = time_orm_audit(workspace_id, options.chunked, 1000, size)
    print("                          seconds   of the scan   of steady us per stage")
    for name, seconds in (
        ("one scan", limit),
        ("first run", statistics.median(firsts)),
        ("steady run", usual),
        ("one in 100 changed", statistics.median(changed)),
        (f"scoped, {DIRTY:,} stages", statistics.median(scoped)),
        ("ORM, chunks of 1,000", chunked),
        ("ORM, stage by stage", loop),
    ):
        print(
            f"  {name:<22} {seconds:9.3f} {seconds / limit:13.2f} {seconds / usual:11.3f}"
            f" {seconds / size * 1e6:12.2f}"
        )
    streams, held = max(count for count, _ in locks), max(seconds for _, seconds in locks)
    print(
        f"  the last first run: at most {streams} streams locked, for {held:.3f} s;"
        f" {memory:.0f} MB of memory"
    )
    print("  the last steady run:")
    for code, one in rules.items():
        print(f"    {code}   {one['seconds']:7.3f} s   {one['kept']:8,} flags kept")
    rest = steady[-1] - sum(rule["seconds"] for rule in rules.values())
    print(f"    the rest {rest:7.3f} s\n")


def scan(workspace_id: UUID) -> None:
    with tenant_scope([workspace_id]), connection.cursor() as cursor:
        cursor.execute(SCAN)
        cursor.fetchall()


@contextmanager
def recorded_locks() -> Iterator[list[tuple[int, float]]]:
    """Record the number of streams that each gesture of the audit locks, and for how many seconds."""
    locks: list[tuple[int, float]] = []
    original = audit.change_set

    @contextmanager
    def recorded(streams: list[UUID], **options: Any) -> Iterator[Any]:
        started = time.perf_counter()
        with original(streams, **options) as recorder:
            yield recorder
        locks.append((len(streams), time.perf_counter() - started))

    audit.change_set = recorded
    try:
        yield locks
    finally:
        audit.change_set = original


def some_journeys(workspace_id: UUID, count: int) -> list[UUID]:
    """Return the ids of at most `count` journeys, evenly spread over the workspace."""
    with tenant_scope([workspace_id]):
        every = list(Journey.objects.order_by("pk").values_list("pk", flat=True))
    return every[:: max(1, len(every) // count)][:count]


def vacuum() -> None:
    """Vacuum and analyze the database, as autovacuum would soon do after so many new rows."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def forget_flags(workspace_id: UUID) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        set_tenant_scope([workspace_id], writing=uuid7())
        cursor.execute("DELETE FROM ownership_flag WHERE workspace_id = %s", [workspace_id])


def take_directors(workspace_id: UUID, *, back: bool) -> None:
    """End the directorship of one stage in a hundred, or resume it."""
    with transaction.atomic(), connection.cursor() as cursor:
        set_tenant_scope([workspace_id], writing=uuid7())
        ended = "NULL, end_reason = ''" if back else "now(), end_reason = 'relieved'"
        cursor.execute(
            f"UPDATE ownership_directorship d SET ended_at = {ended}"
            " FROM bench_stage s WHERE s.id = d.stage_id AND s.number % 100 = 99"
        )


# -- The workspace, filled by a few tenant-scoped statements that bypass the log

# Of twenty stages, two are contested (0 and 1) and two have no director: 2 has an old proposal, and
# 3 is disclaimed by its department. The director of 7 is mostly of another department than the stage.
NUMBERED = """
DROP TABLE IF EXISTS bench_person, bench_department, bench_journey, bench_stage;
CREATE TEMP TABLE bench_person AS
  SELECT split_part(name, ' ', 2)::int AS number, id, name FROM people_person;
CREATE TEMP TABLE bench_department AS
  SELECT split_part(name, ' ', 2)::int AS number, id FROM people_department;
CREATE TEMP TABLE bench_journey AS
  SELECT n AS number, cxmap_uuid7() AS id, cxmap_uuid7() AS lane, cxmap_uuid7() AS unassigned
  FROM generate_series(0, (%(size)s - 1) / %(stages)s) AS n;
CREATE TEMP TABLE bench_stage AS
  SELECT n AS number, n %% 20 AS kind, cxmap_uuid7() AS id, cxmap_uuid7() AS step,
    cxmap_uuid7() AS contest, j.id AS journey, j.lane, j.unassigned, j.number %% %(departments)s AS department,
    CASE WHEN n %% 20 = 7 THEN n %% %(persons)s
      ELSE (n / 20 * %(departments)s + j.number %% %(departments)s) %% %(persons)s END AS person
  FROM generate_series(0, %(size)s - 1) AS n JOIN bench_journey j ON j.number = n / %(stages)s;
ANALYZE bench_person; ANALYZE bench_department; ANALYZE bench_journey; ANALYZE bench_stage;
INSERT INTO changes_stream (id, workspace_id, kind, parent_id, version)
  SELECT id, %(workspace)s, 'journey', %(workspace)s, 1 FROM bench_journey;
"""
ROWS: tuple[tuple[type[Record], str, str], ...] = (
    (
        Journey,
        "id, stream_id, title, status",
        "id, id, 'Journey ' || number, 'live' FROM bench_journey",
    ),
    (
        Lane,
        "id, stream_id, journey_id, kind, department_id, position",
        """j.lane, j.id, j.id, 'department', d.id, 'n0'
        FROM bench_journey j JOIN bench_department d ON d.number = j.number %% %(departments)s""",
    ),
    (
        Lane,
        "id, stream_id, journey_id, kind, position",
        "unassigned, id, id, 'unassigned', 'n1' FROM bench_journey",
    ),
    (
        Appointment,
        "id, stream_id, journey_id, office, person_id, appointed_at",
        """cxmap_uuid7(), j.id, j.id, office, p.id, now()
        FROM bench_journey j JOIN bench_person p ON p.number = j.number %% %(persons)s,
          unnest(ARRAY['producer', 'sponsor']) AS office
        WHERE j.number %% 10 > 0""",
    ),
    (
        Stage,
        "id, stream_id, journey_id, title, position",
        "id, journey, journey, 'Stage ' || number, 'n' || lpad(number::text, 7, '0') FROM bench_stage",
    ),
    (
        Step,
        "id, stream_id, stage_id, title, position",
        "step, journey, id, 'Step ' || number, 'n0' FROM bench_stage",
    ),
    # A fifth reports an owner; one in a hundred reports an unknown one.
    (
        Touchpoint,
        "id, stream_id, step_id, lane_id, title, position, reported_owner",
        """cxmap_uuid7(), s.journey, s.step,
          CASE s.number %% 100 WHEN 51 THEN s.unassigned ELSE s.lane END,
          'Touchpoint ' || s.number, 'n0',
          CASE WHEN s.number %% 100 = 50 THEN 'Somebody else'
            WHEN s.number %% 5 = 0 THEN p.name ELSE '' END
        FROM bench_stage s JOIN bench_person p ON p.number = s.person""",
    ),
    (
        Directorship,
        "id, stream_id, stage_id, person_id, decision_rights, proposed_at, accepted_at",
        """cxmap_uuid7(), s.journey, s.id, p.id,
          CASE WHEN s.number %% 50 > 0 THEN 'Decides.' ELSE '' END, now() - interval '30 days',
          CASE WHEN s.kind <> 2 THEN now() - interval '29 days' END
        FROM bench_stage s JOIN bench_person p ON p.number = s.person WHERE s.kind <> 3""",
    ),
    (
        Claim,
        "id, stream_id, stage_id, kind, person_id, department_id, made_at",
        """cxmap_uuid7(), s.journey, s.id,
          CASE s.kind WHEN 3 THEN 'disclaimer' ELSE 'claim' END, p.id, d.id,
          now() - make_interval(days => (s.number %% 60)::int, hours => 1)
        FROM bench_stage s
        CROSS JOIN generate_series(0, 1) AS voice
        JOIN bench_person p ON p.number
          = CASE WHEN s.kind < 2 THEN (s.person + voice) %% %(persons)s ELSE s.person END
        JOIN bench_department d ON d.number = (s.department + voice) %% %(departments)s""",
    ),
    (
        Contest,
        "id, stream_id, stage_id, opened_at, changed_at, talk_until",
        """s.contest, s.journey, s.id, opened_at, opened_at, opened_at + interval '5 days'
        FROM bench_stage s,
          LATERAL (SELECT now() - make_interval(days => (s.number %% 60)::int) AS opened_at) AS one
        WHERE s.kind < 2""",
    ),
    (
        Party,
        "id, stream_id, contest_id, person_id, department_id",
        """cxmap_uuid7(), s.journey, s.contest, p.id, d.id
        FROM bench_stage s
        CROSS JOIN generate_series(0, 1) AS party
        JOIN bench_person p ON p.number = (s.person + party) %% %(persons)s
        JOIN bench_department d ON d.number = (s.department + party) %% %(departments)s
        WHERE s.kind < 2""",
    ),
)


def fill(size: int, *, stages: int = STAGES, persons: int = PERSONS) -> UUID:
    """Create a workspace with `size` stages, `stages` of them per journey, and `persons` people."""
    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{uuid7().hex[-12:]}")
    people(workspace.id, persons)
    counts = {
        "workspace": workspace.id,
        "size": size,
        "stages": stages,
        "persons": persons,
        "departments": DEPARTMENTS,
    }
    with transaction.atomic(), without_keys(), connection.cursor() as cursor:
        set_tenant_scope([workspace.id], writing=uuid7())
        cursor.execute(NUMBERED, counts)
        for model, columns, rows in ROWS:
            staged = bulk.create_staging_table(model)
            cursor.execute(
                f"INSERT INTO {staged} (workspace_id, version, updated_at, {columns})"
                f" SELECT %(workspace)s, 1, now(), {rows}",
                counts,
            )
            stored = ", ".join(
                f.column for f in model._meta.local_concrete_fields if not f.generated
            )
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({stored}) SELECT {stored} FROM {staged}"
            )
    vacuum()
    return workspace.id


@contextmanager
def without_keys() -> Iterator[None]:
    """Drop the filled tables' foreign keys, and add them again afterwards without a check.

    The checks would number about 20 for each stage.
    """
    tables = sorted({model._meta.db_table for model, _, _ in ROWS})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, conname,"
            " replace(pg_get_constraintdef(oid), 'NOT VALID', '')"
            " FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])",
            [tables],
        )
        keys = cursor.fetchall()
        for table, name, _ in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")


def people(workspace_id: UUID, count: int) -> None:
    """Create departments and persons placed in them. One person in a hundred has left."""
    today = timezone.now().date()
    yesterday = today - timedelta(days=1)
    own: dict[str, Any] = {"stream_id": workspace_id}
    with change_set(
        [workspace_id], action="bench.people", actor=system_actor(workspace_id)
    ) as recorder:
        departments = recorder.add_many(
            [Department(**own, name=f"Department {n}") for n in range(DEPARTMENTS)]
        )
        persons = recorder.add_many(
            [
                Person(**own, name=f"Person {n}", left_on=yesterday if n % 100 == 7 else None)
                for n in range(count)
            ]
        )
        recorder.add_many(
            [
                Placement(
                    **own, person=person, department=departments[n % DEPARTMENTS], since=today
                )
                for n, person in enumerate(persons)
            ]
        )


# -- The plain Django baseline, on its own table without row-level security or logging


def time_orm_audit(workspace_id: UUID, count: int, at_once: int, size: int) -> float:
    """Return the extrapolated seconds of a steady audit of `size` stages, in chunks of `at_once`.

    Measures the second audit of the first `count` stages. Returns NaN if `count` is 0.
    """
    if not count:
        return float("nan")
    with connection.schema_editor() as editor:
        editor.create_model(OrmFlag)
    try:
        with transaction.atomic():
            set_tenant_scope([workspace_id])
            stages = list(Stage.objects.order_by("pk")[:count])
            chunks = [stages[at : at + at_once] for at in range(0, count, at_once)]
            for chunk in chunks:
                audit_with_orm(chunk)
            seconds = timed(lambda: [audit_with_orm(chunk) for chunk in chunks])
            return seconds * size / count
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(OrmFlag)


def audit_with_orm(stages: list[Stage]) -> None:
    """Audit these stages with the ORM, as a baseline.

    Apply OWN-01 (vacant) and OWN-04 (contested) in Python, and save the flags that changed.
    """
    directors = defaultdict(set)
    for directorship in Directorship.objects.filter(
        stage__in=stages, accepted_at__isnull=False, ended_at=None
    ):
        directors[directorship.stage_id].add(directorship.person_id)
    voices = defaultdict(set)
    for claim in Claim.objects.filter(stage__in=stages, kind="claim", ended_at=None):
        voices[claim.stage_id].add(claim.person_id)
    known = {
        (flag.rule, flag.stage): flag
        for flag in OrmFlag.objects.filter(stage__in=[stage.pk for stage in stages])
    }
    new, moved = [], []
    for stage in stages:
        for rule, found in (
            ("OWN-01", not directors[stage.pk]),
            ("OWN-04", len(voices[stage.pk] | directors[stage.pk]) > 1),
        ):
            flag = known.get((rule, stage.pk))
            if flag is None and found:
                new.append(OrmFlag(rule=rule, stage=stage.pk))
            elif flag is not None and flag.is_open != found:
                flag.is_open = found
                moved.append(flag)
    OrmFlag.objects.bulk_create(new)
    OrmFlag.objects.bulk_update(moved, ["is_open"])


class OrmFlag(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7)
    rule = models.CharField(max_length=6)
    stage = models.UUIDField()
    is_open = models.BooleanField(default=True)

    class Meta:
        app_label = "ownership"
        constraints = [models.UniqueConstraint(fields=["stage", "rule"], name="bench_fingerprint")]


def timed(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
