"""The examples of docs/how-to/receive-webhooks.md work."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from core.event_types import event_types
from tests.support.openapi import openapi_description, validator_of
from webhooks.secrets import generate_secret, sign

PAGE = Path(__file__).parents[2] / "docs/how-to/receive-webhooks.md"


@pytest.fixture(scope="module")
def blocks() -> dict[str, str]:
    return dict(re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(), re.DOTALL))


def test_the_python_example_accepts_our_signatures_only(blocks: dict[str, str]) -> None:
    names: dict[str, Any] = {}
    exec(blocks["python"], names)  # noqa: S102
    is_genuine, secret, now = names["is_genuine"], generate_secret(), int(time.time())
    signature = sign(secret, "msg_1", now, b"{}")
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,other {signature}",
    }
    assert is_genuine(secret, headers, b"{}")
    assert not is_genuine(secret, headers, b"{ }")
    assert not is_genuine(generate_secret(), headers, b"{}")
    old = headers | {
        "webhook-timestamp": str(now - 400),
        "webhook-signature": sign(secret, "msg_1", now - 400, b"{}"),
    }
    assert not is_genuine(secret, old, b"{}")


def test_the_schema_describes_each_type_with_an_example(blocks: dict[str, str]) -> None:
    described = openapi_description()["x-webhooks"]
    assert set(described) == set(event_types())
    for operations in described.values():
        media = operations["post"]["requestBody"]["content"]["application/json"]
        check = validator_of(media["schema"])
        for event in (media["examples"]["Event"]["value"], json.loads(blocks["json"])):
            assert [error.message for error in check.iter_errors(event)] == []
