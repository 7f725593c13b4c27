"""Every integer query parameter in the OpenAPI schema accepts only the canonical notation."""

from typing import Any

import pytest

from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from tests.support.openapi import operations

NUMBERS = [
    (operation.path, parameter)
    for operation in operations()
    for parameter in operation.spec.get("parameters", ())
    if parameter["in"] == "query" and parameter["schema"]["type"] == "integer"
]
WRONG = ["", "-1", "+1", "01", "000000001000000", "1.0", "1e3", " 1", "x", "1" * 20, "9" * 5000]


def test_a_number_that_can_be_read_in_two_ways_is_refused(
    world: SampleWorld, acme: ApiClient
) -> None:
    assert {"limit", "since", "version", "feed_after"} <= {one["name"] for _, one in NUMBERS}
    wrong: list[Any] = []
    # Two per name are enough, because all lists share a parser.
    by_name = {(one["name"], "{id}" in path): (path, one) for path, one in NUMBERS}
    for path, parameter in by_name.values():
        home = world.acme.id if "workspaces" in path else world.acme.journey
        address, schema = path.replace("{id}", str(home)), parameter["schema"]
        beyond = [str(schema["maximum"] + 1)] if "maximum" in schema else []
        below = [str(schema["minimum"] - 1)]
        for text in WRONG + beyond + below:
            answer = acme.client.get(address, {parameter["name"]: text}, headers=acme.headers)
            if answer.status_code != 400:
                wrong.append((path, parameter["name"], text[:20], answer.status_code))
        assert acme.get(f"{address}?{parameter['name']}={schema['minimum']}").status_code == 200
    assert wrong == []


@pytest.mark.parametrize("stream", ["journeys", "workspaces"])
def test_a_version_that_never_was_is_no_snapshot(
    stream: str, world: SampleWorld, acme: ApiClient
) -> None:
    home = world.acme.journey if stream == "journeys" else world.acme.id
    version = acme.get(f"{stream}/{home}/snapshot").json()["version"]
    assert acme.get(f"{stream}/{home}/snapshot?version={version}").status_code == 200
    for never in (version + 1, 10**18, f"{version}{'0' * 25}"):
        answer = acme.get(f"{stream}/{home}/snapshot?version={never}")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "?version")
