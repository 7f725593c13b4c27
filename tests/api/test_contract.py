"""Schemathesis: every request that fits the schema gets a response that fits it, never a 5xx."""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from tests.support.api_client import create_token
from tests.support.factories import build_world
from workspaces.access import system_actor
from workspaces.models import Token


def load() -> schemathesis.BaseSchema:
    loaded = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    loaded.app = get_wsgi_application()
    if not os.environ.get("CONTRACT_ALL"):
        # Requests that the schema forbids and all limits of all parameters take ten times as long.
        # test_bad_input and test_strict_values send some to every endpoint.
        loaded.config.generation.update(modes=[GenerationMode.POSITIVE])
        loaded.config.phases.coverage.enabled = False
    return loaded


schema = load()
CHECKS = (not_a_server_error, response_schema_conformance, content_type_conformance)


@pytest.fixture(scope="module")
def secret(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """A token in a separate world. The connection stays open, as with Django's client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock():
        world = build_world()
        yield create_token(system_actor(world.acme.id), Token.Kind.SERVICE)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_answers_fit_the_description(case, secret: str, db: None) -> None:
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {secret}"}
    case.headers["Accept-Encoding"] = "identity"  # Schemathesis can't read compressed responses
    case.headers.setdefault("Idempotency-Key", f"contract-{case.method}-{id(case)}")
    case.call_and_validate(checks=CHECKS)
