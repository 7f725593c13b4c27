"""Move e-mail about comments here: sent and queued e-mail, opt-outs, and the follower's position."""

from django.db import migrations

TAKE_OVER = """
SELECT set_config('cxmap.workspaces', coalesce(array_agg(id), '{}')::text, true)
FROM workspaces_workspace;

INSERT INTO notifications_delivery (workspace_id, member_id, topic, key, subject_id, kind, due_at,
    claimed_until, attempts, sent_at, settled_at)
SELECT workspace_id, member_id, 'comments', 'comment:' || comment, comment, 'at_once', now(),
    claimed_until, attempts, settled_at, settled_at
FROM comments_commentemail;

INSERT INTO notifications_preference (workspace_id, member_id, topic, timing)
SELECT workspace_id, id, 'comments', 'never' FROM workspaces_member WHERE NOT mail_comments;

UPDATE changes_followercursor SET follower = 'notifications.followers.update_notices'
WHERE follower = 'comments.followers.queue_comment_emails';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_walls"),
        ("changes", "0006_fold"),
        ("comments", "0004_labels"),
        ("workspaces", "0004_user_language_and_time_zone"),
    ]
    run_before = [
        ("comments", "0005_delete_commentemail"),
        ("workspaces", "0007_remove_member_mail_comments"),
    ]
    operations = [migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop)]
