"""Terms of directorships: their department, their last day, and interim directors."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils.formats import date_format

from core.errors import Conflict, InvalidRequest
from core.tenancy import tenant_scope
from ownership import audit, services
from ownership.attestations import reviews_to_make
from ownership.models import Directorship, Flag
from tests.support.api_client import personal_client
from tests.support.contests import direct, stage_of
from tests.support.factories import SampleWorld, write
from tests.support.html_client import send, signed_in, without_isolation
from workspaces.models import Workspace
from workspaces.queries import today_in

ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago")  # 25 hours apart, so never on the same day


def propose(world: SampleWorld, name: str = "frank", **more: Any) -> Directorship:
    person = getattr(world, name).person
    return services.directorship_propose(
        stage=stage_of(world), person=person, actor=world.dana.actor, **more
    )


def text_of(answer: Any) -> str:
    return " ".join(without_isolation(answer.content.decode()).split())


def test_the_terms_are_shown_on_the_stage_and_at_the_person(world: SampleWorld) -> None:
    until = today_in(world.acme.id) + timedelta(days=30)
    url = reverse("propose", args=[world.acme.stages["Buy"]])
    sent = {
        "person": str(world.frank.person_id),
        "department": str(world.acme.departments["Network"]),
        "term_until": until.isoformat(),
        "is_interim": "on",
    }
    assert send(signed_in(world.dana), url, sent).status_code == 303
    (row,) = world.acme.all(Directorship)
    services.directorship_accept(directorship=row, actor=world.frank.actor)
    bob = signed_in(world.bob)
    day = f"until {date_format(until, 'SHORT_DATE_FORMAT')}"
    for page in (
        reverse("stage_owner", args=[row.stage_id]),
        reverse("person", args=[world.frank.person_id]),
    ):
        text = text_of(bob.get(page))
        assert "Interim director" in text and day in text
    assert "For department" in text_of(bob.get(reverse("stage_owner", args=[row.stage_id])))


@pytest.mark.parametrize(
    ("terms", "pointer"),
    [
        ({"term_until": "2026-01-31"}, "/term_until"),
        ({"term_until": "2027-02-29"}, "/term_until"),
        ({"department": "Retail"}, "/department"),
        ({"department": "gone"}, "/department"),
        ({"is_interim": "yes"}, "/is_interim"),
    ],
)
def test_invalid_terms_are_refused_in_proposals_and_changes(
    world: SampleWorld, terms: dict[str, Any], pointer: str
) -> None:
    """Frank is in Network only."""
    departments = {name: str(pk) for name, pk in world.acme.departments.items()}
    if "department" in terms:
        name = terms["department"]
        terms = {"department": departments.get(name, str(world.acme.journey))}
    dana, row = personal_client(world.dana.actor), direct(world, "frank")
    new = {"stage": str(world.acme.stages["Use"]), "person": str(world.frank.person_id)}
    for refused in (
        dana.post("directorships", new | terms),
        dana.patch(f"directorships/{row.pk}", terms, If_Match=f'"{row.version}"'),
    ):
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert world.acme.all(Directorship) == [row]
    assert world.acme.read(Directorship, row.pk).version == row.version


@pytest.mark.parametrize("zone", ZONES)
def test_a_term_can_end_today_in_the_workspaces_zone_but_no_earlier(
    world: SampleWorld, zone: str
) -> None:
    Workspace.objects.filter(pk=world.acme.id).update(time_zone=zone)
    today = today_in(world.acme.id)
    yesterday = today - timedelta(days=1)
    with pytest.raises(InvalidRequest):
        propose(world, term_until=yesterday)
    row = propose(world, term_until=today)
    write(world, Directorship, row.pk, term_until=yesterday)
    with pytest.raises(Conflict) as refusal:
        services.directorship_accept(directorship=row, actor=world.frank.actor)
    assert refusal.value.code == "term-ended"
    # A value that is already there can stay.
    services.mandate_update(
        directorship=row, term_until=yesterday, budget="1", actor=world.dana.actor
    )
    services.mandate_update(directorship=row, term_until=today, actor=world.dana.actor)
    assert services.directorship_accept(directorship=row, actor=world.frank.actor).is_current


@pytest.mark.parametrize(
    ("zone", "until"),
    [
        ("Europe/Berlin", date(2024, 2, 29)),
        ("Europe/Berlin", date(2024, 3, 31)),
        ("Pacific/Apia", date(2024, 3, 30)),
    ],
)
def test_after_its_term_a_director_stays_and_is_flagged_until_it_is_extended(
    world: SampleWorld, zone: str, until: date
) -> None:
    Workspace.objects.filter(pk=world.acme.id).update(time_zone=zone)
    row = direct(world, "frank")
    accepted_at = datetime(2024, 2, 1, tzinfo=UTC)
    write(world, Directorship, row.pk, accepted_at=accepted_at, term_until=until)
    services.attestation_make(directorship=row, actor=world.frank.actor)
    audit.run_audit(world.acme.id)
    (flag,) = world.acme.all(Flag, rule="OWN-10", state="open")
    assert flag.evidence["due_on"] == until.isoformat()
    frank = world.frank.person
    with tenant_scope([world.acme.id]):
        (review,) = reviews_to_make(frank)
    assert (review.due_on, review.is_end_of_term) == (until, True)
    inbox = reverse("inbox", args=[world.acme.workspace.slug])
    assert "Your term ended" in text_of(signed_in(world.frank).get(inbox))
    stage = reverse("stage_owner", args=[row.stage_id])
    assert "Term ended" in text_of(signed_in(world.bob).get(stage))
    assert world.acme.read(Directorship, row.pk).is_current

    services.mandate_update(
        directorship=row, term_until=today_in(world.acme.id), actor=world.dana.actor
    )
    audit.run_audit(world.acme.id)
    assert world.acme.all(Flag, rule="OWN-10", state="open") == []


def test_a_changed_mandate_keeps_what_was_not_sent(world: SampleWorld) -> None:
    dana, row = personal_client(world.dana.actor), propose(world, budget="1 m", is_interim=True)
    network = str(world.acme.departments["Network"])
    changed = dana.patch(
        f"directorships/{row.pk}", {"department": network}, If_Match=f'"{row.version}"'
    ).json()
    assert (changed["department"], changed["budget"], changed["is_interim"]) == (
        network,
        "1 m",
        True,
    )
    cleared = dana.patch(
        f"directorships/{row.pk}", {"department": None}, If_Match=f'"{changed["version"]}"'
    )
    assert cleared.json()["department"] is None
