"""Determine the client address of a request, for all rate limits and log lines."""

from ipaddress import IPv4Network, IPv6Network, ip_address

from django.conf import settings

Network = IPv4Network | IPv6Network
IPV6_PREFIX = 64  # bits; a customer of a provider has at least one such network


def client_address(peer: str, forwarded_for: str) -> str:
    """Return the client's address, given the peer's address and the X-Forwarded-For header.

    Forwarded addresses are read from right to left, as long as they come from trusted proxies. If
    TRUSTED_PROXIES isn't set, any private address counts as a proxy, but only the nearest one is trusted,
    because clients may have private addresses too.
    """
    address = peer
    for hop in reversed(forwarded_for.split(",")):
        forwarded = _without_port(hop.strip())
        if not is_trusted_proxy(address) or not _is_address(forwarded):
            break
        address = forwarded
        if settings.TRUSTED_PROXIES_GUESSED:
            break
    return address


def is_trusted_proxy(peer: str) -> bool:
    """Return whether to trust a peer's forwarded headers.

    Behind a proxy, a peer without an address (a Unix socket) is trusted.
    """
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
    """Return the network that rate limits count as one client: an IPv4 address or an IPv6 /64 network.

    Text that isn't an address is returned unchanged.
    """
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
