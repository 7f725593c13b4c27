"""Responses that contain a file."""

from collections.abc import AsyncIterator
from typing import IO

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from workspaces.files import PICTURE_MEDIA_TYPES, file_open
from workspaces.models import File

CHUNK_BYTES = 256 * 1024


def file_response(file: File) -> StreamingHttpResponse:
    """Return a response with a file's content.

    Its headers prevent browsers from running the content as one of our pages.
    """
    # Django would read a synchronous iterator into memory.
    response = StreamingHttpResponse(read_chunks(file_open(file)), content_type=file.media_type)
    is_picture = file.media_type in PICTURE_MEDIA_TYPES
    response["Content-Length"] = str(file.size)
    disposition = content_disposition_header(not is_picture, file.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


async def read_chunks(content: IO[bytes]) -> AsyncIterator[bytes]:
    with content:
        while chunk := await sync_to_async(content.read)(CHUNK_BYTES):
            yield chunk
