"""When e-mail is due: at once, after the quiet hours, or with the digest, in the member's zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from notifications.timing import MemberTiming

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("quiet", "now", "expected"),
    [
        ((None, None), "2026-11-28 23:30", "2026-11-28 23:30"),
        ((20, 7), "2026-11-28 19:59", "2026-11-28 19:59"),
        ((20, 7), "2026-11-28 20:00", "2026-11-29 07:00"),
        ((20, 7), "2026-11-29 06:59", "2026-11-29 07:00"),
        ((20, 7), "2026-11-29 07:00", "2026-11-29 07:00"),
        ((12, 14), "2026-11-29 13:15", "2026-11-29 14:00"),
        ((9, 9), "2026-11-29 09:15", "2026-11-29 09:15"),
        ((22, 3), "2026-10-24 23:00", "2026-10-25 03:00"),  # the clock goes back in this night
    ],
)
def test_quiet_hours(quiet: tuple[int | None, int | None], now: str, expected: str) -> None:
    timing = MemberTiming(BERLIN, {}, quiet_from=quiet[0], quiet_until=quiet[1])
    assert timing.after_quiet_hours(local(now)) == local(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-28 07:59", "2026-11-28 08:00"),
        ("2026-11-28 08:00", "2026-11-29 08:00"),
        ("2026-10-24 12:00", "2026-10-25 08:00"),
    ],
)
def test_the_digest_is_due_at_the_next_digest_hour(now: str, expected: str) -> None:
    assert MemberTiming(BERLIN, {}).next_digest(local(now)) == local(expected)


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        ("at_once", ("at_once", "2026-11-29 07:00")),
        ("digest", ("digest", "2026-11-29 08:00")),
        ("never", None),
    ],
)
def test_the_timing_of_a_topic(timing: str, expected: tuple[str, str] | None) -> None:
    member = MemberTiming(BERLIN, {"comments": timing}, quiet_from=20, quiet_until=7)
    found = member.schedule("comments", local("2026-11-28 23:30"))
    assert found == (expected and (expected[0], local(expected[1])))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)
