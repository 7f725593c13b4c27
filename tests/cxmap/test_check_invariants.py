"""`manage check_invariants` finds what the recorder and the database’s constraints would have prevented."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.invariants import invariants, violations
from core.tenancy import set_tenant_scope, tenant_scope
from journeys.models import Journey
from notifications.services import sync_notices
from ownership import audit, services
from ownership.models import Directorship
from tests.support.cases import answer, close, open_case
from tests.support.contests import claim, ripe_contest, rule, uphold
from tests.support.factories import SampleWorld, build_world
from tests.support.volunteers import volunteer
from webhooks.services import endpoint_create, endpoint_test
from workspaces.access import system_actor
from workspaces.queries import today_in


def copied(table: str, **changes: str) -> str:
    """Return SQL that adds a copy of one row of a table, with some other values (SQL expressions)."""
    changes = {"id": "gen_random_uuid()"} | changes
    values = ", ".join(f"'{name}', {value}" for name, value in changes.items())
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table},"
        f" to_jsonb(source) || jsonb_build_object({values}))).*"
        f" FROM (SELECT * FROM {table} LIMIT 1) AS source"
    )


def copied_without(constraint: str, table: str, **changes: str) -> str:
    """Return SQL that drops a constraint, and adds a copy of one row of its table."""
    return f"ALTER TABLE {table} DROP CONSTRAINT {constraint}; {copied(table, **changes)}"


BREAKING = {
    "feed-without-gaps": "UPDATE changes_feedcounter SET position = position + 1",
    "versions-without-gaps": "UPDATE changes_stream SET version = version + 1",
    "log-equals-stage": "UPDATE journeys_stage SET title = 'Another'",
    "log-equals-lane": "DELETE FROM journeys_lane WHERE department_id IS NULL",
    "log-equals-claim": "UPDATE ownership_claim SET statement = 'Another'",
    "log-equals-persona": copied("journeys_persona", name="'Another'::text"),
    "one-director-at-a-time": copied(
        "ownership_directorship",
        person_id="(SELECT id FROM people_person WHERE name = 'Frank')",
        stage_id="(SELECT stage_id FROM ownership_directorship WHERE accepted_at IS NOT NULL LIMIT 1)",
        proposed_at="'2026-01-01'::text",
        accepted_at="'2026-01-01'::text",
        ended_at="'2199-01-01'::text",
        end_reason="'resigned'::text",
    ),
    "one-holder-of-an-office-at-a-time": copied(
        "ownership_appointment", appointed_at="'2026-01-01'::text", ended_at="'2199-01-01'::text"
    ),
    "dates-in-order": "UPDATE ownership_deputy SET until = since - 1",
    "mandates-agreed-by-another": (
        "ALTER TABLE ownership_directorship DROP CONSTRAINT nobody_agrees_to_their_own_mandate;"
        " UPDATE ownership_directorship SET agreed_by_id = person_id, agreed_at = now()"
    ),
    "terms-end-after-they-begin": (
        "UPDATE ownership_directorship SET term_until = accepted_at::date - 3"
    ),
    "contest-where-contested": "UPDATE ownership_contest SET settled_at = now(), outcome = 'withdrawn'",
    "offers-end-with-acceptance": "UPDATE ownership_volunteer SET ended_at = NULL, end_reason = ''",
    "neutral-rulings": (
        "UPDATE ownership_ruling SET ruled_by_id = (SELECT member_id FROM ownership_party AS party"
        " JOIN people_person AS person ON person.id = person_id WHERE member_id IS NOT NULL LIMIT 1)"
    ),
    "cases-closed-from-outside": (
        "UPDATE ownership_case SET closed_at = 'tomorrow', closed_by_id = (SELECT member_id"
        " FROM people_person AS person JOIN people_placement AS placement ON person_id = person.id"
        " WHERE department_id = ownership_case.department_id AND member_id IS NOT NULL LIMIT 1)"
    ),
    "cases-answered-while-open": "UPDATE ownership_case SET closed_at = opened_at",
    "cases-overdue-after-their-day": "UPDATE ownership_case SET missed_due_on = 'tomorrow'",
    "vacant-is-flagged": "DELETE FROM ownership_flag WHERE rule = 'OWN-01'",
    "contested-is-flagged": "UPDATE ownership_flag SET state = 'resolved' WHERE rule = 'OWN-04'",
    "flagged-once": copied_without("one_flag_per_fingerprint", "ownership_flag"),
    "one-notice-per-occasion": copied_without("one_notice_per_occasion", "notifications_notice"),
    "one-delivery-per-event": copied_without("one_delivery_per_event", "webhooks_delivery"),
}


@pytest.fixture(scope="module")
def audited(django_db_setup: None, django_db_blocker: Any) -> SampleWorld:
    """A world with an offer, a ruling, an open contest, a deputy, a producer, a closed case and a delivery, audited."""
    with django_db_blocker.unblock():
        world = build_world()
        assert world.twin
        volunteer(world, "bob")
        settled = ripe_contest(world)
        rule(world, settled, uphold(world, "alice"))
        claim(world, "erin")
        acme = world.acme
        services.deputy_create(
            directorship=acme.all(Directorship)[0],
            person=world.bob.person,
            since=today_in(acme.id),
            actor=world.alice.actor,
        )
        services.appointment_create(
            journey=acme.read(Journey, acme.journey),
            office="producer",
            person=world.bob.person,
            actor=system_actor(acme.id),
        )
        case = open_case(world)
        answer(case, world.alice)
        close(case, world.oscar)
        endpoint, _ = endpoint_create(
            url="https://example.com", event_types=["flag.opened"], actor=system_actor(acme.id)
        )
        endpoint_test(endpoint=endpoint, actor=system_actor(acme.id))
        audit.run_audit(acme.id)
        sync_notices(acme.id)
        return world


def codes() -> set[str]:
    return {violation.invariant.code for violation in violations(invariants())}


@contextmanager
def without_safeguards(world: SampleWorld) -> Iterator[Any]:
    """Yield a cursor that writes without the recorder and without checks. Nothing is kept."""
    with transaction.atomic(), connection.cursor() as cursor:
        set_tenant_scope([world.acme.id])
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        transaction.set_rollback(True)


def test_everything_that_the_services_write_is_valid(audited: SampleWorld, db: None) -> None:
    with tenant_scope([audited.acme.id], snapshot=True):
        assert [(v.invariant.code, v.description) for v in violations(invariants())] == []


@pytest.mark.parametrize("code", BREAKING)
def test_what_is_wrong_is_found(audited: SampleWorld, db: None, code: str) -> None:
    with without_safeguards(audited) as cursor:
        cursor.execute(BREAKING[code])
        assert cursor.rowcount > 0
        assert code in codes()


def test_a_row_of_another_workspace_is_found(audited: SampleWorld, db: None) -> None:
    with without_safeguards(audited) as cursor:
        set_tenant_scope([audited.acme.id, audited.twin.id])
        cursor.execute(
            "UPDATE journeys_stage SET journey_id = %s WHERE workspace_id = %s",
            [audited.twin.journey, audited.acme.id],
        )
        assert "no-foreign-references" in codes()


def test_the_command_says_what_is_violated(audited: SampleWorld, db: None) -> None:
    slug = audited.acme.workspace.slug
    call_command("check_invariants", workspace=slug, stdout=(out := StringIO()))
    assert "ok        one-director-at-a-time" in out.getvalue()
    assert "violated" not in out.getvalue()
    with pytest.raises(CommandError, match="workspace"):
        call_command("check_invariants", workspace="none-such")
