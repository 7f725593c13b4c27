"""`manage token_create` prints only a token, or an error that says why it can't."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.scopes import token_scopes
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from workspaces.models import Token


def make(world: SampleWorld, *scopes: str, **options: object) -> str:
    out = StringIO()
    call_command(
        "token_create",
        workspace=world.acme.workspace.slug,
        name="sync",
        scopes=list(scopes),
        stdout=out,
        **options,
    )
    return out.getvalue()


def test_it_prints_a_token_that_works_and_nothing_else(world: SampleWorld) -> None:
    printed = make(world, "all")
    assert printed.count("\n") == 1
    me = ApiClient(printed.strip()).get("me").json()
    assert set(me["scopes"]) == set(token_scopes())
    assert Token.objects.get(workspace=world.acme.workspace).kind == Token.Kind.SERVICE


def test_scopes_are_named_by_comma_or_space(world: SampleWorld) -> None:
    secret = make(world, "maps:read,touchpoints:write", "people:read").strip()
    assert len(ApiClient(secret).get("me").json()["scopes"]) == 3


def test_what_cannot_be_made_is_said(world: SampleWorld) -> None:
    for scopes, options in (
        (["root"], {}),
        (["all"], {"days": 400}),
        (["all"], {"workspace": "none"}),
    ):
        with pytest.raises(CommandError):
            make(world, *scopes) if not options else call_command(
                "token_create",
                **{"workspace": world.acme.workspace.slug, "name": "n", "scopes": scopes} | options,
            )
