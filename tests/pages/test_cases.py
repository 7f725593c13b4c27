"""The list of cases and the page of one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ownership import services
from ownership.models import Case
from tests.support.cases import answer, close, open_case
from tests.support.contests import direct
from tests.support.factories import SampleMember, SampleWorld, write
from tests.support.html_client import signed_in, without_isolation


def page(who: SampleMember, url: str) -> str:
    response = signed_in(who).get(url)
    assert response.status_code == 200
    return without_isolation(response.content.decode())


@pytest.fixture
def cases(world: SampleWorld) -> dict[str, Case]:
    """Return a case in every state. Frank has answered one, and another is late."""
    direct(world, "frank")
    names = ("waiting", "overdue", "answered", "closed")
    rows = {name: open_case(world, account=f"She is {name}.") for name in names}
    yesterday = timezone.localdate() - timedelta(days=2)
    for name in ("overdue", "answered"):
        write(world, Case, rows[name].pk, due_on=yesterday)
    answer(rows["answered"], world.frank)
    close(rows["closed"], world.oscar)
    return rows


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"waiting", "overdue", "answered"}),
        ("state=overdue", {"overdue"}),
        ("state=closed", {"closed"}),
        ("state=all", {"waiting", "overdue", "answered", "closed"}),
        ("state=all&kind=abused", set()),
        ("state=all&department=Retail", set()),
        ("state=all&department=Network", {"waiting", "overdue", "answered", "closed"}),
        ("state=nonsense", set()),
    ],
)
def test_the_list_is_filtered(
    world: SampleWorld, cases: dict[str, Case], query: str, expected: set[str]
) -> None:
    for name, pk in world.acme.departments.items():
        query = query.replace(name, str(pk))
    text = page(world.alice, f"{reverse('cases', args=[world.acme.workspace.slug])}?{query}")
    assert {name for name in cases if f"She is {name}." in text} == expected


def test_the_number_of_queries_does_not_grow_with_the_cases(world: SampleWorld) -> None:
    url = reverse("cases", args=[world.acme.workspace.slug])
    client, counts = signed_in(world.alice), []
    client.get(url)
    for _ in range(2):
        open_case(world)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_case_is_opened_answered_and_closed_from_its_page(world: SampleWorld) -> None:
    direct(world, "frank")
    stage = reverse("case_open", args=[world.acme.stages["Buy"]])
    values = {
        "kind": "broken_promise",
        "account": "Nobody called her back.",
        "department": str(world.acme.departments["Network"]),
    }
    assert signed_in(world.oscar).post(stage, values).status_code == 303
    (case,) = world.acme.all(Case)
    url = reverse("case", args=[case.pk])
    assert reverse("case_answer", args=[case.pk]) in page(world.frank, url)
    assert reverse("case_answer", args=[case.pk]) not in page(world.oscar, url)
    signed_in(world.frank).post(
        reverse("case_answer", args=[case.pk]), {"text": "We called her today."}
    )
    signed_in(world.oscar).post(
        reverse("case_close", args=[case.pk]), {"outcome": "put_right", "reason": "She was called."}
    )
    text = page(world.alice, url)
    for words in (
        "Nobody called her back.",
        "We called her today.",
        "Put right",
        "She was called.",
    ):
        assert words in text


def test_a_refusal_keeps_what_was_written(world: SampleWorld) -> None:
    direct(world, "frank")
    case = open_case(world)
    services.case_close(
        case=case, outcome="unfounded", reason="It was another company.", actor=world.oscar.actor
    )
    response = signed_in(world.frank).post(
        reverse("case_answer", args=[case.pk]), {"text": "A long answer."}
    )
    assert response.status_code == 422
    assert "A long answer." in response.content.decode()
