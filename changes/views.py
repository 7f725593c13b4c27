"""Undo and redo for people: a button is a form, and the answer leads back to where it stood."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from changes.history import join_words, type_label
from changes.record_views import with_form_idempotency
from changes.services import AlreadyRecorded, undo
from core.errors import Conflict, Locked
from workspaces.access import get_workspace
from workspaces.page_views import WorkspacePageView, next_url, see_other


class UndoView(WorkspacePageView):
    """Take a gesture back; the gesture of an undo is a redo. What others changed since stays.

    What cannot be taken back is said where the button stood.
    """

    def post(self, request: HttpRequest, workspace_id: UUID, gesture: UUID) -> HttpResponse:
        workspace = get_workspace(self.caller, workspace_id)
        actor = with_form_idempotency(request, self.enter_workspace(workspace.id))
        try:
            recorder = undo(gesture, actor=actor)
        except AlreadyRecorded:
            return see_other(next_url(request, "/"))
        except (Conflict, Locked) as refusal:
            messages.error(request, refusal.detail)
            return see_other(next_url(request, "/"))
        said = "Done again." if request.POST.get("redo") else "Taken back."
        if recorder.skipped_fields:
            fields = join_words(
                sorted(
                    {
                        f"{one['field']} of a {type_label(one['type'])}"
                        for one in recorder.skipped_fields
                    }
                )
            )
            said += f" Left as it is, because somebody changed it since: {fields}."
        messages.success(request, said)
        return see_other(next_url(request, "/"))
