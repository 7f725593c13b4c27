"""A rule that another app declares, about a person: from the audit to inbox, list and notices."""

from collections.abc import Iterator

import pytest
from django.apps import apps

from changes.followers import run_followers
from core.audit_rules import Rule, audit_rules
from core.tenancy import tenant_scope
from ownership.models import Flag
from ownership.notices import describe_flags
from people.models import Person
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.notices import notices_of, waiting_for
from tests.support.people import add_persons

NO_EMAIL = Rule(
    code="PEOPLE-01",
    title="No address",
    explanation="Nobody can write to this person.",
    subject="person",
    reads=frozenset({"person"}),
    sql="""
        SELECT p.stream_id, p.id, 'warn', '{}'::jsonb FROM people_person p
        WHERE p.name LIKE 'Nameless %%' AND p.email = ''
            AND (%(streams)s::uuid[] IS NULL OR p.stream_id = ANY(%(streams)s::uuid[]))
    """,
)


@pytest.fixture(autouse=True)
def declared_rule(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(apps.get_app_config("people"), "audit_rules", [NO_EMAIL], raising=False)
    audit_rules.cache_clear()
    yield
    monkeypatch.undo()
    audit_rules.cache_clear()


def test_a_flag_about_a_person_reaches_who_can_act_and_goes_when_it_is_resolved(
    world: SampleWorld,
):
    add_persons(world.acme, "Nameless <i>")
    run_followers(world.acme.id)
    (flag,) = world.acme.all(Flag, rule="PEOPLE-01")
    person = world.acme.read(Person, flag.subject_id)
    assert (flag.stream_id, flag.state) == (world.acme.id, "open")
    assert flag.pk in {notice.subject_id for notice in waiting_for(world.oscar)}
    with tenant_scope([world.acme.id]):
        assert describe_flags([flag.pk]) == {flag.pk: "No address: “Nameless <i>”."}
    client = signed_in(world.oscar)
    link = f"/w/{world.acme.workspace.slug}/people/?q=Nameless+%3Ci%3E#person-{person.pk}"
    for page in ("inbox", "ownership"):
        html = client.get(f"/w/{world.acme.workspace.slug}/{page}/").content.decode()
        assert f'href="{link}"' in html and "Nameless &lt;i&gt;" in html and "No address" in html
    question = client.get(f"/flags/{flag.pk}/acknowledge/").content.decode()
    assert "Nameless &lt;i&gt;" in question
    fields = {"email": "nameless@example.org"}
    world.acme.direct({"op": "set", "type": "person", "id": str(person.pk), "fields": fields})
    run_followers(world.acme.id)
    assert world.acme.read(Flag, flag.pk).state == "resolved"
    (notice,) = notices_of(world.oscar, subject_id=flag.pk)
    assert notice.outcome == "done"
