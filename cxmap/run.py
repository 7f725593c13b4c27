"""Run a management command beside this instance's engines: `python -m cxmap.run COMMAND ...`.

Engines that run already are used and left running; what is started here is stopped here.
"""

import os
import secrets
import signal
import sys
from pathlib import Path
from types import FrameType

from cxmap import env
from cxmap.engines import EngineError, Engines


def main(arguments: list[str]) -> int:
    """Return the command's exit status; 1 with one line when an engine is missing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
    var = env.state_folder()
    keep_secret(var)
    engines = Engines(var)
    signal.signal(signal.SIGTERM, _leave)
    try:
        engines.start()
        # Imported late on purpose: settings read the URLs that starting the engines has set.
        from django.core.management import execute_from_command_line

        execute_from_command_line(["manage.py", *arguments])
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        engines.stop()
    return 0


def keep_secret(var: Path) -> None:
    """Make this instance's SECRET_KEY on its first start, readable by its user alone."""
    path = var / "secret_key"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))


def _leave(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
