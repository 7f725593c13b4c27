"""Pages and API of webhooks: secrets are shown once, URLs refused with a reason, logs filtered."""

import re
from typing import Any

import pytest
from django.db import transaction

from core.tenancy import set_tenant_scope
from tests.support.api_client import personal_client
from tests.support.factories import SampleWorld
from tests.support.html_client import count, signed_in
from webhooks.models import Delivery, Endpoint
from webhooks.secrets import decrypt
from webhooks.services import endpoint_create, endpoint_test
from workspaces.models import AccessEvent

URL = "https://example.com/hooks"
FORM = {"url": URL, "name": "CRM", "event_types": ["flag.opened"]}
GESTURE = "01a22487-606f-7b2f-937c-bca71cddf351"


def add(world: SampleWorld, n: int = 0) -> Endpoint:
    actor = world.dana.actor
    endpoint, _ = endpoint_create(url=URL, event_types=["flag.opened"], actor=actor)
    for _ in range(n):
        endpoint_test(endpoint=endpoint, actor=actor)
    return endpoint


def test_a_page_shows_a_new_secret_once(world: SampleWorld) -> None:
    dana, page = signed_in(world.dana), f"/w/{world.acme.workspace.slug}/webhooks/"
    made = dana.post(page, FORM | {"gesture": GESTURE})
    (secret,) = re.findall('whsec_[^"]+', made.content.decode())
    (endpoint,) = world.acme.all(Endpoint)
    assert decrypt(endpoint.secret) == secret
    again = dana.post(page, FORM | {"gesture": GESTURE})
    assert again.status_code == 422 and "whsec_" not in again.content.decode()
    assert "whsec_" not in dana.get(page).content.decode()
    rotated = dana.post(f"/webhooks/{endpoint.id}/rotate/", {"gesture": GESTURE})
    (new,) = re.findall('whsec_[^"]+', rotated.content.decode())
    assert new != secret
    repeated = dana.post(f"/webhooks/{endpoint.id}/rotate/", {"gesture": GESTURE})
    assert repeated.status_code == 303
    assert decrypt(world.acme.read(Endpoint, endpoint.id).secret) == new
    logged = AccessEvent.objects.filter(subject_id=endpoint.id).order_by("id")
    assert [event.action for event in logged] == ["webhook.create", "webhook.rotate"]


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "http://example.com/"])
def test_a_url_is_refused_with_its_reason_on_the_page(world: SampleWorld, url: str) -> None:
    answer = signed_in(world.dana).post(
        f"/w/{world.acme.workspace.slug}/webhooks/", FORM | {"url": url}
    )
    assert answer.status_code == 422
    assert re.search("public internet. This one|Use https, so", answer.content.decode())
    assert world.acme.all(Endpoint) == []


def test_the_buttons_of_a_page_do_what_they_say(world: SampleWorld) -> None:
    dana, endpoint = signed_in(world.dana), add(world)
    base = f"/webhooks/{endpoint.id}/"

    def now() -> Endpoint:
        return world.acme.read(Endpoint, endpoint.id)

    dana.post(f"{base}edit/", FORM | {"name": "Warehouse"})
    assert now().name == "Warehouse"
    dana.post(f"{base}active/", {"is_active": "0"})
    assert now().disabled_reason == "admin"
    dana.post(f"{base}test/", {"gesture": GESTURE})
    assert world.acme.all(Delivery) == []
    dana.post(f"{base}active/", {"is_active": "1"})
    for _ in range(2):
        dana.post(f"{base}test/", {"gesture": GESTURE})
    (delivery,) = world.acme.all(Delivery)
    set_state(world, "failed")
    dana.post(f"{base}replay/", {"days": "7"})
    assert world.acme.read(Delivery, delivery.id).state == "waiting"
    set_state(world, "delivered")
    dana.post(f"/webhook-deliveries/{delivery.id}/replay/")
    assert world.acme.read(Delivery, delivery.id).state == "waiting"
    assert dana.get(f"/webhook-deliveries/{delivery.id}/").status_code == 200
    dana.post(f"{base}remove/")
    assert now() is None and world.acme.all(Delivery) == []


def set_state(world: SampleWorld, state: str) -> None:
    with transaction.atomic(durable=True):
        set_tenant_scope([world.acme.id])
        Delivery.objects.update(state=state, next_attempt_at=None)


def test_the_log_has_filters_and_pages_at_a_constant_number_of_queries(world: SampleWorld) -> None:
    dana = signed_in(world.dana)
    few, many = (f"/webhooks/{add(world, n).id}/" for n in (1, 60))
    dana.get(few)
    assert count(dana, few) == count(dana, many)
    html = dana.get(f"{many}?state=waiting&type=webhook.test&page=2").content.decode()
    assert html.count("/webhook-deliveries/") == 10
    assert "/webhook-deliveries/" not in dana.get(f"{many}?state=failed").content.decode()


def test_the_api_keeps_secrets_and_needs_the_current_version(world: SampleWorld) -> None:
    dana = personal_client(world.dana.actor)
    made = dana.post("webhooks", FORM)
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    path = made["Location"]
    read = dana.get(path)
    assert read.json()["secret"] is None
    assert dana.patch(path, {"name": "x"}).status_code == 428
    changed = dana.patch(path, {"is_active": False}, If_Match=read["ETag"])
    assert changed.json()["disabled_reason"] == "admin"
    assert dana.patch(path, {"name": "x"}, If_Match=read["ETag"]).status_code == 412
    assert dana.post(f"{path}/test").status_code == 409
    for wrong in ({"url": "https://10.0.0.1"}, {"url": 1}, {"event_types": ["x"]}, {"name": None}):
        assert dana.post("webhooks", FORM | wrong).status_code == 400, wrong
    few: Any = dana.get("webhook-deliveries?state=waiting").json()["results"]
    assert few == []
    reader = personal_client(world.dana.actor, "webhooks:read")
    assert reader.get("webhooks").status_code == 200
    assert reader.post("webhooks", FORM).status_code == 403
