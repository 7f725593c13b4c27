"""Common generators turn the OpenAPI schema into working clients, without warnings."""

import importlib
import inspect
import json
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.actors import build_things
from tests.support.api_client import ApiClient, create_token
from tests.support.factories import SampleWorld
from tests.support.openapi import openapi_description, paths_with
from workspaces.models import Token

FRONTEND = Path(__file__).parents[2] / "frontend"
NAME = "generated_client"
USE = """
import type { components, paths } from './api'

type Stage = paths['/api/v1/stages/{id}']['get']['responses'][200]['content']['application/json']
type Change = paths['/api/v1/stages/{id}']['patch']['requestBody']

export const idOf = (stage: Stage): string => stage.id + stage.workspace
export const change: NonNullable<Change> = { content: { 'application/json': { title: 'Go' } } }
export const partial: components['schemas']['SyncBatchItemRequest'] = { source: 's', external_id: '1' }
export const rename = (id: string): components['schemas']['Op'] => (
  { op: 'set', type: 'stage', id, fields: { title: 'Go' } }
)
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("description") / "openapi.json"
    path.write_text(json.dumps(openapi_description()))
    return path


@pytest.fixture(scope="module")
def python_client(described: Path) -> Iterator[ModuleType]:
    folder, config = described.parent, described.parent / "config.json"
    config.write_text('{"post_hooks": []}')
    made = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"),
            *("--path", described, "--config", config, "--meta", "none"),
            *("--output-path", folder / NAME),
        ],
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module(f"{NAME}.client")
    sys.path.remove(str(folder))


def operation(noun: str, verb: str) -> ModuleType:
    tag = noun.replace("-", "_")
    return importlib.import_module(f"{NAME}.api.{tag}.{tag}_{verb}")


def body_class(update: ModuleType) -> Any:
    """Return the class of an operation's request body."""
    kinds = inspect.signature(update.sync_detailed).parameters["body"].annotation
    return next(one for one in typing.get_args(kinds) if hasattr(one, "from_dict"))


def test_what_the_python_client_read_it_sends_back(
    world: SampleWorld, python_client: ModuleType, server: str
) -> None:
    build_things(world.acme, "erin", "bob", "alice", "dana")
    secret = create_token(world.dana.actor, Token.Kind.PERSONAL)
    client = python_client.AuthenticatedClient(base_url=server, token=secret)
    dana = ApiClient(secret)
    new = {"journey": str(world.acme.journey), "subject_type": "stage", "body": "So?"}
    dana.post("comments", new | {"subject_id": str(world.acme.stages["Use"])})
    for path in paths_with("patch"):
        if not path.endswith("{id}"):  # settings of a workspace, not records
            continue
        noun = path.split("/")[3]
        row = dana.get(f"{noun}?limit=200").json()["results"][-1]
        read = operation(noun, "retrieve").sync_detailed(row["id"], client=client)
        update = operation(noun, "partial_update")
        body = body_class(update).from_dict(read.parsed.to_dict())
        etag = read.headers["ETag"]
        answer = update.sync_detailed(row["id"], client=client, body=body, if_match=etag)
        assert answer.status_code == 200, (noun, answer.content)
        assert answer.parsed == read.parsed


def test_the_python_client_makes_changes_and_syncs_without_a_key(
    world: SampleWorld, python_client: ModuleType, server: str
) -> None:
    models = importlib.import_module(f"{NAME}.models")
    secret = create_token(world.dana.actor, Token.Kind.PERSONAL)
    client = python_client.AuthenticatedClient(base_url=server, token=secret)
    new = models.StageRequest(journey=world.acme.journey, title="Leave")
    stage = operation("stages", "create").sync(client=client, body=new)
    assert stage.title == "Leave"
    change = models.PatchedStageRequest(title="Go")
    assert operation("stages", "partial_update").sync(stage.id, client=client, body=change).title
    item = models.SyncBatchItemRequest(source="crm", external_id="tp-1", emotion=2)
    batch = importlib.import_module(f"{NAME}.api.touchpoints.touchpoints_batch_create")
    answer = batch.sync(client=client, body=models.SyncBatchRequest(items=[item]))
    assert answer.summary.updated == 1
    imports = importlib.import_module(f"{NAME}.api.imports.imports_mermaid_create")
    text = models.MermaidRequest(text="journey\n  section Day\n    Tea: 5: Me\n")
    assert imports.sync(client=client, body=text).journey


def test_the_types_for_typescript_are_made_without_a_warning_and_are_strict(
    described: Path,
) -> None:
    folder = described.parent
    run("openapi-typescript", described, "-o", folder / "api.ts", unsaid="warn")
    (folder / "use.ts").write_text(USE)
    run("tsc", "--ignoreConfig", "--strict", "--noEmit", "--target", "es2022", folder / "use.ts")


def run(program: str, *arguments: Any, unsaid: str = "\0") -> None:
    made = subprocess.run(
        ["npx", "--no-install", program, *map(str, arguments)],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
    )
    output = made.stdout + made.stderr
    assert made.returncode == 0, output
    assert unsaid not in output.lower(), output
