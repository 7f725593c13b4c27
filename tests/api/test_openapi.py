"""The OpenAPI schema is valid and complete, and matches the server's responses."""

import re

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from changes.models import record_types
from tests.support.routes import url_patterns


@pytest.fixture(scope="module")
def described() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_it_is_valid_without_a_warning(tmp_path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", tmp_path / "api.yml")


def test_it_names_every_route_and_no_other(described: dict) -> None:
    routes = {
        "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        for pattern in url_patterns("cxmap.api")
    }
    assert set(described["paths"]) == routes - {"/api/v1/openapi.json"}


def test_every_operation_says_how_it_is_refused_and_has_an_example(described: dict) -> None:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert {"400", "401", "403", "404", "503"} <= set(operation["responses"]), path
            assert operation["tags"] and operation["operationId"]
            for media in operation.get("requestBody", {}).get("content", {}).values():
                assert media["schema"], (method, path)


def test_an_op_is_one_shape_by_its_verb_and_type(described: dict) -> None:
    schemas = described["components"]["schemas"]
    kinds = [one["$ref"].rpartition("/")[2] for one in schemas["Op"]["oneOf"]]
    assert kinds == ["AddOp", "SetOp", "MoveOp", "RemoveOp"]
    writable = {slug for slug, model in record_types().items() if model.op_fields or model.place}
    assert set(schemas["AddOp"]["discriminator"]["mapping"]) == writable
    touchpoint = schemas["AddTouchpointOp"]
    assert touchpoint["additionalProperties"] is False
    assert set(touchpoint["properties"]["place"]["properties"]) == {"step", "lane", "after"}
    assert touchpoint["required"] == ["op", "type", "fields", "place"]
    assert touchpoint["properties"]["fields"]["required"] == ["title"]
    promise = schemas["AddPromiseOp"]["properties"]["fields"]
    assert promise["required"] == ["title", "made_in", "tested_in"]
    assert "position" not in touchpoint["properties"]["fields"]["properties"]


def test_the_addresses_that_people_try_first_lead_on(db: None) -> None:
    for address in ("/api", "/api/", "/api/v1", "/api/v1/"):
        found = Client().get(address).json()
        assert Client().get(found["openapi"]).status_code == 200
    for address in ("/api/docs", "/api/problems"):
        assert Client().get(address)["Location"] == f"{address}/"


def test_programs_and_people_can_read_it_without_signing_in(db: None) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200 and answer.json()["openapi"].startswith("3.")
    page = Client().get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "<style" not in text and "style=" not in text
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    script = Client().get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
