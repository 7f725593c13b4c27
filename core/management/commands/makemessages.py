from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import to_locale

from core.catalogs import extract_messages, is_translated, update_catalog


class Command(BaseCommand):
    """Create or update a language's catalog, including the browser's strings.

    Needs no GNU gettext.
    """

    help = "Create or update locale/<language>/LC_MESSAGES/django.po from the sources."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("languages", nargs="+", help="such as de or pt-br")

    def handle(self, *args: Any, **options: Any) -> None:
        own_apps = [
            app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.ROOT
        ]
        extracted = extract_messages(settings.ROOT, own_apps)
        for language in options["languages"]:
            path = settings.LOCALE_PATHS[0] / to_locale(language) / "LC_MESSAGES" / "django.po"
            catalog = update_catalog(path, language, extracted)
            translated = sum(message.id != "" and is_translated(message) for message in catalog)
            self.stdout.write(f"{path}: {translated} of {len(catalog)} strings are translated.")
