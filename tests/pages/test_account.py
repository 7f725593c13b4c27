"""One's own account: another password, by the page or by mail; and what allauth has besides."""

import os
import re
import subprocess
import sys

import pytest
from django.core import mail
from django.test import Client

from tests.pages.browse import signed_in
from tests.world import PASSWORD, World

NEW = "quite-another-harbour"
CHANGE = "/accounts/password/change/"


def can_sign_in(world: World, password: str) -> bool:
    form = {"login": world.alice.user.email, "password": password}
    return Client().post("/accounts/login/", form).status_code == 302


def test_somebody_changes_their_password(world: World):
    client = signed_in(world.alice)
    assert world.alice.user.email in client.get(CHANGE).content.decode()
    wrong = client.post(CHANGE, {"oldpassword": "guess", "password1": NEW, "password2": NEW})
    assert "current password" in wrong.content.decode()
    assert not can_sign_in(world, NEW)
    right = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post(CHANGE, right)["Location"] == "/"
    assert "Your password is changed." in client.get("/", follow=True).content.decode()
    assert can_sign_in(world, NEW)


def test_nobody_is_asked_to_sign_in_first(world: World):
    assert Client().get(CHANGE)["Location"].startswith("/accounts/login/?next=")


def test_a_new_password_comes_by_a_link_in_our_words(world: World):
    client = Client()
    client.post("/accounts/password/reset/", {"email": world.alice.user.email})
    (sent,) = mail.outbox
    assert sent.subject == "Choose a new password for cxmap"
    assert sent.body.startswith("Hello alice,\n")
    link = re.search(r"http://testserver(/\S+)", sent.body)
    assert link is not None
    page = client.get(link[1], follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert can_sign_in(world, NEW)


@pytest.mark.parametrize("page", ["signup", "email", "reauthenticate", "confirm-email"])
def test_what_is_not_used_is_not_there(world: World, page: str):
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
