"""The pages that merge and split departments: choosing, reviewing, and confirming."""

import re

from django.urls import reverse

from core.ids import uuid7
from ownership.models import Reorganization
from people.models import Placement
from tests.support.contests import claim
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in


def test_a_merge_is_chosen_reviewed_and_confirmed(world: SampleWorld) -> None:
    network, retail = world.acme.department("Network"), world.acme.department("Retail")
    page = reverse("department_merge", args=[network.pk])
    client = signed_in(world.dana)
    department = reverse("department", args=[network.pk])
    assert page in client.get(department).content.decode()
    assert "Review" in client.get(page).content.decode()
    assert client.get(page, {"into": uuid7()}).content.decode().count("field-error") == 1

    reviewed = client.get(page, {"into": retail.pk, "new_name": "Sales"}).content.decode()
    assert "Line is switched" in reviewed and "Frank" in reviewed and "Sales" in reviewed
    values = {"into": retail.pk, "new_name": "Sales", "reason": "One team for shops and lines."}
    claim(world, "frank")
    refused = client.post(page, values | {"digest": digest_in(reviewed)})
    assert refused.status_code == 422
    assert values["reason"] in refused.content.decode()
    assert world.acme.all(Reorganization) == []

    answer = client.post(page, values | {"digest": digest_in(refused.content.decode())})
    assert answer.status_code == 303
    assert world.acme.department("Retail").name == "Sales"
    assert world.acme.department("Network").is_archived
    assert answer["Location"] == department
    merged = client.get(department).content.decode()
    assert "One team for shops and lines." in merged and page not in merged


def test_a_split_is_chosen_reviewed_and_confirmed(world: SampleWorld) -> None:
    claimed = claim(world, "alice")
    retail = world.acme.department("Retail")
    page = reverse("department_split", args=[retail.pk])
    client = signed_in(world.dana)
    (placement,) = world.acme.all(Placement, person=world.alice.person_id)
    assert client.get(page).content.decode().count('name="people"') == 2
    choice = {"new_name": "Outbound", "people": [placement.pk], "reason": "Two teams."}

    reviewed = client.post(page, choice | {"verb": "review"}).content.decode()
    assert f'name="others" value="{claimed.pk}" checked' in reviewed
    confirmed = choice | {"verb": "split", "has_others": "1", "digest": digest_in(reviewed)}
    refused = client.post(page, confirmed)  # without the claim, which was reviewed
    assert refused.status_code == 422
    assert "Two teams." in refused.content.decode()
    assert world.acme.all(Reorganization) == []

    answer = client.post(page, confirmed | {"others": [claimed.pk]})
    assert answer.status_code == 303
    (record,) = world.acme.all(Reorganization)
    assert record.figures == {"placement": 1, "claim": 1}


def digest_in(content: str) -> str:
    (digest,) = re.findall(r'name="digest" value="(\w+)"', content)
    return digest
