"""Run a function in a child process with limits on memory and time.

This is for work that could exhaust a worker, such as rendering a PDF: a crash ends only the child.
"""

import os
import pickle
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

import structlog
from django.utils.translation import gettext, ngettext

from core.errors import AppError

log = structlog.get_logger()
POLL_SECONDS = 0.5
OUT_OF_MEMORY = 12  # exit status
# The only environment variables of the child, so that it gets no secrets. Threads reserve memory, which would
# exceed the limit on a machine with many cores.
ENVIRONMENT = {
    "PYTHONPATH": os.pathsep.join(sys.path),
    "MALLOC_ARENA_MAX": "2",
    "RAYON_NUM_THREADS": "2",
}


@dataclass(frozen=True)
class Limits:
    """The limits of a child process.

    `seconds` limits both its processor time and the elapsed time. It must be less than
    CELERY_TASK_SOFT_TIME_LIMIT. macOS does not enforce the memory limit.
    """

    megabytes: int = 1024
    seconds: int = 120


class ChildProcessFailed(AppError):
    """The child process exceeded a limit or crashed. The detail says which."""


class ChildProcessCancelled(Exception):
    """The child process was killed because `is_cancelled()` returned True."""


def run_in_child_process(
    function: Callable[..., bytes],
    *args: Any,
    limits: Limits,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> bytes:
    """Return what `function(*args)` returns in a child process.

    The function must be importable from its module without Django. Its arguments are pickled.
    `is_cancelled` is called twice a second. Raise ChildProcessFailed or ChildProcessCancelled.
    """
    # A file, because communicate() would send the rest of a long input only in its first call.
    with TemporaryFile() as payload:
        pickle.dump((function, args), payload)
        payload.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(limits.megabytes), str(limits.seconds)],
            stdin=payload,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=ENVIRONMENT,
        )
    with process:
        try:
            output, errors = _communicate(process, is_cancelled)
        finally:
            process.kill()
    if process.returncode == 0:
        return output
    log.warning("child_process_failed", status=process.returncode, stderr=errors.decode()[-2000:])
    raise ChildProcessFailed(_describe_failure(process.returncode, errors, limits))


def _communicate(
    process: subprocess.Popen[bytes], is_cancelled: Callable[[], bool]
) -> tuple[bytes, bytes]:
    """Return what the process wrote to its standard output and standard error."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=POLL_SECONDS)
        if is_cancelled():
            raise ChildProcessCancelled


def _describe_failure(status: int, errors: bytes, limits: Limits) -> str:
    if status in (-signal.SIGALRM, -signal.SIGXCPU):
        return ngettext(
            "This took longer than {n} second. Try again with fewer pictures.",
            "This took longer than {n} seconds. Try again with fewer pictures.",
            limits.seconds,
        ).format(n=limits.seconds)
    # The kernel kills a process when the machine is out of memory. Rust aborts.
    if status in (OUT_OF_MEMORY, -signal.SIGKILL) or b"memory allocation" in errors:
        return gettext(
            "This needs more than {n} MB of memory. Try again with fewer or smaller pictures."
        ).format(n=limits.megabytes)
    return gettext(
        "Something went wrong. Try again. If it keeps happening, contact the operator of this server."
    )


def _run(megabytes: int, seconds: int) -> None:
    """Run the pickled function from standard input, and write its result to standard output."""
    signal.alarm(seconds)  # ends the child even if its parent was killed
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    result = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # keep the output of libraries out of the result
    try:
        function, args = pickle.load(sys.stdin.buffer)  # noqa: S301  (from our own parent)
        result.write(function(*args))
        result.flush()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception:  # noqa: BLE001  (logged by the parent)
        traceback.print_exc()
        os._exit(1)


if __name__ == "__main__":
    _run(*map(int, sys.argv[1:]))
