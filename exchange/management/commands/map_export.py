"""`manage map_export JOURNEY_ID --format mermaid`: print a journey in a text format."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.actors import Caller
from core.errors import NotFound
from core.tenancy import tenant_scope
from exchange.formats.mermaid import MERMAID
from exchange.formats.registry import FORMATS, writers
from exchange.services import export_journey
from journeys.access import get_journey
from workspaces.access import system_actor
from workspaces.queries import all_workspace_ids


class Command(BaseCommand):
    help = "Print a journey in a text format."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("journey", type=UUID)
        parser.add_argument("--format", choices=list(writers()), default=MERMAID.name)
        parser.epilog = " ".join(str(FORMATS[name].omissions) for name in writers())

    def handle(self, *args: Any, **options: Any) -> None:
        # An operator with shell access may read every workspace.
        caller = Caller(
            {workspace_id: system_actor(workspace_id) for workspace_id in all_workspace_ids()}
        )
        try:
            with tenant_scope(caller.workspace_ids, snapshot=True):
                journey = get_journey(caller, options["journey"])
                text = export_journey(journey, options["format"])
        except NotFound:
            raise CommandError(f"There is no journey with the id {options['journey']}.") from None
        self.stdout.write(text, ending="")
