"""A form that is rejected as a whole returns the typed text, and only to its author."""

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from journeys.models import Stage
from tests.support.factories import SampleWorld
from tests.support.html_client import BACKEND, FormParser, signed_in

TEXT = "Three sentences. <b>Typed</b> with care."


@pytest.fixture
def edit(world: SampleWorld) -> dict[str, Any]:
    """Return the URL and fields of a form, filled in."""
    url = reverse("stage_edit", args=[world.acme.stages["Buy"]])
    page = signed_in(world.alice).get(url).content.decode()
    fields = FormParser(page[page.index('class="form-panel"') :]).found[0]["fields"]
    return {"path": url, "data": fields | {"summary": TEXT}}


def strict(world: SampleWorld) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice.user, backend=BACKEND)
    return client


def again(answer: Any) -> dict[str, Any]:
    """Return the form on an error page that lets the user send it again."""
    page = answer.content.decode()
    assert html.escape(TEXT) in page
    assert TEXT not in page
    return FormParser(page[page.index('class="card posted"') :]).found[0]


def test_a_form_that_expired_is_offered_again_with_a_fresh_token(
    world: SampleWorld, edit: dict[str, Any]
) -> None:
    client = strict(world)
    refused = client.post(**edit)
    assert refused.status_code == 403
    assert "Permission denied" not in refused.content.decode()  # they may, once it is sent again
    form = again(refused)
    assert form["action"] == edit["path"]
    assert form["fields"]["csrfmiddlewaretoken"] != edit["data"]["csrfmiddlewaretoken"]
    form["fields"] = {name: html.unescape(value) for name, value in form["fields"].items()}
    assert client.post(form["action"], form["fields"]).status_code == 303
    assert world.acme.read(Stage, world.acme.stages["Buy"]).summary == TEXT


def test_a_comment_that_comes_back_is_called_a_comment(world: SampleWorld) -> None:
    url = reverse("comment_add", args=["stage", world.acme.stages["Buy"]])
    page = strict(world).post(url, {"body": TEXT}).content.decode()
    assert ">Comment</label>" in page and "Body" not in page


def test_who_was_signed_out_gets_the_text_back(world: SampleWorld, edit: dict[str, Any]) -> None:
    refused = Client().post(**edit)
    assert refused.status_code == 401
    assert reverse("account_login") in refused.content.decode()
    form = again(refused)
    assert signed_in(world.alice).post(form["action"], form["fields"]).status_code == 303


def test_a_form_is_never_sent_as_another_user_than_the_one_who_opened_it(
    world: SampleWorld, edit: dict[str, Any]
) -> None:
    edit["data"]["expected-user"] = str(world.alice.user.pk)
    refused = signed_in(world.erin).post(**edit)
    assert refused.status_code == 403
    assert "Someone else is signed in now." in refused.content.decode()
    form = again(refused)
    assert signed_in(world.erin).post(form["action"], form["fields"]).status_code == 403
    assert world.acme.read(Stage, world.acme.stages["Buy"]).summary != TEXT
    assert signed_in(world.alice).post(form["action"], form["fields"]).status_code == 303


def test_a_part_of_a_page_is_never_replaced_by_the_page_to_sign_in(edit: dict[str, Any]) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(edit["path"], headers={"HX-Request": "true"})
        assert answer.status_code == 401


def test_a_record_that_is_gone_gives_the_text_back_to_be_copied(
    world: SampleWorld, edit: dict[str, Any]
) -> None:
    step = reverse("step_edit", args=[world.acme.steps["Calls"]])
    world.acme.edit({"op": "remove", "type": "step", "id": str(world.acme.steps["Looks"])})
    gone = reverse("step_edit", args=[world.acme.steps["Looks"]])
    answer = signed_in(world.alice).post(gone, {"title": "T", "quote": TEXT})
    page = answer.content.decode()
    assert answer.status_code == 404
    assert html.escape(TEXT) in page
    assert "Send again" not in page
    assert signed_in(world.bob).post(step, {"quote": TEXT}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_site_cannot_put_words_into_a_form(
    world: SampleWorld, edit: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = strict(world).post(**edit, headers=headers)
    assert answer.status_code == 403
    assert "Typed" not in answer.content.decode()


def test_secrets_are_not_given_back_nor_is_half_a_form_sent_again(world: SampleWorld) -> None:
    url = reverse("journey_share", args=[world.acme.journey])
    sent = {"can": "view", "days": "30", "password": "hunter2-hunter2", "note": TEXT}
    page = strict(world).post(url, sent).content.decode()
    assert "hunter2" not in page
    assert html.escape(TEXT) in page
    assert "Send again" not in page
    login = reverse("account_login")
    answer = Client(enforce_csrf_checks=True).post(
        login, {"login": "a@x.test", "password": "pw-pw"}
    )
    assert answer.status_code == 403
    assert "pw-pw" not in answer.content.decode()


def test_an_accepted_form_is_named_to_the_browser(world: SampleWorld, edit: dict[str, Any]) -> None:
    client = signed_in(world.alice)
    refused = client.post(edit["path"], edit["data"] | {"title": ""})
    assert (refused.status_code, "accepted" in refused.cookies) == (422, False)
    done = client.post(**edit)
    assert done.cookies["accepted"].value == edit["data"]["gesture"]
