"""Long lists have pages: Home, People, the inbox, and the list of a journey."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from changes.services import change_set
from core.ids import uuid7
from journeys.models import Stage, Step
from ownership.models import Directorship
from pages.paging import PAGE_SIZE, WeightedPaginator
from people.models import Person
from tests.support.factories import SampleWorld
from tests.support.html_client import count, send, signed_in
from touchpoints.models import Touchpoint
from workspaces.access import system_actor


def following_pages(client: Client, url: str) -> Iterator[str]:
    """Return the contents of a list's pages, following the links to the next one."""
    while True:
        text = client.get(url).content.decode()
        yield text
        following = re.search(r'href="(\?[^"]*)"[^>]*>\s*Next', text)
        if following is None:
            return
        url = url.partition("?")[0] + following[1].replace("&amp;", "&")


def add_stages(world: SampleWorld, count: int) -> None:
    """Add stages, each with a step and a touchpoint, at the end of the journey."""
    ids = [(uuid7(), uuid7()) for _ in range(count)]
    lane = str(world.acme.lanes["Retail"])
    for begin in range(0, count, 100):
        world.acme.edit(
            *(
                op
                for number, (stage, step) in enumerate(ids[begin : begin + 100], begin)
                for op in (
                    {
                        "op": "add",
                        "type": "stage",
                        "id": str(stage),
                        "fields": {"title": f"No. {number}"},
                    },
                    {
                        "op": "add",
                        "type": "step",
                        "id": str(step),
                        "fields": {"title": f"Step {number}"},
                        "place": {"stage": str(stage)},
                    },
                    {
                        "op": "add",
                        "type": "touchpoint",
                        "fields": {"title": f"Touchpoint {number}"},
                        "place": {"step": str(step), "lane": lane},
                    },
                )
            )
        )


@pytest.mark.parametrize(
    ("weights", "pages"),
    [
        ([], [[]]),
        ([3, 3, 3], [[0, 1, 2]]),
        ([3, 3, 4, 1], [[0, 1, 2], [3]]),
        ([30, 1, 30], [[0], [1], [2]]),
        ([1, 30, 1, 9], [[0], [1], [2, 3]]),
    ],
)
def test_a_page_ends_before_it_is_too_heavy(weights: list[int], pages: list[list[int]]) -> None:
    paginator = WeightedPaginator(list(range(len(weights))), weights, 10)
    assert [list(page.object_list) for page in paginator] == pages
    assert all(
        paginator.number_of(item) == page.number for page in paginator for item in page.object_list
    )
    shown = [(page.start_index(), page.end_index()) for page in paginator if page.object_list]
    assert shown == [(page[0] + 1, page[-1] + 1) for page in pages if page]


class TestList:
    def test_its_pages_show_every_stage_once_and_number_it(self, world: SampleWorld) -> None:
        add_stages(world, 60)
        url = reverse("journey", args=[world.acme.journey])
        numbered = [
            match
            for text in following_pages(signed_in(world.alice), url)
            for match in re.findall(
                r'class="stage-no"[^>]*>(\d+)</span>\s*<bdi>([^<]*)</bdi>', text
            )
        ]
        titles = ["Choose", "Buy", "Use", *(f"No. {n}" for n in range(60))]
        assert numbered == [(str(n), title) for n, title in enumerate(titles, 1)]

    def test_a_link_to_a_record_opens_the_page_that_shows_it(self, world: SampleWorld) -> None:
        add_stages(world, 60)
        client, url = signed_in(world.alice), reverse("journey", args=[world.acme.journey])
        for model, title in ((Stage, "No. 59"), (Step, "Step 59"), (Touchpoint, "Touchpoint 59")):
            (row,) = world.acme.all(model, title=title)
            anchor = f'id="{model.slug}-{row.pk}"'
            assert anchor not in client.get(url).content.decode()
            assert anchor in client.get(url, {"at": str(row.pk)}).content.decode()
        (promise,) = (pk for title, pk in world.acme.promises.items() if title == "A call back")
        text = client.get(url, {"page": "2", "at": str(promise)}).content.decode()
        assert f'id="promise-{promise}"' in text
        for unknown in ("x", str(uuid7()), str(world.twin.stages["Buy"])):
            assert client.get(url, {"page": "2", "at": unknown}).context["page"].number == 2

    def test_a_form_leads_back_to_the_page_it_is_on(self, world: SampleWorld) -> None:
        add_stages(world, 60)
        client = signed_in(world.alice)
        (last,) = world.acme.all(Stage, title="No. 59")
        answer = send(client, reverse("stage_edit", args=[last.pk]), {"title": "The last"})
        assert "The last" in client.get(answer["Location"]).content.decode()
        sent = {"verb": "set", "title": "The end"}
        page = f"http://testserver{reverse('journey', args=[world.acme.journey])}?page=2"
        answer = client.post(
            reverse("stage_edit", args=[last.pk]),
            sent,
            headers={"HX-Request": "true", "HX-Current-URL": page},
        )
        assert answer["Location"] == f"{reverse('journey', args=[world.acme.journey])}?page=2"

    def test_a_page_takes_as_many_queries_in_a_long_journey(self, world: SampleWorld) -> None:
        client, url = signed_in(world.alice), reverse("journey", args=[world.acme.journey])
        few = count(client, url)
        add_stages(world, 60)
        assert count(client, url) == few


class TestPeople:
    def add_persons(self, world: SampleWorld, names: list[str]) -> list[str]:
        ops = [{"op": "add", "type": "person", "fields": {"name": name}} for name in names]
        world.acme.direct(*ops)
        return names

    def test_its_pages_show_every_person_once(self, world: SampleWorld) -> None:
        names = self.add_persons(world, [f"Zoe {n:03}" for n in range(120)])
        url = reverse("people", args=[world.acme.workspace.slug])
        found = [
            name
            for text in following_pages(signed_in(world.bob), url)
            for name in re.findall(r"<b><bdi>(Zoe \d+)</bdi></b>", text)
        ]
        assert found == names

    def test_search_and_filters_find_persons_on_all_pages(self, world: SampleWorld) -> None:
        self.add_persons(world, [f"Aaron {n:03}" for n in range(60)])
        (zoe,) = self.add_persons(world, ["Zoë Last"])
        client, url = signed_in(world.dana), reverse("people", args=[world.acme.workspace.slug])
        (person,) = world.acme.all(Person, name=zoe)

        def shown(**query: str) -> list[str]:
            return [row.person.name for row in client.get(url, query).context["rows"]]

        assert zoe not in shown()
        assert shown(q="ZOË l") == [zoe]
        assert zoe in shown(at=str(person.pk))
        network = str(world.acme.departments["Network"])
        assert shown(department=network) == ["Frank"]
        assert shown(department=network, q="zoë") == []
        send(client, reverse("person_leave", args=[person.pk]), {"left_on": "2026-01-31"})
        assert shown(q="zoë") == []
        assert shown(show="left") == [zoe]

    def test_a_page_takes_as_many_queries_for_many_persons(self, world: SampleWorld) -> None:
        client, url = signed_in(world.bob), reverse("people", args=[world.acme.workspace.slug])
        few = count(client, url)
        self.add_persons(world, [f"Aaron {n:03}" for n in range(60)])
        assert count(client, url) == few

    def test_a_person_with_many_stages_has_them_on_pages_of_their_own(
        self, world: SampleWorld
    ) -> None:
        add_stages(world, 60)
        direct_every_stage(world)
        client = signed_in(world.frank)
        people = client.get(reverse("people", args=[world.acme.workspace.slug]))
        (row,) = (row for row in people.context["rows"] if row.person.name == "Frank")
        assert len(row.answers.directs) == 5 and row.answers.has_more
        pages = following_pages(client, reverse("person", args=[world.frank.person_id]))
        found = [n for text in pages for n in re.findall(r"<b><bdi>No\. (\d+)</bdi></b>", text)]
        assert sorted(map(int, found)) == list(range(60))
        inbox = client.get(reverse("inbox", args=[world.acme.workspace.slug]))
        assert inbox.content.decode().count("#stage-") == PAGE_SIZE
        assert "See all your responsibilities" in inbox.content.decode()


def direct_every_stage(world: SampleWorld) -> None:
    """Make Frank the director of every stage, in one gesture."""
    stages = world.acme.all(Stage, journey=world.acme.journey)
    now = timezone.now()
    with change_set(
        [world.acme.journey], action="test.direct", actor=system_actor(world.acme.id)
    ) as recorder:
        recorder.add_many(
            [
                Directorship(
                    stream_id=stage.stream_id,
                    stage=stage,
                    person_id=world.frank.person_id,
                    proposed_at=now,
                    accepted_at=now,
                )
                for stage in stages
            ]
        )
