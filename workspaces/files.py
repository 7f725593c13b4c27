"""Files of a workspace: each has a row, and its content is in Django's default storage.

Equal content is stored once per workspace, at a path derived from its SHA-256. Content is written before its
first row is inserted, and deleted after its last row is.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File as DjangoFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext, ngettext
from PIL import Image, ImageOps, UnidentifiedImageError

from core.actors import DRAW, Actor
from core.advisory_locks import advisory_lock
from core.errors import InvalidRequest, NotFound, Unavailable, Unprocessable
from core.ids import uuid7
from core.tenancy import ensure_tenant_scope, set_tenant_scope
from workspaces.models import File

MAX_BYTES_IN_MEMORY = 5 * 1024 * 1024
MAX_PICTURE_BYTES = 10 * 1024 * 1024
MAX_PICTURE_PIXELS = 40_000_000
PICTURE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
PICTURE_MEDIA_TYPES = frozenset({"image/png", "image/jpeg"})  # the ones that we write


def temporary_file() -> IO[bytes]:
    """Return a temporary file, in memory or, if it gets large, on disk."""
    return SpooledTemporaryFile(max_size=MAX_BYTES_IN_MEMORY)


def file_create(
    *,
    content: IO[bytes],
    name: str,
    media_type: str,
    scopes: Sequence[str],
    actor: Actor,
    purpose: str = "",
) -> File:
    """Store a file and return it. See File for its `purpose`.

    A retry with the same gesture returns the file that is already stored. Callers must check the
    rights. Raise Unprocessable if the gesture already stored a file with other content, and
    Unavailable if the storage doesn't respond.
    """
    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    file = File(
        id=actor.gesture or uuid7(),
        workspace_id=actor.workspace_id,
        name=name,
        sha256=hashlib.file_digest(content, "sha256").hexdigest(),  # type: ignore[arg-type]
        size=size,
        media_type=media_type,
        scopes=list(scopes),
        created_by_id=actor.member_id,
        purpose=purpose,
    )
    with advisory_lock("file", file.path, wait=True):
        if not is_stored(file.workspace_id, file.sha256):
            content.seek(0)
            with storage_errors():
                default_storage.save(file.path, DjangoFile(content))
        with _file_transaction(file.workspace_id):
            existing = File.objects.filter(id=file.id).first()
            if existing is None:
                file.save(force_insert=True)
    if existing is not None and existing.sha256 != file.sha256:
        raise Unprocessable(gettext("This key was already used for another file. Use a new one."))
    return existing or file


def picture_create(*, content: bytes, name: str, actor: Actor) -> File:
    """Decode an uploaded picture, encode it again and store it. Requires `draw`.

    Raise InvalidRequest if it isn't a picture, or is too large.
    """
    actor.require(DRAW, "maps:write")
    picture, media_type = encode_picture(content)
    return file_create(
        content=picture, name=name, media_type=media_type, scopes=["maps:read"], actor=actor
    )


def encode_picture(content: bytes) -> tuple[IO[bytes], str]:
    """Return an uploaded picture as a new PNG or JPEG file, and its media type.

    Only pixels are kept, which removes metadata (such as where a photo was taken) and hidden content. Only
    the first frame of an animation is kept.
    """
    try:
        with Image.open(BytesIO(content), formats=PICTURE_FORMATS) as image:
            if image.width * image.height > MAX_PICTURE_PIXELS:
                raise InvalidRequest.at("", "max_pixels", _too_many_pixels())
            is_photo = image.format == "JPEG"
            upright = ImageOps.exif_transpose(image).convert("RGB" if is_photo else "RGBA")
    except Image.DecompressionBombError:
        raise InvalidRequest.at("", "max_pixels", _too_many_pixels()) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise InvalidRequest.at(
            "", "picture", gettext("This isn’t a picture. Send a PNG, JPEG, WebP or GIF file.")
        ) from None
    upright.info.clear()
    encoded = BytesIO()
    if is_photo:
        upright.save(encoded, "JPEG", quality=85)
        return encoded, "image/jpeg"
    upright.save(encoded, "PNG")
    return encoded, "image/png"


def _too_many_pixels() -> str:
    millions = MAX_PICTURE_PIXELS // 1_000_000
    return ngettext(
        "This picture is larger than {n} million pixels. Send a smaller one.",
        "This picture is larger than {n} million pixels. Send a smaller one.",
        millions,
    ).format(n=millions)


def file_open(file: File) -> IO[bytes]:
    """Open the content of a file. Raise NotFound if it is missing from the storage."""
    try:
        with storage_errors():
            return default_storage.open(file.path)  # type: ignore[return-value]
    except FileNotFoundError:
        raise NotFound(
            gettext("The content of this file is missing. Ask the server’s operator to restore it.")
        ) from None


def files_delete(
    workspace_id: UUID,
    file_ids: Iterable[UUID],
    *,
    is_unused: Callable[[UUID], bool] = lambda file_id: True,
) -> None:
    """Delete files of a workspace, and their content if no other file has the same. Idempotent.

    `is_unused` is called with each file's id while the row is locked. Files for which it returns
    False are kept.
    """
    with ensure_tenant_scope([workspace_id]):
        files = list(File.objects.filter(workspace=workspace_id, id__in=file_ids))
    for file in files:
        with advisory_lock("file", file.path, wait=True):
            with _file_transaction(workspace_id):
                locked = File.objects.select_for_update().filter(id=file.id)
                if locked.exists() and is_unused(file.id):
                    locked.delete()
            if not is_stored(workspace_id, file.sha256):
                with storage_errors():
                    default_storage.delete(file.path)


def orphans_delete(workspace_id: UUID) -> None:
    """Delete stored content without a file, which a killed process can leave behind.

    A lock per path protects files that are being stored until they have a row.
    """
    for folder in _list_storage(str(workspace_id))[0]:
        names = _list_storage(f"{workspace_id}/{folder}")[1]
        with ensure_tenant_scope([workspace_id]):
            files = File.objects.filter(workspace=workspace_id, sha256__in=names)
            orphans = set(names).difference(files.values_list("sha256", flat=True))
        for name in sorted(orphans):
            path = f"{workspace_id}/{folder}/{name}"
            with advisory_lock("file", path, wait=False) as is_ours:
                if is_ours and not is_stored(workspace_id, name):
                    with storage_errors():
                        default_storage.delete(path)


def _list_storage(path: str) -> tuple[list[str], list[str]]:
    """Return the names of the folders and files at a path of the storage."""
    with suppress(FileNotFoundError), storage_errors():
        return default_storage.listdir(path)
    return [], []


def is_stored(workspace_id: UUID, sha256: str) -> bool:
    """Return whether the workspace has a file with this content.

    A File row exists only after its content is completely stored.
    """
    with ensure_tenant_scope([workspace_id]):
        return File.objects.filter(workspace=workspace_id, sha256=sha256).exists()


@contextmanager
def storage_errors() -> Iterator[None]:
    """Context manager that raises Unavailable for storage errors, except if a file doesn't exist."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (OSError, BotoCoreError, ClientError) as error:
        raise Unavailable(
            gettext("Files can’t be stored or read at the moment. Try again in a minute.")
        ) from error


@contextmanager
def _file_transaction(workspace_id: UUID) -> Iterator[None]:
    with transaction.atomic(durable=True):
        set_tenant_scope([workspace_id])
        yield
