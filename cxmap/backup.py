"""Back up an instance to a file, and restore it into an empty instance.

A backup is a zip file with `manifest.json`, the rows of each table in COPY format, and the files
that the rows name. The rows are from one database snapshot. They are read by the ordinary database
role, with all workspaces in its tenant scope. The change log counts its change sets, which shows
whether rows are missing. Redis isn't backed up, because its data can be lost without harm.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.crypto import salted_hmac
from psycopg2 import sql

from core.tenancy import set_tenant_scope
from cxmap.postgres.limits import without_time_limits
from workspaces.files import storage_errors
from workspaces.queries import all_workspace_ids, content_paths

FORMAT_VERSION = 1
MANIFEST_NAME = "manifest.json"
FILES_FOLDER = "files/"
# A path made by workspaces.models.content_path(). Others would let a backup write anywhere.
FILE_NAME = re.compile(
    FILES_FOLDER + r"(?P<path>[0-9a-f-]{36}/[0-9a-f]{2}/(?P<sha256>[0-9a-f]{64}))"
)
CHUNK_BYTES = 64 * 1024


class BackupError(Exception):
    """A backup or restore failed. The message says in one line what is wrong and what to do."""


def first_line(error: Exception) -> str:
    """Return the first line of a database error, without its details."""
    return str(error).strip().partition("\n")[0].rstrip(".")


class DigestWriter:
    """A writable file that computes the SHA-256 of its data and can pass it on to a target."""

    def __init__(self, target: IO[bytes] | None = None) -> None:
        self.target = target
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        if self.target is not None:
            self.target.write(data)
        return len(data)


def back_up(file: IO[bytes]) -> dict[str, Any]:
    """Write a backup and return its manifest.

    Raise BackupError if rows are missing, and Unavailable if the storage doesn't respond.
    """
    with snapshot(), ZipFile(file, "w", ZIP_DEFLATED) as archive:
        require_everything_visible()
        manifest: dict[str, Any] = {
            "format": FORMAT_VERSION,
            "made_at": datetime.now(UTC).isoformat(),
            "key": key_fingerprint(),
            "migrations": sorted(applied_migrations()),
            "tables": {},
        }
        for table in table_names():
            columns = column_names(table)
            with archive.open(f"{table}.copy", "w", force_zip64=True) as target:
                rows, digest = copy_out(table, columns, DigestWriter(target))
            manifest["tables"][table] = {"columns": columns, "rows": rows, "sha256": digest}
        manifest["files"] = add_files(archive)
        archive.writestr(MANIFEST_NAME, json.dumps(manifest, indent=2))
    return manifest


def restore(file: IO[bytes]) -> dict[str, Any]:
    """Restore a backup into an empty instance. Return its manifest.

    Raise BackupError if the file is damaged or from a newer version, or if the instance isn't
    empty. After an error, no rows are restored, but the schema may have been migrated, and files
    may have been stored.
    """
    with ZipFile(file) as archive:
        manifest = read_manifest(archive)
        with without_time_limits():
            migrate_to(manifest["migrations"])
            load(archive, manifest)
    return manifest


def load(archive: ZipFile, manifest: dict[str, Any]) -> None:
    """Store the files of a backup, and copy its rows into empty tables, in one transaction."""
    with transaction.atomic(durable=True), writable_tables():
        require_empty()
        load_files(archive)
        truncate_all()
        for table, content in manifest["tables"].items():
            with archive.open(f"{table}.copy") as source:
                copy_in(table, content["columns"], source)
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        set_sequences()
        require_same(manifest)


def key_fingerprint() -> str:
    """Return a value that identifies the SECRET_KEY without revealing it."""
    return salted_hmac("cxmap.backup", "key", algorithm="sha256").hexdigest()[:16]


# -- Catalog queries


def execute(query: str | sql.Composable, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall() if cursor.description else []


def table_names() -> list[str]:
    rows = execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = current_schema()::regnamespace ORDER BY relname"
    )
    return [name for (name,) in rows]


def column_names(table: str) -> list[str]:
    rows = execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return [name for (name,) in rows]


def key_order(table: str) -> sql.Composable:
    """Return an ORDER BY clause for the primary key that doesn't depend on the database's collation."""
    rows = execute(
        "SELECT attname, attcollation <> 0 FROM pg_index JOIN pg_attribute"
        " ON attrelid = indrelid AND attnum = ANY (indkey)"
        " WHERE indrelid = %s::regclass AND indisprimary ORDER BY attnum",
        [table],
    )
    return sql.SQL(", ").join(
        sql.Identifier(name) + sql.SQL(' COLLATE "C"' if is_text else "") for name, is_text in rows
    )


def applied_migrations() -> set[tuple[str, str]]:
    return set(MigrationExecutor(connection).loader.applied_migrations)


@contextmanager
def snapshot() -> Iterator[None]:
    """Open a read-only, repeatable-read transaction that sees all workspaces.

    It has no time limits.
    """
    with without_time_limits(), transaction.atomic(durable=True):
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        set_tenant_scope(all_workspace_ids())
        yield


def require_everything_visible() -> None:
    """Raise BackupError if row-level security hides a workspace or part of its change log."""
    rows = execute(
        "SELECT workspace.slug, feed.position, count(sets.id)"
        " FROM workspaces_workspace workspace"
        " LEFT JOIN changes_feedcounter feed ON feed.workspace_id = workspace.id"
        " LEFT JOIN changes_changeset sets ON sets.workspace_id = workspace.id"
        " GROUP BY workspace.id, feed.position"
        " HAVING coalesce(feed.position, 0) <> count(sets.id)"
        " OR workspace.id <> ALL (current_setting('cxmap.workspaces')::uuid[])"
    )
    for slug, position, count in rows:
        raise BackupError(
            f"Only {count} of {position or 'unknown'} change sets of workspace “{slug}” can be"
            " read, so this backup would be incomplete. Check that DATABASE_URL names the role that"
            " owns the tables."
        )


# -- Copying rows


def _identifiers(names: list[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def copy_out(table: str, columns: list[str], digest: DigestWriter) -> tuple[int, str]:
    """Write a table's rows, ordered by primary key. Return their number and SHA-256."""
    query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        _identifiers(columns), sql.Identifier(table), key_order(table)
    )
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(query, digest, CHUNK_BYTES)
        return cursor.rowcount, digest.sha256.hexdigest()


def copy_in(table: str, columns: list[str], source: IO[bytes]) -> None:
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _identifiers(columns))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(query, source, CHUNK_BYTES)


@contextmanager
def writable_tables() -> Iterator[None]:
    """Disable row-level security and triggers inside a transaction, and enable them again at the end.

    The database role must own the tables.
    """
    tables = table_names()
    walled = [
        name
        for (name,) in execute(
            "SELECT relname FROM pg_class WHERE relforcerowsecurity"
            " AND relnamespace = current_schema()::regnamespace"
        )
    ]
    for table in walled:
        _alter(table, "NO FORCE ROW LEVEL SECURITY")
    for table in tables:
        _alter(table, "DISABLE TRIGGER USER")
    yield
    for table in tables:
        _alter(table, "ENABLE TRIGGER USER")
    for table in walled:
        _alter(table, "FORCE ROW LEVEL SECURITY")


def _alter(table: str, change: str) -> None:
    execute(sql.SQL(f"ALTER TABLE {{}} {change}").format(sql.Identifier(table)))


def truncate_all() -> None:
    """Remove all rows, including those that migrations have written, which are in the backup too."""
    execute(sql.SQL("TRUNCATE {}").format(_identifiers(table_names())))


def set_sequences() -> None:
    """Set each sequence to the highest number in its column."""
    rows = execute(
        "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace = current_schema()::regnamespace"
        " AND attnum > 0 AND NOT attisdropped"
        " AND pg_get_serial_sequence(quote_ident(relname), attname) IS NOT NULL"
    )
    for table, column in rows:
        query = sql.SQL("SELECT setval(pg_get_serial_sequence(%s, %s), max({})) FROM {}")
        execute(query.format(sql.Identifier(column), sql.Identifier(table)), [table, column])


# -- Copying files


def add_files(archive: ZipFile) -> dict[str, int]:
    """Add the content of all files. Return the number of files and the number of missing ones.

    A file that is deleted while the backup is made is in the snapshot, but no longer in the storage.
    """
    counts = {"stored": 0, "missing": 0}
    for path in content_paths():
        try:
            with storage_errors():
                source = default_storage.open(path)
        except FileNotFoundError:
            counts["missing"] += 1
            continue
        info = ZipInfo(FILES_FOLDER + path)  # not compressed: pictures are already
        with source, archive.open(info, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, CHUNK_BYTES)
        counts["stored"] += 1
    return counts


def load_files(archive: ZipFile) -> None:
    """Store the files of a backup. Raise BackupError if the content of one is damaged."""
    for info in archive.infolist():
        if not (match := FILE_NAME.fullmatch(info.filename)):
            continue
        with archive.open(info) as source:
            if hashlib.file_digest(source, "sha256").hexdigest() != match["sha256"]:  # type: ignore[arg-type]
                raise BackupError(
                    "A file in this backup is damaged. Nothing was restored. Use another backup."
                )
            source.seek(0)
            with storage_errors():
                default_storage.save(match["path"], File(source))


# -- Checks of a restore


def read_manifest(archive: ZipFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST_NAME))
    except KeyError:
        raise BackupError(
            "This backup is incomplete: it has no manifest. Use another file."
        ) from None
    if manifest["format"] != FORMAT_VERSION:
        raise BackupError("This backup was made by a newer version. Restore it with that version.")
    return manifest


def migrate_to(migrations: list[list[str]]) -> None:
    """Migrate the database to the schema of the backup.

    Raise BackupError if this version of cxmap lacks one of the backup's migrations, or if the
    database has migrations that the backup lacks.
    """
    wanted = {(app, name) for app, name in migrations}
    executor = MigrationExecutor(connection)
    unknown = wanted - executor.loader.graph.nodes.keys()
    if unknown:
        app, name = min(unknown)
        raise BackupError(
            f"This backup contains the migration {app}.{name}, which this version of cxmap doesn't"
            " have. Restore it with the version that made it, then upgrade."
        )
    if applied_migrations() - wanted:
        raise BackupError(
            "The tables in this database are newer than the backup. Restore into a database without"
            " tables: stop the server, then set DATABASE_URL or CXMAP_VAR to a new one."
        )
    nodes = executor.loader.graph.node_map
    last = [
        key
        for key in sorted(wanted)
        if not any(child.key[0] == key[0] and child.key in wanted for child in nodes[key].children)
    ]
    executor.migrate(last)


def require_empty() -> None:
    for table in ("workspaces_workspace", "workspaces_user"):
        if execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))):
            raise BackupError(
                "This instance isn't empty. Restore into a new one: set CXMAP_VAR to a new folder,"
                " or DATABASE_URL to an empty database."
            )


def require_same(manifest: dict[str, Any]) -> None:
    """Raise BackupError unless the tables contain exactly the rows of the backup."""
    if set(table_names()) != set(manifest["tables"]):
        raise BackupError("The tables here differ from the backup's. Nothing was restored.")
    for table, content in manifest["tables"].items():
        rows, digest = copy_out(table, content["columns"], DigestWriter())
        if (rows, digest) != (content["rows"], content["sha256"]):
            raise BackupError(
                f"The rows of {table} differ from the backup's: the file is damaged. Nothing was"
                " restored. Use another backup."
            )
