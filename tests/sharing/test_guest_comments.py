"""Comments through share links: what guests see and write, notifications, and privacy."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from changes.history import history
from changes.models import ChangeSet
from comments.models import Comment
from comments.services import comment_resolve
from core.tenancy import tenant_scope
from sharing.guest_comments import LIMIT_BY_LINK
from sharing.models import ShareLink
from sharing.services import share_revoke
from tests.support.comments import deliver, reply, say, waits_for
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, count
from tests.support.log_invariants import checking_log
from tests.support.sharing import form, shared, speak


def comments(world: SampleWorld) -> list[Comment]:
    return sorted(world.acme.all(Comment), key=lambda one: one.made_at)


@pytest.fixture
def url(world: SampleWorld) -> str:
    return shared(world, can="comment")[1]


@pytest.fixture
def buy(world: SampleWorld) -> UUID:
    return world.acme.stages["Buy"]


class TestSaying:
    @pytest.mark.parametrize(
        ("slug", "name"),
        [("journey", None), ("stage", "Buy"), ("step", "Signs"), ("touchpoint", "Hears nothing")],
    )
    def test_a_guest_begins_a_thread_anywhere(
        self, world: SampleWorld, url: str, slug: str, name: str | None
    ):
        at = world.acme.id_of(slug, name) if name else world.acme.journey
        client = Client(enforce_csrf_checks=True)
        with checking_log(world.acme.id):
            answer = speak(url, at, client)
        assert (answer.status_code, answer["Location"]) == (303, f"{url}#about-{at}")
        (said,) = comments(world)
        assert (said.subject_type, said.subject_id) == (slug, at)
        assert (said.author_id, said.guest_name, said.body) == (None, "Gus", "Is this so?")
        page = Client().get(url).content.decode()
        assert "Is this so?" in page and "Gus" in page and f'id="about-{at}"' in page

    def test_a_guest_answers_and_the_thread_stays_one(self, world: SampleWorld, url: str):
        first = say(world, body="Does it?")
        with checking_log(world.acme.id):
            assert speak(url, first.pk, body="It does.").status_code == 303
        assert [comment.thread_id for comment in comments(world)] == [None, first.pk]
        assert waits_for(world, "bob") == [first.pk]

    def test_the_link_is_in_the_log_and_the_guest_in_the_history(
        self, world: SampleWorld, buy: UUID
    ):
        link, url = shared(world, can="comment")
        first = say(world, body="Does it?")
        speak(url, buy, guest_name="Gus")
        speak(url, first.pk, guest_name="Ada", body="It does.")
        with tenant_scope([world.acme.id]):
            sets = ChangeSet.objects.filter(stream=world.acme.journey).order_by("-version")[:2]
            assert {(change_set.actor_kind, change_set.actor_id) for change_set in sets} == {
                ("guest", link.pk)
            }
            sittings, _ = history(world.acme.id, world.acme.journey)
        sentences = {str(entry) for sitting in sittings for entry in sitting.entries}
        assert "Gus (share link) commented on “Buy”: Is this so?" in sentences
        assert "Ada (share link) replied to a comment on “Buy”: It does." in sentences
        by_link = [
            sitting.latest.actor_name for sitting in sittings if sitting.latest.actor[0] == "guest"
        ]
        assert sorted(by_link) == ["Ada (share link)", "Gus (share link)"]

    def test_members_hear_of_it(self, world: SampleWorld, url: str):
        first = say(world, body="Does it?")
        speak(url, first.pk, body="Ask @Alice.", guest_name="dana")
        subjects = {one.to[0].partition("@")[0]: one.subject for one in deliver(world)}
        assert subjects == {
            "alice": "dana (guest) mentioned you in “A contract”",
            "bob": "dana (guest) replied in “A contract”",
        }
        assert waits_for(world, "alice") == waits_for(world, "bob") == [first.pk]

    def test_a_name_is_kept_for_this_link_and_browser(
        self, world: SampleWorld, url: str, buy: UUID
    ):
        client = Client()
        (cookie,) = speak(url, buy, client, guest_name="Gus").cookies.values()
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (url, True, "Lax")
        assert "Gus" not in cookie.value
        assert form(client, url, buy)["fields"]["guest_name"] == "Gus"
        assert form(Client(), url, buy)["fields"]["guest_name"] == ""
        _, other = shared(world, can="comment")
        kept = cookie.value
        for forged in ("Gus", kept[:-1] + ("a" if kept[-1] != "a" else "b")):
            client.cookies[cookie.key] = forged
            assert form(client, url, buy)["fields"]["guest_name"] == ""
        client.cookies[cookie.key] = kept
        assert form(client, other, buy)["fields"]["guest_name"] == ""

    def test_a_form_sent_twice_is_one_comment(self, world: SampleWorld, url: str, buy: UUID):
        client = Client()
        fields = form(client, url, buy)["fields"] | {"guest_name": "Gus", "body": "Once."}
        for _ in range(2):
            assert client.post(f"{url}comments", fields).status_code == 303
        assert len(comments(world)) == 1

    @pytest.mark.parametrize(
        ("typed", "word"),
        [
            ({"body": ""}, "required"),
            ({"body": "\u200b"}, "Enter a comment"),
            ({"body": "ab\u202ec"}, "direction"),
            ({"body": "a\x00b"}, "Null characters"),
            ({"body": "x" * 5001}, "5000"),
            ({"guest_name": ""}, "required"),
            ({"guest_name": "\u200b"}, "no visible characters"),
            ({"guest_name": "ab\u202ec"}, "direction"),
            ({"guest_name": "x" * 81}, "80"),
        ],
    )
    def test_bad_text_is_refused_at_its_field_and_stays(
        self, world: SampleWorld, url: str, buy: UUID, typed: dict[str, str], word: str
    ):
        answer = speak(url, buy, **typed)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert word in text and 'aria-invalid="true"' in text
        assert ("Is this so?" in text) is ("body" not in typed)
        assert comments(world) == []

    def test_the_longest_goes_through(self, world: SampleWorld, url: str, buy: UUID):
        assert speak(url, buy, body="x" * 5000, guest_name="y" * 80).status_code == 303

    def test_what_is_said_is_text_and_nothing_else(self, world: SampleWorld, url: str, buy: UUID):
        speak(url, buy, body="<script>alert(1)</script>", guest_name="<b>Gus")
        page = Client().get(url).content.decode()
        assert "<script>alert" not in page and "<b>Gus" not in page.replace("<b>&lt;", "")


class TestRefusals:
    def test_a_link_to_look_shows_and_takes_none(self, world: SampleWorld, buy: UUID):
        first = say(world, body="Does it?")
        _, comment = shared(world, can="comment")
        fields = form(Client(), comment, buy)["fields"] | {"guest_name": "Gus", "body": "Hm."}
        for said in ({}, {"can": "comment", "version": 1}):
            _, url = shared(world, **said)
            page = Client().get(url, {"at": str(buy)}).content.decode()
            assert "Does it?" not in page and "<form" not in page
            assert ("comment on an earlier version" in page) is ("version" in said)
            for at in (buy, first.pk):
                answer = Client().post(f"{url}comments", fields | {"at": str(at)})
                assert answer.status_code == 403
                assert "view-only" in answer.content.decode()
        assert len(comments(world)) == 1

    def test_expired_and_revoked_are_not_there(self, world: SampleWorld, buy: UUID):
        for end in ("expire", "revoke"):
            link, url = shared(world, can="comment")
            fields = form(Client(), url, buy)["fields"] | {"guest_name": "Gus", "body": "Hm."}
            if end == "expire":
                ShareLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
            else:
                share_revoke(link=link, actor=world.alice.actor)
            assert Client().post(f"{url}comments", fields).status_code == 404
        assert comments(world) == []

    def test_without_the_seal_of_this_links_page_nothing_is_said(
        self, world: SampleWorld, url: str, buy: UUID
    ):
        _, other = shared(world, can="comment")
        fields = form(Client(), other, buy)["fields"] | {"guest_name": "Gus", "body": "Hm."}
        for sent in (fields, fields | {"seal": ""}, fields | {"seal": "forged"}):
            answer = Client().post(f"{url}comments", sent)
            assert answer.status_code == 403
            assert "This form has expired. Send it again." in answer.content.decode()
        assert comments(world) == []

    def test_an_expired_form_is_shown_again_with_its_text_and_a_new_seal(
        self, world: SampleWorld, url: str, buy: UUID
    ):
        typed = {"guest_name": "Gus", "body": "Is this so?"}
        fields = form(Client(), url, buy)["fields"] | typed | {"seal": "of yesterday"}
        foreign = Client().post(f"{url}comments", fields, headers={"Origin": "https://evil.test"})
        assert (foreign.status_code, "Is this so?" in foreign.content.decode()) == (403, False)
        # As a browser sends it from a page without a referrer.
        ours = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        answer = Client().post(f"{url}comments", fields, headers=ours)
        shown = next(one for one in FormParser(answer.content.decode()).found if one["fields"])
        assert {name: shown["fields"][name] for name in typed} == typed
        assert Client().post(shown["action"], shown["fields"]).status_code == 303
        assert [comment.body for comment in comments(world)] == ["Is this so?"]

    def test_a_password_comes_first(self, world: SampleWorld, buy: UUID):
        _, url = shared(world, can="comment", password="open sesame")
        say(world, body="Does it?")
        client = Client()
        assert "Does it?" not in client.get(url).content.decode()
        client.post(url, {"password": "open sesame"})
        fields = form(client, url, buy)["fields"] | {"guest_name": "Gus", "body": "Hm."}
        assert Client().post(f"{url}comments", fields).status_code == 403
        assert client.post(f"{url}comments", fields).status_code == 303

    def test_what_has_no_place_on_the_page_is_not_there(
        self, world: SampleWorld, url: str, buy: UUID
    ):
        done = say(world, body="Done")
        comment_resolve(comment=done, actor=world.dana.actor)
        answer = reply(world, say(world, body="First"))
        there = [
            done.pk,
            answer.pk,
            world.acme.promises["A call back"],
            world.acme.lanes["Retail"],
            world.acme.departments["Care"],
            world.twin.stages["Buy"],
            world.twin.journey,
            uuid4(),
            "x",
            "",
        ]
        fields = form(Client(), url, buy)["fields"] | {"guest_name": "Gus", "body": "Hm."}
        before = len(comments(world))
        for at in there:
            assert Client().post(f"{url}comments", fields | {"at": str(at)}).status_code == 404
            assert "<form" not in Client().get(url, {"at": str(at)}).content.decode()
        assert len(comments(world)) == before and world.twin.all(Comment) == []

    def test_who_says_too_much_waits(self, world: SampleWorld, buy: UUID, settings: Any):
        settings.RATE_LIMITED = True
        link, url = shared(world, can="comment")
        for n in range(10):
            assert speak(url, buy, body=f"{n}").status_code == 303
        answer = speak(url, buy, body="Eleven")
        assert answer.status_code == 429 and 200 < int(answer["Retry-After"]) <= 300
        text = answer.content.decode()
        assert "Too many comments" in text and "Eleven" in text
        assert len(comments(world)) == 10
        _, other = shared(world, can="comment")
        assert speak(other, buy).status_code == 303
        elsewhere = Client(REMOTE_ADDR="192.0.2.7")
        assert speak(url, buy, elsewhere).status_code == 303
        for _ in range(60):
            LIMIT_BY_LINK.count_attempt(str(link.pk))
        assert speak(url, buy, Client(REMOTE_ADDR="192.0.2.8")).status_code == 429

    def test_a_refused_form_that_is_loaded_again_is_the_page(self, url: str):
        answer = Client().get(f"{url}comments")
        assert (answer.status_code, answer["Location"]) == (303, url)


class TestSeeing:
    def test_nothing_of_people_leaves_but_a_name(self, world: SampleWorld, url: str):
        world.erin.user.name = ""  # shown by e-mail address
        world.erin.user.save()
        say(world, body="Does it?", mentions=[world.dana.member.pk])
        reply(world, say(world, who="erin", body="Third"))
        speak(url, world.acme.stages["Use"], body="Ask @Oscar")
        page = Client().get(url).content.decode()
        assert "A member" in page and "bob" in page
        assert "@" not in page.replace("@font-face", "").replace("Ask @Oscar", "")
        for word in ("dana", "/comments/", "/journeys/", str(world.bob.member.pk), "mention"):
            assert word not in page, word
        assert "Does it?" not in Client().get(f"{url}snapshot").content.decode()

    def test_resolved_threads_are_not_shown(self, world: SampleWorld, url: str):
        done = say(world, body="Done with")
        assert "Done with" in Client().get(url).content.decode()
        comment_resolve(comment=done, actor=world.dana.actor)
        assert "Done with" not in Client().get(url).content.decode()

    def test_headers(self, world: SampleWorld, buy: UUID):
        _, url = shared(world, can="comment", embed=True)
        answer = speak(url, buy, body="")
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors *" in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "private, no-store"

    def test_many_threads_take_as_many_queries_as_few(self, world: SampleWorld, url: str):
        reply(world, say(world))
        Client().get(url)  # the first visit is stored
        few = count(Client(), url)
        for _ in range(9):
            reply(world, say(world), who="dana")
        assert count(Client(), url) == few
