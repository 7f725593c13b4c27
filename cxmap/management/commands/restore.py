"""`manage restore FILE`: fill an empty instance from a backup."""

import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from zipfile import BadZipFile

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from core.errors import Unavailable
from cxmap.backup import BackupError, first_line, key_fingerprint, restore

# Errors raised by reading a damaged zip file or a foreign manifest
DAMAGE_ERRORS = (
    BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
)


class Command(BaseCommand):
    help = "Fill an empty instance from a file that `backup` wrote, then migrate it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the backup; - reads standard input")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        try:
            with opened(file) as source:
                manifest = restore(source)
        except (BackupError, Unavailable) as error:
            raise CommandError(str(error)) from None
        except DAMAGE_ERRORS:
            raise CommandError(
                f"{file} is damaged or not a backup. Nothing was restored."
            ) from None
        except OSError as error:
            raise CommandError(f"Can't read {file}: {error.strerror}.") from None
        except Error as error:
            raise CommandError(f"Nothing was restored: {first_line(error)}.") from None
        call_command("migrate", verbosity=0)
        rows = sum(content["rows"] for content in manifest["tables"].values())
        self.stderr.write(f"Restored {rows:,} rows as of {manifest['made_at']}.")
        if manifest["key"] != key_fingerprint():
            self.stderr.write(
                "SECRET_KEY differs from the key of the backed-up instance: everyone must sign in"
                " again, and open invitations no longer work. To avoid this, set the old key."
            )


@contextmanager
def opened(file: str) -> Iterator[IO[bytes]]:
    if file != "-":
        with open(file, "rb") as source:
            yield source
        return
    with tempfile.TemporaryFile() as source:  # a zip file is read from its end
        shutil.copyfileobj(sys.stdin.buffer, source)
        yield source
