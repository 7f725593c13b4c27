"""Comment services: threads, mentions, permissions, and removal together with the subject."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.history import describe_change_sets
from changes.models import ChangeSet
from changes.queries import cascade_counts, find_redo, find_undo
from changes.services import undo
from comments.mentions import find_mentions
from comments.models import Comment
from comments.queries import build_threads, open_counts, root_comments, threads_awaiting
from comments.services import (
    comment_create,
    comment_edit,
    comment_remove,
    comment_reopen,
    comment_reply,
    comment_resolve,
)
from core.errors import Conflict, Forbidden, InvalidRequest, NotFound
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Stage
from tests.support.comments import reply, say, waits_for
from tests.support.factories import SampleWorld
from tests.support.log_invariants import checking_log
from workspaces.access import system_actor
from workspaces.services import member_remove


class TestThreads:
    def test_a_viewer_comments_and_others_answer(self, world: SampleWorld):
        with checking_log(world.acme.id):
            first = say(world)
            answer = reply(world, first)
        assert (first.author_id, first.guest_name) == (world.bob.member.pk, "")
        assert answer.thread_id == first.pk
        assert (answer.subject_type, answer.subject_id) == ("stage", world.acme.stages["Buy"])
        with tenant_scope([world.acme.id]):
            (thread,) = build_threads(root_comments(world.acme.journey, is_open=True))
        assert [comment.pk for comment in thread.comments] == [first.pk, answer.pk]
        assert thread.subject.title == "Buy"

    @pytest.mark.parametrize(
        ("slug", "name", "stage"),
        [
            ("journey", None, None),
            ("stage", "Buy", "Buy"),
            ("step", "Signs", "Buy"),
            ("touchpoint", "Hears nothing", "Buy"),
            ("promise", "Live in a day", "Buy"),
            ("lane", "Retail", None),
        ],
    )
    def test_anything_in_the_journey_is_commented_on(self, world: SampleWorld, slug, name, stage):
        place = world.acme
        subject = place.journey if name is None else place.id_of(slug, name)
        with checking_log(place.id):
            comment_create(
                journey_id=place.journey,
                subject_type=slug,
                subject_id=subject,
                body="So?",
                actor=world.bob.actor,
            )
        with tenant_scope([place.id]):
            (thread,) = build_threads(root_comments(place.journey, is_open=True))
        assert thread.subject.title == (name or "A contract")
        assert thread.subject.stage_id == (place.stages[stage] if stage else None)

    def test_a_thread_is_resolved_and_opens_again_with_an_answer(self, world: SampleWorld):
        first = say(world)
        with checking_log(world.acme.id):
            comment_resolve(comment=first, actor=world.alice.actor)
        resolved = world.acme.read(Comment, first.pk)
        assert resolved.resolved_at and resolved.resolved_by_id == world.alice.member.pk
        before = resolved.version
        comment_resolve(comment=first, actor=world.bob.actor)
        assert world.acme.read(Comment, first.pk).version == before, (
            "resolving it again changes nothing"
        )
        with checking_log(world.acme.id):
            reply(world, first)
        assert world.acme.read(Comment, first.pk).resolved_at is None
        comment_resolve(comment=first, actor=world.alice.actor)
        comment_reopen(comment=first, actor=world.bob.actor)
        assert world.acme.read(Comment, first.pk).resolved_by_id is None

    def test_an_answer_is_not_a_thread(self, world: SampleWorld):
        answer = reply(world, say(world))
        for work in (
            lambda: reply(world, answer),
            lambda: comment_resolve(comment=answer, actor=world.bob.actor),
        ):
            with pytest.raises(InvalidRequest) as refused:
                work()
            assert refused.value.errors[0].code == "not-first"

    def test_a_thread_that_is_gone_is_not_answered(self, world: SampleWorld):
        first = say(world)
        comment_remove(comment=first, actor=world.bob.actor)
        with pytest.raises(Conflict) as refused:
            reply(world, first)
        assert refused.value.code == "gone"

    def test_a_guest_and_a_program_go_by_their_names(self, world: SampleWorld):
        guest = say(world, guest_name="Visitor")
        assert (guest.author_id, guest.guest_name) == (None, "Visitor")
        said = comment_create(
            journey_id=world.acme.journey,
            subject_type="journey",
            subject_id=world.acme.journey,
            body="Done.",
            actor=system_actor(world.acme.id),
        )
        assert said.guest_name == "cxmap"


class TestText:
    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ("", "blank"),
            (" \n\t ", "blank"),
            ("\u200b\u200d", "blank"),
            ("x" * 5001, "max_length"),
            ("a\x00b", "control_character"),
            ("a\x1bb", "control_character"),
            ("ab\u202ec", "bidi_character"),
        ],
    )
    def test_bad_text_is_refused_and_nothing_is_written(
        self, world: SampleWorld, body: str, code: str
    ):
        with pytest.raises(InvalidRequest) as refused:
            say(world, body=body)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [("/body", code)]
        assert world.acme.all(Comment) == []

    def test_text_is_kept_as_it_is_otherwise(self, world: SampleWorld):
        text = "<b>Grüße</b>\n\nمرحبا 👩‍🚒 {0} %s"
        assert world.acme.read(Comment, say(world, body=f" {text}\r\n").pk).body == text

    @pytest.mark.parametrize("kind", ["comment", "department", "nothing"])
    def test_what_is_not_in_the_journey_is_not_commented_on(self, world: SampleWorld, kind: str):
        ids = {"department": world.acme.departments["Care"], "comment": say(world).pk}
        with pytest.raises(InvalidRequest) as refused:
            comment_create(
                journey_id=world.acme.journey,
                subject_type=kind,
                subject_id=ids.get(kind, uuid7()),
                body="So?",
                actor=world.bob.actor,
            )
        assert refused.value.errors[0].pointer.startswith("/subject_")

    def test_a_subject_of_another_workspace_is_like_none(self, world: SampleWorld):
        foreign = {"subject_type": "stage", "subject_id": world.twin.stages["Buy"], "body": "x"}
        with pytest.raises(InvalidRequest):
            comment_create(journey_id=world.acme.journey, actor=world.bob.actor, **foreign)
        with pytest.raises(NotFound):
            comment_create(journey_id=world.twin.journey, actor=world.bob.actor, **foreign)


class TestMentions:
    def test_members_are_mentioned_once_each(self, world: SampleWorld):
        ids = [world.alice.member.pk, world.bob.member.pk, world.alice.member.pk]
        assert say(world, mentions=ids).mentions == [str(ids[0]), str(ids[1])]

    def test_who_is_no_member_is_refused(self, world: SampleWorld):
        member_remove(member=world.frank.member, actor=world.dana.actor)
        for one in (world.charlie.member.pk, world.frank.member.pk, uuid7()):
            with pytest.raises(InvalidRequest) as refused:
                say(world, mentions=[world.alice.member.pk, one])
            assert refused.value.errors[0].pointer == "/mentions/1"
        with pytest.raises(InvalidRequest, match="at most 50"):
            say(world, mentions=[uuid7() for _ in range(51)])
        assert world.acme.all(Comment) == []

    def test_who_has_left_since_may_stay_mentioned(self, world: SampleWorld):
        said = say(world, mentions=[world.frank.member.pk])
        member_remove(member=world.frank.member, actor=world.dana.actor)
        edited = comment_edit(
            comment=said, body="Was it so?", mentions=[world.frank.member.pk], actor=world.bob.actor
        )
        assert edited.mentions == [str(world.frank.member.pk)]

    def test_names_in_a_text(self, world: SampleWorld):
        def ids(text: str) -> list[str]:
            people = [world.alice.member, world.bob.member, *others]
            names = {person.pk: str(person) for person in people}
            return [names[pk] for pk in find_mentions(text, people)]

        others = []
        assert ids("@bob, @Alice: see @bob") == ["bob", "alice"]
        assert ids("mail bob@alice.test, @bobby and @ali") == []
        world.frank.user.name = "Bob Ray (Ops)"
        others = [world.frank.member]
        world.frank.member.user = world.frank.user
        assert ids("@bob ray (ops)! @bob") == ["Bob Ray (Ops)", "bob"]


class TestWhose:
    def test_only_the_author_edits(self, world: SampleWorld):
        said = say(world)
        for who in (world.alice, world.dana):
            with pytest.raises(Forbidden):
                comment_edit(comment=said, body="No", mentions=[], actor=who.actor)
        with checking_log(world.acme.id):
            edited = comment_edit(comment=said, body="Is it?", mentions=[], actor=world.bob.actor)
        assert edited.edited_at
        before = edited.version
        same = comment_edit(comment=said, body="Is it?", mentions=[], actor=world.bob.actor)
        assert same.version == before

    def test_the_author_and_an_admin_remove(self, world: SampleWorld):
        said = say(world)
        with pytest.raises(Forbidden):
            comment_remove(comment=said, actor=world.alice.actor)
        with checking_log(world.acme.id):
            comment_remove(comment=said, actor=world.dana.actor)
        assert world.acme.all(Comment) == []

    def test_what_others_answered_stays_unless_an_admin_removes_it(self, world: SampleWorld):
        first = say(world)
        own = reply(world, first, who="bob")
        other = reply(world, first)
        with pytest.raises(Conflict) as refused:
            comment_remove(comment=first, actor=world.bob.actor)
        assert refused.value.code == "answered"
        comment_remove(comment=other, actor=world.alice.actor)
        with checking_log(world.acme.id):
            comment_remove(comment=first, actor=world.bob.actor)
        assert world.acme.read(Comment, own.pk) is None

    def test_a_comment_is_not_undone_and_does_not_stand_in_the_way_of_redo(
        self, world: SampleWorld
    ):
        place = world.acme
        rename = {"op": "set", "type": "stage", "id": str(place.stages["Buy"])}
        place.edit(rename | {"fields": {"title": "Order"}}, actor=world.alice.actor)
        with tenant_scope([place.id]):
            undone = find_undo(place.journey, world.alice.actor)
        undo(undone, actor=world.alice.actor)
        gesture = uuid7()
        comment_create(
            journey_id=place.journey,
            subject_type="journey",
            subject_id=place.journey,
            body="So?",
            actor=world.alice.actor.with_idempotency(gesture),
        )
        with pytest.raises(Conflict, match="is final"):
            undo(gesture, actor=world.alice.actor)
        with tenant_scope([place.id]):
            assert find_redo(place.journey, world.alice.actor)

    def test_ops_cannot_write_one(self, world: SampleWorld):
        said = say(world)
        for op in (
            {"op": "set", "id": str(said.pk), "fields": {"body": "x"}},
            {"op": "remove", "id": str(said.pk)},
            {"op": "add", "fields": {"body": "x"}},
        ):
            with pytest.raises(InvalidRequest):
                world.acme.edit({"type": "comment"} | op)


class TestTheSubjectGoes:
    def remove(self, world: SampleWorld, slug: str, record_id: UUID) -> UUID:
        op = {"op": "remove", "type": slug, "id": str(record_id)}
        return UUID(world.acme.edit(op).sets[0]["gesture"])

    def test_comments_go_along_and_come_back_with_undo(self, world: SampleWorld):
        place = world.acme
        on_stage, elsewhere = say(world), say(world, about="Use")
        on_card = comment_create(
            journey_id=place.journey,
            subject_type="touchpoint",
            subject_id=place.touchpoints["Signs"],
            body="A long form.",
            actor=world.bob.actor,
        )
        answer = reply(world, on_card)
        with tenant_scope([place.id]):
            assert cascade_counts(Stage.objects.filter(pk=place.stages["Buy"])[0])["comment"] == 3
        gesture = self.remove(world, "stage", place.stages["Buy"])
        assert [comment.pk for comment in place.all(Comment)] == [elsewhere.pk]
        undo(gesture, actor=world.alice.actor)
        back = {comment.pk: comment for comment in place.all(Comment)}
        assert set(back) == {on_stage.pk, on_card.pk, answer.pk, elsewhere.pk}
        assert (back[answer.pk].body, back[answer.pk].thread_id) == ("It is.", on_card.pk)

    def test_an_addition_that_was_commented_on_can_still_be_taken_back(self, world: SampleWorld):
        place, step = world.acme, uuid7()
        op = {"op": "add", "type": "step", "id": str(step), "fields": {"title": "Pays"}}
        made = place.edit(op | {"place": {"stage": str(place.stages["Buy"])}})
        said = comment_create(
            journey_id=place.journey,
            subject_type="step",
            subject_id=step,
            body="So?",
            actor=world.bob.actor,
        )
        redo = uuid7()
        undo(UUID(made.sets[0]["gesture"]), actor=system_actor(place.id).with_idempotency(redo))
        assert place.read(Comment, said.pk) is None
        undo(redo, actor=system_actor(place.id))
        assert place.read(Comment, said.pk).body == "So?"


class TestWaiting:
    def test_who_is_mentioned_has_the_next_word_until_it_is_said(self, world: SampleWorld):
        first = say(world, mentions=[world.alice.member.pk])
        assert waits_for(world, "alice") == [first.pk]
        assert waits_for(world, "bob") == waits_for(world, "dana") == []
        reply(world, first)
        assert waits_for(world, "alice") == []
        assert waits_for(world, "bob") == [first.pk]
        reply(world, first, who="dana")
        assert waits_for(world, "alice") == waits_for(world, "bob") == [first.pk]
        comment_resolve(comment=first, actor=world.dana.actor)
        assert waits_for(world, "alice") == waits_for(world, "bob") == []

    def test_a_guests_word_waits_too(self, world: SampleWorld):
        first = say(world)
        comment_reply(
            thread=first, body="Yes", guest_name="Visitor", actor=system_actor(world.acme.id)
        )
        assert waits_for(world, "bob") == [first.pk]

    def test_open_threads_are_counted_by_what_they_are_about(self, world: SampleWorld):
        resolved = say(world)
        comment_resolve(comment=resolved, actor=world.bob.actor)
        for about in ("Buy", "Buy", "Use"):
            reply(world, say(world, about=about))
        with tenant_scope([world.acme.id]):
            counts = open_counts(world.acme.journey)
        assert counts == {world.acme.stages["Buy"]: 2, world.acme.stages["Use"]: 1}

    def test_many_threads_take_as_many_queries_as_one(self, world: SampleWorld):
        def count() -> int:
            with tenant_scope([world.acme.id]), CaptureQueriesContext(connection) as queries:
                for thread in build_threads(root_comments(world.acme.journey, is_open=True)):
                    assert [
                        said.author_name for said in thread.comments
                    ] and thread.root.mentioned == ["alice"]
                list(threads_awaiting(world.bob.actor))
            return len(queries)

        for _ in range(2):
            reply(world, say(world, mentions=[world.alice.member.pk]))
            few = count()
        for about in ("Buy", "Use", "Choose") * 3:
            thread = say(world, about=about, mentions=[world.alice.member.pk])
            reply(world, thread, who="dana")
        assert count() == few <= 9


def test_the_history_says_what_was_said(world: SampleWorld):
    first = say(world, body="Is this\nso? " + "x " * 100)
    reply(world, first)
    comment_resolve(comment=first, actor=world.alice.actor)
    comment_remove(comment=world.acme.all(Comment, thread=first.pk)[0], actor=world.alice.actor)
    with tenant_scope([world.acme.id]):
        sets = ChangeSet.objects.filter(stream=world.acme.journey).order_by("-version")[:4]
        sentences = [str(entry) for entry in describe_change_sets(list(sets))]
    assert sentences[0] == "alice removed a comment on “Buy”"
    assert sentences[1].startswith("alice resolved a thread on “Buy”: Is this so? x")
    assert sentences[2] == "alice replied to a comment on “Buy”: It is."
    assert sentences[3].startswith("bob commented on “Buy”: Is this so? x x")
    assert sentences[3].endswith("…")
    assert len(sentences[3]) < 140
