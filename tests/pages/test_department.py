"""The page of a department: the figures of its cases, and the links to the cases that they count."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ownership.models import Case
from tests.support.cases import answer, appoint, close, open_case
from tests.support.contests import direct
from tests.support.factories import SampleWorld, write
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


def test_the_number_of_queries_does_not_grow_with_the_cases(world: SampleWorld) -> None:
    url = reverse("department", args=[world.acme.departments["Network"]])
    client, counts = signed_in(world.alice), []
    client.get(url)
    for _ in range(2):
        open_case(world)
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
