from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.models import ChangeSet
from changes.ops import parse_ops
from changes.queries import find_redo, find_undo
from changes.services import AlreadyRecorded, apply_ops, change_set, undo
from core.errors import Conflict, Forbidden, InvalidRequest, NotFound, Unprocessable
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Journey, Persona, Stage, Step
from tests.support.factories import SampleWorld, op
from tests.support.log_invariants import checking_log
from touchpoints.models import Promise, Touchpoint
from workspaces.models import Workspace


class TestVerbs:
    def test_add_puts_a_stage_at_the_end(self, world: SampleWorld):
        with checking_log(world.acme.id):
            world.acme.edit(op("add", "stage", fields={"title": "Leave"}))
        stages = sorted(world.acme.all(Stage), key=lambda s: s.position)
        assert [s.title for s in stages] == ["Choose", "Buy", "Use", "Leave"]

    def test_add_after_null_puts_it_first(self, world: SampleWorld):
        with checking_log(world.acme.id):
            world.acme.edit(op("add", "stage", fields={"title": "Notice"}, place={"after": None}))
        stages = sorted(world.acme.all(Stage), key=lambda s: s.position)
        assert stages[0].title == "Notice"

    def test_set_writes_only_what_differs(self, world: SampleWorld):
        stage = world.acme.stages["Buy"]
        with checking_log(world.acme.id):
            done = world.acme.edit(
                op("set", "stage", stage, fields={"title": "Buy", "summary": "x"})
            )
        assert done.sets[0]["changes"][0]["after"] == {"summary": "x"}
        assert done.sets[0]["action"] == "stage.set"

    def test_a_set_of_one_field_takes_few_statements(self, world: SampleWorld):
        rename = op("set", "stage", world.acme.stages["Buy"], fields={"title": "Pay"})
        with CaptureQueriesContext(connection) as seen:
            world.acme.edit(rename)
        # BEGIN, scope and locks, record, UPDATE, log, COMMIT
        assert len(seen) == 6, [query["sql"] for query in seen]

    def test_a_set_that_changes_nothing_records_nothing(self, world: SampleWorld):
        done = world.acme.edit(
            op("set", "stage", world.acme.stages["Buy"], fields={"title": "Buy"})
        )
        assert done.sets == []

    def test_move_is_one_value(self, world: SampleWorld):
        card = world.acme.touchpoints["Sees an ad"]
        with checking_log(world.acme.id):
            world.acme.edit(
                op(
                    "move",
                    "touchpoint",
                    card,
                    place={
                        "step": str(world.acme.steps["Waits"]),
                        "lane": str(world.acme.lanes["Network"]),
                        "after": str(world.acme.touchpoints["Line is switched"]),
                    },
                )
            )
        cell = world.acme.all(Touchpoint, step=world.acme.steps["Waits"])
        titles = [t.title for t in sorted(cell, key=lambda t: t.position)]
        assert titles == ["Line is switched", "Sees an ad", "Hears nothing"]

    def test_move_after_something_that_is_gone_means_the_end(self, world: SampleWorld):
        with checking_log(world.acme.id):
            world.acme.edit(
                op("move", "stage", world.acme.stages["Choose"], place={"after": str(uuid7())})
            )
        stages = sorted(world.acme.all(Stage), key=lambda s: s.position)
        assert stages[-1].title == "Choose"

    def test_remove_takes_leaves_along_and_undo_brings_them_back(self, world: SampleWorld):
        with checking_log(world.acme.id):
            done = world.acme.edit(op("remove", "stage", world.acme.stages["Buy"]))
        removed = [c["type"] for c in done.sets[0]["changes"] if c["op"] == "remove"]
        assert removed.count("touchpoint") == 3
        assert removed.count("step") == 2
        assert removed.count("promise") == 1

    def test_the_last_step_of_a_stage_stays(self, world: SampleWorld):
        with pytest.raises(Conflict) as refused:
            world.acme.edit(op("remove", "step", world.acme.steps["Calls"]))
        assert refused.value.code == "last-step"

    def test_a_promise_that_loses_its_test_ends_at_the_step_before(self, world: SampleWorld):
        with checking_log(world.acme.id):
            world.acme.edit(op("remove", "step", world.acme.steps["Waits"]))
        promise = world.acme.read(Promise, world.acme.promises["Live in a day"])
        assert promise.tested_in_id == world.acme.steps["Signs"]

    def test_a_long_key_rekeys_its_cell(self, world: SampleWorld):
        first = str(world.acme.stages["Choose"])
        shuffle = [
            op("move", "stage", world.acme.stages[name], place={"after": first})
            for _ in range(220)
            for name in ("Use", "Buy")
        ]
        with checking_log(world.acme.id):
            world.acme.edit(*shuffle)
        stages = sorted(world.acme.all(Stage), key=lambda s: s.position)
        assert [s.title for s in stages] == ["Choose", "Buy", "Use"]
        assert max(len(s.position) for s in stages) <= 41

    def test_additions_of_one_type_are_inserted_at_once(self, world: SampleWorld):
        queries = []
        for count in (2, 40):
            adds = [op("add", "stage", fields={"title": str(number)}) for number in range(count)]
            with checking_log(world.acme.id), CaptureQueriesContext(connection) as seen:
                world.acme.edit(*adds)
                queries.append(len(seen))
            titles = [s.title for s in sorted(world.acme.all(Stage), key=lambda s: s.position)]
            assert titles[-count:] == [str(number) for number in range(count)]
        assert queries[0] == queries[1]

    def test_an_addition_among_others_that_fails_is_pointed_at(self, world: SampleWorld):
        taken = (uuid7(), world.acme.stages["Buy"], uuid7())
        with pytest.raises(Conflict) as refused:
            world.acme.edit(*[op("add", "stage", pk, fields={"title": "x"}) for pk in taken])
        assert [error.pointer for error in refused.value.errors] == ["/ops/1"]

    def test_additions_whose_keys_get_long_rekey_their_cell(self, world: SampleWorld):
        first = str(world.acme.stages["Choose"])
        adds = [
            op("add", "stage", fields={"title": str(number)}, place={"after": first})
            for number in range(300)
        ]
        with checking_log(world.acme.id):
            done = world.acme.edit(*adds)
        assert "set" in {change["op"] for change in done.sets[0]["changes"]}
        stages = sorted(world.acme.all(Stage), key=lambda s: s.position)
        assert [s.title for s in stages[1:301]] == [str(number) for number in reversed(range(300))]


REFUSED = [
    ([], "/ops"),
    ("x", "/ops"),
    ([{"op": "add", "type": "stage", "fields": {"title": "x"}}] * 501, "/ops"),
    ([1], "/ops/0"),
    ([{"op": "paint", "type": "stage"}], "/ops/0/op"),
    ([{"op": "add", "type": "flag"}], "/ops/0/type"),
    ([{"op": "add", "type": "directorship"}], "/ops/0/type"),
    ([{"op": "add", "type": []}], "/ops/0/type"),
    ([{"op": "add", "type": "stage", "fields": {"titel": "x"}}], "/ops/0/fields/titel"),
    ([{"op": "add", "type": "stage", "fields": {"version": 3}}], "/ops/0/fields/version"),
    ([{"op": "add", "type": "stage", "fields": {"workspace": "x"}}], "/ops/0/fields/workspace"),
    ([{"op": "add", "type": "stage", "fields": {"title": 3}}], "/ops/0/fields/title"),
    ([{"op": "add", "type": "stage", "fields": {"title": None}}], "/ops/0/fields/title"),
    ([{"op": "add", "type": "stage", "fields": []}], "/ops/0/fields"),
    ([{"op": "add", "type": "stage", "id": "no", "fields": {}}], "/ops/0/id"),
    ([{"op": "add", "type": "stage", "place": {"step": "x"}}], "/ops/0/place/step"),
    ([{"op": "add", "type": "stage", "place": {"after": 5}}], "/ops/0/place/after"),
    ([{"op": "add", "type": "stage", "extra": 1}], "/ops/0/extra"),
    ([{"op": "set", "type": "stage"}], "/ops/0/id"),
    ([{"op": "move", "type": "promise", "id": str(uuid7())}], "/ops/0/op"),
    ([{"op": "add", "type": "touchpoint", "fields": {"emotion": True}}], "/ops/0/fields/emotion"),
    ([{"op": "add", "type": "touchpoint", "fields": {"emotion": "1"}}], "/ops/0/fields/emotion"),
]


@pytest.mark.parametrize(("ops", "pointer"), REFUSED)
def test_a_bad_op_is_refused_with_its_place(ops, pointer):
    with pytest.raises(InvalidRequest) as refused:
        parse_ops(ops)
    assert refused.value.errors[0].pointer == pointer


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("", "blank"),
        ("   ", "blank"),
        ("a\x00b", "control_character"),
        ("a\nb", "control_character"),
        ("\u200b\u200d", "invisible"),
        ("a\u202eb", "bidi_character"),
        ("a\ud800", "control_character"),
        ("x" * 201, "max_length"),
    ],
)
def test_a_bad_name_is_refused(world: SampleWorld, title, code):
    with pytest.raises(InvalidRequest) as refused:
        world.acme.edit(op("add", "stage", fields={"title": title}))
    assert (refused.value.errors[0].pointer, refused.value.errors[0].code) == (
        "/ops/0/fields/title",
        code,
    )


class TestTenants:
    @pytest.mark.parametrize(
        ("slug", "field", "where"),
        [("lane", "department", "departments"), ("touchpoint", "channel", "channels")],
    )
    def test_a_foreign_reference_is_refused_like_one_to_nothing(self, world, slug, field, where):
        answers = []
        for target in (next(iter(getattr(world.twin, where).values())), uuid7()):
            extra = {"fields": {field: str(target)}}
            if slug == "touchpoint":
                extra["fields"]["title"] = "x"
                extra["place"] = {
                    "step": str(world.acme.steps["Looks"]),
                    "lane": str(world.acme.lanes["Retail"]),
                }
            with pytest.raises(InvalidRequest) as refused:
                world.acme.edit(op("add", slug, **extra))
            answers.append((refused.value.detail, refused.value.errors))
        assert answers[0] == answers[1]
        assert answers[0][1][0].pointer == f"/ops/0/fields/{field}"

    def test_a_step_cannot_move_into_another_journeys_stage(self, world: SampleWorld):
        with pytest.raises(InvalidRequest) as refused:
            world.acme.edit(
                op(
                    "move",
                    "step",
                    world.acme.steps["Asks"],
                    place={"stage": str(world.twin.stages["Choose"])},
                )
            )
        assert refused.value.errors[0].pointer == "/ops/0/place/stage"

    def test_a_foreign_record_is_gone(self, world: SampleWorld):
        with pytest.raises(Conflict) as refused:
            world.acme.edit(op("remove", "stage", world.twin.stages["Buy"]))
        assert refused.value.code == "gone"

    def test_a_foreign_stream_is_not_found(self, world: SampleWorld):
        with pytest.raises(NotFound):
            apply_ops(
                world.twin.journey,
                parse_ops([op("add", "stage", fields={"title": "x"})]),
                actor=world.alice.actor,
            )

    def test_a_taken_id_is_worded_alike_for_every_tenant(self, world: SampleWorld):
        for taken in (world.acme.stages["Buy"], world.twin.stages["Buy"]):
            with pytest.raises(Conflict) as refused:
                world.acme.edit(op("add", "stage", taken, fields={"title": "x"}))
            assert refused.value.code == "id-taken"


class TestRights:
    def test_a_viewer_is_refused(self, world: SampleWorld):
        with pytest.raises(Forbidden):
            world.acme.edit(op("add", "stage", fields={"title": "x"}), actor=world.bob.actor)

    def test_an_editor_draws_but_does_not_manage_people(self, world: SampleWorld):
        alice = world.alice.actor
        world.acme.edit(op("add", "stage", fields={"title": "x"}), actor=alice)
        with pytest.raises(Forbidden):
            apply_ops(
                world.acme.id,
                parse_ops([op("add", "department", fields={"name": "Legal"})]),
                actor=alice,
            )


class TestRetry:
    def test_the_same_gesture_again_gives_the_stored_answer(self, world: SampleWorld):
        actor = world.alice.actor.with_idempotency(uuid7(), "body")
        first = world.acme.edit(op("add", "stage", fields={"title": "x"}), actor=actor)
        with pytest.raises(AlreadyRecorded) as again:
            world.acme.edit(op("add", "stage", fields={"title": "x"}), actor=actor)
        assert again.value.sets == first.sets
        assert len(world.acme.all(Stage, title="x")) == 1

    def test_another_body_under_the_same_gesture_is_refused(self, world: SampleWorld):
        gesture = uuid7()
        world.acme.edit(
            op("add", "stage", fields={"title": "x"}),
            actor=world.alice.actor.with_idempotency(gesture, "a"),
        )
        with pytest.raises(Unprocessable):
            world.acme.edit(
                op("add", "stage", fields={"title": "y"}),
                actor=world.alice.actor.with_idempotency(gesture, "b"),
            )


class TestUndo:
    def test_a_gesture_that_removes_what_it_moved_nowhere_can_be_undone(self, world: SampleWorld):
        note = next(iter(world.acme.notes.values()))
        nowhere = op("move", "note", note, place={"step": str(uuid7())})
        with checking_log(world.acme.id):
            world.acme.edit(nowhere, op("remove", "note", note))

    @pytest.mark.parametrize("verb", ["add", "remove"])
    def test_undo_takes_as_many_queries_for_many_records_as_for_two(
        self, world: SampleWorld, verb: str
    ):
        queries = []
        for count in (2, 9):
            ids = [(uuid7(), uuid7()) for _ in range(count)]
            ops = [
                record
                for stage, step in ids
                for record in (
                    op("add", "stage", stage, fields={"title": "New"}),
                    op("add", "step", step, fields={"title": "New"}, place={"stage": str(stage)}),
                )
            ]
            done = world.acme.edit(*ops)
            if verb == "remove":
                done = world.acme.edit(*[op("remove", "stage", stage) for stage, _ in ids])
            with checking_log(world.acme.id), CaptureQueriesContext(connection) as seen:
                undo(UUID(done.sets[0]["gesture"]), actor=world.alice.actor)
                queries.append(len(seen))
        assert queries[0] == queries[1]

    def test_a_field_changed_since_is_left_alone_and_named(self, world: SampleWorld):
        stage = world.acme.stages["Buy"]
        first = world.acme.edit(
            op("set", "stage", stage, fields={"title": "Purchase", "summary": "s"})
        )
        world.acme.edit(op("set", "stage", stage, fields={"title": "Pay"}))
        with checking_log(world.acme.id, undoing=False):
            done = undo(UUID(first.sets[0]["gesture"]), actor=world.alice.actor)
        assert done.skipped_fields == [{"type": "stage", "id": str(stage), "field": "title"}]
        after = world.acme.read(Stage, stage)
        assert (after.title, after.summary) == ("Pay", "")

    def test_an_addition_that_others_built_on_is_not_undone(self, world: SampleWorld):
        stage = uuid7()
        first = world.acme.edit(op("add", "stage", stage, fields={"title": "New"}))
        world.acme.edit(op("add", "step", fields={"title": "theirs"}, place={"stage": str(stage)}))
        with pytest.raises(Conflict) as refused:
            undo(UUID(first.sets[0]["gesture"]), actor=world.alice.actor)
        assert refused.value.code == "not-undoable"
        assert "theirs" in refused.value.detail

    def test_what_cannot_come_back_says_why(self, world: SampleWorld):
        lane = world.acme.lanes["Network"]
        first = world.acme.edit(op("remove", "lane", lane))
        apply_ops(
            world.acme.id,
            parse_ops([op("remove", "department", world.acme.departments["Network"])]),
            actor=world.dana.actor,
        )
        with pytest.raises(Conflict) as refused:
            undo(UUID(first.sets[0]["gesture"]), actor=world.alice.actor)
        assert refused.value.code == "not-undoable"
        assert "the department “Network” was removed" in refused.value.detail

    def test_a_name_that_was_taken_since_cannot_come_back(self, world: SampleWorld):
        first = world.acme.direct(op("remove", "channel", world.acme.channels["Phone"]))
        world.acme.direct(op("add", "channel", fields={"name": "phone"}))
        with pytest.raises(Conflict) as refused:
            undo(UUID(first.sets[0]["gesture"]), actor=world.alice.actor)
        assert refused.value.code == "not-undoable"
        assert "A channel with this name already exists." in refused.value.detail

    def test_an_addition_that_is_used_elsewhere_is_not_undone(self, world: SampleWorld):
        channel = uuid7()
        first = world.acme.direct(op("add", "channel", channel, fields={"name": "Fax"}))
        world.acme.edit(
            op(
                "set",
                "touchpoint",
                world.acme.touchpoints["Signs"],
                fields={"channel": str(channel)},
            )
        )
        with pytest.raises(Conflict) as refused:
            undo(UUID(first.sets[0]["gesture"]), actor=world.alice.actor)
        assert refused.value.code == "not-undoable"
        assert "still used by a touchpoint" in refused.value.detail

    def test_an_undo_that_finds_everything_changed_is_an_undo_all_the_same(
        self, world: SampleWorld
    ):
        alice, stage = world.alice.actor, world.acme.stages["Buy"]
        earlier = world.acme.edit(
            op("set", "stage", stage, fields={"summary": "alice's"}), actor=alice
        )
        mine = world.acme.edit(op("set", "stage", stage, fields={"title": "Mine"}), actor=alice)
        world.acme.edit(op("set", "stage", stage, fields={"title": "Yours"}))
        with checking_log(world.acme.id, undoing=False):
            done = undo(UUID(mine.sets[0]["gesture"]), actor=alice)
        assert done.sets[0]["changes"] == []
        assert len(done.skipped_fields) == 1
        with tenant_scope([world.acme.id]):
            assert find_undo(world.acme.journey, alice) == UUID(earlier.sets[0]["gesture"])

    def test_what_a_colleague_took_back_is_not_offered_again(self, world: SampleWorld):
        alice = world.alice.actor
        gestures = [
            UUID(
                world.acme.edit(op("add", "stage", fields={"title": title}), actor=alice).sets[0][
                    "gesture"
                ]
            )
            for title in ("one", "two")
        ]
        undo(gestures[1], actor=world.dana.actor)
        with tenant_scope([world.acme.id]):
            assert find_undo(world.acme.journey, alice) == gestures[0]
            assert find_redo(world.acme.journey, alice) is None

    def test_a_gesture_over_two_streams_is_undone_in_both(self, world: SampleWorld):
        persona = uuid7()
        with (
            checking_log(world.acme.id, undoing=False),
            change_set(
                [world.acme.id, world.acme.journey], action="test.both", actor=world.alice.actor
            ) as recorder,
        ):
            recorder.add(Persona(id=persona, stream_id=world.acme.id, name="Boris"))
            journey = recorder.fetch(Journey, [world.acme.journey])[world.acme.journey]
            recorder.set(journey, persona_id=persona)
        with checking_log(world.acme.id):
            undo(UUID(recorder.sets[0]["gesture"]), actor=world.alice.actor)
        assert world.acme.read(Persona, persona) is None
        assert world.acme.read(Journey, world.acme.journey).persona_id == world.acme.persona

    def test_what_is_not_undoable_says_so(self, world: SampleWorld):
        with change_set(
            [world.acme.journey], action="stage.seal", actor=world.alice.actor, undoable=False
        ) as recorder:
            stage = recorder.fetch(Stage, [world.acme.stages["Buy"]])[world.acme.stages["Buy"]]
            recorder.set(stage, title="Sealed")
        with pytest.raises(Conflict) as refused:
            undo(UUID(recorder.sets[0]["gesture"]), actor=world.alice.actor)
        assert refused.value.code == "not-undoable"

    def test_a_foreign_gesture_is_not_found(self, world: SampleWorld):
        theirs = world.twin.edit(op("add", "stage", fields={"title": "x"}))
        with pytest.raises(NotFound):
            undo(UUID(theirs.sets[0]["gesture"]), actor=world.alice.actor)

    def test_undo_and_redo_walk_the_actors_own_gestures(self, world: SampleWorld):
        alice = world.alice.actor
        gestures = []
        for title in ("one", "two"):
            done = world.acme.edit(op("add", "stage", fields={"title": title}), actor=alice)
            gestures.append(UUID(done.sets[0]["gesture"]))
        world.acme.edit(op("add", "stage", fields={"title": "dana's"}), actor=world.dana.actor)

        def ahead():
            with tenant_scope([world.acme.id]):
                return find_undo(world.acme.journey, alice), find_redo(world.acme.journey, alice)

        assert ahead() == (gestures[1], None)
        undone_two = UUID(undo(gestures[1], actor=alice).sets[0]["gesture"])
        assert ahead() == (gestures[0], undone_two)
        undone_one = UUID(undo(gestures[0], actor=alice).sets[0]["gesture"])
        assert ahead() == (None, undone_one)
        redone = UUID(undo(undone_one, actor=alice).sets[0]["gesture"])
        assert ahead() == (redone, undone_two)
        world.acme.edit(op("add", "stage", fields={"title": "three"}), actor=alice)
        assert ahead()[1] is None

    def test_a_gesture_is_undone_once(self, world: SampleWorld):
        done = world.acme.edit(op("add", "stage", fields={"title": "x"}))
        undo(UUID(done.sets[0]["gesture"]), actor=world.alice.actor)
        with pytest.raises(Conflict):
            undo(UUID(done.sets[0]["gesture"]), actor=world.alice.actor)

    def test_a_viewer_cannot_undo(self, world: SampleWorld):
        done = world.acme.edit(op("add", "stage", fields={"title": "x"}))
        with pytest.raises(Forbidden):
            undo(UUID(done.sets[0]["gesture"]), actor=world.bob.actor)


def test_a_protected_department_says_what_uses_it(world: SampleWorld):
    with pytest.raises(Conflict) as refused:
        apply_ops(
            world.acme.id,
            parse_ops([op("remove", "department", world.acme.departments["Retail"])]),
            actor=world.dana.actor,
        )
    assert refused.value.code == "protected"
    assert "lane" in refused.value.detail


def test_two_lanes_of_one_department_are_refused_in_the_models_words(world: SampleWorld):
    with pytest.raises(Conflict) as refused:
        world.acme.edit(
            op("add", "lane", fields={"department": str(world.acme.departments["Retail"])})
        )
    assert refused.value.code == "one-lane-per-department"
    assert "already has a lane in this journey" in refused.value.detail


def test_a_refused_gesture_leaves_nothing(world: SampleWorld):
    with tenant_scope([world.acme.id]):
        before = ChangeSet.objects.count()
    with pytest.raises(Conflict):
        world.acme.edit(
            op("add", "stage", fields={"title": "half"}), op("remove", "stage", uuid7())
        )
    assert not world.acme.all(Stage, title="half")
    with tenant_scope([world.acme.id]):
        assert ChangeSet.objects.count() == before


class TestHomes:
    @pytest.mark.parametrize(
        ("slug", "code"),
        [
            ("department", "department-in-directory"),
            ("person", "person-in-directory"),
            ("persona", "persona-in-directory"),
            ("channel", "channel-in-directory"),
        ],
    )
    def test_what_all_journeys_share_cannot_be_added_to_one(self, world: SampleWorld, slug, code):
        with pytest.raises(Conflict) as refused:
            world.acme.edit(op("add", slug, fields={"name": "x"}))
        assert (refused.value.code, refused.value.errors[0].pointer) == (code, "/ops/0")

    @pytest.mark.parametrize("home", ["journey", "id"])
    def test_a_journey_begins_in_a_stream_of_its_own(self, world: SampleWorld, home):
        with pytest.raises(Conflict) as refused:
            apply_ops(
                getattr(world.acme, home),
                parse_ops([op("add", "journey", fields={"title": "x"})]),
                actor=world.alice.actor,
            )
        assert refused.value.code == "journey-is-its-stream"

    def test_a_stage_cannot_stand_in_the_directory(self, world: SampleWorld):
        with pytest.raises(InvalidRequest) as refused:
            world.acme.direct(op("add", "stage", fields={"title": "x"}))
        assert refused.value.errors[0].pointer == "/ops/0/journey"

    def test_a_workspaces_id_is_kept_for_its_directory(self, world: SampleWorld):
        empty = Workspace.objects.create(name="New", slug=f"new-{uuid7()}")
        with (
            pytest.raises(Conflict) as refused,
            change_set([], action="test.squat", actor=world.alice.actor) as recorder,
        ):
            recorder.open_stream(empty.id, "journey")
        assert refused.value.code == "id-taken"


def test_a_gesture_may_remove_what_it_added(world: SampleWorld):
    stage, step = uuid7(), uuid7()
    with checking_log(world.acme.id):
        world.acme.edit(
            op("add", "stage", stage, fields={"title": "short"}),
            op("add", "step", step, fields={"title": "lived"}, place={"stage": str(stage)}),
            op("remove", "stage", stage),
        )
    assert world.acme.read(Step, step) is None


@pytest.mark.parametrize("glyph", ["a\x00b", "a\ud800"])
def test_plain_text_fields_refuse_what_cannot_be_stored(world: SampleWorld, glyph):
    with pytest.raises(InvalidRequest) as refused:
        world.acme.direct(
            op("set", "channel", world.acme.channels["Shop"], fields={"glyph": glyph})
        )
    assert refused.value.errors[0].pointer == "/ops/0/fields/glyph"
