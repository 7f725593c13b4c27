"""API clients for both of the twin workspaces."""

import pytest

from tests.support.api_client import ApiClient, service_client
from tests.support.factories import SampleWorld


@pytest.fixture
def acme(world: SampleWorld) -> ApiClient:
    return service_client(world.acme.id)


@pytest.fixture
def twin(world: SampleWorld) -> ApiClient:
    return service_client(world.twin.id)
