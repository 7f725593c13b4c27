"""Fixtures of the whole suite. Tests commit for real: row security and triggers are on."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections

from changes.queries import feed_position
from core.tenancy import tenant_scope
from tests.support.chromium import chromium, page, server, sign_in, uvicorn_server, window
from tests.support.factories import SampleWorld, build_world
from tests.support.log_invariants import check_everything
from tests.support.pseudo_locale import pseudo_locale

__all__ = ["chromium", "page", "pseudo_locale", "server", "sign_in", "uvicorn_server", "window"]


def pytest_collection_finish() -> None:
    """Exempt what imports and collection created from garbage collection, which scans it often."""
    gc.freeze()


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database, without a wrapping transaction: change_set() opens durable ones.

    Nothing is cleared afterwards (30 tables take a third of a second): every test makes its own
    workspaces, and what keeps tenants apart keeps tests apart.
    """
    with django_db_blocker.unblock():
        yield
        if connection.in_atomic_block:
            connection.rollback()
        connections.close_all()


@pytest.fixture
def transactional_db(db: None) -> None:
    """The same: every test here is transactional."""


@pytest.fixture
def world(db: None) -> Iterator[SampleWorld]:
    """Two twin workspaces with the same names in them, and the cast (tests/support/factories.py).

    Whatever a test wrote there, by whatever door, is held against the laws afterwards.
    """
    built = build_world()
    yield built
    with tenant_scope([built.acme.id]):
        written = feed_position(built.acme.id) > built.began
    if written:
        check_everything(built.acme.id)
