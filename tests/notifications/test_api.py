"""The notices of a member in the API: list, retrieve, mark as seen; and how long they are kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.ids import uuid7
from notifications import services, tasks
from notifications.models import Notice
from notifications.services import notice_transaction, sync_notices
from ownership.audit import run_audit
from tests.support.api_client import personal_client
from tests.support.factories import SampleWorld
from tests.support.notices import notices_of


def settle(world: SampleWorld, notice: Notice, outcome: str) -> None:
    long_ago = timezone.now() - services.KEPT_FOR - timedelta(minutes=1)
    with notice_transaction(world.acme.id):
        Notice.objects.filter(pk=notice.pk).update(settled_at=long_ago, outcome=outcome)


def test_a_member_lists_their_notices_and_marks_one_as_seen(world: SampleWorld):
    run_audit(world.acme.id)
    sync_notices(world.acme.id)
    oscar, alice = personal_client(world.oscar.actor), personal_client(world.alice.actor)
    rows = oscar.get("notices?state=open&topic=critical_flags").json()["results"]
    assert {row["subject_type"] for row in rows} == {"flag"} and len(rows) >= 2
    one, other = f"notices/{rows[0]['id']}", rows[1]["id"]
    assert oscar.get(one).json() == rows[0]
    assert alice.get("notices").json()["results"] == []
    for client, path in ((alice, one), (alice, f"{one}/seen")):
        answer = client.get(path) if path == one else client.post(path, {})
        assert answer.status_code == 403
    seen = oscar.post(f"{one}/seen", {}).json()
    assert seen["outcome"] == "seen" and seen["settled_at"] and seen["seen_at"]
    assert oscar.post(f"{one}/seen", {}).json() == seen
    assert [row["id"] for row in oscar.get("notices?state=settled").json()["results"]] == [
        seen["id"]
    ]
    assert other in {row["id"] for row in oscar.get("notices?state=open").json()["results"]}
    assert "Use one of open, settled" in oscar.get("notices?state=gone").json()["detail"]


@pytest.mark.slow
def test_old_notices_are_deleted_but_what_was_seen_does_not_come_back(world: SampleWorld):
    run_audit(world.acme.id)
    sync_notices(world.acme.id)
    seen, *waiting = notices_of(world.oscar)
    settle(world, seen, "seen")
    with notice_transaction(world.acme.id):
        gone = Notice.objects.get(pk=waiting[0].pk)
        gone.pk, gone.key = uuid7(), "flag:gone"
        gone.save(force_insert=True)
    settle(world, gone, "done")
    for _ in range(2):
        tasks.prune_notices()
        sync_notices(world.acme.id)
    kept = notices_of(world.oscar)
    assert {notice.pk for notice in kept} == {seen.pk, *(notice.pk for notice in waiting)}
    assert next(notice for notice in kept if notice.pk == seen.pk).outcome == "seen"
