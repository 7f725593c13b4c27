"""Time of the ownership page for a large workspace, compared with bare SQL for its figures.

    script/bench ownership [--stages 10000] [--journeys 1000] [--persons 5000] [--repeat 5]

The workspace is the one of `script/bench audit`: it has two claims per stage, a tenth of the stages
is contested, a tenth has no director, and one person in a hundred has left. It has been audited, so
the page lists its flags. The baseline counts the stages of each journey by state, in one hand-written
SELECT. Times are medians, without the first request.
"""

import argparse
import re
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from bench.audit import fill
from bench.pages import PLAIN, median, read
from core.tenancy import tenant_scope
from ownership import audit
from workspaces.models import Member, User, Workspace

FIGURES = """
SELECT stage.journey_id, count(*), count(director.id),
    count(*) FILTER (WHERE claim.persons > 1 OR claim.persons = 1
        AND director.id IS NOT NULL AND claim.person <> director.person_id::text),
    count(*) FILTER (WHERE person.left_on < current_date)
FROM journeys_stage stage
JOIN journeys_journey journey ON journey.id = stage.journey_id AND journey.status = 'live'
LEFT JOIN ownership_directorship director ON director.stage_id = stage.id
    AND director.accepted_at IS NOT NULL AND director.ended_at IS NULL
LEFT JOIN people_person person ON person.id = director.person_id
LEFT JOIN (
    SELECT stage_id, count(DISTINCT person_id) AS persons, min(person_id::text) AS person
    FROM ownership_claim WHERE kind = 'claim' AND ended_at IS NULL GROUP BY stage_id
) claim ON claim.stage_id = stage.id
GROUP BY stage.journey_id
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stages", type=int, default=10_000)
    parser.add_argument("--journeys", type=int, default=1_000)
    parser.add_argument("--persons", type=int, default=5_000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    per_journey = options.stages // options.journeys
    workspace_id = fill(options.stages, stages=per_journey, persons=options.persons)
    audit.run_audit(workspace_id)
    client, url = sign_in(workspace_id)
    read(client, url)  # once before, so that templates are loaded
    with CaptureQueriesContext(connection) as captured:
        text = client.get(url).content.decode()
    queries = list(captured)
    in_sql = sum(float(query["time"]) for query in queries) * 1000
    page, _ = median(options.repeat, lambda: read(client, url))
    bare, _ = median(options.repeat, lambda: figures(workspace_id))
    print("queries   page ms   of it SQL ms   bare SQL ms   ratio   HTML kB   elements")
    print(
        f"{len(queries):7} {page:9.0f} {in_sql:14.0f} {bare:13.0f} {page / bare:7.1f}"
        f" {len(text.encode()) / 1000:9.0f} {len(re.findall('<[a-z]', text)):10,}"
    )
    for query in sorted(queries, key=lambda query: -float(query["time"]))[:5]:
        print(f"  {float(query['time']) * 1000:6.0f} ms  {query['sql'][:110]}")


def sign_in(workspace_id: UUID) -> tuple[Client, str]:
    """Create an admin of the workspace.

    Return a test client that is signed in as the admin, and the URL of the ownership page.
    """
    workspace = Workspace.objects.filter(pk=workspace_id)[0]
    user = User.objects.create_user(f"{workspace.slug}@bench.test", name="Bench")
    Member.objects.create(workspace=workspace, user=user, role="admin")
    client = Client(SERVER_NAME="localhost")  # one of ALLOWED_HOSTS
    client.force_login(user)
    return client, reverse("ownership", args=[workspace.slug])


def figures(workspace_id: UUID) -> None:
    with tenant_scope([workspace_id]), connection.cursor() as cursor:
        cursor.execute(FIGURES)
        cursor.fetchall()


if __name__ == "__main__":
    with override_settings(STORAGES=PLAIN):
        main()
