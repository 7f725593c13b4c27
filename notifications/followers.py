"""The log follower that updates notices and queues e-mail about comments."""

from typing import Any
from uuid import UUID

from changes.followers import follows
from comments.models import Comment
from comments.notices import comments_to_email
from core.notices import Topic
from core.tenancy import tenant_scope
from notifications.services import notice_transaction, queue_deliveries, sync_notices
from ownership.queries import journeys_of_directory_changes

# changes to records of these types can open or settle notices
NOTICED_TYPES = frozenset(
    {
        Comment.slug,
        "absence",
        "appeal",
        "appointment",
        "case",
        "case_answer",
        "contest",
        "department",
        "deputy",
        "directorship",
        "flag",
        "handoff",
        "handoff_signature",
        "journey",
        "party",
        "person",
        "placement",
        "ruling",
        "stage",
        "step",
        "touchpoint",
        "volunteer",
    }
)


@follows(types=NOTICED_TYPES, reads={Comment.slug, "absence", "person", "department", "placement"})
def update_notices(workspace_id: UUID, sets: list[dict[str, Any]]) -> None:
    """Update the notices of the journeys that the change sets affect, and queue e-mail about new comments."""
    streams = {UUID(change_set["stream"]) for change_set in sets}
    if workspace_id in streams:
        changes = [
            change
            for change_set in sets
            if change_set["stream"] == str(workspace_id)
            for change in change_set["changes"] or []
        ]
        with tenant_scope([workspace_id]):
            streams |= journeys_of_directory_changes(changes)
    sync_notices(workspace_id, streams)
    with notice_transaction(workspace_id):
        queue_deliveries(
            workspace_id,
            [
                (member_id, Topic.COMMENTS, f"comment:{comment_id}", comment_id)
                for member_id, comment_id in comments_to_email(sets)
            ],
        )
