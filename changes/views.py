"""The view behind the undo and redo buttons of pages. It redirects back to the page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from changes.history import count_label, field_label
from changes.models import record_types
from changes.services import AlreadyRecorded, undo
from core.errors import Conflict, Locked
from core.form_idempotency import with_form_idempotency
from core.text import join_list
from workspaces.access import get_workspace
from workspaces.page_views import WorkspacePageView, next_url, see_other


class UndoView(WorkspacePageView):
    """Undo a gesture. To redo, undo the undo.

    Fields that others have changed since keep their value. If the gesture can't be undone, show the
    reason as a message.
    """

    def post(self, request: HttpRequest, workspace_id: UUID, gesture: UUID) -> HttpResponse:
        workspace = get_workspace(self.caller, workspace_id)
        actor = with_form_idempotency(request, self.enter_workspace(workspace.id))
        try:
            recorder = undo(gesture, actor=actor)
        except AlreadyRecorded:
            return see_other(next_url(request, "/"))
        except (Conflict, Locked) as error:
            messages.error(request, error.detail)
            return see_other(next_url(request, "/"))
        redone = request.POST.get("redo")
        message = gettext("Redone.") if redone else gettext("Undone.")
        if recorder.skipped_fields:
            fields = {
                gettext("{field} of {record}").format(
                    field=field_label(record_types()[skipped["type"]], skipped["field"]),
                    record=count_label(skipped["type"], 1),
                )
                for skipped in recorder.skipped_fields
            }
            left = gettext(
                "These fields were edited in the meantime and keep their values: {fields}."
            )
            message = f"{message} {left.format(fields=join_list(sorted(fields)))}"
        messages.success(request, message)
        return see_other(next_url(request, "/"))
