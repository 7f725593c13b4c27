"""Comments with plain forms: in the outline, on their own page, and in the inbox."""

import re
from typing import Any

import pytest
from django.urls import reverse

from changes.followers import run_followers
from comments.models import Comment
from comments.services import comment_resolve
from tests.support.comments import reply, say
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, count, send, signed_in, without_isolation
from tests.support.log_invariants import checking_log
from tests.support.storyboards import frame_add


def read(world: SampleWorld, who: Any, name: str = "journey_comments", query: str = "") -> str:
    at = world.acme.workspace.slug if name in {"inbox", "home"} else world.acme.journey
    answer = signed_in(who).get(reverse(name, args=[at]) + query)
    assert answer.status_code == 200
    return without_isolation(answer.content.decode())


def press(world: SampleWorld, who: Any, page: str, ending: str) -> Any:
    form = next(one for one in FormParser(page).found if one["action"].endswith(ending))
    return signed_in(who).post(form["action"], form["fields"])


class TestSaying:
    @pytest.mark.parametrize(
        ("slug", "name"), [("stage", "Buy"), ("step", "Signs"), ("touchpoint", "Hears nothing")]
    )
    def test_a_viewer_comments_from_the_list(self, world: SampleWorld, slug: str, name: str):
        record_id = world.acme.id_of(slug, name)
        url = reverse("comment_add", args=[slug, record_id])
        assert url in read(world, world.bob, "journey")
        with checking_log(world.acme.id):
            answer = send(signed_in(world.bob), url, {"body": "So, @Alice?\nReally?"})
        assert answer.status_code == 303
        assert answer["Location"].endswith(f"#{slug}-{record_id}")
        (said,) = world.acme.all(Comment)
        assert said.mentions == [str(world.alice.member.pk)]
        listed = read(world, world.bob, "journey")
        assert f"Comment on “{name}”, 1 open" in listed
        assert '<span class="count-open num">1' in listed
        again = signed_in(world.bob).get(url).content.decode()
        assert 'So, <b class="mention">@alice</b>?' in again.replace("@Alice", "@alice")

    def test_a_form_sent_twice_is_one_comment(self, world: SampleWorld):
        client = signed_in(world.bob)
        url = reverse("comment_add", args=["stage", world.acme.stages["Buy"]])
        page = client.get(url).content.decode()
        form = FormParser(page[page.index('class="form-panel"') :]).found[0]["fields"]
        for _ in range(2):
            assert client.post(url, {**form, "body": "Once."}).status_code == 303
        assert len(world.acme.all(Comment)) == 1

    def test_bad_text_is_refused_at_the_field_and_stays(self, world: SampleWorld):
        url = reverse("comment_add", args=["stage", world.acme.stages["Buy"]])
        for typed, word in (("", "required"), ("ab\u202ec", "direction"), ("x" * 5001, "5000")):
            answer = send(signed_in(world.bob), url, {"body": typed})
            text = answer.content.decode()
            assert answer.status_code == 422
            assert word in text and typed in text and 'aria-invalid="true"' in text

    def test_what_is_said_is_text_and_nothing_else(self, world: SampleWorld):
        say(world, body="<script>alert(1)</script> @alice <b>", mentions=[world.alice.member.pk])
        text = read(world, world.bob)
        assert "<script>alert" not in text and "&lt;script&gt;" in text
        assert '<b class="mention">@alice</b> &lt;b&gt;' in text

    def test_for_a_stranger_there_is_nothing(self, world: SampleWorld):
        comment = say(world)
        client = signed_in(world.charlie)
        for url in (
            reverse("journey_comments", args=[world.acme.journey]),
            reverse("comment_add", args=["stage", world.acme.stages["Buy"]]),
            reverse("comment_reply", args=[comment.pk]),
        ):
            assert client.get(url).status_code == 404
        for slug, one in (("comment", comment.pk), ("department", world.acme.departments["Care"])):
            url = reverse("comment_add", args=[slug, one])
            assert signed_in(world.bob).get(url).status_code == 404


class TestThePage:
    def test_threads_stand_by_stage_and_resolved_ones_apart(self, world: SampleWorld):
        say(world, about="Use", body="Third stage")
        say(world, about="Choose", body="First stage")
        done = say(world, about="Buy", body="Second stage")
        comment_resolve(comment=done, actor=world.dana.actor)
        page = read(world, world.bob)
        assert page.index("First stage") < page.index("Third stage")
        assert "Second stage" not in page
        resolved = read(world, world.bob, query="?show=resolved")
        assert "Second stage" in resolved and "Resolved by dana" in resolved
        assert "First stage" not in resolved

    def test_answering_resolving_and_opening_again(self, world: SampleWorld):
        first = say(world)
        send(signed_in(world.alice), reverse("comment_reply", args=[first.pk]), {"body": "It is."})
        page = read(world, world.bob)
        assert "It is." in page
        answer = press(world, world.bob, page, "/resolve/")
        assert answer.status_code == 303
        assert world.acme.read(Comment, first.pk).resolved_at
        press(world, world.bob, read(world, world.bob, query="?show=resolved"), "/reopen/")
        assert world.acme.read(Comment, first.pk).resolved_at is None

    def test_changing_and_removing_ones_own(self, world: SampleWorld):
        first = say(world)
        edit, remove = (reverse(f"comment_{verb}", args=[first.pk]) for verb in ("edit", "remove"))
        assert edit in read(world, world.bob)
        assert edit not in read(world, world.alice)
        assert remove in read(world, world.dana)
        send(signed_in(world.bob), edit, {"body": "Is it, @dana?"})
        assert world.acme.read(Comment, first.pk).mentions == [str(world.dana.member.pk)]
        assert signed_in(world.alice).post(edit, {"body": "x"}).status_code == 403
        reply(world, first)
        refused = send(signed_in(world.bob), remove, {})
        assert refused.status_code == 422
        assert "Resolve the thread instead" in refused.content.decode()
        assert send(signed_in(world.dana), remove, {}).status_code == 303
        assert world.acme.all(Comment) == []

    def test_many_threads_take_as_many_queries_as_few(self, world: SampleWorld):
        client = signed_in(world.bob)
        urls = [
            reverse("journey_comments", args=[world.acme.journey]),
            reverse("journey", args=[world.acme.journey]),
            reverse("inbox", args=[world.acme.workspace.slug]),
        ]
        reply(world, say(world, mentions=[world.alice.member.pk]))
        run_followers(world.acme.id)
        few = [count(client, url) for url in urls]
        for _ in range(9):
            reply(world, say(world, mentions=[world.alice.member.pk]), who="dana")
        run_followers(world.acme.id)
        assert [count(client, url) for url in urls] == few

    def test_the_history_tells_it_and_leads_there(self, world: SampleWorld):
        first = say(world, body="Is this so?")
        text = read(world, world.bob, "journey_history")
        assert "commented on “Buy”: Is this so?" in text
        comment_resolve(comment=first, actor=world.bob.actor)
        answer = reply(world, say(world, body="Another thread"))
        assert f"/comments/?thread={first.pk}#said-{first.pk}" in text
        page = read(world, world.bob, query=f"?thread={first.pk}")
        assert "Is this so?" in page and "Another thread" not in page
        assert "Another thread" in read(world, world.bob, query=f"?thread={answer.pk}")
        for nothing in (world.acme.journey, "x"):
            assert "Another thread" in read(world, world.bob, query=f"?thread={nothing}")


class TestTheInbox:
    def test_a_mention_waits_there_until_it_is_answered(self, world: SampleWorld):
        say(world, body="So, @alice?", mentions=[world.alice.member.pk])
        run_followers(world.acme.id)
        for who, there in ((world.alice, True), (world.bob, False)):
            page = read(world, who, "inbox")
            assert ("Comments for you" in page) is there
            assert (" waiting</span>" in read(world, who, "home")) is there
        press(world, world.alice, read(world, world.alice, "inbox"), "/resolve/")
        assert "Comments for you" not in read(world, world.alice, "inbox")


def test_a_comment_at_a_place_is_shown_in_its_frame(world: SampleWorld):
    place = world.acme
    frame = frame_add(place, caption="At the desk")
    spots = [{"x": 0.5, "y": 0.5}, {"x": 0.25, "y": 1, "body": "The clock is wrong."}]
    resolved, pinned = (
        say(world, subject_type="frame", subject_id=frame.pk, **spot) for spot in spots
    )
    comment_resolve(comment=resolved, actor=world.dana.actor)
    link = f"/storyboard/?thread={pinned.pk}#frame-{frame.pk}"
    assert link in read(world, world.bob) and "At a place in the frame" in read(world, world.bob)
    url = reverse("journey_storyboard", args=[place.workspace.slug, place.journey])
    page = signed_in(world.bob).get(url).content.decode()
    (pins,) = re.findall(r'<svg class="frame-pins".*?</svg>', page, re.DOTALL)
    assert "Comment 2 by" in pins and "The clock is wrong." in pins and "Comment 1" not in pins
    assert '<circle cx="240" cy="600"' in pins and f"?thread={pinned.pk}" in pins
