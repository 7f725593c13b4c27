"""`manage check_invariants [--workspace SLUG]`: check what must always be true of the stored data."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import NotFound
from core.invariants import invariants, violations
from core.tenancy import tenant_scope
from workspaces.access import get_workspace_for_command
from workspaces.queries import all_workspace_ids


class Command(BaseCommand):
    help = "Check what must always be true of the stored data. Exits with 1 if something isn’t."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", metavar="SLUG", help="Check only this workspace.")

    def handle(self, *args: Any, **options: Any) -> None:
        with tenant_scope(self._workspaces(options["workspace"]), snapshot=True):
            found = violations(invariants())
        for invariant in invariants():
            own = [one for one in found if one.invariant.code == invariant.code]
            mark = "violated" if own else "ok"
            self.stdout.write(f"{mark:9} {invariant.code}: {invariant.statement}")
            for one in own:
                self.stdout.write(f"          {one.workspace_id} {one.description}")
        if found:
            raise CommandError("Some invariants are violated.")

    def _workspaces(self, slug: str | None) -> list[UUID]:
        if slug is None:
            return all_workspace_ids()
        try:
            return [get_workspace_for_command(slug).id]
        except NotFound as error:
            raise CommandError(error.detail) from None
