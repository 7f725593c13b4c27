"""`manage rebuild_ownership_history --workspace SLUG`: write the history of ownership again, from the log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import NotFound
from ownership import spells, tenure_rebuild
from workspaces.access import get_workspace_for_command


class Command(BaseCommand):
    help = "Replace the history of ownership of one workspace with what its log contains."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            workspace = get_workspace_for_command(options["workspace"])
        except NotFound as error:
            raise CommandError(error.detail) from None
        days = tenure_rebuild.rebuild(workspace.id)
        spells.rebuild(workspace.id)
        self.stdout.write(f"Rebuilt the history of {days} days.")
