"""Time and size of the most important pages of a large workspace, compared with bare SQL.

    script/bench pages [--scale 1.0] [--repeat 7] [--profile home]

The workspace has 1,000 journeys in 100 folders, 10,000 stages, 20,000 touchpoints, 11,000 claims,
5,000 persons, 10,000 members and 40,000 flags with their notices (times `--scale`). cxmap's bulk
functions write the rows and their log. One journey has 500 stages, and one has 1,000 touchpoints in
100 steps. The reader directs 100 stages and is the producer of 50 journeys.

The baseline of a page is the SQL that an expert would write for it: aggregates for what the page
shows, including the sidebar, in as few statements as possible. The rows are discarded. Times are
medians. "SQL ms" is the time that the page's statements take. "CPU ms" is the processor time of the
whole page, which depends less on the machine's load. "shell" is a nearly empty page: the sidebar
and the inbox badge. `--profile` prints where one page spends its time instead.
"""

import argparse
import cProfile
import pstats
import statistics
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from changes import bulk
from changes.models import Record
from changes.services import Recorder, change_set
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Journey, Lane, Stage, Step
from notifications.services import sync_notices
from ownership.models import Appointment, Claim, Directorship, Flag
from people.models import Department, Person, Placement
from touchpoints.models import Touchpoint
from workspaces.access import system_actor
from workspaces.models import Member, Role, User, Workspace

# Names of static files don't matter here, so none are collected.
PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
JOURNEYS, STAGES, PERSONS, MEMBERS, DEPARTMENTS = 1_000, 10_000, 5_000, 10_000, 20
LONG, WIDE = 500, 1_000  # stages of journey 0; touchpoints of journey 1
API_PAGES = 5  # of 200 touchpoints

# Journey 0 has the first 500 stages, journey 1 the next 10, and the others share the rest.
NUMBERED = f"""
CREATE TEMP TABLE bench_person ON COMMIT DROP AS
  SELECT n AS number, cxmap_uuid7() AS id FROM generate_series(0, %(persons)s - 1) AS n;
CREATE TEMP TABLE bench_department ON COMMIT DROP AS
  SELECT n AS number, cxmap_uuid7() AS id FROM generate_series(0, {DEPARTMENTS} - 1) AS n;
CREATE TEMP TABLE bench_journey ON COMMIT DROP AS
  SELECT (row_number() OVER (ORDER BY id) - 1)::int AS number, id, cxmap_uuid7() AS lane
  FROM unnest(%(journeys)s::uuid[]) AS id;
CREATE TEMP TABLE bench_stage ON COMMIT DROP AS
  SELECT n AS number, n %% 20 AS kind, cxmap_uuid7() AS id, j.id AS journey, j.lane,
    CASE WHEN n BETWEEN {LONG} AND {LONG + 9} THEN 10 WHEN n < {LONG} THEN 1 ELSE 2 END AS steps
  FROM generate_series(0, %(stages)s - 1) AS n
  JOIN bench_journey j ON j.number = CASE WHEN n < {LONG} THEN 0 WHEN n < {LONG + 10} THEN 1
    ELSE 2 + n %% (%(journey_count)s - 2) END;
CREATE TEMP TABLE bench_step ON COMMIT DROP AS
  SELECT cxmap_uuid7() AS id, s.id AS stage, s.journey, s.lane, s.number AS stage_number, n AS number,
    CASE WHEN s.steps = 10 THEN {WIDE} / 100 ELSE 1 END AS touchpoints
  FROM bench_stage s, generate_series(1, s.steps) AS n;
CREATE TEMP TABLE bench_touchpoint ON COMMIT DROP AS
  SELECT cxmap_uuid7() AS id, s.id AS step, s.journey, s.lane, s.stage_number, n AS place
  FROM bench_step s, generate_series(1, s.touchpoints) AS n;
"""
ROWS: tuple[tuple[type[Record], str, str], ...] = (
    (
        Department,
        "id, stream_id, name",
        "id, %(workspace)s, 'Department ' || number FROM bench_department",
    ),
    (
        Person,
        "id, stream_id, name, job_title, member_id, left_on",
        """id, %(workspace)s, 'Person ' || lpad(number::text, 5, '0'), 'Agent',
          (%(members)s::uuid[])[number + 1],
          CASE WHEN number %% 100 = 7 THEN current_date - 30 END FROM bench_person""",
    ),
    (
        Placement,
        "id, stream_id, person_id, department_id, since",
        f"""cxmap_uuid7(), %(workspace)s, p.id, d.id, current_date - 100
        FROM bench_person p JOIN bench_department d ON d.number = p.number %% {DEPARTMENTS}""",
    ),
    (
        Journey,
        "id, stream_id, title, status, folder",
        """id, id, 'Journey ' || number, CASE WHEN number %% 5 = 4 THEN 'draft' ELSE 'live' END,
          'Area ' || number %% 20 || '/Topic ' || number / 20 %% 5 FROM bench_journey""",
    ),
    (
        Lane,
        "id, stream_id, journey_id, kind, department_id, position",
        f"""j.lane, j.id, j.id, 'department', d.id, 'n0'
        FROM bench_journey j JOIN bench_department d ON d.number = j.number %% {DEPARTMENTS}""",
    ),
    (
        Stage,
        "id, stream_id, journey_id, title, position",
        "id, journey, journey, 'Stage ' || number, 'n' || lpad(number::text, 6, '0') FROM bench_stage",
    ),
    (
        Step,
        "id, stream_id, stage_id, title, position",
        """id, journey, stage, 'Step ' || stage_number || '.' || number,
          'n' || lpad(number::text, 6, '0') FROM bench_step""",
    ),
    (
        Touchpoint,
        "id, stream_id, step_id, lane_id, title, emotion, position",
        """id, journey, step, lane, 'Touchpoint ' || stage_number || '.' || place,
          (stage_number + place) %% 5 - 2, 'n' || lpad(place::text, 6, '0') FROM bench_touchpoint""",
    ),
    (
        Appointment,
        "id, stream_id, journey_id, office, person_id, appointed_at",
        """cxmap_uuid7(), j.id, j.id, office, p.id, now()
        FROM bench_journey j JOIN bench_person p
          ON p.number = CASE WHEN j.number %% 20 = 3 THEN 0 ELSE j.number %% %(persons)s END,
          unnest(ARRAY['producer', 'sponsor']) AS office""",
    ),
    # Of twenty stages, two are contested (0 and 1) and one has no director (3).
    (
        Directorship,
        "id, stream_id, stage_id, person_id, proposed_at, accepted_at",
        """cxmap_uuid7(), s.journey, s.id, p.id, now() - interval '30 days', now()
        FROM bench_stage s JOIN bench_person p
          ON p.number = CASE WHEN s.number %% 100 = 50 THEN 0 ELSE s.number %% %(persons)s END
        WHERE s.kind <> 3""",
    ),
    (
        Claim,
        "id, stream_id, stage_id, person_id, department_id, made_at",
        f"""cxmap_uuid7(), s.journey, s.id, p.id, d.id, now() - interval '20 days'
        FROM bench_stage s CROSS JOIN generate_series(0, 1) AS voice
        JOIN bench_person p ON p.number = (s.number + voice) %% %(persons)s
        JOIN bench_department d ON d.number = (s.number + voice) %% {DEPARTMENTS}
        WHERE voice = 0 OR s.kind < 2""",
    ),
    (
        Flag,
        "id, stream_id, rule, subject_type, subject_id, severity, state, opened_at",
        """cxmap_uuid7(), s.journey, rule, 'stage', s.id, 'warn', 'open', now()
        FROM bench_stage s, unnest(ARRAY['OWN-03', 'OWN-12']) AS rule
        UNION ALL SELECT cxmap_uuid7(), t.journey, 'OWN-18', 'touchpoint', t.id, 'info', 'open', now()
        FROM bench_touchpoint t""",
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--profile", default="", help="a page by its name in the table")
    options = parser.parse_args()
    begun = time.perf_counter()
    workspace, client, journeys = fill(options.scale)
    print(f"filled in {time.perf_counter() - begun:.0f} s")
    pages = list_pages(workspace, journeys)
    if options.profile:
        profile(client, pages[options.profile][0])
        return
    print("page                queries     KB  page ms   CPU ms   SQL ms  bare ms  ratio")
    for name, (url, statements, times) in pages.items():
        queries, size = inspect(client, url)
        timer = StatementTimer()
        with connection.execute_wrapper(timer):
            page, processor = median(options.repeat, lambda url=url, n=times: read(client, url, n))
        sql = timer.seconds * 1000 / options.repeat
        bare, _ = median(options.repeat, lambda each=statements: run_bare(workspace.id, each))
        print(
            f"{name:<20} {queries:6} {size / 1000:6.0f} {page:8.1f} {processor:8.1f} {sql:8.1f}"
            f" {bare:8.1f} {page / bare:6.1f}"
        )


# -- The workspace


def fill(scale: float) -> tuple[Workspace, Client, list[UUID]]:
    """Create the workspace. Return it, a client signed in as the reader, and its journeys."""
    workspace = Workspace.objects.create(name="Bench", slug=f"bench-{uuid7().hex[-12:]}")
    user = User.objects.create_user(f"{workspace.slug}@bench.test", name="Bench")
    member = Member.objects.create(workspace=workspace, user=user, role=Role.ADMIN)
    colleagues = create_members(workspace, round(MEMBERS * scale) - 1)
    journeys = sorted(uuid7() for _ in range(round(JOURNEYS * scale)))
    counts = {
        "workspace": workspace.id,
        "members": [str(pk) for pk in (member.pk, *colleagues)],
        "journeys": list(map(str, journeys)),
        "journey_count": len(journeys),
        "stages": max(LONG + 20, round(STAGES * scale)),
        "persons": max(2, round(PERSONS * scale)),
    }
    actor = system_actor(workspace.id)
    with change_set([workspace.id], action="bench.fill", actor=actor, undoable=False) as recorder:
        for journey_id in journeys:
            recorder.open_stream(journey_id, Journey.slug)
        with connection.cursor() as cursor:
            cursor.execute(NUMBERED, counts)
        for model, columns, rows in ROWS:
            insert(recorder, model, columns, rows, counts)
    vacuum()
    sync_notices(workspace.id)
    vacuum()
    client = Client(SERVER_NAME="localhost")  # one of ALLOWED_HOSTS
    client.force_login(user)
    return workspace, client, journeys


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum would within a minute


def create_members(workspace: Workspace, count: int) -> list[UUID]:
    users = User.objects.bulk_create(
        User(email=f"{number}@{workspace.slug}.test", name=f"Member {number:05}")
        for number in range(count)
    )
    members = Member.objects.bulk_create(Member(workspace=workspace, user=user) for user in users)
    return [member.pk for member in members]


def insert(
    recorder: Recorder, model: type[Record], columns: str, rows: str, counts: dict[str, Any]
) -> None:
    staged = bulk.create_staging_table(model)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {staged} ({columns}) SELECT {rows}", counts)
    bulk.insert_staged(recorder, model)


# -- The baselines. They run inside the same row security as the pages.

RECENT = """
SELECT j.id, j.title, (SELECT min(felt) FROM (
    SELECT avg(t.emotion) AS felt FROM touchpoints_touchpoint t WHERE t.stream_id = j.id
    GROUP BY t.step_id) AS step)
FROM (SELECT j.id, j.title FROM journeys_journey j JOIN changes_stream s ON s.id = j.stream_id
  WHERE j.workspace_id = %(workspace)s AND NOT j.is_template AND j.status <> 'retired'
  ORDER BY s.changed_at DESC, j.id LIMIT 5) AS j
"""
MINE = """
SELECT f.id FROM notifications_notice n
JOIN ownership_flag f ON f.id = n.subject_id AND f.state = 'open'
WHERE n.member_id = %(member)s AND n.settled_at IS NULL
"""
WAITING = f"SELECT count(*) FROM ({MINE} LIMIT 100) AS waiting"
HOME = """
WITH page AS (
  SELECT j.*, s.changed_at AS changed
  FROM journeys_journey j JOIN changes_stream s ON s.id = j.stream_id
  WHERE j.workspace_id = %(workspace)s AND NOT j.is_template AND j.status <> 'retired'
  ORDER BY j.folder, changed DESC, j.id LIMIT 50)
SELECT page.id, page.title, page.folder, page.changed,
  (SELECT array_agg(state ORDER BY position) FROM (
    SELECT s.position, (SELECT count(*) FROM ownership_directorship d WHERE d.stage_id = s.id
        AND d.accepted_at IS NOT NULL AND d.ended_at IS NULL)
      + 10 * (SELECT count(*) FROM ownership_claim c WHERE c.stage_id = s.id
        AND c.ended_at IS NULL) AS state
    FROM journeys_stage s WHERE s.stream_id = page.id) AS stage),
  (SELECT array_agg(felt ORDER BY stage, position) FROM (
    SELECT stage.position AS stage, s.position, avg(t.emotion) AS felt FROM journeys_step s
    JOIN journeys_stage stage ON stage.id = s.stage_id
    LEFT JOIN touchpoints_touchpoint t ON t.step_id = s.id
    WHERE s.stream_id = page.id GROUP BY stage.id, s.id) AS step),
  (SELECT array_agg(p.name) FROM ownership_appointment a JOIN people_person p ON p.id = a.person_id
    WHERE a.stream_id = page.id AND a.ended_at IS NULL)
FROM page
"""
FOLDERS = """
SELECT split_part(folder, '/', 1) AS name, count(*) FROM journeys_journey
WHERE workspace_id = %(workspace)s AND NOT is_template AND status <> 'retired' GROUP BY name
"""
PEOPLE = """
WITH page AS (SELECT * FROM people_person WHERE workspace_id = %(workspace)s
  AND (left_on IS NULL OR left_on >= current_date) ORDER BY name, id LIMIT 50)
SELECT page.id, page.name,
  (SELECT array_agg(d.name) FROM people_placement pl JOIN people_department d
    ON d.id = pl.department_id WHERE pl.person_id = page.id AND pl.until IS NULL),
  (SELECT array_agg(s.title) FROM ownership_directorship d JOIN journeys_stage s
    ON s.id = d.stage_id WHERE d.person_id = page.id AND d.ended_at IS NULL),
  (SELECT array_agg(j.title) FROM ownership_appointment a JOIN journeys_journey j
    ON j.id = a.journey_id WHERE a.person_id = page.id AND a.ended_at IS NULL),
  (SELECT count(*) FROM ownership_claim c WHERE c.person_id = page.id AND c.ended_at IS NULL)
FROM page
"""
COUNT_PEOPLE = """
SELECT count(*) FROM people_person
WHERE workspace_id = %(workspace)s AND (left_on IS NULL OR left_on >= current_date)
"""
DEPARTMENT_CARDS = """
SELECT d.id, d.name,
  (SELECT count(*) FROM people_placement pl WHERE pl.department_id = d.id AND pl.until IS NULL),
  (SELECT array_agg(name) FROM (SELECT p.name FROM people_placement pl JOIN people_person p
    ON p.id = pl.person_id WHERE pl.department_id = d.id ORDER BY p.name LIMIT 6) AS member),
  (SELECT array_agg(title) FROM (SELECT j.title FROM journeys_lane l JOIN journeys_journey j
    ON j.id = l.journey_id WHERE l.department_id = d.id ORDER BY j.title LIMIT 5) AS lane),
  (SELECT count(*) FROM journeys_lane l WHERE l.department_id = d.id),
  (SELECT count(*) FROM touchpoints_touchpoint t JOIN journeys_lane l ON l.id = t.lane_id
    WHERE l.department_id = d.id)
FROM people_department d WHERE d.workspace_id = %(workspace)s ORDER BY d.name LIMIT 24
"""
INBOX = f"""
SELECT f.id, f.rule, f.severity, coalesce(s.title, t.title), j.title
FROM ownership_flag f JOIN journeys_journey j ON j.id = f.stream_id
LEFT JOIN journeys_stage s ON s.id = f.subject_id
LEFT JOIN touchpoints_touchpoint t ON t.id = f.subject_id
WHERE f.id IN ({MINE}) ORDER BY f.severity, f.opened_at DESC LIMIT 50
"""
COUNT_INBOX = f"SELECT count(*) FROM ({MINE}) AS mine"
MY_STAGES = """
SELECT s.title, j.title FROM ownership_directorship d JOIN journeys_stage s ON s.id = d.stage_id
JOIN journeys_journey j ON j.id = s.journey_id
WHERE d.person_id = %(person)s AND d.ended_at IS NULL
UNION ALL SELECT a.office, j.title FROM ownership_appointment a
JOIN journeys_journey j ON j.id = a.journey_id
WHERE a.person_id = %(person)s AND a.ended_at IS NULL
"""
COVERAGE = """
SELECT j.id, j.title, j.status, count(*) FILTER (WHERE rivals > 0),
  count(*) FILTER (WHERE rivals IS NULL AND d.id IS NULL),
  count(*) FILTER (WHERE rivals IS NULL AND p.left_on < current_date), count(*)
FROM journeys_stage s JOIN journeys_journey j ON j.id = s.journey_id
LEFT JOIN ownership_directorship d ON d.stage_id = s.id AND d.accepted_at IS NOT NULL
  AND d.ended_at IS NULL
LEFT JOIN people_person p ON p.id = d.person_id
LEFT JOIN (SELECT c.stage_id, count(*) AS rivals FROM ownership_claim c
  LEFT JOIN ownership_directorship d ON d.stage_id = c.stage_id AND d.accepted_at IS NOT NULL
    AND d.ended_at IS NULL
  WHERE c.workspace_id = %(workspace)s AND c.ended_at IS NULL AND c.kind = 'claim'
    AND c.person_id IS DISTINCT FROM d.person_id GROUP BY c.stage_id) AS rival
  ON rival.stage_id = s.id
WHERE s.workspace_id = %(workspace)s AND j.status IN ('live', 'draft') GROUP BY j.id
"""
FLAG_COUNTS = """
SELECT f.stream_id, count(*) FILTER (WHERE f.rule <> 'OWN-18'), count(*)
FROM ownership_flag f JOIN journeys_journey j ON j.id = f.stream_id AND j.status = 'live'
WHERE f.workspace_id = %(workspace)s AND f.state IN ('open', 'acknowledged') GROUP BY f.stream_id
"""
MEMBERS_PAGE = """
SELECT m.id, m.role, u.name, u.email FROM workspaces_member m
JOIN workspaces_user u ON u.id = m.user_id
WHERE m.workspace_id = %(workspace)s AND m.left_at IS NULL ORDER BY u.name, u.email LIMIT 50
"""
COUNT_MEMBERS = """
SELECT count(*) FROM workspaces_member WHERE workspace_id = %(workspace)s AND left_at IS NULL
"""


def whole_journey(number: int) -> list[str]:
    """Return statements that read all rows that a journey's list shows."""
    own = f"stream_id = %(journey_{number})s"
    return [
        f"SELECT * FROM journeys_stage WHERE {own} ORDER BY position",
        f"SELECT * FROM journeys_step WHERE {own} ORDER BY position",
        f"SELECT * FROM journeys_lane WHERE {own} ORDER BY position",
        f"SELECT * FROM touchpoints_touchpoint WHERE {own} ORDER BY position",
        f"SELECT d.*, p.* FROM ownership_directorship d JOIN people_person p ON p.id = d.person_id"
        f" WHERE d.{own} AND d.ended_at IS NULL",
        f"SELECT c.*, p.*, e.* FROM ownership_claim c JOIN people_person p ON p.id = c.person_id"
        f" JOIN people_department e ON e.id = c.department_id"
        f" WHERE c.{own} AND c.ended_at IS NULL",
    ]


API_LIST = """
SELECT t.*, c.feed FROM touchpoints_touchpoint t
LEFT JOIN changes_changeset c
  ON c.workspace_id = t.workspace_id AND c.stream_id = t.stream_id AND c.version = t.version
WHERE t.workspace_id = %(workspace)s AND t.stream_id = %(journey_1)s ORDER BY t.id LIMIT 200
"""


def list_pages(
    workspace: Workspace, journeys: list[UUID]
) -> dict[str, tuple[str, list[tuple[str, dict[str, Any]]], int]]:
    """Return each page's URL, its baseline's statements, and how often both are read."""
    with tenant_scope([workspace.id]):
        person, member = Person.objects.order_by("name").values_list("pk", "member")[0]
    known = {
        "workspace": workspace.id,
        "person": person,
        "member": member,
        "journey_0": journeys[0],
        "journey_1": journeys[1],
    }

    def page(name: str, argument: object, *statements: str) -> Any:
        used = [(sql, known) for sql in (*statements, RECENT, WAITING)]
        return reverse(name, args=[argument]), used, 1

    slug = workspace.slug
    api = f"{reverse('api_touchpoints')}?limit=200&journey={journeys[1]}"
    return {
        "home": page("home", slug, HOME, FOLDERS),
        "ownership": page("ownership", slug, COVERAGE, FLAG_COUNTS),
        "people": page("people", slug, PEOPLE, COUNT_PEOPLE, DEPARTMENT_CARDS),
        "inbox": page("inbox", slug, INBOX, COUNT_INBOX, MY_STAGES),
        "members": page("members", slug, MEMBERS_PAGE, COUNT_MEMBERS),
        "shell": page("notification_preferences", slug),
        "list, 500 stages": page("journey", journeys[0], *whole_journey(0)),
        "list, 1,000 cards": page("journey", journeys[1], *whole_journey(1)),
        "API, 5 x 200 cards": (api, [(API_LIST, known)] * API_PAGES, API_PAGES),
    }


# -- Measuring


def read(client: Client, url: str, times: int = 1) -> bytes:
    content = b""
    for _ in range(times):
        response = client.get(url)
        if response.status_code != 200:
            raise SystemExit(f"{url} answered {response.status_code}")
        content = response.content
    return content


def inspect(client: Client, url: str) -> tuple[int, int]:
    """Return the number of queries of a page and its size in bytes."""
    read(client, url)  # once before, so that templates are loaded
    with CaptureQueriesContext(connection) as queries:
        content = read(client, url)
    return len(queries), len(content)


def run_bare(workspace_id: UUID, statements: list[tuple[str, dict[str, Any]]]) -> None:
    with tenant_scope([workspace_id]), connection.cursor() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, parameters)
            cursor.fetchall()


class StatementTimer:
    """A connection.execute_wrapper() that counts SQL statements and adds up their time."""

    seconds = 0.0
    count = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            self.seconds += time.perf_counter() - begun
            self.count += 1


def median(repeat: int, work: Callable[[], Any]) -> tuple[float, float]:
    """Return the median wall-clock time and processor time of some work, in milliseconds."""
    took, used = [], []
    for _ in range(repeat):
        begun, processor = time.perf_counter(), time.process_time()
        work()
        took.append((time.perf_counter() - begun) * 1000)
        used.append((time.process_time() - processor) * 1000)
    return statistics.median(took), statistics.median(used)


def profile(client: Client, url: str) -> None:
    """Print a page's slowest statements and the functions that take the most time."""
    read(client, url)
    with CaptureQueriesContext(connection) as queries:
        read(client, url)
    for query in sorted(queries.captured_queries, key=lambda query: -float(query["time"]))[:10]:
        print(f"{query['time']} s  {query['sql'][:300]}")
    profiler = cProfile.Profile()
    profiler.runcall(read, client, url)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    with override_settings(STORAGES=PLAIN):
        main()
