"""Time of proposing the claimants of a large workspace, compared with one bare INSERT ... SELECT.

    script/bench claims [--stages 10000] [--journeys 1000] [--repeat 20]

One person claims each stage and nobody directs it. One person in a hundred has left, so their stages are skipped.
The program goes through the workspace with the API, 200 stages in a request: first as a dry run, then for real, then
again, when there is nothing left to propose. The baseline writes the same rows to a table of its own in one
hand-written statement, without locks, log or checks. One single proposal is timed for comparison, too.
"""

import argparse
import statistics
import time
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from bench.audit import fill, timed, vacuum
from bench.ownership import sign_in
from bench.pages import PLAIN, inspect, read
from core.ids import uuid7
from core.tenancy import set_tenant_scope, tenant_scope
from journeys.models import Stage
from ownership.services import directorship_propose
from people.models import Person
from workspaces.access import system_actor
from workspaces.models import Member, User, Workspace

ONLY_CLAIMS = """
DELETE FROM ownership_party;
DELETE FROM ownership_contest;
DELETE FROM ownership_directorship;
DELETE FROM ownership_claim AS claim USING ownership_claim AS first
  WHERE first.stage_id = claim.stage_id AND first.id < claim.id;
UPDATE ownership_claim SET kind = 'claim';
UPDATE people_person AS person SET member_id = member.id
  FROM workspaces_member AS member JOIN workspaces_user AS login ON login.id = member.user_id
  WHERE member.workspace_id = person.workspace_id AND login.name = person.name;
"""
BARE = """
CREATE TEMP TABLE bench_proposal (LIKE ownership_directorship INCLUDING ALL) ON COMMIT DROP;
INSERT INTO bench_proposal (id, workspace_id, stream_id, version, updated_at, stage_id, person_id,
    decision_rights, budget, staff, is_interim, handover_reason,
    proposed_at, end_reason, end_note)
  SELECT cxmap_uuid7(), claim.workspace_id, claim.stream_id, 1, now(), claim.stage_id,
    min(claim.person_id::text)::uuid, '', '', '', false, '', now(), '', ''
  FROM ownership_claim AS claim
  WHERE claim.kind = 'claim' AND claim.ended_at IS NULL AND NOT EXISTS (
    SELECT FROM ownership_directorship AS director
    WHERE director.stage_id = claim.stage_id AND director.ended_at IS NULL)
  GROUP BY claim.workspace_id, claim.stream_id, claim.stage_id
  HAVING count(DISTINCT claim.person_id) = 1
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stages", type=int, default=10_000)
    parser.add_argument("--journeys", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=20)
    options = parser.parse_args()
    workspace_id = fill(options.stages, stages=options.stages // options.journeys)
    leave_only_claims(workspace_id)
    client, _url = sign_in(workspace_id)
    measure_page(client, workspace_id, options.repeat)
    bare = statistics.median(timed(lambda: insert(workspace_id)) for _ in range(5))
    print(f"one bare INSERT ... SELECT   {bare:7.2f} s")
    single = timed(lambda: propose_one(workspace_id))
    print(f"one single proposal          {single * 1000:7.1f} ms")
    for name, dry_run in (("dry run", True), ("real run", False), ("again", False)):
        times, proposed = go_through(client, workspace_id, dry_run=dry_run)
        print(
            f"{name:<10} {proposed:7,} proposed in {sum(times):6.2f} s, {len(times)} requests of"
            f" p50 {percentile(times, 50):.0f} ms, p95 {percentile(times, 95):.0f} ms;"
            f" {sum(times) / bare:.1f} times the bare INSERT"
        )


def leave_only_claims(workspace_id: UUID) -> None:
    """Give each person a login, and let one person claim each stage."""
    with tenant_scope([workspace_id]):
        names = list(Person.objects.values_list("name", flat=True))
    users = User.objects.bulk_create(
        User(email=f"{uuid7().hex}@bench.test", name=name) for name in names
    )
    Member.objects.bulk_create(
        Member(workspace_id=workspace_id, user=user, role="viewer") for user in users
    )
    with transaction.atomic(), connection.cursor() as cursor:
        set_tenant_scope([workspace_id], writing=uuid7())
        cursor.execute(ONLY_CLAIMS)
    vacuum()


def measure_page(client: Client, workspace_id: UUID, repeat: int) -> None:
    workspace = Workspace.objects.get(pk=workspace_id)
    url = reverse("claim_proposals", args=[workspace.slug])
    queries, _size = inspect(client, url)
    times = [timed(lambda: read(client, url)) for _ in range(repeat)]
    print(
        f"page   {queries} queries, p50 {percentile(times, 50):.0f} ms,"
        f" p95 {percentile(times, 95):.0f} ms"
    )


def insert(workspace_id: UUID) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        set_tenant_scope([workspace_id], writing=uuid7())
        cursor.execute(BARE)


def propose_one(workspace_id: UUID) -> None:
    with tenant_scope([workspace_id]):
        stage = Stage.objects.order_by("pk")[0]
        person = Person.objects.filter(left_on=None).order_by("pk")[0]
    directorship_propose(stage=stage, person=person, actor=system_actor(workspace_id))


def go_through(client: Client, workspace_id: UUID, *, dry_run: bool) -> tuple[list[float], int]:
    """Send requests until there are no more stages. Return their times and the number of proposals."""
    url = reverse("api_claim_proposals", args=[workspace_id])
    times, proposed, body = [], 0, {"dry_run": dry_run}
    while True:
        begun = time.perf_counter()
        response = client.post(url, body, content_type="application/json")
        times.append(time.perf_counter() - begun)
        if response.status_code != 200:
            raise SystemExit(response.content)
        answer: dict[str, Any] = response.json()
        proposed += answer["summary"]["proposed"]
        if answer["next"] is None:
            return times, proposed
        body["after"] = answer["next"]


def percentile(times: list[float], rank: int) -> float:
    """Return a percentile in milliseconds."""
    return statistics.quantiles(times, n=100, method="inclusive")[rank - 1] * 1000


if __name__ == "__main__":
    with override_settings(STORAGES=PLAIN):
        main()
