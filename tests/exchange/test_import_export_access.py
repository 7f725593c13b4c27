"""Unreadable files: page, API and command reject them in the same way and write nothing."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import escape

from tests.support.api_client import ApiClient
from tests.support.checksum import checksum
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in

MEGABYTE = 1_000_000
TEXT = "journey\n  title Größe\n  Tea: 5: Müller\n"
UNREADABLE: dict[str, tuple[bytes, str]] = {  # and a part of the error
    "nothing": (b"", "is empty"),
    "space": (b" \r\n\t\n", "is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "Byte 0 "),
    "zeros": (b"\x00" * MEGABYTE, "Line 1: "),
    "latin-1": (TEXT.encode("latin-1"), "Line 2: Byte 18 "),
    "UTF-16 without its mark": (TEXT.encode("utf-16-le"), "Line 2: Byte 36 "),
    "half of UTF-16": (TEXT.encode("utf-16")[:-1], "is not valid UTF-16"),
    "100,000 lines": (b"journey\n" + b"A: 3: Me\n" * 100_000, "Line 5002: "),
    "a line of a megabyte": (b"journey\n  " + b"x" * MEGABYTE + b": 3\n", "Line 2: "),
    "5 MB": (b"journey\n" + b"%% so much\n" * 500_000, "larger than 5"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_it_is_refused_alike(kind: str, world: SampleWorld, tmp_path: Path) -> None:
    data, said = UNREADABLE[kind]
    before = checksum(world.acme.id)
    api = by_api(world, data)
    assert (api.status_code, api["Content-Type"]) == (400, "application/problem+json")
    (error,) = api.json()["errors"]
    assert said in error["detail"] and len(error["detail"]) < 300
    assert error["detail"] not in api.json()["detail"]

    page = by_page(world, data)
    assert page.status_code == 422
    if data and "larger" not in said:  # the form has its own errors for these
        assert escape(error["detail"]) in page.content.decode()

    path, out = tmp_path / "file.mmd", StringIO()
    path.write_bytes(data)
    with pytest.raises(SystemExit) as left:
        slug = world.acme.workspace.slug
        call_command("map_import", str(path), workspace=slug, json=True, stdout=out)
    assert left.value.code == 1
    assert json.loads(out.getvalue())["errors"] == [error]
    assert checksum(world.acme.id) == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_other_encodings_come_in_by_their_mark(encoding: str, world: SampleWorld) -> None:
    made = by_api(world, TEXT.encode(encoding))
    assert made.status_code == 201, made.content
    assert by_page(world, TEXT.encode(encoding)).status_code == 303
    journeys = ApiClient(user=world.alice.user).get("journeys").json()["results"]
    assert [journey["title"] for journey in journeys].count("Größe") == 2


def by_api(world: SampleWorld, data: bytes):
    client = ApiClient(user=world.alice.user).client
    return client.generic("POST", "/api/v1/imports/mermaid", data, CONTENT_TYPE="text/plain")


def by_page(world: SampleWorld, data: bytes):
    url = reverse("map_import", args=[world.acme.workspace.slug])
    return signed_in(world.alice).post(url, {"file": SimpleUploadedFile("file.mmd", data)})
