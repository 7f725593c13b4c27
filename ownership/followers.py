"""The follower that audits journeys after changes that may affect their flags."""

from typing import Any
from uuid import UUID

from changes.followers import follows
from changes.models import record_types
from changes.stream_kinds import DIRECTORY
from core.audit_rules import WORKSPACE, audit_rules, audited_types
from core.tenancy import tenant_scope
from ownership import audit, spells
from ownership.queries import journeys_of_directory_changes

# Changes of these types in a journey also start an audit of the directory, whose rules read the whole workspace.
# What else these rules read, such as touchpoints, counts from the nightly audit on.
READ_BY_DIRECTORY_RULES = frozenset({"claim", "directorship"})


def has_directory_rules() -> bool:
    """Return whether any rule has subjects in the directory, such as persons or the workspace itself."""
    in_directory = {slug for slug, kind in record_types().items() if kind.stream_kind == DIRECTORY}
    return any(rule.subject in {WORKSPACE, *in_directory} for rule in audit_rules().values())


@follows(
    types=audited_types(), reads={"person", "department", "placement", *READ_BY_DIRECTORY_RULES}
)
def audit_changed_journeys(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Audit the journeys that the change sets affect, directly or through the directory.

    If a rule has subjects in the directory, its stream is audited, too. Change sets of the audit are skipped.
    """
    sets = [change_set for change_set in sets if change_set["action"] != audit.ACTION]
    streams = {UUID(change_set["stream"]) for change_set in sets}
    types = {change["type"] for change_set in sets for change in change_set["changes"] or []}
    if types & READ_BY_DIRECTORY_RULES and has_directory_rules():
        streams.add(workspace_id)
    if workspace_id in streams:
        if not has_directory_rules():
            streams.remove(workspace_id)
        changes = [
            change
            for change_set in sets
            if change_set["stream"] == str(workspace_id)
            for change in change_set["changes"] or []
        ]
        with tenant_scope([workspace_id]):
            streams |= journeys_of_directory_changes(changes)
    if streams:
        audit.run_audit(workspace_id, streams)


@follows(types={"flag"}, reads=set())
def keep_spells(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Write when the flags that the change sets changed were opened and closed."""
    spells.keep(workspace_id, [UUID(change_set["id"]) for change_set in sets])
