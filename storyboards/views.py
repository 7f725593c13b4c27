"""Views that serve the pictures of frames, and the pictures inside drawings."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.errors import NotFound
from core.ids import find_uuid
from storyboards.queries import PICTURE_SUFFIXES, picture_name
from workspaces.access import get_file
from workspaces.file_responses import file_response
from workspaces.models import File
from workspaces.page_views import WorkspacePageView

# A picture may have its own fonts and pixels. It can't do anything else, even if it is opened as a page.
PICTURE_POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; sandbox"
)


class PictureView(WorkspacePageView):
    """Serve a picture of a workspace by its id and suffix. Cacheable forever, because a picture never changes."""

    def get(self, request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
        workspace, _ = self.enter_workspace_for_slug(slug)
        file_id = find_uuid(name.partition(".")[0])
        if file_id is None:
            raise NotFound
        file = get_file(self.caller, file_id)
        if file.workspace_id != workspace.pk:
            raise NotFound
        return picture_response(file, name)


def picture_response(file: File, name: str) -> HttpResponseBase:
    """Return the response for an `<img>`. Raise NotFound if the file isn't a picture or has another name."""
    if file.media_type not in PICTURE_SUFFIXES or name != picture_name(file):
        raise NotFound
    response = file_response(file)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = PICTURE_POLICY
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
