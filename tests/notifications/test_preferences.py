"""The page with a member's own e-mail preferences."""

from django.urls import reverse

from core.tenancy import tenant_scope
from notifications.queries import member_timings
from notifications.timing import MemberTiming
from tests.support.factories import SampleMember, SampleWorld
from tests.support.html_client import FormParser, signed_in
from workspaces.models import Member, User, Workspace


def timing_of(member: SampleMember) -> MemberTiming:
    rows = Member.objects.filter(pk=member.member.pk).select_related("user", "workspace")
    with tenant_scope([member.member.workspace_id]):
        (timing,) = member_timings(rows).values()
    return timing


def test_choices_are_saved_for_one_member_and_shown_again(world: SampleWorld) -> None:
    client = signed_in(world.alice)
    url = reverse("notification_preferences", args=[world.acme.workspace.slug])
    shown = fields(client.get(url))
    assert (shown["comments"], shown["critical_flags"], shown["digest_hour"]) == (
        "at_once",
        "digest",
        "8",
    )
    chosen = {"comments": "never", "digest_hour": "17", "quiet_from": "20", "quiet_until": "7"}
    assert client.post(url, shown | chosen).status_code == 303
    assert chosen.items() <= fields(client.get(url)).items()
    timing = timing_of(world.alice)
    assert timing.timings["comments"] == "never"
    assert (timing.digest_hour, timing.quiet_from, timing.quiet_until) == (17, 20, 7)
    assert timing_of(world.bob).timings["comments"] == "at_once"


def test_half_of_the_quiet_hours_is_refused_at_the_field(world: SampleWorld) -> None:
    client = signed_in(world.alice)
    url = reverse("notification_preferences", args=[world.acme.workspace.slug])
    answer = client.post(url, fields(client.get(url)) | {"quiet_from": "20"})
    assert answer.status_code == 422
    assert "when they end, or neither" in answer.content.decode()


def test_the_time_zone_is_the_users_else_the_workspaces(world: SampleWorld) -> None:
    Workspace.objects.filter(pk=world.acme.id).update(time_zone="Europe/Berlin")
    User.objects.filter(pk=world.bob.user.pk).update(time_zone="Asia/Tokyo")
    assert timing_of(world.alice).zone.key == "Europe/Berlin"
    assert timing_of(world.bob).zone.key == "Asia/Tokyo"


def fields(page) -> dict[str, str]:
    found = FormParser(page.content.decode()).found
    return next(form["fields"] for form in found if "digest_hour" in form["fields"])
