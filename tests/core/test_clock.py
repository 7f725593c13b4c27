"""Histories that are written after the fact: the log, records, days and the audit use the overridden time."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from changes.models import ChangeSet
from core import clock
from core.tenancy import tenant_scope
from journeys.services import journey_create
from ownership.audit import run_audit
from ownership.models import Flag
from tests.support.factories import SampleWorld
from workspaces.queries import today_in

THEN = datetime(2032, 2, 29, 23, 30, tzinfo=UTC)
"""After the sample world was made, because a log never goes backwards."""


def test_services_write_the_overridden_time(world: SampleWorld):
    with clock.telling(THEN):
        journey = journey_create(title="Moving", first_stage="Pack", actor=world.alice.actor)
        assert today_in(world.acme.id) == date(2032, 2, 29)
        run = run_audit(world.acme.id, [journey.pk])
    with tenant_scope([world.acme.id]):
        times = set(ChangeSet.objects.filter(stream=journey.pk).values_list("at", flat=True))
        flags = Flag.objects.filter(stream=journey.pk).values_list("opened_at", flat=True)
        opened = set(flags)
    assert (run.started_at, run.finished_at) == (THEN, THEN)
    assert opened and all(THEN <= at < THEN + timedelta(seconds=1) for at in times | opened)
    assert abs(timezone.now() - clock.now()) < timedelta(minutes=1)


def test_an_earlier_time_becomes_one_just_after_the_last_change(world: SampleWorld):
    with clock.telling(datetime(2001, 1, 1, tzinfo=UTC)):
        first = journey_create(title="First", actor=world.alice.actor)
        second = journey_create(title="Second", actor=world.alice.actor)
    with tenant_scope([world.acme.id]):
        newest_first = ChangeSet.objects.order_by("-feed").values_list("at", flat=True)
        two, one, before = newest_first[:3]
    assert before < one < two
    assert (first.updated_at, second.updated_at) == (one, two)
