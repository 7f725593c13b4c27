from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.catalogs import compile_catalog


class Command(BaseCommand):
    """Compile all catalogs in `locale/`. Needs no GNU gettext."""

    help = "Compile the catalogs in locale/ for the server and the browser."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in sorted(settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po")):
            code = path.parts[-3].lower().replace("_", "-")
            compile_catalog(path, settings.ROOT / "static" / "catalogs" / f"{code}.js")
            if options["verbosity"]:
                self.stdout.write(f"Compiled {path}")
