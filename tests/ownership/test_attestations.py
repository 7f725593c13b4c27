"""Attestations: who makes them, when they are due, and the rule OWN-10."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, Forbidden, InvalidRequest
from core.tenancy import tenant_scope
from ownership import audit
from ownership.attestations import reviews_to_make
from ownership.models import Attestation, Directorship, Flag
from ownership.services import attestation_make, directorship_end
from tests.support.api_client import personal_client
from tests.support.contests import direct
from tests.support.factories import SampleWorld, write
from tests.support.html_client import signed_in
from workspaces.models import Workspace
from workspaces.queries import today_in


@pytest.fixture
def directorship(world: SampleWorld) -> Directorship:
    """Frank's directorship of “Buy”."""
    return direct(world, "frank")


def accepted_ago(world: SampleWorld, row: Directorship, **ago: float) -> None:
    write(world, Directorship, row.pk, accepted_at=timezone.now() - timedelta(**ago))


def found(world: SampleWorld) -> tuple[str, str] | None:
    """Audit, and return severity and due day of the flag OWN-10 of “Buy” if it is open."""
    audit.run_audit(world.acme.id)
    rows = world.acme.all(Flag, rule="OWN-10", state="open")
    assert len(rows) <= 1
    return (rows[0].severity, rows[0].evidence["due_on"]) if rows else None


def test_the_director_attests(world: SampleWorld, directorship: Directorship) -> None:
    met = today_in(world.acme.id)
    row = attestation_make(
        directorship=directorship,
        last_met_customer_on=met,
        note="She waited.",
        actor=world.frank.actor,
    )
    (stored,) = world.acme.all(Attestation)
    assert (stored.pk, stored.last_met_customer_on, stored.note) == (row.pk, met, "She waited.")
    url = reverse("journey_history", args=[world.acme.journey])
    bob = signed_in(world.bob)
    assert "attested that the directorship" in bob.get(url).content.decode()
    person = bob.get(reverse("person", args=[world.frank.person_id])).content.decode()
    assert "last met a customer here" in person


def test_nobody_else_attests(world: SampleWorld, directorship: Directorship) -> None:
    for other in (world.alice, world.dana, world.oscar):
        with pytest.raises(Forbidden):
            attestation_make(directorship=directorship, actor=other.actor)
    assert world.acme.all(Attestation) == []


def test_a_past_director_and_a_future_day_are_refused(
    world: SampleWorld, directorship: Directorship
) -> None:
    tomorrow = today_in(world.acme.id) + timedelta(days=1)
    with pytest.raises(InvalidRequest):
        attestation_make(
            directorship=directorship, last_met_customer_on=tomorrow, actor=world.frank.actor
        )
    directorship_end(directorship=directorship, actor=world.dana.actor)
    with pytest.raises(Conflict) as refusal:
        attestation_make(directorship=directorship, actor=world.frank.actor)
    assert refusal.value.code == "not-the-director"
    assert world.acme.all(Attestation) == []


def test_an_overdue_review_warns_gets_critical_and_ends_with_an_attestation(
    world: SampleWorld, directorship: Directorship
) -> None:
    for days, severity in ((90, None), (92, "warn"), (179, "warn"), (182, "critical")):
        accepted_ago(world, directorship, days=days)
        flag = found(world)
        assert (flag and flag[0]) == severity, days
    attestation_make(directorship=directorship, actor=world.frank.actor)
    assert found(world) is None


@pytest.mark.parametrize(
    ("zone", "accepted", "due"),
    [
        ("Pacific/Kiritimati", datetime(2023, 12, 1, 9, 59, tzinfo=UTC), date(2024, 2, 29)),
        ("Pacific/Kiritimati", datetime(2023, 12, 1, 10, 0, tzinfo=UTC), date(2024, 3, 1)),
        ("Pacific/Pago_Pago", datetime(2023, 12, 1, 10, 59, tzinfo=UTC), date(2024, 2, 28)),
        ("Europe/Berlin", datetime(2024, 1, 1, 22, 59, tzinfo=UTC), date(2024, 3, 31)),
        ("Europe/Berlin", datetime(2024, 1, 1, 23, 0, tzinfo=UTC), date(2024, 4, 1)),
    ],
)
def test_the_due_day_is_one_of_the_workspaces_zone_in_inbox_and_audit(
    world: SampleWorld, directorship: Directorship, zone: str, accepted: datetime, due: date
) -> None:
    Workspace.objects.filter(pk=world.acme.id).update(time_zone=zone)
    write(world, Directorship, directorship.pk, accepted_at=accepted)
    frank = world.frank.person
    with tenant_scope([world.acme.id]):
        (review,) = reviews_to_make(frank)
    assert review.due_on == due
    assert found(world) == ("critical", due.isoformat())


def test_the_inbox_asks_and_one_press_answers(
    world: SampleWorld, directorship: Directorship
) -> None:
    frank, inbox = signed_in(world.frank), reverse("inbox", args=[world.acme.workspace.slug])
    url = reverse("attest", args=[directorship.pk])
    assert url not in frank.get(inbox).content.decode()
    accepted_ago(world, directorship, days=80)
    assert url in frank.get(inbox).content.decode()
    refused = frank.post(url, {"last_met_customer_on": "2999-01-01", "note": "Hm."})
    assert refused.status_code == 422 and "Hm.</textarea>" in refused.content.decode()
    assert frank.post(url, {"next": inbox, "last_met_customer_on": ""}).status_code == 303
    assert url not in frank.get(inbox).content.decode()
    assert [row.last_met_customer_on for row in world.acme.all(Attestation)] == [None]


def test_the_api_makes_and_lists_them(world: SampleWorld, directorship: Directorship) -> None:
    frank = personal_client(world.frank.actor)
    new = {"directorship": str(directorship.pk), "last_met_customer_on": "2026-01-31"}
    made = frank.post("attestations", new)
    assert (made.status_code, made.json()["last_met_customer_on"]) == (201, "2026-01-31")
    listed = frank.get(f"attestations?directorship={directorship.pk}").json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    for day in ("2999-01-01", "soon", 7):
        refused = frank.post("attestations", new | {"last_met_customer_on": day})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == "/last_met_customer_on"
