"""Forms, API, ops and batch reject the same malformed, ambiguous and invisible values."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse

from core.errors import InvalidRequest
from core.fields import check_characters
from core.icons import icon_names
from core.ids import derive_uuid7, is_uuid7, parse_uuid, uuid7
from core.text import find_fault, normalize_text, strip_isolates
from exchange.services import import_journey
from people.forms import GLYPHS
from people.models import Department, Person
from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, send, signed_in
from touchpoints.forms import CHANNEL_GLYPHS
from touchpoints.models import Touchpoint
from workspaces.services import token_create

DAYS = [
    "2026-W48-2",
    "2026W482",
    "20261124",
    "٢٠٢٦-١١-٢٤",
    "2026-11-24\n",
    " 2026-11-24",
    "2026-11-24T00:00:00",
    "2026-11-31",
    "26-11-24",
    "11/24/2026",
]
FULL_WIDTH = str.maketrans("0123456789abcdef", "０１２３４５６７８９ａｂｃｄｅｆ")
NAMES = {
    "\u3164": "invisible",
    "\u2800\u2800": "invisible",
    "\u115f": "invisible",
    "\u0301": "invisible",
    "\ufe0f": "invisible",
    "e" + "\u0301" * 100: "combining_marks",
    "e" + "\u0301\u200d" * 40: "combining_marks",
    "a\ufffe": "noncharacter",
    "a\ufdd0": "noncharacter",
    "a\U0010ffff": "noncharacter",
}
FINE = ["שָׁלוֹם", "ཧཱུྃ", "ที่นี่", "👩🏽‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "Zoë", "ﷺ", "!", "7"]
VECTORS = json.loads((Path(__file__).parents[1] / "changes/isolate_vectors.json").read_text())


def odd(pk: Any) -> list[Any]:
    """Return other notations of an id that Python's parser accepts."""
    text = str(pk)
    return [
        f"{{{text}}}",
        f"urn:uuid:{text}",
        text.replace("-", ""),
        text.replace("-", "", 1) + "-",
        text.translate(FULL_WIDTH),
        f"{text}\n",
    ]


def edits(program: ApiClient, world: SampleWorld, op: dict[str, Any]) -> Any:
    return program.post(f"workspaces/{world.acme.id}/edits", {"ops": [op]})


@pytest.fixture
def boss(world: SampleWorld) -> ApiClient:
    return ApiClient(user=world.dana.user)


def test_days(world: SampleWorld, boss: ApiClient) -> None:
    person, department = str(world.alice.person_id), str(world.acme.departments["Care"])
    page = reverse("placement_add", args=[person])
    for day in DAYS:
        fields = {"person": person, "department": department, "since": day}
        op = {"op": "add", "type": "placement", "fields": fields}
        assert edits(boss, world, op).status_code == 400, day
        assert boss.post("placements", fields).status_code == 400, day
        answer = send(signed_in(world.dana), page, {"department": department, "since": day})
        assert answer.status_code == 422, day


def test_ids(world: SampleWorld, boss: ApiClient) -> None:
    client, lane = signed_in(world.alice), world.acme.lanes["Retail"]
    url = reverse("touchpoint_edit", args=[world.acme.touchpoints["Signs"]])
    page = client.get(url).content.decode()
    place = FormParser(page[page.index('class="form-panel"') :]).found[1]["fields"] | {
        "verb": "move"
    }
    for text in odd(lane):
        with pytest.raises(ValueError, match="canonical"):
            parse_uuid(text)
        op = {"op": "set", "type": "persona", "id": text, "fields": {}}
        assert edits(boss, world, op).status_code == 400, text
        assert boss.get(f"touchpoints?lane={quote(text)}").status_code == 400, text
        assert client.post(url, place | {"lane": text}).status_code == 422, text
    assert parse_uuid(str(lane).upper()) == lane
    for name in ("thread", "record"):
        for text in odd(lane):
            journey = reverse("journey_comments", args=[world.acme.journey])
            assert client.get(journey, {name: text}).status_code == 200


def test_a_new_record_has_an_id_of_version_7_or_none(world: SampleWorld, boss: ApiClient) -> None:
    nil, v4 = "00000000-0000-0000-0000-000000000000", "6b1f2b3c-8c52-4c39-9d43-0f3f5c1f3a77"
    for record_id in (nil, v4, "ffffffff-ffff-ffff-ffff-ffffffffffff"):
        op = {"op": "add", "type": "persona", "id": record_id, "fields": {"name": "P"}}
        answer = edits(boss, world, op)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == "/ops/0/id"
        for noun, body in (("personas", {"name": "P"}), ("journeys", {"title": "J"})):
            answer = boss.post(noun, body | {"id": record_id})
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/id")
    op = {"op": "add", "type": "persona", "id": str(uuid7()), "fields": {"name": "P"}}
    assert edits(boss, world, op).status_code == 200
    send(signed_in(world.dana), reverse("person_add", args=[world.acme.id]), {"name": "Gil"})
    (person,) = world.acme.all(Person, name="Gil")
    assert is_uuid7(person.pk)


def test_an_id_made_from_two_others_is_always_the_same() -> None:
    base, other = uuid7(), parse_uuid("6b1f2b3c-8c52-4c39-9d43-0f3f5c1f3a77")
    made = derive_uuid7(base, other)
    assert (is_uuid7(made), made) == (True, derive_uuid7(base, other))
    assert str(made)[:13] == str(base)[:13]
    assert is_uuid7(derive_uuid7(other, other))


def test_names(world: SampleWorld, boss: ApiClient) -> None:
    page, stage = reverse("persona_add", args=[world.acme.id]), str(world.acme.stages["Buy"])
    for name, code in NAMES.items():
        op = {"op": "set", "type": "persona", "id": str(world.acme.persona)}
        by_ops = edits(boss, world, op | {"fields": {"name": name}})
        for answer in (by_ops, boss.post("personas", {"name": name})):
            assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code), name
        item = {"source": "x", "external_id": "1", "title": name, "stage": stage}
        (result,) = boss.post("touchpoints/batch", {"items": [item]}).json()["results"]
        assert (result["result"], result["code"]) == ("failed", code), name
        assert send(signed_in(world.dana), page, {"name": name}).status_code == 422, name
        with pytest.raises(InvalidRequest):
            token_create(actor=world.dana.actor, name=name, scopes=["maps:read"])


def test_names_of_all_scripts_are_fine() -> None:
    for name in FINE:
        check_characters(normalize_text(name))
        assert find_fault(normalize_text(name)) is None


def test_a_glyph_is_an_icon_that_there_is(world: SampleWorld, boss: ApiClient) -> None:
    assert {name for name, _ in (*GLYPHS, *CHANNEL_GLYPHS)} <= icon_names()
    for slug, pk in (
        ("department", world.acme.departments["Care"]),
        ("channel", world.acme.channels["Shop"]),
    ):
        for glyph in ("any text", "<b>", "STORE", "", "no-such-icon"):
            op = {"op": "set", "type": slug, "id": str(pk), "fields": {"glyph": glyph}}
            assert edits(boss, world, op).status_code == 400, (slug, glyph)
            answer = boss.patch(f"{slug}s/{pk}", {"glyph": glyph}, If_Match="*")
            assert answer.status_code == 400, (slug, glyph)
            page = reverse(f"{slug}_edit", args=[pk])
            assert send(signed_in(world.dana), page, {"glyph": glyph}).status_code == 422
    world.acme.read(Department, world.acme.departments["Care"])


def test_isolates_are_handled_alike_everywhere(world: SampleWorld, boss: ApiClient) -> None:
    """Forms, ops, API and batch strip harmless controls and reject deceptive ones."""
    client, step = signed_in(world.dana), world.acme.steps["Asks"]
    url = reverse("step_edit", args=[step])
    for number, vector in enumerate(VECTORS):
        sent, stored = vector["sent"], vector["stored"]
        op = {"op": "set", "type": "persona", "id": str(world.acme.persona)}
        item = {"source": "x", "external_id": f"{number}", "title": sent, "actors": [sent]}
        item["stage"] = str(world.acme.stages["Buy"])
        by_ops = edits(boss, world, op | {"fields": {"name": sent}})
        by_api = boss.patch(f"personas/{world.acme.persona}", {"summary": sent}, If_Match="*")
        (by_batch,) = boss.post("touchpoints/batch", {"items": [item]}).json()["results"]
        by_form = send(client, url, {"title": sent})
        if stored is None:
            assert (by_ops.status_code, by_api.status_code, by_form.status_code) == (400, 400, 422)
            assert by_batch["result"] == "failed"
            page = by_form.content.decode()
            shown = FormParser(page[page.index('class="form-panel"') :]).found[0]["fields"]
            assert shown["title"] == sent  # the form keeps the text
            continue
        assert (by_ops.status_code, by_form.status_code) == (200, 303), vector
        assert by_api.json()["summary"] == stored
        row = world.acme.read(Touchpoint, by_batch["id"])
        assert (row.title, row.actors) == (stored, [strip_isolates(sent)])


def test_an_import_is_not_refused_for_isolates(world: SampleWorld) -> None:
    lines = ["\u2068journey", "  title \u2068Acme\u2069", "  section \u2066Buy\u2069"]
    text = "\n".join([*lines, "    #8296;Pay#8297;: 4: \u2068Ann\u2069\u2069"])
    import_journey(text=text.encode(), format="mermaid", actor=world.dana.actor)
    (touchpoint,) = world.acme.all(Touchpoint, title="Pay")
    assert touchpoint.actors == ["Ann"]
