"""Starts throw-away PostgreSQL and Redis before Django reads its settings (`-p` in pyproject).

xdist's workers inherit the environment, so they share the servers, each with its own database.
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
    # Playwright's loop runs in the test's thread, where Django would refuse the ORM.
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
