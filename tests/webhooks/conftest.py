from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.webhook_receiver import Receiver, webhook_receiver
from webhooks import deliveries


@pytest.fixture
def receiver(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    settings.WEBHOOKS_ALLOW_LOCALHOST = True
    monkeypatch.setattr(deliveries, "BATCH_SECONDS", 0)
    with webhook_receiver() as running:
        yield running
