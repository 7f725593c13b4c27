"""Concurrent writers and readers, and writers that are killed."""

import os
import subprocess
import sys
import threading
from uuid import UUID

import pytest
from django.db import connections

from changes.models import ChangeSet
from changes.ops import parse_ops
from changes.queries import feed_since, sets_since
from changes.services import AlreadyRecorded, apply_ops, change_set
from core.errors import AppError, Conflict
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Stage
from ownership.models import Directorship
from ownership.services import directorship_accept, directorship_propose
from tests.support.concurrency import together
from tests.support.factories import SampleWorld
from tests.support.log_invariants import checking_log
from workspaces.access import system_actor


def rename(world: SampleWorld, name: str, title: str):
    world.acme.edit(
        {
            "op": "set",
            "type": "stage",
            "id": str(world.acme.stages[name]),
            "fields": {"title": title},
        }
    )


def test_writers_to_one_and_to_several_streams_lose_nothing_to_a_reader(world: SampleWorld):
    def draw(number):
        for turn in range(8):
            rename(world, "Buy", f"{number}.{turn}")
            apply_ops(
                world.acme.id,
                parse_ops(
                    [{"op": "add", "type": "persona", "fields": {"name": f"{number}.{turn}"}}]
                ),
                actor=system_actor(world.acme.id),
            )

    done = threading.Event()

    def poll():
        seen, position = [], 0
        while True:
            last = done.is_set()
            with tenant_scope([world.acme.id]):
                sets = feed_since(world.acme.id, position)
            seen += [change_set["feed"] for change_set in sets]
            position = seen[-1] if seen else 0
            if last and not sets:
                return seen

    reader: list = []
    thread = threading.Thread(target=lambda: (reader.extend(poll()), connections.close_all()))
    thread.start()
    with checking_log(world.acme.id, undoing=False):
        assert together(*[lambda n=n: draw(n) for n in range(8)]) == [None] * 8
    done.set()
    thread.join()
    assert reader == list(range(1, len(reader) + 1))
    with tenant_scope([world.acme.id]):
        assert len(reader) == ChangeSet.objects.count()


def test_gestures_over_two_streams_in_opposite_order_do_not_deadlock(world: SampleWorld):
    def both(order, number):
        def work():
            for turn in range(10):
                with change_set(
                    order, action="test.both", actor=system_actor(world.acme.id)
                ) as recorder:
                    stage = world_stage(world, recorder)
                    recorder.set(stage, title=f"{number} {turn}")
                    recorder.open_stream(uuid7(), "journey")

        return work

    def world_stage(world, recorder):
        return recorder.fetch(Stage, [world.acme.stages["Buy"]])[world.acme.stages["Buy"]]

    forth = [world.acme.id, world.acme.journey]
    results = together(both(forth, 1), both(forth[::-1], 2), both(forth, 3), both(forth[::-1], 4))
    assert results == [None] * 4


def test_removal_and_edit_at_once_end_in_one_order(world: SampleWorld):
    for name in ("Choose", "Buy", "Use"):
        stage = str(world.acme.stages[name])
        with checking_log(world.acme.id, undoing=False):
            results = together(
                lambda stage=stage: world.acme.edit({"op": "remove", "type": "stage", "id": stage}),
                lambda name=name: rename(world, name, "renamed"),
            )
        assert not isinstance(results[0], Exception)
        assert results[1] is None or results[1].code == "gone"


def test_the_same_gesture_sent_twice_at_once_has_one_effect(world: SampleWorld):
    gesture = uuid7()
    results = together(
        *[
            lambda: world.acme.edit(
                {"op": "add", "type": "stage", "fields": {"title": "once"}},
                actor=world.alice.actor.with_idempotency(gesture, "x"),
            )
        ]
        * 4
    )
    assert sum(isinstance(result, AlreadyRecorded) for result in results) == 3
    assert len(world.acme.all(Stage, title="once")) == 1


@pytest.mark.slow
def test_of_fifty_acceptances_at_once_one_wins(world: SampleWorld):
    """Through the service: 50 people who are proposed for one stage accept at the same time."""
    from workspaces.models import Member, User

    stage = world.acme.read(Stage, world.acme.stages["Buy"])
    ops, members = [], []
    for number in range(50):
        user = User.objects.create_user(f"n{number}@{world.acme.workspace.slug}.test")
        member = Member.objects.create(workspace=world.acme.workspace, user=user, role="viewer")
        person = uuid7()
        members.append((member, person))
        ops.append(
            {
                "op": "add",
                "type": "person",
                "id": str(person),
                "fields": {"name": f"Person {number}", "member": str(member.id)},
            }
        )
    apply_ops(world.acme.id, parse_ops(ops), actor=system_actor(world.acme.id))
    from people.models import Person
    from workspaces.access import member_actor

    works = []
    for member, person_id in members:
        row = directorship_propose(
            stage=stage, person=world.acme.read(Person, person_id), actor=world.dana.actor
        )
        row = world.acme.all(Directorship, pk=row.pk)[0]
        works.append(
            lambda row=row, member=member: directorship_accept(
                directorship=row, actor=member_actor(member)
            )
        )
    results = together(*works)
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 49
    assert all(isinstance(one, AppError) for one in refused), refused
    assert {one.code for one in refused} <= {"stage-has-director", "service-unavailable"}
    assert len(world.acme.all(Directorship, stage=stage, accepted_at__isnull=False)) == 1


def test_two_raw_connections_cannot_get_round_one_director_per_stage(world: SampleWorld):
    """The database constraint itself, without any of our code."""
    import psycopg2
    from django.db import connection

    parameters = {
        k: v
        for k, v in connection.get_connection_params().items()
        if k in {"dbname", "user", "password", "host", "port"}
    }
    people = [world.frank.person_id, world.alice.person_id]
    outcomes = []

    def insert(person):
        raw = psycopg2.connect(**parameters)
        try:
            with raw, raw.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('cxmap.workspaces', %s, true),"
                    " set_config('cxmap.change_set', 'raw', true)",
                    [f"{{{world.acme.id}}}"],
                )
                cursor.execute(
                    "INSERT INTO ownership_directorship (id, workspace_id, stream_id, version,"
                    " stage_id, person_id, decision_rights, budget, staff, is_interim, proposed_at,"
                    " accepted_at, end_reason, end_note, handover_reason) VALUES (gen_random_uuid(), %s, %s, 1,"
                    " %s, %s, '', '', '', false, now(), now(), '', '', '')",
                    [
                        str(world.acme.id),
                        str(world.acme.journey),
                        str(world.acme.stages["Buy"]),
                        str(person),
                    ],
                )
        except psycopg2.errors.UniqueViolation as error:
            outcomes.append(error.diag.constraint_name)
        else:
            outcomes.append("written")
        finally:
            raw.close()

    together(*[lambda p=p: insert(p) for p in people])
    assert sorted(outcomes) == ["one_director_per_stage", "written"]


def test_a_hand_over_never_leaves_two_or_none(world: SampleWorld):
    stage = world.acme.read(Stage, world.acme.stages["Buy"])
    first = directorship_propose(stage=stage, person=world.frank.person, actor=world.dana.actor)
    directorship_accept(directorship=first, actor=world.frank.actor)
    rivals = []
    for who in ("alice", "bob", "erin"):
        rivals.append(
            (
                who,
                directorship_propose(
                    stage=stage,
                    person=getattr(world, who).person,
                    actor=world.frank.actor,
                    takes_over=True,
                ),
            )
        )
    results = together(
        *[
            lambda who=who, row=row: directorship_accept(
                directorship=row, actor=getattr(world, who).actor
            )
            for who, row in rivals
        ]
    )
    assert sum(isinstance(result, Conflict) for result in results) == 2
    current = world.acme.all(Directorship, stage=stage, accepted_at__isnull=False, ended_at=None)
    assert len(current) == 1
    ended = world.acme.all(Directorship, pk=first.pk)[0]
    assert (ended.end_reason, ended.ended_at) == ("handed_over", current[0].accepted_at)


DYING = """
import os, sys, uuid
import django
django.setup()
from changes.ops import parse_ops
from changes.services import apply_ops
from workspaces.access import system_actor
workspace, journey, gesture, moment = sys.argv[1:]
if moment == "before":
    import changes.services
    changes.services.write_change_sets = lambda *a, **k: os._exit(9)
else:
    import changes.services
    changes.services.publish_change_sets = lambda *a, **k: os._exit(9)
apply_ops(uuid.UUID(journey), parse_ops([{"op": "add", "type": "stage", "fields": {"title": "dying"}}]),
     actor=system_actor(uuid.UUID(workspace)).with_idempotency(uuid.UUID(gesture), "body"))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "written"), [("before", 0), ("after", 1)])
def test_killed_around_commit_is_nothing_or_all_with_the_answer_kept(
    world: SampleWorld, moment: str, written: int
):
    from django.db import connection

    gesture = uuid7()
    database = os.environ["DATABASE_URL"].replace(
        "/cxmap?", f"/{connection.settings_dict['NAME']}?"
    )
    died = subprocess.run(
        [
            sys.executable,
            "-c",
            DYING,
            str(world.acme.id),
            str(world.acme.journey),
            str(gesture),
            moment,
        ],
        env={**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "cxmap.settings"},
        check=False,
    )
    assert died.returncode == 9
    assert len(world.acme.all(Stage, title="dying")) == written
    actor = system_actor(world.acme.id).with_idempotency(gesture, "body")
    op = {"op": "add", "type": "stage", "fields": {"title": "dying"}}
    if written:
        with pytest.raises(AlreadyRecorded) as again:
            world.acme.edit(op, actor=actor)
        assert again.value.sets[0]["gesture"] == str(gesture)
    else:
        world.acme.edit(op, actor=actor)
    assert len(world.acme.all(Stage, title="dying")) == 1
    with tenant_scope([world.acme.id]):
        sets = sets_since(world.acme.id, world.acme.journey, 0, 1000)
    assert [change_set["version"] for change_set in sets] == list(range(1, len(sets) + 1))
    assert UUID(sets[-1]["gesture"]) == gesture
