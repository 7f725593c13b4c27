"""Starts and stops an instance's own PostgreSQL and Redis, on Unix sockets.

Used by `manage.py up`, `script/manage` and, with `throwaway=True` (no fsync), the tests.
"""

import hashlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2

from cxmap.local.binaries import (
    LocalServerError,
    find_postgres,
    find_redis,
    is_reachable_by,
    pdeathsig_prefix,
    unprivileged_account,
)
from cxmap.local.instance_lock import InstanceLock

MAX_SOCKET_PATH = 107  # characters in the path of a unix socket
START_TIMEOUT_S = 60  # for a server to answer, or to stop


def data_dir_for(var: Path) -> Path:
    """Return the servers' data directory: `var`, or a directory that their user can reach."""
    if is_reachable_by(var, unprivileged_account()[1]):
        return var
    # The checkout is in a folder that other users can't enter (/root). Use another directory instead of opening
    # it.
    return Path("/var/lib") / f"cxmap-{_path_digest(var)}"


def ensure_private_dir(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Create a directory that only the servers' user can enter.

    Raise LocalServerError if it belongs to someone else.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    own = {os.getuid(), account.pw_uid if account else os.getuid()}
    if folder.is_symlink() or folder.stat().st_uid not in own:
        raise LocalServerError(
            f"{folder} belongs to another user. Set CXMAP_VAR to a folder of your own."
        )
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)


def socket_dir(home: Path, account: pwd.struct_passwd | None) -> Path:
    """Return a private directory for sockets. Its path is short and needs no URL escapes."""
    folder = home / "run"
    is_plain = re.fullmatch(r"[A-Za-z0-9._/-]+", str(folder))
    if not is_plain or len(str(folder)) + len("/.s.PGSQL.5432.lock") > MAX_SOCKET_PATH:
        folder = Path(tempfile.gettempdir()) / f"cxmap-{_path_digest(home)}"
    ensure_private_dir(folder, account)
    return folder


def _path_digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:10]


class Server:
    """One of the instance's server processes."""

    name: str
    program: str  # as the kernel shows it
    home: Path
    data: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server, and return when it answers. Can be called again after it has died."""
        raise NotImplementedError

    def accepts_connections(self) -> bool:
        """Return whether the server accepts connections."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Return whether the server has everything that cxmap needs."""
        return self.accepts_connections()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # PostgreSQL: fast shutdown
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _run(self, prefix: list[str], command: list[str]) -> subprocess.Popen[bytes]:
        """Start the server process, and return when it answers."""
        # Set PDEATHSIG after changing user, because changing user clears it.
        words = [*prefix, *pdeathsig_prefix("INT"), *command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                words,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env=_server_environment(self.home),
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.accepts_connections():
            if self.process.poll() is not None:
                last = self.log.read_text(errors="replace").strip().splitlines()[-1:]
                raise LocalServerError(
                    f"{self.name} did not start; see {self.log}. {''.join(last)}"
                )
            if time.monotonic() > deadline:
                raise LocalServerError(
                    f"{self.name} did not answer within {START_TIMEOUT_S} s; see {self.log}."
                )
            time.sleep(0.05)
        return self.process

    def _stop_orphans(self) -> None:
        """Stop servers that outlived a killed owner. Two servers in one directory would destroy the data.

        Raise LocalServerError if they don't stop.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        while left := _pids_with_cwd(self.data.resolve(), self.program):
            if time.monotonic() > deadline:
                raise LocalServerError(
                    f"{self.name} from an earlier start doesn't stop. Kill process {left}."
                )
            for pid in left:
                _interrupt(pid)
            time.sleep(0.1)


class Postgres(Server):
    """An instance's PostgreSQL server. An ordinary role `cxmap` owns the database `cxmap`."""

    name, program = "PostgreSQL", "postgres"

    def __init__(self, home: Path, throwaway: bool = False) -> None:
        self.home, self.is_throwaway = home, throwaway
        self.prefix, self.account = unprivileged_account()
        ensure_private_dir(home, self.account)
        self.data, self.log = home / "postgres", home / "postgres.log"
        self.sockets = socket_dir(home, self.account)
        self.password_file = home / "postgres.password"

    @property
    def url(self) -> str:
        password = quote(self.password_file.read_text().strip())
        return f"postgresql://cxmap:{password}@/cxmap?host={quote(str(self.sockets), safe='')}"

    def start(self) -> subprocess.Popen[bytes]:
        version = self.data / "PG_VERSION"
        if version.exists():
            programs = find_postgres(self.home, int(version.read_text()))
        else:
            programs = find_postgres(self.home)
            self._init_cluster(programs)
        self._stop_orphans()
        self._remove_stale_files()
        speed = ["fsync=off", "full_page_writes=off"] if self.is_throwaway else []
        # Failed statements are not logged: they contain user data and session keys.
        options = ["listen_addresses=", "max_connections=100", "log_min_error_statement=panic"]
        command = [str(programs / "postgres"), "-D", str(self.data), "-k", str(self.sockets)]
        settings = [part for option in [*options, *speed] for part in ("-c", option)]
        process = self._run(self.prefix, [*command, *settings])
        self._ensure_database()
        return process

    def _init_cluster(self, programs: Path) -> None:
        if not self.password_file.exists():
            self.password_file.touch(mode=0o600)
            self.password_file.write_text(secrets.token_urlsafe(24))
            if self.account is not None:
                os.chown(self.password_file, self.account.pw_uid, self.account.pw_gid)
        made = subprocess.run(
            [*self.prefix, str(programs / "initdb"), "-D", str(self.data), "-U", "postgres"]
            + ["--auth=scram-sha-256", f"--pwfile={self.password_file}", "-E", "UTF8"]
            + ["--locale=C.UTF-8", *(["--no-sync"] if self.is_throwaway else [])],
            capture_output=True,
            text=True,
            cwd=self.home,
            env=_server_environment(self.home),
        )
        if made.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise LocalServerError(f"initdb failed: {made.stderr.strip()[-400:]}")

    def _connect(self, user: str, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=str(self.sockets),
            user=user,
            dbname=database,
            password=self.password_file.read_text().strip(),
            connect_timeout=3,
        )

    def accepts_connections(self) -> bool:
        return self._connects("postgres")

    def is_ready(self) -> bool:
        return self._connects("cxmap")

    def _connects(self, name: str) -> bool:
        try:
            self._connect(name, name).close()
        except (psycopg2.OperationalError, FileNotFoundError):
            return False
        return True

    def _ensure_database(self) -> None:
        connection = self._connect("postgres", "postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'cxmap'")
            if not cursor.fetchone():
                cursor.execute(
                    "CREATE ROLE cxmap LOGIN NOSUPERUSER CREATEDB PASSWORD %s",
                    [self.password_file.read_text().strip()],
                )
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'cxmap'")
            if not cursor.fetchone():
                cursor.execute("CREATE DATABASE cxmap OWNER cxmap")
        connection.close()

    def _remove_stale_files(self) -> None:
        """Remove the files of a killed server. Another process may have its process id by now."""
        if Path("/proc/self").exists():  # otherwise nothing has checked whether it is still running
            for left in [self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")]:
                left.unlink(missing_ok=True)


class Redis(Server):
    """An instance's Redis server, on a Unix socket. Its data is saved to disk, except in tests."""

    name, program = "Redis", "redis-server"

    def __init__(self, home: Path, throwaway: bool = False) -> None:
        self.home, self.is_throwaway = home, throwaway
        self.prefix, self.account = unprivileged_account()
        ensure_private_dir(home, self.account)
        self.data, self.log = home / "redis", home / "redis.log"
        ensure_private_dir(self.data, self.account)
        self.socket = socket_dir(home, self.account) / "redis"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> subprocess.Popen[bytes]:
        self._stop_orphans()
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "777",  # the folder around it is 0700
            "dir": str(self.data),
            "maxmemory-policy": "noeviction",
            "save": "",
            "appendonly": "no" if self.is_throwaway else "yes",
        }
        settings = [part for name, value in options.items() for part in (f"--{name}", value)]
        return self._run(self.prefix, [str(find_redis(self.home)), *settings])

    def accepts_connections(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(2)
                link.connect(str(self.socket))
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class LocalServers:
    """The servers of an instance, except those that DATABASE_URL or REDIS_URL configure."""

    def __init__(self, var: Path, throwaway: bool = False) -> None:
        self.home = data_dir_for(var)
        self.postgres = None if os.environ.get("DATABASE_URL") else Postgres(self.home, throwaway)
        self.redis = None if os.environ.get("REDIS_URL") else Redis(self.home, throwaway)
        self.servers: list[Server] = [server for server in (self.postgres, self.redis) if server]
        self._instance_lock = InstanceLock(self.home) if self.servers else None
        self._waits_for_guests = False

    def start(self, serving: str = "") -> None:
        """Start the servers, and set their URLs in the environment, where settings read them.

        A command shares servers that another process owns. A process that serves an address
        (`serving`) must be the owner, so there can be only one.
        """
        if self._instance_lock is not None and self._own_or_share(self._instance_lock, serving):
            self._waits_for_guests = not serving
            for server in self.servers:
                server.start()
        if self.postgres is not None:
            os.environ["DATABASE_URL"] = self.postgres.url
        if self.redis is not None:
            os.environ["REDIS_URL"] = self.redis.url

    def _own_or_share(self, lock: InstanceLock, serving: str) -> bool:
        """Return True when this process owns the servers, or False when it shares running ones.

        Wait until one of the two is possible. Raise LocalServerError if this process is to serve an
        address (`serving`), but another one already does.
        """
        has_reported_wait = False
        while not lock.try_acquire(serving):
            if not serving and lock.try_share():
                if all(server.is_ready() for server in self.servers):
                    return False
                lock.release_share()
            elif serving and (other := lock.holder()):
                raise LocalServerError(
                    f"This instance is already running at {other}. To run another beside it, set"
                    " PORT and CXMAP_VAR (its state folder)."
                )
            elif serving and not has_reported_wait:
                sys.stderr.write("Waiting for a command on this instance to end ...\n")
                has_reported_wait = True
            time.sleep(0.1)
        return True

    def stop(self) -> None:
        """Stop the servers that were started here.

        A command first waits for other users to finish.
        """
        if self._instance_lock is None:
            return
        if self._waits_for_guests:
            self._instance_lock.wait_until_unshared()
        for server in reversed(self.servers):
            server.stop()
        self._instance_lock.close()
        self._instance_lock = None


def _pids_with_cwd(folder: Path, program: str) -> list[int]:
    """Return the ids of a program's processes whose working directory is `folder` (in /proc)."""
    pids = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            where = os.readlink(process / "cwd")
            if where == str(folder) and (process / "comm").read_text().strip() == program:
                pids.append(int(process.name))
        except OSError:
            continue
    return pids


def _interrupt(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGINT)
    except ProcessLookupError:
        return


def _server_environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home)}
