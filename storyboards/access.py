"""Access-checked lookups of frames and drawings. They raise as get_record() does."""

from uuid import UUID

from changes.access import get_record, get_stream
from changes.models import Stream
from core.actors import READ, Caller
from storyboards.models import DRAWING, Frame


def require_drawing_access(caller: Caller, stream: Stream, right: str) -> None:
    """Raise Forbidden without the right: members may enter every drawing of their workspace."""
    caller.actor_for(stream.workspace_id).require(right)


def get_frame(caller: Caller, frame_id: UUID, right: str = READ) -> Frame:
    return get_record(caller, Frame, frame_id, right, "picture", "step__stage")


def get_drawing(caller: Caller, drawing_id: UUID, right: str = READ) -> Stream:
    return get_stream(caller, drawing_id, right, kind=DRAWING)
