"""Two people edit the same form: no change is lost, on any form that edits a record."""

import re
import threading
import time
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from changes.ops import parse_ops
from changes.record_views import RecordEditView
from changes.services import apply_ops, change_set
from journeys.models import Stage
from storyboards.forms import LookForm
from tests.authz.matrix import PAGES, address
from tests.support.actors import build_things
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, signed_in
from tests.support.routes import url_patterns
from touchpoints.models import Touchpoint
from workspaces.access import system_actor
from workspaces.models import Workspace

# Every page that edits a record, and who may use it. A test below keeps the list complete.
EDITS = {
    "journey_edit": "alice",
    "stage_edit": "alice",
    "step_edit": "alice",
    "lane_edit": "alice",
    "note_edit": "alice",
    "measure_edit": "alice",
    "touchpoint_edit": "alice",
    "promise_edit": "alice",
    "persona_edit": "alice",
    "channel_edit": "alice",
    "department_edit": "dana",
    "person_edit": "dana",
    "placement_edit": "dana",
    "mandate": "dana",
    "comment_edit": "alice",
    "member_role": "dana",
}
# Fields whose values depend on something else, such as a lane's kind and its department.
BOUND = {
    "lane_edit": {"kind"},
    "person_edit": {"member"},
    "placement_edit": {"until"},
    "mandate": {"department", "term_until"},
    "persona_edit": LookForm.base_fields.keys(),
}
OPTION = re.compile(r"<option value=\"([^\"]*)\"")


@pytest.fixture
def ours(world: SampleWorld) -> dict[str, Any]:
    for name in ("Z Billing", "Z Legal"):  # departments without a lane
        op = {"op": "add", "type": "department", "fields": {"name": name}}
        apply_ops(world.acme.id, parse_ops([op]), actor=system_actor(world.acme.id))
    return build_things(world.acme, "erin", "bob", "alice", "dana")


def url_of(name: str, ours: dict[str, Any]) -> str:
    row = next(page for page in PAGES if (page.method, page.name) == ("GET", name))
    return address(row, ours)


def sheet(client: Client, url: str) -> tuple[str, dict[str, str]]:
    """Return the page and the fields of its first form, as a browser would send them."""
    page = client.get(url).content.decode()
    page = page[page.index('class="form-panel"') :]
    return page, FormParser(page).found[0]["fields"]


def names_of(fields: dict[str, str]) -> list[str]:
    return [name.removeprefix("initial-") for name in fields if name.startswith("initial-")]


def values_for(page: str, name: str, present: str) -> list[str]:
    """Return two other values that a person could give this field."""
    select = re.search(rf'<select[^>]* name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
    if select:
        # One admin alone can give the role of ombudsman, but not take it away.
        not_offered = {"", present, "ombudsman"}
        return [one for one in OPTION.findall(select[1]) if one not in not_offered][-2:]
    if re.search(rf'type="date"[^>]* name="{name}"|name="{name}"[^>]* type="date"', page):
        return ["2026-03-03", "2026-04-04"]
    if name == "email":
        return ["one@x.test", "two@x.test"]
    if name in {"age", "intensity", "value", "target", "trend"}:
        return ["3.5", "4.5"] if name in {"value", "target"} else ["3", "4"]
    if re.search(rf'type="checkbox" name="{name}"', page):
        return []  # only one other value exists, so both people choose it
    return ["What Ann wrote", "What Ben wrote"]


def test_every_form_that_edits_is_tried() -> None:
    def subclasses(base: type) -> list[type]:
        return [one for sub in base.__subclasses__() for one in (sub, *subclasses(sub))]

    names = {
        pattern.name
        for pattern in url_patterns()
        if getattr(pattern.callback, "view_class", None) in subclasses(RecordEditView)
    }
    assert names
    assert names <= EDITS.keys()


def test_a_time_zone_that_another_admin_has_set_is_not_replaced_unsaid(world: SampleWorld) -> None:
    client, url = signed_in(world.dana), reverse("time_zone", args=[world.acme.workspace.slug])
    shown = {"initial-time_zone": "UTC"}
    assert client.post(url, shown | {"time_zone": "Europe/Oslo"}).status_code == 303
    answer = client.post(url, shown | {"time_zone": "Asia/Tokyo"})
    page = client.get(answer["Location"]).content.decode()
    assert "Someone else has just set the time zone to Europe/Oslo" in page
    assert Workspace.objects.get(pk=world.acme.id).time_zone == "Europe/Oslo"


def two_changes(name: str, page: str, fields: dict[str, str]) -> list[dict[str, str]]:
    """Return the changes of two people to one form, in every field that has two other values."""
    pairs = {
        field: values
        for field in names_of(fields)
        if field not in BOUND.get(name, ())
        and len(values := values_for(page, field, fields.get(field, ""))) == 2
    }
    assert pairs, names_of(fields)
    return [{field: values[at] for field, values in pairs.items()} for at in (0, 1)]


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITS)
def test_what_both_changed_shows_both_and_nothing_is_lost(
    world: SampleWorld, ours: dict[str, Any], name: str
) -> None:
    client, url = signed_in(getattr(world, EDITS[name])), url_of(name, ours)
    page, fields = sheet(client, url)
    hers, his = two_changes(name, page, fields)
    assert client.post(url, fields | hers).status_code == 303
    answer = client.post(url, fields | his)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert {field for field in his if f'name="theirs-{field}"' in text} == his.keys()
    shown = FormParser(text[text.index('class="form-panel"') :]).found[0]["fields"]
    assert {field: shown[field] for field in his} == his  # what he typed is in its field
    stored = sheet(client, url)[1]
    assert {field: stored[field] for field in hers} == hers  # and her values are stored
    assert client.post(url, shown).status_code == 303  # he has seen both, and keeps his
    stored = sheet(client, url)[1]
    assert {field: stored[field] for field in his} == his
    first, *_, last = [*hers, *hers]  # two people, two fields: both changes are kept
    assert client.post(url, stored | {first: hers[first]}).status_code == 303
    if first != last:
        assert client.post(url, stored | {last: hers[last]}).status_code == 303
    assert sheet(client, url)[1][first] == hers[first]


def test_the_other_text_can_be_taken(world: SampleWorld) -> None:
    client = signed_in(world.alice)
    url = reverse("stage_edit", args=[world.acme.stages["Buy"]])
    _, fields = sheet(client, url)
    client.post(url, fields | {"summary": "Hers"})
    mine = fields | {"summary": "His", "title": "Buying"}
    text = client.post(url, mine).content.decode()
    assert "Hers" in text
    shown = FormParser(text[text.index('class="form-panel"') :]).found[0]["fields"]
    assert client.post(url, shown | {"theirs-summary": "on"}).status_code == 303
    stage = world.acme.read(Stage, world.acme.stages["Buy"])
    assert (stage.title, stage.summary) == ("Buying", "Hers")


def test_the_same_change_twice_is_no_conflict(world: SampleWorld) -> None:
    client = signed_in(world.alice)
    url = reverse("stage_edit", args=[world.acme.stages["Buy"]])
    _, fields = sheet(client, url)
    for _ in range(2):
        assert client.post(url, fields | {"summary": "One\r\ntwo"}).status_code == 303


def test_a_card_that_was_moved_meanwhile_stays_where_it_was_put(world: SampleWorld) -> None:
    client, card = signed_in(world.alice), world.acme.touchpoints["Signs"]
    url = reverse("touchpoint_edit", args=[card])
    page = client.get(url).content.decode()
    place = FormParser(page[page.index('class="form-panel"') :]).found[1]["fields"] | {
        "verb": "move"
    }
    lane, step = world.acme.lanes["Network"], world.acme.steps["Calls"]
    assert client.post(url, place | {"lane": str(lane)}).status_code == 303
    assert client.post(url, place | {"step": str(step)}).status_code == 303
    row = world.acme.read(Touchpoint, card)
    assert (row.step_id, row.lane_id) == (step, lane)


def test_a_write_between_the_check_and_the_lock_is_seen(world: SampleWorld) -> None:
    """The comparison is repeated under the lock, so that no write can come between."""
    client, pk = signed_in(world.alice), world.acme.stages["Buy"]
    url = reverse("stage_edit", args=[pk])
    _, fields = sheet(client, url)
    row, answers = world.acme.read(Stage, pk), []

    def send() -> None:
        answers.append(client.post(url, fields | {"summary": "Mine"}))
        connections.close_all()

    thread = threading.Thread(target=send)
    with change_set(
        [row.stream_id], action="stage.set", actor=system_actor(world.acme.id)
    ) as recorder:
        recorder.set(row, summary="Between")
        thread.start()
        wait_for_a_lock_to_be_awaited()
    thread.join()
    assert answers[0].status_code == 422
    assert "Between" in answers[0].content.decode()
    assert world.acme.read(Stage, pk).summary == "Between"


def wait_for_a_lock_to_be_awaited() -> None:
    """Return once another connection waits for a lock that this one holds."""
    with connection.cursor() as cursor:
        for _ in range(3_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("no connection waits for a lock")
