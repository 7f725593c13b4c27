"""Which address a request comes from: one answer for every limit and every log line."""

from ipaddress import IPv4Network, IPv6Network, ip_address

from django.conf import settings

Network = IPv4Network | IPv6Network
IPV6_PREFIX = 64  # bits; one customer of a provider has at least that many addresses


def client_address(peer: str, forwarded_for: str) -> str:
    """Return the client's address, given the peer's and what X-Forwarded-For says.

    Only a trusted proxy is believed. Where TRUSTED_PROXIES names them, all of them are skipped,
    from the right; where they are guessed (any private address), only the nearest is believed,
    because clients may have private addresses too.
    """
    address = peer
    for hop in reversed(forwarded_for.split(",")):
        named = _without_port(hop.strip())
        if not is_trusted_proxy(address) or not _is_address(named):
            break
        address = named
        if settings.TRUSTED_PROXIES_GUESSED:
            break
    return address


def is_trusted_proxy(peer: str) -> bool:
    """Say whether forwarded headers of this peer are believed. No address: a unix socket."""
    if not settings.BEHIND_PROXY:
        return False
    if not peer:
        return True
    if not _is_address(peer):
        return False
    address = ip_address(peer)
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in settings.TRUSTED_PROXIES)


def address_group(address: str) -> str:
    """Return what counts as one client in a limit: an IPv4 address, or an IPv6 network."""
    if not _is_address(address):
        return address
    parsed = ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, IPV6_PREFIX), strict=False))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
