"""Rate limits count the real client, behind any proxies, and nobody else."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from core.client_address import address_group, client_address
from core.ids import uuid7
from core.rate_limits import RateLimit
from core.redis_client import Cooldown
from cxmap import cache as cache_module
from cxmap import env
from tests.support.api_client import service_client
from tests.support.factories import PASSWORD, SampleWorld

PRIVATE = [ip_network("10.0.0.0/8"), ip_network("127.0.0.0/8"), ip_network("fc00::/7")]


@pytest.fixture
def limited(settings: Any) -> None:
    settings.RATE_LIMITED = True


@pytest.fixture
def address() -> str:
    """Return an address that no other test uses."""
    digits = uuid7().hex[-6:]
    return ".".join(["203", *(str(int(digits[n : n + 2], 16)) for n in (0, 2, 4))])


@pytest.mark.parametrize(
    ("behind", "guessed", "peer", "forwarded", "expected"),
    [
        # Nobody is trusted by default.
        (False, True, "127.0.0.1", "192.0.2.1", "127.0.0.1"),
        (True, True, "127.0.0.1", "192.0.2.1", "192.0.2.1"),
        (True, True, "198.51.100.1", "192.0.2.1", "198.51.100.1"),
        # What the client sent is to the left of what the proxy added.
        (True, True, "127.0.0.1", "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        # A client in the company network has a private address and isn't a proxy.
        (True, True, "10.0.0.2", "6.6.6.6, 10.1.2.3", "10.1.2.3"),
        # Named proxies are skipped.
        (True, False, "10.0.0.2", "6.6.6.6, 192.0.2.1, 10.0.0.9", "192.0.2.1"),
        (True, False, "10.0.0.2", "10.0.0.9", "10.0.0.9"),
        (True, True, "10.0.0.2", "", "10.0.0.2"),
        (True, True, "10.0.0.2", "unknown", "10.0.0.2"),
        (True, True, "10.0.0.2", "192.0.2.1:4711", "192.0.2.1"),
        (True, True, "10.0.0.2", "[2001:db8::1]:4711", "2001:db8::1"),
        (True, True, "::ffff:10.0.0.2", "192.0.2.1", "192.0.2.1"),
        (True, True, "", "192.0.2.1", "192.0.2.1"),  # a unix socket
        (False, True, "", "192.0.2.1", ""),
    ],
)
def test_only_a_trusted_proxy_is_believed(
    settings: Any, behind: bool, guessed: bool, peer: str, forwarded: str, expected: str
):
    settings.BEHIND_PROXY, settings.TRUSTED_PROXIES_GUESSED = behind, guessed
    settings.TRUSTED_PROXIES = PRIVATE
    assert client_address(peer, forwarded) == expected


def test_an_ipv6_network_counts_as_one_client():
    assert address_group("2001:db8::1") == address_group("2001:db8::2:1") == "2001:db8::/64"
    assert address_group("::ffff:192.0.2.1") == address_group("192.0.2.1") == "192.0.2.1"


def test_proxies_that_make_no_sense_end_the_start(monkeypatch: Any):
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.1, proxy")
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES contains 'proxy'"):
        env.ip_networks("TRUSTED_PROXIES", "")


def sign_in(email: str, password: str, address: str, **headers: str) -> int:
    form = {"login": email, "password": password}
    client = Client(REMOTE_ADDR=address, **{f"HTTP_{k.upper()}": v for k, v in headers.items()})
    return client.post("/accounts/login/", form).status_code


def wrong(number: int, address: str, **headers: str) -> int:
    return sign_in(f"nobody-{number}@acme.example", "wrong", address, **headers)


def test_wrong_passwords_of_one_client_lock_out_nobody_else(
    world: SampleWorld, limited: None, settings: Any, address: str
):
    settings.BEHIND_PROXY = True
    email = world.bob.user.email
    for number in range(11):
        wrong(number, "127.0.0.1", x_forwarded_for=address)
    assert sign_in(email, PASSWORD, "127.0.0.1", x_forwarded_for=address) == 200  # refused
    colleague = "203.0.113.77"
    assert sign_in(email, PASSWORD, "127.0.0.1", x_forwarded_for=colleague) == 302


def test_a_client_that_invents_forwarded_addresses_is_counted_as_one(
    world: SampleWorld, limited: None, address: str
):
    for number in range(11):
        wrong(number, address, x_forwarded_for=f"192.0.2.{number}")
    assert sign_in(world.bob.user.email, PASSWORD, address, x_forwarded_for="192.0.2.99") == 200


def test_what_allauth_limits_is_refused_on_our_page(
    world: SampleWorld, settings: Any, address: str
):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client = Client(REMOTE_ADDR=address)
    form = {"login": "nobody@acme.example", "password": "wrong"}
    assert client.post("/accounts/login/", form).status_code == 200
    refused = client.post("/accounts/login/", form)
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "Wait a minute, then try again." in refused.content.decode()


def test_attempts_at_once_are_counted_before_they_are_tried(limited: None, address: str):
    limit = RateLimit("test", 10, 60)
    with ThreadPoolExecutor(24) as clients:
        usages = list(clients.map(lambda _: limit.count_attempt(address), range(24)))
    assert sorted(usage.count for usage in usages) == list(range(1, 25))
    assert sum(not usage.is_exceeded for usage in usages) == 10
    limit.uncount_attempt(address)
    assert limit.count_attempt(address).count == 24


def test_a_redis_that_stops_answering_does_not_start_a_limit_again(
    limited: None, address: str, monkeypatch: Any
):
    limit = RateLimit("test", 10, 60)
    for _ in range(9):
        limit.count_attempt(address)
    monkeypatch.setattr(cache_module, "cooldown", Cooldown())
    cache_module.cooldown.start()
    assert [limit.count_attempt(address).is_exceeded for _ in range(2)] == [False, True]


def test_wrong_tokens_are_limited_and_good_ones_are_not(
    world: SampleWorld, limited: None, address: str
):
    good = service_client(world.acme.id).headers
    client = Client(REMOTE_ADDR=address)
    answers = [
        client.get("/api/v1/me", headers={"Authorization": f"Bearer wrong-{number}"})
        for number in range(32)
    ]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429] * 2
    assert answers[0]["RateLimit-Policy"] == '"wrong-tokens";q=30;w=60'
    assert answers[0]["RateLimit"].startswith('"wrong-tokens";r=29;t=')
    refused = answers[-1]
    assert (refused.json()["code"], refused["Content-Type"]) == (
        "too-many-attempts",
        "application/problem+json",
    )
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert client.get("/api/v1/me", headers=good).status_code == 200
    other = Client(REMOTE_ADDR="198.51.100.200")
    bad = other.get("/api/v1/me", headers={"Authorization": "Bearer wrong"})
    assert bad.status_code == 401
