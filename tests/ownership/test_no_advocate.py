"""OWN-20: a workspace without an ombudsman has a flag about itself, and only admins get its notice."""

from django.urls import reverse

from notifications.services import sync_notices
from ownership import tasks
from ownership.models import Flag
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.notices import waiting_for
from workspaces.services import member_role_set


def states(world: SampleWorld) -> list[str]:
    tasks.audit_absences_in(str(world.acme.id))
    sync_notices(world.acme.id)
    return [flag.state for flag in world.acme.all(Flag, rule="OWN-20")]


def test_a_workspace_is_flagged_until_it_has_an_ombudsman(world: SampleWorld) -> None:
    assert states(world) == []
    world.oscar.user.is_active = False
    world.oscar.user.save()
    assert states(world) == ["open"]
    (flag,) = world.acme.all(Flag, rule="OWN-20")
    assert (flag.stream_id, flag.subject_id) == (world.acme.id, world.acme.id)
    asked = {
        name
        for name in world.acme.people
        if any(row.subject_id == flag.pk for row in waiting_for(getattr(world, name)))
    }
    assert asked == {"dana"}
    slug = world.acme.workspace.slug
    for page in ("inbox", "ownership"):
        html = signed_in(world.dana).get(reverse(page, args=[slug])).content.decode()
        row = html.partition(f'id="flag-{flag.pk}"')[2].partition("</li>")[0]
        assert reverse("members", args=[slug]) in row
    member_role_set(member=world.erin.member, role="ombudsman", actor=world.dana.actor)
    assert states(world) == ["resolved"]
