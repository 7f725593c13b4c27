"""Fixtures of the whole suite. Tests really commit, with row-level security and triggers enabled."""

import gc
import os
from collections.abc import Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import Error, connection, connections

from changes.queries import feed_position
from core.tenancy import tenant_scope
from tests.support.chromium import chromium, page, server, sign_in, uvicorn_server, window
from tests.support.factories import SampleWorld, build_world
from tests.support.log_invariants import check_everything
from tests.support.pseudo_locale import pseudo_locale

__all__ = ["chromium", "page", "pseudo_locale", "server", "sign_in", "uvicorn_server", "window"]

TEMPLATE = "test_cxmap_template"

hypothesis.settings.register_profile("cxmap", deadline=None)  # machines are busy at times
hypothesis.settings.load_profile("cxmap")


def pytest_collection_finish() -> None:
    """Exempt what imports and collection created from garbage collection, which scans it often."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_blocker: Any, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Make each worker copy a template database. Migrating takes seconds, so one worker does it."""
    own = connection.settings_dict["TEST"]
    with Path(os.environ["CXMAP_VAR"]).with_name("migrated").open("a") as marker:
        flock(marker, LOCK_EX)
        if not os.fstat(marker.fileno()).st_size:
            with django_db_blocker.unblock():
                create_template()
            marker.write("yes")
    own["TEMPLATE"], own["MIGRATE"] = TEMPLATE, False


def create_template() -> None:
    settings = connection.settings_dict
    usual = settings["NAME"], settings["TEST"]["NAME"]
    settings["TEST"]["NAME"] = TEMPLATE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()  # a database can't be copied while it is in use
    settings["NAME"], settings["TEST"]["NAME"] = usual


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database, without a wrapping transaction: change_set() opens durable ones.

    Nothing is cleared afterwards, because clearing 30 tables takes a third of a second. Every test creates its
    own workspaces, so tenant isolation also isolates tests.
    """
    with django_db_blocker.unblock():
        yield
        reset_connection()


def reset_connection() -> None:
    """Prepare the connection for the next test. Opening another takes 20 ms, mostly to fill its caches."""
    connection.validate_no_atomic_block()
    if connection.connection is None or connection.errors_occurred:
        connections.close_all()
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all()")
    except Error:  # a test has ended it
        connections.close_all()


@pytest.fixture
def transactional_db(db: None) -> None:
    """Same as `db`, because every test here is transactional."""


@pytest.fixture(scope="session")
def neighbour(django_db_setup: None, django_db_blocker: Any) -> None:
    """Another workspace with the same names, which must never be visible to a test's users."""
    with django_db_blocker.unblock():
        build_world()


@pytest.fixture
def world(neighbour: None, db: None) -> Iterator[SampleWorld]:
    """A workspace, and its twin with the same names (tests/support/factories.py).

    Afterwards, everything that the test wrote is checked against the invariants.
    """
    built = build_world()
    yield built
    with tenant_scope([built.acme.id]):
        written = feed_position(built.acme.id) > built.began
    if written:
        check_everything(built.acme.id)
