"""`manage backup FILE`: write a snapshot of the whole database, and all files, to a file."""

import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from core.errors import Unavailable
from cxmap.backup import BackupError, back_up, first_line


class Command(BaseCommand):
    help = (
        "Back up this instance, with its files, to one file that `restore` reads."
        " The server may keep running."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", help="a file that doesn't exist yet; - writes to standard output"
        )

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            manifest = self._write_standard_output() if file == "-" else self._write(Path(file))
        except (BackupError, Unavailable) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"Can't write {file}: {error.strerror}.") from None
        except Error as error:
            raise CommandError(f"Nothing was backed up: {first_line(error)}. Try again.") from None
        rows = sum(content["rows"] for content in manifest["tables"].values())
        self.stderr.write(
            f"Backed up {rows:,} rows of {len(manifest['tables'])} tables, and"
            f" {manifest['files']['stored']:,} files. Keep SECRET_KEY too, in another place. Without"
            " it, open invitations stop working and everyone must sign in again."
        )
        if missing := manifest["files"]["missing"]:
            self.stderr.write(
                f"{missing:,} files are missing from the storage. They were deleted during the"
                " backup, or lost: check FILES_URL and the folder of files."
            )

    def _write_standard_output(self) -> dict[str, Any]:
        return back_up(sys.stdout.buffer)

    def _write(self, path: Path) -> dict[str, Any]:
        """Write the backup under a temporary name first, so that `path` is never incomplete."""
        if path.exists():
            raise CommandError(f"{path} already exists. Choose another name.")
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                manifest = back_up(out)
                out.flush()
                os.fsync(out.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
        return manifest
