from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.webhook_receiver import Receiver, webhook_receiver


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_ALLOW_LOCALHOST = True
    with webhook_receiver() as running:
        yield running
