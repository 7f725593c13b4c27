"""Backup and restore within one database. tests/scenarios/test_local_stack.py has the full drill."""

from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction

from core.tenancy import set_tenant_scope
from cxmap.backup import (
    MANIFEST_NAME,
    BackupError,
    back_up,
    copy_in,
    execute,
    require_everything_visible,
    table_names,
)
from tests.support.factories import SampleWorld


def test_rows_that_row_security_hides_are_not_left_out_in_silence(world: SampleWorld):
    for visible in ([], [world.acme.id]):
        with transaction.atomic():
            set_tenant_scope(visible)
            with pytest.raises(BackupError, match="backup would be incomplete"):
                require_everything_visible()


def test_a_setting_of_the_session_hides_nothing(world: SampleWorld):
    execute("SET cxmap.workspaces = '{}'")
    try:
        manifest = back_up(BytesIO())
    finally:
        execute("RESET cxmap.workspaces")
    tables = manifest["tables"]
    assert set(tables) == set(table_names())
    assert tables["touchpoints_touchpoint"]["rows"] >= 2 * len(world.acme.touchpoints)
    assert tables["workspaces_member"]["rows"] >= len(world.acme.people)


def test_a_backup_never_replaces_a_file(db: None, tmp_path: Path):
    file = tmp_path / "yesterday.zip"
    file.write_text("kept")
    with pytest.raises(CommandError, match="already exists"):
        call_command("backup", str(file))
    assert [path.name for path in tmp_path.iterdir()] == ["yesterday.zip"]
    assert file.read_text() == "kept"


def test_an_instance_with_people_is_not_overwritten(world: SampleWorld, tmp_path: Path):
    file = tmp_path / "backup.zip"
    call_command("backup", str(file), stderr=StringIO())
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="isn't empty"):
        call_command("restore", str(file))
    assert world.bob.person.name == "Bob"
    with connection.cursor() as cursor:  # row-level security and triggers are as before
        cursor.execute("SELECT count(*) FROM pg_class WHERE relforcerowsecurity")
        assert cursor.fetchone()[0] > 20
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O'")
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + b"x" * 100])
def test_what_is_no_backup_is_refused(db: None, tmp_path: Path, content: bytes):
    file = tmp_path / "backup.zip"
    file.write_bytes(content)
    with pytest.raises(CommandError, match="damaged or not a backup"):
        call_command("restore", str(file))


def test_migrations_and_backups_have_no_time_limit(db: None, monkeypatch: pytest.MonkeyPatch):
    from cxmap.postgres.limits import without_time_limits

    def limits() -> list[Any]:
        return execute("SELECT current_setting('statement_timeout')")

    before = limits()
    assert before != [("0",)]
    with without_time_limits():
        assert limits() == [("0",)]
    assert limits() == before


def test_a_damaged_backup_is_refused_in_one_line(world: SampleWorld, tmp_path: Path):
    file = BytesIO()
    back_up(file)
    whole = bytearray(file.getvalue())
    path = tmp_path / "backup.zip"
    with ZipFile(file) as archive:
        begin = archive.getinfo(MANIFEST_NAME).header_offset
    for place in range(begin, len(whole), (len(whole) - begin) // 16):
        whole[place] ^= 0xFF
        path.write_bytes(whole)
        whole[place] ^= 0xFF
        with pytest.raises(CommandError, match=r"\.$"):
            call_command("restore", str(path))


@pytest.mark.parametrize("manifest", ["[]", '{"format": 1}', '{"format": 1, "migrations": 7}', "x"])
def test_a_manifest_that_is_not_ours_is_refused(db: None, tmp_path: Path, manifest: str):
    path = tmp_path / "backup.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr(MANIFEST_NAME, manifest)
    with pytest.raises(CommandError, match="damaged or not a backup"):
        call_command("restore", str(path))


def test_rows_that_cannot_be_copied_end_in_an_error_that_commands_know(db: None):
    with pytest.raises(Error), transaction.atomic():
        copy_in("workspaces_user", ["id"], BytesIO(b"no id\n"))
