"""Access-checked lookup of notices. A notice can be read only by its recipient."""

from uuid import UUID

from django.utils.translation import gettext

from core.actors import Caller
from core.errors import Forbidden, NotFound
from core.tenancy import ensure_tenant_scope
from notifications.models import Notice


def get_notice(caller: Caller, notice_id: UUID) -> Notice:
    """Return the caller's own notice.

    Raise Forbidden if it is another member's, and NotFound if it isn't in one of the caller's workspaces.
    """
    with ensure_tenant_scope(caller.workspace_ids):
        notice = Notice.objects.filter(pk=notice_id, workspace__in=caller.workspace_ids).first()
    if notice is None:
        raise NotFound
    if notice.member_id != caller.actor_for(notice.workspace_id).member_id:
        raise Forbidden(gettext("This notice is for someone else."))
    return notice
