"""Context for the layout of every page: workspaces, member, inbox count and recent journeys."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Avg, OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse

from core.actors import Actor, Caller
from core.tenancy import ensure_tenant_scope
from notifications.queries import MAX_COUNTED, open_notice_count
from pages.queries.journeys import search_journeys
from touchpoints.models import Touchpoint
from workspaces.models import Member

MAX_RECENT_JOURNEYS = 5


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the context for the current workspace, or {} without a workspace.

    The current workspace is the one that the view has entered. If it has entered none, it is the
    first of the user's workspaces, by name.
    """
    caller: Caller = getattr(request, "caller", Caller())
    if not caller.workspace_ids or connection.needs_rollback:
        return {}
    members = list(
        Member.objects.filter(pk__in=[actor.member_id for actor in caller.actors.values()])
        .select_related("workspace", "user")
        .order_by("workspace__name")
    )
    entered = getattr(request, "workspace_id", None)
    member = next((row for row in members if row.workspace_id == entered), members[0])
    actor = caller.actor_for(member.workspace_id)
    with ensure_tenant_scope(caller.workspace_ids):
        frame = {
            "workspace": member.workspace,
            "workspaces": [row.workspace for row in members],
            "member": member,
            "rights": actor.rights,
            "waiting": format_count(waiting_count(request, actor)),
            "last_changed": recent_journeys(member.workspace_id, journey_url_name(request)),
        }
    return {"shell": frame}


def waiting_count(request: HttpRequest, actor: Actor) -> int:
    """Return the number of the actor's open notices. A view that has read them puts it into the request."""
    known: int | None = getattr(request, "waiting_count", None)
    return open_notice_count(actor) if known is None else known


def format_count(number: int) -> str:
    """Return a count for the navigation: "" for zero, and "99+" from MAX_COUNTED."""
    return "" if not number else "99+" if number >= MAX_COUNTED else str(number)


def journey_url_name(request: HttpRequest) -> str:
    """Return the URL name for links to journeys.

    If the current page shows a journey as a list, the links go to lists, otherwise to maps.
    """
    match = request.resolver_match
    return "journey" if match and match.url_name == "journey" else "journey_map"


def recent_journeys(workspace_id: UUID, form: str) -> list[dict[str, Any]]:
    """Return the journeys that were changed last, each with the emotion of its lowest step. Runs one query."""
    touchpoints = Touchpoint.objects.filter(stream=OuterRef("pk")).order_by()
    by_step = touchpoints.values("step").annotate(emotion=Avg("emotion")).order_by("emotion")
    journeys = search_journeys(workspace_id).annotate(
        lowest=Subquery(by_step.values("emotion")[:1])
    )
    return [
        {"url": reverse(form, args=[pk]), "title": title, "lowest": lowest}
        for pk, title, lowest in journeys.values_list("pk", "title", "lowest")[:MAX_RECENT_JOURNEYS]
    ]
