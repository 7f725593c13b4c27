"""Pages for pains, ideas, measures, pairs, journeys inside steps, copies and templates."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journeys.models import Journey, Measure, Note, Step
from pages.templatetags.measure_tags import format_measure, sparkline
from tests.support.api_client import service_client
from tests.support.factories import SampleWorld
from tests.support.html_client import send, signed_in, without_isolation
from tests.support.log_invariants import checking_log


def page_of(world: SampleWorld, view: str = "journey", journey=None, who=None) -> str:
    client = signed_in(who or world.alice)
    answer = client.get(reverse(view, args=[journey or world.acme.journey]))
    assert answer.status_code == 200
    return " ".join(without_isolation(answer.content.decode()).split())


class TestNotesAndMeasures:
    @pytest.mark.parametrize("view", ["journey", "journey_map", "journey_print"])
    def test_they_are_told_in_words(self, world: SampleWorld, view: str):
        text = page_of(world, view)
        for words in ("Nobody says when", "Say when", "Days of waiting", "6.5 days"):
            assert words in text
        assert "off target: 2 days" in text
        assert 'class="spark spark-off"' in text
        assert "Pain: " in text and "Idea: " in text
        assert not re.search(r"\sstyle=", text)

    def test_a_map_without_them_has_no_rows_for_them(self, world: SampleWorld):
        for kind, ids in (("note", world.acme.notes), ("measure", world.acme.measures)):
            world.acme.edit(
                *({"op": "remove", "type": kind, "id": str(one)} for one in ids.values())
            )
        # The map page always renders every row, like the editor that replaces it.
        text = page_of(world, "journey_print")
        assert "Pains and ideas" not in text and "map-measures" not in text

    def test_they_are_added_changed_moved_and_removed_by_forms(self, world: SampleWorld):
        client, step = signed_in(world.alice), world.acme.steps["Asks"]
        with checking_log(world.acme.id):
            url = reverse("note_add", args=[step])
            assert send(client, url, {}, kind="idea", title="A sign").status_code == 303
            (note,) = world.acme.all(Note, title="A sign")
            assert (note.kind, note.step_id) == ("idea", step)
            url = reverse("note_edit", args=[note.pk])
            assert send(client, url, {"verb": "set"}, kind="pain").status_code == 303
            to = str(world.acme.steps["Waits"])
            assert send(client, url, {"verb": "move"}, 1, step=to, end="first").status_code == 303
            moved = world.acme.all(Note, step=to)
            first = min(moved, key=lambda one: one.position)
            assert (first.pk, first.kind) == (note.pk, "pain")
            assert send(client, url, {"verb": "down"}, 2).status_code == 303
            assert send(client, url, {"verb": "remove"}, 3).status_code == 303
        assert world.acme.all(Note, title="A sign") == []

    def test_a_measure_is_typed_as_people_write_numbers(self, world: SampleWorld):
        client, step = signed_in(world.alice), world.acme.steps["Asks"]
        url = reverse("measure_add", args=[step])
        typed = {"title": "Queue", "value": "7.5", "unit": "min", "trend": "9, 8.5  7.5"}
        assert send(client, url, typed).status_code == 303
        (measure,) = world.acme.all(Measure, title="Queue")
        assert (measure.value, measure.trend, measure.target) == (7.5, [9, 8.5, 7.5], None)
        url = reverse("measure_edit", args=[measure.pk])
        before = measure.version
        assert send(client, url, {"verb": "set"}).status_code == 303
        assert world.acme.read(Measure, measure.pk).version == before, "nothing was changed"
        bad = send(client, url, {"verb": "set"}, trend="a, b")
        assert bad.status_code == 422 and "Enter numbers" in bad.content.decode()
        for wrong in ("nan", "inf", "1 " * 101):
            assert send(client, url, {"verb": "set"}, trend=wrong).status_code == 422, wrong
        assert world.acme.read(Measure, measure.pk).trend == [9, 8.5, 7.5]

    def test_a_page_takes_no_more_queries_for_many(self, world: SampleWorld):
        client = signed_in(world.alice)
        urls = [
            reverse(view, args=[world.acme.journey])
            for view in ("journey", "journey_map", "journey_print")
        ]

        def queries(url: str) -> int:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            return len(captured)

        queries(urls[0])  # a client's first request also checks for pending migrations
        few = [queries(url) for url in urls]
        place = {"step": str(world.acme.steps["Asks"])}
        for slug in ("note", "measure"):
            world.acme.edit(
                *(
                    {"op": "add", "type": slug, "fields": {"title": f"No. {n}"}, "place": place}
                    for n in range(100)
                )
            )
        assert [queries(url) for url in urls] == few


@pytest.mark.parametrize(
    ("value", "unit", "read"),
    [
        (61, "h", "61 h"),
        (38.0, "%", "38%"),
        (4100, "", "4.1k"),
        (6.5, "days", "6.5 days"),
        (0, "", "0"),
        (-1500, "€", "-1.5k €"),
        (None, "h", "–"),
        (1e300, "", "1e+300"),
    ],
)
def test_a_value_is_read_at_a_glance(value, unit, read):
    assert format_measure(value, unit) == read


def test_a_line_needs_two_numbers_and_stays_in_its_box():
    assert sparkline([]) == sparkline([5]) == ""
    for trend in ([1, 2, 3], [5, 5], [-1e300, 1e300], [0.1, -0.1, 0]):
        numbers = [
            float(one)
            for one in re.findall(r"-?\d+\.?\d*", sparkline(trend).split('d="')[1].split('"')[0])
        ]
        assert all(0 <= number <= 44 for number in numbers), (trend, numbers)


class TestBetweenJourneys:
    def test_a_pair_is_linked_from_both_pages_and_on_home(self, world: SampleWorld):
        client = signed_in(world.alice)
        journey = world.acme.journey
        answer = send(client, reverse("journey_future", args=[journey]), {}, title="Better")
        assert answer.status_code == 303
        (future,) = world.acme.all(Journey, title="Better")
        assert answer["Location"] == reverse("journey", args=[future.pk])
        assert (future.state, future.pair_of_id) == ("future", journey)
        assert f'{reverse("journey", args=[future.pk])}">Better' in page_of(world)
        back = page_of(world, journey=future.pk)
        assert "As it is:" in back and reverse("journey", args=[journey]) in back
        home = client.get(reverse("home", args=[world.acme.workspace.slug])).content.decode()
        home = " ".join(home.split())
        assert home.count('class="curve-compared"') == 2
        assert "as it should be (dashed)" in home and "as it is (dashed)" in home

    def test_home_takes_as_many_queries_with_pairs(self, world: SampleWorld):
        client, url = signed_in(world.alice), reverse("home", args=[world.acme.workspace.slug])

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            return len(captured)

        def pair(title: str) -> None:
            send(client, reverse("journey_future", args=[world.acme.journey]), {}, title=title)
            client.get(url)  # shows the toast

        pair("One")
        few = queries()
        pair("Two")
        pair("Three")
        assert queries() == few

    def test_a_step_leads_to_what_opens_in_it_and_back(self, world: SampleWorld):
        client = signed_in(world.alice)
        send(client, reverse("journey_duplicate", args=[world.acme.journey]), {}, title="Inner")
        (inner,) = world.acme.all(Journey, title="Inner")
        step = world.acme.steps["Asks"]
        url = reverse("step_edit", args=[step])
        assert send(client, url, {"verb": "set"}, opens=str(inner.pk)).status_code == 303
        assert "Opens <a" in page_of(world) and reverse("journey", args=[inner.pk]) in page_of(
            world
        )
        trail = f"{reverse('journey', args=[world.acme.journey])}?at={step}#step-{step}"
        assert trail in page_of(world, journey=inner.pk)
        assert "opens Inner" in page_of(world, "journey_map")
        # the opposite direction would be a cycle
        (theirs,) = world.acme.all(Step, stream=inner.pk, title="Asks")
        refused = send(
            client,
            reverse("step_edit", args=[theirs.pk]),
            {"verb": "set"},
            opens=str(world.acme.journey),
        )
        assert refused.status_code == 422
        assert "open inside itself" in refused.content.decode()

    def test_the_form_of_a_step_offers_no_journey_of_others(self, world: SampleWorld):
        client = signed_in(world.alice)
        text = client.get(reverse("step_edit", args=[world.acme.steps["Asks"]])).content.decode()
        assert str(world.twin.journey) not in text
        assert f'value="{world.acme.journey}"' not in text

    def test_a_double_click_makes_one_copy(self, world: SampleWorld):
        client = signed_in(world.alice)
        url = reverse("journey_duplicate", args=[world.acme.journey])
        sent = {"gesture": "019ab1c2-d3e4-7f50-8a6b-000000000042", "title": "Twice"}
        answers = [client.post(url, sent) for _ in range(2)]
        assert answers[0]["Location"] == answers[1]["Location"]
        assert len(world.acme.all(Journey, title="Twice")) == 1


class TestTemplates:
    def test_a_template_is_not_on_home_but_in_the_gallery(self, world: SampleWorld):
        client, slug = signed_in(world.alice), world.acme.workspace.slug
        url = reverse("journey_template", args=[world.acme.journey])
        assert send(client, url, {}, title="House style").status_code == 303
        client.get(reverse("people", args=[slug]))  # shows the toast
        home = client.get(reverse("home", args=[slug])).content.decode()
        assert "House style" not in home
        assert "House style" not in client.get(reverse("ownership", args=[slug])).content.decode()
        (template,) = world.acme.all(Journey, title="House style")
        gallery = client.get(reverse("journey_add", args=[slug])).content.decode()
        assert f"?template={template.pk}" in gallery and "?template=hotel-stay" in gallery
        assert reverse("map_import", args=[slug]) in gallery

    @pytest.mark.parametrize("own", [True, False])
    def test_a_journey_begins_from_one(self, world: SampleWorld, own: bool):
        client, slug = signed_in(world.alice), world.acme.workspace.slug
        key = "hotel-stay"
        if own:
            send(client, reverse("journey_template", args=[world.acme.journey]), {}, title="T")
            key = str(world.acme.all(Journey, title="T")[0].pk)
        url = f"{reverse('journey_add', args=[slug])}?template={key}"
        assert "first_stage" not in client.get(url).content.decode()
        answer = send(client, url, {}, title="Ours", kind="employee")
        assert answer.status_code == 303
        (made,) = world.acme.all(Journey, title="Ours")
        assert answer["Location"] == reverse("journey", args=[made.pk])
        assert (made.kind, made.is_template) == ("employee", False)
        assert len(world.acme.all(Step, stream=made.pk)) == (5 if own else 14)

    def test_an_empty_one_still_begins_with_its_first_stage(self, world: SampleWorld):
        client, slug = signed_in(world.alice), world.acme.workspace.slug
        url = f"{reverse('journey_add', args=[slug])}?template=no-such-one"
        answer = send(client, url, {}, title="Ours", first_stage="Begin")
        assert answer.status_code == 303
        assert "Begin" in client.get(answer["Location"]).content.decode()


class TestHistory:
    def text(self, world: SampleWorld, journey) -> str:
        return re.sub(r"<[^>]+>", "", page_of(world, "journey_history", journey))

    def test_what_was_done_is_told_in_sentences(self, world: SampleWorld):
        client = signed_in(world.alice)
        measure = world.acme.measures["Days of waiting"]
        send(client, reverse("note_add", args=[world.acme.steps["Asks"]]), {}, title="A sign")
        url = reverse("measure_edit", args=[measure])
        send(client, url, {"verb": "set"}, trend="1, 2")
        send(client, url, {"verb": "set"}, target="9")
        text = self.text(world, world.acme.journey)
        assert "added note “A sign”" in text
        assert "set trend of “Days of waiting” from 4, 5, 6.5 to 1, 2" in text
        assert "set target of “Days of waiting” from 2 to 9" in text

    @pytest.mark.parametrize(
        ("door", "sentence"),
        [
            ("journey_duplicate", "copied a journey as “New”"),
            ("journey_future", "created “New” to show “A contract” as it should be"),
            ("journey_template", "saved a journey as the template “New”"),
        ],
    )
    def test_a_copy_says_what_it_is(self, world: SampleWorld, door: str, sentence: str):
        send(signed_in(world.alice), reverse(door, args=[world.acme.journey]), {}, title="New")
        (made,) = world.acme.all(Journey, title="New")
        assert sentence in self.text(world, made.pk)

    def test_a_pair_and_what_opens_inside_are_named(self, world: SampleWorld):
        acme = service_client(world.acme.id)
        future = acme.post("journeys", {"title": "Better", "state": "future"}).json()["id"]
        acme.patch(f"journeys/{future}", {"pair_of": str(world.acme.journey)})
        assert "set pair of “Better” from – to A contract" in self.text(world, future)
        acme.patch(f"steps/{world.acme.steps['Asks']}", {"opens": future})
        text = self.text(world, world.acme.journey)
        assert "set journey inside of “Asks” from – to Better" in text
