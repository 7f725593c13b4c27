"""OWN-20: a workspace with live journeys has no ombudsman. Its flag is about the workspace itself."""

from django.utils.translation import gettext_lazy as _

from core.audit_rules import WORKSPACE, Rule
from ownership.rules.base import LIVE_JOURNEY

RULE = Rule(
    code="OWN-20",
    title=_("No advocate"),
    explanation=_("Nobody here is an ombudsman. Give the role to somebody who directs no stage."),
    why=_(
        "Without an ombudsman, nobody opens cases for customers, and only sponsors can decide contests, often "
        "about their own people."
    ),
    method=_(
        "A journey is live, and no member with a working login has the role ombudsman. Checked when somebody’s "
        "access changes, and every night."
    ),
    remedy=_(
        "An admin gives the role ombudsman to a member who directs and claims no stage, or invites somebody. "
        "Two are better than one: an ombudsman can’t close cases that concern their own department."
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
