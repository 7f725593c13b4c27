"""A form that is submitted twice writes once, also where no change set is written."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from core.ids import uuid7
from sharing.models import ShareLink
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from workspaces.models import Invitation, Token

FORMS: list[tuple[type, Callable[[SampleWorld], str], dict[str, Any], dict[str, Any]]] = [
    (
        Token,
        lambda world: reverse("tokens", args=[world.acme.workspace.slug]),
        {"name": "CRM", "kind": "pat", "scopes": ["maps:read"], "days": "30"},
        {"name": "ERP"},
    ),
    (
        Invitation,
        lambda world: reverse("members", args=[world.acme.workspace.slug]),
        {"email": "new@acme.test", "role": "viewer"},
        {"role": "editor"},
    ),
    (
        ShareLink,
        lambda world: reverse("journey_share", args=[world.acme.journey]),
        {"can": "view", "days": "30"},
        {"can": "comment"},
    ),
]


@pytest.mark.parametrize(("model", "url", "values", "other"), FORMS)
def test_a_form_with_the_same_values_writes_once(world: SampleWorld, model, url, values, other):
    client, before = signed_in(world.dana), model.objects.count()
    sent = {"gesture": str(uuid7()), **values}
    for _ in range(2):
        client.post(url(world), sent)
    assert model.objects.count() == before + 1
    client.post(url(world), sent | other)
    assert model.objects.count() == before + 2


def test_a_form_without_a_valid_id_writes_each_time(world: SampleWorld):
    client, before = signed_in(world.dana), Token.objects.count()
    _, url, values, _ = FORMS[0]
    for form_id in ("", "not an id"):
        answer = client.post(url(world), {"gesture": form_id, **values})
        assert "accepted" not in answer.cookies
    assert Token.objects.count() == before + 2
