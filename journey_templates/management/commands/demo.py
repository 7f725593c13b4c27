"""`manage demo`: build the demo workspaces, or change their password."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from journey_templates.demo.build import build_demo
from journey_templates.demo.sign_in import SLUGS, demo_users, new_password, set_password
from workspaces.models import Member, Role, Workspace


class Command(BaseCommand):
    help = "Build the demo workspaces, Fjordline Mobile and Harbour House, and users to sign in as."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new-password",
            dest="renew",
            action="store_true",
            help="give the users of an existing demo a new random password",
        )

    def handle(self, *args: Any, renew: bool, **options: Any) -> None:
        exists = Workspace.objects.filter(slug__in=SLUGS).exists()
        if renew and not exists:
            raise CommandError("There is no demo yet. Build it: script/manage demo")
        if exists and not renew:
            raise CommandError(
                "The demo already exists. Change its password: script/manage demo --new-password"
            )
        self._renew() if renew else self._build()

    def _build(self) -> None:
        password = new_password()
        self._write_note(password, build_demo(password))

    def _renew(self) -> None:
        password = new_password()
        set_password(password)
        members = Member.objects.filter(user__in=demo_users(), left_at=None)
        members = members.exclude(role=Role.VIEWER).select_related("user").order_by("id")
        first = {(m.workspace_id, m.role): m for m in reversed(members)}
        rows = [(m.role, m.user.name, m.user.email) for m in reversed(first.values())]
        self._write_note(password, rows)

    def _write_note(self, password: str, people: list[tuple[str, str, str]]) -> None:
        lines = [f"  {role:10} {email:28} ({name})" for role, name, email in people]
        note = "\n".join(["Sign in with the password " + password + " as:", *lines, ""])
        path = Path(settings.VAR) / "demo-sign-in.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(note)
        self.stdout.write(note)
