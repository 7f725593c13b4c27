"""`manage migrate` without the time limits for requests, because migrations may take minutes."""

from typing import Any

from django.core.management.commands import migrate

from cxmap.postgres.limits import without_time_limits


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with without_time_limits():
            super().handle(*args, **options)
