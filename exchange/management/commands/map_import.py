"""`manage map_import FILE --workspace SLUG [--json]`: create a journey from a file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import AppError
from exchange.formats.decoding import MAX_BYTES
from exchange.formats.mermaid import MERMAID
from exchange.formats.registry import readers
from exchange.services import import_journey
from workspaces.access import get_workspace_for_command, system_actor


class Command(BaseCommand):
    help = "Import a journey. Prints its id and the warnings. Exits with 1 if it can't be imported."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--format", choices=list(readers()), default=MERMAID.name)
        parser.add_argument(
            "--json", action="store_true", help="print the result as one JSON object"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                text = file.read(MAX_BYTES + 1)  # enough to reject a larger file
        except OSError as error:
            raise CommandError(f"Can't read {options['file']}: {error.strerror}.") from None
        try:
            workspace = get_workspace_for_command(options["workspace"])
            journey, warnings = import_journey(
                text=text,
                format=options["format"],
                actor=system_actor(workspace.id),
            )
        except AppError as refusal:
            if not options["json"]:
                raise CommandError(" ".join(_reasons(refusal))) from None
            self.stdout.write(json.dumps(_problem(refusal)))
            raise SystemExit(1) from None
        if options["json"]:
            self.stdout.write(json.dumps({"journey": str(journey.pk), "warnings": warnings}))
            return
        self.stdout.write(f"Imported “{journey.title}” as {journey.pk}.")
        for warning in warnings:
            self.stdout.write(f"  line {warning['line']}: {warning['detail']}")


def _reasons(refusal: AppError) -> list[str]:
    return [refusal.detail, *(error.detail for error in refusal.errors)]


def _problem(refusal: AppError) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "detail": refusal.detail,
        "errors": [
            {"pointer": error.pointer, "code": error.code, "detail": error.detail}
            for error in refusal.errors
        ],
    }
