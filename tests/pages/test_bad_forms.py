"""Every form of every page, with invalid values: each is rejected at its field."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from changes.models import record_types
from core.ids import uuid7
from tests.authz.matrix import PAGES, address
from tests.authz.row import Row
from tests.support.actors import build_things
from tests.support.checksum import checksum
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, signed_in

pytestmark = pytest.mark.slow  # renders about three hundred pages

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
CHOICES = re.compile(r"<select[^>]* name=\"(\w+)\"[^>]*>(.*?)</select>", re.DOTALL)
OPTION = re.compile(r"<option value=\"([^\"]*)\"")
TYPED = re.compile(r"<(?:input type=\"(?:text|email)\"|textarea)[^>]* name=\"(\w+)\"")
BAD = {"bidi": "ab\u202ecd", "NUL": "a\x00b"}
NAMES = {"title", "name", "first_stage"}
UNSEEN = "\u200b\u200d\ufeff"


@pytest.fixture
def ours(world: SampleWorld) -> dict[str, Any]:
    return build_things(world.acme, "erin", "bob", "alice", "dana")


@pytest.fixture
def twins(world: SampleWorld, ours: dict[str, Any]) -> dict[str, str]:
    """Return, for each of our ids, one of the same type in the other workspace."""
    build_things(world.twin, "charlie", "tessa", "charlie", "tessa")
    found = {
        str(person.member.id): str(world.charlie.member.id) for person in world.acme.people.values()
    }
    for model in record_types().values():
        theirs = world.twin.all(model)
        found |= {str(record.pk): str(theirs[0].pk) for record in world.acme.all(model) if theirs}
    return found


def forms(world: SampleWorld, ours: dict[str, Any]) -> Iterator[tuple[Row, Client, str, str, dict]]:
    """Yield (row, client, url, page, form) for every form, as it is first shown."""
    browsers = {name: signed_in(getattr(world, name)) for name in world.acme.people}
    sent = {row.name for row in PAGES if row.method == "POST"}
    for row in PAGES:
        if row.method != "GET" or row.name not in sent or row.public:
            continue
        post = next(page for page in PAGES if (page.method, page.name) == ("POST", row.name))
        if not post.may:  # of nobody in the sample world
            continue
        browser = browsers["dana" if "dana" in post.may else min(post.may)]
        url = address(row, ours)
        page = browser.get(url).content.decode()
        main = page[page.index("<main") :]
        for form in FormParser(main).found:
            if form["method"] == "post" and form["action"] in ("", url):
                verb = {"verb": "move"} if form["fields"].keys() & {"after", "place", "end"} else {}
                yield row, browser, url, main, form["fields"] | verb


def masked(answer: Any) -> str:
    """Return a page without the parts that differ on each request."""
    text = UUID.sub("-", answer.content.decode())
    return re.sub(r"\b\w{64}\b|id_\w+", "", text)  # CSRF tokens, and ids of fields


def test_ids_of_another_workspace_are_no_choice_like_those_that_are_none(
    world: SampleWorld, ours: dict[str, Any], twins: dict[str, str]
) -> None:
    before, tried = checksum(world.acme.id), set()
    for row, browser, url, page, fields in forms(world, ours):
        for name, options in CHOICES.findall(page):
            ids = [one for one in OPTION.findall(options) if UUID.search(one)]
            if name not in fields or not ids:
                continue
            foreign = UUID.sub(lambda found: twins[found[0]], ids[-1])
            absent = UUID.sub(lambda found: str(uuid7()), ids[-1])
            filled = {k: v or "T" for k, v in fields.items() if k in NAMES}
            answers = [
                browser.post(url, fields | filled | {name: one}) for one in (foreign, absent)
            ]
            assert [answer.status_code for answer in answers] == [422, 422], (row.name, name)
            assert masked(answers[0]) == masked(answers[1]), (row.name, name)
            refusals = ("Select a valid choice", "Choose one of the matches")  # a picker's is last
            assert any(text in masked(answers[0]) for text in refusals), (row.name, name)
            tried.add(f"{row.name}.{name}")
    assert len(tried) > 20, sorted(tried)
    assert checksum(world.acme.id) == before


def test_text_that_deceives_is_refused(world: SampleWorld, ours: dict[str, Any]) -> None:
    before, tried = checksum(world.acme.id), set()
    for row, browser, url, page, fields in forms(world, ours):
        for name in set(TYPED.findall(page)) & fields.keys():
            bad = BAD | ({"unseen": UNSEEN} if name in NAMES else {})
            for kind, text in bad.items():
                filled = {k: v or "T" for k, v in fields.items() if k in NAMES}
                answer = browser.post(url, fields | filled | {name: text})
                assert answer.status_code == 422, (row.name, name, kind, answer.status_code)
                assert re.search("field-error|banner-brk", answer.content.decode()), (
                    row.name,
                    name,
                    kind,
                )
            tried.add(f"{row.name}.{name}")
    assert len(tried) > 30, sorted(tried)
    assert checksum(world.acme.id) == before
