"""The storyboard's pages, their policy, and the addresses of pictures."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from changes.models import Stream
from journeys.models import Journey
from journeys.services import journey_duplicate
from sharing.services import share_create
from storyboards import queries
from storyboards.services import frame_picture_update
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from tests.support.html_client import count, signed_in, without_isolation
from tests.support.storyboards import SVG, draw, drawn_frame, element, frame_add


def url(world: SampleWorld, path: str = "") -> str:
    slug = world.acme.workspace.slug
    return f"/w/{slug}/{path or f'journeys/{world.acme.journey}/storyboard/'}"


def test_only_the_editor_has_the_policy_of_excalidraw(world: SampleWorld):
    drawn_frame(world.acme)
    client = signed_in(world.alice)
    policy = client.get(url(world))["Content-Security-Policy"]
    others = [url(world, "storyboards/"), f"/journeys/{world.acme.journey}/map/"]
    assert "style-src-attr 'unsafe-hashes' 'sha256-" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    for other in others:
        assert "style-src-attr" not in client.get(other)["Content-Security-Policy"]


def test_a_journey_is_drawn_by_api(world: SampleWorld):
    alice = ApiClient(user=world.alice.user)
    frame = alice.post(
        "frames", {"step": str(world.acme.steps["Signs"]), "caption": "x" * 200}
    ).json()
    drawing = alice.post(f"frames/{frame['id']}/drawing").json()["drawing"]
    assert alice.get(f"drawings/{drawing}").json()["elements"] == []
    saved = alice.post(f"drawings/{drawing}/elements", {"elements": [element("a")]})
    assert saved.json() == {"version": 1, "lost": []}
    answer = alice.put(f"frames/{frame['id']}/picture", {"svg": SVG.format(n=3), "drawn": 1})
    assert (answer.status_code, answer.json()["drawn"]) == (200, 1)
    read = alice.get(f"drawings/{drawing}").json()
    assert list(read.pop("records").values()) == ["a"]
    assert read == {"id": drawing, "version": 1, "elements": [element("a")], "files": {}}
    page = signed_in(world.alice).get(url(world)).content.decode()
    assert f"pictures/{answer.json()['picture']}.svg" in page


def test_a_frame_returns_to_the_end_of_an_earlier_sitting(world: SampleWorld, monkeypatch):
    monkeypatch.setattr(queries, "GROUP_WINDOW", timedelta(days=100_000))
    frame = drawn_frame(world.acme)  # by the system
    path = f"frames/{frame.pk}/pictures"
    alice = ApiClient(user=world.alice.user)
    with CaptureQueriesContext(connection) as of_one:
        assert [one["drawn"] for one in alice.get(path).json()["results"]] == [1]
    for version in (2, 3):
        saved = {"elements": [element("a", version, x=version)]}
        alice.post(f"drawings/{frame.drawing_id}/elements", saved)
        alice.put(f"frames/{frame.pk}/picture", {"svg": SVG.format(n=version), "drawn": version})
    with CaptureQueriesContext(connection) as of_more:
        listed = alice.get(path).json()
    assert [(one["who"], one["drawn"]) for one in listed["results"]] == [("alice", 3), ("cxmap", 1)]
    assert len(of_more) == len(of_one)
    page = alice.get(f"{path}?limit=2").json()
    assert [one["drawn"] for one in page["results"]] == [3]
    rest = alice.get(page["next"]).json()
    assert (rest["results"], rest["next"]) == (listed["results"][1:], None)


class TestPictures:
    def test_a_picture_is_an_image_and_nothing_else(self, world: SampleWorld):
        frame = drawn_frame(world.acme)
        client = signed_in(world.bob)
        answer = client.get(url(world, f"pictures/{frame.picture_name}"))
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer["Content-Disposition"] == "inline"
        assert answer["Content-Security-Policy"].endswith("; sandbox")
        assert "script" not in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
        for name in (f"{frame.picture_id}.png", f"{frame.picture_id}", "x.svg"):
            assert client.get(url(world, f"pictures/{name}")).status_code == 404

    def test_a_share_link_shows_its_own_pictures_only(self, world: SampleWorld):
        place = world.acme
        frame = drawn_frame(place)
        until = timezone.now() + timedelta(days=1)
        journey = place.read(Journey, place.journey)
        _, live = share_create(journey=journey, actor=world.dana.actor, expires_at=until)
        version = place.read(Stream, place.journey).version
        _, pinned = share_create(
            journey=journey, actor=world.dana.actor, expires_at=until, version=version
        )
        page = Client().get(f"/s/{live}/").content.decode()
        assert f'src="pictures/{frame.picture_name}"' in page
        public = Client().get(f"/s/{live}/snapshot").json()["records"]
        shown = [record["fields"] for record in public if record["type"] == "frame"]
        assert len(shown) == 2
        assert shown[0].keys().isdisjoint({"notes", "drawing", "drawn"})
        draw(place, frame.drawing_id, element("b"))
        newer = frame_picture_update(
            frame=frame, svg=SVG.format(n=5), drawn=2, actor=world.alice.actor
        )
        statuses = {
            (secret, row.picture_name): Client()
            .get(f"/s/{secret}/pictures/{row.picture_name}")
            .status_code
            for secret in (live, pinned)
            for row in (frame, newer)
        }
        assert statuses == {
            (live, frame.picture_name): 404,
            (live, newer.picture_name): 200,
            (pinned, frame.picture_name): 200,
            (pinned, newer.picture_name): 404,
        }


class TestList:
    def test_boards_are_found_with_the_same_number_of_queries(self, world: SampleWorld):
        place, client = world.acme, signed_in(world.bob)
        drawn_frame(place)
        address = url(world, "storyboards/")
        few = count(client, address)
        assert "1 of 2" in client.get(address).content.decode()
        journey = place.read(Journey, place.journey)
        for number in range(3):
            journey_duplicate(
                journey=journey, title=f"Board {number}", kind="copy", actor=world.alice.actor
            )
        frame_add(place)
        assert count(client, address) == few
        for query, found in (("", 4), ("?q=board 2", 1)):
            page = client.get(address + query).content.decode()
            assert page.count('class="card board"') == found

    def test_a_step_shows_its_frames_in_the_list(self, world: SampleWorld):
        frame = drawn_frame(world.acme)
        page = signed_in(world.bob).get(f"/journeys/{world.acme.journey}/").content.decode()
        assert f'id="frame-{frame.pk}"' in page
        assert f"pictures/{frame.picture_name}" in page

    def test_the_history_says_who_drew_which_frame(self, world: SampleWorld):
        drawn_frame(world.acme, actor=world.alice.actor)
        page = signed_in(world.bob).get(f"/journeys/{world.acme.journey}/history/")
        assert "drew the frame “At the desk”" in without_isolation(page.content.decode())
