"""The page of a department: what it does to customers, and the figures of its cases with links to the cases."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journeys.duplication import journey_duplicate
from journeys.models import Journey
from ownership.models import Case
from tests.support.cases import answer, appoint, close, open_case
from tests.support.contests import claim, direct, the_contest
from tests.support.factories import SampleWorld, write
from tests.support.handoffs import signed_handoff
from tests.support.html_client import signed_in

DAY = timedelta(days=1)


@pytest.fixture
def cases(world: SampleWorld) -> None:
    """Open cases about Network: two answered, after two days and one of them late, two open, two closed, one old."""
    direct(world, "frank")
    now, today = timezone.now(), timezone.localdate()
    for opened_ago, due_in, is_answered, outcome in (
        (2, 5, True, ""),
        (4, -3, True, "put_right"),
        (1, 9, False, ""),
        (8, -1, False, ""),
        (3, 7, False, "not_put_right"),
        (400, -390, False, "not_put_right"),
    ):
        case = open_case(world)
        if is_answered:
            answer(case, world.frank)
        if outcome:
            close(case, world.oscar, outcome=outcome)
        write(
            world,
            Case,
            case.pk,
            opened_at=now - opened_ago * DAY,
            due_on=today + due_in * DAY,
        )


def test_each_figure_links_to_the_cases_that_it_counts(world: SampleWorld, cases: None) -> None:
    client = signed_in(world.alice)
    text = client.get(reverse("department", args=[world.acme.departments["Network"]])).content
    figures = re.findall(
        r'<a href="([^"]*state=(\w+)[^"]*)">[^<]*</a>\s*</span>\s*<b class="num">(\d+)</b>',
        text.decode(),
    )
    assert {name: int(number) for _, name, number in figures} == {
        "all": 5,
        "in_time": 1,
        "late": 2,
        "overdue": 1,
        "not_put_right": 1,
    }
    assert '<b class="num">3</b>' in text.decode()
    for url, _, number in figures:
        page = client.get(url.replace("&amp;", "&")).content.decode()
        assert page.count("Nobody called her back.") == int(number)


def test_the_number_of_queries_does_not_grow_with_cases_and_journeys(world: SampleWorld) -> None:
    url = reverse("department", args=[world.acme.departments["Network"]])
    client, counts = signed_in(world.alice), []
    client.get(url)
    for number in range(2):
        open_case(world)
        journey_duplicate(
            journey=world.acme.read(Journey, world.acme.journey),
            title=f"Copy {number}",
            kind="copy",
            actor=world.alice.actor,
        )
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("office", ["director", "producer"])
def test_a_person_s_page_links_to_the_cases_that_wait_for_them(
    world: SampleWorld, office: str
) -> None:
    if office == "director":
        direct(world, "frank")
    else:
        appoint(world, "frank", office)
    answered = open_case(world, account="She is answered.")
    answer(answered, world.frank)
    open_case(world, account="She waits.")
    client = signed_in(world.alice)
    url = f"{reverse('cases', args=[world.acme.workspace.slug])}?answerer={world.frank.person_id}"
    person = client.get(reverse("person", args=[world.frank.person_id])).content.decode()
    assert url in person
    assert "1 case waits for an answer" in person
    page = client.get(url).content.decode()
    assert "She waits." in page
    assert "She is answered." not in page
    other = client.get(reverse("person", args=[world.bob.person_id])).content.decode()
    assert "waits for an answer" not in other


def department_page(world: SampleWorld, query: str = "", name: str = "Network") -> str:
    url = reverse("department", args=[world.acme.departments[name]])
    return signed_in(world.alice).get(url + query).content.decode()


def titles_in(text: str) -> list[str]:
    return re.findall(r"#touchpoint-[^>]*><bdi>([^<]*)</bdi>", text)


def edit(world: SampleWorld, slug: str, record_id: UUID, **fields: object) -> None:
    world.acme.edit({"op": "set", "type": slug, "id": str(record_id), "fields": fields})


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Line is switched", "Hears nothing", "Is called back"]),
        ("?only=lows", ["Hears nothing"]),
        ("?only=broken", ["Line is switched", "Hears nothing"]),
        ("?kind=customer&only=unknown", ["Line is switched", "Hears nothing", "Is called back"]),
        ("?kind=employee", []),
    ],
)
def test_touchpoints_are_in_the_customer_s_order(
    world: SampleWorld, query: str, titles: list[str]
) -> None:
    edit(world, "promise", world.acme.promises["Live in a day"], status="broken")
    text = department_page(world, query)
    assert titles_in(text) == titles
    assert ("Nothing of this department matches" in text) == (not titles)
    assert ("promise-broken" in text) == bool(titles)


def test_the_journey_with_the_worst_feeling_comes_first(world: SampleWorld) -> None:
    journey = world.acme.read(Journey, world.acme.journey)
    for title, kind in (("A copy", "copy"), ("A future", "future")):
        journey_duplicate(journey=journey, title=title, kind=kind, actor=world.alice.actor)
    assert journey_titles(department_page(world)) == ["A contract", "A copy"]
    edit(world, "touchpoint", world.acme.touchpoints["Hears nothing"], emotion=0)
    assert journey_titles(department_page(world)) == ["A copy", "A contract"]


def journey_titles(page: str) -> list[str]:
    return re.findall(r'<h3 id="journey-.*?<bdi>([^<]*)</bdi>', page, re.DOTALL)


def test_a_stage_says_what_the_department_answers_for(world: SampleWorld) -> None:
    handoff = signed_handoff(world)  # from Frank of Network to Erin of Care
    case = open_case(world)
    text = department_page(world)
    assert "<bdi>Frank</bdi> directs it" in text
    assert "Out to “<bdi>Buy</bdi>”" in text
    assert f'<a href="{handoff.get_absolute_url()}">Both have signed</a>' in text
    assert case.get_absolute_url() in text
    claim(world, "frank")
    assert the_contest(world).get_absolute_url() in department_page(world)
    care = department_page(world, name="Care")  # has no lane, but directs a stage
    assert "In from “<bdi>Choose</bdi>”" in care
    assert "1 stage without it" in care


def test_a_department_without_touchpoints_says_so(world: SampleWorld) -> None:
    assert "It doesn’t meet customers on any map yet" in department_page(world, name="Care")


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("Network", [[], ["Line is switched", "Hears nothing"], ["Is called back"]]),
        ("Care", [[], [], []]),
    ],
)
def test_a_journey_is_shown_from_both_sides(
    world: SampleWorld, name: str, own: list[list[str]]
) -> None:
    text = department_page(world, f"?journey={world.acme.journey}", name)
    pairs = [
        pair.split('class="department-stage"')
        for pair in text.split('class="department-customer"')[1:]
    ]
    assert [titles_in(customer) for customer, _ in pairs] == [
        ["Sees an ad", "Asks in the shop", "Reads the leaflet"],
        ["Signs", "Line is switched", "Hears nothing"],
        ["Calls the hotline", "Is called back"],
    ]
    assert [titles_in(department) for _, department in pairs] == own
    assert text.count("isn’t involved here") == own.count([])


def test_a_journey_of_another_workspace_is_not_shown(world: SampleWorld) -> None:
    text = department_page(world, f"?journey={world.twin.journey}")
    assert "department-pair" not in text
    assert "Line is switched" in text
