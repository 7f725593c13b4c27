"""Access-checked lookups of frames and drawings. They raise the same errors as get_record()."""

from uuid import UUID

from changes.access import get_record, get_stream
from changes.models import Stream
from core.actors import READ, Caller
from core.errors import NotFound
from core.ids import find_uuid
from core.tenancy import ensure_tenant_scope
from storyboards.models import DRAWING, Frame
from workspaces.models import File


def require_drawing_access(caller: Caller, stream: Stream, right: str) -> None:
    """Raise Forbidden unless the caller has the right in the drawing's workspace.

    A drawing isn't checked for the frames that show it: members may open every drawing of their workspace.
    """
    caller.actor_for(stream.workspace_id).require(right)


def get_frame(caller: Caller, frame_id: UUID, right: str = READ) -> Frame:
    return get_record(caller, Frame, frame_id, right, "picture", "step__stage")


def get_shown_picture(workspace_id: UUID, name: str) -> File:
    """Return a picture of a workspace by its file name. Raise NotFound if there is none.

    Before calling this, check that the share link includes the frame with the picture.
    """
    file_id = find_uuid(name.removesuffix(".svg"))
    if file_id is None:
        raise NotFound
    with ensure_tenant_scope([workspace_id]):
        picture = File.objects.filter(workspace=workspace_id, pk=file_id).first()
    if picture is None:
        raise NotFound
    return picture


def get_drawing(caller: Caller, drawing_id: UUID, right: str = READ) -> Stream:
    return get_stream(caller, drawing_id, right, kind=DRAWING)
