"""Read environment variables. If a value is invalid, cxmap stops at startup with a one-line error."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent


def string(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def boolean(name: str, default: bool = False) -> bool:
    """Return the boolean for 1, 0, true or false. Raise ImproperlyConfigured for anything else."""
    value = os.environ.get(name, "1" if default else "0").lower()
    if value not in {"1", "0", "true", "false"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to 1 or 0.")
    return value in {"1", "true"}


def integer(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} is {value!r}; set it to a whole number.")
    return int(value)


def string_list(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in string(name, default).split(",") if word.strip()]


def ip_networks(name: str, default: str) -> list[IPv4Network | IPv6Network]:
    """Return the networks in a comma-separated list of IP addresses and networks."""
    networks = []
    for word in string_list(name) or default.split(","):
        try:
            networks.append(ip_network(word))
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} contains {word!r}; set it to addresses or networks such as 10.0.0.0/24."
            ) from None
    return networks


def state_dir() -> Path:
    """Return this instance's state directory: CXMAP_VAR, or `var/` in the checkout."""
    return Path(string("CXMAP_VAR") or ROOT / "var").resolve()


def secret_key() -> str:
    """Return SECRET_KEY, or else the key that `python -m cxmap.local` generated in the state directory.

    Raise ImproperlyConfigured if there is neither.
    """
    kept = state_dir() / "secret_key"
    if value := string("SECRET_KEY"):
        return value
    if kept.exists():
        return kept.read_text().strip()
    raise ImproperlyConfigured("SECRET_KEY is not set. Set it, or start with script/server.")


MIN_KEY_LENGTH = 32
MIN_KEY_VARIETY = 10  # distinct characters


def require_safe(public_url: str, debug: bool, key: str) -> None:
    """Raise ImproperlyConfigured for a public address with debug pages or a weak key."""
    if debug:
        raise ImproperlyConfigured(
            f"DEBUG is on and PUBLIC_URL is {public_url}: debug pages would show secrets to"
            " everyone. Unset DEBUG."
        )
    is_weak = len(key) < MIN_KEY_LENGTH or len(set(key)) < MIN_KEY_VARIETY
    if is_weak or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            f"SECRET_KEY is easy to guess and PUBLIC_URL is {public_url}: anyone could sign in as"
            " anyone. Set a random key of 32 characters or more: openssl rand -hex 32"
        )


def public_url(default: str) -> str:
    """Return PUBLIC_URL as browsers write an origin: scheme and host in lower case, no path."""
    value = string("PUBLIC_URL").strip() or default
    try:
        address = urlsplit(value)
        is_origin = address.scheme in {"http", "https"} and bool(address.hostname)
        is_origin = is_origin and not (address.query or address.fragment or address.username)
        has_path = address.path.strip("/") != ""
    except ValueError:
        is_origin, has_path = False, False
    if not is_origin or has_path:
        raise ImproperlyConfigured(
            f"PUBLIC_URL is {value!r}; set it to the address of cxmap, without a path:"
            " https://maps.example.com"
        )
    return f"{address.scheme}://{address.netloc.lower()}"


def is_public(public_url: str) -> bool:
    """Return whether a URL has https, or a host other than this machine."""
    address = urlsplit(public_url)
    is_local = address.hostname in {"localhost", "127.0.0.1", "::1"}
    return address.scheme == "https" or not is_local


def file_storage(name: str, folder: Path) -> dict[str, Any]:
    """Return the STORAGES entry for files: an S3 bucket if the variable is set, else a folder.

    The variable is `s3://KEY:SECRET@HOST:PORT/BUCKET?region=REGION&tls=0`. Only the bucket is
    required. If the host is left out, Amazon S3 is used. If the key is left out, boto3 looks up
    credentials as usual. `tls=0` means plain HTTP. Raise ImproperlyConfigured if the variable is
    invalid.
    """
    if not string(name):
        options = {"location": folder, "allow_overwrite": True, "file_permissions_mode": 0o600}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    from botocore.config import Config  # takes a tenth of a second, and most instances need none

    try:
        url = urlsplit(string(name))
        bucket, query = (
            url.path.strip("/"),
            dict(parse_qsl(url.query, strict_parsing=bool(url.query))),
        )
        host = (url.hostname or "") + (f":{url.port}" if url.port else "")
    except ValueError:
        bucket, query, host = "", {}, ""
    has_known_options = query.keys() <= {"region", "tls"} and query.get("tls", "1") in {"0", "1"}
    if url.scheme != "s3" or not bucket or "/" in bucket or not has_known_options:
        raise ImproperlyConfigured(
            f"{name} isn't valid; set it to s3://KEY:SECRET@HOST/BUCKET?region=REGION."
        )
    scheme = "http" if query.get("tls") == "0" else "https"
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(url.username) if url.username else None,
            "secret_key": unquote(url.password) if url.password else None,
            "bucket_name": bucket,
            "region_name": query.get("region"),
            "endpoint_url": f"{scheme}://{host}" if host else None,
            "max_memory_size": 1024 * 1024,  # larger files are read through a temporary file
            "client_config": Config(
                s3={"addressing_style": "path"},
                connect_timeout=3,
                read_timeout=20,
                retries={"max_attempts": 2},
            ),
        },
    }
