"""Uploaded pictures in drawings, and the addresses of all pictures."""

from dataclasses import dataclass
from typing import IO

from django.urls import reverse
from django.utils.translation import gettext
from PIL import Image

from core.actors import DRAW, Actor
from core.errors import InvalidRequest
from storyboards.queries import picture_name
from workspaces.files import MAX_PICTURE_BYTES, encode_picture, file_create
from workspaces.models import File

MAX_UPLOAD_BYTES = MAX_PICTURE_BYTES  # of the whole form
SVG_STARTS = (b"<svg", b"<?xml", b"<!doctype svg", b"<!--")
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


@dataclass(frozen=True)
class UploadedPicture:
    """A stored picture, and its size in pixels."""

    file: File
    width: int
    height: int


def uploaded_picture_create(*, content: bytes, actor: Actor) -> UploadedPicture:
    """Store a picture for drawings, decoded and encoded again. Requires `draw`.

    Raise InvalidRequest if it isn't a picture of a supported format, or is too large.
    """
    actor.require(DRAW, "maps:write")
    encoded, media_type = encode_upload(content)
    file = file_create(
        content=encoded, name="picture", media_type=media_type, scopes=["maps:read"], actor=actor
    )
    encoded.seek(0)
    with Image.open(encoded) as image:
        return UploadedPicture(file, image.width, image.height)


def encode_upload(content: bytes) -> tuple[IO[bytes], str]:
    """Return an uploaded picture, encoded again, and its media type.

    Raise InvalidRequest if it isn't a picture of a supported format, or is too large.
    """
    _refuse_known_formats(content)
    return encode_picture(content)


def _refuse_known_formats(content: bytes) -> None:
    """Raise InvalidRequest, with the reason, for formats that people try to upload."""
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(SVG_STARTS):
        raise InvalidRequest.at(
            "/file",
            "svg",
            gettext("SVG files can contain programs, so they can’t be uploaded. Send a PNG."),
        )
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise InvalidRequest.at(
            "/file",
            "heic",
            gettext("HEIC photos can’t be read here. Send the photo as JPEG."),
        )


def picture_url(slug: str, file: File) -> str:
    """Return the path of a picture for members of its workspace."""
    return reverse("picture", args=[slug, picture_name(file)])
