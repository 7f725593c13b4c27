"""Share links: who can create them, what they show, and what they never show."""

import gzip
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes.services import version_create_name
from core.errors import Conflict, Forbidden, InvalidRequest
from core.ids import uuid7
from core.page_cache import PageCache
from core.tenancy import tenant_scope
from journeys.models import Stage
from ownership.models import Claim
from ownership.services import claim_create, directorship_accept, directorship_propose
from pages.views import shared_journey as shared_views
from sharing.models import ShareLink
from sharing.public_snapshot import PUBLIC_DIRECTORY_FIELDS, PUBLIC_FIELDS, shared_snapshot
from sharing.services import PASSWORD_LIMIT, share_create, share_revoke
from tests.support.api_client import ApiClient, personal_client
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, signed_in
from tests.support.sharing import journey, shared, soon
from tests.support.storyboards import drawn_frame, frame_add
from workspaces.access import system_actor
from workspaces.models import AccessEvent, File


class TestMaking:
    def test_only_the_digest_is_kept_and_the_log_knows(self, world: SampleWorld):
        link, url = shared(world, password="open sesame", can="comment", embed=True)
        kept = json.dumps(ShareLink.objects.filter(pk=link.pk).values()[0], default=str)
        assert url.split("/")[2] not in kept and "open sesame" not in kept
        event = AccessEvent.objects.filter(subject_id=link.pk)[0]
        assert (event.action, event.actor_id) == ("share.create", world.alice.member.pk)

    def test_who_may_not_draw_may_not_share(self, world: SampleWorld):
        for who in (world.bob, world.erin, world.oscar):
            with pytest.raises(Forbidden):
                share_create(journey=journey(world.acme), actor=who.actor, expires_at=soon())

    @pytest.mark.parametrize(
        "said",
        [
            {"can": "edit"},
            {"version": 0},
            {"version": 2},
            {"password": "short"},
            {"password": "x" * 129},
            {"expires_at": timezone.now() - timedelta(seconds=1)},
            {"expires_at": timezone.now() + timedelta(days=367)},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, world: SampleWorld, said: dict[str, Any]):
        with pytest.raises(InvalidRequest):
            shared(world, **said)
        assert not ShareLink.objects.filter(journey=world.acme.journey).exists()

    def test_fifty_are_enough(self, world: SampleWorld, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("sharing.services.MAX_LINKS", 1)
        link, _ = shared(world)
        with pytest.raises(Conflict):
            shared(world)
        share_revoke(link=link, actor=world.alice.actor)
        shared(world)

    def test_revoked_twice_is_noted_once(self, world: SampleWorld):
        link, _ = shared(world)
        for _ in range(2):
            share_revoke(link=link, actor=world.dana.actor)
        assert AccessEvent.objects.filter(subject_id=link.pk, action="share.revoke").count() == 1


class TestApi:
    def test_made_listed_and_ended(self, world: SampleWorld):
        alice = ApiClient(user=world.alice.user)
        path = f"journeys/{world.acme.journey}/share-links"
        said = {
            "can": "comment",
            "version": 1,
            "expires_at": soon().isoformat(),
            "password": "open sesame",
            "embed": True,
        }
        answer = alice.post(path, said)
        assert answer.status_code == 201
        made = answer.json()
        link = made["link"]
        assert re.fullmatch(r"http://localhost:8000/s/[\w-]{43}/", link)
        assert "password" not in made and made["has_password"] is True
        (listed,) = alice.get(path).json()["results"]
        assert listed == made | {"link": None}
        assert alice.delete(f"share-links/{made['id']}").status_code == 204
        assert alice.get(path).json()["results"] == []
        assert Client().get(link).status_code == 404

    @pytest.mark.parametrize(
        ("said", "pointer"),
        [
            ({}, "/expires_at"),
            ({"expires_at": "tomorrow"}, "/expires_at"),
            ({"expires_at": None}, "/expires_at"),
            ({"expires_at": "2026-12-24T00:00:00Z", "can": 1}, "/can"),
            ({"expires_at": "2026-12-24T00:00:00Z", "embed": "yes"}, "/embed"),
            ({"expires_at": "2026-12-24T00:00:00Z", "version": "1"}, "/version"),
            ({"expires_at": "2026-12-24T00:00:00Z", "password": 12345678}, "/password"),
            ({"expires_at": "2026-12-24T00:00:00Z", "digest": "x"}, "/digest"),
        ],
    )
    def test_bad_input(self, world: SampleWorld, said: dict[str, Any], pointer: str):
        answer = ApiClient(user=world.alice.user).post(
            f"journeys/{world.acme.journey}/share-links", said
        )
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == pointer

    def test_a_token_makes_none(self, world: SampleWorld):
        answer = personal_client(world.dana.actor).get(f"journeys/{world.acme.journey}/share-links")
        assert (answer.status_code, answer.json()["code"]) == (403, "session-required")

    def test_a_retry_makes_no_second(self, world: SampleWorld):
        alice = ApiClient(user=world.alice.user)
        path = f"journeys/{world.acme.journey}/share-links"
        said = {"expires_at": soon().isoformat()}
        assert alice.post(path, said, Idempotency_Key="share-once").status_code == 201
        assert alice.post(path, said, Idempotency_Key="share-once").status_code == 409
        assert ShareLink.objects.filter(journey=world.acme.journey).count() == 1

    def test_listing_takes_as_many_queries_for_many_as_for_one(self, world: SampleWorld):
        alice = ApiClient(user=world.alice.user)
        alice.get("me")  # the first request checks for migrations
        counts = []
        for _ in range(2):
            shared(world)
            with CaptureQueriesContext(connection) as queries:
                alice.get(f"journeys/{world.acme.journey}/share-links")
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestBehind:
    def test_the_map_is_there_for_nobody_in_particular(self, world: SampleWorld):
        link, url = shared(world)
        for client in (Client(), signed_in(world.bob), signed_in(world.charlie)):
            answer = client.get(url)
            assert answer.status_code == 200
            text = answer.content.decode()
            for name in (*world.acme.stages, *world.acme.steps, *world.acme.touchpoints):
                assert name in text
        assert ShareLink.objects.filter(pk=link.pk)[0].last_used_at is not None

    def test_headers(self, world: SampleWorld):
        _, url = shared(world)
        _, embedded = shared(world, embed=True)
        for at, ancestors in ((url, "'none'"), (embedded, "*"), ("/s/nothing/", "'none'")):
            for path in (at, f"{at}snapshot"):
                answer = Client().get(path)
                assert answer["Referrer-Policy"] == "no-referrer"
                assert answer["X-Robots-Tag"] == "noindex, nofollow"
                assert f"frame-ancestors {ancestors}" in answer["Content-Security-Policy"]
                assert answer["Cache-Control"] == "private, no-store"

    def test_the_secret_stays_out_of_the_log(
        self, world: SampleWorld, caplog: pytest.LogCaptureFixture
    ):
        _, url = shared(world, password="open sesame")
        Client().post(url, {"password": "guess"})
        Client().get(f"{url}snapshot")
        assert Client().put(url).status_code == 405
        assert url not in caplog.text

    def test_expired_revoked_and_unknown_are_one(self, world: SampleWorld):
        expired, old = shared(world)
        revoked, off = shared(world)
        ShareLink.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
        share_revoke(link=revoked, actor=world.alice.actor)
        addresses = (old, off, "/s/unknown/", f"{old}snapshot", f"{off}snapshot")
        answers = [Client().get(at) for at in addresses]
        assert {answer.status_code for answer in answers} == {404}
        ours = re.compile(r"<code>.*?</code>|X-CSRFToken.*?}")  # parts that differ for each request
        assert len({ours.sub("", answer.content.decode()) for answer in answers}) == 1

    def test_a_link_that_ended_shows_nothing_that_was_kept(self, world: SampleWorld):
        expired, old = shared(world)
        revoked, off = shared(world)
        for at in (old, off, f"{off}snapshot"):
            assert Client().get(at).status_code == 200
        ShareLink.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
        share_revoke(link=revoked, actor=world.alice.actor)
        for at in (old, off, f"{off}snapshot"):
            assert Client().get(at).status_code == 404

    def test_compressed_it_is_the_same(self, world: SampleWorld):
        _, url = shared(world)
        for at in (url, f"{url}snapshot"):
            plain, packed = Client().get(at), Client().get(at, headers={"accept-encoding": "gzip"})
            assert packed["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed["Vary"]
            assert gzip.decompress(packed.content) == plain.content

    def test_a_journey_that_was_removed_is_not_there(self, world: SampleWorld):
        _, url = shared(world)
        _, pinned = shared(world, version=1)
        world.acme.edit({"op": "remove", "type": "journey", "id": str(world.acme.journey)})
        for at in (url, pinned, f"{url}snapshot"):
            assert Client().get(at).status_code == 404

    def test_a_pinned_version_stays(self, world: SampleWorld):
        _, url = shared(world, version=1)
        op = {"op": "set", "type": "stage", "id": str(world.acme.stages["Buy"])}
        world.acme.edit(op | {"fields": {"title": "Signing day"}})
        text = Client().get(url).content.decode()
        assert "Signing day" not in text and "version 1" in text
        assert "Signing day" not in Client().get(f"{url}snapshot").content.decode()
        _, present = shared(world)
        assert "Signing day" in Client().get(present).content.decode()

    def test_a_pinned_version_keeps_the_names_of_its_directory(
        self, world: SampleWorld, monkeypatch: pytest.MonkeyPatch
    ):
        place = world.acme
        card = {"op": "set", "type": "touchpoint", "id": str(place.touchpoints["Signs"])}
        place.edit(card | {"fields": {"channel": str(place.channels["Shop"])}})
        _, pinned = shared(world, version=2)
        _, present = shared(world)
        renamed = {
            "department": (place.departments["Retail"], "Stores"),
            "channel": (place.channels["Shop"], "Flagship"),
            "persona": (place.persona, "Beatrix"),
        }
        before = [Client().get(at).content for at in (pinned, f"{pinned}snapshot")]
        for slug, (pk, name) in renamed.items():
            op = {"op": "set", "type": slug, "id": str(pk), "fields": {"name": name}}
            place.direct(op)
        monkeypatch.setattr(shared_views, "PAGE_CACHE", PageCache())
        after = [Client().get(at).content for at in (pinned, f"{pinned}snapshot")]
        assert after == before
        for name in ("Stores", "Flagship", "Beatrix"):
            assert name.encode() in Client().get(present).content
            assert name.encode() in Client().get(f"{present}snapshot").content

    def test_each_visitor_reads_it_in_their_language(self, world: SampleWorld, settings: Any):
        settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
        _, url = shared(world)
        for language in ("de", "en", "de"):
            text = Client().get(url, HTTP_ACCEPT_LANGUAGE=language).content.decode()
            assert f'<html lang="{language}"' in text

    def test_nothing_of_people_leaves_but_the_directors_name(self, world: SampleWorld):
        place = world.acme
        stage = place.read(Stage, place.stages["Buy"])
        row = directorship_propose(
            stage=stage, person=world.frank.person, actor=system_actor(place.id)
        )
        directorship_accept(directorship=row, actor=world.frank.actor)
        claim_create(
            stage=stage,
            person=world.alice.person,
            department=place.department("Retail"),
            kind=Claim.Kind.CLAIM,
            statement="Ours since forever",
            actor=system_actor(place.id),
        )
        card = {"op": "set", "type": "touchpoint", "id": str(place.touchpoints["Signs"])}
        place.edit(card | {"fields": {"reported_owner": "jane@acme.test"}})
        for said in ({}, {"version": 3}, {"version": 5}):
            _, url = shared(world, **said)
            for at in (url, f"{url}snapshot"):
                text = signed_in(world.alice).get(at).content.decode()
                assert "@" not in text.replace("@font-face", "")
                for word in ("Ours since", "Alice", "alice", "charlie", "crm", '"claim"'):
                    assert word not in text, (at, word)
                assert str(world.twin.journey) not in text
                assert "/journeys/" not in text
                assert ("Frank" in text) is (said != {"version": 1})

    def test_the_snapshot_names_what_it_points_at(self, world: SampleWorld):
        _, url = shared(world)
        found = Client().get(f"{url}snapshot").json()
        by_type: dict[str, list[Any]] = {}
        for record in found["records"]:
            by_type.setdefault(record["type"], []).append(record)
        assert len(by_type["touchpoint"]) == len(world.acme.touchpoints)
        assert {one["fields"]["name"] for one in by_type["department"]} == {"Retail", "Network"}
        assert by_type["persona"][0]["fields"] == {"name": "Amara"}
        assert set(by_type["stage"][0]["fields"]) == {
            "title",
            "time_span",
            "summary",
            "position",
            "journey",
        }
        assert "person" not in by_type

    def test_what_the_workspace_has_besides_is_not_there(self, world: SampleWorld):
        _, url = shared(world)
        text = Client().get(f"{url}snapshot").content.decode()
        assert "Care" not in text  # a department without a lane in this journey
        assert "payload_hash" not in text and "external_id" not in text

    def test_queries_do_not_grow(self, world: SampleWorld, monkeypatch: pytest.MonkeyPatch):
        def count(url: str) -> int:
            monkeypatch.setattr(shared_views, "PAGE_CACHE", PageCache())
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(url).status_code == 200
            return len(queries)

        _, url = shared(world)
        _, pinned = shared(world, version=1)
        for at in (url, pinned, f"{url}snapshot"):
            count(at)  # the first visit is stored
        before = [count(at) for at in (url, pinned, f"{url}snapshot")]
        place = {"step": str(world.acme.steps["Asks"]), "lane": str(world.acme.lanes["Retail"])}
        world.acme.edit(
            *[
                {"op": "add", "type": "touchpoint", "fields": {"title": f"T{n}"}, "place": place}
                for n in range(60)
            ]
        )
        after = [count(at) for at in (url, pinned, f"{url}snapshot")]
        assert [after[0], after[2]] == [before[0], before[2]]
        assert (
            after[1] <= before[1] + 2
        )  # the version is no longer the current one, so it is rebuilt


class TestPublicFields:
    """A link reveals exactly the fields that its page shows."""

    def test_they_are_what_the_page_shows(self, world: SampleWorld):
        link = self.filled(world)
        with tenant_scope([world.acme.id]):
            found = shared_snapshot(link)
        with CaptureQueriesContext(connection) as queries:
            page = self.drawn(link, found)
        assert len(queries) == 0  # the page reads nothing but the snapshot
        public = {**PUBLIC_FIELDS, **PUBLIC_DIRECTORY_FIELDS}
        given = {(record["type"], name) for record in found["records"] for name in record["fields"]}
        assert given == {(model.slug, name) for model, names in public.items() for name in names}
        unseen = {
            (model.slug, name)
            for model, names in public.items()
            for name in names
            if not self.is_seen(link, found, page, model, name)
        }
        assert unseen == {("stage", "journey"), ("lane", "journey")}  # their parent

    def filled(self, world: SampleWorld) -> ShareLink:
        """Return a link to a journey with records of every public type."""
        place = world.acme
        card = {"op": "set", "type": "touchpoint", "id": str(place.touchpoints["Signs"])}
        place.edit(
            card | {"fields": {"channel": str(place.channels["Shop"])}},
            {
                "op": "add",
                "type": "measure",
                "fields": {"title": "Calls"},
                "place": {"step": str(place.steps["Waits"])},
            },
            {"op": "add", "type": "frame", "place": {"step": str(place.steps["Waits"])}},
        )
        for title, director in (("Buy", world.frank), ("Use", world.erin)):
            row = directorship_propose(
                stage=place.read(Stage, place.stages[title]),
                person=director.person,
                actor=system_actor(place.id),
            )
            directorship_accept(directorship=row, actor=director.actor)
        return shared(world)[0]

    def drawn(self, link: ShareLink, found: dict[str, Any]) -> str:
        return render_to_string("shared/journey.html", shared_views.public_context(link, found))

    def is_seen(
        self, link: ShareLink, found: dict[str, Any], page: str, model: Any, name: str
    ) -> bool:
        """Return whether the page changes when this field of any record of the type changes."""
        for record in found["records"]:
            if record["type"] == model.slug:
                before = record["fields"][name]
                record["fields"][name] = self.other(found, model._meta.get_field(name), before)
                changed = self.drawn(link, found)
                record["fields"][name] = before
                if changed != page:
                    return True
        return False

    def other(self, found: dict[str, Any], field: Any, value: Any) -> Any:
        if field.related_model is File:
            return str(uuid7())
        if field.is_relation:
            slug = field.related_model.slug
            ids = [record["id"] for record in found["records"] if record["type"] == slug]
            return next((pk for pk in ids if pk != str(value)), None)
        if field.choices:
            return next(choice for choice, _ in field.choices if choice != value)
        if field.name in {"glyph", "position"}:
            return {"glyph": "flag", "position": "zz"}[field.name]
        match value:
            case bool():
                return not value
            case str() if field.get_internal_type() == "DateTimeField":
                return None
            case str():
                return f"{value}z"
            case list():
                return [*value, 9]
            case _:
                return 1 if value is None else value - 1


class TestPassword:
    def test_it_opens_for_this_browser_and_no_other(self, world: SampleWorld):
        _, url = shared(world, password="open sesame")
        client = Client(enforce_csrf_checks=True)
        closed = client.get(url)
        assert closed.status_code == 200 and "Signs" not in closed.content.decode()
        assert client.get(f"{url}snapshot").status_code == 403
        wrong = client.post(url, {"password": "open says me"})
        assert wrong.status_code == 403 and "password is wrong" in wrong.content.decode()
        right = client.post(url, {"password": "open sesame"})
        assert (right.status_code, right["Location"]) == (303, url)
        (cookie,) = right.cookies.values()
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (url, True, "Lax")
        assert "Signs" in client.get(url).content.decode()
        assert client.get(f"{url}snapshot").status_code == 200
        assert "Signs" not in Client().get(url).content.decode()

    def test_the_cookie_of_another_link_opens_nothing(self, world: SampleWorld):
        link, url = shared(world, password="open sesame")
        other, at = shared(world, password="another one")
        client = Client()
        client.post(at, {"password": "another one"})
        client.cookies[f"share-{link.id.hex}"] = client.cookies[f"share-{other.id.hex}"].value
        assert "Signs" not in client.get(url).content.decode()
        client.cookies[f"share-{link.id.hex}"] = "forged"
        assert "Signs" not in client.get(url).content.decode()

    def test_guessing_ends_after_ten(self, world: SampleWorld, settings: Any):
        settings.RATE_LIMITED = True
        link, url = shared(world, password="open sesame")
        for _ in range(10):
            assert Client().post(url, {"password": "guess"}).status_code == 403
        for guess in ("guess", "open sesame"):
            answer = Client().post(url, {"password": guess})
            assert answer.status_code == 429 and 200 < int(answer["Retry-After"]) <= 300
        _, other = shared(world, password="open sesame")
        assert Client().post(other, {"password": "open sesame"}).status_code == 303
        PASSWORD_LIMIT.reset(str(link.id))
        assert Client().post(url, {"password": "open sesame"}).status_code == 303

    def test_the_right_one_begins_the_count_anew(self, world: SampleWorld, settings: Any):
        settings.RATE_LIMITED = True
        _, url = shared(world, password="open sesame")
        for _ in range(3):
            for _ in range(9):
                Client().post(url, {"password": "guess"})
            assert Client().post(url, {"password": "open sesame"}).status_code == 303

    def test_nothing_is_asked_where_there_is_none(self, world: SampleWorld):
        _, url = shared(world)
        assert Client().post(url, {"password": "x"}).status_code == 303
        _, locked = shared(world, password="open sesame")
        assert Client().post(locked, {}).status_code == 422


class TestPage:
    def at(self, world: SampleWorld) -> str:
        return f"/journeys/{world.acme.journey}/share/"

    def test_a_link_is_made_shown_once_and_revoked(self, world: SampleWorld):
        client = signed_in(world.alice)
        form = next(
            one
            for one in FormParser(client.get(self.at(world)).content.decode()).found
            if "days" in one["fields"]
        )
        answer = client.post(self.at(world), form["fields"] | {"days": "7"})
        (link,) = re.findall(r"http://localhost:8000(/s/[\w-]{43}/)", answer.content.decode())
        assert Client().get(link).status_code == 200
        page = client.get(self.at(world)).content.decode()
        assert link not in page and "Revoke the link" in page
        again = client.post(self.at(world), form["fields"] | {"days": "7"})
        assert again.status_code == 422  # a double submit creates no second link
        (made,) = ShareLink.objects.filter(journey=world.acme.journey)
        assert client.post(f"/share-links/{made.pk}/revoke/").status_code == 303
        assert Client().get(link).status_code == 404

    def test_what_is_wrong_stands_at_its_field(self, world: SampleWorld):
        client = signed_in(world.alice)
        said = {"can": "view", "days": "30", "version": "99"}
        answer = client.post(self.at(world), said)
        assert answer.status_code == 422
        assert "99 is not one of the available choices" in answer.content.decode()

    def test_a_named_or_a_recent_version_is_chosen(self, world: SampleWorld):
        version_create_name(world.acme.journey, name="Board", number=1, actor=world.alice.actor)
        client = signed_in(world.alice)
        page = client.get(self.at(world)).content.decode()
        assert re.findall(r"<option value=\"(\d*)\"[^>]*>([^<,]*)", page)[-3:] == [
            ("", "Always the latest"),
            ("1", "“Board”"),
            ("2", "Version 2"),
        ]
        answer = client.post(self.at(world), {"can": "view", "days": "7", "version": "1"})
        assert answer.status_code == 200 and "version 1</span>" in answer.content.decode()
        assert ShareLink.objects.get(journey=world.acme.journey).version == 1

    def test_only_those_who_draw_see_the_way(self, world: SampleWorld):
        there = f'href="{self.at(world)}"'
        list_page = f"/journeys/{world.acme.journey}/"
        assert there in signed_in(world.alice).get(list_page).content.decode()
        assert there not in signed_in(world.bob).get(list_page).content.decode()
        assert signed_in(world.bob).get(self.at(world)).status_code == 403


class TestStory:
    """The storyboard that plays behind a link."""

    def test_it_has_the_frames_in_order_without_private_fields(self, world: SampleWorld):
        place = world.acme
        _, url = shared(world)
        (first,) = place.frames.values()
        place.edit({"op": "remove", "type": "frame", "id": str(first)})
        assert "Play story" not in Client().get(url).content.decode()
        assert Client().get(f"{url}story").status_code == 404
        late = frame_add(place, "Waits", caption="Waits on", notes="Hush", duration=9)
        early = drawn_frame(place, "Asks")
        frame_add(world.twin, caption="Next door")
        page = Client().get(url).content.decode()
        assert 'href="story"' in page and f'href="story#frame-{early.pk}"' in page
        text = Client().get(f"{url}story").content.decode()
        assert re.findall(r'id="frame-([^"]+)" data-seconds="(\d+)"', text) == [
            (str(early.pk), "5"),
            (str(late.pk), "9"),
        ]
        assert f'src="pictures/{early.picture_name}"' in text and "Waits on" in text
        assert "Hush" not in text and "Next door" not in text
        assert "/w/" not in text and "/journeys/" not in text

    def test_it_opens_and_ends_with_its_link(self, world: SampleWorld):
        frame_add(world.acme)
        link, url = shared(world, password="open sesame")
        locked = Client().get(f"{url}story")
        assert (locked.status_code, locked["Location"]) == (303, url)
        client = Client()
        client.post(url, {"password": "open sesame"})
        assert client.get(f"{url}story").status_code == 200
        ShareLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
        assert client.get(f"{url}story").status_code == 404
