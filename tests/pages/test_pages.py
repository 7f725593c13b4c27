"""Every page that can be viewed, for each role and for a stranger from the other workspace."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from changes.models import ChangeSet
from core.tenancy import tenant_scope
from journeys.models import Stage
from journeys.services import journey_create
from ownership import audit
from ownership.services import directorship_accept, directorship_propose
from tests.support.factories import SampleWorld
from tests.support.html_client import send, signed_in

OF_WORKSPACE = ("home", "people", "library", "ownership", "inbox", "members", "tokens")
ROLES = ("alice", "bob", "dana", "erin", "oscar")


def address(world: SampleWorld, page: str) -> str:
    if page in OF_WORKSPACE:
        return reverse(page, args=[world.acme.workspace.slug])
    if page == "person":
        return reverse(page, args=[world.frank.person_id])
    if page == "map_export":
        return reverse(page, args=[world.acme.journey, "mermaid"])
    return reverse(page, args=[world.acme.journey])


PAGES = (*OF_WORKSPACE, "journey", "journey_history", "map_export", "person")


@pytest.mark.parametrize("page", PAGES)
def test_every_role_reads_every_page(world: SampleWorld, page: str):
    for role in ROLES:
        answer = signed_in(getattr(world, role)).get(address(world, page))
        assert answer.status_code == 200, role


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_nothing_and_nobody_is_asked_to_sign_in(world: SampleWorld, page: str):
    assert signed_in(world.charlie).get(address(world, page)).status_code == 404
    answer = Client().get(address(world, page))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("page", ["touchpoint_edit", "journey_edit"])
def test_a_choice_left_empty_is_a_word(world: SampleWorld, page: str):
    touchpoint = world.acme.touchpoints["Signs"]
    pk = touchpoint if page == "touchpoint_edit" else world.acme.journey
    content = signed_in(world.alice).get(reverse(page, args=[pk])).content.decode()
    assert '<option value=""' in content and "---" not in content


def test_there_is_no_difference_between_a_strange_slug_and_none(world: SampleWorld):
    client = signed_in(world.charlie)
    there = client.get(address(world, "home")).content
    absent = client.get(reverse("home", args=["nowhere-at-all"])).content
    detail = "This doesn’t exist, or you don’t have access to it.".encode()
    assert detail in there
    assert detail in absent


def test_the_start_leads_to_the_first_workspace(world: SampleWorld):
    answer = signed_in(world.bob).get("/")
    assert answer["Location"] == address(world, "home")


def test_a_member_removed_while_signed_in_is_told_so(world: SampleWorld):
    from workspaces.services import member_remove

    client = signed_in(world.bob)
    assert client.get(address(world, "journey")).status_code == 200
    member_remove(member=world.bob.member, actor=world.dana.actor)
    answer = client.get(address(world, "journey"))
    assert answer.status_code == 403
    assert b"have access to any workspace" in answer.content
    assert client.post(reverse("stage_add", args=[world.acme.journey])).status_code == 403


class TestHome:
    def test_a_row_says_what_matters(self, world: SampleWorld):
        text = signed_in(world.bob).get(address(world, "home")).content.decode()
        for words in ("A contract", "Live", "Amara", "0 of 3", "Looks", "cxmap"):
            assert words in text

    def test_search_and_filter(self, world: SampleWorld):
        client, url = signed_in(world.bob), address(world, "home")
        assert b"A contract" in client.get(url, {"q": "CONTRACT"}).content
        nothing = client.get(url, {"q": "port"}).content.decode()
        assert "No journeys match “port”." in nothing
        assert b"A contract" in client.get(url, {"kind": "no-such"}).content
        assert client.get(url, {"q": "\x00"}).status_code == 400

    def test_an_empty_workspace_says_how_to_begin(self, world: SampleWorld):
        client = signed_in(world.bob)
        answer = client.get(address(world, "home"), {"status": "retired"})
        assert answer.status_code == 200

    def test_fifty_journeys_take_no_more_queries_than_one(self, world: SampleWorld):
        client, url = signed_in(world.bob), address(world, "home")
        journey_create(actor=world.alice.actor, title="The first", first_stage="Begin")
        few = count(client, url)
        for n in range(50):
            journey_create(actor=world.alice.actor, title=f"No. {n}", first_stage="Begin")
        assert count(client, url) == few
        assert count(client, address(world, "ownership")) <= few + 25

    def test_a_journey_is_begun_and_a_double_press_begins_one(self, world: SampleWorld):
        client = signed_in(world.alice)
        url = reverse("journey_add", args=[world.acme.workspace.slug])
        answer = send(client, url, {"title": "Moving house", "first_stage": "Hears of us"})
        assert answer.status_code == 303
        page = client.get(answer["Location"]).content.decode()
        assert "Moving house" in page
        assert "Hears of us" in page

    def test_a_journey_without_title_is_refused(self, world: SampleWorld):
        url = reverse("journey_add", args=[world.acme.workspace.slug])
        answer = send(signed_in(world.alice), url, {"title": "", "first_stage": "kept"})
        assert answer.status_code == 422
        assert b"kept" in answer.content
        assert signed_in(world.bob).get(url).status_code == 403


def count(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


class TestHistory:
    def text(self, world: SampleWorld) -> str:
        return signed_in(world.alice).get(address(world, "journey_history")).content.decode()

    def test_a_move_says_from_where_to_where(self, world: SampleWorld):
        world.acme.edit(
            {
                "op": "move",
                "type": "touchpoint",
                "id": str(world.acme.touchpoints["Signs"]),
                "place": {"lane": str(world.acme.lanes["Network"])},
            },
            actor=world.alice.actor,
        )
        text = self.text(world)
        assert "moved “Signs” from Retail to Network" in text

    def test_setting_renaming_and_removing(self, world: SampleWorld):
        actor, card = world.alice.actor, str(world.acme.touchpoints["Signs"])
        for op in (
            {"op": "set", "type": "touchpoint", "id": card, "fields": {"title": "Signs it"}},
            {"op": "set", "type": "touchpoint", "id": card, "fields": {"notes": "In blue."}},
            {"op": "set", "type": "touchpoint", "id": card, "fields": {"kano": "must_be"}},
            {"op": "remove", "type": "stage", "id": str(world.acme.stages["Use"])},
        ):
            world.acme.edit(op, actor=actor)
        text = self.text(world)
        assert "renamed touchpoint “Signs” to “Signs it”" in text
        assert "wrote the notes of “Signs it”" in text
        assert "from – to Must be" in text
        assert "removed stage “Use”, along with" in text, text[text.index("removed") :][:200]

    def test_the_audit_says_what_it_opened_and_what_is_gone(self, world: SampleWorld):
        audit.run_audit(world.acme.id)
        text = self.text(world)
        assert "<bdi>The audit</bdi>" in text and ">opened 6 flags<" in text
        stage = world.acme.read(Stage, world.acme.stages["Use"])
        proposed = directorship_propose(
            stage=stage, person=world.frank.person, actor=world.dana.actor
        )
        directorship_accept(directorship=proposed, actor=world.frank.actor)
        audit.run_audit(world.acme.id)
        assert ">opened a flag and resolved a flag<" in self.text(world)

    def test_it_is_written_in_few_queries(self, world: SampleWorld):
        client, url = signed_in(world.alice), address(world, "journey_history")
        self.add_stages(world, 1)
        few = count(client, url)
        self.add_stages(world, 30)
        assert count(client, url) == few

    def add_stages(self, world: SampleWorld, n: int) -> None:
        for _ in range(n):
            op = {"op": "add", "type": "stage", "fields": {"title": "Another"}}
            world.acme.edit(op, actor=world.alice.actor)

    def test_an_undo_from_the_history_is_told_too(self, world: SampleWorld):
        world.acme.edit(
            {"op": "add", "type": "stage", "fields": {"title": "Leave"}}, actor=world.alice.actor
        )
        with tenant_scope([world.acme.id]):
            last = ChangeSet.objects.filter(stream=world.acme.journey).order_by("-version").first()
        client, url = signed_in(world.alice), address(world, "journey_history")
        client.post(reverse("undo", args=[world.acme.id, last.gesture]), {"next": url})
        assert "undid: added stage “Leave”" in self.text(world)
