"""Checks of the URLs and addresses of webhooks: only https, and only the public internet.

A URL is checked when it is saved and again at each attempt, and each address that its host resolves
to is checked before the connection is opened (webhooks/http_sender.py).
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext

from core.errors import InvalidRequest

MAX_URL_LENGTH = 2000
PORTS = frozenset({443, 8443})
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# Special-purpose addresses (IANA): this host, private, shared, loopback, link-local with the
# metadata services of clouds, documentation, benchmarks, multicast, reserved, and IPv6 addresses
# that contain IPv4 ones.
REFUSED_NETWORKS = tuple(
    ip_network(text)
    for text in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ]
)


def is_allowed_address(text: str) -> bool:
    """Return whether a connection to this IP address may be opened."""
    address = ip_address(text.partition("%")[0])
    if address.is_loopback and settings.WEBHOOKS_ALLOW_LOCALHOST:
        return True
    return not any(address in network for network in REFUSED_NETWORKS)


def require_url(url: str) -> str:
    """Return the URL. Raise InvalidRequest, with the reason, if webhooks may not be sent to it."""
    if problem := find_url_problem(url):
        raise InvalidRequest.at("/url", "url-not-allowed", problem)
    return url


def find_url_problem(url: str) -> str:
    """Return what to change in a URL to which webhooks may not be sent, or "" if the URL is allowed."""
    parts, port = _split(url)
    if parts is None or not parts.hostname or len(url) > MAX_URL_LENGTH or not url.isascii():
        return gettext("Enter a URL such as https://example.com/webhooks.")
    if parts.username is not None or parts.password is not None:
        return gettext("Remove the user name and the password. Check the signature instead.")
    if parts.hostname in LOCAL_HOSTS and settings.WEBHOOKS_ALLOW_LOCALHOST:
        return ""
    if parts.scheme != "https":
        return gettext("Use https, so that nobody else can read the events.")
    if port not in PORTS:
        return gettext("Use port 443 or 8443.")
    address = _find_address(parts.hostname)
    if parts.hostname in LOCAL_HOSTS or (address and not is_allowed_address(str(address))):
        return gettext("Use a host on the public internet. This one is private or reserved.")
    return ""


def _split(url: str) -> tuple[SplitResult | None, int | None]:
    if not url.isprintable() or " " in url or "\\" in url:
        return None, None
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None, None
    return (parts, port) if parts.scheme in {"http", "https"} else (None, None)


def _find_address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
