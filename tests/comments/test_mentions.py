"""Text folding is the same in Python, SQL and TypeScript, and finds `@Name` everywhere."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse

from comments.mentions import split_mentions
from comments.models import Comment
from core.fields import fold, normalize_text
from ownership import audit
from ownership.models import Flag
from tests.support.comments import say
from tests.support.factories import SampleWorld
from tests.support.html_client import send, signed_in
from tests.support.sharing import shared, speak

# frontend/src/lib/fold.test.ts checks TypeScript against the same file.
VECTORS = json.loads((Path(__file__).parent / "fold_vectors.json").read_text())
NAMES = ("Mina Dahl", "Jan Strauß", "İrem Kaya", "Çağla Ünal")
WRITTEN = {
    "@Mına Dahl": "Mina Dahl",
    "@MİNA DAHL": "Mina Dahl",
    "@Jan Strauß": "Jan Strauß",
    "@JAN STRAUSS": "Jan Strauß",
    "@İrem Kaya": "İrem Kaya",
    "@irem kaya": "İrem Kaya",
    "\uff20\u2068Jan Strauß\u2069": "Jan Strauß",  # copied together with direction isolates
    "@C\u0327ag\u0306la U\u0308nal": "Çağla Ünal",
}


@pytest.mark.parametrize(("text", "folded"), VECTORS["folded"])
def test_python_folds_as_the_vectors_say(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_sql_folds_as_the_vectors_say(db: None) -> None:
    texts = [text for text, _ in VECTORS["folded"]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cxmap_fold(t) FROM unnest(%s) WITH ORDINALITY AS u(t, n)", [texts])
        assert [folded for (folded,) in cursor.fetchall()] == [one for _, one in VECTORS["folded"]]


@pytest.mark.parametrize("vector", VECTORS["mentions"], ids=lambda one: one["text"])
def test_mentions_are_found_as_the_vectors_say(vector: dict[str, Any]) -> None:
    pieces = split_mentions(vector["text"], vector["names"])
    assert [name for _, name in pieces if name] == vector["written"]
    assert "".join(f"{text}@{name}" if name else text for text, name in pieces) == vector["text"]


@pytest.fixture
def named(world: SampleWorld) -> dict[str, UUID]:
    """Rename four members to NAMES. Return their ids by name."""
    found = {}
    for who, name in zip(("alice", "dana", "erin", "oscar"), NAMES, strict=True):
        somebody = getattr(world, who)
        somebody.user.name = name
        somebody.user.save()
        found[name] = somebody.member.pk
    return found


def test_every_form_mentions_the_right_member_and_keeps_the_text(
    world: SampleWorld, named: dict[str, UUID]
) -> None:
    client, guest_url = signed_in(world.bob), shared(world, can="comment")[1]
    thread = say(world, body="First.")
    new, answer, edit = (
        reverse("comment_add", args=["stage", world.acme.stages["Buy"]]),
        reverse("comment_reply", args=[thread.pk]),
        reverse("comment_edit", args=[thread.pk]),
    )
    for written, name in WRITTEN.items():
        for url in (new, answer, edit):
            assert send(client, url, {"body": f"{written}, is it so?"}).status_code == 303
        assert speak(guest_url, thread.pk, body=f"{written}, is it so?").status_code == 303
        asked = world.acme.all(Comment, body=normalize_text(f"{written}, is it so?"))
        assert [row.mentions for row in asked] == [[str(named[name])]] * 4, written
    page = client.get(reverse("journey_comments", args=[world.acme.journey])).content.decode()
    assert page.count('class="mention"') == 3 * len(WRITTEN) + 1  # all edits are of one comment


def test_an_import_names_its_owner_in_any_spelling(world: SampleWorld) -> None:
    for owner, differs in (("JAN STRAUSS", False), ("Jan Straus", True)):
        person = {"op": "set", "type": "person", "id": str(world.frank.person_id)}
        world.acme.direct(person | {"fields": {"name": "Jan Strauß"}})
        touchpoint = {"op": "set", "type": "touchpoint", "id": str(world.acme.touchpoints["Signs"])}
        world.acme.edit(touchpoint | {"fields": {"reported_owner": owner}})
        audit.run_audit(world.acme.id)
        assert bool(world.acme.all(Flag, rule="OWN-13", state="open")) == differs


def test_journeys_are_found_in_any_spelling(world: SampleWorld) -> None:
    journey = {"op": "set", "type": "journey", "id": str(world.acme.journey)}
    world.acme.edit(journey | {"fields": {"title": "Der Gruß aus İzmir"}})
    home = reverse("home", args=[world.acme.workspace.slug])
    for asked, is_found in (
        ("GRUSS", True),
        ("izmi\u0307r", True),
        ("IZMIR", True),
        ("Grüß", False),
    ):
        page = signed_in(world.bob).get(home, {"q": asked}).content.decode()
        assert ("No journeys match" not in page) == is_found, asked
