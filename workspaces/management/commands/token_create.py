"""`manage token_create --workspace SLUG --name N --scopes all`: create a token and print it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import AppError
from core.scopes import token_scopes
from workspaces.access import get_workspace_for_command, system_actor
from workspaces.models import Token
from workspaces.services import token_create


class Command(BaseCommand):
    help = "Create a service token for a workspace and print it. It is not shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--name", required=True)
        parser.add_argument(
            "--scopes",
            nargs="+",
            default=["all"],
            help=f"all, or some of {', '.join(token_scopes())}",
        )
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args: Any, **options: Any) -> None:
        scopes = [scope for argument in options["scopes"] for scope in argument.split(",")]
        try:
            workspace = get_workspace_for_command(options["workspace"])
            _, secret = token_create(
                actor=system_actor(workspace.id),
                kind=Token.Kind.SERVICE,
                name=options["name"],
                scopes=list(token_scopes()) if scopes == ["all"] else scopes,
                days=options["days"],
            )
        except AppError as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(secret)
