"""Thresholds: ranges, who may set them, their history on the settings page, the API, and conflicts."""

import pytest
from django.urls import reverse

from changes.followers import run_followers
from core.errors import Forbidden, InvalidRequest
from ownership.models import Flag
from ownership.services import thresholds_update
from ownership.thresholds import THRESHOLDS, thresholds
from tests.support.api_client import personal_client
from tests.support.factories import SampleMember, SampleWorld
from tests.support.html_client import signed_in
from workspaces.models import AccessEvent, Workspace
from workspaces.services import time_zone_set


def stored(world: SampleWorld) -> dict[str, int]:
    return thresholds(Workspace.objects.get(pk=world.acme.id))


def settings_url(world: SampleWorld) -> str:
    return reverse("settings", args=[world.acme.workspace.slug])


def update(world: SampleWorld, by: SampleMember, **values: object) -> None:
    thresholds_update(workspace=world.acme.workspace, values=values, actor=by.actor)


def test_each_default_is_in_its_range() -> None:
    assert all(one.default in one.range for one in THRESHOLDS.values())


@pytest.mark.parametrize("value", [0, 366, -1, "7", 7.5, True, None])
def test_a_value_outside_the_range_is_refused_and_changes_nothing(
    world: SampleWorld, value: object
) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        update(world, world.dana, unaccepted_days=value, overload_stages=9)
    assert [error.pointer for error in refusal.value.errors] == ["/unaccepted_days"]
    assert stored(world) == {name: one.default for name, one in THRESHOLDS.items()}


def test_only_admins_set_them(world: SampleWorld) -> None:
    with pytest.raises(Forbidden):
        update(world, world.erin, talk_days=7)
    assert signed_in(world.erin).get(settings_url(world)).status_code == 403


def test_a_change_is_logged_once_and_audited(world: SampleWorld) -> None:
    for _ in range(2):
        update(world, world.dana, neglected_days=30, talk_days=7)
    update(world, world.dana, neglected_days=180)
    events = AccessEvent.objects.filter(workspace=world.acme.id, action="audit.thresholds")
    assert [event.data for event in events.order_by("id")] == [
        {
            "before": {"neglected_days": 180, "talk_days": 5},
            "after": {"neglected_days": 30, "talk_days": 7},
        },
        {"before": {"neglected_days": 30}, "after": {"neglected_days": 180}},
    ]
    assert stored(world)["talk_days"] == 7
    run_followers(world.acme.id)
    assert world.acme.all(Flag)


def test_the_page_saves_them_and_shows_who_changed_what(world: SampleWorld) -> None:
    dana = signed_in(world.dana)
    typed = {name: str(one.default) for name, one in THRESHOLDS.items()}
    response = dana.post(settings_url(world), typed | {"attestation_days": "30"})
    assert response.status_code == 303
    time_zone_set(workspace=world.acme.workspace, time_zone="Europe/Oslo", actor=world.dana.actor)
    html = dana.get(settings_url(world)).content.decode()
    assert html.index("Time zone: Europe/Oslo") < html.index(
        "Time between attestations: 90 days → 30 days"
    )
    assert "<bdi>dana</bdi>" in html


def test_two_admins_at_once_see_each_others_values(world: SampleWorld) -> None:
    dana, url = signed_in(world.dana), settings_url(world)
    shown = {f"initial-{name}": one.default for name, one in THRESHOLDS.items()}
    typed = {name: one.default for name, one in THRESHOLDS.items()}
    update(world, world.dana, talk_days=9, grab_days=60)
    refused = dana.post(url, shown | typed | {"talk_days": 3})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert 'name="talk_days" value="3"' in html and "Someone else changed this" in html
    assert stored(world)["talk_days"] == 9
    assert dana.post(url, shown | typed | {"overload_stages": 4}).status_code == 303
    assert (stored(world)["overload_stages"], stored(world)["grab_days"]) == (4, 60)


def test_the_api_reads_and_sets_them(world: SampleWorld) -> None:
    dana, path = personal_client(world.dana.actor), f"workspaces/{world.acme.id}/thresholds"
    read = dana.get(path)
    assert read.json() == stored(world)
    changed = dana.patch(path, {"talk_days": 0}, If_Match=read["ETag"])
    assert changed.json()["talk_days"] == 0 == stored(world)["talk_days"]
    assert dana.patch(path, {"talk_days": 1}, If_Match=read["ETag"]).status_code == 412
    refused = dana.patch(path, {"talk_days": 91})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/talk_days")
    assert dana.patch(path, {"tea_days": 1}).json()["code"] == "unknown-field"
    assert stored(world)["talk_days"] == 0
