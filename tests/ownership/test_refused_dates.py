"""Days out of order and dismissals without a reason: refused by the API at their field, and nothing changes."""

from ownership.audit import run_audit
from ownership.models import Flag
from tests.support.api_client import personal_client
from tests.support.checksum import checksum
from tests.support.contests import direct
from tests.support.factories import SampleWorld

SINCE = {"since": "2035-05-02"}
UNTIL = {"until": "2035-05-01"}
LATER = {"until": "2035-05-01T00:00:00Z"}

BODIES = [
    (
        "/until",
        "deputies",
        {"directorship": "@directorship", "person": "@person", **SINCE, **UNTIL},
    ),
    ("/until", "absences", {"person": "@person", **SINCE, **UNTIL}),
    (
        "/last_met_customer_on",
        "attestations",
        {"directorship": "@directorship", "last_met_customer_on": "2035-05-01"},
    ),
    ("/reason", "flags/@flag/dismiss", {"reason": " ", **LATER}),
    ("/reason", "flags/@flag/dismiss", LATER),
    ("/until", "flags/@flag/dismiss", {"reason": "Known.", "until": "2020-01-01T00:00:00Z"}),
]


def test_values_out_of_order_are_refused_at_their_field(world: SampleWorld) -> None:
    directorship = direct(world, "frank")
    run_audit(world.acme.id)
    ids = {
        "@directorship": str(directorship.pk),
        "@person": str(world.bob.person_id),
        "@flag": str(world.acme.all(Flag, rule="OWN-01")[0].pk),
    }
    clients = {
        name: personal_client(getattr(world, name).actor) for name in ("dana", "frank", "oscar")
    }
    before = checksum(world.acme.id)
    for pointer, path, body in BODIES:
        who = {"attestations": "frank", "flags/@flag/dismiss": "oscar"}.get(path, "dana")
        sent = {name: ids.get(value, value) for name, value in body.items()}
        answer = clients[who].post(path.replace("@flag", ids["@flag"]), sent, If_Match="*")
        assert answer.status_code == 400, (path, answer.content)
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer], path
    assert checksum(world.acme.id) == before
