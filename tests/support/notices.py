"""The notices of the sample members, and their preferences."""

from typing import Any

from core.tenancy import tenant_scope
from notifications.models import Notice
from notifications.queries import member_timings, open_notices
from notifications.services import preferences_set
from tests.support.factories import SampleMember
from workspaces.models import Member


def notices_of(member: SampleMember, **filters: Any) -> list[Notice]:
    """Return all notices that a member ever got, the oldest first."""
    with tenant_scope([member.member.workspace_id]):
        return list(Notice.objects.filter(member=member.member, **filters).order_by("pk"))


def waiting_for(member: SampleMember) -> list[Notice]:
    """Return the notices in a member's inbox."""
    with tenant_scope([member.member.workspace_id]):
        return open_notices(member.actor, on_behalf_of=None)


def prefer(
    member: SampleMember,
    *,
    digest_hour: int = 8,
    quiet_from: int | None = None,
    quiet_until: int | None = None,
    **timings: str,
) -> None:
    """Set a member's preferences. Topics that aren't named keep theirs."""
    row = Member.objects.select_related("user", "workspace").filter(pk=member.member.pk)
    with tenant_scope([member.member.workspace_id]):
        (timing,) = member_timings(row).values()
    preferences_set(
        timings={**timing.timings, **timings},
        digest_hour=digest_hour,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        actor=member.actor,
    )
