"""`manage workspace_create --name N --slug S --admin EMAIL`: create an empty workspace."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import AppError
from workspaces.services import workspace_create


class Command(BaseCommand):
    help = "Create an empty workspace and its first admin, who can invite everyone else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True)
        parser.add_argument("--slug", required=True, help="its name in URLs and commands")
        parser.add_argument("--admin", required=True, metavar="EMAIL")
        parser.add_argument(
            "--time-zone",
            default="UTC",
            metavar="NAME",
            help="where its days begin and end, for example Europe/Prague (default: UTC)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            member, password = workspace_create(
                name=options["name"],
                slug=options["slug"],
                email=options["admin"],
                time_zone=options["time_zone"],
            )
        except AppError as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(f"Created “{member.workspace}”. Its admin is {member.user.email}.")
        if password:
            self.stdout.write(
                f"Sign in with the password {password} and change it. It is not shown again."
            )
