"""Starts temporary PostgreSQL and Redis servers before Django reads its settings.

pytest loads this plugin with `-p` (see pyproject.toml). xdist workers inherit the environment, so
they share the servers; each has its own database.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from cxmap.local.servers import LocalServers

_started: list[tuple[LocalServers, Path]] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    os.environ["CXMAP_TEST"] = "1"
    os.environ.setdefault("SECRET_KEY", "tests-only")
    # Playwright's loop runs in the test's thread, where Django would otherwise disallow the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    var = Path(tempfile.mkdtemp(prefix="cxmap-test-"))
    var.chmod(0o711)
    engines = LocalServers(var / "var", throwaway=True)
    engines.start()
    os.environ["CXMAP_VAR"] = str(var / "state")
    _started.append((engines, var))


def pytest_unconfigure() -> None:
    for engines, var in _started:
        engines.stop()
        shutil.rmtree(var, ignore_errors=True)
