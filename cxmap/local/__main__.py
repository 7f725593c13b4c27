"""Run a management command with this instance's local servers: `python -m cxmap.local COMMAND`.

Servers that are already running are used and left running. Servers that are started for the command
are stopped when it ends.
"""

import os
import secrets
import signal
import sys
from pathlib import Path
from types import FrameType

from django.core.exceptions import ImproperlyConfigured

from cxmap import env
from cxmap.local.binaries import LocalServerError
from cxmap.local.servers import LocalServers


def main(arguments: list[str]) -> int:
    """Run a command and return its exit status.

    If something that it needs is missing, print one line and return 1.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
    signal.signal(signal.SIGTERM, _exit_on_signal)
    engines = None
    try:
        serving = f"port {env.integer('PORT', 8000)}" if arguments[:1] == ["up"] else ""
        var = env.state_dir()
        ensure_secret_key(var)
        engines = LocalServers(var)
        engines.start(serving)
        _execute(arguments, engines)
    except (LocalServerError, ImproperlyConfigured) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if engines is not None:
            engines.stop()
    return 0


def _execute(arguments: list[str], engines: LocalServers) -> None:
    # Imported late: settings read the URLs set by starting the servers.
    import django
    from django.core.management import call_command, execute_from_command_line
    from django.core.management.base import CommandError

    if arguments != ["up"]:
        execute_from_command_line(["manage.py", *arguments])
        return
    django.setup()
    try:
        call_command("up", engines=engines)
    except CommandError as error:
        raise LocalServerError(str(error)) from None


def ensure_secret_key(var: Path) -> None:
    """Create this instance's SECRET_KEY if there is none. Only its user can read the file."""
    path = var / "secret_key"
    try:
        if not path.exists():
            var.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
    except OSError as error:
        raise LocalServerError(
            f"Cannot write to {var} ({error.strerror}). Set CXMAP_VAR to a folder of your own."
        ) from None


def _exit_on_signal(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
