"""The pages about a journey's past: filtered history, an earlier version, and comparison."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from changes.models import NamedVersion
from changes.services import version_create_name
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Journey, Stage
from pages.queries.journeys import journey_tree
from pages.version_diff import diff_with_current
from pages.versions import journey_at_version
from tests.support.factories import SampleWorld
from tests.support.html_client import send, signed_in, without_isolation


def at(world: SampleWorld, what: str) -> str:
    return f"/journeys/{world.acme.journey}/{what}"


def edit(world: SampleWorld, verb: str, kind: str, which: Any, **parts: Any) -> None:
    world.acme.edit({"op": verb, "type": kind, "id": str(which), **parts}, actor=world.alice.actor)


def retitle(world: SampleWorld, title: str, stage: str = "Buy") -> None:
    edit(world, "set", "stage", world.acme.stages[stage], fields={"title": title})


def read(world: SampleWorld, what: str, who: str = "alice") -> str:
    answer = signed_in(getattr(world, who)).get(at(world, what))
    assert answer.status_code == 200
    return answer.content.decode()


class TestHistory:
    def test_a_part_of_it(self, world: SampleWorld):
        retitle(world, "Sign")
        world.acme.edit(
            {
                "op": "set",
                "type": "stage",
                "id": str(world.acme.stages["Use"]),
                "fields": {"title": "Live with it"},
            },
            actor=world.dana.actor,
        )
        by_dana = read(world, f"history/?member={world.dana.member.pk}")
        assert "Live with it" in by_dana and "“Buy” to “Sign”" not in by_dana
        of_buy = read(world, f"history/?record={world.acme.stages['Buy']}&member=")
        assert "“Buy” to “Sign”" in of_buy and "“Use” to" not in of_buy
        world.acme.edit({"op": "add", "type": "lane", "fields": {"kind": "customer"}})
        of_lanes = read(world, "history/?type=lane")
        assert '<option value="lane" selected>Lane</option>' in of_lanes
        assert ">v4<" in of_lanes and ">v3<" not in of_lanes

    def test_what_is_no_choice_is_no_filter(self, world: SampleWorld):
        page = read(world, "history/?member=x&record=1&type=x&before=-")
        assert "journey" in page

    def test_older_pages(self, world: SampleWorld, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("changes.history.GROUP_WINDOW", timedelta(microseconds=1))
        for n in range(55):
            retitle(world, f"n{n}")
        first = read(world, "history/")
        assert "?before=7" in first and ">v7<" in first and ">v6<" not in first
        last = read(world, "history/?before=7")
        assert ">v6<" in last and ">v1<" in last and "Latest" in last

    def test_named_versions_lead_to_themselves(self, world: SampleWorld):
        version_create_name(world.acme.journey, name="Board", number=1, actor=world.alice.actor)
        page = read(world, "history/")
        assert "Board" in page and at(world, "versions/1/") in page


class TestVersion:
    def test_it_is_what_was(self, world: SampleWorld):
        retitle(world, "Sign")
        edit(world, "remove", "step", world.acme.steps["Waits"])
        page = read(world, "versions/1/")
        assert "Hears nothing" in page and ">Sign<" not in page
        assert "Restore this version" in page
        assert "Restore this version" not in read(world, "versions/1/", "bob")
        assert "Restore this version" not in read(world, "versions/3/")

    def test_what_the_directory_has_lost_is_still_named(self, world: SampleWorld):
        place = world.acme
        channel, card = place.channels["Shop"], place.touchpoints["Signs"]
        edit(world, "set", "touchpoint", card, fields={"channel": str(channel)})
        edit(world, "set", "touchpoint", card, fields={"channel": None})
        place.direct({"op": "remove", "type": "channel", "id": str(channel)})
        assert "Shop" in read(world, "versions/2/")

    def test_the_present_is_the_same_by_both_ways(self, world: SampleWorld):
        with tenant_scope([world.acme.id]):
            journey = Journey.objects.get(pk=world.acme.journey)
            now, past = journey_tree(journey.pk), journey_at_version(journey, 1)
        assert past is not None
        for field in ("stages", "lanes", "promises", "steps"):
            assert str(getattr(now, field)) == str(getattr(past.tree, field))

    @pytest.mark.parametrize("number", [0, 2, 10**15])
    def test_one_that_never_was(self, world: SampleWorld, number: int):
        for page in ("", "compare/"):
            url = at(world, f"versions/{number}/{page}")
            assert signed_in(world.alice).get(url).status_code == 404

    def test_queries_do_not_grow(self, world: SampleWorld):
        counts = []
        for _ in range(3):
            retitle(world, str(uuid7()))
            place = {"step": str(world.acme.steps["Asks"]), "lane": str(world.acme.lanes["Retail"])}
            for _ in range(10):
                edit(world, "add", "touchpoint", uuid7(), fields={"title": "T"}, place=place)
            with CaptureQueriesContext(connection) as queries:
                read(world, "versions/2/")
                read(world, "versions/2/compare/")
            counts.append(len(queries))
        assert counts[1] == counts[2]  # once every kind of change is present


class TestDeeds:
    def test_a_name_is_given(self, world: SampleWorld):
        answer = send(signed_in(world.alice), at(world, "versions/1/name/"), {}, name="Board")
        assert answer.status_code == 303
        (named,) = world.acme.all(NamedVersion)
        assert (named.name, named.number, named.made_by_id) == ("Board", 1, world.alice.member.pk)
        again = send(signed_in(world.alice), at(world, "versions/1/name/"), {}, name="Board")
        assert (
            again.status_code == 422 and "with this name already exists" in again.content.decode()
        )

    def test_a_version_is_restored_and_that_is_undone(self, world: SampleWorld):
        retitle(world, "Sign")
        client = signed_in(world.alice)
        answer = send(client, at(world, "versions/1/restore/"), {})
        assert (answer.status_code, answer["Location"]) == (303, at(world, ""))
        assert world.acme.read(Stage, world.acme.stages["Buy"]).title == "Buy"
        assert "restored an earlier version" in read(world, "history/")

    def test_what_stands_in_the_way_is_said(self, world: SampleWorld):
        from ownership.services import directorship_accept, directorship_propose
        from workspaces.access import system_actor

        stage = str(uuid7())
        edit(world, "add", "stage", stage, fields={"title": "Leave"})
        row = directorship_propose(
            stage=world.acme.read(Stage, stage),
            person=world.frank.person,
            actor=system_actor(world.acme.id),
        )
        directorship_accept(directorship=row, actor=world.frank.actor)
        answer = send(signed_in(world.alice), at(world, "versions/1/restore/"), {})
        assert answer.status_code == 422
        assert "Frank directs “Leave”" in without_isolation(answer.content.decode())


class TestCompare:
    def texts(self, world: SampleWorld) -> dict[str, list[str]]:
        with tenant_scope([world.acme.id]):
            stages = diff_with_current(Journey.objects.get(pk=world.acme.journey), 1)
        return {stage.title: [line.text for line in stage.lines] for stage in stages}

    def test_nothing(self, world: SampleWorld):
        assert self.texts(world) == {}
        assert "changed since this version" in read(world, "versions/1/compare/")

    def test_by_stage_in_sentences(self, world: SampleWorld):
        place = world.acme
        retitle(world, "Sign")
        edit(world, "remove", "step", place.steps["Waits"])
        signs, calls = (place.touchpoints[name] for name in ("Signs", "Calls the hotline"))
        edit(world, "set", "touchpoint", signs, fields={"emotion": 2, "notes": "Long"})
        network = {"lane": str(place.lanes["Network"])}
        edit(world, "move", "touchpoint", calls, place=network)
        edit(world, "set", "journey", place.journey, fields={"title": "Another"})
        texts = self.texts(world)
        assert texts["Sign"] == [
            "Renamed stage “Buy” to “Sign”",
            "Removed step “Waits”, along with 2 notes, a measure, 2 touchpoints and a frame",
            "Wrote the notes of “Signs”",
            "Set emotion of “Signs” from 1 to 2",
            "Set tested in of “Live in a day” from Waits to Signs",
        ]
        assert texts["Use"][0].startswith("Moved “Calls the hotline” from Unassigned to")
        assert texts["The journey as a whole"] == ["Renamed journey “A contract” to “Another”"]
        page = read(world, "versions/1/compare/")
        assert "<ins>Long</ins>" in page

    def test_stages_that_came_and_went(self, world: SampleWorld):
        edit(world, "remove", "stage", world.acme.stages["Choose"])
        stage = str(uuid7())
        world.acme.edit(
            {"op": "add", "type": "stage", "id": stage, "fields": {"title": "Leave"}},
            {"op": "add", "type": "step", "place": {"stage": stage}, "fields": {"title": "Goes"}},
        )
        texts = self.texts(world)
        assert texts["Leave"] == ["Added stage “Leave”, along with a step"]
        assert texts["Choose"][0].startswith("Removed stage “Choose”, along with 2 steps")
