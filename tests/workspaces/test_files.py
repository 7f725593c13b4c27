"""Files: stored once, checked, served harmlessly, in a folder and in a real S3 server."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db import connection
from moto.server import ThreadedMotoServer
from PIL import Image

from core.errors import Forbidden, InvalidRequest, NotFound, Unavailable, Unprocessable
from core.ids import uuid7
from cxmap import backup, env
from tests.support.api_client import ApiClient, personal_client
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.pictures import picture_bytes
from workspaces import tasks
from workspaces.files import (
    MAX_PICTURE_PIXELS,
    encode_picture,
    file_create,
    file_open,
    files_delete,
    picture_create,
)
from workspaces.models import File


@pytest.fixture(scope="module")
def s3_server() -> Iterator[Any]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, settings: Any, monkeypatch: Any) -> str:
    """Store files in a folder, and in a bucket named by FILES_URL."""
    if request.param == "s3":
        host, port = request.getfixturevalue("s3_server").get_host_and_port()
        use_bucket(settings, monkeypatch, f"{host}:{port}")
        client = boto3.client(
            "s3",
            endpoint_url=f"http://{host}:{port}",
            aws_access_key_id="key",
            aws_secret_access_key="a/secret",  # noqa: S106
            region_name="us-east-1",
        )
        client.create_bucket(Bucket="cxmap")
    return request.param


def use_bucket(settings: Any, monkeypatch: Any, host: str) -> None:
    url = f"s3://key:a%2Fsecret@{host}/cxmap?region=us-east-1&tls=0"
    monkeypatch.setenv("FILES_URL", url)
    default = env.file_storage("FILES_URL", settings.VAR)
    settings.STORAGES = settings.STORAGES | {"default": default}


def stored(world: SampleWorld, content: bytes = b"a,b\n1,2\n", **fields: Any) -> File:
    fields = {"name": "Ünï.csv", "media_type": "text/csv", "scopes": ["touchpoints:read"]} | fields
    actor = fields.pop("actor", world.alice.actor)
    return file_create(content=BytesIO(content), actor=actor, **fields)


def read(file: File) -> bytes:
    with file_open(file) as content:
        return content.read()


def test_equal_content_is_stored_once_and_deleted_with_its_last_file(
    world: SampleWorld, storage: str
):
    first, second = stored(world), stored(world, name="copy.csv")
    other = stored(world, b"other")
    foreign = stored(world, actor=world.charlie.actor)
    assert first.path == second.path != foreign.path
    assert (read(first), first.size, first.created_by_id) == (
        b"a,b\n1,2\n",
        8,
        world.alice.member.id,
    )
    files_delete(world.acme.id, [first.id])
    assert read(second) == b"a,b\n1,2\n"
    for _ in range(2):
        files_delete(world.acme.id, [second.id])
    with pytest.raises(NotFound):
        file_open(second)
    assert world.acme.all(File, id__in=[first.id, second.id, other.id]) == [other]
    assert read(foreign) and read(other)


def test_content_that_was_half_written_is_replaced(world: SampleWorld, storage: str):
    """A process that was killed leaves bytes without a row."""
    file = stored(world)
    files_delete(world.acme.id, [file.id])
    default_storage.save(file.path, BytesIO(b"a,b"))
    assert read(stored(world)) == b"a,b\n1,2\n"


def test_bytes_without_a_file_are_deleted_unless_it_is_being_stored(
    world: SampleWorld, storage: str
):
    kept, killed, being_stored = (stored(world, name) for name in (b"kept", b"killed", b"now"))
    files_delete(world.acme.id, [killed.id, being_stored.id])
    for file in (killed, being_stored):
        default_storage.save(file.path, BytesIO(b"half"))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            key = ["file", being_stored.path]
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", key)
            tasks.prune_files_in(str(world.acme.id))
    finally:
        other.close()
    assert [default_storage.exists(file.path) for file in (kept, killed, being_stored)] == [
        True,
        False,
        True,
    ]
    tasks.prune_files_in(str(world.acme.id))
    tasks.prune_files_in(str(world.twin.id))
    assert not default_storage.exists(being_stored.path) and read(kept) == b"kept"


def test_a_retry_under_the_same_gesture_stores_nothing_more(world: SampleWorld):
    actor = world.alice.actor.with_idempotency(uuid7())
    assert stored(world, actor=actor).id == stored(world, actor=actor).id == actor.gesture
    with pytest.raises(Unprocessable):
        stored(world, b"other", actor=actor)


def test_a_backup_contains_the_files(world: SampleWorld, storage: str):
    file, lost = stored(world), stored(world, b"lost")
    default_storage.delete(lost.path)
    target = BytesIO()
    manifest = backup.back_up(target)
    assert manifest["files"]["missing"] >= 1
    default_storage.delete(file.path)
    with backup.ZipFile(target) as archive:
        backup.load_files(archive)
    assert read(file) == b"a,b\n1,2\n"


def test_a_damaged_file_is_not_restored(world: SampleWorld):
    file, target = stored(world, b"whole"), BytesIO()
    with backup.ZipFile(target, "w") as archive:
        archive.writestr(f"files/{file.path}", b"damaged")
        archive.writestr("files/../../etc/passwd", b"not ours")
    with backup.ZipFile(target) as archive, pytest.raises(backup.BackupError, match="damaged"):
        backup.load_files(archive)
    assert read(file) == b"whole"


def test_a_storage_that_does_not_respond_is_a_503(
    world: SampleWorld, settings: Any, monkeypatch: Any
):
    file = stored(world)
    use_bucket(settings, monkeypatch, "127.0.0.1:9")
    with pytest.raises(Unavailable):
        stored(world, b"new")
    assert signed_in(world.bob).get(f"/files/{file.id}/").status_code == 503


@pytest.mark.parametrize(
    "url",
    ["https://host/bucket", "s3://host", "s3://host/a/b", "s3://host/b?tls=no", "s3://h:x/b"],
)
def test_a_storage_that_makes_no_sense_stops_the_start(url: str, monkeypatch: Any, tmp_path: Any):
    monkeypatch.setenv("FILES_URL", url)
    with pytest.raises(ImproperlyConfigured, match="FILES_URL"):
        env.file_storage("FILES_URL", tmp_path)


# -- Pictures


@pytest.mark.parametrize(
    ("kind", "media_type", "written"),
    [
        ("PNG", "image/png", "PNG"),
        ("GIF", "image/png", "PNG"),
        ("WEBP", "image/png", "PNG"),
        ("JPEG", "image/jpeg", "JPEG"),
    ],
)
def test_a_picture_is_encoded_again_upright_and_without_what_was_hidden_in_it(
    kind: str, media_type: str, written: str
):
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: lies on its side
    exif[0x010E] = "at home"
    tags = {"exif": exif} if kind in {"JPEG", "WEBP"} else {}
    sent = picture_bytes(kind, (30, 20), **tags) + b"<script>alert(1)</script>"
    file, found = encode_picture(sent)
    content = file.getvalue()  # type: ignore[attr-defined]
    picture = Image.open(BytesIO(content))
    assert (found, picture.format) == (media_type, written)
    assert picture.size == ((20, 30) if tags else (30, 20))
    assert dict(picture.getexif()) == {} and b"script" not in content and b"home" not in content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4",
        picture_bytes("BMP"),
        picture_bytes()[:45],
        picture_bytes("JPEG")[:300],
    ],
)
def test_what_is_no_picture_is_refused(content: bytes):
    with pytest.raises(InvalidRequest, match="isn’t a picture"):
        encode_picture(content)


def test_a_picture_that_would_fill_the_memory_is_not_decoded():
    side = int(MAX_PICTURE_PIXELS**0.5) + 1
    file = BytesIO()
    Image.new("1", (side, side)).save(file, "PNG")
    assert len(file.getvalue()) < 20_000
    with pytest.raises(InvalidRequest, match="40 million pixels"):
        encode_picture(file.getvalue())


def test_a_viewer_uploads_nothing(world: SampleWorld):
    with pytest.raises(Forbidden):
        picture_create(content=picture_bytes(), name="x", actor=world.bob.actor)


# -- Pages and API


def test_an_uploaded_picture_is_shown_and_another_file_downloaded(world: SampleWorld):
    alice = ApiClient(user=world.alice.user)
    sent = picture_bytes("JPEG")
    made = alice.post("files?name=Our+shop.jpg", sent, Content_Type="image/jpeg").json()
    assert (made["name"], made["media_type"]) == ("Our shop.jpg", "image/jpeg")
    shown = signed_in(world.bob).get(f"/files/{made['id']}/")
    assert Image.open(BytesIO(b"".join(shown))).size == (3, 2)
    assert shown["Content-Disposition"] == 'inline; filename="Our shop.jpg"'
    table = stored(world)
    for path in (f"/files/{table.id}/", f"/api/v1/files/{table.id}/content"):
        answer = alice.get(path)
        assert b"".join(answer) == b"a,b\n1,2\n"
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%9C")
        assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("text/csv", "nosniff")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "private" in answer["Cache-Control"]


def test_a_token_needs_the_scopes_of_the_file(world: SampleWorld):
    file = stored(world, scopes=["maps:read", "touchpoints:read"])
    for scopes, status in (
        (["touchpoints:read"], 403),
        (["maps:read", "people:read"], 403),
        (["maps:read", "touchpoints:write"], 200),
    ):
        client = personal_client(world.bob.actor, *scopes)
        assert client.get(f"files/{file.id}/content").status_code == status
        assert client.get(f"files/{file.id}").status_code == status
