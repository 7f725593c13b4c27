"""Determine when to send e-mail, given quiet hours and the hour of the daily digest in a member's time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.notices import Topic
from notifications.models import Delivery, EmailHours, Preference

DEFAULT_TIMINGS: Mapping[str, str] = {
    Topic.PROPOSALS: Preference.Timing.AT_ONCE,
    Topic.VOLUNTEERS: Preference.Timing.AT_ONCE,
    Topic.CONTESTS: Preference.Timing.AT_ONCE,
    Topic.CASES: Preference.Timing.AT_ONCE,
    Topic.HANDOFFS: Preference.Timing.AT_ONCE,
    Topic.COMMENTS: Preference.Timing.AT_ONCE,
    Topic.ESCALATIONS: Preference.Timing.AT_ONCE,
    Topic.CRITICAL_FLAGS: Preference.Timing.DIGEST,
    Topic.WARNING_FLAGS: Preference.Timing.DIGEST,
    Topic.INFO_FLAGS: Preference.Timing.NEVER,
    Topic.DEMOTIONS: Preference.Timing.AT_ONCE,
    Topic.INVITATIONS: Preference.Timing.DIGEST,
    Topic.ABSENCES: Preference.Timing.AT_ONCE,
    Topic.WEBHOOKS: Preference.Timing.AT_ONCE,
}


@dataclass(frozen=True)
class MemberTiming:
    """A member's preferences with the defaults applied."""

    zone: ZoneInfo
    timings: Mapping[str, str]
    digest_hour: int = EmailHours.DEFAULT_DIGEST_HOUR
    quiet_from: int | None = None
    quiet_until: int | None = None

    def schedule(self, topic: str, now: datetime) -> tuple[str, datetime] | None:
        """Return the kind and due time of a delivery about a topic, or None if the member wants no e-mail."""
        match self.timings[topic]:
            case Preference.Timing.AT_ONCE:
                return Delivery.Kind.AT_ONCE, self.after_quiet_hours(now)
            case Preference.Timing.DIGEST:
                return Delivery.Kind.DIGEST, self.next_digest(now)
        return None

    def next_digest(self, now: datetime) -> datetime:
        return _next_time_at(self.digest_hour, now.astimezone(self.zone))

    def after_quiet_hours(self, now: datetime) -> datetime:
        """Return `now` or, if `now` is within the quiet hours, the time at which they end."""
        start, end, local = self.quiet_from, self.quiet_until, now.astimezone(self.zone)
        if start is None or end is None or not _is_between(local.hour, start, end):
            return now
        return _next_time_at(end, local)


def _is_between(hour: int, start: int, end: int) -> bool:
    return start <= hour < end if start <= end else hour >= start or hour < end


def _next_time_at(hour: int, local: datetime) -> datetime:
    """Return the first time after a local time at which this hour starts."""
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    return today if today > local else today + timedelta(days=1)
