"""Uploaded pictures in drawings, and the URLs of all pictures."""

from dataclasses import dataclass
from typing import IO

from django.urls import reverse
from django.utils.translation import gettext
from PIL import Image

from core.actors import DRAW, Actor
from core.errors import InvalidRequest
from storyboards.models import DRAWING
from storyboards.queries import picture_name
from workspaces.files import MAX_PICTURE_BYTES, encode_picture, file_create
from workspaces.models import File

MAX_UPLOAD_BYTES = MAX_PICTURE_BYTES  # of the whole form, which contains the picture
SVG_STARTS = (b"<svg", b"<?xml", b"<!doctype svg", b"<!--")
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


@dataclass(frozen=True)
class UploadedPicture:
    """A stored picture with its size in pixels."""

    file: File
    width: int
    height: int


def uploaded_picture_create(*, content: bytes, actor: Actor) -> UploadedPicture:
    """Decode a picture, encode it again and store it for use in drawings. Requires `draw`.

    Raise InvalidRequest if the content isn't a picture of a supported format, or is too large.
    """
    actor.require(DRAW, "maps:write")
    encoded, media_type = encode_upload(content)
    file = file_create(
        content=encoded,
        name="picture",
        media_type=media_type,
        scopes=["maps:read"],
        actor=actor,
        purpose=DRAWING,
    )
    encoded.seek(0)
    with Image.open(encoded) as image:
        return UploadedPicture(file, image.width, image.height)


def encode_upload(content: bytes) -> tuple[IO[bytes], str]:
    """Decode an uploaded picture and encode it again. Return the new file and its media type.

    Raise InvalidRequest if the content isn't a picture of a supported format, or is too large.
    """
    _refuse_known_formats(content)
    return encode_picture(content)


def _refuse_known_formats(content: bytes) -> None:
    """Raise InvalidRequest, with advice, for common formats that aren't supported."""
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(SVG_STARTS):
        raise InvalidRequest.at(
            "/file",
            "svg",
            gettext("SVG files can contain scripts, so they can’t be uploaded. Use a PNG instead."),
        )
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise InvalidRequest.at(
            "/file",
            "heic",
            gettext("HEIC photos aren’t supported. Convert the photo to JPEG."),
        )


def picture_url(slug: str, file: File) -> str:
    """Return the URL path at which members of the workspace can see a picture."""
    return reverse("picture", args=[slug, picture_name(file)])
