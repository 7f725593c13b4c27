"""Detects whether anything in a workspace was written."""

from typing import Any

from django.db import connection

from core.tenancy import tenant_scope


def checksum(workspace_id: Any) -> list[Any]:
    """Return a value that changes whenever something in the workspace is written."""
    with tenant_scope([workspace_id]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM changes_changeset WHERE workspace_id = %(w)s),"
            " (SELECT count(*) FROM changes_change WHERE workspace_id = %(w)s),"
            " (SELECT count(*) FROM workspaces_accessevent WHERE workspace_id = %(w)s),"
            " (SELECT count(*) FROM workspaces_token WHERE workspace_id = %(w)s),"
            " (SELECT count(*) FROM workspaces_invitation WHERE workspace_id = %(w)s),"
            " (SELECT count(*) FROM sharing_sharelink WHERE workspace_id = %(w)s),"
            " (SELECT count(*) FROM workspaces_file),"
            " (SELECT array_agg(is_cancel_requested ORDER BY id) FROM workspaces_job)",
            {"w": workspace_id},
        )
        return list(cursor.fetchone())
