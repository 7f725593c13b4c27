"""`manage demo`: build the demo workspaces, once."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from exchange.demo.build import PASSWORD, build
from workspaces.models import Workspace


class Command(BaseCommand):
    help = "Build the demo: Fjordline Mobile and Hotel Aurora, with people to sign in as."

    def handle(self, *args: Any, **options: Any) -> None:
        if Workspace.objects.filter(slug__in=["fjordline", "aurora"]).exists():
            raise CommandError("The demo is there already.")
        lines = [f"  {role:10} {email:28} ({name})" for role, name, email in build()]
        note = "\n".join(["Sign in with the password " + PASSWORD + " as", *lines, ""])
        var = Path(settings.VAR)
        var.mkdir(parents=True, exist_ok=True)
        (var / "demo-sign-in.txt").write_text(note)
        self.stdout.write(note)
