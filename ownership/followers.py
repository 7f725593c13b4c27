"""The follower that audits journeys after changes that may affect their flags."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from changes.followers import follows
from core.tenancy import tenant_scope
from journeys.models import Lane
from ownership import audit
from ownership.models import Appointment, Claim, Deputy, Directorship
from ownership.rules import AUDITED_TYPES
from touchpoints.models import Touchpoint


@follows(types=AUDITED_TYPES, reads={"person", "department", "placement"})
def audit_changed_journeys(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Audit the journeys that the change sets affect, directly or through the directory."""
    sets = [change_set for change_set in sets if change_set["action"] != audit.ACTION]
    streams = {UUID(change_set["stream"]) for change_set in sets}
    if workspace_id in streams:
        streams.remove(workspace_id)
        changes = [
            change
            for change_set in sets
            if change_set["stream"] == str(workspace_id)
            for change in change_set["changes"] or []
        ]
        streams |= _journeys_of_directory_changes(workspace_id, changes)
    if streams:
        audit.run_audit(workspace_id, streams)


def _journeys_of_directory_changes(workspace_id: UUID, changes: list[dict[str, Any]]) -> set[UUID]:
    """Return the journeys that changes to persons, departments or placements may affect.

    These are journeys whose ownership records or lanes refer to them, and journeys with a reported
    owner.
    """
    persons = {UUID(change["id"]) for change in changes if change["type"] == "person"}
    departments = {UUID(change["id"]) for change in changes if change["type"] == "department"}
    for change in changes:
        if change["type"] == "placement":
            for values in (change["before"], change["after"]):
                if values.get("person"):
                    persons.add(UUID(values["person"]))
    placements = {UUID(change["id"]) for change in changes if change["type"] == "placement"}
    if not persons | departments | placements:
        return set()
    with tenant_scope([workspace_id]):
        journeys: set[UUID] = set()
        affected = Q(person__in=persons) | Q(person__placements__in=placements)
        affected |= Q(person__placements__department__in=departments)
        for model in (Directorship, Deputy, Appointment, Claim):
            journeys |= set(model.objects.filter(affected).values_list("stream_id", flat=True))
        with_owner = Touchpoint.objects.exclude(reported_owner="")
        journeys |= set(with_owner.values_list("stream_id", flat=True))
        lanes = Lane.objects.filter(department__in=departments)
        return journeys | set(lanes.values_list("stream_id", flat=True))
