"""Reads environment variables. An invalid value stops the start with a one-line error."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

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
    """Return SECRET_KEY, or else the key that `up` created for this instance."""
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
