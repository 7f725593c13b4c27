"""A user's own account: changing and resetting the password, and unused allauth pages."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from celery.exceptions import Retry
from django.core import mail
from django.test import Client
from kombu.exceptions import OperationalError

from cxmap import tasks
from tests.support.factories import PASSWORD, SampleWorld
from tests.support.html_client import signed_in

NEW = "quite-another-harbour"
CHANGE = "/accounts/password/change/"


def can_sign_in(world: SampleWorld, password: str) -> bool:
    form = {"login": world.alice.user.email, "password": password}
    return Client().post("/accounts/login/", form).status_code == 302


def test_somebody_changes_their_password(world: SampleWorld):
    client = signed_in(world.alice)
    assert world.alice.user.email in client.get("/account/").content.decode()
    wrong = client.post(CHANGE, {"oldpassword": "guess", "password1": NEW, "password2": NEW})
    assert "current password" in wrong.content.decode()
    assert not can_sign_in(world, NEW)
    right = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post(CHANGE, right)["Location"] == "/"
    assert "Your password was changed." in client.get("/", follow=True).content.decode()
    assert can_sign_in(world, NEW)


def test_nobody_is_asked_to_sign_in_first(world: SampleWorld):
    assert Client().get(CHANGE)["Location"].startswith("/accounts/login/?next=")


def ask_for_reset(email: str) -> tuple[int, str]:
    """Request a password reset. The host is allowed, but isn't the public address."""
    answer = Client(HTTP_HOST="127.0.0.1").post("/accounts/password/reset/", {"email": email})
    return answer.status_code, answer.headers.get("Location", answer.content.decode()[-2000:])


@pytest.fixture
def queued(monkeypatch: Any) -> list[list[str]]:
    """Return the arguments of queued tasks. The test runs the task, as a worker would."""
    arguments: list[list[str]] = []
    monkeypatch.setattr(tasks.mail_password_reset, "delay", arguments.append)
    return arguments


def test_a_new_password_comes_by_a_link_in_our_words(world: SampleWorld, queued: list[list[str]]):
    ask_for_reset(world.alice.user.email)
    assert mail.outbox == []  # the request doesn't wait for the mail server
    assert queued == [[str(world.alice.user.pk)]]
    tasks.mail_password_reset(*queued)
    (sent,) = mail.outbox
    assert sent.subject == "Reset your cxmap password"
    assert sent.body.startswith("Hello alice,\n")
    link = re.search(r"http://localhost:8000(/\S+)", sent.body)
    assert link is not None
    client = Client()
    page = client.get(link[1], follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert can_sign_in(world, NEW)


def test_a_reset_does_not_say_whether_a_login_exists(world: SampleWorld, queued: list[list[str]]):
    known, unknown = ask_for_reset(world.alice.user.email), ask_for_reset("nobody@acme.example")
    assert known == unknown == (302, "/accounts/password/reset/done/")
    assert queued == [[str(world.alice.user.pk)], []]
    tasks.mail_password_reset(queued[1])
    assert mail.outbox == []


def test_a_reset_that_cannot_be_queued_is_refused_alike(world: SampleWorld, monkeypatch: Any):
    def away(*args: Any) -> None:
        raise OperationalError("Redis is away")

    monkeypatch.setattr(tasks.mail_password_reset, "delay", away)
    for email in (world.alice.user.email, "nobody@acme.example"):
        status, text = ask_for_reset(email)
        assert status == 503
        assert "E-mail can’t be sent right now." in text


def test_a_mail_server_that_is_away_is_tried_again(world: SampleWorld, settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(Retry):
        tasks.mail_password_reset.apply([[str(world.alice.user.pk)]], throw=True)


@pytest.mark.parametrize("page", ["signup", "email", "reauthenticate", "confirm-email"])
def test_what_is_not_used_is_not_there(world: SampleWorld, page: str):
    assert signed_in(world.alice).get(f"/accounts/{page}/").status_code == 404


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "console 587 True False"),
        ({"EMAIL_HOST": "mail.example"}, "smtp 587 True False"),
        ({"EMAIL_HOST": "mail.example", "EMAIL_PORT": "465"}, "smtp 465 False True"),
        ({"EMAIL_HOST": "mail.example", "EMAIL_USE_TLS": "0"}, "smtp 587 False False"),
    ],
)
def test_mail_goes_through_the_server_that_is_named(given: dict[str, str], expected: str):
    code = (
        "from cxmap import settings as s; print(s.EMAIL_BACKEND.split('.')[-2],"
        " s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"
    )
    plain = {name: value for name, value in os.environ.items() if not name.startswith("EMAIL_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**plain, "SECRET_KEY": "x", **given},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == expected
