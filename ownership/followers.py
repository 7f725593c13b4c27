"""What the audit follows in the log: whatever could change its findings about a journey."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from changes.followers import follows
from core.tenancy import tenant_scope
from journeys.models import Lane
from ownership import audit
from ownership.models import Appointment, Claim, Deputy, Directorship
from touchpoints.models import Touchpoint


@follows("person", "department", "placement")
def audit_changed_journeys(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Audit the journeys that these change sets touched, directly or through the directory."""
    sets = [one for one in sets if one["action"] != audit.ACTION]
    streams = {UUID(one["stream"]) for one in sets}
    if workspace_id in streams:
        streams.remove(workspace_id)
        changes = [
            change
            for one in sets
            if one["stream"] == str(workspace_id)
            for change in one["changes"] or []
        ]
        streams |= _journeys_of_directory_changes(workspace_id, changes)
    if streams:
        audit.run_audit(workspace_id, streams)


def _journeys_of_directory_changes(workspace_id: UUID, changes: list[dict[str, Any]]) -> set[UUID]:
    """Return the journeys where a changed person or department answers or is named."""
    persons = {UUID(one["id"]) for one in changes if one["type"] == "person"}
    departments = {UUID(one["id"]) for one in changes if one["type"] == "department"}
    for one in changes:
        if one["type"] == "placement":
            for side in (one["before"], one["after"]):
                if side.get("person"):
                    persons.add(UUID(side["person"]))
    placements = {UUID(one["id"]) for one in changes if one["type"] == "placement"}
    if not persons | departments | placements:
        return set()
    with tenant_scope([workspace_id]):
        found: set[UUID] = set()
        whose = Q(person__in=persons) | Q(person__placements__in=placements)
        whose |= Q(person__placements__department__in=departments)
        for model in (Directorship, Deputy, Appointment, Claim):
            found |= set(model.objects.filter(whose).values_list("stream_id", flat=True))
        named = Touchpoint.objects.exclude(reported_owner="")
        found |= set(named.values_list("stream_id", flat=True))
        lanes = Lane.objects.filter(department__in=departments)
        return found | set(lanes.values_list("stream_id", flat=True))
