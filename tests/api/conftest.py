"""Programs of both twin workspaces."""

import pytest

from tests.api.programs import Program, service
from tests.world import World


@pytest.fixture
def acme(world: World) -> Program:
    return service(world.acme.id)


@pytest.fixture
def twin(world: World) -> Program:
    return service(world.twin.id)
