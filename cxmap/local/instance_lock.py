"""Locks on a state directory: one exclusive owner and any number of shared users.

They are kernel locks, so they end with their process. Without them, one command could stop the
database that another one still uses.
"""

import fcntl
import os
from pathlib import Path


class InstanceLock:
    def __init__(self, folder: Path) -> None:
        self._exclusive = os.open(folder / "owner.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._shared = os.open(folder / "guests.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def try_acquire(self, serving: str) -> bool:
        """Become the owner, unless there is one. Return whether this succeeded.

        `serving` says what the owner serves, such as "port 8000". It is empty for a single command.
        """
        if not _lock(self._exclusive, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
        os.ftruncate(self._exclusive, 0)
        os.pwrite(self._exclusive, serving.encode(), 0)
        return True

    def holder(self) -> str:
        """Return what the current owner serves, such as "port 8000", or "" if it is a single command."""
        return os.pread(self._exclusive, 100, 0).decode()

    def try_share(self) -> bool:
        """Become a shared user, unless the owner is about to stop. Return whether this succeeded."""
        return _lock(self._shared, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def release_share(self) -> None:
        fcntl.flock(self._shared, fcntl.LOCK_UN)

    def wait_until_unshared(self) -> None:
        """Wait until there are no shared users. No new ones are admitted after that."""
        _lock(self._shared, fcntl.LOCK_EX)

    def close(self) -> None:
        os.close(self._shared)
        os.close(self._exclusive)


def _lock(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True
