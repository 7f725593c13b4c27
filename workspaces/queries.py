"""Queries about workspaces and members."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from core import clock
from core.actors import MEMBERS
from core.search import NameSearch
from workspaces.access import ROLE_RIGHTS
from workspaces.models import Demotion, File, Member, Role, Workspace, content_path

MEMBER_NAME = Coalesce(NullIf("user__name", Value("")), "user__email")
MEMBER_SEARCH = NameSearch(
    "api_member_search",
    F("user__search_name"),
    lambda member: member.user.email if member.user.name else "",
)


def all_workspace_ids() -> list[UUID]:
    """Return the ids of all workspaces, for work that covers every tenant."""
    return list(Workspace.objects.order_by("id").values_list("id", flat=True))


def workspace_by_id(workspace_id: UUID) -> Workspace:
    """Return a workspace by id without an access check, for background work."""
    return Workspace.objects.filter(id=workspace_id)[0]


def time_zone_of(workspace_id: UUID) -> ZoneInfo:
    """Return the time zone that determines when a workspace's days begin and end."""
    zones = Workspace.objects.filter(id=workspace_id).values_list("time_zone", flat=True)
    return ZoneInfo(zones[0])


def slug_of(workspace_id: UUID) -> str:
    """Return the slug of a workspace, which the URLs of its pages contain."""
    return Workspace.objects.values_list("slug", flat=True).get(pk=workspace_id)


def today_in(workspace_id: UUID) -> date:
    """Return today's date in a workspace, like cxmap_today() in SQL."""
    return timezone.localdate(clock.now(), time_zone_of(workspace_id))


def current_members(workspace_id: UUID) -> QuerySet[Member]:
    """Return the current members of a workspace, with their users."""
    members = Member.objects.filter(workspace=workspace_id, left_at=None)
    return members.select_related("user")


def search_members(workspace_id: UUID, text: str) -> QuerySet[Member]:
    """Return the current members whose name or e-mail matches a text, ordered by name."""
    rows = current_members(workspace_id)
    if text:
        named = MEMBER_SEARCH.find(rows, text).values("pk")
        rows = rows.filter(Q(pk__in=named) | Q(user__email__contains=text.lower()))
    return rows.order_by("user__search_name", "pk")


def first_admin(workspace_id: UUID) -> Member | None:
    """Return the admin who has been a member longest, as the contact for admins' tasks, or None."""
    admins = Member.objects.filter(
        workspace=workspace_id, role=Role.ADMIN, left_at=None, user__is_active=True
    )
    return admins.select_related("user").order_by("created_at", "pk").first()


def members_with_right(workspace_id: UUID, right: str) -> list[UUID]:
    """Return the ids of the members whose role includes a right."""
    roles = [role for role, rights in ROLE_RIGHTS.items() if right in rights]
    members = Member.objects.filter(workspace=workspace_id, role__in=roles, left_at=None)
    return list(members.order_by("created_at", "pk").values_list("pk", flat=True))


def pending_demotions(workspace_id: UUID) -> QuerySet[Demotion]:
    """Return the demotions that can still be confirmed.

    They aren't settled or expired, the admin who asked is still an admin, and the member is still an ombudsman.
    """
    managing = [role for role, rights in ROLE_RIGHTS.items() if MEMBERS in rights]
    return Demotion.objects.filter(
        workspace=workspace_id,
        settled_at=None,
        expires_at__gt=timezone.now(),
        asked_by__left_at=None,
        asked_by__role__in=managing,
        member__left_at=None,
        member__role=Role.OMBUDSMAN,
    ).select_related("member__user", "asked_by__user")


def workspace_exists(some_id: UUID) -> bool:
    """Return whether this is the id of a workspace, even of one that the caller can't enter."""
    return Workspace.objects.filter(id=some_id).exists()


def content_paths() -> Iterator[str]:
    """Yield the storage path of each distinct content in the current tenant scope."""
    contents = File.objects.values_list("workspace", "sha256").distinct()
    for workspace_id, sha256 in contents.order_by("workspace", "sha256").iterator():
        yield content_path(workspace_id, sha256)
