"""`manage audit --workspace SLUG [--json]`: run the audit now and print its results."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import NotFound
from ownership import audit
from workspaces.access import get_workspace_for_command


class Command(BaseCommand):
    help = "Audit one workspace and print, per rule, how many flags were opened, kept and resolved."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--json", action="store_true", help="Print the results as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            workspace = get_workspace_for_command(options["workspace"])
        except NotFound as error:
            raise CommandError(error.detail) from None
        rules = audit.run_audit(workspace.id).rules
        if options["json"]:
            self.stdout.write(json.dumps(rules, indent=2))
            return
        self.stdout.write(f"{'rule':8}{'opened':>8}{'kept':>8}{'resolved':>10}{'seconds':>10}")
        for code, result in rules.items():
            note = "  skipped" if result["skipped"] else ""
            self.stdout.write(
                f"{code:8}{result['opened']:>8}{result['kept']:>8}{result['resolved']:>10}"
                f"{result['seconds']:>10.4f}{note}"
            )
