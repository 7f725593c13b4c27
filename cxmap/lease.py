"""Who runs the engines of a state folder: one owner at a time; other processes are its guests.

Locks of the kernel, so a killed process gives up its own. Without them the end of one command
would stop the database under another.
"""

import fcntl
import os
from pathlib import Path


class Lease:
    def __init__(self, folder: Path) -> None:
        self._owner = os.open(folder / "owner.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._guests = os.open(folder / "guests.lock", os.O_RDWR | os.O_CREAT, 0o600)

    def own(self, serving: str) -> bool:
        """Become the owner, unless there is one; leave word what for."""
        if not _lock(self._owner, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
        os.ftruncate(self._owner, 0)
        os.pwrite(self._owner, serving.encode(), 0)
        return True

    def owner(self) -> str:
        """Return what the present owner is serving; empty when it is a mere command."""
        return os.pread(self._owner, 100, 0).decode()

    def visit(self) -> bool:
        """Become a guest, unless the owner is about to stop."""
        return _lock(self._guests, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def leave(self) -> None:
        fcntl.flock(self._guests, fcntl.LOCK_UN)

    def await_guests(self) -> None:
        """Return when no guest is left; none comes after that."""
        _lock(self._guests, fcntl.LOCK_EX)

    def close(self) -> None:
        os.close(self._guests)
        os.close(self._owner)


def _lock(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how)
    except BlockingIOError:
        return False
    return True
