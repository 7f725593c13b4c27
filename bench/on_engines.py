"""Run a benchmark on temporary servers with production settings (fsync is on)."""

import os
import runpy
import shutil
import sys
import tempfile
from pathlib import Path

from cxmap.local.servers import LocalServers

if __name__ == "__main__":
    var = Path(tempfile.mkdtemp(prefix="cxmap-bench-"))
    var.chmod(0o711)
    engines = LocalServers(var / "var")
    os.environ.setdefault("SECRET_KEY", "bench-only")
    os.environ["DJANGO_SETTINGS_MODULE"] = "cxmap.settings"
    os.environ["STATEMENT_TIMEOUT_S"] = "600"
    try:
        engines.start()
        # Imported late: settings read the URLs set by starting the servers.
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        sys.argv = sys.argv[1:]
        runpy.run_module(f"bench.{sys.argv[0]}", run_name="__main__")
    finally:
        engines.stop()
        shutil.rmtree(var, ignore_errors=True)
