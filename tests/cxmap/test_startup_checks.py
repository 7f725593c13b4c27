"""Requirements at startup: safe settings, and a role that row-level security applies to."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import connection

from cxmap import env
from cxmap.local.startup_checks import check_demo
from cxmap.postgres.base import DatabaseWrapper
from journey_templates.demo.sign_in import PUBLISHED_PASSWORD, new_password, set_password
from workspaces.models import User

ADDRESS = "https://maps.example.com"


# A random key, but the same in every process of a test run: pytest compares the ids of tests.
KEY = "9c1f0b6e2d7a4853b0e9f2c6a5d81734e6b3907fa2c4d85160f7e3b9a8d2c415"


@pytest.mark.parametrize(
    ("debug", "key", "word"),
    [
        (True, KEY, "DEBUG"),
        (False, "a", "SECRET_KEY"),
        (False, "a" * 64, "SECRET_KEY"),
        (False, "abcd" * 16, "SECRET_KEY"),
        (False, KEY[:30], "SECRET_KEY"),
        (False, f"django-insecure-{KEY}", "SECRET_KEY"),
    ],
)
def test_a_public_address_needs_safe_settings(debug: bool, key: str, word: str):
    with pytest.raises(ImproperlyConfigured, match=f"{word}.*{ADDRESS}"):
        env.require_safe(ADDRESS, debug, key)


def test_safe_settings_pass():
    for key in (secrets.token_hex(16), secrets.token_urlsafe(48)):
        env.require_safe(ADDRESS, False, key)


@pytest.mark.parametrize(
    "address",
    [ADDRESS, "HTTPS://maps.example.com", f" {ADDRESS}", "http://maps.example.com", "http://[::]"],
)
def test_no_entry_point_starts_with_unsafe_settings(address: str):
    done = subprocess.run(
        [sys.executable, "-c", "import cxmap.settings"],
        cwd=Path(django_settings.ROOT),
        env={**os.environ, "PUBLIC_URL": address, "SECRET_KEY": "a", "DEBUG": "0"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "SECRET_KEY is easy to guess" in done.stderr


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
        ("http://maps.example.com", True),
        (ADDRESS, True),
        ("https://localhost", True),
    ],
)
def test_the_demo_is_for_this_machine_alone(address: str, expected: bool):
    assert env.is_public(address) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "http://localhost:8000"),
        (" HTTPS://Maps.example.com:8443/ ", "https://maps.example.com:8443"),
        ("maps.example.com", None),
        ("localhost:8000", None),
        ("https:/maps.example.com", None),
        ("https://", None),
        ("https://[::1", None),
        ("https://maps.example.com/cxmap", None),
        ("https://maps.example.com?x", None),
        ("ftp://maps.example.com", None),
    ],
)
def test_the_public_address_is_an_origin(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: str | None
):
    monkeypatch.setenv("PUBLIC_URL", value)
    if expected is not None:
        assert env.public_url("http://localhost:8000") == expected
    else:
        with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL is .*without a path"):
            env.public_url("http://localhost:8000")


def test_published_demo_passwords_are_refused_at_a_public_address(db: None, settings: Any):
    email = f"{secrets.token_hex(4)}@harbour-house.example"
    User.objects.create_user(email, PUBLISHED_PASSWORD)
    settings.IS_PUBLIC = True
    with pytest.raises(CommandError, match="--new-password"):
        check_demo()
    password = new_password()
    set_password(password)
    check_demo()
    assert User.objects.get(email=email).check_password(password)
    assert new_password() != password


def test_a_superuser_is_refused_by_the_connection(db: None):
    superuser = DatabaseWrapper({**connection.settings_dict, "USER": "postgres"})
    with pytest.raises(ImproperlyConfigured, match="superuser"):
        superuser.ensure_connection()
    superuser.close()
