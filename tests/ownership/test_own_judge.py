"""OWN-16: a ruling by a party, which the services refuse, is found if it came in otherwise."""

from ownership import audit
from ownership.models import Flag, Ruling
from tests.support.contests import ripe_contest, rule, uphold
from tests.support.factories import SampleWorld, write


def test_a_ruling_by_a_party_is_critical(world: SampleWorld) -> None:
    contest = ripe_contest(world)
    ruling = rule(world, contest, uphold(world, "frank"))
    audit.run_audit(world.acme.id)
    assert world.acme.all(Flag, rule="OWN-16") == []
    write(world, Ruling, ruling.pk, ruled_by_id=world.alice.member.pk)
    audit.run_audit(world.acme.id)
    (flag,) = world.acme.all(Flag, rule="OWN-16")
    assert (flag.subject_id, flag.severity, flag.state) == (contest.pk, "critical", "open")
    assert flag.evidence == {"rulings": [str(ruling.pk)]}
    write(world, Ruling, ruling.pk, ruled_by_id=world.oscar.member.pk)
    audit.run_audit(world.acme.id)
    assert world.acme.all(Flag, rule="OWN-16")[0].state == "resolved"
