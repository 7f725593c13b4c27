"""Responses are compressed for clients that accept it, and ETags still work."""

import gzip
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from cxmap import api
from tests.support.api_client import ApiClient, service_client
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
DESCRIPTION = "/api/v1/openapi.json"


def test_the_description_is_built_once_whoever_asks_at_once(
    db: None, monkeypatch: pytest.MonkeyPatch
):
    built = []
    generator = api.SchemaGenerator

    def counted() -> object:
        built.append(1)
        return generator()

    monkeypatch.setattr(api, "SchemaGenerator", counted)
    api.build_schema_document.cache_clear()
    with ThreadPoolExecutor(12) as clients:
        answers = list(clients.map(lambda _: Client().get(DESCRIPTION), range(12)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(built) == 1


def test_the_description_has_an_etag_and_is_sent_compressed(db: None):
    plain, packed = Client().get(DESCRIPTION), Client().get(DESCRIPTION, headers=GZIP)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert json.loads(plain.content)["openapi"].startswith("3.")
    assert "Accept-Encoding" in plain["Vary"]
    for etag in (plain["ETag"], plain["ETag"].removeprefix("W/")):
        again = Client().get(DESCRIPTION, headers={"If-None-Match": etag, **GZIP})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == plain["ETag"]


def test_answers_and_pages_are_compressed_for_who_can_read_it(world: SampleWorld, acme: ApiClient):
    sources: list[Callable[..., object]] = [
        lambda **sent: acme.client.get(
            f"/api/v1/journeys/{world.acme.journey}/snapshot",
            headers={**acme.headers, **sent},
        ),
        lambda **sent: signed_in(world.alice).get(
            f"/journeys/{world.acme.journey}/map/", headers=sent
        ),
    ]
    for get in sources:
        plain, packed = get(), get(**GZIP)
        assert not plain.has_header("Content-Encoding")
        assert packed["Content-Encoding"] == "gzip"
        assert len(packed.content) < len(plain.content) / 2
        for answer in (plain, packed):
            assert "Accept-Encoding" in answer["Vary"]
    assert "Authorization" in sources[0](**GZIP)["Vary"]


def test_a_page_that_shows_a_secret_once_is_not_compressed(world: SampleWorld):
    client = signed_in(world.dana)
    form = {"email": "somebody@acme.example", "role": "viewer"}
    answer = client.post(f"/w/{world.acme.workspace.slug}/members/", form, headers=GZIP)
    assert "/invitations/" in answer.content.decode()
    assert not answer.has_header("Content-Encoding")


def test_the_etag_of_a_compressed_answer_works_in_both_conditions(
    world: SampleWorld, acme: ApiClient
):
    path = f"/api/v1/journeys/{world.acme.journey}"
    headers = {**acme.headers, **GZIP}
    assert (
        acme.patch(f"journeys/{world.acme.journey}", {"summary": "long " * 200}).status_code == 200
    )
    packed = acme.client.get(path, headers=headers)
    etag = packed["ETag"]
    assert etag == f'W/"{etag.split(chr(34))[1]}"'
    unchanged = acme.client.get(path, headers={**headers, "If-None-Match": etag})
    assert unchanged.status_code == 304
    assert "Accept-Encoding" in unchanged["Vary"]
    strong = etag.removeprefix("W/")
    for tag, status in ((etag, 200), (etag, 412), (strong, 412)):
        answer = acme.client.patch(
            path,
            {"summary": "Another"},
            "application/json",
            headers={**acme.headers, "If-Match": tag},
        )
        assert answer.status_code == status, answer.content


@pytest.fixture
def acme(world: SampleWorld) -> ApiClient:
    return service_client(world.acme.id)
