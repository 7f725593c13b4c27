"""`manage audit --workspace SLUG [--json]`: run the audit now and say what it did."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import NotFound
from ownership import audit
from workspaces.access import get_workspace_for_command


class Command(BaseCommand):
    help = "Run every rule on one workspace; print per rule what was opened, kept and resolved."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

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
        for code, one in rules.items():
            note = "  skipped" if one["skipped"] else ""
            self.stdout.write(
                f"{code:8}{one['opened']:>8}{one['kept']:>8}{one['resolved']:>10}"
                f"{one['seconds']:>10.4f}{note}"
            )
