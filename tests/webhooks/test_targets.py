"""Which URLs and addresses webhooks may be sent to."""

import pytest

from webhooks.targets import find_url_problem, is_allowed_address


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.com/hooks?x=1", ""),
        ("https://example.com:8443/", ""),
        ("https://93.184.216.34/", ""),
        ("http://example.com/", "Use https"),
        ("https://example.com:22/", "Use port"),
        ("https://u:p@example.com/", "Remove the user name"),
        ("https://localhost/", "public internet"),
        ("https://127.0.0.1/", "public internet"),
        ("https://[::1]/", "public internet"),
        ("https://[::ffff:10.0.0.1]/", "public internet"),
        ("https://169.254.169.254/latest", "public internet"),
        ("ftp://example.com/", "Enter a URL"),
        ("https://", "Enter a URL"),
        ("https://exa mple.com/", "Enter a URL"),
        ("https://example.com\\@10.0.0.1/", "Enter a URL"),
        ("https://example.com:port/", "Enter a URL"),
        ("https://example.com/" + "x" * 2000, "Enter a URL"),
    ],
)
def test_a_url_is_refused_with_a_reason(url: str, reason: str) -> None:
    problem = find_url_problem(url)
    assert reason in problem and bool(reason) == bool(problem)


def test_localhost_is_for_development_only(settings) -> None:
    settings.WEBHOOKS_ALLOW_LOCALHOST = True
    assert find_url_problem("http://localhost:3000/") == ""
    assert find_url_problem("http://10.0.0.1/") and not is_allowed_address("10.0.0.1")
    assert is_allowed_address("127.0.0.1") and is_allowed_address("::1")


@pytest.mark.parametrize(
    "address",
    [
        "0.1.2.3",
        "10.1.2.3",
        "100.100.100.200",
        "127.0.0.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.31.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "fd00:ec2::254",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_an_address_off_the_public_internet_is_refused(address: str) -> None:
    assert not is_allowed_address(address)
    assert is_allowed_address("93.184.216.34") and is_allowed_address("2606:2800:220:1::1")
