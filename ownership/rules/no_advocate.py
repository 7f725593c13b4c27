"""OWN-20: a workspace with live journeys has no ombudsman. The subject of the flag is the workspace."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import WORKSPACE, Rule
from ownership.rules.base import LIVE_JOURNEY

RULE = Rule(
    code="OWN-20",
    title=_("No advocate"),
    explanation=_(
        "This workspace has no ombudsman. Give the role to a member who doesn’t direct or claim any stage."
    ),
    why=_(
        "Without an ombudsman, nobody opens cases on behalf of customers. Only sponsors can decide contests, and they "
        "often decide about their own people."
    ),
    method=_(
        "At least one journey is live, and no member who can sign in is an ombudsman. The audit checks this every "
        "night, and whenever somebody’s access changes."
    ),
    remedy=_(
        "An admin makes a member an ombudsman who doesn’t direct or claim any stage, or invites somebody. "
        "It is better to have two, because ombudsmen can’t close cases that concern their own department."
    ),
    subject=WORKSPACE,
    reads=frozenset({"journey"}),
    sql=f"""
        SELECT directory.id, directory.workspace_id, 'warn', '{{}}'::jsonb
        FROM changes_stream directory
        WHERE directory.id = directory.workspace_id
            AND (%(streams)s::uuid[] IS NULL OR directory.id = ANY(%(streams)s::uuid[]))
            AND EXISTS (
                SELECT FROM journeys_journey j
                WHERE j.workspace_id = directory.workspace_id AND {LIVE_JOURNEY})
            AND NOT EXISTS (
                SELECT FROM workspaces_member member
                JOIN workspaces_user login ON login.id = member.user_id AND login.is_active
                WHERE member.workspace_id = directory.workspace_id AND member.left_at IS NULL
                    AND member.role = 'ombudsman')
    """,
)
